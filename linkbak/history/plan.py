"""Which lists of an account are threaded, in which order, and with which each is compared."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal, NamedTuple

from linkbak.history.moments import moment
from linkbak.vault import SnapshotKey, Summary

Role = Literal["main", "side", "none"]
"""main: the list is threaded; side: it is compared with the main one before, but its losses do not count, since it is
held, or of a day that has a later list; none: it has no list."""


class Planned(NamedTuple):
    """One snapshot's place; `base` is the moment of the main list it is compared with, None for the first."""

    at: int
    summary: Summary
    role: Role
    base: int | None
    rank: int

    @property
    def facts(self) -> tuple[int, str, str, int | None, int, int]:
        """What has to be the same for everything indexed of the snapshot to be still true."""
        return self.at, self.summary.digest, self.role, self.base, int(self.summary.held), self.rank


def plan(found: Sequence[Summary], ranks: dict[SnapshotKey, int], settled: Collection[SnapshotKey]) -> list[Planned]:
    """The snapshots of one account (oldest first) with their roles.

    One list a day is threaded, the day's last that is believed: LinkedIn sends two archives for one request. Only on
    the first day are all, since there is nothing else to compare them with.
    """
    believed = [s for s in found if s.connections is not None and (not s.held or s.key in settled)]
    first_day = believed[0].taken[:10] if believed else ""
    last_of_day = {s.taken[:10]: s.key for s in believed}
    main = {s.key for s in believed if s.taken[:10] == first_day or last_of_day[s.taken[:10]] == s.key}
    planned: list[Planned] = []
    base: int | None = None
    for summary in found:
        at = moment(summary.taken, summary.key.number)
        role: Role = "main" if summary.key in main else "side"
        if summary.connections is None or (role == "side" and base is None):
            role = "none"
        planned.append(Planned(at, summary, role, base if role != "none" else None, ranks[summary.key]))
        if role == "main":
            base = at
    return planned


def ranks(found: Sequence[Summary]) -> dict[SnapshotKey, int]:
    """In which order the snapshots were imported, from 0: each names the one kept just before it.

    Where that chain is broken or forked, their times of import decide.
    """
    after = {summary.previous: summary for summary in found}
    chain: list[Summary] = []
    link = after.get("")
    while link is not None and len(chain) < len(found):
        chain.append(link)
        link = after.get(link.digest)
    if len({summary.key for summary in chain}) != len(found):
        chain = sorted(found, key=lambda summary: (summary.imported, summary.order))
    return {summary.key: rank for rank, summary in enumerate(chain)}

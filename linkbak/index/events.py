"""One person while their line is being made, and the rules by which each event moves it.

Threading on and going back use the same rules, so that an index which was kept equals one made anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from linkbak.index.models import FIELDS, LISTING, NOBODY, Row, moment
from linkbak.matching import name_key, url_key
from linkbak.vault import SnapshotKey, Summary

_ID = 12


class Seen(NamedTuple):
    """The row as it was from a snapshot on; see table ``seen``."""

    at: int
    how: str
    hidden: bool
    row: Row


class Gone(NamedTuple):
    """A snapshot that lists them no more; see table ``gone``."""

    at: int
    how: str
    last: int


@dataclass(slots=True)
class Life:
    """One person so far; the fields are those of table ``person``."""

    number: int
    account: str
    born: int
    row: Row = NOBODY
    hidden: bool = False
    status: str = "listed"
    since: int = 0
    last: int | None = None
    rank: int = -1
    basis: str = ""
    url_key: str = ""
    name_key: str = ""

    def see(self, event: Seen) -> None:
        """They stand in a list, or stand there differently."""
        self.hidden = event.hidden
        if not event.hidden:
            if event.row[:3] != self.row[:3]:
                self.url_key, self.name_key = url_key(event.row[2]), name_key(event.row[0], event.row[1])
            self.row = event.row
        elif not any(self.row[:6]):
            self.row = event.row
        if event.how in LISTING:
            self.status, self.last = "side" if event.how == "side" else "listed", None
        if event.how in LISTING or event.how in ("hidden", "returned"):
            self.since = event.at

    def lose(self, event: Gone) -> None:
        """A list lacks them."""
        self.status, self.since, self.last = event.how, event.at, event.last

    @property
    def away(self) -> bool:
        """Whether they may be who comes next."""
        return self.status != "listed"

    @property
    def sparse(self) -> bool:
        """Whether the row is shown but says neither company nor position."""
        return not self.hidden and not self.row[4] and not self.row[5]


def merged(old: Row, new: Row, columns: frozenset[str]) -> Row:
    """The new row, with what the old one says where the new list has no column."""
    if len(columns) == len(FIELDS):
        return new
    return tuple(n if name in columns else o for name, o, n in zip(FIELDS, old, new, strict=True))  # type: ignore[return-value]


def basis(account: str, row: Row, hidden: bool) -> str:
    """What an id is made of: a digest of the address, else of the name, and the day of connecting."""
    key = "" if hidden else url_key(row[2]) or "\0" + name_key(row[0], row[1])
    return digest(f"{account}\n{key}\n{row[6]}")


def digest(text: str) -> str:
    """The beginning of the text's sha256, long enough for ids."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_ID]


# --- plan -------------------------------------------------------------------------------------------------------------
# Which lists of an account are threaded, in which order, and with which each is compared.

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

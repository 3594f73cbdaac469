"""Whose losses are believed, and so which snapshot is compared with which.

An export that lacks many people at once, or the end of the list, is more often incomplete than true. Its losses are
held until a later export, or the user, bears them out.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from linkbak.diff.models import Diff
from linkbak.model import Coverage
from linkbak.vault import SnapshotKey, Summary, Vault

ACCEPTED = "accepted"
"""The fact of a mark by which the user takes a snapshot's losses as real."""

FEW = 10
"""So many may vanish at once from a list of any size."""
SHARE = 20
"""One in so many may vanish at once."""
CUT = 3
"""From so many on, losses at the end of the list look like a cut."""
CUT_PERCENT = 95
"""So much of the losses must lie at the end of the list for a cut."""


def reasons_to_hold(diff: Diff, before: Coverage, after: Coverage) -> tuple[str, ...]:
    """Why the losses of a diff are not to be believed yet, or after a partial list the gains; nothing if they are.

    Each reason is a word for machines, a colon and a sentence:

    - ``older-list``: someone vanished, and the newest connection of the later list, which is whole, is older than that
      of the earlier one: of one account's lists only if the newest connection ended, so more likely a date is wrong;
    - ``too-many-vanished``: more than `FEW`, and more than one in `SHARE` of the earlier list;
    - ``oldest-dates-cut``: at least `CUT` vanished, `CUT_PERCENT` of a hundred or more of them from the dates up to the
      oldest one the later list still has, and at least one from a date before it (or nobody is left at all);
    - ``later-partial``: someone vanished, but the later list is known not to be whole;
    - ``earlier-partial``: someone was added, but the earlier list is known not to be whole.
    """
    total = diff.counts["before"]
    gone = diff.counts["vanished"] + diff.counts["uncertain_vanished"]
    reasons = []
    if gone and after.completeness != "partial" and "" < after.newest < before.newest:
        reasons.append(
            f"older-list: this list is older than the one before: its newest connection is of {after.newest}, not "
            f"of {before.newest}; if it is dated wrongly, `linkbak forget ID --taken DATE` corrects it"
        )
    if gone > FEW and gone * SHARE > total:
        reasons.append(f"too-many-vanished: {gone} of {total} are gone at once, more than one in {SHARE}")
    if cut := _cut(diff, after.oldest):
        reasons.append(f"oldest-dates-cut: {cut} of the {len(diff.vanished)} gone are the oldest of the earlier list")
    if gone and after.completeness == "partial":
        reasons.append("later-partial: the later list is not whole, so who is missing may only be left out")
    if diff.counts["added"] and before.completeness == "partial":
        reasons.append("earlier-partial: the earlier list is not whole, so who is new may have been left out there")
    return tuple(reasons)


def _cut(diff: Diff, oldest: str) -> int:
    """How many vanished from the end of the list, 0 if that does not look like a cut."""
    gone = len(diff.vanished)
    if diff.counts["after"] == 0:
        return gone if gone >= CUT else 0
    days = [row.connected_on.isoformat() for row in diff.vanished if row.connected_on is not None]
    if gone < CUT or not any(day < oldest for day in days):
        return 0
    end = sum(1 for day in days if day <= oldest)
    return end if end * 100 >= gone * CUT_PERCENT else 0


# --- snapshots ---


def accepted_snapshots(vault: Vault) -> frozenset[SnapshotKey]:
    """The snapshots whose losses the user has said to be real."""
    return frozenset(
        SnapshotKey(str(mark.get("account")), str(mark.get("snapshot")))
        for mark in vault.marks()
        if mark.get("fact") == ACCEPTED
    )


class Listings(NamedTuple):
    """One account's snapshots that hold connections, oldest first; `believed` are those whose losses are not held."""

    believed: Sequence[Summary]
    every: Sequence[Summary]

    def before(self, taken: str) -> Summary | None:
        """The snapshot to compare one taken at `taken` with: the newest of an earlier day.

        LinkedIn sends two archives for one request (Basic at once, Complete up to a day later), so a snapshot of the
        same day is not an earlier state. Only if there is no earlier day does an earlier moment of the same day serve.
        A snapshot whose losses are held is passed over: whoever it lacked would come out as new. If there is no
        other, it serves.
        """
        return _newest_before(self.believed, taken) or _newest_before(self.every, taken)


def listings(vault: Vault, summaries: Sequence[Summary], account: str) -> Listings:
    """The snapshots among `summaries` (oldest first) that one of the account can be compared with."""
    every = [s for s in summaries if s.key.account == account and s.connections is not None]
    if not any(s.held for s in every):
        return Listings(every, every)
    settled = accepted_snapshots(vault)
    return Listings([s for s in every if not s.held or s.key in settled], every)


def _newest_before(found: Sequence[Summary], taken: str) -> Summary | None:
    earlier = bisect_left(found, taken, key=_taken)
    earlier_day = bisect_left(found, taken[:10], hi=earlier, key=_taken)
    return found[(earlier_day or earlier) - 1] if earlier else None


def _taken(summary: Summary) -> str:
    return summary.taken

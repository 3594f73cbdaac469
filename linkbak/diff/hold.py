"""Whether losses are to be believed, or held until the next export."""

from __future__ import annotations

from linkbak.diff.changes import Diff
from linkbak.model import Coverage

FEW = 10
"""So many may vanish at once from a list of any size."""
SHARE = 20
"""One in so many may vanish at once."""
CUT = 3
"""From so many on, losses at the end of the list look like a cut."""
CUT_PERCENT = 95
"""So much of the losses must lie at the end of the list for a cut."""


def held(diff: Diff, before: Coverage, after: Coverage, before_total: int | None = None) -> tuple[str, ...]:
    """Why the losses of a diff are not to be believed yet, or after a partial list the gains; nothing if they are.

    Each reason is a word for machines, a colon and a sentence:

    - ``too-many-vanished``: more than `FEW`, and more than one in `SHARE` of the earlier list (`before_total` rows, by
      default as many as the diff counted);
    - ``oldest-dates-cut``: at least `CUT` vanished, `CUT_PERCENT` of a hundred or more of them from the dates up to the
      oldest one the later list still has, and at least one from a date before it (or nobody is left at all);
    - ``later-partial``: someone vanished, but the later list is known not to be whole;
    - ``earlier-partial``: someone was added, but the earlier list is known not to be whole.
    """
    total = diff.counts["before"] if before_total is None else before_total
    gone = diff.counts["vanished"] + diff.counts["uncertain_vanished"]
    reasons = []
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

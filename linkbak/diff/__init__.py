"""What changed between two lists of connections, and whether its losses are to be believed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from linkbak.model import Connection, Coverage

if TYPE_CHECKING:
    from linkbak.diff.classes import compare

__all__ = ["Change", "Diff", "Doubt", "compare", "held"]

_PLACES = {
    "linkbak.diff.classes": ("compare",),
}


def __getattr__(name: str) -> Any:
    """What only a command that compares needs, loaded when one asks for it."""
    for place, names in _PLACES.items():
        if name in names:
            return getattr(import_module(place), name)
    raise AttributeError(name)


# --- changes ----------------------------------------------------------------------------------------------------------
# What a comparison says.


class Change(NamedTuple):
    """One person before and after; `fields` names what differs.

    ``name`` (as shown), ``url`` (by its key), ``email``, ``company``, ``position`` and ``connected_on``, in this order.
    """

    before: Connection
    after: Connection
    fields: tuple[str, ...]


class Doubt(NamedTuple):
    """Rows that allow two readings, and which; there is at least one on either side."""

    before: tuple[Connection, ...]
    after: tuple[Connection, ...]
    reason: str


class Diff(NamedTuple):
    """What changed between two lists. Every row of both is in exactly one class, and the counts add up.

    `hidden` shows people as they were named before, `returned` as they are named after. A class of people is in
    the order of the list they are in, one of changes in that of the later list.

    `counts` has the size of each of the seven lists, and:

    - ``unchanged``: matched rows that say the same on both sides, date-only ones included;
    - ``uncertain``: of each group with m rows before and n after min(m, n), which are in both lists in one of the
      readings; ``uncertain_vanished`` the m - n too many before, ``uncertain_added`` the n - m too many after;
    - ``before`` and ``after``: the rows of either list.

    With ``common`` = hidden + returned + reconnected + renamed + changed + unchanged + uncertain::

        before = vanished + uncertain_vanished + common
        after  = added    + uncertain_added    + common

    So many of an uncertain group are gone for certain, but not which: they are listed under `uncertain` only.
    """

    added: Sequence[Connection]
    vanished: Sequence[Connection]
    hidden: Sequence[Connection]
    returned: Sequence[Connection]
    reconnected: Sequence[Change]
    renamed: Sequence[Change]
    changed: Sequence[Change]
    uncertain: Sequence[Doubt]
    counts: Mapping[str, int]
    warnings: tuple[str, ...] = ()


# --- hold -------------------------------------------------------------------------------------------------------------
# Whether losses are to be believed, or held until the next export.

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

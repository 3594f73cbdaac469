"""Rows of one date that no key could match: which replaced which, as far as that can be known.

What order and date prove, and what they do not:

- Someone new can only stand on top of everyone who was there before. So where the list is old, rows of one date
  between two anchors are the same people as before, or fewer: as many rows after as before are matched in order,
  however unlike they look (an address, a name and a job can change at once).
- On top (the newest date, above the first anchor), one row for another may as well be one lost and one new on the same
  day. There only rows that are alike are matched, and rows of which one is hidden: that someone came, hid and
  another left, all on the day of an export, is too far-fetched to be told. The rest is uncertain.
- Where the counts differ, likeness may tell who is who. If it does not, and more than one row could be the one
  missing, all of them are uncertain: nobody is said to have vanished who may only have hidden.
- Date-only rows of one date are all the same row; which of them is missing makes no difference and is not uncertain.

Every rule reads the same with both lists swapped, so that the reverse comparison is the mirror image.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise

from linkbak.identity.alignment import How
from linkbak.identity.likeness import alike
from linkbak.identity.order import Gap, Order
from linkbak.identity.sides import Work

NEWEST = "the newest date: either another name and address, or one connection lost and another new"
MISSING = "of these rows of one date some are gone and others hidden or renamed; which is which cannot be told"
UNORDERED = "one date, and no order to go by: either other names and addresses, or some lost and others new"


class Slots:
    """Settles what is left of each date."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def replace(self, order: Order) -> None:
        """Match or doubt the rows that stand in each other's place."""
        for gap in order.gaps():
            if gap.top or len(gap.before) != len(gap.after):
                self._by_likeness(gap)
            else:
                self._match(gap.before, gap.after, "slot")
        self._work.settle()

    def scattered(self, *, ordered: bool) -> None:
        """Match or doubt what is left of each date, wherever in the list it stands; without an order that is all."""
        work = self._work
        dates: dict[date | None, tuple[list[int], list[int]]] = {}
        for which, side in enumerate((work.before, work.after)):
            for position in side.left:
                dates.setdefault(work.day(side.at[position]), ([], []))[which].append(position)
        both = [(before, after) for before, after in dates.values() if before and after]
        order = Order(work) if ordered and both else None
        for before, after in both:
            self._one_date(before, after, order)
        work.settle()

    def _by_likeness(self, gap: Gap) -> None:
        """Match what is alike; what lies between two such matches is a smaller gap, below the top after the first."""
        before, after, top = gap
        found = self._alike(before, after)
        if any(one[1] > other[1] for one, other in pairwise(found)):
            return  # likeness contradicts the order here, so what is left is settled without it
        for one, other in found:
            here, there = bisect_left(before, one), bisect_left(after, other)
            self._between(before[:here], after[:there], top=top)
            before, after, top = before[here + 1 :], after[there + 1 :], False
        self._between(before, after, top=top)

    def _between(self, before: Sequence[int], after: Sequence[int], *, top: bool) -> None:
        """Settle rows of one date in one gap, none of them alike."""
        if self._one_reading(before, after, top=top):
            self._match(before, after, "slot")
        elif before and after:
            self._doubt(before, after, NEWEST if top else MISSING)

    def _one_reading(self, before: Sequence[int], after: Sequence[int], *, top: bool) -> bool:
        """Whether matching in order, and leaving what is too many, is the only reading."""
        named_before, named_after = self._named(before, after)
        if not named_before and not named_after:
            return True
        if len(before) == len(after):
            return not top or self._one_hidden_each(before, after)
        if top:
            return False
        return not named_before if len(before) > len(after) else not named_after

    def _one_date(self, before: Sequence[int], after: Sequence[int], order: Order | None) -> None:
        """Settle rows of one date of which the order says nothing, or only that some of them may be new."""
        found = self._alike(before, after)
        before, after = _without(before, (b for b, _ in found)), _without(after, (a for _, a in found))
        named_before, named_after = self._named(before, after)
        if order is not None:
            before = _without(before, (b for b in named_before if order.new_before(b)))
            after = _without(after, (a for a in named_after if order.new_after(a)))
            named_before, named_after = self._named(before, after)
        if not (named_before or named_after) or (len(before) == len(after) and not (named_before and named_after)):
            self._match(before, after, "date")
        elif before and after:
            self._doubt(before, after, UNORDERED)

    def _match(self, before: Sequence[int], after: Sequence[int], how: How) -> None:
        for one, other in zip(before, after, strict=False):
            self._work.match(one, other, how)

    def _alike(self, before: Sequence[int], after: Sequence[int]) -> list[tuple[int, int]]:
        """Match what is alike beyond doubt; those matches by position before."""
        named_before, named_after = self._named(before, after)
        if not (named_before and named_after):
            return []
        found = sorted(alike(named_before, self._work.before.at, named_after, self._work.after.at))
        for one, other in found:
            self._work.match(one, other, "likeness")
        return found

    def _doubt(self, before: Sequence[int], after: Sequence[int], reason: str) -> None:
        """Note the doubt; date-only rows of which as many must have stayed in every reading are matched."""
        named_before, named_after = self._named(before, after)
        hidden_before, hidden_after = _without(before, named_before), _without(after, named_after)
        if len(before) >= len(after):
            stayed = max(0, len(hidden_after) - len(named_before))
        else:
            stayed = max(0, len(hidden_before) - len(named_after))
        self._match(hidden_before[:stayed], hidden_after[:stayed], "date")
        self._work.doubt(_without(before, hidden_before[:stayed]), _without(after, hidden_after[:stayed]), reason)

    def _named(self, before: Sequence[int], after: Sequence[int]) -> tuple[list[int], list[int]]:
        one, other = self._work.before.at, self._work.after.at
        return [b for b in before if any(one[b][:6])], [a for a in after if any(other[a][:6])]

    def _one_hidden_each(self, before: Sequence[int], after: Sequence[int]) -> bool:
        one, other = self._work.before.at, self._work.after.at
        return all(one[b].hidden or other[a].hidden for b, a in zip(before, after, strict=True))


def _without(positions: Sequence[int], others: Iterable[int]) -> list[int]:
    left_out = set(others)
    return [position for position in positions if position not in left_out]

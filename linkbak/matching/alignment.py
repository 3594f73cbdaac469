"""Aligns two lists of connections: which row of the earlier one is which row of the later one.

What order and date prove of rows of one date that no key could match, and what they do not:

- Someone new can only stand on top of everyone who was there before. So where the list is old, rows of one date
  between two anchors are the same people as before, or fewer: as many rows after as before are matched by position,
  however unlike they look (an address, a name and a job can change at once).
- On top (the newest date, above the first anchor), one row for another may as well be one lost and one new on the same
  day. There only similar rows are matched, and rows of which one is hidden: that someone came, hid and another left,
  all on the day of an export, is too far-fetched to be reported. The rest is uncertain.
- Where the counts differ, similarity may tell who is who. If it does not, and more than one row could be the one
  missing, all of them are uncertain: nobody is said to have vanished who may only have hidden.
- Date-only rows of one date are all the same row; which of them is missing makes no difference and is not uncertain.

Every rule reads the same with both lists swapped, so that the reverse comparison is the mirror image.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import accumulate, islice, pairwise
from operator import lt
from typing import NamedTuple

from linkbak.matching.anchors import NAMESAKE, match_anchors, match_namesakes
from linkbak.matching.linkage import Alignment, How, Linkage, Side, Uncertain
from linkbak.matching.similarity import similar_pairs
from linkbak.model import Pair

__all__ = ["MISSING", "NAMESAKE", "NEWEST", "UNORDERED", "Alignment", "How", "Uncertain", "align"]

NEWEST = "the newest date: either another name and address, or one connection lost and another new"
MISSING = "of these rows of one date some are gone and others hidden or renamed; which is which cannot be told"
UNORDERED = "one date, and no order to go by: either other names and addresses, or some lost and others new"


def align(pair: Pair) -> Alignment:
    """Align two lists of connections; near-linear in their length.

    Keys come first (equal rows, addresses, names), then the order of two newest-first lists, then similarity inside
    one date; what allows two readings is uncertain, and only what is then left is vanished or added. Rows that the pair
    leaves out as identical (`Pair.anchors`) count as matched.
    """
    linkage = Linkage(pair)
    addressed = match_anchors(linkage, pair.before.columns, pair.after.columns)
    ordered = pair.before.newest_first and pair.after.newest_first
    if linkage.before.left and linkage.after.left:
        if ordered:
            _match_in_gaps(linkage)
        _match_in_dates(linkage, ordered=ordered)
        if not addressed:
            match_namesakes(linkage)
    return Alignment(
        linkage.partners,
        linkage.how,
        tuple(linkage.before.left),
        tuple(linkage.after.left),
        tuple(sorted(linkage.uncertain)),
        ordered,
        "url" in pair.before.columns & pair.after.columns,
    )


# --- order ---
# The order that two newest-first lists share, and the gaps between the rows that prove it.


class Gap(NamedTuple):
    """What is left of one date between two neighbouring anchors, by position; `top` if someone new may be in it."""

    before: list[int]
    after: list[int]
    top: bool


class Order:
    """The chain of matched rows that stand in the same order in both lists.

    A row that is not matched yet lies in gap g: behind g rows of the chain. Only rows in one gap can have replaced one
    another. A matched row that contradicts the chain (a copy sorted by name within a day) stands above some rows in
    one list and below them in the other: where those stand proves nothing, and `gaps` leaves them out.
    """

    def __init__(self, linkage: Linkage) -> None:
        self._linkage = linkage
        links = list(linkage.partners)
        moved = [(b, links[b]) for b, how in linkage.how.items() if how == "reconnected"]
        for before, _ in moved:
            links[before] = -1
        self._before = [b for b, a in enumerate(links) if a >= 0]
        self._after = [a for a in links if a >= 0]
        self._crossings: tuple[Sequence[int], Sequence[int]] = ((), ())
        if not all(map(lt, self._after, islice(self._after, 1, None))):
            self._keep_longest()
        self._newest_before = self._newest(linkage.before, self._before, (b for b, _ in moved))
        self._newest_after = self._newest(linkage.after, self._after, (a for _, a in moved))

    def gaps(self) -> list[Gap]:
        """What is left, by gap and date, where the order holds; newest first."""
        found: dict[tuple[int, date | None], Gap] = {}
        disordered = set[tuple[int, date | None]]()
        for side, chain in ((self._linkage.before, self._before), (self._linkage.after, self._after)):
            for position in side.left:
                number, day = bisect_left(chain, position), self._linkage.day(side.at[position])
                top = number == 0 and (day is None or day in (self._newest_before, self._newest_after))
                gap = found.setdefault((number, day), Gap([], [], top))
                (gap.before if side is self._linkage.before else gap.after).append(position)
                if self._is_out_of_order(side, position):
                    disordered.add((number, day))
        return [gap for key, gap in found.items() if gap.before and gap.after and key not in disordered]

    def new_after(self, position: int) -> bool:
        """Whether order and date allow the row at that position after to be someone new, and no row ever moved."""
        return self._on_top(self._linkage.after, self._after, position, self._newest_before)

    def new_before(self, position: int) -> bool:
        """The same of a row before; it is someone new if the lists are given in reverse."""
        return self._on_top(self._linkage.before, self._before, position, self._newest_after)

    def _on_top(self, side: Side, chain: Sequence[int], position: int, newest: date | None) -> bool:
        if (chain and position > chain[0]) or self._crossings[0]:
            return False
        day = self._linkage.day(side.at[position])
        return day is None or newest is None or day >= newest

    def _is_out_of_order(self, side: Side, position: int) -> bool:
        """Whether a matched row that contradicts the chain crosses this place, so that the place proves nothing."""
        counts = self._crossings[side is self._linkage.after]
        return bool(counts) and counts[position] > 0

    def _newest(self, side: Side, chain: Sequence[int], moved: Iterable[int]) -> date | None:
        """The newest date above the first row of the chain."""
        first = chain[0] if chain else side.total
        days = (self._linkage.day(side.at[p]) for p in (*side.left, *moved) if p < first)
        return max((day for day in days if day is not None), default=None)

    def _keep_longest(self) -> None:
        """Keep the longest chain that stands in one order; count at each place how many of the others cross it."""
        kept = longest_increasing(self._after)
        before, after, dropped = self._before, self._after, sorted(set(range(len(self._after))).difference(kept))
        self._before, self._after = [before[k] for k in kept], [after[k] for k in kept]
        steps_before, steps_after = [0] * (self._linkage.before.total + 1), [0] * (self._linkage.after.total + 1)
        for k in dropped:
            here, there = bisect_left(self._before, before[k]), bisect_left(self._after, after[k])
            if here < there:
                _count_from_to(steps_before, before[k], self._before[there - 1])
                _count_from_to(steps_after, self._after[here], after[k])
            else:
                _count_from_to(steps_before, self._before[there], before[k])
                _count_from_to(steps_after, after[k], self._after[here - 1])
        self._crossings = list(accumulate(steps_before)), list(accumulate(steps_after))


def _count_from_to(steps: list[int], first: int, last: int) -> None:
    """Count one more from the first to the last position."""
    steps[first] += 1
    steps[last + 1] -= 1


def longest_increasing(values: Sequence[int]) -> list[int]:
    """The indexes of a longest increasing subsequence of some numbers, all different."""
    ends: list[int] = []
    at: list[int] = []
    previous: list[int] = []
    for index, value in enumerate(values):
        place = bisect_left(ends, value)
        previous.append(at[place - 1] if place else -1)
        ends[place : place + 1] = [value]
        at[place : place + 1] = [index]
    chain: list[int] = []
    index = at[-1] if at else -1
    while index >= 0:
        chain.append(index)
        index = previous[index]
    return chain[::-1]


# --- blocks ---
# What no key could match is matched inside blocks: the gaps of one date, then all that is left of a date.


def _match_in_gaps(linkage: Linkage) -> None:
    """Match or doubt the rows that stand in each other's place."""
    for gap in Order(linkage).gaps():
        if gap.top or len(gap.before) != len(gap.after):
            _match_by_similarity(linkage, gap)
        else:
            _match_by_position(linkage, gap.before, gap.after, "position")
    linkage.settle()


def _match_in_dates(linkage: Linkage, *, ordered: bool) -> None:
    """Match or doubt what is left of each date, wherever in the list it stands; without an order that is all."""
    dates: dict[date | None, tuple[list[int], list[int]]] = {}
    for which, side in enumerate((linkage.before, linkage.after)):
        for position in side.left:
            dates.setdefault(linkage.day(side.at[position]), ([], []))[which].append(position)
    both = [(before, after) for before, after in dates.values() if before and after]
    order = Order(linkage) if ordered and both else None
    for before, after in both:
        _match_one_date(linkage, before, after, order)
    linkage.settle()


def _match_by_similarity(linkage: Linkage, gap: Gap) -> None:
    """Match what is similar; what lies between two such matches is a smaller gap, below the top after the first."""
    before, after, top = gap
    found = _match_similar(linkage, before, after)
    if any(one[1] > other[1] for one, other in pairwise(found)):
        return  # similarity contradicts the order here, so what is left is settled without it
    for one, other in found:
        here, there = bisect_left(before, one), bisect_left(after, other)
        _match_between(linkage, before[:here], after[:there], top=top)
        before, after, top = before[here + 1 :], after[there + 1 :], False
    _match_between(linkage, before, after, top=top)


def _match_between(linkage: Linkage, before: Sequence[int], after: Sequence[int], *, top: bool) -> None:
    """Settle rows of one date in one gap, none of them similar."""
    if _one_reading(linkage, before, after, top=top):
        _match_by_position(linkage, before, after, "position")
    elif before and after:
        _doubt(linkage, before, after, NEWEST if top else MISSING)


def _one_reading(linkage: Linkage, before: Sequence[int], after: Sequence[int], *, top: bool) -> bool:
    """Whether matching by position, and leaving what is too many, is the only reading."""
    named_before, named_after = _named(linkage.before, before), _named(linkage.after, after)
    if not named_before and not named_after:
        return True
    if len(before) == len(after):
        return not top or _one_hidden_each(linkage, before, after)
    if top:
        return False
    return not named_before if len(before) > len(after) else not named_after


def _match_one_date(linkage: Linkage, before: Sequence[int], after: Sequence[int], order: Order | None) -> None:
    """Settle rows of one date of which the order says nothing, or only that some of them may be new."""
    found = _match_similar(linkage, before, after)
    before, after = _without(before, (b for b, _ in found)), _without(after, (a for _, a in found))
    named_before, named_after = _named(linkage.before, before), _named(linkage.after, after)
    if order is not None:
        before = _without(before, (b for b in named_before if order.new_before(b)))
        after = _without(after, (a for a in named_after if order.new_after(a)))
        named_before, named_after = _named(linkage.before, before), _named(linkage.after, after)
    if not (named_before or named_after) or (len(before) == len(after) and not (named_before and named_after)):
        _match_by_position(linkage, before, after, "date")
    elif before and after:
        _doubt(linkage, before, after, UNORDERED)


def _match_by_position(linkage: Linkage, before: Sequence[int], after: Sequence[int], how: How) -> None:
    """Match the k-th before with the k-th after; what is too many on one side stays."""
    for one, other in zip(before, after, strict=False):
        linkage.match(one, other, how)


def _match_similar(linkage: Linkage, before: Sequence[int], after: Sequence[int]) -> list[tuple[int, int]]:
    """Match what is similar beyond doubt; those matches by position before."""
    named_before, named_after = _named(linkage.before, before), _named(linkage.after, after)
    if not (named_before and named_after):
        return []
    found = sorted(similar_pairs(named_before, linkage.before.at, named_after, linkage.after.at))
    for one, other in found:
        linkage.match(one, other, "similarity")
    return found


def _doubt(linkage: Linkage, before: Sequence[int], after: Sequence[int], reason: str) -> None:
    """Note the doubt; date-only rows of which as many must have stayed in every reading are matched."""
    named_before, named_after = _named(linkage.before, before), _named(linkage.after, after)
    hidden_before, hidden_after = _without(before, named_before), _without(after, named_after)
    if len(before) >= len(after):
        stayed = max(0, len(hidden_after) - len(named_before))
    else:
        stayed = max(0, len(hidden_before) - len(named_after))
    _match_by_position(linkage, hidden_before[:stayed], hidden_after[:stayed], "date")
    linkage.doubt(_without(before, hidden_before[:stayed]), _without(after, hidden_after[:stayed]), reason)


def _named(side: Side, positions: Sequence[int]) -> list[int]:
    return [position for position in positions if not side.at[position].hidden]


def _one_hidden_each(linkage: Linkage, before: Sequence[int], after: Sequence[int]) -> bool:
    one, other = linkage.before.at, linkage.after.at
    return all(one[b].hidden or other[a].hidden for b, a in zip(before, after, strict=True))


def _without(positions: Sequence[int], others: Iterable[int]) -> list[int]:
    left_out = set(others)
    return [position for position in positions if position not in left_out]

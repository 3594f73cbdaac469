"""The order that two newest-first lists share, and the gaps between the rows that prove it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import accumulate, islice
from operator import lt
from typing import NamedTuple

from linkbak.identity.sides import Side, Work


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

    def __init__(self, work: Work) -> None:
        self._work = work
        links = list(work.partners)
        moved = [(b, links[b]) for b, how in work.how.items() if how == "reconnected"]
        for before, _ in moved:
            links[before] = -1
        self._before = [b for b, a in enumerate(links) if a >= 0]
        self._after = [a for a in links if a >= 0]
        self._astray: tuple[Sequence[int], Sequence[int]] = ((), ())
        if not all(map(lt, self._after, islice(self._after, 1, None))):
            self._keep_longest()
        self._newest_before = self._newest(work.before, self._before, (b for b, _ in moved))
        self._newest_after = self._newest(work.after, self._after, (a for _, a in moved))

    def gaps(self) -> list[Gap]:
        """What is left, by gap and date, where the order holds; newest first."""
        found: dict[tuple[int, date | None], Gap] = {}
        astray = set[tuple[int, date | None]]()
        for side, chain in ((self._work.before, self._before), (self._work.after, self._after)):
            for position in side.left:
                number, day = bisect_left(chain, position), self._work.day(side.at[position])
                top = number == 0 and (day is None or day in (self._newest_before, self._newest_after))
                gap = found.setdefault((number, day), Gap([], [], top))
                (gap.before if side is self._work.before else gap.after).append(position)
                if self._is_astray(side, position):
                    astray.add((number, day))
        return [gap for key, gap in found.items() if gap.before and gap.after and key not in astray]

    def new_after(self, position: int) -> bool:
        """Whether order and date allow the row at that position after to be someone new, and no row ever moved."""
        return self._on_top(self._work.after, self._after, position, self._newest_before)

    def new_before(self, position: int) -> bool:
        """The same of a row before; it is someone new if the lists are given in reverse."""
        return self._on_top(self._work.before, self._before, position, self._newest_after)

    def _on_top(self, side: Side, chain: Sequence[int], position: int, newest: date | None) -> bool:
        if (chain and position > chain[0]) or self._astray[0]:
            return False
        day = self._work.day(side.at[position])
        return day is None or newest is None or day >= newest

    def _is_astray(self, side: Side, position: int) -> bool:
        """Whether the place of a row proves nothing."""
        counts = self._astray[side is self._work.after]
        return bool(counts) and counts[position] > 0

    def _newest(self, side: Side, chain: Sequence[int], moved: Iterable[int]) -> date | None:
        """The newest date above the first row of the chain."""
        first = chain[0] if chain else side.total
        days = (self._work.day(side.at[p]) for p in (*side.left, *moved) if p < first)
        return max((day for day in days if day is not None), default=None)

    def _keep_longest(self) -> None:
        """Keep the longest chain that stands in one order; note the rows that the others passed by."""
        kept = longest_rising(self._after)
        before, after, dropped = self._before, self._after, sorted(set(range(len(self._after))).difference(kept))
        self._before, self._after = [before[k] for k in kept], [after[k] for k in kept]
        steps_before, steps_after = [0] * (self._work.before.total + 1), [0] * (self._work.after.total + 1)
        for k in dropped:
            here, there = bisect_left(self._before, before[k]), bisect_left(self._after, after[k])
            if here < there:
                _span(steps_before, before[k], self._before[there - 1])
                _span(steps_after, self._after[here], after[k])
            else:
                _span(steps_before, self._before[there], before[k])
                _span(steps_after, after[k], self._after[here - 1])
        self._astray = list(accumulate(steps_before)), list(accumulate(steps_after))


def _span(steps: list[int], first: int, last: int) -> None:
    """Count one more from the first to the last position."""
    steps[first] += 1
    steps[last + 1] -= 1


def longest_rising(values: Sequence[int]) -> list[int]:
    """The indexes of a longest rising run of some numbers, all different, gaps allowed."""
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

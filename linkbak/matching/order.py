"""The order that two newest-first lists share, and the gaps between the rows that prove it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate, islice
from operator import lt

from linkbak.matching.linkage import Linkage


class Order:
    """The chain of matched rows that stand in the same order in both lists.

    A row that is not matched yet lies in gap g: behind g rows of the chain. Only rows in one gap can have replaced one
    another. A matched row that contradicts the chain (a copy sorted by name within a day) stands above some rows in
    one list and below them in the other: where those stand proves nothing.
    """

    def __init__(self, linkage: Linkage) -> None:
        links = list(linkage.partners)
        for before, how in linkage.how.items():
            if how == "reconnected":
                links[before] = -1
        self._chains = [b for b, a in enumerate(links) if a >= 0], [a for a in links if a >= 0]
        self._crossings: tuple[Sequence[int], Sequence[int]] = ((), ())
        if not all(map(lt, self._chains[1], islice(self._chains[1], 1, None))):
            self._keep_longest(linkage.before.total, linkage.after.total)

    def gap(self, which: int, position: int) -> int:
        """In which gap a row before (`which` is 0) or after (1) lies; 0 is above the first row of the chain."""
        return bisect_left(self._chains[which], position)

    def is_crossed(self, which: int, position: int) -> bool:
        """Whether a matched row that contradicts the chain crosses this place, so that the place proves nothing."""
        counts = self._crossings[which]
        return bool(counts) and counts[position] > 0

    def _keep_longest(self, total: int, total_after: int) -> None:
        """Keep the longest chain that stands in one order; count at each place how many of the others cross it."""
        before, after = self._chains
        kept = longest_increasing(after)
        dropped = sorted(set(range(len(after))).difference(kept))
        chain, chain_after = self._chains = [before[k] for k in kept], [after[k] for k in kept]
        steps, steps_after = [0] * (total + 1), [0] * (total_after + 1)
        for k in dropped:
            here, there = bisect_left(chain, before[k]), bisect_left(chain_after, after[k])
            if here < there:
                _count_from_to(steps, before[k], chain[there - 1])
                _count_from_to(steps_after, chain_after[here], after[k])
            else:
                _count_from_to(steps, chain[there], before[k])
                _count_from_to(steps_after, after[k], chain_after[here - 1])
        self._crossings = list(accumulate(steps)), list(accumulate(steps_after))


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

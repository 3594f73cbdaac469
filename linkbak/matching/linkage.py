"""Two lists being linked: what is matched so far, what is left, and in the end the alignment."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from datetime import date
from itertools import accumulate, islice
from operator import attrgetter, lt
from typing import Literal

from linkbak.model import Connection, Listing, NamedTuple, Pair

How = Literal["same", "address", "reconnected", "name", "conversation", "place", "date"]
"""By what two rows are known to be one person's.

same: equal in every field both lists have; address: equal address key and date; reconnected: equal address key, or
without addresses equal name and work, with a later date; name: equal name and date; conversation: the same one with the
owner, and equal dates; place: next to all readings that keep the order of the lists say so; date: next to all readings
of the rows of one date say so.
"""

Key = Callable[[Connection], Hashable]


class Claim(NamedTuple):
    """The likeliest claim about an uncertain row, and the share of all readings in which it holds.

    The row at position `before` is the one at `after`; of `after` -1 says that it is gone and -2 that it hid, of
    `before` -1 says that the other is new and -2 that it was hidden.
    """

    before: int
    after: int
    share: float


class Uncertain(NamedTuple):
    """Rows (by position, never none on either side) that allow two readings, why, and what is likelier."""

    before: tuple[int, ...]
    after: tuple[int, ...]
    reason: str
    likelier: tuple[Claim, ...] = ()


class Alignment(NamedTuple):
    """Which row of the earlier list is which row of the later one; every row is in exactly one place.

    `partners[b]` is the position after of the row at position b before, -1 for one in `vanished` or `uncertain`. `how`
    tells, by position before, the matches that are not "same". `again` are those of `added` whose date is older than
    the earlier export: they were connected before, and are listed again. `ordered` is whether the order of the rows
    could be used; `addressed` whether both lists give addresses.
    """

    partners: Sequence[int]
    how: Mapping[int, How]
    vanished: tuple[int, ...]
    added: tuple[int, ...]
    uncertain: tuple[Uncertain, ...]
    ordered: bool
    addressed: bool
    again: frozenset[int] = frozenset()

    def matches(self) -> Iterator[tuple[int, int, How]]:
        """Every match as position before, position after, and how it is known; by position before."""
        how = self.how
        for before, after in enumerate(self.partners):
            if after >= 0:
                yield before, after, how.get(before, "same")


class Side:
    """One of the two lists: its rows by position, and the positions not matched yet, ascending."""

    __slots__ = ("at", "left", "positions", "taken", "total")

    def __init__(self, listing: Listing) -> None:
        self.at = listing.by_position()
        self.positions = listing.positions
        self.left = list(listing.positions)
        self.total = listing.total
        self.taken = bytearray(listing.total)

    def named(self) -> list[int]:
        """The positions left whose rows show more than a date."""
        at = self.at
        return [position for position in self.left if (row := at[position]).first_name or not row.hidden]

    def settle(self) -> None:
        """Take what is matched off the list of what is left."""
        taken = self.taken
        self.left = [position for position in self.left if not taken[position]]


class Linkage:
    """Two lists, and how far they are linked; `day` gives a row's date, None if one of the lists has no dates."""

    __slots__ = ("after", "before", "day", "how", "partners", "uncertain")

    def __init__(self, pair: Pair) -> None:
        dated = "connected_on" in pair.before.columns & pair.after.columns
        self.day: Callable[[Connection], date | None] = attrgetter("connected_on") if dated else _no_day
        self.before, self.after = Side(pair.before), Side(pair.after)
        self.partners = [-1] * pair.before.total
        self.how: dict[int, How] = {}
        self.uncertain: list[Uncertain] = []
        for before, after in pair.anchors:
            self.partners[before] = after

    def match(self, before: int, after: int, how: How) -> None:
        """Record that two rows are one person's."""
        self.partners[before] = after
        self.before.taken[before] = self.after.taken[after] = 1
        if how != "same":
            self.how[before] = how

    def doubt(self, before: Sequence[int], after: Sequence[int], reason: str, likelier: Sequence[Claim] = ()) -> None:
        """Record that nobody can say which of these rows are one person's."""
        self.uncertain.append(Uncertain(tuple(before), tuple(after), reason, tuple(likelier)))
        for position in before:
            self.before.taken[position] = 1
        for position in after:
            self.after.taken[position] = 1

    def settle(self) -> None:
        """Take what is matched off both lists of what is left."""
        self.before.settle()
        self.after.settle()

    def match_by_key(self, key: Key, how: How, *, other: Key | None = None, most: bool = False) -> None:
        """Match the named rows left that have a key in common; see `pairs_by_key`."""
        for one, another in self.pairs_by_key(key, other=other, most=most):
            self.match(one, another, how)
        self.settle()

    def pairs_by_key(
        self, key: Key, *, other: Key | None = None, single: bool = False, most: bool = False
    ) -> list[tuple[int, int]]:
        """The positions of the named rows left whose key (after: `other`) is the same, ``None`` being none.

        Where as many rows before as after have it, the k-th is paired with the k-th (not at all if `single`). Where
        the counts differ nothing is paired, since the key cannot say which of them is missing; with `most`, the
        first of them are, since then rows of one key are one person's or alike.
        """
        mine, theirs = self.before.named(), self.after.named()
        before_at, after_at = self.before.at, self.after.at
        keys = [key(before_at[position]) for position in mine]
        others = [(other or key)(after_at[position]) for position in theirs]
        once, once_after = _unique(keys, mine), _unique(others, theirs)
        if once is not None and once_after is not None:
            partners = map(once.get, once_after)
            return [(b, a) for b, a in zip(partners, once_after.values(), strict=True) if b is not None]
        places, places_after = _places(keys, mine), _places(others, theirs)
        found: list[tuple[int, int]] = []
        for value, after in places_after.items():
            before = places.get(value, ())
            if most or (len(before) == len(after) and not (single and len(before) > 1)):
                found += zip(before, after, strict=False)
        return found


def _no_day(_: Connection) -> date | None:
    return None


def _unique(keys: Sequence[Hashable], positions: Sequence[int]) -> dict[Hashable, int] | None:
    """Where each key stands; None if one stands in two places. The quick way: most keys do not."""
    places = dict(zip(keys, positions, strict=True))
    keyless = keys.count(None) if places.pop(None, None) is not None else 0
    return places if len(places) + keyless == len(keys) else None


def _places(keys: Sequence[Hashable], positions: Sequence[int]) -> dict[Hashable, list[int]]:
    places: dict[Hashable, list[int]] = {}
    for value, position in zip(keys, positions, strict=True):
        if value is not None:
            places.setdefault(value, []).append(position)
    return places


# --- order ------------------------------------------------------------------------------------------------------------
# The order that two newest-first lists share, and the gaps between the rows that prove it.


_MOVED = 3
"""How many rows may have changed places, by somebody's hand, before the order counts for nothing."""


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
        self.is_lost = False
        if not all(map(lt, self._chains[1], islice(self._chains[1], 1, None))):
            self._keep_longest(linkage.before.total, linkage.after.total)

    def gap(self, which: int, position: int) -> int:
        """In which gap a row before (`which` is 0) or after (1) lies; 0 is above the first row of the chain."""
        return bisect_left(self._chains[which], position)

    def may_be_one(self, before: int, after: int) -> bool:
        """Whether the places of two rows do not rule out that one has replaced the other."""
        if self.is_crossed(0, before) or self.is_crossed(1, after):
            return True
        return self.gap(0, before) == self.gap(1, after)

    def is_crossed(self, which: int, position: int) -> bool:
        """Whether a matched row that contradicts the chain crosses this place, so that the place proves nothing."""
        counts = self._crossings[which]
        return bool(counts) and counts[position] > 0

    def _keep_longest(self, total: int, total_after: int) -> None:
        """Keep the longest chain that stands in one order; count at each place how many of the others cross it."""
        before, after = self._chains
        kept = longest_increasing(after)
        dropped = sorted(set(range(len(after))).difference(kept))
        self.is_lost = len(dropped) > max(_MOVED, len(after) // 100)
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

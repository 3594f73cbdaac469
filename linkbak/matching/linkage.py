"""Two lists being linked: what is matched so far, what is left, and in the end the alignment."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from datetime import date
from operator import attrgetter
from typing import Literal, NamedTuple

from linkbak.model import Connection, Listing, Pair, Rows

How = Literal["same", "address", "reconnected", "name", "position", "similarity", "date"]
"""By what two rows are known to be one person's.

same: equal in every field both lists have; address: equal address key and date; reconnected: equal address key, or
without addresses equal name and work, with another date; name: equal name and date; position: one stands in the
other's place; similarity: alike beyond doubt on one date; date: only one of the two can have been hidden.
"""

Key = Callable[[Connection], Hashable]


class Uncertain(NamedTuple):
    """Rows (by position, never none on either side) that allow two readings, and which."""

    before: tuple[int, ...]
    after: tuple[int, ...]
    reason: str


class Alignment(NamedTuple):
    """Which row of the earlier list is which row of the later one; every row is in exactly one place.

    `partners[b]` is the position after of the row at position b before, -1 for one in `vanished` or `uncertain`. `how`
    tells, by position before, the matches that are not "same". `ordered` is whether the order of the
    rows could be used; `addressed` whether both lists give addresses.
    """

    partners: Sequence[int]
    how: Mapping[int, How]
    vanished: tuple[int, ...]
    added: tuple[int, ...]
    uncertain: tuple[Uncertain, ...]
    ordered: bool
    addressed: bool

    def matches(self) -> Iterator[tuple[int, int, How]]:
        """Every match as position before, position after, and how it is known; by position before."""
        how = self.how
        for before, after in enumerate(self.partners):
            if after >= 0:
                yield before, after, how.get(before, "same")


class Side:
    """One of the two lists: its rows by position, and the positions not matched yet, ascending."""

    __slots__ = ("at", "left", "taken", "total")

    def __init__(self, listing: Listing) -> None:
        self.at = listing.by_position()
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

    def doubt(self, before: Sequence[int], after: Sequence[int], reason: str) -> None:
        """Record that it cannot be told which of these rows are one person's."""
        self.uncertain.append(Uncertain(tuple(before), tuple(after), reason))
        for position in before:
            self.before.taken[position] = 1
        for position in after:
            self.after.taken[position] = 1

    def settle(self) -> None:
        """Take what is matched off both lists of what is left."""
        self.before.settle()
        self.after.settle()

    def match_by_key(self, key: Key, how: How, *, single: bool = False) -> None:
        """Match the named rows left that have a key in common; see `pairs_by_key`."""
        before, after = self.before.named(), self.after.named()
        for one, other in pairs_by_key(before, self.before.at, after, self.after.at, key, single=single):
            self.match(one, other, how)
        self.settle()


def _no_day(_: Connection) -> date | None:
    return None


def pairs_by_key(
    before: Sequence[int], before_at: Rows, after: Sequence[int], after_at: Rows, key: Key, *, single: bool = False
) -> list[tuple[int, int]]:
    """The positions whose rows have a key in common, ``None`` being none.

    Where as many rows before as after have it, the k-th is matched with the k-th (not at all if `single`). Where
    the counts differ nothing is matched: which of them is missing is not for the key to say.
    """
    keys, others = [key(before_at[b]) for b in before], [key(after_at[a]) for a in after]
    once, once_after = _unique(keys, before), _unique(others, after)
    if once is not None and once_after is not None:
        partners = map(once.get, once_after)
        return [(b, a) for b, a in zip(partners, once_after.values(), strict=True) if b is not None]
    places, places_after = _places(keys, before), _places(others, after)
    found: list[tuple[int, int]] = []
    for value, theirs in places_after.items():
        mine = places.get(value, ())
        if len(mine) == len(theirs) and not (single and len(mine) > 1):
            found += zip(mine, theirs, strict=True)
    return found


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

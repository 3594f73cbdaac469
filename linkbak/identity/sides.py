"""The two lists while they are being aligned: what is matched so far, and what is left."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from datetime import date
from operator import itemgetter
from typing import Protocol

from linkbak.identity.alignment import How, Uncertain
from linkbak.model import Connection, Listing, Pair

Key = Callable[[Connection], Hashable]


class Rows(Protocol):
    """Rows by their position in the list: the list itself, or a mapping where rows were left out."""

    def __getitem__(self, position: int, /) -> Connection:
        """The row at that position."""
        ...


class Side:
    """One of the two lists: its rows by position, and the positions not matched yet, ascending."""

    __slots__ = ("at", "left", "taken", "total")

    def __init__(self, listing: Listing) -> None:
        self.at = rows_at(listing)
        self.left = list(listing.positions)
        self.total = listing.total
        self.taken = bytearray(listing.total)

    def named(self) -> list[int]:
        """The positions left whose rows show more than a date."""
        at = self.at
        return [position for position in self.left if (row := at[position])[0] or any(row[:6])]

    def settle(self) -> None:
        """Take what is matched off the list of what is left."""
        taken = self.taken
        self.left = [position for position in self.left if not taken[position]]


def rows_at(listing: Listing) -> Rows:
    """The rows by position."""
    if len(listing.rows) == listing.total:
        return listing.rows
    return dict(zip(listing.positions, listing.rows, strict=True))


class Work:
    """An alignment in the making; `day` gives a row's date, None if one of the lists has no dates."""

    __slots__ = ("after", "before", "day", "how", "partners", "uncertain")

    def __init__(self, pair: Pair) -> None:
        dated = "connected_on" in pair.before.columns & pair.after.columns
        self.day: Callable[[Connection], date | None] = itemgetter(6) if dated else _no_day
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

    def pair(self, key: Key, how: How, *, single: bool = False) -> None:
        """Match the named rows left that have a key in common; see `pairs`."""
        before, after = self.before.named(), self.after.named()
        for one, other in pairs(before, self.before.at, after, self.after.at, key, single=single):
            self.match(one, other, how)
        self.settle()


def _no_day(_: Connection) -> date | None:
    return None


def pairs(
    before: Sequence[int], before_at: Rows, after: Sequence[int], after_at: Rows, key: Key, *, single: bool = False
) -> list[tuple[int, int]]:
    """The positions whose rows have a key in common, ``None`` being none.

    Where as many rows before as after have it, the k-th is matched with the k-th (not at all if `single`). Where
    the counts differ nothing is matched: which of them is missing is not for the key to say.
    """
    keys, others = [key(before_at[b]) for b in before], [key(after_at[a]) for a in after]
    once, once_after = _once(keys, before), _once(others, after)
    if once is not None and once_after is not None:
        stands = map(once.get, once_after)
        return [(b, a) for b, a in zip(stands, once_after.values(), strict=True) if b is not None]
    places, places_after = _places(keys, before), _places(others, after)
    found: list[tuple[int, int]] = []
    for value, theirs in places_after.items():
        mine = places.get(value, ())
        if len(mine) == len(theirs) and not (single and len(mine) > 1):
            found += zip(mine, theirs, strict=True)
    return found


def _once(keys: Sequence[Hashable], positions: Sequence[int]) -> dict[Hashable, int] | None:
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

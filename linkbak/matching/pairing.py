"""What aligning two lists gives."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Literal, NamedTuple, Protocol

from linkbak.matching.keys import name_key, url_key
from linkbak.model import Connection, Listing, Pair

How = Literal["same", "address", "reconnected", "name", "slot", "likeness", "date"]
"""By what two rows are known to be one person's.

same: equal in every field both lists have; address: equal address key and date; reconnected: equal address key, or
without addresses equal name and work, with another date; name: equal name and date; slot: one stands in the
other's place; likeness: alike beyond doubt on one date; date: only one of the two can have been hidden.
"""


class Uncertain(NamedTuple):
    """Rows (by position, never none on either side) that allow two readings, and which."""

    before: tuple[int, ...]
    after: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Alignment:
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


# --- sides ------------------------------------------------------------------------------------------------------------
# The two lists while they are being aligned: what is matched so far, and what is left.

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


# --- anchors ----------------------------------------------------------------------------------------------------------
# Rows that one key alone shows to be one person's: equal rows, addresses, names.


def anchor(work: Work, before: frozenset[str], after: frozenset[str]) -> bool:
    """Match what keys can match; whether both lists turned out to give addresses.

    `before` and `after` are the columns the lists have; what one side lacks is neither compared nor used. A row
    equal in every field is matched to no other, so that rows left out of both lists as identical change
    nothing for the rest.
    """
    columns = before & after
    day = work.day
    if "url" in columns:
        _by_address(work)
    work.pair(_itself if before == after else _whole_row(columns), "same")
    addressed = "url" in columns and _has_addresses(work.before) and _has_addresses(work.after)
    if addressed:
        work.pair(lambda row: (url_key(row[2]), day(row)) if row[2] else None, "address")
        work.pair(lambda row: url_key(row[2]) if row[2] else None, "reconnected", single=True)
    else:
        work.pair(lambda row: (row[0], row[1], day(row)), "name")
        work.pair(lambda row: (name_key(row[0], row[1]), day(row)), "name")
    return addressed


def _has_addresses(side: Side) -> bool:
    return any(side.at[p][2] for p in side.left)


def _by_address(work: Work) -> None:
    """Match addresses as written, if no address stands in two rows: the quick way through two usual lists."""
    before, after = _addresses(work.before), _addresses(work.after)
    if before is None or after is None:
        return
    before_at, after_at, day = work.before.at, work.after.at, work.day
    match, place = work.match, before.get
    for url, other in after.items():
        one = place(url)
        if one is not None:
            mine, theirs = before_at[one], after_at[other]
            if mine == theirs:
                match(one, other, "same")
            else:
                match(one, other, "address" if day(mine) == day(theirs) else "reconnected")
    work.settle()


def _addresses(side: Side) -> dict[str, int] | None:
    """Where each address stands; None if one stands in two rows."""
    at = side.at
    urls = [at[position][2] for position in side.left]
    places = dict(zip(urls, side.left, strict=True))
    places.pop("", None)
    return places if len(places) + urls.count("") == len(urls) else None


def _whole_row(columns: frozenset[str]) -> Key:
    """The row without the fields that one of the lists has no column for."""
    return itemgetter(*(place for place, name in enumerate(Connection._fields) if name in columns))


def _itself(row: Connection) -> Hashable:
    return row


# --- namesakes --------------------------------------------------------------------------------------------------------
# Lists without addresses: whether someone gone and someone new of one name are one person connected again.

NAMESAKE = "the name is listed again with another date: connected again, or another person of that name"


def reconnect(work: Work) -> None:
    """Match the one of a name that is gone with the one that came, if e-mail, company or position agree.

    Whatever else shares a name is uncertain: without addresses nobody can tell a namesake from someone who came back.
    """
    gone, come = _by_name(work.before, work.before.left), _by_name(work.after, work.after.left)
    for name, before in gone.items():
        after = come.get(name)
        if after is None:
            continue
        if len(before) == len(after) == 1 and _agree(work.before.at[before[0]], work.after.at[after[0]]):
            work.match(before[0], after[0], "reconnected")
        else:
            work.doubt(before, after, NAMESAKE)
    work.settle()
    _join_doubts(work)


def _join_doubts(work: Work) -> None:
    """Count whoever is left with an uncertain group that has the name on the other side, the newest if several do."""
    gone, come = _by_name(work.before, work.before.left), _by_name(work.after, work.after.left)
    doubts, work.uncertain = sorted(work.uncertain, key=lambda doubt: _rank(work, doubt)), []
    for before, after, reason in doubts:
        names_before, names_after = _by_name(work.before, before), _by_name(work.after, after)
        more_before = [position for name in names_after for position in gone.pop(name, ())]
        more_after = [position for name in names_before for position in come.pop(name, ())]
        work.doubt(sorted((*before, *more_before)), sorted((*after, *more_after)), reason)
    work.settle()


def _rank(work: Work, doubt: Uncertain) -> tuple[int, list[str]]:
    """The place of an uncertain group in an order that is the same with both lists swapped."""
    rows = [work.before.at[b] for b in doubt.before] + [work.after.at[a] for a in doubt.after]
    newest = max((row.connected_on.toordinal() for row in rows if row.connected_on is not None), default=0)
    return -newest, sorted(row.name for row in rows)


def _by_name(side: Side, positions: Sequence[int]) -> dict[str, list[int]]:
    """The named ones of some rows by the key of their name."""
    names: dict[str, list[int]] = {}
    for position in positions:
        row = side.at[position]
        if not row.hidden:
            names.setdefault(name_key(row[0], row[1]), []).append(position)
    return names


def _agree(one: Connection, other: Connection) -> bool:
    mine, theirs = _contact(one), _contact(other)
    return any(a and a == b for a, b in zip(mine, theirs, strict=True))


def _contact(row: Connection) -> list[str]:
    return [text.strip().casefold() for text in (row.email, row.company, row.position)]

"""Two lists being linked: what is matched so far, and what can be claimed about the rows that are left."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import accumulate, islice
from math import ceil
from operator import attrgetter, lt
from typing import Literal

from linkbak.matching import name_key, url_key
from linkbak.matching.readings import (
    ADDRESS_TAKEN,
    LEAST_LIKE,
    LISTED_AGAIN,
    MOST_CELLS,
    NEW_AND_HIDDEN,
    NEW_ON_TOP,
    ORDER_LOST,
    RECONNECTED,
    Matrix,
    Rates,
    Traits,
    Weights,
    band,
    likelihood_ratio,
    name_ratio,
    nearly_ordered,
    traits,
    unordered,
    work_ratio,
)
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

    __slots__ = ("after", "anchors", "before", "day", "how", "partners", "uncertain")

    def __init__(self, pair: Pair) -> None:
        dated = "connected_on" in pair.before.columns & pair.after.columns
        self.day: Callable[[Connection], date | None] = attrgetter("connected_on") if dated else lambda _: None
        self.before, self.after = Side(pair.before), Side(pair.after)
        self.partners = [-1] * pair.before.total
        self.how: dict[int, How] = {}
        self.uncertain: list[Uncertain] = []
        self.anchors = pair.anchors
        for before, after, length in pair.anchors:
            self.partners[before : before + length] = range(after, after + length)

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
        partners, how = linkage.partners, linkage.how
        alone = [(b, partners[b]) for b in linkage.before.positions if partners[b] >= 0 and how.get(b) != "reconnected"]
        # Of a run its first row is enough, for no other row lies within it.
        self._chains = _chains([*((b, a) for b, a, _ in linkage.anchors), *alone])
        self._crossings: tuple[Sequence[int], Sequence[int]] = ((), ())
        self.is_lost = False
        if not all(map(lt, self._chains[1], islice(self._chains[1], 1, None))):
            runs = ((b + step, a + step) for b, a, length in linkage.anchors for step in range(length))
            self._chains = _chains([*runs, *alone])
            self._keep_longest(linkage.before.total, linkage.after.total)

    def gap(self, which: int, position: int) -> int:
        """In which gap a row before (`which` is 0) or after (1) lies; 0 is above the first row of the chain."""
        return bisect_left(self._chains[which], position)

    def may_be_one(self, before: int, after: int) -> bool:
        """Whether the places of two rows do not rule out that one has replaced the other."""
        if self.is_crossed(0, before) or self.is_crossed(1, after):
            return True
        return self.gap(0, before) == self.gap(1, after)

    @property
    def is_kept(self) -> bool:
        """Whether no matched row contradicts the chain."""
        return not self._crossings[0]

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


def _chains(links: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    links.sort()
    return [b for b, _ in links], [a for _, a in links]


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


SURE = 0.98
"""The least share of all readings in which a claim must hold to be made."""
LINKED = 0.005
"""The least share of readings that link two uncertain rows for them to be shown together."""

NOBODY, HIDDEN = -1, -2
"""Instead of a position in the other list: gone (or new), and any date-only row."""


class Scale(NamedTuple):
    """What readings are weighed by.

    `since` is the day of the earlier export, `shift` the days by which some dates differ (see `Anchored`), `moved` the
    rows after that have the address of one before, by that row, with a date since then; `apart` are those and others
    that stand in nobody's place.
    """

    linkage: Linkage
    rates: Rates
    addressed: bool
    since: date
    shift: int = 0
    moved: Mapping[int, int] = {}
    apart: frozenset[int] = frozenset()

    def weigh(self, before: Sequence[int], after: Sequence[int], *, ordered: bool, top: bool) -> Weights:
        """The weights of a block's rows; where the order holds, rows too far apart to be one are not compared."""
        linkage = self.linkage
        rows = [linkage.before.at[b] for b in before]
        others = [linkage.after.at[a] for a in after]
        mine, theirs = list(map(_traits, rows)), list(map(_traits, others))
        near = band(len(rows), len(others), top=top or not ordered)
        new = [LISTED_AGAIN if ordered else self._new(row) for row in others]
        return Weights(
            [
                [
                    self._same(row, other, one, another) if j - i in near else 0.0
                    for j, (other, another) in enumerate(zip(others, theirs, strict=True))
                ]
                for i, (row, one) in enumerate(zip(rows, mine, strict=True))
            ],
            [self._gone(b) for b in before],
            new,
            [self._new(row) for row in others] if top else new,
        )

    def is_one(self, before: int) -> bool:
        """Whether a row alone in its gap is the one row of its date there, however unlike they are.

        What `weigh` would say, without looking at the rows: most who are renamed stand alone.
        """
        rates = self.rates
        least = min(rates.renamed * LEAST_LIKE, rates.hidden, rates.shown_again, 1 - rates.shown_again - rates.gone)
        parted = rates.gone * LISTED_AGAIN
        return not self.shift and before not in self.moved and least >= SURE * (least + parted)

    def is_new(self, row: Connection) -> bool:
        """Whether the date allows the row to be someone new."""
        day = self.linkage.day(row)
        return day is None or day >= self.since

    def reconnected(self, before: int) -> float:
        """How much likelier it is that the two rows of one address are one person than that the address passed on."""
        one, other = self.linkage.before.at[before], self.linkage.after.at[self.moved[before]]
        kept = min(name_ratio(traits(one), traits(other)), 1.0)
        return kept * RECONNECTED / ADDRESS_TAKEN

    def _same(self, row: Connection, other: Connection, one: Traits | None, another: Traits | None) -> float:
        """That the row before is the other one after."""
        rates = self.rates
        day, later = self.linkage.day(row), self.linkage.day(other)
        if day != later and not (self.shift and day and later and later - day == timedelta(self.shift)):
            return 0.0
        if one is None:
            return rates.shown_again if another else 1 - rates.shown_again - rates.gone
        if another is None:
            return rates.hidden
        if _key_of(row, self.addressed) == _key_of(other, self.addressed):
            return (1 - rates.renamed - rates.hidden - rates.gone) * work_ratio(one, another)
        return rates.renamed * likelihood_ratio(one, another)

    def _gone(self, before: int) -> float:
        """That the row is gone; if its address is listed with a later date, that it was connected again."""
        return self.rates.gone * (self.reconnected(before) if before in self.moved else 1.0)

    def _new(self, row: Connection) -> float:
        """That the row is someone the earlier list lacked."""
        if not self.is_new(row):
            return LISTED_AGAIN
        return NEW_ON_TOP * (NEW_AND_HIDDEN if row.hidden else 1.0)


def _traits(row: Connection) -> Traits | None:
    return None if row.hidden else traits(row)


def _key_of(row: Connection, addressed: bool) -> str:
    return url_key(row.url) if addressed else name_key(row.first_name, row.last_name)


# --- claims -----------------------------------------------------------------------------------------------------------


def settle_in_order(scale: Scale, before: list[int], after: list[int], reason: str, *, top: bool) -> None:
    """Match rows of one gap, or call them uncertain; those that are gone or new for certain are left over."""
    if len(before) * len(after) > MOST_CELLS:
        _settle_many(scale.linkage, before, after, reason)
        return
    if len(before) == len(after) == 1 and not top and scale.is_one(before[0]):
        scale.linkage.match(before[0], after[0], "place")
        return
    shares = nearly_ordered(scale.weigh(before, after, ordered=True, top=top), ORDER_LOST, top=top)
    _Block(scale.linkage, before, after, shares).settle("place", reason)


def settle_in_date(scale: Scale, before: list[int], after: list[int], reason: str, *, order_lost: float = 1.0) -> None:
    """The same of rows of one date, in any order; `order_lost` is the probability that they stand in any.

    Where it is small, matches cross anchors: such a match is at most uncertain.
    """
    before, after = _spare_hidden(scale.linkage, before, after) if order_lost == 1 else (before, after)
    if not before or not after:
        return
    shares = unordered(scale.weigh(before, after, ordered=False, top=False), order_lost)
    if shares is None:
        _settle_many(scale.linkage, before, after, reason)
    else:
        _Block(scale.linkage, before, after, shares.same).settle("date" if order_lost == 1 else None, reason)


def _spare_hidden(linkage: Linkage, before: list[int], after: list[int]) -> tuple[list[int], list[int]]:
    """Match date-only rows that stayed in every reading, so that fewer are left to weigh."""
    hidden, hidden_after = _hidden(linkage, before, after)
    stayed = min(len(hidden) - (len(after) - len(hidden_after)), len(hidden_after) - (len(before) - len(hidden)))
    for b, a in list(zip(hidden, hidden_after, strict=False))[: max(stayed, 0)]:
        linkage.match(b, a, "date")
    return [b for b in before if not linkage.before.taken[b]], [a for a in after if not linkage.after.taken[a]]


def _hidden(linkage: Linkage, before: Iterable[int], after: Iterable[int]) -> tuple[list[int], list[int]]:
    rows, others = linkage.before.at, linkage.after.at
    return [b for b in before if rows[b].hidden], [a for a in after if others[a].hidden]


def _settle_many(linkage: Linkage, before: list[int], after: list[int], reason: str) -> None:
    """Too many rows to weigh all their readings: match by e-mail or name, and call the rest uncertain."""
    chosen = set(before), set(after)
    for key in (lambda row: row.email.strip().casefold() or None, lambda row: _key_of(row, addressed=False)):
        for b, a in linkage.pairs_by_key(key, single=True):
            if b in chosen[0] and a in chosen[1]:
                linkage.match(b, a, "date")
        linkage.settle()
    before, after = _spare_hidden(linkage, before, after)
    if before and after:
        linkage.doubt(before, after, reason)


Options = dict[int, float]
"""What may have become of a row, with its share: a position of the other list, `HIDDEN` or `NOBODY`."""


class _Block:
    """Rows before and after, and `shares[i][j]`: in how much of all readings the row i before is the row j after.

    Date-only rows are one claim: a named row that hid is any of them, and so is one that is shown again.
    """

    def __init__(self, linkage: Linkage, before: Sequence[int], after: Sequence[int], shares: Matrix) -> None:
        self._linkage = linkage
        self._hidden, self._hidden_after = _hidden(linkage, before, after)
        rows, others = set(self._hidden), set(self._hidden_after)
        columns = zip(*shares, strict=True)
        self._options = {b: _options(r, after, others) for b, r in zip(before, shares, strict=True) if b not in rows}
        self._options_after = {
            a: _options(c, before, rows) for a, c in zip(after, columns, strict=True) if a not in others
        }

    def settle(self, how: How | None, reason: str) -> None:
        """Match what nearly all readings match; what they disagree on is uncertain. Without `how` no match is sure."""
        matches, how = how is not None, how or "date"
        unclear = {b for b, found in self._options.items() if not _is_sure(found, matches=matches)}
        unclear_after = {a for a, found in self._options_after.items() if not _is_sure(found, matches=matches)}
        self._widen(unclear, unclear_after)
        for b in sorted(self._options.keys() - unclear):
            a = _likeliest(self._options[b])
            if a != NOBODY:
                self._linkage.match(b, self._hidden_after.pop(0) if a == HIDDEN else a, how)
        for a in sorted(self._options_after.keys() - unclear_after):
            if _likeliest(self._options_after[a]) == HIDDEN:
                self._linkage.match(self._hidden.pop(0), a, how)
        self._match_hidden(unclear, unclear_after, how)
        for rows, others in self._groups(unclear, unclear_after):
            likelier = self._likelier(rows, others)
            if any(map(self._may_hide, rows)) or any(map(self._may_show, others)):
                rows, others = rows + self._hidden, others + self._hidden_after
            if rows and others:
                self._linkage.doubt(sorted(rows), sorted(others), reason, likelier)

    def _widen(self, unclear: set[int], unclear_after: set[int]) -> None:
        """Give everybody unclear somebody unclear on the other side: if nobody else, the likeliest there."""
        for mine, theirs, options, hidden in (
            (unclear, unclear_after, self._options, self._hidden_after),
            (unclear_after, unclear, self._options_after, self._hidden),
        ):
            for one in sorted(mine):
                likely = {other for other, share in options[one].items() if share >= LINKED and other != NOBODY}
                if theirs & likely:
                    continue
                if HIDDEN in likely:  # and some date-only row is not surely the partner of a named one
                    taken = sum(_likeliest(found) == HIDDEN for row, found in options.items() if row not in mine)
                    if len(hidden) > taken:
                        continue
                likeliest = max((share, other) for other, share in options[one].items() if other != NOBODY)[1]
                mine.update(row for row in options if _likeliest(options[row]) == likeliest)
                if likeliest != HIDDEN:
                    theirs.add(likeliest)

    def _match_hidden(self, unclear: Iterable[int], unclear_after: Iterable[int], how: How) -> None:
        """Match date-only rows that stayed in every reading; it makes no difference which."""
        shown = _most(self._options_after[a].get(HIDDEN, 0.0) for a in unclear_after)
        hid = _most(self._options[b].get(HIDDEN, 0.0) for b in unclear)
        stayed = max(0, min(len(self._hidden) - shown, len(self._hidden_after) - hid))
        for b, a in zip(self._hidden[:stayed], self._hidden_after[:stayed], strict=True):
            self._linkage.match(b, a, how)
        del self._hidden[:stayed], self._hidden_after[:stayed]

    def _groups(self, unclear: set[int], unclear_after: set[int]) -> list[tuple[list[int], list[int]]]:
        """The unclear rows, before and after, that some reading links; a date-only row links all it may belong to."""
        left, left_after = set(unclear), set(unclear_after)
        found = []
        while left or left_after:
            rows, others = set[int](), set[int]()
            more, more_after = ({min(left)}, set[int]()) if left else (set[int](), {min(left_after)})
            while more or more_after:
                rows |= more
                others |= more_after
                left -= more
                left_after -= more_after
                hidden = any(map(self._may_hide, rows)) or any(map(self._may_show, others))
                more = {b for b in left if (hidden and self._may_hide(b)) or any(self._linked(b, a) for a in others)}
                more_after = {
                    a for a in left_after if (hidden and self._may_show(a)) or any(self._linked(b, a) for b in rows)
                }
            found.append((sorted(rows), sorted(others)))
        return found

    def _may_hide(self, before: int) -> bool:
        return self._options[before].get(HIDDEN, 0.0) >= LINKED

    def _may_show(self, after: int) -> bool:
        return self._options_after[after].get(HIDDEN, 0.0) >= LINKED

    def _linked(self, before: int, after: int) -> bool:
        return self._options[before].get(after, 0.0) >= LINKED

    def _likelier(self, rows: Iterable[int], others: Iterable[int]) -> list[Claim]:
        """The likeliest claim about each row, each claim once."""
        claims = [Claim(b, a, self._options[b][a]) for b in rows for a in [_likeliest(self._options[b])]]
        matched = {claim.after for claim in claims}
        for a in others:
            b = _likeliest(self._options_after[a])
            if b < 0 and a not in matched:
                claims.append(Claim(b, a, self._options_after[a][b]))
        return claims


def _most(shares: Iterable[float]) -> int:
    """How many of these may hold at once in nearly all readings."""
    return ceil(sum(share for share in shares if share >= LINKED) - 2 * LINKED)


def _options(shares: Sequence[float], positions: Sequence[int], hidden: set[int]) -> Options:
    """What may have become of a row: which named row it is, whether it hid (or was shown again), whether it left."""
    found: Options = {}
    for position, share in zip(positions, shares, strict=True):
        if share > 0:
            place = HIDDEN if position in hidden else position
            found[place] = found.get(place, 0.0) + share
    found[NOBODY] = max(0.0, 1 - sum(found.values()))
    return found


def _likeliest(options: Options) -> int:
    """The likeliest; among equals the first in the list, and only then a date-only row or nobody."""
    return max(options, key=lambda place: (options[place], place >= 0, -place))


def _is_sure(options: Options, *, matches: bool) -> bool:
    place = _likeliest(options)
    return options[place] >= SURE and (matches or place == NOBODY)

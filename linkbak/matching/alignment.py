"""Aligns two lists of connections: which row of the earlier one is which row of the later one.

Keys come first: an equal address and date is one person wherever the row stands. What is left lies in gaps between
rows that are matched and in the same order in both lists. In each gap, and of each date, all readings are weighed that
keep the order (`readings`), with rates for the time between the two exports and by how alike the rows are. A claim that
holds in `SURE` of their weight is made; the rest is uncertain, with the likelier reading and its share.

What the readings rest on, and where that fails:

- Someone new stands above everyone who was there before, and is not dated before the earlier export. An older row that
  the earlier list lacked is "listed again", which is so rare that one row for another on an old date is a rename.
- The order proves nothing where matched rows changed places, or in lists that are not newest first: there all
  readings of one date are weighed, whatever the order. On a date in order no match crosses an anchor.
- A time proves nothing against the list's own dates: if the later list has rows that no earlier one can lack, dated
  after the newest of the earlier list and before it was written, then the earlier one was written before them.
- Date-only rows of one date are all the same row; which of them is missing makes no difference and is not uncertain.

Comparing the later list with the earlier one gives the mirror image.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from operator import attrgetter

from linkbak.matching import name_key, url_key
from linkbak.matching.linkage import (
    HIDDEN,
    NOBODY,
    SURE,
    Alignment,
    Claim,
    How,
    Linkage,
    Order,
    Scale,
    Side,
    Uncertain,
    settle_in_date,
    settle_in_order,
)
from linkbak.matching.readings import (
    HAS_NAME,
    MOST_RECONNECTED,
    ORDER_LOST,
    RECONNECTED,
    RENAMED,
    Rates,
    contact_ratio,
    expected_rates,
    shrunk_rates,
    traits,
)
from linkbak.model import Connection, Listing, NamedTuple, Pair
from linkbak.texts import tr_later

__all__ = [
    "HIDDEN", "MISSING", "NAMESAKE", "NEWEST", "NOBODY", "UNORDERED", "Alignment", "Claim", "How", "Uncertain", "align",
    "relink",
]  # fmt: skip

NEWEST = tr_later("the newest date: either another name and address, or one connection lost and another new")
MISSING = tr_later("some of these people are gone, others hidden or renamed; the lists do not show which")
UNORDERED = tr_later("one date, and no order to go by: either other names and addresses, or some lost and others new")
NAMESAKE = tr_later("the name is listed again with another date: connected again, or another person of that name")

_DAY = timedelta(days=1)
_Rows = tuple[list[int], list[int]]
"""Positions before and after."""


def align(
    pair: Pair, taken: tuple[str, str] = ("", ""), conversations: Sequence[tuple[int, int]] = ()
) -> tuple[Pair, Alignment]:
    """Align two lists of connections of one account; near-linear in their length.

    Gives the pair that it is of, too: that given, or the whole one (`Pair.whole`) if rows changed places.
    `taken` are the times both were written (RFC 3339), "" where that is not known: then the newest date in a list
    says it. Rows that the pair leaves out as identical (`Pair.anchors`) count as matched. `conversations` are rows,
    before and after, that the same conversation with the owner is with: one person's, unless a date or the order of
    the lists speaks against it.
    """
    days = _day(pair.before, taken[0]), _day(pair.after, taken[1])
    order = taken if all(taken) else (days[0].isoformat(), days[1].isoformat())
    if order[0] <= order[1]:
        found = _aligned(pair, *days, conversations)
    else:
        swapped = Pair(pair.after, pair.before, sorted((a, b, length) for b, a, length in pair.anchors), pair.whole)
        found = _aligned(swapped, *days[::-1], [(a, b) for b, a in conversations])
        found = found and _mirrored(found)
    if found is not None:
        return pair, found
    whole = pair.whole() if pair.whole else None
    assert whole is not None, "rows that were read before can be read again"
    return align(whole, taken, conversations)


def relink(pair: Pair) -> Alignment:
    """Link people who had been away (before) to rows that a list shows anew (after), whatever the dates.

    Precondition: nothing is known of when those away left, and of the arrivals anyone may be new. So only a key or a
    likeness identifies anybody, and date-only rows, who are nobody in particular, are linked to none. Somebody of the
    same full name under another address is perhaps back: how often that is so nobody has measured.
    """
    linkage = Linkage(pair)
    anchored = match_anchors(linkage, pair, date.min)
    at, after_at, day = linkage.before.at, linkage.after.at, linkage.day
    later = {b: a for b, a in anchored.moved if (day(at[b]) or date.min) <= (day(after_at[a]) or date.max)}
    scale = Scale(linkage, Rates(RENAMED, 0.0, 0.0, 0.5), anchored.addressed, date.min, moved=later)
    _settle_moved(scale)
    for before, after in _by_date(linkage, linkage.before.named(), linkage.after.named()).values():
        if before and after:
            settle_in_date(scale, before, after, UNORDERED)
    linkage.settle()
    if anchored.addressed:
        for b, a in linkage.pairs_by_key(lambda row: _name(row) if row.url else None, single=True):
            if (day(at[b]) or date.min) < (day(after_at[a]) or date.max):
                linkage.doubt([b], [a], NAMESAKE, [Claim(b, a, 0.5)])
        linkage.settle()
    else:
        match_namesakes(linkage, date.min)
    return _result(pair, linkage, anchored, date.min)


def _day(listing: Listing, taken: str) -> date:
    """The day a list was written: as given, but not before its newest date; `date.min` if neither is known."""
    newest = listing.newest or date.min
    return max(date.fromisoformat(taken[:10]), newest) if taken else newest


def _aligned(pair: Pair, since: date, until: date, conversations: Sequence[tuple[int, int]]) -> Alignment | None:
    """The alignment of a pair in order of time; None if it takes the whole pair."""
    linkage = Linkage(pair)
    anchored = match_anchors(linkage, pair, since)
    if pair.whole and not Order(linkage).is_kept:
        return None
    order = _order(pair, linkage)
    if conversations and _match_conversations(linkage, conversations, anchored.shift, order):
        order = _order(pair, linkage)
    since = _borne_out(linkage, since, pair.before.newest, order)
    if linkage.before.left and linkage.after.left:
        rates = expected_rates((until - since).days, addressed=anchored.addressed)
        scale = Scale(linkage, rates, anchored.addressed, since, anchored.shift)
        moved = {b: a for b, a in anchored.moved if scale.is_new(linkage.after.at[a])}
        scale = scale._replace(moved=moved, apart=_copies(linkage).union(moved.values()))
        _settle_dates(scale, _settle_gaps(pair, scale, order) if order else None)
        _settle_moved(scale)
        if not anchored.addressed:
            match_namesakes(linkage, since)
    return _result(pair, linkage, anchored, since)


def _order(pair: Pair, linkage: Linkage) -> Order | None:
    """The order that both lists keep; None if they keep none, or if nobody is left to place by it."""
    order = Order(linkage) if linkage.after.left and pair.before.newest_first and pair.after.newest_first else None
    return None if order and order.is_lost else order


def _match_conversations(linkage: Linkage, pairs: Sequence[tuple[int, int]], shift: int, order: Order | None) -> bool:
    """Match rows that one conversation is with; returns whether there were any.

    Preconditions, and where one fails the rows are left to be weighed: both rows are left, their dates are equal (or
    apart as those of another zone), no anchor lies between their places, nor another such pair.
    """
    day = linkage.day
    before, after = set(linkage.before.left), set(linkage.after.left)
    found = []
    for b, a in pairs:
        one, other = day(linkage.before.at[b]), day(linkage.after.at[a])
        dated = one is not None and (one == other or (shift != 0 and _days_apart(linkage, b, a) == shift))
        if b in before and a in after and dated and (order is None or order.may_be_one(b, a)):
            found.append((b, a))
    for b, a in found:
        if order is None or not any((b - one) * (a - other) < 0 for one, other in found):
            linkage.match(b, a, "conversation")
    linkage.settle()
    return bool(found)


def _copies(linkage: Linkage) -> frozenset[int]:
    """Rows left after that repeat another: an address is unique in a list, so they are nobody else."""
    at, taken, copies = linkage.after.at, linkage.after.taken, set[int]()
    left = linkage.after.named()
    seen = {at[a] for a in linkage.after.positions if taken[a]} if left else set[Connection]()
    for a in left:
        if at[a].url and at[a] in seen:
            copies.add(a)
        seen.add(at[a])
    return frozenset(copies)


def _borne_out(linkage: Linkage, since: date, newest: date | None, order: Order | None) -> date:
    """The day of the earlier export, as far as the lists confirm it.

    Rows on top of the later list that are dated after the newest one of the earlier list, and before the day the
    earlier one claims to be of, show that its rows are older than it claims (a file copied later, an export that lags
    behind). Then its newest date is all that can be relied on.
    """
    if newest is None:
        return since
    days = (linkage.day(linkage.after.at[a]) for a in linkage.after.left if order is None or order.gap(1, a) == 0)
    return newest if any(day is not None and newest < day < since for day in days) else since


def _result(pair: Pair, linkage: Linkage, anchored: Anchored, since: date) -> Alignment:
    at, day = linkage.after.at, linkage.day
    oldest = since - timedelta(abs(anchored.shift)) if since > date.min else since
    return Alignment(
        linkage.partners,
        linkage.how,
        tuple(linkage.before.left),
        tuple(linkage.after.left),
        tuple(sorted(linkage.uncertain)),
        pair.before.newest_first and pair.after.newest_first,
        "url" in pair.before.columns & pair.after.columns,
        frozenset(a for a in linkage.after.left if (when := day(at[a])) is not None and when < oldest),
    )


def _mirrored(found: Alignment) -> Alignment:
    """The alignment of the same lists the other way round."""
    doubted = sum(len(one.after) for one in found.uncertain)
    partners = [-1] * (sum(a >= 0 for a in found.partners) + len(found.added) + doubted)
    for b, a in enumerate(found.partners):
        if a >= 0:
            partners[a] = b
    uncertain = (
        Uncertain(one.after, one.before, one.reason, tuple(Claim(a, b, share) for b, a, share in one.likelier))
        for one in found.uncertain
    )
    return found._replace(
        partners=partners,
        how={found.partners[b]: how for b, how in found.how.items()},
        vanished=found.added,
        added=found.vanished,
        uncertain=tuple(sorted(uncertain)),
        again=frozenset(),
    )


# --- blocks ---
# What no key could match is weighed in blocks: what is left of one date in one gap, then of one date.


def _settle_gaps(pair: Pair, scale: Scale, order: Order) -> set[date | None]:
    """Settle what lies in the gaps of two lists in order; gives the dates of rows where the order does not hold."""
    linkage = scale.linkage
    blocks: dict[tuple[int, date | None], _Rows] = {}
    crossed = set[date | None]()
    for which, side in enumerate((linkage.before, linkage.after)):
        for position in side.left:
            day = linkage.day(side.at[position])
            if order.is_crossed(which, position):
                crossed.add(day)
            elif not which or position not in scale.apart:
                # Where some dates are a day off, a gap is one block: its rows are kept apart by date when weighed.
                key = order.gap(which, position), None if scale.shift else day
                blocks.setdefault(key, ([], []))[which].append(position)
    scale = scale._replace(rates=_account_rates(pair, scale, blocks.values()))
    for (gap, day), (before, after) in blocks.items():
        if before and after:
            top = gap == 0 and (day is None or day >= scale.since)
            settle_in_order(scale, before, after, NEWEST if top else MISSING, top=top)
    linkage.settle()
    return crossed


def _account_rates(pair: Pair, scale: Scale, blocks: Iterable[_Rows]) -> Rates:
    """The rates of this account, from rows that stand alone between two anchors: judging those needs no rates."""
    rows, others = scale.linkage.before.at, scale.linkage.after.at
    seen = Counter[str]()
    for before, after in blocks:
        if not after:
            seen["gone"] += len(before)
        elif len(before) == len(after) == 1:
            hidden, hidden_after = rows[before[0]].hidden, others[after[0]].hidden
            if not (hidden and hidden_after):
                seen["shown_again" if hidden else "hidden" if hidden_after else "renamed"] += 1
    named = pair.before.total - pair.before.hidden
    return shrunk_rates(scale.rates, seen, named, pair.before.hidden)


def _settle_dates(scale: Scale, crossed: set[date | None] | None) -> None:
    """Settle what is left of each date, wherever it stands: where the order is lost, or may just be.

    `crossed` are the dates of rows whose place proves nothing; None if the lists have no order at all.
    """
    linkage = scale.linkage
    left_after = [a for a in linkage.after.left if a not in scale.apart]
    for day, (before, after) in _by_date(linkage, linkage.before.left, left_after).items():
        if before and after:
            lost = 1.0 if crossed is None or day in crossed else ORDER_LOST
            settle_in_date(scale, before, after, UNORDERED, order_lost=lost)
    linkage.settle()


def _by_date(linkage: Linkage, left: Iterable[int], left_after: Iterable[int]) -> dict[date | None, _Rows]:
    dates: dict[date | None, _Rows] = {}
    for which, (side, positions) in enumerate(((linkage.before, left), (linkage.after, left_after))):
        for position in positions:
            dates.setdefault(linkage.day(side.at[position]), ([], []))[which].append(position)
    return dates


def _settle_moved(scale: Scale) -> None:
    """Match those gone with those who have the same address and a later date: they connected again, under any name.

    Somebody who is still in their place gave the address up; then it is somebody new who has it.
    """
    linkage = scale.linkage
    doubted = {b: number for number, group in enumerate(linkage.uncertain) for b in group.before}
    for b, a in scale.moved.items():
        if b in doubted:
            group = linkage.uncertain[doubted[b]]
            linkage.uncertain[doubted[b]] = group._replace(after=tuple(sorted((*group.after, a))))
            linkage.after.taken[a] = 1
        elif not linkage.before.taken[b]:
            linkage.match(b, a, "reconnected")
    linkage.settle()


# --- anchors ----------------------------------------------------------------------------------------------------------
# Rows that a key alone shows to be one person's: first of all rows, in the end of namesakes.


class Anchored(NamedTuple):
    """What the keys showed beside the matches they made.

    `addressed`: both lists give addresses. `shift`: by so many days (-1, 0 or 1) some dates of the later list differ
    since it was rendered in another zone. `moved`: rows of one address with another date, before and after.
    """

    addressed: bool
    shift: int
    moved: list[tuple[int, int]]


def match_anchors(linkage: Linkage, pair: Pair, since: date) -> Anchored:
    """Match what keys can match: rows equal in every field, an address and its date, else a name and its date.

    A column that one side lacks is neither compared nor used. `since` is the day of the earlier export. A row equal in
    every field is matched to no other, so that rows left out of both lists as identical change nothing for the rest.
    """
    before, after, day = pair.before.columns, pair.after.columns, linkage.day
    columns = before & after
    if "url" in columns:
        _match_unique_addresses(linkage)
    fields = [name for name in Connection._fields if name in columns]
    linkage.match_by_key((lambda row: row) if before == after else attrgetter(*fields), "same", most=True)
    if "url" in columns and _has_addresses(linkage.before) and _has_addresses(linkage.after):
        return _match_addresses(linkage, since)
    linkage.match_by_key(lambda row: (row.first_name, row.last_name, day(row)), "name")
    linkage.match_by_key(lambda row: (_name(row), day(row)), "name")
    shift = _zone(linkage, linkage.pairs_by_key(_name, single=True), since, least=2)
    if shift:
        linkage.match_by_key(
            lambda row: (_name(row), day(row)),
            "name",
            other=lambda row: (_name(row), (when := day(row)) and when - shift * _DAY),
        )
    return Anchored(False, shift, [])


def _match_addresses(linkage: Linkage, since: date) -> Anchored:
    at, after_at, day = linkage.before.at, linkage.after.at, linkage.day
    linkage.match_by_key(lambda row: (key, day(row)) if (key := url_key(row.url)) else None, "address", most=True)
    moved = linkage.pairs_by_key(lambda row: url_key(row.url) or None, most=True)
    shift = _zone(linkage, moved, since)
    for b, a in moved:  # a date that could not be read denies nothing
        if (shift and _days_apart(linkage, b, a) == shift) or None in (day(at[b]), day(after_at[a])):
            linkage.match(b, a, "address")
    linkage.settle()
    return Anchored(True, shift, [(b, a) for b, a in moved if not linkage.before.taken[b]])


def _zone(linkage: Linkage, pairs: Sequence[tuple[int, int]], since: date, least: int = 1) -> int:
    """By how many days the later list renders some dates in another zone: -1, 1, or 0 if it does not.

    Precondition: nobody connects anew before the earlier export. So one key with two dates that are a day apart, both
    older than that, is one row in two renderings. Where the key is but a name it may be two namesakes, one of whom hid
    while the other was shown again; so `least` pairs must say the same.
    """
    day = linkage.day
    apart = Counter(
        _days_apart(linkage, b, a)
        for b, a in pairs
        if (one := day(linkage.before.at[b])) and (other := day(linkage.after.at[a])) and max(one, other) < since
    )
    earlier, later = apart[-1], apart[1]
    if earlier == later or max(earlier, later) < least:
        return 0
    return -1 if earlier > later else 1


def _days_apart(linkage: Linkage, before: int, after: int) -> int:
    one, other = linkage.day(linkage.before.at[before]), linkage.day(linkage.after.at[after])
    return (other - one).days if one and other else 0


def _has_addresses(side: Side) -> bool:
    return any(side.at[position].url for position in side.left)


def _match_unique_addresses(linkage: Linkage) -> None:
    """Match addresses as written, if no address stands in two rows: the quick way through two usual lists."""
    before, after = _addresses(linkage.before), _addresses(linkage.after)
    if before is None or after is None:
        return
    before_at, after_at, day = linkage.before.at, linkage.after.at, linkage.day
    match, place = linkage.match, before.get
    for url, other in after.items():
        one = place(url)
        if one is not None:
            mine, theirs = before_at[one], after_at[other]
            if mine == theirs:
                match(one, other, "same")
            elif day(mine) == day(theirs) and url_key(url):
                match(one, other, "address")
    linkage.settle()


def _addresses(side: Side) -> dict[str, int] | None:
    """Where each address stands; None if one stands in two rows."""
    at = side.at
    urls = [at[position].url for position in side.left]
    places = dict(zip(urls, side.left, strict=True))
    places.pop("", None)
    return places if len(places) + urls.count("") == len(urls) else None


def _name(row: Connection) -> str:
    return name_key(row.first_name, row.last_name)


# --- namesakes ---
# In lists without addresses: whether someone gone and someone new of one name are one person connected again.


def match_namesakes(linkage: Linkage, since: date) -> None:
    """Match the one of a name that is gone with the one that came, if e-mail or work say that they are the same.

    Precondition: nobody connects anew before the earlier export, so only who came on its day or later can be somebody
    connected again. Whatever else shares a name is uncertain: without addresses nobody can tell a namesake from
    someone who came back.
    """
    newer = _newer(linkage, since)
    gone, come = _by_name(linkage.before, linkage.before.left), _by_name(linkage.after, newer)
    odds = min(RECONNECTED / (HAS_NAME * max(len(newer), 1)), MOST_RECONNECTED)
    for name, before in gone.items():
        after = come.get(name)
        if after is None:
            continue
        guesses = _guesses(linkage, before, after, odds)
        if len(before) == len(after) == 1 and guesses[0].after != NOBODY and guesses[0].share >= SURE:
            linkage.match(before[0], after[0], "reconnected")
        else:
            linkage.doubt(before, after, NAMESAKE, guesses)
    linkage.settle()
    _add_namesakes_to_doubts(linkage, since)


def _guesses(linkage: Linkage, before: Sequence[int], after: Sequence[int], odds: float) -> list[Claim]:
    """Who of a name is likeliest whom, or nobody; `odds` are those that one of them is another, but for their work."""
    mine = [traits(linkage.before.at[b]) for b in before]
    theirs = [traits(linkage.after.at[a]) for a in after]
    same = [[odds * contact_ratio(one, other) for other in theirs] for one in mine]
    claims = []
    for b, row in zip(before, same, strict=True):
        best = max(row)
        claims.append(Claim(b, after[row.index(best)] if best >= 1 else NOBODY, max(best, 1) / (1 + sum(row))))
    matched = {claim.after for claim in claims}
    for a, column in zip(after, zip(*same, strict=True), strict=True):
        if a not in matched and max(column) < 1:
            claims.append(Claim(NOBODY, a, 1 / (1 + sum(column))))
    return claims


def _newer(linkage: Linkage, since: date) -> list[int]:
    at, day = linkage.after.at, linkage.day
    return [position for position in linkage.after.left if (when := day(at[position])) is None or when >= since]


def _add_namesakes_to_doubts(linkage: Linkage, since: date) -> None:
    """Count whoever is left with an uncertain group that has the name on the other side, the newest if several do."""
    gone, come = _by_name(linkage.before, linkage.before.left), _by_name(linkage.after, _newer(linkage, since))
    groups, linkage.uncertain = sorted(linkage.uncertain, key=lambda group: _rank(linkage, group)), []
    for group in groups:
        names_before, names_after = _by_name(linkage.before, group.before), _by_name(linkage.after, group.after)
        more_before = [position for name in names_after for position in gone.pop(name, ())]
        more_after = [position for name in names_before for position in come.pop(name, ())]
        before, after = sorted((*group.before, *more_before)), sorted((*group.after, *more_after))
        linkage.doubt(before, after, group.reason, group.likelier)
    linkage.settle()


def _rank(linkage: Linkage, group: Uncertain) -> tuple[int, list[str]]:
    """The place of an uncertain group in an order that is the same with both lists swapped."""
    rows = [linkage.before.at[b] for b in group.before] + [linkage.after.at[a] for a in group.after]
    newest = max((row.connected_on.toordinal() for row in rows if row.connected_on is not None), default=0)
    return -newest, sorted(row.name for row in rows)


def _by_name(side: Side, positions: Sequence[int]) -> dict[str, list[int]]:
    """The named ones of some rows by the key of their name."""
    names: dict[str, list[int]] = {}
    for position in positions:
        row = side.at[position]
        if not row.hidden:
            names.setdefault(name_key(row.first_name, row.last_name), []).append(position)
    return names

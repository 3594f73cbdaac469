"""Anchors: rows that a key alone shows to be one person's. First of all rows, in the end of namesakes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from datetime import date, timedelta
from operator import attrgetter
from typing import NamedTuple

from linkbak.matching import name_key, url_key
from linkbak.matching.linkage import Claim, Key, Linkage, Side, Uncertain
from linkbak.model import Connection

NAMESAKE = "the name is listed again with another date: connected again, or another person of that name"
SAME_PERSON = 0.9
"""Of those gone whose full name came anew: three of three were the same person, where chance gives 1.8 %."""

_DAY = timedelta(days=1)


class Anchored(NamedTuple):
    """What the keys showed beside the matches they made.

    `addressed`: both lists give addresses. `shift`: by so many days (-1, 0 or 1) some dates of the later list differ
    since it was rendered in another zone. `moved`: rows of one address with another date, before and after.
    """

    addressed: bool
    shift: int
    moved: list[tuple[int, int]]


def match_anchors(linkage: Linkage, before: frozenset[str], after: frozenset[str], since: date) -> Anchored:
    """Match what keys can match: rows equal in every field, an address and its date, else a name and its date.

    `before` and `after` are the columns the lists have; what one side lacks is neither compared nor used. `since` is
    the day of the earlier export. A row equal in every field is matched to no other, so that rows left out of both
    lists as identical change nothing for the rest.
    """
    columns = before & after
    day = linkage.day
    if "url" in columns:
        _match_unique_addresses(linkage)
    linkage.match_by_key(_itself if before == after else _fields_in(columns), "same", most=True)
    if "url" in columns and _has_addresses(linkage.before) and _has_addresses(linkage.after):
        return _match_addresses(linkage, since)
    linkage.match_by_key(lambda row: (row.first_name, row.last_name, day(row)), "name")
    linkage.match_by_key(lambda row: (_name(row), day(row)), "name")
    shift = _zone(linkage, linkage.pairs_by_key(_name, single=True), since)
    if shift:
        linkage.match_by_key(
            lambda row: (_name(row), day(row)), "name", other=lambda row: (_name(row), _earlier(day(row), shift))
        )
    return Anchored(False, shift, [])


def _match_addresses(linkage: Linkage, since: date) -> Anchored:
    day = linkage.day
    linkage.match_by_key(lambda row: (key, day(row)) if (key := url_key(row.url)) else None, "address", most=True)
    moved = linkage.pairs_by_key(lambda row: url_key(row.url) or None, single=True)
    shift = _zone(linkage, moved, since)
    for b, a in moved:
        if shift and _days_apart(linkage, b, a) == shift:
            linkage.match(b, a, "address")
    linkage.settle()
    return Anchored(True, shift, [(b, a) for b, a in moved if not linkage.before.taken[b]])


def _zone(linkage: Linkage, pairs: Sequence[tuple[int, int]], since: date) -> int:
    """By how many days the later list renders some dates in another zone: -1, 1, or 0 if it does not.

    Precondition: nobody connects anew before the earlier export. So one key with two dates that are a day apart, both
    older than that, is one row in two renderings.
    """
    day = linkage.day
    apart = Counter(
        _days_apart(linkage, b, a)
        for b, a in pairs
        if (one := day(linkage.before.at[b])) and (other := day(linkage.after.at[a])) and max(one, other) < since
    )
    earlier, later = apart[-1], apart[1]
    return 0 if earlier == later else -1 if earlier > later else 1


def _days_apart(linkage: Linkage, before: int, after: int) -> int:
    one, other = linkage.day(linkage.before.at[before]), linkage.day(linkage.after.at[after])
    return (other - one).days if one and other else 0


def _earlier(day: date | None, days: int) -> date | None:
    return day and day - days * _DAY


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


def _fields_in(columns: frozenset[str]) -> Key:
    """The row without the fields that one of the lists has no column for."""
    return attrgetter(*(name for name in Connection._fields if name in columns))


def _itself(row: Connection) -> Hashable:
    return row


def _name(row: Connection) -> str:
    return name_key(row.first_name, row.last_name)


# --- namesakes ---
# In lists without addresses: whether someone gone and someone new of one name are one person connected again.


def match_namesakes(linkage: Linkage, since: date) -> None:
    """Match the one of a name that is gone with the one that came, if e-mail, company or position agree.

    Precondition: nobody connects anew before the earlier export, so only who came on its day or later can be somebody
    connected again. Whatever else shares a name is uncertain: without addresses nobody can tell a namesake from
    someone who came back.
    """
    gone, come = _by_name(linkage.before, linkage.before.left), _by_name(linkage.after, _newer(linkage, since))
    for name, before in gone.items():
        after = come.get(name)
        if after is None:
            continue
        if len(before) == len(after) == 1 and _agree(linkage.before.at[before[0]], linkage.after.at[after[0]]):
            linkage.match(before[0], after[0], "reconnected")
        else:
            linkage.doubt(before, after, NAMESAKE, _guesses(before, after))
    linkage.settle()
    _add_namesakes_to_doubts(linkage, since)


def _guesses(before: Sequence[int], after: Sequence[int]) -> list[Claim]:
    """That they are the same, the share divided among all who may be."""
    if len(before) > len(after):
        return [Claim(before[0], a, SAME_PERSON / len(before)) for a in after]
    return [Claim(b, after[0], SAME_PERSON / len(after)) for b in before]


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


def _agree(one: Connection, other: Connection) -> bool:
    return any(mine and mine == theirs for mine, theirs in zip(_contact(one), _contact(other), strict=True))


def _contact(row: Connection) -> list[str]:
    return [text.strip().casefold() for text in (row.email, row.company, row.position)]

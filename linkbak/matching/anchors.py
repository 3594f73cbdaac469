"""Anchors: rows that a key alone shows to be one person's. First of all rows, in the end of namesakes."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from operator import attrgetter

from linkbak.matching.keys import name_key, url_key
from linkbak.matching.linkage import Key, Linkage, Side, Uncertain
from linkbak.model import Connection

NAMESAKE = "the name is listed again with another date: connected again, or another person of that name"


def match_anchors(linkage: Linkage, before: frozenset[str], after: frozenset[str]) -> bool:
    """Match what keys can match; whether both lists turned out to give addresses.

    `before` and `after` are the columns the lists have; what one side lacks is neither compared nor used. A row
    equal in every field is matched to no other, so that rows left out of both lists as identical change
    nothing for the rest.
    """
    columns = before & after
    day = linkage.day
    if "url" in columns:
        _match_unique_addresses(linkage)
    linkage.match_by_key(_itself if before == after else _fields_in(columns), "same")
    addressed = "url" in columns and _has_addresses(linkage.before) and _has_addresses(linkage.after)
    if addressed:
        linkage.match_by_key(lambda row: (url_key(row.url), day(row)) if row.url else None, "address")
        linkage.match_by_key(lambda row: url_key(row.url) if row.url else None, "reconnected", single=True)
    else:
        linkage.match_by_key(lambda row: (row.first_name, row.last_name, day(row)), "name")
        linkage.match_by_key(lambda row: (name_key(row.first_name, row.last_name), day(row)), "name")
    return addressed


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
            else:
                match(one, other, "address" if day(mine) == day(theirs) else "reconnected")
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


# --- namesakes ---
# In lists without addresses: whether someone gone and someone new of one name are one person connected again.


def match_namesakes(linkage: Linkage) -> None:
    """Match the one of a name that is gone with the one that came, if e-mail, company or position agree.

    Whatever else shares a name is uncertain: without addresses nobody can tell a namesake from someone who came back.
    """
    gone, come = _by_name(linkage.before, linkage.before.left), _by_name(linkage.after, linkage.after.left)
    for name, before in gone.items():
        after = come.get(name)
        if after is None:
            continue
        if len(before) == len(after) == 1 and _agree(linkage.before.at[before[0]], linkage.after.at[after[0]]):
            linkage.match(before[0], after[0], "reconnected")
        else:
            linkage.doubt(before, after, NAMESAKE)
    linkage.settle()
    _add_namesakes_to_doubts(linkage)


def _add_namesakes_to_doubts(linkage: Linkage) -> None:
    """Count whoever is left with an uncertain group that has the name on the other side, the newest if several do."""
    gone, come = _by_name(linkage.before, linkage.before.left), _by_name(linkage.after, linkage.after.left)
    groups, linkage.uncertain = sorted(linkage.uncertain, key=lambda group: _rank(linkage, group)), []
    for before, after, reason in groups:
        names_before, names_after = _by_name(linkage.before, before), _by_name(linkage.after, after)
        more_before = [position for name in names_after for position in gone.pop(name, ())]
        more_after = [position for name in names_before for position in come.pop(name, ())]
        linkage.doubt(sorted((*before, *more_before)), sorted((*after, *more_after)), reason)
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

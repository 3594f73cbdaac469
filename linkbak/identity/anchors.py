"""Rows that one key alone shows to be one person's: equal rows, addresses, names."""

from __future__ import annotations

from collections.abc import Hashable
from operator import itemgetter

from linkbak.identity.keys import name_key, url_key
from linkbak.identity.sides import Key, Side, Work
from linkbak.model import Connection


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

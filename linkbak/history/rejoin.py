"""Who comes into a list after having been away: the same identity rules, applied across the gap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from linkbak.history.lives import Life
from linkbak.history.texts import FIELDS, Row, connection
from linkbak.identity import align
from linkbak.model import Listing, Pair

_ALL = frozenset(FIELDS)


class Rejoined(NamedTuple):
    """Which arrivals (by their place among those given) are who, and which allow two readings."""

    who: dict[int, Life]
    doubts: tuple[tuple[tuple[Life, ...], tuple[int, ...], str], ...]


def rejoin(away: Sequence[Life], arrived: Sequence[Row], columns: frozenset[str]) -> Rejoined:
    """Match those away with those who came.

    First with all that both tell. Whoever was last listed without an address cannot be met by one, so those are then
    matched without addresses, as two lists that have none would be.
    """
    if not away or not arrived:
        return Rejoined({}, ())
    who, doubts = _aligned(away, range(len(arrived)), arrived, columns)
    found = {life.number for life in who.values()} | {life.number for group in doubts for life in group[0]}
    asked = {at for group in doubts for at in group[1]}
    nameless = [life for life in away if life.number not in found and not life.row[2]]
    rest = [at for at in range(len(arrived)) if at not in who and at not in asked and any(arrived[at][:2])]
    if nameless and rest and "url" in columns:
        more, unsure = _aligned(nameless, rest, arrived, columns - {"url"})
        who |= more
        doubts += unsure
    return Rejoined(who, tuple(doubts))


def _aligned(
    away: Sequence[Life], places: Sequence[int], arrived: Sequence[Row], columns: frozenset[str]
) -> tuple[dict[int, Life], list[tuple[tuple[Life, ...], tuple[int, ...], str]]]:
    found = align(Pair(_listing([life.row for life in away], _ALL), _listing([arrived[at] for at in places], columns)))
    who = {places[after]: away[before] for before, after, _ in found.matches()}
    doubts = [
        (tuple(away[b] for b in one.before), tuple(places[a] for a in one.after), one.reason) for one in found.uncertain
    ]
    return who, doubts


def _listing(rows: Sequence[Row], columns: frozenset[str]) -> Listing:
    people = [connection(row) for row in rows]
    hidden = sum(person.hidden for person in people)
    return Listing(people, range(len(people)), len(people), hidden, False, columns)

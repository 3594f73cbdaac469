"""Every small pair of lists: what is claimed holds in nearly all readings, and what is uncertain does not.

The readings are written out one by one here, with the rates and likelihood ratios of the product but none of its sums.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import permutations, product
from math import prod

import pytest

from linkbak.matching import readings as rates
from linkbak.matching.alignment import Alignment, align
from linkbak.matching.readings import likelihood_ratio, traits
from linkbak.model import Connection
from tests.eras import pair

NEW, OLD, ANCIENT = date(2024, 5, 20), date(2024, 5, 10), date(2024, 3, 1)
TAKEN = "2024-05-20T12:00:00Z", "2024-06-20T12:00:00Z"
KINDS = "hidden", "ada", "boris", "carla"


def person(kind: str, day: date, *, moved: bool = False) -> Connection:
    """One of three unlike people, or a hidden row; `moved` to another address."""
    if kind == "hidden":
        return Connection(connected_on=day)
    url = f"https://www.linkedin.com/in/{kind}{'-elsewhere' if moved else ''}"
    return Connection(kind.title(), f"{kind[::-1].title()}son", url, "", f"{kind} Ltd", f"{kind} expert", day)


def lists() -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Up to three rows of one date before, and up to three after, whose addresses are all new."""
    some = [kinds for size in range(1, 4) for kinds in product(KINDS, repeat=size) if _once_each(kinds)]
    return product(some, some)


def _once_each(kinds: Sequence[str]) -> bool:
    return all(count == 1 for kind, count in Counter(kinds).items() if kind != "hidden")


Reading = tuple[dict[int, int], float]
"""Which row before is which row after, by position, and the weight of that."""


def readings(before: Sequence[Connection], after: Sequence[Connection], *, top: bool) -> Iterator[Reading]:
    """Every reading: in order, or with the small weight of an order that was lost in any."""
    rate = rates.expected_rates(31, addressed=True)
    places = [*range(len(after)), *[-1] * len(before)]
    for chosen in set(permutations(places, len(before))):
        matched = {i: j for i, j in enumerate(chosen) if j >= 0}
        others = list(matched.values())
        weight = prod(_same(before[i], after[j], rate) for i, j in matched.items())
        weight *= rate.gone ** (len(before) - len(matched))
        first = min(others, default=len(after))
        kept = prod(_new(row, above=top and j < first) for j, row in enumerate(after) if j not in others)
        lost = prod(_new(row, above=top) for j, row in enumerate(after) if j not in others)
        yield matched, weight * ((kept if others == sorted(others) else 0.0) + rates.ORDER_LOST * lost)


def _same(one: Connection, other: Connection, rate: rates.Rates) -> float:
    if one.hidden:
        return 1 - rate.shown_again - rate.gone if other.hidden else rate.shown_again
    return rate.hidden if other.hidden else rate.renamed * likelihood_ratio(traits(one), traits(other))


def _new(row: Connection, *, above: bool) -> float:
    return (rates.NEW_ON_TOP * (rates.NEW_AND_HIDDEN if row.hidden else 1.0)) if above else rates.LISTED_AGAIN


@pytest.mark.parametrize("day", [OLD, NEW], ids=["an old date", "the newest date"])
def test_claims_of_all_small_lists(day: date) -> None:
    top = [person("ada", date(2024, 5, 19))._replace(first_name="Top", url="https://www.linkedin.com/in/top")]
    last = [person("ada", ANCIENT)._replace(first_name="Last", url="https://www.linkedin.com/in/last")]
    above = top if day == OLD else []
    for kinds, kinds_after in lists():
        before = [person(kind, day) for kind in kinds]
        after = [person(kind, day, moved=True) for kind in kinds_after]
        found = align(pair([*above, *before, *last], [*above, *after, *last]), TAKEN)[1]
        read = list(readings(before, after, top=day == NEW))
        for at, row in enumerate(before):
            if not row.hidden:
                _check(found, at, len(above), after, _shares(read, at))


def _shares(read: Sequence[Reading], row: int) -> dict[int, float]:
    total = sum(weight for _, weight in read)
    shares = dict.fromkeys([-1, *(j for matched, _ in read for j in matched.values())], 0.0)
    for matched, weight in read:
        shares[matched.get(row, -1)] += weight / total
    return shares


def _check(found: Alignment, at: int, above: int, after: Sequence[Connection], shares: dict[int, float]) -> None:
    """No claim below 90 %, none uncertain over 99 %; which of several date-only rows somebody is, is no claim."""
    hid = sum(share for j, share in shares.items() if j >= 0 and after[j].hidden)
    partner = found.partners[at + above]
    if partner >= 0:
        share = hid if after[partner - above].hidden else shares[partner - above]
    elif at + above in found.vanished:
        share = shares[-1]
    else:
        share = max(hid, *(share for j, share in shares.items() if j < 0 or not after[j].hidden))
        assert share < 0.99, (at, shares)
        return
    assert share >= 0.9, (at, shares)

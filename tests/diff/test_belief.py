"""When losses are not to be believed yet; each limit from both sides."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from linkbak.diff import reasons_to_hold
from linkbak.matching.alignment import align
from linkbak.model import Connection, Coverage
from tests.diff.people import STRANGER, TOP, date_only, person
from tests.worlds import pair

DAY = date(2024, 3, 1)


def crowd(size: int) -> list[Connection]:
    """So many people, a day apart, newest first."""
    return [person(f"Person{k} Number{k}", DAY - timedelta(days=k)) for k in range(size)]


MONTH = "2024-03-01T12:00:00Z", "2024-03-31T12:00:00Z"
YEAR = "2024-03-01T12:00:00Z", "2025-03-01T12:00:00Z"


def covering(people: list[Connection], **facts: str) -> Coverage:
    """What an archive with these people says about its connections."""
    days = sorted(row.connected_on.isoformat() for row in people if row.connected_on)
    return Coverage(rows=len(people), oldest=days[0] if days else "", newest=days[-1] if days else "", **facts)  # type: ignore[arg-type]


def sentences(
    before: list[Connection], after: list[Connection], sides: tuple[Coverage, Coverage], taken: tuple[str, str] = MONTH
) -> tuple[str, ...]:
    both = pair(before, after)
    return reasons_to_hold(both, align(both, taken)[1], sides, taken)


def reasons(
    before: list[Connection], after: list[Connection], taken: tuple[str, str] = MONTH, **facts: str
) -> list[str]:
    found = sentences(before, after, (covering(before), covering(after, **facts)), taken)
    return [reason.split(":")[0] for reason in found]


def thinned(people: list[Connection], gone: int) -> list[Connection]:
    """The list without so many who stood far apart."""
    step = len(people) // (gone + 1)
    lost = {(k + 1) * step for k in range(gone)}
    return [row for k, row in enumerate(people) if k not in lost]


@pytest.mark.parametrize(
    ("size", "gone", "taken", "expected"),
    [
        (100, 10, MONTH, []),
        (100, 11, MONTH, ["too-many-vanished"]),
        (400, 22, MONTH, []),
        (400, 23, MONTH, ["too-many-vanished"]),
        (400, 32, MONTH, ["too-many-vanished"]),  # 8 % in a month
        (400, 40, YEAR, []),  # 10 % in a year
        (400, 49, YEAR, ["too-many-vanished"]),
        (400, 21, ("", ""), ["too-many-vanished"]),
    ],
)
def test_more_than_so_much_time_allows(size: int, gone: int, taken: tuple[str, str], expected: list[str]) -> None:
    people = crowd(size)

    assert reasons(people, thinned(people, gone), taken) == expected


def test_those_gone_from_uncertain_groups_count() -> None:
    """Of each pair on one day one is gone, though nobody can say which."""
    days = [DAY - timedelta(days=3 * k) for k in range(1, 12)]
    before = [row for k, day in enumerate(days) for row in (person(f"A{k} Aa{k}", day), person(f"Zo{k} Q{k}", day))]
    after = [date_only(day) for day in days]

    found = sentences([TOP, *before], [TOP, *after], (covering([TOP, *before]), covering([TOP, *after])))

    assert found == ("too-many-vanished: 11 of 23 are gone at once; linkbak expects 10 at most",)


@pytest.mark.parametrize(
    ("cut", "elsewhere", "expected"),
    [
        (1, 0, []),
        (2, 0, []),
        (3, 0, ["oldest-dates-cut"]),
        (2, 1, []),
        (7, 1, []),
        (8, 1, ["neighbours-missing"]),
        (18, 1, ["neighbours-missing"]),
        (19, 1, ["oldest-dates-cut"]),
        (37, 2, ["neighbours-missing"]),
        (38, 2, ["oldest-dates-cut"]),
    ],
)
def test_the_oldest_dates_cut(cut: int, elsewhere: int, expected: list[str]) -> None:
    """From three on, if at least 95 of a hundred lost were the oldest."""
    people = crowd(1_000)

    assert reasons(people, thinned(people, elsewhere)[:-cut]) == expected


@pytest.mark.parametrize(
    ("size", "run", "elsewhere", "expected"),
    [
        (500, 10, 0, ["neighbours-missing"]),
        (500, 7, 0, []),
        (500, 8, 7, ["neighbours-missing"]),
        (500, 8, 8, []),
        (30_000, 1_000, 0, ["neighbours-missing"]),
    ],
)
def test_neighbours_gone_while_all_around_stay(size: int, run: int, elsewhere: int, expected: list[str]) -> None:
    people = crowd(size)
    rest = [row for k, row in enumerate(people) if not size // 2 <= k < size // 2 + run]

    assert reasons(people, thinned(rest, elsewhere)) == expected


def test_a_list_without_order_has_no_neighbours() -> None:
    people = crowd(500)
    mixed = sorted(people, key=lambda row: row.name)

    assert reasons(mixed, [row for row in mixed if row not in people[200:210]]) == []


def test_the_newest_rows_missing() -> None:
    people = crowd(300)

    assert reasons(people, people[3:]) == ["older-list"]


def test_other_people_in_most_rows() -> None:
    people = crowd(100)
    others = [person(f"Human{k * 7} Other{k * 13}", row.connected_on or DAY) for k, row in enumerate(people)]

    assert reasons(people, [people[0], *others[1:23], *people[23:]]) == []
    assert reasons(people, [people[0], *others[1:24], *people[24:]]) == ["too-many-renamed"]
    assert reasons(people, [people[0], *others[1:24], *people[24:]], YEAR) == []
    assert reasons(people, others, ("2014-03-01T12:00:00Z", YEAR[1])) == ["too-many-renamed"]


def test_a_cut_inside_one_date() -> None:
    """The oldest date still listed may have lost some too, but not only some of that date."""
    day = DAY - timedelta(days=900)
    same = [person(f"Same{k} Day{k * 7919}", day) for k in range(4)]
    older = person("Olga Oldest", day - timedelta(days=1))
    people = [*crowd(500), *same, older]

    assert reasons(people, people[:-3]) == ["oldest-dates-cut"]
    assert reasons(people, [*people[:-4], older]) == []
    assert reasons(people[:-1], people[:-4]) == []


def test_people_gone_all_over_the_list_are_believed() -> None:
    people = crowd(1_000)

    assert reasons(people, [row for k, row in enumerate(people) if k % 25 != 7]) == []


def test_nobody_left() -> None:
    people = crowd(3)

    assert reasons(people, []) == ["oldest-dates-cut"]
    assert reasons(people[:2], []) == []


def test_dates_that_nobody_knows_are_no_cut() -> None:
    people = [row._replace(connected_on=None) for row in crowd(200)]

    assert reasons(people, people[:-5]) == []


def test_a_partial_later_list() -> None:
    """It holds losses, and only losses."""
    people = crowd(100)

    assert reasons(people, thinned(people, 1), completeness="partial") == ["later-partial"]
    assert reasons(people, [STRANGER, *people], completeness="partial") == []
    assert reasons(people, thinned(people, 1), completeness="unknown") == []


def test_a_partial_earlier_list() -> None:
    """Who is listed now may have been left out then."""
    people = crowd(100)
    fewer = thinned(people, 1)
    partial, whole = covering(fewer, completeness="partial"), covering(people)

    assert [one.split(":")[0] for one in sentences(fewer, people, (partial, whole))] == ["earlier-partial"]
    assert [one.split(":")[0] for one in sentences(people, fewer, (whole, partial))] == ["later-partial"]
    assert sentences(people, people, (partial, whole)) == ()


def test_every_reason_is_told_in_words() -> None:
    people = crowd(100)
    after = people[:80]

    assert sentences(people, after, (covering(people), covering(after, completeness="partial"))) == (
        "too-many-vanished: 20 of 100 are gone at once; linkbak expects 10 at most",
        "oldest-dates-cut: 20 of the 20 gone are the oldest of the earlier list",
        "later-partial: the later list is not whole, so who is missing may only be left out",
    )

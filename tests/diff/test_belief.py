"""When losses are not to be believed yet; each limit from both sides."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from linkbak.diff import Diff, reasons_to_hold
from linkbak.model import Connection, Coverage
from tests.diff.people import STRANGER, TOP, date_only, diff, person

DAY = date(2024, 3, 1)


def crowd(size: int) -> list[Connection]:
    """So many people, a day apart, newest first."""
    return [person(f"Person{k} Number{k}", DAY - timedelta(days=k)) for k in range(size)]


def words(found: Diff, before: Coverage, after: Coverage) -> list[str]:
    return [reason.split(":")[0] for reason in reasons_to_hold(found, before, after)]


def covering(people: list[Connection], **facts: str) -> Coverage:
    """What an archive with these people says about its connections."""
    days = sorted(row.connected_on.isoformat() for row in people if row.connected_on)
    return Coverage(rows=len(people), oldest=days[0] if days else "", **facts)  # type: ignore[arg-type]


def reasons(before: list[Connection], after: list[Connection], **facts: str) -> list[str]:
    return words(diff(before, after), covering(before), covering(after, **facts))


@pytest.mark.parametrize(
    ("size", "gone", "expected"),
    [
        (100, 10, []),
        (100, 11, ["too-many-vanished"]),
        (11, 10, []),
        (220, 11, []),
        (219, 11, ["too-many-vanished"]),
        (400, 20, []),
        (400, 21, ["too-many-vanished"]),
        (420, 21, []),
    ],
)
def test_more_than_ten_and_more_than_a_twentieth(size: int, gone: int, expected: list[str]) -> None:
    people = crowd(size)

    assert reasons(people, people[gone:]) == expected


def test_those_gone_from_uncertain_groups_count() -> None:
    """Of each pair on one day one is gone, though nobody can say which."""
    people = [row for k in range(11) for row in (person(f"A{k} Aa{k}", DAY - timedelta(days=k)),) * 1]
    before = [row for row in people for row in (row, person(f"Zo{row.name} Q", row.connected_on or DAY))]
    after = [date_only(row.connected_on or DAY) for row in people]

    found = diff([TOP, *before], [TOP, *after])

    assert (found.counts["vanished"], found.counts["uncertain_vanished"]) == (0, 11)
    assert words(found, covering(before), covering(after)) == ["too-many-vanished"]


@pytest.mark.parametrize(
    ("cut", "elsewhere", "expected"),
    [
        (1, 0, []),
        (2, 0, []),
        (3, 0, ["oldest-dates-cut"]),
        (2, 1, []),
        (10, 1, []),
        (18, 1, []),
        (19, 1, ["oldest-dates-cut"]),
        (37, 2, []),
        (38, 2, ["oldest-dates-cut"]),
    ],
)
def test_the_oldest_dates_cut(cut: int, elsewhere: int, expected: list[str]) -> None:
    """From three on, if at least 95 of a hundred lost were the oldest."""
    people = crowd(1_000)

    assert reasons(people, people[elsewhere:-cut]) == expected


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

    assert reasons(people, people[1:], completeness="partial") == ["later-partial"]
    assert reasons(people, [STRANGER, *people], completeness="partial") == []
    assert reasons(people, people[1:], completeness="unknown") == []


def test_a_partial_earlier_list() -> None:
    """Who is listed now may have been left out then."""
    people = crowd(100)
    partial, whole = covering(people[1:], completeness="partial"), covering(people)

    assert words(diff(people[1:], people), partial, whole) == ["earlier-partial"]
    assert words(diff(people, people[1:]), replace_completeness(whole), partial) == ["later-partial"]
    assert words(diff(people, people), partial, whole) == []


def replace_completeness(coverage: Coverage) -> Coverage:
    return Coverage(rows=coverage.rows, oldest=coverage.oldest, completeness="partial")


def test_every_reason_is_told_in_words() -> None:
    people = crowd(100)
    after = people[:80]

    assert reasons_to_hold(diff(people, after), covering(people), covering(after, completeness="partial")) == (
        "too-many-vanished: 20 of 100 are gone at once, more than one in 20",
        "oldest-dates-cut: 20 of the 20 gone are the oldest of the earlier list",
        "later-partial: the later list is not whole, so who is missing may only be left out",
    )

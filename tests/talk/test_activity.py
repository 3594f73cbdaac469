"""Acts by day, hour and stretch, answers, and the budget; and what no archive tells is no zero."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from linkbak.settings import Activity as Budget
from linkbak.talk.activity import Act, Activity, Against, Cover, Replies, Said, activity_of, covers_of, period

JANUARY = (date(2026, 1, 1), date(2026, 1, 31))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def told(*acts: tuple[str, str, bool], covers: list[Cover] | None = None, **more: object) -> Activity:
    given = [Act(kind, moment(at), zoned) for kind, at, zoned in acts]
    whole = [Cover("messages", *JANUARY)] if covers is None else covers
    said: list[Said] = more.get("said", [])  # type: ignore[assignment]
    budget: Budget = more.get("budget", Budget())  # type: ignore[assignment]
    days: tuple[date, date] = more.get("days", JANUARY)  # type: ignore[assignment]
    return activity_of(given, whole, said, days, budget)


def test_what_an_archive_covers_begins_with_its_oldest_row() -> None:
    """Logins that a newer archive lacks are told by the older one, and nothing is between the two."""
    day = [date(2024, 1, 5), date(2024, 1, 20), date(2024, 2, 1), date(2025, 5, 5), date(2025, 6, 1)]
    found = covers_of([("logins", day[1], day[2]), ("logins", day[0], day[2]), ("logins", day[3], day[4])])
    assert found == [Cover("logins", day[0], day[2]), Cover("logins", day[3], day[4])]


def test_a_month_that_no_archive_tells_of_is_a_gap_and_no_zero() -> None:
    covers = [
        Cover("messages", date(2025, 11, 1), date(2025, 11, 30)),
        Cover("messages", date(2026, 1, 10), JANUARY[1]),
    ]
    found = told(("messages", "2026-01-12 10:00", True), covers=covers, days=(date(2025, 11, 1), JANUARY[1]))
    assert [(one.counts["messages"], one.counts["posts"], one.days) for one in found.months] == [
        (0, None, None),
        (None, None, None),
        (1, None, 1),
    ]


def test_a_month_told_in_part_is_no_zero_either() -> None:
    found = told(covers=[Cover("messages", date(2026, 1, 10), JANUARY[1])])
    assert found.months[0].counts["messages"] is None


def test_hours_and_stretches_are_of_acts_whose_file_states_a_zone() -> None:
    found = told(
        ("messages", "2026-01-05 10:00", True),
        ("messages", "2026-01-05 10:29", True),
        ("comments", "2026-01-05 10:35", False),
        ("messages", "2026-01-05 10:58", True),
        ("messages", "2026-01-05 11:28", True),
    )
    assert (found.acts, found.zoned, found.hours[10], found.hours[11]) == (5, 4, 3, 1)
    assert (found.stretches, found.together) == (2, timedelta(minutes=58))
    assert found.weekdays == (5, 0, 0, 0, 0, 0, 0)


def test_answers_and_how_fast() -> None:
    """From the first message of a run; one outside the days is not asked, and who is never answered counts."""
    said = [
        Said("a", moment("2025-12-31 10:00"), False),
        Said("a", moment("2026-01-01 10:00"), True),
        Said("a", moment("2026-01-02 10:00"), False),
        Said("a", moment("2026-01-02 11:00"), False),
        Said("a", moment("2026-01-02 12:00"), True),
        Said("b", moment("2026-01-03 10:00"), False),
    ]
    found = told(said=said)
    assert found.mine == Replies(2, 1, timedelta(hours=2))
    assert found.theirs == Replies(2, 1, timedelta(days=1))


@pytest.mark.parametrize(
    ("counts", "half"), [({"a": 3, "b": 2, "c": 1}, 1), ({"a": 2, "b": 2, "c": 2}, 2), ({"a": 1}, 1), ({}, 0)]
)
def test_half_of_the_messages_go_to_so_many(counts: dict[str, int], half: int) -> None:
    said = [Said(whom, moment("2026-01-05 10:00"), True) for whom, many in counts.items() for _ in range(many)]
    found = told(said=said)
    assert (found.half, found.people) == (half, len(counts))


def test_the_budget_is_held_against_whole_weeks_that_archives_tell_of() -> None:
    """5 to 11 January is a whole week; 26 January begins one that is not over."""
    acts = [("messages", f"2026-01-{day:02} 10:00", True) for day in (5, 6, 7, 28, 29, 30)]
    acts += [
        ("messages", "2026-01-07 23:00", True),
        ("messages", "2026-01-08 04:59", True),
        ("posts", "2026-01-08 23:00", False),
    ]
    found = told(*acts, budget=Budget(3, 1, "22:30"))
    assert found.against == Against(weeks=3, weeks_over=1, days_over=2, late=2)
    assert told(*acts, budget=Budget(acts_per_day=5)).against == Against(3, None, 0, None)
    assert told(*acts).against is None


def test_quiet_may_begin_after_midnight() -> None:
    found = told(
        ("messages", "2026-01-07 00:30", True), ("messages", "2026-01-07 23:30", True), budget=Budget(0, 0, "00:15")
    )
    assert found.against == Against(3, None, None, 1)


def test_a_year_up_to_the_newest_archive_unless_asked_otherwise() -> None:
    covers = [Cover("messages", date(2019, 5, 5), date(2026, 3, 20))]
    assert period(covers, None, None) == (date(2025, 4, 1), date(2026, 3, 20))
    assert period(covers, date(2020, 1, 1), date(2021, 1, 1)) == (date(2020, 1, 1), date(2020, 12, 31))
    assert period(covers, date(2027, 1, 1), None) is None
    assert period([], None, None) is None
    assert period([Cover("posts", date(2026, 2, 3), date(2026, 3, 20))], None, None) == (
        date(2026, 2, 3),
        date(2026, 3, 20),
    )

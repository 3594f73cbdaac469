"""Axes: round numbers and days that read well, few enough for a phone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from linkbak.report.html.charts import Tick, amounts, calendar, some


@pytest.mark.parametrize(
    ("least", "most", "marks"),
    [
        (0, 0, [0, 1]),
        (0, 1, [0, 1]),
        (0, 7, [0, 2, 4, 6, 8]),
        (0, 30_000, [0, 10_000, 20_000, 30_000]),
        (-3, 11, [-5, 0, 5, 10, 15]),
        (-900, 100, [-1000, -500, 0, 500]),
        (-4, 0, [-4, -3, -2, -1, 0]),
    ],
)
def test_marks_are_round_and_hold_both_ends_and_zero(least: int, most: int, marks: list[int]) -> None:
    span = amounts(least, most)

    assert list(span.marks) == marks
    assert (span.low, span.high) == (marks[0], marks[-1])


def test_years_are_named_where_there_are_years() -> None:
    assert calendar("2022-02-09T08:00:00Z", "2026-03-20T08:00:00Z") == (
        Tick(21.71, "2023"),
        Tick(46.04, "2024"),
        Tick(70.44, "2025"),
        Tick(94.78, "2026", "end"),
    )


def test_months_are_named_where_there_are_no_years() -> None:
    labels = [one.label for one in calendar("2025-11-29T17:05:20Z", "2026-03-20T08:07:10Z")]

    assert labels == ["Dec 2025", "Jan 2026", "Feb 2026", "Mar 2026"]


def test_days_are_named_where_there_are_no_months() -> None:
    assert calendar("2026-03-02T00:00:00Z", "2026-03-20T00:00:00Z") == (
        Tick(0.0, "2 Mar 2026", "start"),
        Tick(100.0, "20 Mar 2026", "end"),
    )
    assert calendar("2026-03-02T01:00:00Z", "2026-03-02T09:00:00Z") == (Tick(0.0, "2 Mar 2026", "start"),)


def test_labels_have_room_on_a_phone_however_long_the_time() -> None:
    """Five years at most, or four months, none of them twice."""
    start = datetime(2003, 5, 5, tzinfo=UTC)
    for days in (*range(1, 400, 7), 800, 1500, 3650, 8000):
        found = calendar(start.isoformat(), (start + timedelta(days=days)).isoformat())
        labels = [one.label for one in found]
        assert len(labels) <= (5 if all(len(label) == 4 for label in labels) else 4)
        assert len(set(labels)) == len(labels)
        assert all(0 <= one.at <= 100 for one in found)


def test_some_columns_are_named_the_last_always() -> None:
    assert some([f"Mar {year}" for year in range(2000, 2010)]) == (
        Tick(5.0, "Mar 2000", "start"),
        Tick(35.0, "Mar 2003"),
        Tick(65.0, "Mar 2006"),
        Tick(95.0, "Mar 2009", "end"),
    )
    assert some([]) == ()

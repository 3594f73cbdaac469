"""Days and moments in every form met, and nothing guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from linkbak.adapters.linkedin import csv as dates
from linkbak.adapters.linkedin.csv import DAYS, Remembered, agreed_days, read_day, read_moment


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("05 Mar 2024", date(2024, 3, 5)),
        ("5 Mar 2024", date(2024, 3, 5)),
        (" 05 Mar 2024 ", date(2024, 3, 5)),
        ("05 MAR 2024", date(2024, 3, 5)),
        ("4-May-22", date(2022, 5, 4)),
        ("04-May-2022", date(2022, 5, 4)),
        ("29 Feb 2024", date(2024, 2, 29)),
        ("12/21/16, 10:15 AM", date(2016, 12, 21)),
        ("10/18/18, 9:05 AM", date(2018, 10, 18)),
        ("2024-03-05", date(2024, 3, 5)),
        ("2024-03-05 10:00:00", date(2024, 3, 5)),
        ("2024/03/05 10:00:00 UTC", date(2024, 3, 5)),
        ("29 Feb 2023", None),
        ("05 Sept 2026", date(2026, 9, 5)),
        ("5 September 2026", date(2026, 9, 5)),
        ("05.11.2026", date(2026, 11, 5)),
        ("5.11.26", date(2026, 11, 5)),
        ("2026-11-5", date(2026, 11, 5)),
        ("2026.11.05", date(2026, 11, 5)),
        ("05 Mär 2024", date(2024, 3, 5)),
        ("05. Mrz 24", date(2024, 3, 5)),
        ("5. Dez. 2024", date(2024, 12, 5)),
        ("05 Mai 2024", date(2024, 5, 5)),
        ("11.25.2026", None),
        ("05 Xyz 2024", None),
        ("2026-11.05", None),
        ("2026-11-051", None),
        ("5/4/22", None),
        ("13/21/16, 10:15 AM", None),
        ("05 Mar 20", None),
        ("05 Mar 2024x", None),
        ("2024-03-05 nonsense", None),
        ("\u0660\u0665 Mar 2024", None),
        ("0 Mar 2024", None),
        ("", None),
        ("x" * 1000, None),
    ],
)
def test_days(text: str, day: date | None) -> None:
    assert read_day(text) == day
    assert DAYS[text] == day
    assert DAYS[text] == day


@pytest.mark.parametrize(
    ("texts", "days"),
    [
        (["5/4/22", "13/4/22"], [date(2022, 4, 5), date(2022, 4, 13)]),
        (["5/4/22", "4/13/22"], [date(2022, 5, 4), date(2022, 4, 13)]),
        (["05-04-2022", "someday", "31-12-2021"], [date(2022, 4, 5), None, date(2021, 12, 31)]),
        (["5/4/22", "4/5/22"], [None, None]),
        (["5/4/22", "4/13/22", "13/4/22"], [None, None, None]),
        (["", "5/4-22"], [None, None]),
        ([], []),
    ],
)
def test_days_that_could_be_two_are_read_as_others_of_the_file(texts: list[str], days: list[date | None]) -> None:
    assert agreed_days(texts) == days


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-03-20 15:09:26 UTC", datetime(2024, 3, 20, 15, 9, 26, tzinfo=UTC)),
        ("2019-11-06T02:08:20", datetime(2019, 11, 6, 2, 8, 20, tzinfo=UTC)),
        ("2024/03/05 14:05:00 UTC", datetime(2024, 3, 5, 14, 5, tzinfo=UTC)),
        ("2024-03-05 14:05 UTC", datetime(2024, 3, 5, 14, 5, tzinfo=UTC)),
        ("3/9/24, 2:05 PM", datetime(2024, 3, 9, 14, 5, tzinfo=UTC)),
        ("03/09/24, 02:05 PM", datetime(2024, 3, 9, 14, 5, tzinfo=UTC)),
        ("3/9/24, 12:05 AM", datetime(2024, 3, 9, 0, 5, tzinfo=UTC)),
        ("3/9/24, 12:05 PM", datetime(2024, 3, 9, 12, 5, tzinfo=UTC)),
        ("3/9/24, 2:05\u202fPM", datetime(2024, 3, 9, 14, 5, tzinfo=UTC)),
        ("05.11.2026 14:05", datetime(2026, 11, 5, 14, 5, tzinfo=UTC)),
        ("3/9/24, 13:05 PM", None),
        ("3/9/24, 2:75 PM", None),
        ("2024-03-20 25:09:26 UTC", None),
        ("2024-03-20 15:09:26 CET", None),
        ("2024-03-20", None),
        ("", None),
        ("x" * 1000, None),
    ],
)
def test_moments(text: str, moment: datetime | None) -> None:
    assert read_moment(text) == moment


def test_what_is_remembered_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a file made for it would fill the memory."""
    monkeypatch.setattr(dates, "_MOST", 3)
    days = Remembered(read_day)

    assert [days[f"{number} Mar 2024"] for number in range(1, 8)] == [date(2024, 3, number) for number in range(1, 8)]
    assert len(days) == 1
    assert days["x" * 1000] is None
    assert len(days) == 1

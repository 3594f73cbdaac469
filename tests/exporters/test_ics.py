"""Days of connecting, read back with icalendar."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import icalendar

from linkbak.exporters.formats import EXPORTERS
from tests.conftest import Golden
from tests.exporters.contract import Contract
from tests.exporters.given import ADA, FULL, HIDDEN, entry, hostile, text_of

HERE = Path(__file__).parent


def events(text: str) -> list[Any]:
    calendar = icalendar.Calendar.from_ical(text)
    assert (calendar["VERSION"], calendar["PRODID"]) == ("2.0", "-//linkbak//linkbak//EN")
    return list(calendar.walk("VEVENT"))


class TestIcs(Contract):
    """Read by icalendar; only a calendar that is large by hand, since icalendar takes a while for it."""

    format = "ics"

    def names(self, written: Path) -> list[str]:
        text = written.read_bytes().decode()
        if len(text) > 1_000_000:
            lines = text.replace("\r\n ", "").split("\r\n")
            found = [line.removeprefix("SUMMARY:") for line in lines if line.startswith("SUMMARY:")]
        else:
            found = [str(event["SUMMARY"]) for event in events(text)]
        return [name.removeprefix("Connected with ").rpartition(" (")[0] for name in found]


def test_the_calendar_as_it_is(golden: Golden) -> None:
    golden(HERE / "goldens/days.ics", text_of("ics", FULL).replace("\r\n", "\n"))


def test_a_day_that_comes_again_every_year() -> None:
    ada, leap, *rest = events(text_of("ics", FULL))
    assert str(ada["SUMMARY"]) == "Connected with Ada; the, 1st Example\\Sample (2019)"
    assert ada["DTSTART"].dt == date(2019, 6, 5)
    assert ada["RRULE"] == {"FREQ": ["YEARLY"]}
    assert (ada["UID"], ada["TRANSP"]) == ("linkbak-000000000001-connected", "TRANSPARENT")
    assert ada["DTSTAMP"].dt.isoformat() == "2026-03-20T08:07:10+00:00"
    assert str(ada["URL"]) == "https://www.linkedin.com/in/ada-example"
    assert leap["DTSTART"].dt == date(2020, 2, 29)
    assert leap["RRULE"] == {"FREQ": ["YEARLY"], "BYMONTH": [2], "BYMONTHDAY": [-1]}
    assert len(rest) == 3


def test_who_connected_on_29_february_has_a_day_every_year() -> None:
    """A rule that only says "yearly" would skip three years of four."""
    from dateutil.rrule import rrulestr  # type: ignore[import-untyped]

    (event,) = events(text_of("ics", [FULL[1]]))
    days = rrulestr(event["RRULE"].to_ical().decode(), dtstart=_noon(event["DTSTART"].dt))[:5]
    assert [day.date().isoformat() for day in days] == [
        *("2020-02-29", "2021-02-28", "2022-02-28", "2023-02-28", "2024-02-29")
    ]


def _noon(day: date) -> Any:
    from datetime import datetime

    return datetime(day.year, day.month, day.day, 12)  # noqa: DTZ001  # days have no zone


def test_who_has_no_day_is_left_out() -> None:
    people = [entry(1, ADA._replace(connected_on=None)), HIDDEN, entry(2)]
    kept, left_out = EXPORTERS["ics"].takes(people)
    assert [one.person.number for one in kept] == [2]
    assert left_out == {"no date": 1, "hidden": 1}


def test_hostile_names_add_no_lines() -> None:
    data = text_of("ics", hostile()).encode()
    assert max(map(len, data.split(b"\r\n"))) <= 75
    assert b"\n" not in data.replace(b"\r\n", b"")
    ours = {"UID", "DTSTAMP", "DTSTART", "RRULE", "SUMMARY", "DESCRIPTION", "URL", "TRANSP"}
    for event in events(data.decode()):
        assert set(event) <= ours

"""`linkbak request`: where the request stands, what the user tells of it, and the calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest
import time_machine

from tests.cli.running import Ran, run, state
from tests.cli.terminal import on_terminal

NOW = "2026-04-20T12:00:00Z"
LINK = "https://www.linkedin.com/mypreferences/d/download-my-data"


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The day after the newest snapshot's thirtieth, in London's summer."""
    import time

    monkeypatch.setenv("TZ", "Europe/London")
    time.tzset()
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller
    monkeypatch.undo()
    time.tzset()


def first(ran: Ran) -> dict[str, Any]:
    """The one account of the document."""
    assert ran.status == 0, ran.err
    (account,) = ran.json["accounts"]
    return dict(account)


def test_who_has_not_asked_is_told_how(two: Path) -> None:
    before = state(two)

    ran = run("request", vault=two)

    assert (ran.status, ran.err) == (0, "")
    assert ran.out == (
        "linkedin-me\n"
        "  newest of 20 Mar 2026, 31 days ago: due\n"
        "  due: ask LinkedIn for your archive, on a computer\n"
        f"    {LINK}\n"
        '    Choose "Download larger data archive" and press "Request archive". Then:\n'
        "    linkbak request sent\n"
    )
    assert run("request", "--quiet", vault=two).out == ""
    assert state(two) == before


def test_an_empty_vault(empty: Path) -> None:
    assert run("request", vault=empty).out.startswith("nothing is kept yet\n  due: ask LinkedIn")
    assert first(run("request", "sent", "--json", vault=empty))["account"] is None
    assert first(run("request", "--json", vault=empty))["state"] == "requested"


@pytest.mark.parametrize(
    ("hours", "line"),
    [
        (0, "requested: LinkedIn's first mail comes within minutes"),
        (0.5, "expected: the complete one may take 23 h more"),
        (23.5, "expected: the complete one may take less than 1 h more"),
        (24, "ready: the link in LinkedIn's mail expires in 48 h at the earliest"),
        (62.1, "ready: the link in LinkedIn's mail expires in 9 h at the earliest"),
        (72, "ready: a link that came late may live for 24 h more"),
        (96, "due: the link of your last request has expired; ask LinkedIn for your archive, on a computer"),
    ],
)
def test_a_click_takes_its_course(two: Path, today: time_machine.Traveller, hours: float, line: str) -> None:
    clicked = run("request", "sent", vault=two)
    assert (clicked.status, clicked.err) == (0, "noted: you asked on 20 Apr 2026 at 13:00\n")
    today.shift(timedelta(hours=hours))

    ran = run("request", vault=two)

    assert ran.out.splitlines()[2] == f"  {line}"
    assert LINK in ran.out or hours == 0


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("13:00", "2026-04-20T12:00:00Z"),
        ("09:30", "2026-04-20T08:30:00Z"),
        ("23:59", "2026-04-19T22:59:00Z"),
        ("2026-04-19T09:30", "2026-04-19T08:30:00Z"),
        ("2026-04-19 09:30:15", "2026-04-19T08:30:15Z"),
        ("2026-04-19T09:30+05:00", "2026-04-19T04:30:00Z"),
        ("2026-04-19", "2026-04-18T23:00:00Z"),
        ("2026-04-20T13:04", "2026-04-20T12:00:00Z"),
    ],
)
def test_when_it_was_in_this_machines_zone(two: Path, said: str, at: str) -> None:
    """A time without a day is the last one there was; a clock that is some minutes ahead is no reason to refuse."""
    found = first(run("request", "sent", "--at", said, "--json", vault=two))

    assert found["request"]["requested"] == at


@pytest.mark.parametrize(
    "said", ["", "soon", "25:00", "9", "2026-04-20T13:06", "2027-01-01", "2026-03-20", "0001-01-01", "9999-12-31T23:59"]
)
def test_a_time_that_cannot_be_is_refused(two: Path, said: str) -> None:
    for action in ("sent", "ready"):
        ran = run("request", action, "--at", said, vault=two)
        assert (ran.status, ran.out) == (2, "")
        assert ran.err.startswith(f"error: {said!r}")
    assert first(run("request", "--json", vault=two))["request"] is None


def test_a_mail_that_came(two: Path, today: time_machine.Traveller) -> None:
    run("request", "sent", vault=two)
    today.shift(timedelta(hours=20))

    ran = run("request", "ready", vault=two)

    assert ran.err == "noted: a mail came on 21 Apr 2026 at 09:00\n"
    assert "ready: the link in LinkedIn's mail expires in 72 h\n" in run("request", vault=two).out
    found = first(run("request", "--json", vault=two))
    assert (found["state"], found["until"]) == ("ready", "2026-04-24T08:00:00Z")
    assert found["request"] == {
        "requested": "2026-04-20T12:00:00Z",
        "mailed": "2026-04-21T08:00:00Z",
        "link_until": "2026-04-24T08:00:00Z",
        "link_latest": "2026-04-24T12:00:00Z",
    }


def test_a_second_word_within_minutes_changes_nothing(two: Path, today: time_machine.Traveller) -> None:
    run("request", "sent", vault=two)
    today.shift(timedelta(minutes=10))

    assert run("request", "sent", vault=two).err == "noted: you asked on 20 Apr 2026 at 13:00\n"


def test_taking_it_back(two: Path) -> None:
    run("request", "sent", vault=two)

    assert run("request", "cancel", vault=two).err == "taken back\n"
    assert first(run("request", "--json", vault=two))["state"] == "due"
    assert run("request", "cancel", vault=two).err == "there is no request to cancel\n"
    assert run("request", "cancel", "--quiet", vault=two).err == ""


def test_importing_the_archive_ends_the_request(empty: Path, march: Path, today: time_machine.Traveller) -> None:
    today.move_to("2026-03-20T07:00:00Z")
    run("request", "sent", vault=empty)
    today.move_to("2026-03-20T10:00:00Z")
    assert run("import", march, vault=empty).status == 0

    assert run("request", vault=empty).out == (
        "linkedin-me\n  newest of 20 Mar 2026, today: fresh\n  kept: the next one is due on 19 Apr 2026\n"
    )


def test_the_first_archive_of_two(empty: Path, february: Path, today: time_machine.Traveller) -> None:
    today.move_to("2026-02-28T09:00:00Z")
    run("request", "sent", vault=empty)
    today.move_to("2026-02-28T10:00:00Z")
    assert run("import", february, vault=empty).status == 0

    assert "expected: the first archive is kept; the complete one may take 23 h more" in run("request", vault=empty).out
    today.shift(timedelta(hours=30))
    ran = run("request", vault=empty)
    assert "ready: the complete archive, if LinkedIn sent it; its link lives for at least 41 h" in ran.out
    assert "linkbak request cancel" in ran.out
    today.shift(timedelta(hours=70))
    assert "kept: the next one is due on 30 Mar 2026" in run("request", vault=empty).out


def test_a_click_told_after_the_import_is_questioned(empty: Path, march: Path, today: time_machine.Traveller) -> None:
    today.move_to("2026-03-20T10:00:00Z")
    assert run("import", march, vault=empty).status == 0
    today.shift(timedelta(hours=1))

    assert run("request", "sent", vault=empty).err == (
        "noted: you asked on 20 Mar 2026 at 11:00; the newest snapshot is of 20 Mar 2026: "
        "if you meant that one, `linkbak request cancel`\n"
    )


def test_several_accounts_stand_each_for_itself(two: Path, boris: Path) -> None:
    assert run("import", boris, "--account", "boris", vault=two).status == 0

    refused = run("request", "sent", vault=two)
    assert (refused.status, "--account NAME" in refused.err) == (2, True)
    assert first(run("request", "sent", "--account", "boris", "--json", vault=two))["state"] == "requested"
    found = run("request", "--json", vault=two).json
    assert {one["account"]: one["state"] for one in found["accounts"]} == {
        "linkedin-boris": "requested",
        "linkedin-me": "due",
    }
    assert run("request", "--account", "nobody", vault=two).status == 2
    assert "\n\nlinkedin-me\n" in run("request", vault=two).out


@pytest.mark.parametrize(
    "words",
    [
        ("ask",),
        ("--at", "09:30"),
        ("cancel", "--at", "09:30"),
        ("ics", "--at", "09:30"),
        ("sent", "-o", "x.ics"),
        ("ics", "--json"),
        ("ics", "-o", "-", "--json"),
    ],
)
def test_words_that_say_nothing_together(two: Path, words: tuple[str, ...]) -> None:
    ran = run("request", *words, vault=two)
    assert (ran.status, ran.out) == (2, "")


def test_no_vault(tmp_path: Path) -> None:
    for words in ((), ("sent",), ("ics",)):
        assert run("request", *words, vault=tmp_path / "nowhere").status == 10


def test_a_note_that_cannot_be_kept_is_said(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/dev/null/nowhere")

    ran = run("request", "sent", vault=two)

    assert (ran.status, ran.out) == (15, "")
    assert "cannot write" in ran.err


def event(text: str) -> Any:
    """The one event of a calendar, and nothing wrong with it."""
    (found,) = events(text)
    return found


def events(text: str) -> list[Any]:
    """The events of a calendar, and nothing wrong with them."""
    calendar = icalendar.Calendar.from_ical(text)
    assert (calendar["VERSION"], calendar["PRODID"], calendar.errors) == ("2.0", "-//linkbak//linkbak//EN", [])
    found = list(calendar.walk("VEVENT"))
    assert [one.errors for one in found] == [[] for _ in found]
    return found


def test_a_calendar_that_comes_again(two: Path, today: time_machine.Traveller) -> None:
    today.move_to("2026-04-01T12:00:00Z")

    ran = run("request", "ics", vault=two)

    assert (ran.status, ran.err) == (0, "")
    assert all(len(line.encode()) <= 75 for line in ran.out.split("\r\n"))
    found = event(ran.out)
    assert found["DTSTART"].dt == date(2026, 4, 19)
    assert found["RRULE"] == {"FREQ": ["MONTHLY"]}
    assert found["DTSTAMP"].dt == datetime(2026, 4, 1, 12, tzinfo=UTC)
    assert (str(found["SUMMARY"]), str(found["URL"])) == ("Ask LinkedIn for your archive", LINK)
    assert LINK in str(found["DESCRIPTION"])
    assert "linkbak request sent" in str(found["DESCRIPTION"])
    (alarm,) = found.walk("VALARM")
    assert (str(alarm["ACTION"]), alarm["TRIGGER"].dt) == ("DISPLAY", timedelta(hours=9))


@pytest.mark.parametrize(
    ("days", "first_day", "rule"),
    [
        (7, date(2026, 4, 1), {"FREQ": ["WEEKLY"], "INTERVAL": [1]}),
        (14, date(2026, 4, 3), {"FREQ": ["WEEKLY"], "INTERVAL": [2]}),
        (20, date(2026, 4, 9), {"FREQ": ["DAILY"], "INTERVAL": [20]}),
        (31, date(2026, 4, 20), {"FREQ": ["MONTHLY"]}),
        (90, date(2026, 6, 18), {"FREQ": ["DAILY"], "INTERVAL": [90]}),
    ],
)
def test_it_comes_as_often_as_the_cadence(
    two: Path,
    today: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
    days: int,
    first_day: date,
    rule: dict[str, list[object]],
) -> None:
    """What is due already begins today."""
    today.move_to("2026-04-01T12:00:00Z")
    monkeypatch.setenv("LINKBAK_CADENCE_DAYS", str(days))
    monkeypatch.setenv("LINKBAK_CADENCE_WARN", str(days + 5))
    monkeypatch.setenv("LINKBAK_CADENCE_STALE", str(days + 30))

    found = event(run("request", "ics", vault=two).out)

    assert (found["DTSTART"].dt, dict(found["RRULE"])) == (first_day, rule)


def test_a_day_that_some_months_lack_is_none_to_come_again_on(two: Path, today: time_machine.Traveller) -> None:
    from dateutil.rrule import rrulestr  # type: ignore[import-untyped]

    today.move_to("2026-05-31T12:00:00Z")

    found = event(run("request", "ics", vault=two).out)

    start = datetime(2026, 5, 28, 12)  # noqa: DTZ001  # days have no zone
    assert found["DTSTART"].dt == start.date()
    days = rrulestr(found["RRULE"].to_ical().decode(), dtstart=start)[:12]
    assert [day.month for day in days] == [5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3, 4]


def test_while_a_link_is_alive_the_calendar_warns_of_its_end(two: Path, today: time_machine.Traveller) -> None:
    """And the next archive is due a month after this one."""
    run("request", "sent", vault=two)
    assert event(run("request", "ics", vault=two).out)["DTSTART"].dt == date(2026, 5, 20)
    today.shift(timedelta(hours=30))

    asking, link = events(run("request", "ics", vault=two).out)

    assert asking["DTSTART"].dt == date(2026, 5, 21)
    assert link["DTSTART"].dt == datetime(2026, 4, 23, 12, tzinfo=UTC)
    assert str(link["SUMMARY"]) == "The link to your LinkedIn archive expires"
    assert [alarm["TRIGGER"].dt for alarm in link.walk("VALARM")] == [timedelta(hours=-24), timedelta(hours=-9)]
    assert link["UID"] != asking["UID"]


def test_the_calendar_keeps_its_id_and_names_nobody(two: Path, boris: Path, today: time_machine.Traveller) -> None:
    before = event(run("request", "ics", vault=two).out)["UID"]
    assert run("import", boris, "--account", "boris", vault=two).status == 0
    today.shift(timedelta(days=40))

    after = run("request", "ics", vault=two).out

    assert event(after)["UID"] == before
    mine = run("request", "ics", "--account", "boris", vault=two).out
    assert event(mine)["UID"] != before
    assert "boris" not in (after + mine).casefold()


def test_the_calendar_in_a_file(two: Path, tmp_path: Path) -> None:
    place = tmp_path / "ask.ics"

    ran = run("request", "ics", "-o", place, vault=two)

    assert (ran.status, ran.out) == (0, "")
    assert ran.err == f"written to {place}; open it with your calendar\n"
    assert place.read_bytes().decode() == run("request", "ics", vault=two).out
    assert place.stat().st_mode & 0o777 == 0o600
    assert run("request", "ics", "-o", place, "--json", vault=two).json["schema"] == "linkbak.nudge/1"
    assert run("request", "ics", "-o", tmp_path, vault=two).status == 2


def test_it_fits_a_terminal(two: Path) -> None:
    lines = on_terminal("request", vault=two)

    assert [line for line in lines if len(line) > 80] == []
    assert f"    {LINK}" in lines

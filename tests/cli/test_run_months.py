"""Months of days on which a timer calls `linkbak run`: exactly the messages there should be, and on which day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from linkbak.vault.writer import create_vault
from tests.automation.notify.servers import web
from tests.cli.days import NO_VERIFY, Machine
from tests.cli.running import run

START = datetime(2026, 2, 28, 9, 0, tzinfo=UTC)
"""The day of the archive with which it begins."""


@pytest.fixture
def machine(tmp_path: Path, february: Path) -> Machine:
    vault = tmp_path / "vault"
    create_vault(vault).close()
    made = Machine(tmp_path, vault)
    made.drop(february)
    return made


def days(machine: Machine, *numbers: int) -> list[tuple[int, str, str]]:
    """What is sent on each of these days, counted from the first archive."""
    found = []
    for number in numbers:
        ran = machine.run(f"{START + timedelta(days=number):%Y-%m-%dT%H:%M:%SZ}")
        assert ran.err == ""
        sent = machine.sent()
        assert bool(ran.out) == bool(sent), "what is sent is printed too, and nothing else is"
        found += [(number, one.kind, one.subject) for one in sent]
    return found


def told(machine: Machine, day: int, hour: int, *words: str) -> None:
    """The user tells something at an hour of a day."""
    with time_machine.travel(START + timedelta(days=day, hours=hour - 9), tick=False):
        assert run("request", *words, vault=machine.vault).status == 0


def test_a_month_in_which_the_user_does_their_part(machine: Machine, march: Path) -> None:
    """Asked on the day of the reminder, imported the next morning: nothing more until the next is due."""
    machine.add("[cadence]\ndays = 19\n")
    first = days(machine, *range(20))
    told(machine, 19, 20, "sent")
    with time_machine.travel(START + timedelta(days=20), tick=False):
        machine.drop(march)

    assert first + days(machine, *range(20, 40)) == [
        (0, "news", "linkedin-me: 70 connections in the one list so far"),
        (19, "reminder", "Time to ask LinkedIn for your next archive"),
        (20, "news", "linkedin-me: 3 lost, 4 new since 28 Feb 2026; 70 connections"),
        (39, "reminder", "Time to ask LinkedIn for your next archive"),
    ]


def test_who_never_asks_is_reminded_ever_more_seldom_but_never_forgotten(machine: Machine) -> None:
    assert days(machine, *range(75)) == [
        (0, "news", "linkedin-me: 70 connections in the one list so far"),
        (30, "reminder", "Time to ask LinkedIn for your next archive"),
        (35, "reminder", "Your newest LinkedIn archive is 35 days old"),
        (60, "reminder", "Your newest LinkedIn archive is already 60 days old"),
        (67, "reminder", "Your newest LinkedIn archive is already 67 days old"),
        (74, "reminder", "Your newest LinkedIn archive is already 74 days old"),
    ]


def test_who_asks_and_forgets_is_told_before_the_link_expires(machine: Machine) -> None:
    days(machine, *range(31))
    told(machine, 30, 20, "sent")

    assert days(machine, *range(31, 40)) == [
        (32, "reminder", "LinkedIn's mail with your archive should be there by now"),
        (33, "reminder", "The link to your LinkedIn archive may expire in 11 hours"),
        (35, "reminder", "Your archive's link has expired; just ask LinkedIn again"),
    ]


def test_the_exit_status_tells_that_it_is_stale_and_the_service_that_waits_hears_it(machine: Machine) -> None:
    with web() as health:
        machine.configure(f'[notify]\nping = "{health.url}/id"\n{NO_VERIFY}')
        statuses = {day: machine.run(f"{START + timedelta(days=day):%Y-%m-%dT%H:%M:%SZ}").status for day in (0, 59, 60)}
    assert statuses == {0: 0, 59: 0, 60: 7}
    assert [path for path in health.paths if "start" not in path] == ["/id", "/id", "/id/fail"]


def test_a_reminder_that_reached_nobody_is_sent_the_next_day(machine: Machine, tmp_path: Path) -> None:
    days(machine, 0)
    command = tmp_path / "tell"
    command.chmod(0o600)
    assert machine.run(f"{START + timedelta(days=30):%Y-%m-%dT%H:%M:%SZ}").status == 15
    command.chmod(0o700)

    assert days(machine, 31, 32) == [(31, "reminder", "Time to ask LinkedIn for your next archive")]

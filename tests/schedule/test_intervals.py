"""When a timer runs: known from the vault alone, spread over the hours of work, and read back from what is written."""

from __future__ import annotations

import plistlib
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkbak.errors import UsageProblem
from linkbak.schedule import cron, launchd, systemd, windows
from linkbak.schedule.timer import EVERY, Interval, following, parsed, spread
from tests.schedule.orders import INTERVALS, order

KEYS = st.integers(0, 2**64 - 1).map(lambda number: f"{number:016x}")


@pytest.fixture
def brussels(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Brussels")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@given(KEYS, st.sampled_from(EVERY))
def test_a_vault_has_a_minute_of_its_own_in_the_hours_of_work(key: str, every: str) -> None:
    found = spread(every, key)
    assert found == spread(every, key)
    assert found.every == every
    assert 1 <= found.minute <= 58  # not with everybody else's at the full hour
    assert found.hour in (range(9, 17) if every != "hour" else [0])
    assert found.weekday in (range(1, 6) if every == "week" else [1])
    assert found.day in (range(1, 29) if every == "month" else [1])


def test_vaults_are_spread() -> None:
    minutes = {spread("hour", f"{number:016x}").minute for number in range(58)}
    assert minutes == set(range(1, 59))


def test_the_time_can_be_said() -> None:
    assert spread("day", "00", "07:05") == Interval("day", 5, 7)
    assert spread("week", "00", "23:59") == Interval("week", 59, 23, 1)


@pytest.mark.parametrize(
    ("every", "at", "message"),
    [
        ("fortnight", "", "'fortnight' is no interval"),
        ("day", "25:00", "'25:00' is not a time of day"),
        ("day", "noon", "'noon' is not a time of day"),
        ("hour", "09:30", "--at does not go with --every hour"),
    ],
)
def test_what_is_no_interval_is_refused(every: str, at: str, message: str) -> None:
    with pytest.raises(UsageProblem, match=message):
        spread(every, "00", at)


@given(INTERVALS)
def test_every_scheduler_reads_back_what_it_wrote(interval: Interval) -> None:
    """So that what `status` says is what is written, and not what was once ordered."""
    wanted = order(interval=interval)
    assert cron.crontab_interval(cron.block("0123", interval, ["/usr/bin/env"])) == interval
    assert systemd.units_interval(systemd.units_timer(wanted)) == interval
    assert (
        launchd._interval(plistlib.loads(launchd.pieces(wanted)[0].text.encode())["StartCalendarInterval"]) == interval
    )
    assert windows._interval(windows._trigger(interval)) == interval


@pytest.mark.parametrize(
    ("minute", "hour", "weekday", "day"),
    [(0, None, 1, None), (0, None, None, 1), (0, 1, 1, 1), (60, 1, None, None), (0, 1, None, 31), (0, 1, 0, None)],
)
def test_times_that_linkbak_never_sets_are_not_taken_for_its_own(
    minute: int, hour: int | None, weekday: int | None, day: int | None
) -> None:
    assert parsed(minute, hour, weekday, day) is None


NOW = datetime(2026, 3, 27, 9, 30, 20, tzinfo=UTC)  # a Friday; 10:30 in Brussels, two days before summer time


@pytest.mark.usefixtures("brussels")
@pytest.mark.parametrize(
    ("interval", "next"),
    [
        (Interval("hour", 31), "2026-03-27T09:31:00Z"),
        (Interval("hour", 30), "2026-03-27T10:30:00Z"),
        (Interval("hour", 5), "2026-03-27T10:05:00Z"),
        (Interval("day", 45, 10), "2026-03-27T09:45:00Z"),
        (Interval("day", 30, 10), "2026-03-28T09:30:00Z"),
        (Interval("week", 0, 12, 5), "2026-03-27T11:00:00Z"),
        (Interval("week", 0, 9, 5), "2026-04-03T07:00:00Z"),
        (Interval("week", 0, 9, 1), "2026-03-30T07:00:00Z"),
        (Interval("month", 0, 9, day=28), "2026-03-28T08:00:00Z"),
        (Interval("month", 0, 9, day=27), "2026-04-27T07:00:00Z"),
        (Interval("month", 0, 9, day=1), "2026-04-01T07:00:00Z"),
    ],
)
def test_the_next_time_is_by_the_clock_on_the_wall(interval: Interval, next: str) -> None:
    assert following(interval, NOW) == next


@pytest.mark.usefixtures("brussels")
def test_the_next_month_after_december_is_january() -> None:
    end = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert following(Interval("month", 0, 9, day=28), end) == "2027-01-28T08:00:00Z"

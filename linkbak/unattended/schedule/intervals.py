"""How often, and at which minute: spread, so that not everybody's machine does the same at the same moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from linkbak.errors import UsageProblem

EVERY = ("hour", "day", "week", "month")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Interval(NamedTuple):
    """Every hour, day, week or month, in local time; what does not matter to it is left at its default.

    Weekdays are ISO's, 1 is Monday; days of the month are those that every month has.
    """

    every: str
    minute: int
    hour: int = 0
    weekday: int = 1
    day: int = 1


def spread(every: str, key: str, at: str = "") -> Interval:
    """An interval with a minute that depends on the vault's key alone; `at`, ``09:30``, says the time instead.

    Without `at` it is in the middle of a working day, when a laptop is awake.
    """
    if every not in EVERY:
        raise UsageProblem(f"{every!r} is no interval", hint=f"Say --every {', '.join(EVERY[:-1])} or {EVERY[-1]}.")
    number = int(key, 16)
    minute, hour = 1 + number % 58, 9 + number // 64 % 8
    if at:
        if every == "hour":
            raise UsageProblem("--at does not go with --every hour")
        hour, minute = _clock(at)
    weekday, day = 1 + number // 1024 % 5, 1 + number // 8192 % 28
    return Interval(
        every,
        minute,
        hour if every != "hour" else 0,
        weekday if every == "week" else 1,
        day if every == "month" else 1,
    )


def parsed(minute: int, hour: int | None, weekday: int | None, day: int | None) -> Interval | None:
    """The interval that a schedule's numbers mean, None where it names none; None if linkbak never sets such a one."""
    if hour is None and weekday is None and day is None:
        found = Interval("hour", minute)
    elif hour is None or (weekday is not None and day is not None):
        return None
    elif weekday is not None:
        found = Interval("week", minute, hour, weekday)
    elif day is not None:
        found = Interval("month", minute, hour, day=day)
    else:
        found = Interval("day", minute, hour)
    sound = 0 <= found.minute < 60 and 0 <= found.hour < 24 and 1 <= found.weekday <= 7 and 1 <= found.day <= 28
    return found if sound else None


def _clock(text: str) -> tuple[int, int]:
    try:
        moment = datetime.strptime(text, "%H:%M").replace(tzinfo=UTC)
    except ValueError:
        raise UsageProblem(f"{text!r} is no time of day", hint="Write it as 09:30.") from None
    return moment.hour, moment.minute


def following(interval: Interval, now: datetime) -> str:
    """The first such moment after `now`, as RFC 3339 UTC."""
    local = now.astimezone().replace(tzinfo=None, second=0, microsecond=0)
    moment = local.replace(minute=interval.minute)
    if interval.every != "hour":
        moment = moment.replace(hour=interval.hour)
    if interval.every == "week":
        moment += timedelta(days=(interval.weekday - moment.isoweekday()) % 7)
    if interval.every == "month":
        moment = moment.replace(day=interval.day)
    if moment <= local:
        moment = _later(interval.every, moment)
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _later(every: str, moment: datetime) -> datetime:
    if every == "month":
        return (moment.replace(day=1) + timedelta(days=32)).replace(day=moment.day)
    return moment + {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}[every]

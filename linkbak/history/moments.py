"""Moments: when a snapshot was taken, as one integer that sorts as snapshots do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_NUMBERS = 128
"""So many archives of one second can be told apart; nobody has ever seen three."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(taken: str, number: int = 1) -> int:
    """The moment of the `number`-th snapshot taken at an RFC 3339 UTC time."""
    return int((datetime.fromisoformat(taken) - _EPOCH).total_seconds()) * _NUMBERS + min(number, _NUMBERS) - 1


def taken(at: int) -> str:
    """The time of a moment, RFC 3339 UTC in whole seconds."""
    return f"{_EPOCH + timedelta(seconds=at // _NUMBERS):%Y-%m-%dT%H:%M:%SZ}"


def day(at: int) -> str:
    """The day (UTC) of a moment, as an ISO date."""
    return taken(at)[:10]


def start_of(day: str) -> int:
    """The first moment of a day, given as an ISO date."""
    return moment(f"{day}T00:00:00Z")

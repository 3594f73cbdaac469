"""A vault's days, one after another: snapshots, clicks and runs of the timer, and what it reminds of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine

from linkbak.automation import reminders
from linkbak.automation.reminders import written
from linkbak.settings import Cadence
from linkbak.vault import SnapshotKey, Summary

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
"""Day 0 of every story; the newest snapshot was taken then."""

BASIC = ("account", "connections", "invitations", "messages", "profile")
COMPLETE = ("account", "activity", "ads", "connections", "invitations", "messages", "profile")


def at(day: float, hour: float = 8) -> datetime:
    """A moment of the story."""
    return START + timedelta(days=day, hours=hour - START.hour)


def snapshot(
    taken: datetime, imported: datetime | None = None, *, account: str = "me", kinds: tuple[str, ...] = COMPLETE
) -> Summary:
    """A snapshot as the vault lists it."""
    return Summary(
        key=SnapshotKey(f"linkedin-{account}", f"{taken:%Y-%m-%dT%H%M%SZ}"),
        taken=written(taken),
        imported=written(imported or taken),
        network="linkedin",
        account=account,
        archive_kind="zip",
        archive_sha256="",
        content="",
        connections=3,
        hidden=0,
        files=4,
        bytes=1000,
        held=False,
        kinds=kinds,
        digest="",
        previous="",
    )


class Story:
    """One vault through some days. What happens is told by the moment at which it does."""

    def __init__(self, place: Path, *summaries: Summary, cadence: Cadence = Cadence()) -> None:  # noqa: B008  # frozen
        self.place = place
        self.summaries = list(summaries)
        self.cadence = cadence
        self.events: dict[datetime, Callable[[], object]] = {}

    def click(self, when: datetime, account: str = "linkedin-me") -> None:
        """`linkbak request sent`."""
        self.events[when] = lambda: reminders.requested(self.place, account, when)

    def mail(self, when: datetime, account: str = "linkedin-me") -> None:
        """`linkbak request ready`."""
        self.events[when] = lambda: reminders.ready(self.place, account, when, self._now(account, when).request)

    def take_back(self, when: datetime, account: str = "linkedin-me") -> None:
        """`linkbak request cancel`."""
        self.events[when] = lambda: reminders.cancel(self.place, account)

    def bring(self, when: datetime, one: Summary) -> None:
        """An archive is imported."""
        self.events[when] = lambda: self.summaries.append(one)

    def run(self, moments: list[datetime]) -> list[tuple[int, str]]:
        """Let the timer go off at these moments; gives the day, counted from day 0, and what was said then."""
        said = []
        waiting = sorted(self.events)
        for now in moments:
            while waiting and waiting[0] <= now:
                with time_machine.travel(waiting[0], tick=False):
                    self.events[waiting.pop(0)]()
            with time_machine.travel(now, tick=False):
                said += [((now.date() - START.date()).days, one) for one in self._remind()]
        return said

    def _remind(self) -> list[str]:
        now = datetime.now(UTC)
        found = reminders.due_reminder(self.place, self._sorted(), self.cadence, now)
        if found is None:
            return []
        assert reminders.reminded(self.place, found, now)
        several = len({one.key.account for one in self.summaries}) > 1
        return [f"{one.nudge.account} {one.stage}" if several else one.stage for one in found.words]

    def _sorted(self) -> list[Summary]:
        return sorted(self.summaries, key=lambda one: one.order)

    def _now(self, account: str, when: datetime) -> reminders.Nudge:
        found = reminders.nudges(self.place, self._sorted(), self.cadence, when, account)
        return found[0]


def daily(last: int, *, first: int = 0, hour: float = 9, off: range = range(0)) -> list[datetime]:
    """A timer that goes off once a day, on a machine that is off on some of them."""
    return [at(day, hour) for day in range(first, last + 1) if day not in off]


def hourly(last: int) -> list[datetime]:
    """A timer that goes off every hour."""
    return [at(day, hour) for day in range(last + 1) for hour in range(24)]

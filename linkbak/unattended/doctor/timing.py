"""Whether linkbak is run by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from linkbak.errors import Exit
from linkbak.unattended.doctor.findings import Finding, Patient, fail, ok, warn

if TYPE_CHECKING:
    from linkbak.unattended.schedule import Timer

NOTE = "run"
"""The note that every run leaves: when it ended, and with which status."""
_OVERDUE = {"hour": 1, "day": 3, "week": 15, "month": 45}
"""After how many days without a run something must be wrong; a machine may be off for a weekend."""


def timer(patient: Patient) -> Iterator[Finding]:
    """What is installed, whether it works, and when it last did."""
    from linkbak.unattended.schedule import found

    timers = found(patient.place)
    if not timers:
        yield warn("nothing runs linkbak by itself", "`linkbak schedule install` does.")
    for one in timers:
        yield from _judged(one)
    if len(timers) > 1:
        kinds = ", ".join(one.kind for one in timers)
        yield warn(
            f"{len(timers)} timers run linkbak: {kinds}", "`linkbak schedule remove --with NAME` takes one away."
        )
    yield from _last(patient, timers)


def _judged(one: Timer) -> Iterator[Finding]:
    if not one.command_ok:
        yield fail(
            f"{one.kind} calls a program that is not there any more ({one.where})",
            "`linkbak schedule install` writes it anew.",
        )
    elif one.active is False:
        yield warn(f"{one.kind} has a timer that will not run ({one.where})", "`linkbak schedule status` says why.")
    else:
        often = f"every {one.every}" if one.every else "at times that somebody changed"
        yield ok(f"{one.kind}, {often}{f', next at {_minute(one.next)}' if one.next else ''}")


def _last(patient: Patient, timers: list[Timer]) -> Iterator[Finding]:
    """How the last run went, and whether it was too long ago."""
    from linkbak import notes

    note = notes.read(patient.place, NOTE)
    at, status = _moment(note.get("at")), note.get("status")
    if at is None:
        return
    overdue = max((_OVERDUE.get(one.every, 45) for one in timers), default=None)
    if overdue is not None and patient.now - at > timedelta(days=overdue):
        yield warn(
            f"it last ran on {at:%Y-%m-%d}", "Is the machine on at that time? `linkbak schedule status` says more."
        )
    if isinstance(status, int) and status not in (Exit.FINE, Exit.STALE):  # that is no fault of the run
        yield warn(f"the run of {at:%Y-%m-%d} ended with status {status}", "`linkbak run` tries again and says why.")


def _moment(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def _minute(text: str) -> str:
    """A moment of UTC in the time of this machine, to the minute."""
    return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M}"

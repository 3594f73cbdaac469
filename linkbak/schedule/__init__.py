"""Schedules `linkbak run`: as the user, never as root, with whichever scheduler the machine has."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from linkbak.errors import LinkbakError, MachineProblem, UsageProblem
from linkbak.model import NamedTuple
from linkbak.schedule import cron, launchd, systemd, windows
from linkbak.schedule import timer as programs
from linkbak.schedule.timer import EVERY, Interval, Order, Piece, Scheduler, Timer, command, key_of, spread, try_out
from linkbak.texts import tr

__all__ = [
    "EVERY", "OFTEN", "OVERDUE", "SCHEDULERS", "Interval", "Order", "Piece", "Planned", "Timer", "found", "install",
    "installed", "planned", "remove",
]  # fmt: skip

SCHEDULERS: Mapping[str, Scheduler] = {
    systemd.KIND: systemd,
    cron.KIND: cron,
    launchd.KIND: launchd,
    windows.KIND: windows,
}


OFTEN = {"hour": tr("every hour"), "day": tr("every day"), "week": tr("every week"), "month": tr("every month")}
"""How often a timer runs, in words."""
OVERDUE: Mapping[str, int] = {"hour": 1, "day": 3, "week": 15, "month": 45}
"""The days without a run after which something must be wrong; a machine may be off for a weekend."""


class Planned(NamedTuple):
    """What an installation would write, what is written already, and other schedules that run linkbak on this vault."""

    kind: str
    order: Order
    pieces: Sequence[Piece]
    done: bool
    others: Sequence[Timer]


def found(place: Path) -> list[Timer]:
    """What is installed for the vault at `place`, of all schedulers; nothing is written or changed.

    A scheduler that may not be read, such as a crontab forbidden to this user, counts as nothing installed.
    """
    now, timers = datetime.now(UTC), list[Timer]()
    for kind, there in installed(place).items():
        with suppress(LinkbakError):
            interval, active, where, program = SCHEDULERS[kind].state(place, there)
            every, runs = interval.every if interval else "", programs.runs(program)
            coming = programs.following(interval, now) if interval and active is not False else ""
            timers.append(Timer(kind, every, active, coming, where, runs, interval))
    return timers


def installed(place: Path, kind: str | None = None) -> dict[str, list[Piece]]:
    """What is written for the vault, by scheduler; if one is named, only that, and it must be readable."""
    if kind is not None:
        pieces = SCHEDULERS[named(kind)].installed(place)
        return {kind: pieces} if pieces else {}
    there = {}
    for one, scheduler in SCHEDULERS.items():
        with suppress(LinkbakError):
            if pieces := scheduler.installed(place):
                there[one] = pieces
    return there


def planned(
    place: Path, *, every: str | None = None, at: str = "", kind: str | None = None, needed: Sequence[str] = ()
) -> Planned:
    """Plans an installation; options not given stay as installed, or are daily with the default scheduler.

    `needed` are programs that a run must find besides git and ssh. Raises a LinkbakError if it cannot be done.
    """
    if os.getuid() == 0 and os.environ.get("SUDO_USER", "root") != "root":
        raise UsageProblem(
            tr("with sudo the timer would be root's, who would then own what it writes"),
            hint=tr("Run `linkbak schedule install` without sudo; it needs no rights but yours."),
        )
    timers = found(place)
    chosen = _chosen(kind, timers)
    mine = next((timer for timer in timers if timer.kind == chosen), None)
    interval = spread(every or (mine.every if mine else "") or "day", key_of(place), at)
    if every is None and not at and mine is not None and mine.interval is not None:
        interval = mine.interval
    wanted = Order(place.absolute(), command(place, needed), interval)
    pieces = SCHEDULERS[chosen].pieces(wanted)
    off = mine is None or (mine.active is False and chosen != cron.KIND)  # nobody but root can start cron
    done = not off and SCHEDULERS[chosen].installed(place) == pieces
    return Planned(chosen, wanted, pieces, done, [timer for timer in timers if timer.kind != chosen])


def install(plan: Planned) -> Sequence[str]:
    """Install it; returns the remarks about it, of `timer.REMARKS`. The program is tried out first."""
    try_out(plan.order.command)
    return SCHEDULERS[plan.kind].install(plan.order)


def remove(place: Path, kind: str) -> None:
    """Remove what one scheduler has for the vault, and nothing else."""
    SCHEDULERS[kind].remove(place)


def named(kind: str) -> str:
    """The scheduler of that name; raises UsageProblem if there is none."""
    if kind not in SCHEDULERS:
        raise UsageProblem(
            tr("{kind!r} is no scheduler", kind=kind),
            hint=tr("linkbak knows {schedulers}.", schedulers=", ".join(SCHEDULERS)),
        )
    return kind


def default() -> str:
    """The default scheduler; raises MachineProblem if there is none."""
    if not windows.missing():
        return windows.KIND
    if sys.platform == "darwin":
        return launchd.KIND
    if systemd.reachable() and not systemd.missing():
        return systemd.KIND
    if not cron.missing():
        return cron.KIND
    if systemd.BOOTED.is_dir() and programs.there("systemctl"):
        return systemd.KIND
    raise MachineProblem(
        tr("this machine has no scheduler that linkbak knows"),
        hint=tr("Install cron, or have `linkbak run` called by whatever runs things there."),
    )


def _chosen(kind: str | None, timers: Sequence[Timer]) -> str:
    """The scheduler that is asked for, else the one that is in use, else the default."""
    if kind is None:
        return timers[0].kind if len(timers) == 1 else default()
    if why := SCHEDULERS[named(kind)].missing():
        raise MachineProblem(
            tr("{kind} will not do: {why}", kind=kind, why=why),
            hint=tr("Without --with linkbak takes what the machine has."),
        )
    return kind

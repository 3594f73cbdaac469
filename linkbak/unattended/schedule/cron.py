"""cron, wherever there is one: a line in the user's own crontab, whose other lines stay as they are, byte for byte."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from linkbak import paths
from linkbak.errors import MachineProblem

from . import commandline, crontab, programs
from .intervals import following
from .parts import Order, Piece, Timer, key_of

KIND = "cron"
WHERE = "crontab"
_DAEMONS = frozenset({"cron", "crond", "fcron", "dcron", "bcron-sched", "busybox"})
_GENERATORS = ("/usr/lib/systemd/system-generators/systemd-crontab-generator",)
_PROC = Path("/proc")


def missing() -> str:
    """Why this machine cannot do it; "" if it can."""
    return "" if programs.there("crontab") else "this machine has no crontab"


def pieces(order: Order) -> list[Piece]:
    """What would be written: three lines of the crontab."""
    return [Piece(WHERE, crontab.block(order.key, order.interval, commandline.plain(order.command)))]


def installed(vault: Path) -> list[Piece]:
    """What is written now."""
    lines = crontab.lines(_read(), key_of(vault)) if programs.there("crontab") else ""
    return [Piece(WHERE, lines)] if lines else []


def install(order: Order) -> Sequence[str]:
    """Put our lines into the crontab as it is at this moment, and read it back."""
    before = _read()
    _write(order.vault, before, crontab.put_in(before, order.key, pieces(order)[0].text))
    return ["not-running"] if _daemon_runs() is False else ["mail", "no-catching-up"]


def remove(vault: Path) -> None:
    """Take our lines out, and nothing else."""
    before = _read()
    after = crontab.take_out(before, key_of(vault))
    if after != before:
        _write(vault, before, after)


def timer(vault: Path, now: datetime) -> Timer | None:
    """What is installed."""
    there = installed(vault)
    if not there:
        return None
    interval, words = crontab.interval(there[0].text), crontab.words(there[0].text)
    active = _daemon_runs() if words else False
    return Timer(
        KIND,
        interval.every if interval else "",
        active,
        following(interval, now) if interval and active is not False else "",
        WHERE,
        commandline.runs(commandline.program(words)),
        interval,
    )


def _read() -> bytes:
    """The user's crontab; empty if there is none. Raises MachineProblem if it may not be read."""
    answer = programs.ask("crontab", "-l")
    if answer.fine:
        return answer.out
    complaint = answer.complaint.lower()
    if not answer.out and ("no crontab" in complaint or "no such file" in complaint):
        return b""
    raise MachineProblem(f"the crontab cannot be read: {answer.complaint or answer.status}", hint=_OTHERS)


_OTHERS = "Another scheduler may do: `linkbak schedule install --with systemd`."


def _write(vault: Path, before: bytes, after: bytes) -> None:
    """Hand over the whole crontab, see that it has arrived, and put the former one back if it has not."""
    if crontab.take_out(before, key_of(vault)):
        _keep(vault, before)
    answer = programs.ask("crontab", "-", feed=after) if after else programs.ask("crontab", "-r")
    if not answer.fine:
        raise MachineProblem(f"the crontab cannot be written: {answer.complaint or answer.status}", hint=_OTHERS)
    if _read() != after:
        programs.ask("crontab", "-", feed=before) if before else programs.ask("crontab", "-r")
        raise MachineProblem("the crontab that was written reads differently; the former one was put back")


def _keep(vault: Path, before: bytes) -> None:
    """A copy of the crontab as it was, beside the notes about the vault."""
    from contextlib import suppress

    place = paths.state_folder(vault) / "crontab-before"
    with suppress(OSError):
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(before)


def _daemon_runs() -> bool | None:
    """Whether a cron is at work; None if that cannot be told."""
    if sys.platform != "linux":
        return None
    if any(Path(place).exists() for place in _GENERATORS):
        return None  # systemd plays cron
    names = [name for name in map(_name, _PROC.glob("[0-9]*")) if name]
    if any(name in _DAEMONS for name in names):
        return True
    return False if _name(_PROC / "1") else None


def _name(process: Path) -> str:
    """A process's name; "" if it is gone, or hidden from us."""
    try:
        return (process / "comm").read_text("utf-8", "replace").strip()
    except OSError:
        return ""

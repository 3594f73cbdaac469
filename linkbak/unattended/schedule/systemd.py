"""The user's own systemd: no root, what was slept through is made up for, what is printed is in the journal."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from . import commandline, files, programs, units
from .intervals import following
from .parts import Order, Piece, Timer, key_of

KIND = "systemd"
BOOTED = Path("/run/systemd/system")
"""There if systemd runs the machine; see sd_booted(3)."""


def missing() -> str:
    """Why this machine cannot do it; "" if it can."""
    return "" if programs.there("systemctl") else "this machine has no systemctl"


def pieces(order: Order) -> list[Piece]:
    """What would be written."""
    service, timer = _paths(order.key)
    return [Piece(str(service), units.service(order)), Piece(str(timer), units.timer(order))]


def installed(vault: Path) -> list[Piece]:
    """What is written now."""
    return files.read(_paths(key_of(vault)))


def install(order: Order) -> Sequence[str]:
    """Write both files and start the timer; without a running systemd it starts at the next login."""
    files.write(pieces(order))
    _want(order.key)
    _, timer = units.names(order.key)
    started = all(_systemctl(*words).fine for words in (("daemon-reload",), ("enable", timer), ("restart", timer)))
    if not started:
        return ["at-next-login"]
    return ["only-logged-in"] if _lingers() is False else []


def remove(vault: Path) -> None:
    """Stop the timer and take both files away."""
    key = key_of(vault)
    _, timer = units.names(key)
    _systemctl("disable", "--now", timer)
    files.delete([_wanted(key), *_paths(key)])
    _systemctl("daemon-reload")
    _systemctl("reset-failed", *units.names(key))


def timer(vault: Path, now: datetime) -> Timer | None:
    """What is installed."""
    key = key_of(vault)
    service, clock = _paths(key)
    written = {Path(piece.where): piece.text for piece in files.read([service, clock])}
    if not written:
        return None
    interval = units.interval(written.get(clock, ""))
    active = _active(key)
    return Timer(
        KIND,
        interval.every if interval else "",
        active,
        following(interval, now) if interval and active is not False else "",
        str(clock),
        commandline.runs(units.program(written.get(service, ""))),
        interval,
    )


def reachable() -> bool:
    """Whether the user's own systemd runs."""
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}")
    return BOOTED.is_dir() and (runtime / "systemd").is_dir()


def _active(key: str) -> bool | None:
    if not programs.there("systemctl"):
        return False
    answer = _systemctl("is-active", units.names(key)[1])
    if not answer.fine and not answer.out and BOOTED.is_dir():
        return None  # it runs the machine, but cannot be asked from here
    return answer.fine


def _lingers() -> bool | None:
    """Whether the user's systemd goes on while they are not logged in; None if nobody can say."""
    answer = programs.ask("loginctl", "show-user", str(os.getuid()), "--property=Linger", "--value")
    return {b"yes": True, b"no": False}.get(answer.out.strip()) if answer.fine else None


def _systemctl(*words: str) -> programs.Answer:
    return programs.ask("systemctl", "--user", *words)


def _want(key: str) -> None:
    """What `systemctl enable` does; done by hand too, so that it starts at the next login if none runs now."""
    link = _wanted(key)
    try:
        link.parent.mkdir(parents=True, exist_ok=True)
        if not link.is_symlink():
            link.symlink_to(_paths(key)[1])
    except OSError as error:
        raise files.refused(link, error) from None


def _wanted(key: str) -> Path:
    return _folder() / "timers.target.wants" / units.names(key)[1]


def _paths(key: str) -> list[Path]:
    return [_folder() / name for name in units.names(key)]


def _folder() -> Path:
    home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(home) / "systemd" / "user"

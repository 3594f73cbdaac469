"""launchd, on a Mac: a user agent, which runs late if the Mac slept at its time."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from linkbak.schedule import timer as schedule_timer
from linkbak.schedule.timer import Interval, Order, Piece, State, key_of, parsed
from linkbak.texts import tr

KIND = "launchd"


def missing() -> str:
    """Why this machine cannot do it; "" if it can."""
    return (
        "" if sys.platform == "darwin" and schedule_timer.there("launchctl") else tr("launchd is there only on a Mac")
    )


def pieces(order: Order) -> list[Piece]:
    """What would be written: a property list."""
    import plistlib

    log = str(Path.home() / "Library" / "Logs" / f"linkbak-{order.key}.log")
    said = {
        "Label": _label(order.key),
        "ProgramArguments": list(order.command.words),
        "EnvironmentVariables": dict(order.command.environment),
        "StartCalendarInterval": _calendar(order.interval),
        "ProcessType": "Background",
        "LowPriorityIO": True,
        "Nice": 10,
        "Umask": 0o077,
        "StandardOutPath": log,
        "StandardErrorPath": log,
    }
    return [Piece(str(_path(order.key)), plistlib.dumps(said, sort_keys=False).decode())]


def installed(vault: Path) -> list[Piece]:
    """What is installed as text."""
    return schedule_timer.read([_path(key_of(vault))])


def install(order: Order) -> Sequence[str]:
    """Write the property list and load it; without a session on the screen that happens at the next login."""
    schedule_timer.write(pieces(order))
    domain = _domain()
    schedule_timer.ask("launchctl", "bootout", f"{domain}/{_label(order.key)}")
    loaded = schedule_timer.ask("launchctl", "bootstrap", domain, str(_path(order.key))).fine
    return ["downloads"] if loaded else ["at-next-login", "downloads"]


def remove(vault: Path) -> None:
    """Unload it and remove the property list."""
    key = key_of(vault)
    schedule_timer.ask("launchctl", "bootout", f"{_domain()}/{_label(key)}")
    schedule_timer.delete([_path(key)])


def state(vault: Path, there: Sequence[Piece]) -> State:
    """What is installed."""
    key = key_of(vault)
    said = _said(there[0].text)
    active = schedule_timer.ask("launchctl", "print", f"{_domain()}/{_label(key)}").fine
    words = said.get("ProgramArguments")
    program = words[0] if isinstance(words, list) and words and isinstance(words[0], str) else ""
    return _interval(said.get("StartCalendarInterval")), active, str(_path(key)), program


def _said(text: str) -> dict[str, Any]:
    import plistlib

    try:
        found = plistlib.loads(text.encode())
    except Exception:  # noqa: BLE001  # the readers that plistlib is made of raise what they like
        return {}
    return found if isinstance(found, dict) else {}


def _calendar(interval: Interval) -> dict[str, int]:
    said = {"Minute": interval.minute}
    if interval.every != "hour":
        said["Hour"] = interval.hour
    if interval.every == "week":
        said["Weekday"] = interval.weekday
    if interval.every == "month":
        said["Day"] = interval.day
    return said


def _interval(said: object) -> Interval | None:
    known = {"Minute", "Hour", "Weekday", "Day"}
    if not isinstance(said, dict) or not known.issuperset(said) or not all(type(one) is int for one in said.values()):
        return None
    return parsed(said.get("Minute", -1), said.get("Hour"), said.get("Weekday"), said.get("Day"))


def _label(key: str) -> str:
    return f"io.github.linkbak.{key}"


def _domain() -> str:
    return f"gui/{os.getuid()}"


def _path(key: str) -> Path:
    return Path.home() / "Library" / "LaunchAgents" / f"{_label(key)}.plist"

"""The user's own systemd: no root, late runs after sleep, output in the journal."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Sequence
from pathlib import Path

from linkbak.paths import make_folder
from linkbak.schedule import timer as schedule_timer
from linkbak.schedule.timer import DAYS, Interval, Order, Piece, State, key_of, parsed
from linkbak.texts import tr

# --- units ------------------------------------------------------------------------------------------------------------
# The text of a service and a timer, and how such text is read.

_DELAY = {"hour": "5min", "day": "30min", "week": "1h", "month": "1h"}

SERVICE = """\
# Written by `linkbak schedule install`; `linkbak schedule remove` takes it away.
[Unit]
Description=linkbak: look after the vault {vault} once

[Service]
Type=oneshot
ExecStart={words}
# These statuses tell of the data, not of a failure: kept but incomplete, stale, losses held.
SuccessExitStatus=3 7 9
UMask=0077
Nice=10
IOSchedulingClass=idle
# No more rights than its user has, and no doors that it does not need. What hides folders (ProtectSystem=, PrivateTmp=
# and the like) is left out on purpose: in a user's service it needs a user namespace, in which ssh refuses its own
# configuration, so that pushing would fail; and some machines allow none.
NoNewPrivileges=yes
LockPersonality=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
"""

TIMER = """\
# Written by `linkbak schedule install`; `linkbak schedule remove` takes it away.
[Unit]
Description=linkbak: look after the vault {vault} every {every}

[Timer]
OnCalendar={calendar}
RandomizedDelaySec={delay}
Persistent=true

[Install]
WantedBy=timers.target
"""


def units_service(order: Order) -> str:
    """The service: the command, with as few rights as it needs."""
    words = " ".join(_quoted(word) for word in schedule_timer.plain(order.command))
    return SERVICE.format(vault=_described(order), words=words)


def units_timer(order: Order) -> str:
    """The timer: when it runs; a run that the machine slept through comes late."""
    interval = order.interval
    return TIMER.format(
        vault=_described(order), every=interval.every, calendar=calendar(interval), delay=_DELAY[interval.every]
    )


def calendar(interval: Interval) -> str:
    """The interval as systemd.time(7) writes it."""
    if interval.every == "hour":
        return f"*-*-* *:{interval.minute:02}:00"
    clock = f"{interval.hour:02}:{interval.minute:02}:00"
    if interval.every == "week":
        return f"{DAYS[interval.weekday - 1]} *-*-* {clock}"
    return f"*-*-{interval.day:02} {clock}" if interval.every == "month" else f"*-*-* {clock}"


def units_interval(text: str) -> Interval | None:
    """The interval in a timer's file, if it is one of ours."""
    found = re.search(
        r"^OnCalendar=(?:(?P<weekday>[A-Z][a-z]{2}) )?\*-\*-(?P<day>\*|\d\d) (?P<hour>\*|\d\d):(?P<minute>\d\d):00$",
        text,
        re.MULTILINE,
    )
    if found is None or text.count("OnCalendar=") != 1 or (found["weekday"] or "Mon") not in DAYS:
        return None
    weekday = DAYS.index(found["weekday"]) + 1 if found["weekday"] else None
    return parsed(int(found["minute"]), _number(found["hour"]), weekday, _number(found["day"]))


def program(text: str) -> str:
    """The program that a service's file runs; "" if it is not one of ours."""
    found = re.search(r"^ExecStart=(.*)$", text, re.MULTILINE)
    try:
        words = shlex.split(found[1]) if found else []
    except ValueError:
        words = []
    return schedule_timer.program([word.replace("$$", "$").replace("%%", "%") for word in words])


def _number(text: str) -> int | None:
    return None if text == "*" else int(text)


def _quoted(word: str) -> str:
    """One word of a command line; see systemd.service(5), "Command lines", and systemd.unit(5), "Specifiers"."""
    for sign, written in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%"), ("$", "$$")):
        word = word.replace(sign, written)
    return word if re.fullmatch(r"[\w@%+=:,./-]+", word, re.ASCII) else f'"{word}"'


def _described(order: Order) -> str:
    return str(order.vault).replace("%", "%%")


def names(key: str) -> Sequence[str]:
    """The names of the service and the timer of a vault."""
    return f"linkbak-{key}.service", f"linkbak-{key}.timer"


# --- systemd ----------------------------------------------------------------------------------------------------------

KIND = "systemd"
BOOTED = Path("/run/systemd/system")
"""The folder that exists if systemd runs the machine; see sd_booted(3)."""


def missing() -> str:
    """Why this machine cannot do it; "" if it can."""
    return "" if schedule_timer.there("systemctl") else tr("this machine has no systemctl")


def pieces(order: Order) -> list[Piece]:
    """What would be written."""
    service, timer = _paths(order.key)
    return [Piece(str(service), units_service(order)), Piece(str(timer), units_timer(order))]


def installed(vault: Path) -> list[Piece]:
    """What is installed as text."""
    return schedule_timer.read(_paths(key_of(vault)))


def install(order: Order) -> Sequence[str]:
    """Write both files and start the timer; without a running systemd it starts at the next login."""
    schedule_timer.write(pieces(order))
    _want(order.key)
    _, timer = names(order.key)
    started = all(_systemctl(*words).fine for words in (("daemon-reload",), ("enable", timer), ("restart", timer)))
    if not started:
        return ["at-next-login"]
    return ["only-logged-in"] if _lingers() is False else []


def remove(vault: Path) -> None:
    """Stop the timer and remove both files."""
    key = key_of(vault)
    _, timer = names(key)
    _systemctl("disable", "--now", timer)
    schedule_timer.delete([_wanted(key), *_paths(key)])
    _systemctl("daemon-reload")
    _systemctl("reset-failed", *names(key))


def state(vault: Path, there: Sequence[Piece]) -> State:
    """What is installed."""
    key = key_of(vault)
    service, clock = _paths(key)
    written = {Path(piece.where): piece.text for piece in there}
    return units_interval(written.get(clock, "")), _active(key), str(clock), program(written.get(service, ""))


def reachable() -> bool:
    """Whether the user's own systemd runs."""
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}")
    return BOOTED.is_dir() and (runtime / "systemd").is_dir()


def _active(key: str) -> bool | None:
    if not schedule_timer.there("systemctl"):
        return False
    answer = _systemctl("is-active", names(key)[1])
    if not answer.fine and not answer.out and BOOTED.is_dir():
        return None  # it runs the machine, but cannot be asked from here
    return answer.fine


def _lingers() -> bool | None:
    """Whether the user's systemd keeps running while they are not logged in; None if unknown."""
    answer = schedule_timer.ask("loginctl", "show-user", str(os.getuid()), "--property=Linger", "--value")
    return {b"yes": True, b"no": False}.get(answer.out.strip()) if answer.fine else None


def _systemctl(*words: str) -> schedule_timer.Answer:
    return schedule_timer.ask("systemctl", "--user", *words)


def _want(key: str) -> None:
    """Does what `systemctl enable` does by hand, so that the timer starts at the next login if no systemd runs now."""
    link = _wanted(key)
    try:
        make_folder(link.parent)
        if not link.is_symlink():
            link.symlink_to(_paths(key)[1])
    except OSError as error:
        raise schedule_timer.refused(link, error) from None


def _wanted(key: str) -> Path:
    return _folder() / "timers.target.wants" / names(key)[1]


def _paths(key: str) -> list[Path]:
    return [_folder() / name for name in names(key)]


def _folder() -> Path:
    home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(home) / "systemd" / "user"

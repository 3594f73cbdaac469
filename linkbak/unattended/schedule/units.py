"""The two files that make systemd run something by the clock, as text, and what such text says."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

from . import commandline
from .intervals import DAYS, Interval, parsed
from .parts import Order

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


def service(order: Order) -> str:
    """The service: what is run, with as few rights as it can do with."""
    words = " ".join(_quoted(word) for word in commandline.plain(order.command))
    return SERVICE.format(vault=_described(order), words=words)


def timer(order: Order) -> str:
    """The timer: when it is run; a time that the machine slept through is made up for."""
    interval = order.interval
    return TIMER.format(
        vault=_described(order),
        every=interval.every,
        calendar=calendar(interval),
        delay=_DELAY[interval.every],
    )


def calendar(interval: Interval) -> str:
    """The interval as systemd.time(7) writes it."""
    if interval.every == "hour":
        return f"*-*-* *:{interval.minute:02}:00"
    clock = f"{interval.hour:02}:{interval.minute:02}:00"
    if interval.every == "week":
        return f"{DAYS[interval.weekday - 1]} *-*-* {clock}"
    return f"*-*-{interval.day:02} {clock}" if interval.every == "month" else f"*-*-* {clock}"


def interval(text: str) -> Interval | None:
    """What a timer's file says, if it is one of ours."""
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
    return commandline.program([_plain(word) for word in words])


def _number(text: str) -> int | None:
    return None if text == "*" else int(text)


def _quoted(word: str) -> str:
    """One word of a command line; see systemd.service(5), "Command lines", and systemd.unit(5), "Specifiers"."""
    for sign, written in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%"), ("$", "$$")):
        word = word.replace(sign, written)
    return word if re.fullmatch(r"[\w@%+=:,./-]+", word, re.ASCII) else f'"{word}"'


def _plain(word: str) -> str:
    return word.replace("$$", "$").replace("%%", "%")


def _described(order: Order) -> str:
    return str(order.vault).replace("%", "%%")


def names(key: str) -> Sequence[str]:
    """The names of the service and the timer of a vault."""
    return f"linkbak-{key}.service", f"linkbak-{key}.timer"

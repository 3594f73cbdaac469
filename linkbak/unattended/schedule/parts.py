"""What a schedule is made of, and what every scheduler can do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from linkbak import paths

from .commandline import Command
from .intervals import Interval


class Timer(NamedTuple):
    """A schedule that is installed for one vault.

    `every` is hour, day, week or month, "" if somebody changed the times into others. `active` is whether it will run,
    None if that cannot be told. `next` is when (RFC 3339 UTC), at the earliest; "" if unknown or never. `where` is the
    file, or the crontab. `command_ok` is whether the program that it calls is still there.
    """

    kind: str
    every: str
    active: bool | None
    next: str
    where: str
    command_ok: bool
    interval: Interval | None = None


class Order(NamedTuple):
    """What is to be installed: for which vault, what is called, and when."""

    vault: Path
    command: Command
    interval: Interval

    @property
    def key(self) -> str:
        """What tells the schedules of several vaults apart."""
        return key_of(self.vault)


def key_of(vault: Path) -> str:
    """What a vault's schedule is known by: digits that depend on where the vault lies."""
    return paths.state_folder(vault).name


class Piece(NamedTuple):
    """Something that is written: a file, or lines of the crontab, and their text."""

    where: str
    text: str


class Scheduler(Protocol):
    """One way in which a machine runs programs by the clock; each is a module of this folder."""

    KIND: str

    def missing(self) -> str:
        """Why this machine cannot do it; "" if it can."""

    def pieces(self, order: Order) -> list[Piece]:
        """What would be written."""

    def installed(self, vault: Path) -> list[Piece]:
        """What is written now; empty if nothing is."""

    def install(self, order: Order) -> Sequence[str]:
        """Write it and switch it on; gives names of what there is to know about it, of `REMARKS`."""

    def remove(self, vault: Path) -> None:
        """Switch it off and take it away, and nothing else."""

    def timer(self, vault: Path, now: datetime) -> Timer | None:
        """What is installed; None if nothing is."""


REMARKS = ("at-next-login", "not-running", "only-logged-in", "no-catching-up", "mail", "downloads", "window")
"""What there may be to know once a schedule is installed: it starts at the next login; nothing on this machine runs it
now; it runs only while its user is logged in; a time that is missed is passed over; what is printed comes by mail, if
at all; the system asks before it lets a program read the Downloads folder; a window shows for a moment."""

"""The JSON document of `linkbak schedule`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict


class TimerDocument(TypedDict):
    """A schedule that is installed.

    `every` is hour, day, week or month, null if somebody set other times. `active` is whether it will run, null if that
    cannot be told; `next` is when, at the earliest. `command_ok` is whether the program that it calls is still there.
    """

    kind: Literal["systemd", "cron", "launchd", "task-scheduler"]
    every: str | None
    active: bool | None
    next: str | None
    where: str
    command_ok: bool


class PieceDocument(TypedDict):
    """A file, or lines of the crontab."""

    where: str
    text: str


class LastRunDocument(TypedDict):
    """When linkbak last ran, and with which exit status."""

    at: str
    status: int


class ScheduleDocument(TypedDict):
    """What is scheduled for a vault.

    `timers` is what is installed once the command has ended, `changed` whether it changed anything. `pieces` are what
    `install` wrote or would write, what `show` shows, and what `remove` took away or would take away. `remarks` name
    what there is to know about what was installed.
    """

    schema: Literal["linkbak.schedule/1"]
    action: Literal["install", "show", "remove", "status"]
    vault: str
    changed: bool
    timers: list[TimerDocument]
    pieces: list[PieceDocument]
    remarks: list[str]
    last_run: LastRunDocument | None


DOCUMENTS = {"schedule": ScheduleDocument}

"""The JSON document of `linkbak status`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from linkbak.report.nudge_documents import NudgeDocument


class KeptDocument(TypedDict):
    """What is kept of one account; `age_days` are whole days since the newest snapshot was taken."""

    account: str
    snapshots: int
    newest: str
    age_days: int


class DoneDocument(TypedDict):
    """One time that the vault was looked over: when, whether all was well, and what was looked at."""

    at: str
    passed: bool
    what: str


class ChoreDocument(TypedDict):
    """The last time, and the last time all was well; null if never."""

    last: DoneDocument | None
    passed: DoneDocument | None


class HeldDocument(TypedDict):
    """A snapshot whose losses are not believed yet, and how many people they are; null if that cannot be told."""

    account: str
    snapshot: str
    losses: int | None


class CopyDocument(TypedDict):
    """A place for copies: when one was last made, null if never, and whether it holds all there is.

    `whole` is null if the vault cannot be read, so that nobody can tell. `trouble` is what is wrong with the place,
    null if nothing is known.
    """

    name: str
    kind: str
    at: str | None
    whole: bool | None
    trouble: str | None


class TimerDocument(TypedDict):
    """What calls `linkbak run`; `active` is null if that cannot be told, `next` if it is unknown when."""

    kind: str
    every: str
    active: bool | None
    next: str | None
    where: str
    command_ok: bool


class RunDocument(TypedDict):
    """When `linkbak run` last ended, and with which exit status."""

    at: str
    status: int


class SpaceDocument(TypedDict):
    """Bytes that are free where the vault lies, whether that is little; bytes of the vault, null if not measured."""

    free: int
    little: bool
    vault: int | None


class TroubleDocument(TypedDict):
    """What could not be found out, and why."""

    what: str
    message: str
    hint: str


class StatusDocument(TypedDict):
    """How the backup stands; `status` is the exit status. `requests` are those of `linkbak nudge`.

    `verify` is when every byte was compared, `sample` when a share of them was.
    """

    schema: Literal["linkbak.status/1"]
    vault: str
    status: int
    accounts: list[KeptDocument]
    link: str
    requests: list[NudgeDocument]
    held: list[HeldDocument]
    copies: list[CopyDocument]
    verify: ChoreDocument
    sample: ChoreDocument
    drill: ChoreDocument
    timers: list[TimerDocument]
    run: RunDocument | None
    space: SpaceDocument | None
    troubles: list[TroubleDocument]


DOCUMENTS = {"status": StatusDocument}

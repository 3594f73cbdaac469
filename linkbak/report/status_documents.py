"""The JSON document of `linkbak status`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict


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


class StatusDocument(TypedDict):
    """How the backup stands."""

    schema: Literal["linkbak.status/1"]
    vault: str
    accounts: list[KeptDocument]
    verify: ChoreDocument
    drill: ChoreDocument


DOCUMENTS = {"status": StatusDocument}

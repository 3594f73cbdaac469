"""The JSON document of `linkbak verify`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict


class VerifiedSnapshotDocument(TypedDict):
    """One snapshot; `whole` says whether git still gives back every byte of it, as far as was looked."""

    account: str
    snapshot: str
    whole: bool


class FindingDocument(TypedDict):
    """One thing that is not as linkbak left it.

    `part` is what it belongs to, `place` a path in the vault, `remedy` a command or a sentence, "" if there is none;
    `snapshots` are the folders of those that cannot be given back whole because of it.
    """

    part: Literal["git", "snapshots", "chain", "copies", "control", "marks", "index", "leftovers", "foreign"]
    place: str
    what: str
    remedy: str
    snapshots: list[str]


class VerifyDocument(TypedDict):
    """A vault that was looked over; `sound` is whether there is no damage.

    `sample` is the share of files that was asked for, null for all. Of `files` with `bytes`, `compared` were compared
    in git, and `copies` of those that lie open.
    """

    schema: Literal["linkbak.verify/1"]
    vault: str
    sound: bool
    sample: float | None
    files: int
    bytes: int
    compared: int
    copies: int
    marks: int
    snapshots: list[VerifiedSnapshotDocument]
    damage: list[FindingDocument]
    notes: list[FindingDocument]


DOCUMENTS = {"verify": VerifyDocument}

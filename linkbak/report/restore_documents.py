"""The JSON document of `linkbak restore`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict


class GivenDocument(TypedDict):
    """One file: its path in the archive, where it lies below the place, and what came of it; `damaged` is not there."""

    path: str
    written_as: str
    bytes: int
    sha256: str
    modified: str
    state: Literal["new", "replaced", "same", "damaged"]


class RestoreDocument(TypedDict):
    """What was restored, or with `dry_run` would be; `bytes` are those of all files that are there now."""

    schema: Literal["linkbak.restore/1"]
    account: str
    snapshot: str
    taken: str
    place: str
    form: Literal["folder", "zip"]
    dry_run: bool
    bytes: int
    damaged: int
    files: list[GivenDocument]


DOCUMENTS = {"restore": RestoreDocument}

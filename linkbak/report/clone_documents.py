"""The JSON document of `linkbak clone`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict


class CloneDocument(TypedDict):
    """A vault made of a copy; `source` is the copy's address, `notes` are worth a word and no failure."""

    schema: Literal["linkbak.clone/1"]
    vault: str
    source: str
    commit: str
    snapshots: int
    accounts: list[str]
    notes: list[str]


DOCUMENTS: dict[str, type] = {"clone": CloneDocument}
"""Each verb's document; the names of the schema files."""

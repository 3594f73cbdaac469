"""The JSON document of `compact`, as types; as in `linkbak.report.documents`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict


class StoredDocument(TypedDict):
    """What a vault stores: loose objects and packs, with their bytes on disk."""

    loose: int
    loose_bytes: int
    packs: int
    pack_bytes: int


class CompactDocument(TypedDict):
    """What `linkbak compact --json` prints; without anything to do, `done` is false and nothing has changed."""

    schema: Literal["linkbak.compact/1"]
    done: bool
    before: StoredDocument
    after: StoredDocument


DOCUMENTS: dict[str, type] = {"compact": CompactDocument}
"""Each verb's document; the names of the schema files."""

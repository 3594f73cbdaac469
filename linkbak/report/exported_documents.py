"""The JSON document about an export: what `linkbak export FORMAT -o PLACE --json` prints."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict


class ExportedDocument(TypedDict):
    """What was written and who was left out, by reason; `spared` are files that somebody else wrote or changed."""

    schema: Literal["linkbak.exported/1"]
    format: str
    place: str
    people: int
    left_out: dict[str, int]
    unknown: int
    files: int
    unchanged: int
    bytes: int
    spared: list[str]
    warning: str | None


DOCUMENTS = {"exported": ExportedDocument}

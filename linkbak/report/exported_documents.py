"""The JSON documents of `linkbak export`: the people it gives as JSON, and what it tells of a file it wrote."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from linkbak.report.people_documents import PersonDocument


class ExportedPersonDocument(PersonDocument):
    """One person with what else belongs on a card: also the shape of each line of `linkbak export jsonl`.

    `notes` are the owner's own, `former_names` oldest first; `revised` is when a list, a note or a tag last changed
    anything of it.
    """

    notes: list[str]
    former_names: list[str]
    revised: str


class ExportDocument(TypedDict):
    """What `linkbak export json` writes; `newest` is when the newest list was taken, null if there is none."""

    schema: Literal["linkbak.export/1"]
    newest: str | None
    people: list[ExportedPersonDocument]


class ExportedDocument(TypedDict):
    """What `linkbak export FORMAT -o PLACE --json` prints.

    What was written and who was left out, by reason; `spared` are files that somebody else wrote or changed.
    """

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


DOCUMENTS: dict[str, type] = {"export": ExportDocument, "exported": ExportedDocument}

"""People for programs: one JSON document, or JSON lines."""

from __future__ import annotations

from collections.abc import Iterator
from json import JSONEncoder
from typing import Literal, TypedDict

from linkbak.exporters.output import Format, Options, Selection, nothing
from linkbak.index import Entry
from linkbak.report.escape import json_text
from linkbak.report.people import PersonDocument, person_document

_encode = JSONEncoder(ensure_ascii=False).encode


class ExportedPersonDocument(PersonDocument):
    """One person with what else belongs on a card: also the shape of each line of `linkbak export jsonl`.

    `notes` are the owner's own, `former_names` oldest first; `revised` is when a list, a note or a tag last changed
    anything of it.
    """

    notes: list[str]
    former_names: list[str]
    revised: str


def _person(entry: Entry) -> ExportedPersonDocument:
    return {
        **person_document(entry.person),
        "notes": list(entry.notes),
        "former_names": list(entry.former),
        "revised": entry.revised,
    }


class ExportDocument(TypedDict):
    """What `linkbak export json` writes; `newest` is when the newest list was taken, null if there is none."""

    schema: Literal["linkbak.export/1"]
    newest: str | None
    people: list[ExportedPersonDocument]


def document(selection: Selection, options: Options) -> Iterator[str]:
    """One document with a line a person, so that a program that compares lines shows who changed."""
    yield f'{{"schema": "linkbak.export/1", "newest": {_encode(selection.newest or None)}, "people": ['
    between = "\n"
    for entry in selection.entries:
        yield f"{between}{_line(entry)}"
        between = ",\n"
    yield "\n]}\n"


def lines(selection: Selection, options: Options) -> Iterator[str]:
    """One person a line, and nothing else."""
    for entry in selection.entries:
        yield f"{_line(entry)}\n"


def _line(entry: Entry) -> str:
    return json_text(_encode(_person(entry)))


JSON = Format(about="one document for programs", suffix=".json", lacks=nothing, text=document)
JSON_LINES = Format(about="one person a line, for programs", suffix=".jsonl", lacks=nothing, text=lines)

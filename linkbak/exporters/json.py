"""People for programs: one JSON document, or JSON lines."""

from __future__ import annotations

from collections.abc import Iterator
from json import JSONEncoder
from typing import TYPE_CHECKING

from linkbak.exporters.formats import Format, Options, Selection, nothing
from linkbak.index.models import Entry
from linkbak.report.escape import json_text
from linkbak.report.people import person

if TYPE_CHECKING:
    from linkbak.report.exports import ExportedPersonDocument

_encode = JSONEncoder(ensure_ascii=False).encode


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


def _person(entry: Entry) -> ExportedPersonDocument:
    return {
        **person(entry.person),
        "notes": list(entry.notes),
        "former_names": list(entry.former),
        "revised": entry.revised,
    }


FORMATS = {
    "json": Format(about="one document for programs", suffix=".json", lacks=nothing, text=document),
    "jsonl": Format(about="one person a line, for programs", suffix=".jsonl", lacks=nothing, text=lines),
}

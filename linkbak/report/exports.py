"""What is said of an export: who is in it, who was left out and why, and where it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from typing_extensions import TypedDict

from linkbak.report.escape import terminal
from linkbak.report.people import PersonDocument
from linkbak.report.text import count, number, size

_SHOWN = 5
_REASONS = {
    "hidden": ("shows only a date", "show only a date"),
    "no name": ("has no name", "have no name"),
    "no e-mail": ("shows no e-mail", "show no e-mail"),
    "no date": ("has no date", "have no date"),
    "the same e-mail": ("has an e-mail that is there already", "have an e-mail that is there already"),
}


class Exported(NamedTuple):
    """One export. `place` is "" for standard output; `unknown` rows are of nobody knows whom."""

    format: str
    people: int
    left_out: Mapping[str, int]
    unknown: int = 0
    warning: str = ""
    place: str = ""
    files: int = 0
    unchanged: int = 0
    bytes: int = 0
    spared: tuple[str, ...] = ()


def lines(told: Exported) -> list[str]:
    """The whole of it, a fact a line."""
    people = count(told.people, "person", "people")
    found = [f"{people} to {terminal(told.place)} ({size(told.bytes)})" if told.place else people]
    if told.files > 1 or told.unchanged:
        found.append(f"{count(told.files, 'file')} written, {number(told.unchanged)} as before")
    for reason, people_left in told.left_out.items():
        one, several = _REASONS.get(reason, (reason, reason))
        found.append(f"left out: {number(people_left)} who {one if people_left == 1 else several}")
    if told.unknown:
        found.append(f"left out: {count(told.unknown, 'row')} of which nobody can say whose")
    if told.spared:
        more = f" and {number(len(told.spared) - _SHOWN)} more" if len(told.spared) > _SHOWN else ""
        names = ", ".join(terminal(name) for name in told.spared[:_SHOWN])
        found.append(f"left as they are, since you changed them: {names}{more} (--force writes them anew)")
    if told.warning:
        found.append(f"note: {told.warning}")
    return found


def document(told: Exported) -> ExportedDocument:
    """The same for programs."""
    return {
        "schema": "linkbak.exported/1",
        "format": told.format,
        "place": told.place,
        "people": told.people,
        "left_out": dict(told.left_out),
        "unknown": told.unknown,
        "files": told.files,
        "unchanged": told.unchanged,
        "bytes": told.bytes,
        "spared": list(told.spared),
        "warning": told.warning or None,
    }


# --- exported_documents -----------------------------------------------------------------------------------------------
# The JSON documents of `linkbak export`: the people it gives as JSON, and what it tells of a file it wrote.


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

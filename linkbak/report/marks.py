"""The JSON document of `mark`, as types; as in `linkbak.report.json`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from typing_extensions import TypedDict

from linkbak.index.models import Person
from linkbak.marks import Mark
from linkbak.report.people import MarkDocument, PersonDocument
from linkbak.report.text import Block, Column, Line, Table, count, day, who


class SubjectDocument(TypedDict):
    """Whom a mark is about, as they were listed when it was made."""

    name: str | None
    url: str | None
    connected_on: str | None


class PersonMarkDocument(MarkDocument):
    """What the user said of somebody; `person` is null if nobody, or more than one, is whom the mark means now."""

    account: str
    subject: SubjectDocument
    person: PersonDocument | None


class MarksDocument(TypedDict):
    """What `linkbak mark --json` prints: the marks made, listed or undone; `already` counts what was so before."""

    schema: Literal["linkbak.mark/1"]
    action: Literal["mark", "list", "undo"]
    marks: list[PersonMarkDocument]
    already: int


DOCUMENTS: dict[str, type] = {"mark": MarksDocument}
"""Each verb's document; the names of the schema files."""


# --- mark_view --------------------------------------------------------------------------------------------------------
# Marks as pages for people, and as JSON.

Marked = tuple[Mark, Person | None]
"""A mark, and whom it means today, if that can be told."""

_COLUMNS = (Column("id"), Column("when"), Column("fact"), Column("value", most=60), Column("person"))


def made_page(fact: str, value: str, made: Sequence[Marked], already: Sequence[Person]) -> list[Block]:
    """What came of marking people."""
    said = _said(fact, value)
    blocks: list[Block] = []
    if len(made) == 1:
        blocks.append(Line(f"marked {_whom(made[0])}: {said}", "good"))
        blocks.append(Line(f"`linkbak mark undo {made[0][0].id}` takes it back", "dim"))
    elif made:
        blocks.append(Line(f"marked {count(len(made), 'person', 'people')}: {said}", "good"))
        blocks.append(Line("`linkbak mark list` shows them, `linkbak mark undo ID` takes one back", "dim"))
    if len(already) == 1:
        blocks.append(Line(f"{who(already[0].row)} is already marked so: {said}", "dim"))
    elif already:
        blocks.append(Line(f"{count(len(already), 'person', 'people')} were already marked so: {said}", "dim"))
    return blocks


def undone_page(undone: Sequence[Marked], already: int) -> list[Block]:
    """What came of taking marks back."""
    blocks: list[Block] = [
        Line(f"took back of {_whom(one)}: {_said(one[0].fact, one[0].value)}  ({one[0].id})", "good") for one in undone
    ]
    if already:
        blocks.append(Line(f"{count(already, 'mark')} had been taken back before", "dim"))
    return blocks


def list_page(marks: Sequence[Marked]) -> list[Block]:
    """Marks in the order given; those undone in a table of their own behind the others."""
    kept, undone = [one for one in marks if not one[0].undone], [one for one in marks if one[0].undone]
    blocks: list[Block] = [Line(f"{count(len(kept), 'mark')}, newest first" if kept else "no marks", "strong")]
    blocks += [Table(_COLUMNS, _rows(kept))] if kept else []
    if undone:
        blocks += [Line(), Line(f"{count(len(undone), 'mark')} taken back", "dim"), *_dimmed(undone)]
    if any(person is None for _, person in marks):
        blocks.append(Line("(unclear): nobody in the lists, or more than one, is whom the mark means", "odd"))
    return blocks


def _dimmed(marks: Sequence[Marked]) -> list[Line]:
    from linkbak.report.text import plain

    return [Line(text, "dim") for text in plain([Table(_COLUMNS, _rows(marks), titles=False)])]


def _rows(marks: Sequence[Marked]) -> list[tuple[str, ...]]:
    return [(one[0].id, day(one[0].at), one[0].fact, one[0].value, _whom(one)) for one in marks]


def _said(fact: str, value: str) -> str:
    return f"{fact} {value}".rstrip()


def _whom(one: Marked) -> str:
    """The name of today; that of then, if nobody can tell who it is."""
    mark, person = one
    return who(person.row) if person else f"{mark.subject.name or mark.subject.url} (unclear)"


def document(action: Literal["mark", "list", "undo"], marks: Iterable[Marked], already: int = 0) -> MarksDocument:
    """What came of a command about marks."""
    return {"schema": "linkbak.mark/1", "action": action, "marks": [_one(*one) for one in marks], "already": already}


def _one(mark: Mark, person: Person | None) -> PersonMarkDocument:
    from linkbak.report import people

    subject = mark.subject
    return {
        **people.mark(mark),
        "account": mark.account,
        "subject": {
            "name": subject.name or None,
            "url": subject.url or None,
            "connected_on": subject.connected_on or None,
        },
        "person": people.person(person) if person else None,
    }

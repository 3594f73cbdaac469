"""Marks: what the user said of somebody, as it is made, listed and taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, TypedDict

from linkbak.index import Person
from linkbak.marks import Mark
from linkbak.report.people import PersonDocument, person_document
from linkbak.report.text import Block, Column, Line, Table, Tone, count, day, who

Marked = tuple[Mark, Person | None]
"""A mark, and whom it means today, if that can be told."""

_COLUMNS = (Column("id"), Column("when"), Column("fact"), Column("value", most=60), Column("person"))


def made_text(fact: str, value: str, made: Sequence[Marked], already: Sequence[Person]) -> list[Block]:
    """What came of marking people."""
    said = _said(fact, value)
    blocks: list[Block] = []
    if len(made) == 1:
        ((mark, person),) = made
        blocks.append(Line(f"marked {_whom(mark, person)}: {said}", "good"))
        blocks.append(Line(f"`linkbak mark undo {mark.id}` takes it back", "dim"))
    elif made:
        blocks.append(Line(f"marked {count(len(made), 'person', 'people')}: {said}", "good"))
        blocks.append(Line("`linkbak mark list` shows them, `linkbak mark undo ID` takes one back", "dim"))
    if len(already) == 1:
        blocks.append(Line(f"{who(already[0].row)} is already marked so: {said}", "dim"))
    elif already:
        blocks.append(Line(f"{count(len(already), 'person', 'people')} were already marked so: {said}", "dim"))
    return blocks


def undone_text(undone: Sequence[Marked], already: int) -> list[Block]:
    """What came of taking marks back."""
    blocks: list[Block] = [
        Line(f"took back of {_whom(mark, person)}: {_said(mark.fact, mark.value)}  ({mark.id})", "good")
        for mark, person in undone
    ]
    if already:
        blocks.append(Line(f"{count(already, 'mark')} had been taken back before", "dim"))
    return blocks


def list_text(marks: Sequence[Marked]) -> list[Block]:
    """Marks in the order given; those undone in a table of their own behind the others."""
    kept = [(mark, person) for mark, person in marks if not mark.undone]
    undone = [(mark, person) for mark, person in marks if mark.undone]
    blocks: list[Block] = [Line(f"{count(len(kept), 'mark')}, newest first" if kept else "no marks", "strong")]
    blocks += [_table(kept)] if kept else []
    if undone:
        blocks += [
            Line(),
            Line(f"{count(len(undone), 'mark')} taken back", "dim"),
            _table(undone, titles=False, tone="dim"),
        ]
    if any(person is None for _, person in marks):
        blocks.append(Line("(unclear): nobody in the lists, or more than one, is whom the mark means", "odd"))
    return blocks


def _table(marks: Sequence[Marked], *, titles: bool = True, tone: Tone = "plain") -> Table:
    rows = [(mark.id, day(mark.at), mark.fact, mark.value, _whom(mark, person)) for mark, person in marks]
    return Table(_COLUMNS, rows, titles=titles, tone=tone)


def _said(fact: str, value: str) -> str:
    return f"{fact} {value}".rstrip()


def _whom(mark: Mark, person: Person | None) -> str:
    """The name of today; that of then, if nobody can tell who it is."""
    return who(person.row) if person else f"{mark.subject.name or mark.subject.url} (unclear)"


class MarkDocument(TypedDict):
    """What the user said; a mark undone says so."""

    id: str
    fact: str
    value: str | None
    at: str
    undone: bool


def mark_document(one: Mark) -> MarkDocument:
    """What the user said."""
    return {"id": one.id, "fact": one.fact, "value": one.value or None, "at": one.at, "undone": one.undone}


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


def _document(mark: Mark, person: Person | None) -> PersonMarkDocument:
    subject = mark.subject
    return {
        **mark_document(mark),
        "account": mark.account,
        "subject": {
            "name": subject.name or None,
            "url": subject.url or None,
            "connected_on": subject.connected_on or None,
        },
        "person": person_document(person) if person else None,
    }


class MarksDocument(TypedDict):
    """What `linkbak mark --json` prints: the marks made, listed or undone; `already` counts what was so before."""

    schema: Literal["linkbak.mark/1"]
    action: Literal["mark", "list", "undo"]
    marks: list[PersonMarkDocument]
    already: int


def document(action: Literal["mark", "list", "undo"], marks: Iterable[Marked], already: int = 0) -> MarksDocument:
    """What came of a command about marks."""
    return {
        "schema": "linkbak.mark/1",
        "action": action,
        "marks": [_document(*one) for one in marks],
        "already": already,
    }

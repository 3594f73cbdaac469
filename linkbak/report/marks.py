"""The user's marks, as they are made, listed and taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, TypedDict

from linkbak.index import Person
from linkbak.marks import Mark, value_shown
from linkbak.report import Block, Column, Line, Table, Tone, count, day, who
from linkbak.report.json import fill
from linkbak.report.people import PersonDocument
from linkbak.texts import tr

Marked = tuple[Mark, Person | None]
"""A mark, and the person it means today, if that is known."""

_MARK_COLUMNS = (
    *(Column(tr("id")), Column(tr("when")), Column(tr("fact"))),
    *(Column(tr("value"), most=60), Column(tr("person"))),
)


def marked_text(fact: str, value: str, made: Sequence[Marked], already: Sequence[Person]) -> list[Block]:
    """The result of marking people."""
    said, people = f"{fact} {value}".rstrip(), count(len(made), "person", "people")
    blocks: list[Block] = []
    if len(made) == 1:
        ((mark, person),) = made
        blocks.append(Line(tr("marked {person}: {said}", person=_whom(mark, person), said=said), "good"))
        blocks.append(Line(tr("`linkbak mark undo {mark}` takes it back", mark=mark.id), "dim"))
    elif made:
        blocks.append(Line(tr("marked {people}: {said}", people=people, said=said), "good"))
        blocks.append(Line(tr("`linkbak mark list` shows them, `linkbak mark undo ID` takes one back"), "dim"))
    if len(already) == 1:
        blocks.append(Line(tr("{person} is already marked so: {said}", person=who(already[0].row), said=said), "dim"))
    elif already:
        people = count(len(already), "person", "people")
        blocks.append(Line(tr("{people} were already marked so: {said}", people=people, said=said), "dim"))
    return blocks


def unmarked_text(undone: Sequence[Marked], already: int) -> list[Block]:
    """The result of undoing marks."""
    blocks: list[Block] = []
    for mark, person in undone:
        whom, said = _whom(mark, person), f"{mark.fact} {value_shown(mark)}".rstrip()
        told = tr("took back the mark of {person}: {said}  ({mark})", person=whom, said=said, mark=mark.id)
        blocks.append(Line(told, "good"))
    if already:
        blocks.append(Line(tr("{marks} had been taken back before", marks=count(already, "mark")), "dim"))
    return blocks


def marks_text(marks: Sequence[Marked]) -> list[Block]:
    """Marks in the order given; those undone in a table of their own after the others."""
    kept = [(mark, person) for mark, person in marks if not mark.undone]
    undone = [(mark, person) for mark, person in marks if mark.undone]
    head = tr("{marks}, newest first", marks=count(len(kept), "mark")) if kept else tr("no marks")
    blocks: list[Block] = [Line(head, "strong")]
    blocks += [_mark_table(kept)] if kept else []
    if undone:
        head = tr("{marks} taken back", marks=count(len(undone), "mark"))
        blocks += [Line(), Line(head, "dim"), _mark_table(undone, titles=False, tone="dim")]
    if any(person is None for _, person in marks):
        blocks.append(Line(tr("(unclear): the mark fits nobody in the lists, or more than one person"), "odd"))
    return blocks


def _mark_table(marks: Sequence[Marked], *, titles: bool = True, tone: Tone = "plain") -> Table:
    rows = [(mark.id, day(mark.at), mark.fact, value_shown(mark), _whom(mark, person)) for mark, person in marks]
    return Table(_MARK_COLUMNS, rows, titles=titles, tone=tone)


def _whom(mark: Mark, person: Person | None) -> str:
    """The present name; that of then, if the person is unknown."""
    return who(person.row) if person else tr("{person} (unclear)", person=mark.subject.name or mark.subject.url)


class MarkDocument(TypedDict):
    """The mark in words; an undone one says so."""

    id: str
    fact: str
    value: str | None
    at: str
    undone: bool


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


Action = Literal["mark", "list", "undo"]


class MarksDocument(TypedDict):
    """What `linkbak mark --json` prints: the marks made, listed or undone; `already` counts what was so before."""

    schema: Literal["linkbak.mark/1"]
    action: Action
    marks: list[PersonMarkDocument]
    already: int


def marks_document(action: Action, marks: Iterable[Marked], already: int = 0) -> MarksDocument:
    """The result of a command about marks."""
    said = [fill(PersonMarkDocument, mark, person=person) for mark, person in marks]
    return fill(MarksDocument, action=action, marks=said, already=already)

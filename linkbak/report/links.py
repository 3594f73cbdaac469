"""Links between people and the contacts of the owner's own address book: asked about, listed and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, TypedDict

from linkbak.marks import LINKED, Mark, value_shown
from linkbak.report import Block, Column, Line, Table, count, day, who_and_work
from linkbak.report.cards import EntryDocument
from linkbak.report.json import fill
from linkbak.report.people import PersonDocument

if TYPE_CHECKING:
    from linkbak.index import Person
    from linkbak.talk.book import Contact, Suggestion

Asked = tuple["Suggestion", "Contact"]
Said = tuple[Mark, "Person | None"]

WHY = {
    "profile": "the card shows this profile's address",
    "name": "the same name, and nobody else has it",
    "namesake": "the same name, which several have",
    "alike": "a similar name",
}
"""What speaks for two being the same, in words."""

KEYS = "y the same   n somebody else   s later   z undo   q end"


def question(asked: Asked, at: int, of: int) -> list[Block]:
    """One pair: the person, the contact, and what speaks for it."""
    one, contact = asked
    return [
        Line(),
        Line(f"[{at}/{of}] {who_and_work(one.person.row)}", "strong"),
        Line(f"your contact: {of_book(contact)}", indent=2),
        Line(WHY[one.why], "dim", 2),
    ]


def of_book(contact: Contact) -> str:
    """A contact in a line: name, work, addresses, numbers, and the books they stand in."""
    parts = filter(None, (contact.name, contact.position, contact.company, *contact.emails, *contact.phones))
    return f"{', '.join(parts)} ({', '.join(contact.accounts)})"


def suggested(found: Sequence[Asked]) -> list[Block]:
    """Everybody who would be asked about."""
    if not found:
        return [Line("nobody is to be asked about")]
    pairs = count(len(found), "pair")
    blocks: list[Block] = [Line(f"{pairs} to ask about; `linkbak link review` asks one by one", "strong")]
    for one, contact in found:
        blocks.append(Line(f"{who_and_work(one.person.row)}", indent=2))
        blocks.append(Line(f"{of_book(contact)}: {WHY[one.why]}", indent=4))
    return blocks


def listed(marks: Sequence[Said]) -> list[Block]:
    """Who was linked, and who was said to be somebody else, the newest first."""
    if not marks:
        return [Line("nobody is linked by hand; `linkbak link review` asks")]
    back = any(mark.undone for mark, _ in marks)
    rows = [
        (
            mark.id,
            day(mark.at),
            who_and_work(person.row) if person else f"{mark.subject.name or mark.subject.url} (unclear)",
            "is" if mark.fact == LINKED else "is not",
            value_shown(mark),
            *(["taken back" if mark.undone else ""] if back else []),
        )
        for mark, person in marks
    ]
    columns = [Column("id"), Column("said"), Column("person", most=50), Column(""), Column("contact", most=40)]
    return [
        Table([*columns, *([Column("")] if back else [])], rows),
        Line("`linkbak link undo ID` takes one back", "dim"),
    ]


def undone(marks: Sequence[Said]) -> list[Block]:
    """What was taken back."""
    return [
        Line(f"took back: {person.row.name if person else mark.subject.name} {_is(mark)} {value_shown(mark)}", "good")
        for mark, person in marks
    ]


def ended(linked: int, refused: int, left: int) -> list[Block]:
    """What came of a sitting."""
    said = f"{count(linked, 'link')} made, {refused:,} said to be somebody else, {left:,} left to ask about"
    more = "`linkbak reach` counts whom you could write to now; `linkbak link undo` takes the last answer back"
    return [Line(), Line(said, "strong"), Line(more, "dim")]


def _is(mark: Mark) -> str:
    return "is" if mark.fact == LINKED else "is not"


# --- JSON ---


class ContactDocument(EntryDocument):
    """Somebody in the owner's own address books."""

    accounts: list[str]


class SuggestionDocument(TypedDict):
    """A person and a contact who may be the same; `why` is profile, name, namesake or alike."""

    person: PersonDocument
    contact: ContactDocument
    why: str


class LinkDocument(TypedDict):
    """What the owner said: `same` or not; `contact` is an address, a number or a name that the card had."""

    id: str
    at: str
    same: bool
    contact: str
    undone: bool
    person: PersonDocument | None


class LinksDocument(TypedDict):
    """What `linkbak link --json` prints."""

    schema: Literal["linkbak.link/1"]
    action: Literal["review", "list", "undo"]
    suggestions: list[SuggestionDocument]
    links: list[LinkDocument]


def document(
    action: Literal["review", "list", "undo"], found: Sequence[Asked] = (), marks: Sequence[Said] = ()
) -> LinksDocument:
    """Who would be asked about, or what was said."""
    return {
        "schema": "linkbak.link/1",
        "action": action,
        "suggestions": [fill(SuggestionDocument, one, contact=contact) for one, contact in found],
        "links": [
            fill(LinkDocument, mark, same=mark.fact == LINKED, contact=value_shown(mark), person=person)
            for mark, person in marks
        ],
    }

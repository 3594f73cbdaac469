"""Address books: who is in them, who no longer is, and the changes between two; for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal, TypedDict

from linkbak.report import FOLD, Block, Column, Line, Table, count, day, more, number
from linkbak.report.json import fill
from linkbak.texts import tr

if TYPE_CHECKING:
    from linkbak.diff.cards import CardDiff
    from linkbak.model import Card
    from linkbak.talk.book import Contact
    from linkbak.vault import Summary

_SHOWN = 10
_FIELDS = {
    "name": tr("name"), "emails": tr("e-mail"), "phones": tr("number"), "company": tr("company"),
    "position": tr("position"), "urls": tr("link"), "uid": "UID",
}  # fmt: skip
"""The fields of a card, and their names."""


def summary(diff: CardDiff) -> str:
    """``3 contacts came, 1 went, 2 changed``."""
    told = []
    if diff.came:
        told.append(tr("{contacts} came", contacts=count(len(diff.came), "contact")))
    if went := len(diff.went):
        first = tr("{contacts} went", contacts=count(went, "contact"))
        told.append(tr("{some} went", some=number(went)) if told else first)
    if changed := len(diff.changed):
        first = tr("{contacts} changed", contacts=count(changed, "contact"))
        told.append(tr("{some} changed", some=number(changed)) if told else first)
    return ", ".join(told) or tr("the same {contacts}", contacts=count(diff.unchanged, "contact"))


def text(diff: CardDiff, before: Summary, after: Summary, *, everyone: bool) -> list[Block]:
    """What changed between two books of one account."""
    first, last = day(before.taken), day(after.taken)
    span = tr("{account}, {first} to {last}", account=after.key.account, first=first, last=last)
    blocks: list[Block] = [Line(f"{span}: {summary(diff)}", "strong")]
    blocks += [Line(STRANGE, "odd")] if diff.strange else []
    for title, cards in ((tr("went:"), diff.went), (tr("came:"), diff.came)):
        blocks += _listed(title, [called(card) for card in cards], everyone=everyone)
    told = [f"{called(new)}: {', '.join(_FIELDS[field] for field in _fields(old, new))}" for old, new in diff.changed]
    return [*blocks, *_listed(tr("changed:"), told, everyone=everyone)]


STRANGE = tr(
    "Almost nothing is in both: these may be two different books. `linkbak forget SNAPSHOT --account NAME` keeps one "
    "apart."
)


def called(card: Card) -> str:
    """The card's name, and its work or its first address."""
    beside = next(filter(None, (card.company, *card.emails, *card.phones)), "")
    return ", ".join(filter(None, (card.name, beside if beside != card.name else "")))


# --- people -----------------------------------------------------------------------------------------------------------

CSV_HEADER = ("name", "emails", "phones", "company", "position", "urls", "accounts", "at")
"""The header of the CSV; it only grows at its end. Several values of a cell stand on lines of their own."""


def contacts_text(found: Sequence[Contact], *, everyone: bool) -> list[Block]:
    """A line each, with the first address or number."""
    if not found:
        return [Line(tr("no match"))]
    columns = [Column(tr("name"), most=26), Column(tr("work"), most=30), Column(tr("first way"))]
    shown = found if everyone else found[:FOLD]
    rows = [[one.name, _work(one), next(iter((*one.emails, *one.phones)), "")] for one in shown]
    head = tr("{contacts} of your own address book", contacts=count(len(found), "contact"))
    return [Line(head, "strong"), Table(columns, rows), *more(len(found) - len(shown))]


def contact_text(one: Contact) -> list[Block]:
    """Everything about somebody in the books."""
    blocks: list[Block] = [Line(", ".join(filter(None, (one.name, _work(one)))), "strong")]
    told = [(_FIELDS["emails"], one.emails), (_FIELDS["phones"], one.phones), (_FIELDS["urls"], one.urls)]
    blocks += [Line(f"{what:<8} {value}", indent=2) for what, values in told for value in values]
    place = tr("in your own address book of {day} ({accounts})", day=day(one.at), accounts=", ".join(one.accounts))
    return [*blocks, Line(place, "dim", 2)]


def lost_text(found: Sequence[tuple[Card, Summary]], newest: Summary, books: int, *, everyone: bool) -> list[Block]:
    """Who is missing in the newest book, the latest first, and the last book with them."""
    account = newest.key.account
    if books < 2:
        only = tr("{account}: this is the only snapshot of this book, so nobody can be missing yet", account=account)
        return [Line(only, "strong")]
    taken = day(newest.taken)
    if not found:
        nobody = tr("{account}: everybody of earlier books is in that of {day}", account=account, day=taken)
        return [Line(nobody, "good")]
    many = count(len(found), "contact")
    head = tr("{account}: {contacts} no longer in the book of {day}", account=account, contacts=many, day=taken)
    shown = found if everyone else found[:FOLD]
    told = [tr("{contact}; last in that of {day}", contact=called(one), day=day(last.taken)) for one, last in shown]
    note = tr("That says nothing about your connections: you or your program deleted them from the book.")
    return [
        Line(head, "strong"),
        *(Line(line, indent=2) for line in told),
        *more(len(found) - len(shown)),
        Line(note, "dim"),
    ]


def csv_row(one: Contact) -> list[str]:
    """The cells under CSV_HEADER."""
    lists = {name: "\n".join(getattr(one, name)) for name in ("emails", "phones", "urls", "accounts")}
    return [lists[name] if name in lists else getattr(one, name) for name in CSV_HEADER]


def _work(one: Contact) -> str:
    return ", ".join(filter(None, (one.position, one.company)))


# --- what changed -----------------------------------------------------------------------------------------------------


def _listed(title: str, lines: Sequence[str], *, everyone: bool) -> Iterator[Block]:
    if not lines:
        return
    yield Line()
    yield Line(title)
    shown = lines if everyone else lines[:_SHOWN]
    yield from (Line(line, indent=2) for line in shown)
    yield from more(len(lines) - len(shown))


def _fields(old: Card, new: Card) -> list[str]:
    return [name for name, one, other in zip(old._fields, old, new, strict=True) if one != other]


# --- JSON ---


class EntryDocument(TypedDict):
    """The fields of everybody who is in an address book."""

    name: str
    emails: list[str]
    phones: list[str]
    company: str | None
    position: str | None


class CardDocument(EntryDocument):
    """A card of an address book."""

    urls: list[str]
    uid: str | None


class ContactDocument(EntryDocument):
    """Somebody in one's own address books; `accounts` are the books, `at` is when the newest of these was taken."""

    urls: list[str]
    accounts: list[str]
    at: str


class ContactsDocument(TypedDict):
    """What `linkbak people --json` prints of an address book, by name; `matching` counts those beyond --limit too."""

    schema: Literal["linkbak.people-contacts/1"]
    matching: int
    contacts: list[ContactDocument]


class ShownContactDocument(TypedDict):
    """What `linkbak show --json` prints of an address book; `contact` is null if several match."""

    schema: Literal["linkbak.show-contact/1"]
    contact: ContactDocument | None
    matches: list[ContactDocument]


class LostContactDocument(TypedDict):
    """A card that the newest book lacks; `last_seen` is when the last book with it was taken."""

    contact: CardDocument
    last_seen: str


class LostContactsDocument(TypedDict):
    """What `linkbak lost --json` prints of an address book; `books` counts its snapshots."""

    schema: Literal["linkbak.lost-contacts/1"]
    account: str
    newest: str
    books: int
    lost: list[LostContactDocument]


def contacts_document(found: Sequence[Contact], matching: int) -> ContactsDocument:
    """Everybody shown."""
    return fill(ContactsDocument, matching=matching, contacts=found)


def contact_document(found: Sequence[Contact]) -> ShownContactDocument:
    """The one contact meant, or those who may be meant."""
    return fill(ShownContactDocument, contact=found[0] if len(found) == 1 else None, matches=found)


def lost_document(found: Sequence[tuple[Card, Summary]], newest: Summary, books: int) -> LostContactsDocument:
    """Who is missing in the newest book."""
    lost = [fill(LostContactDocument, contact=card, last_seen=last.taken) for card, last in found]
    return fill(LostContactsDocument, account=newest.key.account, newest=newest.taken, books=books, lost=lost)


class ChangedCardDocument(TypedDict):
    """A card that changed, and its changed fields."""

    before: CardDocument
    after: CardDocument
    fields: list[str]


class BookDocument(TypedDict):
    """One of the two books; `contacts` is how many cards it holds."""

    id: str
    taken: str
    contacts: int


class CardDiffDocument(TypedDict):
    """What `linkbak diff --json` prints of an address book."""

    schema: Literal["linkbak.diff-contacts/1"]
    network: str
    account: str
    before: BookDocument
    after: BookDocument
    counts: dict[str, int]
    came: list[CardDocument]
    went: list[CardDocument]
    changed: list[ChangedCardDocument]


def document(diff: CardDiff, before: Summary, after: Summary) -> CardDiffDocument:
    """What --json prints."""
    stayed = diff.unchanged + len(diff.changed)
    return fill(
        CardDiffDocument,
        diff,
        network=after.network,
        account=after.account,
        before=fill(BookDocument, before, contacts=stayed + len(diff.went)),
        after=fill(BookDocument, after, contacts=stayed + len(diff.came)),
        counts={name: len(getattr(diff, name)) for name in ("came", "went", "changed")} | {"unchanged": diff.unchanged},
        changed=[
            fill(ChangedCardDocument, before=old, after=new, fields=_fields(old, new)) for old, new in diff.changed
        ],
    )

"""Whom one could reach without the network, and links with one's own address book: as text and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, TypedDict

from linkbak.index import Person
from linkbak.marks import LINKED, Mark, value_shown
from linkbak.report import Block, Column, Line, Table, count, day, month, number, who_and_work
from linkbak.report.cards import EntryDocument
from linkbak.report.escape import csv_table, spreadsheet_id
from linkbak.report.json import fill
from linkbak.report.people import PersonDocument, messages
from linkbak.talk.addresses import SeenNumber, Written
from linkbak.talk.reach import Group, Reach, Way
from linkbak.texts import tr

if TYPE_CHECKING:
    from linkbak.talk.book import Contact, Suggestion


LEGEND = tr("e-mail: in a list; written: in a message; elsewhere: in a note or address book")
_TITLES = {"both ways": tr("ever talked both ways"), "all": tr("all")}
COLUMNS = ("id", "name", "url", "company", "position", "messages", "last_message", "email", "source", "band", "at")


def text(found: Reach, most: int) -> list[Block]:
    """The reachable people of each group, and whom to ask first."""
    titles = (tr("people"), tr("e-mail"), tr("written"), tr("elsewhere"), tr("reachable"), "")
    columns = [Column(title, right=True) for title in titles]
    ask = found.ask(most)
    if found.among and not found.people:
        account, marks = found.account, found.among
        nobody = tr("{account}: nobody who is connected now is among those {marks}", account=account, marks=marks)
        how = tr("`linkbak audit` asks whom you know; `linkbak mark PERSON known` says it of one.")
        return [Line(nobody, "strong"), Line(how, "dim")]
    blocks: list[Block] = [
        Line(tr("{account}: locked out today, whom could you still reach?", account=found.account), "strong"),
        *([Line(tr("Among those {marks}", marks=found.among), indent=2)] if found.among else []),
        Line(),
        Table([Column(""), *columns], [_row(one) for one in found.groups]),
        Line(LEGEND, "dim"),
    ]
    if any(one.reachable for one in found.groups):
        blocks.append(Line(tr("To take their addresses out: linkbak export vcard --reachable -o contacts.vcf")))
    if found.untold:
        people = count(found.untold, "person", "people")
        blocks += [Line(), Line(tr("For {people}, no archive shows whether you talked.", people=people), "dim")]
    if ask:
        blocks += [Line(), Line(tr("Ask these first (the closest whom you could not reach)"), "strong")]
        rows = [(who_and_work(one.row), _talked(one)) for one in ask]
        blocks += [Table([Column("", most=60), Column("")], rows, titles=False)]
    if culled := found.culled:
        told = tr(
            "Not to be asked, since they are on your cull list: {people}; see `linkbak audit cull`", people=culled
        )
        blocks += [Line(), Line(told, "dim")]
    words = [tr("Words to send: linkbak reach draft PERSON.")] if ask else []
    return [*blocks, Line(), Line(" ".join([*words, tr("For the day itself: linkbak kit")]), "dim")]


def _row(group: Group) -> list[str]:
    title = _TITLES.get(group.name, group.name)
    if group.name == "closest":
        title = tr("closest {people}", people=group.people)
    reachable = None if group.people is None else group.reachable
    told = (group.people, group.email, group.written, group.elsewhere, reachable)
    share = f"{round(100 * group.reachable / group.people)} %" if group.people else ""
    return [title, *(tr("unknown") if one is None else number(one) for one in told), share]


def _talked(one: Person) -> str:
    if one.untold:
        return tr("messages unknown")
    if not one.messages:
        return tr("no messages")
    return ", ".join(filter(None, (count(one.messages, "message"), month(one.last_message))))


def why(found: Reach, person: Person) -> list[Block]:
    """Every address of one person with its source, and those seen but not used."""
    ways = found.ways.get(person.number, [])
    rows = [(one.email, whence(one)) for one in ways]
    refused, seen, in_book = _not_used(found, person)
    rows += [(one.email, tr("not used: {why}", why=one.why)) for one in refused]
    rows += [(one.number, tr("number seen in a message of {day}; not counted", day=day(one.sent_at))) for one in seen]
    rows += [(one, tr("number seen in your own address book; not counted")) for one in in_book]
    head: list[Block] = [Line(who_and_work(person.row), "strong")]
    if not ways:
        head.append(Line(tr("No way is known. Words to send by hand: linkbak reach draft PERSON"), indent=2))
    return [*head, *([Table([Column(""), Column("", most=100)], rows, titles=False)] if rows else [])]


def _not_used(found: Reach, person: Person) -> tuple[list[Written], list[SeenNumber], list[str]]:
    """Addresses that were refused, and numbers seen in messages and in the owner's own address book."""
    return (
        [one for one in found.refused if one.person == person.number],
        [one for one in found.seen if one.person == person.number],
        [phone for contact in found.joined.get(person.number, ()) for phone in contact.phones],
    )


def whence(way: Way) -> str:
    """The source of an address, in words."""
    at, archive = day(way.at), day(way.archive)
    match way.source:
        case "written":
            likely = tr(
                "written to you on {day}, looks like the name: likely (archive of {archive})", day=at, archive=archive
            )
            possible = tr("written to you on {day}, possible (archive of {archive})", day=at, archive=archive)
            return likely if way.band == "likely" else possible
        case "note":
            return tr("your note of {day}", day=at)
        case "address book":
            return tr("in your own address book, of {day}", day=at)
        case "list":
            return tr("in the newest list, of {day}", day=at)
        case "older list":
            return tr("in an older list, last in that of {day}", day=at)
        case "synced":
            return tr("LinkedIn's copy of your address book; by name alone")


def draft(person: Person) -> str:
    """Words to send by hand to somebody without a way; blanks are ``[…]``."""
    name = person.row.first_name.strip() or person.row.name
    return tr(
        "Hi {name},\n\n"
        "I would like to stay in touch outside this network too, in case one of us loses the account.\n"
        "Which e-mail address or telephone number may I write down for you? Mine: […]\n\n"
        "[…]\n",
        name=name,
    )


def to_csv(found: Reach) -> str:
    """A row for everybody, the closest first, with the most trusted way; without one, empty cells."""
    rows = []
    for one in found.people:
        way = next(iter(found.ways.get(one.number, ())), None)
        cells = [spreadsheet_id(one.id), one.row.name, one.row.url, one.row.company, one.row.position]
        cells += [messages(one), one.last_message]
        rows.append(cells + ([way.email, way.source, way.band, way.at] if way else [""] * 4))
    return csv_table(COLUMNS, rows)


class GroupDocument(TypedDict):
    """One group; somebody with several ways counts under each, and once as reachable. Null: no archive can tell."""

    name: str
    people: int | None
    email: int
    written: int | None
    elsewhere: int
    reachable: int


class ReachDocument(TypedDict):
    """What `linkbak reach --json` prints; `ask` are the closest without a way.

    `culled` people without a way are left out of `ask`, since the user wants to disconnect from them; `among` says whom
    alone all is about, null for everybody.
    """

    schema: Literal["linkbak.reach/1"]
    account: str
    groups: list[GroupDocument]
    ask: list[PersonDocument]
    culled: int
    among: str | None


def document(found: Reach, most: int) -> ReachDocument:
    """The groups, and whom to ask first."""
    return fill(ReachDocument, found, ask=found.ask(most))


class WayDocument(TypedDict):
    """One way; `band` and `archive` are told of written ones alone."""

    email: str
    source: str
    at: str | None
    band: str | None
    archive: str | None


class RefusedDocument(TypedDict):
    """An address in a message that is not taken for the writer's, and why."""

    email: str
    why: str
    sent_at: str | None


class SeenNumberDocument(TypedDict):
    """A telephone number, which is never counted; `sent_at` is null for one of the own address book."""

    number: str
    sent_at: str | None


class WaysDocument(TypedDict):
    """What `linkbak reach --why PERSON --json` prints."""

    schema: Literal["linkbak.reach-why/1"]
    person: PersonDocument
    ways: list[WayDocument]
    refused: list[RefusedDocument]
    numbers: list[SeenNumberDocument]


def ways_document(found: Reach, person: Person) -> WaysDocument:
    """Every way to one person, the most trusted first; and what was seen but is not used."""
    refused, seen, in_book = _not_used(found, person)
    numbers = [*seen, *(SeenNumberDocument(number=one, sent_at=None) for one in in_book)]
    return fill(WaysDocument, person=person, ways=found.ways.get(person.number, ()), refused=refused, numbers=numbers)


Asked = tuple["Suggestion", "Contact"]
Said = tuple[Mark, Person | None]

WHY = {
    "profile": tr("the card shows this profile's address"),
    "name": tr("the same name, and nobody else has it"),
    "namesake": tr("the same name, which several have"),
    "alike": tr("a similar name"),
}
"""The evidence that two are the same, in words."""

NOTHING_TO_UNDO = tr("nothing to undo in this sitting; `linkbak link undo` takes back older answers")
KEYS = tr("y the same   n somebody else   s later   z undo   q end")


def question(asked: Asked, at: int, of: int) -> list[Block]:
    """One pair: the person, the contact, and the evidence."""
    one, contact = asked
    return [
        Line(),
        Line(f"[{at}/{of}] {who_and_work(one.person.row)}", "strong"),
        Line(tr("your contact: {contact}", contact=of_book(contact)), indent=2),
        Line(WHY[one.why], "dim", 2),
    ]


def of_book(contact: Contact) -> str:
    """A contact in a line: name, work, addresses, numbers, and their books."""
    parts = filter(None, (contact.name, contact.position, contact.company, *contact.emails, *contact.phones))
    return f"{', '.join(parts)} ({', '.join(contact.accounts)})"


def suggested(found: Sequence[Asked]) -> list[Block]:
    """Everybody who would be asked about."""
    if not found:
        return [Line(tr("there is nobody to ask about"))]
    head = tr("{pairs} to ask about; `linkbak link review` asks one by one", pairs=count(len(found), "pair"))
    blocks: list[Block] = [Line(head, "strong")]
    for one, contact in found:
        blocks.append(Line(who_and_work(one.person.row), indent=2))
        blocks.append(Line(f"{of_book(contact)}: {WHY[one.why]}", indent=4))
    return blocks


def listed(marks: Sequence[Said]) -> list[Block]:
    """Who was linked, and who was said to be somebody else, the newest first."""
    if not marks:
        return [Line(tr("you have linked nobody yet; `linkbak link review` suggests whom"))]
    rows = []
    for mark, person in marks:
        whom = tr("{person} (unclear)", person=mark.subject.name or mark.subject.url)
        same = tr("is") if mark.fact == LINKED else tr("is not")
        back = tr("taken back") if mark.undone else ""
        rows.append(
            (mark.id, day(mark.at), who_and_work(person.row) if person else whom, same, value_shown(mark), back)
        )
    columns = [
        *(Column(tr("id")), Column(tr("said")), Column(tr("person"), most=50)),
        *(Column(""), Column(tr("contact"), most=40), Column("")),
    ]
    return [Table(columns, rows), Line(tr("`linkbak link undo ID` takes one back"), "dim")]


def undone(marks: Sequence[Said]) -> list[Block]:
    """The answers undone."""
    blocks: list[Block] = []
    for mark, person in marks:
        name, contact = person.row.name if person else mark.subject.name, value_shown(mark)
        said = tr("took back: {person} is {contact}", person=name, contact=contact)
        if mark.fact != LINKED:
            said = tr("took back: {person} is not {contact}", person=name, contact=contact)
        blocks.append(Line(said, "good"))
    return blocks


def ended(linked: int, refused: int, left: int) -> list[Block]:
    """The result of a sitting."""
    said = tr(
        "{links} made, {refused} said to be somebody else, {left} left to ask about",
        links=count(linked, "link"),
        refused=number(refused),
        left=number(left),
    )
    more = tr("`linkbak reach` counts whom you could write to now; `linkbak link undo` takes the last answer back")
    return [Line(), Line(said, "strong"), Line(more, "dim")]


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


Action = Literal["review", "list", "undo"]


class LinksDocument(TypedDict):
    """What `linkbak link --json` prints."""

    schema: Literal["linkbak.link/1"]
    action: Action
    suggestions: list[SuggestionDocument]
    links: list[LinkDocument]


def links_document(action: Action, found: Sequence[Asked] = (), marks: Sequence[Said] = ()) -> LinksDocument:
    """Who would be asked about, or what was said."""
    suggestions = [fill(SuggestionDocument, one, contact=contact) for one, contact in found]
    links = [
        fill(LinkDocument, mark, same=mark.fact == LINKED, contact=value_shown(mark), person=person)
        for mark, person in marks
    ]
    return fill(LinksDocument, action=action, suggestions=suggestions, links=links)

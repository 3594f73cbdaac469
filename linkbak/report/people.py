"""People as a list on a terminal: all that were asked for, or those to choose from."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from typing_extensions import TypedDict

from linkbak.index.models import Person, State, Wanted, Window
from linkbak.report.escape import spreadsheet_id, spreadsheet_row, terminal
from linkbak.report.json import ConnectionDocument, connection
from linkbak.report.text import (
    Block,
    Column,
    Table,
    Tone,
    count,
    day,
    number,
    who,
    work,
)
from linkbak.report.text import (
    Line as TextLine,
)
from linkbak.report.text import (
    window as text_window,
)

if TYPE_CHECKING:
    from linkbak.causes import Verdict
    from linkbak.index.models import Job, Line, Recommended, Span, Talk, Tenure
    from linkbak.marks import Mark


# --- people_documents -------------------------------------------------------------------------------------------------
# The JSON documents about people, as types: `show`, `people`, `index`; as in `linkbak.report.json`.

StateName = Literal["listed", "hidden", "suspected", "confirmed", "held", "unclear"]


class WindowDocument(TypedDict):
    """When something happened: after one snapshot was taken (null if nobody can say) and before another."""

    after: str | None
    before: str


class PersonDocument(ConnectionDocument):
    """One person as they were last seen by name; `window` tells when they went or hid, null for those listed."""

    id: str
    account: str
    state: StateName
    first_seen: str
    last_seen: str
    window: WindowDocument | None
    messages: int
    last_message: str | None
    tags: list[str]


class PeopleDocument(TypedDict):
    """What `linkbak people --json` prints; `matching` counts also those beyond --limit."""

    schema: Literal["linkbak.people/1"]
    as_of: str | None
    matching: int
    people: list[PersonDocument]


class SpanDocument(TypedDict):
    """A value that held for a time; `ended` is null while it holds."""

    value: str
    began: WindowDocument
    ended: WindowDocument | None


class JobDocument(TypedDict):
    """A company and position that held for a time."""

    company: str | None
    position: str | None
    began: WindowDocument
    ended: WindowDocument | None


class TenureDocument(TypedDict):
    """One time of being connected."""

    connected_on: str | None
    began: WindowDocument
    ended: WindowDocument | None


class AbsenceDocument(TypedDict):
    """A time of not being listed, or of being listed as a date only; `back` is null while it lasts."""

    kind: Literal["gone", "hidden", "unclear"]
    went: WindowDocument
    back: WindowDocument | None


class AlternativeDocument(TypedDict):
    """Another line that may be the same person, and why nobody can tell."""

    person: PersonDocument
    reason: str
    window: WindowDocument


class TalkDocument(TypedDict):
    """Messages both ways over all archives."""

    messages: int
    sent: int
    received: int
    first: str | None
    last: str | None


class InvitationDocument(TypedDict):
    """One invitation; `outgoing` if the owner asked."""

    outgoing: bool
    sent_at: str | None
    message: str | None


class EndorsementDocument(TypedDict):
    """One skill endorsed; `given` if by the owner."""

    given: bool
    skill: str
    at: str | None
    status: str | None


class RecommendationDocument(TypedDict):
    """One recommendation; `given` if by the owner."""

    given: bool
    text: str
    company: str | None
    position: str | None
    at: str | None
    status: str | None


class NoteDocument(TypedDict):
    """A private note that the network kept."""

    text: str
    created: str | None
    edited: str | None


class MarkDocument(TypedDict):
    """What the user said; a mark undone says so."""

    id: str
    fact: str
    value: str | None
    at: str
    undone: bool


class EvidenceDocument(TypedDict):
    """One thing that bears on why somebody is gone; `favours` if it speaks for its cause."""

    rule: str
    cause: str
    band: str
    favours: bool
    text: str


class VerdictDocument(TypedDict):
    """Why somebody is gone, as far as the archives show; `told` if the user said so."""

    cause: str
    band: str
    told: bool
    evidence: list[EvidenceDocument]


class LineDocument(PersonDocument):
    """Everything the vault knows of one person, each list oldest first; `verdict` of those no longer listed."""

    tenures: list[TenureDocument]
    names: list[SpanDocument]
    addresses: list[SpanDocument]
    emails: list[SpanDocument]
    jobs: list[JobDocument]
    absences: list[AbsenceDocument]
    alternatives: list[AlternativeDocument]
    talk: TalkDocument
    invitations: list[InvitationDocument]
    endorsements: list[EndorsementDocument]
    recommendations: list[RecommendationDocument]
    notes: list[NoteDocument]
    marks: list[MarkDocument]
    verdict: VerdictDocument | None


class ShowDocument(TypedDict):
    """What `linkbak show --json` prints; `person` is null if several match."""

    schema: Literal["linkbak.show/1"]
    person: LineDocument | None
    matches: list[PersonDocument]


class IndexDocument(TypedDict):
    """What `linkbak index --json` prints; `findings` are what check found, and why it was made anew."""

    schema: Literal["linkbak.index/1"]
    action: Literal["rebuild", "path", "check"]
    path: str
    findings: list[str]
    rebuilt: bool


DOCUMENTS: dict[str, type] = {"index": IndexDocument, "people": PeopleDocument, "show": ShowDocument}
"""Each verb's document; the names of the schema files."""


# --- people_files -----------------------------------------------------------------------------------------------------
# People as text for other programs: CSV, lines between tabs, ids.

COLUMNS = (
    "id",
    "account",
    "name",
    "first_name",
    "last_name",
    "url",
    "email",
    "company",
    "position",
    "connected_on",
    "state",
    "first_seen",
    "last_seen",
    "window_after",
    "window_before",
    "messages",
    "last_message",
    "tags",
)
"""The header of the CSV; it only grows at its end."""


def to_csv(people: Iterable[Person]) -> str:
    """One row a person; cells that a spreadsheet would run as formulas begin with an apostrophe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(map(spreadsheet_row, map(cells, people)))
    return out.getvalue()


def cells(person: Person, *, raw: bool = False) -> list[str]:
    """What stands under each of COLUMNS; `raw` is for programs that are no spreadsheets."""
    row = person.row
    after, before = person.window or ("", "")
    return [
        person.id if raw else spreadsheet_id(person.id),
        person.account,
        row.name,
        *row[:6],
        _date(person),
        person.state,
        person.first_seen,
        person.last_seen,
        after,
        before,
        str(person.messages),
        person.last_message,
        ", ".join(person.tags),
    ]


def to_lines(people: Iterable[Person]) -> str:
    """A line a person for pipes: id, name, work, connected on, state, messages, account, with tabs between."""
    return "".join("\t".join(map(terminal, _line(person))) + "\n" for person in people)


def _line(person: Person) -> tuple[str, ...]:
    row = person.row
    return person.id, who(row), work(row), _date(person), person.state, str(person.messages), person.account


def to_ids(people: Iterable[Person]) -> str:
    """The ids alone, one a line."""
    return "".join(f"{person.id}\n" for person in people)


def _date(person: Person) -> str:
    return person.row.connected_on.isoformat() if person.row.connected_on else ""


# --- people_json ------------------------------------------------------------------------------------------------------
# Builds the JSON documents about people.


def people(found: Sequence[Person], wanted: Wanted, matching: int) -> PeopleDocument:
    """People in the order given; `matching` is how many there are without a limit."""
    return {
        "schema": "linkbak.people/1",
        "as_of": wanted.as_of or None,
        "matching": matching,
        "people": [person(one) for one in found],
    }


def show(found: Sequence[Person], line: Line | None, verdict: Verdict | None) -> ShowDocument:
    """The one person meant with all there is to say, or those who may be meant."""
    return {
        "schema": "linkbak.show/1",
        "person": line_of(line, verdict) if line else None,
        "matches": [person(one) for one in found],
    }


def person(one: Person) -> PersonDocument:
    """One person as they were last seen by name."""
    return {
        "id": one.id,
        "account": one.account,
        **connection(one.row),
        "state": one.state,
        "first_seen": one.first_seen,
        "last_seen": one.last_seen,
        "window": window(one.window) if one.window else None,
        "messages": one.messages,
        "last_message": one.last_message or None,
        "tags": list(one.tags),
    }


def window(one: Window) -> WindowDocument:
    """When something happened."""
    return {"after": one.after or None, "before": one.before}


def line_of(line: Line, verdict: Verdict | None) -> LineDocument:
    """Everything known of one person."""
    return {
        **person(line.person),
        "tenures": [_tenure(one) for one in line.tenures],
        "names": [_span(one) for one in line.names],
        "addresses": [_span(one) for one in line.addresses],
        "emails": [_span(one) for one in line.emails],
        "jobs": [_job(one) for one in line.jobs],
        "absences": [{"kind": one.kind, "went": window(one.went), "back": _ended(one.back)} for one in line.absences],
        "alternatives": [
            {"person": person(one.person), "reason": one.reason, "window": window(one.window)}
            for one in line.alternatives
        ],
        "talk": _talk(line.talk),
        "invitations": [
            {"outgoing": one.outgoing, "sent_at": one.sent_at or None, "message": one.message or None}
            for one in line.invitations
        ],
        "endorsements": [
            {"given": one.given, "skill": one.skill, "at": one.at or None, "status": one.status or None}
            for one in line.endorsements
        ],
        "recommendations": [_recommendation(one) for one in line.recommendations],
        "notes": [
            {"text": one.text, "created": one.created or None, "edited": one.edited or None} for one in line.notes
        ],
        "marks": [mark(one) for one in line.marks],
        "verdict": verdict_of(verdict) if verdict else None,
    }


def _talk(talk: Talk) -> TalkDocument:
    return {
        "messages": talk.messages,
        "sent": talk.sent,
        "received": talk.received,
        "first": talk.first or None,
        "last": talk.last or None,
    }


def _recommendation(one: Recommended) -> RecommendationDocument:
    return {
        "given": one.given,
        "text": one.text,
        "company": one.company or None,
        "position": one.position or None,
        "at": one.at or None,
        "status": one.status or None,
    }


def _ended(one: Window | None) -> WindowDocument | None:
    return window(one) if one else None


def _span(one: Span) -> SpanDocument:
    return {"value": one.value, "began": window(one.began), "ended": _ended(one.ended)}


def _job(one: Job) -> JobDocument:
    return {
        "company": one.company or None,
        "position": one.position or None,
        "began": window(one.began),
        "ended": _ended(one.ended),
    }


def _tenure(one: Tenure) -> TenureDocument:
    return {"connected_on": one.connected_on or None, "began": window(one.began), "ended": _ended(one.ended)}


def mark(one: Mark) -> MarkDocument:
    """What the user said."""
    return {"id": one.id, "fact": one.fact, "value": one.value or None, "at": one.at, "undone": one.undone}


def verdict_of(verdict: Verdict) -> VerdictDocument:
    """Why somebody is gone, with what bears on it."""
    return {
        "cause": verdict.cause,
        "band": verdict.band,
        "told": verdict.told,
        "evidence": [
            {"rule": one.rule, "cause": one.cause, "band": one.band, "favours": one.favours, "text": one.text}
            for one in verdict.evidence
        ],
    }


# --- people -----------------------------------------------------------------------------------------------------------

FOLD = 20
"""So many are shown before the rest is folded into a count."""

ORDERS = {
    "connected": "newest connection first",
    "name": "by name",
    "company": "by company",
    "messages": "most messages first",
    "lost": "latest loss first",
}
"""The orders people can be listed in, and their words."""

_Cell = tuple[Column, Callable[[Person], str]]


def people_page(people: Sequence[Person], wanted: Wanted, *, everyone: bool = False) -> list[Block]:
    """A line a person, long lists folded unless `everyone`."""
    if not people:
        return [TextLine("nobody in the vault is like that")]
    order = ORDERS[wanted.sort] + (", reversed" if wanted.reverse else "")
    as_of = f" as of {day(wanted.as_of)}" if wanted.as_of else ""
    head = f"{count(len(people), 'person', 'people')}{as_of}, {order}"
    shown = people if everyone else people[:FOLD]
    blocks: list[Block] = [TextLine(head, "strong"), _table(shown, _cells(people, wanted))]
    if len(people) > len(shown):
        blocks.append(TextLine(f"and {number(len(people) - len(shown))} more; see all with --all", "dim", 2))
    return blocks


def choices(people: Sequence[Person], *, everyone: bool = False) -> list[Block]:
    """Those who may be meant, to choose one from."""
    shown = people if everyone else people[:FOLD]
    table = _table(shown, [_ID, _NAME, _WORK, _STATE, *_account(people)])
    blocks: list[Block] = [TextLine(f"{number(len(people))} people match; name one by its id", "strong"), table]
    if len(people) > len(shown):
        blocks.append(TextLine(f"and {number(len(people) - len(shown))} more; say more of the name", "dim", 2))
    return blocks


def _table(people: Sequence[Person], cells: Sequence[_Cell]) -> Table:
    return Table([column for column, _ in cells], [[cell(one) for _, cell in cells] for one in people])


def _cells(people: Sequence[Person], wanted: Wanted) -> list[_Cell]:
    """As many columns as 80 cells hold: of the lost how and by when, of others since when and how much was said."""
    accounts = _account(people)
    if wanted.states is not None:
        return [_ID, _NAME, _WORK, _STATE, _NOTICED, *accounts]
    cells = [_ID, _NAME, _WORK, _CONNECTED]
    if any(one.state != "listed" for one in people):
        cells.append(_UNLIKE)
    if any(one.messages for one in people) and (not accounts or wanted.sort == "messages"):
        cells.append(_MESSAGES)
    return [*cells, *accounts]


def _account(people: Sequence[Person]) -> list[_Cell]:
    return [_ACCOUNT] if len({one.account for one in people}) > 1 else []


def _noticed(person: Person) -> str:
    return day(person.window.before) if person.window else ""


_ID: _Cell = (Column("id"), lambda one: one.id)
_NAME: _Cell = (Column("name", most=26), lambda one: who(one.row))
_WORK: _Cell = (Column("work", most=40), lambda one: work(one.row))
_CONNECTED: _Cell = (Column("connected"), lambda one: day(one.row.connected_on))
_STATE: _Cell = (Column("state"), lambda one: one.state)
_UNLIKE: _Cell = (Column(""), lambda one: "" if one.state == "listed" else one.state)
_NOTICED: _Cell = (Column("noticed"), _noticed)
_MESSAGES: _Cell = (Column("messages", right=True), lambda one: number(one.messages) if one.messages else "")
_ACCOUNT: _Cell = (Column("account"), lambda one: one.account)


# --- people_words -----------------------------------------------------------------------------------------------------
# How people stand, and when things happened to them, in words.

STATES: dict[State, tuple[str, Tone]] = {
    "listed": ("in the list of {last}", "good"),
    "hidden": ("still connected, but now shown only as a date; hid {when}", "odd"),
    "suspected": ("no longer listed: went {when}; so far one list says so", "bad"),
    "confirmed": ("no longer listed: went {when}; a list of a later day agrees", "bad"),
    "held": ("missing {when}, from a list whose losses are not believed yet", "odd"),
    "unclear": ("perhaps gone {when}; the rows allow two readings", "odd"),
}
"""Each state as a sentence, and how it is meant; `when` is its window, `last` the day of the last list with them."""


def when(span: Window) -> str:
    """``after 4 Mar 2026, before 24 Mar 2026``; ``before 24 Mar 2026`` if nobody can say after what."""
    return text_window(span.after, span.before) if span.after else f"before {day(span.before)}"


def standing(person: Person) -> tuple[str, Tone]:
    """How they stand as a sentence, and how it is meant."""
    sentence, tone = STATES[person.state]
    window_text = when(person.window) if person.window else ""
    return sentence.format(when=window_text, last=day(person.last_seen)), tone


def between(first: str, last: str) -> str:
    """``first 4 Mar 2026, last 24 Mar 2026``, or the one day that there is."""
    if not first:
        return ""
    return f"on {day(first)}" if first[:10] == last[:10] else f"first {day(first)}, last {day(last)}"


def one_line(text: str) -> str:
    """A text of several lines on one, the blanks between words squeezed."""
    return " ".join(text.split())

"""People as a list, as rows for other programs and as JSON; and their state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import zip_longest
from typing import TYPE_CHECKING, Literal, TypedDict

from linkbak.causes import ADVICE, BAND_NAMES, PHRASES, headline
from linkbak.index import PeopleFilter, Person, State, Window
from linkbak.index.people import closeness
from linkbak.model import Connection
from linkbak.report import (
    FOLD,
    Block,
    Column,
    Line,
    Table,
    Tone,
    count,
    day,
    more,
    number,
    sentence,
    who,
    who_and_work,
    window,
    work,
)
from linkbak.report.escape import csv_table, spreadsheet_id, terminal
from linkbak.report.json import ConnectionDocument, builds, connection, fill
from linkbak.texts import tr, tr_count

if TYPE_CHECKING:
    from linkbak.causes import Event
    from linkbak.causes.judgement import Outcome
    from linkbak.diff import Diff

ORDERS = {
    "connected": tr("newest connection first"),
    "name": tr("by name"),
    "company": tr("by company"),
    "messages": tr("most messages first"),
    "lost": tr("latest loss first"),
    "closest": tr("closest to you first"),
}
"""The sort orders, and their words."""

_Cell = tuple[Column, Callable[[Person], str]]


def text(people: Sequence[Person], wanted: PeopleFilter, *, everyone: bool = False) -> list[Block]:
    """A line a person, long lists folded unless `everyone`."""
    if not people and wanted.never_talked:
        return [Line(tr("no match; no archive holds messages, so nobody can tell who never wrote"))]
    if not people:
        among_listed = wanted.states is None and wanted != PeopleFilter()
        return [Line(tr("no match; --ever looks among those who left, too") if among_listed else tr("no match"))]
    order = tr("{order}, reversed", order=ORDERS[wanted.sort]) if wanted.reverse else ORDERS[wanted.sort]
    many = count(len(people), "person", "people")
    head = f"{many}, {order}"
    if wanted.as_of:
        head = tr("{people} as of {day}, {order}", people=many, day=day(wanted.as_of), order=order)
    shown = people if everyone else people[:FOLD]
    return [Line(head, "strong"), _table(shown, _cells(people, wanted)), *more(len(people) - len(shown))]


def choices(people: Sequence[Person], *, everyone: bool = False) -> list[Block]:
    """The matches, to choose one from; of more than fit, the closest."""
    folded = not everyone and len(people) > FOLD
    shown = sorted(people, key=closeness, reverse=True)[:FOLD] if folded else people
    table = _table(shown, [_ID, _NAME, _WORK, _STATE, *_account(people)])
    head = tr("{people} match; name one by its id", people=count(len(people), "person", "people"))
    return [Line(head, "strong"), table, *more(len(people) - len(shown), tr("type more of the name"))]


def _table(people: Sequence[Person], cells: Sequence[_Cell]) -> Table:
    return Table([column for column, _ in cells], [[cell(one) for _, cell in cells] for one in people])


def _cells(people: Sequence[Person], wanted: PeopleFilter) -> list[_Cell]:
    """The columns that fit 80 cells: for the lost the state and the window, for others the date and the messages."""
    accounts = _account(people)
    what = _EMAIL if wanted.email else _WORK
    if wanted.states is not None:
        return [_ID, _NAME, what, _STATE, _NOTICED, *accounts]
    cells = [_ID, _NAME, what, _CONNECTED]
    if any(one.state != "listed" for one in people):
        cells.append(_UNLIKE)
    if any(one.messages for one in people) and (not accounts or wanted.sort == "messages"):
        cells.append(_MESSAGES)
    return [*cells, *accounts]


def _account(people: Sequence[Person]) -> list[_Cell]:
    return [_ACCOUNT] if len({one.account for one in people}) > 1 else []


_ID: _Cell = (Column(tr("id")), lambda one: one.id)
_NAME: _Cell = (Column(tr("name"), most=26), lambda one: who(one.row))
_WORK: _Cell = (Column(tr("work"), most=40), lambda one: work(one.row))
_EMAIL: _Cell = (Column(tr("e-mail")), lambda one: one.row.email)
_CONNECTED: _Cell = (Column(tr("connected")), lambda one: day(one.row.connected_on))
_STATE: _Cell = (Column(tr("state")), lambda one: STATE_NAMES[one.state])
_UNLIKE: _Cell = (Column(""), lambda one: "" if one.state == "listed" else STATE_NAMES[one.state])
_NOTICED: _Cell = (Column(tr("noticed")), lambda one: day(one.window.before) if one.window else "")
_MESSAGES: _Cell = (Column(tr("messages"), right=True), lambda one: number(one.messages) if one.messages else "")
_ACCOUNT: _Cell = (Column(tr("account")), lambda one: one.account)


# --- in words ---

STATE_NAMES: dict[State, str] = {
    "listed": tr("listed"),
    "hidden": tr("hidden"),
    "suspected": tr("suspected"),
    "confirmed": tr("confirmed"),
    "held": tr("held"),
    "unclear": tr("unclear"),
}
"""Each state in a word."""

STATES: dict[State, tuple[str, Tone]] = {
    "listed": (tr("in the list of {last}"), "good"),
    "hidden": (tr("still connected, but now shown only as a date; hid {when}"), "odd"),
    "suspected": (tr("gone {when}; only the newest list lacks them"), "bad"),
    "confirmed": (tr("gone {when}; a later list lacks them too"), "bad"),
    "held": (tr("missing {when}, from a list whose losses are not believed yet"), "odd"),
    "unclear": (tr("perhaps gone {when}; the rows allow two readings"), "odd"),
}
"""Each state as a sentence, and its style; `when` is its window, `last` the day of the last list with them."""


def when(span: Window) -> str:
    """``after 4 Mar 2026, before 24 Mar 2026``; ``before 24 Mar 2026`` if the beginning is unknown."""
    return window(span.after, span.before) if span.after else tr("before {day}", day=day(span.before))


def standing(person: Person) -> tuple[str, Tone]:
    """Their state as a sentence, and its style."""
    sentence, tone = STATES[person.state]
    window_text = when(person.window) if person.window else ""
    return sentence.format(when=window_text, last=day(person.last_seen)), tone


def between(first: str, last: str) -> str:
    """``4 Mar 2026 to 24 Mar 2026``, or the only day known."""
    if not first:
        return ""
    if first[:10] == last[:10]:
        return tr("on {day}", day=day(first))
    return tr("{first} to {last}", first=day(first), last=day(last))


def one_line(text: str) -> str:
    """A text of several lines on one line, with single blanks."""
    return " ".join(text.split())


# --- for other programs ---

COLUMNS = (
    *("id", "account", "name", *Connection._fields, "state"),
    *("first_seen", "last_seen", "window_after", "window_before", "messages", "last_message", "tags"),
)
"""The header of the CSV; it only grows at its end."""


def to_csv(people: Iterable[Person]) -> str:
    """One row a person; cells that a spreadsheet would run as formulas begin with an apostrophe."""
    return csv_table(COLUMNS, map(row, people))


def row(person: Person, *, raw: bool = False) -> list[str]:
    """The cells under COLUMNS; `raw` is for programs that are no spreadsheets."""
    after, before = person.window or ("", "")
    return [
        *(person.id if raw else spreadsheet_id(person.id), person.account, person.row.name),
        *connection_cells(person.row),
        *(person.state, person.first_seen, person.last_seen, after, before),
        *(messages(person), person.last_message, ", ".join(person.tags)),
    ]


def messages(person: Person) -> str:
    """The number of messages, for programs: empty where it is unknown, which is not 0."""
    return "" if person.untold else str(person.messages)


LOST_STATES: dict[State, str] = {
    "suspected": tr("only the newest list lacks them; the next archive will tell"),
    "confirmed": tr("a list of a later day lacks them too"),
    "held": tr("not believed yet: wait for the next archive, or use --accept"),
    "unclear": tr("the rows allow two readings"),
}
"""The meaning of each state of somebody who may be gone, in the order of the pages."""


def cause_of(outcome: Outcome, between: Window | None = None) -> str:
    """One phrase: how sure it is that they are gone, and why; or since when they are back.

    It says when they went, unless that is the window `between`, which the page names anyway.
    """
    listed, back = outcome.state == "listed", day(outcome.window.before)
    if listed or outcome.state == "hidden":
        if not back:
            return tr("listed today") if listed else tr("listed today, hidden")
        return tr("back since {day}", day=back) if listed else tr("back since {day}, hidden", day=back)
    if outcome.verdict is None:
        return tr("perhaps gone: the rows allow two readings")
    state, why = STATE_NAMES[outcome.state], headline(outcome.verdict)
    if between == outcome.window:
        return f"{state}; {why}"
    return tr("{state}, gone {when}; {why}", state=state, when=when(outcome.window), why=why)


def brief(cause: str) -> str:
    """A cause in words without the part in brackets, which `lost --why` shows."""
    return cause.partition(" (")[0]


def event_lines(event: Event, indent: int = 2, *, evidence: bool = True, between: Window | None = None) -> list[Line]:
    """An event in one line, and below it what it may mean; with `evidence` that too, and what to do.

    It says when it happened, unless that is the window `between`, which the page names anyway.
    """
    lines = [Line(event_line(event, between), "strong", indent)]
    if evidence and event.evidence[1:]:
        lines.append(Line(sentence("; ".join(event.evidence[1:])), "dim", indent + 2))
    if event.kind == "sweep":
        lines.append(Line(f"{BAND_NAMES[event.band]}: {PHRASES['purge']}", "odd", indent + 2))
        lines += [Line(tr("you can: {advice}", advice=ADVICE["purge"]), "dim", indent + 2)] if evidence else []
    return lines


def event_line(event: Event, between: Window | None = None) -> str:
    """``20 people connected 3 to 12 Feb 2026, never a message, gone together (after 4 Mar 2026, before ...)``."""
    told = "" if event.window == between else f" ({when(event.window)})"
    return f"{sentence(event.evidence[0])}{told}"


Gone = tuple[Connection, "Outcome | None"]
"""A row that vanished in a comparison, and how whoever it was stands today, if that is known."""


def _together(event: Event, people: int) -> str:
    """``20 swept away together``."""
    many = number(people)
    if event.kind == "sweep":
        return tr_count("{people} swept away together", "{people} swept away together", people, people=many)
    if event.kind == "cull":
        return tr_count("{people} gone together", "{people} gone together", people, people=many)
    return tr_count("{people} missing together", "{people} missing together", people, people=many)


def closest_first(people: Sequence[Connection], outcomes: Sequence[Outcome | None]) -> list[Gone]:
    """The vanished, the closest first; where closeness is unknown, those connected longest."""

    def distance(gone: Gone) -> tuple[float, date]:
        row, outcome = gone
        return -closeness(outcome.person) if outcome and outcome.person else 0.0, row.connected_on or date.max

    return sorted(zip_longest(people, outcomes[: len(people)]), key=distance)


def in_words(
    left: int,
    events: Iterable[tuple[Event, int]] = (),
    *,
    came: int = 0,
    mine: int = 0,
    back: int = 0,
    unclear: int = 0,
    talked: int = 0,
) -> str:
    """``3 people left (you talk with 1 of them), 20 swept away together, 9 came``; `events` with how many of each.

    People the owner ever wrote to are in no event, so those one talks with count among those who left alone.
    """
    parts = []
    if left:
        said = tr_count("{people} person left", "{people} people left", left, people=number(left))
        parts.append(_talk(said, talked, left))
    parts += [_together(event, size) for event, size in events]
    if mine:
        parts.append(tr_count("{people} you removed", "{people} you removed", mine, people=number(mine)))
    if back:
        parts.append(tr_count("{people} left and came back", "{people} left and came back", back, people=number(back)))
    if unclear:
        parts.append(tr_count("{people} perhaps left", "{people} perhaps left", unclear, people=number(unclear)))
    if not came and not parts:
        return tr("nobody left and nobody came")
    return ", ".join([*(parts or [tr("nobody left")]), *_came(came)])


def _came(people: int) -> list[str]:
    return [tr_count("{people} came", "{people} came", people, people=number(people))] if people else []


def missing_in_words(gone: int, talked: int) -> str:
    """``46 people missing from a list that is not believed yet (you talk with 4 of them)``; none is said to be gone."""
    said = tr_count(
        "{people} person missing from a list that is not believed yet",
        "{people} people missing from a list that is not believed yet",
        gone,
        people=number(gone),
    )
    return _talk(said, talked, gone)


def _talk(said: str, talked: int, gone: int) -> str:
    """What is said of those who are gone, and with how many of them one talks."""
    if not talked:
        return said
    if talked == gone:
        return tr("{people} (you talk with them)", people=said)
    return tr("{people} (you talk with {some} of them)", people=said, some=number(talked))


def changed_in_words(diff: Diff, outcomes: Sequence[Outcome | None], *, held: bool) -> str:
    """The changes between two lists in words: who left, who went together, who came, and how many one talks with."""
    known = [outcome for outcome in outcomes if outcome]
    away = [one for one in known if one.state not in ("listed", "hidden")]
    others = [one for one in away if not (one.verdict and one.verdict.cause == "removed-by-me")]
    mine, talked = len(away) - len(others), sum(bool(one.person and one.person.mutual) for one in others)
    came, gone, back = len(diff.added), len(diff.vanished), len(known) - len(away)
    unclear = sum(not row.hidden for doubt in diff.uncertain for row in doubt.before)
    if held:
        return ", ".join([missing_in_words(gone, talked), *_came(came)])
    events = Counter(one.event for one in away if one.event)
    left = gone - events.total() - mine - back
    return in_words(left, events.items(), came=came, mine=mine, back=back, unclear=unclear, talked=talked)


def gone_lines(gone: Sequence[Gone], taken: tuple[str, str], indent: int = 2, most: int | None = None) -> list[Block]:
    """Each of the vanished with state and cause, then the events; `taken` are the times of the two snapshots compared.

    With `most`, so many of those who belong to no event, and of events neither names nor evidence.
    """
    between = Window(*taken)
    alone = [(row, outcome) for row, outcome in gone if outcome is None or outcome.event is None]
    blocks: list[Block] = []
    for row, outcome in alone[:most]:
        blocks.append(Line(_vanished(row, outcome), indent=indent))
        if outcome is not None:
            blocks.append(Line(brief(cause_of(outcome, between)), "dim", indent + 2))
    for event in dict.fromkeys(outcome.event for _, outcome in gone if outcome is not None and outcome.event):
        blocks += event_lines(event, indent, evidence=most is None, between=between)
        members = [row for row, outcome in gone if outcome is not None and outcome.event == event]
        blocks += [Line(_vanished(row), indent=indent + 2) for row in (members if most is None else ())]
    if any(outcome is not None and outcome.state == "suspected" for _, outcome in alone):
        blocks.append(Line(f"{STATE_NAMES['suspected']}: {LOST_STATES['suspected']}", "dim", indent))
    return blocks + more(len(alone) - len(alone[:most]), tr("see all with `linkbak diff --all`"), indent)


def _vanished(row: Connection, outcome: Outcome | None = None) -> str:
    """``Ada Example, Buyer, Example GmbH; connected 4 Mar 2020; 12 messages``."""
    person = outcome.person if outcome else None
    said = count(person.messages, "message") if person and person.messages else ""
    return "; ".join(filter(None, (who_and_work(row), connected_since(row), said)))


def connected_since(row: Connection) -> str:
    """``connected 4 Mar 2020``; "" where the day is not known."""
    return tr("connected {day}", day=day(row.connected_on)) if row.connected_on else ""


def connection_cells(row: Connection) -> list[str]:
    """The fields of a connection, in their order, as text."""
    return [*row[:6], iso(row.connected_on)]


def to_lines(people: Iterable[Person], *, email: bool = False) -> str:
    """A line a person for pipes: id, name, work, connected on, state, messages, account, `email`, with tabs between."""
    lines = ((*_line(one), one.row.email) if email else _line(one) for one in people)
    return "".join("\t".join(map(terminal, line)) + "\n" for line in lines)


def _line(person: Person) -> tuple[str, ...]:
    row = person.row
    return person.id, who(row), work(row), iso(row.connected_on), person.state, messages(person), person.account


def to_ids(people: Iterable[Person]) -> str:
    """The ids alone, one a line."""
    return "".join(f"{person.id}\n" for person in people)


def iso(day: date | None) -> str:
    """``2026-03-04``; "" for None."""
    return day.isoformat() if day else ""


# --- JSON ---


class WindowDocument(TypedDict):
    """When something happened: after one snapshot was taken (null if nobody can say) and before another."""

    after: str | None
    before: str


class EventDocument(TypedDict):
    """Losses of one window that belong together; `members` are ids, `evidence` begins with the whole in one line."""

    kind: Literal["sweep", "cull", "fault", "missing-piece"]
    window: WindowDocument
    members: list[str]
    evidence: list[str]


def told_events(outcomes: Iterable[Outcome | None]) -> list[Event]:
    """The events to which some of the vanished belong."""
    return [*dict.fromkeys(one.event for one in outcomes if one is not None and one.event)]


class PersonDocument(ConnectionDocument):
    """One person as they were last seen by name; `window` tells when they went or hid, null for those listed.

    `messages_known` is false where `messages` is 0 because nobody can tell.
    """

    id: str
    account: str
    state: State
    first_seen: str
    last_seen: str
    window: WindowDocument | None
    messages: int
    messages_known: bool
    last_message: str | None
    tags: list[str]


@builds(PersonDocument)
def person_document(one: Person) -> PersonDocument:
    """One person as they were last seen by name."""
    return {
        "id": one.id,
        "account": one.account,
        **connection(one.row),
        "state": one.state,
        "first_seen": one.first_seen,
        "last_seen": one.last_seen,
        "window": fill(WindowDocument, one.window) if one.window else None,
        "messages": one.messages,
        "messages_known": not one.untold,
        "last_message": one.last_message or None,
        "tags": list(one.tags),
    }


class PeopleDocument(TypedDict):
    """What `linkbak people --json` prints; `matching` counts also those beyond --limit."""

    schema: Literal["linkbak.people/1"]
    as_of: str | None
    matching: int
    people: list[PersonDocument]


def document(found: Sequence[Person], wanted: PeopleFilter, matching: int) -> PeopleDocument:
    """People in the order given; `matching` is how many there are without a limit."""
    return fill(PeopleDocument, as_of=wanted.as_of, matching=matching, people=found)

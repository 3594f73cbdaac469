"""Everything known of a person: every value with the windows in which it came and went; and what many have at once."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from linkbak.index import (
    FIELDS,
    LISTING,
    Absence,
    Alternative,
    Change,
    Entry,
    ExchangedMessage,
    Job,
    PastValues,
    Person,
    Row,
    Span,
    Tenure,
    Timeline,
    Window,
    activity,
    start_of,
    taken,
)
from linkbak.index.people import AccountPeople, Calendar
from linkbak.marks import Mark
from linkbak.matching import url_key
from linkbak.model import NamedTuple

# --- ambiguities ------------------------------------------------------------------------------------------------------
# People who may be the same person.

_SAME = "o.account = m.account AND o.at = m.at AND o.number = m.number"


_CONVERSED = """
SELECT DISTINCT p.person, q.person, n.born FROM participant p JOIN person m ON m.number = p.person
JOIN conversation_participant g ON g.participant = p.number
JOIN conversation_participant h ON h.account = g.account AND h.conversation = g.conversation
JOIN participant q ON q.number = h.participant JOIN person n ON n.number = q.person
WHERE p.person IN (SELECT value FROM json_each(?)) AND q.person <> p.person
  AND m.status IN ('gone', 'unclear') AND n.status IN ('listed', 'side') AND n.born >= m.since
ORDER BY n.born, q.person
"""
_SAME_CONVERSATION = "the conversation with the one is today with the other, by its id"
_KEPT = 0.98
"""The share of conversations that keep their ids: 412 of 420 in two real archives 51 months apart."""


def alternatives(
    db: sqlite3.Connection, everybody: AccountPeople, people: Sequence[Person]
) -> list[tuple[Alternative, ...]]:
    """For each of some people of one account, the other side of every group in which who is who is open.

    For somebody gone also people who came later and have the same conversation with the owner under another name or
    address. A conversation with one of the group shows who of it they are.
    """
    rows = db.execute(
        "SELECT m.person, o.person, o.reason, o.at, m.likelier, m.share FROM ambiguity m JOIN ambiguity o ON "  # noqa: S608
        f"{_SAME} AND o.later <> m.later WHERE m.person IN (SELECT value FROM json_each(?)) ORDER BY o.at, o.person",
        (json.dumps([one.number for one in people]),),
    ).fetchall()
    doubted = {(number, other) for number, other, *_ in rows}
    conversed = db.execute(_CONVERSED, (json.dumps([one.number for one in people]),)).fetchall()
    known = {number for number, other, _ in conversed if (number, other) in doubted}
    rows = [(*row[:4], "same", _KEPT) if row[0] in known else row for row in rows]
    rows += [
        (number, other, _SAME_CONVERSATION, at, "same", _KEPT) for number, other, at in conversed if number not in known
    ]
    others = everybody.numbered({row[1] for row in rows})
    found: defaultdict[int, list[Alternative]] = defaultdict(list)
    for number, other, reason, at, *likelier in rows:
        found[number].append(Alternative(others[other], reason, everybody.calendar.window(at), *likelier))
    return [tuple(found[one.number]) for one in people]


def unclear(
    db: sqlite3.Connection, everybody: AccountPeople, since: str, limit: int
) -> list[tuple[Person, tuple[Alternative, ...]]]:
    """Those who are unclear since a day (ISO, "" for ever), the newest first, each with who else they may be.

    With a `limit` above 0 at most that many, and the rest of their groups.
    """
    newest = (
        "SELECT number FROM person WHERE account = ? AND status <> 'listed' AND status = 'unclear' AND since >= ? "
        "ORDER BY since DESC, number"
    )
    start = start_of(since) if since else 0
    first = [number for (number,) in db.execute(f"{newest} LIMIT ?", (everybody.account, start, limit or -1))]
    rest = db.execute(
        f"SELECT o.person FROM ambiguity m JOIN ambiguity o ON {_SAME} AND o.later = m.later WHERE m.person IN "  # noqa: S608
        "(SELECT value FROM json_each(?))",
        (json.dumps(first),),
    )
    numbers = list(dict.fromkeys([*first, *(number for (number,) in rest)]))
    known = everybody.numbered(numbers)
    people = [known[number] for number in numbers if known[number].state == "unclear"]
    return list(zip(people, alternatives(db, everybody, people), strict=True))


# --- timeline ---------------------------------------------------------------------------------------------------------

T = TypeVar("T")


class Event(NamedTuple):
    """One row of ``seen``, or of ``gone`` with `row` None; `window` is when it happened."""

    at: int
    how: str
    hidden: bool
    row: Row | None
    window: Window


_Shown = tuple[Row, Window]
"""A row that shows a name, and the window in which it changed to this."""


def timeline_of(db: sqlite3.Connection, everybody: AccountPeople, person: Person, marks: tuple[Mark, ...]) -> Timeline:
    """Everything the index knows of one person."""
    events, calendar = _events_of(db, everybody, [person.number]).get(person.number, []), everybody.calendar
    past, shown = _past_of(events, calendar), _shown(events)
    (alternative,) = alternatives(db, everybody, [person])
    return Timeline(
        person=person,
        tenures=past.tenures,
        names=past.names,
        addresses=_spans(_with_columns(shown, calendar, "url"), lambda row: row.url, url_key),
        emails=_emails(events, calendar),
        jobs=past.jobs,
        absences=_absences(events),
        alternatives=alternative,
        talk=activity.talk_of(db, [person.number])[person.number],
        invitations=activity.invitations_of(db, person.number),
        endorsements=activity.endorsements_of(db, person.number),
        recommendations=activity.recommendations_of(db, person.number),
        notes=activity.notes_of(db, person.number),
        address_book=activity.address_book_of(db, person.number),
        marks=marks,
        last_messages=tuple(_exchanged(db.execute(_LAST_MESSAGES, (person.number, _LAST)))),
    )


def _past_of(events: Sequence[Event], calendar: Calendar) -> PastValues:
    """Tenures, names and jobs, from all rows of somebody."""
    shown = _shown(events)
    jobs = _held(
        _with_columns(shown, calendar, "company", "position"), lambda row: (row.company, row.position), lambda job: job
    )
    return PastValues(
        tenures=_tenures(events),
        names=_spans(shown, lambda row: f"{row.first_name} {row.last_name}".strip(), str),
        jobs=tuple(Job(*job, began, ended) for job, began, ended in jobs if any(job)),
        changes=tuple(_changes(events)),
    )


_HAPPENED = {
    **{"first": "added", "side": "added", "back": "returned", "returned": "returned", "reconnected": "reconnected"},
    **{"hidden": "hidden", "gone": "vanished", "unclear": "uncertain"},
}
"""What happened to a person, by the event; all other events are only about fields."""


def _changes(events: Iterable[Event]) -> Iterator[Change]:
    last: Row | None = None
    for event in events:
        if what := _HAPPENED.get(event.how, ""):
            yield Change(event.window, what)
        if event.row is None or event.hidden:
            continue
        for field, before, after in zip(FIELDS, last or event.row, event.row, strict=True):
            if before != after:
                yield Change(event.window, what or event.how, field, before, after)
        last = event.row


_OURS = "person IN (SELECT number FROM person WHERE account = ? AND number IN (SELECT value FROM json_each(?)))"
_SEEN = f"SELECT * FROM seen WHERE {_OURS} ORDER BY person, at"  # noqa: S608
_GONE = f"SELECT person, at, how, last FROM gone WHERE {_OURS}"  # noqa: S608


def _events_of(db: sqlite3.Connection, everybody: AccountPeople, numbers: Iterable[int]) -> dict[int, list[Event]]:
    """The rows of people of one account, by number, oldest first."""
    calendar, ours = everybody.calendar, (everybody.account, json.dumps(list(numbers)))
    events: dict[int, list[Event]] = {}
    for person, at, how, hidden, *row in db.execute(_SEEN, ours):
        events.setdefault(person, []).append(Event(at, how, bool(hidden), Row(*row), calendar.window(at)))
    lost = set()
    for person, at, how, last in db.execute(_GONE, ours):
        events.setdefault(person, []).append(Event(at, how, False, None, calendar.between(last, at)))
        lost.add(person)
    for person in lost:
        events[person].sort(key=lambda event: event.at)
    return events


def _shown(events: Sequence[Event]) -> list[_Shown]:
    """The rows that show a name. One after an absence may have changed at any time during it."""
    found: list[_Shown] = []
    last = ""
    for event in events:
        if event.row is None or event.hidden:
            last = last or event.window.after
            continue
        found.append((event.row, Window(last, event.window.before) if last else event.window))
        last = ""
    return found


def _with_columns(shown: Sequence[_Shown], calendar: Calendar, *fields: str) -> list[_Shown]:
    """The same for some fields: what a list has no column for may have changed at any time since one that has."""
    names = frozenset(fields)
    return [(row, window._replace(after=calendar.last_with(names, window.after))) for row, window in shown]


def _held(
    shown: Iterable[_Shown], value: Callable[[Row], T], same: Callable[[T], object]
) -> list[tuple[T, Window, Window | None]]:
    """The span of each value; values that `same` maps to one key are one, spelled as last seen."""
    found: list[tuple[T, Window, Window | None]] = []
    for row, window in shown:
        now = value(row)
        if found and found[-1][2] is None:
            last, began, _ = found[-1]
            if same(last) == same(now):
                found[-1] = (now, began, None)
                continue
            found[-1] = (last, began, window)
        if now:
            found.append((now, window, None))
    return found


def _spans(shown: Iterable[_Shown], value: Callable[[Row], str], same: Callable[[str], object]) -> tuple[Span, ...]:
    return tuple(Span(*one) for one in _held(shown, value, same))


def _emails(events: Sequence[Event], calendar: Calendar) -> tuple[Span, ...]:
    return _spans(_with_columns(_shown(events), calendar, "email"), lambda row: row.email, str.casefold)


def _tenures(events: Sequence[Event]) -> tuple[Tenure, ...]:
    """The tenures. Being missing and back with the same date does not end one."""
    tenures: list[Tenure] = []
    for event in events:
        if event.row is None:
            if event.how == "gone" and tenures:
                tenures[-1] = tenures[-1]._replace(ended=event.window)
            continue
        day = event.row.connected_on
        if event.how in LISTING:
            if tenures and tenures[-1].connected_on == day:
                tenures[-1] = tenures[-1]._replace(ended=None)
                continue
            if tenures and tenures[-1].ended is None:
                tenures[-1] = tenures[-1]._replace(ended=event.window)
            tenures.append(Tenure(day, event.window, None))
        elif tenures and day:  # a list without dates came first
            tenures[-1] = tenures[-1]._replace(connected_on=tenures[-1].connected_on or day)
    return tuple(tenures)


def _absences(events: Sequence[Event]) -> tuple[Absence, ...]:
    """The times of not being listed, or of being listed as a date only."""
    found: list[Absence] = []
    for event in events:
        last = found[-1] if found and found[-1].back is None else None
        if event.row is None:
            found.append(Absence("unclear" if event.how == "unclear" else "gone", event.window, None))
            continue
        if last is not None and (event.how in LISTING if last.kind != "hidden" else not event.hidden):
            found[-1] = last._replace(back=event.window)
            last = None
        if event.hidden and last is None:
            found.append(Absence("hidden", event.window, None))
    return tuple(found)


# --- many people at once ----------------------------------------------------------------------------------------------

_MESSAGES = f"""
SELECT p.person, m.conversation, m.sent_at, m.outgoing, m.sender, m.subject, m.content
FROM participant p JOIN message m ON m.participant = p.number AND m.duplicate_of IS NULL
WHERE p.{_OURS}
ORDER BY m.sent_at, p.person, m.conversation, m.outgoing, m.subject, m.content
"""  # noqa: S608


_LAST_MESSAGES = """
SELECT p.person, m.conversation, m.sent_at, m.outgoing, m.sender, m.subject, m.content
FROM participant p JOIN message m ON m.participant = p.number AND m.duplicate_of IS NULL
WHERE p.person = ? ORDER BY m.sent_at DESC, m.number DESC LIMIT ?
"""
_LAST = 5
"""How many of the last messages are given."""


def bulk_history(db: sqlite3.Connection, everybody: AccountPeople, numbers: Iterable[int]) -> Mapping[int, PastValues]:
    """Tenures, names and jobs of people of one account, by number."""
    found = _events_of(db, everybody, numbers)
    return {person: _past_of(events, everybody.calendar) for person, events in found.items()}


def emails_of(db: sqlite3.Connection, everybody: AccountPeople, numbers: Iterable[int]) -> dict[int, tuple[Span, ...]]:
    """The e-mails that the lists ever showed of people of one account, by number, oldest first."""
    found = _events_of(db, everybody, numbers)
    return {person: _emails(events, everybody.calendar) for person, events in found.items()}


def messages(db: sqlite3.Connection, account: str, numbers: Iterable[int]) -> Iterator[ExchangedMessage]:
    """The messages that count as exchanged with people of an account, oldest first; see `linkbak.index.activity`."""
    return _exchanged(db.execute(_MESSAGES, (account, json.dumps(list(numbers)))))


def _exchanged(rows: Iterable[Any]) -> Iterator[ExchangedMessage]:
    for person, conversation, sent_at, outgoing, *texts in rows:
        yield ExchangedMessage(person, conversation, sent_at, outgoing > 0, *texts)


_GIVEN = "SELECT value FROM json_each(?)"
_CHANGED = f"""
SELECT person, max(at) FROM (
  SELECT person, at FROM seen WHERE person IN ({_GIVEN}) UNION ALL
  SELECT person, at FROM gone WHERE person IN ({_GIVEN})
) GROUP BY person
"""  # noqa: S608
_TOLD = f"""
SELECT person, max(max(at, undone_at)) FROM mark WHERE fact IN ('note', 'tag') AND person IN ({_GIVEN}) GROUP BY person
"""  # noqa: S608
"""When a note or a tag was last set, or undone."""
_NAMES = f"SELECT person, first_name, last_name FROM seen WHERE hidden = 0 AND person IN ({_GIVEN}) ORDER BY person, at"  # noqa: S608


def entries(db: sqlite3.Connection, people: Sequence[Person], marks: Mapping[int, Sequence[Mark]]) -> list[Entry]:
    """An entry of each person, in their order; `marks` are those not undone, by the number of the person."""
    numbers = json.dumps([person.number for person in people])
    changed = dict(db.execute(_CHANGED, (numbers, numbers)))
    told_at = dict(db.execute(_TOLD, (numbers,)))
    names: dict[int, dict[str, None]] = {}
    for number, first, last in db.execute(_NAMES, (numbers,)):
        names.setdefault(number, {})[f"{first} {last}".strip()] = None
    noted = activity.notes_of_each(db, numbers)
    found = []
    for person in people:
        theirs = marks.get(person.number, ())
        kept = noted.get(person.number, ())
        times = [taken(changed[person.number])] if person.number in changed else [person.first_seen]
        times += [told_at.get(person.number, ""), *(note.edited or note.created for note in kept)]
        found.append(
            Entry(
                person,
                notes=(*(mark.value for mark in theirs if mark.fact == "note"), *(note.text for note in kept)),
                revised=max(times),
                former=tuple(name for name in names.get(person.number, ()) if name not in ("", person.row.name)),
            )
        )
    return found

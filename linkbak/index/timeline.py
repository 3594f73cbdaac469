"""One person's line: every value with the windows in which it came and went."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from linkbak.index import activity
from linkbak.index.models import (
    LISTING,
    Absence,
    Alternative,
    Calendar,
    Exchanged,
    Job,
    Line,
    Past,
    Person,
    Span,
    Talk,
    Tenure,
    Window,
    start_of,
)
from linkbak.index.people import Register
from linkbak.matching.keys import url_key

if TYPE_CHECKING:
    from linkbak.marks import Mark


# --- doubts -----------------------------------------------------------------------------------------------------------
# Lines that may be one person's, as nobody can tell.

_SAME = "o.account = m.account AND o.at = m.at AND o.number = m.number"


def alternatives(db: sqlite3.Connection, register: Register, people: Sequence[Person]) -> list[tuple[Alternative, ...]]:
    """For each of some people of one account, the other side of every group in which nobody can tell who is who."""
    rows = db.execute(
        "SELECT m.person, o.person, o.reason, o.at FROM doubt m JOIN doubt o ON "  # noqa: S608
        f"{_SAME} AND o.later <> m.later WHERE m.person IN (SELECT value FROM json_each(?)) ORDER BY o.at, o.person",
        (json.dumps([one.number for one in people]),),
    ).fetchall()
    others = register.numbered({other for _, other, _, _ in rows})
    found: defaultdict[int, list[Alternative]] = defaultdict(list)
    for number, other, reason, at in rows:
        found[number].append(Alternative(others[other], reason, register.calendar.window(at)))
    return [tuple(found[one.number]) for one in people]


def unclear(
    db: sqlite3.Connection, register: Register, since: str, limit: int
) -> list[tuple[Person, tuple[Alternative, ...]]]:
    """Those who are unclear since a day (ISO, "" for ever), the newest first, each with who else they may be.

    With a `limit` of more than 0 only so many, and the rest of their groups.
    """
    newest = (
        "SELECT number FROM person WHERE account = ? AND status <> 'listed' AND status = 'unclear' AND since >= ? "
        "ORDER BY since DESC, number"
    )
    start = start_of(since) if since else 0
    first = [number for (number,) in db.execute(f"{newest} LIMIT ?", (register.account, start, limit or -1))]
    rest = db.execute(
        f"SELECT o.person FROM doubt m JOIN doubt o ON {_SAME} AND o.later = m.later WHERE m.person IN "  # noqa: S608
        "(SELECT value FROM json_each(?))",
        (json.dumps(first),),
    )
    numbers = list(dict.fromkeys([*first, *(number for (number,) in rest)]))
    known = register.numbered(numbers)
    people = [known[number] for number in numbers if known[number].state == "unclear"]
    return list(zip(people, alternatives(db, register, people), strict=True))


# --- timeline ---------------------------------------------------------------------------------------------------------

T = TypeVar("T")


class Event(NamedTuple):
    """One row of ``seen``, or of ``gone`` with `row` empty; `window` is when it happened."""

    at: int
    how: str
    hidden: bool
    row: Sequence[str]
    window: Window

    @property
    def loss(self) -> bool:
        """Whether it is the end of being listed."""
        return not self.row


def line_of(db: sqlite3.Connection, register: Register, person: Person, marks: tuple[Mark, ...]) -> Line:
    """Everything the index knows of one person."""
    events, calendar = events_of(db, register.calendar, person.number), register.calendar
    past, shown = past_of(events, calendar), _shown(events)
    addresses = _spans(_told(shown, calendar, "url"), lambda row: row[2], url_key)
    emails = _spans(_told(shown, calendar, "email"), lambda row: row[3], str.casefold)
    return Line(
        person=person,
        tenures=past.tenures,
        names=past.names,
        addresses=tuple(Span(*span) for span in addresses),
        emails=tuple(Span(*span) for span in emails),
        jobs=past.jobs,
        absences=_absences(events),
        alternatives=alternatives(db, register, [person])[0],
        talk=activity.talk_of(db, [person.number]).get(person.number, Talk()),
        invitations=tuple(activity.invitations_of(db, person.number)),
        endorsements=tuple(activity.endorsements_of(db, person.number)),
        recommendations=tuple(activity.recommendations_of(db, person.number)),
        notes=tuple(activity.notes_of(db, person.number)),
        marks=marks,
    )


def past_of(events: Sequence[Event], calendar: Calendar) -> Past:
    """Tenures, names and jobs, out of all that the lists show of somebody."""
    shown = _shown(events)
    names = _spans(shown, lambda row: f"{row[0]} {row[1]}".strip(), str)
    jobs = _spans(_told(shown, calendar, "company", "position"), lambda row: (row[4], row[5]), lambda job: job)
    return Past(
        tenures=_tenures(events),
        names=tuple(Span(*span) for span in names),
        jobs=tuple(Job(*job, began, ended) for job, began, ended in jobs if any(job)),
    )


def events_of(db: sqlite3.Connection, calendar: Calendar, number: int) -> list[Event]:
    """What the lists show of somebody, oldest first."""
    seen = db.execute("SELECT * FROM seen WHERE person = ?", (number,))
    events = [Event(at, how, bool(hidden), row, calendar.window(at)) for _, at, how, hidden, *row in seen]
    gone = db.execute("SELECT at, how, last FROM gone WHERE person = ?", (number,))
    events += [Event(at, how, False, (), calendar.between(last, at)) for at, how, last in gone]
    return sorted(events, key=lambda event: event.at)


def _shown(events: Sequence[Event]) -> list[Event]:
    """The rows that show a name. Of one after an absence nobody can say when in all that time it became so."""
    found: list[Event] = []
    last = ""
    for event in events:
        if event.loss or event.hidden:
            last = last or event.window.after
            continue
        found.append(event._replace(window=Window(last, event.window.before)) if last else event)
        last = ""
    return found


def _told(shown: Sequence[Event], calendar: Calendar, *fields: str) -> list[Event]:
    """The same for some fields: what a list has no column for may have changed at any time since one that has."""
    names = frozenset(fields)
    return [
        event._replace(window=event.window._replace(after=calendar.told(names, event.window.after))) for event in shown
    ]


def _spans(
    events: Iterable[Event], value: Callable[[Sequence[str]], T], same: Callable[[T], object]
) -> list[tuple[T, Window, Window | None]]:
    """How long each value held; values equal in what `same` makes of them are one, spelled as last seen."""
    spans: list[tuple[T, Window, Window | None]] = []
    for event in events:
        now = value(event.row)
        if spans and spans[-1][2] is None:
            last, began, _ = spans[-1]
            if same(last) == same(now):
                spans[-1] = (now, began, None)
                continue
            spans[-1] = (last, began, event.window)
        if now:
            spans.append((now, event.window, None))
    return spans


def _tenures(events: Sequence[Event]) -> tuple[Tenure, ...]:
    """The times of being connected. To be missing and back with the same date ends none."""
    tenures: list[Tenure] = []
    for event in events:
        if event.loss:
            if event.how == "gone" and tenures:
                tenures[-1] = tenures[-1]._replace(ended=event.window)
        elif event.how in LISTING:
            day = event.row[6]
            if tenures and tenures[-1].connected_on == day:
                tenures[-1] = tenures[-1]._replace(ended=None)
                continue
            if tenures and tenures[-1].ended is None:
                tenures[-1] = tenures[-1]._replace(ended=event.window)
            tenures.append(Tenure(day, event.window, None))
        elif tenures and event.row[6]:  # a list without dates came first
            tenures[-1] = tenures[-1]._replace(connected_on=tenures[-1].connected_on or event.row[6])
    return tuple(tenures)


def _absences(events: Sequence[Event]) -> tuple[Absence, ...]:
    """The times of not being listed, or of being listed as a date only."""
    found: list[Absence] = []
    for event in events:
        last = found[-1] if found and found[-1].back is None else None
        if event.loss:
            found.append(Absence("unclear" if event.how == "unclear" else "gone", event.window, None))
            continue
        if last is not None and (event.how in LISTING if last.kind != "hidden" else not event.hidden):
            found[-1] = last._replace(back=event.window)
            last = None
        if event.hidden and last is None:
            found.append(Absence("hidden", event.window, None))
    return tuple(found)


# --- pasts ------------------------------------------------------------------------------------------------------------
# What was of many people, and what they wrote, for whoever hands all of it on.

_OURS = "person IN (SELECT number FROM person WHERE account = ? AND number IN (SELECT value FROM json_each(?)))"
_SEEN = f"SELECT * FROM seen WHERE {_OURS} ORDER BY person, at"  # noqa: S608
_GONE = f"SELECT person, at, how, last FROM gone WHERE {_OURS}"  # noqa: S608
_MESSAGES = f"""
SELECT p.person, m.conversation, m.sent_at, m.outgoing, m.sender, m.subject, m.content
FROM party p JOIN message m ON m.party = p.number AND m.twin IS NULL
WHERE p.{_OURS}
ORDER BY m.sent_at, p.person, m.conversation, m.outgoing, m.subject, m.content
"""  # noqa: S608


def pasts(db: sqlite3.Connection, register: Register, numbers: Iterable[int]) -> Mapping[int, Past]:
    """Tenures, names and jobs of people of one account, by number."""
    calendar, ours = register.calendar, (register.account, json.dumps(list(numbers)))
    events: dict[int, list[Event]] = {}
    for person, at, how, hidden, *row in db.execute(_SEEN, ours):
        events.setdefault(person, []).append(Event(at, how, bool(hidden), row, calendar.window(at)))
    lost = set()
    for person, at, how, last in db.execute(_GONE, ours):
        events.setdefault(person, []).append(Event(at, how, False, (), calendar.between(last, at)))
        lost.add(person)
    for person in lost:
        events[person].sort(key=lambda event: event.at)
    return {person: past_of(theirs, calendar) for person, theirs in events.items()}


def messages(db: sqlite3.Connection, account: str, numbers: Iterable[int]) -> Iterator[Exchanged]:
    """The messages that count as exchanged with people of an account, oldest first; see `linkbak.index.activity`."""
    for person, conversation, sent_at, outgoing, *texts in db.execute(_MESSAGES, (account, json.dumps(list(numbers)))):
        yield Exchanged(person, conversation, sent_at, outgoing > 0, *texts)

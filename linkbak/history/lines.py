"""One person's line: every value with the windows in which it came and went."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from linkbak.history.calendar import Calendar
from linkbak.history.details import reading
from linkbak.history.doubts import alternatives
from linkbak.history.people import Register
from linkbak.history.records import Absence, Job, Line, Past, Person, Span, Talk, Tenure, Window
from linkbak.history.texts import LISTING
from linkbak.identity.keys import url_key

T = TypeVar("T")

if TYPE_CHECKING:
    from linkbak.marks import Mark


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
        talk=reading.talk_of(db, [person.number]).get(person.number, Talk()),
        invitations=tuple(reading.invitations_of(db, person.number)),
        endorsements=tuple(reading.endorsements_of(db, person.number)),
        recommendations=tuple(reading.recommendations_of(db, person.number)),
        notes=tuple(reading.notes_of(db, person.number)),
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

"""What the index holds that bears on why somebody is gone."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from linkbak.index import activity, traces
from linkbak.index.models import LOST, Absence, Calendar, Case, Person, Spell, Talk, Window
from linkbak.index.people import Register

if TYPE_CHECKING:
    from linkbak.marks import Mark

_SECONDS = 86_400


def cases(
    db: sqlite3.Connection, register: Register, people: Sequence[Person], marks: Mapping[int, tuple[Mark, ...]]
) -> list[Case]:
    """A case for each of some lost people of one account, in their order."""
    numbers = [person.number for person in people if person.state in LOST]
    assert len(numbers) == len(people), "only those who are lost have a case"
    standing = _standing(db, register, numbers)
    wanted = [(person.number, standing[person.number][0], _window(person).after) for person in people]
    traced = traces.traces_of(db, register.account, wanted)
    talks = activity.talk_of(db, numbers)
    found = []
    for person in people:
        at, hidden = standing[person.number]
        found_of, talk = traced[person.number], talks.get(person.number, Talk())
        found.append(
            Case(
                person=person,
                window=_window(person),
                later=0 if person.state == "held" else register.calendar.later(at),
                was_hidden=hidden,
                sparse=not (person.row.company or person.row.position or talk.messages),
                named=found_of.named,
                invited=found_of.invited,
                anonymous=found_of.anonymous,
                kinds=found_of.kinds,
                talk=talk,
                marks=marks.get(person.number, ()),
                connected_on=person.row.connected_on.isoformat() if person.row.connected_on else "",
            )
        )
    return found


def _window(person: Person) -> Window:
    return person.window or Window("", person.last_seen)


def _standing(db: sqlite3.Connection, register: Register, numbers: Sequence[int]) -> dict[int, tuple[int, bool]]:
    """The first list that lacks each, and whether they were hidden before."""
    import json

    rows = db.execute(
        "SELECT p.number, CASE WHEN p.status = 'gone' THEN p.since ELSE "
        "(SELECT max(at) FROM held WHERE person = p.number) END, p.hidden "
        "FROM person p WHERE p.number IN (SELECT value FROM json_each(?))",
        (json.dumps(list(numbers)),),
    )
    return {number: (at, bool(hidden)) for number, at, hidden in rows}


def spells(db: sqlite3.Connection, calendar: Calendar, account: str) -> list[Spell]:
    """Every window between two neighbouring main lists of an account, oldest first."""
    away = dict(
        db.execute(
            "SELECT since, count(*) FROM person WHERE account = ? AND status <> 'listed' AND status = 'gone' "
            "GROUP BY since",
            (account,),
        ).fetchall()
    )
    rows = db.execute(
        "SELECT s.at, s.lost, s.sparse_lost, b.at, b.total, b.sparse FROM snapshot s JOIN snapshot b ON b.account = "
        "s.account AND b.at = s.base WHERE s.account = ? AND s.role = 'main' ORDER BY s.at",
        (account,),
    )
    return [
        Spell(window, _days(window), total, sparse, lost, sparse_lost, max(lost - away.get(at, 0), 0))
        for at, lost, sparse_lost, base, total, sparse in rows
        for window in (calendar.between(base, at),)
    ]


def _days(window: Window) -> float:
    return (datetime.fromisoformat(window.before) - datetime.fromisoformat(window.after)).total_seconds() / _SECONDS


def came_back(db: sqlite3.Connection, register: Register, since: str) -> list[tuple[Person, Absence]]:
    """Those gone once who are listed again, with the last time they were away, the newest first."""
    rows = db.execute(
        "SELECT g.person, max(g.at), g.last FROM gone g JOIN person p ON p.number = g.person WHERE p.account = ? AND "
        "p.status IN ('listed', 'side') AND g.how = 'gone' AND g.person IN (SELECT person FROM seen WHERE how IN "
        "('back', 'joined', 'side', 'reconnected')) GROUP BY g.person",
        (register.account,),
    ).fetchall()
    people = register.numbered(number for number, _, _ in rows)
    found = []
    for number, at, last in rows:
        (back,) = db.execute("SELECT min(at) FROM seen WHERE person = ? AND at > ?", (number, at)).fetchone()
        window = register.calendar.window(back)
        if window.before[:10] >= since:
            found.append((back, Absence("gone", register.calendar.between(last, at), window), people[number]))
    found.sort(key=lambda one: (-one[0], one[2].row.name.casefold(), one[2].id))
    return [(person, absence) for _, absence, person in found]

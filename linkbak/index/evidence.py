"""What the index holds that bears on why somebody is gone; above all where archives still name them."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from linkbak.index import activity
from linkbak.index.activity import Archives
from linkbak.index.models import LOST, Case, Person, Talk, Trace, Window, taken
from linkbak.index.people import AccountPeople
from linkbak.index.schema import KINDS, NAMED, UNSHOWN
from linkbak.marks import Mark


class _Standing(NamedTuple):
    """The first list that lacks somebody, and whether they were hidden before."""

    at: int
    hidden: bool


def cases(
    db: sqlite3.Connection, everybody: AccountPeople, people: Sequence[Person], marks: Mapping[int, tuple[Mark, ...]]
) -> list[Case]:
    """A case for each of some lost people of one account, in their order."""
    numbers = [person.number for person in people if person.state in LOST]
    assert len(numbers) == len(people), "only those who are lost have a case"
    standing = _standing(db, numbers)
    wanted = {one.number: Absent(standing[one.number].at, _window(one).after) for one in people}
    traced = traces_of(db, everybody.account, wanted)
    talks = activity.talk_of(db, numbers)
    found = []
    for person in people:
        at, hidden = standing[person.number]
        traces, talk = traced[person.number], talks.get(person.number, Talk())
        found.append(
            Case(
                person=person,
                window=_window(person),
                later=0 if person.state == "held" else everybody.calendar.later(at),
                was_hidden=hidden,
                sparse=not (person.row.company or person.row.position or talk.messages),
                named=traces.named,
                invited=traces.invited,
                anonymous=traces.anonymous,
                kinds=traces.kinds,
                talk=talk,
                marks=marks.get(person.number, ()),
                connected_on=person.row.connected_on.isoformat() if person.row.connected_on else "",
            )
        )
    return found


def _window(person: Person) -> Window:
    return person.window or Window("", person.last_seen)


def _standing(db: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, _Standing]:
    rows = db.execute(
        "SELECT p.number, CASE WHEN p.status = 'gone' THEN p.since ELSE "
        "(SELECT max(at) FROM held WHERE person = p.number) END, p.hidden "
        "FROM person p WHERE p.number IN (SELECT value FROM json_each(?))",
        (json.dumps(list(numbers)),),
    )
    return {number: _Standing(at, bool(hidden)) for number, at, hidden in rows}


# --- traces -----------------------------------------------------------------------------------------------------------
class Traces(NamedTuple):
    """What archives as late as somebody's absence show of them; each as in `linkbak.index.models.Case`."""

    named: tuple[Trace, ...] = ()
    invited: tuple[Trace, ...] = ()
    anonymous: tuple[Trace, ...] = ()
    kinds: frozenset[str] = frozenset()


_NAMED = {
    "messages": (
        "SELECT p.person, m.envelope FROM participant p JOIN mention m ON m.participant = p.number WHERE "
        "p.url_key <> '' AND "
        "p.person IN (SELECT value FROM json_each(?2))"
    ),
    "endorsements": (
        "SELECT p.person, e.number FROM participant p JOIN endorsement e ON e.participant = p.number "
        "WHERE p.url_key <> '' AND "
        "p.person IN (SELECT value FROM json_each(?2))"
    ),
    # A file without addresses: `participant.person` is set only if nobody else in the account ever had the name.
    "recommendations": (
        "SELECT p.person, r.number FROM participant p JOIN recommendation r ON r.participant = p.number WHERE "
        "p.person IN (SELECT value FROM json_each(?2))"
    ),
    "notes": (
        "SELECT p.person, n.number FROM participant p JOIN archive_note n ON n.participant = p.number "
        "WHERE p.url_key <> '' AND "
        "p.person IN (SELECT value FROM json_each(?2))"
    ),
}
"""Which rows show somebody's address. Invitations do not count: the file keeps old ones."""

_INVITED = (
    "SELECT p.person, i.number, i.sent_at FROM participant p JOIN invitation i ON i.participant = "
    "p.number WHERE i.outgoing AND "
    "p.url_key <> '' AND p.person IN (SELECT value FROM json_each(?2))"
)
_CONVERSED = """
WITH conversed AS (
  SELECT DISTINCT p.person, e.conversation
  FROM participant p JOIN mention m ON m.participant = p.number JOIN envelope e ON e.number = m.envelope
  WHERE p.person IN (SELECT value FROM json_each(?2)) AND p.url_key <> '' AND e.conversation <> ''
)
SELECT c.person, c.conversation, e.number, e.grade, EXISTS (
  SELECT 1 FROM participant q JOIN mention m ON m.participant = q.number
  WHERE q.person = c.person AND q.url_key <> '' AND m.envelope = e.number
) FROM conversed c JOIN envelope e ON e.account = ?1 AND e.conversation = c.conversation
WHERE NOT EXISTS (SELECT 1 FROM conversation o WHERE o.account = ?1 AND o.id = c.conversation AND (o.crowd OR o.advert))
"""
"""Every row of the conversations of two in which somebody's address was ever shown, and whether it shows it."""


class Absent(NamedTuple):
    """The timestamp of the first list that lacks somebody, and when the window in which they went begins, or ""."""

    gone: int
    after: str


def traces_of(db: sqlite3.Connection, account: str, wanted: Mapping[int, Absent]) -> dict[int, Traces]:
    """Where people, by their numbers, are still found."""
    seeker = _Seeker(db, account, wanted)
    named, invited, anonymous = seeker.named(), seeker.invited(), seeker.anonymous()
    return {
        person: Traces(
            _traces(named[person]), _traces(invited[person]), _traces(anonymous[person]), seeker.kinds(absent.gone)
        )
        for person, absent in wanted.items()
    }


_Places = set[tuple[int, str]]
"""Timestamps of archives, and kinds."""

_Found = dict[int, _Places]


def _traces(found: _Places) -> tuple[Trace, ...]:
    return tuple(Trace(kind, taken(at)) for at, kind in sorted(found))


class _Seeker:
    """Looks for some people in the archives of one account."""

    def __init__(self, db: sqlite3.Connection, account: str, wanted: Mapping[int, Absent]) -> None:
        self._db, self._account, self._wanted = db, account, wanted
        self._archives = Archives(db, account)
        self._given = (account, json.dumps(list(wanted)))
        self._last = dict(
            db.execute("SELECT kind, max(at) FROM appearance WHERE account = ? GROUP BY kind", (account,)).fetchall()
        )

    def kinds(self, gone: int) -> frozenset[str]:
        """The kinds that some archive as late covers."""
        return frozenset(kind for kind in KINDS if self._last.get(kind, -1) >= gone)

    def named(self) -> _Found:
        """Archives that show their name and address."""
        found: _Found = defaultdict(set)
        for kind, query in _NAMED.items():
            if kind in self._last:
                self._look(found, kind, self._db.execute(query, self._given))
        return found

    def invited(self) -> _Found:
        """Archives with an invitation sent to their address after the window began."""
        found: _Found = defaultdict(set)
        rows = self._db.execute(_INVITED, self._given).fetchall()
        late = [(person, number) for person, number, sent in rows if sent > self._wanted[person].after]
        self._look(found, "invitations", late)
        return found

    def _look(self, found: _Found, kind: str, rows: Iterable[tuple[int, int]]) -> None:
        for person, number in rows:
            for archive in self._archives.of(kind):
                if archive.at >= self._wanted[person].gone and archive.holds(number):
                    found[person].add((archive.at, kind))

    def anonymous(self) -> _Found:
        """Archives that no longer show who the other one of a conversation is, which an older one did."""
        found: _Found = defaultdict(set)
        talks: dict[tuple[int, str], list[_Row]] = defaultdict(list)
        for person, conversation, *row in self._db.execute(_CONVERSED, self._given):
            talks[person, conversation].append(_Row(*row))
        for (person, _), rows in talks.items():
            if any(row.grade == UNSHOWN for row in rows):
                gone = self._wanted[person].gone
                found[person] |= {(at, "messages") for at in self._hidden(rows) if at >= gone}
        return found

    def _hidden(self, rows: Sequence[_Row]) -> Iterator[int]:
        """The archives that show nobody in a conversation where an older one showed the address."""
        known = False
        for archive in self._archives.of("messages"):
            there = [row for row in rows if archive.holds(row.number)]
            if known and any(row.grade == UNSHOWN for row in there) and all(row.grade < NAMED for row in there):
                yield archive.at
            known = known or any(row.theirs for row in there)


class _Row(NamedTuple):
    """Sender and recipients in a conversation; `theirs` if these show the address of who is sought."""

    number: int
    grade: int
    theirs: int

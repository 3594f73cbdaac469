"""What archives hold about people beside the list, and where they still name those who are gone.

`linkbak.index.activity_update` reads it from the archives and joins it to people. A message of a group counts for
its sender only; what the owner writes to a group counts for nobody, and adverts and drafts count for nobody either.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING, TypeVar

from linkbak import matching
from linkbak.index import (
    LOST,
    Case,
    Endorsed,
    InAddressBook,
    Invited,
    Noted,
    Person,
    Recommended,
    Talk,
    Trace,
    Window,
    taken,
)
from linkbak.index.schema import KINDS, NAMED, UNSHOWN
from linkbak.model import NamedTuple

if TYPE_CHECKING:
    from linkbak.index.people import AccountPeople
    from linkbak.marks import Mark

_Fact = TypeVar("_Fact", Endorsed, InAddressBook, Noted, Recommended)


@lru_cache(maxsize=1 << 14)
def name_key(name: str) -> str:
    """The key of a whole name."""
    return matching.name_key(name, "")


def unshown(name: str) -> bool:
    """Whether this is the network's placeholder for somebody whose profile it does not show."""
    return name.strip().casefold() == "linkedin member"


def talk_of(db: sqlite3.Connection, persons: Iterable[int]) -> dict[int, Talk]:
    """Messages with each of these people, everybody included."""
    found = {person: Talk() for person in persons}
    rows = db.execute(
        "SELECT person, messages, sent, received, first, last FROM talk "
        "WHERE person IN (SELECT value FROM json_each(?))",
        (json.dumps(list(found)),),
    )
    return found | {person: Talk(*counts) for person, *counts in rows}


def invitations_of(db: sqlite3.Connection, person: int) -> tuple[Invited, ...]:
    """Invitations sent to and received from a person, each once, however many archives have it."""
    rows = db.execute(
        "SELECT i.outgoing, i.sent_at, max(i.message) FROM invitation i JOIN participant p ON p.number = i.participant "
        "WHERE p.person = ? GROUP BY i.sent_at, i.outgoing ORDER BY i.sent_at, i.outgoing",
        (person,),
    )
    return tuple(Invited(bool(outgoing), sent_at, message) for outgoing, sent_at, message in rows)


def endorsements_of(db: sqlite3.Connection, person: int) -> tuple[Endorsed, ...]:
    """Skills endorsed either way, as the newest archive that has them shows them."""
    rows = db.execute(
        "SELECT e.account, e.number, e.given, e.skill, e.made, e.status FROM endorsement e JOIN participant p ON "
        "p.number = e.participant WHERE p.person = ?",
        (person,),
    )
    facts = [(account, number, Endorsed(bool(given), *rest)) for account, number, given, *rest in rows]
    return _newest(
        db, "endorsements", facts, lambda e: (e.given, e.skill.casefold(), e.at), lambda e: (e.at, e.skill, e.given)
    )


def recommendations_of(db: sqlite3.Connection, person: int) -> tuple[Recommended, ...]:
    """Recommendations either way, as the newest archive that has them shows them."""
    rows = db.execute(
        "SELECT account, number, given, text, company, position, made, status FROM recommendation WHERE person = ?",
        (person,),
    )
    facts = [(account, number, Recommended(bool(given), *rest)) for account, number, given, *rest in rows]
    return _newest(db, "recommendations", facts, lambda r: (r.given, r.at or r.text), lambda r: (r.at, r.given, r.text))


def address_book_of(db: sqlite3.Connection, person: int) -> tuple[InAddressBook, ...]:
    """A person's entries in the owner's address book, as the newest archive that has them shows them.

    Precondition: nobody else in the account ever had the name, or the e-mail (else `contact.person` is not set).
    """
    asked = "SELECT account, number, emails, phones, birthday, addresses, how FROM contact WHERE person = ?"
    rows = db.execute(asked, (person,))
    facts = [(account, number, InAddressBook(*rest)) for account, number, *rest in rows]
    return _newest(db, "contacts", facts, lambda c: c, lambda c: c)


def notes_of(db: sqlite3.Connection, person: int) -> tuple[Noted, ...]:
    """Private notes the network kept, as last edited."""
    return notes_of_each(db, json.dumps([person])).get(person, ())


def notes_of_each(db: sqlite3.Connection, persons: str) -> dict[int, tuple[Noted, ...]]:
    """The same for many people, whose numbers are given as a JSON list; those without notes are left out."""
    rows = db.execute(
        "SELECT p.person, n.account, n.number, n.text, n.created, n.edited FROM archive_note n "
        "JOIN participant p ON p.number = n.participant WHERE p.person IN (SELECT value FROM json_each(?))",
        (persons,),
    )
    each: dict[int, list[tuple[str, int, Noted]]] = {}
    for person, account, number, *note in rows:
        each.setdefault(person, []).append((account, number, Noted(*note)))
    return {
        person: _newest(db, "notes", theirs, lambda n: n.created or n.text, lambda n: (n.created, n.edited, n.text))
        for person, theirs in each.items()
    }


def _newest(
    db: sqlite3.Connection,
    kind: str,
    facts: Sequence[tuple[str, int, _Fact]],
    same: Callable[[_Fact], object],
    order: Callable[[_Fact], tuple[str | bool, ...]],
) -> tuple[_Fact, ...]:
    """One person's facts of a kind, given with account and number, in order; of those that are the same the one that
    the newest archive shows."""
    archives = cache(partial(Archives, db))
    newest_last = sorted((archives(account).newest(kind, number), fact) for account, number, fact in facts)
    return tuple(sorted({same(fact): fact for _, fact in newest_last}.values(), key=order))


# --- file occurrences -------------------------------------------------------------------------------------------------
# Which files show which rows, and which archives hold these files. Sets of row numbers are kept as bytes, a bit each:
# a file that shows 40,000 rows costs 5 kB.


def bitmap(numbers: set[int]) -> bytes:
    """The set of these numbers."""
    bits = bytearray(max(numbers) // 8 + 1 if numbers else 0)
    for number in numbers:
        bits[number >> 3] |= 1 << (number & 7)
    return bytes(bits)


class FileOccurrences(NamedTuple):
    """One archive's file: the archive's timestamp, the rows the file holds."""

    at: int
    rows: bytes

    def holds(self, number: int) -> bool:
        """Whether the archive shows a row."""
        at = number >> 3
        return at < len(self.rows) and bool(self.rows[at] >> (number & 7) & 1)


class Archives:
    """The archives of one account that cover a kind, oldest first; those of a kind are loaded when asked for."""

    def __init__(self, db: sqlite3.Connection, account: str) -> None:
        self._db, self._account = db, account
        self._found: dict[str, list[FileOccurrences]] = {}

    def of(self, kind: str) -> list[FileOccurrences]:
        """Every archive that covers the kind."""
        if kind not in self._found:
            files = dict(
                self._db.execute(
                    "SELECT number, shown FROM read_file WHERE account = ? AND kind = ?", (self._account, kind)
                ).fetchall()
            )
            places = self._db.execute(
                "SELECT at, file FROM appearance WHERE account = ? AND kind = ? ORDER BY at", (self._account, kind)
            )
            self._found[kind] = [FileOccurrences(at, files[file]) for at, file in places]
        return self._found[kind]

    def newest(self, kind: str, number: int) -> int:
        """The timestamp of the newest archive that shows a row, -1 if none does."""
        return next((one.at for one in reversed(self.of(kind)) if one.holds(number)), -1)


# --- why somebody is gone ---------------------------------------------------------------------------------------------


def cases(
    db: sqlite3.Connection, everybody: AccountPeople, people: Sequence[Person], marks: Mapping[int, tuple[Mark, ...]]
) -> list[Case]:
    """A case for each of some lost people of one account, in their order."""
    numbers = [person.number for person in people if person.state in LOST]
    assert len(numbers) == len(people), "only those who are lost have a case"
    rows = db.execute(
        "SELECT p.number, CASE WHEN p.status = 'gone' THEN p.since ELSE "
        "(SELECT max(at) FROM held WHERE person = p.number) END, p.hidden "
        "FROM person p WHERE p.number IN (SELECT value FROM json_each(?))",
        (json.dumps(numbers),),
    ).fetchall()
    gone, hidden = {number: at for number, at, _ in rows}, {number for number, _, hides in rows if hides}
    windows = {one.number: one.window or Window("", one.last_seen) for one in people}
    traces = traces_of(db, everybody.account, {n: Absent(gone[n], windows[n].after) for n in numbers})
    talks = talk_of(db, numbers)
    found = []
    for person in people:
        number = person.number
        found.append(
            Case(
                person=person,
                window=windows[number],
                later=0 if person.state == "held" else everybody.calendar.later(gone[number]),
                was_hidden=number in hidden,
                **traces[number]._asdict(),
                talk=talks[number],
                marks=marks.get(number, ()),
                connected_on=person.row.day,
            )
        )
    return found


# --- traces -----------------------------------------------------------------------------------------------------------


class Traces(NamedTuple):
    """Traces of somebody in archives as late as their absence; each as in `linkbak.index.Case`."""

    named: tuple[Trace, ...] = ()
    invited: tuple[Trace, ...] = ()
    anonymous: tuple[Trace, ...] = ()
    kinds: frozenset[str] = frozenset()
    renewed: tuple[Trace, ...] = ()


_WANTED = "p.person IN (SELECT value FROM json_each(:people))"
_ADDRESSED = f"p.url_key <> '' AND {_WANTED}"
_NAMED = {
    kind: f"SELECT p.person, x.{row} FROM participant p JOIN {table} x ON x.participant = p.number WHERE {whom}"  # noqa: S608
    for kind, table, row, whom in (
        ("messages", "mention", "envelope", _ADDRESSED),
        ("endorsements", "endorsement", "number", _ADDRESSED),
        # A file without addresses: `participant.person` is set only if nobody else in the account ever had the name.
        ("recommendations", "recommendation", "number", _WANTED),
        ("notes", "archive_note", "number", _ADDRESSED),
    )
}
"""Which rows show somebody's address. Invitations do not count: the file keeps old ones."""

_INVITED = (
    "SELECT p.person, i.number, i.sent_at FROM participant p JOIN invitation i ON i.participant = p.number "  # noqa: S608
    f"JOIN person n ON n.number = p.person WHERE i.outgoing AND {_ADDRESSED} "
    "AND (n.connected_on = '' OR substr(i.sent_at, 1, 10) > date(n.connected_on, '+1 day'))"
)
"""Leaves out the invitation that led to the connection, which may look a day late: the two have different zones."""
_WROTE = (
    "SELECT p.person, m.sent_at, m.at FROM participant p JOIN message m ON m.participant = p.number "  # noqa: S608
    f"WHERE m.duplicate_of IS NULL AND {_ADDRESSED}"
)
_CALLED = (
    "SELECT p.person, e.number, CASE WHEN e.sender_url = p.url_key THEN e.sender ELSE e.recipients END, 1 "  # noqa: S608
    "FROM participant p JOIN mention m ON m.participant = p.number JOIN envelope e ON e.number = m.envelope "
    f"WHERE p.url_key IN (e.sender_url, e.recipient_urls) AND {_ADDRESSED} "
    "UNION SELECT p.person, e.number, CASE WHEN e.outgoing THEN e.recipients ELSE e.sender END, 0 "
    "FROM participant p JOIN mention m ON m.participant = p.number JOIN envelope o ON o.number = m.envelope "
    "JOIN envelope e ON e.account = :account AND e.conversation = o.conversation AND e.participant = p.number "
    f"WHERE o.conversation <> '' AND NOT e.draft AND e.sender_url = '' AND e.recipient_urls = '' AND {_ADDRESSED}"
)
"""The name beside somebody's address, as sender or only recipient, and names alone in the same conversation."""
_CONVERSED = """
WITH conversed AS (
  SELECT DISTINCT p.person, e.conversation
  FROM participant p JOIN mention m ON m.participant = p.number JOIN envelope e ON e.number = m.envelope
  WHERE p.person IN (SELECT value FROM json_each(:people)) AND p.url_key <> '' AND e.conversation <> ''
)
SELECT c.person, c.conversation, e.number, e.grade, EXISTS (
  SELECT 1 FROM participant q JOIN mention m ON m.participant = q.number
  WHERE q.person = c.person AND q.url_key <> '' AND m.envelope = e.number
) FROM conversed c JOIN envelope e ON e.account = :account AND e.conversation = c.conversation AND NOT e.draft
  AND NOT (e.advert AND e.grade < 2)
WHERE NOT EXISTS (
  SELECT 1 FROM conversation o WHERE o.account = :account AND o.id = c.conversation AND (o.crowd OR o.advert)
)
"""
"""Every row of the conversations of two in which somebody's address was ever shown, and whether it shows it.

Text in the form of adverts that names nobody proves nothing."""


class Absent(NamedTuple):
    """The timestamp of the first list that lacks somebody, and when the window in which they went begins, or ""."""

    gone: int
    after: str


def traces_of(db: sqlite3.Connection, account: str, wanted: Mapping[int, Absent]) -> dict[int, Traces]:
    """Where people, by their numbers, still appear."""
    seeker = _Seeker(db, account, wanted)
    found = (seeker.named(), seeker.invited(), seeker.anonymous(), seeker.renewed())
    traces: dict[int, Traces] = {}
    for one, absent in wanted.items():
        named, invited, anonymous, renewed = (
            tuple(Trace(kind, taken(at)) for at, kind in sorted(some[one])) for some in found
        )
        traces[one] = Traces(named, invited, anonymous, seeker.kinds(absent.gone), renewed)
    return traces


_Found = dict[int, set[tuple[int, str]]]
"""Timestamps of archives, and kinds, by person."""


class _Seeker:
    """Looks for some people in the archives of one account."""

    def __init__(self, db: sqlite3.Connection, account: str, wanted: Mapping[int, Absent]) -> None:
        self._db, self._account, self._wanted = db, account, wanted
        self._archives = Archives(db, account)
        self._given = {"account": account, "people": json.dumps(list(wanted))}
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

    def renewed(self) -> _Found:
        """Archives with a message younger than the list that lacks them, or a name that is new since then."""
        found: _Found = defaultdict(set)
        for person, sent, at in self._db.execute(_WROTE, self._given):
            if sent > taken(self._wanted[person].gone):
                found[person].add((at, "messages"))
        called: dict[int, list[tuple[int, str, int]]] = defaultdict(list)
        for person, number, name, addressed in self._db.execute(_CALLED, self._given):
            if name.strip() and not unshown(name):
                called[person].append((number, name_key(name), addressed))
        aliases = f"SELECT p.person, p.name_key FROM alias p WHERE p.account = :account AND {_WANTED}"  # noqa: S608
        listed: dict[int, set[str]] = defaultdict(set)
        for person, key in self._db.execute(aliases, self._given):
            listed[person].add(key)
        for person, rows in called.items():
            gone = self._wanted[person].gone
            before = [one for one in self._archives.of("messages") if one.at < gone]
            known = {key for number, key, _ in rows if any(one.holds(number) for one in before)}
            if known:  # else it is unknown whether a name is new
                new = [(person, number) for number, key, sure in rows if sure and key not in known | listed[person]]
                self._look(found, "messages", new)
        return found

    def _look(self, found: _Found, kind: str, rows: Iterable[tuple[int, int]]) -> None:
        for person, number in rows:
            for archive in self._archives.of(kind):
                if archive.at >= self._wanted[person].gone and archive.holds(number):
                    found[person].add((archive.at, kind))

    def anonymous(self) -> _Found:
        """Archives that no longer show who the other one of a conversation is, though an older one did."""
        found: _Found = defaultdict(set)
        talks: dict[tuple[int, str], list[tuple[int, int, int]]] = defaultdict(list)
        for person, conversation, number, grade, theirs in self._db.execute(_CONVERSED, self._given):
            talks[person, conversation].append((number, grade, theirs))
        for (person, _), rows in talks.items():
            if any(grade == UNSHOWN for _, grade, _ in rows):
                gone, known = self._wanted[person].gone, False
                for archive in self._archives.of("messages"):
                    there = [(grade, theirs) for number, grade, theirs in rows if archive.holds(number)]
                    grades = {grade for grade, _ in there}
                    if known and UNSHOWN in grades and max(grades) < NAMED and archive.at >= gone:
                        found[person].add((archive.at, "messages"))
                    known = known or any(theirs for _, theirs in there)
        return found

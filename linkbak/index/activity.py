"""What archives say of people beside the list: messages, invitations, endorsements, recommendations, notes.

`linkbak.index.activity_update` reads it out of the archives and joins it to people. A message of a group counts for
its sender only; what the owner writes to a group counts for nobody, and adverts and drafts count for nobody either.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

from linkbak.index.models import Endorsed, Invited, Noted, Recommended, Talk

_Fact = TypeVar("_Fact", Endorsed, Noted, Recommended)


def talk_of(db: sqlite3.Connection, persons: Iterable[int]) -> dict[int, Talk]:
    """Messages with each of these people; nobody is left out."""
    found = {person: Talk() for person in persons}
    rows = db.execute(
        "SELECT person, messages, sent, received, first, last FROM talk "
        "WHERE person IN (SELECT value FROM json_each(?))",
        (json.dumps(list(found)),),
    )
    for person, *counts in rows:
        found[person] = Talk(*counts)
    return found


def invitations_of(db: sqlite3.Connection, person: int) -> tuple[Invited, ...]:
    """Invitations sent to and received from a person, each once, however many archives have it."""
    rows = db.execute(
        "SELECT i.outgoing, i.sent_at, max(i.message) FROM invitation i JOIN participant p ON p.number = "
        "i.participant WHERE "
        "p.person = ? GROUP BY i.sent_at, i.outgoing ORDER BY i.sent_at, i.outgoing",
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
    found: dict[object, Endorsed] = {}
    for one in _newest_last(db, "endorsements", facts):
        found[one.given, one.skill.casefold(), one.at] = one
    return tuple(sorted(found.values(), key=lambda one: (one.at, one.skill, one.given)))


def recommendations_of(db: sqlite3.Connection, person: int) -> tuple[Recommended, ...]:
    """Recommendations either way, as the newest archive that has them shows them."""
    rows = db.execute(
        "SELECT account, number, given, text, company, position, made, status FROM recommendation WHERE person = ?",
        (person,),
    )
    facts = [(account, number, Recommended(bool(given), *rest)) for account, number, given, *rest in rows]
    found: dict[object, Recommended] = {}
    for one in _newest_last(db, "recommendations", facts):
        found[one.given, one.at or one.text] = one
    return tuple(sorted(found.values(), key=lambda one: (one.at, one.given, one.text)))


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
    return {person: _notes(db, theirs) for person, theirs in each.items()}


def _notes(db: sqlite3.Connection, facts: Sequence[tuple[str, int, Noted]]) -> tuple[Noted, ...]:
    found: dict[str, Noted] = {}
    for one in _newest_last(db, "notes", facts):
        found[one.created or one.text] = one
    return tuple(sorted(found.values(), key=lambda one: (one.created, one.edited, one.text)))


def _newest_last(db: sqlite3.Connection, kind: str, facts: Sequence[tuple[str, int, _Fact]]) -> list[_Fact]:
    """One person's facts of a kind, given with account and number, those that the newest archive shows last."""
    archives = {account: Archives(db, account) for account, _, _ in facts}
    order = sorted((archives[account].newest(kind, number), fact) for account, number, fact in facts)
    return [fact for _, fact in order]


# --- file occurrences -------------------------------------------------------------------------------------------------
# Which files show what, and in which archives these files lie. Sets of row numbers are kept as bytes, a bit each, so
# that a file that shows 40,000 rows costs 5 kB.


def bitmap(numbers: Iterable[int]) -> bytes:
    """The set of these numbers."""
    numbers = set(numbers)
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

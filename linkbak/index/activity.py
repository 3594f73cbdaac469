"""What archives say of people beside the list: messages, invitations, endorsements, recommendations, notes.

`gather` reads it, `resolve` joins it to people, the others tell it. A message of a group counts for its sender only;
what the owner writes to a group counts for nobody, and adverts and drafts count for nobody either.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence

from linkbak.index.models import Endorsed, Invited, Noted, Recommended, Talk
from linkbak.index.traces import Archives

# --- reading ----------------------------------------------------------------------------------------------------------
# Everything details tell of one person, oldest first.


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
        "SELECT i.outgoing, i.sent_at, max(i.message) FROM invitation i JOIN party p ON p.number = i.party WHERE "
        "p.person = ? GROUP BY i.sent_at, i.outgoing ORDER BY i.sent_at, i.outgoing",
        (person,),
    )
    return tuple(Invited(bool(outgoing), sent_at, message) for outgoing, sent_at, message in rows)


def endorsements_of(db: sqlite3.Connection, person: int) -> tuple[Endorsed, ...]:
    """Skills endorsed either way, as the newest archive that has them shows them."""
    rows = db.execute(
        "SELECT e.account, e.number, e.given, e.skill, e.made, e.status FROM endorsement e JOIN party p ON "
        "p.number = e.party WHERE p.person = ?",
        (person,),
    ).fetchall()
    found: dict[object, Endorsed] = {}
    for given, skill, made, status in _newest_last(db, "endorsements", rows):
        found[given, skill.casefold(), made] = Endorsed(bool(given), skill, made, status)
    return tuple(sorted(found.values(), key=lambda one: (one.at, one.skill, one.given)))


def recommendations_of(db: sqlite3.Connection, person: int) -> tuple[Recommended, ...]:
    """Recommendations either way, as the newest archive that has them shows them."""
    rows = db.execute(
        "SELECT account, number, given, text, company, position, made, status FROM recommendation WHERE person = ?",
        (person,),
    ).fetchall()
    found: dict[object, Recommended] = {}
    for given, text, company, position, made, status in _newest_last(db, "recommendations", rows):
        found[given, made or text] = Recommended(bool(given), text, company, position, made, status)
    return tuple(sorted(found.values(), key=lambda one: (one.at, one.given, one.text)))


def notes_of(db: sqlite3.Connection, person: int) -> tuple[Noted, ...]:
    """Private notes the network kept, as last edited."""
    return notes_of_each(db, json.dumps([person])).get(person, ())


def notes_of_each(db: sqlite3.Connection, persons: str) -> dict[int, tuple[Noted, ...]]:
    """The same for many people, whose numbers are given as a JSON list; those without notes are left out."""
    rows = db.execute(
        "SELECT p.person, n.account, n.number, n.text, n.created, n.edited FROM archive_note n "
        "JOIN party p ON p.number = n.party WHERE p.person IN (SELECT value FROM json_each(?))",
        (persons,),
    )
    each: dict[int, list[Sequence[str]]] = {}
    for person, *note in rows:
        each.setdefault(person, []).append(note)
    return {person: _notes(db, theirs) for person, theirs in each.items()}


def _notes(db: sqlite3.Connection, rows: Sequence[Sequence[str]]) -> tuple[Noted, ...]:
    found: dict[str, Noted] = {}
    for text, created, edited in _newest_last(db, "notes", rows):
        found[created or text] = Noted(text, created, edited)
    return tuple(sorted(found.values(), key=lambda one: (one.created, one.edited, one.text)))


def _newest_last(db: sqlite3.Connection, kind: str, rows: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """The facts of rows (account, number, facts...), those that the newest archive shows last."""
    if not rows:
        return []
    archives = Archives(db, rows[0][0])
    order = sorted((archives.newest(kind, int(number)), facts) for _, number, *facts in rows)
    return [facts for _, facts in order]

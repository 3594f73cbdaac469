"""What was of many people, and what they wrote, for whoever hands all of it on."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping

from linkbak.history.lines import Event, past_of
from linkbak.history.people import Register
from linkbak.history.records import Exchanged, Past

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
    """The messages that count as exchanged with people of an account, oldest first; see `linkbak.history.details`."""
    for person, conversation, sent_at, outgoing, *texts in db.execute(_MESSAGES, (account, json.dumps(list(numbers)))):
        yield Exchanged(person, conversation, sent_at, outgoing > 0, *texts)

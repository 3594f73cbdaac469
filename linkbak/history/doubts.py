"""Lines that may be one person's, as nobody can tell."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Sequence

from linkbak.history.moments import start_of
from linkbak.history.people import Register
from linkbak.history.records import Alternative, Person

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

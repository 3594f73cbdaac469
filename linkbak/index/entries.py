"""People with what else belongs on a card, for many at once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from linkbak.index.activity import notes_of_each
from linkbak.index.models import Entry, Person, taken
from linkbak.index.people import Register
from linkbak.marks import Mark
from linkbak.matching.keys import name_key, url_key
from linkbak.model import Connection

# --- rows -------------------------------------------------------------------------------------------------------------
# Whom the rows of a comparison are.


def of_rows(db: sqlite3.Connection, register: Register, rows: Sequence[Connection]) -> list[Person | None]:
    """For each row the person who ever had its address, or without one its name, connected on its date."""
    numbers = [_number(db, register.account, row) for row in rows]
    people = register.numbered(number for number in numbers if number is not None)
    return [None if number is None else people.get(number) for number in numbers]


def _number(db: sqlite3.Connection, account: str, row: Connection) -> int | None:
    if row.hidden:
        return None
    by_address = bool(row.url.strip())
    key = url_key(row.url) if by_address else name_key(row.first_name, row.last_name)
    keys = "address k WHERE k.url_key" if by_address else "alias k WHERE k.name_key"
    found = db.execute(
        "SELECT k.person, EXISTS (SELECT 1 FROM seen WHERE person = k.person AND connected_on = ?) "  # noqa: S608
        f"FROM {keys} = ? AND k.account = ?",
        (row.connected_on.isoformat() if row.connected_on else "", key, account),
    ).fetchall()
    dated = [number for number, same_day in found if same_day]
    for some in (dated, [number for number, _ in found]):
        if len(some) == 1:
            return int(some[0])
    return None


# --- entries ----------------------------------------------------------------------------------------------------------

_OURS = "SELECT value FROM json_each(?)"
_CHANGED = f"""
SELECT person, max(at) FROM (
  SELECT person, at FROM seen WHERE person IN ({_OURS}) UNION ALL
  SELECT person, at FROM gone WHERE person IN ({_OURS})
) GROUP BY person
"""  # noqa: S608
_TOLD = f"""
SELECT person, max(max(at, undone_at)) FROM mark WHERE fact IN ('note', 'tag') AND person IN ({_OURS}) GROUP BY person
"""  # noqa: S608
"""When a note or a tag was last told, or taken back."""
_NAMES = f"SELECT person, first_name, last_name FROM seen WHERE hidden = 0 AND person IN ({_OURS}) ORDER BY person, at"  # noqa: S608


def entries(db: sqlite3.Connection, people: Sequence[Person], marks: Mapping[int, Sequence[Mark]]) -> list[Entry]:
    """An entry of each person, in their order; `marks` are those not undone, by the number of the person."""
    numbers = json.dumps([person.number for person in people])
    changed = dict(db.execute(_CHANGED, (numbers, numbers)))
    told_at = dict(db.execute(_TOLD, (numbers,)))
    names = _names(db.execute(_NAMES, (numbers,)))
    noted = notes_of_each(db, numbers)
    found = []
    for person in people:
        told = marks.get(person.number, ())
        kept = noted.get(person.number, ())
        times = [taken(changed[person.number])] if person.number in changed else [person.first_seen]
        times += [told_at.get(person.number, ""), *(note.edited or note.created for note in kept)]
        found.append(
            Entry(
                person,
                notes=(*(mark.value for mark in told if mark.fact == "note"), *(note.text for note in kept)),
                revised=max(times),
                former=tuple(name for name in names.get(person.number, ()) if name != person.row.name),
            )
        )
    return found


def _names(rows: Iterable[tuple[int, str, str]]) -> dict[int, tuple[str, ...]]:
    """Every name each had, once, oldest first."""
    found: dict[int, dict[str, None]] = {}
    for person, first, last in rows:
        if name := f"{first} {last}".strip():
            found.setdefault(person, {})[name] = None
    return {person: tuple(names) for person, names in found.items()}

"""Whom the rows of a comparison are."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from linkbak.history.people import Register
from linkbak.history.records import Person
from linkbak.identity.keys import name_key, url_key
from linkbak.model import Connection


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

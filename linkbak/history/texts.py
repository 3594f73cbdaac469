"""Rows as the index keeps them: texts alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from linkbak.model import Connection

Row = tuple[str, str, str, str, str, str, str]
"""A connection's texts without blanks around them; the date as ISO text."""

FIELDS = Connection._fields
NOBODY: Row = ("", "", "", "", "", "", "")

LISTING = frozenset({"first", "side", "joined", "back", "reconnected"})
"""Events by which someone stands in a list who did not, or with a new date."""


def row_of(row: Connection) -> Row:
    """The row as steps keep it."""
    first, last, url, email, company, position, day = row
    return (
        first.strip(),
        last.strip(),
        url.strip(),
        email.strip(),
        company.strip(),
        position.strip(),
        day.isoformat() if day else "",
    )


def connection(row: Sequence[str]) -> Connection:
    """The connection that a row of a step, or of the index, tells of."""
    first, last, url, email, company, position, day = row
    return Connection(first, last, url, email, company, position, date.fromisoformat(day) if day else None)

"""All texts of people that can be searched, read from the index's tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from urllib.parse import unquote

from linkbak.history.searching.records import Field

COLUMNS = ("name", "work", "contact", "former", "notes")
"""Where a hit is worth most, first."""

_COLUMN_OF: Mapping[Field, str] = {
    "name": "name",
    "company": "work",
    "position": "work",
    "email": "contact",
    "address": "contact",
    "note": "notes",
    "tag": "notes",
    "archive-note": "notes",
}

_PEOPLE = """
SELECT number, first_name, last_name, company, position, email, url FROM json_each(?) w JOIN person ON number = w.value
"""
_SEEN = """
SELECT p.number, s.first_name, s.last_name, s.company, s.position, s.email, s.url FROM json_each(?) w
JOIN person p ON p.number = w.value JOIN seen s ON s.person = p.number
WHERE NOT s.hidden AND (p.first_name, p.last_name, p.company, p.position, p.email, p.url)
  <> (s.first_name, s.last_name, s.company, s.position, s.email, s.url)
ORDER BY s.person, s.at DESC
"""
_MARKS = """
SELECT p.number, m.fact, m.value FROM json_each(?) w JOIN person p ON p.number = w.value
JOIN mark m ON m.person = p.number
WHERE m.fact IN ('note', 'tag') AND NOT m.undone ORDER BY m.number
"""
_NOTES = """
SELECT p.number, n.text FROM archive_note n JOIN party ON party.number = n.party
JOIN person p ON p.number = party.person
WHERE p.number IN (SELECT value FROM json_each(?)) ORDER BY n.number
"""


class Value(NamedTuple):
    """One text of a person."""

    field: Field
    text: str
    former: bool = False

    @property
    def column(self) -> str:
        """Which of COLUMNS it belongs to."""
        return "former" if self.former else _COLUMN_OF[self.field]

    @property
    def compound(self) -> bool:
        """Whether words with a dot or hyphen between may also be one; in addresses they stand between any words."""
        return self.field not in ("email", "address")


def texts(db: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, list[Value]]:
    """The texts of people, by number, best column first, the newest of former ones first."""
    given = (f"[{','.join(map(str, numbers))}]",)
    out = {number: _row(row) for number, *row in db.execute(_PEOPLE, given)}
    for number, *row in db.execute(_SEEN, given):
        _add_former(out[number], row)
    for number, fact, text in db.execute(_MARKS, given):
        out[number].append(Value("tag" if fact == "tag" else "note", text))
    for number, text in db.execute(_NOTES, given):
        out[number].append(Value("archive-note", text))
    return out


def address(url: str) -> str:
    """The part of an address that is a person's own, its letters as letters."""
    own = url.rpartition("/in/")[2] if "/in/" in url else url
    return unquote(own) if "%" in own else own


def _row(row: list[str]) -> list[Value]:
    first, last, company, position, email, url = row
    told: tuple[tuple[Field, str], ...] = (
        ("name", f"{first.strip()} {last.strip()}".strip()),
        ("company", company),
        ("position", position),
        ("email", email),
        ("address", address(url)),
    )
    return [Value(field, text) for field, text in told if text]


def _add_former(known: list[Value], row: list[str]) -> None:
    """What a row of earlier says that is not said yet."""
    said = {(one.field, one.text) for one in known}
    known += [Value(one.field, one.text, former=True) for one in _row(row) if (one.field, one.text) not in said]

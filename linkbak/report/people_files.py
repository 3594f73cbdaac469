"""People as text for other programs: CSV, lines between tabs, ids."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from linkbak.history.records import Person
from linkbak.report.escape import spreadsheet_id, spreadsheet_row, terminal
from linkbak.report.words import who, work

COLUMNS = (
    "id",
    "account",
    "name",
    "first_name",
    "last_name",
    "url",
    "email",
    "company",
    "position",
    "connected_on",
    "state",
    "first_seen",
    "last_seen",
    "window_after",
    "window_before",
    "messages",
    "last_message",
    "tags",
)
"""The header of the CSV; it only grows at its end."""


def to_csv(people: Iterable[Person]) -> str:
    """One row a person; cells that a spreadsheet would run as formulas begin with an apostrophe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(map(spreadsheet_row, map(cells, people)))
    return out.getvalue()


def cells(person: Person, *, raw: bool = False) -> list[str]:
    """What stands under each of COLUMNS; `raw` is for programs that are no spreadsheets."""
    row = person.row
    after, before = person.window or ("", "")
    return [
        person.id if raw else spreadsheet_id(person.id),
        person.account,
        row.name,
        *row[:6],
        _date(person),
        person.state,
        person.first_seen,
        person.last_seen,
        after,
        before,
        str(person.messages),
        person.last_message,
        ", ".join(person.tags),
    ]


def to_lines(people: Iterable[Person]) -> str:
    """A line a person for pipes: id, name, work, connected on, state, messages, account, with tabs between."""
    return "".join("\t".join(map(terminal, _line(person))) + "\n" for person in people)


def _line(person: Person) -> tuple[str, ...]:
    row = person.row
    return person.id, who(row), work(row), _date(person), person.state, str(person.messages), person.account


def to_ids(people: Iterable[Person]) -> str:
    """The ids alone, one a line."""
    return "".join(f"{person.id}\n" for person in people)


def _date(person: Person) -> str:
    return person.row.connected_on.isoformat() if person.row.connected_on else ""

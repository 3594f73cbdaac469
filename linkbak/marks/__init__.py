"""What the user told us of people, as typed facts."""

from __future__ import annotations

from typing import NamedTuple


class Subject(NamedTuple):
    """Whom a mark is about, as they were listed when it was made; `connected_on` is an ISO date or ""."""

    name: str
    url: str
    connected_on: str


class Mark(NamedTuple):
    """One fact the user told: `fact` is one of FACTS; `value` is the text of a note, a tag, a cause, else ""."""

    id: str
    fact: str
    value: str
    account: str
    subject: Subject
    at: str
    undone: bool = False

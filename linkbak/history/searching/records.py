"""What a search finds."""

from __future__ import annotations

from typing import Literal, NamedTuple

Field = Literal["name", "company", "position", "email", "address", "note", "tag", "archive-note"]
"""Where a text comes from; ``note`` and ``tag`` are the user's, ``archive-note`` is one kept by the network."""

Spans = tuple[tuple[int, int], ...]
"""Where in a text words begin and end, in characters, in order and apart."""


class Match(NamedTuple):
    """One text with the words that match; `former` if it does not hold any more."""

    field: Field
    value: str
    spans: Spans
    former: bool


class Hit(NamedTuple):
    """One person found, by the index's number.

    `matches` are the best texts that show the words, best first. `missing` are the terms that nothing of the person
    matches (only if nobody matches all); `near` if some are matched only by what is spelled nearly so.
    """

    person_number: int
    score: int
    matches: tuple[Match, ...]
    missing: tuple[str, ...] = ()
    near: bool = False


class MessageHit(NamedTuple):
    """One message found; `text` is a line of it around the words.

    The person is the other one of a conversation of two, else who wrote it: `name` as the archive has it, "" if it has
    none; `person_number` None if it is nobody known. `sent_at` is RFC 3339 UTC or "".
    """

    number: int
    person_number: int | None
    name: str
    account: str
    sent_at: str
    outgoing: bool
    sender: str
    subject: str
    text: str
    spans: Spans
    missing: tuple[str, ...] = ()
    near: bool = False

"""Invitations, endorsements, recommendations and notes into the index: whatever was said, once in each wording."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from typing import NamedTuple

from linkbak.adapters import Adapter
from linkbak.history.details.owner import Me
from linkbak.history.details.parties import Parties
from linkbak.history.details.times import text_of
from linkbak.history.details.wording import address
from linkbak.model import Endorsement, Files, Invitation, Note, Recommendation

Said = tuple[str, str, tuple[str | int, ...]]
"""Of whom, by the key of the address and the name, and the facts."""


def invitations(adapter: Adapter, files: Files, me: Me) -> Iterator[Said]:
    """Invitations with the other one of each; those of which nobody can tell who asked are left out."""
    for one in adapter.invitations(files):
        outgoing = _asked(one, me)
        if outgoing is None:
            continue
        url, name = (one.invitee_url, one.recipient) if outgoing else (one.inviter_url, one.sender)
        yield address(url), name, (int(outgoing), text_of(one.sent_at), one.message)


def _asked(one: Invitation, me: Me) -> bool | None:
    """Whether the owner asked."""
    direction = one.direction.casefold()
    if direction in ("outgoing", "incoming"):
        return direction == "outgoing"
    for url, name, outgoing in ((one.inviter_url, one.sender, True), (one.invitee_url, one.recipient, False)):
        if address(url) in me.urls or me.is_called(name):
            return outgoing
    return None


def endorsements(adapter: Adapter, files: Files, me: Me) -> Iterator[Said]:
    """Endorsements with the other one of each."""
    for one in adapter.endorsements(files):
        yield address(one.url), _name(one), (int(one.given), one.skill, text_of(one.at), one.status)


def recommendations(adapter: Adapter, files: Files, me: Me) -> Iterator[Said]:
    """Recommendations with the other one of each, known by name only."""
    for one in adapter.recommendations(files):
        facts = (int(one.given), one.text, one.company, one.position, text_of(one.at), one.status)
        yield "", _name(one), facts


def notes(adapter: Adapter, files: Files, me: Me) -> Iterator[Said]:
    """Notes with whom each is about."""
    for one in adapter.notes(files):
        yield address(one.url), _name(one), (one.text, text_of(one.created), text_of(one.edited))


def _name(one: Endorsement | Recommendation | Note) -> str:
    return f"{one.first_name.strip()} {one.last_name.strip()}".strip()


class Table(NamedTuple):
    """How a kind is read, found and kept."""

    read: Callable[[Adapter, Files, Me], Iterator[Said]]
    select: str
    insert: str
    last: str


SAYINGS = {
    "invitations": Table(
        invitations,
        "SELECT number, party, outgoing, sent_at, message FROM invitation WHERE account = ?",
        "INSERT INTO invitation VALUES (?, ?, ?, ?, ?, ?, ?)",
        "SELECT coalesce(max(number), 0) FROM invitation",
    ),
    "endorsements": Table(
        endorsements,
        "SELECT number, party, given, skill, made, status FROM endorsement WHERE account = ?",
        "INSERT INTO endorsement VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        "SELECT coalesce(max(number), 0) FROM endorsement",
    ),
    "recommendations": Table(
        recommendations,
        "SELECT number, party, given, text, company, position, made, status FROM recommendation WHERE account = ?",
        "INSERT INTO recommendation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
        "SELECT coalesce(max(number), 0) FROM recommendation",
    ),
    "notes": Table(
        notes,
        "SELECT number, party, text, created, edited FROM archive_note WHERE account = ?",
        "INSERT INTO archive_note VALUES (?, ?, ?, ?, ?, ?, ?)",
        "SELECT coalesce(max(number), 0) FROM archive_note",
    ),
}


def read_sayings(
    db: sqlite3.Connection, account: str, kind: str, said: Iterator[Said], parties: Parties, at: int
) -> set[int]:
    """The rows of the kind's table that a file shows; what is not there yet is put in."""
    table = SAYINGS[kind]
    known = {
        (facts[0], facts[1:]): number
        for number, *rest in db.execute(table.select, (account,))
        for facts in [tuple(rest)]
    }
    last: int = db.execute(table.last).fetchone()[0]
    shown, new = set(), []
    for url, name, facts in said:
        party = parties.number(url, name, at)
        if party is None:
            continue
        number = known.get((party, facts))
        if number is None:
            last += 1
            number = known[party, facts] = last
            new.append((number, account, party, *facts, at))
        shown.add(number)
    db.executemany(table.insert, new)
    return shown

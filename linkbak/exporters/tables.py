"""People, tenures, snapshots and messages as rows, for formats that are tables of them.

Times are RFC 3339 UTC and days ISO dates; "" is what nobody knows. Text is as it was written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from linkbak.exporters.formats import Selection

if TYPE_CHECKING:
    from linkbak.history.records import Entry, Past


class PersonRow(NamedTuple):
    """Somebody as they were last seen; `state_after` and `state_before` are the window in which they went or hid."""

    id: str
    account: str
    name: str
    first_name: str
    last_name: str
    company: str
    position: str
    email: str
    url: str
    connected_on: str
    state: str
    state_after: str
    state_before: str
    first_seen: str
    last_seen: str
    messages: int
    last_message: str
    former_names: tuple[str, ...]
    tags: tuple[str, ...]
    notes: tuple[str, ...]
    revised: str


class TenureRow(NamedTuple):
    """One time of being connected: it began and ended somewhere in these windows, and was last seen then."""

    person: str
    connected_on: str
    began_after: str
    began_before: str
    last_seen: str
    ended_after: str
    ended_before: str


class SnapshotRow(NamedTuple):
    """One archive; `connections` and `hidden` are None where it has no list that could be read."""

    name: str
    account: str
    network: str
    taken: str
    imported: str
    connections: int | None
    hidden: int | None
    held: bool
    kinds: tuple[str, ...]
    archive: str
    files: int
    bytes: int


class MessageRow(NamedTuple):
    """One message with a person, of a group only what they wrote."""

    person: str
    sent_at: str
    outgoing: bool
    sender: str
    subject: str
    content: str
    conversation: str


def by_account(selection: Selection) -> dict[str, list[Entry]]:
    """Those selected of each account, sorted; if nobody is selected, nobody of every account there is."""
    found: dict[str, list[Entry]] = {}
    for entry in selection.entries:
        found.setdefault(entry.person.account, []).append(entry)
    return {name: found.get(name, []) for name in sorted(found or selection.history.accounts())}


def person_row(entry: Entry) -> PersonRow:
    """An entry as a row."""
    person = entry.person
    row = person.row
    after, before = person.window or ("", "")
    connected_on = row.connected_on.isoformat() if row.connected_on else ""
    return PersonRow(
        person.id, person.account, row.name, row.first_name, row.last_name, row.company, row.position, row.email,
        row.url, connected_on, person.state, after, before, person.first_seen, person.last_seen, person.messages,
        person.last_message, entry.former, person.tags, entry.notes, entry.revised,
    )  # fmt: skip


def tenure_rows(entry: Entry, past: Past) -> Iterator[TenureRow]:
    """The tenures of somebody, oldest first."""
    for connected_on, began, ended in past.tenures:
        seen = ended.after if ended else entry.person.last_seen
        yield TenureRow(entry.person.id, connected_on, *began, seen, *(ended or ("", "")))


def snapshot_rows(selection: Selection, account: str) -> Iterator[SnapshotRow]:
    """The snapshots of an account, oldest first; with ``--as-of`` only those up to the day."""
    known = set(selection.history.snapshots())
    for one in selection.vault.summaries(account):
        if one.key in known:
            yield SnapshotRow(
                one.id, one.key.account, one.network, one.taken, one.imported, one.connections, one.hidden, one.held,
                one.kinds, one.archive_kind, one.files, one.bytes,
            )  # fmt: skip


def message_rows(selection: Selection, entries: Sequence[Entry]) -> Iterator[MessageRow]:
    """The messages with these people of one account, oldest first."""
    people = [entry.person for entry in entries]
    ids = {person.number: person.id for person in people}
    for number, conversation, sent_at, outgoing, sender, subject, content in selection.history.messages(people):
        yield MessageRow(ids[number], sent_at, outgoing, sender, subject, content, conversation)

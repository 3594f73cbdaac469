"""Reads from an account's archives everything beside the list that was not read yet."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from hashlib import blake2b, sha256
from itertools import count
from typing import IO, Any

from linkbak import adapters
from linkbak.adapters import Adapter
from linkbak.index import conversations, timestamp
from linkbak.index.activity import bitmap
from linkbak.index.conversations import Interpretation
from linkbak.index.messages import MessageReader, Source
from linkbak.index.participants import (
    Envelopes,
    Owner,
    Participants,
    address,
    completed_owner,
    keep_owner,
    kept_owner,
    owner_told,
)
from linkbak.index.schema import KINDS, meta, set_meta
from linkbak.index.update import WHAT
from linkbak.model import Endorsement, FileFacts, Files, Invitation, NamedTuple, Note, Progress, Recommendation, silent
from linkbak.vault import SnapshotKey, Summary, Vault

# --- rows -------------------------------------------------------------------------------------------------------------
# What archives say beside messages: every distinct row once.

_TABLES = {
    "invitations": ("invitation", ("participant", "outgoing", "sent_at", "message")),
    "endorsements": ("endorsement", ("participant", "given", "skill", "made", "status")),
    "recommendations": ("recommendation", ("participant", "given", "text", "company", "position", "made", "status")),
    "contacts": ("contact", ("participant", "emails", "phones", "birthday", "addresses")),
    "notes": ("archive_note", ("participant", "text", "created", "edited")),
    "posts": ("post", ("kind", "made", "zoned", "link", "text", "title", "shared", "media")),
    "facts": ("account_fact", ("what", "made", "zoned", "text", "private", "file", "line")),
}
"""The table of each kind, and its columns but for the number, the account and the first archive that has a row."""

_Row = tuple[str | int, ...]


def _rows(
    kind: str, adapter: Adapter, files: Files, owner: Owner, participants: Participants, at: int
) -> Iterator[_Row]:
    """The rows of a kind that an archive of a time shows; those about nobody are left out."""
    if kind in ("posts", "facts"):
        for what, moment, zoned, *rest in adapter.posts(files) if kind == "posts" else adapter.account_facts(files):
            yield what, _text_of(moment), int(zoned), *rest
        return
    for url, name, *facts in _said(kind, adapter, files, owner):
        if (participant := participants.number(url, name, at)) is not None:
            yield participant, *facts


def _said(kind: str, adapter: Adapter, files: Files, owner: Owner) -> Iterator[tuple[Any, ...]]:
    """Whom each row of a kind is about, by the key of the address and the name, and what it says of them."""
    match kind:
        case "invitations":
            for asked in adapter.invitations(files):
                if (outgoing := _outgoing(asked, owner)) is not None:  # else nobody knows who asked
                    url, name = (asked.invitee_url, asked.recipient) if outgoing else (asked.inviter_url, asked.sender)
                    yield address(url), name, int(outgoing), _text_of(asked.sent_at), asked.message
        case "endorsements":
            for one in adapter.endorsements(files):
                yield address(one.url), _name(one), int(one.given), one.skill, _text_of(one.at), one.status
        case "recommendations":  # known by name only
            for told in adapter.recommendations(files):
                work = (told.company, told.position)
                yield "", _name(told), int(told.given), told.text, *work, _text_of(told.at), told.status
        case "contacts":  # known by name only
            for card in adapter.contacts(files):
                yield "", card.name or card.emails, card.emails, card.phones, card.birthday, card.addresses
        case "notes":
            for note in adapter.notes(files):
                yield address(note.url), _name(note), note.text, _text_of(note.created), _text_of(note.edited)


def _outgoing(one: Invitation, owner: Owner) -> bool | None:
    """Whether the owner asked."""
    direction = one.direction.casefold()
    if direction in ("outgoing", "incoming"):
        return direction == "outgoing"
    for url, name, outgoing in ((one.inviter_url, one.sender, True), (one.invitee_url, one.recipient, False)):
        if address(url) in owner.urls or owner.is_called(name):
            return outgoing
    return None


def _text_of(when: datetime | None) -> str:
    """RFC 3339 UTC in whole seconds, "" for none."""
    return f"{when.isoformat()[:19]}Z" if when else ""


def _name(one: Endorsement | Recommendation | Note) -> str:
    return f"{one.first_name.strip()} {one.last_name.strip()}".strip()


def _keep(db: sqlite3.Connection, account: str, kind: str, rows: Iterable[_Row], at: int) -> set[int]:
    """The numbers of the rows that an archive shows; new ones are inserted."""
    table, columns = _TABLES[kind]
    listed = ", ".join(columns)
    there = db.execute(f"SELECT number, {listed} FROM {table} WHERE account = ?", (account,))  # noqa: S608
    known = {_digest(row): number for number, *row in there}
    unused = count(db.execute(f"SELECT coalesce(max(number), 0) FROM {table}").fetchone()[0] + 1)  # noqa: S608
    shown = set[int]()

    def new() -> Iterator[_Row]:
        for row in rows:
            digest = _digest(row)
            if digest not in known:
                known[digest] = next(unused)
                yield known[digest], account, *row, at
            shown.add(known[digest])

    marks = ", ".join("?" * (len(columns) + 3))
    db.executemany(f"INSERT INTO {table} (number, account, {listed}, at) VALUES ({marks})", new())  # noqa: S608
    return shown


def _digest(row: Iterable[object]) -> bytes:
    """A digest of a row's content, so that texts of thousands of posts need not stay in memory."""
    return blake2b(repr([*row]).encode(), digest_size=16).digest()


# --- archives ---------------------------------------------------------------------------------------------------------

_SOURCES = {
    **{kind: frozenset({kind}) for kind in KINDS},
    **{"posts": frozenset({"activity", "articles"}), "facts": frozenset({"account", "profile"})},
}
"""The kinds that are read, and the kinds of the files that hold each."""
_OF_ACCOUNT = (
    *("read_snapshot", "read_file", "appearance", "owner", "participant", "conversation", "conversation_participant"),
    *("message", "known_rows", "known_order", "answer", *(table for table, _ in _TABLES.values())),
)


class _Work(NamedTuple):
    """One kind of one archive."""

    key: SnapshotKey
    at: int
    network: str
    kind: str
    files: tuple[FileFacts, ...]

    @property
    def digest(self) -> str:
        """A digest of the content."""
        parts = sorted(f"{file.table.casefold()} {file.sha256}" for file in self.files)
        return sha256("\n".join(parts).encode()).hexdigest()

    @property
    def bytes(self) -> int:
        """How much there is to read."""
        return sum(file.bytes for file in self.files)


def update(db: sqlite3.Connection, vault: Vault, progress: Progress) -> None:
    """Bring messages, invitations and all else that is joined to people to the vault's newest commit."""
    newest = vault.newest()
    if meta(db, "details") == newest:
        return
    accounts = vault.accounts()
    for (account,) in db.execute("SELECT DISTINCT account FROM read_snapshot").fetchall():
        if account not in accounts:
            forget(db, account)
    fresh = [read_new(db, vault, account, progress) for account in accounts]
    if any(fresh) or not meta(db, "joined"):
        db.execute("DELETE FROM answer")
        for account in accounts:
            conversations.resolve(db, account)
        set_meta(db, "joined", "yes")
    set_meta(db, "details", newest)


def forget_since(db: sqlite3.Connection, accounts: Iterable[str], end: int) -> None:
    """Take out of the messages everything that these accounts have from a timestamp on."""
    db.execute("DELETE FROM answer")
    db.execute("INSERT OR IGNORE INTO uncounted SELECT participant FROM talked")
    for account in accounts:
        db.execute("DELETE FROM message WHERE account = ? AND at >= ?", (account, end))
        # Messages that were duplicates of one in a later archive count by themselves again.
        db.execute("UPDATE message SET duplicate_of = NULL WHERE duplicate_of NOT IN (SELECT number FROM message)")
        conversations.resolve(db, account)


def read_new(db: sqlite3.Connection, vault: Vault, account: str, progress: Progress = silent) -> bool:
    """Read messages, invitations and the like from the account's archives; returns whether anything was new.

    What lies in several archives is read once, whatever the order in which they come. If a snapshot is gone or
    has changed, everything is read anew. `conversations.resolve` must follow; the caller commits.
    """
    summaries = vault.summaries(account)
    by_time = {timestamp(summary.taken, summary.key.number): summary for summary in summaries}
    looked = dict(db.execute("SELECT at, digest FROM read_snapshot WHERE account = ?", (account,)).fetchall())
    if any(at not in by_time or by_time[at].digest != digest for at, digest in looked.items()):
        forget(db, account)
        looked = {}
    new = {at: summary for at, summary in sorted(by_time.items()) if at not in looked}
    if not new:
        return False
    work = [one for at, summary in new.items() for one in _work(vault, at, summary)]
    changed = _Reading(db, vault, account, summaries).do(work, progress)
    db.executemany("INSERT INTO read_snapshot VALUES (?, ?, ?)", [(account, at, one.digest) for at, one in new.items()])
    return changed


def forget(db: sqlite3.Connection, account: str) -> None:
    """Remove everything of an account from the index."""
    here = (account,)
    for table, column in (("mention", "envelope"), ("restated", "envelope")):
        db.execute(f"DELETE FROM {table} WHERE {column} IN (SELECT number FROM envelope WHERE account = ?)", here)  # noqa: S608
    db.execute("DELETE FROM envelope WHERE account = ?", here)
    db.execute("DELETE FROM talk WHERE person IN (SELECT person FROM participant WHERE account = ?)", here)
    for table in ("talked", "uncounted"):
        db.execute(f"DELETE FROM {table} WHERE participant IN (SELECT number FROM participant WHERE account = ?)", here)  # noqa: S608
    for table in _OF_ACCOUNT:
        db.execute(f"DELETE FROM {table} WHERE account = ?", here)  # noqa: S608


def _work(vault: Vault, at: int, summary: Summary) -> list[_Work]:
    """The kinds that an archive covers; a table that could not be read covers nothing."""
    if not set().union(*_SOURCES.values()) & set(summary.kinds):
        return []
    manifest = vault.manifest(summary.key)
    covered = {kind for kind, coverage in manifest.coverage.items() if not coverage.unread}
    return [
        _Work(summary.key, at, summary.network, kind, tuple(file for file in manifest.files if file.kind in sources))
        for kind, sources in _SOURCES.items()
        if sources & covered
    ]


class _Reading:
    """The reading of some archives of one account."""

    def __init__(self, db: sqlite3.Connection, vault: Vault, account: str, summaries: Sequence[Summary]) -> None:
        self._db, self._vault, self._account, self._summaries = db, vault, account, summaries
        self._before = kept_owner(db, account)
        self._told = owner_told(summaries)
        first = self._before or Owner()
        self._owner = Owner(self._told.urls | first.urls, self._told.names | first.names)
        self._participants = Participants(db, account)
        self._reader: MessageReader | None = None
        self._envelopes: Envelopes | None = None

    def do(self, work: Sequence[_Work], progress: Progress) -> bool:
        """Read what is new, then interpret messages; returns whether anything changed."""
        done, total = 0, sum(one.bytes for one in work)
        for one in work:
            before = self._db.execute(
                "SELECT number FROM read_file WHERE account = ? AND kind = ? AND digest = ?",
                (self._account, one.kind, one.digest),
            ).fetchone()
            file = before[0] if before else self._read(one)
            self._db.execute("INSERT INTO appearance VALUES (?, ?, ?, ?)", (self._account, one.kind, one.at, file))
            done += one.bytes
            progress(WHAT, done, total)
        self._participants.write()
        return self._interpret(any(one.kind == "messages" for one in work)) or bool(work)

    def _read(self, one: _Work) -> int:
        key = (self._account, one.kind, one.digest)
        file = self._db.execute("INSERT INTO read_file VALUES (NULL, ?, ?, ?, x'')", key).lastrowid
        assert file is not None
        adapter, files = adapters.by_network(one.network), self._vault.files(one.key)
        if one.kind == "messages":
            shown = self._messages(one, file)
        else:
            rows = _rows(one.kind, adapter, files, self._owner, self._participants, one.at)
            shown = _keep(self._db, self._account, one.kind, rows, one.at)
        self._db.execute("UPDATE read_file SET shown = ? WHERE number = ?", (bitmap(shown), file))
        return file

    def _messages(self, one: _Work, file: int) -> set[int]:
        if self._envelopes is None or self._reader is None:
            self._envelopes = Envelopes(self._db, self._account, self._owner, self._told.urls, self._participants)
            self._reader = MessageReader(self._db, self._account, self._envelopes)
        newest = "SELECT max(at) FROM appearance WHERE account = ? AND kind = 'messages'"
        late = (self._db.execute(newest, (self._account,)).fetchone()[0] or 0) > one.at
        source = Source(adapters.by_network(one.network), self._vault.files(one.key), one.files, one.at, late)
        shown = self._reader.read(source, file, self._opened)
        self._envelopes.write()
        return shown

    def _opened(self, file: int) -> IO[bytes] | None:
        """A file of messages that was read before, from an archive that holds it."""
        (at,) = self._db.execute("SELECT max(at) FROM appearance WHERE file = ?", (file,)).fetchone()
        key = next((one.key for one in self._summaries if timestamp(one.taken, one.key.number) == at), None)
        facts = [one for one in self._vault.manifest(key).files if one.kind == "messages"] if key else []
        return self._vault.files(key).open(facts[0].path) if key and len(facts) == 1 else None

    def _interpret(self, messages: bool) -> bool:
        """Interpret the new messages, or all if the owner becomes known only now."""
        touched, owner = set(self._envelopes.added if self._envelopes else ()), self._owner
        touched |= self._reader.restated if self._reader else set()
        surprised = self._envelopes is not None and self._envelopes.surprising
        as_before = self._before in (None, owner)
        if not as_before or not all(self._told) or owner.urls != self._told.urls or surprised:
            owner = completed_owner(self._db, self._account, self._told)
        self._reader = self._envelopes = None
        if owner == (self._before or Owner()) and not messages:
            return False
        interpretation = Interpretation(self._db, self._account, owner, self._participants)
        interpretation.interpret(touched if owner == self._owner and as_before else None)
        keep_owner(self._db, self._account, owner)
        return True

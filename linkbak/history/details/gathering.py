"""Reads of an account's archives what was not read yet."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import NamedTuple

from linkbak import adapters
from linkbak.history.details.bitmaps import bitmap
from linkbak.history.details.ends import EndsTable
from linkbak.history.details.messages import MessageReader, Source
from linkbak.history.details.owner import Me, completed, known, remember, told
from linkbak.history.details.parties import Parties
from linkbak.history.details.sayings import SAYINGS, read_sayings
from linkbak.history.details.tables import KINDS
from linkbak.history.details.weighing import Weighing
from linkbak.history.moments import moment
from linkbak.model import FileFacts, Manifest
from linkbak.vault import SnapshotKey, Summary, Vault

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many bytes of it are done, and of how many."""

_WHAT = "indexing"
_OF_ACCOUNT = (
    *("looked", "parsed", "appearance", "me", "party", "conversation", "guise", "message", "known_rows"),
    *("invitation", "endorsement", "recommendation", "archive_note"),
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
        """Names the content."""
        parts = sorted(f"{file.table.casefold()} {file.sha256}" for file in self.files)
        return sha256("\n".join(parts).encode()).hexdigest()

    @property
    def bytes(self) -> int:
        """How much there is to read."""
        return sum(file.bytes for file in self.files)


def gather(db: sqlite3.Connection, vault: Vault, account: str, progress: Progress | None = None) -> bool:
    """Read what the account's archives say of messages, invitations and the like; whether anything was new.

    What lies in several archives is read once, whatever the order in which they come. If a snapshot is gone or
    is another than it was, everything is read anew. Call `resolve` afterwards; the caller commits.
    """
    summaries = vault.summaries(account)
    moments = {moment(summary.taken, summary.key.number): summary for summary in summaries}
    looked = dict(db.execute("SELECT at, digest FROM looked WHERE account = ?", (account,)).fetchall())
    if any(at not in moments or moments[at].digest != digest for at, digest in looked.items()):
        forget(db, account)
        looked = {}
    new = {at: summary for at, summary in sorted(moments.items()) if at not in looked}
    if not new:
        return False
    work = [one for at, summary in new.items() for one in _work(vault, at, summary)]
    changed = _Gathering(db, vault, account, summaries).do(work, progress)
    db.executemany("INSERT INTO looked VALUES (?, ?, ?)", [(account, at, one.digest) for at, one in new.items()])
    return changed


def forget(db: sqlite3.Connection, account: str) -> None:
    """Take everything of an account out of the index."""
    here = (account,)
    for table, column in (("mention", "ends"), ("retold", "ends")):
        db.execute(f"DELETE FROM {table} WHERE {column} IN (SELECT number FROM ends WHERE account = ?)", here)  # noqa: S608
    db.execute("DELETE FROM ends WHERE account = ?", here)
    db.execute("DELETE FROM talk WHERE person IN (SELECT person FROM party WHERE account = ?)", here)
    for table in _OF_ACCOUNT:
        db.execute(f"DELETE FROM {table} WHERE account = ?", here)  # noqa: S608


def _work(vault: Vault, at: int, summary: Summary) -> list[_Work]:
    """The kinds of an archive that say something; a table that could not be read says nothing."""
    if not set(KINDS) & set(summary.kinds):
        return []
    manifest = vault.manifest(summary.key)
    return [
        _Work(summary.key, at, summary.network, kind, _files(manifest, kind))
        for kind in KINDS
        if kind in manifest.coverage and not manifest.coverage[kind].unread
    ]


def _files(manifest: Manifest, kind: str) -> tuple[FileFacts, ...]:
    return tuple(file for file in manifest.files if file.kind == kind)


class _Gathering:
    """The reading of some archives of one account."""

    def __init__(self, db: sqlite3.Connection, vault: Vault, account: str, summaries: Sequence[Summary]) -> None:
        self._db, self._vault, self._account = db, vault, account
        self._before = known(db, account)
        self._told = told(summaries)
        first = self._before or Me()
        self._me = Me(self._told.urls | first.urls, self._told.names | first.names)
        self._parties = Parties(db, account)
        self._reader: MessageReader | None = None
        self._ends: EndsTable | None = None

    def do(self, work: Sequence[_Work], progress: Progress | None) -> bool:
        """Read what has to be read, then interpret messages; whether anything changed."""
        done, total = 0, sum(one.bytes for one in work)
        for one in work:
            file = self._file(one) or self._read(one)
            key = (self._account, one.kind, one.at)
            self._db.execute("INSERT INTO appearance VALUES (?, ?, ?, ?)", (*key, file))
            done += one.bytes
            if progress:
                progress(_WHAT, done, total)
        self._parties.write()
        return self._interpret(any(one.kind == "messages" for one in work)) or bool(work)

    def _file(self, one: _Work) -> int | None:
        """The number of a content that was read before."""
        found = self._db.execute(
            "SELECT number FROM parsed WHERE account = ? AND kind = ? AND digest = ?",
            (self._account, one.kind, one.digest),
        ).fetchone()
        return found[0] if found else None

    def _read(self, one: _Work) -> int:
        key = (self._account, one.kind, one.digest)
        file = self._db.execute("INSERT INTO parsed VALUES (NULL, ?, ?, ?, x'')", key).lastrowid
        assert file is not None
        adapter, files = adapters.by_network(one.network), self._vault.files(one.key)
        if one.kind == "messages":
            shown = self._messages(one, file)
        else:
            said = SAYINGS[one.kind].read(adapter, files, self._me)
            shown = read_sayings(self._db, self._account, one.kind, said, self._parties, one.at)
        self._db.execute("UPDATE parsed SET shown = ? WHERE number = ?", (bitmap(shown), file))
        return file

    def _messages(self, one: _Work, file: int) -> set[int]:
        if self._ends is None or self._reader is None:
            self._ends = EndsTable(self._db, self._account, self._me, self._told.urls, self._parties)
            self._reader = MessageReader(self._db, self._account, self._ends)
        newest = "SELECT max(at) FROM appearance WHERE account = ? AND kind = 'messages'"
        late = (self._db.execute(newest, (self._account,)).fetchone()[0] or 0) > one.at
        source = Source(adapters.by_network(one.network), self._vault.files(one.key), one.files, one.at, late)
        shown = self._reader.read(source, file)
        self._ends.write()
        return shown

    def _interpret(self, messages: bool) -> bool:
        """Interpret the new messages, or all if it is learned only now whose they are."""
        touched, me = set(self._ends.added if self._ends else ()), self._me
        touched |= self._reader.retold if self._reader else set()
        as_before = self._before in (None, me)
        if not as_before or not all(self._told) or me.urls != self._told.urls or self._surprised():
            me = completed(self._db, self._account, self._told)
        self._reader = self._ends = None
        if me == (self._before or Me()) and not messages:
            return False
        weighing = Weighing(self._db, self._account, me, self._parties)
        weighing.weigh(touched if me == self._me and as_before else None)
        remember(self._db, self._account, me)
        return True

    def _surprised(self) -> bool:
        return self._ends is not None and self._ends.surprising

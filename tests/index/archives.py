"""Archives as texts of their files, and the index made of them: no vault, no git."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, cast

from linkbak import adapters
from linkbak.index import activity_update, update
from linkbak.index.history import History
from linkbak.index.schema import ACTIVITY_TABLES, TABLES
from linkbak.model import ArchiveFacts, Connection, Manifest
from linkbak.vault import SnapshotKey, Summary, Vault, summarise
from tests.adapters.given import Given
from tests.databases import database
from tests.eras import render

TEN = "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,FOLDER"
THIRTEEN = f"{TEN},ATTACHMENTS,IS MESSAGE DRAFT,IS CONVERSATION DRAFT"
INVITATIONS = "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl"
IN = "https://www.linkedin.com/in/"
ME = ("Olive Owner", f"{IN}olive-owner")

Archive = Mapping[str, str]
"""The text of each file by its name."""


def table(header: str, rows: Iterable[Sequence[str]]) -> str:
    """A table as LinkedIn writes it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([header.split(","), *rows])
    return out.getvalue()


def list_of(*people: Connection) -> str:
    """Connections.csv with these people, newest first."""
    return render(people, "C5").decode()


class MemoryVault:
    """What the index asks of a vault; archives come one after the other with the days they were taken on."""

    path: Any = None

    def __init__(self) -> None:
        self._kept: dict[SnapshotKey, tuple[Manifest, Given]] = {}

    def add(self, day: str, archive: Archive) -> None:
        """Keep an archive."""
        files = Given(dict(sorted(archive.items())))
        adapter = adapters.by_network("linkedin")
        read = adapter.read(files)
        facts = tuple(
            one._replace(bytes=len(files[one.path]), sha256=sha256(files[one.path]).hexdigest()) for one in read.files
        )
        content = sha256(repr(sorted(archive.items())).encode()).hexdigest()
        manifest = Manifest(
            f"{day}T080000Z", "linkedin", "me", f"{day}T08:00:00Z", "told", f"2030-01-01T00:00:{len(self._kept):02}Z",
            "0", ArchiveFacts("archive", "folder", 0, ""), content, facts, read.coverage, read.issues,
            adapter.owner(files),
        )  # fmt: skip
        self._kept[SnapshotKey("linkedin-me", manifest.id)] = manifest, files

    def summaries(self, account: str | None = None) -> tuple[Summary, ...]:
        found = [summarise(manifest, manifest.content) for manifest, _ in self._kept.values()]
        return tuple(sorted(found, key=lambda one: one.order))

    def accounts(self) -> tuple[str, ...]:
        return ("linkedin-me",) if self._kept else ()

    def newest(self) -> str:
        return str(len(self._kept))

    def manifest(self, key: SnapshotKey) -> Manifest:
        return self._kept[key][0]

    def files(self, key: SnapshotKey) -> Given:
        return self._kept[key][1]

    def marks(self) -> tuple[dict[str, Any], ...]:
        return ()

    def set_aside(self) -> frozenset[SnapshotKey]:
        return frozenset()


def indexed(*archives: tuple[str, Archive]) -> History:
    """The index of archives, each given with the day it was taken on, brought up to date after each of them."""
    vault, db = MemoryVault(), database()
    db.executescript(TABLES + ACTIVITY_TABLES)
    for day, archive in archives:
        vault.add(day, archive)
        kept = cast(Vault, vault)
        update.update(db, kept, lambda what, done, total: None)
        activity_update.update(db, kept, lambda what, done, total: None)
    return History(db, None)

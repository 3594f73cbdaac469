"""An account's archives in memory, and an index with people in it, for tests of details."""

from __future__ import annotations

import csv
import hashlib
import io
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, cast

from linkbak.adapters import LinkedIn
from linkbak.index import activity_update, conversations, timestamp
from linkbak.index.schema import ACTIVITY_TABLES, TABLES
from linkbak.matching import name_key, url_key
from linkbak.model import ArchiveFacts, Manifest
from linkbak.vault import SnapshotKey, Summary, Vault, summarise
from tests.adapters.given import Given
from tests.databases import database

ACCOUNT = "linkedin-me"
ADA = "https://www.linkedin.com/in/ada-example"
BORIS = "https://www.linkedin.com/in/boris-sample"
CLEO = "https://www.linkedin.com/in/cleo-invented"
SEVEN = "From,To,Date,Subject,Content,Direction,Folder"
NINE = "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,DATE,SUBJECT,CONTENT,FOLDER"
TEN = "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,FOLDER"
INVITATIONS = "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl"
OWNED = (
    f'{INVITATIONS}\nAda Example,Eve Other,"1/2/20, 3:04 PM",,OUTGOING,{ADA},https://www.linkedin.com/in/eve-other\n'
)
"""Invitations by which everybody knows whose account it is."""


class Archives:
    """What `activity_update` needs of a vault."""

    def __init__(self, given: Mapping[str, Mapping[str, str | bytes]]) -> None:
        self.opened: list[str] = []
        self._files = {}
        self._manifests = {}
        for taken, files in given.items():
            manifest = _manifest(taken, Given(files))
            self._files[manifest.id], self._manifests[manifest.id] = Given(files), manifest

    def vault(self) -> Vault:
        """Itself."""
        return cast(Vault, self)

    def summaries(self, account: str | None = None) -> tuple[Summary, ...]:
        found = [summarise(one, hashlib.sha256(repr(one).encode()).hexdigest()) for one in self._manifests.values()]
        return tuple(sorted(found, key=lambda one: one.order))

    def manifest(self, key: SnapshotKey) -> Manifest:
        return self._manifests[key.id]

    def files(self, key: SnapshotKey) -> Given:
        self.opened.append(key.id)
        return self._files[key.id]

    def only(self, *days: str) -> Archives:
        """Some of the archives."""
        few = Archives({})
        few._files = {key: one for key, one in self._files.items() if key[:10] in days}
        few._manifests = {key: one for key, one in self._manifests.items() if key[:10] in days}
        return few


def _manifest(day: str, files: Given) -> Manifest:
    taken = f"{day}T00:00:00Z"
    reading = LinkedIn().read(files)
    facts = tuple(
        one._replace(bytes=len(files[one.path]), sha256=hashlib.sha256(files[one.path]).hexdigest())
        for one in reading.files
    )
    return Manifest(
        id=taken.replace(":", ""),
        network="linkedin",
        account="me",
        taken=taken,
        taken_source="archive",
        imported_at=taken,
        linkbak="0",
        archive=ArchiveFacts("a.zip", "zip", 1, ""),
        content="",
        files=facts,
        coverage=reading.coverage,
        owner=LinkedIn().owner(files),
    )


class Known(NamedTuple):
    """Somebody in the index: the last row's name, address and company, and what these were before."""

    number: int
    name: str
    url: str = ""
    company: str = ""
    names: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()


PEOPLE = (Known(1, "Boris Sample", BORIS, "Sample Ltd"), Known(2, "Cleo Invented", CLEO, "Inventions"))


def index(people: Iterable[Known] = PEOPLE) -> sqlite3.Connection:
    """An empty index that knows these people."""
    db = database(isolation_level="DEFERRED")
    db.executescript(TABLES + ACTIVITY_TABLES)
    for one in people:
        add(db, one)
    return db


def add(db: sqlite3.Connection, one: Known) -> None:
    """Put somebody into the index."""
    columns = [row[1] for row in db.execute("PRAGMA table_info(person)")]
    values = dict.fromkeys(columns, "") | {
        **{"number": one.number, "account": ACCOUNT, "first_name": one.name, "url": one.url, "company": one.company},
        **{"url_key": url_key(one.url), "name_key": name_key(one.name, ""), "status": "listed"},
        **dict.fromkeys(("hidden", "born", "since", "rank"), 0),
        "last": None,
    }
    marks = ", ".join(f":{column}" for column in columns)
    db.execute(f"INSERT INTO person VALUES ({marks})", values)
    for at, url in enumerate((*one.urls, one.url)):
        if url:
            db.execute("INSERT INTO address VALUES (?, ?, ?, ?)", (url_key(url), ACCOUNT, one.number, at))
    for at, name in enumerate((*one.names, one.name)):
        db.execute("INSERT INTO alias VALUES (?, ?, ?, ?)", (name_key(name, ""), ACCOUNT, one.number, at))


def gathered(given: Mapping[str, Mapping[str, str | bytes]], people: Iterable[Known] = PEOPLE) -> sqlite3.Connection:
    """An index of these archives, by day, with everything joined to people."""
    db = index(people)
    take(db, Archives(given))
    return db


def take(db: sqlite3.Connection, archives: Archives) -> bool:
    """Read and join to people; whether anything was new."""
    new = activity_update.read_new(db, archives.vault(), ACCOUNT)
    conversations.resolve(db, ACCOUNT)
    return new


def table(header: str, *rows: Sequence[str]) -> str:
    """A table as text."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return f"{header}\n{out.getvalue()}"


def me_to(name: str, url: str, at: str, text: str, conversation: str = "2-c1", title: str = "") -> tuple[str, ...]:
    """What Ada wrote, in ten columns."""
    return (conversation, title, "Ada Example", ADA, name, url, f"{at} UTC", "", text, "INBOX")


def to_me(name: str, url: str, at: str, text: str, conversation: str = "2-c1", title: str = "") -> tuple[str, ...]:
    """What Ada was written, in ten columns."""
    return (conversation, title, name, url, "Ada Example", ADA, f"{at} UTC", "", text, "INBOX")


def group(name: str, url: str, to: str, urls: str, conversation: str = "2-g") -> tuple[str, ...]:
    """What was written to several, in ten columns."""
    return (conversation, "Plans", name, url, to, urls, "2024-01-01 12:00:00 UTC", "", f"From {name}", "INBOX")


def as_in(header: str, row: Sequence[str]) -> tuple[str, ...]:
    """A row of ten columns in those of another header."""
    if header in (SEVEN, NINE):
        return seven(row) if header == SEVEN else nine(row)
    return (*row, *[""] * (header.count(",") - 9))


def nine(row: Sequence[str]) -> tuple[str, ...]:
    """A row of ten columns in nine: no addresses of recipients."""
    return (*row[:5], *row[6:])


def seven(row: Sequence[str]) -> tuple[str, ...]:
    """A row of ten columns in the seven of 2018: the minute, American."""
    _, _, sender, url, to, _, at, subject, text, _ = row
    hour = int(at[11:13])
    clock = f"{hour % 12 or 12}:{at[14:16]} {'PM' if hour > 11 else 'AM'}"
    day = f"{int(at[5:7])}/{int(at[8:10])}/{at[2:4]}"
    mine = url == ADA
    flat = text.replace("\n", "  ")
    return (sender, to, f"{day}, {clock}", subject, flat, *(("OUTGOING", "SENT") if mine else ("INCOMING", "INBOX")))


def at(day: str) -> int:
    """The timestamp of the archive of a day."""
    return timestamp(f"{day}T00:00:00Z")

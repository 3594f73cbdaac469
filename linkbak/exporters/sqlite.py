"""People as one tidy SQLite database, for SQL, Datasette and whatever else opens such files.

The file is made anew by every export, and the same vault makes the same bytes.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from linkbak.errors import MachineProblem
from linkbak.exporters import Format, Options, Selection, nothing
from linkbak.exporters.parquet import by_account, message_rows, person_row, snapshot_rows, tenure_rows
from linkbak.exporters.rows import synced_texts
from linkbak.index.fts import refuse_without_full_text
from linkbak.model import NamedTuple

if TYPE_CHECKING:
    from linkbak.exporters.parquet import SnapshotRow
    from linkbak.index import Entry, PastValues, Window


# --- the tables ---
# What nobody knows is NULL. Windows are two times: that of the snapshot which still showed the old, and that of the one
# which first showed the new.

APPLICATION = 0x6C6B626B
"""``PRAGMA application_id``: "lkbk"."""

VERSION = 1
"""``PRAGMA user_version``, raised with every change of these tables."""

TABLES = """
-- Every archive of the accounts. held: its losses are not believed. connections: NULL if it has no list.
CREATE TABLE snapshots (
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  account TEXT NOT NULL,
  network TEXT NOT NULL,
  taken TEXT NOT NULL,
  imported TEXT NOT NULL,
  connections INTEGER,
  hidden INTEGER,
  held INTEGER NOT NULL,
  kinds TEXT NOT NULL,
  archive TEXT NOT NULL,
  files INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  UNIQUE (account, name)
);

-- Those exported. id: as linkbak names them, the same in every export. state: listed, hidden, suspected, confirmed,
-- held or unclear; state_after and state_before: the window in which they went or hid. former_names, notes: one after
-- the other, parted by line breaks.
CREATE TABLE people (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  account TEXT NOT NULL,
  name TEXT,
  first_name TEXT,
  last_name TEXT,
  company TEXT,
  position TEXT,
  email TEXT,
  url TEXT,
  connected_on TEXT,
  state TEXT NOT NULL,
  state_after TEXT,
  state_before TEXT,
  first_seen TEXT NOT NULL,
  last_seen TEXT NOT NULL,
  messages INTEGER,  -- NULL where nobody can tell
  last_message TEXT,
  former_names TEXT,
  notes TEXT,
  revised TEXT,
  first_snapshot INTEGER REFERENCES snapshots (number),
  last_snapshot INTEGER REFERENCES snapshots (number)
);

-- Every time of being connected. last_snapshot: the last that shows it. ended_after, ended_before: NULL while it lasts.
CREATE TABLE tenures (
  number INTEGER PRIMARY KEY,
  person INTEGER NOT NULL REFERENCES people (number),
  connected_on TEXT,
  began_after TEXT,
  began_before TEXT NOT NULL,
  ended_after TEXT,
  ended_before TEXT,
  first_snapshot INTEGER REFERENCES snapshots (number),
  last_snapshot INTEGER REFERENCES snapshots (number)
);

-- Every name, and every company and position, with when it appeared and when it gave way to another.
CREATE TABLE names (
  number INTEGER PRIMARY KEY,
  person INTEGER NOT NULL REFERENCES people (number),
  name TEXT NOT NULL,
  began_after TEXT,
  began_before TEXT NOT NULL,
  ended_after TEXT,
  ended_before TEXT
);
CREATE TABLE jobs (
  number INTEGER PRIMARY KEY,
  person INTEGER NOT NULL REFERENCES people (number),
  company TEXT,
  position TEXT,
  began_after TEXT,
  began_before TEXT NOT NULL,
  ended_after TEXT,
  ended_before TEXT
);

CREATE TABLE tags (
  person INTEGER NOT NULL REFERENCES people (number),
  tag TEXT NOT NULL,
  PRIMARY KEY (person, tag)
) WITHOUT ROWID;

-- Every message with those exported, once, however many archives have it. Of a group there is what they wrote.
CREATE TABLE messages (
  number INTEGER PRIMARY KEY,
  person INTEGER NOT NULL REFERENCES people (number),
  sent_at TEXT NOT NULL,
  outgoing INTEGER NOT NULL,
  sender TEXT,
  subject TEXT,
  content TEXT,
  conversation TEXT
);
"""

SYNCED = """
-- With --all-fields alone: what the address book once given to the network has of those exported. how: joined by the
-- name, or by the e-mail. Several e-mails or numbers have commas between.
CREATE TABLE address_book (
  person INTEGER NOT NULL REFERENCES people (number),
  emails TEXT,
  phones TEXT,
  birthday TEXT,
  addresses TEXT,
  how TEXT NOT NULL
);
CREATE INDEX address_book_person ON address_book (person);
"""

AFTERWARDS = """
CREATE INDEX people_account ON people (account, state);
CREATE INDEX people_name ON people (name);
CREATE INDEX people_company ON people (company);
CREATE INDEX people_connected_on ON people (connected_on);
CREATE INDEX people_first_snapshot ON people (first_snapshot);
CREATE INDEX people_last_snapshot ON people (last_snapshot);
CREATE INDEX tenures_person ON tenures (person);
CREATE INDEX tenures_first_snapshot ON tenures (first_snapshot);
CREATE INDEX tenures_last_snapshot ON tenures (last_snapshot);
CREATE INDEX names_person ON names (person);
CREATE INDEX jobs_person ON jobs (person);
CREATE INDEX jobs_company ON jobs (company);
CREATE INDEX tags_tag ON tags (tag);
CREATE INDEX messages_person ON messages (person, sent_at);
CREATE INDEX messages_sent_at ON messages (sent_at);

CREATE VIRTUAL TABLE people_fts USING fts5(
  name, former_names, company, position, email, notes,
  content="people", content_rowid="number", tokenize="unicode61 remove_diacritics 2"
);
CREATE VIRTUAL TABLE messages_fts USING fts5(
  subject, content,
  content="messages", content_rowid="number", tokenize="unicode61 remove_diacritics 2"
);
INSERT INTO people_fts (people_fts) VALUES ('rebuild');
INSERT INTO messages_fts (messages_fts) VALUES ('rebuild');
INSERT INTO people_fts (people_fts) VALUES ('optimize');
INSERT INTO messages_fts (messages_fts) VALUES ('optimize');
"""
"""Made when all rows are there, which is much faster."""


# --- filling them ---

_Row = tuple[object, ...]


def build(selection: Selection, options: Options, path: Path) -> None:
    """Makes the database at a path; raises MachineProblem if SQLite has no full text, or the disk no room."""
    with _refusals(), closing(sqlite3.connect(path, isolation_level=None)) as db:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -65536"):
            db.execute(f"PRAGMA {pragma}")
        db.execute(f"PRAGMA application_id = {APPLICATION}")
        db.execute(f"PRAGMA user_version = {VERSION}")
        db.executescript(TABLES if selection.synced is None else TABLES + SYNCED)
        db.execute("BEGIN")
        _fill(db, selection)
        db.execute("COMMIT")
        db.executescript(AFTERWARDS)
        db.execute("VACUUM")


@contextmanager
def _refusals() -> Iterator[None]:
    """Turns what SQLite cannot do on this machine into a refusal."""
    try:
        yield
    except sqlite3.OperationalError as error:
        refuse_without_full_text(error)
        raise MachineProblem(f"cannot write the database: {error}", hint="Name another place with -o.") from error


class _Numbers(NamedTuple):
    """By which numbers the database knows people, by id, and snapshots, by account and time."""

    people: dict[str, int]
    snapshots: dict[tuple[str, str], int]


def _fill(db: sqlite3.Connection, selection: Selection) -> None:
    accounts = by_account(selection)
    snapshots = [row for account in accounts for row in snapshot_rows(selection, account)]
    numbers = _Numbers({entry.person.id: n for n, entry in enumerate(selection.entries, start=1)}, {})
    for number, snapshot in enumerate(snapshots, start=1):
        numbers.snapshots.setdefault((snapshot.account, snapshot.taken), number)
    _insert(db, "snapshots", 13, (_snapshot(n, row) for n, row in enumerate(snapshots, start=1)))
    _insert(db, "people", 23, (_person(entry, numbers) for entry in selection.entries))
    _insert(
        db, "tags", 2, ((numbers.people[one.person.id], tag) for one in selection.entries for tag in one.person.tags)
    )
    pasts = selection.history.bulk_history([entry.person for entry in selection.entries])
    for entry, past in zip(selection.entries, pasts, strict=True):
        _insert_past(db, entry, past, numbers)
    if selection.synced is not None:
        books = ((one, book) for one in selection.entries for book in selection.book_of(one))
        rows = ((numbers.people[one.person.id], *_known(*synced_texts(book).values())) for one, book in books)
        _insert(db, "address_book", 6, rows)
    messages = (row for ours in accounts.values() for row in message_rows(selection, ours))
    _insert(db, "messages", 8, ((None, numbers.people[who], *_known(*rest)) for who, *rest in messages))


def _insert(db: sqlite3.Connection, table: str, columns: int, rows: Iterable[_Row]) -> None:
    db.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * columns)})", rows)  # noqa: S608


def _known(*values: object) -> _Row:
    """The values with NULL for what nobody knows."""
    return tuple(None if value == "" else value for value in values)


def _snapshot(number: int, row: SnapshotRow) -> _Row:
    return (number, *row._replace(kinds=json.dumps(row.kinds)))  # type: ignore[arg-type]


def _person(entry: Entry, numbers: _Numbers) -> _Row:
    row = person_row(entry)
    seen = [numbers.snapshots.get((row.account, when)) for when in (row.first_seen, row.last_seen)]
    facts = _known(*row[: row._fields.index("former_names")])
    texts = _known("\n".join(row.former_names), "\n\n".join(row.notes), row.revised)
    return (numbers.people[row.id], *facts, *texts, *seen)


def _insert_past(db: sqlite3.Connection, entry: Entry, past: PastValues, numbers: _Numbers) -> None:
    who, account = numbers.people[entry.person.id], entry.person.account
    for tenure in tenure_rows(entry, past):
        seen = [numbers.snapshots.get((account, when)) for when in (tenure.began_before, tenure.last_seen)]
        window = (tenure.began_after, tenure.began_before, tenure.ended_after, tenure.ended_before)
        row = (None, who, *_known(tenure.connected_on, *window), *seen)
        db.execute("INSERT INTO tenures VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    for name in past.names:
        span = _span(name.began, name.ended)
        db.execute("INSERT INTO names VALUES (?, ?, ?, ?, ?, ?, ?)", (None, who, name.value, *span))
    for job in past.jobs:
        span = _span(job.began, job.ended)
        told = _known(job.company, job.position)
        db.execute("INSERT INTO jobs VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (None, who, *told, *span))


def _span(began: Window, ended: Window | None) -> _Row:
    return _known(*began, *(ended or ("", "")))


SQLITE = Format(
    about="a database of people, tenures, snapshots and messages",
    suffix=".sqlite",
    lacks=nothing,
    build=build,
    all_fields=True,
)

"""People as tables for other programs: one SQLite database, or a folder of Parquet files.

The folder is divided by account and month as Hive does it, which DuckDB, Spark and pandas read:
``people/account=linkedin-me/month=2026-03/part-0.parquet``, and the same for tenures, changes, snapshots and messages.
The month is that of the list which first shows the person, the tenure or the change, of the snapshot, of the message.
Files are sorted by time, and every row group has the least and the greatest of each column. Every account of the export
has a file of every table, if only an empty one, so that a query finds every column.

The database is for SQL, Datasette and whatever else opens such files. It is made anew by every export, and the same
vault makes the same bytes.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date, datetime
from itertools import chain, count, groupby, islice
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from linkbak.errors import MachineProblem, how_to_add
from linkbak.exporters import Format, Options, Selection
from linkbak.exporters.rows import synced_texts
from linkbak.index.fts import refuse_without_full_text
from linkbak.index.store import judged
from linkbak.model import NamedTuple
from linkbak.texts import tr

if TYPE_CHECKING:
    import pyarrow

    from linkbak.index import Entry, PastValues, Window

# --- rows -------------------------------------------------------------------------------------------------------------
# Times are RFC 3339 UTC and days ISO dates; "" is what nobody knows. Text is as it was written.


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
    messages: int | None
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


class ChangeRow(NamedTuple):
    """What happened to somebody between two lists; the later one, of `happened_before`, shows it.

    `what` and `field` are those of a `Change`.
    """

    person: str
    happened_after: str
    happened_before: str
    what: str
    field: str
    value_before: str
    value_after: str


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
    return PersonRow(
        person.id, person.account, row.name, row.first_name, row.last_name, row.company, row.position, row.email,
        row.url, row.day, person.state, after, before, person.first_seen, person.last_seen,
        None if person.untold else person.messages, person.last_message, entry.former, person.tags,
        entry.notes, entry.revised,
    )  # fmt: skip


def tenure_rows(entry: Entry, past: PastValues) -> Iterator[TenureRow]:
    """The tenures of somebody, oldest first."""
    for connected_on, began, ended in past.tenures:
        seen = ended.after if ended else entry.person.last_seen
        yield TenureRow(entry.person.id, connected_on, *began, seen, *(ended or ("", "")))


def change_rows(entry: Entry, past: PastValues) -> Iterator[ChangeRow]:
    """What happened to somebody, oldest first."""
    for window, *told in past.changes:
        yield ChangeRow(entry.person.id, *window, *told)


def snapshot_rows(selection: Selection) -> dict[str, list[SnapshotRow]]:
    """The snapshots of each account, oldest first; with ``--as-of`` only those up to the day."""
    known = set(selection.history.snapshots())
    found: dict[str, list[SnapshotRow]] = defaultdict(list)
    for one in judged(selection.vault, selection.vault.summaries()):
        if one.key in known:
            row = SnapshotRow(
                one.id, one.key.account, one.network, one.taken, one.imported, one.connections, one.hidden, one.held,
                one.kinds, one.archive_kind, one.files, one.bytes,
            )  # fmt: skip
            found[one.key.account].append(row)
    return found


def message_rows(selection: Selection, entries: Sequence[Entry]) -> Iterator[MessageRow]:
    """The messages with these people of one account, oldest first."""
    people = [entry.person for entry in entries]
    ids = {person.number: person.id for person in people}
    for number, conversation, sent_at, outgoing, sender, subject, content in selection.history.messages(people):
        yield MessageRow(ids[number], sent_at, outgoing, sender, subject, content, conversation)


# --- Parquet ----------------------------------------------------------------------------------------------------------

_ROWS = 20_000
"""So many stand in one row group, and in memory as arrays, at once."""
_GROUPS = 25
"""So many row groups make a file; of few accounts has any month more than one."""

_DAYS = frozenset({"connected_on"})
_TIMES = frozenset(
    {
        *("state_after", "state_before", "first_seen", "last_seen", "last_message", "revised", "began_after"),
        *("began_before", "ended_after", "ended_before", "taken", "imported", "sent_at", "happened_after"),
        "happened_before",
    }
)
"""The columns that hold a day or a time as text, by name; a name means the same in every table."""

Row = PersonRow | TenureRow | ChangeRow | SnapshotRow | MessageRow


class _Table(NamedTuple):
    """One of the tables: its name, its columns with their types as a row says them, of which `account` is the folder's.

    Rows go by `time` into months, and by it they are sorted.
    """

    name: str
    columns: Mapping[str, str]
    time: str


def build_parquet(selection: Selection, options: Options, path: Path) -> None:
    """Makes the folder; raises MachineProblem without pyarrow."""
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        raise MachineProblem(tr("Parquet needs pyarrow"), hint=how_to_add("parquet", "pyarrow")) from None
    path.mkdir()
    snapshots = snapshot_rows(selection)
    for account, ours in by_account(selection).items():
        pasts = list(zip(ours, selection.history.bulk_history([entry.person for entry in ours]), strict=True))
        tenures = (row for one, past in pasts for row in tenure_rows(one, past))
        changes = (row for one, past in pasts for row in change_rows(one, past))
        tables: Sequence[tuple[_Table, Iterable[Row]]] = (
            (_Table("people", PersonRow.__annotations__, "first_seen"), map(person_row, ours)),
            (_Table("tenures", TenureRow.__annotations__, "began_before"), tenures),
            (_Table("changes", ChangeRow.__annotations__, "happened_before"), changes),
            (_Table("snapshots", SnapshotRow.__annotations__, "taken"), snapshots[account]),
        )
        for table, rows in tables:
            _write(path, account, selection.newest, table, sorted(rows, key=attrgetter(table.time)))
        messages = _Table("messages", MessageRow.__annotations__, "sent_at")
        _write(path, account, selection.newest, messages, message_rows(selection, ours))


def _write(folder: Path, account: str, newest: str, table: _Table, rows: Iterable[Row]) -> None:
    """The files of one table of an account; the rows come sorted by time."""
    time = attrgetter(table.time)
    place = folder / table.name / f"account={quote(account, safe='')}"
    for month, some in groupby(rows, key=lambda row: time(row)[:7]):
        _write_month(place / f"month={month}", table, some)
    if not place.exists():
        _write_month(place / f"month={newest[:7] or 'none'}", table, ())


def _write_month(place: Path, table: _Table, rows: Iterable[Row]) -> None:
    import pyarrow
    from pyarrow.parquet import ParquetWriter, SortingColumn

    place.mkdir(parents=True)
    schema = pyarrow.schema([(name, _type(name, told)) for name, told in table.columns.items() if name != "account"])
    batches = _batches(schema, table, rows)
    for part in count():
        some = list(islice(batches, 1))
        if part and not some:
            return
        order = [SortingColumn(schema.get_field_index(table.time))]
        with ParquetWriter(place / f"part-{part}.parquet", schema, compression="zstd", sorting_columns=order) as writer:
            for batch in chain(some, islice(batches, _GROUPS - 1)):
                writer.write_table(batch)


def _batches(schema: pyarrow.Schema, table: _Table, rows: Iterable[Row]) -> Iterator[pyarrow.Table]:
    import pyarrow

    each = iter(rows)
    while some := list(islice(each, _ROWS)):
        columns = dict(zip(table.columns, zip(*some, strict=True), strict=True))
        arrays = [pyarrow.array(_values(one.name, columns[one.name]), one.type) for one in schema]
        yield pyarrow.Table.from_arrays(arrays, schema=schema)


def _type(column: str, told: str) -> pyarrow.DataType:
    import pyarrow

    if column in _DAYS:
        return pyarrow.date32()
    if column in _TIMES:
        return pyarrow.timestamp("us", tz="UTC")
    text, number = pyarrow.string(), pyarrow.int64()
    types = {"int": number, "int | None": number, "bool": pyarrow.bool_(), "tuple[str, ...]": pyarrow.list_(text)}
    return types.get(told, text)


def _values(column: str, values: Iterable[Any]) -> list[Any]:
    """The values of a column, None for what nobody knows."""
    if column in _DAYS:
        return [date.fromisoformat(value) if value else None for value in values]
    if column in _TIMES:
        return [datetime.fromisoformat(value) if value else None for value in values]
    return [None if value == "" else value for value in values]


PARQUET = Format(suffix="", build=build_parquet)


# --- SQLite -----------------------------------------------------------------------------------------------------------
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


def build_sqlite(selection: Selection, options: Options, path: Path) -> None:
    """Makes the database at a path; raises MachineProblem if SQLite has no full text, or the disk no room."""
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
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
    except sqlite3.OperationalError as error:
        refuse_without_full_text(error)
        raise MachineProblem(
            tr("cannot write the database: {reason}", reason=error), hint=tr("Name another place with -o.")
        ) from error


def _fill(db: sqlite3.Connection, selection: Selection) -> None:
    accounts, by_name = by_account(selection), snapshot_rows(selection)
    snapshots = [row for account in accounts for row in by_name[account]]
    people = {entry.person.id: number for number, entry in enumerate(selection.entries, start=1)}
    numbers: dict[tuple[str, str], int] = {}  # of the snapshots, by account and time
    for number, snapshot in enumerate(snapshots, start=1):
        numbers.setdefault((snapshot.account, snapshot.taken), number)
    rows: Iterator[_Row] = (
        (n, *one._replace(kinds=json.dumps(one.kinds)))  # type: ignore[arg-type]
        for n, one in enumerate(snapshots, start=1)
    )
    _insert(db, "snapshots", 13, rows)
    _insert(db, "people", 23, ((people[one.person.id], *_person(one, numbers)) for one in selection.entries))
    _insert(db, "tags", 2, ((people[one.person.id], tag) for one in selection.entries for tag in one.person.tags))
    pasts = selection.history.bulk_history([entry.person for entry in selection.entries])
    for entry, past in zip(selection.entries, pasts, strict=True):
        _insert_past(db, people[entry.person.id], entry, past, numbers)
    if selection.synced is not None:
        books = ((one, book) for one in selection.entries for book in selection.book_of(one))
        rows = ((people[one.person.id], *_known(*synced_texts(book).values())) for one, book in books)
        _insert(db, "address_book", 6, rows)
    messages = (row for ours in accounts.values() for row in message_rows(selection, ours))
    _insert(db, "messages", 8, ((None, people[who], *_known(*rest)) for who, *rest in messages))


def _insert(db: sqlite3.Connection, table: str, columns: int, rows: Iterable[_Row]) -> None:
    db.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * columns)})", rows)  # noqa: S608


def _known(*values: object) -> _Row:
    """The values with NULL for what nobody knows."""
    return tuple(None if value == "" else value for value in values)


def _person(entry: Entry, snapshots: Mapping[tuple[str, str], int]) -> _Row:
    row = person_row(entry)
    seen = [snapshots.get((row.account, when)) for when in (row.first_seen, row.last_seen)]
    facts = row[: row._fields.index("former_names")]
    return *_known(*facts, "\n".join(row.former_names), "\n\n".join(row.notes), row.revised), *seen


def _insert_past(
    db: sqlite3.Connection, who: int, entry: Entry, past: PastValues, snapshots: Mapping[tuple[str, str], int]
) -> None:
    account = entry.person.account
    for tenure in tenure_rows(entry, past):
        seen = [snapshots.get((account, when)) for when in (tenure.began_before, tenure.last_seen)]
        window = (tenure.began_after, tenure.began_before, tenure.ended_after, tenure.ended_before)
        _insert(db, "tenures", 9, [(None, who, *_known(tenure.connected_on, *window), *seen)])
    _insert(db, "names", 7, ((None, who, one.value, *_span(one.began, one.ended)) for one in past.names))
    jobs = ((None, who, *_known(one.company, one.position), *_span(one.began, one.ended)) for one in past.jobs)
    _insert(db, "jobs", 8, jobs)


def _span(began: Window, ended: Window | None) -> _Row:
    return _known(*began, *(ended or ("", "")))


SQLITE = Format(suffix=".sqlite", build=build_sqlite, all_fields=True)

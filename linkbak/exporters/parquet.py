"""People as a folder of Parquet tables, divided by account and month as Hive does it, which DuckDB, Spark, pandas read.

``people/account=linkedin-me/month=2026-03/part-0.parquet``, and the same for tenures, changes, snapshots and messages.
The month is that of the list which first shows the person, the tenure or the change, of the snapshot, of the message.
Files are sorted by time, and every row group has the least and the greatest of each column. Every account of the export
has a file of every table, if only an empty one, so that a query finds every column.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import chain, count, groupby, islice
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from linkbak.errors import MachineProblem, how_to_add
from linkbak.exporters import Format, Options, Selection, nothing
from linkbak.index.store import judged
from linkbak.model import NamedTuple

if TYPE_CHECKING:
    from types import ModuleType

    import pyarrow

    from linkbak.index import Entry, PastValues


# --- rows, for formats that are tables of them ---
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
    connected_on = row.connected_on.isoformat() if row.connected_on else ""
    return PersonRow(
        person.id, person.account, row.name, row.first_name, row.last_name, row.company, row.position, row.email,
        row.url, connected_on, person.state, after, before, person.first_seen, person.last_seen,
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


def snapshot_rows(selection: Selection, account: str) -> Iterator[SnapshotRow]:
    """The snapshots of an account, oldest first; with ``--as-of`` only those up to the day."""
    known = set(selection.history.snapshots())
    for one in judged(selection.vault, selection.vault.summaries(account)):
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


# --- the files ---

_ROWS = 20_000
"""So many stand in one row group, and in memory as arrays, at once."""
_GROUPS = 25
"""So many row groups make a file; of few accounts has any month more than one."""

_INTEGERS = frozenset({"messages", "connections", "hidden", "files", "bytes"})
_BOOLEANS = frozenset({"held", "outgoing"})
_LISTS = frozenset({"former_names", "tags", "notes", "kinds"})
_DAYS = frozenset({"connected_on"})
_TIMES = frozenset(
    {
        *("state_after", "state_before", "first_seen", "last_seen", "last_message", "revised", "began_after"),
        *(
            "began_before",
            "ended_after",
            "ended_before",
            "taken",
            "imported",
            "sent_at",
            "happened_after",
            "happened_before",
        ),
    }
)
"""The columns that are no texts, by name; a name means the same in every table."""

Row = PersonRow | TenureRow | ChangeRow | SnapshotRow | MessageRow


class _Table(NamedTuple):
    """One of the tables: its name, the names of its columns, of which `account` is the folder's, and the time.

    Rows go by `time` into months, and by it they are sorted.
    """

    name: str
    columns: tuple[str, ...]
    time: str


_PEOPLE = _Table("people", PersonRow._fields, "first_seen")
_TENURES = _Table("tenures", TenureRow._fields, "began_before")
_CHANGES = _Table("changes", ChangeRow._fields, "happened_before")
_SNAPSHOTS = _Table("snapshots", SnapshotRow._fields, "taken")
_MESSAGES = _Table("messages", MessageRow._fields, "sent_at")


def build(selection: Selection, options: Options, path: Path) -> None:
    """Makes the folder; raises MachineProblem without pyarrow."""
    _pyarrow()
    path.mkdir()
    for account, ours in by_account(selection).items():
        pasts = list(zip(ours, selection.history.bulk_history([entry.person for entry in ours]), strict=True))
        tables: Sequence[tuple[_Table, Iterable[Row]]] = (
            (_PEOPLE, map(person_row, ours)),
            (_TENURES, (row for one, past in pasts for row in tenure_rows(one, past))),
            (_CHANGES, (row for one, past in pasts for row in change_rows(one, past))),
            (_SNAPSHOTS, snapshot_rows(selection, account)),
        )
        for table, rows in tables:
            time = attrgetter(table.time)
            _write(path, account, selection.newest, table, sorted(rows, key=time))
        _write(path, account, selection.newest, _MESSAGES, message_rows(selection, ours))


def _pyarrow() -> ModuleType:
    try:
        import pyarrow
    except ImportError:
        raise MachineProblem("Parquet needs pyarrow", hint=how_to_add("parquet", "pyarrow")) from None
    module: ModuleType = pyarrow
    return module


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
    schema = pyarrow.schema([(name, _type(name)) for name in table.columns if name != "account"])
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


def _type(column: str) -> pyarrow.DataType:
    import pyarrow

    if column in _INTEGERS:
        return pyarrow.int64()
    if column in _BOOLEANS:
        return pyarrow.bool_()
    if column in _LISTS:
        return pyarrow.list_(pyarrow.string())
    if column in _DAYS:
        return pyarrow.date32()
    return pyarrow.timestamp("us", tz="UTC") if column in _TIMES else pyarrow.string()


def _values(column: str, values: Iterable[Any]) -> list[Any]:
    """The values of a column, None for what nobody knows."""
    if column in _DAYS:
        return [date.fromisoformat(value) if value else None for value in values]
    if column in _TIMES:
        return [datetime.fromisoformat(value) if value else None for value in values]
    return [None if value == "" else value for value in values]


PARQUET = Format(
    about="a folder of tables, divided as DuckDB and Spark read them", suffix="", lacks=nothing, build=build
)

"""People as a folder of Parquet tables, divided by account as Hive does it, which DuckDB, Spark and pandas read.

``people/account=linkedin-me/part-0.parquet``, and the same for tenures, snapshots and messages. Every account of the
export has a file of every table, if only an empty one, so that a query finds every column.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from linkbak.errors import MachineProblem
from linkbak.exporters.formats import Format, Options, Selection, nothing
from linkbak.exporters.tables import (
    MessageRow,
    PersonRow,
    SnapshotRow,
    TenureRow,
    by_account,
    message_rows,
    person_row,
    snapshot_rows,
    tenure_rows,
)

if TYPE_CHECKING:
    from types import ModuleType

    import pyarrow

_ROWS = 20_000
"""So many stand in one row group, and in memory, at once."""

_INTEGERS = frozenset({"messages", "connections", "hidden", "files", "bytes"})
_BOOLEANS = frozenset({"held", "outgoing"})
_LISTS = frozenset({"former_names", "tags", "notes", "kinds"})
_DAYS = frozenset({"connected_on"})
_TIMES = frozenset(
    {
        *("state_after", "state_before", "first_seen", "last_seen", "last_message", "revised", "began_after"),
        *("began_before", "ended_after", "ended_before", "taken", "imported", "sent_at"),
    }
)
"""The columns that are no texts, by name; a name means the same in every table."""

Row = PersonRow | TenureRow | SnapshotRow | MessageRow


class _Table(NamedTuple):
    """One of the tables: its name, and the names of its columns, of which `account` is the folder's."""

    name: str
    columns: tuple[str, ...]


_PEOPLE = _Table("people", PersonRow._fields)
_TENURES = _Table("tenures", TenureRow._fields)
_SNAPSHOTS = _Table("snapshots", SnapshotRow._fields)
_MESSAGES = _Table("messages", MessageRow._fields)


def build(selection: Selection, options: Options, path: Path) -> None:
    """Makes the folder; raises MachineProblem without pyarrow."""
    _pyarrow()
    path.mkdir()
    for account, ours in by_account(selection).items():
        pasts = selection.history.pasts([entry.person for entry in ours])
        tenures = (row for one, past in zip(ours, pasts, strict=True) for row in tenure_rows(one, past))
        _write(path, account, _PEOPLE, map(person_row, ours))
        _write(path, account, _TENURES, tenures)
        _write(path, account, _SNAPSHOTS, snapshot_rows(selection, account))
        _write(path, account, _MESSAGES, message_rows(selection, ours))


def _pyarrow() -> ModuleType:
    try:
        import pyarrow
    except ImportError:
        raise MachineProblem("Parquet needs pyarrow", hint="pip install 'linkbak[parquet]'") from None
    module: ModuleType = pyarrow
    return module


def _write(folder: Path, account: str, table: _Table, rows: Iterable[Row]) -> None:
    from pyarrow.parquet import ParquetWriter

    place = folder / table.name / f"account={quote(account, safe='')}" / "part-0.parquet"
    place.parent.mkdir(parents=True)
    schema = _schema(table)
    with ParquetWriter(place, schema, compression="zstd") as writer:
        for batch in _batches(schema, table, rows):
            writer.write_table(batch)


def _batches(schema: pyarrow.Schema, table: _Table, rows: Iterable[Row]) -> Iterator[pyarrow.Table]:
    import pyarrow

    each = iter(rows)
    while some := list(islice(each, _ROWS)):
        columns = dict(zip(table.columns, zip(*some, strict=True), strict=True))
        arrays = [pyarrow.array(_values(one.name, columns[one.name]), one.type) for one in schema]
        yield pyarrow.Table.from_arrays(arrays, schema=schema)


def _schema(table: _Table) -> pyarrow.Schema:
    import pyarrow

    return pyarrow.schema([(name, _type(name)) for name in table.columns if name != "account"])


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


FORMATS = {
    "parquet": Format(
        about="a folder of tables, divided as DuckDB and Spark read them",
        suffix="",
        lacks=nothing,
        build=build,
    )
}

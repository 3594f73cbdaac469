"""How much of each file was understood: rows, header and whatever went wrong, in constant memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import IO

from linkbak.adapters.linkedin.issues import Issues
from linkbak.adapters.linkedin.logs import Layout, Log
from linkbak.adapters.linkedin.records import Record, Records
from linkbak.adapters.linkedin.tables import Table, folded_header, knows

MOST_COLUMNS = 256
_CONTINUED = frozenset({"Comments.csv", "Shares.csv"})
"""Their texts may break lines outside quotes: a record that does not begin with a date goes on with the one before."""

_PADDED = frozenset({"Phone Numbers.csv", "PhoneNumbers.csv", "Whatsapp Phone Numbers.csv"})
"""Rows of nothing but commas are usual in these."""

_DATED = re.compile(r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}|[A-Z][a-z]{2} [A-Z][a-z]{2} [0-9]{2}")


@dataclass(slots=True)
class Count:
    """What one file amounts to; `partial` and `unknown` are reasons why it may not be complete."""

    rows: int = 0
    hidden: int = 0
    skipped: int = 0
    lines: int = 0
    columns: tuple[str, ...] = ()
    partial: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    oldest: str = ""
    newest: str = ""
    newest_first: bool = True


def count_log(stream: IO[bytes], layout: Layout, issues: Issues) -> Count:
    """Messages or invitations; every row is looked at, none is kept."""
    log = Log(stream, layout, issues)
    rows = sum(1 for _ in log)
    count = Count(rows, 0, log.skipped, log.records.text.lines, log.header[:MOST_COLUMNS])
    if not log.header:
        count.partial.append(f"{layout.table.name} could not be read")
    return _with_reasons(count, layout.table, cut=log.cut)


def count_table(stream: IO[bytes], table: Table, issues: Issues) -> Count:
    """Any other table: its rows are counted, its header is compared with those known."""
    records = Records(stream)
    count = Count()
    if records.text.workbook:
        issues.lost(0, "a workbook, not a CSV file: its rows were not counted")
        count.partial.append(f"{table.name} is a workbook")
        return count
    rows = iter(records)
    first = next((record for record in rows if record[1] != []), None)
    if first is None:
        issues.remark(0, "the file is empty")
    else:
        _count_rows(_below_header(first, rows, table, count, issues), table, count, issues)
    if records.cut:
        count.skipped += 1
        issues.lost(records.text.lines, "the file ends inside a quoted cell: it was cut off")
    if records.text.damaged:
        issues.remark(0, "not UTF-8 throughout; the other bytes were read as Windows-1252")
    count.lines = records.text.lines
    return _with_reasons(count, table, cut=records.cut)


def _with_reasons(count: Count, table: Table, *, cut: bool) -> Count:
    count.partial += losses(table, count.skipped, cut=cut)
    return count


def losses(table: Table, skipped: int, *, cut: bool) -> Iterator[str]:
    """The reasons why rows of a table are missing from what was read."""
    if skipped:
        rows = "1 row was" if skipped == 1 else f"{skipped:,} rows were"
        yield f"{rows} not understood in {table.name}"
    if cut:
        yield f"{table.name} was cut off"


def _below_header(
    first: Record, rest: Iterator[Record], table: Table, count: Count, issues: Issues
) -> Iterator[Record]:
    """The records that are rows; a first record with no known column in it is one of them."""
    line, header = first
    if header is None or not knows(table, header):
        issues.remark(line, "the columns are not those linkbak knows; the rows were only counted")
        if not _has_known_columns(table, header or ()):
            return chain([first], rest)
    count.columns = tuple((header or ())[:MOST_COLUMNS])
    return rest


def _has_known_columns(table: Table, header: Iterable[str]) -> bool:
    known = {name for text in table.headers for name in folded_header(text.strip("<>").split(","))}
    return not known.isdisjoint(folded_header(tuple(header)))


def _count_rows(rows: Iterable[Record], table: Table, count: Count, issues: Issues) -> None:
    continued, width = table.name in _CONTINUED, len(folded_header(count.columns))
    for line, row in rows:
        if row is None:
            count.skipped += 1
            issues.lost(line, "a cell is larger than linkbak reads")
        elif continued and row:
            _count_continued(line, row, count, issues)
        elif row and not any(cell.strip() for cell in row):
            if table.name not in _PADDED:
                issues.remark(line, "a row of empty cells")
        elif row:
            count.rows += 1
            if width and (len(row) < width or any(cell.strip() for cell in row[len(count.columns) :])):
                issues.remark(line, "more or fewer cells than the header has columns")


def _count_continued(line: int, row: list[str], count: Count, issues: Issues) -> None:
    if _DATED.match(row[0]):
        count.rows += 1
    elif not count.rows and any(cell.strip() for cell in row):
        count.skipped += 1
        issues.lost(line, "text before the first row that has a date")

"""What an archive holds: every file recognised and counted, each kind with how complete it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise
from operator import itemgetter
from typing import IO

from linkbak.adapters.linkedin import messages
from linkbak.adapters.linkedin.connections import People, read_people
from linkbak.adapters.linkedin.csv import Issues, Record, Records
from linkbak.adapters.linkedin.files import Claims, claims
from linkbak.adapters.linkedin.member import begins_row
from linkbak.adapters.linkedin.messages import Layout, Log
from linkbak.adapters.linkedin.tables import UNCOUNTED, Named, Table, folded_header, knows
from linkbak.archive import is_junk
from linkbak.model import Completeness, Coverage, FileFacts, Files, Issue, Reading

# --- any table: rows, header and whatever went wrong, in constant memory ----------------------------------------------

MOST_COLUMNS = 256
_CONTINUED = frozenset({"Comments.csv", "Shares.csv"})
"""Their texts may break lines outside quotes: a record that does not begin with a date goes on with the one before."""

_UNQUOTED = frozenset({"Search Queries.csv", "SearchQueries.csv"})
"""What was searched for may hold commas, and is not quoted."""
_BLOCKS = {"LearningCoachMessages.csv": "conversation:"}
"""Not a table since 2025: a conversation is a block of lines, the first of which begins like this."""
_PADDED = frozenset({"Phone Numbers.csv", "PhoneNumbers.csv", "Whatsapp Phone Numbers.csv"})
"""Rows of nothing but commas are usual in these."""


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
    count.skipped += records.tell_end(issues)
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
    if header and header[0].startswith(_BLOCKS.get(table.name, "\0")):
        return chain([first], rest)
    if header is None or not knows(table, header):
        issues.remark(line, "the columns are not those linkbak knows; the rows are kept, and counted")
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
        elif row and table.name in _BLOCKS and not width:
            count.rows += row[0].startswith(_BLOCKS[table.name])
        elif row:
            count.rows += 1
            too_many = any(cell.strip() for cell in row[len(count.columns) :]) and table.name not in _UNQUOTED
            if width and (len(row) < width or too_many):
                issues.remark(line, "more or fewer cells than the header has columns")


def _count_continued(line: int, row: list[str], count: Count, issues: Issues) -> None:
    if begins_row(row, folded_header(count.columns)):
        count.rows += 1
    elif not count.rows and any(cell.strip() for cell in row):
        count.skipped += 1
        issues.lost(line, "text before the first row that has a date")


# --- a list of connections --------------------------------------------------------------------------------------------


def count_people(stream: IO[bytes], table: Table, issues: Issues) -> Count:
    """A list of connections, with what is odd about it."""
    people = read_people(stream, issues)
    days = [row.connected_on for row in people.rows if row.connected_on is not None]
    count = Count(
        len(people.rows),
        people.hidden,
        people.skipped,
        people.text_lines,
        people.shape.header[:MOST_COLUMNS] if people.shape else (),
        oldest=min(days).isoformat() if days else "",
        newest=max(days).isoformat() if days else "",
        newest_first=people.newest_first,
    )
    _add_reasons(people, table, count)
    if people.shape and not people.rows and not people.skipped:
        issues.lost(0, "the list has a header and nobody in it")
    _repetitions(people, issues)
    return count


def _add_reasons(people: People, table: Table, count: Count) -> None:
    if people.shape is None:
        count.partial.append(f"{table.name} could not be read")
        return
    count.partial += losses(table, people.skipped, cut=people.cut)
    if people.shape.at < 0:
        count.unknown.append(f"{table.name} has no header")
    if undated := len(people.undated):
        count.unknown.append(f"{'1 row' if undated == 1 else f'{undated:,} rows'} of {table.name} without a date")
    if not people.shape.dated:
        count.unknown.append(f"{table.name} has no connection dates")
    if not people.rows:
        count.unknown.append(f"{table.name} lists nobody")


def _repetitions(people: People, issues: Issues) -> None:
    """Rows that are equal in everything, and people who share an address; hidden rows are alike by nature."""
    # By number, which is the address: every row of every import comes by here.
    if people.hidden + len(set(map(str.casefold, map(itemgetter(2), people.rows))) - {""}) == len(people.rows):
        return  # everybody has an address of their own, as nearly always
    rows: dict[tuple[object, ...], int] = {}
    urls: dict[str, int] = {}
    for row, line in zip(people.rows, people.lines, strict=True):
        if row.hidden:
            continue
        earlier = rows.setdefault(row, line)
        url = row.url.strip().casefold()
        first = urls.setdefault(url, line) if url else line
        if earlier != line:
            issues.remark(line, f"equal in everything to line {earlier}")
        elif first != line:
            issues.remark(line, f"the same address as line {first}")


# --- the archive ------------------------------------------------------------------------------------------------------

Counter = Callable[[IO[bytes], Table, Issues], Count]

_BY_KIND: dict[str, Counter] = {
    "connections": count_people,
    "messages": lambda stream, table, issues: count_log(stream, messages.MESSAGES, issues),
    "invitations": lambda stream, table, issues: count_log(stream, messages.INVITATIONS, issues),
}


def read(files: Files) -> Reading:
    """Every file once, in order; a file nobody knows is reported, not lost."""
    settled = claims(files, every=True)
    facts: list[FileFacts] = []
    issues: list[Issue] = []
    counted: dict[str, list[tuple[Named, Count]]] = {}
    for path in files.paths:
        named = settled.named.get(path)
        if named is None:
            facts.append(FileFacts(path, 0, ""))
            issues += _unknown(path)
            continue
        found = Issues(path)
        count = _count(files, named, found)
        facts.append(_facts(named, count))
        if (uncounted := _not_counted(named, settled)) is not None:
            issues.append(uncounted)
        else:
            issues += found.all()
            counted.setdefault(named.table.kind, []).append((named, count))
    coverage = {kind: _coverage(kind, parts, settled) for kind, parts in counted.items()}
    gaps = (
        Issue(settled.chosen[key][0].path, 0, f"part {part} of this table is missing")
        for key, parts in settled.gaps.items()
        for part in parts
    )
    return Reading(tuple(facts), coverage, (*issues, *gaps))


def _count(files: Files, named: Named, issues: Issues) -> Count:
    if named.table in UNCOUNTED:
        return Count(rows=1)
    with files.open(named.path) as stream:
        return _BY_KIND.get(named.table.kind, count_table)(stream, named.table, issues)


def _facts(named: Named, count: Count) -> FileFacts:
    return FileFacts(
        named.path,
        0,
        "",
        table=named.table.name,
        kind=named.table.kind,
        rows=count.rows,
        hidden=count.hidden,
        skipped=count.skipped,
        lines=count.lines,
        columns=count.columns,
    )


def _not_counted(named: Named, settled: Claims) -> Issue | None:
    """Why a file that was recognised does not count, None if it does."""
    path = named.path
    if (twin := settled.same.get(path)) is not None:
        return Issue(path, 0, f"the same as {twin}; counted once", loss=False)
    if (winner := settled.rivals.get(path)) is not None:
        list_ = named.table.kind == "connections"
        why = f"it is another list than {winner}" if list_ else f"{winner} is taken for {named.table.name}"
        return Issue(path, 0, f"not read: {why}")
    if named.table.kind == "connections" and named not in settled.connections:
        return Issue(path, 0, "not read: another list of connections tells more", loss=False)
    return None


def _unknown(path: str) -> list[Issue]:
    if is_junk(path):
        return []
    return [Issue(path, 0, "kept, but linkbak does not know this file", loss=False)]


def _coverage(kind: str, parts: Sequence[tuple[Named, Count]], settled: Claims) -> Coverage:
    parts = sorted(parts, key=lambda read: (read[0].table.name, read[0].part))
    counts = [count for _, count in parts]
    tables = dict.fromkeys(named.table.name for named, _ in parts)
    partial = [reason for count in counts for reason in count.partial]
    partial += [
        f"part {part} of {name} is missing" for name in tables for part in settled.gaps.get(name.casefold(), ())
    ]
    unknown = [reason for count in counts for reason in count.unknown]
    rivals = {settled.named[path].table.name for path in settled.rivals}
    partial += [f"several files claim to be {name}, and they differ" for name in tables if name in rivals]
    completeness: Completeness = "partial" if partial else "unknown" if unknown else "complete"
    found = Coverage(
        rows=sum(count.rows for count in counts),
        hidden=sum(count.hidden for count in counts),
        skipped=sum(count.skipped for count in counts),
        completeness=completeness,
        reasons=(*partial, *unknown),
    )
    return _with_order(found, counts) if kind == "connections" else found


def _with_order(found: Coverage, counts: Sequence[Count]) -> Coverage:
    dated = [count for count in counts if count.newest]
    headed = [count for count in counts if count.columns or count.rows]  # an empty part says nothing of the order
    falling = bool(headed) and all(one.oldest >= other.newest for one, other in pairwise(dated))
    return found._replace(
        oldest=min((count.oldest for count in dated), default=""),
        newest=max((count.newest for count in dated), default=""),
        newest_first=falling and all(count.newest_first for count in headed),
    )

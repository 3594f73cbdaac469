"""The coverage of an archive: every file recognised and counted, and how complete each kind is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from itertools import chain, pairwise
from operator import itemgetter
from typing import IO

from linkbak.adapters.linkedin.connections import LARGEST, People, beside, read_people, side
from linkbak.adapters.linkedin.csv import Issues, Record, Records
from linkbak.adapters.linkedin.files import Claims, claims
from linkbak.adapters.linkedin.member import begins_row
from linkbak.adapters.linkedin.messages import LOGS, Layout, Log
from linkbak.adapters.linkedin.tables import UNCOUNTED, Named, Table, folded_header, knows
from linkbak.archive import is_junk
from linkbak.errors import LinkbakError
from linkbak.model import Completeness, Coverage, FileFacts, Files, Issue, Manifest, Pair, Reading
from linkbak.texts import tr_later

# --- any table: rows, header and issues, in constant memory -----------------------------------------------------------

MOST_COLUMNS = 256
_CONTINUED = frozenset({"Comments.csv", "Shares.csv"})
"""Tables whose texts may break lines outside quotes: a record without a date at its start continues the one before."""

_UNQUOTED = frozenset({"Search Queries.csv", "SearchQueries.csv"})
"""Its search terms may hold commas, and are not quoted."""
_BLOCKS = {"LearningCoachMessages.csv": "conversation:"}
"""Not a table since 2025: a conversation is a block of lines whose first begins like this."""
_PADDED = frozenset({"Phone Numbers.csv", "PhoneNumbers.csv", "Whatsapp Phone Numbers.csv"})
"""Tables in which rows of only commas are usual."""


@dataclass(slots=True)
class Count:
    """The result for one file; `partial` and `unknown` are reasons why it may not be complete."""

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


def count_log(log: Log, rows: int = 0, lines: int = 0) -> Count:
    """Messages or invitations; every row is looked at, none is kept. `rows` and `lines` of it were left out."""
    rows += sum(1 for _ in log)
    count = Count(rows, 0, log.skipped, log.records.text.lines + lines, log.header[:MOST_COLUMNS])
    if not log.header:
        count.partial.append(tr_later("{file} could not be read", file=log.layout.table.name))
    count.partial += losses(log.layout.table, log.skipped, cut=log.cut)
    return count


def count_table(stream: IO[bytes], table: Table, issues: Issues) -> Count:
    """Any other table: its rows are counted, its header is compared with the known ones."""
    records = Records(stream)
    count = Count()
    if records.text.workbook:
        issues.lost(0, tr_later("a workbook, not a CSV file: its rows were not counted"))
        count.partial.append(tr_later("{file} is a workbook", file=table.name))
        return count
    rows = iter(records)
    first = next((record for record in rows if record[1] != []), None)
    if first is None:
        issues.remark(0, tr_later("the file is empty"))
    else:
        _count_rows(_below_header(first, rows, table, count, issues), table, count, issues)
    count.skipped += records.tell_end(issues)
    count.lines = records.text.lines
    count.partial += losses(table, count.skipped, cut=records.cut)
    return count


def losses(table: Table, skipped: int, *, cut: bool) -> Iterator[str]:
    """The reasons why rows of a table may be missing."""
    if skipped == 1:
        yield tr_later("1 row was not understood in {file}", file=table.name)
    elif skipped:
        yield tr_later("{rows} rows were not understood in {file}", rows=f"{skipped:,}", file=table.name)
    if cut:
        yield tr_later("{file} was cut off", file=table.name)


def _below_header(
    first: Record, rest: Iterator[Record], table: Table, count: Count, issues: Issues
) -> Iterator[Record]:
    """The records that are rows, including a first record without any known column."""
    line, header = first
    if header and header[0].startswith(_BLOCKS.get(table.name, "\0")):
        return chain([first], rest)
    if header is None or not knows(table, header):
        issues.remark(line, tr_later("the columns are not those linkbak knows; the rows are kept, and counted"))
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
            issues.lost(line, tr_later("a cell is larger than linkbak reads"))
        elif continued and row:
            _count_continued(line, row, count, issues)
        elif row and not any(cell.strip() for cell in row):
            if table.name not in _PADDED:
                issues.remark(line, tr_later("a row of empty cells"))
        elif row and table.name in _BLOCKS and not width:
            count.rows += row[0].startswith(_BLOCKS[table.name])
        elif row:
            count.rows += 1
            too_many = any(cell.strip() for cell in row[len(count.columns) :]) and table.name not in _UNQUOTED
            if width and (len(row) < width or too_many):
                issues.remark(line, tr_later("more or fewer cells than the header has columns"))


def _count_continued(line: int, row: list[str], count: Count, issues: Issues) -> None:
    if begins_row(row, folded_header(count.columns)):
        count.rows += 1
    elif not count.rows and any(cell.strip() for cell in row):
        count.skipped += 1
        issues.lost(line, tr_later("text before the first row that has a date"))


# --- a list of connections --------------------------------------------------------------------------------------------


def count_people(stream: IO[bytes], table: Table, issues: Issues) -> Count:
    """A list of connections, with what is odd about it."""
    people = read_people(stream, issues)
    days = [row.connected_on for row in people.rows if row.connected_on is not None]
    header = people.shape.header[:MOST_COLUMNS] if people.shape else ()
    oldest, newest = (min(days).isoformat(), max(days).isoformat()) if days else ("", "")
    count = Count(len(people.rows), people.hidden, people.skipped, people.text_lines, header)
    count.oldest, count.newest, count.newest_first = oldest, newest, people.newest_first
    _add_reasons(people, table, count)
    if people.shape and not people.rows and not people.skipped:
        issues.lost(0, tr_later("the list has a header and nobody in it"))
    _repetitions(people, issues)
    return count


def _add_reasons(people: People, table: Table, count: Count) -> None:
    if people.shape is None:
        count.partial.append(tr_later("{file} could not be read", file=table.name))
        return
    count.partial += losses(table, people.skipped, cut=people.cut)
    if people.shape.at < 0:
        count.unknown.append(tr_later("{file} has no header", file=table.name))
    if undated := len(people.undated):
        one = tr_later("1 row of {file} without a date", file=table.name)
        many = tr_later("{rows} rows of {file} without a date", rows=f"{undated:,}", file=table.name)
        count.unknown.append(one if undated == 1 else many)
    if not people.shape.dated:
        count.unknown.append(tr_later("{file} has no connection dates", file=table.name))
    if not people.rows:
        count.unknown.append(tr_later("{file} lists nobody", file=table.name))


def _repetitions(people: People, issues: Issues) -> None:
    """Rows that are equal in everything, and people who share an address; hidden rows are alike by nature."""
    # By number, which is the address: every row of every import passes here.
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
            issues.remark(line, tr_later("equal in everything to line {line}", line=earlier))
        elif first != line:
            issues.remark(line, tr_later("the same address as line {line}", line=first))


# --- beside an earlier archive ----------------------------------------------------------------------------------------
# Nearly all of an export stands in the one before it, which was read already.

_STEPS = 1 << 20, 1 << 16
"""The bytes by which two logs are compared from their ends: the larger step as long as they are equal."""
_LEAST = 1 << 18
"""The least beginning that is read: from less, `Text` might guess another delimiter than from all of it."""
_MANY_LINES = 1000
_MOST = 1 << 24
"""The largest beginning; with a larger one nothing is left out, so that memory stays small."""


class _Earlier:
    """An earlier archive of the account, for the files of a later one; `pair` is that of their lists, once counted.

    Precondition: this version read the earlier one, so that rows without remarks are flawless.
    """

    def __init__(self, later: Files, settled: Claims, files: Files, manifest: Manifest) -> None:
        self.pair: Pair | None = None
        self._later, self._settled, self._files, self._manifest = later, settled, files, manifest

    def count(self, named: Named, issues: Issues) -> Count | None:
        """The result for a file, equal to counting it by itself; None if it has to be counted."""
        # The earlier one's trouble is no reason to fail; this one's will be raised again.
        with suppress(LinkbakError, OSError):
            return self._counted(named, issues)
        return None

    def _counted(self, named: Named, issues: Issues) -> Count | None:
        same = [facts for facts in self._manifest.files if facts.table == named.table.name]
        if len(same) != 1 or same[0].skipped or any(one.file == same[0].path for one in self._manifest.issues):
            return None
        if named.table.kind == "connections" and self._settled.connections == (named,):
            return self._people(named, same[0])
        layout = LOGS.get(named.table.kind)
        if layout is None or same[0].bytes < 2 * _LEAST:
            return None
        with self._later.open(named.path) as stream, self._files.open(same[0].path) as earlier:
            if not (stream.seekable() and earlier.seekable()):  # from a zip, or from git
                return None
            return _count_beginning(stream, earlier, same[0], layout, issues)

    def _people(self, named: Named, facts: FileFacts) -> Count | None:
        with self._files.open(facts.path) as stream:
            old = side(stream.read(LARGEST + 1), self._manifest.coverage["connections"])
        if old is None:
            return None
        with self._later.open(named.path) as stream:
            data = stream.read(LARGEST + 1)
        if (found := beside(data, old)) is None:
            return None
        newer, self.pair = found
        shape, known = newer.shape, newer.known
        lines = data.count(b"\n") + (not data.endswith(b"\n"))
        columns, order = shape.header[:MOST_COLUMNS], known.newest_first
        return Count(known.rows, known.hidden, 0, lines, columns, [], [], known.oldest, known.newest, order)


def _count_beginning(
    stream: IO[bytes], earlier: IO[bytes], facts: FileFacts, layout: Layout, issues: Issues
) -> Count | None:
    """A log that ends as an earlier one did, counted by their beginnings; None if they have not enough in common.

    LinkedIn writes the conversation that changed last first, so what is new or moved stands before all else. Both
    beginnings end at the same place before equal bytes. Where both are whole records, so is what follows, and it is
    the same number of rows in both.
    """
    sizes = [one.seek(0, 2) for one in (stream, earlier)]
    more = sizes[0] - sizes[1]
    end = max(sizes[0] - _common_end(stream, earlier, sizes), _LEAST, _LEAST + more)
    beginning = _beginning(stream, end)
    end = len(beginning)
    if not beginning or end >= sizes[0]:
        return None
    earlier.seek(0)
    old_issues = Issues("")
    old = Log(BytesIO(earlier.read(end - more)), layout, old_issues)
    before = count_log(old)
    new = Log(BytesIO(beginning), layout, issues)
    count = count_log(new, facts.rows - before.rows, facts.lines - before.lines)
    alike = new.header == old.header != () and new.records.text.encoding == old.records.text.encoding == "utf-8"
    whole = not (new.cut or old.cut or old_issues.all())
    return count if alike and whole and new.records.text.delimiter == old.records.text.delimiter else None


def _beginning(stream: IO[bytes], end: int) -> bytes:
    """The first bytes of a file to the end of a line outside quotes; nothing if that is too far."""
    if end > _MOST:
        return b""
    stream.seek(0)
    pieces = [stream.read(end)]
    quotes = pieces[0].count(b'"')
    for _ in range(_MANY_LINES):
        pieces.append(stream.readline(_LEAST))
        quotes += pieces[-1].count(b'"')
        if quotes % 2 == 0:
            return b"".join(pieces) if pieces[-1].endswith(b"\n") else b""
    return b""


def _common_end(one: IO[bytes], other: IO[bytes], sizes: Sequence[int]) -> int:
    """How many bytes two files have in common at their ends, rounded down."""
    same, least = 0, min(sizes)
    for step in _STEPS:
        while same < least:
            count = min(step, least - same)
            one.seek(sizes[0] - same - count)
            other.seek(sizes[1] - same - count)
            if one.read(count) != other.read(count):
                break
            same += count
    return same


# --- the archive ------------------------------------------------------------------------------------------------------


def read(files: Files, before: tuple[Files, Manifest] | None = None) -> Reading:
    """Every file once, in order; an unknown file is reported, not lost.

    Given an archive read `before`, only the differences from it are read, and its list comes as a pair.
    """
    settled = claims(files, every=True)
    earlier = _Earlier(files, settled, *before) if before else None
    facts: list[FileFacts] = []
    issues: list[Issue] = []
    counted: dict[str, list[tuple[Named, Count]]] = {}
    for path in files.paths:
        named = settled.named.get(path)
        if named is None:
            facts.append(FileFacts(path, 0, ""))
            if not is_junk(path):
                issues.append(Issue(path, 0, tr_later("kept, but linkbak does not know this file"), loss=False))
            continue
        found = Issues(path)
        if (count := earlier.count(named, found) if earlier else None) is None:
            found = Issues(path)
            count = _count(files, named, found)
        numbers = (count.rows, count.hidden, count.skipped, count.lines)
        facts.append(FileFacts(path, 0, "", "", "", named.table.name, named.table.kind, *numbers, count.columns))
        if (uncounted := _not_counted(named, settled)) is not None:
            issues.append(uncounted)
        else:
            issues += found.all()
            counted.setdefault(named.table.kind, []).append((named, count))
    coverage = {kind: _coverage(kind, parts, settled) for kind, parts in counted.items()}
    gaps = (
        Issue(settled.chosen[key][0].path, 0, tr_later("part {part} of this table is missing", part=part))
        for key, parts in settled.gaps.items()
        for part in parts
    )
    return Reading(tuple(facts), coverage, (*issues, *gaps), earlier.pair if earlier else None)


def _count(files: Files, named: Named, issues: Issues) -> Count:
    table = named.table
    if table in UNCOUNTED:
        return Count(rows=1)
    with files.open(named.path) as stream:
        if table.kind in LOGS:
            return count_log(Log(stream, LOGS[table.kind], issues))
        return (count_people if table.kind == "connections" else count_table)(stream, table, issues)


def _not_counted(named: Named, settled: Claims) -> Issue | None:
    """Why a file that was recognised does not count, None if it does."""
    path = named.path
    if (twin := settled.same.get(path)) is not None:
        return Issue(path, 0, tr_later("the same as {file}; counted once", file=twin), loss=False)
    if (winner := settled.rivals.get(path)) is not None:
        if named.table.kind == "connections":
            return Issue(path, 0, tr_later("not read: it is another list than {file}", file=winner))
        why = tr_later("not read: {file} is taken for {table}", file=winner, table=named.table.name)
        return Issue(path, 0, why)
    if named.table.kind == "connections" and named not in settled.connections:
        return Issue(path, 0, tr_later("not read: another list of connections tells more"), loss=False)
    return None


def _coverage(kind: str, parts: Sequence[tuple[Named, Count]], settled: Claims) -> Coverage:
    parts = sorted(parts, key=lambda read: (read[0].table.name, read[0].part))
    counts = [count for _, count in parts]
    tables = dict.fromkeys(named.table.name for named, _ in parts)
    partial = [reason for count in counts for reason in count.partial]
    partial += [
        tr_later("part {part} of {file} is missing", part=part, file=name)
        for name in tables
        for part in settled.gaps.get(name.casefold(), ())
    ]
    unknown = [reason for count in counts for reason in count.unknown]
    rivals = {settled.named[path].table.name for path in settled.rivals}
    partial += [
        tr_later("several files claim to be {file}, and they differ", file=name) for name in tables if name in rivals
    ]
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

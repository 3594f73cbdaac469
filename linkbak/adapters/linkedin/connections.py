"""Connections.csv in all its forms: LinkedIn's five, what Excel and editors make of them, the old address books."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO, StringIO
from itertools import chain, islice
from operator import ge, itemgetter
from typing import IO, NamedTuple

from linkbak.adapters.linkedin.csv import DAYS, HEAD, Issues, Record, Records, Shape, shape_of
from linkbak.adapters.linkedin.files import Claims, claims
from linkbak.errors import ArchiveTooLarge
from linkbak.model import Connection, Coverage, Files, Listing, Pair

# --- doubles ----------------------------------------------------------------------------------------------------------
# Rows of a list of connections that stand in it twice, as the portability API serves some.


def doubles(rows: Sequence[Connection]) -> dict[int, int]:
    """The places of rows that repeat an earlier one with all its cells, with the earlier one's place.

    An address is one person's, so an equal row with an address is the same one again. A hidden row is the same again
    only inside a stretch that repeats; and equal rows of people without addresses may be two people.
    """
    urls = [row.url for row in rows if row.url]
    if len(set(urls)) == len(urls):
        return {}
    first: dict[Connection, int] = {}
    found: dict[int, int] = {}
    for at, row in enumerate(rows):
        if row.url:
            if (twin := first.setdefault(row, at)) != at:
                found[at] = twin
        elif row.hidden and at - 1 in found and rows[found[at - 1] + 1] == row:
            found[at] = found[at - 1] + 1
    for at in sorted(found):
        if at - 1 not in found:
            found.update(_hidden_before(rows, at, found[at]))
    return found


def _hidden_before(rows: Sequence[Connection], at: int, twin: int) -> dict[int, int]:
    """Hidden rows a repeated stretch begins with: back to where the dates, which only fall, start anew."""
    back = 1
    while twin >= back and at - back > twin and rows[at - back].hidden and rows[at - back] == rows[twin - back]:
        if _doubles_day(rows[at - back - 1]) < _doubles_day(rows[at - back]):
            return {at - step: twin - step for step in range(1, back + 1)}
        back += 1
    return {}


def _doubles_day(row: Connection) -> date:
    return row.connected_on or date.min


# --- connections ------------------------------------------------------------------------------------------------------

MOST_PEOPLE = 1_000_000
"""LinkedIn allows 30,000 connections; a longer list than this was made to fill the memory."""

BLANKS = " \t"
NOBODY = ("", "", "", "", "", "")
_tuple = tuple.__new__


@dataclass(slots=True)
class People:
    """One file's connections in its order, each with the physical line it starts on."""

    rows: list[Connection] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    hidden: int = 0
    skipped: int = 0
    shape: Shape | None = None
    text_lines: int = 0
    cut: bool = False

    @property
    def newest_first(self) -> bool:
        """Whether the days never rise from one row to the next; a list without days has no known order."""
        if self.shape is None or not self.shape.dated:
            return False
        return falls(row.connected_on for row in self.rows if row.connected_on is not None)


def falls(days: Iterable[date]) -> bool:
    """Whether no day is later than the one before it."""
    days = list(days)
    return all(map(ge, days, islice(days, 1, None)))


def read_people(stream: IO[bytes], issues: Issues) -> People:
    """Every connection of a list; what is not understood goes to `issues` and is counted as skipped."""
    records = Records(stream)
    people = People()
    if records.text.workbook:
        issues.lost(0, "a workbook, not a CSV file: save it as CSV and import that")
        return people
    reader = iter(records)
    head = list(islice(reader, HEAD + 1))
    people.shape = shape = shape_of([row for _, row in head])
    if shape is None:
        _not_understood(chain(head, reader), people, issues)
    else:
        _remark_on_shape(shape, head, issues)
        read_rows(_without_header(head, shape, reader), shape, people, issues)
        _count_once(people, issues)
    if records.cut:
        people.cut = True
        people.skipped += 1
        issues.lost(records.text.lines, "the file ends inside a quoted cell: it was cut off")
    if records.text.damaged:
        issues.remark(0, "not UTF-8 throughout; the other bytes were read as Windows-1252")
    people.text_lines = records.text.lines
    return people


def _count_once(people: People, issues: Issues) -> None:
    """Leave out rows that only repeat others."""
    again = doubles(people.rows)
    if not again:
        return
    for at, twin in again.items():
        issues.remark(people.lines[at], f"equal in everything to line {people.lines[twin]}; counted once")
        people.hidden -= people.rows[at].hidden
    people.rows = [row for at, row in enumerate(people.rows) if at not in again]
    people.lines = [line for at, line in enumerate(people.lines) if at not in again]


def _not_understood(records: Iterable[Record], people: People, issues: Issues) -> None:
    people.skipped = sum(1 for _, row in records if row is None or any(cell.strip() for cell in row))
    if people.skipped:
        issues.lost(0, "no header and no columns linkbak understands: nobody in this list was read")
    else:
        issues.lost(0, "the file is empty")


def _remark_on_shape(shape: Shape, head: list[Record], issues: Issues) -> None:
    if shape.at < 0:
        issues.remark(head[0][0], "no header; the columns were told by their order")
    elif shape.strange:
        issues.remark(head[shape.at][0], "the header has columns linkbak does not know and does not read")
    if not shape.dated:
        issues.remark(0, "an address book of the old export page: no connection dates, no profile addresses")


def _without_header(head: list[Record], shape: Shape, rest: Iterator[Record]) -> Iterator[Record]:
    """All records but the header and the notes above it; rows of people that someone moved above it stay."""
    for at, (line, row) in enumerate(head):
        if at > shape.at or (at < shape.at and row and shape.dated and _day(row, shape) is not None):
            yield line, row
    yield from rest


def read_rows(records: Iterable[Record], shape: Shape, people: People, issues: Issues) -> None:
    """The loop of every import and every full comparison: what is usual is done here, the rest elsewhere."""
    rows, lines, days = people.rows, people.lines, DAYS
    width, first, day_at = (shape.width, shape.cells[0], shape.cells[6]) if shape.dated else (-1, 0, 0)
    in_order = width == 7 and shape.cells == (0, 1, 2, 3, 4, 5, 6)
    six = itemgetter(*shape.cells[:6])
    for line, row in records:
        if row and len(row) == width and (day := days[row[day_at]]) is not None:
            if row[first] < "!" and not "".join(six([*row, ""])).strip(BLANKS):
                rows.append(_tuple(Connection, (*NOBODY, day)))
                people.hidden += 1
            elif in_order:
                row[6] = day  # type: ignore[call-overload]
                rows.append(_tuple(Connection, row))
            else:
                rows.append(_tuple(Connection, (*six([*row, ""]), day)))
        elif row == []:
            continue
        elif (found := _odd_row(line, row, shape, issues)) is not None:
            people.hidden += found.hidden
            rows.append(found)
        else:
            people.skipped += row is None or any(cell.strip() for cell in row)
            continue
        lines.append(line)
        if len(lines) > MOST_PEOPLE:
            raise ArchiveTooLarge(
                f"{issues.file} lists more than {MOST_PEOPLE:,} people", hint="LinkedIn allows 30,000 connections."
            )


def _odd_row(line: int, row: list[str] | None, shape: Shape, issues: Issues) -> Connection | None:
    """A row of any form, None for one that is nobody or not understood."""
    if row is None:
        issues.lost(line, "a cell is larger than linkbak reads")
        return None
    if not any(cell.strip() for cell in row):
        issues.remark(line, "a row of empty cells")
        return None
    day = _day(row, shape)
    if shape.dated and day is None:
        issues.lost(line, _why_no_day(row, shape))
        return None
    if len(row) > shape.width and any(cell.strip() for cell in row[shape.width :]):
        issues.remark(line, "more cells than the header has columns")
    return _person(row, shape, day, line, issues)


def _person(row: list[str], shape: Shape, day: date | None, line: int, issues: Issues) -> Connection | None:
    cells = [row[cell] if 0 <= cell < len(row) else "" for cell in shape.cells[:6]]
    if not "".join(cells).strip(BLANKS):
        if day is None:
            issues.lost(line, "no name and no address")
            return None
        cells = list(NOBODY)
    return _tuple(Connection, (*cells, day))


def _day(row: list[str], shape: Shape) -> date | None:
    at = shape.cells[-1]
    return DAYS[row[at]] if 0 <= at < len(row) else None


def _why_no_day(row: list[str], shape: Shape) -> str:
    if shape.header and tuple(row[: shape.width]) == shape.header[: shape.width]:
        return "the header once more: several files in one?"
    if shape.at < 0:
        return "neither a row of the list nor a header linkbak knows"
    if len(row) <= shape.cells[-1]:
        return "fewer cells than the header has columns"
    if not row[shape.cells[-1]].strip():
        return "no connection date"
    return "the connection date is none linkbak can read"


# --- pairs ------------------------------------------------------------------------------------------------------------
# Two lists compared as bytes first: lines that stand unchanged in both need no parsing.
# This holds only where every line is one row and every row was understood. The manifests say how many rows a full
# reading understood; a record never takes less than a line, so if the lines are just as many, each is one. Where
# anything is out of the ordinary, the answer is None and the caller parses both in full.

LARGEST = 1 << 28
_HEAD_LINES = 2 * HEAD
_HEAD_BYTES = 1 << 16
_BOM = b"\xef\xbb\xbf"
_DATE = len("05 Mar 2024")
_BLANK_CELLS = ("," + BLANKS).encode()


class Side(NamedTuple):
    """The rows of one list as bytes, in its order; `places` tells where each stands that shows more than a date."""

    lines: list[bytes]
    shape: Shape
    places: dict[bytes, int]
    known: Coverage


def quick_pair(before: bytes, after: bytes, known: tuple[Coverage, Coverage]) -> Pair | None:
    """Both lists without the rows that are byte for byte the same in both; `known` is what full readings found."""
    left = side(before, known[0])
    right = side(after, known[1]) if left else None
    return join(left, right) if left and right else None


def join(left: Side, right: Side) -> Pair | None:
    """The two lists as a pair; None if they are not of one form."""
    if (left.shape.cells, left.shape.width) != (right.shape.cells, right.shape.width):
        return None
    to = list(map(right.places.get, left.lines))
    anchors = [(at, place) for at, place in enumerate(to) if place is not None]
    taken = bytearray(len(right.lines))
    for _, place in anchors:
        taken[place] = 1
    one = _listing(left, [at for at, place in enumerate(to) if place is None])
    other = _listing(right, [place for place, mark in enumerate(taken) if not mark])
    return Pair(one, other, anchors) if one and other else None


def side(data: bytes, known: Coverage) -> Side | None:
    """One list if its header is plain and each of its lines is one row that was understood, all different."""
    text = _plain_text(data)
    shape = _shape(text) if text and not known.skipped else None
    if text is None or shape is None:
        return None
    lines = text.split(b"\n")[shape.at + 1 :]
    if len(lines) != known.rows:
        return None
    # A row that shows only a date begins with a comma or a blank, which sort below letters, as quotes do.
    empty = [line for line in lines if line < b"-" and not line[:-_DATE].strip(_BLANK_CELLS)]
    if len(empty) != known.hidden:
        return None
    places = dict(zip(lines, range(len(lines)), strict=True))
    for line in empty:
        places.pop(line, None)
    return Side(lines, shape, places, known) if len(places) + len(empty) == len(lines) else None


def _plain_text(data: bytes) -> bytes | None:
    """The list with bare line feeds and none at its end, if it is UTF-8 and not monstrous.

    A list is megabytes: each copy of it shows in the time, so it is copied only where it must be.
    """
    if len(data) > LARGEST or not (data.isascii() or _is_utf8(data)):
        return None
    if b"\r" in data:
        if data.count(b"\r") != data.count(b"\r\n"):
            return None
        data = data.replace(b"\r\n", b"\n")
    return data.removeprefix(_BOM).rstrip(b"\n")


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _shape(text: bytes) -> Shape | None:
    """The shape of the list if its header is a line of its own, every column is read and the date is the last."""
    lines = text[:_HEAD_BYTES].split(b"\n", _HEAD_LINES)[:_HEAD_LINES]
    records = Records(BytesIO(b"\n".join(lines)))
    head = list(islice(records, HEAD + 1))
    shape = shape_of([row for _, row in head])
    if shape is None or shape.at < 0 or records.text.delimiter != "," or records.text.encoding != "utf-8":
        return None
    day_at = shape.cells[6]
    if day_at != shape.width - 1 or sorted(cell for cell in shape.cells if cell >= 0) != list(range(shape.width)):
        return None
    one_line_each = all(line == at + 1 for at, (line, _) in enumerate(head[: shape.at + 2]))
    notes = all(not row or len(row) <= day_at or DAYS[row[day_at]] is None for _, row in head[: shape.at])
    return shape if one_line_each and notes and shape.at + 1 < len(head) else None


def _listing(side: Side, positions: list[int]) -> Listing | None:
    """The rows that are not anchored, parsed as every other list is."""
    text = b"\n".join([side.lines[at] for at in positions]).decode("utf-8")
    people = People(shape=side.shape)
    read_rows(enumerate(csv.reader(StringIO(text, newline=""))), side.shape, people, Issues(""))
    if len(people.rows) != len(positions):
        return None
    known = side.known
    return Listing(people.rows, positions, known.rows, known.hidden, known.newest_first, side.shape.columns)


# --- series -----------------------------------------------------------------------------------------------------------
# Neighbouring lists of a long series as pairs, each list fetched and split into lines once.

Reader = Callable[[Files, Claims], Listing]


class _Given:
    """One list of the series, as lines if it is plain enough, parsed in full only if it is not."""

    def __init__(self, files: Files, known: Coverage, read: Reader) -> None:
        self._files = files
        self._read = read
        self._claims = claims(files)
        self._listing: Listing | None = None
        self.side: Side | None = None
        if len(self._claims.connections) == 1:
            with files.open(self._claims.connections[0].path) as stream:
                self.side = side(stream.read(LARGEST + 1), known)

    @property
    def there(self) -> bool:
        """Whether the archive has a list at all."""
        return bool(self._claims.connections)

    def listing(self) -> Listing:
        """The whole list, parsed once."""
        if self._listing is None:
            self._listing = self._read(self._files, self._claims)
        return self._listing


def series(lists: Iterable[tuple[Files, Coverage]], read: Reader) -> Iterator[Pair | None]:
    """Each list after the first, paired with the one before it; None where one of the two is missing."""
    before: _Given | None = None
    for files, known in lists:
        after = _Given(files, known, read)
        if before is not None:
            yield _pair(before, after) if before.there and after.there else None
        before = after


def _pair(before: _Given, after: _Given) -> Pair:
    if before.side and after.side and (found := join(before.side, after.side)):
        return found
    return Pair(before.listing(), after.listing())

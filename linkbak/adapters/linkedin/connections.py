"""Reads Connections.csv in all its forms: LinkedIn's five, those of Excel and editors, the old address books."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO, StringIO
from itertools import chain, islice, pairwise
from operator import ge, itemgetter
from typing import IO

from linkbak.adapters.linkedin.csv import (
    DAYS,
    Issues,
    Record,
    Records,
    agreed_days,
    between,
    common,
    none_understood,
    without_others,
)
from linkbak.adapters.linkedin.tables import folded
from linkbak.errors import ArchiveTooLarge
from linkbak.model import Connection, Coverage, Listing, NamedTuple, Pair, Run
from linkbak.texts import tr, tr_later

# --- the header: which column holds what ------------------------------------------------------------------------------

HEAD = 20
"""How many records from the start are searched for the header."""

FIELDS = Connection._fields
_ALIASES = {
    "first_name": ("firstname", "vorname"),
    "last_name": ("lastname", "nachname"),
    "url": ("url", "profileurl"),
    "email": ("emailaddress", "email", "emailadresse"),
    "company": ("company", "unternehmen"),
    "position": ("position",),
    "connected_on": ("connectedon", "verbundenam"),
}
_OUTLOOK = {
    "first_name": ("firstname",),
    "last_name": ("lastname",),
    "email": ("emailaddress",),
    "company": ("company",),
    "position": ("jobtitle",),
}
_YAHOO = {"first_name": 0, "last_name": 2, "email": 4, "position": 20, "company": 21}
_BY_POSITION = {5: ("first_name", "last_name", "email", "company", "position", "connected_on"), 6: FIELDS}
_UNREAD = frozenset({"address", "websites", "instantmessengers"})
_OURS = frozenset({"state", "firstseen", "lastseen"})
"""Columns of the table that linkbak itself exports, which is no list: it names those who are hidden or gone, too."""


class Shape(NamedTuple):
    """Which column holds which field of a Connection, -1 for none.

    `at` is the number of the header among the records, -1 if there is none; `width` the number of columns. `strange`
    tells that there are columns LinkedIn's exports never had, which are not read.
    """

    at: int
    cells: tuple[int, ...]
    width: int
    header: tuple[str, ...] = ()
    strange: bool = False

    @property
    def dated(self) -> bool:
        """Whether the form says when people connected."""
        return self.cells[-1] >= 0

    @property
    def columns(self) -> frozenset[str]:
        """The fields that have a column."""
        return frozenset(name for name, cell in zip(FIELDS, self.cells, strict=True) if cell >= 0)


def shape_of(head: Sequence[Sequence[str] | None]) -> Shape | None:
    """The shape of a list from its first records, None if they show none."""
    for at, row in enumerate(head[:HEAD]):
        if row and (found := _header(at, row)) is not None:
            return found
    return _by_position(head[:HEAD])


def _header(at: int, row: Sequence[str]) -> Shape | None:
    names = [folded(cell).replace("-", "") for cell in row]
    while names and not names[-1]:
        names.pop()
    cells = _find(_ALIASES, names)
    if _OURS.issubset(names):
        return None
    if "first_name" in cells and "connected_on" in cells:
        known = {name for aliases in _ALIASES.values() for name in aliases} | _UNREAD | {""}
        return _shape(at, row, cells, len(names), strange=not known.issuperset(names))
    cells = _find(_OUTLOOK, names)
    if len(cells) == len(_OUTLOOK):
        return _shape(at, row, cells, len(names))
    if len(names) > max(_YAHOO.values()) and names[0] == "first":
        return _shape(at, row, _YAHOO, len(names))
    return None


def _find(aliases: Mapping[str, tuple[str, ...]], names: list[str]) -> dict[str, int]:
    """Where each field's column stands, by the first of its names that is there."""
    return {field: names.index(name) for field, known in aliases.items() for name in known[::-1] if name in names}


def _shape(at: int, row: Sequence[str], cells: dict[str, int], width: int, *, strange: bool = False) -> Shape:
    return Shape(at, tuple(cells.get(name, -1) for name in FIELDS), width, tuple(row), strange)


def _by_position(head: Sequence[Sequence[str] | None]) -> Shape | None:
    """Six or seven columns as LinkedIn orders them: a list that lost its header, or has one in foreign words.

    Most of the records must look like it; others among them are then reported as not understood.
    """
    filled = [row for row in head if row is None or any(cell.strip() for cell in row)]
    for last, names in _BY_POSITION.items():
        if sum(_fits(row, last) for row in filled) * 2 > len(filled):
            return Shape(-1, tuple(names.index(name) if name in names else -1 for name in FIELDS), last + 1)
    return None


def _fits(row: Sequence[str] | None, last: int) -> bool:
    """Whether the day is in the last column, and the third holds an e-mail (six columns) or profile address (seven)."""
    if row is None or len(row) <= last or any(cell.strip() for cell in row[last + 1 :]) or DAYS[row[last]] is None:
        return False
    return not row[2].strip() or ("@" if last == 5 else "linkedin.com/") in row[2]


# --- the rows ---------------------------------------------------------------------------------------------------------

MOST_PEOPLE = 1_000_000
"""The most rows of a list: LinkedIn allows 30,000 connections; a longer list was made to fill the memory."""

BLANKS = " \t"
NOBODY = ("", "", "", "", "", "")
_tuple = tuple.__new__


@dataclass(slots=True)
class People:
    """One file's connections in its order, each with the physical line it starts on.

    `undated` are the places of rows whose date could not be read by itself, each with the date as written.
    """

    rows: list[Connection] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    hidden: int = 0
    skipped: int = 0
    undated: dict[int, str] = field(default_factory=dict)
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
    """Every connection of a list; rows not understood go to `issues` and are counted as skipped."""
    records = Records(stream)
    people = People()
    if records.text.workbook:
        issues.lost(0, tr_later("a workbook, not a CSV file: save it as CSV and import that"))
        return people
    reader = iter(records)
    head = list(islice(reader, HEAD + 1))
    people.shape = shape = shape_of([row for _, row in head])
    if shape is None:
        why = tr_later("no header and no columns linkbak understands: nobody in this list was read")
        people.skipped = none_understood(chain(head, reader), why, issues)
    else:
        _remark_on_shape(shape, head, issues)
        read_rows(_without_header(head, shape, reader), shape, people, issues)
        _agree_on_dates(people, issues)
        _count_once(people, issues)
    people.cut = records.tell_end(issues)
    people.skipped += people.cut
    people.text_lines = records.text.lines
    return people


def _agree_on_dates(people: People, issues: Issues) -> None:
    """Read ambiguous dates as the other dates of the file decide; rows left without one stay, and are reported."""
    undated, people.undated = people.undated, {}
    for (at, text), day in zip(undated.items(), agreed_days(undated.values()), strict=True):
        if day is None:
            people.undated[at] = text
            why = tr_later("no connection date; the row is kept without it")
            if text.strip():
                why = tr_later("the connection date is none linkbak can read; the row is kept without it")
            issues.lost(people.lines[at], why)
        people.rows[at] = people.rows[at]._replace(connected_on=day)


def _count_once(people: People, issues: Issues) -> None:
    """Leave out rows that only repeat others."""
    again = repeated_rows(people.rows)
    if not again:
        return
    for at, twin in again.items():
        issues.remark(
            people.lines[at], tr_later("equal in everything to line {line}; counted once", line=people.lines[twin])
        )
        people.hidden -= people.rows[at].hidden
    people.undated = {
        at - sum(one < at for one in again): text for at, text in people.undated.items() if at not in again
    }
    people.rows = [row for at, row in enumerate(people.rows) if at not in again]
    people.lines = [line for at, line in enumerate(people.lines) if at not in again]


def _remark_on_shape(shape: Shape, head: list[Record], issues: Issues) -> None:
    if shape.at < 0:
        issues.remark(head[0][0], tr_later("no header; the columns were told by their order"))
    elif shape.strange:
        issues.remark(head[shape.at][0], tr_later("the header has columns linkbak does not know and does not read"))
    if not shape.dated:
        issues.remark(0, tr_later("an address book of the old export page: no connection dates, no profile addresses"))


def _without_header(head: list[Record], shape: Shape, rest: Iterator[Record]) -> Iterator[Record]:
    """All records except the header and the notes above it; rows of people that someone moved above it stay."""
    for at, (line, row) in enumerate(head):
        if at > shape.at or (at < shape.at and row and shape.dated and _day(row, shape) is not None):
            yield line, row
    yield from rest


def read_rows(records: Iterable[Record], shape: Shape, people: People, issues: Issues) -> None:
    """The loop of every import and every full comparison: handles the usual rows; the rest are handled elsewhere.

    Cells go by number here, and rows are made without Connection's own constructor: thousands a list, measured.
    """
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
            if row and shape.dated and found.connected_on is None:
                people.undated[len(rows)] = row[day_at]
            rows.append(found)
        else:
            people.skipped += row is None or any(cell.strip() for cell in row)
            continue
        lines.append(line)
        if len(lines) > MOST_PEOPLE:
            raise ArchiveTooLarge(
                tr("{file} lists more than {most:,} people", file=issues.file, most=MOST_PEOPLE),
                hint=tr("LinkedIn allows 30,000 connections."),
            )


def _odd_row(line: int, row: list[str] | None, shape: Shape, issues: Issues) -> Connection | None:
    """A row of any form, None for an empty one or one not understood."""
    if row is None:
        issues.lost(line, tr_later("a cell is larger than linkbak reads"))
        return None
    if not any(cell.strip() for cell in row):
        issues.remark(line, tr_later("a row of empty cells"))
        return None
    day = _day(row, shape)
    if shape.dated and day is None and (reason := _why_no_row(row, shape)):
        issues.lost(line, reason)
        return None
    if _spills(row, shape):
        issues.remark(line, tr_later("more cells than the header has columns"))
    cells = [row[cell] if 0 <= cell < len(row) else "" for cell in shape.cells[:6]]
    if not "".join(cells).strip(BLANKS):
        if not shape.dated:
            issues.lost(line, tr_later("no name and no address"))
            return None
        cells = list(NOBODY)
    return _tuple(Connection, (*cells, day))


def _day(row: list[str], shape: Shape) -> date | None:
    at = shape.cells[-1]
    return DAYS[row[at]] if 0 <= at < len(row) else None


def _why_no_row(row: list[str], shape: Shape) -> str:
    """Why a row without a readable date is no row of the list at all, "" if only its date is odd."""
    if shape.header and tuple(row[: shape.width]) == shape.header[: shape.width]:
        return tr_later("the header once more: several files in one?")
    if shape.at < 0:
        return tr_later("neither a row of the list nor a header linkbak knows")
    if len(row) <= shape.cells[-1]:
        return tr_later("fewer cells than the header has columns")
    if _spills(row, shape):
        return tr_later("more cells than the header has columns, and no date in its place")
    told = any(row[cell].strip() for cell in (*shape.cells[:3], shape.cells[-1]) if 0 <= cell < len(row))
    return "" if told else tr_later("no name, no address and no date")


def _spills(row: list[str], shape: Shape) -> bool:
    return len(row) > shape.width and any(cell.strip() for cell in row[shape.width :])


# --- duplicate rows, which the portability API serves -----------------------------------------------------------------


def repeated_rows(rows: Sequence[Connection]) -> dict[int, int]:
    """The places of rows equal to an earlier one in all cells, with the earlier one's place.

    An address is one person's, so an equal row with an address is a duplicate. A hidden row is a duplicate
    only inside a repeated stretch; and equal rows of people without addresses may be two people.
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
        if (rows[at - back - 1].connected_on or date.min) < (rows[at - back].connected_on or date.min):
            return {at - step: twin - step for step in range(1, back + 1)}
        back += 1
    return {}


# --- lists compared as bytes first: lines that stand unchanged in both need no parsing --------------------------------

# This holds only where every line is one row and every row was understood. The manifests say how many rows a full
# reading understood; a record never takes less than a line, so if the lines are just as many, each is one. Where
# anything is unusual, the answer is None and both are parsed in full.

LARGEST = 1 << 28
_HEAD_LINES = 2 * HEAD
_HEAD_BYTES = 1 << 16
_BOM = b"\xef\xbb\xbf"
_DATE = len("05 Mar 2024")
_BLANK_CELLS = ("," + BLANKS).encode()
_QUOTE = ord('"')


@dataclass(slots=True)
class Side:
    """The rows of one list as bytes, in its order; `named` are those that show more than a date, once proved."""

    lines: list[bytes]
    shape: Shape
    known: Coverage
    named: set[bytes] | None = None

    def prove(self) -> set[bytes] | None:
        """The lines that show more than a date, if all are different, and the others flawless and as many as known."""
        if self.named is None:
            hidden = _date_only(self.lines)
            named = set(self.lines).difference(hidden)
            each_once = len(named) + len(hidden) == len(self.lines) and len(hidden) == self.known.hidden
            if each_once and _parsed(sorted(set(hidden)), self.shape) is not None:
                self.named = named
        return self.named


def side(data: bytes, known: Coverage) -> Side | None:
    """One list if its header is plain and it has as many lines as rows that were understood."""
    text = _plain_text(data)
    shape = _plain_shape(text) if text and not known.skipped else None
    if text is None or shape is None:
        return None
    lines = text.split(b"\n")[shape.at + 1 :]
    return Side(lines, shape, known) if len(lines) == known.rows else None


def join(left: Side, right: Side) -> Pair | None:
    """The two lists as a pair; None if they are not of one form, or a line that shows more than a date stands twice.

    The lines of the earlier list, once proved, prove those of the later one: what stands in both needs no other look.
    """
    one_form = (left.shape.cells, left.shape.width) == (right.shape.cells, right.shape.width)
    named = left.prove() if one_form else None
    if named is None:
        return None
    runs = list(common(left.lines, right.lines, named))
    lost = [left.lines[at] for at in between(runs, 0, len(left.lines))]
    came = [right.lines[at] for at in between(runs, 1, len(right.lines))]
    hidden, hidden_after = _date_only(lost), _date_only(came)
    later = named.difference(lost)
    later |= set(came).difference(hidden_after)
    if left.known.hidden - len(hidden) + len(hidden_after) != right.known.hidden:
        return None
    if len(later) + right.known.hidden != len(right.lines):
        return None
    right.named = later

    def without_hidden() -> Pair | None:
        return _pair(left, right, list(without_others(runs, left.lines, named)))

    if left.known.hidden == len(hidden):
        return _pair(left, right, runs)
    in_order = all(one[0] < other[0] for one, other in pairwise(runs))
    if in_order and left.known.newest_first and right.known.newest_first:
        return (found := _pair(left, right, runs)) and found._replace(whole=without_hidden)
    return without_hidden()


def _pair(left: Side, right: Side, runs: list[Run]) -> Pair | None:
    one = _left_over(left, between(runs, 0, len(left.lines)))
    other = _left_over(right, between(runs, 1, len(right.lines)))
    return Pair(one, other, runs) if one and other else None


def _date_only(lines: Sequence[bytes]) -> list[bytes]:
    """The lines that show only a date: they begin with a comma or a blank, which sort below letters, as quotes do."""
    return [line for line in lines if line < b"-" and not line[:-_DATE].strip(_BLANK_CELLS)]


def _plain_text(data: bytes) -> bytes | None:
    """The list with bare line feeds and none at its end, if it is UTF-8 and not too large.

    A list is megabytes, and each copy of it takes time, so it is copied only where needed.
    """
    if len(data) > LARGEST:
        return None
    if not data.isascii():
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            return None
    if b"\r" in data:
        if data.count(b"\r") != data.count(b"\r\n"):
            return None
        data = data.replace(b"\r\n", b"\n")
    return data.removeprefix(_BOM).rstrip(b"\n")


def _plain_shape(text: bytes) -> Shape | None:
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


def _left_over(side: Side, positions: list[int]) -> Listing | None:
    """The rows that are not anchored, parsed normally; None if one of them is odd in any way."""
    rows, known = _parsed([side.lines[at] for at in positions], side.shape), side.known
    if rows is None:
        return None
    newest = date.fromisoformat(known.newest) if known.newest else None
    return Listing(rows, positions, known.rows, known.hidden, known.newest_first, side.shape.columns, newest)


def _parsed(lines: Sequence[bytes], shape: Shape) -> list[Connection] | None:
    """A row for each line; None if one of them is odd in any way.

    A quote that is never closed would take the lines behind it, anchored or not: strict, the reader refuses it.
    """
    text = b"\n".join(lines).decode("utf-8")
    people, issues = People(shape=shape), Issues("")
    try:
        read_rows(enumerate(csv.reader(StringIO(text, newline=""), strict=True)), shape, people, issues)
    except csv.Error:
        return None
    as_expected = len(people.rows) == len(lines) and people.hidden == len(_date_only(lines))
    return people.rows if as_expected and not people.undated and not issues.all() else None


def beside(data: bytes, earlier: Side) -> tuple[Side, Pair] | None:
    """A list not read before, read by its common lines with an earlier one; and the pair of both.

    Precondition: the earlier list had no remarks. A line that stands in it is then a flawless row here,
    too, so that only the others are parsed. `known` of the side says just what a full reading would: it, too, would
    have remarked nothing.
    """
    text = _plain_text(data)
    shape = _plain_shape(text) if text else None
    if text is None or shape is None or shape.strange:
        return None
    lines = text.split(b"\n")[shape.at + 1 :]
    if len(lines) > MOST_PEOPLE or (days := _days(lines)) is None:
        return None
    known = Coverage(
        len(lines),
        len(_date_only(lines)),
        oldest=min(days).isoformat(),
        newest=max(days).isoformat(),
        newest_first=falls(days),
    )
    found = Side(lines, shape, known)
    pair = join(earlier, found)
    return (found, pair) if pair and _all_different(found, pair) else None


def _days(lines: Sequence[bytes]) -> list[date] | None:
    """The date at the end of each line; None if a line has none in LinkedIn's form."""
    ends = [line[-_DATE - 1 :] for line in lines]
    days: dict[bytes, date] = {}
    for end in set(ends):
        day = DAYS[end[1:].decode("utf-8", "replace")] if len(end) == _DATE + 1 and end.startswith(b",") else None
        if day is None:
            return None
        days[end] = day
    return list(map(days.__getitem__, ends))


def _all_different(side: Side, pair: Pair) -> bool:
    """Whether everybody new in the list has an address of their own, as everybody in the earlier one did."""
    new = {row.url.strip().casefold() for row in pair.after.rows if not row.hidden}
    column = side.shape.cells[2]
    if column < 0 or "" in new or len(new) < sum(not row.hidden for row in pair.after.rows):
        return False
    lines, cells, odd = side.lines, list[bytes](), list[bytes]()
    for line in chain.from_iterable(lines[after : after + length] for _, after, length in pair.anchors):
        parts = line.split(b",", column + 1)
        # Below "#" sort an empty cell, a blank and a quote, behind which a comma need not end the cell.
        if _QUOTE in line and min(parts[: column + 1]) < b"#":
            odd.append(line)
        elif cell := parts[column]:
            cells.append(cell)
    text = b"\n".join(cells).decode("utf-8").casefold()
    words = text.split()  # much faster than line by line, and the same where no cell has blanks in it
    if len(words) != len(cells):
        words = [cell.strip() for cell in text.split("\n")]
    rows = csv.reader(StringIO(b"\n".join(odd).decode("utf-8"), newline=""))
    return new.isdisjoint(words) and new.isdisjoint(row[column].strip().casefold() for row in rows)

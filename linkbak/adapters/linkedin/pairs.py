"""Two lists compared as bytes first: lines that stand unchanged in both need no parsing.

This holds only where every line is one row and every row is understood, so both files are checked for that, line
by line; where anything is out of the ordinary, the answer is None and the caller parses both in full.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date
from io import BytesIO, StringIO
from itertools import groupby, islice
from typing import NamedTuple

from linkbak.adapters.linkedin.connections import BLANKS, People, falls, read_rows
from linkbak.adapters.linkedin.dates import DAYS
from linkbak.adapters.linkedin.issues import Issues
from linkbak.adapters.linkedin.records import Records
from linkbak.adapters.linkedin.shape import HEAD, Shape, shape_of
from linkbak.model import Listing, Pair

_LONGEST_LINE = 1 << 20
LARGEST = 1 << 28
_HEAD_LINES = 2 * HEAD
_HEAD_BYTES = 1 << 16
_BOM = b"\xef\xbb\xbf"
_MOST_ENDS = 50_000
_DATE = len("05 Mar 2024")
_NO_STRUCTURE = bytes(set(range(256)) - set(b',"\n'))
_BLANK_CELLS = ("," + BLANKS).encode()


class _Ends(dict[bytes, "date | None"]):
    """The date a line ends in, by its last bytes from the comma on."""

    def __missing__(self, end: bytes) -> date | None:
        if len(self) >= _MOST_ENDS:
            self.clear()
        found = self[end] = DAYS[end[1:].decode("latin-1")] if end[:1] == b"," else None
        return found


_ENDS = _Ends()


class _Side(NamedTuple):
    """The rows of one list as bytes, in its order, none twice but those that show only a date, `empty`."""

    lines: list[bytes]
    shape: Shape
    newest_first: bool
    empty: set[bytes]


def quick_pair(before: bytes, after: bytes) -> Pair | None:
    """Both lists without the rows that are byte for byte the same in both and occur once in each."""
    left = _side(before)
    right = _side(after) if left else None
    if left is None or right is None or (left.shape.cells, left.shape.width) != (right.shape.cells, right.shape.width):
        return None
    anchors = _anchors(left, right)
    one = _listing(left, _others(left, [at for at, _ in anchors]))
    other = _listing(right, _others(right, [to for _, to in anchors]))
    return Pair(one, other, anchors) if one and other else None


def _side(data: bytes) -> _Side | None:
    """One list if its header is plain and each of its lines is a whole row that ends in a date."""
    text = _plain_text(data)
    shape = _shape(text) if text else None
    if text is None or shape is None:
        return None
    lines = text.split(b"\n")[shape.at + 1 :]
    days = _days(lines)
    if not days or max(map(len, lines)) > _LONGEST_LINE:
        return None
    unusual = _unusual(lines, text, shape)
    empty = _date_only_unusual(unusual, shape.width)
    if empty is None:
        return None
    hidden = sum(map(empty.__contains__, unusual)) if empty else 0
    blank = [line for line in lines if line < b"-" and not line[:-_DATE].strip(_BLANK_CELLS)]
    empty.update(blank)
    if len(set(lines)) - len(empty) != len(lines) - len(blank) - hidden:
        return None  # a row that stands twice: is it one person or two?
    return _Side(lines, shape, falls(days), empty)


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
    """The shape of the list if every column is read, the date is the last and nobody stands above the header.

    Should the notes above or the header itself take several lines, the rest of them will be among the rows, where
    they do not end in a date.
    """
    lines = text[:_HEAD_BYTES].split(b"\n", _HEAD_LINES)[:_HEAD_LINES]
    records = Records(BytesIO(b"\n".join(lines)))
    head = list(islice(records, HEAD + 1))
    shape = shape_of([row for _, row in head])
    if (
        shape is None
        or shape.at < 0
        or records.text.delimiter != ","
        or records.text.encoding != "utf-8"
        or records.text.workbook
    ):
        return None
    day_at = shape.cells[6]
    if day_at != shape.width - 1 or sorted(cell for cell in shape.cells if cell >= 0) != list(range(shape.width)):
        return None
    above = (row for _, row in head[: shape.at] if row and len(row) > day_at)
    return shape if all(DAYS[row[day_at]] is None for row in above) else None


def _days(lines: list[bytes]) -> list[date] | None:
    """The dates the lines end in, repeated ones once; None if a line does not end in a cell of its own with a date."""
    ends = [line[-_DATE - 1 :] for line in lines]
    found = [_ENDS[end] for end, _ in groupby(ends)]
    days = [day for day in found if day is not None]
    return days if len(days) == len(found) else None


def _unusual(lines: list[bytes], text: bytes, shape: Shape) -> list[bytes]:
    """The lines that have quotes, or not as many commas as columns ask for.

    What is left of the text without all that is not a comma, a quote or a line feed shows it at the speed of memory.
    """
    usual = b"," * (shape.width - 1)
    skeleton = text.translate(None, _NO_STRUCTURE).split(b"\n")[shape.at + 1 :]
    return [lines[at] for at, marks in enumerate(skeleton) if marks != usual]


def _date_only_unusual(lines: list[bytes], width: int) -> set[bytes] | None:
    """Those of the unusual lines that show nothing but a date; None unless each is exactly one row of `width` cells.

    Only csv can judge that. What it reads must be what it would write, for then equal rows are equal lines.
    """
    if not lines:
        return set()
    text = b"\n".join([*lines, b""]).decode("utf-8")
    again = StringIO()
    try:
        rows = list(csv.reader(StringIO(text, newline="")))
        csv.writer(again, lineterminator="\n").writerows(rows)
    except csv.Error:
        return None
    if again.getvalue() != text or len(rows) != len(lines) or any(len(row) != width for row in rows):
        return None
    return {line for row, line in zip(rows, lines, strict=True) if not "".join(row[:-1]).strip(BLANKS)}


def _anchors(left: _Side, right: _Side) -> list[tuple[int, int]]:
    """The places of the lines that stand in both lists and show more than a date."""
    places = dict(zip(right.lines, range(len(right.lines)), strict=True))
    for line in left.empty | right.empty:
        places.pop(line, None)
    found = map(places.get, left.lines)
    return [(at, to) for at, to in enumerate(found) if to is not None]


def _others(side: _Side, anchored: Iterable[int]) -> list[int]:
    return sorted(set(range(len(side.lines))).difference(anchored))


def _listing(side: _Side, positions: list[int]) -> Listing | None:
    """The rows that are not anchored, parsed as every other list is."""
    text = b"\n".join([side.lines[at] for at in positions]).decode("utf-8")
    people = People(shape=side.shape)
    read_rows(enumerate(csv.reader(StringIO(text, newline=""))), side.shape, people, Issues(""))
    if len(people.rows) != len(positions):
        return None
    return Listing(people.rows, positions, len(side.lines), people.hidden, side.newest_first, side.shape.columns)

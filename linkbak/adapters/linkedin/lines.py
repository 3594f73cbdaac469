"""Two lists of connections compared as bytes first: lines that stand unchanged in both need no parsing.

This holds only where every line is one row and every row was understood. The manifests say how many rows a full
reading understood; a record never takes less than a line, so if the lines are just as many, each is one. Where
anything is unusual, the answer is None and both are parsed in full.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from csv import reader
from datetime import date
from io import BytesIO, StringIO
from itertools import islice

from linkbak.adapters.linkedin.connections import (
    BLANKS,
    HEAD,
    MOST_PEOPLE,
    People,
    Shape,
    falls,
    read_rows,
    shape_of,
)
from linkbak.adapters.linkedin.csv import DAYS, Issues, Records
from linkbak.model import Coverage, Listing, NamedTuple, Pair

LARGEST = 1 << 28
_HEAD_LINES = 2 * HEAD
_HEAD_BYTES = 1 << 16
_BOM = b"\xef\xbb\xbf"
_DATE = len("05 Mar 2024")
_BLANK_CELLS = ("," + BLANKS).encode()


class Side(NamedTuple):
    """The rows of one list as bytes, in its order; `places` has the position of each that shows more than a date."""

    lines: list[bytes]
    shape: Shape
    places: dict[bytes, int]
    known: Coverage


def join(left: Side, right: Side) -> Pair | None:
    """The two lists as a pair; None if they are not of one form."""
    if (left.shape.cells, left.shape.width) != (right.shape.cells, right.shape.width):
        return None
    to = list(map(right.places.get, left.lines))
    anchors = [(at, place) for at, place in enumerate(to) if place is not None]
    taken = bytearray(len(right.lines))
    for _, place in anchors:
        taken[place] = 1
    one = _left_over(left, [at for at, place in enumerate(to) if place is None])
    other = _left_over(right, [place for place, mark in enumerate(taken) if not mark])
    return Pair(one, other, anchors) if one and other else None


def side(data: bytes, known: Coverage) -> Side | None:
    """One list if its header is plain and each of its lines is one row that was understood, all different."""
    text = _plain_text(data)
    shape = _shape(text) if text and not known.skipped else None
    if text is None or shape is None:
        return None
    lines = text.split(b"\n")[shape.at + 1 :]
    return _side(lines, shape, known) if len(lines) == known.rows else None


def _side(lines: list[bytes], shape: Shape, known: Coverage) -> Side | None:
    empty = _date_only(lines)
    if len(empty) != known.hidden:
        return None
    places = dict(zip(lines, range(len(lines)), strict=True))
    for line in empty:
        places.pop(line, None)
    return Side(lines, shape, places, known) if len(places) + len(empty) == len(lines) else None


def _date_only(lines: Sequence[bytes]) -> list[bytes]:
    """The lines that show only a date: they begin with a comma or a blank, which sort below letters, as quotes do."""
    return [line for line in lines if line < b"-" and not line[:-_DATE].strip(_BLANK_CELLS)]


def _plain_text(data: bytes) -> bytes | None:
    """The list with bare line feeds and none at its end, if it is UTF-8 and not too large.

    A list is megabytes, and each copy of it takes time, so it is copied only where needed.
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


def _left_over(side: Side, positions: list[int]) -> Listing | None:
    """The rows that are not anchored, parsed normally; None if one of them is odd in any way.

    A quote that is never closed would take the lines behind it, anchored or not: strict, the reader refuses it.
    """
    text = b"\n".join([side.lines[at] for at in positions]).decode("utf-8")
    people, issues = People(shape=side.shape), Issues("")
    try:
        read_rows(enumerate(reader(StringIO(text, newline=""), strict=True)), side.shape, people, issues)
    except csv.Error:
        return None
    known = side.known
    if len(people.rows) != len(positions) or people.hidden != known.hidden or people.undated or issues.all():
        return None
    newest = date.fromisoformat(known.newest) if known.newest else None
    return Listing(people.rows, positions, known.rows, known.hidden, known.newest_first, side.shape.columns, newest)


# --- a list not read before -------------------------------------------------------------------------------------------


def beside(data: bytes, earlier: Side) -> tuple[Side, Pair] | None:
    """A list not read before, read by its common lines with an earlier one; and the pair of both.

    Precondition: the earlier list had no remarks. A line that stands in it is then a flawless row here,
    too, so that only the others are parsed. `known` of the side says just what a full reading would: it, too, would
    have remarked nothing.
    """
    text = _plain_text(data)
    shape = _shape(text) if text else None
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
    found = _side(lines, shape, known)
    pair = join(earlier, found) if found else None
    if found is None or pair is None or not _all_different(found, pair):
        return None
    return found, pair


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
    if column < 0 or "" in new or len(new) < len(pair.after.rows) - side.known.hidden:
        return False
    lines, cells, odd = side.lines, list[bytes](), list[bytes]()
    for _, at in pair.anchors:
        parts = lines[at].split(b",", column + 1)
        # Below "#" sort an empty cell, a blank and a quote, behind which a comma need not end the cell.
        if min(parts[: column + 1]) < b"#":
            odd.append(lines[at])
        else:
            cells.append(parts[column])
    text = b"\n".join(cells).decode("utf-8").casefold()
    words = text.split()  # much faster than line by line, and the same where no cell has blanks in it
    if len(words) != len(cells):
        words = [cell.strip() for cell in text.split("\n")]
    rows = reader(StringIO(b"\n".join(odd).decode("utf-8"), newline=""))
    return new.isdisjoint(words) and new.isdisjoint(row[column].strip().casefold() for row in rows)

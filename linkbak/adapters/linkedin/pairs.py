"""Two lists compared as bytes first: lines that stand unchanged in both need no parsing.

This holds only where every line is one row and every row was understood. The manifests say how many rows a full
reading understood; a record never takes less than a line, so if the lines are just as many, each is one. Where
anything is out of the ordinary, the answer is None and both are parsed in full.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO, StringIO
from itertools import islice
from typing import NamedTuple

from linkbak.adapters.linkedin.connections import BLANKS, HEAD, People, Shape, read_rows, shape_of
from linkbak.adapters.linkedin.csv import Issues, Records
from linkbak.adapters.linkedin.dates import DAYS
from linkbak.adapters.linkedin.files import Claims, claims
from linkbak.model import Coverage, Files, Listing, Pair

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


# --- series: neighbouring lists as pairs, each list fetched and split into lines once ---------------------------------

Reader = Callable[[Files, Claims], Listing]


class _Neighbour:
    """One list of the series, as lines if it is plain enough; it is parsed in full only if it is not."""

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
    before: _Neighbour | None = None
    for files, known in lists:
        after = _Neighbour(files, known, read)
        if before is not None:
            yield _pair(before, after) if before.there and after.there else None
        before = after


def _pair(before: _Neighbour, after: _Neighbour) -> Pair:
    if before.side and after.side and (found := join(before.side, after.side)):
        return found
    return Pair(before.listing(), after.listing())

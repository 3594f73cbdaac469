"""Reads the archives LinkedIn sends its members, of every form met from 2013 to 2026; see docs/formats.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from csv import reader
from datetime import date
from io import BytesIO, StringIO
from itertools import accumulate, islice, pairwise, starmap

from linkbak.adapters.linkedin import files as whole
from linkbak.adapters.linkedin import messages as beside
from linkbak.adapters.linkedin.connections import BLANKS, HEAD, People, Shape, falls, read_people, read_rows, shape_of
from linkbak.adapters.linkedin.coverage import read
from linkbak.adapters.linkedin.csv import DAYS, Issues, Records
from linkbak.adapters.linkedin.files import Claims, claims
from linkbak.adapters.linkedin.member import account_facts, posts, profile
from linkbak.adapters.linkedin.tables import header_for
from linkbak.model import Card, Connection, Coverage, Files, Listing, NamedTuple, Pair


class LinkedIn:
    """LinkedIn's basic and complete exports, single files of them, and the address books of before 2018."""

    network = "linkedin"

    recognises = staticmethod(whole.recognises)
    is_archive_name = staticmethod(whole.is_archive_name)
    may_be_archive = staticmethod(whole.may_be_archive)
    header_for = staticmethod(header_for)
    taken = staticmethod(whole.taken)
    read = staticmethod(read)
    owner = staticmethod(beside.owner)
    messages = staticmethod(beside.messages)
    invitations = staticmethod(beside.invitations)
    endorsements = staticmethod(beside.endorsements)
    recommendations = staticmethod(beside.recommendations)
    contacts = staticmethod(beside.contacts)
    notes = staticmethod(beside.notes)
    posts = staticmethod(posts)
    account_facts = staticmethod(account_facts)
    profile = staticmethod(profile)

    def is_surely_archive(self, files: Files) -> bool:
        """Whether LinkedIn's columns are found in files of LinkedIn's names, a lone list as LinkedIn wrote it."""
        if not whole.is_surely_archive(files):
            return False
        listing = self.connections(files) if len(files.paths) == 1 else None
        return listing is None or not whole.edited(files, listing)

    def book(self, files: Files) -> str:
        """Nothing: the archive is a member's, and names them."""
        return ""

    def cards(self, files: Files) -> Iterator[Card]:
        """None: what the member once gave LinkedIn of theirs are `contacts`."""
        return iter(())

    def connections(self, files: Files) -> Listing | None:
        """The whole list of connections, None if the archive has none; empty where it cannot be read."""
        found = claims(files)
        return _listing(files, found) if found.connections else None

    def pair(self, before: Files, after: Files, known: tuple[Coverage, Coverage] | None = None) -> Pair | None:
        """Two lists to compare, None if one side has none.

        With what full readings found before, rows that stand unchanged in both may be left out as anchors; where
        the files do not allow it, both are given in full.
        """
        one, other = (_List(files, which) for files, which in zip((before, after), known or (None, None), strict=True))
        return _pair(one, other)

    def series(self, lists: Iterable[tuple[Files, Coverage]]) -> Iterator[Pair | None]:
        """Each list after the first, paired with the one before it; each is fetched once."""
        yield from starmap(_pair, pairwise(_List(files, known) for files, known in lists))


def _listing(files: Files, found: Claims) -> Listing:
    """All parts of the list as one; a field counts as covered only if every part has a column for it."""
    parts: list[People] = []
    for named in found.connections:
        with files.open(named.path) as stream:
            parts.append(read_people(stream, Issues(named.path)))
    rows: list[Connection] = parts[0].rows if len(parts) == 1 else [row for people in parts for row in people.rows]
    firsts = accumulate((len(people.rows) for people in parts[:-1]), initial=0)
    shapes = [people.shape for people in parts if people.shape is not None]
    columns = frozenset.intersection(*(shape.columns for shape in shapes)) if shapes else frozenset[str]()
    days = [row.connected_on for row in rows if row.connected_on is not None]
    return Listing(
        rows,
        range(len(rows)),
        len(rows),
        sum(people.hidden for people in parts),
        "connected_on" in columns and falls(days),
        columns,
        max(days, default=None),
        {first + at: text for first, people in zip(firsts, parts, strict=True) for at, text in people.undated.items()},
    )


# --- two lists compared as bytes first -------------------------------------------------------------------------------
# Lines that stand unchanged in both need no parsing.
#
# This holds only where every line is one row and every row was understood. The manifests say how many rows a full
# reading understood; a record never takes less than a line, so if the lines are just as many, each is one. Where
# anything is out of the ordinary, the answer is None and both are parsed in full.

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


def _left_over(side: Side, positions: list[int]) -> Listing | None:
    """The rows that are not anchored, parsed as every other list is."""
    text = b"\n".join([side.lines[at] for at in positions]).decode("utf-8")
    people = People(shape=side.shape)
    read_rows(enumerate(reader(StringIO(text, newline=""))), side.shape, people, Issues(""))
    if len(people.rows) != len(positions) or people.undated:
        return None
    known = side.known
    newest = date.fromisoformat(known.newest) if known.newest else None
    return Listing(people.rows, positions, known.rows, known.hidden, known.newest_first, side.shape.columns, newest)


class _List:
    """An archive's list of connections: as lines if it is plain enough, and parsed in full only if it is not.

    Without what a full reading found of it, `known`, nobody can say that it is plain.
    """

    def __init__(self, files: Files, known: Coverage | None) -> None:
        self._files = files
        self._claims = claims(files)
        self._listing: Listing | None = None
        self.side: Side | None = None
        if known and len(self._claims.connections) == 1:
            with files.open(self._claims.connections[0].path) as stream:
                self.side = side(stream.read(LARGEST + 1), known)

    @property
    def there(self) -> bool:
        """Whether the archive has a list at all."""
        return bool(self._claims.connections)

    def listing(self) -> Listing:
        """The whole list, parsed once."""
        if self._listing is None:
            self._listing = _listing(self._files, self._claims)
        return self._listing


def _pair(before: _List, after: _List) -> Pair | None:
    """The two, None where one of them is missing."""
    if not before.there or not after.there:
        return None
    if before.side and after.side and (found := join(before.side, after.side)):
        return found
    return Pair(before.listing(), after.listing())

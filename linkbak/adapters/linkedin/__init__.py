"""Reads the archives LinkedIn sends its members, of every form met from 2013 to 2026; see docs/formats.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate, pairwise, starmap

from linkbak.adapters.linkedin import files as whole
from linkbak.adapters.linkedin import messages as beside
from linkbak.adapters.linkedin.connections import LARGEST, People, Side, falls, join, read_people, side
from linkbak.adapters.linkedin.coverage import read
from linkbak.adapters.linkedin.csv import Issues
from linkbak.adapters.linkedin.files import Claims, claims
from linkbak.adapters.linkedin.member import account_facts, posts, profile
from linkbak.adapters.linkedin.tables import header_for
from linkbak.model import Card, Connection, Coverage, Files, Listing, Pair


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
        """Whether files of LinkedIn's names have LinkedIn's columns; a lone list must be as LinkedIn wrote it."""
        if not whole.is_surely_archive(files):
            return False
        listing = self.connections(files) if len(files.paths) == 1 else None
        return listing is None or not whole.edited(files, listing)

    def book(self, files: Files) -> str:
        """Nothing: the archive names its member."""
        return ""

    def cards(self, files: Files) -> Iterator[Card]:
        """None: the address book that the member once gave LinkedIn is in `contacts`."""
        return iter(())

    def connections(self, files: Files) -> Listing | None:
        """The whole list of connections, None if the archive has none; empty where it cannot be read."""
        found = claims(files)
        return _listing(files, found) if found.connections else None

    def pairs(self, lists: Iterable[tuple[Files, Coverage | None]]) -> Iterator[Pair | None]:
        """Each list with the one before it; where the files do not allow to leave rows out, both are given in full."""
        return starmap(_pair, pairwise(_List(files, known) for files, known in lists))


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


# --- lists that are compared ------------------------------------------------------------------------------------------


class _List:
    """An archive's list of connections: as lines if it is plain enough, and parsed in full only if it is not.

    It counts as plain only if the result of a full reading, `known`, says so.
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

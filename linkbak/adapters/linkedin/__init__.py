"""Reads the archives LinkedIn sends its members, of every form met from 2013 to 2026; see docs/formats.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from linkbak.adapters.linkedin import endorsements
from linkbak.adapters.linkedin import files as whole
from linkbak.adapters.linkedin.connections import People, falls, read_people
from linkbak.adapters.linkedin.coverage import read
from linkbak.adapters.linkedin.csv import Issues
from linkbak.adapters.linkedin.files import Claims, claims, owner_of, recognises
from linkbak.adapters.linkedin.messages import read_invitations, read_messages
from linkbak.adapters.linkedin.pairs import LARGEST, quick_pair, series
from linkbak.model import (
    Connection,
    Coverage,
    Endorsement,
    Files,
    Invitation,
    Listing,
    Message,
    Note,
    Owner,
    Pair,
    Reading,
    Recommendation,
    Taken,
)


class LinkedIn:
    """LinkedIn's basic and complete exports, single files of them, and the address books of before 2018."""

    network = "linkedin"

    def recognises(self, files: Files) -> bool:
        """Whether the files carry LinkedIn's names and columns."""
        return recognises(files)

    def is_archive_name(self, name: str) -> bool:
        """Whether LinkedIn calls its archives so."""
        return whole.is_archive_name(name)

    def may_be_archive(self, paths: Iterable[str]) -> bool:
        """Whether most files are called as LinkedIn's are."""
        return whole.may_be_archive(paths)

    def is_surely_archive(self, files: Files) -> bool:
        """Whether LinkedIn's columns are found in files of LinkedIn's names, a lone list as LinkedIn wrote it."""
        if not whole.is_surely_archive(files):
            return False
        listing = self.connections(files) if len(files.paths) == 1 else None
        return listing is None or not whole.edited(files, listing)

    def taken(self, name: str, entries: Sequence[tuple[str, datetime | None]], kind: str) -> Taken | None:
        """When LinkedIn wrote the archive; None if nothing tells."""
        return whole.taken(name, entries, kind)

    def owner(self, files: Files) -> Owner:
        """What the archive tells of whose it is."""
        return owner_of(files, claims(files))

    def read(self, files: Files) -> Reading:
        """Every file recognised and counted, every kind with how complete it is."""
        return read(files)

    def connections(self, files: Files) -> Listing | None:
        """The whole list of connections, None if the archive has none; empty where it cannot be read."""
        found = claims(files)
        return _listing(files, found) if found.connections else None

    def pair(self, before: Files, after: Files, known: tuple[Coverage, Coverage] | None = None) -> Pair | None:
        """Two lists to compare, None if one side has none.

        With what full readings found before, rows that stand unchanged in both may be left out as anchors; where
        the files do not allow it, both are given in full.
        """
        old, new = claims(before), claims(after)
        if not old.connections or not new.connections:
            return None
        if known and len(old.connections) == len(new.connections) == 1:
            found = quick_pair(_content(before, old), _content(after, new), known)
            if found is not None:
                return found
        return Pair(_listing(before, old), _listing(after, new))

    def series(self, lists: Iterable[tuple[Files, Coverage]]) -> Iterator[Pair | None]:
        """Each list after the first, paired with the one before it; each is fetched once."""
        return series(lists, _listing)

    def messages(self, files: Files) -> Iterator[Message]:
        """Every message, in the order of the file; what is not understood is left out, as `read` reports."""
        for named in claims(files).of("messages.csv"):
            with files.open(named.path) as stream:
                yield from read_messages(stream, Issues(named.path))

    def invitations(self, files: Files) -> Iterator[Invitation]:
        """Every invitation, in the order of the file; what is not understood is left out, as `read` reports."""
        for named in claims(files).of("Invitations.csv"):
            with files.open(named.path) as stream:
                yield from read_invitations(stream, Issues(named.path))

    def endorsements(self, files: Files) -> Iterator[Endorsement]:
        """Every endorsement received, then every one given, in the order of the files; each once."""
        return endorsements.endorsements(files, claims(files))

    def recommendations(self, files: Files) -> Iterator[Recommendation]:
        """Every recommendation received, then every one given, in the order of the files; each once."""
        return endorsements.recommendations(files, claims(files))

    def notes(self, files: Files) -> Iterator[Note]:
        """Every note on a connection, in the order of the file; each once."""
        return endorsements.notes(files, claims(files))


def _content(files: Files, found: Claims) -> bytes:
    with files.open(found.connections[0].path) as stream:
        return stream.read(LARGEST + 1)


def _listing(files: Files, found: Claims) -> Listing:
    """All parts of the list as one; a field counts as covered only if every part has a column for it."""
    parts: list[People] = []
    for named in found.connections:
        with files.open(named.path) as stream:
            parts.append(read_people(stream, Issues(named.path)))
    rows: list[Connection] = parts[0].rows if len(parts) == 1 else [row for people in parts for row in people.rows]
    shapes = [people.shape for people in parts if people.shape is not None]
    columns = frozenset.intersection(*(shape.columns for shape in shapes)) if shapes else frozenset[str]()
    days = (row.connected_on for row in rows if row.connected_on is not None)
    return Listing(
        rows,
        range(len(rows)),
        len(rows),
        sum(people.hidden for people in parts),
        "connected_on" in columns and falls(days),
        columns,
    )

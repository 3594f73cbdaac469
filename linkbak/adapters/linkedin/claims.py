"""Which file of an archive is read for which table, where several claim to be one and where parts are missing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby, islice
from operator import attrgetter

from linkbak.adapters.linkedin.names import Named, name_of
from linkbak.adapters.linkedin.records import Records
from linkbak.adapters.linkedin.shape import HEAD, shape_of
from linkbak.adapters.linkedin.tables import ARTICLES, IMAGES, TABLES
from linkbak.model import Files

ADDRESS_BOOKS = tuple(key for key in TABLES if key.startswith("linkedin_connections_export_"))


@dataclass(slots=True)
class Claims:
    """What every recognised file is to the archive.

    `chosen` are the files read for a table, by its case-folded name, parts in order; `same` and `rivals` are files that
    claim a table already given to another, with that other's path; `gaps` are missing part numbers by table.
    """

    named: dict[str, Named] = field(default_factory=dict)
    chosen: dict[str, tuple[Named, ...]] = field(default_factory=dict)
    same: dict[str, str] = field(default_factory=dict)
    rivals: dict[str, str] = field(default_factory=dict)
    gaps: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def of(self, name: str) -> tuple[Named, ...]:
        """The files to read for a table, none if the archive lacks it."""
        return self.chosen.get(name.casefold(), ())

    @property
    def connections(self) -> tuple[Named, ...]:
        """The files of the list of connections: Connections.csv, or else an address book of the old export page."""
        return next((found for key in ("connections.csv", *ADDRESS_BOOKS) if (found := self.chosen.get(key))), ())

    @property
    def members(self) -> tuple[str, ...]:
        """The member numbers the files that are read carry in their names."""
        return tuple(dict.fromkeys(named.member for parts in self.chosen.values() for named in parts if named.member))


def claims(files: Files) -> Claims:
    """Settle which file is read for which table."""
    found = Claims()
    bare = len(files.paths) == 1
    for path in files.paths:
        named = name_of(path, bare=bare) or (_list_by_content(files, path) if bare else None)
        if named is not None:
            found.named[path] = named
    folders = Counter(named.folder for named in found.named.values())
    tables: dict[str, list[Named]] = {}
    for named in found.named.values():
        if named.table not in (ARTICLES, IMAGES):
            tables.setdefault(named.table.name.casefold(), []).append(named)
    for key, candidates in tables.items():
        _settle(files, key, candidates, folders, found)
    return found


def _list_by_content(files: Files, path: str) -> Named | None:
    """A single file under a name of the user's own that is a list of connections all the same."""
    if not path.casefold().endswith((".csv", ".txt")):
        return None
    with files.open(path) as stream:
        records = Records(stream)
        if records.text.workbook:
            return None
        head = [row for _, row in islice(records, HEAD)]
    shape = shape_of(head)
    return Named(path, TABLES["connections.csv"], "") if shape and shape.dated else None


def _settle(files: Files, key: str, candidates: list[Named], folders: Counter[str], found: Claims) -> None:
    groups = _groups(candidates)
    groups.sort(key=lambda group: (-folders[group[0].folder], group[0].folder.count("/"), -len(group), group[0].path))
    chosen = found.chosen[key] = groups[0]
    if missing := _missing([named.part for named in chosen]):
        found.gaps[key] = missing
    for rival in (named for group in groups[1:] for named in group):
        twin = next((mine for mine in chosen if mine.part == rival.part), chosen[0])
        alike = _digest(files, rival.path) == _digest(files, twin.path)
        (found.same if alike else found.rivals)[rival.path] = twin.path


def _groups(candidates: list[Named]) -> list[tuple[Named, ...]]:
    """Files that may be parts of one table: of one folder and one member, each part once."""
    groups: list[tuple[Named, ...]] = []
    owner = attrgetter("folder", "member")
    for _, together in groupby(sorted(candidates, key=lambda n: (*owner(n), n.part, n.path)), owner):
        parts: list[Named] = []
        for named in together:
            if parts and parts[-1].part == named.part:
                groups.append((named,))
            else:
                parts.append(named)
        groups.append(tuple(parts))
    return groups


def _missing(parts: list[int]) -> tuple[int, ...]:
    """The part numbers left out; a file without number may stand for the first or come before it."""
    numbers = [part for part in parts if part >= 0]
    if not numbers:
        return ()
    first = min(numbers[0], 2 if parts[0] < 0 else 1)
    return tuple(sorted(set(range(first, numbers[-1])) - set(numbers)))


def _digest(files: Files, path: str) -> bytes:
    from hashlib import sha256

    digest = sha256()
    with files.open(path) as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.digest()

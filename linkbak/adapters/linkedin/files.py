"""An archive as a whole: which file is which table, whether it is LinkedIn's, and when it was written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby, islice
from operator import attrgetter

from linkbak.adapters.linkedin.connections import HEAD, shape_of
from linkbak.adapters.linkedin.csv import Records
from linkbak.adapters.linkedin.tables import ANALYTICS, IMAGES, TABLES, UNCOUNTED, Named, folded_header, knows, name_of
from linkbak.archive import digest_of, is_junk
from linkbak.model import EARLIEST, Files, Listing, Taken, TakenSource, may_be_taken

# --- which file is read for which table, where several claim to be one and where parts are missing --------------------

_LIST = "connections.csv"
_MOST_ODD = 200
"""The most files of unknown names that are opened."""
ADDRESS_BOOKS = tuple(key for key in TABLES if key.startswith("linkedin_connections_export_"))


@dataclass(slots=True)
class Claims:
    """The role of every recognised file in the archive.

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


def claims(files: Files, *, every: bool = False) -> Claims:
    """Decide which file is read for which table.

    A file under a name of the user's own is opened if none has the name of the list of connections, or with
    `every`, since another list is a rival.
    """
    found = Claims()
    bare = len(files.paths) == 1
    for path in files.paths:
        if (named := name_of(path, bare=bare)) is not None:
            found.named[path] = named
    folders = Counter(named.folder for named in found.named.values())
    tables: dict[str, list[Named]] = {}
    for named in found.named.values():
        if named.table not in UNCOUNTED:
            tables.setdefault(named.table.name.casefold(), []).append(named)
    for key, candidates in tables.items():
        _settle(files, key, candidates, folders, found)
    if every or _LIST not in found.chosen:
        unknown = (path for path in files.paths if path not in found.named and not is_junk(path))
        odd = [named for path in islice(unknown, _MOST_ODD) if (named := _list_by_content(files, path, bare=bare))]
        found.named.update((named.path, named) for named in odd)
        odd.sort(key=lambda named: (-folders[named.folder], named.folder.count("/"), named.path))
        if odd:
            chosen = found.chosen.setdefault(_LIST, (odd[0],))
            _reject(files, [named for named in odd if named not in chosen], chosen, found)
    return found


def _list_by_content(files: Files, path: str, *, bare: bool) -> Named | None:
    """A file under a name of the user's own that is a list of connections by its header.

    One that came alone (`bare`) may have lost it.
    """
    if not path.casefold().endswith((".csv", ".txt")):
        return None
    shape = shape_of(_head(files, path))
    fits = shape is not None and shape.dated and (bare or shape.at >= 0)
    return Named(path, TABLES["connections.csv"], path.rpartition("/")[0]) if fits else None


def _head(files: Files, path: str) -> list[list[str] | None]:
    """The first records of a file; none for a workbook."""
    with files.open(path) as stream:
        records = Records(stream)
        return [] if records.text.workbook else [row for _, row in islice(records, HEAD)]


def _settle(files: Files, key: str, candidates: list[Named], folders: Counter[str], found: Claims) -> None:
    groups = _groups(candidates)
    groups.sort(
        key=lambda group: (-folders[group[0].folder], group[0].folder.count("/"), -len(group), _likely(group[0]))
    )
    chosen = found.chosen[key] = groups[0]
    if missing := _missing([named.part for named in chosen]):
        found.gaps[key] = missing
    _reject(files, [named for group in groups[1:] for named in group], chosen, found)


def _reject(files: Files, others: Iterable[Named], chosen: tuple[Named, ...], found: Claims) -> None:
    """Sort the files that are not read for a table: equal to those that are, or rivals."""
    for rival in others:
        twin = next((mine for mine in chosen if mine.part == rival.part), chosen[0])
        alike = _digest(files, rival.path) == _digest(files, twin.path)
        (found.same if alike else found.rivals)[rival.path] = twin.path


def _groups(candidates: list[Named]) -> list[tuple[Named, ...]]:
    """Files that may be parts of one table: of one folder and one member, each part once."""
    groups: list[tuple[Named, ...]] = []
    owner = attrgetter("folder", "member")
    for _, together in groupby(sorted(candidates, key=lambda n: (*owner(n), n.part, _likely(n))), owner):
        parts: list[Named] = []
        for named in together:
            if parts and parts[-1].part == named.part:
                groups.append((named,))
            else:
                parts.append(named)
        groups.append(tuple(parts))
    return groups


def _likely(named: Named) -> tuple[bool, str]:
    """A sort key: of two names that differ only in case, LinkedIn's spelling comes first."""
    return not named.path.endswith(named.table.name), named.path


def _missing(parts: list[int]) -> tuple[int, ...]:
    """The missing part numbers; a file without number may be the first or come before it."""
    numbers = [part for part in parts if part >= 0]
    if not numbers:
        return ()
    first = min(numbers[0], 2 if parts[0] < 0 else 1)
    return tuple(sorted(set(range(first, numbers[-1])) - set(numbers)))


def _digest(files: Files, path: str) -> str:
    with files.open(path) as stream:
        return digest_of(stream)


# --- whether it is LinkedIn's -----------------------------------------------------------------------------------------

_LISTS = frozenset({"connections.csv", *ADDRESS_BOOKS})
ENOUGH = 3
"""The least number of LinkedIn's columns, in files of LinkedIn's names, that is no accident."""

_MOST_TABLES = 12


def recognises(files: Files) -> bool:
    """A list of connections is enough; else files of LinkedIn's names must also have LinkedIn's columns."""
    found = claims(files)
    if not _LISTS.isdisjoint(found.chosen):
        return True
    columns, known = _known_columns(files, (parts[0] for parts in found.chosen.values()))
    return columns >= ENOUGH or 0 < known == sum(not is_junk(path) for path in files.paths)


def _known_columns(files: Files, parts: Iterable[Named]) -> tuple[int, int]:
    """How many columns the files have that begin with a header of their table, until they are enough; how many do."""
    columns = known = 0
    for named in islice(parts, _MOST_TABLES):
        if named.table.headers and columns < ENOUGH:
            head = _head(files, named.path)
            fitting = max((len(folded_header(row)) for row in head if row and knows(named.table, row)), default=0)
            columns, known = columns + fitting, known + (fitting > 0)
    return columns, known


# --- when it was written ----------------------------------------------------------------------------------------------

NAME = re.compile(r"(?i)(?:(?:Basic|Complete|Initial)_)?LinkedInDataExport_([0-9]{2})-([0-9]{2})-([0-9]{4})")
_ISO_DAY = re.compile(r"(?<![0-9])([0-9]{4})-([0-9]{2})-([0-9]{2})(?![0-9])")
_NEAR = range(-1, 3)
"""The most days from the day in the archive's name to its zip: Complete ones take up to a day, and zones differ."""


def taken(name: str, entries: Sequence[tuple[str, datetime | None]], kind: str) -> Taken | None:
    """The newest time inside a zip, else the day in the archive's name, else the newest file time.

    LinkedIn gives each file in the zip the second it was written; folders and single files have the times of whoever
    unpacked them. Where the day in LinkedIn's own name (US order) is days from the zip's times, it was zipped anew,
    and the name is right. An ISO day, which LinkedIn writes into no name, may be that of anything: it says less than
    a zip's times. A time beyond this machine's clock is given only if there is no other, and one before 2003 never.
    """
    every = [when for path, when in entries if when is not None and not is_junk(path)]
    newest = max(filter(may_be_taken, every), default=None) or max(every, default=None)
    inside = newest.astimezone(UTC).replace(microsecond=0) if newest else None
    named, told = _day(NAME.search(name), "312"), _day(_ISO_DAY.search(name), "123")
    if kind == "zip":
        anew = named and inside and (inside.date() - named.date()).days not in _NEAR
        order: list[tuple[datetime | None, TakenSource]]
        order = [(named, "name"), (inside, "archive")] if anew else [(inside, "archive"), (named, "name")]
    else:
        order = [(named, "name")]
    found = [Taken(at, source) for at, source in [*order, (told, "name"), (inside, "file")] if at and at >= EARLIEST]
    return next((one for one in found if may_be_taken(one.at)), found[0] if found else None)


def _day(found: re.Match[str] | None, order: str) -> datetime | None:
    """The day that a pattern found, with the numbers of its groups for year, month and day."""
    try:
        return datetime(*(int(found[int(group)]) for group in order), tzinfo=UTC) if found else None  # type: ignore[arg-type,misc]
    except ValueError:
        return None


# --- whether a file lying about may be an archive ---------------------------------------------------------------------
# Decided before much of it is read.
# For scans of download folders, where recognising too much would keep files that the user did not mean.

_ENDING = re.compile(r"(?:[ _-]?\([0-9]{1,3}\)| ?-? ?copy(?: [0-9]{1,3})?|[_-][0-9]{1,3}|\.zip)*", re.IGNORECASE)


def is_archive_name(name: str) -> bool:
    """Whether LinkedIn gives its archives such a name, also with what browsers add for a second copy."""
    found = NAME.match(name)
    return found is not None and _ENDING.fullmatch(name, found.end()) is not None


def may_be_archive(paths: Iterable[str]) -> bool:
    """Whether files of these names may be an archive: most of them have LinkedIn's names, or are archives."""
    real = [path for path in paths if not path.endswith("/") and not is_junk(path)]
    if len(real) == 1 and is_archive_name(real[0].rpartition("/")[2]):
        return True
    known = {
        named.path for path in real if (named := name_of(path)) is not None and named.table not in (IMAGES, ANALYTICS)
    }
    listed = any(path.rpartition("/")[2].casefold() == _LIST for path in known)
    return (listed or len(known) >= ENOUGH) and len(known) * 2 > len(real)


def is_surely_archive(files: Files) -> bool:
    """Whether files of LinkedIn's names have LinkedIn's columns; a name alone proves nothing."""
    chosen = claims(files).chosen
    parts = (chosen[key][0] for key in sorted(chosen, key=lambda key: key != _LIST))
    return _known_columns(files, parts)[0] >= ENOUGH


def edited(files: Files, listing: Listing) -> bool:
    """Whether somebody edited a lone list: people removed from it would seem to have vanished.

    Lists with profile addresses always came under a note and newest first; spreadsheets fill up the note's line.
    """
    if "url" not in listing.columns:
        return False  # lists of before 2021 came in several forms
    with files.open(files.paths[0]) as stream:
        first = stream.read(64).partition(b"\n")[0]
    return not listing.newest_first or b"," in first

"""Whether what was found is an archive, and whether all of it is there."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from linkbak import adapters
from linkbak.archive import Limits, open_archive
from linkbak.archive.sources import FileSource
from linkbak.archive.zip_end import end_of
from linkbak.errors import ArchiveEncrypted, LinkbakError
from linkbak.unattended.scanning.finding import UNFINISHED, Sight

_RECORD: Final = struct.Struct("<4s24x3H12x")
_MARK: Final = b"PK\x01\x02"


def called_so(sight: Sight) -> bool:
    """Whether it has the name of an archive, finished or not."""
    name = sight.path.name
    if name.lower().endswith(UNFINISHED):
        name = name.rpartition(".")[0]
    return adapters.expected(name)


def is_archive(sight: Sight, limits: Limits) -> bool:
    """Whether it is an archive by its name, or by what it holds; raises OSError if it cannot be read."""
    if called_so(sight):
        return True
    try:
        if sight.folder:
            return adapters.likely(_files(sight.path)) and _surely(sight.path, limits)
        if sight.path.suffix.lower() == ".csv":
            return _surely(sight.path, limits)
        return adapters.likely(_names(sight.path, limits)) and _surely(sight.path, limits)
    except ArchiveEncrypted:
        return True  # its names can be read, and say what it is
    except LinkbakError as error:
        if isinstance(error.__cause__, OSError):
            raise error.__cause__ from None
        return False


def _surely(path: Path, limits: Limits) -> bool:
    with open_archive(path, limits) as archive:
        return adapters.surely(archive)


def _names(path: Path, limits: Limits) -> list[str]:
    """What a zip's table of contents lists, however odd; nothing else of it is read."""
    file = FileSource(path)
    try:
        end = end_of(file, path.name, limits)
        return list(_listed(file.read_at(end.start, end.size)))
    finally:
        file.close()


def _listed(table: bytes) -> Iterator[str]:
    at = 0
    while at + _RECORD.size <= len(table):
        mark, name, extra, comment = _RECORD.unpack_from(table, at)
        if mark != _MARK:
            return
        at += _RECORD.size
        yield table[at : at + name].decode("utf-8", "replace")
        at += name + extra + comment


def _files(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()]

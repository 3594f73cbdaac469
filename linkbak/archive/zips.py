"""Zips as archives; a zip that holds nothing but another zip counts as that one."""

from __future__ import annotations

from functools import cached_property
from typing import IO

from linkbak.archive import hints
from linkbak.archive.contents import Entry
from linkbak.archive.limits import Limits, Tally
from linkbak.archive.names import is_dropping
from linkbak.archive.sources import FileSource, Source
from linkbak.archive.streams import digest
from linkbak.archive.zip_directory import Member, members
from linkbak.archive.zip_end import end_of
from linkbak.archive.zip_entry import packed_bytes, stream
from linkbak.archive.zip_nested import inner_source, only_zip
from linkbak.errors import ArchiveUnreadable


class Zip:
    """The files of a zip; `name` is how refusals call it."""

    def __init__(self, file: FileSource, name: str, limits: Limits) -> None:
        self.size = file.size
        self._file = file
        self._name = name
        self._limits = limits
        self._source: Source = file
        listed = _listed(file, name, limits, file.size)
        if (inner := only_zip(file, name, listed, limits)) is not None:
            self._source = inner_source(file, name, inner, limits)
            listed = _listed(self._source, name, limits, file.size)
        self._files = {member.path: member for member in listed if not member.is_folder}
        _refuse_empty(self._files, name)

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Every file in the order of the zip's table of contents."""
        return tuple(Entry(path, member.size, member.modified) for path, member in self._files.items())

    def open(self, path: str) -> IO[bytes]:
        """The file's bytes from the start; KeyError if there is none of that path."""
        return stream(self._source, self._name, self._files[path], self._limits)

    def sha256(self) -> str:
        """The digest of the zip itself."""
        return digest(self._file, self._name)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def _listed(source: Source, name: str, limits: Limits, archive_bytes: int) -> tuple[Member, ...]:
    tally = Tally(name, limits)
    found = members(source, name, end_of(source, name, limits), tally)
    tally.judge("all of it together", tally.bytes, archive_bytes)
    for member in found:
        if member.is_folder:
            # Nobody opens a folder, so nobody else would find that a file is made to look like one.
            packed_bytes(source, name, member)
    return found


def _refuse_empty(files: dict[str, Member], name: str) -> None:
    if all(is_dropping(path) for path in files):
        raise ArchiveUnreadable(f"{name} holds no files", hint=hints.AGAIN)
    if "[Content_Types].xml" in files:
        message = f"{name} is an office document, not an archive"
        raise ArchiveUnreadable(message, hint=hints.OFFICE)

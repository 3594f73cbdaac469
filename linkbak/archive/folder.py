"""Folders and single files as archives: what somebody unpacked, or one CSV taken out of it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final, NamedTuple

from linkbak.archive.entries import (
    ONLY_EXPORT,
    Archive,
    Entry,
    Limits,
    Tally,
    is_junk,
    normalised,
    printable,
    unsafe_name,
)
from linkbak.archive.streams import (
    FileSource,
    Promise,
    Stored,
    archive_digest,
    changed,
    identity,
    open_stream,
    unreadable,
)
from linkbak.errors import ArchiveUnreadable, ArchiveUnsafe

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_INNER_FOLDER: Final = _FOLDER | os.O_NOFOLLOW


class _Found(NamedTuple):
    """A file of a folder: its real names from the top down, and what it was when it was listed."""

    parts: tuple[str, ...]
    status: os.stat_result


class Folder(Archive):
    """The files of a folder and the folders in it, sorted by path; symbolic links are refused, not followed."""

    kind = "folder"

    def __init__(self, path: Path, name: str, limits: Limits) -> None:
        self.name = name
        self._name = printable(name)
        self._limits = limits
        self._tally = Tally(self._name, limits)
        self._root = os.open(path, _FOLDER)
        try:
            self._files = self._listed()
        except BaseException:
            self.close()
            raise
        self.bytes = self._tally.bytes
        self.entries = tuple(
            Entry(path, found.status.st_size, _utc(found.status.st_mtime)) for path, found in self._files.items()
        )

    def _open(self, path: str) -> IO[bytes]:
        found = self._files[path]
        try:
            file = self._reopened(found.parts)
        except OSError as error:
            raise unreadable(f"{self._name}: {printable(path)}", error) from error
        if file.identity != identity(found.status):
            file.close()
            raise changed(self._name)
        promise = Promise(self._name, printable(path), file.size, None, self._limits)
        return open_stream(promise, file, Stored(file), file.close)

    def _digest(self) -> str:
        """Nothing: a folder has no bytes of its own."""
        return ""

    def close(self) -> None:
        """Let go of the folder."""
        if self._root >= 0:
            os.close(self._root)
            self._root = -1

    def _listed(self) -> dict[str, _Found]:
        files: dict[str, _Found] = {}
        for found in self._walk(self._root, ()):
            path = normalised("/".join(found.parts))
            if path in files:
                message = f"{self._name}: {printable(path)} is there twice"
                raise ArchiveUnsafe(message, hint=ONLY_EXPORT)
            self._tally.add_file(printable(path), found.status.st_size)
            files[path] = found
        if all(is_junk(path) for path in files):
            raise ArchiveUnreadable(f"{self._name} is a folder without files", hint=ONLY_EXPORT)
        return dict(sorted(files.items()))

    def _walk(self, folder: int, above: tuple[str, ...]) -> Iterator[_Found]:
        """Every file below an open folder."""
        with os.scandir(folder) as listing:
            for item in listing:
                parts = (*above, item.name)
                self._tally.add_entries()
                status = item.stat(follow_symlinks=False)
                self._judge(parts, status.st_mode)
                if stat.S_ISREG(status.st_mode):
                    yield _Found(parts, status)
                else:
                    yield from self._inside(folder, parts)

    def _inside(self, folder: int, parts: tuple[str, ...]) -> Iterator[_Found]:
        try:
            inner = os.open(parts[-1], _INNER_FOLDER, dir_fd=folder)
        except OSError as error:
            raise unreadable(f"{self._name}: {printable('/'.join(parts))}", error) from error
        try:
            yield from self._walk(inner, parts)
        finally:
            os.close(inner)

    def _judge(self, parts: tuple[str, ...], mode: int) -> None:
        path = normalised("/".join(parts))
        shown = f"{self._name}: {printable(path)}"
        if not path.isprintable() and any("\ud800" <= c <= "\udfff" for c in path):
            message = f"{shown} has a name that is not valid Unicode"
            raise ArchiveUnreadable(message, hint=ONLY_EXPORT)
        if reason := unsafe_name(path):
            raise ArchiveUnsafe(f"{shown} {reason}", hint=ONLY_EXPORT)
        if stat.S_ISLNK(mode):
            raise ArchiveUnsafe(f"{shown} is a symbolic link, which is not followed", hint=ONLY_EXPORT)
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            raise ArchiveUnsafe(f"{shown} is a pipe or a device, not a file", hint=ONLY_EXPORT)

    def _reopened(self, parts: tuple[str, ...]) -> FileSource:
        """The file once more, no step of the way a link that somebody has put there since."""
        folder = self._root
        try:
            for part in parts[:-1]:
                inner = os.open(part, _INNER_FOLDER, dir_fd=folder)
                if folder != self._root:
                    os.close(folder)
                folder = inner
            return FileSource(parts[-1], folder=folder, follow=False)
        finally:
            if folder != self._root:
                os.close(folder)


class SingleFile(Archive):
    """One file that is not a container, under its own name."""

    kind = "file"

    def __init__(self, file: FileSource, name: str, modified: float, limits: Limits) -> None:
        self.name = name
        self._name = printable(name)
        if reason := unsafe_name(name):
            raise ArchiveUnsafe(f"{self._name} {reason}", hint="Give it another name.")
        Tally(self._name, limits).add_file("the file", file.size)
        self.bytes = file.size
        self.entries = (Entry(name, file.size, _utc(modified)),)
        self._file = file
        self._limits = limits

    def _open(self, path: str) -> IO[bytes]:
        if path != self.name:
            raise KeyError(path)
        promise = Promise(self._name, "the file", self.bytes, None, self._limits)
        return open_stream(promise, self._file, Stored(self._file))

    def _digest(self) -> str:
        return archive_digest(self._file, self._name)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def _utc(seconds: float) -> datetime | None:
    """The time in UTC; none for what unpacking programs write where none was told."""
    try:
        moment = datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment.year > 1980 else None

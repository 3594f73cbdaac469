"""Opens what the user named as an archive, or says why it is none."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final

from linkbak.archive import (
    AGAIN,
    EXPIRED,
    GITS_FOLDER,
    LIMITS,
    OFFICE,
    ONLY_EXPORT,
    UNPACK,
    WAIT,
    Archive,
    Entry,
    Limits,
    Tally,
    is_junk,
    normalised,
    placeholder_of,
    printable,
    unsafe_name,
)
from linkbak.archive.streams import (
    FileSource,
    OneFile,
    Promise,
    Stored,
    changed,
    identity,
    open_stream,
    unreadable,
)
from linkbak.archive.zip import Zip, names_in
from linkbak.errors import ArchiveElsewhere, ArchiveTooLarge, ArchiveUnfinished, ArchiveUnreadable, ArchiveUnsafe
from linkbak.model import NamedTuple
from linkbak.texts import tr

# --- folder -----------------------------------------------------------------------------------------------------------
# Folders and single files as archives: what somebody unpacked, or one CSV taken out of it.

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_INNER_FOLDER: Final = _FOLDER | os.O_NOFOLLOW


class _Found(NamedTuple):
    """A file of a folder: its real names from the top down, and what it was when it was listed."""

    parts: tuple[str, ...]
    status: os.stat_result


class Folder(Archive):
    """The files of a folder and the folders in it, sorted by path; symbolic links are refused, not followed."""

    kind = "folder"
    sha256 = ""

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
                message = tr("{name}: {path} is there twice", name=self._name, path=printable(path))
                raise ArchiveUnsafe(message, hint=ONLY_EXPORT)
            self._tally.add_file(printable(path), found.status.st_size)
            files[path] = found
        if all(is_junk(path) for path in files):
            raise ArchiveUnreadable(tr("{name} is a folder without files", name=self._name), hint=ONLY_EXPORT)
        return dict(sorted(files.items()))

    def _walk(self, folder: int, above: tuple[str, ...]) -> Iterator[_Found]:
        """Every file below an open folder, except those of git if somebody versions it."""
        with os.scandir(folder) as listing:
            for item in listing:
                if item.name == GITS_FOLDER:
                    continue
                parts = (*above, item.name)
                self._tally.add_entry()
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
            message = tr("{path} has a name that is not valid Unicode", path=shown)
            raise ArchiveUnreadable(message, hint=ONLY_EXPORT)
        if reason := unsafe_name(path):
            raise ArchiveUnsafe(f"{shown} {reason}", hint=ONLY_EXPORT)
        if stat.S_ISLNK(mode):
            raise ArchiveUnsafe(tr("{path} is a symbolic link, which is not followed", path=shown), hint=ONLY_EXPORT)
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            raise ArchiveUnsafe(tr("{path} is a pipe or a device, not a file", path=shown), hint=ONLY_EXPORT)

    def _reopened(self, parts: tuple[str, ...]) -> FileSource:
        """The file opened again, following no link that somebody has put on the way since."""
        folder = self._root
        with ExitStack() as opened:
            for part in parts[:-1]:
                folder = os.open(part, _INNER_FOLDER, dir_fd=folder)
                opened.callback(os.close, folder)
            return FileSource(parts[-1], folder=folder)


class SingleFile(OneFile):
    """One file that is not a container, under its own name."""

    kind = "file"

    def __init__(self, file: FileSource, name: str, modified: float, limits: Limits) -> None:
        super().__init__(file, name, limits)
        if reason := unsafe_name(name):
            raise ArchiveUnsafe(f"{self._name} {reason}", hint=tr("Give it another name."))
        Tally(self._name, limits).add_file(tr("the file"), file.size)
        self.entries = (Entry(name, file.size, _utc(modified)),)

    def _open(self, path: str) -> IO[bytes]:
        if path != self.name:
            raise KeyError(path)
        promise = Promise(self._name, tr("the file"), self.bytes, None, self._limits)
        return open_stream(promise, self._file, Stored(self._file))


def _utc(seconds: float) -> datetime | None:
    """The time in UTC; None for the time that unpacking programs use if there was none."""
    try:
        moment = datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment.year > 1980 else None


# --- opening ----------------------------------------------------------------------------------------------------------

UNFINISHED: Final = (".part", ".crdownload", ".download", ".partial", ".opdownload")
"""The endings that browsers give to unfinished downloads."""

_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OTHERS: Final = (
    (b"\x1f\x8b", tr("a gzip or tar.gz file")),
    (b"7z\xbc\xaf\x27\x1c", tr("a 7z archive")),
    (b"Rar!\x1a\x07", tr("a RAR archive")),
    (b"BZh", tr("a bzip2 file")),
    (b"\xfd7zXZ\x00", tr("an xz file")),
    (b"\x28\xb5\x2f\xfd", tr("a Zstandard file")),
)
_TAR: Final = (257, b"ustar")
_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PAGES: Final = (b"<!doctype html", b"<html")
_HEAD: Final = 512
_LIMITS: Final = Limits()


def open_archive(path: Path, limits: Limits = _LIMITS) -> Archive:
    """The zip, folder or single file at `path`, listed and found safe; raises an ArchiveRefused if it is not."""
    called = file_name(path)
    name = printable(called)
    try:
        status = _status(path, name)
        if stat.S_ISDIR(status.st_mode):
            return Folder(path, called, limits)
        if not stat.S_ISREG(status.st_mode):
            message = tr("{name} is a pipe, a socket or a device, not an archive", name=name)
            raise ArchiveUnreadable(message, hint=tr("Save the archive as a file first."))
        return _opened_file(path, called, status, limits)
    except OSError as error:
        raise unreadable(name, error) from error


def names_in_zip(path: Path, limits: Limits) -> list[str]:
    """The names in a zip's table of contents, however odd; nothing else of it is read.

    Raises an ArchiveRefused if it is no whole zip or beyond the limits, OSError if it cannot be read.
    """
    with closing(FileSource(path)) as file:
        return names_in(file, path.name, limits)


def file_digest(path: Path) -> str:
    """The SHA-256 of a file; "" if it cannot be read or somebody writes to it meanwhile."""
    try:
        with closing(FileSource(path)) as file:
            digest = file.sha256()
            return "" if file.changed() else digest
    except OSError:
        return ""


def file_name(path: Path) -> str:
    """The last part of the path, as Unicode whatever the file system's bytes are."""
    name = path.name if path.name not in ("", "..") else path.resolve().name
    return os.fsencode(name or str(path)).decode("utf-8", "replace")


def _status(path: Path, name: str) -> os.stat_result:
    """What kind of file the path is, if no download is going on there."""
    _refuse_unfinished(path, name)
    refuse_placeholder(path)
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):
        hint = tr("Check the spelling; a name with blanks or brackets needs quotes around it.")
        raise ArchiveUnreadable(tr("{name} does not exist", name=name), hint=hint) from None
    except ValueError:
        raise ArchiveUnreadable(
            tr("{name} is not a name a file can have", name=name), hint=tr("Check the spelling.")
        ) from None


def refuse_placeholder(path: Path) -> None:
    """Refuses a placeholder of iCloud, and a missing file that a placeholder stands for."""
    beside = path.with_name(f".{path.name}.icloud") if path.name else path
    real = placeholder_of(path.name) or (path.name if not path.exists() and os.path.lexists(beside) else "")
    if real:
        message = tr("{name} is in iCloud, and not on this machine", name=printable(real))
        raise ArchiveElsewhere(message, hint=tr('Choose "Download Now" in the Finder, and try again when it is there.'))


def _refuse_unfinished(path: Path, name: str) -> None:
    if path.name.casefold().endswith(UNFINISHED):
        raise ArchiveUnfinished(tr("{name} is a download that has not ended", name=name), hint=WAIT)
    for suffix in UNFINISHED:
        sibling = path.with_name(path.name + suffix) if path.name else path
        if path.name and os.path.lexists(sibling):
            left = printable(file_name(sibling))
            message = tr("{name} is still being downloaded: {left} lies beside it", name=name, left=left)
            raise ArchiveUnfinished(
                message, hint=tr("{wait} If no download is going on, delete {left}", wait=WAIT, left=left)
            )


def _opened_file(path: Path, called: str, status: os.stat_result, limits: Limits) -> Archive:
    file = FileSource(path)
    try:
        name = printable(called)
        if file.size > limits.total_bytes:
            message = tr(
                "{name} has {size:,} bytes; at most {most:,} are read",
                name=name,
                size=file.size,
                most=limits.total_bytes,
            )
            raise ArchiveTooLarge(message, hint=LIMITS)
        head = file.read_at(0, _HEAD)
        _refuse_foreign(head, name)
        if head.startswith(_ZIP):
            return Zip(file, called, limits)
        if ".zip" in called.casefold():
            raise ArchiveUnreadable(tr("{name} is not a zip, whatever its name says", name=name), hint=AGAIN)
        return SingleFile(file, called, status.st_mtime, limits)
    except BaseException:
        file.close()
        raise


def _refuse_foreign(head: bytes, name: str) -> None:
    """Refuse what is known to be no archive of a network, with a reason that helps."""
    if not head:
        raise ArchiveUnfinished(tr("{name} is empty", name=name), hint=WAIT)
    if not head.strip(b"\0"):
        message = tr("{name} holds nothing but zeros: its bytes are in a cloud, or its download never began", name=name)
        raise ArchiveElsewhere(
            message, hint=tr("Have the cloud's program keep it on this machine, or download it again.")
        )
    if _ZIP[0].startswith(head):
        raise ArchiveUnfinished(tr("{name} holds nothing yet", name=name), hint=WAIT)
    for magic, kind in _OTHERS:
        if head.startswith(magic):
            raise ArchiveUnreadable(tr("{name} is {kind}; only zips are read", name=name, kind=kind), hint=UNPACK)
    if head.startswith(_TAR[1], _TAR[0]):
        raise ArchiveUnreadable(tr("{name} is a tar archive; only zips are read", name=name), hint=UNPACK)
    if head.startswith(_OFFICE):
        message = tr("{name} is an office document, not an archive", name=name)
        raise ArchiveUnreadable(message, hint=OFFICE)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_PAGES):
        raise ArchiveUnreadable(tr("{name} is a web page, not the archive", name=name), hint=EXPIRED)

"""From what the user named to an archive, or to the reason why it is none."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from linkbak.archive.entries import AGAIN, EXPIRED, LIMITS, OFFICE, UNPACK, WAIT, Archive, Limits, printable
from linkbak.archive.folder import Folder, SingleFile
from linkbak.archive.streams import FileSource, unreadable
from linkbak.archive.zip import Zip, names_in
from linkbak.errors import ArchiveTooLarge, ArchiveUnfinished, ArchiveUnreadable

UNFINISHED: Final = (".part", ".crdownload", ".download", ".partial", ".opdownload")
"""What browsers add to the name of a file they have not got all of."""

_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OTHERS: Final = (
    (b"\x1f\x8b", "a gzip or tar.gz file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ\x00", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file"),
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
            message = f"{name} is a pipe, a socket or a device, not an archive"
            raise ArchiveUnreadable(message, hint="Save the archive as a file first.")
        return _opened_file(path, called, status, limits)
    except OSError as error:
        raise unreadable(name, error) from error


def names_in_zip(path: Path, limits: Limits) -> list[str]:
    """The names in a zip's table of contents, however odd; nothing else of it is read.

    Raises an ArchiveRefused if it is no whole zip or beyond the limits, OSError if it cannot be read.
    """
    file = FileSource(path)
    try:
        return names_in(file, path.name, limits)
    finally:
        file.close()


def file_digest(path: Path) -> str:
    """The SHA-256 of a file; "" if it cannot be read or somebody writes to it meanwhile."""
    try:
        file = FileSource(path)
    except OSError:
        return ""
    try:
        digest = file.sha256()
        return "" if file.changed() else digest
    except OSError:
        return ""
    finally:
        file.close()


def file_name(path: Path) -> str:
    """The last part of the path, as Unicode whatever the file system's bytes are."""
    name = path.name if path.name not in ("", "..") else path.resolve().name
    return os.fsencode(name or str(path)).decode("utf-8", "replace")


def _status(path: Path, name: str) -> os.stat_result:
    """What the path is, once it is clear that no download is going on there."""
    _refuse_unfinished(path, name)
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):
        hint = "Check the spelling; a name with blanks or brackets needs quotes around it."
        raise ArchiveUnreadable(f"{name} does not exist", hint=hint) from None
    except ValueError:
        raise ArchiveUnreadable(f"{name} is not a name a file can have", hint="Check the spelling.") from None


def _refuse_unfinished(path: Path, name: str) -> None:
    if path.name.casefold().endswith(UNFINISHED):
        raise ArchiveUnfinished(f"{name} is a download that has not ended", hint=WAIT)
    for suffix in UNFINISHED:
        sibling = path.with_name(path.name + suffix) if path.name else path
        if path.name and os.path.lexists(sibling):
            left = printable(file_name(sibling))
            message = f"{name} is still being downloaded: {left} lies beside it"
            raise ArchiveUnfinished(message, hint=f"{WAIT} If no download is going on, delete {left}")


def _opened_file(path: Path, called: str, status: os.stat_result, limits: Limits) -> Archive:
    file = FileSource(path)
    try:
        name = printable(called)
        if file.size > limits.total_bytes:
            message = f"{name} has {file.size:,} bytes; at most {limits.total_bytes:,} are read"
            raise ArchiveTooLarge(message, hint=LIMITS)
        head = file.read_at(0, _HEAD)
        _refuse_foreign(head, name)
        if head.startswith(_ZIP):
            return Zip(file, called, limits)
        if ".zip" in called.casefold():
            raise ArchiveUnreadable(f"{name} is not a zip, whatever its name says", hint=AGAIN)
        return SingleFile(file, called, status.st_mtime, limits)
    except BaseException:
        file.close()
        raise


def _refuse_foreign(head: bytes, name: str) -> None:
    """Refuse what is known to be no archive of a network, with the reason a person can use."""
    if not head:
        raise ArchiveUnfinished(f"{name} is empty", hint=WAIT)
    if not head.strip(b"\0") or _ZIP[0].startswith(head):
        raise ArchiveUnfinished(f"{name} holds nothing yet", hint=WAIT)
    for magic, kind in _OTHERS:
        if head.startswith(magic):
            raise ArchiveUnreadable(f"{name} is {kind}; only zips are read", hint=UNPACK)
    if head.startswith(_TAR[1], _TAR[0]):
        raise ArchiveUnreadable(f"{name} is a tar archive; only zips are read", hint=UNPACK)
    if head.startswith(_OFFICE):
        message = f"{name} is an office document, not an archive"
        raise ArchiveUnreadable(message, hint=OFFICE)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_PAGES):
        raise ArchiveUnreadable(f"{name} is a web page, not the archive", hint=EXPIRED)

"""What git's index says of files that were just written: their objects, and how the file system knows them again.

Git would read and hash each of them once more, though both are known: an eighth of an import with many messages.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from linkbak.model import NamedTuple
from linkbak.vault.layout import create_private

_STATUS = struct.Struct(">10I")
"""Of an entry, in front of the object's name: change, modification (seconds, nanoseconds), device, inode, mode, user,
group, size; all cut to 32 bits. See `gitformat-index(5)`."""
_MODE = 0o100644
_LONGEST = 0xFFF


class IndexEntry(NamedTuple):
    """A file's object, and what the file system said of the file when its bytes were those."""

    id: str
    status: os.stat_result


def as_lines(entries: Mapping[str, IndexEntry]) -> bytes:
    """The entries, by path, as ``git update-index -z --index-info`` reads them."""
    return b"".join(f"{_MODE:o} {entry.id}\t{path}\0".encode() for path, entry in entries.items())


def note_status(index: Path, entries: Mapping[str, IndexEntry]) -> None:
    """Puts down in git's index how the file system knows the files of these entries, which are in it.

    Whatever is not as expected is left as it is: git then looks at the bytes, once somebody asks it.
    """
    lock = index.with_name("index.lock")
    with suppress(OSError):  # somebody else's git is at work, or the disk is full
        descriptor = create_private(lock)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(_noted(index.read_bytes(), entries))
                file.flush()
                os.fsync(descriptor)
            lock.replace(index)
        except BaseException:
            lock.unlink(missing_ok=True)
            raise


def _noted(data: bytes, entries: Mapping[str, IndexEntry]) -> bytes:
    noted, width = bytearray(data), 20
    for path, (object_id, status) in entries.items():
        name, width = path.encode(), len(object_id) // 2
        # The object's name, no flag but the length of the path, and the path: so is every entry of a plain file.
        flags = min(len(name), _LONGEST).to_bytes(2, "big")
        at = noted.find(bytes.fromhex(object_id) + flags + name + b"\0") - _STATUS.size
        if at > 0:
            times = (part for moment in (status.st_ctime_ns, status.st_mtime_ns) for part in divmod(moment, 10**9))
            owner = status.st_dev, status.st_ino, _MODE, status.st_uid, status.st_gid, status.st_size
            _STATUS.pack_into(noted, at, *(number & 0xFFFFFFFF for number in (*times, *owner)))
    if noted != data and any(noted[-width:]):  # else git was told to leave the checksum out
        digest = hashlib.new("sha1" if width == 20 else "sha256", noted[:-width], usedforsecurity=False)
        noted[-width:] = digest.digest()
    return bytes(noted)

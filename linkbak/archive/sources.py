"""Bytes that can be read at any place without being held: a file, a stretch of it."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Final, Protocol

CHUNK: Final = 1024 * 1024

_FLAGS: Final = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
"""Never waits for the other end of a pipe that took a file's place."""


class Source(Protocol):
    """Bytes with a length, readable from any offset by any number of readers."""

    @property
    def size(self) -> int:
        """How many bytes there are."""
        ...

    def read_at(self, offset: int, count: int) -> bytes:
        """Up to `count` bytes from `offset`; fewer only at the end."""
        ...

    def changed(self) -> bool:
        """Whether somebody has written to the bytes since they were opened."""
        ...


class FileSource:
    """A regular file, held open; `follow` says whether a symbolic link may stand for it."""

    def __init__(self, path: Path | str, *, folder: int | None = None, follow: bool = True) -> None:
        flags = _FLAGS if follow else _FLAGS | os.O_NOFOLLOW
        self._descriptor = os.open(path, flags, dir_fd=folder)
        self._status = os.fstat(self._descriptor)
        self.size = self._status.st_size
        if not stat.S_ISREG(self._status.st_mode):
            self.close()
            raise OSError(errno.EINVAL, "not a regular file")

    @property
    def identity(self) -> tuple[int, ...]:
        """What stays the same as long as it is the same file and nobody writes to it."""
        return identity(self._status)

    def read_at(self, offset: int, count: int) -> bytes:
        """Up to `count` bytes from `offset`; fewer only at the end."""
        count = min(count, self.size - offset)
        if count <= 0:
            # What a zip says may be beyond what the system takes for an offset.
            return b""
        data = os.pread(self._descriptor, count, offset)
        while len(data) < count and (more := os.pread(self._descriptor, count - len(data), offset + len(data))):
            data += more
        return data

    def changed(self) -> bool:
        """Whether somebody has written to the file since it was opened."""
        return identity(os.fstat(self._descriptor)) != self.identity

    def sha256(self) -> str:
        """The digest of all bytes, read anew."""
        import hashlib

        digest = hashlib.sha256()
        for offset in range(0, self.size, CHUNK):
            digest.update(self.read_at(offset, CHUNK))
        return digest.hexdigest()

    def close(self) -> None:
        """Let go of the file; reading is over."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __del__(self) -> None:
        if hasattr(self, "_descriptor"):
            self.close()


class Stretch:
    """`size` bytes of another source, from `start`."""

    def __init__(self, source: Source, start: int, size: int) -> None:
        self.size = size
        self._source = source
        self._start = start

    def read_at(self, offset: int, count: int) -> bytes:
        """Up to `count` bytes from `offset`; fewer only at the end."""
        return self._source.read_at(self._start + offset, max(0, min(count, self.size - offset)))

    def changed(self) -> bool:
        """Whether somebody has written to the source since it was opened."""
        return self._source.changed()


def identity(status: os.stat_result) -> tuple[int, ...]:
    """What stays the same as long as it is the same file and nobody writes to it."""
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns

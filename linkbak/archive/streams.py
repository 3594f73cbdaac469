"""An archive's bytes: where they lie, and streams that check every byte of a file while it is read."""

from __future__ import annotations

import errno
import io
import os
import stat
import zlib
from bisect import bisect_right
from collections.abc import Callable
from copy import copy
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from threading import Lock
from typing import IO, TYPE_CHECKING, Any, Final, Protocol, TypeAlias

from linkbak.archive import AGAIN, MIB, WAIT, Archive, Limits, check_ratio, dishonest, printable
from linkbak.errors import ArchiveRefused, ArchiveUnfinished, ArchiveUnreadable
from linkbak.model import NamedTuple
from linkbak.texts import tr

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

# --- sources: bytes that can be read at any place without being held --------------------------------------------------

_FLAGS: Final = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
"""Flags for opening; they never wait for the other end of a pipe that took a file's place."""


class FileSource:
    """A regular file, held open; for one of an open `folder` no symbolic link may stand."""

    def __init__(self, path: Path | str, *, folder: int | None = None) -> None:
        flags = _FLAGS if folder is None else _FLAGS | os.O_NOFOLLOW
        self._descriptor = os.open(path, flags, dir_fd=folder)
        status = os.fstat(self._descriptor)
        self.identity = identity(status)
        self.size = status.st_size
        if not stat.S_ISREG(status.st_mode):
            self.close()
            raise OSError(errno.EINVAL, tr("not a regular file"))

    def read_at(self, offset: int, count: int) -> bytes:
        """Up to `count` bytes from `offset`; fewer only at the end."""
        count = min(count, self.size - offset)
        if count <= 0:
            # A zip may name an offset beyond what the system accepts.
            return b""
        data = os.pread(self._descriptor, count, offset)
        while len(data) < count and (more := os.pread(self._descriptor, count - len(data), offset + len(data))):
            data += more
        return data

    def changed(self) -> bool:
        """Whether somebody has written to the file since it was opened."""
        return identity(os.fstat(self._descriptor)) != self.identity

    def sha256(self) -> str:
        """The digest of all bytes, read anew; an OSError if they cannot be read."""
        import hashlib

        digest = hashlib.sha256()
        for offset in range(0, self.size, MIB):
            digest.update(self.read_at(offset, MIB))
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
        self.changed: Callable[[], bool] = source.changed
        self._source = source
        self._start = start

    def read_at(self, offset: int, count: int) -> bytes:
        """Up to `count` bytes from `offset`; fewer only at the end."""
        return self._source.read_at(self._start + offset, max(0, min(count, self.size - offset)))


class Inflated:
    """Deflated bytes readable anywhere: it goes forward, and back to the nearest of a few hundred checkpoints.

    They were found whole before. A checkpoint is some 40 kB, so memory stays small however much there is; the lock
    lets several threads read.
    """

    def __init__(self, packed: Source, size: int) -> None:
        self.size = size
        self.changed: Callable[[], bool] = packed.changed
        self._lock = Lock()
        self._apart = max(MIB, size // 256)
        self._checkpoints = [Inflater(packed, 32 * 1024)]
        self._reader = self._checkpoints[0].copy()

    def read_at(self, offset: int, count: int) -> bytes:
        """Up to `count` bytes from `offset`; fewer only at the end."""
        parts = []
        with self._lock:
            nearest = self._checkpoints[bisect_right(self._checkpoints, offset, key=attrgetter("given")) - 1]
            if not nearest.given <= self._reader.given <= offset:
                self._reader = nearest.copy()
            while self._reader.given < offset and self._read(min(MIB, offset - self._reader.given)):
                pass
            while count > 0 and (data := self._read(count)):
                parts.append(data)
                count -= len(data)
        return b"".join(parts)

    def _read(self, count: int) -> bytes:
        try:
            data = self._reader.read(count)
        except DAMAGED as error:
            raise OSError(errno.EIO, tr("the archive changed while it was being read")) from error
        if self._reader.given >= self._checkpoints[-1].given + self._apart:
            self._checkpoints.append(self._reader.copy())
        return data


Source: TypeAlias = FileSource | Stretch | Inflated
"""Bytes of a `size`, readable from any offset by any number of readers, who may ask whether they have `changed`."""


def identity(status: os.stat_result) -> tuple[int, ...]:
    """The facts that stay the same as long as it is the same file and nobody writes to it."""
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


# --- the archive itself, and refusals of it ---------------------------------------------------------------------------


def changed(name: str) -> ArchiveUnfinished:
    """The refusal of an archive that somebody writes to while it is read."""
    return ArchiveUnfinished(tr("{name} changed while it was being read", name=name), hint=WAIT)


def unreadable(name: str, error: OSError) -> ArchiveUnreadable:
    """The refusal of an archive that the system does not let us read."""
    reason = (error.strerror or tr("input/output error")).lower()
    return ArchiveUnreadable(
        tr("{name} cannot be read: {reason}", name=name, reason=reason),
        hint=tr("Check that you may read it, then try again."),
    )


class OneFile(Archive):
    """An archive that is one file, which is held open."""

    def __init__(self, file: FileSource, name: str, limits: Limits) -> None:
        self.name = name
        self.bytes = file.size
        self._file = file
        self._name = printable(name)
        self._limits = limits

    @cached_property
    def sha256(self) -> str:
        """The digest of all its bytes, as long as nobody writes to it meanwhile; computed when first asked for."""
        try:
            digest = self._file.sha256()
        except OSError as error:
            raise unreadable(self._name, error) from error
        if self._file.changed():
            raise changed(self._name)
        return digest

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


# --- readers: a source's bytes from start to end, as they are or unpacked ---------------------------------------------

BUFFER: Final = 256 * 1024
"""The size that stays in the processor's cache: larger pieces take half as long again to unpack."""

_PIECE: Final = 96 * 1024
"""The size of packed pieces: malloc maps larger ones anew each time, which takes a tenth longer."""

DAMAGED: Final = (zlib.error, EOFError, ValueError)
"""The errors of readers whose packed bytes make no sense or end too early."""


class Reader(Protocol):
    """One file's bytes, forward only."""

    @property
    def taken(self) -> int:
        """How many bytes of the source were used so far."""

    def read(self, count: int, /) -> bytes:
        """Between 1 and `count` bytes; none at the end."""


class Stored:
    """Bytes as they are."""

    def __init__(self, source: Source) -> None:
        self.taken = 0
        self._source = source

    def read(self, count: int) -> bytes:
        """Between 1 and `count` bytes; none at the end."""
        data = self._source.read_at(self.taken, count)
        self.taken += len(data)
        return data


class Inflater:
    """Deflated bytes, as in nearly every zip; reads `piece` of them at once, and has given `given` unpacked ones."""

    def __init__(self, source: Source, piece: int = _PIECE, engine: Any = None) -> None:
        self.given = 0
        self._source = source
        self._piece = piece
        self._position = 0
        self._engine = engine or zlib.decompressobj(-zlib.MAX_WBITS)

    @property
    def taken(self) -> int:
        """How many packed bytes were used so far."""
        return self._position - len(self._engine.unconsumed_tail) - len(self._engine.unused_data)

    def copy(self) -> Inflater:
        """A second reader that goes on from here; only zlib's own engine can be copied."""
        twin = copy(self)
        twin._engine = self._engine.copy()
        return twin

    def read(self, count: int) -> bytes:
        """Between 1 and `count` bytes; none at the end."""
        while not self._engine.eof:
            packed = self._engine.unconsumed_tail
            if not packed:
                packed = self._source.read_at(self._position, self._piece)
                self._position += len(packed)
            data = self._engine.decompress(packed, count)
            if data:
                self.given += len(data)
                return data
            if not packed and not self._engine.eof:
                raise EOFError
        return b""


def forward_inflater(source: Source) -> tuple[Inflater, tuple[type[Exception], ...]]:
    """A reader that only goes forward, and the error it raises for damage.

    isal's engine takes half of zlib's time. The two may unpack broken bytes differently: the checksum and
    the size show it afterwards.
    """
    try:
        from isal import isal_zlib
    except ImportError:  # no build of it for this machine
        return Inflater(source), DAMAGED
    fault: type[Exception] = isal_zlib.error  # type: ignore[assignment]  # its stub says it is no class
    return Inflater(source, engine=isal_zlib.decompressobj(-zlib.MAX_WBITS)), (*DAMAGED, fault)


# --- streams ----------------------------------------------------------------------------------------------------------

_SMALLEST_BUFFER: Final = 8192


class Promise(NamedTuple):
    """What a file's bytes are checked against; `crc` is None if they are not from a zip.

    `where` names the file in refusals; `damaged` is what its reader raises for bytes that make no sense.
    """

    name: str
    where: object
    size: int
    crc: int | None
    limits: Limits
    damaged: tuple[type[Exception], ...] = DAMAGED


def open_stream(promise: Promise, source: Source, reader: Reader, close: Callable[[], None] | None = None) -> IO[bytes]:
    """A buffered stream of the file's bytes; `close` is called when it is closed."""
    size = max(_SMALLEST_BUFFER, min(BUFFER, promise.size))
    return io.BufferedReader(_Checked(promise, source, reader, close), size)


class _Checked(io.RawIOBase):
    """Gives the bytes, the last ones only after size, checksum and source were found right."""

    def __init__(self, promise: Promise, source: Source, reader: Reader, close: Callable[[], None] | None) -> None:
        self._promise = promise
        self._faults: tuple[type[Exception], ...] = (ArchiveRefused, OSError, *promise.damaged)
        self._source = source
        self._reader = reader
        self._close = close
        self._left = promise.size
        self._crc = 0
        self._finished = False
        self._refusal: ArchiveRefused | None = None

    def readable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill the buffer as far as one step goes; 0 at the end, and the same refusal for ever after one."""
        if self._refusal is not None:
            raise self._refusal
        view = memoryview(buffer).cast("B")
        if self._finished or not len(view):
            return 0
        try:
            data = self._next(len(view))
        except self._faults as error:
            self._refusal = self._explained(error)
            raise self._refusal from error
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close what the stream holds."""
        if not self.closed and self._close is not None:
            self._close()
        super().close()

    def _next(self, want: int) -> bytes:
        promise = self._promise
        data = self._reader.read(min(want, self._left)) if self._left else b""
        if self._left and not data:
            raise EOFError
        self._left -= len(data)
        if promise.crc is not None:
            self._crc = zlib.crc32(data, self._crc)
            check_ratio(promise.limits, promise.name, promise.where, promise.size - self._left, self._reader.taken)
        if not self._left:
            self._finish()
        return data

    def _finish(self) -> None:
        name, where, _, crc, *_ = self._promise
        if self._source.changed():
            raise changed(name)
        if self._reader.read(1) or self._reader.taken != self._source.size:
            raise dishonest(tr("{name}: {where} is not as large as the archive says", name=name, where=where))
        if crc is not None and crc != self._crc:
            raise ArchiveUnreadable(
                tr("{name}: {where} is damaged, its checksum is wrong", name=name, where=where), hint=AGAIN
            )
        self._finished = True

    def _explained(self, error: Exception) -> ArchiveRefused:
        if isinstance(error, ArchiveRefused):
            return error
        # bz2 calls damage an OSError, too, but one that no system call raised.
        if isinstance(error, OSError) and error.errno is not None:
            return unreadable(self._promise.name, error)
        if self._source.changed():
            return changed(self._promise.name)
        return ArchiveUnreadable(
            tr("{name}: {where} is damaged", name=self._promise.name, where=self._promise.where), hint=AGAIN
        )

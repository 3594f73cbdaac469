"""One file's bytes as they are asked for, checked on the way against everything the archive says of them."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Final, NamedTuple

from linkbak.archive import hints
from linkbak.archive.decoders import Broken, Decoder
from linkbak.archive.limits import Limits, bomb
from linkbak.archive.sources import FileSource, Source
from linkbak.errors import ArchiveRefused, ArchiveUnfinished, ArchiveUnreadable, ArchiveUnsafe

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BUFFER: Final = 256 * 1024
"""What stays in the processor's cache: larger pieces take half as long again to unpack."""

SMALLEST_BUFFER: Final = 8192


class Promise(NamedTuple):
    """What must come true of a file's bytes; `crc` and `packed` are told by zips only."""

    name: str
    where: str
    size: int
    packed: int
    crc: int | None
    limits: Limits


def changed(name: str) -> ArchiveUnfinished:
    """The refusal of an archive that somebody writes to while it is read."""
    return ArchiveUnfinished(f"{name} changed while it was being read", hint=hints.WAIT)


def trouble(name: str, error: OSError) -> ArchiveUnreadable:
    """The refusal of an archive that the system does not let us read."""
    reason = (error.strerror or "input/output error").lower()
    return ArchiveUnreadable(f"{name} cannot be read: {reason}", hint="Check that you may read it, then try again.")


def digest(file: FileSource, name: str) -> str:
    """The digest of all of an archive's bytes, as long as nobody writes to it meanwhile."""
    try:
        found = file.sha256()
    except OSError as error:
        raise trouble(name, error) from error
    if file.changed():
        raise changed(name)
    return found


def opened(promise: Promise, decoder: Decoder, source: Source, close: Callable[[], None] | None = None) -> IO[bytes]:
    """A buffered stream of the file's bytes; `close` is called when it is closed."""
    size = max(SMALLEST_BUFFER, min(BUFFER, promise.size))
    return io.BufferedReader(Checked(promise, decoder, source, close), size)


class Checked(io.RawIOBase):
    """Hands out the bytes; the last ones only after size, checksum and source were found right."""

    def __init__(
        self, promise: Promise, decoder: Decoder, source: Source, close: Callable[[], None] | None = None
    ) -> None:
        self._promise = promise
        self._decoder = decoder
        self._source = source
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
        except (ArchiveRefused, Broken, OSError) as error:
            self._refusal = self._explained(error)
            raise self._refusal from error
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Let go of what the stream holds."""
        if not self.closed and self._close is not None:
            self._close()
        super().close()

    def _next(self, want: int) -> bytes:
        data = self._decoder.step(min(want, self._left)) if self._left else b""
        if self._left and not data:
            raise Broken
        self._left -= len(data)
        promise = self._promise
        if promise.crc is not None:
            self._crc = zlib.crc32(data, self._crc)
            if promise.limits.bursts(promise.size - self._left, self._decoder.consumed):
                raise bomb(promise.name, promise.where, promise.limits)
        if not self._left:
            self._finish()
        return data

    def _finish(self) -> None:
        name, where, _, packed, crc, _ = self._promise
        if self._source.changed():
            raise changed(name)
        if self._decoder.step(1) or self._decoder.consumed != packed:
            raise ArchiveUnsafe(f"{name}: {where} is not as large as the archive says", hint=hints.HONEST)
        if crc is not None and crc != self._crc:
            raise ArchiveUnreadable(f"{name}: {where} is damaged, its checksum is wrong", hint=hints.AGAIN)
        self._finished = True

    def _explained(self, error: Exception) -> ArchiveRefused:
        if isinstance(error, ArchiveRefused):
            return error
        if isinstance(error, OSError):
            return trouble(self._promise.name, error)
        if self._source.changed():
            return changed(self._promise.name)
        return ArchiveUnreadable(f"{self._promise.name}: {self._promise.where} is damaged", hint=hints.AGAIN)

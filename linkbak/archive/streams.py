"""One file's bytes as they are asked for, checked on the way against everything the archive says of them."""

from __future__ import annotations

import errno
import io
import os
import stat
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, NamedTuple, Protocol

from linkbak.archive import entries
from linkbak.archive.entries import Limits, bomb
from linkbak.errors import ArchiveRefused, ArchiveUnfinished, ArchiveUnreadable, ArchiveUnsafe

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


# --- sources ----------------------------------------------------------------------------------------------------------
# Bytes that can be read at any place without being held: a file, a stretch of it.

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


# --- decoders ---------------------------------------------------------------------------------------------------------
# Unpacks what a zip packed, a step at a time; never more than asked for.

STORED: Final = 0
DEFLATED: Final = 8
BZIP2: Final = 12
LZMA: Final = 14

FEED: Final = 256 * 1024
LZMA_MEMORY: Final = 64 * 1024 * 1024
"""The largest dictionary allowed; what the strongest preset uses."""


class Broken(Exception):
    """The packed bytes make no sense, or end too early."""


class Decoder(Protocol):
    """One file's bytes, forward only."""

    @property
    def consumed(self) -> int:
        """How many packed bytes went in so far."""
        ...

    def step(self, want: int) -> bytes:
        """Between 1 and `want` more bytes; none at the end."""
        ...


class Stored:
    """Bytes that were not packed."""

    def __init__(self, source: Source) -> None:
        self.consumed = 0
        self._source = source

    def step(self, want: int) -> bytes:
        """Between 1 and `want` more bytes; none at the end."""
        data = self._source.read_at(self.consumed, want)
        self.consumed += len(data)
        return data


class Inflated:
    """Deflated bytes, as in nearly every zip."""

    def __init__(self, source: Source, feed: int = FEED) -> None:
        self._source = source
        self._feed = feed
        self._engine = zlib.decompressobj(-zlib.MAX_WBITS)
        self._position = 0
        self._tail = b""

    @property
    def consumed(self) -> int:
        """How many packed bytes went in so far."""
        return self._position - len(self._tail) - len(self._engine.unused_data)

    def copy(self) -> Inflated:
        """A second reader that goes on from here."""
        twin = Inflated(self._source, self._feed)
        twin._engine = self._engine.copy()
        twin._position = self._position
        twin._tail = self._tail
        return twin

    def step(self, want: int) -> bytes:
        """Between 1 and `want` more bytes; none at the end."""
        while not self._engine.eof:
            feed = self._tail or self._source.read_at(self._position, self._feed)
            if not self._tail:
                self._position += len(feed)
            try:
                data = self._engine.decompress(feed, want)
            except zlib.error as error:
                raise Broken from error
            self._tail = self._engine.unconsumed_tail
            if data:
                return data
            if not feed and not self._engine.eof:
                raise Broken
        return b""


class _Engine(Protocol):
    """What bz2 and lzma have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = ...) -> bytes: ...


class Expanded:
    """Bytes packed with bzip2 or LZMA.

    `header` packed bytes came before them, and `marked` tells whether a mark of the end comes after.
    """

    def __init__(
        self, source: Source, engine: _Engine, faults: tuple[type[Exception], ...], header: int = 0, marked: bool = True
    ) -> None:
        self._source = source
        self._engine = engine
        self._faults = faults
        self._position = header
        self._marked = marked

    @property
    def consumed(self) -> int:
        """How many packed bytes went in so far, those still waiting inside the engine included."""
        return self._position - len(self._engine.unused_data)

    def step(self, want: int) -> bytes:
        """Between 1 and `want` more bytes; none at the end."""
        while not self._engine.eof:
            hungry = self._engine.needs_input
            # A small feed keeps `consumed` near the truth: the engine does not tell what it has not looked at yet.
            feed = self._source.read_at(self._position, FEED // 16) if hungry else b""
            self._position += len(feed)
            try:
                data = self._engine.decompress(feed, want)
            except self._faults as error:
                raise Broken from error
            if data:
                return data
            if hungry and not feed and not self._engine.eof:
                return self._unmarked_end()
        return b""

    def _unmarked_end(self) -> bytes:
        if self._marked:
            raise Broken
        return b""


def decoder(method: int, source: Source, marked: bool = True) -> Decoder | None:
    """What unpacks `source`; none for a method nobody but its own program reads."""
    if method == STORED:
        return Stored(source)
    if method == DEFLATED:
        return Inflated(source)
    if method == BZIP2:
        import bz2

        return Expanded(source, bz2.BZ2Decompressor(), (OSError, ValueError))
    if method == LZMA:
        return _lzma(source, marked)
    return None


def _lzma(source: Source, marked: bool) -> Decoder:
    """A zip's LZMA: version, length of the properties, the properties, a raw stream."""
    import lzma

    head = source.read_at(0, 9)
    if len(head) < 9 or head[2:4] != b"\x05\x00" or head[4] >= 9 * 5 * 5:
        raise Broken
    rest, lc = divmod(head[4], 9)
    pb, lp = divmod(rest, 5)
    if (size := int.from_bytes(head[5:9], "little")) > LZMA_MEMORY:
        raise Broken
    filters = [{"id": lzma.FILTER_LZMA1, "dict_size": size, "lc": lc, "lp": lp, "pb": pb}]
    try:
        engine = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters)
    except lzma.LZMAError as error:
        raise Broken from error
    return Expanded(source, engine, (lzma.LZMAError, EOFError), len(head), marked)


# --- streams ----------------------------------------------------------------------------------------------------------

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
    return ArchiveUnfinished(f"{name} changed while it was being read", hint=entries.WAIT)


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
            raise ArchiveUnsafe(f"{name}: {where} is not as large as the archive says", hint=entries.HONEST)
        if crc is not None and crc != self._crc:
            raise ArchiveUnreadable(f"{name}: {where} is damaged, its checksum is wrong", hint=entries.AGAIN)
        self._finished = True

    def _explained(self, error: Exception) -> ArchiveRefused:
        if isinstance(error, ArchiveRefused):
            return error
        if isinstance(error, OSError):
            return trouble(self._promise.name, error)
        if self._source.changed():
            return changed(self._promise.name)
        return ArchiveUnreadable(f"{self._promise.name}: {self._promise.where} is damaged", hint=entries.AGAIN)

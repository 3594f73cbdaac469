"""Unpacks what a zip packed, a step at a time; never more than asked for."""

from __future__ import annotations

import zlib
from typing import Final, Protocol

from linkbak.archive.sources import Source

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

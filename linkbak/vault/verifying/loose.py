"""Reads loose objects as they lie, and finds also what unpacking alone would pass over."""

from __future__ import annotations

import hashlib
import io
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import IO, NamedTuple

from linkbak.vault.reading import opened

from .repacking import Packer, Repacked

_CHUNK = 1 << 18
_SMALL = 1 << 20
_MOST = 1 << 20
_TAIL = 5  # the last byte of the packed data, which may be filled up with bits that mean nothing, and a checksum
SLACK = "has a byte that was changed, though it unpacks to what it was"


class Fact(NamedTuple):
    """What an object turned out to be; `sha256` is of a blob's bytes, "" for others."""

    kind: str
    size: int
    sha256: str


class Broken(Exception):
    """The object is not what its name says; the text tells how that shows."""


def read_loose(path: Path, name: str, packer: Packer) -> Fact | None:
    """What the loose object in a file is; None if there is no such file. Raises Broken."""
    descriptor = opened(path)
    if descriptor is None:
        return None
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        size = os.fstat(descriptor).st_size
        if size > _SMALL:
            return _read(file, size, name, packer, lambda: path.open("rb"))
        data = file.read(size + 1)
        return _read(io.BytesIO(data), len(data), name, packer, lambda: io.BytesIO(data))


def _read(file: IO[bytes], size: int, name: str, packer: Packer, anew: Callable[[], IO[bytes]]) -> Fact:
    with closing(packer.beside(anew, name)) as again:
        try:
            fact = _fact(_plain(file, size), name, again)
        except zlib.error:
            raise Broken("cannot be unpacked") from None
        if again.off_by_one:
            raise Broken(SLACK)
        return fact


def peek(path: Path) -> str:
    """The kind of the loose object in a file, "" if that cannot be told."""
    descriptor = opened(path)
    if descriptor is None:
        return ""
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        try:
            return zlib.decompressobj().decompress(file.read(128), 16).partition(b" ")[0].decode("ascii", "replace")
        except zlib.error:
            return ""


def _fact(blocks: Iterator[bytes], name: str, again: Repacked) -> Fact:
    own = hashlib.sha1(usedforsecurity=False) if len(name) == 40 else hashlib.sha256()
    start = b""
    for block in blocks:
        start += block
        if b"\0" in start or len(start) > _CHUNK:
            break
    header, _, first = start.partition(b"\0")
    content = hashlib.sha256(first)
    size = len(first)
    own.update(start)
    again.write(start)
    for block in blocks:
        own.update(block)
        content.update(block)
        again.write(block)
        size += len(block)
    if own.hexdigest() != name:
        raise Broken("holds other bytes than its name says")
    again.end()
    kind = header.partition(b" ")[0].decode("ascii", "replace")
    return Fact(kind, size, content.hexdigest() if kind == "blob" else "")


def _plain(file: IO[bytes], length: int) -> Iterator[bytes]:
    """The unpacked bytes of a file, in pieces; nothing may be missing and nothing be left over."""
    unpacking = zlib.decompressobj()
    left = length - _TAIL
    while left > 0:
        chunk = file.read(min(_CHUNK, left))
        if not chunk or unpacking.eof:
            raise Broken("is cut off" if not chunk else "has bytes behind its end")
        left -= len(chunk)
        while chunk:
            yield unpacking.decompress(chunk, _MOST)
            chunk = unpacking.unconsumed_tail
    tail = file.read(_TAIL)
    if left < 0 or len(tail) < _TAIL or unpacking.eof:
        raise Broken("is cut off" if not unpacking.eof else "has bytes behind its end")
    padded = _padded(unpacking, tail)
    yield unpacking.decompress(tail)
    if not unpacking.eof or unpacking.unused_data:
        raise Broken("is cut off" if not unpacking.eof else "has bytes behind its end")
    if padded:
        raise Broken(SLACK)


def _padded(unpacking: zlib._Decompress, tail: bytes) -> bool:
    """Whether the last byte has a bit that means nothing and is set all the same, which no zlib does."""
    highest = tail[0].bit_length()
    if not highest:
        return False
    other = unpacking.copy()
    try:
        other.decompress(bytes([tail[0] & ~(1 << highest - 1)]) + tail[1:])
    except zlib.error:
        return False
    return other.eof and not other.unused_data

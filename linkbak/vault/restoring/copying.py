"""A kept file's bytes on their way out, compared with its sha256 as they pass."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import IO

from linkbak.errors import VaultDamaged
from linkbak.model import FileFacts

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many bytes of it are done, and of how many."""

_CHUNK = 1 << 20


def silent(what: str, done: int, total: int) -> None:
    """For those who wait for nothing."""


class Meter:
    """Counts the bytes of a whole restore and tells of them; at the end of its block all is done, however it ended."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._done = 0
        self._total = total

    def add(self, count: int) -> None:
        """So many more are done."""
        self._done += count
        self._progress("restoring", self._done, self._total)

    def __enter__(self) -> Meter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._done < self._total:
            self.add(self._total - self._done)


def checked(stream: IO[bytes], facts: FileFacts, meter: Meter | None = None) -> Iterator[bytes]:
    """The bytes in pieces; VaultDamaged at their end if they are not those that were kept."""
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
        yield chunk
        if meter is not None:
            meter.add(len(chunk))
    if (size, digest.hexdigest()) != (facts.bytes, facts.sha256):
        raise VaultDamaged(f"{facts.path}: the kept file is damaged")

"""A zip inside a zip, read where it lies: neither unpacked to disk nor held in memory."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Final

from linkbak.archive.decoders import DEFLATED, STORED, Broken, Inflated
from linkbak.archive.limits import MIB, Limits
from linkbak.archive.names import is_dropping
from linkbak.archive.sources import Source
from linkbak.archive.zip_directory import Member
from linkbak.archive.zip_entry import packed_bytes, stream
from linkbak.errors import ArchiveUnreadable

_MARK: Final = b"PK\x03\x04"
_SKIP: Final = MIB
_MOST_STOPS: Final = 256
_FEED: Final = 32 * 1024


def only_zip(source: Source, name: str, members: Sequence[Member], limits: Limits) -> Member | None:
    """The one file of the archive, droppings aside, if it is itself a zip by name and first bytes."""
    files = [member for member in members if not member.is_folder and not is_dropping(member.path)]
    if len(files) != 1 or ".zip" not in files[0].path.rpartition("/")[2].casefold():
        return None
    with stream(source, name, files[0], limits) as first:
        return files[0] if first.read(len(_MARK)) == _MARK else None


def inner_source(source: Source, name: str, member: Member, limits: Limits) -> Source:
    """The bytes of the inner zip, readable anywhere, after one pass over all of them found them whole."""
    if member.method not in (STORED, DEFLATED):
        message = f"{name}: {member.where} is a zip that is packed once more in an unusual way"
        raise ArchiveUnreadable(message, hint="Unpack it once and give the zip inside.")
    with stream(source, name, member, limits) as whole:
        while whole.read(MIB):
            pass
    packed = packed_bytes(source, name, member)
    return packed if member.method == STORED else Rewound(packed, member.size)


class Rewound:
    """Deflated bytes readable anywhere: it goes forward, and back to the nearest of a few hundred stops.

    A stop is a copy of zlib's window, some 40 kB, so memory stays small however large the inner zip is. The
    lock lets streams of several threads share the one reader.
    """

    def __init__(self, packed: Source, size: int) -> None:
        self.size = size
        self._packed = packed
        self._lock = Lock()
        self._stops = [(0, Inflated(packed, _FEED))]
        self._apart = max(_SKIP, size // _MOST_STOPS)
        self._at = 0
        self._reader = self._stops[0][1].copy()

    def read_at(self, offset: int, count: int) -> bytes:
        """Up to `count` bytes from `offset`; fewer only at the end."""
        parts = []
        with self._lock:
            self._go(offset)
            while count > 0 and (data := self._step(count)):
                parts.append(data)
                count -= len(data)
        return b"".join(parts)

    def changed(self) -> bool:
        """Whether somebody has written to the archive since it was opened."""
        return self._packed.changed()

    def _go(self, offset: int) -> None:
        at, stop = max((stop for stop in self._stops if stop[0] <= offset), key=lambda stop: stop[0])
        if not at <= self._at <= offset:
            self._at, self._reader = at, stop.copy()
        while self._at < offset and self._step(min(_SKIP, offset - self._at)):
            pass

    def _step(self, want: int) -> bytes:
        try:
            data = self._reader.step(want)
        except Broken as error:
            # It was whole a moment ago.
            raise OSError("the archive changed while it was being read") from error
        self._at += len(data)
        if self._at >= self._stops[-1][0] + self._apart:
            self._stops.append((self._at, self._reader.copy()))
        return data

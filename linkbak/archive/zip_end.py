"""Where a zip's table of contents is: its last record, and the larger one of zip64 before it."""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

from linkbak.archive import hints
from linkbak.archive.limits import MIB, Limits
from linkbak.archive.sources import Source
from linkbak.errors import ArchiveTooLarge, ArchiveUnfinished, ArchiveUnreadable

_END: Final = struct.Struct("<4s4H2LH")
_END_MARK: Final = b"PK\x05\x06"
_LOCATOR: Final = struct.Struct("<4sLQL")
_LOCATOR_MARK: Final = b"PK\x06\x07"
_WIDE: Final = struct.Struct("<4sQ2H2L4Q")
_WIDE_MARK: Final = b"PK\x06\x06"
_LONGEST_COMMENT: Final = 0xFFFF

LARGEST_TABLE: Final = 32 * MIB


class End(NamedTuple):
    """The place of the table of contents."""

    entries: int
    size: int
    start: int


def end_of(source: Source, name: str, limits: Limits) -> End:
    """Where the table of contents lies, before any of it is read; ArchiveUnfinished if the zip stops before it."""
    tail_at = max(0, source.size - _END.size - _LONGEST_COMMENT)
    tail = source.read_at(tail_at, source.size - tail_at)
    at = _last_record(tail)
    if at < 0:
        raise ArchiveUnfinished(f"{name} is cut off: its end is missing", hint=hints.WAIT)
    _, disk, first_disk, here, *numbers, _ = _END.unpack_from(tail, at)
    found, stops = End(*numbers), tail_at + at
    if (wide := _wide(source, stops, name)) is not None:
        if not _agree(found, wide[0]):
            raise _broken(name)
        found, stops = wide
    elif disk or first_disk or here != found.entries:
        raise _broken(name)
    if found.start + found.size != stops:
        raise _broken(name)
    _refuse_huge(found, name, limits)
    return found


def _refuse_huge(end: End, name: str, limits: Limits) -> None:
    if end.entries > limits.entries:
        message = f"{name} says it holds {end.entries:,} files; at most {limits.entries:,} are read"
        raise ArchiveTooLarge(message, hint=hints.LIMITS)
    if end.size > LARGEST_TABLE:
        message = f"{name} has a table of contents of {end.size:,} bytes; at most {LARGEST_TABLE:,} are read"
        raise ArchiveTooLarge(message, hint=hints.LIMITS)


def _last_record(tail: bytes) -> int:
    """Where the last record starts whose comment ends with the file; -1 if none does."""
    at = tail.rfind(_END_MARK)
    while at >= 0:
        if at + _END.size <= len(tail):
            comment = int.from_bytes(tail[at + 20 : at + 22], "little")
            if at + _END.size + comment == len(tail):
                return at
        at = tail.rfind(_END_MARK, 0, at)
    return -1


def _wide(source: Source, stops: int, name: str) -> tuple[End, int] | None:
    """What zip64's record says and where it starts; none if there is none."""
    locator = source.read_at(stops - _LOCATOR.size, _LOCATOR.size) if stops >= _LOCATOR.size else b""
    if not locator.startswith(_LOCATOR_MARK):
        return None
    _, disk, at, disks = _LOCATOR.unpack(locator)
    record = source.read_at(at, _WIDE.size)
    if len(record) < _WIDE.size or not record.startswith(_WIDE_MARK):
        raise _broken(name)
    _, length, _, _, this_disk, first_disk, here, entries, size, start = _WIDE.unpack(record)
    apart = disk or disks > 1 or this_disk or first_disk or here != entries
    if apart or at + 12 + length != stops - _LOCATOR.size:
        raise _broken(name)
    return End(entries, size, start), at


def _agree(narrow: End, wide: End) -> bool:
    """Whether the short record says the same as the wide one wherever it can."""
    pairs = zip(narrow, wide, (0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF), strict=True)
    return all(short in (long, unknown) for short, long, unknown in pairs)


def _broken(name: str) -> ArchiveUnreadable:
    message = f"{name} is damaged: its table of contents is not where it says"
    return ArchiveUnreadable(message, hint=hints.AGAIN)

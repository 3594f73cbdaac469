"""A zip's table of contents, read strictly: every number in it must agree with every other.

zipfile is not used: it makes an object of every entry before anyone can count them, accepts entries
that overlap, cuts names at a NUL and lets a later duplicate hide an earlier one.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final, NamedTuple

from linkbak.archive import hints, names
from linkbak.archive.limits import Tally
from linkbak.archive.sources import Source
from linkbak.archive.zip_end import End
from linkbak.errors import ArchiveEncrypted, ArchiveUnreadable, ArchiveUnsafe

ENCRYPTED: Final = 0x0001 | 0x0040 | 0x2000
LATER: Final = 0x0008
UTF8: Final = 0x0800
AES: Final = 99
UNKNOWN32: Final = 0xFFFFFFFF

_RECORD: Final = struct.Struct("<4s4xHHHHLLLHHHHHLL")
_MARK: Final = b"PK\x01\x02"
_FILE: Final = frozenset({0o000000, 0o100000})
_FOLDER: Final = frozenset({0o000000, 0o100000, 0o040000})


class Member(NamedTuple):
    """One entry of the table of contents; `bound` is where the next one's bytes begin at the latest."""

    number: int
    raw: bytes
    path: str
    flags: int
    method: int
    modified: datetime | None
    crc: int
    packed: int
    size: int
    offset: int
    bound: int = 0

    @property
    def where(self) -> str:
        """How refusals name it."""
        return names.entry(self.number, self.path)

    @property
    def is_folder(self) -> bool:
        """Whether it stands for a folder and holds nothing."""
        return self.path.endswith("/")


def members(source: Source, name: str, end: End, tally: Tally) -> tuple[Member, ...]:
    """Every entry in the order of the table, folders included, none of them unsafe."""
    tally.count(end.entries)
    table = source.read_at(end.start, end.size)
    if len(table) != end.size:
        raise _broken(name)
    found = [_sound(member, name, tally) for member in _walk(table, name, end)]
    if (clash := names.first_clash([member.path for member in found])) >= 0:
        message = f"{name}: {found[clash].where} has the same name as another entry"
        raise ArchiveUnsafe(message, hint=hints.HONEST)
    return tuple(_bounded(found, name, end.start))


def _walk(table: bytes, name: str, end: End) -> Iterator[Member]:
    position = 0
    for number in range(1, end.entries + 1):
        if position + _RECORD.size > len(table):
            raise _broken(name)
        fields = _RECORD.unpack_from(table, position)
        raw_at = position + _RECORD.size
        extra_at = raw_at + fields[8]
        position = extra_at + fields[9] + fields[10]
        if fields[0] != _MARK or position > len(table):
            raise _broken(name)
        yield _member(number, fields, table[raw_at:extra_at], table[extra_at : extra_at + fields[9]], name)
    if position != len(table):
        message = f"{name} lists more than the {end.entries:,} files it says it holds"
        raise ArchiveUnsafe(message, hint=hints.HONEST)


def _member(number: int, fields: tuple[int, ...], raw: bytes, extra: bytes, name: str) -> Member:
    _, flags, method, time, day, crc, packed, size, _, _, _, disk, _, attributes, offset = fields
    path = names.normal(_decoded(raw, flags, number, name))
    wide = wide_numbers(extra, [size, packed, offset])
    if wide is None or disk not in (0, 0xFFFF):
        raise _broken(name)
    if (attributes >> 16) & 0o170000 not in (_FOLDER if path.endswith("/") else _FILE):
        message = f"{name}: {names.entry(number, path)} is a symbolic link or a device, not a file"
        raise ArchiveUnsafe(message, hint=hints.HONEST)
    size, packed, offset = wide
    return Member(number, raw, path, flags, method, moment(day, time), crc, packed, size, offset)


def _decoded(raw: bytes, flags: int, number: int, name: str) -> str:
    """The name: UTF-8 where flagged; else UTF-8 if it is (macOS never flags it), and what DOS used if it is not."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        if flags & UTF8:
            message = f"{name}: the name of entry {number} is not valid Unicode"
            raise ArchiveUnsafe(message, hint=hints.HONEST) from None
        return raw.decode("cp437")


def _sound(member: Member, name: str, tally: Tally) -> Member:
    path = member.path[:-1] if member.is_folder else member.path
    if reason := names.flaw(path):
        raise ArchiveUnsafe(f"{name}: {member.where} {reason}", hint=hints.HONEST)
    if member.flags & ENCRYPTED or member.method == AES:
        message = f"{name} is encrypted: {member.where} needs a password"
        raise ArchiveEncrypted(message, hint=f"{hints.UNPACK} linkbak takes no passwords of archives.")
    if member.is_folder and member.size:
        raise ArchiveUnsafe(f"{name}: {member.where} is a folder and a file at once", hint=hints.HONEST)
    tally.weigh(member.where, member.size)
    tally.judge(member.where, member.size, member.packed)
    return member


def _bounded(found: list[Member], name: str, start: int) -> Iterator[Member]:
    """The members with their bounds; those that share bytes with another, as a bomb's do, are refused."""
    by_place = sorted(found, key=lambda member: member.offset)
    bounds = {before.number: after.offset for before, after in pairwise(by_place)}
    for member in found:
        bound = bounds.get(member.number, start)
        if member.offset + 30 + len(member.raw) + member.packed > bound:
            message = f"{name}: {member.where} overlaps with another entry"
            raise ArchiveUnsafe(message, hint=hints.HONEST)
        yield member._replace(bound=bound)


def wide_numbers(extra: bytes, narrow: list[int]) -> list[int] | None:
    """The numbers, those of 32 set bits replaced from the zip64 field; none if the extra fields make no sense."""
    missing = [index for index, number in enumerate(narrow) if number == UNKNOWN32]
    position = 0
    while missing and position + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, position)
        position += 4
        if kind == 1:
            if length < 8 * len(missing) or position + length > len(extra):
                return None
            found = struct.unpack_from(f"<{len(missing)}Q", extra, position)
            wide = dict(zip(missing, found, strict=True))
            return [wide.get(index, number) for index, number in enumerate(narrow)]
        position += length
    return None if missing else narrow


def moment(day: int, time: int) -> datetime | None:
    """A DOS date and time read as UTC, as LinkedIn means it; none for the year 1980, which means "not told".

    Extended time stamps are left alone on purpose: who unpacks and packs again in one time zone keeps the
    DOS time and shifts the other.
    """
    if day >> 9 == 0:
        return None
    try:
        return datetime(
            (day >> 9) + 1980, day >> 5 & 15, day & 31, time >> 11, time >> 5 & 63, (time & 31) * 2, tzinfo=UTC
        )
    except ValueError:
        return None


def _broken(name: str) -> ArchiveUnreadable:
    return ArchiveUnreadable(f"{name} is damaged: its table of contents makes no sense", hint=hints.AGAIN)

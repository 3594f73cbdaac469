"""Zips as archives; a zip that holds nothing but another zip counts as that one."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cached_property
from itertools import pairwise
from threading import Lock
from typing import IO, Final, NamedTuple

from linkbak.archive import entries as archive_entries
from linkbak.archive.entries import MIB, Entry, Limits, Tally, is_dropping
from linkbak.archive.streams import (
    DEFLATED,
    STORED,
    Broken,
    FileSource,
    Inflated,
    Promise,
    Source,
    Stretch,
    changed,
    decoder,
    digest,
    opened,
    trouble,
)
from linkbak.errors import (
    ArchiveEncrypted,
    ArchiveRefused,
    ArchiveTooLarge,
    ArchiveUnfinished,
    ArchiveUnreadable,
    ArchiveUnsafe,
)

# --- zip_end ----------------------------------------------------------------------------------------------------------
# Where a zip's table of contents is: its last record, and the larger one of zip64 before it.

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
        raise ArchiveUnfinished(f"{name} is cut off: its end is missing", hint=archive_entries.WAIT)
    _, disk, first_disk, here, *numbers, _ = _END.unpack_from(tail, at)
    found, stops = End(*numbers), tail_at + at
    if (wide := _wide(source, stops, name)) is not None:
        if not _agree(found, wide[0]):
            raise _end_broken(name)
        found, stops = wide
    elif disk or first_disk or here != found.entries:
        raise _end_broken(name)
    if found.start + found.size != stops:
        raise _end_broken(name)
    _refuse_huge(found, name, limits)
    return found


def _refuse_huge(end: End, name: str, limits: Limits) -> None:
    if end.entries > limits.entries:
        message = f"{name} says it holds {end.entries:,} files; at most {limits.entries:,} are read"
        raise ArchiveTooLarge(message, hint=archive_entries.LIMITS)
    if end.size > LARGEST_TABLE:
        message = f"{name} has a table of contents of {end.size:,} bytes; at most {LARGEST_TABLE:,} are read"
        raise ArchiveTooLarge(message, hint=archive_entries.LIMITS)


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
        raise _end_broken(name)
    _, length, _, _, this_disk, first_disk, here, entries, size, start = _WIDE.unpack(record)
    apart = disk or disks > 1 or this_disk or first_disk or here != entries
    if apart or at + 12 + length != stops - _LOCATOR.size:
        raise _end_broken(name)
    return End(entries, size, start), at


def _agree(narrow: End, wide: End) -> bool:
    """Whether the short record says the same as the wide one wherever it can."""
    pairs = zip(narrow, wide, (0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF), strict=True)
    return all(short in (long, unknown) for short, long, unknown in pairs)


def _end_broken(name: str) -> ArchiveUnreadable:
    message = f"{name} is damaged: its table of contents is not where it says"
    return ArchiveUnreadable(message, hint=archive_entries.AGAIN)


# --- zip_directory ----------------------------------------------------------------------------------------------------
# A zip's table of contents, read strictly: every number in it must agree with every other.
# zipfile is not used: it makes an object of every entry before anyone can count them, accepts entries that overlap,
# cuts names at a NUL and lets a later duplicate hide an earlier one.

ENCRYPTED: Final = 0x0001 | 0x0040 | 0x2000
LATER: Final = 0x0008
UTF8: Final = 0x0800
AES: Final = 99
UNKNOWN32: Final = 0xFFFFFFFF

_RECORD: Final = struct.Struct("<4s4xHHHHLLLHHHHHLL")
_DIRECTORY_MARK: Final = b"PK\x01\x02"
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
        return archive_entries.entry(self.number, self.path)

    @property
    def is_folder(self) -> bool:
        """Whether it stands for a folder and holds nothing."""
        return self.path.endswith("/")


def members(source: Source, name: str, end: End, tally: Tally) -> tuple[Member, ...]:
    """Every entry in the order of the table, folders included, none of them unsafe."""
    tally.count(end.entries)
    table = source.read_at(end.start, end.size)
    if len(table) != end.size:
        raise _directory_broken(name)
    found = [_sound(member, name, tally) for member in _walk(table, name, end)]
    if (clash := archive_entries.first_clash([member.path for member in found])) >= 0:
        message = f"{name}: {found[clash].where} has the same name as another entry"
        raise ArchiveUnsafe(message, hint=archive_entries.HONEST)
    return tuple(_bounded(found, name, end.start))


def _walk(table: bytes, name: str, end: End) -> Iterator[Member]:
    position = 0
    for number in range(1, end.entries + 1):
        if position + _RECORD.size > len(table):
            raise _directory_broken(name)
        fields = _RECORD.unpack_from(table, position)
        raw_at = position + _RECORD.size
        extra_at = raw_at + fields[8]
        position = extra_at + fields[9] + fields[10]
        if fields[0] != _DIRECTORY_MARK or position > len(table):
            raise _directory_broken(name)
        yield _member(number, fields, table[raw_at:extra_at], table[extra_at : extra_at + fields[9]], name)
    if position != len(table):
        message = f"{name} lists more than the {end.entries:,} files it says it holds"
        raise ArchiveUnsafe(message, hint=archive_entries.HONEST)


def _member(number: int, fields: tuple[int, ...], raw: bytes, extra: bytes, name: str) -> Member:
    _, flags, method, time, day, crc, packed, size, _, _, _, disk, _, attributes, offset = fields
    path = archive_entries.normal(_decoded(raw, flags, number, name))
    wide = wide_numbers(extra, [size, packed, offset])
    if wide is None or disk not in (0, 0xFFFF):
        raise _directory_broken(name)
    if (attributes >> 16) & 0o170000 not in (_FOLDER if path.endswith("/") else _FILE):
        message = f"{name}: {archive_entries.entry(number, path)} is a symbolic link or a device, not a file"
        raise ArchiveUnsafe(message, hint=archive_entries.HONEST)
    size, packed, offset = wide
    return Member(number, raw, path, flags, method, moment(day, time), crc, packed, size, offset)


def _decoded(raw: bytes, flags: int, number: int, name: str) -> str:
    """The name: UTF-8 where flagged; else UTF-8 if it is (macOS never flags it), and what DOS used if it is not."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        if flags & UTF8:
            message = f"{name}: the name of entry {number} is not valid Unicode"
            raise ArchiveUnsafe(message, hint=archive_entries.HONEST) from None
        return raw.decode("cp437")


def _sound(member: Member, name: str, tally: Tally) -> Member:
    path = member.path[:-1] if member.is_folder else member.path
    if reason := archive_entries.flaw(path):
        raise ArchiveUnsafe(f"{name}: {member.where} {reason}", hint=archive_entries.HONEST)
    if member.flags & ENCRYPTED or member.method == AES:
        message = f"{name} is encrypted: {member.where} needs a password"
        raise ArchiveEncrypted(message, hint=f"{archive_entries.UNPACK} linkbak takes no passwords of archives.")
    if member.is_folder and member.size:
        raise ArchiveUnsafe(f"{name}: {member.where} is a folder and a file at once", hint=archive_entries.HONEST)
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
            raise ArchiveUnsafe(message, hint=archive_entries.HONEST)
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


def _directory_broken(name: str) -> ArchiveUnreadable:
    return ArchiveUnreadable(f"{name} is damaged: its table of contents makes no sense", hint=archive_entries.AGAIN)


# --- zip_entry --------------------------------------------------------------------------------------------------------
# One file of a zip: where its bytes are, and whether its own header says what the table says.

_HEADER: Final = struct.Struct("<4s2xHH4xLLLHH")
_ENTRY_MARK: Final = b"PK\x03\x04"
_END_MARKED: Final = 0x0002
_NAMES: Final = {9: "Deflate64", 1: "Shrink", 6: "Implode", 93: "Zstandard", 95: "XZ", 98: "PPMd"}


def packed_bytes(source: Source, name: str, member: Member) -> Stretch:
    """The member's bytes as they were packed, once its own header agrees with the table of contents."""
    header = source.read_at(member.offset, _HEADER.size + len(member.raw))
    if len(header) < _HEADER.size or not header.startswith(_ENTRY_MARK):
        raise _damaged(source, name, member)
    _, flags, method, crc, packed, size, name_length, extra_length = _HEADER.unpack_from(header)
    start = member.offset + _HEADER.size + name_length + extra_length
    if name_length != len(member.raw) or header[_HEADER.size :] != member.raw:
        raise _lies(name, member, "has two different names")
    if start + member.packed > member.bound:
        raise _lies(name, member, "overlaps with another entry")
    if flags & ENCRYPTED:
        raise ArchiveEncrypted(f"{name} is encrypted: {member.where} needs a password", hint=archive_entries.UNPACK)
    extra = source.read_at(start - extra_length, extra_length)
    wide = wide_numbers(extra, [size, packed]) or [size, packed]
    told, truth = (crc, *wide), (member.crc, member.size, member.packed)
    later = (0, UNKNOWN32) if flags & LATER else ()
    if method != member.method or any(a != b and a not in later for a, b in zip(told, truth, strict=True)):
        raise _lies(name, member, "is described in two different ways")
    return Stretch(source, start, member.packed)


def stream(source: Source, name: str, member: Member, limits: Limits) -> IO[bytes]:
    """The member's bytes from the start, checked as they are read."""
    promise = Promise(name, member.where, member.size, member.packed, member.crc, limits)
    try:
        packed = packed_bytes(source, name, member)
        unpacking = decoder(member.method, packed, bool(member.flags & _END_MARKED))
    except Broken:
        raise _damaged(source, name, member) from None
    except OSError as error:
        raise trouble(name, error) from error
    if unpacking is None:
        method = _NAMES.get(member.method, f"method {member.method}")
        message = f"{name}: {member.where} is packed with {method}, which cannot be read"
        raise ArchiveUnreadable(message, hint=archive_entries.UNPACK)
    return opened(promise, unpacking, source)


def _damaged(source: Source, name: str, member: Member) -> ArchiveRefused:
    if source.changed():
        return changed(name)
    return ArchiveUnreadable(f"{name}: {member.where} is damaged", hint=archive_entries.AGAIN)


def _lies(name: str, member: Member, how: str) -> ArchiveUnsafe:
    return ArchiveUnsafe(f"{name}: {member.where} {how}", hint=archive_entries.HONEST)


# --- zip_nested -------------------------------------------------------------------------------------------------------
# A zip inside a zip, read where it lies: neither unpacked to disk nor held in memory.

_SKIP: Final = MIB
_MOST_STOPS: Final = 256
_FEED: Final = 32 * 1024


def only_zip(source: Source, name: str, members: Sequence[Member], limits: Limits) -> Member | None:
    """The one file of the archive, droppings aside, if it is itself a zip by name and first bytes."""
    files = [member for member in members if not member.is_folder and not is_dropping(member.path)]
    if len(files) != 1 or ".zip" not in files[0].path.rpartition("/")[2].casefold():
        return None
    with stream(source, name, files[0], limits) as first:
        return files[0] if first.read(len(_ENTRY_MARK)) == _ENTRY_MARK else None


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


# --- zip --------------------------------------------------------------------------------------------------------------


class Zip:
    """The files of a zip; `name` is how refusals call it."""

    def __init__(self, file: FileSource, name: str, limits: Limits) -> None:
        self.size = file.size
        self._file = file
        self._name = name
        self._limits = limits
        self._source: Source = file
        listed = _listed(file, name, limits, file.size)
        if (inner := only_zip(file, name, listed, limits)) is not None:
            self._source = inner_source(file, name, inner, limits)
            listed = _listed(self._source, name, limits, file.size)
        self._files = {member.path: member for member in listed if not member.is_folder}
        _refuse_empty(self._files, name)

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Every file in the order of the zip's table of contents."""
        return tuple(Entry(path, member.size, member.modified) for path, member in self._files.items())

    def open(self, path: str) -> IO[bytes]:
        """The file's bytes from the start; KeyError if there is none of that path."""
        return stream(self._source, self._name, self._files[path], self._limits)

    def sha256(self) -> str:
        """The digest of the zip itself."""
        return digest(self._file, self._name)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def _listed(source: Source, name: str, limits: Limits, archive_bytes: int) -> tuple[Member, ...]:
    tally = Tally(name, limits)
    found = members(source, name, end_of(source, name, limits), tally)
    tally.judge("all of it together", tally.bytes, archive_bytes)
    for member in found:
        if member.is_folder:
            # Nobody opens a folder, so nobody else would find that a file is made to look like one.
            packed_bytes(source, name, member)
    return found


def _refuse_empty(files: dict[str, Member], name: str) -> None:
    if all(is_dropping(path) for path in files):
        raise ArchiveUnreadable(f"{name} holds no files", hint=archive_entries.AGAIN)
    if "[Content_Types].xml" in files:
        message = f"{name} is an office document, not an archive"
        raise ArchiveUnreadable(message, hint=archive_entries.OFFICE)

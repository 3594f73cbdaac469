"""Zips, read with the standard library's zipfile after checks that pass only what an honest network sends.

zipfile alone makes an object of every entry before anyone can count them, accepts entries that overlap and bytes
hidden between them, cuts names at a NUL and lets a later duplicate hide an earlier one. So the end record and the
number of entries are checked before it sees the table of contents, then each entry and all of them together, and
each file's own header when it is opened. A zip that holds nothing but another zip counts as that one.
"""

from __future__ import annotations

import io
import struct
import sys
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from types import SimpleNamespace
from typing import IO, Any, Final

from linkbak.archive import (
    AGAIN,
    LIMITS,
    MIB,
    OFFICE,
    UNPACK,
    WAIT,
    Entry,
    Limits,
    Tally,
    check_ratio,
    dishonest,
    first_collision,
    is_junk,
    normalised,
    printable,
    unsafe_name,
)
from linkbak.archive.streams import (
    DAMAGED,
    FileSource,
    Inflated,
    OneFile,
    Promise,
    Reader,
    Source,
    Stored,
    Stretch,
    changed,
    forward_inflater,
    open_stream,
    unreadable,
)
from linkbak.errors import (
    ArchiveEncrypted,
    ArchiveRefused,
    ArchiveTooLarge,
    ArchiveUnfinished,
    ArchiveUnreadable,
)
from linkbak.model import NamedTuple
from linkbak.texts import tr


class Zip(OneFile):
    """The files of a zip; an ArchiveRefused if any entry is unsafe."""

    kind = "zip"

    def __init__(self, file: FileSource, name: str, limits: Limits) -> None:
        super().__init__(file, name, limits)
        name = self._name
        self._source: Source = file
        members = _members(file, name, limits, file.size)
        if (inner := _only_zip(file, name, members, limits)) is not None:
            self._source = _inner_source(file, name, inner, limits)
            members = _members(self._source, name, limits, file.size)
        self._files = {member.path: member for member in members if not member.is_folder}
        if all(is_junk(path) for path in self._files):
            raise ArchiveUnreadable(tr("{name} holds no files", name=name), hint=AGAIN)
        if "[Content_Types].xml" in self._files:
            raise ArchiveUnreadable(tr("{name} is an office document, not an archive", name=name), hint=OFFICE)
        self.entries = tuple(
            Entry(path, member.info.file_size, _moment(member.info)) for path, member in self._files.items()
        )

    def _open(self, path: str) -> IO[bytes]:
        return _open_member(self._source, self._name, self._files[path], self._limits)


def names_in(source: Source, name: str, limits: Limits) -> list[str]:
    """The names in a zip's table of contents, however odd; nothing else of it is read.

    Raises an ArchiveRefused if the table is not where the end record says or is beyond the limits.
    """
    end = _end_record(source, name, limits)
    table = source.read_at(end.start, end.size)
    return [raw.decode("utf-8", "replace") for raw, _ in _raw_names(table)]


# --- the end record: where the table of contents is -------------------------------------------------------------------

_END: Final = struct.Struct("<4s4H2LH")
_END_MARK: Final = b"PK\x05\x06"
_LOCATOR: Final = struct.Struct("<4sLQL")
_LOCATOR_MARK: Final = b"PK\x06\x07"
_END64: Final = struct.Struct("<4sQ2H2L4Q")
_END64_MARK: Final = b"PK\x06\x06"
_UNKNOWN16: Final = 0xFFFF
_UNKNOWN32: Final = 0xFFFFFFFF
"""The value of a narrow field when the true number stands in zip64's."""

_LONGEST_COMMENT: Final = 0xFFFF
_LARGEST_TABLE: Final = 32 * MIB


class _End(NamedTuple):
    """How many entries the table of contents has, how many bytes, and where it starts."""

    entries: int
    size: int
    start: int


def _end_record(source: Source, name: str, limits: Limits) -> _End:
    """Where the table of contents lies, before any of it is read; ArchiveUnfinished if the zip stops before it."""
    tail_at = max(0, source.size - _END.size - _LONGEST_COMMENT)
    tail = source.read_at(tail_at, source.size - tail_at)
    at = _last_record(tail)
    if at < 0:
        raise ArchiveUnfinished(tr("{name} is cut off: its end is missing", name=name), hint=WAIT)
    _, disk, first_disk, here, *numbers, _ = _END.unpack_from(tail, at)
    end, table_end = _End(*numbers), tail_at + at
    if (zip64 := _zip64_end(source, table_end, name)) is not None:
        unknown = (_UNKNOWN16, _UNKNOWN32, _UNKNOWN32)
        odd = any(short not in (long, blank) for short, long, blank in zip(end, zip64[0], unknown, strict=True))
        end, table_end = zip64
    else:
        odd = disk or first_disk or here != end.entries
    if odd or end.start + end.size != table_end:
        raise _misplaced(name)
    if end.entries > limits.entries:
        message = tr(
            "{name} says it holds {entries:,} files; at most {most:,} are read",
            name=name,
            entries=end.entries,
            most=limits.entries,
        )
        raise ArchiveTooLarge(message, hint=LIMITS)
    if end.size > _LARGEST_TABLE:
        message = tr(
            "{name} has a table of contents of {size:,} bytes; at most {most:,} are read",
            name=name,
            size=end.size,
            most=_LARGEST_TABLE,
        )
        raise ArchiveTooLarge(message, hint=LIMITS)
    return end


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


def _zip64_end(source: Source, stops: int, name: str) -> tuple[_End, int] | None:
    """The content of zip64's record before the end record, and where it starts; None if there is none."""
    locator = source.read_at(stops - _LOCATOR.size, _LOCATOR.size) if stops >= _LOCATOR.size else b""
    if not locator.startswith(_LOCATOR_MARK):
        return None
    _, disk, at, disks = _LOCATOR.unpack(locator)
    record = source.read_at(at, _END64.size)
    if len(record) < _END64.size or not record.startswith(_END64_MARK):
        raise _misplaced(name)
    _, length, _, _, this_disk, first_disk, here, entries, size, start = _END64.unpack(record)
    apart = disk or disks > 1 or this_disk or first_disk or here != entries
    if apart or at + 12 + length != stops - _LOCATOR.size:
        raise _misplaced(name)
    return _End(entries, size, start), at


def _misplaced(name: str) -> ArchiveUnreadable:
    return ArchiveUnreadable(tr("{name} is damaged: its table of contents is not where it says", name=name), hint=AGAIN)


# --- the table of contents --------------------------------------------------------------------------------------------

_TABLE_RECORD: Final = struct.Struct("<4s4xH18x3H12x")
_TABLE_MARK: Final = b"PK\x01\x02"
_UTF8: Final = 0x0800
_ENCRYPTED: Final = 0x0001 | 0x0040 | 0x2000
_AES: Final = 99
_FILE_KINDS: Final = frozenset({0o000000, 0o100000})
_FOLDER_KINDS: Final = frozenset({0o000000, 0o100000, 0o040000})


class _Member(NamedTuple):
    """The `number`th entry, by the name it is safe under, as written and as zipfile reads the rest of it.

    `bound` is where the next entry's bytes begin.
    """

    number: int
    path: str
    raw: bytes
    info: zipfile.ZipInfo
    bound: int

    def __str__(self) -> str:
        """Its name in refusals."""
        return tr("entry {number} ({path})", number=self.number, path=printable(self.path))

    @property
    def is_folder(self) -> bool:
        """Whether it stands for a folder and holds nothing."""
        return self.path.endswith("/")


def _members(source: Source, name: str, limits: Limits, archive_bytes: int) -> list[_Member]:
    """Every entry in the order of the table, folders included, none of them unsafe."""
    end = _end_record(source, name, limits)
    tally = Tally(name, limits)
    members = _listed(source, name, end)
    for member in members:
        _check(member, name)
        tally.add_file(member, member.info.file_size)
        check_ratio(limits, name, member, member.info.file_size, member.info.compress_size)
    if (double := first_collision([member.path for member in members])) >= 0:
        raise dishonest(tr("{name}: {entry} has the same name as another entry", name=name, entry=members[double]))
    for member in members:
        # Entries that share bytes with another are what makes a small bomb a large one.
        if member.info.header_offset + _HEADER.size + len(member.raw) + member.info.compress_size > member.bound:
            raise dishonest(tr("{name}: {entry} overlaps with another entry", name=name, entry=member))
    check_ratio(limits, name, tr("all of it together"), tally.bytes, archive_bytes)
    for member in members:
        if member.is_folder:
            # Folders are never opened, so only this check finds a file that is made to look like one.
            _packed_bytes(source, name, member)
    return members


def _listed(source: Source, name: str, end: _End) -> list[_Member]:
    """The table of contents as zipfile reads it, once the number of entries is known to be acceptable."""
    table = source.read_at(end.start, end.size)
    names = list(islice(_raw_names(table), end.entries + 1))
    if len(names) > end.entries:
        raise dishonest(
            tr("{name} lists more than the {entries:,} files it says it holds", name=name, entries=end.entries)
        )
    # The table alone, with an end record that no comment can hide and nothing can contradict.
    alone = io.BytesIO(table + _END.pack(_END_MARK, 0, 0, 0, 0, len(table), 0, 0))
    paths = [normalised(_decoded(raw, flags, at, name)) for at, (raw, flags) in enumerate(names, 1)]
    try:
        infos = zipfile.ZipFile(alone).infolist()
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, struct.error) as error:
        raise _senseless(name) from error
    odd = any(
        _UNKNOWN32 in (info.file_size, info.compress_size, info.header_offset) or info.volume not in (0, _UNKNOWN16)
        for info in infos
    )
    if odd or len(table) != end.size or not len(infos) == len(names) == end.entries:
        raise _senseless(name)
    by_place = sorted(range(len(infos)), key=lambda at: infos[at].header_offset)
    bounds = dict(zip(by_place, [*(infos[at].header_offset for at in by_place[1:]), end.start], strict=False))
    return [_Member(at + 1, paths[at], names[at][0], info, bounds[at]) for at, info in enumerate(infos)]


def _raw_names(table: bytes) -> Iterator[tuple[bytes, int]]:
    """The names as they stand in the table of contents, each with its entry's flags, as far as it makes sense."""
    at = 0
    while at + _TABLE_RECORD.size <= len(table):
        mark, flags, name, extra, comment = _TABLE_RECORD.unpack_from(table, at)
        if mark != _TABLE_MARK:
            return
        at += _TABLE_RECORD.size
        yield table[at : at + name], flags
        at += name + extra + comment


def _decoded(raw: bytes, flags: int, number: int, name: str) -> str:
    """The name: UTF-8 where flagged; else UTF-8 if it decodes (macOS never flags it), else DOS's code page 437."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        if flags & _UTF8:
            raise dishonest(
                tr("{name}: the name of entry {number} is not valid Unicode", name=name, number=number)
            ) from None
        return raw.decode("cp437")


def _check(member: _Member, name: str) -> None:
    """Refuse an entry that no honest zip has."""
    info, is_folder = member.info, member.is_folder
    if (info.external_attr >> 16) & 0o170000 not in (_FOLDER_KINDS if is_folder else _FILE_KINDS):
        raise dishonest(tr("{name}: {entry} is a symbolic link or a device, not a file", name=name, entry=member))
    if reason := unsafe_name(member.path[:-1] if is_folder else member.path):
        raise dishonest(f"{name}: {member} {reason}")
    if info.flag_bits & _ENCRYPTED or info.compress_type == _AES:
        message = tr("{name} is encrypted: {entry} needs a password", name=name, entry=member)
        raise ArchiveEncrypted(message, hint=tr("{unpack} linkbak takes no passwords of archives.", unpack=UNPACK))
    if is_folder and info.file_size:
        raise dishonest(tr("{name}: {entry} is a folder and a file at once", name=name, entry=member))


def _moment(info: zipfile.ZipInfo) -> datetime | None:
    """The DOS date and time read as UTC, as LinkedIn means it; None for the year 1980, which means "unknown".

    Extended time stamps are not read on purpose: unpacking and packing again in one time zone keeps the
    DOS time and shifts the extended one.
    """
    try:
        return datetime(*info.date_time, tzinfo=UTC) if info.date_time[0] > 1980 else None
    except ValueError:
        return None


def _senseless(name: str) -> ArchiveUnreadable:
    return ArchiveUnreadable(tr("{name} is damaged: its table of contents makes no sense", name=name), hint=AGAIN)


# --- one file ---------------------------------------------------------------------------------------------------------

_HEADER: Final = struct.Struct("<4s2xHH4xLLLHH")
_HEADER_MARK: Final = b"PK\x03\x04"
_NUMBERS_FOLLOW: Final = 0x0008
"""The flag of a header that leaves checksum and sizes to a record after the bytes."""

_METHODS: Final = {9: "Deflate64", 1: "Shrink", 6: "Implode", 93: "Zstandard", 95: "XZ", 98: "PPMd"}
_LARGEST_DICTIONARY: Final = 64 * MIB
"""The largest dictionary of LZMA; its strongest preset uses this."""

_FEED: Final = {zipfile.ZIP_BZIP2: 32, zipfile.ZIP_LZMA: 2048}


def _open_member(source: Source, name: str, member: _Member, limits: Limits) -> IO[bytes]:
    """The member's bytes from the start, checked as they are read."""
    info = member.info
    try:
        packed = _packed_bytes(source, name, member)
        dictionary = int.from_bytes(packed.read_at(5, 4), "little") if info.compress_type == zipfile.ZIP_LZMA else 0
    except OSError as error:
        raise unreadable(name, error) from error
    if dictionary > _LARGEST_DICTIONARY:
        raise _damaged(source, name, member)
    reader: Reader
    faults: tuple[type[Exception], ...] = DAMAGED
    if info.compress_type == zipfile.ZIP_STORED:
        reader = Stored(packed)
    elif info.compress_type == zipfile.ZIP_DEFLATED:
        reader, faults = forward_inflater(packed)
    elif info.compress_type in _FEED:
        reader = _Expander(packed, info.compress_type)
        faults = reader.faults
    else:
        packing = _METHODS.get(info.compress_type, tr("method {number}", number=info.compress_type))
        message = tr(
            "{name}: {entry} is packed with {packing}, which cannot be read", name=name, entry=member, packing=packing
        )
        raise ArchiveUnreadable(message, hint=UNPACK)
    promise = Promise(name, member, info.file_size, info.CRC, limits, faults)
    return open_stream(promise, packed, reader)


class _Expander:
    """Bytes packed with bzip2 or LZMA, unpacked by zipfile.

    zipfile unpacks all it is fed at once, so it is fed little: 32 bytes of bzip2 may be 45 MB, one of LZMA is 7,000 at
    most. The last byte is fed separately: a stream that ends before it has something hidden after its end.
    """

    def __init__(self, packed: Source, method: int) -> None:
        self.taken = 0
        self._packed = packed
        self._piece = _FEED[method]
        # Without checksum and true size, which would silently cut off bytes beyond the declared size.
        info = zipfile.ZipInfo()
        info.compress_type, info.compress_size, info.file_size = method, packed.size, sys.maxsize
        fed: Any = SimpleNamespace(read=self._feed)
        self.read = zipfile.ZipExtFile(fed, "r", info).read

    @property
    def faults(self) -> tuple[type[Exception], ...]:
        """The errors of `read`, beside `DAMAGED`, for bytes that make no sense."""
        from lzma import LZMAError

        return (LZMAError, *DAMAGED)

    def _feed(self, count: int) -> bytes:
        before_last = self._packed.size - 1 - self.taken
        data = self._packed.read_at(self.taken, min(count, self._piece, before_last if before_last > 0 else 1))
        self.taken += len(data)
        return data


def _packed_bytes(source: Source, name: str, member: _Member) -> Stretch:
    """The member's bytes as they were packed, once its own header agrees with the table of contents."""
    info = member.info
    header = source.read_at(info.header_offset, _HEADER.size + len(member.raw))
    if len(header) < _HEADER.size or not header.startswith(_HEADER_MARK):
        raise _damaged(source, name, member)
    _, flags, method, *numbers, name_length, extra_length = _HEADER.unpack_from(header)
    start = info.header_offset + _HEADER.size + name_length + extra_length
    if name_length != len(member.raw) or header[_HEADER.size :] != member.raw:
        raise dishonest(tr("{name}: {entry} has two different names", name=name, entry=member))
    if start + info.compress_size > member.bound:
        raise dishonest(tr("{name}: {entry} overlaps with another entry", name=name, entry=member))
    if flags & _ENCRYPTED:
        raise ArchiveEncrypted(
            tr("{name} is encrypted: {entry} needs a password", name=name, entry=member), hint=UNPACK
        )
    extra = source.read_at(start - extra_length, extra_length)
    truth = (info.CRC, info.compress_size, info.file_size)
    agree = all(_agree(number, true, flags, extra) for number, true in zip(numbers, truth, strict=True))
    if method != info.compress_type or not agree:
        raise dishonest(tr("{name}: {entry} is described in two different ways", name=name, entry=member))
    return Stretch(source, start, info.compress_size)


def _agree(number: int, true: int, flags: int, extra: bytes) -> bool:
    """Whether a number of a file's own header is the table's, is left for later, or stands in the zip64 field."""
    if number == true or (flags & _NUMBERS_FOLLOW and number in (0, _UNKNOWN32)):
        return True
    return number == _UNKNOWN32 and true.to_bytes(8, "little") in extra


def _damaged(source: Source, name: str, member: _Member) -> ArchiveRefused:
    if source.changed():
        return changed(name)
    return ArchiveUnreadable(tr("{name}: {entry} is damaged", name=name, entry=member), hint=AGAIN)


# --- a zip in a zip, read where it lies: neither unpacked to disk nor held in memory ----------------------------------


def _only_zip(source: Source, name: str, members: Sequence[_Member], limits: Limits) -> _Member | None:
    """The one file of the archive, junk aside, if it is itself a zip by name and first bytes."""
    files = list(islice((member for member in members if not member.is_folder and not is_junk(member.path)), 2))
    if len(files) != 1 or ".zip" not in files[0].path.rpartition("/")[2].casefold():
        return None
    with _open_member(source, name, files[0], limits) as first:
        return files[0] if first.read(len(_HEADER_MARK)) == _HEADER_MARK else None


def _inner_source(source: Source, name: str, member: _Member, limits: Limits) -> Source:
    """The bytes of the inner zip, readable anywhere, after one pass over all of them found them whole."""
    method = member.info.compress_type
    if method not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        message = tr("{name}: {entry} is a zip that is packed once more in an unusual way", name=name, entry=member)
        raise ArchiveUnreadable(message, hint=tr("Unpack it once and give the zip inside."))
    with _open_member(source, name, member, limits) as whole:
        while whole.read(MIB):
            pass
    packed = _packed_bytes(source, name, member)
    return packed if method == zipfile.ZIP_STORED else Inflated(packed, member.info.file_size)

"""One file of a zip: where its bytes are, and whether its own header says what the table says."""

from __future__ import annotations

import struct
from typing import IO, Final

from linkbak.archive import hints
from linkbak.archive.decoders import Broken, decoder
from linkbak.archive.limits import Limits
from linkbak.archive.sources import Source, Stretch
from linkbak.archive.streams import Promise, changed, opened, trouble
from linkbak.archive.zip_directory import ENCRYPTED, LATER, UNKNOWN32, Member, wide_numbers
from linkbak.errors import ArchiveEncrypted, ArchiveRefused, ArchiveUnreadable, ArchiveUnsafe

_HEADER: Final = struct.Struct("<4s2xHH4xLLLHH")
_MARK: Final = b"PK\x03\x04"
_END_MARKED: Final = 0x0002
_NAMES: Final = {9: "Deflate64", 1: "Shrink", 6: "Implode", 93: "Zstandard", 95: "XZ", 98: "PPMd"}


def packed_bytes(source: Source, name: str, member: Member) -> Stretch:
    """The member's bytes as they were packed, once its own header agrees with the table of contents."""
    header = source.read_at(member.offset, _HEADER.size + len(member.raw))
    if len(header) < _HEADER.size or not header.startswith(_MARK):
        raise _damaged(source, name, member)
    _, flags, method, crc, packed, size, name_length, extra_length = _HEADER.unpack_from(header)
    start = member.offset + _HEADER.size + name_length + extra_length
    if name_length != len(member.raw) or header[_HEADER.size :] != member.raw:
        raise _lies(name, member, "has two different names")
    if start + member.packed > member.bound:
        raise _lies(name, member, "overlaps with another entry")
    if flags & ENCRYPTED:
        raise ArchiveEncrypted(f"{name} is encrypted: {member.where} needs a password", hint=hints.UNPACK)
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
        raise ArchiveUnreadable(message, hint=hints.UNPACK)
    return opened(promise, unpacking, source)


def _damaged(source: Source, name: str, member: Member) -> ArchiveRefused:
    if source.changed():
        return changed(name)
    return ArchiveUnreadable(f"{name}: {member.where} is damaged", hint=hints.AGAIN)


def _lies(name: str, member: Member, how: str) -> ArchiveUnsafe:
    return ArchiveUnsafe(f"{name}: {member.where} {how}", hint=hints.HONEST)

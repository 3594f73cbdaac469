"""Zips made byte by byte, so that they can say what zipfile refuses to write."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

NOON = (12 << 11, ((2026 - 1980) << 9) | (3 << 5) | 20)
"""DOS time and date of 2026-03-20 12:00:00."""

UNKNOWN16 = 0xFFFF
UNKNOWN32 = 0xFFFFFFFF


@dataclass(frozen=True)
class Item:
    """One entry; `local` and `table` replace fields of either header, whatever is true."""

    name: bytes = b"Connections.csv"
    data: bytes = b"First Name\nAda\n"
    method: int = 8
    flags: int = 0x0800
    attributes: int = 0
    time: tuple[int, int] = NOON
    packed: bytes | None = None
    local: dict[str, int] = field(default_factory=dict)
    table: dict[str, int] = field(default_factory=dict)
    local_name: bytes | None = None
    local_extra: bytes = b""
    table_extra: bytes = b""
    descriptor: bytes = b""
    prefix: bytes = b""

    def body(self) -> bytes:
        """The bytes between the local header and the descriptor."""
        if self.packed is not None:
            return self.packed
        return deflated(self.data) if self.method == 8 else self.data

    def numbers(self) -> dict[str, int]:
        """What both headers say if they are honest."""
        return {
            "flags": self.flags,
            "method": self.method,
            "crc": zlib.crc32(self.data),
            "packed": len(self.body()),
            "size": len(self.data),
        }


@lru_cache(8)
def deflated(data: bytes) -> bytes:
    """The raw deflate stream of `data`."""
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    return engine.compress(data) + engine.flush()


def local_record(item: Item) -> bytes:
    """The entry's own header, body and descriptor."""
    say = item.numbers() | item.local
    name = item.name if item.local_name is None else item.local_name
    sizes = (say["crc"], say["packed"], say["size"], len(name), len(item.local_extra))
    head = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, say["flags"], say["method"], *item.time, *sizes)
    return item.prefix + head + name + item.local_extra + item.body() + item.descriptor


def table_record(item: Item, offset: int) -> bytes:
    """The entry in the table of contents."""
    say = item.numbers() | {"offset": offset, "disk": 0} | item.table
    head = struct.pack("<4s6H", b"PK\x01\x02", 20, 20, say["flags"], say["method"], *item.time)
    sizes = struct.pack("<3L3H", say["crc"], say["packed"], say["size"], len(item.name), len(item.table_extra), 0)
    tail = struct.pack("<HHLL", say["disk"], 0, item.attributes, say["offset"])
    return head + sizes + tail + item.name + item.table_extra


def end_record(entries: int, size: int, start: int, comment: bytes = b"", /, **say: int) -> bytes:
    """The last record; `say` replaces ``disk``, ``first``, ``here`` and the rest."""
    told = {"disk": 0, "first": 0, "here": entries, "entries": entries, "size": size, "start": start} | say
    return struct.pack("<4s4H2LH", b"PK\x05\x06", *told.values(), len(comment)) + comment


def wide_end(entries: int, size: int, start: int, /, **say: int) -> bytes:
    """zip64's record and its locator, as they stand right after the table."""
    told = {"disk": 0, "first": 0, "here": entries, "entries": entries, "size": size, "start": start} | say
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, *told.values())
    return record + struct.pack("<4sLQL", b"PK\x06\x07", 0, start + size, 1)


def zip_of(*items: Item, comment: bytes = b"", **end: int) -> bytes:
    """A zip of the items in order; `end` replaces what the last record says."""
    body, table = b"", b""
    for item in items:
        table += table_record(item, len(body) + len(item.prefix))
        body += local_record(item)
    return body + table + end_record(len(items), len(table), len(body), comment, **end)


def wide_zip_of(*items: Item, **end: int) -> bytes:
    """A zip whose last record leaves every number to zip64's."""
    body, table = b"", b""
    for item in items:
        table += table_record(item, len(body))
        body += local_record(item)
    last = end_record(UNKNOWN16, UNKNOWN32, UNKNOWN32)
    return body + table + wide_end(len(items), len(table), len(body), **end) + last


def overlapping_bomb(copies: int, kernel_bytes: int) -> bytes:
    """Many names for one kernel of equal bytes: every entry of the table points at the same place."""
    kernel = Item(name=b"0", data=b"\0" * kernel_bytes)
    body = local_record(kernel)
    table = b"".join(table_record(replace(kernel, name=b"%d" % number), 0) for number in range(copies))
    return body + table + end_record(copies, len(table), len(body))


def quoted_bomb(layers: int, kernel_bytes: int) -> bytes:
    """Fifield's: each entry quotes the next one's header in a stored block of deflate, then goes on into its bytes."""
    data = b"\0" * kernel_bytes
    packed = deflated(data)
    from_end: list[tuple[Item, int]] = []
    whole = b""
    for number in range(layers):
        item = Item(name=b"%d" % number, data=data, packed=packed)
        whole = local_record(item)
        header = whole[: 30 + len(item.name)]
        from_end.append((item, len(whole)))
        data = header + data
        packed = struct.pack("<BHH", 0, len(header), len(header) ^ 0xFFFF) + whole
    table = b"".join(table_record(item, len(whole) - back) for item, back in reversed(from_end))
    return whole + table + end_record(layers, len(table), len(whole))


def put(folder: Path, data: bytes, name: str = "export.zip") -> Path:
    """The bytes as a file in the folder."""
    path = folder / name
    path.write_bytes(data)
    return path

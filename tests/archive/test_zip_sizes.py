"""Bombs, lies about sizes and everything beyond the limits are refused before they can do harm."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest

from linkbak import archive as entries
from linkbak.archive import Limits
from linkbak.archive.opening import open_archive
from linkbak.errors import ArchiveTooLarge, ArchiveUnreadable, ArchiveUnsafe
from tests.archive.hostile import (
    Item,
    deflated,
    end_record,
    local_record,
    overlapping_bomb,
    put,
    quoted_bomb,
    table_record,
    zip_of,
)
from tests.archive.refusals import refused, told

MIB = 1024 * 1024


@pytest.mark.parametrize("method", [0, 8])
@pytest.mark.parametrize("field", ["size", "packed"])
@pytest.mark.parametrize("by", [-1, 1, 4])
def test_sizes_that_both_headers_lie_about(tmp_path: Path, method: int, field: str, by: int) -> None:
    """Too small, too large, in either number: never the bytes as if nothing were wrong."""
    item = Item(method=method)
    lie = {field: item.numbers()[field] + by}

    error = refused(put(tmp_path, zip_of(Item(name=b"0", method=0), Item(method=method, local=lie, table=lie))))

    assert type(error) in (ArchiveUnsafe, ArchiveUnreadable)
    assert str(error).startswith("export.zip: entry 2 (Connections.csv) ")


@pytest.mark.parametrize("data", [b"", b"First Name\nAda\n"])
def test_packed_bytes_that_nothing_comes_out_of(tmp_path: Path, data: bytes) -> None:
    """Room to hide something that another program would read."""
    error = refused(put(tmp_path, zip_of(Item(data=data, packed=deflated(data) + b"hidden"))))

    message = "export.zip: entry 1 (Connections.csv) is not as large as the archive says"
    assert told(error) == (ArchiveUnsafe, message, entries.HONEST)


def test_more_bytes_than_promised_are_never_handed_out(tmp_path: Path) -> None:
    """A bomb that claims to be small ends at its claim."""
    lie = {"size": 10}
    path = put(tmp_path, zip_of(Item(data=b"\0" * MIB, local=lie, table=lie)))

    with open_archive(path) as archive, archive.open("Connections.csv") as stream:
        with pytest.raises(ArchiveUnsafe, match=r"is not as large as the archive says$"):
            stream.read(1)
        with pytest.raises(ArchiveUnsafe, match=r"is not as large as the archive says$"):
            stream.read(1)


def test_an_lzma_dictionary_that_would_fill_the_memory(tmp_path: Path) -> None:
    packed = b"\x09\x14\x05\x00\x5d" + (0xFFFFFFFF).to_bytes(4, "little") + b"\0" * 32

    error = refused(put(tmp_path, zip_of(Item(method=14, packed=packed))))

    assert told(error) == (ArchiveUnreadable, "export.zip: entry 1 (Connections.csv) is damaged", entries.AGAIN)


@pytest.mark.parametrize(("data", "first"), [(overlapping_bomb(3, 1000), "0"), (quoted_bomb(3, 1000), "2")])
def test_entries_that_share_bytes(tmp_path: Path, data: bytes, first: str) -> None:
    """What makes 42 kB unpack to petabytes without any zip in the zip; zipfile reads every one of them."""
    with zipfile.ZipFile(io.BytesIO(data)) as oracle:
        assert len(oracle.infolist()) == 3

    with pytest.raises(ArchiveUnsafe) as caught:
        open_archive(put(tmp_path, data))

    error = caught.value
    message = f"export.zip: entry 1 ({first}) overlaps with another entry"
    assert told(error) == (ArchiveUnsafe, message, entries.HONEST)


def test_the_quoted_bomb_is_a_true_one() -> None:
    """Else the test above proves nothing."""
    with zipfile.ZipFile(io.BytesIO(quoted_bomb(3, 1000))) as oracle:
        info = oracle.infolist()[0]
        assert info.file_size > 1000
        assert info.header_offset + info.compress_size > oracle.infolist()[1].header_offset


def test_an_entry_that_reaches_into_the_table(tmp_path: Path) -> None:
    """A local extra field pushes the bytes further than the table of contents lets on."""
    extra = struct.pack("<HH", 0xCAFE, 0)
    first, second = Item(name=b"a", method=0, local_extra=extra), Item(name=b"b", method=0)
    body = local_record(first)
    table = table_record(first, 0) + table_record(second, len(body) - 3)
    data = body + local_record(second)
    path = put(tmp_path, data + table + end_record(2, len(table), len(data)))

    error = refused(path)

    assert told(error) == (ArchiveUnsafe, "export.zip: entry 1 (a) overlaps with another entry", entries.HONEST)


def test_a_bomb_that_does_not_hide(tmp_path: Path) -> None:
    error = refused(put(tmp_path, zip_of(Item(data=b"\0" * (9 * MIB)))))

    message = "export.zip: entry 1 (Connections.csv) unpacks to more than 200 times its size, like a zip bomb"
    assert told(error) == (ArchiveTooLarge, message, entries.HONEST)


def test_a_bomb_that_pads_its_packed_bytes_is_found_while_it_is_read(tmp_path: Path) -> None:
    """Judged by what went in and came out, not by what the headers claim."""
    data = b"\0" * (9 * MIB)
    path = put(tmp_path, zip_of(Item(data=data, packed=deflated(data) + b"\0" * MIB)))

    got = 0
    with (
        open_archive(path) as archive,
        archive.open("Connections.csv") as stream,
        pytest.raises(ArchiveTooLarge, match="unpacks to more than 200 times its size, like a zip bomb"),
    ):
        while piece := stream.read(MIB):
            got += len(piece)
    assert got == 8 * MIB


def test_a_bomb_of_many_small_files(tmp_path: Path) -> None:
    items = [Item(name=b"%d" % number, data=b"\0" * MIB) for number in range(9)]

    error = refused(put(tmp_path, zip_of(*items)))

    message = "export.zip: all of it together unpacks to more than 200 times its size, like a zip bomb"
    assert told(error) == (ArchiveTooLarge, message, entries.HONEST)


def test_a_bomb_packed_with_bzip2(tmp_path: Path) -> None:
    import bz2

    data = b"\0" * (9 * MIB)
    path = put(tmp_path, zip_of(Item(method=12, data=data, packed=bz2.compress(data) + b"\0" * MIB)))

    assert type(refused(path)) is ArchiveTooLarge


def test_a_bomb_packed_with_bzip2_is_found_before_it_fills_the_memory(tmp_path: Path) -> None:
    """One block of bzip2 is 45 MB and a few bytes; a quarter of a gigabyte lies in the first 300."""
    import bz2

    engine, zeros, crc, packed = bz2.BZ2Compressor(), b"\0" * (16 * MIB), 0, b""
    for _ in range(16):
        packed += engine.compress(zeros)
        crc = zlib.crc32(zeros, crc)
    packed += engine.flush() + b"\0" * (2 * MIB)
    say = {"size": 256 * MIB, "crc": crc}
    path = put(tmp_path, zip_of(Item(method=12, packed=packed, local=say, table=say)))
    tracemalloc.start()
    try:
        error = refused(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert type(error) is ArchiveTooLarge
    assert peak < 128 * MIB


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (Limits(entries=1), "export.zip says it holds 2 files; at most 1 are read"),
        (Limits(file_bytes=9), "export.zip: entry 1 (a) has 10 bytes; at most 9 are read"),
        (Limits(total_bytes=19), "export.zip has {size} bytes; at most 19 are read"),
    ],
)
def test_limits_are_kept(tmp_path: Path, limits: Limits, message: str) -> None:
    path = put(tmp_path, zip_of(Item(name=b"a", data=b"x" * 10), Item(name=b"b", data=b"x" * 10)))

    error = refused(path, limits)

    assert told(error) == (ArchiveTooLarge, message.format(size=path.stat().st_size), entries.LIMITS)


def test_the_limit_of_all_files_together(tmp_path: Path) -> None:
    items = [Item(name=b"%d" % number, data=b"x" * 4000) for number in range(3)]

    error = refused(put(tmp_path, zip_of(*items)), Limits(total_bytes=11_999))

    assert told(error) == (ArchiveTooLarge, "export.zip holds more than 11,999 bytes", entries.LIMITS)


def test_exactly_the_limits_is_allowed(tmp_path: Path) -> None:
    path = put(tmp_path, zip_of(*(Item(name=b"%d" % number, data=b"x" * 4000) for number in range(3))))

    with open_archive(path, Limits(entries=3, file_bytes=4000, total_bytes=12_000)) as archive:
        assert len(archive.paths) == 3


def test_a_million_entries_are_refused_before_any_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The count is in the last record; the table of contents is not even read."""
    record = table_record(Item(name=b"x", data=b"", method=0), 0)
    table = record * 1_000_000
    start = local_record(Item(name=b"x", data=b"", method=0))
    wide = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1_000_000, 1_000_000, len(table), len(start))
    wide += struct.pack("<4sLQL", b"PK\x06\x07", 0, len(start) + len(table), 1)
    path = put(tmp_path, start + table + wide + end_record(0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF))
    monkeypatch.setattr("zipfile.ZipFile", None)

    error = refused(path)

    message = "export.zip says it holds 1,000,000 files; at most 100,000 are read"
    assert told(error) == (ArchiveTooLarge, message, entries.LIMITS)


def test_a_million_entries_behind_a_small_count_stop_at_the_count(tmp_path: Path) -> None:
    table = table_record(Item(), 0) * 10_000
    start = local_record(Item())
    path = put(tmp_path, start + table + end_record(1, len(table), len(start)))

    error = refused(path)

    message = "export.zip lists more than the 1 files it says it holds"
    assert told(error) == (ArchiveUnsafe, message, entries.HONEST)


def test_a_table_that_would_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with path.open("wb") as sparse:
        sparse.write(local_record(Item()))
        start = sparse.tell()
        sparse.seek(start + 33 * MIB)
        sparse.write(end_record(2, 33 * MIB, start))

    error = refused(path)

    assert type(error) is ArchiveTooLarge
    assert str(error) == "export.zip has a table of contents of 34,603,008 bytes; at most 33,554,432 are read"

"""Broken, encrypted, contradictory and unfinished zips are refused for what they are."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path

import pytest

from linkbak import archive
from linkbak.errors import ArchiveEncrypted, ArchiveUnfinished, ArchiveUnreadable, ArchiveUnsafe
from tests.archive.hostile import Item, end_record, local_record, put, wide_zip_of, zip_of
from tests.archive.refusals import refused, told


@pytest.mark.parametrize("change", [{"flags": 0x0801}, {"flags": 0x0841}, {"flags": 0x2800}, {"method": 99}])
def test_encrypted_zips(tmp_path: Path, change: dict[str, int]) -> None:
    error = refused(put(tmp_path, zip_of(Item(), Item(name=b"x", table=change))))

    message = "export.zip is encrypted: entry 2 (x) needs a password"
    hint = "Unpack it and give the folder instead. linkbak takes no passwords of archives."
    assert told(error) == (ArchiveEncrypted, message, hint)


def test_encryption_that_only_the_entry_itself_admits(tmp_path: Path) -> None:
    error = refused(put(tmp_path, zip_of(Item(local={"flags": 0x0801}))))

    message = "export.zip is encrypted: entry 1 (Connections.csv) needs a password"
    assert told(error) == (ArchiveEncrypted, message, archive.UNPACK)


@pytest.mark.parametrize(("method", "name"), [(9, "Deflate64"), (93, "Zstandard"), (6, "Implode"), (77, "method 77")])
def test_methods_nobody_reads(tmp_path: Path, method: int, name: str) -> None:
    error = refused(put(tmp_path, zip_of(Item(method=method))))

    message = f"export.zip: entry 1 (Connections.csv) is packed with {name}, which cannot be read"
    assert told(error) == (ArchiveUnreadable, message, archive.UNPACK)


@pytest.mark.parametrize(
    ("local", "later"),
    [
        ({"size": 1}, 0),
        ({"size": 0}, 0),
        ({"crc": 0xFFFFFFFF}, 0),
        ({"packed": 1}, 0),
        ({"crc": 1}, 0),
        ({"method": 0}, 0),
        ({"size": 1}, 8),
        ({"crc": 1}, 8),
    ],
)
def test_headers_that_disagree(tmp_path: Path, local: dict[str, int], later: int) -> None:
    error = refused(put(tmp_path, zip_of(Item(flags=0x0800 | later, local=local))))

    message = "export.zip: entry 1 (Connections.csv) is described in two different ways"
    assert told(error) == (ArchiveUnsafe, message, archive.HONEST)


@pytest.mark.parametrize("method", [0, 8])
def test_a_wrong_checksum(tmp_path: Path, method: int) -> None:
    lie = {"crc": 1}

    error = refused(put(tmp_path, zip_of(Item(method=method, local=lie, table=lie))))

    message = "export.zip: entry 1 (Connections.csv) is damaged, its checksum is wrong"
    assert told(error) == (ArchiveUnreadable, message, archive.AGAIN)


@pytest.mark.parametrize("method", [8, 12, 14])
@pytest.mark.parametrize("packed", [b"", b"\xff" * 40, b"\x00", b"\x09\x14\x05\x00\xff\xff\xff\xff\xff", b"BZh9\0\0"])
def test_bytes_that_cannot_be_unpacked(tmp_path: Path, method: int, packed: bytes) -> None:
    error = refused(put(tmp_path, zip_of(Item(method=method, packed=packed))))

    assert told(error) == (ArchiveUnreadable, "export.zip: entry 1 (Connections.csv) is damaged", archive.AGAIN)


ONE = zip_of(Item())


@pytest.mark.parametrize(
    "data",
    [
        zip_of(Item(), entries=2, here=2),
        zip_of(Item(), here=0),
        zip_of(Item(), disk=1),
        zip_of(Item(), first=1),
        zip_of(Item(), start=0),
        zip_of(Item(), size=1),
        zip_of(Item(), size=0, entries=0, here=0),
        zip_of(Item(table={"disk": 1})),
        ONE[:4] + b"more" + ONE[4:],
        ONE.replace(b"PK\x01\x02", b"PK\x01\x03"),
        zip_of(Item(table={"size": 0xFFFFFFFF})),
        zip_of(Item(table={"size": 0xFFFFFFFF}, table_extra=struct.pack("<HHL", 1, 8, 5))),
        wide_zip_of(Item(), entries=2),
        wide_zip_of(Item(), start=1),
        wide_zip_of(Item(), disk=1),
        wide_zip_of(Item()).replace(b"PK\x06\x06" + struct.pack("<Q", 44), b"PK\x06\x06" + struct.pack("<Q", 45)),
        wide_zip_of(Item())[:-22] + end_record(2, 0xFFFFFFFF, 0xFFFFFFFF),
        wide_zip_of(Item())[:-22] + end_record(0xFFFF, 1, 0xFFFFFFFF),
        wide_zip_of(Item())[:-22] + end_record(0xFFFF, 0xFFFFFFFF, 0),
        wide_zip_of(Item()).replace(b"PK\x06\x06", b"PK\x06\x05"),
        b"PK\x07\x08" + ONE,
        ONE + b"trailing",
        ONE[4:],
    ],
    ids=range(23),
)
def test_tables_that_make_no_sense(tmp_path: Path, data: bytes) -> None:
    error = refused(put(tmp_path, data))

    assert type(error) in (ArchiveUnreadable, ArchiveUnfinished)
    assert str(error).startswith("export.zip is ")
    assert error.hint in (archive.AGAIN, archive.WAIT)


def test_a_header_that_is_not_where_it_should_be(tmp_path: Path) -> None:
    """The space before the second entry is taken for its header."""
    second = Item(name=b"b", prefix=b"\0" * 64)
    offset = len(local_record(Item(name=b"a")))

    error = refused(put(tmp_path, zip_of(Item(name=b"a"), replace(second, table={"offset": offset}))))

    assert told(error) == (ArchiveUnreadable, "export.zip: entry 2 (b) is damaged", archive.AGAIN)


@pytest.mark.parametrize("kept", [0.02, 0.5, 0.9, 0.99])
def test_a_download_that_was_cut_off(tmp_path: Path, kept: float) -> None:
    data = zip_of(Item(data=bytes(range(256)) * 40, method=0))

    error = refused(put(tmp_path, data[: int(len(data) * kept)]))

    assert told(error) == (ArchiveUnfinished, "export.zip is cut off: its end is missing", archive.WAIT)


def test_a_download_whose_end_is_not_written_yet(tmp_path: Path) -> None:
    """Some programs make the file as large as it will be before its bytes come."""
    data = zip_of(Item(data=bytes(range(256)) * 40, method=0))

    error = refused(put(tmp_path, data[:5000] + b"\0" * (len(data) - 5000)))

    assert told(error) == (ArchiveUnfinished, "export.zip is cut off: its end is missing", archive.WAIT)


@pytest.mark.parametrize("data", [zip_of(), zip_of(Item(name=b".DS_Store"), Item(name=b"Jobs/", data=b""))])
def test_a_zip_without_files(tmp_path: Path, data: bytes) -> None:
    error = refused(put(tmp_path, data))

    assert told(error) == (ArchiveUnreadable, "export.zip holds no files", archive.AGAIN)


def test_a_workbook_is_no_archive(tmp_path: Path) -> None:
    data = zip_of(Item(name=b"[Content_Types].xml"), Item(name=b"xl/workbook.xml"))

    error = refused(put(tmp_path, data, "Connections.csv"))

    assert told(error) == (ArchiveUnreadable, "Connections.csv is an office document, not an archive", archive.OFFICE)

"""What honest zips hold comes out as it went in."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from linkbak.archive import Entry
from linkbak.archive.opening import open_archive
from tests.archive.hostile import Item, put, wide_zip_of, zip_of

ROWS = b"First Name,Last Name\nAda,Example\n" * 3000


@pytest.mark.parametrize(
    "name",
    [
        "Basic_LinkedInDataExport_03-20-2026.zip",
        "Complete_LinkedInDataExport_03-20-2026.zip.zip",
        "Complete_LinkedInDataExport_03-20-2026.zip (1).zip",
        "Basic_LinkedInDataExport_03-20-2026 (1).zip",
        "Basic_LinkedInDataExport_03-20-2026 copy.zip",
        "Basic_LinkedInDataExport_03-20-2026.ZIP",
        "no extension at all",
        "[bold]$(x) \u202egnp.zip",
    ],
)
def test_a_zip_of_any_name_is_a_zip(tmp_path: Path, name: str) -> None:
    data = zip_of(Item(data=ROWS))

    with open_archive(put(tmp_path, data, name)) as archive:
        assert (archive.name, archive.kind, archive.bytes) == (name, "zip", len(data))
        assert archive.sha256 == hashlib.sha256(data).hexdigest()
        assert archive.paths == ("Connections.csv",)
        assert archive.entries == (Entry("Connections.csv", len(ROWS), datetime(2026, 3, 20, 12, tzinfo=UTC)),)
        assert archive.open("Connections.csv").read() == ROWS


def test_an_export_as_linkedin_packs_it(tmp_path: Path) -> None:
    """Root entries in no order, UTF-8 flag, data descriptors with zeros before them, no folders, no comment."""
    zeros = {"crc": 0, "packed": 0, "size": 0}
    items = [
        Item(name=name, data=data, flags=0x0808, local=zeros, descriptor=b"PK\x07\x08" + b"\0" * 12)
        for name, data in ((b"Connections.csv", ROWS), (b"Jobs/Saved Jobs.csv", b"a\n"), (b"Projects.csv", b""))
    ]

    with open_archive(put(tmp_path, zip_of(*items))) as archive:
        assert archive.paths == ("Connections.csv", "Jobs/Saved Jobs.csv", "Projects.csv")
        assert [archive.open(path).read() for path in archive.paths] == [ROWS, b"a\n", b""]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_every_method_that_zipfile_writes_is_read(tmp_path: Path, method: int) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w", method) as packed:
        packed.writestr("Connections.csv", ROWS)
        packed.writestr("Jobs/", b"")
        packed.writestr("Jobs/empty.csv", b"")

    with open_archive(path) as archive:
        assert {path: archive.open(path).read() for path in archive.paths} == {
            "Connections.csv": ROWS,
            "Jobs/empty.csv": b"",
        }


def test_lzma_without_an_end_mark_is_read(tmp_path: Path) -> None:
    """7-Zip writes none; the sizes alone tell the end."""
    import lzma

    filters = [{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 16, "lc": 3, "lp": 0, "pb": 2}]
    alone = lzma.compress(ROWS, lzma.FORMAT_RAW, filters=filters)
    head = b"\x09\x14\x05\x00" + bytes([93]) + (1 << 16).to_bytes(4, "little")

    for cut in (0, 5):
        packed = head + alone[: len(alone) - cut]
        flags = 0x0800 if cut else 0x0802
        path = put(tmp_path, zip_of(Item(data=ROWS, method=14, flags=flags, packed=packed)))
        with open_archive(path) as archive:
            assert archive.open("Connections.csv").read() == ROWS


def test_zip64_numbers_are_read(tmp_path: Path) -> None:
    path = put(tmp_path, wide_zip_of(Item(data=ROWS), Item(name=b"Profile.csv", data=b"x")))

    with open_archive(path) as archive:
        assert [entry.bytes for entry in archive.entries] == [len(ROWS), 1]
        assert archive.open("Profile.csv").read() == b"x"


def test_a_zip_written_to_a_pipe_is_read(tmp_path: Path) -> None:
    """Programs that cannot seek leave sizes to a descriptor, with zip64 fields for safety."""
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as packed, packed.open("Connections.csv", "w", force_zip64=True) as entry:
        entry.write(ROWS)

    with open_archive(path) as archive:
        assert archive.open("Connections.csv").read() == ROWS


@pytest.mark.parametrize(
    ("raw", "flags", "path"),
    [
        ("Articles/Пример-éà.html".encode(), 0x0800, "Articles/Пример-éà.html"),
        ("Zoe\u0308.csv".encode(), 0x0800, "Zoe\u0308.csv"),
        ("Пример.csv".encode(), 0, "Пример.csv"),
        ("Grüße.csv".encode("cp437"), 0, "Grüße.csv"),
        (b"Articles/2017-12-09 04:54:08.html", 0, "Articles/2017-12-09 04:54:08.html"),
        (b"Jobs\\Saved Jobs.csv", 0, "Jobs/Saved Jobs.csv"),
        (b"./Connections.csv", 0, "Connections.csv"),
        (b"$(x) --option [bold] 'q\" %s.csv", 0, "$(x) --option [bold] 'q\" %s.csv"),
        ("\u202egnp.csv".encode(), 0x0800, "\u202egnp.csv"),
        (b"-1169023372.jpg", 0, "-1169023372.jpg"),
        (b"...and more.csv", 0, "...and more.csv"),
        (b"x" * 300 + b".html", 0, "x" * 300 + ".html"),
    ],
)
def test_honest_names_are_kept_as_given(tmp_path: Path, raw: bytes, flags: int, path: str) -> None:
    """macOS writes UTF-8 without saying so, old Windows programs write backslashes and the letters of DOS."""
    with open_archive(put(tmp_path, zip_of(Item(name=raw, flags=flags)))) as archive:
        assert archive.paths == (path,)
        assert archive.open(path).read() == b"First Name\nAda\n"


@pytest.mark.parametrize(
    ("year", "month", "day", "modified"),
    [
        (2026, 3, 20, datetime(2026, 3, 20, 12, tzinfo=UTC)),
        (1981, 1, 1, datetime(1981, 1, 1, 12, tzinfo=UTC)),
        (1980, 1, 1, None),
        (2026, 2, 30, None),
        (2026, 0, 0, None),
    ],
)
def test_times_are_utc_or_not_told(tmp_path: Path, year: int, month: int, day: int, modified: datetime | None) -> None:
    item = Item(time=(12 << 11, ((year - 1980) << 9) | (month << 5) | day))

    with open_archive(put(tmp_path, zip_of(item))) as archive:
        assert archive.entries[0].modified == modified


def test_droppings_stay_as_entries(tmp_path: Path) -> None:
    names = (b"Connections.csv", b"__MACOSX/._Connections.csv", b".DS_Store", b"Jobs/Thumbs.db")

    with open_archive(put(tmp_path, zip_of(*(Item(name=name) for name in names)))) as archive:
        assert archive.paths == tuple(name.decode() for name in names)


def test_folders_are_no_entries(tmp_path: Path) -> None:
    folders = (Item(name=b"Jobs/", data=b"", method=0, attributes=0o040755 << 16 | 0x10), Item(name=b"x\\", data=b""))

    with open_archive(put(tmp_path, zip_of(*folders, Item()))) as archive:
        assert archive.paths == ("Connections.csv",)


def test_a_comment_at_the_end_is_honest(tmp_path: Path) -> None:
    with open_archive(put(tmp_path, zip_of(Item(), comment=b"made by PK\x05\x06 Example"))) as archive:
        assert archive.paths == ("Connections.csv",)


def test_the_whole_is_what_zipfile_reads(tmp_path: Path) -> None:
    data = zip_of(Item(), Item(name="Grüße.csv".encode("cp437"), flags=0, data=ROWS), Item(name=b"a/b", method=0))
    with zipfile.ZipFile(io.BytesIO(data)) as oracle, open_archive(put(tmp_path, data)) as archive:
        theirs = {info.filename: oracle.read(info) for info in oracle.infolist()}
        assert {path: archive.open(path).read() for path in archive.paths} == theirs

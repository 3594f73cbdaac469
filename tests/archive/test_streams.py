"""Streams give what was asked for, hold little, and prove the bytes before the last of them is handed out."""

from __future__ import annotations

import csv
import io
import random
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

import pytest

from linkbak.archive.opening import open_archive
from linkbak.errors import ArchiveUnreadable
from tests.archive.hostile import Item, put, zip_of

MIB = 1024 * 1024
DATA = random.Random(1).randbytes(3 * MIB) + b"a line\n" * 300_000


@pytest.fixture(params=["stored", "deflated", "folder", "file"])
def stream(request: pytest.FixtureRequest, tmp_path: Path) -> IO[bytes]:
    """DATA, from every kind of archive."""
    if request.param in ("folder", "file"):
        path = put(tmp_path, DATA, "Connections.csv")
        path = tmp_path if request.param == "folder" else path
    else:
        path = put(tmp_path, zip_of(Item(data=DATA, method=8 * (request.param == "deflated"))))
    archive = open_archive(path)
    request.addfinalizer(archive.close)
    opened = archive.open("Connections.csv")
    request.addfinalizer(opened.close)
    return opened


@pytest.mark.parametrize("size", [1000, 65536, MIB, 4 * MIB])
def test_read_gives_as_much_as_was_asked_for(stream: IO[bytes], size: int) -> None:
    pieces = []
    while piece := stream.read(size):
        pieces.append(piece)

    assert b"".join(pieces) == DATA
    assert {len(piece) for piece in pieces[:-1]} <= {size}
    assert stream.read(1) == b""


def test_reading_nothing_is_not_the_end(stream: IO[bytes]) -> None:
    assert stream.read(0) == b""
    assert stream.read() == DATA


def test_lines_are_lines(stream: IO[bytes]) -> None:
    assert list(stream) == list(io.BytesIO(DATA))


def test_a_text_reader_may_stand_on_top(tmp_path: Path) -> None:
    rows = [["First Name", "Note"], ["Ada", 'two\nlines, "quoted"'], ["Boris", "\u2028"]]
    written = io.StringIO(newline="")
    csv.writer(written).writerows(rows)
    path = put(tmp_path, zip_of(Item(data=written.getvalue().encode())))

    with open_archive(path) as archive, archive.open("Connections.csv") as raw:
        assert list(csv.reader(io.TextIOWrapper(raw, "utf-8", newline=""))) == rows


def test_little_is_held_however_much_comes_out(tmp_path: Path) -> None:
    """Thirty megabytes from thirty kilobytes, a megabyte at a time."""
    line = random.Random(2).randbytes(1000)
    path = put(tmp_path, zip_of(Item(data=b"".join(line[:990] + b"%010d" % n for n in range(30_000)))))
    tracemalloc.start()
    try:
        with open_archive(path) as archive, archive.open("Connections.csv") as opened:
            while opened.read(MIB):
                pass
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 5 * MIB


@pytest.mark.parametrize("method", [0, 8])
def test_the_last_bytes_are_kept_back_until_the_checksum_is_right(tmp_path: Path, method: int) -> None:
    """Who reads exactly as many bytes as were promised, and no further, still learns it."""
    lie = {"crc": 1}
    path = put(tmp_path, zip_of(Item(data=DATA, method=method, local=lie, table=lie)))

    with open_archive(path) as archive, archive.open("Connections.csv") as opened:
        got = len(opened.read(MIB))
        with pytest.raises(ArchiveUnreadable, match="its checksum is wrong"):
            opened.read(len(DATA) - got)
        with pytest.raises(ArchiveUnreadable, match="its checksum is wrong"):
            opened.read(1)


def test_a_refusal_is_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even if the disk is well again: nobody knows what was lost in between."""

    def fails(*_: object) -> bytes:
        raise OSError(5, "Input/output error")

    put(tmp_path, DATA, "Connections.csv")
    with open_archive(tmp_path) as archive, archive.open("Connections.csv") as opened:
        opened.read(10)
        with monkeypatch.context() as broken, pytest.raises(ArchiveUnreadable, match="input/output error"):
            broken.setattr("os.pread", fails)
            opened.read()
        with pytest.raises(ArchiveUnreadable, match="input/output error"):
            opened.read()


def test_no_room_for_bytes_is_not_the_end(tmp_path: Path) -> None:
    with open_archive(put(tmp_path, zip_of(Item()))) as archive:
        opened = archive.open("Connections.csv")
        assert isinstance(opened, io.BufferedReader)
        assert opened.raw.readinto(bytearray()) == 0
        assert opened.read() == b"First Name\nAda\n"


def test_a_stream_that_nobody_finishes_is_no_trouble(tmp_path: Path) -> None:
    lie = {"crc": 1}
    path = put(tmp_path, zip_of(Item(data=DATA, local=lie, table=lie)))

    with open_archive(path) as archive, archive.open("Connections.csv") as opened:
        assert opened.read(10) == DATA[:10]


def test_threads_may_read_side_by_side(tmp_path: Path) -> None:
    files = {f"{number}.csv": random.Random(number).randbytes(2 * MIB) for number in range(4)}
    inner = zip_of(*(Item(name=name.encode(), data=data) for name, data in files.items()))
    for data in (inner, zip_of(Item(name=b"x.zip", data=inner))):
        with open_archive(put(tmp_path, data)) as archive, ThreadPoolExecutor(4) as threads:
            streams = [archive.open(name) for name in archive.paths]
            got = list(threads.map(lambda stream: stream.read(), streams))
        assert got == list(files.values())

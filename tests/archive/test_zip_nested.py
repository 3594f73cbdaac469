"""A zip in a zip is looked into, one level deep, without unpacking it anywhere."""

from __future__ import annotations

import hashlib
import random
import tracemalloc
from pathlib import Path

import pytest

from linkbak import archive as entries
from linkbak.archive import Limits
from linkbak.archive.opening import open_archive
from linkbak.errors import ArchiveTooLarge, ArchiveUnfinished, ArchiveUnreadable, ArchiveUnsafe
from tests.archive.hostile import Item, deflated, put, zip_of
from tests.archive.refusals import refused, told

MIB = 1024 * 1024
FILES = {f"{number}.csv": random.Random(number).randbytes(700_000) for number in range(6)}
INNER = zip_of(*(Item(name=name.encode(), data=data) for name, data in FILES.items()))


@pytest.mark.parametrize("method", [0, 8])
@pytest.mark.parametrize("name", ["Complete_LinkedInDataExport_03-20-2026.zip", "a/b.ZIP", "x.zip (1)"])
def test_files_of_the_inner_zip_are_the_archive(tmp_path: Path, method: int, name: str) -> None:
    droppings = (Item(name=b"__MACOSX/._x.zip"), Item(name=b"a/", data=b"", method=0))
    data = zip_of(Item(name=name.encode(), data=INNER, method=method), *droppings)

    with open_archive(put(tmp_path, data, "export.zip.zip")) as archive:
        assert (archive.name, archive.kind, archive.bytes) == ("export.zip.zip", "zip", len(data))
        assert archive.sha256 == hashlib.sha256(data).hexdigest()
        assert {path: archive.open(path).read() for path in archive.paths} == FILES


def test_files_are_read_in_any_order_and_side_by_side(tmp_path: Path) -> None:
    """The packed bytes go forward only; going back must find them again."""
    path = put(tmp_path, zip_of(Item(name=b"x.zip", data=INNER)))

    with open_archive(path) as archive:
        streams = {name: archive.open(name) for name in reversed(archive.paths)}
        parts: dict[str, list[bytes]] = {name: [] for name in streams}
        for size in (1, 99_999, 300_000, -1):
            for name, stream in streams.items():
                parts[name].append(stream.read(size))
        assert {name: b"".join(pieces) for name, pieces in parts.items()} == FILES


def test_only_one_level_is_looked_into(tmp_path: Path) -> None:
    twice = zip_of(Item(name=b"y.zip", data=zip_of(Item(name=b"z.zip", data=INNER))))

    with open_archive(put(tmp_path, twice)) as archive:
        assert archive.paths == ("z.zip",)


@pytest.mark.parametrize(
    "items",
    [
        [Item(name=b"x.zip", data=b"no zip at all")],
        [Item(name=b"Reactions.csv", data=zip_of(Item(name=b"a")))],
        [Item(name=b"x.zip", data=INNER), Item(name=b"y.zip", data=INNER)],
    ],
)
def test_what_is_no_wrapped_archive_stays_as_it_is(tmp_path: Path, items: list[Item]) -> None:
    with open_archive(put(tmp_path, zip_of(*items))) as archive:
        assert archive.paths == tuple(item.name.decode() for item in items)
        assert [archive.open(path).read() for path in archive.paths] == [item.data for item in items]


@pytest.mark.parametrize("method", [0, 8])
def test_the_inner_zip_is_judged_like_any_other(tmp_path: Path, method: int) -> None:
    def wrapped(inner: bytes) -> Path:
        return put(tmp_path, zip_of(Item(name=b"x.zip", data=inner, method=method)))

    error = refused(wrapped(zip_of(Item(name=b"../x"))))
    message = "export.zip: entry 1 (../x) leads out of the archive"
    assert told(error) == (ArchiveUnsafe, message, entries.HONEST)

    error = refused(wrapped(INNER[:-30]))
    assert told(error) == (ArchiveUnfinished, "export.zip is cut off: its end is missing", entries.WAIT)

    bad = bytearray(INNER)
    bad[100] ^= 1
    error = refused(wrapped(bytes(bad)))
    assert type(error) is ArchiveUnreadable
    assert str(error).startswith("export.zip: entry 1 (0.csv) is damaged")

    assert type(refused(wrapped(INNER), Limits(entries=5))) is ArchiveTooLarge


def test_a_damaged_wrapping_is_found_before_anything_is_read(tmp_path: Path) -> None:
    lie = {"crc": 1}
    path = put(tmp_path, zip_of(Item(name=b"x.zip", data=INNER, local=lie, table=lie)))

    with pytest.raises(ArchiveUnreadable, match=r"^export\.zip: entry 1 \(x\.zip\) is damaged, its checksum is wrong$"):
        open_archive(path)


def test_bombs_in_two_steps_are_measured_against_the_whole_archive(tmp_path: Path) -> None:
    """Each step stays below the ratio, both together do not."""
    kernel = deflated(b"\0" * (20 * MIB))
    inner = zip_of(Item(name=b"a", data=b"\0" * (20 * MIB), packed=kernel + b"\0" * (150 * 1024)))
    path = put(tmp_path, zip_of(Item(name=b"x.zip", data=inner)))

    error = refused(path)

    message = "export.zip: all of it together unpacks to more than 200 times its size, like a zip bomb"
    assert told(error) == (ArchiveTooLarge, message, entries.HONEST)


def test_an_unusual_wrapping_is_refused_with_a_way_out(tmp_path: Path) -> None:
    import bz2

    error = refused(put(tmp_path, zip_of(Item(name=b"x.zip", data=INNER, method=12, packed=bz2.compress(INNER)))))

    assert told(error) == (
        ArchiveUnreadable,
        "export.zip: entry 1 (x.zip) is a zip that is packed once more in an unusual way",
        "Unpack it once and give the zip inside.",
    )


@pytest.mark.parametrize("method", [0, 8])
def test_the_inner_zip_is_never_held_in_memory(tmp_path: Path, method: int) -> None:
    files = [Item(name=b"%d" % number, data=random.Random(number).randbytes(8 * MIB), method=0) for number in range(4)]
    path = put(tmp_path, zip_of(Item(name=b"x.zip", data=zip_of(*files), method=method)))
    del files
    tracemalloc.start()
    try:
        with open_archive(path) as archive:
            for name in reversed(archive.paths):
                with archive.open(name) as stream:
                    while stream.read(65536):
                        pass
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 8 * MIB

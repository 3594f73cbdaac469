"""However an honest zip is damaged, what comes out is what went in, or a refusal; never anything else."""

from __future__ import annotations

import random
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkbak.archive.opening import open_archive
from linkbak.errors import ArchiveRefused
from tests import sampling
from tests.archive.hostile import Item, put, wide_zip_of, zip_of

FILES = {
    "Connections.csv": b"First Name,Last Name\nAda,Example\nBoris,Sample\n" * 5,
    "Jobs/Пример.csv": random.Random(3).randbytes(90),
    "empty.csv": b"",
}
ITEMS = [
    Item(name=name.encode(), data=data, method=8 * (number % 2 == 0), flags=0x0800 * (number < 2))
    for number, (name, data) in enumerate(FILES.items())
]
ZEROS = {"crc": 0, "packed": 0, "size": 0}


def streamed(item: Item) -> Item:
    """The entry as LinkedIn writes it: numbers after the bytes."""
    descriptor = b"PK\x07\x08" + b"".join(
        item.numbers()[key].to_bytes(4, "little") for key in ("crc", "packed", "size")
    )
    return Item(item.name, item.data, item.method, item.flags | 8, local=ZEROS, descriptor=descriptor)


HONEST = {
    "plain": zip_of(*ITEMS, comment=b"a comment"),
    "streamed": zip_of(*map(streamed, ITEMS)),
    "zip64": wide_zip_of(*ITEMS),
    "nested": zip_of(Item(name=b"x.zip", data=zip_of(*ITEMS))),
    "nested stored": zip_of(Item(name=b"x.zip", data=zip_of(*ITEMS), method=0)),
}


def content(path: Path) -> dict[str, bytes] | None:
    """All files of an archive; none if it was refused."""
    try:
        with open_archive(path) as archive:
            assert all(entry.bytes == len(archive.open(entry.path).read()) for entry in archive.entries)
            return {inside: archive.open(inside).read() for inside in archive.paths}
    except ArchiveRefused:
        return None


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all examples."""
    return tmp_path_factory.mktemp("mutations")


@pytest.mark.parametrize("kind", HONEST)
def test_the_honest_ones_are_read(place: Path, kind: str) -> None:
    assert content(put(place, HONEST[kind])) == FILES


@pytest.mark.parametrize("kind", HONEST)
def test_every_single_byte_may_be_wrong(place: Path, kind: str) -> None:
    """Each byte inverted, one bit of it flipped, or set to zero; all three by `make external`."""
    honest = HONEST[kind]
    for at in range(len(honest)):
        harms = (honest[at] ^ 0xFF, honest[at] ^ (1 << at % 8), 0)
        for value in {*sampling.some(harms, 3, at)} - {honest[at]}:
            got = content(put(place, honest[:at] + bytes([value]) + honest[at + 1 :]))
            assert got in (None, FILES), f"byte {at} set to {value}"


@pytest.mark.parametrize("kind", HONEST)
def test_every_cut_is_refused(place: Path, kind: str) -> None:
    honest = HONEST[kind]
    for length in range(len(honest)):
        assert content(put(place, honest[:length])) is None, f"cut to {length} bytes"


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=sampling.examples(300)
)
@given(data=st.data())
def test_any_damage(place: Path, data: st.DataObject) -> None:
    """Several bytes flipped, stretches removed, doubled or moved, and the end cut."""
    damaged = bytearray(data.draw(st.sampled_from(list(HONEST.values()))))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(damaged)))
        stretch = slice(start, start + data.draw(st.integers(0, 40)))
        into = data.draw(st.binary(max_size=8) | st.just(bytes(damaged[stretch]) * 2))
        damaged[stretch] = into
    got = content(put(place, bytes(damaged)))

    assert got is None or all(good(name, body) for name, body in got.items())


def good(name: str, body: bytes) -> bool:
    """Whether these are bytes that went in; several changes together may rename or drop a file consistently."""
    return zlib.crc32(body) in {zlib.crc32(data) for data in FILES.values()}


@settings(deadline=None, max_examples=sampling.examples(200))
@given(noise=st.binary(max_size=400), head=st.sampled_from([b"PK\x03\x04", b"PK\x05\x06", b""]))
def test_noise_is_refused_or_a_plain_file(place: Path, noise: bytes, head: bytes) -> None:
    data = head + noise
    got = content(put(place, data, "Connections.csv"))

    assert got is None or (got == {"Connections.csv": data} and not head)

"""A flipped byte is found wherever it is."""

from __future__ import annotations

import random
import shutil
import zlib
from pathlib import Path

import pytest

from linkbak.vault import Vault
from linkbak.vault.compact import compact
from linkbak.vault.verify import verify
from linkbak.vault.writer import create_vault, write_transaction
from tests.vault.flipping import MASKS, files, flip, places, told, unnoticed
from tests.vault.snapshots import git, save

LONG = b"".join(b"Person %d,Sample %d,Example Works\n" % (number % 7, number % 3) for number in range(40))
PICTURE = random.Random(1).randbytes(900)


@pytest.fixture(scope="module")
def loose(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vault with two snapshots and a mark, as imports leave it."""
    vault = tmp_path_factory.mktemp("flipped") / "vault"
    create_vault(vault).close()
    save(vault, "2026-01-01T00:00:00Z", {"Connections.csv": LONG, "rich/a:b.png": PICTURE})
    save(vault, "2026-01-02T00:00:00Z", {"Connections.csv": LONG + b"New,One,\n", "rich/a:b.png": PICTURE})
    with Vault.open(vault) as opened, write_transaction(opened) as writer:
        writer.add_marks([{"fact": "note", "value": "met in Ghent"}], "One mark")
    assert told(vault) == ()
    return vault


@pytest.fixture(scope="module")
def packed(loose: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same after everything that git does by hand: packs with all that goes with them, packed references."""
    vault = Path(shutil.copytree(loose, tmp_path_factory.mktemp("packed") / "vault", symlinks=True))
    git(vault, "gc", "-q")
    git(vault, "-c", "pack.writeReverseIndex=true", "repack", "-adfq", "--write-midx", "--write-bitmap-index")
    git(vault, "pack-refs", "--all")
    git(vault, "commit-graph", "write")
    git(vault, "update-server-info")
    assert told(vault) == ()
    return vault


@pytest.fixture(scope="module")
def compacted(loose: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    vault = Path(shutil.copytree(loose, tmp_path_factory.mktemp("compacted") / "vault", symlinks=True))
    compact(vault)
    assert told(vault) == ()
    return vault


@pytest.mark.parametrize("turn", range(12))
def test_in_every_loose_object_at_once(loose: Path, tmp_path: Path, turn: int) -> None:
    """Each file that holds an object is named, though the commits and folders above it are damaged too.

    Packed data has a few bits on which nothing depends: git reads the same object, and finds nothing wrong.
    """
    vault = Path(shutil.copytree(loose, tmp_path / "vault", symlinks=True))
    pick = random.Random(turn)
    objects = [path for path in files(vault) if path.startswith(".git/objects/")]
    harmless = set()
    for path in objects:
        size, before = (vault / path).stat().st_size, (vault / path).read_bytes()
        place = (0, size - 1, size - 5)[turn] if turn < 3 else pick.randrange(size)
        flip(vault / path, place, pick.choice(MASKS))
        if unpacks_to((vault / path).read_bytes(), zlib.decompress(before)):
            harmless.add(path)

    named = {one.place for one in told(vault) if one.damage}

    assert len(objects) > 20
    assert set(objects) - named <= harmless
    assert len(harmless) < len(objects) // 2


def unpacks_to(data: bytes, content: bytes) -> bool:
    """Whether packed data gives just this content, with nothing missing and nothing behind it."""
    unpacking = zlib.decompressobj()
    try:
        return unpacking.decompress(data) == content and unpacking.eof and not unpacking.unused_data
    except zlib.error:
        return False


@pytest.mark.parametrize("turn", range(4))
def test_in_every_file_that_lies_open_at_once(loose: Path, tmp_path: Path, turn: int) -> None:
    vault = Path(shutil.copytree(loose, tmp_path / "vault", symlinks=True))
    pick = random.Random(turn)
    copies = [path for path in files(vault) if path.startswith("snapshots/")]
    for path in copies:
        flip(vault / path, places((vault / path).stat().st_size, pick, 1)[turn % 3 - 1], pick.choice(MASKS))

    found = verify(vault)

    assert len(copies) == 6
    assert {one.place for one in found.damage} == set(copies)
    assert found.whole == found.snapshots


@pytest.mark.parametrize("how", ["loose", "packed", "compacted"])
def test_in_any_other_file_one_at_a_time(request: pytest.FixtureRequest, how: str, tmp_path: Path) -> None:
    """HEAD, references and their logs, configuration, index, packs and their indexes, settings, the other files."""
    vault = Path(shutil.copytree(request.getfixturevalue(how), tmp_path / "vault", symlinks=True))
    pick = random.Random(how)
    others = [
        path
        for path in files(vault)
        if not path.startswith("snapshots/") and (how == "loose" or "/pack" in path or "/info/" in path)
        if not (how == "loose" and path.startswith(".git/objects/"))
    ]
    missed = []
    for path in others:
        for place in places((vault / path).stat().st_size, pick, 1):
            missed += list(unnoticed(vault, path, place, pick.choice(MASKS)))

    assert missed == []
    assert len(others) >= {"loose": 12, "packed": 9, "compacted": 4}[how]
    assert told(vault) == ()

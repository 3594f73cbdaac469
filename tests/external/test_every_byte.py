"""As tests/vault/test_verify_flips.py, but with every single byte of a vault."""

from __future__ import annotations

import random
import shutil
import zlib
from pathlib import Path

import pytest

from tests.vault.flipping import MASKS, files, flip, told, unnoticed
from tests.vault.test_verify_flips import compacted, loose, packed, unpacks_to

__all__ = ["compacted", "loose", "packed"]


@pytest.mark.parametrize("which", [".git/objects/", "snapshots/"])
def test_of_objects_and_of_what_lies_open(loose: Path, tmp_path: Path, which: str) -> None:
    """In each round one byte of every such file; only a bit on which nothing that git unpacks depends may pass."""
    vault = Path(shutil.copytree(loose, tmp_path / "vault", symlinks=True))
    pick = random.Random(which)
    sizes = {path: (vault / path).stat().st_size for path in files(vault) if path.startswith(which)}
    content = {path: zlib.decompress((vault / path).read_bytes()) for path in sizes if which == ".git/objects/"}
    missed, harmless = [], 0
    for place in range(max(sizes.values())):
        flipped = {path: pick.choice(MASKS) for path, size in sizes.items() if place < size}
        for path, mask in flipped.items():
            flip(vault / path, place, mask)
        named = {one.place for one in told(vault) if one.damage}
        for path, mask in flipped.items():
            if path in content and unpacks_to((vault / path).read_bytes(), content[path]):
                harmless += 1
            elif path not in named:
                missed.append(f"{path}, byte {place} ^ {mask:#x}")
            flip(vault / path, place, mask)
    assert missed == []
    assert harmless < 50


@pytest.mark.parametrize("how", ["loose", "packed", "compacted"])
def test_of_every_other_file(request: pytest.FixtureRequest, how: str, tmp_path: Path) -> None:
    vault = Path(shutil.copytree(request.getfixturevalue(how), tmp_path / "vault", symlinks=True))
    pick = random.Random(how)
    missed = []
    for path in files(vault):
        if path.startswith("snapshots/") or (path.startswith(".git/objects/") and how == "loose"):
            continue
        if how == "loose" or "/pack" in path or "/info/" in path:
            for place in range((vault / path).stat().st_size):
                missed += list(unnoticed(vault, path, place, pick.choice(MASKS)))
    assert missed == []

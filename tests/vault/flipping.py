"""Flips bytes of a vault, and looks whether a verification finds where."""

from __future__ import annotations

import os
import random
from collections.abc import Collection, Iterator
from pathlib import Path

from linkbak.vault.verify import Finding, verify
from tests.hostile_figures import tried

MASKS = (0x01, 0x80, 0xFF)
OWN_DATA = (".git/objects/", "marks.jsonl", "snapshots/", ".gitattributes", ".git/refs/heads/", ".git/HEAD")
"""Where any change is damage, not only something to know."""
NOT_OURS = (".git/objects/info/packs",)


def files(vault: Path) -> list[str]:
    """Every file under a vault that has a byte to flip."""
    found = (path for path in vault.rglob("*") if path.is_file() and path.stat().st_size)
    return sorted(path.relative_to(vault).as_posix() for path in found)


def flip(file: Path, place: int, mask: int) -> None:
    """Changes one byte; the file keeps its time, as it does when a disk fails."""
    tried("damage")
    facts = file.stat()
    data = bytearray(file.read_bytes())
    data[place] ^= mask
    file.chmod(0o600)
    file.write_bytes(data)
    os.utime(file, ns=(facts.st_atime_ns, facts.st_mtime_ns))


def places(size: int, pick: random.Random, many: int) -> list[int]:
    """The first byte, the last, and some between."""
    return sorted({0, size - 1, *(pick.randrange(size) for _ in range(many))})


def told(vault: Path) -> Collection[Finding]:
    """What a verification finds."""
    return verify(vault).findings


def unnoticed(vault: Path, file: str, place: int, mask: int) -> Iterator[str]:
    """What is wrong once a byte is flipped: nothing if the file is named, and as damage where it is damage."""
    flip(vault / file, place, mask)
    found = [one for one in told(vault) if one.place.startswith(file) or f"{file} " in one.what]
    flip(vault / file, place, mask)
    must = file.startswith(OWN_DATA) and file not in NOT_OURS
    if not [one for one in found if one.damage or not must]:
        yield f"{file}, byte {place} ^ {mask:#x}: {found}"

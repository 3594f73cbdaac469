"""What lies in a vault's object folder: loose objects and packs, counted without git."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

from linkbak.vault.layout import Layout

MANY = 2_000
"""So many loose objects are worth compacting: some four years of weekly lists."""
MUCH = 100_000_000
"""So many bytes of loose objects are: a few archives with messages."""
SOON = 8_000_000
"""A command that brought this many bytes took so long that counting everything does not add to it."""
FAILED = "compact-failed"
"""The file that tells why the last compaction in the background failed."""
PREFIX = "packing-"
"""How the folders are called in which new packs are made."""
PACK = re.compile(r"pack-(?:[0-9a-f]{40}|[0-9a-f]{64})", re.ASCII)
_SAMPLE = "17"
_FOLDERS = tuple(f"{number:02x}" for number in range(256))


class Loose(NamedTuple):
    """One loose object's file: its bytes on disk and when it was last written, in seconds since 1970."""

    bytes: int
    written: float


class Stored(NamedTuple):
    """How much of what is stored, in objects, packs and bytes on disk."""

    loose: int
    loose_bytes: int
    packs: int
    pack_bytes: int

    @property
    def bytes(self) -> int:
        """Everything together."""
        return self.loose_bytes + self.pack_bytes


def stored(vault: Path) -> Stored:
    """What the vault at `vault` stores."""
    objects = Layout(vault).git / "objects"
    loose, packed = loose_objects(objects), packs(objects)
    return Stored(len(loose), sum(one.bytes for one in loose.values()), len(packed), sum(packed.values()))


def due(vault: Path, brought: int = 0) -> bool:
    """Whether enough is loose to be worth compacting; `brought` is how many bytes of files were just kept.

    As git does, looks into one folder of 256, unless much was just kept.
    """
    objects = Layout(vault).git / "objects"
    if brought < SOON:
        return len(_names(objects / _SAMPLE)) * len(_FOLDERS) > MANY
    return beyond(loose_objects(objects))


def beyond(loose: dict[str, Loose]) -> bool:
    """Whether these are enough to be worth compacting."""
    return len(loose) > MANY or sum(one.bytes for one in loose.values()) > MUCH


def loose_objects(objects: Path) -> dict[str, Loose]:
    """Every loose object by its id."""
    found = {}
    for folder in _FOLDERS:
        for name in _names(objects / folder):
            try:
                facts = (objects / folder / name).stat()
            except OSError:  # another git has just packed it
                continue
            if len(name) in (38, 62):
                found[folder + name] = Loose(facts.st_size, facts.st_mtime)
    return found


def packs(objects: Path) -> dict[str, int]:
    """Every pack that has its index, by name, with the bytes of both; those that somebody told git to keep left out."""
    names = set(_names(objects / "pack"))
    whole = {name[:-4] for name in names if name.endswith(".idx") and PACK.fullmatch(name[:-4])}
    found = {}
    for name in sorted(whole):
        if f"{name}.pack" in names and f"{name}.keep" not in names:
            files = (objects / "pack" / f"{name}{ending}" for ending in (".pack", ".idx"))
            found[name] = sum(file.stat().st_size for file in files)
    return found


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208  # a path for each of thousands of names would cost more than all else
    except OSError:
        return []

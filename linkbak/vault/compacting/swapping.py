"""Puts new packs in place of what they hold: in with all of the new, then out with the old.

Killed anywhere in between, every object is still there at least once, and the next one ends what was begun.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path

from linkbak.vault.disk import on_this_machine, remove_tree, sync_folder, write_new
from linkbak.vault.git import Git
from linkbak.vault.layout import Layout

from .census import PACK, PREFIX, loose_objects
from .choosing import ids_of
from .scratch import Scratch

NOTE = "swap.json"
_INDEX = ".idx"
_REST = (".pack", ".rev", ".bitmap", ".mtimes")


def bring_in(layout: Layout, scratch: Scratch, superseded: Iterable[str]) -> list[str]:
    """Moves the new packs to the vault's, their indexes last: git knows a pack by it. Gives those to remove."""
    with on_this_machine(layout.top):
        new = sorted(index.stem for index in scratch.packs.glob("*.idx"))
        old = [name for name in superseded if name not in new]
        for file in scratch.packs.iterdir():
            _sync(file)
        write_new(scratch.folder / NOTE, json.dumps({"new": new, "old": old}).encode(), durable=True)
        sync_folder(scratch.folder)
        place = _packs(layout)
        place.mkdir(mode=0o700, exist_ok=True)
        for ending in (".pack", ".rev", _INDEX):
            for file in scratch.packs.glob(f"*{ending}"):
                file.rename(place / file.name)
            sync_folder(place)
    return old


def take_out(layout: Layout, loose: Collection[str], old: Iterable[str]) -> None:
    """Removes loose objects and packs, all of which the new packs hold."""
    with on_this_machine(layout.top):
        objects = layout.git / "objects"
        for name in loose:
            (objects / name[:2] / name[2:]).unlink(missing_ok=True)
        for folder in {name[:2] for name in loose}:
            with suppress(OSError):  # what is not empty stays
                (objects / folder).rmdir()
        _remove_packs(layout, old)


def interrupted(layout: Layout) -> list[Path]:
    """The folders of compactions that were killed, or of one that is at work."""
    return list(layout.own.glob(f"{PREFIX}*"))


def clear(layout: Layout, git: Git, folder: Path) -> None:
    """Ends what a killed compaction began, if all its packs had come in, or takes back a pack that came half."""
    with on_this_machine(layout.top):
        new, old = _noted(folder / NOTE)
        indexes = [_packs(layout) / f"{name}{_INDEX}" for name in new]
        if new and all(index.exists() for index in indexes):
            held = frozenset[str]().union(*(ids_of(git, index) for index in indexes))
            take_out(layout, held & loose_objects(layout.git / "objects").keys(), old)
        for name in (*new, *old):
            if not (_packs(layout) / f"{name}{_INDEX}").exists():
                _remove_rest(layout, name)
        remove_tree(folder)


def _remove_packs(layout: Layout, names: Iterable[str]) -> None:
    for name in names:
        for derived in _packs(layout).glob("multi-pack-index*"):  # it names packs, and git makes it anew
            derived.unlink(missing_ok=True)
        (_packs(layout) / f"{name}{_INDEX}").unlink(missing_ok=True)
        _remove_rest(layout, name)


def _remove_rest(layout: Layout, name: str) -> None:
    for ending in _REST:
        (_packs(layout) / f"{name}{ending}").unlink(missing_ok=True)


def _noted(note: Path) -> tuple[list[str], list[str]]:
    """The new and the old packs of a swap; none if it had not begun."""
    try:
        found = json.loads(note.read_bytes())
        new, old = ([str(name) for name in found[which] if PACK.fullmatch(str(name))] for which in ("new", "old"))
    except (OSError, ValueError, KeyError, TypeError):
        return [], []
    return new, old


def _packs(layout: Layout) -> Path:
    return layout.git / "objects" / "pack"


def _sync(file: Path) -> None:
    descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

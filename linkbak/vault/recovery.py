"""Clears up after a command that was interrupted, so that the next one finds the vault as before or as after it.

Only what the interrupted command's own note names, or what linkbak and git alone make, is ever touched.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from linkbak.vault.git import Git
from linkbak.vault.journal import EVERYTHING, Journal, Pending
from linkbak.vault.layout import MANIFEST, MARKS, Layout, on_this_machine, remove_tree, write_whole
from linkbak.vault.objects import Objects, branch
from linkbak.vault.staging import PREFIX
from linkbak.vault.worktree import sync_worktree

_LOCKS = ("*.lock", "info/*.lock", "refs/**/*.lock")
_DROPPINGS = (
    "objects/tmp_*",
    "objects/*/tmp_*",
    "objects/pack/.tmp-*",
    "fast_import_crash_*",
    "index.lock.*",
)


def recover(layout: Layout, git: Git, objects: Objects) -> None:
    """Clears everything the interrupted command left; its lock must be held, and no git of its be running."""
    journal = Journal(layout)
    with on_this_machine(layout.top):
        for folder in layout.own.glob(f"{PREFIX}*"):
            remove_tree(folder)
        sweep(layout, locks=not journal.left)
        for pending in journal.pending():
            settle(layout, git, objects, pending)


def sweep(layout: Layout, *, locks: bool) -> None:
    """Removes half-written files; with `locks` also the locks of git commands that were killed."""
    for path in list(_droppings(layout, locks=locks)):
        remove_tree(path)


def settle(layout: Layout, git: Git, objects: Objects, pending: Pending) -> bool:
    """Makes index and work tree agree with the newest commit about one path; says whether it was committed."""
    if pending.path == EVERYTHING:
        return sync_worktree(layout, git, objects, pending.was)
    if pending.path == MARKS:
        return _settle_marks(layout, git, objects, pending.was)
    kept = objects.get(f"{branch(layout.git)}:{pending.path}/{MANIFEST}") is not None
    if kept:
        git.run("reset", "-q", "--", pending.path)
        return True
    _take_away(layout, pending)  # the index learns of a snapshot only after its commit
    return False


def _take_away(layout: Layout, pending: Pending) -> None:
    """Removes a folder put into the work tree and not committed: only if it is that one, and in one step."""
    folder = layout.top / pending.path
    note = folder / MANIFEST
    if not note.is_file() or hashlib.sha256(note.read_bytes()).hexdigest() != pending.was:
        return
    aside = layout.own / f"{PREFIX}{os.urandom(8).hex()}"
    folder.rename(aside)
    remove_tree(aside)
    with suppress(OSError):  # folders that are not empty stay
        for above in list(folder.parents)[:3]:
            above.rmdir()


def _settle_marks(layout: Layout, git: Git, objects: Objects, was: str) -> bool:
    """Brings the marks file to what was committed, unless somebody has edited it."""
    found = objects.get(f"{branch(layout.git)}:{MARKS}")
    if found is None or hashlib.sha256(found.data).hexdigest() == was:
        return False
    file = layout.top / MARKS
    if file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == was:
        write_whole(file, found.data, layout.own)
    git.run("update-index", "--add", "--cacheinfo", f"100644,{found.id},{MARKS}")
    return True


def _unfinished_packs(layout: Layout) -> Iterator[Path]:
    """What fast-import leaves when it could not finish a pack: its mark, and a pack without an index."""
    for mark in layout.git.glob("objects/pack/pack-*.keep"):
        if mark.read_bytes().strip() == b"fast-import":
            yield mark
            if not mark.with_suffix(".idx").exists():
                yield mark.with_suffix(".pack")


def _droppings(layout: Layout, *, locks: bool) -> Iterator[Path]:
    yield from _unfinished_packs(layout)
    yield from layout.own.glob(f".{MARKS}-*")
    yield from (layout.git / "info").glob(".sparse-checkout-*")
    yield from (layout.git / "info").glob(".attributes-*")
    for pattern in _DROPPINGS:
        yield from layout.git.glob(pattern)
    for pattern in _LOCKS if locks else ():
        yield from layout.git.glob(pattern)

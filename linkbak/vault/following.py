"""Index and work tree follow the branch after it moved by more than one snapshot, as when a copy's commits came in.

What somebody edited stays as it is. Doing it again, after it was interrupted anywhere, does what was left.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from .disk import on_this_machine, write_whole
from .git import Git, words_of
from .layout import MARKS, SNAPSHOTS, Layout
from .objects import FILE, FOLDER, Entry, Objects, branch, entries
from .reading import opened

_MANY = 100
_DEPTH = 3


class _Change(NamedTuple):
    """A file that is another now: its object before and after, "" where there was or is none."""

    path: str
    before: str
    after: str


def follow(layout: Layout, git: Git, objects: Objects, was: str) -> bool:
    """Brings index and work tree from the commit `was` to the newest one; says whether that is another one.

    Snapshots that do not lie open yet are known to the index afterwards, for the work tree to lay open.
    """
    now = branch(layout.git)
    if now == was or not now:
        return False
    changes = list(_differing(objects, f"{was}^{{tree}}", f"{now}^{{tree}}", ""))
    places = dict.fromkeys(_place(one.path) for one in changes)
    wanted = _few([*places])
    if wanted:
        git.run("reset", "-q", "--pathspec-from-file=-", "--pathspec-file-nul", feed=words_of(wanted))
    with on_this_machine(layout.top):
        for one in changes:
            _renew(layout, objects, one)
    below = [path for path in wanted if path.startswith(SNAPSHOTS)]
    if below:
        missing = git.run("ls-files", "-z", "--deleted", "--", *below)
        if missing:
            git.run("checkout-index", "-q", "-u", "-z", "--stdin", feed=missing)
    return True


def _few(places: Sequence[str]) -> list[str]:
    """Files at the top and folders of snapshots; of very many of these all there are, which git is quicker with."""
    below = [path for path in places if path.startswith(f"{SNAPSHOTS}/")]
    return [*places] if len(below) <= _MANY else [*(path for path in places if path not in set(below)), SNAPSHOTS]


def _place(path: str) -> str:
    """A file at the top, or the folder of the snapshot that a file belongs to."""
    return "/".join(path.split("/")[:4])


def _renew(layout: Layout, objects: Objects, one: _Change) -> None:
    """Brings a file that lies open to what it is now, if it is what it was before.

    Files that are new come out of git once the index knows them. Marks that somebody edited get the new lines.
    """
    file = layout.top / one.path
    if one.before and _holds(file, one.before):
        found = objects.get(one.after) if one.after and "/archive/" not in one.path else None
        if found is not None:
            write_whole(file, found.data, layout.own)
        else:
            file.unlink()
            _close(layout, file.parent)
    elif one.path == MARKS and not _holds(file, one.after) and file.is_file() and not file.is_symlink():
        _add_lines(layout, objects, file, one)


def _add_lines(layout: Layout, objects: Objects, file: Path, one: _Change) -> None:
    before, after = (objects.get(name) if name else None for name in (one.before, one.after))
    there = file.read_bytes()
    known = {*there.split(b"\n"), *(before.data.split(b"\n") if before else ())}
    new = [line for line in (after.data.split(b"\n") if after else ()) if line not in known]
    if new:
        ended = there if not there or there.endswith(b"\n") else there + b"\n"
        write_whole(file, ended + b"".join(line + b"\n" for line in new), layout.own)


def _close(layout: Layout, folder: Path) -> None:
    """Removes folders below snapshots/ that are empty now."""
    with suppress(OSError):
        while layout.top / SNAPSHOTS in folder.parents:
            folder.rmdir()
            folder = folder.parent


def _holds(file: Path, name: str) -> bool:
    """Whether an ordinary file holds just the bytes of an object."""
    descriptor = opened(file) if name else None
    if descriptor is None:
        return False
    with os.fdopen(descriptor, "rb") as stream:
        digest = hashlib.sha1(usedforsecurity=False) if len(name) == 40 else hashlib.sha256()
        digest.update(b"blob %d\0" % os.fstat(descriptor).st_size)
        while chunk := stream.read(1 << 18):
            digest.update(chunk)
    return digest.hexdigest() == name


def _differing(objects: Objects, one: str, other: str, above: str) -> Iterator[_Change]:
    """Every file in which two trees differ."""
    before, after = ({entry.name: entry for entry in _entries(objects, name)} for name in (one, other))
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        trees, files = (
            [entry.id if entry and entry.mode == mode else "" for entry in (old, new)] for mode in (FOLDER, FILE)
        )
        if old is None and above.count("/") == _DEPTH:
            yield _Change(above + name, "", "")  # a snapshot that is new lies nowhere yet
            continue
        if any(files):
            yield _Change(above + name, files[0], files[1])
        if any(trees):
            yield from _differing(objects, trees[0], trees[1], f"{above}{name}/")


def _entries(objects: Objects, tree: str) -> list[Entry]:
    found = objects.get(tree) if tree else None
    return list(entries(found)) if found else []

"""The files that lie open, against what git has of them."""

from __future__ import annotations

import hashlib
import os
import shlex
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from linkbak.errors import LinkbakError
from linkbak.vault.layout import ARCHIVE, FORMAT, MANIFEST, README, SETTINGS
from linkbak.vault.reader import opened
from linkbak.vault.verify.context import VerifyContext
from linkbak.vault.verify.gitdir import CONE, INDEX
from linkbak.vault.verify.objects import Storage
from linkbak.vault.verify.snapshots import Held, Tree
from linkbak.vault.worktree import cone, visible_setting

_YOURS = (README, SETTINGS)
"""Files that somebody may edit."""

Tell = Callable[[int], None]
"""Called with how many more bytes were read."""


class Copy(NamedTuple):
    """A file that should lie open, with what it should be; `bytes` is -1 for a manifest."""

    path: str
    sha256: str
    bytes: int
    blob: str


def check_copies(
    context: VerifyContext, tree: Tree, only: Collection[str] | None, tell: Tell
) -> tuple[int, frozenset[str]]:
    """Compares what lies open; of the archives' files all, or `only` those that git keeps under these ids.

    Gives how many were compared, and the paths of those that are sound.
    """
    text = context.read(CONE)
    wanted = None  # all, or nobody said
    if text is not None and text != cone(None):
        wanted = {line[1:-1] for line in text.decode("utf-8", "replace").split("\n") if not line.startswith("!")}
    copies = [copy for held in tree.held for copy in _present(context, held, wanted, only)]
    sound = set()
    sizes = context.census.files
    with ThreadPoolExecutor() as pool:  # hashing and reading hold no lock of Python's
        compared = list(pool.map(lambda one: _same(context.layout.top, one), copies))
    for copy, same in zip(copies, compared, strict=True):
        tell(sizes[copy.path])
        if same:
            sound.add(copy.path)
        elif same is not None:
            if wanted is not None and "/".join(copy.path.split("/")[:4]) not in wanted:
                what = "was edited, and left when its snapshot was closed"
                remedy = "git has what was imported; remove the file if it is not wanted"
                context.note("copies", copy.path, what, remedy)
            else:
                context.damage("copies", copy.path, "is not what was imported", _checkout(copy.path))
    return len(copies), frozenset(sound)


def _present(
    context: VerifyContext, held: Held, wanted: Collection[str] | None, only: Collection[str] | None
) -> Iterator[Copy]:
    """The files of a snapshot that lie open and are to be compared; what is missing is noted."""
    folder = held.key.folder
    there = set(context.census.below(folder + "/"))
    if not held.digest:
        return
    if not there:
        if wanted is not None and folder in wanted and INDEX in context.census.files:
            _missing(context, folder)
        return
    copies = [Copy(f"{folder}/{MANIFEST}", held.digest, -1, "")]
    copies += [Copy(f"{folder}/{ARCHIVE}/{file.stored}", file.sha256, file.bytes, file.blob) for file in held.files]
    context.account(copy.path for copy in copies)
    for copy in copies:
        if copy.path in there:
            if only is None or copy.bytes == -1 or copy.blob in only:
                yield copy
        elif wanted is None or folder in wanted:
            _missing(context, copy.path)


def check_top(context: VerifyContext, tree: Tree, found: Storage) -> None:
    """Compares the files at the vault's top with those committed."""
    for name, blob in tree.top.items():
        fact = found.good.get(blob)
        text = context.read(name)
        if fact is not None and text is None and INDEX in context.census.files:  # else nothing was ever laid open
            _missing(context, name)
        if fact is None or text is None or hashlib.sha256(text).hexdigest() == fact.sha256 or context.writing():
            continue
        if name == SETTINGS and not _settings_hold(context, text):
            context.damage("copies", name, "cannot be used as it is", _checkout(name))
        elif name in _YOURS:
            remedy = f"if that was not you, {_checkout(name)}"
            context.note("copies", name, "was edited: it differs from what was committed", remedy)
        else:
            context.damage("copies", name, "differs from what was committed; that is what counts", _checkout(name))


def _settings_hold(context: VerifyContext, text: bytes) -> bool:
    import tomllib

    try:
        number = tomllib.loads(text.decode("utf-8")).get("format")
        visible_setting(context.layout)
    except (ValueError, LinkbakError, OSError):
        return False
    return type(number) is int and number <= FORMAT


def _same(top: Path, copy: Copy) -> bool | None:
    """Whether a file is what it should be; None if it is gone."""
    try:
        descriptor = opened(top / copy.path)
        if descriptor is None:
            return None if not os.path.lexists(top / copy.path) else False
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            if copy.bytes not in (-1, os.fstat(descriptor).st_size):
                return False
            return hashlib.file_digest(file, "sha256").hexdigest() == copy.sha256
    except OSError:
        return False


def _missing(context: VerifyContext, path: str) -> None:
    """Notes what does not lie open, unless another process has just laid it open or is closing its folder."""
    top = context.layout.top
    folder = top / "/".join(path.split("/")[:4])
    if not (top / path).exists() and not context.writing() and (folder.is_dir() or folder == top / path):
        context.damage("copies", path, "does not lie open, but should", _checkout(path))


def _checkout(path: str) -> str:
    where = shlex.quote(path)
    return f"git has it:\nrm -f {where}\ngit checkout -- {where}"  # git leaves alone what it takes for unchanged

"""Makes a sealed copy of the vault."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from linkbak.errors import UsageProblem
from linkbak.vault import Vault
from linkbak.vault.bundling import bundled, goes_back_to, snapshots_since
from linkbak.vault.locking import orderly_end
from linkbak.vault.remotes.record import note_copy

from . import earlier, targets
from .age_format import Lock, Tell, encrypt, library
from .earlier import Earlier

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many bytes of it are done, and of about how many."""

SUFFIX = ".bundle.age"


class Sealed(NamedTuple):
    """A sealed copy that was made; `file` is None if there was nothing new to seal.

    `follows` is the copy that this one goes on from, None if it holds the whole vault; `there` says whether that copy
    still lies in the same folder. `snapshots` are those that this copy brings.
    """

    file: Path | None
    commit: str
    at: str
    bytes: int
    snapshots: int
    follows: Earlier | None = None
    there: bool = True


def seal(
    place: Path,
    where: Path,
    lock: Lock,
    *,
    since_last: bool = False,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> Sealed:
    """Seal the vault into the file `where`, or under a name that tells the time into the folder `where`.

    With `since_last`, only what came since the last copy in the same folder, if one is known. Raises a LinkbakError;
    nothing lies at that place then.
    """
    newest = check(place, where, overwrite=overwrite)
    folder = folder_of(where)
    follows = _followed(place, folder) if since_last else None
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    there = follows is None or (folder / follows.file).is_file()
    if follows is not None and follows.commit == newest:
        return Sealed(None, newest, at, 0, 0, follows, there)
    file = _named(where, at, follows)
    if follows is not None and os.path.lexists(file):
        raise UsageProblem(
            f"{file} is there already, and earlier copies are needed as long as later ones go on from them",
            hint="Name a new file, or a folder: then the files are named by themselves.",
        )
    commit, size = _written(place, file, lock, follows, overwrite=overwrite, progress=progress)
    if progress is not None:
        progress("sealing", size, size)
    earlier.note(place, folder, Earlier(commit, at, file.name))
    note_copy(place, str(folder), "seal", commit, at)
    new = snapshots_since(place, follows.commit if follows else "", commit)
    return Sealed(file, commit, at, size, new, follows, there)


def check(place: Path, where: Path, *, overwrite: bool) -> str:
    """The newest commit of the vault, if a copy of it can be made there; raises a LinkbakError if not."""
    library()
    with Vault.open(place) as vault:
        newest = vault.newest()
    folder, own = folder_of(where), place.resolve()
    if own == folder or own in folder.parents:
        raise UsageProblem(f"{where} is in the vault itself", hint="A copy belongs elsewhere.")
    if not where.is_dir():
        if not where.suffix and not os.path.lexists(where):
            raise UsageProblem(
                f"there is no folder {where}", hint=f"Make it, or name a file with an ending: {where}.age."
            )
        targets.refuse_there(where, overwrite=overwrite)
    return newest


def folder_of(where: Path) -> Path:
    """The folder in which a copy comes to lie: `where` itself, or the one that the file `where` is in."""
    return (where if where.is_dir() else where.parent).resolve()


def _followed(place: Path, folder: Path) -> Earlier | None:
    """The last copy in the folder, if what it holds is part of this vault."""
    found = earlier.last(place, folder)
    return found if found is not None and goes_back_to(place, found.commit) else None


def _named(where: Path, at: str, follows: Earlier | None) -> Path:
    """The file; in a folder, its name tells when it was made and what it goes on from."""
    if not where.is_dir():
        return where
    what = f"since-{follows.at.replace(':', '')}" if follows else "whole"
    return where / f"linkbak-{at.replace(':', '')}-{what}{SUFFIX}"


def _written(
    place: Path, file: Path, lock: Lock, follows: Earlier | None, *, overwrite: bool, progress: Progress | None
) -> tuple[str, int]:
    """Writes the file; gives the newest commit it holds, and its size."""
    with (
        orderly_end(),
        targets.new_file(file, overwrite=overwrite) as target,
        bundled(place, follows.commit if follows else "") as stream,
    ):
        encrypt(stream, target, lock, _told(place, progress))
        size = target.tell()
    return stream.contents.commit, size


def _told(place: Path, progress: Progress | None) -> Tell | None:
    """Tells of how far the sealing is; how much there will be is guessed from what git's objects take on disk."""
    if progress is None:
        return None
    expected = _bytes(place / ".git" / "objects")
    return lambda done: progress("sealing", done, max(expected, done + 1))


def _bytes(folder: Path) -> int:
    total = 0
    for file in folder.rglob("*"):
        with suppress(OSError):  # another linkbak may be packing them
            total += file.stat().st_size
    return total

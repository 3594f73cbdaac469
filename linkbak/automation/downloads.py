"""What in a folder may be an archive, told by names alone: thousands of other files cost next to nothing.

Whether it is one is the business of `keep`; here nothing is opened, and nothing but what may be an archive is even
asked for its size.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

from linkbak.archive import GITS_FOLDER, placeholder_of
from linkbak.model import NamedTuple

UNFINISHED: Final = (
    *(".part", ".crdownload", ".download", ".partial", ".opdownload"),
    *(".tmp", ".temp", ".!ut", ".!qb", ".aria2", ".filepart", ".downloading", ".fdmdownload"),
)
"""What programs add to the name of a file they have not got all of, or of what they write down about it."""

_ZIP: Final = re.compile(r"\.zip(?: ?\([0-9]{1,3}\)| copy(?: [0-9]{1,3})?)?$")
_LISTS: Final = "connections"
_HINT: Final = "linkedin"
_TELLING: Final = "Connections.csv"
_DROPPED: Final = (".", "~$", "Thumbs.db", "desktop.ini")
"""What systems and office programs leave in a folder that somebody looks into begins so."""
_MOST: Final = 20_000
"""A folder with more files than that is no archive."""


class Sight(NamedTuple):
    """What may be an archive, as it was when it was looked at.

    `mark` changes whenever it does; `changed` is when that was last, in seconds since 1970. `left` is the name of what
    a browser has left beside it, "" if nothing; then, and if it has the name of one half-written, it is `unfinished`.
    `same` is "" or, of a folder, what it keeps whatever becomes of the files in it.
    """

    path: Path
    mark: str
    changed: float
    folder: bool = False
    unfinished: bool = False
    left: str = ""
    same: str = ""


def look(folder: Path) -> list[Sight]:
    """All that may be an archive, by name; raises OSError if the folder cannot be read."""
    with os.scandir(folder) as listing:
        every = {entry.name: entry for entry in listing}
    entries = {name: entry for name, entry in every.items() if not name.startswith(".") or placeholder_of(name)}
    halves = {name.rpartition(".")[0]: name for name in entries if name.lower().endswith(UNFINISHED)}
    found = (_sight(folder, entries[name], halves, entries) for name in sorted(entries))
    return [sight for sight in found if sight is not None]


def again(sight: Sight) -> Sight | None:
    """The same place looked at once more; None if it is gone."""
    try:
        return _seen(sight.path, sight.left, half=sight.unfinished)
    except OSError:
        return None


def _sight(folder: Path, entry: os.DirEntry[str], halves: Mapping[str, str], entries: Collection[str]) -> Sight | None:
    """What to make of one entry; None for what is no archive, cannot be asked, or leads nowhere.

    `halves` are the names of half-written files by those they will have.
    """
    lower = (placeholder_of(entry.name) or entry.name).lower()
    try:
        if lower.endswith(UNFINISHED):
            stem = entry.name.rpartition(".")[0]
            return None if stem in entries or not _may_be(stem.lower()) else _seen(folder / entry.name, "", half=True)
        if _may_be_folder(entry, lower) if entry.is_dir() else _may_be(lower):
            left = halves.get(entry.name, "")
            return _seen(folder / entry.name, left, half=bool(left))
    except OSError:
        pass
    return None


def _may_be(lower: str) -> bool:
    """Whether a file of this name, in small letters, is worth a look."""
    if _ZIP.search(lower) is not None:
        return True
    if lower.endswith(".csv"):
        return _LISTS in lower
    return _HINT in lower and "." not in lower


def _may_be_folder(entry: os.DirEntry[str], lower: str) -> bool:
    """Whether a folder may be an unpacked archive; a repository, as a vault is, only with a list at its top."""
    telling = os.path.lexists(f"{entry.path}/{_TELLING}")
    return telling or (_HINT in lower and not os.path.lexists(f"{entry.path}/{GITS_FOLDER}"))


def _seen(path: Path, left: str, *, half: bool) -> Sight | None:
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        return _seen_folder(path, status, left, half)
    if not stat.S_ISREG(status.st_mode):
        return None
    parts, changed = [f"{status.st_size}:{status.st_mtime_ns}:{status.st_ino}"], status.st_mtime
    if left:
        beside = path.with_name(left).lstat()
        parts.append(f"{left}:{beside.st_size}:{beside.st_mtime_ns}")
        changed = max(changed, beside.st_mtime)
    return Sight(path, _digest(path.name, *parts), changed, False, half, left)


def _seen_folder(path: Path, status: os.stat_result, left: str, half: bool) -> Sight | None:
    """An unpacked archive: it changes with each of its files, and while it is being unpacked it does."""
    parts, changed = [], max(status.st_mtime, status.st_ctime)
    for name, inner in files_below(str(path)):
        if name.rpartition("/")[2].startswith(_DROPPED):
            continue
        parts.append(f"{name}:{inner.st_size}:{inner.st_mtime_ns}")
        changed = max(changed, inner.st_mtime, inner.st_ctime)
        if len(parts) > _MOST:
            return None
    same = _digest(path.name, str(status.st_ino))
    return Sight(path, _digest(path.name, *sorted(parts)), changed, True, half, left, same)


def files_below(folder: str, above: str = "") -> Iterator[tuple[str, os.stat_result]]:
    """Every file and folder below, by its path from there, but for git's own."""
    with os.scandir(folder) as listing:
        for entry in listing:
            if entry.name == GITS_FOLDER:
                continue
            status = entry.stat(follow_symlinks=False)
            if entry.is_dir(follow_symlinks=False):
                yield from files_below(entry.path, f"{above}{entry.name}/")
            yield above + entry.name, status


def _digest(*parts: str) -> str:
    return sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:32]


# --- folders ----------------------------------------------------------------------------------------------------------
# Where archives are looked for.

INBOX = "inbox"


def folders(vault: Path, chosen: Sequence[Path] = ()) -> tuple[Path, ...]:
    """The folders that were chosen; if none was, those of the usual that are there.

    These are the user's downloads and ``inbox`` beside the vault.
    """
    if chosen:
        return tuple(dict.fromkeys(folder.expanduser().absolute() for folder in chosen))
    usual = (_downloads(), vault.absolute().parent / INBOX)
    return tuple(dict.fromkeys(folder for folder in usual if folder.is_dir()))


def _downloads() -> Path:
    from platformdirs import user_downloads_path

    return user_downloads_path()

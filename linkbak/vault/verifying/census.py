"""Every file under a vault, without following a single link."""

from __future__ import annotations

import os
import stat
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path

from linkbak.vault.reading import opened

UNREADABLE = "cannot be read"


class Census:
    """Every ordinary file with its size, and what is none: links, devices and folders that cannot be read.

    All by their paths in the vault, with forward slashes, sorted.
    """

    def __init__(self, files: dict[str, int], odd: dict[str, str]) -> None:
        self.files = dict(sorted(files.items()))
        self.odd = odd
        self._names = list(self.files)

    def below(self, folder: str) -> Iterator[str]:
        """The ordinary files under a folder, given with its slash."""
        for place in range(bisect_left(self._names, folder), len(self._names)):
            if not self._names[place].startswith(folder):
                return
            yield self._names[place]


def census(top: Path) -> Census:
    """Walks the whole vault; files that come and go meanwhile may be in it or not."""
    files: dict[str, int] = {}
    odd: dict[str, str] = {}
    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            entries = list(os.scandir(top / folder))
        except FileNotFoundError:
            continue
        except OSError:
            odd[folder] = UNREADABLE
            continue
        for entry in entries:
            path = f"{folder}{entry.name}"
            if _is_folder(entry, path):
                folders.append(path + "/")
            else:
                _count(files, odd, entry, path)
    return Census(files, odd)


def read(top: Path, path: str) -> bytes | None:
    """The bytes of an ordinary file; None if there is none or it cannot be read."""
    try:
        descriptor = opened(top / path)
        if descriptor is None:
            return None
        with os.fdopen(descriptor, "rb") as file:
            return file.read()
    except OSError:
        return None


def _is_folder(entry: os.DirEntry[str], path: str) -> bool:
    return entry.is_dir(follow_symlinks=path == ".git")


def _count(files: dict[str, int], odd: dict[str, str], entry: os.DirEntry[str], path: str) -> None:
    try:
        facts = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return
    if stat.S_ISREG(facts.st_mode):
        files[path] = facts.st_size
    else:
        odd[path] = "a link in place of a file" if entry.is_symlink() else "no ordinary file"

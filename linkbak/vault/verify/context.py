"""What a verification shares while it goes on: the files there are, those accounted for, and what was found."""

from __future__ import annotations

import json
import os
import stat
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Literal, NamedTuple

from linkbak.vault.layout import Layout
from linkbak.vault.lock import is_held
from linkbak.vault.reader import opened
from linkbak.vault.snapshots import SnapshotKey

Part = Literal["git", "snapshots", "chain", "copies", "control", "marks", "index", "leftovers", "foreign"]


class Finding(NamedTuple):
    """One thing that is not as linkbak left it.

    `damage` tells what must be mended from what is only told. `place` is a path in the vault or a snapshot's folder,
    `remedy` a sentence and, on further lines, commands to be run in the vault; `snapshots` are those that cannot be
    given back whole because of it.
    """

    damage: bool
    part: Part
    place: str
    what: str
    remedy: str = ""
    snapshots: tuple[SnapshotKey, ...] = ()


class Verified(NamedTuple):
    """What was looked at and what was found.

    `snapshots` are all there are, oldest first, `whole` those that git still gives back byte for byte as far as was
    looked; `files` and `size` (in bytes) are what their manifests list, `compared` how many of these files were
    compared, and `copies` how many files lying open. `marks` is marks.jsonl as committed; `sample` the share asked for.
    """

    findings: tuple[Finding, ...]
    snapshots: tuple[SnapshotKey, ...]
    whole: tuple[SnapshotKey, ...]
    files: int
    size: int
    compared: int
    copies: int
    marks: bytes
    sample: float | None = None

    @property
    def damage(self) -> tuple[Finding, ...]:
        """What must be mended."""
        return tuple(one for one in self.findings if one.damage)

    @property
    def notes(self) -> tuple[Finding, ...]:
        """What is only told."""
        return tuple(one for one in self.findings if not one.damage)


def damage(part: Part, place: str, what: str, remedy: str = "", snapshots: tuple[SnapshotKey, ...] = ()) -> Finding:
    """Something that must be mended."""
    return Finding(True, part, place, what, remedy, snapshots)


def note(part: Part, place: str, what: str, remedy: str = "") -> Finding:
    """Something that is only told."""
    return Finding(False, part, place, what, remedy)


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


class VerifyContext:
    """One vault being verified; every file under it must be accounted for by somebody, or is foreign."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.findings: list[Finding] = []
        self._known: set[str] = set()

    @cached_property
    def census(self) -> Census:
        """The files there are; listed when first asked for, which must not be before the branch has been read."""
        return census(self.layout.top)

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, which is accounted for now; None if there is none that can be read."""
        self._known.add(path)
        return read(self.layout.top, path)

    def account(self, paths: Iterable[str]) -> None:
        """These files have been seen to."""
        self._known.update(paths)

    def left(self) -> list[str]:
        """The files that nobody has seen to."""
        return [path for path in self.census.files if path not in self._known]

    def damage(
        self, part: Part, place: str, what: str, remedy: str = "", snapshots: Sequence[SnapshotKey] = ()
    ) -> None:
        """Notes something that must be mended."""
        self.findings.append(damage(part, place, what, remedy, tuple(snapshots)))

    def note(self, part: Part, place: str, what: str, remedy: str = "") -> None:
        """Notes something that is only told."""
        self.findings.append(note(part, place, what, remedy))

    def writing(self) -> bool:
        """Whether another process is writing to the vault just now."""
        lines = (read(self.layout.top, ".git/linkbak/busy") or b"").splitlines()
        with suppress(ValueError, KeyError, TypeError, OverflowError):
            pid = json.loads(lines[0])["pid"] if lines else 0
            return pid > 0 and _alive(pid)
        return False

    def compacting(self) -> bool:
        """Whether another process is compacting the vault just now."""
        return is_held(self.layout.own / "compact.lock")

    def fetching(self) -> bool:
        """Whether another process is fetching from a copy elsewhere just now."""
        return is_held(self.layout.own / "fetch.lock")


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except OSError:
        return False
    return True

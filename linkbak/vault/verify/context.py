"""The state that a verification shares: all files, those accounted for, and the findings."""

from __future__ import annotations

import json
import os
import re
import stat
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Literal

from linkbak.model import NamedTuple
from linkbak.paths import runs
from linkbak.texts import tr
from linkbak.vault.layout import Layout
from linkbak.vault.lock import is_held
from linkbak.vault.snapshots import SnapshotKey
from linkbak.vault.vault import opened

Part = Literal["git", "snapshots", "chain", "copies", "control", "marks", "index", "leftovers", "foreign"]


class Finding(NamedTuple):
    """One difference from what linkbak wrote.

    `damage` says whether it must be repaired; otherwise it is only a note. `place` is a path in the vault or a
    snapshot's folder, `remedy` a sentence and, on further lines, commands to be run in the vault; `snapshots` are those
    that cannot be given back whole because of it.
    """

    damage: bool
    part: Part
    place: str
    what: str
    remedy: str = ""
    snapshots: tuple[SnapshotKey, ...] = ()


class Verified(NamedTuple):
    """What was compared, and the findings.

    `snapshots` are all snapshots, oldest first, `whole` those that git still gives back byte for byte as far as was
    read; `files` and `size` (in bytes) are what their manifests list, `compared` how many of these files were
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
        """The findings that must be repaired."""
        return tuple(one for one in self.findings if one.damage)

    @property
    def notes(self) -> tuple[Finding, ...]:
        """The findings that are only notes."""
        return tuple(one for one in self.findings if not one.damage)


def damage(part: Part, place: str, what: str, remedy: str = "", snapshots: tuple[SnapshotKey, ...] = ()) -> Finding:
    """A finding that must be repaired."""
    return Finding(True, part, place, what, remedy, snapshots)


def note(part: Part, place: str, what: str, remedy: str = "") -> Finding:
    """A finding that is only a note."""
    return Finding(False, part, place, what, remedy)


_DROPPED = re.compile(
    r"\.DS_Store|\._.*|\.localized|desktop\.ini|Thumbs\.db|Icon[\r\n]|\.dropbox(\.attr)?|.*\.icloud"
    r"|.*\(.*conflicted copy.*\).*|.*\.sync-conflict-\d{8}-.*",
    re.IGNORECASE | re.DOTALL,
)
"""Names of files that Finder, Explorer, AppleDouble and sync programs put into any folder."""
UNREADABLE = tr("cannot be read")
INDEX = ".git/index"
CONE = ".git/info/sparse-checkout"


def is_dropped(path: str) -> bool:
    """Whether a file has the name of one that file managers and sync programs put anywhere."""
    return _DROPPED.fullmatch(path.rpartition("/")[2]) is not None


class Census:
    """Every ordinary file with its size, and everything else: links, devices and folders that cannot be read.

    All by their paths in the vault, with forward slashes, sorted. Files that come and go meanwhile may be in it or not.
    `dropped` are those in `.git` that file managers and sync programs put there.
    """

    def __init__(self, top: Path) -> None:
        files: dict[str, int] = {}
        self.odd: dict[str, str] = {}
        self.dropped: list[str] = []
        folders = [""]
        while folders:
            folder = folders.pop()
            try:
                entries = list(os.scandir(top / folder))
            except FileNotFoundError:
                continue
            except OSError:
                self.odd[folder] = UNREADABLE
                continue
            for entry in entries:
                path = f"{folder}{entry.name}"
                if path.startswith(".git/") and is_dropped(path):
                    self.dropped.append(path)
                    continue
                if entry.is_dir(follow_symlinks=path == ".git"):
                    folders.append(path + "/")
                    continue
                with suppress(FileNotFoundError):
                    facts = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(facts.st_mode):
                        files[path] = facts.st_size
                    else:
                        self.odd[path] = (
                            tr("a link in place of a file") if entry.is_symlink() else tr("no ordinary file")
                        )
        self.files = dict(sorted(files.items()))
        self._names = list(self.files)

    def below(self, folder: str) -> list[str]:
        """The ordinary files under a folder, given with its slash."""
        last = folder[:-1] + chr(ord("/") + 1)
        return self._names[bisect_left(self._names, folder) : bisect_left(self._names, last)]


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


class VerifyContext:
    """One vault being verified; a file under it that no check accounts for is foreign."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.findings: list[Finding] = []
        self._known: set[str] = set()

    @cached_property
    def census(self) -> Census:
        """All files; listed at the first use, which must not be before the branch has been read."""
        return Census(self.layout.top)

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, which is accounted for from now on; None if it cannot be read."""
        self._known.add(path)
        return read(self.layout.top, path)

    def account(self, paths: Iterable[str]) -> None:
        """Account for these files."""
        self._known.update(paths)

    def left(self) -> list[str]:
        """The files not accounted for."""
        return [path for path in self.census.files if path not in self._known]

    def damage(
        self, part: Part, place: str, what: str, remedy: str = "", snapshots: Sequence[SnapshotKey] = ()
    ) -> None:
        """Adds a finding that must be repaired."""
        self.findings.append(damage(part, place, what, remedy, tuple(snapshots)))

    def note(self, part: Part, place: str, what: str, remedy: str = "") -> None:
        """Adds a finding that is only a note."""
        self.findings.append(note(part, place, what, remedy))

    def writing(self) -> bool:
        """Whether another process is writing to the vault just now."""
        lines = (read(self.layout.top, ".git/linkbak/busy") or b"").splitlines()
        with suppress(ValueError, KeyError, TypeError, OverflowError):
            pid = json.loads(lines[0])["pid"] if lines else 0
            return pid > 0 and runs(pid)
        return False

    def compacting(self) -> bool:
        """Whether another process is compacting the vault just now."""
        return is_held(self.layout.own / "compact.lock")

    def busy(self) -> bool:
        """Whether another process is writing, compacting, or fetching from a copy elsewhere just now."""
        return self.writing() or self.compacting() or is_held(self.layout.own / "fetch.lock")

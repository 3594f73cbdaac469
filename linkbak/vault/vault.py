"""A vault: one git repository of snapshots and marks."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from linkbak.errors import NoSuchSnapshot, NoVault, VaultDamaged
from linkbak.model import Manifest

from . import config, creating, manifest
from .catalogue import Catalogue
from .git import Git, check_version
from .journal import Journal
from .layout import FORMAT, MANIFEST, MARKS, SETTINGS, Layout
from .locking import locked, orderly_end, wait_for_git
from .objects import Objects, head
from .reading import SnapshotFiles
from .recovery import recover
from .summary import SnapshotKey, Summary, checked
from .worktree import WorkTree, newest, visible_setting
from .writing import Writer

_FORMAT = re.compile(r"^format\s*=\s*(\d{1,9})\s*(?:#.*)?$", re.ASCII | re.MULTILINE)


class Vault:
    """Snapshots in, snapshots out. Reading needs no lock and never writes to the vault; close it when done."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._layout = Layout(path)
        self._git = Git(path)
        self._objects = Objects(self._git)
        self._catalogue = Catalogue(self._layout, self._objects)

    @classmethod
    def open(cls, path: Path) -> Vault:
        """The vault at `path`."""
        _check_there(Layout(path))
        return cls(path)

    @classmethod
    def create(cls, path: Path) -> Vault:
        """A new vault at `path`, or the one that is there already; any other folder that is not empty is refused."""
        creating.create(path)
        return cls.open(path)

    def accounts(self) -> tuple[str, ...]:
        """Every account that has a snapshot, ``<network>-<account>``, sorted."""
        return tuple(sorted({one.key.account for one in self._summaries()}))

    def summaries(self, account: str | None = None) -> tuple[Summary, ...]:
        """Every snapshot, or those of one account, oldest first."""
        found = self._summaries()
        return found if account is None else tuple(one for one in found if one.key.account == account)

    def manifest(self, key: SnapshotKey) -> Manifest:
        """What a snapshot holds and where it came from."""
        return manifest.loads(self.manifest_text(key), key.folder)

    def manifest_text(self, key: SnapshotKey) -> bytes:
        """A snapshot's manifest as it was written."""
        found = self._objects.get(f"{head(self._layout.git)}:{checked(key).folder}/{MANIFEST}")
        if found is None:
            raise NoSuchSnapshot(f"there is no snapshot {key.id} of {key.account}", hint="`linkbak log` lists them.")
        return found.data

    def files(self, key: SnapshotKey) -> SnapshotFiles:
        """A snapshot's files, byte for byte as they were imported."""
        kept = self.manifest(key)
        return SnapshotFiles(self._git, self._objects, head(self._layout.git), key, kept)

    def altered(self, key: SnapshotKey) -> tuple[str, ...]:
        """The files of a snapshot lying open that somebody changed or removed; what was kept is safe in git."""
        return tuple(self.files(key).differing())

    def marks(self) -> tuple[dict[str, Any], ...]:
        """What the user told us, oldest first; only what was committed counts."""
        found = self._objects.get(f"{head(self._layout.git)}:{MARKS}")
        lines = found.data.splitlines() if found else []
        return tuple(_mark(line, number) for number, line in enumerate(lines, start=1) if line.strip())

    @contextmanager
    def writing(self, command: str = "import") -> Iterator[Writer]:
        """Gives a `Writer` while nobody else writes; first clears what an interrupted command left.

        Waits up to LINKBAK_LOCK_WAIT seconds (60) for another writer. Whether the block ends well or by an error or a
        signal, what was not committed is gone afterwards.
        """
        with orderly_end(), self._checks() as checks, locked(self._layout) as descriptor:
            self._git.held = descriptor
            try:
                writer = self._ready(checks(), command)
                try:
                    yield writer
                except BaseException:
                    writer.abandon()
                    raise
                writer.finish()
            finally:
                self._git.held = None

    def close(self) -> None:
        """Ends the git program that reads for this vault and keeps what listing it took, for the next time."""
        self._objects.close()

    def __enter__(self) -> Vault:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _summaries(self) -> tuple[Summary, ...]:
        self._catalogue.refresh()
        if self._git.held is None:
            self._catalogue.save()
        return self._catalogue.summaries()

    @contextmanager
    def _checks(self) -> Iterator[Callable[[], frozenset[str]]]:
        """Asks git for its version and the vault's configuration; the answer, when called for, is what is configured.

        Both are asked at once, and while the lock is being taken.
        """
        words = [("version",), config.listing()]
        running = [self._git.start(*some) for some in words]

        def answer() -> frozenset[str]:
            printed = [self._git.finish(one, some[0]) for one, some in zip(running, words, strict=True)]
            check_version(printed[0])
            return config.check(printed[1])

        try:
            yield answer
        finally:
            for one in running:
                self._git.end(one)

    def _ready(self, configured: frozenset[str], command: str) -> Writer:
        """Everything as an orderly command would have left it, and the note that another one begins."""
        layout, journal = self._layout, Journal(self._layout)
        config.check_elsewhere(layout)
        interrupted = journal.there
        if interrupted:
            recover(layout, self._git, self._objects)
        else:
            wait_for_git(layout)
        incomplete = config.settle(layout, self._git, configured)
        _make_private(layout)
        self._catalogue.refresh()
        visible = visible_setting(layout)
        keys = [one.key for one in self._catalogue.summaries()]
        worktree = WorkTree(layout, self._git, visible, newest(keys, visible))
        worktree.stale = worktree.stale or interrupted or incomplete
        journal.begin(command)
        return Writer(layout, self._git, self._objects, self._catalogue, worktree)


def _check_there(layout: Layout) -> None:
    """Refuses a place that is no vault, a vault of a later linkbak, and one whose branch is gone."""
    if not layout.git.is_dir() or creating.unfinished(layout):
        raise NoVault(f"there is no vault at {layout.top}", hint="The first `linkbak import ARCHIVE` makes one.")
    try:
        text = (layout.top / SETTINGS).read_text("utf-8", "replace")
    except OSError:
        raise NoVault(
            f"{layout.top} is a git repository but no vault: it has no {SETTINGS}",
            hint=f"If it was one, `git checkout {SETTINGS}` there brings it back.",
        ) from None
    found = _FORMAT.search(text)
    if found is None or int(found[1]) > FORMAT:
        wrong = f"has format {found[1]}; this linkbak knows up to {FORMAT}" if found else "does not say its format"
        raise VaultDamaged(f"the vault at {layout.top} {wrong}", hint="Install a newer linkbak." if found else "")
    head(layout.git)


def _make_private(layout: Layout) -> None:
    """Closes a vault that was cloned or copied to a folder others can open."""
    with suppress(OSError):
        if layout.top.stat().st_mode & 0o077:
            layout.top.chmod(0o700)


def _mark(line: bytes, number: int) -> dict[str, Any]:
    try:
        mark = json.loads(line)
    except ValueError:
        mark = None
    if not isinstance(mark, dict):
        raise VaultDamaged(f"{MARKS}, line {number}: not a mark")
    return mark

"""A vault, open for reading: one git repository of snapshots and marks, and the files of each snapshot."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import stat
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from linkbak.errors import NoSuchSnapshot, NoVault, VaultDamaged
from linkbak.model import FileFacts, Manifest
from linkbak.texts import tr
from linkbak.vault import manifest
from linkbak.vault.git import Git, Objects, branch, head
from linkbak.vault.layout import (
    ARCHIVE,
    CREATING,
    FORMAT,
    MANIFEST,
    MARKS,
    SETTINGS,
    Layout,
    not_readable,
    on_this_machine,
)
from linkbak.vault.snapshots import Catalogue, SnapshotKey, Summary, checked

if TYPE_CHECKING:
    from subprocess import Popen

_FORMAT = re.compile(r"^format\s*=\s*(\d{1,9})\s*(?:#.*)?$", re.ASCII | re.MULTILINE)


class Vault:
    """Reads what was kept. Reading needs no lock and never writes to the vault; close it when done.

    `write_transaction` of the module `writer` writes to it, `create_vault` makes a new one.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.layout = Layout(path)
        self.git = Git(path)
        self.objects = Objects(self.git)
        self.catalogue = Catalogue(self.layout, self.objects)

    @classmethod
    def open(cls, path: Path) -> Vault:
        """The vault at `path`."""
        _check_there(Layout(path))
        return cls(path)

    def newest(self) -> str:
        """The id of the newest commit: while it stays the same, nothing in the vault has changed."""
        return head(self.layout.git)

    def accounts(self) -> tuple[str, ...]:
        """Every account that has a snapshot, ``<network>-<account>``, sorted."""
        return tuple(sorted({one.key.account for one in self.summaries()}))

    def summaries(self, account: str | None = None) -> tuple[Summary, ...]:
        """Every snapshot that is not set aside, or those of one account, oldest first."""
        found = self._refreshed().summaries()
        return found if account is None else tuple(one for one in found if one.key.account == account)

    def every(self) -> tuple[Summary, ...]:
        """Every snapshot, those that the user has set aside too, oldest first."""
        return self._refreshed().every()

    def set_aside(self) -> frozenset[SnapshotKey]:
        """The snapshots that the user has set aside: kept, but left out of every answer."""
        return self._refreshed().aside

    def manifest(self, key: SnapshotKey) -> Manifest:
        """What a snapshot holds and where it came from."""
        return manifest.loads(self.manifest_text(key), key.folder)

    def manifest_text(self, key: SnapshotKey) -> bytes:
        """The bytes of a snapshot's manifest."""
        folder = f"{head(self.layout.git)}:{checked(key).folder}"
        found = self.objects.get(f"{folder}/{MANIFEST}")
        if found is not None:
            return found.data
        if self.objects.get(folder) is not None:
            raise VaultDamaged(tr("{snapshot}: git cannot read the manifest", snapshot=key.folder))
        if key in (one.key for one in self.every()):
            raise VaultDamaged(
                tr("{snapshot}: git cannot read the snapshot, which the vault holds", snapshot=key.folder)
            )
        raise NoSuchSnapshot(
            tr("there is no snapshot {snapshot} of {account}", snapshot=key.id, account=key.account),
            hint=tr("`linkbak log` lists them."),
        )

    def files(self, key: SnapshotKey) -> SnapshotFiles:
        """A snapshot's files, byte for byte as they were imported."""
        return SnapshotFiles(self.git, self.objects, head(self.layout.git), key, self.manifest(key))

    def marks(self) -> tuple[dict[str, Any], ...]:
        """The user's marks, oldest first; only committed ones count."""
        found = self.objects.at_top(head(self.layout.git), MARKS)
        lines = found.data.splitlines() if found else []
        return tuple(_mark(line, number) for number, line in enumerate(lines, start=1) if line.strip())

    def close(self) -> None:
        """Ends the git program that reads for this vault."""
        self.objects.close()

    def __enter__(self) -> Vault:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _refreshed(self) -> Catalogue:
        self.catalogue.refresh()
        if self.git.held is None:
            self.catalogue.save()
        return self.catalogue


def unfinished(layout: Layout) -> bool:
    """Whether the creation of a vault began here and never came to its commit."""
    if branch(layout.git) or not layout.own.is_dir():
        return False
    try:
        journal = layout.busy.read_bytes()
    except FileNotFoundError:
        journal = b""
    return f'"command": "{CREATING}"'.encode() in journal or not (layout.git / "objects").exists()


def _check_there(layout: Layout) -> None:
    """Refuses a place that is no vault, a vault of a later linkbak, and one whose branch is gone."""
    with on_this_machine(layout.top):
        there = layout.git.is_dir() and not unfinished(layout)
    if not there:
        raise NoVault(
            tr("there is no vault at {place}", place=layout.top),
            hint=tr("The first `linkbak import ARCHIVE` makes one."),
        )
    try:
        text = (layout.top / SETTINGS).read_text("utf-8", "replace")
    except PermissionError:
        raise not_readable(layout.top / SETTINGS, layout.top) from None
    except OSError:
        raise NoVault(
            tr("{place} is a git repository but no vault: it has no {file}", place=layout.top, file=SETTINGS),
            hint=tr("If it was one, `git checkout {file}` there brings it back.", file=SETTINGS),
        ) from None
    check_format(text, tr("the vault at {place}", place=layout.top))
    head(layout.git)


def check_format(settings: str, which: str) -> None:
    """Refuses a vault of a later linkbak; `which` says in errors whose settings these are."""
    found = _FORMAT.search(settings)
    if found is None or int(found[1]) > FORMAT:
        wrong = (
            tr("has format {format}; this linkbak knows up to {most}", format=found[1], most=FORMAT)
            if found
            else tr("does not say its format")
        )
        raise VaultDamaged(f"{which} {wrong}", hint=tr("Install a newer linkbak.") if found else "")


def _mark(line: bytes, number: int) -> dict[str, Any]:
    try:
        mark = json.loads(line)
    except ValueError:
        mark = None
    if not isinstance(mark, dict):
        raise VaultDamaged(tr("{file}, line {number}: not a mark", file=MARKS, number=number))
    return mark


# --- files ------------------------------------------------------------------------------------------------------------
# Those of a kept snapshot: from the work tree where they are unchanged, else from git.

SMALL = 8 << 20  # up to this many bytes a file is read at once
_BUFFER = 1 << 20


class SnapshotFiles:
    """One snapshot's files, read-only."""

    def __init__(self, git: Git, objects: Objects, commit: str, key: SnapshotKey, manifest: Manifest) -> None:
        self._git = git
        self._objects = objects
        self._files = {file.path: file for file in manifest.files}
        self._folder = git.top / key.folder / ARCHIVE
        self._prefix = f"{commit}:{key.folder}/{ARCHIVE}/"

    @property
    def paths(self) -> tuple[str, ...]:
        """Every file's path inside the archive, in the archive's order."""
        return tuple(self._files)

    def open(self, path: str, *, compared: bool = True) -> IO[bytes]:
        """The file's bytes from the start; VaultDamaged, at the latest at their end, if they differ from those kept.

        Callers that check the digest themselves may read a large one from git unchecked, not `compared` here.
        """
        facts = self._files.get(path)
        if facts is None:
            raise NoSuchSnapshot(tr("the snapshot holds no such file"))
        return self._lying_open(facts) or self._from_git(facts, compared=compared)

    def _lying_open(self, facts: FileFacts) -> IO[bytes] | None:
        """The copy in the work tree, if there is one and it is unchanged."""
        descriptor = opened(self._folder / (facts.stored or facts.path))
        if descriptor is None:
            return None
        handle: IO[bytes] = os.fdopen(descriptor, "rb", buffering=_BUFFER)
        if os.fstat(descriptor).st_size == facts.bytes:
            if facts.bytes <= SMALL:
                with handle:
                    data = handle.read()
                if hashlib.sha256(data).hexdigest() == facts.sha256:
                    return io.BytesIO(data)
            elif hashlib.file_digest(handle, "sha256").hexdigest() == facts.sha256:  # type: ignore[arg-type]
                handle.seek(0)
                return handle
        handle.close()
        return None

    def _from_git(self, facts: FileFacts, *, compared: bool) -> IO[bytes]:
        name = self._prefix + (facts.stored or facts.path)
        if facts.bytes > SMALL:
            return io.BufferedReader(_Stream(self._git, name, facts, compared=compared), _BUFFER)
        found = self._objects.get(name)
        if found is None or hashlib.sha256(found.data).hexdigest() != facts.sha256:
            raise damaged_file(facts)
        return io.BytesIO(found.data)


class _Stream(io.RawIOBase):
    """A large file read from git piece by piece; if it is to be `compared`, its digest is checked on the way."""

    def __init__(self, git: Git, name: str, facts: FileFacts, *, compared: bool) -> None:
        import subprocess

        self._git = git
        self._facts = facts
        self._digest = hashlib.sha256() if compared else None
        streaming = "core.bigFileThreshold=16m"  # else git holds all of it in memory
        words = ("-c", streaming, "cat-file", "blob", name)
        self._process: Popen[bytes] = git.start(
            *words, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, writes=False
        )

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        assert self._process.stdout is not None
        size = self._process.stdout.readinto(buffer)  # type: ignore[attr-defined]  # a BufferedReader
        if self._digest is not None:
            self._digest.update(buffer[:size])
            if not size and len(buffer) and self._digest.hexdigest() != self._facts.sha256:
                raise damaged_file(self._facts)
        return int(size)

    def close(self) -> None:
        if not self.closed:
            self._git.end(self._process)
        super().close()


def opened(path: Path | str) -> int | None:
    """A descriptor of an ordinary file; None for a link, a device or nothing."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    return None


def damaged_file(facts: FileFacts) -> VaultDamaged:
    """The error where a kept file's bytes are not those that were kept."""
    return VaultDamaged(tr("{path}: the kept file is damaged", path=facts.path))

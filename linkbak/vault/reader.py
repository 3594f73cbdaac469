"""The files of a kept snapshot: out of the work tree where they are what they were, else out of git."""

from __future__ import annotations

import hashlib
import io
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

from linkbak.errors import NoSuchSnapshot, VaultDamaged
from linkbak.model import FileFacts, Manifest
from linkbak.vault.git import Git
from linkbak.vault.layout import ARCHIVE
from linkbak.vault.objects import Objects
from linkbak.vault.snapshots import SnapshotKey

if TYPE_CHECKING:
    from subprocess import Popen

SMALL = 8 << 20  # up to this many bytes a file is read at once
_BUFFER = 1 << 20


class SnapshotFiles:
    """One snapshot's files, read-only.

    `altered` fills, as files are opened, with the paths whose open copy is not what was kept; their bytes come
    from git.
    """

    def __init__(self, git: Git, objects: Objects, commit: str, key: SnapshotKey, manifest: Manifest) -> None:
        self._git = git
        self._objects = objects
        self._files = {file.path: file for file in manifest.files}
        self._folder = git.top / key.folder / ARCHIVE
        self._prefix = f"{commit}:{key.folder}/{ARCHIVE}/"
        self.altered: list[str] = []

    @property
    def paths(self) -> tuple[str, ...]:
        """Every file's path inside the archive, in the archive's order."""
        return tuple(self._files)

    def open(self, path: str) -> IO[bytes]:
        """The file's bytes from the start; VaultDamaged, at the latest at their end, if they are not those kept."""
        facts = self._files.get(path)
        if facts is None:
            raise NoSuchSnapshot("the snapshot holds no such file")
        return self._lying_open(facts) or self._from_git(facts)

    def differing(self) -> Iterator[str]:
        """The paths whose open copy in the work tree was altered or is missing though the snapshot lies open."""
        if self._folder.is_dir():
            for facts in self._files.values():
                handle = self._lying_open(facts)
                if handle is None:
                    yield facts.path
                else:
                    handle.close()

    def _lying_open(self, facts: FileFacts) -> IO[bytes] | None:
        """The copy in the work tree, if there is one and it is what was kept."""
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
        if facts.path not in self.altered:
            self.altered.append(facts.path)
        return None

    def _from_git(self, facts: FileFacts) -> IO[bytes]:
        name = self._prefix + (facts.stored or facts.path)
        if facts.bytes > SMALL:
            return io.BufferedReader(_Stream(self._git, name, facts), _BUFFER)
        found = self._objects.get(name)
        if found is None or hashlib.sha256(found.data).hexdigest() != facts.sha256:
            raise _damaged(facts)
        return io.BytesIO(found.data)


class _Stream(io.RawIOBase):
    """A large file coming out of git, compared with its digest as it passes."""

    def __init__(self, git: Git, name: str, facts: FileFacts) -> None:
        import subprocess

        self._git = git
        self._facts = facts
        self._digest = hashlib.sha256()
        self._process: Popen[bytes] = git.start(
            "cat-file", "blob", name, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, writes=False
        )

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        assert self._process.stdout is not None
        data = self._process.stdout.read(len(buffer))
        buffer[: len(data)] = data
        self._digest.update(data)
        if not data and len(buffer) and self._digest.hexdigest() != self._facts.sha256:
            raise _damaged(self._facts)
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._git.end(self._process)
        super().close()


def opened(path: Path) -> int | None:
    """A descriptor of an ordinary file; None for a link, a device or nothing."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    return None


def _damaged(facts: FileFacts) -> VaultDamaged:
    return VaultDamaged(f"{facts.path}: the kept file is damaged")

"""The vault as a git bundle: one file that `git clone` reads; the whole vault, or what is new since a commit."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from linkbak.errors import VaultDamaged
from linkbak.model import NamedTuple
from linkbak.remotes.address import read_address
from linkbak.remotes.git import MAIN, isolated_repository
from linkbak.remotes.pull import download
from linkbak.texts import tr
from linkbak.vault import BRANCH, Git, create_private, head, on_this_machine
from linkbak.vault.repository import open_repository

if TYPE_CHECKING:
    from git import Git as GitPython

_FIRST_LINES = (b"# v2 git bundle\n", b"# v3 git bundle\n")
_LONGEST = 1 << 20
_SETTINGS = ("pack.windowMemory=64m", "pack.deltaCacheSize=64m", "pack.threads=2")
"""Limits git's memory: long lists may otherwise take a gigabyte."""


class Contents(NamedTuple):
    """The head of a bundle: its newest commit, and the commits that must exist already."""

    commit: str
    needs: tuple[str, ...]


class NoBundle(VaultDamaged):
    """The file is no git bundle, or not that of a whole branch."""


class Stream:
    """The bundle as git writes it; its end raises an error unless it is whole."""

    def __init__(self, process: GitPython.AutoInterrupt) -> None:
        self._process = process
        self._start = b""

    def read(self, size: int) -> bytes:
        """The next bytes, b"" at the end, which raises if git could not write all."""
        data: bytes = self._process.stdout.read(size)
        if len(self._start) < _LONGEST and b"\n\n" not in self._start:
            self._start += data
        if not data:
            self._process.wait()
        return data

    @property
    def contents(self) -> Contents:
        """The bundle's head; known once its beginning has been read."""
        return read_contents(io.BytesIO(self._start))


@contextmanager
def bundled(place: Path, since: str = "") -> Iterator[Stream]:
    """Yields the vault as a bundle: the whole of it, or what is new since a commit."""
    git = Git(place)
    if (git.git_dir / "shallow").exists():
        raise VaultDamaged(
            tr("the vault's history is cut off, so that no copy of it would be whole"),
            hint=tr("`git fetch --unshallow` in the vault brings the rest from where it was cloned."),
        )
    git.flags = tuple(word for setting in _SETTINGS for word in ("-c", setting))
    words = ("create", "--quiet", "-", "HEAD", BRANCH, *([f"^{since}"] if since else []))
    with open_repository(git) as repo:
        yield Stream(repo.git.bundle(*words, as_process=True))


def read_contents(stream: IO[bytes]) -> Contents:
    """The head of a bundle, from its first bytes. Raises NoBundle."""
    if stream.readline(100) not in _FIRST_LINES:
        raise NoBundle(tr("it holds no git bundle"), hint="")
    commit, needs, read = "", [], 0
    while (line := stream.readline(_LONGEST)) not in (b"\n", b""):
        read += len(line)
        if read > _LONGEST or line.startswith(b"@filter"):
            break
        first, _, rest = line.decode("utf-8", "replace").rstrip("\n").partition(" ")
        if first.startswith("-"):
            needs.append(first[1:])
        elif rest == MAIN:
            commit = first
    if line != b"\n" or not commit:
        raise NoBundle(tr("it holds a git bundle, but not one of a whole branch {branch}", branch=BRANCH), hint="")
    return Contents(commit, tuple(needs))


def goes_back_to(place: Path, commit: str) -> bool:
    """Whether a commit is part of the vault's history."""
    git = Git(place)
    return _is_part_of(git, commit, head(git.git_dir))


def _is_part_of(git: Git, commit: str, later: str) -> bool:
    """Whether a commit is part of the history of a later one."""
    return _holds(git, "merge-base", "--is-ancestor", commit, later)


def _holds(git: Git, *words: str) -> bool:
    """Whether a question to git, which answers by its status, is true."""
    process = git.start(*words, writes=False)
    git.communicate(process)
    return process.returncode == 0


# --- joined bundles ---------------------------------------------------------------------------------------------------
# A whole bundle and those that continue it, joined into one whole bundle in a separate repository.


class Joined:
    """The newest commit joined so far."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._git = Git(folder)
        self._tip = ""

    def knows(self, commit: str) -> bool:
        """Whether a commit has been joined already."""
        return _holds(self._git, "cat-file", "-e", f"{commit}^{{commit}}")

    def add(self, bundle: Path, brings: Contents) -> None:
        """Adds a bundle whose prerequisites are there. Raises VaultDamaged if its history is another one."""
        if not self.knows(brings.commit):
            download(self._folder, read_address(str(bundle)))
        if self._tip and _is_part_of(self._git, brings.commit, self._tip):
            return
        if self._tip and not _is_part_of(self._git, self._tip, brings.commit):
            raise VaultDamaged(
                tr("these are copies of two vaults that have gone separate ways"),
                hint=tr("Unseal one of them, and then the other onto it."),
            )
        self._tip = brings.commit
        self._git.run("update-ref", MAIN, brings.commit)

    def write(self, target: Path) -> None:
        """Writes everything joined so far as one bundle."""
        with (
            bundled(self._folder) as stream,
            on_this_machine(target.parent),
            os.fdopen(create_private(target), "wb") as file,
        ):
            while data := stream.read(1 << 20):
                file.write(data)


@contextmanager
def joining(folder: Path, commit: str) -> Iterator[Joined]:
    """Gives a repository without anything in it, for bundles whose commits have names like that of `commit`."""
    with isolated_repository(folder, sha256=len(commit) > 40):
        yield Joined(folder)

"""Reads git's objects through one ``cat-file --batch`` that stays open, and finds the newest commit without git."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from linkbak.errors import VaultDamaged
from linkbak.vault.git import Git
from linkbak.vault.layout import BRANCH

if TYPE_CHECKING:
    from subprocess import Popen


_AHEAD = 400  # requests sent before their answers are read: all fit into the pipe, so neither side waits for ever
_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class Found(NamedTuple):
    """One object."""

    id: str
    kind: str
    data: bytes


class Objects:
    """The objects of one vault; starts git when first asked."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._process: Popen[bytes] | None = None

    def get(self, name: str) -> Found | None:
        """The object that git calls `name` (an id, or ``<commit>:<path>``), None if there is none."""
        return next(self.each([name]))

    def each(self, names: Sequence[str]) -> Iterator[Found | None]:
        """The objects in the order of their names, read ahead in one go."""
        for start in range(0, len(names), _AHEAD):
            some = names[start : start + _AHEAD]
            if self._process is None:
                import subprocess

                self._process = self._git.start("cat-file", "--batch", stderr=subprocess.DEVNULL, writes=False)
            process = self._process
            assert process.stdin is not None
            try:
                process.stdin.write(b"".join(name.encode() + b"\n" for name in some))
                process.stdin.flush()
            except OSError:
                raise self._broken() from None
            answers = [self._answer(process) for _ in some]
            yield from answers

    def at_top(self, commit: str, name: str) -> Found | None:
        """What a commit holds under a name at its top, None if it holds nothing there.

        What cannot be read is not taken for nothing: raises VaultDamaged.
        """
        found = self.get(f"{commit}:{name}")
        if found is None:
            tree = self.get(f"{commit}^{{tree}}")
            if tree is None or any(one.name == name for one in tree_entries(tree)):
                raise VaultDamaged(f"git cannot read {name} in the vault's newest commit")
        return found

    def close(self) -> None:
        """Ends git."""
        if self._process is not None:
            self._git.end(self._process)
            self._process = None

    def _answer(self, process: Popen[bytes]) -> Found | None:
        assert process.stdout is not None
        words = process.stdout.readline().split()
        if words and words[-1] in (b"missing", b"ambiguous"):
            return None
        if len(words) != 3:
            raise self._broken()
        size = int(words[2])
        try:
            data = process.stdout.read(size + 1)
        except (MemoryError, OverflowError):  # a damaged pack may claim any size
            raise self._broken() from None
        if len(data) != size + 1:
            raise self._broken()
        return Found(words[0].decode(), words[1].decode(), data[:-1])

    def _broken(self) -> VaultDamaged:
        self.close()
        return VaultDamaged("git cannot read an object of the vault")


class TreeEntry(NamedTuple):
    """What a tree object says of one file or folder."""

    name: str
    mode: bytes
    id: str


FOLDER_MODE, FILE_MODE = b"40000", b"100644"
"""The modes of a folder, and of the only kind of file there is in a vault."""


def tree_entries(found: Found) -> Iterator[TreeEntry]:
    """Everything directly in a tree object; raises ValueError or IndexError if it is none, or a damaged one."""
    if found.kind != "tree":
        raise ValueError("not a tree")
    data, size, at = found.data, len(found.id) // 2, 0
    while at < len(data):
        end = data.index(b"\0", at)
        mode, name = data[at:end].split(b" ", 1)
        at = end + 1 + size
        yield TreeEntry(name.decode("utf-8", "surrogateescape"), mode, data[end + 1 : at].hex())


def blob_id(size: int, chunks: Iterable[bytes], width: int) -> str:
    """The name that git gives a file of so many bytes; `width` is that of its names, 40 or 64 digits."""
    digest = hashlib.sha1(usedforsecurity=False) if width == 40 else hashlib.sha256()
    digest.update(b"blob %d\0" % size)
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def names_in_pack(git: Git, index: Path) -> list[str]:
    """The objects that a pack's index names, in the order of the pack."""
    with index.open("rb") as file:
        printed = git.finish(git.start("show-index", stdin=file), "show-index")
    lines = (line.split() for line in printed.decode("ascii", "replace").splitlines())
    return [name for _, name in sorted((int(words[0]), words[1]) for words in lines if len(words) >= 2)]


def folders(found: Found) -> dict[str, str]:
    """Name and id of the folders directly in a tree object."""
    return {one.name: one.id for one in tree_entries(found) if one.mode == FOLDER_MODE} if found.kind == "tree" else {}


def head(git_dir: Path) -> str:
    """The id of the newest commit; refuses a vault whose branch is not the one linkbak writes to."""
    try:
        pointer = (git_dir / "HEAD").read_text("utf-8", "replace").strip()
    except OSError:
        raise VaultDamaged("the vault has no .git/HEAD") from None
    if pointer != f"ref: refs/heads/{BRANCH}":
        raise VaultDamaged(f"the vault is not on its branch {BRANCH}", hint=f"Run `git switch {BRANCH}` in the vault.")
    commit = branch(git_dir)
    if not commit:
        raise VaultDamaged(f"the vault's branch {BRANCH} has no commit")
    return commit


def branch(git_dir: Path) -> str:
    """The id of the branch's commit, "" if there is none or none that can be read."""
    with suppress(OSError):
        named = (git_dir / "refs" / "heads" / BRANCH).read_text("ascii", "replace").strip()
        return named if _ID.fullmatch(named) else ""
    with suppress(OSError):
        for line in (git_dir / "packed-refs").read_text("utf-8", "replace").splitlines():
            if line.endswith(f" refs/heads/{BRANCH}"):
                named = line.split()[0]
                return named if _ID.fullmatch(named) else ""
    return ""

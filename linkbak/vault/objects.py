"""Reads git's objects through one ``cat-file --batch`` that stays open, and finds the newest commit without git."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
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
            process = self._running()
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

    def _running(self) -> Popen[bytes]:
        if self._process is None:
            import subprocess

            self._process = self._git.start("cat-file", "--batch", stderr=subprocess.DEVNULL, writes=False)
        return self._process

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
    try:
        loose = (git_dir / "refs" / "heads" / BRANCH).read_text("ascii", "replace").strip()
    except OSError:
        loose = _packed(git_dir)
    return loose if _ID.fullmatch(loose) else ""


def _packed(git_dir: Path) -> str:
    try:
        lines = (git_dir / "packed-refs").read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    return next((line.split()[0] for line in lines if line.endswith(f" refs/heads/{BRANCH}")), "")


# --- commits ----------------------------------------------------------------------------------------------------------
# Makes a commit out of the newest one and some files: one ``fast-import``, which looks at no index and no work tree.
# What somebody has edited or staged in the vault can therefore never slip into it, and the cost does not grow with the
# number of snapshots.

WHO = b"linkbak <linkbak@localhost>"


class Committed(NamedTuple):
    """A new commit, and the ids of the folders that were asked for."""

    id: str
    trees: tuple[str, ...]


class StoredObject(NamedTuple):
    """A file or a folder that git has already: its id, and its mode."""

    id: str
    mode: bytes = b"40000"


def commit(
    git: Git, head: str, message: str, files: Mapping[str, str | bytes], folders: Sequence[str] = ()
) -> Committed:
    """Commits `files` (path to blob id, or to the bytes themselves) on top of `head`, "" for the first commit.

    The branch moves in one step at the very end, and only if it still is at `head`.
    """
    feed = [_opened(message, int(time.time()), [head] if head else [])]
    feed += (_put(path, content) for path, content in files.items())
    return _committed(git, feed, folders)


def commit_merge(
    git: Git, parents: Sequence[str], message: str, when: int, changes: Mapping[str, str | bytes | StoredObject | None]
) -> str:
    """Commits what `changes` makes of the first of two commits as the next one of both; gives its id.

    None takes a file or folder away. All of it depends on what is given alone, so that every machine makes the same
    commit. The branch moves as in `commit`, and only if it still is at one of the two.
    """
    feed = [_opened(message, when, parents)]
    feed += (_put(path, content) for path, content in changes.items())
    return _committed(git, feed, ()).id


def _opened(message: str, when: int, parents: Sequence[str]) -> bytes:
    lines = [b"feature done\ncommit refs/heads/%s\nmark :1\n" % BRANCH.encode()]
    lines.append(b"committer %s %d +0000\n" % (WHO, when))
    lines.append(_data(message.replace("\0", "").encode("utf-8", "replace")))
    lines += (b"%s %s\n" % (word, parent.encode()) for word, parent in zip((b"from", b"merge"), parents, strict=False))
    return b"".join(lines)


def _put(path: str, content: str | bytes | StoredObject | None) -> bytes:
    where = path.encode()
    if content is None:
        return b"D %s\n" % where
    if isinstance(content, StoredObject):
        return b"M %s %s %s\n" % (content.mode.zfill(6), content.id.encode(), where)
    if isinstance(content, str):
        return b"M 100644 %s %s\n" % (content.encode(), where)
    return b"M 100644 inline %s\n" % where + _data(content)


def _committed(git: Git, feed: Sequence[bytes], folders: Sequence[str]) -> Committed:
    asked = [b'ls "%s"\n' % folder.encode() for folder in folders]
    answers = git.run("fast-import", "--quiet", "--done", feed=b"".join([*feed, *asked, b"get-mark :1\ndone\n"]))
    lines = answers.decode().splitlines()
    if len(lines) != len(folders) + 1:
        raise VaultDamaged("git did not say what it committed")
    return Committed(lines[-1], tuple(line.split()[2] for line in lines[:-1]))


def _data(content: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(content), content)

"""Makes a commit out of the newest one and some files: one ``fast-import``, which looks at no index and no work tree.

What somebody has edited or staged in the vault can therefore never slip into it, and the cost does not grow with the
number of snapshots.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from linkbak.errors import VaultDamaged
from linkbak.vault.git import Git
from linkbak.vault.layout import BRANCH

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

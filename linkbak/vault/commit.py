"""Makes a commit out of the newest one and some files: one ``fast-import``, which looks at no index and no work tree.

What somebody has edited or staged in the vault can therefore never slip into it, and the cost does not grow with
the number of snapshots.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from linkbak.errors import VaultDamaged

from .git import Git
from .layout import BRANCH

WHO = b"linkbak <linkbak@localhost>"


class Committed(NamedTuple):
    """A new commit, and the ids of the folders that were asked for."""

    id: str
    trees: tuple[str, ...]


def commit(
    git: Git, head: str, message: str, files: Mapping[str, str | bytes], folders: Sequence[str] = ()
) -> Committed:
    """Commits `files` (path to blob id, or to the bytes themselves) on top of `head`, "" for the first commit.

    The branch moves in one step at the very end, and only if it still is at `head`.
    """
    feed = [b"feature done\ncommit refs/heads/%s\nmark :1\n" % BRANCH.encode()]
    feed.append(b"committer %s %d +0000\n" % (WHO, int(time.time())))
    feed.append(_data(message.replace("\0", "").encode("utf-8", "replace")))
    if head:
        feed.append(b"from %s\n" % head.encode())
    for path, content in files.items():
        where = content.encode() if isinstance(content, str) else b"inline"
        feed.append(b"M 100644 %s %s\n" % (where, path.encode()))
        if isinstance(content, bytes):
            feed.append(_data(content))
    feed.extend(b'ls "%s"\n' % folder.encode() for folder in folders)
    feed.append(b"get-mark :1\ndone\n")
    answers = git.run("fast-import", "--quiet", "--done", feed=b"".join(feed)).decode().splitlines()
    if len(answers) != len(folders) + 1:
        raise VaultDamaged("git did not say what it committed")
    return Committed(answers[-1], tuple(line.split()[2] for line in answers[:-1]))


def _data(content: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(content), content)

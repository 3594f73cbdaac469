"""A turn at writing: alone, in a vault found in order, and left in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from . import config
from .catalogue import Catalogue
from .git import Git, check_version
from .journal import Journal
from .layout import Layout
from .locking import locked, orderly_end, wait_for_git
from .objects import Objects
from .recovery import recover
from .worktree import WorkTree, newest, visible_setting
from .writing import Writer


@contextmanager
def turn(layout: Layout, git: Git, objects: Objects, catalogue: Catalogue, command: str) -> Iterator[Writer]:
    """Gives a Writer once nobody else writes, and ends what it did whichever way the block ends."""
    config.check_elsewhere(layout)
    with orderly_end(), _checks(git) as checks, locked(layout) as descriptor:
        git.held = descriptor
        try:
            worktree = _begun(layout, git, objects, catalogue, checks(), command)
            writer = Writer(layout, git, objects, catalogue, worktree)
            try:
                yield writer
            except BaseException:
                writer.abandon()
                raise
            writer.finish()
        finally:
            git.held = None


@contextmanager
def _checks(git: Git) -> Iterator[Callable[[], frozenset[str]]]:
    """Asks git for its version and the vault's configuration; the answer, when called for, is what is configured.

    Both are asked at once, and work while the lock is being taken.
    """
    words = [("version",), config.LISTING]
    running = [git.start(*some) for some in words]

    def answer() -> frozenset[str]:
        printed = [git.finish(one, some[0]) for one, some in zip(running, words, strict=True)]
        check_version(printed[0])
        return config.check(printed[1])

    try:
        yield answer
    finally:
        for one in running:
            git.end(one)


def _begun(
    layout: Layout, git: Git, objects: Objects, catalogue: Catalogue, configured: frozenset[str], command: str
) -> WorkTree:
    """Everything as an orderly command would have left it, and the note that another one begins."""
    journal = Journal(layout)
    interrupted = journal.there
    if not interrupted or journal.left:
        wait_for_git(layout)
    if interrupted:
        recover(layout, git, objects)
    journal.begin(command)
    try:
        config.settle(layout, git, configured)
        _make_private(layout)
        catalogue.refresh()
        visible = visible_setting(layout)
        worktree = WorkTree(layout, git, visible, newest([one.key for one in catalogue.summaries()], visible))
    except BaseException:
        if not interrupted:
            journal.end()
        raise
    worktree.stale = worktree.stale or interrupted
    return worktree


def _make_private(layout: Layout) -> None:
    """Closes a vault that was cloned or copied to a folder others can open."""
    with suppress(OSError):
        if layout.top.stat().st_mode & 0o077:
            layout.top.chmod(0o700)

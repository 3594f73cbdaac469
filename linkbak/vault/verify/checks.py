"""The one way a vault is verified. Nothing in it is ever written, and others may write to it meanwhile."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import NamedTuple

from linkbak.errors import LinkbakError, NoVault, VaultDamaged
from linkbak.vault.configuration import refuse_redirects
from linkbak.vault.git import check_git_version
from linkbak.vault.layout import MARKS, SETTINGS, Layout, on_this_machine
from linkbak.vault.objects import Objects, branch
from linkbak.vault.snapshots import SnapshotKey
from linkbak.vault.vault import unfinished
from linkbak.vault.verify.context import UNREADABLE, Finding, Part, Verified, VerifyContext
from linkbak.vault.verify.gitdir import SHALLOW, References, check_config, check_control, check_references
from linkbak.vault.verify.history import check_chain, check_history
from linkbak.vault.verify.objects import (
    IsolatedGit,
    Storage,
    check_files,
    check_leftovers,
    read,
    read_again,
    survey,
)
from linkbak.vault.verify.snapshots import Tree, check_reach, get, judge, known_lost, tell_lost, walk
from linkbak.vault.verify.worktree import check_copies, check_top

_TRIES = 10
_FEW = 3
Place = tuple[bool, Part, str]
"""Whether a finding is damage, its part and its place."""

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many bytes of it are done, and of how many."""


def verify(
    vault: Path, *, sample: float | None = None, progress: Progress | None = None, pick: random.Random | None = None
) -> Verified:
    """Compares everything under a vault's folder with what was written down, and says what is not so.

    `sample` is the share (0 to 1) of the archives' files to compare, chosen by `pick`; everything else is looked at all
    the same. Raises NoVault and MachineProblem; whatever is wrong with the vault is told in the result.
    """
    layout = Layout(vault)
    options = _Options(sample, progress, pick or random.SystemRandom())
    with on_this_machine(layout.top):
        _refuse_none(layout)
        tries: list[set[Place]] = []
        for _ in range(_TRIES):
            before, context = branch(layout.git), VerifyContext(layout)
            found = _verified_once(context, options)
            if not found.findings or (branch(layout.git) == before and not context.writing()):
                return found
            tries.append({(one.damage, one.part, one.place) for one in found.findings})
    # Others never paused. What is wrong was so each time; what they had just in hand was not.
    return found._replace(findings=_at(found.findings, set[Place].intersection(*tries)))


def _at(findings: Sequence[Finding], places: Collection[Place]) -> tuple[Finding, ...]:
    return tuple(one for one in findings if (one.damage, one.part, one.place) in places)


def _verified_once(context: VerifyContext, options: _Options) -> Verified:
    try:
        refuse_redirects(context.layout)
    except VaultDamaged as error:
        context.damage("control", ".git", str(error), error.hint)
    said = References(context)
    long = any(len(name) == 64 for name in said.candidates())
    with IsolatedGit(context.layout, long=long, shallow=context.read(SHALLOW)) as isolated:
        check_git_version(isolated.run("version"))
        return _verified(context, said, isolated, options)


class _Options(NamedTuple):
    sample: float | None
    progress: Progress | None
    pick: random.Random


def _refuse_none(layout: Layout) -> None:
    if not layout.git.is_dir() or unfinished(layout):
        raise NoVault(f"there is no vault at {layout.top}", hint="The first `linkbak import ARCHIVE` makes one.")


def _verified(context: VerifyContext, said: References, isolated: IsolatedGit, options: _Options) -> Verified:
    found = survey(context, isolated, long=isolated.long)
    tip = next((name for name in said.candidates() if name and _is_commit(isolated, name)), "")
    objects = Objects(isolated)
    try:
        tree = walk(objects, tip) if tip else Tree()
        marks = _content(objects, tree.top.get(MARKS, ""))
        older = _older(objects, said, tip) if tree.lost else None
    finally:
        objects.close()
    if SETTINGS not in tree.top and not (context.layout.top / SETTINGS).exists() and not context.layout.own.exists():
        raise NoVault(f"{context.layout.top} is a git repository but no vault: it has no {SETTINGS}")
    chosen = _chosen(tree, options)
    only = None if chosen is None else _structure(isolated, found, tree) | chosen
    counting = _Counting(options.progress, context, tree, chosen)
    check_files(context, long=isolated.long, every=chosen is None)
    read(context, isolated, found, only=only, tell=counting.tell)
    read_again(isolated, found, _needed(tree))
    check_references(context, said, found, tip, len(tree.held))
    check_top(context, tree, found)
    copies, sound = check_copies(context, tree, chosen, counting.tell)
    whole = judge(context, found, tree, sound)
    lost = known_lost(context, tree, older) if tree.lost or said.tip != tip else []
    tell_lost(context, tree, older, lost)
    check_chain(context, tree.held)
    if tip:
        check_reach(context, isolated, found, [tip, *(name for name in said.others() if not found.lacks(name))])
        check_history(context, isolated, tip)
    check_control(context, found, None if lost else [held.key for held in tree.held])
    check_config(context)
    check_leftovers(context)
    _tell_foreign(context, unknown=tree.lost != [] or said.tip != tip)
    counting.end()
    return _summed(context, found, tree, lost, whole, copies, options.sample, marks)


def _older(objects: Objects, said: References, tip: str) -> tuple[str, Tree] | None:
    """The newest commit before `tip` all of whose folders git can give."""
    for name in dict.fromkeys(said.candidates()):
        if name not in ("", tip) and set(name) != {"0"}:
            tree = walk(objects, name)
            if not tree.lost:
                return name, tree
    return None


def _chosen(tree: Tree, options: _Options) -> frozenset[str] | None:
    """The files of archives to compare, by their ids; None for all."""
    if options.sample is None:
        return None
    blobs = sorted({file.blob for held in tree.held for file in held.files if file.blob})
    wanted = min(len(blobs), max(1, round(len(blobs) * options.sample)))
    return frozenset(options.pick.sample(blobs, wanted))


def _needed(tree: Tree) -> list[str]:
    """Every object that the newest commit needs."""
    files = [file.blob for held in tree.held for file in held.files]
    above = [name for held in tree.held for name in (*held.objects, held.manifest)]
    return [*tree.top.values(), *tree.above, *above, *files]


def _structure(isolated: IsolatedGit, found: Storage, tree: Tree) -> frozenset[str]:
    """Every object that is no file of an archive."""
    files = {file.blob for held in tree.held for file in held.files}
    known = isolated.kinds(found.there)
    return frozenset(name for name in found.there if name not in files or known.get(name, "blob") != "blob")


def _content(objects: Objects, name: str) -> bytes:
    """The bytes of a small file; none if git cannot give them."""
    found = get(objects, name) if name else None
    return found.data if found else b""


def _is_commit(isolated: IsolatedGit, name: str) -> bool:
    try:
        return isolated.kinds([name]).get(name) == "commit"
    except LinkbakError:
        return False


def _tell_foreign(context: VerifyContext, *, unknown: bool) -> None:
    """Files that linkbak did not make and cannot know; of many in one folder only how many.

    With `unknown`, what the newest commit holds is not known, and so not what should lie open.
    """
    folders: dict[str, list[str]] = {}
    for path in context.left():
        within = path.startswith(".git/")
        if within or not (unknown or (path.startswith("snapshots/") and context.writing())):
            folders.setdefault(_group(path), []).append(path)
    for folder, paths in folders.items():
        what = "not linkbak's; what it should hold cannot be known"
        if len(paths) > _FEW:
            context.note("foreign", folder, f"{len(paths)} files {what}")
        else:
            for path in paths:
                context.note("foreign", path, what)
    for path, what in context.census.odd.items():
        if what == UNREADABLE:
            context.damage("git" if path.startswith(".git/") else "copies", path or ".", what)
        else:
            context.note("foreign", path, what)


def _group(path: str) -> str:
    """The folder of a file; of one below snapshots/ that of the snapshot."""
    parts = path.split("/")[:-1]
    return "/".join(parts[:4] if parts[:1] == ["snapshots"] else parts) + "/"


class _Counting:
    """Bytes done of those there are to read."""

    def __init__(
        self, progress: Progress | None, context: VerifyContext, tree: Tree, chosen: Collection[str] | None
    ) -> None:
        files = {file.blob: file.bytes for held in tree.held for file in held.files}
        wanted = files.keys() if chosen is None else chosen
        lying_open = sum(context.census.files[path] for path in context.census.below("snapshots/"))
        self._total = sum(size for name, size in files.items() if name in wanted) + (
            lying_open if chosen is None else 0
        )
        self._progress = progress
        self._done = 0

    def tell(self, more: int) -> None:
        self._done += more
        if self._progress is not None:
            self._progress("verifying", min(self._done, max(0, self._total - 1)), self._total)

    def end(self) -> None:
        if self._progress is not None:
            self._progress("verifying", self._total, self._total)


def _summed(
    context: VerifyContext,
    found: Storage,
    tree: Tree,
    lost: Sequence[SnapshotKey],
    whole: Sequence[SnapshotKey],
    copies: int,
    sample: float | None,
    marks: bytes,
) -> Verified:
    files = [file for held in tree.held for file in held.files]
    return Verified(
        findings=tuple(_sorted(context.findings)),
        snapshots=(*lost, *(held.key for held in tree.held)),
        whole=tuple(whole),
        files=len(files),
        size=sum(file.bytes for file in files),
        compared=sum(file.blob in found.good for file in files),
        copies=copies,
        marks=marks,
        sample=sample,
    )


def _sorted(findings: Sequence[Finding]) -> list[Finding]:
    return sorted(dict.fromkeys(findings), key=lambda one: not one.damage)

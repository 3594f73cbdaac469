"""Checks a whole vault: whether every byte is unchanged, and if not, what is left and what to do.

git's own files are checked by ``git fsck`` and by the digests they carry; archives by the sizes and sha256 in their
manifests; manifests by their chain and by what commits did to them; everything else under the vault's folder by what
linkbak or git writes there. `verify` calls one function after another, each with the same `VerifyContext`; nothing is
ever written, and others may write to the vault meanwhile.
"""

from __future__ import annotations

import random
from pathlib import Path

from linkbak.errors import LinkbakError, NoVault, VaultDamaged
from linkbak.model import Progress
from linkbak.texts import tr, tr_count
from linkbak.vault.git import Objects, branch, check_git_version, last_commit
from linkbak.vault.layout import MARKS, SETTINGS, Layout, on_this_machine, refuse_closed
from linkbak.vault.repository import refuse_redirects
from linkbak.vault.vault import unfinished
from linkbak.vault.verify.context import UNREADABLE, Finding, Part, Verified, VerifyContext, damage, is_dropped, note
from linkbak.vault.verify.gitdir import References, check_config, check_control, check_references
from linkbak.vault.verify.history import Trees, check_chain, check_history, wrongs
from linkbak.vault.verify.objects import IsolatedGit, check_files, check_leftovers, contents, read, read_again, survey
from linkbak.vault.verify.snapshots import (
    Tree,
    Walk,
    check_copies,
    check_reach,
    check_top,
    get,
    judge,
    known_lost,
    report_lost,
)

__all__ = ["Finding", "Trees", "Verified", "contents", "damage", "is_dropped", "note", "verify", "wrongs"]

_TRIES = 10
_FEW = 3
_LEFT_BY = tr("left by a file manager or a sync program, not by linkbak or git")
_UNKNOWN = tr("not linkbak's; what it should hold cannot be known")

Place = tuple[bool, Part, str]
"""What makes two findings the same: whether it is damage, its part and its place."""


def verify(
    vault: Path, *, sample: float | None = None, progress: Progress | None = None, pick: random.Random | None = None
) -> Verified:
    """Compares everything under a vault's folder with its records, and reports the differences.

    `sample` is the share (0 to 1) of the archives' files to compare, chosen by `pick`; everything else is compared all
    the same. Raises NoVault and MachineProblem; whatever is wrong with the vault is in the result.
    """
    layout = Layout(vault)
    pick = pick or random.SystemRandom()
    with on_this_machine(layout.top):
        if not layout.git.is_dir() or unfinished(layout):
            raise NoVault(
                tr("there is no vault at {place}", place=layout.top),
                hint=tr("The first `linkbak import ARCHIVE` makes one."),
            )
        refuse_closed(layout.top, layout.top)
        tries: list[set[Place]] = []
        for _ in range(_TRIES):
            meter = _Meter(progress)
            before, context = branch(layout.git), VerifyContext(layout)
            found = _verified_once(context, sample, pick, meter)
            if not found.findings or (branch(layout.git) == before and not context.writing()):
                return found
            tries.append({(one.damage, one.part, one.place) for one in found.findings})
    # Other processes kept writing. Real damage is found each time; work in progress is not.
    always = set[Place].intersection(*tries)
    lasting = [one for one in found.findings if (one.damage, one.part, one.place) in always]
    return found._replace(findings=tuple(lasting))


def _verified_once(context: VerifyContext, sample: float | None, pick: random.Random, meter: _Meter) -> Verified:
    try:
        refuse_redirects(context.layout)
    except VaultDamaged as error:
        context.damage("control", ".git", str(error), error.hint)
    references = References(context)
    long = any(len(name) == 64 for name in references.candidates())
    with IsolatedGit(context.layout, long=long, shallow=references.cut_at) as isolated:
        check_git_version(isolated.run("version"))
        return _verified(context, references, isolated, sample, pick, meter)


def _verified(
    context: VerifyContext,
    references: References,
    isolated: IsolatedGit,
    sample: float | None,
    pick: random.Random,
    meter: _Meter,
) -> Verified:
    found = survey(context, isolated, long=isolated.long)
    tip = newest(context, references, isolated)
    objects = Objects(isolated)
    try:
        tree = Walk(objects).all_of(tip) if tip else Tree()
        marks = get(objects, tree.top[MARKS]) if MARKS in tree.top else None
        older = _older(objects, references, tip) if tree.lost else None
    finally:
        objects.close()
    if SETTINGS not in tree.top and not (context.layout.top / SETTINGS).exists() and not context.layout.own.exists():
        raise NoVault(
            tr(
                "{place} is a git repository but no vault: it has no {file}",
                place=context.layout.top,
                file=SETTINGS,
            )
        )
    files = [file for held in tree.held for file in held.files]
    sizes = {file.blob: file.bytes for file in files}
    chosen = only = None
    meter.total = sum(sizes.values()) + sum(context.census.files[path] for path in context.census.below("snapshots/"))
    if sample is not None:
        blobs = sorted({file.blob for file in files if file.blob})
        chosen = frozenset(pick.sample(blobs, min(len(blobs), max(1, round(len(blobs) * sample)))))
        kinds = isolated.kinds(found.there)
        structure = (name for name in found.there if name not in sizes or kinds.get(name, "blob") != "blob")
        only = chosen.union(structure)
        meter.total = sum(sizes[name] for name in chosen)
    check_files(context, long=isolated.long, every=chosen is None)
    read(context, isolated, found, only=only, tell=meter.tell)
    read_again(isolated, found, tree.needed())
    check_references(context, references, found, tip, len(tree.held))
    check_top(context, tree, found)
    copies, sound = check_copies(context, tree, chosen, meter.tell)
    whole = judge(context, found, tree, sound)
    lost = known_lost(context, tree, older) if tree.lost or references.tip != tip else []
    report_lost(context, tree, older, lost)
    check_chain(context, tree.held)
    if tip:
        others = [name for name in references.others() if not found.lacks(name)]
        check_reach(context, isolated, found, [tip, *others])
        check_history(context, isolated, tip)
    check_control(context, found, None if lost else [held.key for held in tree.held])
    check_config(context)
    check_leftovers(context)
    _note_foreign(context, unknown=tree.lost != [] or references.tip != tip)
    meter.end()
    return Verified(
        findings=tuple(sorted(dict.fromkeys(context.findings), key=lambda one: not one.damage)),
        snapshots=(*lost, *(held.key for held in tree.held)),
        whole=tuple(whole),
        files=len(files),
        size=sum(file.bytes for file in files),
        compared=sum(file.blob in found.good for file in files),
        copies=copies,
        marks=marks.data if marks else b"",
        sample=sample,
    )


def newest(context: VerifyContext, references: References, isolated: IsolatedGit) -> str:
    """The commit that the branch names, else the last one by its log and all commits; "" if there is none."""
    if references.tip and _is_commit(isolated, references.tip):
        return references.tip
    others = (last_commit(context.layout.git), *references.candidates())
    return next((name for name in others if name and _is_commit(isolated, name)), "")


def _older(objects: Objects, references: References, tip: str) -> tuple[str, Tree] | None:
    """The newest commit before `tip` all of whose folders git can give."""
    for name in dict.fromkeys(references.candidates()):
        if name not in ("", tip) and set(name) != {"0"}:
            tree = Walk(objects).all_of(name)
            if not tree.lost:
                return name, tree
    return None


def _is_commit(isolated: IsolatedGit, name: str) -> bool:
    try:
        return isolated.kinds([name]).get(name) == "commit"
    except LinkbakError:
        return False


def _note_foreign(context: VerifyContext, *, unknown: bool) -> None:
    """Files that linkbak did not make; of many in one folder only their number.

    With `unknown`, the newest commit cannot be read, so what should lie open is not known either.
    """
    folders: dict[tuple[str, bool], list[str]] = {}
    for path in (*context.left(), *context.census.dropped):
        within = path.startswith(".git/")
        if within or not (unknown or (path.startswith("snapshots/") and context.writing())):
            parts = path.split("/")[:-1]
            folder = "/".join(parts[:4] if parts[:1] == ["snapshots"] else parts) + "/"  # of a snapshot, its own
            folders.setdefault((folder, is_dropped(path)), []).append(path)
    for (folder, dropped), paths in folders.items():
        if len(paths) > _FEW:
            context.note("foreign", folder, _many_foreign(len(paths), dropped=dropped))
        else:
            for path in paths:
                context.note("foreign", path, _LEFT_BY if dropped else _UNKNOWN)
    for path, odd in context.census.odd.items():
        if odd == UNREADABLE:
            context.damage("git" if path.startswith(".git/") else "copies", path or ".", odd)
        else:
            context.note("foreign", path, odd)


def _many_foreign(number: int, *, dropped: bool) -> str:
    if dropped:
        return tr_count(
            "{number} file left by a file manager or a sync program, not by linkbak or git",
            "{number} files left by a file manager or a sync program, not by linkbak or git",
            number,
            number=number,
        )
    return tr_count(
        "{number} file not linkbak's; what it should hold cannot be known",
        "{number} files not linkbak's; what it should hold cannot be known",
        number,
        number=number,
    )


class _Meter:
    """Reports how many of all bytes are read."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._done = self.total = 0

    def tell(self, more: int) -> None:
        self._done += more
        if self._progress is not None:
            self._progress(tr("verifying"), min(self._done, max(0, self.total - 1)), self.total)

    def end(self) -> None:
        if self._progress is not None:
            self._progress(tr("verifying"), self.total, self.total)

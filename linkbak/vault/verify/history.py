"""Checks that kept snapshots never changed: the chain of manifests, and every commit's changes to snapshots.

No commit but the one that kept a snapshot may touch its folder, except that a merge brings two lines of history
together: it may write another `previous` into a manifest, give a snapshot another id where both sides had one of that
name, and keep one of two snapshots of the same archive. It may never drop an archive, change a byte of one, or say
anything about it that none of its parents said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from linkbak.errors import LinkbakError, VaultDamaged
from linkbak.model import NamedTuple
from linkbak.texts import tr, tr_count
from linkbak.vault import manifest
from linkbak.vault.git import FOLDER_MODE, Git, Objects, TreeEntry, tree_entries
from linkbak.vault.layout import ARCHIVE, MANIFEST, SNAPSHOTS
from linkbak.vault.verify.context import VerifyContext
from linkbak.vault.verify.objects import IsolatedGit
from linkbak.vault.verify.snapshots import Held

_DAY = 10
_DEPTH = 3
_CHANGED, _DROPPED = tr("was changed after it was kept"), tr("was dropped after it was kept")


class Wrong(NamedTuple):
    """A forbidden change: the commit, the snapshot, and what it did."""

    commit: str
    folder: str
    what: str


def wrongs(git: Git, objects: Objects, tip: str, known: str = "") -> Iterator[Wrong]:
    """The forbidden changes in the history of `tip`, without that of `known`."""
    span = (tip, f"^{known}") if known else (tip,)
    yield from _linear(git, span)
    trees = Trees(objects)
    for line in git.run("rev-list", "--merges", "--parents", *span).decode("ascii").splitlines():
        commit, *parents = line.split()
        yield from _Merge(trees, commit, parents).wrongs()


def _linear(git: Git, span: Sequence[str]) -> Iterator[Wrong]:
    """Forbidden changes of one commit: only the commit that kept a snapshot may touch its folder."""
    words = ("log", "--no-merges", "--full-history", "--diff-filter=MDTR", "--no-renames", "--name-status")
    printed = git.run(*words, "--format=%x00%H", *span, "--", SNAPSHOTS)
    for entry in printed.decode("utf-8", "replace").split("\0")[1:]:
        commit, _, lines = entry.strip().partition("\n")
        how: dict[str, set[str]] = {}
        for line in lines.split("\n"):
            status, _, path = line.partition("\t")
            if path:
                how.setdefault("/".join(path.strip('"').split("/")[:4]), set()).add(status)
        for folder, statuses in how.items():
            yield Wrong(commit, folder, _DROPPED if statuses == {"D"} else _CHANGED)


class Trees:
    """Folders as git has them, each read once; one that git cannot give is empty, which is reported elsewhere."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._read: dict[str, Mapping[str, TreeEntry]] = {}

    def of(self, tree: str) -> Mapping[str, TreeEntry]:
        """The entries directly in a folder, by name."""
        if tree not in self._read:
            self._read[tree] = self._entries(tree) if tree else {}
        return self._read[tree]

    def below(self, commit: str) -> str:
        """The folder of snapshots in a commit, "" if it has none."""
        found = self._entries(f"{commit}^{{tree}}").get(SNAPSHOTS)
        return found.id if found and found.mode == FOLDER_MODE else ""

    def data(self, name: str) -> bytes:
        """A small file's bytes; none if git cannot give them."""
        try:
            found = self._objects.get(name)
        except VaultDamaged:
            return b""
        return found.data if found else b""

    def _entries(self, name: str) -> Mapping[str, TreeEntry]:
        try:
            found = self._objects.get(name)
            return {one.name: one for one in tree_entries(found)} if found else {}
        except (VaultDamaged, ValueError, IndexError):
            return {}


def differing(
    trees: Trees, one: str, other: str, path: str = SNAPSHOTS, depth: int = _DEPTH
) -> Iterator[tuple[str, str, str]]:
    """The snapshots' folders in which two trees differ, with the id each has for it, "" where there is none."""
    before, after = trees.of(one), trees.of(other)
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) == after.get(name):
            continue
        old, new = (there[name].id if name in there else "" for there in (before, after))
        if depth == 1:
            yield f"{path}/{name}", old, new
        else:
            yield from differing(trees, old, new, f"{path}/{name}", depth - 1)


class _Kept(NamedTuple):
    """A snapshot in one commit: the parts of its archive and its manifest that never change."""

    archive: str
    says: bytes
    files: frozenset[tuple[str, int, str]]


class _Merge:
    """One merge commit, compared with each of its parents."""

    def __init__(self, trees: Trees, commit: str, parents: Sequence[str]) -> None:
        self._trees = trees
        self._commit = commit
        self._merged = trees.below(commit)
        self._parents = [trees.below(parent) for parent in parents]
        self._days: dict[tuple[str, str], list[_Kept]] = {}

    def wrongs(self) -> Iterator[Wrong]:
        for parent in self._parents:
            for folder, old, _ in differing(self._trees, parent, self._merged):
                kept = self._kept(folder, old) if old else None
                if old and not (kept and any(one.files == kept.files for one in self._day(self._merged, folder))):
                    yield Wrong(self._commit, folder, tr("was changed after it was kept, or dropped, by a merge"))
        for folder, new in self._new().items():
            kept = self._kept(folder, new)
            if not kept or (kept.says, kept.archive) not in (
                (one.says, one.archive) for parent in self._parents for one in self._day(parent, folder)
            ):
                yield Wrong(self._commit, folder, tr("was made by a merge out of none of what it merged"))

    def _new(self) -> dict[str, str]:
        """The folders in the merge that equal those of no parent."""
        each = [
            {folder: new for folder, _, new in differing(self._trees, parent, self._merged) if new}
            for parent in self._parents
        ]
        return {folder: new for folder, new in each[0].items() if all(folder in other for other in each)}

    def _day(self, root: str, folder: str) -> list[_Kept]:
        """The snapshots in a commit that are of the same account and day as one."""
        above, _, name = folder.rpartition("/")
        day = f"{above}/{name[:_DAY]}"
        if (root, day) not in self._days:
            tree = root
            for part in above.split("/")[1:]:
                found = self._trees.of(tree).get(part)
                tree = found.id if found else ""
            those = (one for one in self._trees.of(tree).values() if one.name.startswith(name[:_DAY]))
            kept = (self._kept(f"{above}/{one.name}", one.id) for one in those)
            self._days[root, day] = [one for one in kept if one is not None]
        return self._days[root, day]

    def _kept(self, folder: str, tree: str) -> _Kept | None:
        """The snapshot of a folder; None if its manifest cannot be read."""
        within = self._trees.of(tree)
        if not within.keys() <= {MANIFEST, ARCHIVE} or MANIFEST not in within:
            return None
        text = self._trees.data(within[MANIFEST].id)
        try:
            read = manifest.loads(text, folder)
        except VaultDamaged:
            return None
        archive = within[ARCHIVE].id if ARCHIVE in within else ""
        files = frozenset((file.path, file.bytes, file.sha256) for file in read.files)
        return _Kept(archive, manifest.lasting(text), files)


def check_chain(context: VerifyContext, held: Sequence[Held]) -> None:
    """Checks the chain: every manifest names the one kept before it by its sha256, so a changed one breaks it."""
    known = {one.digest for one in held if one.digest}
    unread = [one for one in held if not one.digest]
    for one in held:
        if one.previous and one.previous not in known and not unread:
            context.damage(
                "chain",
                one.key.folder,
                tr("the manifest kept before this one is gone or was changed"),
                tr("find the change with `git log --stat -- snapshots` in the vault"),
            )
    firsts = [one for one in held if one.digest and not one.previous]
    if len(firsts) > 1:
        context.note(
            "chain",
            firsts[-1].key.folder,
            tr_count(
                "{number} chain of manifests begins in this vault",
                "{number} chains of manifests begin in this vault",
                len(firsts),
                number=len(firsts),
            ),
        )


def check_history(context: VerifyContext, isolated: IsolatedGit, tip: str) -> None:
    """Checks that only the commit that kept a snapshot touched its folder, except merges that chained it anew."""
    objects = Objects(isolated)
    try:
        for wrong in wrongs(isolated, objects, tip):
            commit = wrong.commit[:12]
            shows = tr("`git show --stat -m {commit}` in the vault shows how", commit=commit)
            context.damage(
                "chain", wrong.folder, tr("{fault}, in commit {commit}", fault=wrong.what, commit=commit), shows
            )
    except LinkbakError:
        return  # what git cannot read is reported elsewhere
    finally:
        objects.close()

"""Every snapshot in the newest commit: what its manifest lists against the objects git has for it."""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from linkbak.errors import LinkbakError, VaultDamaged
from linkbak.vault import manifest as manifests
from linkbak.vault.git import Git
from linkbak.vault.layout import ARCHIVE, MANIFEST, SNAPSHOTS
from linkbak.vault.objects import FILE_MODE, FOLDER_MODE, Found, Objects, TreeEntry, tree_entries
from linkbak.vault.snapshots import ACCOUNT_NAME, SNAPSHOT_ID, SnapshotKey, summarise
from linkbak.vault.verify.context import Look
from linkbak.vault.verify.objects import Aside, Storage, look_again, loose_path


class Listed(NamedTuple):
    """A file of a snapshot: where it lies under `archive`, its object ("" if git lists none), and what it should be."""

    stored: str
    blob: str
    sha256: str
    bytes: int


@dataclass
class Held:
    """One snapshot as the newest commit has it.

    `objects` are its folders and its manifest, `digest` is the sha256 of the manifest, `previous` what that names as
    the one before. `wrong` tells what can be seen without reading the files.
    """

    key: SnapshotKey
    objects: list[str] = field(default_factory=list)
    manifest: str = ""
    digest: str = ""
    previous: str = ""
    files: tuple[Listed, ...] = ()
    wrong: list[str] = field(default_factory=list)


@dataclass
class Tree:
    """The newest commit: the files at its top with their objects, the folders above the snapshots, the snapshots."""

    top: dict[str, str] = field(default_factory=dict)
    above: list[str] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def walk(objects: Objects, commit: str) -> Tree:
    """What the newest commit holds. Folders that git cannot give are in `lost`, by their paths."""
    found = Tree()
    root = get(objects, f"{commit}^{{tree}}")
    found.above.append(root.id if root else "")
    top = _entries(objects, found.above[0], found, "")
    if top is None:
        return found
    found.top = {name: blob for name, mode, blob in top if mode != FOLDER_MODE}
    for account, tree in _folders(
        objects, [blob for name, mode, blob in top if (name, mode) == (SNAPSHOTS, FOLDER_MODE)], found, SNAPSHOTS
    ):
        if not ACCOUNT_NAME.fullmatch(account):
            continue
        for year, within in _folders(objects, [tree], found, f"{SNAPSHOTS}/{account}"):
            for name, snapshot in _folders(objects, [within], found, f"{SNAPSHOTS}/{account}/{year}"):
                if SNAPSHOT_ID.fullmatch(name):
                    found.held.append(_held(objects, SnapshotKey(account, name), snapshot, found))
    found.held.sort(key=lambda one: (one.key.id[:18], one.key.number, one.key.account))
    return found


def _held(objects: Objects, key: SnapshotKey, tree: str, found: Tree) -> Held:
    held = Held(key, [tree])
    listed = _entries(objects, tree, found, key.folder)
    if listed is None:
        return held
    tree_entries = {name: (mode, blob) for name, mode, blob in listed}
    for name in tree_entries.keys() - {MANIFEST, ARCHIVE}:
        held.wrong.append(f"holds {_plain(name)}, which linkbak never put there")
    _, held.manifest = tree_entries.get(MANIFEST, (FILE_MODE, ""))
    stored: dict[str, str] = {}
    if ARCHIVE in tree_entries:
        _below(objects, tree_entries[ARCHIVE][1], "", held, stored, found)
    _compare(held, get(objects, held.manifest) if held.manifest else None, stored)
    return held


def _below(objects: Objects, tree: str, folder: str, held: Held, stored: dict[str, str], found: Tree) -> None:
    held.objects.append(tree)
    for name, mode, blob in _entries(objects, tree, found, f"{held.key.folder}/{ARCHIVE}/{folder}") or ():
        if mode == FOLDER_MODE:
            _below(objects, blob, f"{folder}{name}/", held, stored, found)
        else:
            stored[folder + name] = blob


def _compare(held: Held, text: Found | None, stored: dict[str, str]) -> None:
    """Takes the manifest in, and holds it against the names of the files."""
    if text is None:
        held.wrong.append("git cannot read the manifest" if held.manifest else "has no manifest")
        return
    held.digest = hashlib.sha256(text.data).hexdigest()
    try:
        kept = manifests.loads(text.data, held.key.folder)
    except VaultDamaged:
        held.wrong.append("the manifest is damaged")
        return
    held.previous = kept.previous
    if summarise(kept, held.digest).key != held.key:
        held.wrong.append("the manifest is another snapshot's")
    held.files = tuple(
        Listed(where := facts.stored or facts.path, stored.pop(where, ""), facts.sha256, facts.bytes)
        for facts in kept.files
    )
    if stored:
        held.wrong.append(f"{len(stored)} files are there that the manifest does not list")


def _folders(objects: Objects, trees: Iterable[str], found: Tree, place: str) -> Iterator[tuple[str, str]]:
    for tree in trees:
        found.above.append(tree)
        for name, mode, blob in _entries(objects, tree, found, place) or ():
            if mode == FOLDER_MODE:
                yield name, blob


def _entries(objects: Objects, tree: str, found: Tree, place: str) -> list[TreeEntry] | None:
    """Name, mode and object of everything in a folder; None if git cannot give it."""
    read = get(objects, tree)
    try:
        if read is not None:
            return list(tree_entries(read))
    except (ValueError, IndexError):
        pass
    found.lost.append(place)
    return None


def get(objects: Objects, name: str) -> Found | None:
    """An object that fits into memory; None if git cannot give it, or a damaged one claims to be beyond all measure."""
    try:
        return objects.get(name)
    except VaultDamaged:
        return None
    except (MemoryError, OverflowError):
        objects.close()
        return None


def _plain(name: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in name[:80])


# --- judging ----------------------------------------------------------------------------------------------------------
# Which snapshots git still gives back whole, what is wrong with the others, and how to mend them.

_LYING_OPEN = re.compile(rf"snapshots/({ACCOUNT_NAME.pattern})/\d{{4}}/((?:{SNAPSHOT_ID.pattern}))/{MANIFEST}")
_DEPTH = 3
FETCH = "take it from a clone or another copy of the vault"
_SAME_NAME = "take the file from a clone or another copy of the vault, where it has the same name"
_AGAIN = "; or import the archive again, into a new vault"


def judge(look: Look, found: Storage, tree: Tree, sound: Collection[str]) -> list[SnapshotKey]:
    """The snapshots that are whole; what is wrong with the others is noted. `sound` are the copies that lie open."""
    whole = []
    needed: set[str] = set()
    copies = _copies(tree, sound)
    for held in tree.held:
        spoilt = [name for name in (*held.objects, held.manifest, *(one.blob for one in held.files)) if name]
        spoilt = [name for name in dict.fromkeys(spoilt) if found.lacks(name)]
        needed.update(spoilt)
        wrong = list(_wrong(found, held, set(spoilt)))
        if wrong:
            remedy = _remedy(look, found, held, spoilt, copies)
            look.damage("snapshots", held.key.folder, "; ".join(wrong), remedy, [held.key])
        else:
            whole.append(held.key)
    for path, name in tree.top.items():
        if found.lacks(name):
            needed.add(name)
            look.damage(
                "git", path, f"as committed, {found.bad.get(name, 'is not there')}", _put_back(look, found, path, name)
            )
    _tell_objects(look, found, needed)
    return whole


def known_lost(look: Look, tree: Tree, older: tuple[str, Tree] | None) -> list[SnapshotKey]:
    """Snapshots that the newest commit should hold, and of which it cannot be read whether it does."""
    there = {held.key for held in tree.held}
    keys = {SnapshotKey(named[1], named[2]) for path in look.census.files if (named := _LYING_OPEN.fullmatch(path))}
    keys |= {held.key for held in older[1].held} if older else set()
    return sorted(keys - there, key=lambda key: key.id)


def tell_lost(look: Look, tree: Tree, older: tuple[str, Tree] | None, keys: Sequence[SnapshotKey]) -> None:
    """Tells of the folders above snapshots that git cannot give, and of what an older commit still has."""
    for place in tree.lost:
        above = place.count("/") < _DEPTH
        remedy = (
            rescue(older[0], len(older[1].held)) if older and above and len(older[1].held) > len(tree.held) else FETCH
        )
        look.damage("git", place or "the newest commit", "git cannot read this folder", remedy, keys if above else ())


def rescue(commit: str, snapshots: int) -> str:
    """How to go on with a vault as it was at an older commit."""
    how_many = "1 snapshot" if snapshots == 1 else f"{snapshots} snapshots"
    lines = [
        f"{FETCH}; or go on with the vault as it was before, with {how_many}, in a new folder:",
        f"git branch rescued {commit}",
        "git clone --no-local --single-branch -b rescued . ../rescued",
        "git -C ../rescued branch -m rescued main",
    ]
    return "\n".join(lines)


def check_reach(look: Look, aside: Aside, found: Storage, tips: Sequence[str]) -> None:
    """Everything that hangs on the branch, or on another reference, must be there."""
    words = ("rev-list", "--objects", "--missing=print", "--stdin")
    try:
        printed = aside.run(*words, feed="".join(f"{tip}\n" for tip in tips).encode())
    except LinkbakError as error:
        if not any(one.damage and one.part in ("git", "snapshots") for one in look.findings):
            look.damage("git", ".git/objects", str(error), FETCH)
        return
    lines = (line.decode("utf-8", "replace").removeprefix("?").partition(" ") for line in printed.split(b"\n"))
    unseen = {name: path for name, _, path in lines if name and found.lacks(name)}
    before = {*found.bad}
    look_again(aside, found, unseen)
    for name, path in unseen.items():
        if name in found.bad and name not in before:
            place = "".join(c if c.isprintable() else "?" for c in path[:200])
            look.damage("git", place or "the history", f"object {name} {found.bad[name]}", FETCH)


def _wrong(found: Storage, held: Held, spoilt: Collection[str]) -> Iterator[str]:
    yield from held.wrong
    if not {*held.objects, held.manifest}.isdisjoint(spoilt) or not (held.digest or held.wrong):
        yield "git cannot give its manifest or one of its folders as it was"
    for file in held.files:
        fact = found.good.get(file.blob)
        if file.blob in spoilt or not file.blob:
            yield f"{file.stored}: {found.bad.get(file.blob, 'is not in git')}"
        elif fact is not None and (fact.sha256, fact.size) != (file.sha256, file.bytes):
            yield f"{file.stored}: is not what the manifest says"


def _copies(tree: Tree, sound: Collection[str]) -> dict[str, str]:
    """Where each file of a snapshot lies open as it was imported, by the object that git has for it."""
    paths = ((file.blob, f"{held.key.folder}/{ARCHIVE}/{file.stored}") for held in tree.held for file in held.files)
    return {name: path for name, path in paths if path in sound}


def _remedy(look: Look, found: Storage, held: Held, spoilt: Collection[str], copies: Mapping[str, str]) -> str:
    """Out of the copies that lie open, if there is one of all that is damaged; else out of another vault."""
    copies = {**copies, held.manifest: f"{held.key.folder}/{MANIFEST}"}
    lines = [line for name in spoilt if name in copies for line in _into_git(look, found, copies[name], name)]
    return _sound_copy(lines) if spoilt and len(lines) == 2 * len(spoilt) else FETCH + _AGAIN


def _put_back(look: Look, found: Storage, path: str, name: str) -> str:
    lines = _into_git(look, found, path, name)
    return _sound_copy(lines) if lines else FETCH


def _sound_copy(lines: Sequence[str]) -> str:
    return "\n".join(["what lies open is sound; put it back into git:", *lines])


def _into_git(look: Look, found: Storage, path: str, name: str) -> list[str]:
    """How to make an object anew out of the file that lies open; nothing if that is another, or a pack has the object.

    git writes no object that a pack holds, however damaged.
    """
    data = look.read(path)
    if data is None or name in found.packed:
        return []
    own = hashlib.sha1(usedforsecurity=False) if len(name) == 40 else hashlib.sha256()
    own.update(b"blob %d\0" % len(data))
    own.update(data)
    if own.hexdigest() != name:
        return []
    return [f"rm -f {loose_path(name)}", f"git hash-object -w --no-filters {shlex.quote(path)}"]


def _tell_objects(look: Look, found: Storage, needed: Collection[str]) -> None:
    """Every object that is damaged: where it lies, if it has a file of its own."""
    for name, what in found.spoilt.items():
        if name in found.good and name in found.packed:
            look.damage("git", loose_path(name), what, f"git has another copy:\nrm -f {loose_path(name)}")
        elif name in found.good:
            look.damage("git", loose_path(name), what, "nothing is lost; this writes it anew:\nlinkbak compact --all")
        else:
            look.damage("git", loose_path(name), what, "" if name in needed else _SAME_NAME)
    for name, what in found.bad.items():
        if name not in needed and name not in found.spoilt and name in found.packed:
            look.damage("git", f"object {name}", what, FETCH)


# --- past -------------------------------------------------------------------------------------------------------------
# What commits did to snapshots that had been kept: nothing, except that a merge of two vaults may chain them anew.
# A merge brings two lines of history together. It may write another `previous` into a manifest, give a snapshot another
# id where both sides had one of that name, and keep one of two snapshots of the same archive. It may never drop an
# archive, touch a byte of one, or say anything else of it than one of its parents did.

_DAY = 10
_CHANGED, _DROPPED = "was changed after it was kept", "was dropped after it was kept"


class Wrong(NamedTuple):
    """A commit that did what none may, to which snapshot, and what."""

    commit: str
    folder: str
    what: str


def wrongs(git: Git, objects: Objects, tip: str, known: str = "") -> Iterator[Wrong]:
    """What is wrong with the commits that lead to `tip`; those that lead to `known` are passed over."""
    span = (tip, f"^{known}") if known else (tip,)
    yield from _linear(git, span)
    trees = Trees(objects)
    for line in git.run("rev-list", "--merges", "--parents", *span).decode("ascii").splitlines():
        commit, *parents = line.split()
        yield from _Merge(trees, commit, parents).wrongs()


def _linear(git: Git, span: Sequence[str]) -> Iterator[Wrong]:
    """No commit but the one that kept a snapshot may touch its folder."""
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
    """Folders as git has them, each read once; one that git cannot give is empty, which is told elsewhere."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._read: dict[str, Mapping[str, TreeEntry]] = {}

    def of(self, tree: str) -> Mapping[str, TreeEntry]:
        """What is directly in a folder, by name."""
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
    """A snapshot in one commit: its folder's path and id, and what its manifest says that never changes."""

    folder: str
    tree: str
    archive: str
    says: bytes
    files: frozenset[tuple[str, int, str]]


class _Merge:
    """One merge, looked at from each of its parents."""

    def __init__(self, trees: Trees, commit: str, parents: Sequence[str]) -> None:
        self._trees = trees
        self._commit = commit
        self._merged = trees.below(commit)
        self._parents = [trees.below(parent) for parent in parents]
        self._days: dict[tuple[str, str], list[_Kept]] = {}

    def wrongs(self) -> Iterator[Wrong]:
        for parent in self._parents:
            for folder, old, _ in differing(self._trees, parent, self._merged):
                if old and not self._still_there(self._kept(folder, old)):
                    yield Wrong(self._commit, folder, f"{_CHANGED}, or dropped, by a merge")
        for folder, new in self._new.items():
            if not self._comes_from_a_parent(self._kept(folder, new)):
                yield Wrong(self._commit, folder, "was made by a merge out of none of what it merged")

    @cached_property
    def _new(self) -> dict[str, str]:
        """The folders in the merge that are as in none of its parents."""
        found: dict[str, str] | None = None
        for parent in self._parents:
            here = {folder: new for folder, _, new in differing(self._trees, parent, self._merged) if new}
            found = here if found is None else {folder: new for folder, new in found.items() if folder in here}
        return found or {}

    def _still_there(self, old: _Kept | None) -> bool:
        return old is not None and any(one.files == old.files for one in self._day(self._merged, old.folder))

    def _comes_from_a_parent(self, new: _Kept | None) -> bool:
        return new is not None and any(
            (one.says, one.archive) == (new.says, new.archive)
            for parent in self._parents
            for one in self._day(parent, new.folder)
        )

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
        """None for what is no snapshot whose manifest can be read."""
        within = self._trees.of(tree)
        if not within.keys() <= {MANIFEST, ARCHIVE} or MANIFEST not in within:
            return None
        text = self._trees.data(within[MANIFEST].id)
        try:
            read = manifests.loads(text, folder)
        except VaultDamaged:
            return None
        archive = within[ARCHIVE].id if ARCHIVE in within else ""
        files = frozenset((file.path, file.bytes, file.sha256) for file in read.files)
        return _Kept(folder, tree, archive, manifests.lasting(text), files)


# --- chain ------------------------------------------------------------------------------------------------------------
# What was kept stays as it was kept: the chain of manifests, and the history of the folders.


def check_chain(look: Look, held: Sequence[Held]) -> None:
    """Every manifest names the one kept before it by its sha256; a manifest changed since then breaks the chain."""
    known = {one.digest for one in held if one.digest}
    unread = [one for one in held if not one.digest]
    for one in held:
        if one.previous and one.previous not in known and not unread:
            look.damage(
                "chain",
                one.key.folder,
                "the manifest kept before this one is gone or was changed",
                "find the change with `git log --stat -- snapshots` in the vault",
            )
    firsts = [one for one in held if one.digest and not one.previous]
    if len(firsts) > 1:
        look.note("chain", firsts[-1].key.folder, f"{len(firsts)} chains of manifests begin in this vault")


def check_history(look: Look, aside: Aside, tip: str) -> None:
    """No commit but the one that kept a snapshot ever touched its folder, but for merges that chained it anew."""
    objects = Objects(aside)
    try:
        for wrong in wrongs(aside, objects, tip):
            commit = wrong.commit[:12]
            shows = f"`git show --stat -m {commit}` in the vault shows how"
            look.damage("chain", wrong.folder, f"{wrong.what}, in commit {commit}", shows)
    except LinkbakError:
        return  # what git cannot read is told elsewhere
    finally:
        objects.close()

"""Every snapshot in the newest commit: what its manifest lists against the objects git has for it."""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from linkbak.errors import LinkbakError, VaultDamaged
from linkbak.vault import manifest as manifests
from linkbak.vault.layout import ARCHIVE, MANIFEST, SNAPSHOTS
from linkbak.vault.objects import FILE_MODE, FOLDER_MODE, Found, Objects, TreeEntry, tree_entries
from linkbak.vault.snapshots import ACCOUNT_NAME, SNAPSHOT_ID, SnapshotKey, summarise
from linkbak.vault.verify.context import VerifyContext
from linkbak.vault.verify.objects import IsolatedGit, Storage, loose_path, read_again


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


_LYING_OPEN = re.compile(rf"snapshots/({ACCOUNT_NAME.pattern})/\d{{4}}/((?:{SNAPSHOT_ID.pattern}))/{MANIFEST}")
_DEPTH = 3
FETCH = "take it from a clone or another copy of the vault"
_SAME_NAME = "take the file from a clone or another copy of the vault, where it has the same name"
_AGAIN = "; or import the archive again, into a new vault"


def judge(context: VerifyContext, found: Storage, tree: Tree, sound: Collection[str]) -> list[SnapshotKey]:
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
            remedy = _remedy(context, found, held, spoilt, copies)
            context.damage("snapshots", held.key.folder, "; ".join(wrong), remedy, [held.key])
        else:
            whole.append(held.key)
    for path, name in tree.top.items():
        if found.lacks(name):
            needed.add(name)
            context.damage(
                "git",
                path,
                f"as committed, {found.bad.get(name, 'is not there')}",
                _put_back(context, found, path, name),
            )
    _tell_objects(context, found, needed)
    return whole


def known_lost(context: VerifyContext, tree: Tree, older: tuple[str, Tree] | None) -> list[SnapshotKey]:
    """Snapshots that the newest commit should hold, and of which it cannot be read whether it does."""
    there = {held.key for held in tree.held}
    keys = {SnapshotKey(named[1], named[2]) for path in context.census.files if (named := _LYING_OPEN.fullmatch(path))}
    keys |= {held.key for held in older[1].held} if older else set()
    return sorted(keys - there, key=lambda key: key.id)


def tell_lost(context: VerifyContext, tree: Tree, older: tuple[str, Tree] | None, keys: Sequence[SnapshotKey]) -> None:
    """Tells of the folders above snapshots that git cannot give, and of what an older commit still has."""
    for place in tree.lost:
        above = place.count("/") < _DEPTH
        remedy = (
            rescue(older[0], len(older[1].held)) if older and above and len(older[1].held) > len(tree.held) else FETCH
        )
        context.damage(
            "git", place or "the newest commit", "git cannot read this folder", remedy, keys if above else ()
        )


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


def check_reach(context: VerifyContext, isolated: IsolatedGit, found: Storage, tips: Sequence[str]) -> None:
    """Everything that hangs on the branch, or on another reference, must be there."""
    words = ("rev-list", "--objects", "--missing=print", "--stdin")
    try:
        printed = isolated.run(*words, feed="".join(f"{tip}\n" for tip in tips).encode())
    except LinkbakError as error:
        if not any(one.damage and one.part in ("git", "snapshots") for one in context.findings):
            context.damage("git", ".git/objects", str(error), FETCH)
        return
    lines = (line.decode("utf-8", "replace").removeprefix("?").partition(" ") for line in printed.split(b"\n"))
    unseen = {name: path for name, _, path in lines if name and found.lacks(name)}
    before = {*found.bad}
    read_again(isolated, found, unseen)
    for name, path in unseen.items():
        if name in found.bad and name not in before:
            place = "".join(c if c.isprintable() else "?" for c in path[:200])
            context.damage("git", place or "the history", f"object {name} {found.bad[name]}", FETCH)


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


def _remedy(
    context: VerifyContext, found: Storage, held: Held, spoilt: Collection[str], copies: Mapping[str, str]
) -> str:
    """Out of the copies that lie open, if there is one of all that is damaged; else out of another vault."""
    copies = {**copies, held.manifest: f"{held.key.folder}/{MANIFEST}"}
    lines = [line for name in spoilt if name in copies for line in _into_git(context, found, copies[name], name)]
    return _sound_copy(lines) if spoilt and len(lines) == 2 * len(spoilt) else FETCH + _AGAIN


def _put_back(context: VerifyContext, found: Storage, path: str, name: str) -> str:
    lines = _into_git(context, found, path, name)
    return _sound_copy(lines) if lines else FETCH


def _sound_copy(lines: Sequence[str]) -> str:
    return "\n".join(["what lies open is sound; put it back into git:", *lines])


def _into_git(context: VerifyContext, found: Storage, path: str, name: str) -> list[str]:
    """How to make an object anew out of the file that lies open; nothing if that is another, or a pack has the object.

    git writes no object that a pack holds, however damaged.
    """
    data = context.read(path)
    if data is None or name in found.packed:
        return []
    own = hashlib.sha1(usedforsecurity=False) if len(name) == 40 else hashlib.sha256()
    own.update(b"blob %d\0" % len(data))
    own.update(data)
    if own.hexdigest() != name:
        return []
    return [f"rm -f {loose_path(name)}", f"git hash-object -w --no-filters {shlex.quote(path)}"]


def _tell_objects(context: VerifyContext, found: Storage, needed: Collection[str]) -> None:
    """Every object that is damaged: where it lies, if it has a file of its own."""
    for name, what in found.spoilt.items():
        if name in found.good and name in found.packed:
            context.damage("git", loose_path(name), what, f"git has another copy:\nrm -f {loose_path(name)}")
        elif name in found.good:
            context.damage(
                "git", loose_path(name), what, "nothing is lost; this writes it anew:\nlinkbak compact --all"
            )
        else:
            context.damage("git", loose_path(name), what, "" if name in needed else _SAME_NAME)
    for name, what in found.bad.items():
        if name not in needed and name not in found.spoilt and name in found.packed:
            context.damage("git", f"object {name}", what, FETCH)

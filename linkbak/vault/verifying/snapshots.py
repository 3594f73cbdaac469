"""Every snapshot in the newest commit: what its manifest lists against the objects git has for it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from linkbak.errors import VaultDamaged
from linkbak.vault import manifest as manifests
from linkbak.vault.layout import ARCHIVE, MANIFEST, SNAPSHOTS
from linkbak.vault.objects import FILE, FOLDER, Entry, Found, Objects, entries
from linkbak.vault.summary import ACCOUNT, ID, SnapshotKey, summarise


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
    found.top = {name: blob for name, mode, blob in top if mode != FOLDER}
    for account, tree in _folders(
        objects, [blob for name, mode, blob in top if (name, mode) == (SNAPSHOTS, FOLDER)], found, SNAPSHOTS
    ):
        if not ACCOUNT.fullmatch(account):
            continue
        for year, within in _folders(objects, [tree], found, f"{SNAPSHOTS}/{account}"):
            for name, snapshot in _folders(objects, [within], found, f"{SNAPSHOTS}/{account}/{year}"):
                if ID.fullmatch(name):
                    found.held.append(_held(objects, SnapshotKey(account, name), snapshot, found))
    found.held.sort(key=lambda one: (one.key.id[:18], one.key.number, one.key.account))
    return found


def _held(objects: Objects, key: SnapshotKey, tree: str, found: Tree) -> Held:
    held = Held(key, [tree])
    listed = _entries(objects, tree, found, key.folder)
    if listed is None:
        return held
    entries = {name: (mode, blob) for name, mode, blob in listed}
    for name in entries.keys() - {MANIFEST, ARCHIVE}:
        held.wrong.append(f"holds {_plain(name)}, which linkbak never put there")
    _, held.manifest = entries.get(MANIFEST, (FILE, ""))
    stored: dict[str, str] = {}
    if ARCHIVE in entries:
        _below(objects, entries[ARCHIVE][1], "", held, stored, found)
    _compare(held, get(objects, held.manifest) if held.manifest else None, stored)
    return held


def _below(objects: Objects, tree: str, folder: str, held: Held, stored: dict[str, str], found: Tree) -> None:
    held.objects.append(tree)
    for name, mode, blob in _entries(objects, tree, found, f"{held.key.folder}/{ARCHIVE}/{folder}") or ():
        if mode == FOLDER:
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
            if mode == FOLDER:
                yield name, blob


def _entries(objects: Objects, tree: str, found: Tree, place: str) -> list[Entry] | None:
    """Name, mode and object of everything in a folder; None if git cannot give it."""
    read = get(objects, tree)
    try:
        if read is not None:
            return list(entries(read))
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

"""Which snapshots git still gives back whole, what is wrong with the others, and how to mend them."""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence

from linkbak.errors import LinkbakError
from linkbak.vault.layout import ARCHIVE, MANIFEST
from linkbak.vault.summary import ACCOUNT, ID, SnapshotKey

from .aside import Aside
from .look import Look
from .snapshots import Held, Tree
from .storage import Storage, look_again, loose_path

_LYING_OPEN = re.compile(rf"snapshots/({ACCOUNT.pattern})/\d{{4}}/((?:{ID.pattern}))/{MANIFEST}")
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

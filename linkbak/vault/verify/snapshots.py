"""Every snapshot in the newest commit: compares its manifest with the objects in git and the files that lie open."""

from __future__ import annotations

import hashlib
import os
import re
import shlex
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from linkbak.errors import LinkbakError, VaultDamaged
from linkbak.model import NamedTuple
from linkbak.texts import tr, tr_count
from linkbak.vault import manifest as manifests
from linkbak.vault.git import FOLDER_MODE, Found, Objects, TreeEntry, blob_id, printable, tree_entries
from linkbak.vault.layout import ARCHIVE, FORMAT, MANIFEST, README, SETTINGS, SNAPSHOTS
from linkbak.vault.snapshots import ACCOUNT_NAME, SNAPSHOT_ID, SnapshotKey, summarise
from linkbak.vault.vault import opened as open_file
from linkbak.vault.verify.context import CONE, INDEX, VerifyContext
from linkbak.vault.verify.objects import IsolatedGit, Storage, Tell, loose_path, read_again
from linkbak.vault.worktree import cone, visible_setting

FETCH = tr("take it from a clone or another copy of the vault")
_SAME_NAME = tr("take the file from a clone or another copy of the vault, where it has the same name")
_FETCH_OR_AGAIN = tr("take it from a clone or another copy of the vault; or import the archive again, into a new vault")
_OPEN_MANIFEST = re.compile(rf"snapshots/({ACCOUNT_NAME.pattern})/\d{{4}}/((?:{SNAPSHOT_ID.pattern}))/{MANIFEST}")
_DEPTH = 3


class Listed(NamedTuple):
    """A snapshot's file: where it lies under `archive`, its object ("" if missing), and its facts in the manifest."""

    stored: str
    blob: str
    sha256: str
    bytes: int


@dataclass
class Held:
    """One snapshot as the newest commit has it.

    `objects` are its folders and its manifest, `digest` is the sha256 of the manifest, `previous` what that gives as
    the one before. `wrong` are faults visible without reading the files; for a manifest that is `unfit` to be believed
    no files are listed.
    """

    key: SnapshotKey
    objects: list[str] = field(default_factory=list)
    manifest: str = ""
    digest: str = ""
    previous: str = ""
    files: tuple[Listed, ...] = ()
    wrong: list[str] = field(default_factory=list)
    unfit: bool = False


@dataclass
class Tree:
    """The newest commit: the files at its top with their objects, the folders above the snapshots, the snapshots.

    `lost` are the folders that git cannot give, by their paths.
    """

    top: dict[str, str] = field(default_factory=dict)
    above: list[str] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def needed(self) -> list[str]:
        """Every object that it needs."""
        files = [file.blob for held in self.held for file in held.files]
        above = [name for held in self.held for name in (*held.objects, held.manifest)]
        return [*self.top.values(), *self.above, *above, *files]


class Walk:
    """Reads commits; folders that git cannot give are noted as lost."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._tree = Tree()
        self._ahead: dict[str, Found] = {}

    def all_of(self, commit: str) -> Tree:
        """The content of a commit."""
        self._tree = tree = Tree()
        root = get(self._objects, f"{commit}^{{tree}}")
        tree.above.append(root.id if root else "")
        top = self._entries(tree.above[0], "") or []
        tree.top = {one.name: one.id for one in top if one.mode != FOLDER_MODE}
        for one in top:
            if (one.name, one.mode) == (SNAPSHOTS, FOLDER_MODE):
                for account, years in self._folders(one.id, SNAPSHOTS):
                    if ACCOUNT_NAME.fullmatch(account):
                        self._take_account(account, years)
        tree.held.sort(key=lambda one: (one.key.id[:18], one.key.number, one.key.account))
        return tree

    def _take_account(self, account: str, years: str) -> None:
        for year, within in self._folders(years, f"{SNAPSHOTS}/{account}"):
            found = self._folders(within, f"{SNAPSHOTS}/{account}/{year}")
            snapshots = {name: tree for name, tree in found if SNAPSHOT_ID.fullmatch(name)}
            self._read_ahead(snapshots.values())
            for name, tree in snapshots.items():
                self._tree.held.append(self._held(SnapshotKey(account, name), tree))
            self._ahead.clear()

    def _read_ahead(self, names: Iterable[str]) -> None:
        """Asks for the folders of a year's snapshots, and for those of their archives, in one go each.

        Those that git does not give are asked for again one by one.
        """
        try:
            for _ in range(2):
                found = [one for one in self._objects.each([*names]) if one]
                self._ahead.update((one.id, one) for one in found)
                entries = (entry for one in found if one.kind == "tree" for entry in tree_entries(one))
                names = [entry.id for entry in entries if entry.name == ARCHIVE]
        except (VaultDamaged, ValueError, IndexError):
            pass
        except (MemoryError, OverflowError):
            self._objects.close()

    def _held(self, key: SnapshotKey, tree: str) -> Held:
        held = Held(key, [tree])
        entries = self._entries(tree, key.folder)
        if entries is None:
            return held
        ids = {one.name: one.id for one in entries}
        for name in ids.keys() - {MANIFEST, ARCHIVE}:
            held.wrong.append(tr("holds {name}, which linkbak never put there", name=printable(name, 80)))
        held.manifest = ids.get(MANIFEST, "")
        stored = dict(self._below(held, ids[ARCHIVE], "")) if ARCHIVE in ids else {}
        _compare(held, get(self._objects, held.manifest) if held.manifest else None, stored)
        return held

    def _below(self, held: Held, tree: str, folder: str) -> Iterator[tuple[str, str]]:
        held.objects.append(tree)
        for one in self._entries(tree, f"{held.key.folder}/{ARCHIVE}/{folder}") or ():
            if one.mode == FOLDER_MODE:
                yield from self._below(held, one.id, f"{folder}{one.name}/")
            else:
                yield folder + one.name, one.id

    def _folders(self, tree: str, place: str) -> Iterator[tuple[str, str]]:
        self._tree.above.append(tree)
        for one in self._entries(tree, place) or ():
            if one.mode == FOLDER_MODE:
                yield one.name, one.id

    def _entries(self, tree: str, place: str) -> list[TreeEntry] | None:
        """Everything in a folder; None, noted as lost, if git cannot give it."""
        read = self._ahead.get(tree) or get(self._objects, tree)
        try:
            if read is not None:
                return list(tree_entries(read))
        except (ValueError, IndexError):
            pass
        self._tree.lost.append(place)
        return None


def _compare(held: Held, text: Found | None, stored: dict[str, str]) -> None:
    """Reads the manifest, and compares it with the names of the files."""
    if text is None:
        held.wrong.append(tr("git cannot read the manifest") if held.manifest else tr("has no manifest"))
        return
    held.digest = hashlib.sha256(text.data).hexdigest()
    try:
        manifest = manifests.loads(text.data, held.key.folder)
    except VaultDamaged:
        held.wrong.append(tr("the manifest is damaged"))
        return
    held.previous = manifest.previous
    if summarise(manifest, held.digest).key != held.key:
        held.wrong.append(tr("the manifest is another snapshot's"))
    if flaw := manifests.unfit(manifest):  # its files are not to be believed, and their names may lead anywhere
        held.wrong.append(flaw)
        held.unfit = True
        return
    held.files = tuple(
        Listed(where := facts.stored or facts.path, stored.pop(where, ""), facts.sha256, facts.bytes)
        for facts in manifest.files
    )
    if stored:
        held.wrong.append(
            tr_count(
                "{number} file is there that the manifest does not list",
                "{number} files are there that the manifest does not list",
                len(stored),
                number=len(stored),
            )
        )


def get(objects: Objects, name: str) -> Found | None:
    """An object that fits into memory; None if git cannot give it, or if it is damaged and claims an absurd size."""
    try:
        return objects.get(name)
    except VaultDamaged:
        return None
    except (MemoryError, OverflowError):
        objects.close()
        return None


def judge(context: VerifyContext, found: Storage, tree: Tree, sound: Collection[str]) -> list[SnapshotKey]:
    """The snapshots that are whole; adds findings about the others. `sound` are the undamaged copies that lie open."""
    whole = []
    needed: set[str] = set()
    paths = ((file.blob, f"{held.key.folder}/{ARCHIVE}/{file.stored}") for held in tree.held for file in held.files)
    copies = {name: path for name, path in paths if path in sound}
    for held in tree.held:
        parts = [*held.objects, held.manifest, *(one.blob for one in held.files)]
        damaged = [name for name in dict.fromkeys(parts) if name and found.lacks(name)]
        needed.update(damaged)
        if wrong := list(_wrong(found, held, damaged)):
            remedy = _remedy(context, found, damaged, {**copies, held.manifest: f"{held.key.folder}/{MANIFEST}"})
            context.damage("snapshots", held.key.folder, "; ".join(wrong), remedy or _FETCH_OR_AGAIN, [held.key])
        else:
            whole.append(held.key)
    for path, name in tree.top.items():
        if found.lacks(name):
            needed.add(name)
            what = tr("as committed, {flaw}", flaw=found.bad.get(name, tr("is not there")))
            context.damage("git", path, what, _remedy(context, found, [name], {name: path}) or FETCH)
    for name, what in found.damaged.items():
        remedy = "" if name in needed else _SAME_NAME
        if name in found.good and name in found.packed:
            remedy = tr("git has another copy:") + f"\nrm -f {loose_path(name)}"
        elif name in found.good:
            remedy = tr("nothing is lost; this writes it anew:") + "\nlinkbak compact --all"
        context.damage("git", loose_path(name), what, remedy)
    for name, what in found.bad.items():
        if name not in needed and name not in found.damaged and name in found.packed:
            context.damage("git", tr("object {name}", name=name), what, FETCH)
    return whole


def _wrong(found: Storage, held: Held, damaged: Sequence[str]) -> Iterator[str]:
    yield from held.wrong
    if not {*held.objects, held.manifest}.isdisjoint(damaged) or not (held.digest or held.wrong):
        yield tr("git cannot give its manifest or one of its folders as it was")
    for file in held.files:
        fact = found.good.get(file.blob)
        if not file.blob or found.lacks(file.blob):
            yield f"{file.stored}: {found.bad.get(file.blob, tr('is not in git'))}"
        elif fact is not None and (fact.sha256, fact.size) != (file.sha256, file.bytes):
            yield tr("{file}: is not what the manifest says", file=file.stored)


def _remedy(context: VerifyContext, found: Storage, damaged: Sequence[str], copies: Mapping[str, str]) -> str:
    """How to make damaged objects anew from `copies` that lie open, "" unless there is a sound one of each.

    git writes no object that a pack holds, even a damaged one.
    """
    lines = []
    for name in damaged:
        data = context.read(copies[name]) if name in copies else None
        if data is None or name in found.packed or blob_id(len(data), [data], len(name)) != name:
            return ""
        lines += [f"rm -f {loose_path(name)}", f"git hash-object -w --no-filters {shlex.quote(copies[name])}"]
    return "\n".join([tr("what lies open is sound; put it back into git:"), *lines]) if lines else ""


def known_lost(context: VerifyContext, tree: Tree, older: tuple[str, Tree] | None) -> list[SnapshotKey]:
    """Snapshots that the newest commit should hold, where its folders cannot be read."""
    opened = (named for path in context.census.files if (named := _OPEN_MANIFEST.fullmatch(path)))
    keys = {SnapshotKey(named[1], named[2]) for named in opened} | (
        {held.key for held in older[1].held} if older else set()
    )
    return sorted(keys - {held.key for held in tree.held}, key=lambda key: key.id)


def report_lost(
    context: VerifyContext, tree: Tree, older: tuple[str, Tree] | None, keys: Sequence[SnapshotKey]
) -> None:
    """Adds findings for the folders above snapshots that git cannot give, and what an older commit still has."""
    for place in tree.lost:
        above = place.count("/") < _DEPTH
        more = older is not None and above and len(older[1].held) > len(tree.held)
        remedy = rescue(older[0], len(older[1].held)) if older and more else FETCH
        context.damage(
            "git", place or tr("the newest commit"), tr("git cannot read this folder"), remedy, keys if above else ()
        )


def rescue(commit: str, snapshots: int) -> str:
    """How to return to the vault as it was at an older commit."""
    lines = [
        tr_count(
            "take it from a clone or another copy of the vault; or go on with the vault as it was before, "
            "with {number} snapshot, in a new folder:",
            "take it from a clone or another copy of the vault; or go on with the vault as it was before, "
            "with {number} snapshots, in a new folder:",
            snapshots,
            number=snapshots,
        ),
        f"git branch rescued {commit}",
        "git clone --no-local --single-branch -b rescued . ../rescued",
        "git -C ../rescued branch -m rescued main",
    ]
    return "\n".join(lines)


def check_reach(context: VerifyContext, isolated: IsolatedGit, found: Storage, tips: Sequence[str]) -> None:
    """Checks that everything reachable from the branch, or another reference, exists."""
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
            what = tr("object {name} {flaw}", name=name, flaw=found.bad[name])
            context.damage("git", printable(path, 200) or tr("the history"), what, FETCH)


# --- what lies open ---------------------------------------------------------------------------------------------------

_SMALL = 64 * 1024
_YOURS = (README, SETTINGS)
"""Files that somebody may edit."""


class Copy(NamedTuple):
    """A file that should lie open, with what it should be; `bytes` is -1 for a manifest."""

    path: str
    sha256: str
    bytes: int
    blob: str


def check_copies(
    context: VerifyContext, tree: Tree, only: Collection[str] | None, tell: Tell
) -> tuple[int, frozenset[str]]:
    """Compares the files that lie open; of the archives all files, or `only` those with these object ids.

    Returns how many were compared, and the paths of the sound ones.
    """
    text = context.read(CONE)
    wanted = None  # all, or not configured
    if text is not None and text != cone([SNAPSHOTS]):
        wanted = {line[1:-1] for line in text.decode("utf-8", "replace").split("\n") if not line.startswith("!")}
    copies = [copy for held in tree.held for copy in _present(context, held, wanted, only)]
    sound = set()
    sizes, top = context.census.files, str(context.layout.top)
    # Hashing and reading hold no lock of Python's; a small file costs less than handing it to a thread.
    with ThreadPoolExecutor() as pool:
        begun = [(copy, pool.submit(_same, top, copy) if copy.bytes > _SMALL else None) for copy in copies]
        compared = [(copy, _same(top, copy) if waiting is None else waiting.result()) for copy, waiting in begun]
    for copy, same in compared:
        tell(sizes[copy.path])
        if same:
            sound.add(copy.path)
        elif same is not None:
            if wanted is not None and "/".join(copy.path.split("/")[:4]) not in wanted:
                what = tr("was edited, and left when its snapshot was closed")
                remedy = tr("git has what was imported; remove the file if it is not wanted")
                context.note("copies", copy.path, what, remedy)
            else:
                context.damage("copies", copy.path, tr("is not what was imported"), _checkout(copy.path))
    return len(copies), frozenset(sound)


def _present(
    context: VerifyContext, held: Held, wanted: Collection[str] | None, only: Collection[str] | None
) -> Iterator[Copy]:
    """The files of a snapshot that lie open and are to be compared; what is missing is noted."""
    folder = held.key.folder
    there = set(context.census.below(folder + "/"))
    if not held.digest:
        return
    if held.unfit:
        context.account(there)
        return
    if not there:
        if wanted is not None and folder in wanted and INDEX in context.census.files:
            _missing(context, folder)
        return
    copies = [Copy(f"{folder}/{MANIFEST}", held.digest, -1, "")]
    copies += [Copy(f"{folder}/{ARCHIVE}/{file.stored}", file.sha256, file.bytes, file.blob) for file in held.files]
    context.account(copy.path for copy in copies)
    for copy in copies:
        if copy.path in there:
            if only is None or copy.bytes == -1 or copy.blob in only:
                yield copy
        elif wanted is None or folder in wanted:
            _missing(context, copy.path)


def check_top(context: VerifyContext, tree: Tree, found: Storage) -> None:
    """Compares the files at the vault's top with those committed."""
    for name, blob in tree.top.items():
        fact = found.good.get(blob)
        text = context.read(name)
        if fact is not None and text is None and INDEX in context.census.files:  # else nothing was ever laid open
            _missing(context, name)
        if fact is None or text is None or hashlib.sha256(text).hexdigest() == fact.sha256 or context.writing():
            continue
        if name == SETTINGS and not _settings_hold(context, text):
            context.damage("copies", name, tr("cannot be used as it is"), _checkout(name))
        elif name in _YOURS:
            remedy = tr("if that was not you, {remedy}", remedy=_checkout(name))
            context.note("copies", name, tr("was edited: it differs from what was committed"), remedy)
        else:
            context.damage("copies", name, tr("differs from what was committed; that is what counts"), _checkout(name))


def _settings_hold(context: VerifyContext, text: bytes) -> bool:
    import tomllib

    try:
        number = tomllib.loads(text.decode("utf-8")).get("format")
        visible_setting(context.layout)
    except (ValueError, LinkbakError, OSError):
        return False
    return type(number) is int and number <= FORMAT


def _same(top: str, copy: Copy) -> bool | None:
    """Whether a file is what it should be; None if it is gone."""
    path = f"{top}/{copy.path}"
    try:
        descriptor = open_file(path)
        if descriptor is None:
            return None if not os.path.lexists(path) else False
        try:
            size = os.fstat(descriptor).st_size
            if copy.bytes not in (-1, size):
                return False
            if size > _SMALL:
                with open(descriptor, "rb", buffering=0, closefd=False) as file:
                    return hashlib.file_digest(file, "sha256").hexdigest() == copy.sha256
            data = os.read(descriptor, size + 1)
            return len(data) == size and hashlib.sha256(data).hexdigest() == copy.sha256
        finally:
            os.close(descriptor)
    except OSError:
        return False


def _missing(context: VerifyContext, path: str) -> None:
    """Adds notes about files that do not lie open, unless another process is opening or closing their folder."""
    top = context.layout.top
    folder = top / "/".join(path.split("/")[:4])
    if not (top / path).exists() and not context.writing() and (folder.is_dir() or folder == top / path):
        context.damage("copies", path, tr("does not lie open, but should"), _checkout(path))


def _checkout(path: str) -> str:
    where = shlex.quote(path)
    return (
        tr("git has it:") + f"\nrm -f {where}\ngit checkout -- {where}"
    )  # git leaves alone what it takes for unchanged

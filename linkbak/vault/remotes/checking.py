"""Looks at a vault that came from elsewhere, before anything here follows it: anybody may write there."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from linkbak.errors import NoVault, UsageProblem, VaultDamaged
from linkbak.model import Manifest
from linkbak.vault import manifest as manifests
from linkbak.vault.catalogue import listed
from linkbak.vault.git import Git
from linkbak.vault.layout import ATTRIBUTES, ATTRIBUTES_TEXT, MARKS, SETTINGS, SNAPSHOTS
from linkbak.vault.objects import FOLDER, Entry, Objects
from linkbak.vault.summary import SnapshotKey, Summary, summarise
from linkbak.vault.vault import check_format
from linkbak.vault.verifying.aside import contents
from linkbak.vault.verifying.past import Trees, wrongs
from linkbak.vault.worktree import visible_in

from .shapes import REFUSED, Folder, check_top, files_of, folder_of, refused, snapshots_of

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many bytes of it are done, and of how many."""

LARGEST = 64 << 20
"""A manifest or a list of marks of more bytes is no honest one."""
_TAKEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


class Incoming(NamedTuple):
    """What a commit from elsewhere brings, every byte of it compared with its manifests.

    `snapshots` are all it holds, with their folders' ids; `new` those that the known commit has not under that name,
    oldest first, and `summaries` theirs; `marks` the lines of marks that it has not.
    """

    commit: str
    snapshots: Mapping[SnapshotKey, str]
    new: tuple[SnapshotKey, ...]
    summaries: tuple[Summary, ...]
    marks: tuple[bytes, ...]


class _Met(NamedTuple):
    """A snapshot that is not just as it is known: its manifest, and the folder it lies in."""

    key: SnapshotKey
    folder: Folder
    manifest: Manifest
    digest: str


def check_incoming(git: Git, commit: str, known: str | None = None, progress: Progress | None = None) -> Incoming:
    """Compares everything that `commit` holds with what linkbak writes; what `known` holds was compared before.

    `git` reads the objects of both. Raises NoVault if it is no vault at all, VaultDamaged if anything is in it that
    linkbak would not have put there, or a snapshot was changed or dropped since it was kept. Nothing is written.
    """
    objects = Objects(git)
    try:
        return _Check(git, objects, commit, known or "").done(progress)
    finally:
        objects.close()


class _Check:
    """One look at one commit."""

    def __init__(self, git: Git, objects: Objects, commit: str, known: str) -> None:
        self._git = git
        self._objects = objects
        self._trees = Trees(objects)
        self._commit = commit
        self._known = known

    def done(self, progress: Progress | None) -> Incoming:
        top = self._trees.of(f"{self._commit}^{{tree}}")
        before = self._trees.of(f"{self._known}^{{tree}}") if self._known else {}
        self._check_sizes(top)
        check_top(top, before)
        self._check_files(top, before)
        found = dict(snapshots_of(self._trees, _id(top, SNAPSHOTS)))
        ours = listed(self._objects, self._known) if self._known else {}
        changed = {key: tree for key, tree in found.items() if ours.get(key) != tree}
        met = self._met(changed)
        self._check_chain(found, met)
        self._check_bytes([one for one in met if not self._only_chained_anew(one, ours)], progress)
        for wrong in wrongs(self._git, self._objects, self._commit, self._known):
            raise refused(wrong.folder, f"{wrong.what}, in commit {wrong.commit[:12]}")
        summaries = [summarise(one.manifest, one.digest) for one in met if one.key not in ours]
        summaries.sort(key=lambda one: one.order)
        marks = self._marks(_id(top, MARKS), _id(before, MARKS))
        return Incoming(self._commit, found, tuple(one.key for one in summaries), tuple(summaries), marks)

    def _check_sizes(self, top: Mapping[str, Entry]) -> None:
        """The files at the top are read as a whole, so none may be huge."""
        small = [one.id for one in top.values() if one.mode != FOLDER]
        if self._huge(small):
            raise refused("a file at its top", "is huge")

    def _check_files(self, top: Mapping[str, Entry], before: Mapping[str, Entry]) -> None:
        if SETTINGS not in top:
            raise NoVault(
                f"what is there is no vault: it has no {SETTINGS}", hint="Is the address that of a copy of a vault?"
            )
        text = self._trees.data(_id(top, SETTINGS))
        try:
            check_format(text.decode("utf-8", "replace"), "the copy")
            visible_in(text)
        except UsageProblem as error:
            raise VaultDamaged(f"the copy: {error}", hint="Correct the file there.") from None
        attributes = top.get(ATTRIBUTES)
        if attributes and attributes != before.get(ATTRIBUTES) and self._trees.data(attributes.id) != ATTRIBUTES_TEXT:
            raise refused(ATTRIBUTES, "could change what is kept")

    def _met(self, changed: Mapping[SnapshotKey, str]) -> list[_Met]:
        """The manifests of what is new or not as it is known, each fit for its place."""
        folders = {key: folder_of(self._trees, key, tree) for key, tree in changed.items()}
        if self._huge([one.manifest for one in folders.values()]):
            raise refused("a manifest", "is huge")
        return [self._read(key, folder) for key, folder in folders.items()]

    def _read(self, key: SnapshotKey, folder: Folder) -> _Met:
        text = self._trees.data(folder.manifest)
        try:
            read = manifests.loads(text, f"the copy, {key.folder}")
        except VaultDamaged as error:
            raise VaultDamaged(str(error), hint=error.hint if "newer" in error.hint else REFUSED) from None
        one = _Met(key, folder, read, hashlib.sha256(text).hexdigest())
        if summarise(read, "").key != key or key.id[:18] != read.taken.replace(":", ""):
            raise refused(key.folder, "has the manifest of another snapshot")
        if not _TAKEN.fullmatch(read.taken) or not _moment(read.imported_at):
            raise refused(key.folder, "has a manifest without its times")
        names = [file.stored or file.path for file in read.files]
        if len(set(names)) != len(names) or len({file.path for file in read.files}) != len(names):
            raise refused(key.folder, "has a manifest that lists a file twice")
        return one

    def _check_chain(self, found: Mapping[SnapshotKey, str], met: Sequence[_Met]) -> None:
        """Each manifest names one that is there as the one before it."""
        digests = {one.digest for one in met}
        rest = found.keys() - {one.key for one in met}
        blobs = [folder_of(self._trees, key, found[key]).manifest for key in rest]
        digests.update(hashlib.sha256(blob.data).hexdigest() for blob in self._objects.each(blobs) if blob)
        for one in met:
            if one.manifest.previous and one.manifest.previous not in digests:
                raise refused(one.key.folder, "names a manifest before it that is gone or was changed")

    def _only_chained_anew(self, one: _Met, ours: Mapping[SnapshotKey, str]) -> bool:
        """Whether all but the chain is as it is known here, so that its bytes need not be read again."""
        if one.key not in ours:
            return False
        here = folder_of(self._trees, one.key, ours[one.key])
        texts = [manifests.lasting(self._trees.data(name)) for name in (here.manifest, one.folder.manifest)]
        return here.archive == one.folder.archive and texts[0] == texts[1]

    def _check_bytes(self, met: Sequence[_Met], progress: Progress | None) -> None:
        """Every file of every archive against the size and the sha256 in its manifest, each object read once."""
        wanted: dict[str, tuple[int, str, str]] = {}
        for one in met:
            facts = {file.stored or file.path: file for file in one.manifest.files}
            for path, blob in files_of(self._trees, one.key, one.folder.archive, frozenset(facts)).items():
                should = facts[path].bytes, facts[path].sha256, f"{one.key.folder}/archive/{path}"
                if wanted.setdefault(blob, should)[:2] != should[:2]:
                    raise refused(should[2], "is not what the manifest says")
        total, done = sum(size for size, _, _ in wanted.values()), 0
        for blob, fact in contents(self._git, list(wanted)):
            size, sha256, place = wanted[blob]
            if isinstance(fact, str) or (fact.kind, fact.size, fact.sha256) != ("blob", size, sha256):
                raise refused(place, "is not what the manifest says")
            done += size
            if progress is not None:
                progress("comparing", done, total)

    def _marks(self, theirs: str, ours: str) -> tuple[bytes, ...]:
        """The lines that are new; each must be a JSON object."""
        known = Counter(lines_of(self._trees.data(ours)) if ours else [])
        fresh = Counter(lines_of(self._trees.data(theirs)) if theirs else [])
        fresh.subtract(known)
        new = [line for line, times in fresh.items() for _ in range(times)]
        for line in new:
            try:
                mark = json.loads(line)
            except (ValueError, RecursionError):
                mark = None
            if not isinstance(mark, dict):
                raise refused(MARKS, "has a line that is no mark")
        return tuple(new)

    def _huge(self, names: Sequence[str]) -> bool:
        """Whether an object among these is beyond all measure; asked before any is read into memory."""
        feed = "".join(f"{name}\n" for name in names).encode()
        if not feed:
            return False
        sizes = self._git.run("cat-file", "--buffer", "--batch-check=%(objectsize)", feed=feed).split()
        return any(size.isdigit() and int(size) > LARGEST for size in sizes)


def lines_of(marks: bytes) -> list[bytes]:
    """The lines of marks.jsonl that say something."""
    return [line for line in marks.split(b"\n") if line.strip()]


def _id(entries: Mapping[str, Entry], name: str) -> str:
    return entries[name].id if name in entries else ""


def _moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False

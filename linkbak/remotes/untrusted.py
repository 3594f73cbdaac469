"""Checks a vault that came from elsewhere before anything of it is used here: anybody may have written there.

Nothing is allowed in it but ordinary files under names that linkbak gives, each as its manifest says, in a history
that only ever grew.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from linkbak.archive import collision_key
from linkbak.errors import MachineProblem, NoVault, UsageProblem, VaultDamaged
from linkbak.marks import read_untrusted
from linkbak.model import Manifest, NamedTuple, Progress, may_be_taken
from linkbak.texts import tr
from linkbak.vault import (
    ACCOUNT_NAME,
    ARCHIVE,
    ATTRIBUTES,
    ATTRIBUTES_TEXT,
    FILE_MODE,
    FOLDER_MODE,
    MANIFEST,
    MARKS,
    README,
    SETTINGS,
    SNAPSHOT_ID,
    SNAPSHOTS,
    Git,
    Objects,
    SnapshotKey,
    Summary,
    TreeEntry,
    check_format,
    printable,
    set_aside_by,
    snapshot_trees,
    summarise,
)
from linkbak.vault import manifest as manifests
from linkbak.vault.staging import COMPONENT_BYTES, DEVICE, PATH_BYTES
from linkbak.vault.verify import Trees, contents, wrongs
from linkbak.vault.worktree import visible_in

LARGEST = 64 << 20
"""The most bytes of an honest manifest or list of marks."""


class Incoming(NamedTuple):
    """The new content of a commit from elsewhere, every byte compared with its manifests.

    `snapshots` are all it holds, with their folders' ids; `summaries` are of those that the known commit has not under
    that name, oldest first; `marks` are the lines of marks that it has not.
    """

    snapshots: Mapping[SnapshotKey, str]
    summaries: tuple[Summary, ...]
    marks: tuple[bytes, ...]


class _Changed(NamedTuple):
    """A snapshot that is new or changed: its manifest, and its folder."""

    key: SnapshotKey
    folder: _Folder
    manifest: Manifest
    digest: str


def check_incoming(git: Git, commit: str, known: str | None = None, progress: Progress | None = None) -> Incoming:
    """Compares everything that `commit` holds with what linkbak writes; what `known` holds was compared before.

    `git` reads the objects of both. Raises NoVault if it is no vault at all, VaultDamaged if anything is in it that
    linkbak would not have put there, or a snapshot was changed or dropped since it was kept. Nothing is written.
    """
    with closing(Objects(git)) as objects:
        return _IncomingCheck(git, objects, commit, known or "").run(progress)


class _IncomingCheck:
    """The check of one commit against the known one."""

    def __init__(self, git: Git, objects: Objects, commit: str, known: str) -> None:
        self._git = git
        self._objects = objects
        self._trees = Trees(objects)
        self._commit = commit
        self._known = known
        self._ours = snapshot_trees(objects, known) if known else {}
        self._aside: frozenset[SnapshotKey] = frozenset()

    def run(self, progress: Progress | None) -> Incoming:
        top = self._trees.of(f"{self._commit}^{{tree}}")
        before = self._trees.of(f"{self._known}^{{tree}}") if self._known else {}
        self._refuse_huge(tr("a file at its top"), [one.id for one in top.values() if one.mode != FOLDER_MODE])
        _check_top(top, before)
        self._check_files(top, before)
        if MARKS in top:
            self._aside = set_aside_by(self._trees.data(_id(top, MARKS)))
        found = dict(_snapshots_of(self._trees, _id(top, SNAPSHOTS)))
        changed = self._read_changed(found)
        self._check_chain(found, changed)
        self._check_bytes([one for one in changed if not self._differs_in_chain_alone(one)], progress)
        for wrong in wrongs(self._git, self._objects, self._commit, self._known):
            raise _refusal(wrong.folder, tr("{what}, in commit {commit}", what=wrong.what, commit=wrong.commit[:12]))
        summaries = [summarise(one.manifest, one.digest) for one in changed if one.key not in self._ours]
        summaries.sort(key=lambda one: one.order)
        return Incoming(found, tuple(summaries), self._new_marks(_id(top, MARKS), _id(before, MARKS)))

    def _check_files(self, top: Mapping[str, TreeEntry], before: Mapping[str, TreeEntry]) -> None:
        if SETTINGS not in top:
            raise NoVault(
                tr("what is there is no vault: it has no {file}", file=SETTINGS),
                hint=tr("Is the address that of a copy of a vault?"),
            )
        text = self._trees.data(_id(top, SETTINGS))
        try:
            check_format(text.decode("utf-8", "replace"), tr("the copy"))
            visible_in(text)
        except UsageProblem as error:
            raise VaultDamaged(tr("the copy: {error}", error=error), hint=tr("Correct the file there.")) from None
        attributes = top.get(ATTRIBUTES)
        if attributes and attributes != before.get(ATTRIBUTES) and self._trees.data(attributes.id) != ATTRIBUTES_TEXT:
            raise _refusal(ATTRIBUTES, tr("could change what is kept"))

    def _read_changed(self, found: Mapping[SnapshotKey, str]) -> list[_Changed]:
        """The new or changed snapshots, each with a manifest fit for its place."""
        changed = {key: tree for key, tree in found.items() if self._ours.get(key) != tree}
        folders = {key: _folder_of(self._trees, key, tree) for key, tree in changed.items()}
        self._refuse_huge(tr("a manifest"), [one.manifest for one in folders.values()])
        return [self._read(key, folder) for key, folder in folders.items()]

    def _read(self, key: SnapshotKey, folder: _Folder) -> _Changed:
        text = self._trees.data(folder.manifest)
        try:
            read = manifests.read_untrusted(text, tr("the copy, {snapshot}", snapshot=key.folder))
        except VaultDamaged as error:
            raise VaultDamaged(str(error), hint=error.hint if error.hint == manifests.NEWER else _HINT) from None
        one = _Changed(key, folder, read, hashlib.sha256(text).hexdigest())
        if summarise(read, "").key != key:
            raise _refusal(key.folder, tr("has the manifest of another snapshot"))
        if flaw := manifests.unfit(read):
            raise _refusal(key.folder, flaw)
        if key not in self._aside:
            _check_clock(key, datetime.fromisoformat(read.taken))
        return one

    def _check_chain(self, found: Mapping[SnapshotKey, str], changed: Sequence[_Changed]) -> None:
        """Checks that each manifest names an existing one as its predecessor."""
        digests = {one.digest for one in changed}
        rest = found.keys() - {one.key for one in changed}
        blobs = [_folder_of(self._trees, key, found[key]).manifest for key in rest]
        digests.update(hashlib.sha256(blob.data).hexdigest() for blob in self._objects.each(blobs) if blob)
        for one in changed:
            if one.manifest.previous and one.manifest.previous not in digests:
                raise _refusal(one.key.folder, tr("names a manifest before it that is gone or was changed"))

    def _differs_in_chain_alone(self, one: _Changed) -> bool:
        """Whether everything but the chain is as known here, so that its bytes need not be read again."""
        if one.key not in self._ours:
            return False
        here = _folder_of(self._trees, one.key, self._ours[one.key])
        texts = [manifests.lasting(self._trees.data(name)) for name in (here.manifest, one.folder.manifest)]
        return here.archive == one.folder.archive and texts[0] == texts[1]

    def _check_bytes(self, changed: Sequence[_Changed], progress: Progress | None) -> None:
        """Compares every file of every archive with the size and the sha256 in its manifest; reads each object once."""
        wanted: dict[str, tuple[int, str, str]] = {}
        for one in changed:
            facts = {file.stored or file.path: file for file in one.manifest.files}
            for path, blob in _files_of(self._trees, one.key, one.folder.archive, frozenset(facts)).items():
                should = facts[path].bytes, facts[path].sha256, f"{one.key.folder}/archive/{path}"
                if wanted.setdefault(blob, should)[:2] != should[:2]:
                    raise _refusal(should[2], tr("is not what the manifest says"))
        total, done = sum(size for size, _, _ in wanted.values()), 0
        for blob, fact in contents(self._git, list(wanted)):
            size, sha256, place = wanted[blob]
            if isinstance(fact, str) or (fact.kind, fact.size, fact.sha256) != ("blob", size, sha256):
                raise _refusal(place, tr("is not what the manifest says"))
            done += size
            if progress is not None:
                progress("comparing", done, total)

    def _new_marks(self, theirs: str, ours: str) -> tuple[bytes, ...]:
        """The new lines; each must be a JSON object, and complete if it is about a person."""
        known = Counter(mark_lines(self._trees.data(ours)) if ours else [])
        fresh = Counter(mark_lines(self._trees.data(theirs)) if theirs else [])
        fresh.subtract(known)
        new = [line for line, times in fresh.items() for _ in range(times)]
        if any(mark_of(line) is None for line in new):
            raise _refusal(MARKS, tr("has a line that is no mark"))
        try:
            read_untrusted(new)
        except VaultDamaged:
            raise VaultDamaged(
                tr("the copy has a mark that is not whole; nothing was taken"),
                hint=tr("`git log -p marks.jsonl` in a plain `git clone` of it shows what it was."),
            ) from None
        return tuple(new)

    def _refuse_huge(self, place: str, names: Sequence[str]) -> None:
        """Refuses objects of absurd size, before any is read into memory whole."""
        if names:
            feed = "".join(f"{name}\n" for name in names).encode()
            sizes = self._git.run("cat-file", "--buffer", "--batch-check=%(objectsize)", feed=feed).split()
            if any(size.isdigit() and int(size) > LARGEST for size in sizes):
                raise _refusal(place, tr("is huge"))


def mark_lines(marks: bytes) -> list[bytes]:
    """The lines of marks.jsonl that are not blank."""
    return [line for line in marks.split(b"\n") if line.strip()]


def mark_of(line: bytes) -> dict[str, Any] | None:
    """The JSON object in a line of marks.jsonl; None if it is none."""
    try:
        mark = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return mark if isinstance(mark, dict) else None


def _id(entries: Mapping[str, TreeEntry], name: str) -> str:
    return entries[name].id if name in entries else ""


def _check_clock(key: SnapshotKey, taken: datetime) -> None:
    """Refuse an archive dated after this machine's clock, which may itself be wrong."""
    if not may_be_taken(taken):
        now = datetime.now(UTC)
        raise MachineProblem(
            tr(
                "the copy, {snapshot}: it says {taken}, this clock says {now}",
                snapshot=key.folder,
                taken=f"{taken.day} {taken:%b %Y}",
                now=f"{now.day} {now:%b %Y}",
            ),
            hint=tr("Set the clock of this machine. Nothing was taken from the copy."),
        )


# --- the allowed tree -------------------------------------------------------------------------------------------------

_AT_TOP = frozenset({README, SETTINGS, ATTRIBUTES, MARKS})
_HINT = tr("Nothing was taken from it. A plain `git clone` of it, and `linkbak verify` there, says more.")
_MOST_SNAPSHOTS = 100_000
"""The most snapshots of an honest copy: 27 years of one a day for ten people."""
_YEAR = re.compile(r"\d{4}", re.ASCII)
_FORBIDDEN_NAME = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\/]|[. ]$|^\.{1,2}$|^git~\d|^\.git', re.IGNORECASE)


class _Folder(NamedTuple):
    """A snapshot's folder: the ids of its manifest and of its archive, "" if there is none."""

    manifest: str
    archive: str


def _refusal(place: str, what: str) -> VaultDamaged:
    """The refusal of a copy with something wrong at a place, whose name a stranger may have chosen."""
    return VaultDamaged(
        tr("the copy is not as linkbak leaves it: {place} {what}", place=printable(place, 200), what=what), hint=_HINT
    )


def _check_top(top: Mapping[str, TreeEntry], known: Mapping[str, TreeEntry]) -> None:
    """Refuses anything at the top that linkbak does not put there and our own vault does not have."""
    for one in top.values():
        if one == known.get(one.name):
            continue
        if one.name != SNAPSHOTS and one.name not in _AT_TOP:
            raise _refusal(one.name, tr("is nothing that linkbak put there"))
        if one.mode != (FOLDER_MODE if one.name == SNAPSHOTS else FILE_MODE):
            raise _refusal(one.name, tr("is no ordinary file or folder"))


def _snapshots_of(trees: Trees, root: str) -> Iterator[tuple[SnapshotKey, str]]:
    """Every snapshot below the folder of snapshots, with its folder's id; anything else there is refused."""
    number = 0
    for account in _folders(trees, root, SNAPSHOTS, ACCOUNT_NAME):
        place = f"{SNAPSHOTS}/{account.name}"
        for year in _folders(trees, account.id, place, _YEAR):
            for one in _folders(trees, year.id, f"{place}/{year.name}", SNAPSHOT_ID):
                if not one.name.startswith(year.name):
                    raise _refusal(f"{place}/{year.name}/{one.name}", tr("lies in another year's folder"))
                number += 1
                if number > _MOST_SNAPSHOTS:
                    raise _refusal(SNAPSHOTS, tr("holds more than {number} snapshots", number=_MOST_SNAPSHOTS))
                yield SnapshotKey(account.name, one.name), one.id


def _folder_of(trees: Trees, key: SnapshotKey, tree: str) -> _Folder:
    """A snapshot's folder: a manifest, and the archive, and nothing else."""
    found = trees.of(tree)
    wanted = {MANIFEST: FILE_MODE, ARCHIVE: FOLDER_MODE}
    for one in found.values():
        if wanted.get(one.name) != one.mode:
            raise _refusal(f"{key.folder}/{one.name}", tr("is nothing that linkbak put there"))
    if MANIFEST not in found:
        raise _refusal(key.folder, tr("has no {file}", file=MANIFEST))
    return _Folder(found[MANIFEST].id, found[ARCHIVE].id if ARCHIVE in found else "")


def _files_of(trees: Trees, key: SnapshotKey, archive: str, expected: frozenset[str]) -> dict[str, str]:
    """The object of each file of an archive, which must be just those expected.

    Only folders that hold an expected file are opened, so this ends however the folders are nested.
    """
    if any(len(path.encode("utf-8", "replace")) > PATH_BYTES for path in expected):
        raise _refusal(key.folder, tr("has a file whose path is too long"))
    above = {path[:end] for path in expected for end, c in enumerate(path) if c == "/"}
    found: dict[str, str] = {}
    left = [("", archive)] if archive else []
    while left:
        before, tree = left.pop()
        _check_names(trees, f"{key.folder}/{ARCHIVE}/{before}", tree)
        for one in trees.of(tree).values():
            path = before + one.name
            if one.mode == FOLDER_MODE and path in above:
                left.append((f"{path}/", one.id))
            elif one.mode == FILE_MODE and path in expected:
                found[path] = one.id
            else:
                raise _refusal(f"{key.folder}/{ARCHIVE}/{path}", tr("is not in the manifest, or no ordinary file"))
    if len(found) != len(expected):
        raise _refusal(key.folder, tr("lacks {files} of the files in its manifest", files=len(expected) - len(found)))
    return found


def _check_names(trees: Trees, place: str, tree: str) -> None:
    """Refuses names that not every file system can hold, and two that one could take for the same."""
    seen = set()
    for one in trees.of(tree).values():
        folded = collision_key(one.name)
        long = len(one.name.encode("utf-8", "replace")) > COMPONENT_BYTES
        surrogates = any("\ud800" <= c <= "\udfff" for c in one.name)
        forbidden = _FORBIDDEN_NAME.search(one.name) or DEVICE.match(one.name)
        if forbidden or long or surrogates or folded in seen:
            raise _refusal(place + one.name, tr("has a name that linkbak gives no file"))
        seen.add(folded)


def _folders(trees: Trees, tree: str, place: str, name: re.Pattern[str]) -> Iterator[TreeEntry]:
    for one in trees.of(tree).values():
        if one.mode != FOLDER_MODE or not name.fullmatch(one.name):
            raise _refusal(f"{place}/{one.name}", tr("is nothing that linkbak put there"))
        yield one

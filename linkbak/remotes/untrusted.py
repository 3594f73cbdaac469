"""Looks at a vault that came from elsewhere, before anything here follows it: anybody may write there."""

from __future__ import annotations

import hashlib
import json
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from linkbak.errors import LinkbakError, MachineProblem, NoVault, UsageProblem, VaultDamaged
from linkbak.model import Manifest
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
    on_this_machine,
    snapshot_trees,
    summarise,
)
from linkbak.vault import manifest as manifests
from linkbak.vault.names import COMPONENT_BYTES, PATH_BYTES
from linkbak.vault.verify import Trees, contents, wrongs
from linkbak.vault.worktree import visible_in

# --- shapes -----------------------------------------------------------------------------------------------------------
# What may be in a vault that comes from elsewhere, and nothing else: ordinary files under names linkbak gives.

TOP = frozenset({README, SETTINGS, ATTRIBUTES, MARKS})
REFUSED = "Nothing was taken from it. A plain `git clone` of it, and `linkbak verify` there, says more."
MOST = 100_000
"""More snapshots than this no honest copy holds: 27 years of one a day for ten people."""
_YEAR = re.compile(r"\d{4}", re.ASCII)
_UGLY = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\/]|[. ]$|^\.{1,2}$|^git~\d|^\.git', re.IGNORECASE)
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(?=[ .]|$)", re.IGNORECASE)


class Folder(NamedTuple):
    """A snapshot's folder in a tree: its own id, its manifest's and its archive's, "" if there is none."""

    tree: str
    manifest: str
    archive: str


def refused(place: str, what: str) -> VaultDamaged:
    """The refusal of a copy in which something is wrong at a place."""
    return VaultDamaged(f"the copy is not as linkbak leaves it: {shown(place)} {what}", hint=REFUSED)


def shown(place: str) -> str:
    """A path that somebody else chose, fit to be printed."""
    return "".join(c if c.isprintable() else "?" for c in place[:200])


def check_top(top: Mapping[str, TreeEntry], known: Mapping[str, TreeEntry]) -> None:
    """Only what linkbak puts there; besides, what our own vault has too."""
    for one in top.values():
        if one == known.get(one.name):
            continue
        if one.name != SNAPSHOTS and one.name not in TOP:
            raise refused(one.name, "is nothing that linkbak put there")
        if one.mode != (FOLDER_MODE if one.name == SNAPSHOTS else FILE_MODE):
            raise refused(one.name, "is no ordinary file or folder")


def snapshots_of(trees: Trees, root: str) -> Iterator[tuple[SnapshotKey, str]]:
    """Every snapshot below the folder of snapshots, with its folder's id; anything else there is refused."""
    number = 0
    for account in _folders(trees, root, SNAPSHOTS, ACCOUNT_NAME):
        place = f"{SNAPSHOTS}/{account.name}"
        for year in _folders(trees, account.id, place, _YEAR):
            for one in _folders(trees, year.id, f"{place}/{year.name}", SNAPSHOT_ID):
                if not one.name.startswith(year.name):
                    raise refused(f"{place}/{year.name}/{one.name}", "lies in another year's folder")
                number += 1
                if number > MOST:
                    raise refused(SNAPSHOTS, f"holds more than {MOST} snapshots")
                yield SnapshotKey(account.name, one.name), one.id


def folder_of(trees: Trees, key: SnapshotKey, tree: str) -> Folder:
    """A snapshot's folder: a manifest, and the archive, and nothing else."""
    found = trees.of(tree)
    wanted = {MANIFEST: FILE_MODE, ARCHIVE: FOLDER_MODE}
    for one in found.values():
        if wanted.get(one.name) != one.mode:
            raise refused(f"{key.folder}/{one.name}", "is nothing that linkbak put there")
    if MANIFEST not in found:
        raise refused(key.folder, f"has no {MANIFEST}")
    return Folder(tree, found[MANIFEST].id, found[ARCHIVE].id if ARCHIVE in found else "")


def files_of(trees: Trees, key: SnapshotKey, archive: str, expected: frozenset[str]) -> dict[str, str]:
    """The object of each file of an archive, which must be just those expected.

    No folder is looked into that none of them lies in, so that it ends however the folders are nested.
    """
    if any(len(path.encode("utf-8", "replace")) > PATH_BYTES for path in expected):
        raise refused(key.folder, "has a file whose path is too long")
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
                raise refused(f"{key.folder}/{ARCHIVE}/{path}", "is not in the manifest, or no ordinary file")
    if len(found) != len(expected):
        raise refused(key.folder, f"lacks {len(expected) - len(found)} of the files in its manifest")
    return found


def _check_names(trees: Trees, place: str, tree: str) -> None:
    """Names that every file system can hold, no two of which it could take for one."""
    seen = set()
    for one in trees.of(tree).values():
        folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", one.name).casefold())
        long = len(one.name.encode("utf-8", "replace")) > COMPONENT_BYTES
        if _UGLY.search(one.name) or _DEVICE.match(one.name) or long or folded in seen or not _text(one.name):
            raise refused(place + one.name, "has a name that linkbak gives no file")
        seen.add(folded)


def _text(name: str) -> bool:
    return not any("\ud800" <= c <= "\udfff" for c in name)


def _folders(trees: Trees, tree: str, place: str, name: re.Pattern[str]) -> Iterator[TreeEntry]:
    for one in trees.of(tree).values():
        if one.mode != FOLDER_MODE or not name.fullmatch(one.name):
            raise refused(f"{place}/{one.name}", "is nothing that linkbak put there")
        yield one


# --- untrusted --------------------------------------------------------------------------------------------------------

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
        ours = snapshot_trees(self._objects, self._known) if self._known else {}
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

    def _check_sizes(self, top: Mapping[str, TreeEntry]) -> None:
        """The files at the top are read as a whole, so none may be huge."""
        small = [one.id for one in top.values() if one.mode != FOLDER_MODE]
        if self._huge(small):
            raise refused("a file at its top", "is huge")

    def _check_files(self, top: Mapping[str, TreeEntry], before: Mapping[str, TreeEntry]) -> None:
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
            read = manifests.read_untrusted(text, f"the copy, {key.folder}")
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


def _id(entries: Mapping[str, TreeEntry], name: str) -> str:
    return entries[name].id if name in entries else ""


def _moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


# --- planted ----------------------------------------------------------------------------------------------------------
# A copy that lies on a disk of this machine: looked at before git is run on it.
# A disk is lent, a share is written to by others: whoever had it may have left a program there for git to run.

SAFE_HERE = (
    f"core.hooksPath={os.devnull}",
    "core.fsmonitor=false",
    "core.alternateRefsCommand=true",
    f"core.attributesFile={os.devnull}",
    "receive.denyCurrentBranch=refuse",
    "receive.autogc=false",
    "receive.fsckObjects=true",
    "receive.unpackLimit=10",
    "pack.threads=1",
    "pack.windowMemory=100m",
    "core.bigFileThreshold=16m",
    "gc.auto=0",
    "maintenance.auto=false",
    "protocol.allow=never",
)
"""What git is told when it works for the other end: it starts no hook and no program, and reaches nobody else."""

_RUNS = re.compile(
    r"(include|includeif|alias|filter|credential|url|submodule|hook|gpg)\..*"
    r"|core\.(sshcommand|fsmonitor|gitproxy|worktree|alternaterefscommand|alternaterefsprefixes|askpass|editor|pager)"
    r"|extensions\.(partialclone|worktreeconfig)|remote\..*\.(promisor|partialclonefilter|uploadpack|receivepack|vcs)"
    r"|uploadpack\.packobjectshook|gc\.recentobjectshook|receive\.procreceiverefs|diff\.external"
    r"|(diff|merge)\..*\.(command|textconv|driver)",
    re.DOTALL,
)
_ELSEWHERE = ("objects/info/alternates", "objects/info/http-alternates", "info/grafts", "commondir", "shallow")


def looked_at(path: Path) -> Path:
    """The git folder of the copy at `path`; raises a LinkbakError if there is none, or one that cannot be trusted."""
    with on_this_machine(path):
        if path.is_file():
            return path
        folder = git_folder(path)
        _refuse_elsewhere(path, folder)
    for name, value in settings(folder):
        if _RUNS.fullmatch(name) and not (name == "core.fsmonitor" and value == "false"):
            raise VaultDamaged(
                f"{path}: its configuration sets {name}, which can make git run a program or look elsewhere",
                hint=f"If you set it yourself, take it out: `git config --file {folder}/config --unset {name}`.",
            )
    return folder


def _refuse_elsewhere(path: Path, folder: Path) -> None:
    if link := next(_links(folder), None):
        raise VaultDamaged(
            f"{path} is no copy to be trusted: its {link} is a link, through which git might write elsewhere",
            hint="Make a new one with `--create`.",
        )
    for name in _ELSEWHERE:
        if (folder / name).exists():
            raise VaultDamaged(
                f"{path} is no whole copy: its {name} sends git elsewhere", hint="Make a new one with `--create`."
            )


def _links(folder: Path) -> Iterator[Path]:
    """Where git writes, what leads out of the repository: a link in place of a folder, a reference or its log."""
    within = [*folder.iterdir(), *(folder / "objects").iterdir()]
    for name in ("refs", "logs"):
        within += [Path(at) / one for at, folders, files in os.walk(folder / name) for one in (*folders, *files)]
    return (path.relative_to(folder) for path in within if path.is_symlink())


def git_folder(path: Path) -> Path:
    """Where the repository at `path` is: there itself if it is bare, else in .git."""
    try:
        if not path.exists():
            raise MachineProblem(
                f"{path} is not there", hint="Is the disk plugged in, or the share mounted? `linkbak remote list`."
            )
        for folder in (path, path / ".git"):
            if (folder / "HEAD").is_file() and (folder / "objects").is_dir():
                return folder
    except OSError as error:
        raise MachineProblem(f"{path}: {error.strerror or type(error).__name__}") from None
    raise UsageProblem(
        f"{path} is no git repository",
        hint="`linkbak remote add NAME PATH --create` makes one in a folder that is new or empty.",
    )


def is_bare(folder: Path) -> bool:
    """Whether no files lie open in the repository; to such a one git pushes."""
    said = dict(settings(folder)).get("core.bare", "")
    return said == "true" or (said == "" and folder.name != ".git")


def settings(folder: Path) -> list[tuple[str, str]]:
    """The names (lower case) and values in a repository's own configuration, nothing that it includes."""
    git = Git(folder)
    try:
        printed = git.run("config", "--file", str(folder / "config"), "--no-includes", "--list", "-z")
    except LinkbakError:
        raise MachineProblem(f"git cannot read {folder}/config", hint="Look at the file; is it git's?") from None
    words = printed.decode("utf-8", "replace").split("\0")
    return [(name.lower(), value) for name, _, value in (word.partition("\n") for word in words) if name]

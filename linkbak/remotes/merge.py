"""Merges two diverged commits: the union of their snapshots and marks.

The result depends on the two commits alone, not on whose they are or when it is made: two machines that each merge the
other's commit make the same commit, and are then equal.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Literal

from linkbak.errors import VaultDamaged
from linkbak.model import Manifest, NamedTuple
from linkbak.remotes.untrusted import mark_lines, mark_of
from linkbak.texts import tr
from linkbak.vault import (
    FOLDER_MODE,
    MANIFEST,
    MARKS,
    SNAPSHOTS,
    Git,
    Objects,
    SnapshotKey,
    Summary,
    TreeEntry,
    snapshot_trees,
)
from linkbak.vault import manifest as manifests
from linkbak.vault.verify import Trees
from linkbak.vault.writer import Content, commit, end_of_chain, free_key

Relation = Literal["same", "behind", "ahead", "apart", "unrelated"]
_SUBJECT = "Merge what two machines have kept"
_COMMITTED = re.compile(rb"^committer .*> (\d+) [+-]\d{4}$", re.MULTILINE)

Changes = dict[str, Content]


class Merged(NamedTuple):
    """The result of merging two commits.

    `new` are the snapshots that only their side had; `anew` how many manifests name another one before them than on
    either side; `renamed` snapshots of ours or theirs that have another name now; `both` the archives that both had
    imported; `chosen` the other files that both had changed; `marks` all lines of marks.
    """

    changes: Changes
    new: tuple[SnapshotKey, ...]
    anew: int
    renamed: tuple[tuple[SnapshotKey, SnapshotKey], ...]
    both: tuple[SnapshotKey, ...]
    chosen: tuple[str, ...]
    marks: tuple[bytes, ...]


def relation(git: Git, ours: str, theirs: str) -> Relation:
    """The relation of our commit to theirs: ours is behind if theirs is built on it."""
    if ours == theirs:
        return "same"
    found = _bases(git, ours, theirs)
    if ours in found:
        return "behind"
    if theirs in found:
        return "ahead"
    return "apart" if found else "unrelated"


def first_of_equals(git: Git, objects: Objects, ours: str, theirs: str) -> str:
    """The one of two commits of equal content that every machine takes; "" if their content differs.

    It is that with the longest history, then with the least name. A descendant has the longer history, so machines
    that only move forward or to such commits come to an end.
    """
    one, other = (objects.get(f"{commit}^{{tree}}") for commit in (ours, theirs))
    if one is None or other is None or one.id != other.id:
        return ""
    return min((ours, theirs), key=lambda commit: (-int(git.run("rev-list", "--count", commit)), commit))


def merge(git: Git, objects: Objects, ours: str, theirs: str, known: Sequence[Summary]) -> Merged:
    """Commits the merge, and moves the branch there; `known` are the summaries of our snapshots."""
    made = _plan(git, objects, ours, theirs, known)
    lines = [f"{made.anew} manifest{'s' * (made.anew != 1)} chained anew"] if made.anew else []
    lines += [f"{old.folder} is {new.folder} now" for old, new in made.renamed]
    lines += [f"{key.folder} was kept on both" for key in made.both]
    lines += [f"{name} was changed on both" for name in made.chosen]
    message = "\n".join([_SUBJECT, *([""] if lines else []), *lines, ""])
    parents = sorted((ours, theirs))
    when = max(_committed_at(objects, parent) for parent in parents)
    commit(git, parents, message, made.changes, when=when)
    return made


def _plan(git: Git, objects: Objects, ours: str, theirs: str, known: Sequence[Summary]) -> Merged:
    here, there = snapshot_trees(objects, ours), snapshot_trees(objects, theirs)
    common = {key for key, tree in here.items() if there.get(key) == tree}
    mine, others = (
        _read(objects, {key: tree for key, tree in side.items() if key not in common}) for side in (here, there)
    )
    made = unite_snapshots(mine, others, [one for one in known if one.key in common])
    first = min(ours, theirs)
    changes = _change_snapshots(here if first == ours else there, common, made)
    sides = ((ours, made.ours), (theirs, made.theirs))
    lines = merge_marks(*([_renamed_in(line, moves) for line in marks_at(objects, commit)] for commit, moves in sides))
    if lines:
        changes[MARKS] = b"".join(line + b"\n" for line in lines)
    base = next(iter(_bases(git, ours, theirs)), "")
    other_changes, chosen = _change_other_files(objects, (first, max(ours, theirs)), base)
    changes |= other_changes
    moves = {*made.ours.items(), *made.theirs.items()}
    known_texts = {one.text for one in (*mine, *others)}
    return Merged(
        changes,
        tuple(sorted(set(made.theirs.values()) - set(made.ours.values()), key=lambda key: key.id)),
        sum(one.text not in known_texts for one in made.placed),
        tuple(sorted((old, new) for old, new in moves if old != new)),
        made.both,
        chosen,
        tuple(lines),
    )


def _bases(git: Git, ours: str, theirs: str) -> list[str]:
    """The newest common ancestors."""
    process = git.start("merge-base", "--all", ours, theirs)
    printed, complaint = git.communicate(process)
    if process.returncode != 1 or complaint:  # status 1 means that there is none
        git.judge(process.returncode, "merge-base", complaint)
    return sorted(printed.decode("ascii").split())


def _read(objects: Objects, side: Mapping[SnapshotKey, str]) -> list[Kept]:
    found = []
    blobs = objects.each([f"{tree}:{MANIFEST}" for tree in side.values()])
    for (key, tree), blob in zip(side.items(), blobs, strict=True):
        if blob is None:
            raise VaultDamaged(tr("{snapshot} has no {file}", snapshot=key.folder, file=MANIFEST))
        found.append(Kept.read(key, tree, blob.data))
    return found


def _change_snapshots(first: Mapping[SnapshotKey, str], common: set[SnapshotKey], made: United) -> Changes:
    """The changes that turn the snapshots of the first commit into the merged ones."""
    final = {one.key for one in made.placed} | common
    changes: Changes = {key.folder: None for key in sorted(first) if key not in final}
    for one in made.placed:
        if first.get(one.key) != one.kept.tree:
            changes[one.key.folder] = TreeEntry("", FOLDER_MODE, one.kept.tree)
        if one.text != one.kept.text:
            changes[f"{one.key.folder}/{MANIFEST}"] = one.text
    return changes


def marks_at(objects: Objects, commit: str) -> list[bytes]:
    """The lines of marks in a commit; raises VaultDamaged if git cannot read them, which is not the same as none."""
    found = objects.at_top(commit, MARKS)
    return mark_lines(found.data) if found else []


def _renamed_in(line: bytes, moves: Mapping[SnapshotKey, SnapshotKey]) -> bytes:
    try:
        mark = json.loads(line)
        old = SnapshotKey(mark["account"], mark["snapshot"])
        new = moves.get(old, old)
    except (ValueError, RecursionError, KeyError, TypeError):
        return line
    if new == old:
        return line
    text = json.dumps({**mark, "snapshot": new.id}, ensure_ascii=False, sort_keys=True)
    return text.encode("utf-8", "backslashreplace")


def _change_other_files(objects: Objects, commits: tuple[str, str], base: str) -> tuple[Changes, tuple[str, ...]]:
    """The changes that turn the other files of the first commit into the merged ones, and the files that both changed.

    Of a file that both changed, that of the later commit stays; the history has both.
    """
    first, second, old = (_other_files(objects, commit) if commit else {} for commit in (*commits, base))
    later = max(commits, key=lambda commit: (_committed_at(objects, commit), commit))
    changes: Changes = {}
    chosen = []
    for name in sorted(first.keys() | second.keys()):
        one, other, before = (side.get(name) for side in (first, second, old))
        if other in (one, before):
            continue
        if one != before:
            chosen.append(name)
            if later == commits[0]:
                continue
        changes[name] = other
    return changes, tuple(chosen)


def _other_files(objects: Objects, commit: str) -> dict[str, TreeEntry]:
    """Everything at the top except snapshots and marks."""
    found = Trees(objects).of(f"{commit}^{{tree}}").values()
    return {one.name: one for one in found if one.name not in (MARKS, SNAPSHOTS)}


def _committed_at(objects: Objects, commit: str) -> int:
    found = objects.get(commit)
    when = _COMMITTED.search(found.data) if found else None
    if when is None:
        raise VaultDamaged(tr("git cannot read the commit {commit}", commit=commit[:12]))
    return int(when[1])


# --- snapshots --------------------------------------------------------------------------------------------------------
# Two sets of snapshots merged into one chain: a function of both sets alone, whichever of them is ours.

_MOMENT = 18


class Kept(NamedTuple):
    """A snapshot of one side: its folder's id, its manifest as text and as read.

    `lasting` is a digest of the parts of the manifest that no merge changes.
    """

    key: SnapshotKey
    tree: str
    text: bytes
    manifest: Manifest
    lasting: str

    @classmethod
    def read(cls, key: SnapshotKey, tree: str, text: bytes) -> Kept:
        """The snapshot with its manifest read."""
        lasting = hashlib.sha256(manifests.lasting(text)).hexdigest()
        return cls(key, tree, text, manifests.loads(text, key.folder), lasting)


class Placed(NamedTuple):
    """A merged snapshot: whose folder it is, its name, and its manifest."""

    key: SnapshotKey
    kept: Kept
    text: bytes


class United(NamedTuple):
    """The snapshots that differ between the sides, in the order of the chain.

    `ours` and `theirs` map each side's old names to the new ones, `both` are the archives that both had kept.
    """

    placed: tuple[Placed, ...]
    ours: Mapping[SnapshotKey, SnapshotKey]
    theirs: Mapping[SnapshotKey, SnapshotKey]
    both: tuple[SnapshotKey, ...]


class _Archive(NamedTuple):
    """One archive: our side's snapshot and theirs, either of which may be missing."""

    ours: Kept | None
    theirs: Kept | None

    @property
    def sides(self) -> list[Kept]:
        return [side for side in self if side is not None]

    @property
    def kept(self) -> Kept:
        """The one that stays: the one imported first."""
        return min(self.sides, key=_by_import)

    @property
    def twice(self) -> bool:
        """Whether both sides imported the archive independently."""
        return len({side.lasting for side in self.sides}) == 2


def unite_snapshots(ours: Sequence[Kept], theirs: Sequence[Kept], common: Sequence[Summary]) -> United:
    """Puts snapshots that only one side has, or both differently, on top of the `common` ones.

    The chain of the common ones stays. The others follow in the order in which they were imported, each naming the one
    before it, so that every machine gets the same result.
    """
    ones = sorted(_pair(ours, theirs), key=lambda one: _by_import(one.kept))
    names = _choose_names(ones, {one.key for one in common})
    placed, previous = [], end_of_chain(common)
    for one, key in zip(ones, names, strict=True):
        text = manifests.renamed(one.kept.text, key.id, previous)
        placed.append(Placed(key, one.kept, text))
        previous = hashlib.sha256(text).hexdigest()
    return United(
        tuple(placed),
        {one.ours.key: key for one, key in zip(ones, names, strict=True) if one.ours},
        {one.theirs.key: key for one, key in zip(ones, names, strict=True) if one.theirs},
        tuple(key for one, key in zip(ones, names, strict=True) if one.twice),
    )


def _pair(ours: Iterable[Kept], theirs: Iterable[Kept]) -> list[_Archive]:
    """Each archive once: two are the same if account, day and every file are equal."""
    left = _by_archive(theirs)
    found = [_Archive(one, left.pop(name, None)) for name, one in _by_archive(ours).items()]
    return found + [_Archive(None, one) for one in left.values()]


def _by_archive(side: Iterable[Kept]) -> dict[tuple[object, ...], Kept]:
    """One side's snapshots by content; two snapshots of one side never count as the same."""
    found: dict[tuple[object, ...], Kept] = {}
    for one in sorted(side, key=lambda one: (one.key.account, one.key.id[:_MOMENT], one.key.number)):
        files = frozenset((file.path, file.bytes, file.sha256) for file in one.manifest.files)
        name = (one.key.account, one.manifest.taken[:10], files)
        number = next(number for number in count() if (*name, number) not in found)
        found[*name, number] = one
    return found


def _choose_names(ones: Sequence[_Archive], taken: set[SnapshotKey]) -> list[SnapshotKey]:
    """A name for each: its own, if that is free; earlier imports come first."""
    names = []
    for one in ones:
        moment = one.kept.key.id[:_MOMENT]
        claimed = {side.key for side in one.sides if side.key.id[:_MOMENT] == moment}
        free = (key for key in sorted(claimed, key=lambda key: key.number) if key not in taken)
        name = next(free, None) or free_key(one.kept.key.account, moment, taken)
        taken.add(name)
        names.append(name)
    return names


def _by_import(one: Kept) -> tuple[str, str, str, str]:
    """A sort key that does not depend on a snapshot's name, which may differ between the sides."""
    return one.manifest.imported_at, one.manifest.taken, one.key.account, one.lasting


# --- marks ------------------------------------------------------------------------------------------------------------
# Two diverged lists of marks merged into one: no line is lost, and both sides get the same list.


def merge_marks(ours: Sequence[bytes], theirs: Sequence[bytes]) -> list[bytes]:
    """The common beginning, then the rest by time; each side's own order stays.

    A line that both have added appears once. The result is the same whichever side is called ours.
    """
    same = next((n for n, (one, other) in enumerate(zip(ours, theirs, strict=False)) if one != other), None)
    start = min(len(ours), len(theirs)) if same is None else same
    return [*ours[:start], *_interleave(ours[start:], theirs[start:])]


def _interleave(ours: Sequence[bytes], theirs: Sequence[bytes]) -> list[bytes]:
    """Repeatedly takes the earlier of the two next lines; a line that the other side has further on waits for it."""
    sides = [list(reversed(side)) for side in (ours, theirs)]
    waiting = [Counter(side) for side in sides]
    found = []
    while sides[0] and sides[1]:
        heads = [side[-1] for side in sides]
        awaited = [waiting[1][heads[0]] > 0, waiting[0][heads[1]] > 0]
        which: tuple[int, ...]
        if heads[0] == heads[1]:
            which = (0, 1)
        elif awaited[0] == awaited[1]:
            first = int(_time_of(heads[1]) < _time_of(heads[0]))
            which = (first,) if not awaited[0] else (first, 1 - first)
        else:
            which = (1,) if awaited[0] else (0,)
        line = heads[which[0]]
        found.append(line)
        for side in which:
            _take(sides[side], line)
            waiting[side][line] -= 1
    return found + sides[0][::-1] + sides[1][::-1]


def _take(side: list[bytes], line: bytes) -> None:
    """Removes the first of equal lines; the list is reversed."""
    if side[-1] == line:
        side.pop()
    else:
        del side[len(side) - 1 - side[::-1].index(line)]


def _time_of(line: bytes) -> tuple[str, bytes]:
    at = (mark_of(line) or {}).get("at")
    return (at if isinstance(at, str) else ""), line

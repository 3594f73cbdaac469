"""Two commits that grew apart, as one commit of both: the union of their snapshots and marks.

It depends on the two commits alone, not on whose they are or when it is made: two machines that each merge what the
other has make the same commit, and have nothing more to tell each other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from linkbak.errors import VaultDamaged
from linkbak.vault.catalogue import listed
from linkbak.vault.commit import Stored, join
from linkbak.vault.git import Git
from linkbak.vault.layout import MANIFEST, MARKS, SNAPSHOTS
from linkbak.vault.objects import Entry, Objects
from linkbak.vault.summary import SnapshotKey, Summary
from linkbak.vault.verifying.past import Trees

from .checking import lines_of
from .merging_chain import Kept, Placed, United, united
from .merging_lines import merged_lines

Relation = Literal["same", "behind", "ahead", "apart", "unrelated"]
_SUBJECT = "Merge what two machines have kept"
_WHEN = re.compile(rb"^committer .*> (\d+) [+-]\d{4}$", re.MULTILINE)

Changes = dict[str, str | bytes | Stored | None]


class Merged(NamedTuple):
    """What a merge makes of two commits.

    `new` are the snapshots that only their side had; `anew` how many manifests name another one before them than on
    either side; `renamed` snapshots of ours or theirs that are called otherwise now; `both` the archives that both had
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
    """How our commit stands to theirs: ours is behind if theirs follows it."""
    if ours == theirs:
        return "same"
    found = bases(git, ours, theirs)
    if ours in found:
        return "behind"
    if theirs in found:
        return "ahead"
    return "apart" if found else "unrelated"


def bases(git: Git, ours: str, theirs: str) -> list[str]:
    """The newest commits that both follow."""
    process = git.start("merge-base", "--all", ours, theirs)
    with process:
        printed, complaint = process.communicate()
    if process.returncode != 1 or complaint:  # 1 is how it says that there is none
        git.judge(process.returncode, "merge-base", complaint)
    return sorted(printed.decode("ascii").split())


def merge(git: Git, objects: Objects, ours: str, theirs: str, known: Sequence[Summary]) -> Merged:
    """What is to become of two commits; `known` are the summaries of our snapshots."""
    trees = Trees(objects)
    here, there = listed(objects, ours), listed(objects, theirs)
    common = {key for key, tree in here.items() if there.get(key) == tree}
    mine, others = (
        _read(objects, {key: tree for key, tree in side.items() if key not in common}) for side in (here, there)
    )
    made = united(mine, others, [one for one in known if one.key in common])
    first = min(ours, theirs)
    changes = _of_snapshots(here if first == ours else there, common, made)
    lines = _marks(trees, (ours, made.ours), (theirs, made.theirs))
    text = b"".join(line + b"\n" for line in lines)
    if text != _file(trees, first, MARKS):
        changes[MARKS] = text
    others_changed, chosen = _of_other_files(trees, objects, first, max(ours, theirs), bases(git, ours, theirs))
    changes |= others_changed
    moves = {*made.ours.items(), *made.theirs.items()}
    return Merged(
        changes,
        tuple(sorted(set(made.theirs.values()) - set(made.ours.values()), key=lambda key: key.id)),
        _anew(mine, others, made.placed),
        tuple(sorted((old, new) for old, new in moves if old != new)),
        made.both,
        chosen,
        tuple(lines),
    )


def commit(git: Git, objects: Objects, ours: str, theirs: str, made: Merged) -> str:
    """Commits a merge, to which the branch moves; gives its id."""
    parents = sorted((ours, theirs))
    when = max(_when(objects, parent) for parent in parents)
    told = [f"{made.anew} manifest{'s' * (made.anew != 1)} chained anew"] if made.anew else []
    told += [f"{old.folder} is {new.folder} now" for old, new in made.renamed]
    told += [f"{key.folder} was kept on both" for key in made.both]
    told += [f"{name} was changed on both" for name in made.chosen]
    return join(git, parents, "\n".join([_SUBJECT, *([""] if told else []), *told, ""]), when, made.changes)


def _read(objects: Objects, side: Mapping[SnapshotKey, str]) -> list[Kept]:
    found = []
    for (key, tree), blob in zip(
        side.items(), objects.each([f"{tree}:{MANIFEST}" for tree in side.values()]), strict=True
    ):
        if blob is None:
            raise VaultDamaged(f"{key.folder} has no {MANIFEST}")
        found.append(Kept.read(key, tree, blob.data))
    return found


def _of_snapshots(first: Mapping[SnapshotKey, str], common: set[SnapshotKey], made: United) -> Changes:
    """What makes the snapshots of the first commit into those of both."""
    final = {one.key for one in made.placed} | common
    changes: Changes = {key.folder: None for key in sorted(first) if key not in final}
    for one in made.placed:
        if first.get(one.key) != one.kept.tree:
            changes[one.key.folder] = Stored(one.kept.tree)
        if one.text != one.kept.text:
            changes[f"{one.key.folder}/{MANIFEST}"] = one.text
    return changes


def _anew(ours: Sequence[Kept], theirs: Sequence[Kept], placed: Sequence[Placed]) -> int:
    texts = {one.text for one in (*ours, *theirs)}
    return sum(one.text not in texts for one in placed)


def _marks(trees: Trees, *sides: tuple[str, Mapping[SnapshotKey, SnapshotKey]]) -> list[bytes]:
    """All lines of marks; those about a snapshot that is called otherwise now follow it."""
    ours, theirs = (
        [_following(line, moves) for line in lines_of(_file(trees, commit, MARKS))] for commit, moves in sides
    )
    return merged_lines(ours, theirs)


def _following(line: bytes, moves: Mapping[SnapshotKey, SnapshotKey]) -> bytes:
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


def _of_other_files(
    trees: Trees, objects: Objects, first: str, second: str, common: Sequence[str]
) -> tuple[Changes, tuple[str, ...]]:
    """What makes the other files of the first commit into those of both, and which of them both had changed.

    Where both had, that of the later commit stays, which is as good as the other; the history has both.
    """
    one, other, base = (_others(trees, commit) if commit else {} for commit in (first, second, next(iter(common), "")))
    later = max((first, second), key=lambda commit: (_when(objects, commit), commit))
    changes: Changes = {}
    chosen = []
    for name in sorted(one.keys() | other.keys()):
        a, b, before = (side.get(name) for side in (one, other, base))
        if a == b or b == before:
            continue
        if a != before:
            chosen.append(name)
            if later == first:
                continue
        changes[name] = Stored(b.id, b.mode) if b else None
    return changes, tuple(chosen)


def _others(trees: Trees, commit: str) -> dict[str, Entry]:
    """What is at the top but for snapshots and marks."""
    found = trees.of(f"{commit}^{{tree}}").values()
    return {one.name: one for one in found if one.name not in (MARKS, SNAPSHOTS)}


def _file(trees: Trees, commit: str, name: str) -> bytes:
    found = trees.of(f"{commit}^{{tree}}").get(name)
    return trees.data(found.id) if found else b""


def _when(objects: Objects, commit: str) -> int:
    found = objects.get(commit)
    when = _WHEN.search(found.data) if found else None
    if when is None:
        raise VaultDamaged(f"git cannot read the commit {commit[:12]}")
    return int(when[1])

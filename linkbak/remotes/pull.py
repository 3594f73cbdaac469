"""Takes in what copies elsewhere have and the vault has not: only what this linkbak understands, and nobody else's."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from linkbak.adapters import NETWORKS, by_network
from linkbak.errors import LinkbakError, UnknownArchive, UsageProblem, VaultDamaged
from linkbak.ingest import Verdict, refuse_strangers, same_list
from linkbak.model import NamedTuple, Progress
from linkbak.remotes import list_remotes
from linkbak.remotes.fetch import fetch, forget
from linkbak.remotes.git import MAIN
from linkbak.remotes.merge import first_of_equals, marks_at, merge, relation, same_tree
from linkbak.remotes.untrusted import Incoming, check_incoming
from linkbak.vault import (
    MANIFEST,
    MARKS,
    Git,
    Objects,
    SnapshotFiles,
    SnapshotKey,
    Summary,
    Vault,
    manifest,
    snapshot_trees,
)
from linkbak.vault.verify import Trees
from linkbak.vault.writer import Writer, write_transaction

State = Literal["empty", "same", "ahead", "forwarded", "merged", "failed"]
"""empty: nothing is there yet; ahead: the vault has all that is there, and more; forwarded: the copy had all that was
here, and more; merged: each had something of its own."""


class Pulled(NamedTuple):
    """What came of one copy.

    `new` are the snapshots that came, `marks` how many lines of marks; the rest is of a merge: `anew` manifests were
    chained anew, `renamed` tells which snapshots are called otherwise now, `both` which archives both had imported,
    `chosen` which other files both had changed, and `unrelated` that the two vaults had nothing in common before.
    """

    name: str
    state: State
    new: tuple[SnapshotKey, ...] = ()
    marks: int = 0
    anew: int = 0
    renamed: tuple[tuple[SnapshotKey, SnapshotKey], ...] = ()
    both: tuple[SnapshotKey, ...] = ()
    chosen: tuple[str, ...] = ()
    unrelated: bool = False
    error: LinkbakError | None = None


def pull(place: Path, names: Sequence[str] | None = None, progress: Progress | None = None) -> list[Pulled]:
    """Takes in what the remotes of these names have, all of them if none is named, one after another.

    What goes wrong with one is said in its place and keeps the others from nothing. Raises UsageProblem if there is no
    remote, NoVault and what else is wrong with the vault itself.
    """
    known = [one.name for one in list_remotes(place)]
    wanted = list(dict.fromkeys(names or known))
    if not wanted:
        raise UsageProblem(
            "the vault has no copy elsewhere to pull from", hint="`linkbak remote add NAME ADDRESS` tells where one is."
        )
    found = []
    for name in wanted:
        try:
            found.append(_pull_one(place, name, name, progress))
        except LinkbakError as error:
            found.append(Pulled(name, "failed", error=error))
    return found


def pull_bundle(place: Path, bundle: Path, progress: Progress | None = None) -> Pulled:
    """Takes in what a bundle brings, as from a remote; raises a LinkbakError if it is refused."""
    pulled = _pull_one(place, bundle, bundle.name, progress)
    forget(place, bundle)
    return pulled


def _pull_one(place: Path, source: str | Path, name: str, progress: Progress | None) -> Pulled:
    with Vault.open(place) as vault:
        known, summaries = vault.newest(), vault.every()

    def check(git: Git, theirs: str) -> None:
        if relation(git, known, theirs) not in ("same", "ahead"):
            _check_usable(git, known, theirs, summaries, check_incoming(git, theirs, known, progress))

    theirs = fetch(place, source, check)
    return take_in(place, name, theirs) if theirs else Pulled(name, "empty")


def _check_usable(git: Git, ours: str, theirs: str, here: Sequence[Summary], incoming: Incoming) -> None:
    """Refuses what would be of no use here or do harm: a later linkbak's, somebody else's.

    Raises UnknownArchive and OtherAccount.
    """
    if unknown := next((one for one in incoming.summaries if one.network not in NETWORKS), None):
        raise UnknownArchive(
            f"the copy holds {unknown.key.folder}, of a network that this linkbak does not know; nothing was taken",
            hint="Install a newer linkbak.",
        )
    new = {one.key for one in incoming.summaries}
    both = [one for one in here if one.key in incoming.snapshots and one.key not in new]
    refuse_strangers(
        here, [*both, *incoming.summaries], lambda one, other: _same_list(git, (ours, one), (theirs, other))
    )


def _same_list(git: Git, *sides: tuple[str, Summary]) -> Verdict:
    """Whose two lists are, each a snapshot of a commit that `git` can read."""
    objects = Objects(git)
    try:
        lists = []
        for commit, one in sorted(sides, key=lambda side: side[1].taken):
            found = objects.get(f"{commit}:{one.key.folder}/{MANIFEST}")
            files = SnapshotFiles(git, objects, commit, one.key, manifest.loads(found.data if found else b"", one.id))
            listing = by_network(one.network).connections(files)
            lists.append((listing.rows if listing else (), one.taken_at.date()))
    finally:
        objects.close()
    (earlier, day), (later, _) = lists
    return same_list(earlier, later, day)


def take_in(place: Path, name: str, theirs: str) -> Pulled:
    """Brings a commit that was fetched and checked into the vault's branch; gives what came of it."""
    with Vault.open(place) as vault, write_transaction(vault, "pull") as writer:
        return _take_in(vault, writer, name, theirs)


def _take_in(vault: Vault, writer: Writer, name: str, theirs: str) -> Pulled:
    ours, known = writer.head, vault.every()
    found = relation(Git(vault.path), ours, theirs)

    def merged(git: Git, objects: Objects) -> Pulled:
        made = merge(git, objects, ours, theirs, known)
        marks = len(made.marks) - len(marks_at(Trees(objects), ours))
        unrelated = found == "unrelated"
        return Pulled(
            name, "merged", made.new, marks, made.anew, made.renamed, made.both, made.chosen, unrelated=unrelated
        )

    if found == "same" or found == "ahead":
        return Pulled(name, found)
    if found == "apart" and same_tree(vault.objects, ours, theirs):
        # Each has merged all that the other has. All take the same of such commits, so that no merge follows for ever.
        lengths = {one: int(Git(vault.path).run("rev-list", "--count", one)) for one in (ours, theirs)}
        if first_of_equals(lengths) == theirs:
            writer.move(lambda git, _: git.run("update-ref", "-m", "linkbak: pull", MAIN, theirs, ours))
        return Pulled(name, "same")
    if found == "behind":
        return writer.move(lambda git, objects: _forward(git, objects, name, ours, theirs))
    return writer.move(merged)


def _forward(git: Git, objects: Objects, name: str, ours: str, theirs: str) -> Pulled:
    """Moves the branch to their commit, which follows ours."""
    mine, others = (marks_at(Trees(objects), commit) for commit in (ours, theirs))
    _refuse_fewer_marks(mine, others)
    here, there = snapshot_trees(objects, ours), snapshot_trees(objects, theirs)
    new = tuple(sorted(there.keys() - here.keys(), key=lambda key: key.id))
    anew = sum(key in there and there[key] != tree for key, tree in here.items())
    git.run("update-ref", "-m", "linkbak: pull", MAIN, theirs, ours)
    return Pulled(name, "forwarded", new, len(others) - len(mine), anew)


def _refuse_fewer_marks(mine: Sequence[bytes], others: Sequence[bytes]) -> None:
    """A copy that follows our own commit must have kept every line, but for the name of a snapshot in it."""
    left = Counter(_without_snapshot(line) for line in others)
    gone = []
    for number, line in enumerate(mine, start=1):
        left[_without_snapshot(line)] -= 1
        if left[_without_snapshot(line)] < 0:
            gone.append(str(number))
    if gone:
        which = f"line {gone[0]}" if len(gone) == 1 else f"lines {', '.join(gone[:5])}" + (", ..." * (len(gone) > 5))
        raise VaultDamaged(
            f"the copy has lost marks that are kept here: {MARKS}, {which}",
            hint="Nothing was taken from it. Find out who took them out: `git log -p marks.jsonl` in a clone of it.",
        )


def _without_snapshot(line: bytes) -> bytes:
    """A mark about a snapshot without the snapshot's name, which a merge may change; any other as it is."""
    try:
        mark = json.loads(line)
        return json.dumps({**mark, "snapshot": ""}, sort_keys=True).encode() if "snapshot" in mark else line
    except (ValueError, RecursionError, TypeError):
        return line

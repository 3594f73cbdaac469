"""Takes in what copies elsewhere have and the vault has not."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from linkbak.errors import LinkbakError, UsageProblem, VaultDamaged
from linkbak.vault.catalogue import listed
from linkbak.vault.git import Git
from linkbak.vault.layout import BRANCH, MARKS
from linkbak.vault.objects import Objects
from linkbak.vault.summary import SnapshotKey, Summary
from linkbak.vault.vault import Vault
from linkbak.vault.verifying.past import Trees
from linkbak.vault.writing import Writer

from .checking import Incoming, Progress, check_incoming, lines_of
from .fetching import fetch
from .merging import commit, merge, relation
from .registering import remotes

State = Literal["empty", "same", "ahead", "forwarded", "merged", "failed"]
"""empty: nothing is there yet; ahead: the vault has all that is there, and more; forwarded: the copy had all that was
here, and more; merged: each had something of its own."""

Examine = Callable[[Sequence[Summary], Incoming], None]
"""Looks at the vault's snapshots and at what is to come in; raises to refuse it."""


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


def pull(
    place: Path,
    names: Sequence[str] | None = None,
    examine: Examine | None = None,
    progress: Progress | None = None,
) -> list[Pulled]:
    """Takes in what the remotes of these names have, all of them if none is named, one after another.

    What goes wrong with one is told in its place and keeps the others from nothing. Raises UsageProblem if there is no
    remote, NoVault and what else is wrong with the vault itself.
    """
    known = [one.name for one in remotes(place)]
    wanted = list(dict.fromkeys(names or known))
    if not wanted:
        raise UsageProblem(
            "the vault has no copy elsewhere to pull from", hint="`linkbak remote add NAME ADDRESS` tells where one is."
        )
    found = []
    for name in wanted:
        try:
            found.append(_pulled(place, name, examine, progress))
        except LinkbakError as error:
            found.append(Pulled(name, "failed", error=error))
    return found


def _pulled(place: Path, name: str, examine: Examine | None, progress: Progress | None) -> Pulled:
    with Vault.open(place) as vault:
        known, summaries = vault.newest(), vault.summaries()

    def check(git: Git, theirs: str) -> None:
        if relation(git, known, theirs) not in ("same", "ahead"):
            incoming = check_incoming(git, theirs, known, progress)
            if examine is not None:
                examine(summaries, incoming)

    theirs = fetch(place, name, check)
    if not theirs:
        return Pulled(name, "empty")
    return take_in(place, name, theirs)


def take_in(place: Path, name: str, theirs: str) -> Pulled:
    """Brings a commit that was fetched and looked at into the vault's branch; says what that came to."""
    with Vault.open(place) as vault:
        if (stand := relation(Git(place), vault.newest(), theirs)) in ("same", "ahead"):
            return Pulled(name, "same" if stand == "same" else "ahead")
        with vault.writing("pull") as writer:
            return _moved(vault, writer, name, theirs)


def _moved(vault: Vault, writer: Writer, name: str, theirs: str) -> Pulled:
    ours, known = writer.head, vault.summaries()
    stand = relation(Git(vault.path), ours, theirs)

    def merged(git: Git, objects: Objects) -> Pulled:
        made = merge(git, objects, ours, theirs, known)
        marks = len(made.marks) - len(_marks(objects, ours))
        commit(git, objects, ours, theirs, made)
        unrelated = stand == "unrelated"
        return Pulled(
            name, "merged", made.new, marks, made.anew, made.renamed, made.both, made.chosen, unrelated=unrelated
        )

    if stand in ("same", "ahead"):  # somebody else has just taken it in
        return Pulled(name, "same" if stand == "same" else "ahead")
    if stand == "behind":
        return writer.move(lambda git, objects: _forwarded(git, objects, ours, theirs)._replace(name=name))
    return writer.move(merged)


def _forwarded(git: Git, objects: Objects, ours: str, theirs: str) -> Pulled:
    """Moves the branch to their commit, which follows ours."""
    mine, others = _marks(objects, ours), _marks(objects, theirs)
    _refuse_fewer_marks(mine, others)
    here, there = listed(objects, ours), listed(objects, theirs)
    new = tuple(sorted(there.keys() - here.keys(), key=lambda key: key.id))
    anew = sum(key in there and there[key] != tree for key, tree in here.items())
    git.run("update-ref", "-m", "linkbak: pull", f"refs/heads/{BRANCH}", theirs, ours)
    return Pulled("", "forwarded", new, len(others) - len(mine), anew)


def _refuse_fewer_marks(mine: Sequence[bytes], others: Sequence[bytes]) -> None:
    """A copy that follows our own commit must have kept every line, but for the name of a snapshot in it."""
    left = Counter(_nameless(line) for line in others)
    gone = []
    for number, line in enumerate(mine, start=1):
        left[_nameless(line)] -= 1
        if left[_nameless(line)] < 0:
            gone.append(str(number))
    if gone:
        which = f"line {gone[0]}" if len(gone) == 1 else f"lines {', '.join(gone[:5])}" + (", ..." * (len(gone) > 5))
        raise VaultDamaged(
            f"the copy has lost marks that are kept here: {MARKS}, {which}",
            hint="Nothing was taken from it. Find out who took them out: `git log -p marks.jsonl` in a clone of it.",
        )


def _nameless(line: bytes) -> bytes:
    """A mark about a snapshot without the snapshot's name, which a merge may change; any other as it is."""
    try:
        mark = json.loads(line)
        return json.dumps({**mark, "snapshot": ""}, sort_keys=True).encode() if "snapshot" in mark else line
    except (ValueError, RecursionError, TypeError):
        return line


def _marks(objects: Objects, commit: str) -> list[bytes]:
    trees = Trees(objects)
    found = trees.of(f"{commit}^{{tree}}").get(MARKS)
    return lines_of(trees.data(found.id)) if found else []

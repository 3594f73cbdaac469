"""Brings what a copy elsewhere holds into the vault's objects; the vault's branch stays where it is.

It comes into a repository apart, is looked over there, and only then moved to the vault's own objects.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal, NamedTuple

from linkbak.errors import LinkbakError, UsageProblem, VaultDamaged, VaultLocked
from linkbak.remotes.address import Address, read
from linkbak.remotes.git import Network, lent, moved, repository
from linkbak.remotes.git import Progress as GitProgress
from linkbak.remotes.merge import commit, merge, relation
from linkbak.remotes.registry import remote, remotes
from linkbak.remotes.untrusted import Incoming, Progress, check_incoming, lines_of, looked_at
from linkbak.vault import (
    BRANCH,
    MARKS,
    Git,
    Layout,
    Objects,
    SnapshotKey,
    Summary,
    Vault,
    head,
    on_this_machine,
    refuse_redirects,
    remove_tree,
    snapshot_trees,
    sync_folder,
)
from linkbak.vault.lock import locked_beside, orderly_end, patience
from linkbak.vault.verify import Trees
from linkbak.vault.writer import Writer, write_transaction

PREFIX = "fetching-"
LOCK = "fetch.lock"
REFS = "refs/linkbak/fetched"
FILE = "_file"
INCOMING = "refs/linkbak/incoming"
_BUSY = "another linkbak is fetching into the vault"
_MAIN = f"refs/heads/{BRANCH}"

Check = Callable[[Git, str], object]
"""Looks at what came in: git that reads it and the vault's objects, and the newest commit. Raises to refuse it."""


def fetch(place: Path, source: str | Path, check: Check | None = None, progress: GitProgress | None = None) -> str:
    """Fetches the branch of the remote named `source`, or of a bundle or repository at that Path; gives its commit.

    The commit is then kept by the reference `fetched_ref(source)`; the vault's branch and files stay as they are. ""
    if the other end is empty. Raises a LinkbakError if it cannot be reached or `check` refuses what came.
    """
    address = read(str(source.absolute())) if isinstance(source, Path) else remote(place, source).address
    with Vault.open(place):
        pass  # refuses what is no vault
    layout = Layout(place)
    refuse_redirects(layout)
    with orderly_end(), _alone(layout) as descriptor:
        _clear(layout)
        ours = head(layout.git)
        folder = layout.own / f"{PREFIX}{os.urandom(8).hex()}"
        with repository(folder, long=len(ours) > 40, ours=ours, shallow=_shallow(layout)):
            commit = download(folder, address, borrow=layout.git / "objects", held=descriptor, progress=progress)
            if commit and check is not None:
                git = Git(folder)
                lent(git, layout.git / "objects")
                check(git, commit)
            if commit:
                _join(place, layout, folder, fetched_ref(source), commit)
    return commit


def fetched_ref(source: str | Path) -> str:
    """The reference that names what was last fetched from there."""
    return f"{REFS}/{FILE if isinstance(source, Path) else source}"


def forget(place: Path, source: str | Path) -> None:
    """Removes that reference, if it is there; the objects stay."""
    with Vault.open(place) as vault, write_transaction(vault, "pull"):
        Git(place).run("update-ref", "-d", fetched_ref(source))


def download(
    folder: Path,
    address: Address,
    *,
    borrow: Path | None = None,
    held: int | None = None,
    progress: GitProgress | None = None,
) -> str:
    """Fetches the branch into the repository in `folder`; gives its commit, "" if the other end has none."""
    if address.path is not None:
        looked_at(address.path)
    git = Network(folder, address)
    git.held = held
    if borrow is not None:
        lent(git, borrow)
    if _MAIN not in git.others(_MAIN):
        return ""
    words = ("--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--no-recurse-submodules")
    refs = f"+{_MAIN}:{INCOMING}"
    moved(git, "fetch", *words, *git.program("upload-pack"), "--", address.text, refs, what="fetching", tell=progress)
    if address.path is not None and address.path.is_file():
        _examine(git)
    return git.run("rev-parse", "--verify", f"{INCOMING}^{{commit}}").decode("ascii").strip()


def _examine(git: Git) -> None:
    """Does for a bundle what git does for everything else that it fetches: looks at each object."""
    for pack in (git.git_dir / "objects" / "pack").glob("*.pack"):
        scratch = git.top / "examined.idx"
        git.run("index-pack", "--fsck-objects", "-o", str(scratch), str(pack))
        scratch.unlink(missing_ok=True)


def _join(place: Path, layout: Layout, folder: Path, ref: str, commit: str) -> None:
    """Moves what came to the vault's objects, and then keeps it by a reference."""
    with Vault.open(place) as vault, write_transaction(vault, "pull"):
        with on_this_machine(layout.top):
            move_objects(folder / ".git" / "objects", layout.git / "objects")
        Git(place).run("update-ref", ref, commit)


def move_objects(source: Path, target: Path) -> None:
    """Moves objects from one repository to another, packs before their indexes, all of them on the disk first."""
    packs = source / "pack"
    loose = sorted(path for path in source.glob("[0-9a-f][0-9a-f]/*") if path.is_file())
    named = [path for ending in (".pack", ".rev", ".idx") for path in sorted(packs.glob(f"pack-*{ending}"))]
    for path in (*loose, *named):
        _sync(path)
    for path in (*loose, *named):
        there = target / path.relative_to(source)
        there.parent.mkdir(mode=0o700, exist_ok=True)
        if not there.exists():
            path.rename(there)
    for folder in {(target / path.relative_to(source)).parent for path in (*loose, *named)}:
        sync_folder(folder)


def _clear(layout: Layout) -> None:
    """Removes what fetches that were killed have left, and the half of a pack that they may have brought in."""
    with on_this_machine(layout.top):
        for folder in layout.own.glob(f"{PREFIX}*"):
            for index in folder.glob(".git/objects/pack/pack-*.idx"):
                there = layout.git / "objects" / "pack" / index.name
                if not there.exists():
                    for ending in (".pack", ".rev"):
                        there.with_suffix(ending).unlink(missing_ok=True)
            remove_tree(folder)


@contextmanager
def _alone(layout: Layout) -> Iterator[int]:
    """Holds the lock that fetches have among themselves, and lets go of it even if a git command outlives us."""
    with locked_beside(layout, LOCK, patience(), VaultLocked(_BUSY, hint="Let it finish and try again.")) as descriptor:
        try:
            yield descriptor
        finally:
            with suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_UN)


def _shallow(layout: Layout) -> bytes:
    try:
        return (layout.git / "shallow").read_bytes()
    except OSError:
        return b""


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# --- pulling ----------------------------------------------------------------------------------------------------------
# Takes in what copies elsewhere have and the vault has not.

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
        with write_transaction(vault, "pull") as writer:
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
    here, there = snapshot_trees(objects, ours), snapshot_trees(objects, theirs)
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

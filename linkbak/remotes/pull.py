"""Fetches from a copy elsewhere, clones it as a new vault, or pulls it into the vault.

Everything is fetched into a separate repository, checked there, and only then moved to the vault's objects. Pull takes
in only what this linkbak understands, and nobody else's data.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path
from typing import Literal

from linkbak import paths
from linkbak.adapters import NETWORKS, by_network
from linkbak.errors import LinkbakError, NoVault, UnknownArchive, UsageProblem, VaultDamaged, VaultLocked
from linkbak.ingest import Verdict, refuse_strangers, same_list
from linkbak.model import NamedTuple, Progress
from linkbak.paths import part_name, sweep
from linkbak.remotes import configure_remote, fetched_ref, find_remote, list_remotes, note_copy
from linkbak.remotes.address import Address, check_local_remote, read_address
from linkbak.remotes.git import MAIN, Network, cut_off, isolated_repository
from linkbak.remotes.merge import first_of_equals, marks_at, merge, relation
from linkbak.remotes.untrusted import Incoming, check_incoming
from linkbak.texts import tr, tr_count
from linkbak.vault import (
    BRANCH,
    MANIFEST,
    MARKS,
    Git,
    Layout,
    Objects,
    SnapshotFiles,
    SnapshotKey,
    Summary,
    Vault,
    borrowing,
    head,
    manifest,
    new_folder,
    on_this_machine,
    private_folder,
    remove_tree,
    snapshot_trees,
    sync_folder,
)
from linkbak.vault.lock import locked_beside, orderly_end, patience
from linkbak.vault.repository import refuse_untrusted
from linkbak.vault.writer import prepare_repository, write_transaction

INCOMING = "refs/linkbak/incoming"
"""A download, in the separate repository."""
_FOLDERS = "fetching-"
_LOCK = "fetch.lock"

Check = Callable[[Git, str], object]
"""Checks a download, given git that reads it and the vault's objects, and the newest commit. Raises to refuse it."""


def fetch(place: Path, source: str | Path, check: Check | None = None, progress: Progress | None = None) -> str:
    """Fetches the branch of the remote named `source`, or of a bundle or repository at that Path; gives its commit.

    The commit is then kept by the reference `fetched_ref(source)`; the vault's branch and files stay as they are. ""
    if the other end is empty. Raises a LinkbakError if it cannot be reached or `check` refuses the download.
    """
    address = read_address(str(source.absolute())) if isinstance(source, Path) else find_remote(place, source).address
    Vault.open(place).close()  # refuses what is no vault
    layout = Layout(place)
    refuse_untrusted(layout)
    with orderly_end(), _fetch_lock(layout) as descriptor:
        _clear(layout)
        ours = head(layout.git)
        folder = layout.own / f"{_FOLDERS}{os.urandom(8).hex()}"
        with isolated_repository(folder, sha256=len(ours) > 40, ours=ours, shallow=cut_off(layout)):
            commit = download(folder, address, borrow=layout.git / "objects", held=descriptor, progress=progress)
            if not commit:
                return ""
            if check is not None:
                git = Git(folder)
                git.surroundings |= borrowing(layout.git / "objects")
                check(git, commit)
            with Vault.open(place) as vault, write_transaction(vault, "pull"):
                with on_this_machine(layout.top):
                    _move_objects(folder / ".git" / "objects", layout.git / "objects")
                Git(place).run("update-ref", fetched_ref(source), commit)
            return commit


def forget(place: Path, source: str | Path) -> None:
    """Removes the reference to what was fetched from there, if it exists; the objects stay."""
    with Vault.open(place) as vault, write_transaction(vault, "pull"):
        Git(place).run("update-ref", "-d", fetched_ref(source))


def download(
    folder: Path,
    address: Address,
    *,
    borrow: Path | None = None,
    held: int | None = None,
    progress: Progress | None = None,
) -> str:
    """Fetches the branch into the repository in `folder`; gives its commit, "" if the other end has none.

    `borrow` are objects that need not be fetched, `held` is the descriptor of a lock that git inherits.
    """
    if address.path is not None:
        check_local_remote(address.path)
    git = Network(folder, address)
    git.held = held
    if borrow is not None:
        git.surroundings |= borrowing(borrow)
    if MAIN not in git.refs(MAIN):
        return ""
    git.fetch(f"+{MAIN}:{INCOMING}", progress)
    if address.path is not None and address.path.is_file():
        _check_packs(git)
    return git.run("rev-parse", "--verify", f"{INCOMING}^{{commit}}").decode("ascii").strip()


def _check_packs(git: Git) -> None:
    """Checks each object of a bundle, as git does for everything else that it fetches."""
    for pack in (git.git_dir / "objects" / "pack").glob("*.pack"):
        scratch = git.top / "examined.idx"
        git.run("index-pack", "--fsck-objects", "-o", str(scratch), str(pack))
        scratch.unlink(missing_ok=True)


def _move_objects(source: Path, target: Path) -> None:
    """Moves objects from one repository to another, packs before their indexes, all of them on the disk first."""
    packs = source / "pack"
    loose = sorted(path for path in source.glob("[0-9a-f][0-9a-f]/*") if path.is_file())
    named = [path for ending in (".pack", ".rev", ".idx") for path in sorted(packs.glob(f"pack-*{ending}"))]
    for path in (*loose, *named):
        sync_file(path)
    for path in (*loose, *named):
        there = target / path.relative_to(source)
        there.parent.mkdir(mode=0o700, exist_ok=True)
        if not there.exists():
            path.rename(there)
    for folder in {(target / path.relative_to(source)).parent for path in (*loose, *named)}:
        sync_folder(folder)


def sync_file(path: Path) -> None:
    """Waits until the file is on the disk."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:
        os.fsync(file.fileno())


def _clear(layout: Layout) -> None:
    """Removes what killed fetches left, and the half of a pack that they may have moved in."""
    with on_this_machine(layout.top):
        for folder in layout.own.glob(f"{_FOLDERS}*"):
            for index in folder.glob(".git/objects/pack/pack-*.idx"):
                there = layout.git / "objects" / "pack" / index.name
                if not there.exists():
                    for ending in (".pack", ".rev"):
                        there.with_suffix(ending).unlink(missing_ok=True)
            remove_tree(folder)


@contextmanager
def _fetch_lock(layout: Layout) -> Iterator[int]:
    """Holds the lock that keeps two fetches apart, and releases it even if a git command outlives us."""
    refusal = VaultLocked(tr("another linkbak is fetching into the vault"), hint=tr("Let it finish and try again."))
    with locked_beside(layout, _LOCK, patience(), refusal) as descriptor:
        try:
            yield descriptor
        finally:
            with suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_UN)


# --- clone ------------------------------------------------------------------------------------------------------------

_ORIGIN = "origin"


class Cloned(NamedTuple):
    """A cloned vault: its place, the address it came from, its newest commit, and its snapshots."""

    place: Path
    shown: str
    commit: str
    snapshots: int
    accounts: tuple[str, ...]


def clone(source: str | Path, place: Path, *, private: bool = False, progress: Progress | None = None) -> Cloned:
    """Makes a vault at `place`, which is new or an empty folder, from the copy or the bundle file at `source`.

    Nothing appears at `place` before everything has been fetched, checked and written. The vault keeps the address
    as its remote ``origin``, unless that is a file; `private` says that the user trusts a public host.
    """
    address = read_address(str(source))
    is_repository = address.path is None or not address.path.is_file()
    place = place.absolute()
    refuse_other(place)
    with orderly_end(), scratch_folder(place.parent) as draft:
        commit = _fill(draft, address, progress)
        if is_repository:
            configure_remote(Git(draft), _ORIGIN, address, private=private)
        with on_this_machine(place):
            _sync(draft)
            refuse_other(place)
            draft.rename(place)
            sync_folder(place.parent)
    if is_repository:
        note_copy(place, _ORIGIN, "remote", commit)
    with Vault.open(place) as vault:
        return Cloned(place, address.shown, commit, len(vault.every()), vault.accounts())


def refuse_other(place: Path) -> None:
    """Raises NoVault for a place where something lies already."""
    with on_this_machine(place):
        if place.is_symlink() or (place.exists() and (not place.is_dir() or any(place.iterdir()))):
            raise NoVault(
                tr("{place} is there already, and not empty", place=place),
                hint=tr("Name a folder that is new or empty."),
            )


def scratch_folder(beside: Path) -> AbstractContextManager[Path]:
    """A new private folder in `beside`, removed at the end; one that a killed linkbak left is removed first."""
    sweep(beside)
    return new_folder(beside / part_name())


def _fill(draft: Path, address: Address, progress: Progress | None) -> str:
    """Makes a vault from the download, in the draft; returns its commit."""
    theirs = _newest(draft.with_name(part_name()), address)
    with on_this_machine(draft):
        private_folder(draft)
    git, layout = Git(draft), Layout(draft)
    prepare_repository(layout, git, sha256=len(theirs) > 40)
    commit = download(draft, address, progress=progress)
    check_incoming(git, commit, None, progress)
    git.run("reset", "--quiet", "--hard", commit)  # makes the branch, too
    git.run("update-ref", "-d", INCOMING)
    with Vault.open(draft) as vault, write_transaction(vault, "clone"):
        pass  # the newest snapshots are laid open, as after every command that writes
    with suppress(OSError):
        (layout.git / "ORIG_HEAD").unlink(missing_ok=True)
        remove_tree(paths.cache_folder(draft))
    return commit


def _newest(folder: Path, address: Address) -> str:
    """The commit that the copy's branch is at."""
    if address.path is not None:
        check_local_remote(address.path)
    with isolated_repository(folder, sha256=False) as scratch:
        theirs = Network(scratch, address).refs(MAIN).get(MAIN, "")
    if not theirs:
        raise NoVault(
            tr("there is no vault at {place}: it has no branch {branch}", place=address.shown, branch=BRANCH),
            hint=tr("Is the address right?"),
        )
    return theirs


def _sync(draft: Path) -> None:
    """Waits until every file is on the disk; git has done this for its objects."""
    for folder, folders, files in os.walk(draft):
        if Path(folder) == draft / ".git":
            folders.remove("objects")
        for name in files:
            sync_file(Path(folder) / name)
        sync_folder(Path(folder))


# --- pull -------------------------------------------------------------------------------------------------------------

State = Literal["empty", "same", "ahead", "forwarded", "merged", "failed"]
"""empty: nothing is there yet; ahead: the vault has all that is there, and more; forwarded: the copy had all that was
here, and more; merged: each had something of its own."""


class Pulled(NamedTuple):
    """The result of pulling from one copy.

    `new` are the snapshots that came, `marks` how many lines of marks; the rest is of a merge: `anew` manifests were
    chained anew, `renamed` maps old names of snapshots to new ones, `both` are the archives both had imported,
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
    """Pulls from the remotes of these names, or from all if none is named, one after another.

    An error of one stands in its result and does not stop the others. Raises UsageProblem if there is no
    remote, NoVault and other errors of the vault itself.
    """
    known = [one.name for one in list_remotes(place)]
    wanted = list(dict.fromkeys(names or known))
    if not wanted:
        raise UsageProblem(
            tr("the vault has no copy elsewhere to pull from"), hint=tr("Add one: `linkbak remote add NAME ADDRESS`.")
        )
    found = []
    for name in wanted:
        try:
            found.append(_pull_one(place, name, name, progress))
        except LinkbakError as error:
            found.append(Pulled(name, "failed", error=error))
    return found


def pull_bundle(place: Path, bundle: Path, progress: Progress | None = None) -> Pulled:
    """Pulls from a bundle, as from a remote; raises a LinkbakError if it is refused."""
    pulled = _pull_one(place, bundle, bundle.name, progress)
    forget(place, bundle)
    return pulled


def _pull_one(place: Path, source: str | Path, name: str, progress: Progress | None) -> Pulled:
    with Vault.open(place) as vault:
        known, summaries = vault.newest(), vault.every()

    def check(git: Git, theirs: str) -> None:
        if relation(git, known, theirs) not in ("same", "ahead"):
            _check_usable(git, known, theirs, summaries, check_incoming(git, theirs, known, progress))

    theirs = fetch(place, source, check, progress)
    return take_in(place, name, theirs) if theirs else Pulled(name, "empty")


def _check_usable(git: Git, ours: str, theirs: str, here: Sequence[Summary], incoming: Incoming) -> None:
    """Refuses data of a later linkbak's format, and somebody else's.

    Raises UnknownArchive and OtherAccount.
    """
    if unknown := next((one for one in incoming.summaries if one.network not in NETWORKS), None):
        raise UnknownArchive(
            tr(
                "the copy holds {snapshot}, of a network that this linkbak does not know; nothing was taken",
                snapshot=unknown.key.folder,
            ),
            hint=tr("Install a newer linkbak."),
        )
    new = {one.key for one in incoming.summaries}
    both = [one for one in here if one.key in incoming.snapshots and one.key not in new]
    refuse_strangers(
        here, [*both, *incoming.summaries], lambda one, other: _same_list(git, (ours, one), (theirs, other))
    )


def _same_list(git: Git, *sides: tuple[str, Summary]) -> Verdict:
    """Whose two lists are, each a snapshot of a commit that `git` can read."""
    lists = []
    with closing(Objects(git)) as objects:
        for commit, one in sorted(sides, key=lambda side: side[1].taken):
            found = objects.get(f"{commit}:{one.key.folder}/{MANIFEST}")
            files = SnapshotFiles(git, objects, commit, one.key, manifest.loads(found.data if found else b"", one.id))
            listing = by_network(one.network).connections(files)
            lists.append((listing.rows if listing else (), one.taken_at.date()))
    (earlier, day), (later, _) = lists
    return same_list(earlier, later, day)


def take_in(place: Path, name: str, theirs: str) -> Pulled:
    """Brings a fetched and checked commit into the vault's branch; returns the result."""
    with Vault.open(place) as vault, write_transaction(vault, "pull") as writer:
        git, objects, ours = vault.git, vault.objects, writer.head
        found = relation(git, ours, theirs)
        if found == "same" or found == "ahead":
            return Pulled(name, found)
        if found == "apart" and (first := first_of_equals(git, objects, ours, theirs)):
            # Each has merged everything of the other. Every machine takes the same of such commits: so merging ends.
            if first == theirs:
                writer.move(lambda: git.run("update-ref", "-m", "linkbak: pull", MAIN, theirs, ours))
            return Pulled(name, "same")
        if found == "behind":
            return writer.move(lambda: _forward(git, objects, name, ours, theirs))
        made = writer.move(lambda: merge(git, objects, ours, theirs, vault.every()))
        marks = len(made.marks) - len(marks_at(objects, ours))
        unrelated = found == "unrelated"
        return Pulled(
            name, "merged", made.new, marks, made.anew, made.renamed, made.both, made.chosen, unrelated=unrelated
        )


def _forward(git: Git, objects: Objects, name: str, ours: str, theirs: str) -> Pulled:
    """Moves the branch to their commit, which is built on ours."""
    mine, others = (marks_at(objects, commit) for commit in (ours, theirs))
    _refuse_fewer_marks(mine, others)
    here, there = snapshot_trees(objects, ours), snapshot_trees(objects, theirs)
    new = tuple(sorted(there.keys() - here.keys(), key=lambda key: key.id))
    anew = sum(key in there and there[key] != tree for key, tree in here.items())
    git.run("update-ref", "-m", "linkbak: pull", MAIN, theirs, ours)
    return Pulled(name, "forwarded", new, len(others) - len(mine), anew)


def _refuse_fewer_marks(mine: Sequence[bytes], others: Sequence[bytes]) -> None:
    """Refuses a copy built on our commit that lost a line of marks; only a snapshot's name in it may differ."""
    left = Counter(_without_snapshot(line) for line in others)
    gone = []
    for number, line in enumerate(mine, start=1):
        left[_without_snapshot(line)] -= 1
        if left[_without_snapshot(line)] < 0:
            gone.append(str(number))
    if gone:
        shown = ", ".join(gone[:5]) + ", ..." * (len(gone) > 5)
        which = tr_count("line {lines}", "lines {lines}", len(gone), lines=shown)
        raise VaultDamaged(
            tr("the copy has lost marks that are kept here: {file}, {lines}", file=MARKS, lines=which),
            hint=tr(
                "Nothing was taken from it. Find out who took them out: `git log -p marks.jsonl` in a clone of it."
            ),
        )


def _without_snapshot(line: bytes) -> bytes:
    """A mark about a snapshot without the snapshot's name, which a merge may change; any other mark as it is."""
    try:
        mark = json.loads(line)
        return json.dumps({**mark, "snapshot": ""}, sort_keys=True).encode() if "snapshot" in mark else line
    except (ValueError, RecursionError, TypeError):
        return line

"""Brings what a copy elsewhere holds into the vault's objects; the vault's branch stays where it is.

It comes into a repository apart, is checked there, and only then moved to the vault's own objects.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from linkbak.errors import VaultLocked
from linkbak.model import Progress
from linkbak.remotes import fetched_ref, find_remote
from linkbak.remotes.address import Address, read_address
from linkbak.remotes.git import MAIN, Network, borrow_objects, cut_off, isolated_repository
from linkbak.remotes.local import check_local_remote
from linkbak.vault import Git, Layout, Vault, head, on_this_machine, remove_tree, sync_folder
from linkbak.vault.lock import locked_beside, orderly_end, patience
from linkbak.vault.repository import refuse_untrusted
from linkbak.vault.writer import write_transaction

INCOMING = "refs/linkbak/incoming"
"""What was downloaded, in the repository that it was downloaded into."""
_FOLDERS = "fetching-"
_LOCK = "fetch.lock"

Check = Callable[[Git, str], object]
"""Looks at what came in: git that reads it and the vault's objects, and the newest commit. Raises to refuse it."""


def fetch(place: Path, source: str | Path, check: Check | None = None, progress: Progress | None = None) -> str:
    """Fetches the branch of the remote named `source`, or of a bundle or repository at that Path; gives its commit.

    The commit is then kept by the reference `fetched_ref(source)`; the vault's branch and files stay as they are. ""
    if the other end is empty. Raises a LinkbakError if it cannot be reached or `check` refuses what came.
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
            if commit and check is not None:
                git = Git(folder)
                borrow_objects(git, layout.git / "objects")
                check(git, commit)
            if commit:
                _adopt(place, layout, folder, fetched_ref(source), commit)
    return commit


def forget(place: Path, source: str | Path) -> None:
    """Removes the reference to what was fetched from there, if it is there; the objects stay."""
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

    `borrow` are the objects that need not come, `held` is the descriptor of a lock that git holds on to.
    """
    if address.path is not None:
        check_local_remote(address.path)
    git = Network(folder, address)
    git.held = held
    if borrow is not None:
        borrow_objects(git, borrow)
    if MAIN not in git.refs(MAIN):
        return ""
    git.fetch(f"+{MAIN}:{INCOMING}", progress)
    if address.path is not None and address.path.is_file():
        _check_packs(git)
    return git.run("rev-parse", "--verify", f"{INCOMING}^{{commit}}").decode("ascii").strip()


def _check_packs(git: Git) -> None:
    """Does for a bundle what git does for everything else that it fetches: checks each object."""
    for pack in (git.git_dir / "objects" / "pack").glob("*.pack"):
        scratch = git.top / "examined.idx"
        git.run("index-pack", "--fsck-objects", "-o", str(scratch), str(pack))
        scratch.unlink(missing_ok=True)


def _adopt(place: Path, layout: Layout, folder: Path, ref: str, commit: str) -> None:
    """Moves what came to the vault's objects, and then keeps it by a reference."""
    with Vault.open(place) as vault, write_transaction(vault, "pull"):
        with on_this_machine(layout.top):
            _move_objects(folder / ".git" / "objects", layout.git / "objects")
        Git(place).run("update-ref", ref, commit)


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
    """Waits until the disk has the file."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _clear(layout: Layout) -> None:
    """Removes what fetches that were killed have left, and the half of a pack that they may have brought in."""
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
    """Holds the lock that fetches have among themselves, and lets go of it even if a git command outlives us."""
    refusal = VaultLocked("another linkbak is fetching into the vault", hint="Let it finish and try again.")
    with locked_beside(layout, _LOCK, patience(), refusal) as descriptor:
        try:
            yield descriptor
        finally:
            with suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_UN)

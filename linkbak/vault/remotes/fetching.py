"""Brings what a copy elsewhere holds into the vault's objects; the vault's branch stays where it is.

It comes into a repository apart, is looked over there, and only then moved to the vault's own objects.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from linkbak.errors import VaultLocked
from linkbak.vault import config
from linkbak.vault.disk import on_this_machine, remove_tree, sync_folder
from linkbak.vault.git import Git
from linkbak.vault.layout import BRANCH, Layout
from linkbak.vault.locking import locked_beside, orderly_end, patience
from linkbak.vault.objects import head
from linkbak.vault.vault import Vault

from .addresses import Address, read
from .moving import Progress, moved
from .network import Network, lent, repository
from .planted import looked_at
from .registering import remote

PREFIX = "fetching-"
LOCK = "fetch.lock"
REFS = "refs/linkbak/fetched"
FILE = "_file"
INCOMING = "refs/linkbak/incoming"
_BUSY = "another linkbak is fetching into the vault"
_MAIN = f"refs/heads/{BRANCH}"

Check = Callable[[Git, str], object]
"""Looks at what came in: git that reads it and the vault's objects, and the newest commit. Raises to refuse it."""


def fetch(place: Path, source: str | Path, check: Check | None = None, progress: Progress | None = None) -> str:
    """Fetches the branch of the remote named `source`, or of a bundle or repository at that Path; gives its commit.

    The commit is then kept by the reference `fetched_ref(source)`; the vault's branch and files stay as they are. ""
    if the other end is empty. Raises a LinkbakError if it cannot be reached or `check` refuses what came.
    """
    address = read(str(source.absolute())) if isinstance(source, Path) else remote(place, source).address
    with Vault.open(place):
        pass  # refuses what is no vault
    layout = Layout(place)
    config.check_elsewhere(layout)
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
    with Vault.open(place) as vault, vault.writing("pull"):
        Git(place).run("update-ref", "-d", fetched_ref(source))


def download(
    folder: Path,
    address: Address,
    *,
    borrow: Path | None = None,
    held: int | None = None,
    progress: Progress | None = None,
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
    with Vault.open(place) as vault, vault.writing("pull"):
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

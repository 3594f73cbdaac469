"""Makes a working vault of a copy: gathered and looked over in a folder beside the place, which then takes its name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from linkbak import paths
from linkbak.errors import NoVault
from linkbak.remotes.address import Address, read
from linkbak.remotes.fetch import INCOMING, download
from linkbak.remotes.git import Network, Progress, repository
from linkbak.remotes.registry import PRIVATE, note_copy
from linkbak.remotes.untrusted import check_incoming, looked_at
from linkbak.vault import (
    BRANCH,
    Git,
    Layout,
    Vault,
    check_git_version,
    complete_configuration,
    create_private,
    on_this_machine,
    private_folder,
    remove_tree,
    sync_folder,
    write_whole,
)
from linkbak.vault.lock import grasped, orderly_end
from linkbak.vault.worktree import cone
from linkbak.vault.writer import write_transaction

ORIGIN = "origin"
LOCK = "clone.lock"
_MAIN = f"refs/heads/{BRANCH}"


class Cloned(NamedTuple):
    """A vault made of a copy: where it lies, the address it came from, its newest commit, and what it keeps."""

    place: Path
    shown: str
    commit: str
    snapshots: int
    accounts: tuple[str, ...]


def clone(source: str | Path, place: Path, *, private: bool = False, progress: Progress | None = None) -> Cloned:
    """Makes a vault at `place`, which is new or an empty folder, of the copy or the bundle file at `source`.

    Nothing lies at `place` before everything has been fetched, looked over and written. The vault keeps the address
    as its remote ``origin``, unless that is a file; `private` says that the user is sure of a public host.
    """
    address = read(str(source))
    origin = address.path is None or not address.path.is_file()
    place = place.absolute()
    with on_this_machine(place):
        refuse_other(place)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _clear(place)
    with orderly_end(), _draft(place) as (draft, held):
        commit = _gathered(draft, address, held, progress)
        if origin:
            _remember(draft, address, private=private)
        with on_this_machine(place):
            _sync(draft)
            (draft / ".git" / "linkbak" / LOCK).unlink()
            refuse_other(place)
            draft.rename(place)
            sync_folder(place.parent)
    if origin:
        note_copy(place, ORIGIN, "remote", commit, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    with Vault.open(place) as vault:
        return Cloned(place, address.shown, commit, len(vault.summaries()), vault.accounts())


def refuse_other(place: Path) -> None:
    """Raises NoVault for a place where something lies already."""
    if place.is_symlink() or (place.exists() and (not place.is_dir() or any(place.iterdir()))):
        raise NoVault(f"{place} is there already, and not empty", hint="Name a folder that is new or empty.")


def _remember(draft: Path, address: Address, *, private: bool) -> None:
    git = Git(draft)
    git.run("config", f"remote.{ORIGIN}.url", address.text)
    if private:
        git.run("config", f"remote.{ORIGIN}.{PRIVATE}", "true")


def _gathered(draft: Path, address: Address, held: int, progress: Progress | None) -> str:
    """Makes a vault in the draft of what is fetched; gives its commit."""
    layout = Layout(draft)
    theirs = _newest(layout.own / "asked", address)
    git = Git(draft)
    git.held = held
    check_git_version(git.run("version"))
    shape = ["--object-format=sha256"] if len(theirs) > 40 else []
    git.run("init", "--quiet", "--template=", f"--initial-branch={BRANCH}", *shape)
    complete_configuration(layout, git, frozenset())
    with on_this_machine(draft):
        (layout.git / "config").chmod(0o600)
        write_whole(layout.cone, cone(()))
    commit = download(draft, address, held=held, progress=progress)
    check_incoming(git, commit, None, progress)
    git.run("reset", "--quiet", "--hard", commit)  # which makes the branch, too
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
        looked_at(address.path)
    with repository(folder, long=False) as scratch:
        theirs = Network(scratch, address).others(_MAIN).get(_MAIN, "")
    if not theirs:
        raise NoVault(f"there is no vault at {address.shown}: it has no branch {BRANCH}", hint="Is the address right?")
    return theirs


@contextmanager
def _draft(place: Path) -> Iterator[tuple[Path, int]]:
    """A folder beside the place, and a locked descriptor that tells that somebody is at work in it."""
    draft = place.parent / f"{_prefix(place)}{os.urandom(6).hex()}"
    own = draft / ".git" / "linkbak"
    with on_this_machine(place):
        for folder in (draft, own.parent, own):
            private_folder(folder)
        descriptor = create_private(own / LOCK)
    try:
        grasped(descriptor)
        yield draft, descriptor
    finally:
        os.close(descriptor)
        with suppress(OSError):
            remove_tree(draft)


def _clear(place: Path) -> None:
    """Removes what clones to this place that were killed have left beside it."""
    for draft in place.parent.glob(f"{_escaped(_prefix(place))}*"):
        with suppress(OSError):
            try:
                descriptor = os.open(draft / ".git" / "linkbak" / LOCK, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
            except FileNotFoundError:
                remove_tree(draft)
                continue
            try:
                if grasped(descriptor):
                    remove_tree(draft)
            finally:
                os.close(descriptor)


def _prefix(place: Path) -> str:
    return f".{place.name}.linkbak-clone-"


def _escaped(name: str) -> str:
    import glob

    return glob.escape(name)


def _sync(draft: Path) -> None:
    """Waits until the disk has every file; git has seen to its objects."""
    for folder, folders, files in os.walk(draft):
        if Path(folder) == draft / ".git":
            folders.remove("objects")
        for name in files:
            descriptor = os.open(Path(folder) / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        sync_folder(Path(folder))

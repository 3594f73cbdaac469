"""Makes a working vault of a copy: fetched and checked in a folder beside the place, which then takes its name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from linkbak import paths
from linkbak.errors import NoVault
from linkbak.model import NamedTuple, Progress
from linkbak.paths import make_folder, part_name, sweep
from linkbak.remotes import configure_remote, note_copy
from linkbak.remotes.address import Address, read_address
from linkbak.remotes.fetch import INCOMING, download, sync_file
from linkbak.remotes.git import MAIN, Network, isolated_repository
from linkbak.remotes.local import check_local_remote, object_format
from linkbak.remotes.untrusted import check_incoming
from linkbak.vault import (
    BRANCH,
    Git,
    Layout,
    Vault,
    on_this_machine,
    private_folder,
    remove_tree,
    sync_folder,
    write_whole,
)
from linkbak.vault.lock import orderly_end
from linkbak.vault.repository import complete_configuration, new_repository
from linkbak.vault.worktree import cone
from linkbak.vault.writer import write_transaction

_ORIGIN = "origin"


class Cloned(NamedTuple):
    """A vault made of a copy: where it lies, the address it came from, its newest commit, and what it keeps."""

    place: Path
    shown: str
    commit: str
    snapshots: int
    accounts: tuple[str, ...]


def clone(source: str | Path, place: Path, *, private: bool = False, progress: Progress | None = None) -> Cloned:
    """Makes a vault at `place`, which is new or an empty folder, of the copy or the bundle file at `source`.

    Nothing lies at `place` before everything has been fetched, checked and written. The vault keeps the address
    as its remote ``origin``, unless that is a file; `private` says that the user is sure of a public host.
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
            raise NoVault(f"{place} is there already, and not empty", hint="Name a folder that is new or empty.")


@contextmanager
def scratch_folder(beside: Path) -> Iterator[Path]:
    """Gives a new private folder in `beside`, removed at the end; one that a killed linkbak left goes first."""
    folder = beside / part_name()
    with on_this_machine(beside):
        make_folder(beside)
        sweep(beside)
        private_folder(folder)
    try:
        yield folder
    finally:
        with suppress(OSError):
            remove_tree(folder)


def _fill(draft: Path, address: Address, progress: Progress | None) -> str:
    """Makes a vault in the draft of what is fetched; gives its commit."""
    theirs = _newest(draft.with_name(part_name()), address)
    with on_this_machine(draft):
        private_folder(draft)
    git, layout = Git(draft), Layout(draft)
    with new_repository(git, *object_format(sha256=len(theirs) > 40)):
        complete_configuration(layout, git, frozenset())
    with on_this_machine(draft):
        private_folder(layout.own)
        (layout.git / "config").chmod(0o600)
        write_whole(layout.cone, cone(()))
    commit = download(draft, address, progress=progress)
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
        check_local_remote(address.path)
    with isolated_repository(folder, sha256=False) as scratch:
        theirs = Network(scratch, address).refs(MAIN).get(MAIN, "")
    if not theirs:
        raise NoVault(f"there is no vault at {address.shown}: it has no branch {BRANCH}", hint="Is the address right?")
    return theirs


def _sync(draft: Path) -> None:
    """Waits until the disk has every file; git has seen to its objects."""
    for folder, folders, files in os.walk(draft):
        if Path(folder) == draft / ".git":
            folders.remove("objects")
        for name in files:
            sync_file(Path(folder) / name)
        sync_folder(Path(folder))

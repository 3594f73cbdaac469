"""Looks at the copies elsewhere: whether they can be reached, how far they are behind, whether they are whole."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal, NamedTuple

from linkbak.errors import LinkbakError, VaultDamaged
from linkbak.remotes.address import Address, synced_service
from linkbak.remotes.git import Network, public_host
from linkbak.remotes.push import Missing, State, missing, reaching, refuse_other, standing
from linkbak.remotes.registry import Remote, remote, remotes
from linkbak.remotes.untrusted import git_folder, is_bare, looked_at
from linkbak.vault import BRANCH, Git

_MAIN = f"refs/heads/{BRANCH}"


class Inspected(NamedTuple):
    """How one copy stands; nothing there was changed.

    `behind` counts what it lacks. `whole` says whether every object of it is there and undamaged, None where that
    cannot be seen from here. `notes` are worth a word and no failure.
    """

    name: str
    shown: str
    state: State | Literal["failed"]
    commit: str = ""
    behind: Missing = Missing()
    whole: bool | None = None
    notes: tuple[str, ...] = ()
    error: LinkbakError | None = None


def inspect(place: Path, names: Sequence[str] | None = None) -> list[Inspected]:
    """Looks at the remotes of these names, or at all; one that fails does not stop the others."""
    meant = remotes(place) if names is None else [remote(place, name) for name in dict.fromkeys(names)]
    return [_one(place, one) for one in meant]


def notes_on(address: Address, vault: Path, *, private: bool) -> tuple[str, ...]:
    """What is worth a word about a place for copies."""
    found = []
    if not private and (name := public_host(address)):
        found.append(f"{name} is a public host; nothing is pushed there")
    if address.path is not None:
        with suppress(OSError):
            if address.path.stat().st_dev == vault.stat().st_dev:
                found.append("on the same disk as the vault: what breaks the one breaks the other")
        if service := synced_service(address.path):
            found.append(f"in a folder that {service} copies; a sealed file (`linkbak seal`) is safer there")
    return tuple(found)


def _one(place: Path, one: Remote) -> Inspected:
    found = Inspected(one.name, one.shown, "failed")
    try:
        address = one.address
        found = found._replace(notes=notes_on(address, place, private=one.private))
        return _inspected(place, address, found)
    except LinkbakError as error:
        return found._replace(error=error)


def _inspected(place: Path, address: Address, found: Inspected) -> Inspected:
    if address.path is not None:
        looked_at(address.path)
        if not is_bare(git_folder(address.path)):
            found = found._replace(notes=(*found.notes, "files lie open there, so nothing can be pushed"))
    with reaching(place, address) as git:
        there = git.others()
        refuse_other(address, there)
        now = standing(git, address, there.get(_MAIN, ""))
        ours = git.run("rev-parse", "--verify", _MAIN).decode("ascii").strip()
        behind = missing(git, now.commit, ours) if now.state in ("empty", "current", "behind") else Missing()
        found = found._replace(state=now.state, commit=now.commit, behind=behind)
        if address.path is None or not now.commit:
            return found
        whole = _whole(git, address.path, now.commit)
    error = VaultDamaged(
        f"the copy at {address.shown} is damaged",
        hint="The vault is not concerned. Make a new copy elsewhere, push to it, and keep the old one until then.",
    )
    return found._replace(whole=whole, error=None if whole else error)


def _whole(git: Network, path: Path, commit: str) -> bool:
    """Whether git finds everything that the commit needs in the copy's own objects, and no byte of it changed."""
    reader = Git(git.top)
    reader.surroundings = {"GIT_OBJECT_DIRECTORY": str(git_folder(path) / "objects")}
    try:
        reader.run("fsck", "--full", "--no-dangling", "--no-progress", "--no-reflogs", commit)
    except LinkbakError:
        return False
    return True

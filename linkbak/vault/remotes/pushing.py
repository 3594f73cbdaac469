"""Sends the vault's newest commit, and all it builds on, to the copies elsewhere; only ever forward."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, NamedTuple

from linkbak.errors import LinkbakError, MachineProblem
from linkbak.vault import config
from linkbak.vault.disk import on_this_machine
from linkbak.vault.layout import BRANCH, Layout
from linkbak.vault.locking import orderly_end
from linkbak.vault.objects import head

from .addresses import Address
from .hosts import refuse_public
from .making import refuse_open_files
from .moving import Progress, moved
from .network import Network, lent, repository
from .planted import looked_at
from .record import note_copy
from .registering import Remote, remote, remotes
from .standing import Ahead, Missing, Standing, missing, refuse_other, standing

MAIN = f"refs/heads/{BRANCH}"


class Pushed(NamedTuple):
    """What came of pushing to one place.

    `commit` is what the copy holds now, `before` what it held, "" if that is nothing or not known; `sent` counts what
    it did not hold. `error` is set where it failed, and the others are then what they were.
    """

    name: str
    shown: str
    state: Literal["sent", "current", "would-send", "failed"]
    commit: str = ""
    before: str = ""
    sent: Missing = Missing()
    error: LinkbakError | None = None


def push(
    place: Path, names: Sequence[str] | None = None, *, dry: bool = False, progress: Progress | None = None
) -> list[Pushed]:
    """Pushes to the remotes of these names, or to all; one that fails does not stop the others.

    Raises a LinkbakError only if that says nothing of one place: no vault, or no remote of a name that was given.
    """
    meant = remotes(place) if names is None else [remote(place, name) for name in dict.fromkeys(names)]
    with orderly_end():
        return [_one(place, one, dry=dry, progress=progress) for one in meant]


def _one(place: Path, one: Remote, *, dry: bool, progress: Progress | None) -> Pushed:
    try:
        return _pushed(place, one, dry=dry, progress=progress)
    except LinkbakError as error:
        return Pushed(one.name, one.shown, "failed", error=error)


def _pushed(place: Path, one: Remote, *, dry: bool, progress: Progress | None) -> Pushed:
    address = one.address
    refuse_public(address, private=one.private)
    if address.path is not None:
        looked_at(address.path)
        refuse_open_files(address.path)
    with reaching(place, address) as git:
        ours = git.run("rev-parse", "--verify", MAIN).decode("ascii").strip()
        before = _standing(git, address)
        sent = missing(git, before.commit, ours)
        if before.commit != ours:
            if dry:
                return Pushed(one.name, one.shown, "would-send", before.commit, before.commit, sent)
            _send(git, address, ours, progress)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if not dry:
        note_copy(place, one.name, "remote", ours, now)
    return Pushed(one.name, one.shown, "current" if before.commit == ours else "sent", ours, before.commit, sent)


@contextmanager
def reaching(place: Path, address: Address) -> Iterator[Network]:
    """Git that reads the vault's objects and may reach the address; its branch is at the vault's newest commit."""
    layout = Layout(place)
    config.check_elsewhere(layout)
    ours = head(layout.git)
    shallow = layout.git / "shallow"
    with on_this_machine(Path("the folder for temporary files")):
        folder = TemporaryDirectory(prefix="linkbak-push-", ignore_cleanup_errors=True)
    kept = shallow.read_bytes() if shallow.is_file() else b""
    with folder as top, repository(Path(top) / "copy", long=len(ours) > 40, ours=ours, shallow=kept) as scratch:
        git = Network(scratch, address)
        lent(git, layout.git / "objects")
        yield git


def _standing(git: Network, address: Address) -> Standing:
    """Where the copy stands; raises a LinkbakError if it cannot go forward to what the vault holds."""
    there = git.others()
    refuse_other(address, there)
    found = standing(git, address, there.get(MAIN, ""))
    if found.state in ("ahead", "diverged", "unknown", "unrelated"):
        raise Ahead(address, found)
    return found


def _send(git: Network, address: Address, ours: str, progress: Progress | None) -> None:
    """Moves the copy's branch forward to our commit, and asks whether it is there."""
    words = ("--no-verify", "--no-follow-tags", "--no-signed", "--no-recurse-submodules")
    branch = f"{ours}:{MAIN}"
    moved(git, "push", *words, *git.program("receive-pack"), "--", address.text, branch, what="sending", tell=progress)
    if git.others(MAIN).get(MAIN) != ours:
        raise MachineProblem(
            f"{address.shown} took what was sent, but does not hold it now", hint="`linkbak remote check` looks again."
        )

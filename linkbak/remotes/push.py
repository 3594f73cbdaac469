"""Sends the vault's newest commit, and all it builds on, to the copies elsewhere; only ever forward."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from linkbak.errors import LinkbakError, MachineProblem
from linkbak.model import Progress
from linkbak.remotes import Remote, note_copy
from linkbak.remotes.git import MAIN, refuse_public
from linkbak.remotes.inspect import Ahead, Link, Missing, connected, named_remotes
from linkbak.remotes.local import check_local_remote, refuse_open_files
from linkbak.vault.lock import orderly_end


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
    remotes = named_remotes(place, names)
    with orderly_end():
        return [_push_or_say_why(place, one, dry=dry, progress=progress) for one in remotes]


def _push_or_say_why(place: Path, one: Remote, *, dry: bool, progress: Progress | None) -> Pushed:
    try:
        return _push_one(place, one, dry=dry, progress=progress)
    except LinkbakError as error:
        return Pushed(one.name, one.shown, "failed", error=error)


def _push_one(place: Path, one: Remote, *, dry: bool, progress: Progress | None) -> Pushed:
    address = one.address
    refuse_public(address, private=one.private)
    if address.path is not None:
        check_local_remote(address.path)
        refuse_open_files(address.path)
    with connected(place, address) as link:
        before = link.standing()
        if before.state in ("ahead", "diverged", "unknown", "unrelated"):
            raise Ahead(address, before)
        current = before.state == "current"
        sent = link.missing(before.commit)
        if not current and dry:
            return Pushed(one.name, one.shown, "would-send", before.commit, before.commit, sent)
        if not current:
            _send(link, progress)
    if not dry:
        note_copy(place, one.name, "remote", link.ours)
    return Pushed(one.name, one.shown, "current" if current else "sent", link.ours, before.commit, sent)


def _send(link: Link, progress: Progress | None) -> None:
    """Moves the copy's branch forward to our commit, and asks whether it is there."""
    link.git.push(f"{link.ours}:{MAIN}", progress)
    if link.git.refs(MAIN).get(MAIN) != link.ours:
        raise MachineProblem(
            f"{link.git.address.shown} took what was sent, but does not hold it now",
            hint="`linkbak remote check` looks again.",
        )

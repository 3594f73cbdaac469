"""Sends the vault's newest commit to the copies elsewhere, and all it builds on: forward, or instead of its equal."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal

from linkbak import state
from linkbak.errors import LinkbakError, MachineProblem
from linkbak.model import NamedTuple, Progress
from linkbak.paths import is_abandoned, part_name
from linkbak.remotes import Remote, note_attempt, note_copy
from linkbak.remotes.git import MAIN, refuse_public
from linkbak.remotes.inspect import Ahead, Link, Missing, connected, named_remotes
from linkbak.remotes.local import check_local_remote, clear_unfinished, refuse_open_files
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
        pushed = _push_one(place, one, dry=dry, progress=progress)
    except LinkbakError as error:
        pushed = Pushed(one.name, one.shown, "failed", error=error)
    if not dry:
        note_attempt(place, one.name, pushed.error)
    return pushed


def _push_one(place: Path, one: Remote, *, dry: bool, progress: Progress | None) -> Pushed:
    address = one.address
    refuse_public(address, private=one.private)
    if address.path is not None:
        check_local_remote(address.path)
        refuse_open_files(address.path)
        _clear(place, one.name, address.path)
    with connected(place, address) as link:
        before = link.standing()
        if before.state in ("ahead", "diverged", "unknown", "unrelated"):
            raise Ahead(address, before)
        current = before.state == "current"
        sent = Missing() if current else link.missing(before.commit)
        if not current and dry:
            return Pushed(one.name, one.shown, "would-send", before.commit, before.commit, sent)
        if not current:
            with _noted(place, one.name):
                _send(link, progress)
        elif before.yields and not dry:
            with _noted(place, one.name), suppress(MachineProblem):  # it may have rules of its own, and lacks nothing
                link.git.push(f"{link.ours}:{MAIN}", progress, instead=before.commit)
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


# --- a push that was killed -------------------------------------------------------------------------------------------
# On a disk of this machine it leaves what it had received so far, and maybe the lock of the branch.


@contextmanager
def _noted(place: Path, name: str) -> Iterator[None]:
    """Notes beside the vault that a push is going on, so that the next one knows if it was killed.

    What another one has noted that may run still is there again afterwards.
    """
    before = state.read(place, "pushing").get(name)
    _note(place, name, {"part": part_name(), "since": time.time()})
    try:
        yield
    finally:
        _note(place, name, before)


def _note(place: Path, name: str, what: Any) -> None:
    """Writes down who pushes there; nobody, if that is None."""
    rest = {one: noted for one, noted in state.read(place, "pushing").items() if one != name}
    state.write(place, "pushing", rest if what is None else {**rest, name: what})


def _clear(place: Path, name: str, path: Path) -> None:
    """Removes what a killed push of this vault left in the copy."""
    noted: Any = state.read(place, "pushing").get(name)
    try:
        part, since = str(noted["part"]), float(noted["since"])
    except (KeyError, TypeError, ValueError):
        return
    if is_abandoned(part, since):
        with suppress(OSError):
            clear_unfinished(path, since)
            _note(place, name, None)

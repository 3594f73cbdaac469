"""Sends the vault's newest commit, and all it builds on, to the copies elsewhere; only ever forward."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, NamedTuple

from linkbak.errors import Exit, LinkbakError, MachineProblem, UsageProblem
from linkbak.remotes.address import Address
from linkbak.remotes.git import Network, Progress, lent, moved, refuse_public, repository
from linkbak.remotes.registry import Remote, note_copy, refuse_open_files, remote, remotes
from linkbak.remotes.untrusted import git_folder, looked_at
from linkbak.vault import (
    BRANCH,
    MANIFEST,
    MARKS,
    SNAPSHOTS,
    Git,
    GitFailed,
    Layout,
    borrowing,
    head,
    on_this_machine,
    refuse_redirects,
)
from linkbak.vault.lock import orderly_end

# --- worst ------------------------------------------------------------------------------------------------------------
# Of several failures, the one that the exit status tells.

_ORDER = (Exit.USAGE, Exit.MACHINE, Exit.LOCKED, Exit.NO_VAULT, Exit.DIFFERENT, Exit.OTHER_ACCOUNT, Exit.DAMAGED)
"""From what mends itself, or with a word, to what needs somebody soon."""


def worst(errors: Iterable[LinkbakError | None]) -> Exit | None:
    """The exit status of the worst, None if all went well."""
    found = [error.exit_code for error in errors if error is not None]
    return max(found, key=lambda code: _ORDER.index(code) if code in _ORDER else len(_ORDER), default=None)


# --- standing ---------------------------------------------------------------------------------------------------------
# How a copy's newest commit stands to the vault's: behind, beside, ahead, or another vault's.

State = Literal["empty", "current", "behind", "ahead", "diverged", "unrelated", "unknown"]


class Standing(NamedTuple):
    """The copy's newest commit ("" if it has none) as seen from the vault.

    `unknown` holds commits that are not here, and it cannot be said without fetching them whose they are.
    """

    state: State
    commit: str = ""


class Missing(NamedTuple):
    """What a copy lacks: snapshots, lines of marks, commits."""

    snapshots: int = 0
    marks: int = 0
    commits: int = 0


class Ahead(LinkbakError):
    """The copy holds what the vault does not, so nothing can be sent without losing it."""

    exit_code = Exit.DIFFERENT

    def __init__(self, address: Address, found: Standing) -> None:
        where = address.shown
        if found.state == "unrelated":
            super().__init__(
                f"{where} holds another vault, which has nothing in common with this one; nothing was sent",
                hint="Use another place for this one's copy. If both are yours, `linkbak pull` brings them together.",
            )
        elif found.state == "unknown":
            super().__init__(
                f"{where} holds what is not here: newer snapshots, or another vault; nothing was sent",
                hint="`linkbak pull` looks at it and brings what is missing here; then push again.",
            )
        else:
            super().__init__(
                f"{where} has snapshots or marks that are not here; nothing was sent",
                hint="`linkbak pull` brings them; then push again.",
            )


def standing(git: Network, address: Address, theirs: str) -> Standing:
    """How `theirs`, the commit of the copy's branch, stands to the one `git`'s branch is at."""
    ours = git.run("rev-parse", "--verify", f"refs/heads/{BRANCH}").decode("ascii").strip()
    if not theirs:
        return Standing("empty")
    if theirs == ours:
        return Standing("current", theirs)
    reader = _reader(git, address)
    if not _has(reader, theirs):
        return Standing("unknown", theirs)
    base = _base(reader, ours, theirs)
    states: dict[str, State] = {theirs: "behind", ours: "ahead", "": "unrelated"}
    return Standing(states.get(base, "diverged"), theirs)


def missing(git: Git, theirs: str, ours: str) -> Missing:
    """What of `ours` is not in `theirs`, which may be "" for nothing."""
    if theirs == ours:
        return Missing()
    before = theirs or git.run("hash-object", "-w", "-t", "tree", "--stdin").decode("ascii").strip()
    words = ("-r", "-z", "--name-only", "--no-renames", "--diff-filter=A")
    listed = git.run("diff-tree", *words, before, ours, "--", SNAPSHOTS)
    paths = (path.split("/") for path in listed.decode("utf-8", "replace").split("\0"))
    snapshots = sum(len(parts) == 5 and parts[4] == MANIFEST for parts in paths)
    marks = _lines(git, ours) - (_lines(git, theirs) if theirs else 0)
    commits = git.run("rev-list", "--count", ours, *([f"^{theirs}"] if theirs else []))
    return Missing(snapshots, max(0, marks), int(commits))


def refuse_other(address: Address, refs: Collection[str]) -> None:
    """Raises UsageProblem for a repository that holds something, but no vault's branch."""
    heads = [ref for ref in refs if ref.startswith("refs/heads/")]
    if heads and f"refs/heads/{BRANCH}" not in heads:
        raise UsageProblem(
            f"the repository at {address.shown} holds something else: it has branches, but no {BRANCH}",
            hint="Use one that is empty.",
        )


def _reader(git: Network, address: Address) -> Git:
    """Git that reads also what a copy on this machine holds."""
    if address.path is None or address.path.is_file():
        return git
    reader = Git(git.top)
    theirs = borrowing(git_folder(address.path) / "objects")
    reader.surroundings = {name: os.pathsep.join([git.surroundings[name], theirs[name]]) for name in theirs}
    return reader


def _has(git: Git, commit: str) -> bool:
    try:
        return git.run("cat-file", "-t", commit).strip() == b"commit"
    except GitFailed:
        return False


def _base(git: Git, ours: str, theirs: str) -> str:
    """The newest commit that both build on, "" if there is none."""
    try:
        return git.run("merge-base", ours, theirs).decode("ascii").split()[0]
    except GitFailed:
        return ""


def _lines(git: Git, commit: str) -> int:
    try:
        return git.run("cat-file", "blob", f"{commit}:{MARKS}").count(b"\n")
    except GitFailed:
        return 0


# --- push -------------------------------------------------------------------------------------------------------------

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
    refuse_redirects(layout)
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

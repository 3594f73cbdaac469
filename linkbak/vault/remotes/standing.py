"""How a copy's newest commit stands to the vault's: behind, beside, ahead, or another vault's."""

from __future__ import annotations

import os
from collections.abc import Collection
from typing import Literal, NamedTuple

from linkbak.errors import Exit, LinkbakError, UsageProblem
from linkbak.vault.git import Git, GitFailed, borrowing
from linkbak.vault.layout import BRANCH, MANIFEST, MARKS, SNAPSHOTS

from .addresses import Address
from .network import Network
from .planted import git_folder

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

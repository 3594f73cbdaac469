"""A copy that lies on a disk of this machine: looked at before git is run on it.

A disk is lent, a share is written to by others: whoever had it may have left a program there for git to run.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from linkbak.errors import LinkbakError, MachineProblem, UsageProblem, VaultDamaged
from linkbak.vault.disk import on_this_machine
from linkbak.vault.git import Git

SAFE_HERE = (
    f"core.hooksPath={os.devnull}",
    "core.fsmonitor=false",
    "core.alternateRefsCommand=true",
    f"core.attributesFile={os.devnull}",
    "receive.denyCurrentBranch=refuse",
    "receive.autogc=false",
    "receive.fsckObjects=true",
    "receive.unpackLimit=10",
    "pack.threads=1",
    "pack.windowMemory=100m",
    "core.bigFileThreshold=16m",
    "gc.auto=0",
    "maintenance.auto=false",
    "protocol.allow=never",
)
"""What git is told when it works for the other end: it starts no hook and no program, and reaches nobody else."""

_RUNS = re.compile(
    r"(include|includeif|alias|filter|credential|url|submodule|hook|gpg)\..*"
    r"|core\.(sshcommand|fsmonitor|gitproxy|worktree|alternaterefscommand|alternaterefsprefixes|askpass|editor|pager)"
    r"|extensions\.(partialclone|worktreeconfig)|remote\..*\.(promisor|partialclonefilter|uploadpack|receivepack|vcs)"
    r"|uploadpack\.packobjectshook|gc\.recentobjectshook|receive\.procreceiverefs|diff\.external"
    r"|(diff|merge)\..*\.(command|textconv|driver)",
    re.DOTALL,
)
_ELSEWHERE = ("objects/info/alternates", "objects/info/http-alternates", "info/grafts", "commondir", "shallow")


def looked_at(path: Path) -> Path:
    """The git folder of the copy at `path`; raises a LinkbakError if there is none, or one that cannot be trusted."""
    with on_this_machine(path):
        if path.is_file():
            return path
        folder = git_folder(path)
        _refuse_elsewhere(path, folder)
    for name, value in settings(folder):
        if _RUNS.fullmatch(name) and not (name == "core.fsmonitor" and value == "false"):
            raise VaultDamaged(
                f"{path}: its configuration sets {name}, which can make git run a program or look elsewhere",
                hint=f"If you set it yourself, take it out: `git config --file {folder}/config --unset {name}`.",
            )
    return folder


def _refuse_elsewhere(path: Path, folder: Path) -> None:
    if link := next(_links(folder), None):
        raise VaultDamaged(
            f"{path} is no copy to be trusted: its {link} is a link, through which git might write elsewhere",
            hint="Make a new one with `--create`.",
        )
    for name in _ELSEWHERE:
        if (folder / name).exists():
            raise VaultDamaged(
                f"{path} is no whole copy: its {name} sends git elsewhere", hint="Make a new one with `--create`."
            )


def _links(folder: Path) -> Iterator[Path]:
    """Where git writes, what leads out of the repository: a link in place of a folder, a reference or its log."""
    within = [*folder.iterdir(), *(folder / "objects").iterdir()]
    for name in ("refs", "logs"):
        within += [Path(at) / one for at, folders, files in os.walk(folder / name) for one in (*folders, *files)]
    return (path.relative_to(folder) for path in within if path.is_symlink())


def git_folder(path: Path) -> Path:
    """Where the repository at `path` is: there itself if it is bare, else in .git."""
    try:
        if not path.exists():
            raise MachineProblem(
                f"{path} is not there", hint="Is the disk plugged in, or the share mounted? `linkbak remote list`."
            )
        for folder in (path, path / ".git"):
            if (folder / "HEAD").is_file() and (folder / "objects").is_dir():
                return folder
    except OSError as error:
        raise MachineProblem(f"{path}: {error.strerror or type(error).__name__}") from None
    raise UsageProblem(
        f"{path} is no git repository",
        hint="`linkbak remote add NAME PATH --create` makes one in a folder that is new or empty.",
    )


def is_bare(folder: Path) -> bool:
    """Whether no files lie open in the repository; to such a one git pushes."""
    said = dict(settings(folder)).get("core.bare", "")
    return said == "true" or (said == "" and folder.name != ".git")


def settings(folder: Path) -> list[tuple[str, str]]:
    """The names (lower case) and values in a repository's own configuration, nothing that it includes."""
    git = Git(folder)
    try:
        printed = git.run("config", "--file", str(folder / "config"), "--no-includes", "--list", "-z")
    except LinkbakError:
        raise MachineProblem(f"git cannot read {folder}/config", hint="Look at the file; is it git's?") from None
    words = printed.decode("utf-8", "replace").split("\0")
    return [(name.lower(), value) for name, _, value in (word.partition("\n") for word in words) if name]

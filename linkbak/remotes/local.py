"""Remotes that are folders of this machine: how one is made, and how it is checked before git is run on it.

A disk is lent, a share is written to by others: whoever had it may have left a program there for git to run.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from linkbak.errors import LinkbakError, MachineProblem, UsageProblem, VaultDamaged
from linkbak.paths import part_name, sweep
from linkbak.vault import BRANCH, Git, on_this_machine, remove_tree, sync_folder
from linkbak.vault.repository import REDIRECTS, links_in, new_repository, runs_or_redirects

SAFE_SETTINGS = (
    f"core.hooksPath={os.devnull}",
    "core.fsmonitor=false",
    "core.alternateRefsCommand=true",
    f"core.attributesFile={os.devnull}",
    "receive.denyCurrentBranch=refuse",
    "receive.autogc=false",
    "receive.fsckObjects=true",
    "receive.unpackLimit=10",
    "receive.hideRefs=refs",
    f"receive.hideRefs=!refs/heads/{BRANCH}",
    "pack.threads=1",
    "pack.windowMemory=100m",
    "core.bigFileThreshold=16m",
    "gc.auto=0",
    "maintenance.auto=false",
    "protocol.allow=never",
)
"""What git is given when it works for the other end: it starts no hook and no program, and reaches nobody else.

What lies beside our branch is hidden from a push: git stumbles over what file managers drop among references.
"""


def check_local_remote(path: Path) -> None:
    """Raises a LinkbakError if there is no copy at `path`, or one that cannot be trusted. A bundle sets nothing."""
    with on_this_machine(path):
        if path.is_file():
            return
        folder = git_folder(path)
        _refuse_redirects(path, folder)
    for name, value in _configuration(folder):
        if name != "core.hookspath" and runs_or_redirects(name, value):  # our own overrules that one
            raise VaultDamaged(
                f"{path}: its configuration sets {name}, which can make git run a program or look elsewhere",
                hint=f"If you set it yourself, take it out: `git config --file {folder}/config --unset {name}`.",
            )


def _refuse_redirects(path: Path, folder: Path) -> None:
    if link := next(links_in(folder), ""):
        raise VaultDamaged(
            f"{path} is no copy to be trusted: its {link} is a link, through which git might write elsewhere",
            hint="Make a new one with `--create`.",
        )
    for name in (*REDIRECTS, "shallow"):
        if (folder / name).exists():
            raise VaultDamaged(
                f"{path} is no whole copy: its {name} sends git elsewhere", hint="Make a new one with `--create`."
            )


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


def is_bare(path: Path) -> bool:
    """Whether no files lie open in the repository; to such a one git pushes."""
    folder = git_folder(path)
    bare = dict(_configuration(folder)).get("core.bare", "")
    return bare == "true" or (bare == "" and folder.name != ".git")


def object_format(*, sha256: bool) -> tuple[str, ...]:
    """The option of `git init` for the names of objects."""
    return ("--object-format=sha256",) if sha256 else ()


def _configuration(folder: Path) -> list[tuple[str, str]]:
    """The names (lower case) and values in a repository's own configuration, nothing that it includes."""
    git = Git(folder)
    try:
        printed = git.run("config", "--file", str(folder / "config"), "--no-includes", "--list", "-z")
    except LinkbakError:
        raise MachineProblem(f"git cannot read {folder}/config", hint="Look at the file; is it git's?") from None
    words = printed.decode("utf-8", "replace").split("\0")
    return [(name.lower(), value) for name, _, value in (word.partition("\n") for word in words) if name]


_BARE_SETTINGS = {
    "core.bare": "true",
    "receive.denyNonFastForwards": "true",
    "receive.denyDeletes": "true",
    "receive.fsckObjects": "true",
    "receive.autogc": "false",
    "receive.unpackLimit": "10",
    "gc.auto": "0",
    "maintenance.auto": "false",
}
"""What a copy's own configuration says: nothing that has come is taken away again, whoever pushes."""


class NoCopyYet(UsageProblem):
    """There is nothing at that place; a copy can be made there."""


def check_place(path: Path, vault: Path, *, create: bool) -> None:
    """Raises a LinkbakError for a folder that cannot be a place for a copy of that vault.

    With `create`, it must be one that is not there or empty; without, one that holds a bare repository.
    """
    there, own = path.resolve(), vault.resolve()
    if there == own or own in there.parents:
        raise UsageProblem(f"{path} is in the vault itself", hint="A copy belongs on another disk or machine.")
    if there in own.parents and (there / "HEAD").exists():
        raise UsageProblem(f"the vault lies inside {path}", hint="A copy belongs on another disk or machine.")
    with on_this_machine(path):
        if not path.exists() and not path.parent.is_dir():
            raise MachineProblem(
                f"{path.parent} is not there", hint="Plug in the disk or mount the share, or make that folder."
            )
        if path.is_file():
            raise UsageProblem(f"{path} is a file", hint="Copies go to a folder; `linkbak seal` writes one file.")
        vacant = not path.exists() or not any(path.iterdir())
    if vacant and not create:
        raise NoCopyYet(f"there is no copy at {path} yet", hint="--create makes one there.")
    if not vacant and create:
        raise UsageProblem(f"{path} is not empty", hint="Name a new folder, or leave out --create if a copy is there.")
    if not vacant:
        check_local_remote(path)
        refuse_open_files(path)


def refuse_open_files(path: Path) -> None:
    """Raises UsageProblem for a repository whose files lie open: git takes nothing in under them."""
    if not is_bare(path):
        raise UsageProblem(
            f"files lie open in the repository at {path}, so git takes nothing into it",
            hint="Name another folder and let --create make a copy there; what both push to it, both pull.",
        )


def clear_unfinished(path: Path, since: float) -> None:
    """Removes what a git that took something in left half done in the copy since that time. Raises OSError."""
    folder = git_folder(path)
    for pattern in ("objects/tmp_*", "objects/pack/tmp_*", "objects/??/tmp_*", f"refs/heads/{BRANCH}.lock"):
        for left in folder.glob(pattern):
            if left.lstat().st_mtime >= since - 1:  # disks keep time to the second, or two
                remove_tree(left)


def make_bare(path: Path, *, sha256: bool) -> None:
    """Makes an empty bare repository that only its owner can open; whole or not at all."""
    sweep(path.parent)
    draft = path.parent / part_name()
    with on_this_machine(path):
        draft.mkdir(mode=0o700)
        try:
            git = Git(draft)
            with new_repository(git, *object_format(sha256=sha256)) as repo:
                for name, value in _BARE_SETTINGS.items():
                    repo.git.config(name, value)
            with suppress(PermissionError):  # a disk that knows no owners
                git.git_dir.chmod(0o700)
            git.git_dir.replace(path)
            sync_folder(path.parent)
        finally:
            remove_tree(draft)

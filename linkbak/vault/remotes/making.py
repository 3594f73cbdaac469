"""Makes the repository that a copy on a disk lies in, and says which folders cannot hold one."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from linkbak.errors import MachineProblem, UsageProblem
from linkbak.vault.disk import on_this_machine, remove_tree, sync_folder
from linkbak.vault.git import Git
from linkbak.vault.layout import BRANCH

from .planted import git_folder, is_bare, looked_at

_CONFIG = {
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


def usable(path: Path, vault: Path, *, create: bool) -> None:
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
                f"{path.parent} is not there",
                hint="Is the disk plugged in, the share mounted? Else make it.",
            )
        if path.is_file():
            raise UsageProblem(f"{path} is a file", hint="Copies go to a folder; `linkbak seal` writes one file.")
        vacant = not path.exists() or not any(path.iterdir())
    if vacant and not create:
        raise NoCopyYet(f"there is no copy at {path} yet", hint="--create makes one there.")
    if not vacant and create:
        raise UsageProblem(f"{path} is not empty", hint="Name a new folder, or leave out --create if a copy is there.")
    if not vacant:
        looked_at(path)
        refuse_open_files(path)


def refuse_open_files(path: Path) -> None:
    """Raises UsageProblem for a repository whose files lie open: git takes nothing in under them."""
    if not is_bare(git_folder(path)):
        raise UsageProblem(
            f"files lie open in the repository at {path}, so git takes nothing into it",
            hint="Name another folder and let --create make a copy there. Between two vaults, use `linkbak pull`.",
        )


def make_copy(path: Path, *, long: bool) -> None:
    """Makes an empty bare repository that only its owner can open; whole or not at all."""
    draft = path.parent / f".{path.name}.linkbak-{os.urandom(6).hex()}"
    with on_this_machine(path):
        draft.mkdir(mode=0o700)
        try:
            git = Git(draft)
            shape = ["--object-format=sha256"] if long else []
            git.run("init", "--quiet", "--template=", f"--initial-branch={BRANCH}", *shape)
            for name, value in _CONFIG.items():
                git.run("config", name, value)
            with suppress(PermissionError):  # a disk that knows no owners
                git.git_dir.chmod(0o700)
            git.git_dir.replace(path)
            sync_folder(path.parent)
        finally:
            remove_tree(draft)

"""Places for copies, made and looked at as a person with git would."""

from __future__ import annotations

import subprocess
from pathlib import Path

from linkbak.errors import LinkbakError
from linkbak.remotes import add_remote
from linkbak.remotes.push import Pushed, push
from tests.vault.snapshots import git


def bare(path: Path) -> Path:
    """An empty repository without files lying open, as git makes it."""
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", path], check=True)
    return path


def copy(vault: Path, path: Path, name: str = "usb") -> Path:
    """A place for copies of the vault, made by linkbak, and filled."""
    add_remote(vault, name, str(path), create=True)
    assert [one.state for one in push(vault, [name])] == ["sent"]
    return path


def main(path: Path) -> str:
    """The commit that a repository's branch is at."""
    return git(path, "rev-parse", "refs/heads/main").strip()


def refusal(pushed: list[Pushed]) -> LinkbakError:
    """Why the only one failed."""
    (one,) = pushed
    assert one.state == "failed"
    assert one.error is not None
    return one.error


def program(path: Path, does: str) -> Path:
    """A shell script that can be run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{does}\n")
    path.chmod(0o755)
    return path

"""Vaults to restore from."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.vault.restore.given import BIG, ODD
from tests.vault.snapshots import git, save


@pytest.fixture(scope="session")
def odd_once(tmp_path_factory: pytest.TempPathFactory, made_once: Path) -> Path:
    """A vault with a snapshot of awkward names, none of it lying open."""
    vault = tmp_path_factory.mktemp("odd") / "vault"
    shutil.copytree(made_once / "empty", vault, symlinks=True)
    save(vault, files=ODD)
    git(vault, "sparse-checkout", "set", "--cone")
    return vault


@pytest.fixture(scope="session")
def big_once(tmp_path_factory: pytest.TempPathFactory, made_once: Path) -> Path:
    """A vault with a file that streams, damaged in git, and a small one before and after it."""
    vault = tmp_path_factory.mktemp("big") / "vault"
    shutil.copytree(made_once / "empty", vault, symlinks=True)
    key = save(vault, files={"a.csv": b"a\n", "messages.csv": BIG, "z.csv": b"z\n"})
    (vault / key.folder / "archive/messages.csv").write_bytes(BIG[:-1] + b"!")
    git(vault, "-c", "user.name=x", "-c", "user.email=x", "commit", "-qam", "Tamper")
    git(vault, "sparse-checkout", "set", "--cone")
    return vault

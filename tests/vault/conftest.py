"""A vault, and one with a snapshot."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from linkbak.vault.create import create_vault
from tests.vault import weeks
from tests.vault.snapshots import git, save


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vault that is only copied; a copy is as good as a new one."""
    place = tmp_path_factory.mktemp("made-once")
    create_vault(place / "empty").close()
    shutil.copytree(place / "empty", place / "one", symlinks=True)
    save(place / "one")
    return place


@pytest.fixture(scope="session")
def weeks_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vault of six lists that is only copied."""
    return weeks.make(tmp_path_factory.mktemp("weeks") / "vault")


@pytest.fixture(name="weeks")
def six_weeks(weeks_once: Path, tmp_path: Path) -> Path:
    """A vault of six lists, all loose."""
    return weeks.copied(weeks_once, tmp_path / "vault")


@pytest.fixture
def kept() -> weeks.Kept:
    """What comes out of it."""
    return weeks.all_kept()


@pytest.fixture
def empty(tmp_path: Path, made_once: Path) -> Path:
    """A vault just made."""
    return copied(made_once / "empty", tmp_path / "vault")


@pytest.fixture
def one(tmp_path: Path, made_once: Path) -> Path:
    """A vault with the snapshot 2026-03-20T080710Z."""
    return copied(made_once / "one", tmp_path / "vault")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of three megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", place], capture_output=True).returncode:
        pytest.skip("mounting a small disk takes rights that this user lacks")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def copied(vault: Path, place: Path) -> Path:
    """A copy whose index knows its files."""
    shutil.copytree(vault, place, symlinks=True)
    git(place, "update-index", "-q", "--refresh")
    return place

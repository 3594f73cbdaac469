"""Invented archives and vaults made of them, built once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from examples import archives, broken
from linkbak.paths import cache_folder
from linkbak.vault.create import create_vault
from tests.cli.running import run


@pytest.fixture(scope="session")
def family(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ada's archives of all years, and one of Boris's."""
    folder = tmp_path_factory.mktemp("family")
    archives.write(folder)
    return folder


@pytest.fixture(scope="session")
def february(family: Path) -> Path:
    return family / "ada/Basic_LinkedInDataExport_02-28-2026.zip"


@pytest.fixture(scope="session")
def march(family: Path) -> Path:
    return family / "ada/Complete_LinkedInDataExport_03-20-2026.zip"


@pytest.fixture(scope="session")
def boris(family: Path) -> Path:
    return family / "boris/Basic_LinkedInDataExport_03-21-2026.zip"


@pytest.fixture(scope="session")
def ruins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of March, broken in every way."""
    folder = tmp_path_factory.mktemp("ruins")
    broken.write(folder)
    return folder


@pytest.fixture(scope="session")
def _two(tmp_path_factory: pytest.TempPathFactory, february: Path, march: Path) -> Path:
    vault = tmp_path_factory.mktemp("kept") / "vault"
    create_vault(vault).close()
    assert run("import", march, february, vault=vault).status == 0
    return vault


@pytest.fixture(scope="session")
def two_index(tmp_path_factory: pytest.TempPathFactory, _two: Path) -> Path:
    """What the cache folder holds of that vault once its people were asked for."""
    assert run("people", vault=_two).status == 0
    return Path(shutil.copytree(cache_folder(_two), tmp_path_factory.mktemp("index") / "cache"))


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A vault with nothing in it."""
    vault = tmp_path / "vault"
    create_vault(vault).close()
    return vault


@pytest.fixture
def two(_two: Path, tmp_path: Path, two_index: Path) -> Path:
    """A vault with the snapshots of February and March, and its index, which every test would make anew."""
    vault = Path(shutil.copytree(_two, tmp_path / "vault", symlinks=True))
    shutil.copytree(two_index, cache_folder(vault))
    return vault


@pytest.fixture(scope="session")
def years(tmp_path_factory: pytest.TempPathFactory, family: Path) -> Path:
    """A vault with all of Ada's archives, which nobody changes."""
    vault = tmp_path_factory.mktemp("years") / "vault"
    create_vault(vault).close()
    assert run("import", *sorted((family / "ada").iterdir()), vault=vault).status == 0
    return vault

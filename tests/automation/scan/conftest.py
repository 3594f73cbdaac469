"""A downloads folder, a place for a vault, and archives that lie there since yesterday."""

from __future__ import annotations

from pathlib import Path

import pytest

from examples import archives, broken


@pytest.fixture(scope="session")
def family(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ada's archives of all years, and one of Boris's."""
    folder = tmp_path_factory.mktemp("family")
    archives.write(folder)
    return folder


@pytest.fixture(scope="session")
def ruins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of March, broken in every way."""
    folder = tmp_path_factory.mktemp("ruins")
    broken.write(folder)
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


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    folder = tmp_path / "Downloads"
    folder.mkdir()
    return folder


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where the vault is or will be."""
    return tmp_path / "vault"

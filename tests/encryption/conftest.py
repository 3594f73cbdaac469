"""Keys, and a place for what is sealed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.encryption.given import Pair, pair


@pytest.fixture
def older(ada: Path) -> Path:
    """An archive that the vault has not."""
    return ada / "Basic_LinkedInDataExport_01-15-2026.zip"


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return pair(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def cloud(tmp_path: Path) -> Path:
    """A folder for sealed copies."""
    folder = tmp_path / "cloud"
    folder.mkdir()
    return folder

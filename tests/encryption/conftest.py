"""A vault made once, and keys."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from examples import archives
from linkbak.vault.create import create_vault
from tests.cli.running import run
from tests.encryption.given import Pair, pair


@pytest.fixture(scope="session")
def ada(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ada's archives of all years."""
    folder = tmp_path_factory.mktemp("sealing")
    archives.write(folder)
    return folder / "ada"


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory, ada: Path) -> Path:
    """The vault below, which no test may change."""
    vault = tmp_path_factory.mktemp("kept") / "vault"
    create_vault(vault).close()
    february = ada / "Basic_LinkedInDataExport_02-28-2026.zip"
    assert run("import", february, ada / "Complete_LinkedInDataExport_03-20-2026.zip", vault=vault).status == 0
    return vault


@pytest.fixture
def vault(kept: Path, tmp_path: Path) -> Path:
    """A vault with the snapshots of February and March 2026."""
    return Path(shutil.copytree(kept, tmp_path / "vault", symlinks=True))


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

"""Vaults to export from."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import _two, empty, family, february, march
from tests.exporters.years import years

__all__ = ["_two", "empty", "family", "february", "march", "years"]


@pytest.fixture(scope="session")
def two(_two: Path) -> Path:
    """A vault with the snapshots of February and March, which no test here may change."""
    return _two


@pytest.fixture
def own(_two: Path, tmp_path: Path) -> Path:
    """The same for one test alone."""
    return Path(shutil.copytree(_two, tmp_path / "vault", symlinks=True))

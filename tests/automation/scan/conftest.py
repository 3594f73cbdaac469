"""A downloads folder, and a place for a vault."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    folder = tmp_path / "Downloads"
    folder.mkdir()
    return folder


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where the vault is or will be."""
    return tmp_path / "vault"

"""A vault of six lists, which compacting is tried on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.vault import weeks


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

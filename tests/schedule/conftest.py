"""A machine to install schedules on, and a vault to install them for."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkbak import schedule
from tests.schedule.machines import Machine


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine without any scheduler, on which linkbak would start; that it is tried is a test of its own."""
    monkeypatch.setattr(schedule, "try_out", lambda command: None)
    return Machine(tmp_path, monkeypatch)


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """Where a vault would be: a folder with a blank in its name. No schedule looks into it."""
    place = tmp_path / "my vault"
    place.mkdir()
    return place

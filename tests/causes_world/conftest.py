"""One simulated account, asked after each of its archives; built once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from benchmarks.causes_said import Answers, month_by_month
from benchmarks.causes_truth import Month
from benchmarks.causes_world import simulate

SEED, PEOPLE, EACH = 1, 600, 2


class World(NamedTuple):
    """An account of known truth, its vault with everything imported, and what was said after each archive."""

    folder: Path
    months: Sequence[Month]
    answers: Sequence[Answers]

    @property
    def vault(self) -> Path:
        return self.folder / "vault"


@pytest.fixture(scope="package")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("world")
    months = list(simulate(SEED, PEOPLE, EACH))
    return World(folder, months, [answers for _, answers in month_by_month(folder, months)])

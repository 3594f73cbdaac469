"""Two linkbaks beside each other, as before and after a change: each command is run by the one, then by the other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from benchmarks.harness import LINKBAK, Result, Turns
from benchmarks.setting import Scenario, Setting


def both(scenario: Scenario, setting: Setting, other: Path) -> list[tuple[Result, Result]]:
    """What a scenario gives for the linkbak at `other` and for this one, in folders of their own."""
    turns = Turns()

    def ran(which: int) -> list[Result]:
        turns.begin(which, (other, LINKBAK)[which])
        try:
            folder = setting.folder / ("before", "after")[which]
            folder.mkdir(exist_ok=True)
            return scenario(replace(setting, folder=folder))
        finally:
            turns.end(which)

    with ThreadPoolExecutor(2) as pool:
        before, after = pool.map(ran, (0, 1))
    return list(zip(before, after, strict=True))

"""One simulated pair of each hard kind: nobody is called lost, or another, who is not."""

from __future__ import annotations

import pytest

from benchmarks.belief import Scores, said_of
from benchmarks.belief_worlds import one_world

MISTAKES = ("false losses", "missed", "false identities", "false reconnections")


@pytest.mark.parametrize(
    "kind",
    [
        "rendered in another zone, a month",
        "addresses passed on, a year",
        "busy export day, a month, no addresses",
        "purge of 8 in 100, a month",
        "copy sorted by day and name, a month, no addresses",
        "form of 2018, unsorted, a year",
    ],
)
def test_no_mistakes(kind: str) -> None:
    world = one_world(kind, seed=1, number=0)
    scores = Scores()

    scores.add(world, said_of(world))

    assert {name: scores.counts[name] for name in MISTAKES} == dict.fromkeys(MISTAKES, 0)
    assert scores.counts["uncertain"] * 100 <= scores.counts["people"]

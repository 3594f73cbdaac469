"""The way past unchanged lines gives what parsing both lists whole gives, from real bytes on."""

from __future__ import annotations

import pytest

from linkbak import adapters
from linkbak.diff.compare import compare
from linkbak.model import Pair
from tests.adapters.given import alone, paired
from tests.worlds import ERAS, Era, Export, build, listing, render, rows, truth

LINKEDIN = adapters.by_network("linkedin")


def read(two: tuple[Export, Export], then: Era, now: Era, *, plain: bool) -> Pair:
    before, after = (alone(render(rows(export), era)) for export, era in zip(two, (then, now), strict=True))
    known = LINKEDIN.read(before).coverage["connections"], LINKEDIN.read(after).coverage["connections"]
    found = paired(before, after, known if plain else (None, None))
    assert found is not None
    return found


@pytest.mark.parametrize("era", ERAS)
def test_every_era_is_read_as_it_was_meant(era: Era) -> None:
    for seed in range(3):
        export = build(seed, 150, hidden=0.1)[0]
        found, meant = LINKEDIN.connections(alone(render(rows(export), era))), listing(rows(export), era)
        assert found is not None
        assert list(found.rows) == list(meant.rows)
        assert list(found.positions) == list(meant.positions)
        assert found[2:] == meant[2:]


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("seed", range(6))
def test_the_short_way_tells_the_same(era: Era, seed: int) -> None:
    two = build(seed, 300, events=0.25, hidden=0.08, a_day=0.8)

    short, whole = (read(two, era, era, plain=plain) for plain in (True, False))

    assert compare(short) == compare(whole)
    assert len(whole.anchors) == 0


@pytest.mark.parametrize(("then", "now"), [("C2", "C4"), ("C4", "C5"), ("headerless", "C5"), ("C5", "oldest-first")])
def test_the_short_way_between_eras(then: Era, now: Era) -> None:
    two = build(7, 300, events=0.25, hidden=0.08, a_day=0.8)

    assert compare(read(two, then, now, plain=True)) == compare(read(two, then, now, plain=False))


def test_the_short_way_is_taken() -> None:
    """Most lines did not change, so most rows were never parsed; and the truth is told all the same."""
    two = build(3, 400, events=0.1, hidden=0.02)
    short = read(two, "C5", "C5", plain=True)

    found = compare(short)

    assert (skipped := sum(length for _, _, length in short.anchors)) > 300
    assert len(short.before.rows) + skipped == len(two[0])
    assert short.whole is not None
    assert set(found.vanished) <= set(truth(*two).vanished)

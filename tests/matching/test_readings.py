"""The sums over readings against every reading written out one by one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from math import exp, prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkbak.matching.readings import Matrix, Shares, Weights, ordered, unordered

RATES = st.floats(1e-9, 1.0)


@st.composite
def weights(draw: st.DrawFn) -> Weights:
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    match = draw(
        st.lists(st.lists(RATES | st.just(0.0), min_size=columns, max_size=columns), min_size=rows, max_size=rows)
    )
    gone, new, above = (draw(st.lists(RATES, min_size=n, max_size=n)) for n in (rows, columns, columns))
    return Weights(match, gone, new, above)


def readings(given: Weights, *, in_order: bool) -> Iterator[tuple[dict[int, int], float]]:
    """Every way to match some rows, each once, with its weight."""
    rows, columns = given.size
    for places in set(permutations([*range(columns), *[-1] * rows], rows)):
        matched = {i: j for i, j in enumerate(places) if j >= 0}
        order = list(matched.values())
        if in_order and order != sorted(order):
            continue
        first = min(order, default=columns)
        new = [given.above[j] if in_order and j < first else given.new[j] for j in range(columns) if j not in order]
        weight = prod(given.match[i][j] for i, j in matched.items()) * prod(new)
        yield matched, weight * prod(given.gone[i] for i in range(rows) if i not in matched)


def expected(given: Weights, *, in_order: bool, order_lost: float = 1.0) -> tuple[Matrix, float]:
    rows, columns = given.size
    found = [
        (matched, weight * (order_lost if matched and not in_order else 1.0))
        for matched, weight in readings(given, in_order=in_order)
    ]
    total = sum(weight for _, weight in found)
    return [
        [sum(weight for matched, weight in found if matched.get(i) == j) / total for j in range(columns)]
        for i in range(rows)
    ], total


def same(found: Shares | None, wanted: tuple[Matrix, float]) -> None:
    assert found is not None
    assert exp(found.total) == pytest.approx(wanted[1], rel=1e-6)
    for row, other in zip(found.same, wanted[0], strict=True):
        assert row == pytest.approx(other, rel=1e-6, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(weights())
def test_readings_in_order(given: Weights) -> None:
    same(ordered(given, top=True), expected(given, in_order=True))


@settings(max_examples=60, deadline=None)
@given(weights(), st.sampled_from([1.0, 1e-4]))
def test_readings_in_any_order(given: Weights, lost: float) -> None:
    same(unordered(given, lost), expected(given, in_order=False, order_lost=lost))


def test_hundreds_of_rows_are_weighed() -> None:
    """One of two hundred is gone; which one nothing tells, and no product underflows."""
    size = 200
    given = Weights([[0.1] * (size - 1)] * size, [5e-4] * size, [2e-6] * (size - 1), [2e-6] * (size - 1))

    found = ordered(given, top=False)

    assert found is not None
    assert [1 - sum(row) for row in found.same] == pytest.approx([1 / size] * size, rel=1e-3)

"""The order that two lists share."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkbak.matching.linkage import longest_increasing


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        ([], []),
        ([5], [0]),
        ([1, 2, 3], [0, 1, 2]),
        ([9, 1, 2, 3], [1, 2, 3]),
        ([1, 9, 2, 3], [0, 2, 3]),
        ([3, 2, 1], [2]),
    ],
)
def test_longest_increasing(values: list[int], kept: list[int]) -> None:
    assert longest_increasing(values) == kept


@given(st.permutations(range(7)))
def test_nothing_longer_increases(values: list[int]) -> None:
    kept = longest_increasing(values)

    assert all(values[a] < values[b] for a, b in pairwise(kept))
    longer = combinations(values, len(kept) + 1)
    assert not any(all(a < b for a, b in pairwise(some)) for some in longer)

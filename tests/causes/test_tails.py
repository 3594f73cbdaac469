"""Tails against the same sums in exact fractions."""

from __future__ import annotations

from fractions import Fraction
from math import comb, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkbak.causes.surge import binomial_tail, negative_binomial_tail


def exact_binomial(least: int, tries: int, chance: Fraction) -> Fraction:
    return sum(
        (comb(tries, count) * chance**count * (1 - chance) ** (tries - count) for count in range(least, tries + 1)),
        Fraction(0),
    )


def exact_negative_binomial(least: int, shape: int, share: Fraction) -> Fraction:
    below = (comb(shape + count - 1, count) * share**count * (1 - share) ** shape for count in range(least))
    return 1 - sum(below, Fraction(0))


@given(st.integers(0, 60), st.integers(0, 60), st.integers(1, 63))
def test_the_binomial_tail_is_exact(least: int, tries: int, part: int) -> None:
    wanted = exact_binomial(least, tries, Fraction(part, 64)) if least <= tries else Fraction(0)

    assert isclose(binomial_tail(least, tries, part / 64), wanted, rel_tol=1e-9, abs_tol=1e-15)


@given(st.integers(0, 80), st.integers(1, 30), st.integers(1, 63))
def test_the_negative_binomial_tail_is_exact(least: int, shape: int, part: int) -> None:
    wanted = exact_negative_binomial(least, shape, Fraction(part, 64))

    assert isclose(negative_binomial_tail(least, shape, part / 64), wanted, rel_tol=1e-9, abs_tol=1e-13)


def test_far_tails_keep_their_digits() -> None:
    assert isclose(binomial_tail(150, 300, 0.05), exact_binomial(150, 300, Fraction(1, 20)), rel_tol=1e-9)
    wanted = exact_negative_binomial(300, 20, Fraction(1, 13))
    assert wanted < 1e-200
    assert isclose(negative_binomial_tail(300, 20, 1 / 13), wanted, rel_tol=1e-9)
    assert negative_binomial_tail(10**6, 0.5, 0.01) == 0.0


def test_half_an_event_of_evidence_is_jeffreys_prior() -> None:
    """Nothing lost in as long a time: P(X >= 1) is one minus the square root of a half."""
    assert isclose(negative_binomial_tail(1, 0.5, 0.5), 1 - 0.5**0.5, rel_tol=1e-12)


@pytest.mark.parametrize(
    ("least", "tries", "chance", "wanted"),
    [(0, 5, 0.0, 1.0), (1, 5, 0.0, 0.0), (5, 5, 1.0, 1.0), (6, 5, 1.0, 0.0), (0, 0, 0.5, 1.0)],
)
def test_chances_of_none_and_all(least: int, tries: int, chance: float, wanted: float) -> None:
    assert binomial_tail(least, tries, chance) == wanted

"""When a window is said to have lost far more than this account's others."""

from __future__ import annotations

from fractions import Fraction
from math import comb, isclose
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkbak.causes.rules import FEW, binomial_tail, negative_binomial_tail
from linkbak.index import Interval
from tests.causes.cases import history, interval, usual_losses

QUIET = history(12)


def chance(lost: int, others: list[Interval], **more: float) -> float:
    one = interval(0, lost, **more)  # type: ignore[arg-type]
    return usual_losses(one, [*others, one], lost).chance


def test_the_numbers_are_those_of_the_comment() -> None:
    one = interval(0, 40)
    found = usual_losses(one, [one, *QUIET], 40)
    evidence = 30_400 + 12 * 30_000

    assert (found.lost, found.others) == (40, 12)
    assert isclose(found.expected, 24.5 / evidence * 30_000)
    assert found.chance == 13 * negative_binomial_tail(40, 24.5, 30_000 / (evidence + 30_000))


@pytest.mark.parametrize(("months", "lost", "sure"), [(12, 40, True), (6, 40, True), (5, 40, False), (12, 12, False)])
def test_more_than_a_hint_takes_much_history_and_many_losses(months: int, lost: int, *, sure: bool) -> None:
    one = interval(0, lost)
    found = usual_losses(one, [one, *history(months)], lost)

    assert (found.band_chance < 1e-6) is sure
    assert found.chance < 0.001


def test_an_account_that_always_loses_many_has_no_purge() -> None:
    assert chance(40, history(12, lost=30)) > 0.1


def test_losses_that_clump_anyway_are_no_purge() -> None:
    """In quiet times the same 16 would be far beyond chance; here the account's own months differ as much."""
    restless = [interval(-month, 0 if month % 4 else 12) for month in range(1, 13)]

    assert chance(16, history(12, lost=3)) < 0.001
    assert chance(16, restless) > 0.1


def test_the_order_of_windows_changes_not_the_last_digit() -> None:
    uneven = [interval(-month, month % 4, listed=1000 + month, days=28 + month / 7) for month in range(1, 40)]
    one, luck = interval(0, 40), Random(7)

    assert len({usual_losses(one, luck.sample([one, *uneven], 40), 40) for _ in range(50)}) == 1


def test_who_came_back_is_no_loss() -> None:
    outage = interval(-13, 40, back=40)
    assert chance(40, [*QUIET, outage]) == chance(40, [*QUIET, outage._replace(lost=0, back=0)])


def test_an_earlier_purge_does_not_hide_the_next() -> None:
    earlier = interval(-13, 60, sparse_lost=55)
    assert chance(40, [*QUIET, earlier]) == 14 / 13 * chance(40, QUIET)


def test_windows_of_no_length_are_no_history() -> None:
    empty = [interval(-month, listed=0, sparse=0) for month in range(20, 40)]
    one = interval(0, 40)
    assert usual_losses(one, [*QUIET[:2], *empty, one], 40).others == 2


def test_a_window_of_any_length_is_judged() -> None:
    """Two archives of the first day may be minutes apart."""
    assert chance(FEW, QUIET, listed=100, days=0.01) < 1e-6


def test_without_any_history_the_rate_is_that_of_real_accounts() -> None:
    assert chance(40, []) < 1e-6
    assert chance(400, [], listed=8000, days=1550) > 0.001


def test_whoever_looks_at_many_windows_needs_more() -> None:
    """The same losses and the same rate, but ten times as many windows in which chance could have played."""
    many = [one._replace(window=one.window._replace(after=f"{number:04}")) for number, one in enumerate(QUIET * 10)]
    one = interval(0, 12)
    alone = usual_losses(one, many, 12).chance / 120

    assert usual_losses(one, [*many, one], 12).chance == 121 * alone


# --- tails, against the same sums in exact fractions ---


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

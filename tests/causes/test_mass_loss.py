"""When a window is said to have lost far more than this account's others."""

from __future__ import annotations

from fractions import Fraction
from math import comb, isclose
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkbak.causes.rules import FEW, binomial_tail, mass_loss, negative_binomial_tail
from linkbak.index import Interval
from tests.causes.cases import history, interval

QUIET = history(12)


def band(one: Interval, others: list[Interval]) -> str:
    found = mass_loss(one, [*others, one])
    return "nothing" if found is None else found.band


def test_the_numbers_are_those_of_the_docstring() -> None:
    one = interval(0, 40, sparse_lost=30)
    found = mass_loss(one, [one, *QUIET])

    assert found is not None
    assert (found.lost, found.sparse_lost, found.others) == (40, 30, 12)
    assert isclose(found.expected, 24.5 / 12)
    assert found.chance == negative_binomial_tail(40, 24.5, 1 / 13)
    assert found.sparse_chance == binomial_tail(30, 40, 0.05)


@pytest.mark.parametrize(
    ("lost", "sparse_lost", "months", "wanted"),
    [
        (40, 38, 12, "likely"),
        (40, 38, 6, "likely"),
        (40, 38, 5, "possible"),
        (40, 38, 3, "possible"),
        (40, 38, 2, "unknown"),
        (10, 8, 12, "possible"),
        (9, 9, 12, "nothing"),
        (40, 20, 12, "nothing"),
        (20, 11, 12, "possible"),
    ],
)
def test_how_many_must_go_of_whom_after_how_much_history(lost: int, sparse_lost: int, months: int, wanted: str) -> None:
    assert band(interval(0, lost, sparse_lost=sparse_lost), history(months)) == wanted


def test_an_account_that_always_loses_many_has_no_purge() -> None:
    assert band(interval(0, 40, sparse_lost=30), history(12, lost=30)) == "unknown"


def test_losses_that_clump_anyway_are_no_purge() -> None:
    """In quiet times the same 16 would be far beyond chance; here the account's own months differ as much."""
    restless = [interval(-month, 0 if month % 4 else 12) for month in range(1, 13)]

    assert band(interval(0, 16, sparse_lost=12), history(12, lost=3)) == "possible"
    assert band(interval(0, 16, sparse_lost=12), restless) == "unknown"


def test_where_most_rows_are_sparse_sparse_losses_say_nothing() -> None:
    assert band(interval(0, 40, sparse_lost=38, sparse=900), QUIET) == "unknown"
    assert band(interval(0, 40, sparse_lost=40, sparse=1000), QUIET) == "unknown"


def test_a_window_is_no_part_of_its_own_history() -> None:
    one = interval(0, 40, sparse_lost=21, sparse=500)
    found = mass_loss(one, [*QUIET, one])

    assert found is not None
    assert (found.others, found.sparse_chance > 0.01) == (12, True)


def test_the_order_of_windows_changes_not_the_last_digit() -> None:
    uneven = [interval(-month, month % 4, listed=1000 + month, days=28 + month / 7) for month in range(1, 40)]
    one, luck = interval(0, 40, sparse_lost=38), Random(7)

    assert len({mass_loss(one, luck.sample([one, *uneven], 40)) for _ in range(50)}) == 1


def test_who_came_back_is_no_loss() -> None:
    assert band(interval(0, 40, sparse_lost=38, back=38), QUIET) == "nothing"
    outage = interval(-13, 40, back=40)
    assert mass_loss(interval(0, 40, sparse_lost=38), [*QUIET, outage]) == mass_loss(
        interval(0, 40, sparse_lost=38), [*QUIET, outage._replace(lost=0, back=0)]
    )


def test_an_earlier_purge_does_not_hide_the_next() -> None:
    assert band(interval(0, 40, sparse_lost=38), [*QUIET, interval(-13, 60, sparse_lost=55)]) == "likely"


def test_a_window_longer_than_all_history_is_not_judged() -> None:
    assert band(interval(0, 400, sparse_lost=380, days=361), QUIET) == "unknown"
    assert band(interval(0, 400, sparse_lost=380, days=360), QUIET) == "likely"


def test_windows_of_no_length_are_no_history() -> None:
    assert band(interval(0, 40, sparse_lost=38, days=0), QUIET) == "nothing"
    empty = [interval(-month, listed=0, sparse=0) for month in range(20, 40)]
    found = mass_loss(interval(0, 40, sparse_lost=38), [*QUIET[:2], *empty])
    assert found is not None
    assert (found.band, found.others) == ("unknown", 2)


def test_a_window_of_any_length_is_judged() -> None:
    """Two archives of the first day may be minutes apart."""
    assert band(interval(0, FEW, sparse_lost=FEW, listed=100, sparse=10, days=0.01), QUIET) == "likely"


def test_no_losses_ever_before_is_history_too() -> None:
    assert band(interval(0, FEW, sparse_lost=9), history(12, lost=0)) == "likely"


def test_whoever_looks_at_many_windows_needs_more() -> None:
    """The same losses and the same rate, but ten times as many windows in which chance could have played."""
    one, rate = interval(0, 12, sparse_lost=7, sparse=120), 2
    few = [interval(-month, rate) for month in range(1, 13)]
    many = few * 10
    many = [one._replace(window=one.window._replace(after=f"{number:04}")) for number, one in enumerate(many)]

    assert band(one, few) == "possible"
    assert band(one, many) == "unknown"


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

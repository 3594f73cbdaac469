"""How improbable a count is: two tails of distributions, summed term by term.

Each is summed away from the mean, where the terms only fall, so nothing cancels and a tail of 1e-200 is as exact as one
of a half; below about 1e-308 it is 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count as counting
from math import exp, lgamma, log, log1p

_NOTHING = 1e-18
"""A term that is so small a part of the sum changes it no more."""


def negative_binomial_tail(least: int, shape: float, share: float) -> float:
    """P(X >= `least`) for a Poisson number X whose rate has a gamma distribution of that `shape`.

    `share` is the part of all exposure that X is counted over: e / (E + e) for a window of exposure e and a rate known
    from an exposure E. So X is what a Gamma(shape, E) posterior predicts for the window (Gelman et al., Bayesian Data
    Analysis, 3rd ed., section 2.6).
    """
    if least <= 0:
        return 1.0

    def log_chance(count: int) -> float:
        ways = lgamma(shape + count) - lgamma(shape) - lgamma(count + 1)
        return ways + shape * log1p(-share) + count * log(share)

    if least > shape * share / (1 - share):
        rising = ((shape + count) / (count + 1) * share for count in counting(least))
        return _sum(log_chance(least), rising)
    falling = (count / (shape + count - 1) / share for count in range(least - 1, 0, -1))
    return max(0.0, 1.0 - _sum(log_chance(least - 1), falling))


def binomial_tail(least: int, tries: int, chance: float) -> float:
    """P(X >= `least`) for the successes X of so many independent `tries`."""
    if least <= 0 or chance >= 1:
        return float(least <= tries)
    if least > tries or chance <= 0:
        return 0.0

    def log_chance(count: int) -> float:
        ways = lgamma(tries + 1) - lgamma(count + 1) - lgamma(tries - count + 1)
        return ways + count * log(chance) + (tries - count) * log1p(-chance)

    odds = chance / (1 - chance)
    if least > tries * chance:
        return _sum(log_chance(least), ((tries - count) / (count + 1) * odds for count in range(least, tries)))
    falling = (count / (tries - count + 1) / odds for count in range(least - 1, 0, -1))
    return max(0.0, 1.0 - _sum(log_chance(least - 1), falling))


def _sum(log_first: float, ratios: Iterator[float]) -> float:
    """The first term and those after it, each the one before times its ratio."""
    term = total = 1.0
    for ratio in ratios:
        term *= ratio
        if term < total * _NOTHING:
            break
        total += term
    return min(1.0, exp(log_first + log(total)))

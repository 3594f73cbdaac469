"""Whether one window lost far more people than this account's other windows let expect, and mostly sparse rows.

Two questions, each with one number:

**How improbable are so many losses?** Losses are counted over connection-days (list size times days). The other windows
between believed lists are the history: L losses over E connection-days. With Jeffreys' prior Gamma(1/2, 0) the rate has
the posterior Gamma(1/2 + L, E), which predicts a negative binomial number for this window; the chance is its tail from
the count on (Gelman et al., Bayesian Data Analysis, 3rd ed., sections 2.6 and 2.8). Real losses clump more than that:
counts are first divided by the dispersion of the history, Pearson's chi-square over its degrees of freedom, never less
than 1 (quasi-Poisson: McCullagh & Nelder, Generalized Linear Models, 2nd ed., section 6.2.3).

**How improbable are so many sparse rows among them?** The tail of a binomial with the share of sparse rows in the list.
(Nobody leaves a list twice, so the exact tail is the hypergeometric's, which is smaller: this errs on the side of
saying nothing.)

Both chances are held against a level divided by the number of windows, since whoever looks at many windows finds a
remarkable one by chance (Bonferroni). Those who came back later are no losses. A window of the history that lost
remarkably many sparse rows itself is left out of it: an earlier mass loss is not the account's own rate.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count as counting
from math import exp, fsum, lgamma, log, log1p
from typing import TYPE_CHECKING, NamedTuple

from linkbak.causes.verdict import Band

if TYPE_CHECKING:
    from linkbak.index import Interval

# --- tails of distributions ---
# How improbable a count is, summed term by term away from the mean, where the terms only fall: so nothing cancels, and
# a tail of 1e-200 is as exact as one of a half; below about 1e-308 it is 0.

_NEGLIGIBLE = 1e-18
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
        if term < total * _NEGLIGIBLE:
            break
        total += term
    return min(1.0, exp(log_first + log(total)))


# --- mass loss ---

FEW = 10
"""Fewer losses in a window are nobody's purge."""
LEVELS: tuple[tuple[Band, float, float, int], ...] = (("likely", 1e-6, 10.0, 6), ("possible", 0.01, 4.0, 3))
"""For each band: the level for both chances, over all windows together; at least so many times the losses expected; at
least so many windows of history."""
WINDOWS_NEEDED = min(least for *_, least in LEVELS)


class MassLoss(NamedTuple):
    """What is remarkable about one window.

    `band` is what a purge is because of it, "unknown" if it lost no more than others, or if there are too few `others`
    to say: then `expected` is 0. `chance` is that of so many losses,
    `sparse_chance` that of so many sparse rows among them.
    """

    band: Band
    lost: int
    sparse_lost: int
    others: int
    expected: float = 0.0
    chance: float = 1.0
    sparse_chance: float = 1.0


def mass_loss(interval: Interval, intervals: Sequence[Interval]) -> MassLoss | None:
    """How far a window's losses stand out; None for one that lost few, or mostly rows that say who somebody is."""
    lost, sparse_lost = _lost(interval), min(interval.sparse_lost, _lost(interval))
    if lost < FEW or sparse_lost * 2 <= lost or _exposure(interval) <= 0:
        return None
    level = LEVELS[-1][1] / max(len(intervals), 1)
    others = [
        one for one in intervals if one.window != interval.window and _exposure(one) > 0 and not _remarkable(one, level)
    ]
    evidence = fsum(map(_exposure, others))
    found = MassLoss("unknown", lost, sparse_lost, len(others))
    if len(others) < WINDOWS_NEEDED or evidence < _exposure(interval):
        return found
    total = sum(map(_lost, others))
    spread = _dispersion(others, total / evidence)
    share = _exposure(interval) / (evidence + _exposure(interval))
    found = found._replace(
        expected=(0.5 + total) / evidence * _exposure(interval),
        chance=negative_binomial_tail(int(lost / spread), 0.5 + total / spread, share),
        sparse_chance=_sparse_chance(interval),
    )
    return found._replace(band=_band(found, len(intervals)))


def _band(found: MassLoss, windows: int) -> Band:
    for band, level, times, others in LEVELS:
        improbable = max(found.chance, found.sparse_chance) < level / max(windows, 1)
        if improbable and found.lost >= times * found.expected and found.others >= others:
            return band
    return "unknown"


def _remarkable(interval: Interval, level: float) -> bool:
    """Whether a window lost remarkably many sparse rows, so that it says nothing of the account's own rate."""
    return _lost(interval) >= FEW and _sparse_chance(interval) < level


def _sparse_chance(interval: Interval) -> float:
    lost = _lost(interval)
    return binomial_tail(min(interval.sparse_lost, lost), lost, min(1.0, interval.sparse / max(interval.listed, 1)))


def _lost(interval: Interval) -> int:
    """How many are gone for good, as far as is known today."""
    return interval.lost - interval.back


def _exposure(interval: Interval) -> float:
    return interval.listed * interval.days


def _dispersion(intervals: Sequence[Interval], rate: float) -> float:
    """How much more the losses of windows differ from each other than at a steady rate; 1 if they do not."""
    if rate <= 0:
        return 1.0
    squares = fsum((_lost(one) - rate * _exposure(one)) ** 2 / (rate * _exposure(one)) for one in intervals)
    return max(1.0, squares / (len(intervals) - 1))

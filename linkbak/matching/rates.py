"""How often something happens to a connection, by the time between two exports and by the account itself."""

from __future__ import annotations

from math import exp
from typing import NamedTuple

# Per month, with 95 % intervals; counted on four real pairs of exports of one account each.
RENAMED = 0.015
"""Name or address changed: [0.009, 0.024]."""
NAME_CHANGED = 0.0039
"""Name changed: [0.0030, 0.0049]; that is all that can be seen without addresses."""
HIDDEN = 0.0010
"""A row came to show its date alone: [0.0006, 0.0016]."""
SHOWN_AGAIN, EVER_SHOWN_AGAIN = 0.08, 0.3
"""Of the hidden, a month: [0.04, 0.15]; most of those hidden for years stay so: 4 of 20 came back in 51 months."""
GONE = 0.0005
"""[0.0002, 0.0009]; 0.006 in an account that was culled."""

NEW_ON_TOP = 0.35
"""Connections made on the earlier export's own day after it was written, to be expected for each row found there."""
NEW_AND_HIDDEN = 0.01
"""Of new connections those that are hidden in the very first list that has them."""
LISTED_AGAIN = 2e-6
"""For each old row: that somebody whom the earlier list lacked is back there with the old date (0 of 13,621)."""
RECONNECTED = 0.03
"""Of those gone: that they are connected again by the next export."""
ADDRESS_TAKEN = 1e-4
"""That an address given up is somebody else's by the next export."""
ORDER_LOST = 7.3e-5
"""That rows of one date changed places: 0 of 13,621 did, so 1 in 13,623 by Laplace's rule of succession."""

_SHORTEST, _LONGEST = 0.3, 24.0
_MOST_RENAMED, _MOST_HIDDEN, _MOST_GONE = 0.25, 0.12, 0.12
_DAYS_IN_A_MONTH = 30.4
_PRIOR_EVENTS = 0.5
"""What is known of other accounts counts as much as half an event in this one."""


class Seen(NamedTuple):
    """What order alone shows of this pair: rows that stand alone between two anchors, by what became of them."""

    renamed: int = 0
    hidden: int = 0
    shown_again: int = 0
    gone: int = 0


class Rates(NamedTuple):
    """The probability that a row is changed so by the later list."""

    renamed: float
    hidden: float
    shown_again: float
    gone: float


def expected_rates(days: int, *, addressed: bool) -> Rates:
    """The rates for so many days between two exports."""
    months = min(max(days / _DAYS_IN_A_MONTH, _SHORTEST), _LONGEST)
    renamed = RENAMED if addressed else NAME_CHANGED
    return Rates(
        min(renamed * months, _MOST_RENAMED),
        min(HIDDEN * months, _MOST_HIDDEN),
        EVER_SHOWN_AGAIN * (1 - exp(-months * SHOWN_AGAIN / EVER_SHOWN_AGAIN)),
        min(GONE * months, _MOST_GONE),
    )


def shrunk_rates(prior: Rates, seen: Seen, named: int, hidden: int) -> Rates:
    """The rates of this account: those expected, moved towards what was seen among `named` and `hidden` rows.

    The mean of a gamma prior worth `_PRIOR_EVENTS` events after so many more (Gelman et al., "Bayesian Data Analysis",
    2.6), so that one loss in a small list changes little and an account that was culled is known by it.
    """

    def shrunk(rate: float, events: int, rows: int, most: float) -> float:
        return min((_PRIOR_EVENTS + events) / (_PRIOR_EVENTS / rate + rows), most)

    return Rates(
        shrunk(prior.renamed, seen.renamed, named, _MOST_RENAMED),
        shrunk(prior.hidden, seen.hidden, named, _MOST_HIDDEN),
        shrunk(prior.shown_again, seen.shown_again, hidden, EVER_SHOWN_AGAIN),
        shrunk(prior.gone, seen.gone, named + hidden, _MOST_GONE),
    )

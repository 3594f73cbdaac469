"""What readings are weighed with: how often things happen to a connection, and how alike two rows are.

The first depends on the time between two exports and on the account itself.
"""

from __future__ import annotations

import re
from math import exp
from typing import NamedTuple

from linkbak.matching import name_key, url_key
from linkbak.model import Connection

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


# --- similarity -------------------------------------------------------------------------------------------------------
# Likelihood ratios: how often renamed people show a trait, over how often two people of one date do. The first were
# counted on four real pairs of exports of one account (787 renames over 51 months: 783 keep a word of the name), the
# second on rows of one date in the same lists.

SAME_EMAIL = 10_000.0
SAME_NAME = 2_000.0
ALIKE_NAME = 100.0
"""Two spellings of one name."""
SHARED_WORD = 6.0
"""A marriage, a nickname: a word of the name is kept."""
OTHER_NAME = 0.01
ALIKE_SLUG = 20.0
SAME_COMPANY, OTHER_COMPANY = 12.0, 0.45
"""Colleagues often connect on one day, so that a company in common tells less than it seems to."""
SAME_POSITION, OTHER_POSITION = 6.0, 0.5

_ALIKE = 0.8
"""From this ratio of equal letters on two names are spellings of one."""
_ALIKE_SLUGS = 0.85
_SHORTEST_SLUG = 8
_NUMBERED_TAIL = re.compile(r"(?:-[a-z0-9]*\d[a-z0-9]*)+$")


class Traits(NamedTuple):
    """What of a row is compared, normalised; `email` and what follows may be ""."""

    name: str
    words: frozenset[str]
    slug: str
    email: str
    company: str
    position: str


def traits(row: Connection) -> Traits:
    """What of a row tells whether it is somebody's."""
    words = sorted(name_key(row.first_name, row.last_name).split())
    return Traits(
        " ".join(words),
        frozenset(word for word in words if len(word) > 1),
        _NUMBERED_TAIL.sub("", url_key(row.url)).replace("-", " "),
        row.email.strip().casefold(),
        row.company.strip().casefold(),
        row.position.strip().casefold(),
    )


def likelihood_ratio(one: Traits, other: Traits) -> float:
    """How many times likelier the two rows are if they are one person's whose name or address changed.

    Precondition: both rows are of one date and show more than that. What one of them leaves empty tells nothing.
    """
    if one.email and one.email == other.email:
        return SAME_EMAIL
    found = name_ratio(one, other)
    if (
        min(len(one.slug), len(other.slug)) >= _SHORTEST_SLUG
        and letters_in_common(one.slug, other.slug) >= _ALIKE_SLUGS
    ):
        found *= ALIKE_SLUG
    return found * work_ratio(one, other)


def work_ratio(one: Traits, other: Traits) -> float:
    """The likelihood ratio of company and position alone."""
    found = 1.0
    if one.company and other.company:
        found *= SAME_COMPANY if one.company == other.company else OTHER_COMPANY
    if one.position and other.position:
        found *= SAME_POSITION if one.position == other.position else OTHER_POSITION
    return found


def name_ratio(one: Traits, other: Traits) -> float:
    """The likelihood ratio of the names alone."""
    if one.name == other.name:
        return SAME_NAME
    if letters_in_common(one.name, other.name) >= _ALIKE:
        return ALIKE_NAME
    return SHARED_WORD if one.words & other.words else OTHER_NAME


def letters_in_common(one: str, other: str) -> float:
    """Twice the length of the longest common subsequence over the length of both texts; 1 for two equal texts.

    This is rapidfuzz's `ratio`, here in a few lines: a diff compares few names, and importing rapidfuzz would cost it
    more than comparing them. Bit-parallel after Hyyrö, "Bit-Parallel LCS-length Computation Revisited", 2004.
    """
    total = len(one) + len(other)
    if not total or one == other:
        return 1.0
    masks: dict[str, int] = {}
    for at, letter in enumerate(one):
        masks[letter] = masks.get(letter, 0) | 1 << at
    whole = (1 << len(one)) - 1
    state = whole
    for letter in other:
        met = state & masks.get(letter, 0)
        state = (state + met | state - met) & whole
    return 2 * (len(one) - state.bit_count()) / total

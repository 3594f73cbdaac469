"""Weighs every reading of a few rows before and after: who stayed, who is gone, who is new.

A reading matches some rows with others; those left are gone or new. Its weight is the product of the weights of its
parts, so that the share of all readings in which a claim holds is the claim's probability. What a part weighs depends
on how often such a thing happens (rates), and on how alike two rows are. `ordered` sums over the readings that keep the
order of two newest-first lists, `unordered` over all, `nearly_ordered` over both.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from math import exp, inf, log, log1p

from linkbak.matching import name_key, url_key
from linkbak.model import Connection, NamedTuple

# --- rates ------------------------------------------------------------------------------------------------------------
# How often something happens to a connection, given the time between two exports and the account.

# Per month, with 95 % intervals; counted on four real pairs of exports of one account each.
RENAMED = 0.015
"""Name or address changed: [0.009, 0.024]."""
NAME_CHANGED = 0.0039
"""Name changed: [0.0030, 0.0049]; that is all that can be seen without addresses."""
HID = 0.0010
"""A row came to show its date alone: [0.0006, 0.0016]."""
SHOWN_AGAIN, EVER_SHOWN_AGAIN = 0.08, 0.3
"""A hidden row shows a name again: [0.04, 0.15]; most hidden for years stay hidden: 4 of 20 came back in 51 months."""
GONE = 0.0005
"""A connection is gone: [0.0002, 0.0009]; 0.006 in an account that was culled."""

NEW_ON_TOP = 0.35
"""Expected connections made on the earlier export's own day after it was written, for each row of that day in it."""
NEW_AND_HIDDEN = 0.01
"""The share of new connections that are hidden in the very first list that has them."""
LISTED_AGAIN = 2e-6
"""The chance, for each old row, that the later list has it again though the earlier one lacked it (0 of 13,621)."""
RECONNECTED = 0.03
"""The chance that somebody gone is connected again by the next archive."""
HAS_NAME = 5e-6
"""The chance that somebody new has a given full name; 1.8 % of those gone in four years had a namesake."""
MOST_RECONNECTED = 9.0
"""The odds that a name which is gone and came anew is one person's: three of three were, whatever chance would say."""
ADDRESS_TAKEN = 1e-4
"""The chance that an address given up is somebody else's by the next archive."""
ORDER_LOST = 7.3e-5
"""The chance that rows of one date changed places: 0 of 13,621 did, so 1 in 13,623 by Laplace's rule of succession."""

_SHORTEST, _LONGEST = 0.3, 24.0
_MOST_RENAMED, _MOST_HIDDEN, _MOST_GONE = 0.25, 0.12, 0.12
_DAYS_IN_A_MONTH = 30.4
_PRIOR_EVENTS = 0.5
"""The weight of what is known of other accounts: as much as half an event in this one."""


class Rates(NamedTuple):
    """The probability that a row has changed in this way by the later list."""

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
        min(HID * months, _MOST_HIDDEN),
        EVER_SHOWN_AGAIN * (1 - exp(-months * SHOWN_AGAIN / EVER_SHOWN_AGAIN)),
        min(GONE * months, _MOST_GONE),
    )


def shrunk_rates(prior: Rates, seen: Counter[str], named: int, hidden: int) -> Rates:
    """The rates of this account: those expected, moved towards what was seen among `named` and `hidden` rows.

    `seen` is what order alone shows about a pair: how many rows that stand alone between two anchors were ``renamed``,
    came to be ``hidden``, were ``shown_again`` or are ``gone``.

    The mean of a gamma prior worth `_PRIOR_EVENTS` events after so many more (Gelman et al., "Bayesian Data Analysis",
    2.6), so that one loss in a small list changes little and an account that was culled is known by it.
    """

    def shrunk(rate: float, events: int, rows: int, most: float) -> float:
        return min((_PRIOR_EVENTS + events) / (_PRIOR_EVENTS / rate + rows), most)

    return Rates(
        shrunk(prior.renamed, seen["renamed"], named, _MOST_RENAMED),
        shrunk(prior.hidden, seen["hidden"], named, _MOST_HIDDEN),
        shrunk(prior.shown_again, seen["shown_again"], hidden, EVER_SHOWN_AGAIN),
        shrunk(prior.gone, seen["gone"], named + hidden, _MOST_GONE),
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
"""Colleagues often connect on one day, so a company in common says less than it seems to."""
SAME_POSITION, OTHER_POSITION = 6.0, 0.5
LEAST_LIKE = OTHER_NAME * OTHER_COMPANY * OTHER_POSITION
"""The likelihood ratio of two rows with nothing in common."""

_ALIKE = 0.8
"""The least ratio of equal letters for two names to be spellings of one."""
_ALIKE_SLUGS = 0.85
_SHORTEST_SLUG = 8
_NUMBERED_TAIL = re.compile(r"(?:-[a-z0-9]*\d[a-z0-9]*)+$")


class Traits(NamedTuple):
    """The parts of a row that are compared, normalised; `email` and what follows may be ""."""

    name: str
    words: frozenset[str]
    slug: str
    email: str
    company: str
    position: str


def traits(row: Connection) -> Traits:
    """The parts of a row that say whose it may be."""
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

    Precondition: both rows are of one date and show more than that. A field that one of them leaves empty says nothing.
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


def contact_ratio(one: Traits, other: Traits) -> float:
    """The likelihood ratio of all but name and address."""
    return SAME_EMAIL if one.email and one.email == other.email else work_ratio(one, other)


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


# --- readings ---------------------------------------------------------------------------------------------------------

MOST_CELLS = 60_000
"""The most pairs of rows that are weighed where the order holds; where there are more, the rows stay uncertain."""
MOST_STATES = 1 << 20
"""The most steps that the sum over readings without an order may take."""
_SLACK = 6
"""The most rows of an old date that a reading may call listed again; readings that need more are left out."""

_MOST_MIXED = 25
"""The most pairs of rows that are also weighed without their order, in case it was lost."""

Matrix = list[list[float]]
"""A number for each row before (outer) and each row after (inner)."""


class Shares(NamedTuple):
    """The share of all readings in which row i before is row j after, and the logarithm of their total weight."""

    same: Matrix
    total: float


class Weights(NamedTuple):
    """The weights that readings of N rows before and M after are made of.

    `match[i][j]`: that the row i before is the row j after. `gone[i]`: that it is missing in the later list. `new[j]`:
    that the row j after was not in the earlier list, below somebody who was; `above[j]`: the same, above all who were.
    """

    match: Matrix
    gone: Sequence[float]
    new: Sequence[float]
    above: Sequence[float]

    @property
    def size(self) -> tuple[int, int]:
        """How many rows there are before and after."""
        return len(self.gone), len(self.new)


def band(before: int, after: int, *, top: bool) -> range:
    """How many places lower a row may stand after than before: there is a limit only where new rows are rare.

    On an old date a row too many is "listed again", which hardly anybody is; readings that need more than `_SLACK`
    of those weigh nothing.
    """
    if top:
        return range(-before, after + 1)
    return range(min(0, after - before) - _SLACK, max(0, after - before) + _SLACK + 1)


def nearly_ordered(weights: Weights, order_lost: float, *, top: bool) -> Matrix:
    """The shares where the order holds except with probability `order_lost`."""
    found = ordered(weights, top=top)
    rows, columns = weights.size
    if rows * columns == 1 or rows * columns > _MOST_MIXED:
        return found.same
    # Without the order the date alone says who may be new.
    other = unordered(weights._replace(new=weights.above), 1.0)
    if other is None:
        return found.same
    lost = order_lost * exp(min(other.total - found.total, 700.0))
    share = lost / (1 + lost)
    return [
        [kept * (1 - share) + free * share for kept, free in zip(one, another, strict=True)]
        for one, another in zip(found.same, other.same, strict=True)
    ]


def ordered(weights: Weights, *, top: bool) -> Shares:
    """The shares of the readings that keep the order.

    Forward-backward over a lattice: row i, row j, and what the last step was. Between two matches those gone come
    before those new, so that each reading is counted once. In logarithms: products of hundreds of rates underflow.
    Precondition: to be gone or new weighs something, so that some reading does.
    """
    rows, columns = weights.size
    allowed = band(rows, columns, top=top)
    match = [[_log(w) for w in row] for row in weights.match]
    gone, new, above = [_log(w) for w in weights.gone], [_log(w) for w in weights.new], [_log(w) for w in weights.above]
    forward = _prefixes(match, gone, new, above, allowed)
    # A suffix is a prefix of the lists read from their ends; below a match nobody stands above all who were there.
    turned = [row[::-1] for row in match[::-1]]
    new_below = new[::-1]
    mirrored = range(columns - rows - allowed[-1], columns - rows - allowed[0] + 1)
    backward = _prefixes(turned, gone[::-1], new_below, new_below, mirrored)
    total = forward[rows][columns]
    same = [
        [
            exp(forward[i][j] + match[i][j] + backward[rows - i - 1][columns - j - 1] - total)
            if match[i][j] > -inf
            else 0.0
            for j in range(columns)
        ]
        for i in range(rows)
    ]
    return Shares(same, total)


def _prefixes(
    match: Matrix, gone: Sequence[float], new: Sequence[float], above: Sequence[float], allowed: range
) -> Matrix:
    """The logarithm of the weight of all readings of the first i rows before and the first j after, for all i, j."""
    rows, columns = len(gone), len(new)
    unmatched_new = [0.0]
    for weight in above:
        unmatched_new.append(unmatched_new[-1] + weight)
    unmatched_gone = 0.0
    totals: Matrix = []
    last_match_or_gone = [-inf] * (columns + 1)
    for i in range(rows + 1):
        here: list[float] = [-inf] * (columns + 1)
        total: list[float] = [-inf] * (columns + 1)
        last_new = -inf
        low, high = max(0, i + allowed[0]), min(columns, i + allowed[-1])
        for j in range(low, high + 1):
            if i:
                here[j] = last_match_or_gone[j] + gone[i - 1]
                if j:
                    here[j] = _add(here[j], totals[i - 1][j - 1] + match[i - 1][j - 1])
            total[j] = _add(_add(here[j], last_new), unmatched_gone + unmatched_new[j])
            if j < columns:
                last_new = _add(here[j], last_new) + new[j]
        totals.append(total)
        last_match_or_gone = here
        if i < rows:
            unmatched_gone += gone[i]
    return totals


def unordered(weights: Weights, order_lost: float) -> Shares | None:
    """The shares of all readings, in any order; None if there are too many to sum, or none weighs anything.

    `order_lost` is the probability that rows of this date stand in any order at all. Where it is small, the reading
    without a single match, which needs no disorder, weighs accordingly more.
    """
    rows, columns = weights.size
    if rows < columns:
        turned = Weights([list(one) for one in zip(*weights.match, strict=True)], weights.new, weights.gone, ())
        found = unordered(turned, order_lost)
        return found and found._replace(same=[list(one) for one in zip(*found.same, strict=True)])
    if rows * columns << columns > MOST_STATES:
        return None
    # One row before after the other; a state is the set of rows after that are matched so far.
    states = 1 << columns
    forward = [[1.0] + [0.0] * (states - 1)]
    for i in range(rows):
        forward.append(_step(forward[-1], weights.match[i], weights.gone[i]))
    left_new = [1.0] * states
    for taken in range(states):
        for j in range(columns):
            if not taken >> j & 1:
                left_new[taken] *= weights.new[j]
    backward = [left_new]
    for i in reversed(range(rows)):
        backward.append(_step_back(backward[-1], weights.match[i], weights.gone[i]))
    backward.reverse()
    everybody_gone = left_new[0]
    for weight in weights.gone:
        everybody_gone *= weight
    total = order_lost * (backward[0][0] - everybody_gone) + everybody_gone
    if total <= 0:
        return None
    same = [
        [
            order_lost
            * weights.match[i][j]
            * sum(forward[i][taken] * backward[i + 1][taken | 1 << j] for taken in range(states) if not taken >> j & 1)
            / total
            for j in range(columns)
        ]
        for i in range(rows)
    ]
    return Shares(same, log(total))


def _step(state: Sequence[float], match: Sequence[float], gone: float) -> list[float]:
    found = [weight * gone for weight in state]
    for taken, weight in enumerate(state):
        if weight:
            for j, matched in enumerate(match):
                if matched and not taken >> j & 1:
                    found[taken | 1 << j] += weight * matched
    return found


def _step_back(state: Sequence[float], match: Sequence[float], gone: float) -> list[float]:
    return [
        weight * gone + sum(matched * state[taken | 1 << j] for j, matched in enumerate(match) if not taken >> j & 1)
        for taken, weight in enumerate(state)
    ]


def _log(weight: float) -> float:
    return log(weight) if weight > 0 else -inf


def _add(one: float, other: float) -> float:
    """The logarithm of the sum of two numbers given by theirs."""
    if one < other:
        one, other = other, one
    return one if other == -inf else one + log1p(exp(other - one))

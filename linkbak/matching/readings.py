"""Every reading of a few rows before and after, weighed: who stayed, who is gone, who is new.

A reading matches some rows with others; who is left is gone or new. Its weight is the product of the weights of its
parts, so that the share of all readings in which a claim holds is the claim's probability. `ordered` sums over the
readings that keep the order of two newest-first lists, `unordered` over all, `nearly_ordered` over both.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, inf, log, log1p
from typing import NamedTuple

MOST_CELLS = 60_000
"""So many pairs of rows are weighed where the order holds; where there are more, the rows are left uncertain."""
MOST_STATES = 1 << 20
"""So many steps the sum over readings without an order may take."""
_SLACK = 6
"""So many rows of an old date may be listed again before readings that need more of them are left out."""

_MOST_MIXED = 25
"""So many pairs of rows are also weighed without their order, in case it was lost."""

Matrix = list[list[float]]
"""A number for each row before (outer) and each row after (inner)."""


class Shares(NamedTuple):
    """In how much of all readings the row i before is the row j after, and the logarithm of what all of them weigh."""

    same: Matrix
    total: float


class Weights(NamedTuple):
    """What readings of N rows before and M after weigh.

    `match[i][j]`: that the row i before is the row j after. `gone[i]`: that it is in the later list no more. `new[j]`:
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
    """By how many places a row may stand lower after than before: only where new rows are rare is there a limit.

    On an old date a row too many is "listed again", which next to nobody is; readings that need more than `_SLACK`
    of those weigh nothing.
    """
    if top:
        return range(-before, after + 1)
    return range(min(0, after - before) - _SLACK, max(0, after - before) + _SLACK + 1)


def nearly_ordered(weights: Weights, order_lost: float, *, top: bool) -> Shares | None:
    """The shares where the order holds, but for the probability `order_lost`; None if no reading weighs anything."""
    found = ordered(weights, top=top)
    rows, columns = weights.size
    if rows * columns == 1 or rows * columns > _MOST_MIXED:
        return found
    # Without the order the date alone says who may be new.
    other = unordered(weights._replace(new=weights.above), 1.0)
    if found is None or other is None:
        return found or other
    lost = order_lost * exp(min(other.total - found.total, 700.0))
    share = lost / (1 + lost)
    return Shares(
        [
            [kept * (1 - share) + free * share for kept, free in zip(one, another, strict=True)]
            for one, another in zip(found.same, other.same, strict=True)
        ],
        found.total,
    )


def ordered(weights: Weights, *, top: bool) -> Shares | None:
    """The shares of the readings that keep the order.

    Forward-backward over a lattice: row i, row j, and what the last step was. Between two matches those gone come
    before those new, so that each reading is counted once. In logarithms: products of hundreds of rates underflow.
    None if no reading weighs anything.
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
    if total == -inf:
        return None
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

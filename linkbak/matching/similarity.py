"""How much more likely two rows of one date are if they are one person's than if they are two people's.

The weights are likelihood ratios: how often renamed people show a trait, over how often two people of one date do. The
first were counted on four real pairs of exports of one account (787 renames over 51 months: 783 keep a word of the
name), the second on rows of one date in the same lists. `docs/matching.md` shows how they are calibrated.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from linkbak.matching.keys import name_key, url_key
from linkbak.model import Connection

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

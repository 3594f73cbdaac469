"""How similar two rows of one date are, and which pairs are one person's beyond doubt.

An equal e-mail address settles it. Otherwise the name has to speak for it: equal, another spelling, or one word in
common (a marriage, a nickname) while company or position are equal too. Company and position alone never do:
colleagues often connect on one day.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from linkbak.matching.keys import name_key, url_key
from linkbak.matching.linkage import pairs_by_key
from linkbak.model import Connection, Rows

ENOUGH = 0.5
"""From this score on two rows are similar."""
MARGIN = 0.15
"""By so much the score of a match must be better than the second best of either row."""
MOST = 400
"""So many candidate pairs of one date are scored; where there are more, only equal e-mails and names count."""

_NAME_WEIGHT, _COMPANY_WEIGHT, _POSITION_WEIGHT = 0.6, 0.2, 0.2
_SAME_NAME = 0.8
"""From this ratio of equal letters on two names are spellings of one."""
_NUMBERED_TAIL = re.compile(r"(?:-[a-z0-9]*\d[a-z0-9]*)+$")
_Ratio = Callable[[str, str], float]


class _Compared(NamedTuple):
    """A row, and what of it is compared, normalised."""

    row: Connection
    name: str
    words: frozenset[str]
    slug: str
    email: str
    company: str
    position: str


def similar_pairs(
    before: Sequence[int], before_at: Rows, after: Sequence[int], after_at: Rows
) -> list[tuple[int, int]]:
    """The pairs of positions whose rows are one person's beyond doubt; all are named rows of one date."""
    found: list[tuple[int, int]] = []
    if len(before) * len(after) > MOST:
        for key in (_email, _name):
            found += pairs_by_key(before, before_at, after, after_at, key, single=True)
            taken, taken_after = {b for b, _ in found}, {a for _, a in found}
            before, after = [b for b in before if b not in taken], [a for a in after if a not in taken_after]
    if before and after and len(before) * len(after) <= MOST:
        mine, theirs = [_compared(before_at[b]) for b in before], [_compared(after_at[a]) for a in after]
        found += [(before[i], after[j]) for i, j in _assign(mine, theirs)]
    return found


def _assign(before: Sequence[_Compared], after: Sequence[_Compared]) -> list[tuple[int, int]]:
    """The pairs that stand out; those found first make others stand out, until nothing is left that does."""
    from rapidfuzz.fuzz import ratio

    scores = {
        (i, j): score
        for i, one in enumerate(before)
        for j, other in enumerate(after)
        if (score := _score(one, other, lambda a, b: ratio(a, b) / 100)) >= ENOUGH - MARGIN
    }
    found: list[tuple[int, int]] = []
    while best := _standing_out(scores, before, after):
        found += best
        rows, columns = {i for i, _ in best}, {j for _, j in best}
        scores = {(i, j): score for (i, j), score in scores.items() if i not in rows and j not in columns}
    return found


def _standing_out(
    scores: dict[tuple[int, int], float], before: Sequence[_Compared], after: Sequence[_Compared]
) -> list[tuple[int, int]]:
    """The pairs better by the margin than what else either of the two could be matched with.

    Rows equal in every field are one and the same for that: the first is matched with the first.
    """
    found: list[tuple[int, int]] = []
    rows, columns = set[int](), set[int]()
    for (i, j), score in sorted(scores.items(), key=lambda item: -item[1]):
        if score < ENOUGH:
            break
        rivals = [s for (k, m), s in scores.items() if k == i and after[m].row != after[j].row]
        rivals += [s for (k, m), s in scores.items() if m == j and before[k].row != before[i].row]
        if i not in rows and j not in columns and score - max(rivals, default=0.0) >= MARGIN:
            found.append((i, j))
            rows.add(i)
            columns.add(j)
    return found


def _score(one: _Compared, other: _Compared, ratio: _Ratio) -> float:
    if one.email and one.email == other.email:
        return 1.0
    name = _name_score(one, other, ratio)
    company = 1.0 if one.company and one.company == other.company else 0.0
    position = 1.0 if one.position and one.position == other.position else 0.0
    return _NAME_WEIGHT * name + _COMPANY_WEIGHT * company + _POSITION_WEIGHT * position


def _name_score(one: _Compared, other: _Compared, ratio: _Ratio) -> float:
    """1 for equal names, less for spellings of one, a half for a word in common, 0 for anything less."""
    if one.name == other.name:
        return 1.0
    name = ratio(one.name, other.name)
    slug = 0.9 * ratio(one.slug, other.slug) if min(len(one.slug), len(other.slug)) >= 8 else 0.0
    if max(name, slug) >= _SAME_NAME:
        return max(name, slug)
    return 0.5 if one.words & other.words else 0.0


def _compared(row: Connection) -> _Compared:
    words = sorted(_name(row).split())
    return _Compared(
        row,
        name=" ".join(words),
        words=frozenset(word for word in words if len(word) > 1),
        slug=_NUMBERED_TAIL.sub("", url_key(row.url)).replace("-", " "),
        email=_email(row) or "",
        company=row.company.strip().casefold(),
        position=row.position.strip().casefold(),
    )


def _email(row: Connection) -> str | None:
    return row.email.strip().casefold() or None


def _name(row: Connection) -> str:
    return name_key(row.first_name, row.last_name)

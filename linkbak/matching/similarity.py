"""How alike two rows of one date are, and which are one person's beyond doubt.

An equal e-mail address settles it. Otherwise the name has to speak for it: equal, another spelling, or one word in
common (a marriage, a nickname) while company or position are equal too. Company and position alone never do:
colleagues often connect on one day.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from linkbak.matching.keys import name_key, url_key
from linkbak.matching.pairing import Rows, pairs
from linkbak.model import Connection

ENOUGH = 0.5
"""From here on two rows are alike."""
MARGIN = 0.15
"""By so much a match must be better than the second best of either row."""
MOST = 400
"""So many pairs of rows of one date are weighed; where there are more, only equal e-mails and names count."""

_NAME, _COMPANY, _POSITION = 0.6, 0.2, 0.2
_SPELLING = 0.8
_TAIL = re.compile(r"(?:-[a-z0-9]*\d[a-z0-9]*)+$")
_Ratio = Callable[[str, str], float]


class _Face(NamedTuple):
    """What of a row is compared."""

    row: Connection
    name: str
    words: frozenset[str]
    slug: str
    email: str
    company: str
    position: str


def alike(before: Sequence[int], before_at: Rows, after: Sequence[int], after_at: Rows) -> list[tuple[int, int]]:
    """The pairs of positions whose rows are one person's beyond doubt; all are named rows of one date."""
    found: list[tuple[int, int]] = []
    if len(before) * len(after) > MOST:
        for key in (_email, _name):
            found += pairs(before, before_at, after, after_at, key, single=True)
            taken = {b for b, _ in found}, {a for _, a in found}
            before, after = [b for b in before if b not in taken[0]], [a for a in after if a not in taken[1]]
    if before and after and len(before) * len(after) <= MOST:
        mine, theirs = [_face(before_at[b]) for b in before], [_face(after_at[a]) for a in after]
        found += [(before[i], after[j]) for i, j in _beyond_doubt(mine, theirs)]
    return found


def _beyond_doubt(before: Sequence[_Face], after: Sequence[_Face]) -> list[tuple[int, int]]:
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
    scores: dict[tuple[int, int], float], before: Sequence[_Face], after: Sequence[_Face]
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


def _score(one: _Face, other: _Face, ratio: _Ratio) -> float:
    if one.email and one.email == other.email:
        return 1.0
    name = _names(one, other, ratio)
    company = 1.0 if one.company and one.company == other.company else 0.0
    position = 1.0 if one.position and one.position == other.position else 0.0
    return _NAME * name + _COMPANY * company + _POSITION * position


def _names(one: _Face, other: _Face, ratio: _Ratio) -> float:
    """1 for equal names, less for spellings of one, a half for a word in common, 0 for anything less."""
    if one.name == other.name:
        return 1.0
    name = ratio(one.name, other.name)
    slug = 0.9 * ratio(one.slug, other.slug) if min(len(one.slug), len(other.slug)) >= 8 else 0.0
    if max(name, slug) >= _SPELLING:
        return max(name, slug)
    return 0.5 if one.words & other.words else 0.0


def _face(row: Connection) -> _Face:
    name = name_key(row[0], row[1])
    words = sorted(name.split())
    slug = _TAIL.sub("", url_key(row[2])).replace("-", " ")
    long = frozenset(word for word in words if len(word) > 1)
    return _Face(row, " ".join(words), long, slug, _email(row) or "", *(part.strip().casefold() for part in row[4:6]))


def _email(row: Connection) -> str | None:
    return row[3].strip().casefold() or None


def _name(row: Connection) -> str | None:
    return name_key(row[0], row[1])

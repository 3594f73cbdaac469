"""Two lists of marks that grew apart, as one: nobody's line is lost, and both sides come to the same list."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence


def merged_lines(ours: Sequence[bytes], theirs: Sequence[bytes]) -> list[bytes]:
    """What both have had from the start, then the rest by time; each side's own order stays.

    A line that both have added stands there once. It makes no difference which side is called ours.
    """
    same = next((n for n, (one, other) in enumerate(zip(ours, theirs, strict=False)) if one != other), None)
    start = min(len(ours), len(theirs)) if same is None else same
    return [*ours[:start], *_interleaved(ours[start:], theirs[start:])]


def _interleaved(ours: Sequence[bytes], theirs: Sequence[bytes]) -> list[bytes]:
    """The earlier of the two next lines, again and again; one that the other side still has to come waits for it."""
    sides = [list(reversed(side)) for side in (ours, theirs)]
    waiting = [Counter(side) for side in sides]
    found = []
    while sides[0] and sides[1]:
        heads = [side[-1] for side in sides]
        awaited = [waiting[1][heads[0]] > 0, waiting[0][heads[1]] > 0]
        which: tuple[int, ...]
        if heads[0] == heads[1]:
            which = (0, 1)
        elif awaited[0] == awaited[1]:
            first = int(_when(heads[1]) < _when(heads[0]))
            which = (first,) if not awaited[0] else (first, 1 - first)
        else:
            which = (1,) if awaited[0] else (0,)
        line = heads[which[0]]
        found.append(line)
        for side in which:
            _take(sides[side], line)
            waiting[side][line] -= 1
    return found + sides[0][::-1] + sides[1][::-1]


def _take(side: list[bytes], line: bytes) -> None:
    """Takes the first of such lines away; the list is the wrong way round."""
    if side[-1] == line:
        side.pop()
    else:
        del side[len(side) - 1 - side[::-1].index(line)]


def _when(line: bytes) -> tuple[str, bytes]:
    try:
        mark = json.loads(line)
    except (ValueError, RecursionError):
        mark = None
    at = mark.get("at") if isinstance(mark, dict) else None
    return (at if isinstance(at, str) else ""), line

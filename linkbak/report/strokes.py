"""Numbers drawn in letters: bars, and lines over time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple


class Strokes(NamedTuple):
    """What to draw with: heights from the lowest on, a full cell of a bar, and parts of one from the smallest on."""

    heights: str
    full: str
    parts: str


BLOCKS = Strokes("▁▂▃▄▅▆▇█", "█", "▏▎▍▌▋▊▉")
ASCII = Strokes("_.:-=+*#", "#", "")


def strokes(encoding: str | None) -> Strokes:
    """What a stream of this encoding can show."""
    try:
        "".join(BLOCKS).encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return BLOCKS


def bar(value: int, largest: int, width: int, using: Strokes) -> str:
    """A bar as long as the value is of the largest, which is `width` cells; whatever is not 0 shows."""
    if not value:
        return ""
    steps = len(using.parts) + 1
    length = max(1, round(value * width * steps / largest))
    whole, rest = divmod(length, steps)
    return using.full * whole + (using.parts[rest - 1] if rest else "")


def sparkline(points: Sequence[tuple[str, int]], width: int, lowest: int, using: Strokes) -> str:
    """A value over time (RFC 3339, oldest first) from `lowest` up, in `width` cells: in each the last known then."""
    highest = max((value for _, value in points), default=0)
    return "".join(_height(value, lowest, highest, using) for value in _spread(points, width))


def _height(value: int, lowest: int, highest: int, using: Strokes) -> str:
    top = len(using.heights) - 1
    return using.heights[round((value - lowest) * top / (highest - lowest)) if highest > lowest else 0]


def _spread(points: Sequence[tuple[str, int]], width: int) -> list[int]:
    """The value at the end of each of so many equal stretches of time."""
    times = [datetime.fromisoformat(when).timestamp() for when, _ in points]
    found, at = list[int](), 0
    for cell in range(width if points else 0):
        end = times[0] + (times[-1] - times[0]) * cell / max(width - 1, 1)
        while at + 1 < len(points) and times[at + 1] <= end:
            at += 1
        found.append(points[at][1])
    if found:
        found[-1] = points[-1][1]  # whatever rounding makes of the last moment
    return found

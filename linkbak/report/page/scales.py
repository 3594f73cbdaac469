"""Where a value stands on an axis, and which values are written beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from linkbak.report.words import MONTHS, day

_STEPS = (1, 2, 5, 10)
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120)
_MOST = 4
"""So many labels fit beside one another on a phone; of years, which are short, one more."""

_EDGE = 8.0
"""Nearer to an end of the axis than this, in percent, a label in the middle of its tick would be cut off."""


class Tick(NamedTuple):
    """A label, and where it stands: percent of the axis, from the left or from the top."""

    at: float
    label: str
    anchor: Literal["start", "middle", "end"] = "middle"


class Span(NamedTuple):
    """An axis from one value to another, with values between them that read well."""

    low: float
    high: float
    marks: Sequence[int] = ()

    def at(self, value: float) -> float:
        """How far along the axis, in percent."""
        return round(100 * (value - self.low) / (self.high - self.low), 2) if self.high > self.low else 0.0


def amounts(least: int, most: int) -> Span:
    """An axis for whole numbers that holds zero, and both of them, and ends on round numbers."""
    low, high = min(0, least), max(0, most)
    step = _step(max(1, high - low))
    bottom = low // step * step
    top = max(-(-high // step) * step, bottom + step)
    return Span(bottom, top, range(bottom, top + 1, step))


def _step(width: int) -> int:
    """The least round number of which four make up the width."""
    power = 1
    while True:
        for factor in _STEPS:
            if factor * power * 4 >= width:
                return factor * power
        power *= 10


def moments(times: Sequence[str]) -> Span:
    """An axis from the first to the last of some RFC 3339 times, in seconds."""
    return Span(seconds(times[0]), seconds(times[-1]))


def seconds(moment: str) -> float:
    """An RFC 3339 time as a number."""
    return datetime.fromisoformat(moment).timestamp()


def calendar(first: str, last: str) -> tuple[Tick, ...]:
    """Beginnings of months or years between two times; the two days themselves where there are too few."""
    span = moments((first, last))
    begin, end = datetime.fromisoformat(first), datetime.fromisoformat(last)
    low, high = begin.year * 12 + begin.month, end.year * 12 + end.month - 1
    step = next((one for one in _MONTHS if high // one - (low - 1) // one <= _MOST + (one >= 12)), _MONTHS[-1] * 5)
    found = [
        Tick(span.at(datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC).timestamp()), _month(month, step))
        for month in range(low, high + 1)
        if month % step == 0
    ]
    if len(found) < 2:
        return (Tick(0.0, day(first), "start"), *([Tick(100.0, day(last), "end")] if first[:10] != last[:10] else []))
    return tuple(kept(one) for one in found)


def _month(month: int, step: int) -> str:
    return str(month // 12) if step >= 12 else f"{MONTHS[month % 12]} {month // 12}"


def kept(tick: Tick) -> Tick:
    """The tick with its label turned inwards if it stands at an end of the axis."""
    return tick._replace(anchor="start" if tick.at < _EDGE else "end" if tick.at > 100 - _EDGE else "middle")


def some(labels: Sequence[str]) -> tuple[Tick, ...]:
    """Ticks under the middles of columns of one width, as many as can be read."""
    short = max(map(len, labels), default=0) <= 5
    every = -(-len(labels) // (_MOST + short))
    middle = 100 / len(labels) / 2 if labels else 0.0
    return tuple(
        kept(Tick(round(100 * number / len(labels) + middle, 2), label))
        for number, label in enumerate(labels)
        if (len(labels) - 1 - number) % every == 0
    )

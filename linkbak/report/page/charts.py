"""Charts as positions in percent, which a template draws as SVG; each with the same values as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from linkbak.report.page.scales import Tick, amounts, calendar, moments, seconds, some
from linkbak.report.page.tables import Table
from linkbak.report.words import number

_GAP = 0.22
"""How much of a column's room stays empty."""

_LEAST = 0.7
"""Percent; what is not nothing can be seen."""

_DOTS = 30
"""So many points of a line are marked one by one."""


class Series(NamedTuple):
    """One value at each time; `tone` is how the style sheet calls it."""

    label: str
    tone: str
    values: Sequence[int]


class Curve(NamedTuple):
    """A line through a square of 1,000 by 1,000, the room beneath it, and its points in percent."""

    label: str
    tone: str
    line: str
    area: str
    dots: tuple[tuple[float, float], ...]


class Bar(NamedTuple):
    """A column in percent of the chart, with what it says."""

    x: float
    y: float
    width: float
    height: float
    tone: str
    label: str


class Chart(NamedTuple):
    """What is drawn; `summary` says in a sentence what is seen, `table` has the exact values."""

    id: str
    title: str
    summary: str
    below: tuple[Tick, ...]
    beside: tuple[Tick, ...]
    table: Table
    curves: tuple[Curve, ...] = ()
    bars: tuple[Bar, ...] = ()
    keys: tuple[tuple[str, str], ...] = ()


def lines(id: str, title: str, summary: str, times: Sequence[str], series: Sequence[Series], table: Table) -> Chart:
    """Values over time; there are two times or more."""
    across = moments(times)
    up = amounts(0, max((value for one in series for value in one.values), default=0))
    xs = [across.at(seconds(time)) for time in times]
    curves = []
    for one in series:
        points = [(x, round(100 - up.at(value), 2)) for x, value in zip(xs, one.values, strict=True)]
        path = " ".join(f"{x * 10:.0f},{y * 10:.0f}" for x, y in points)
        area = f"M0,1000 L{path} L1000,1000 Z"
        curves.append(Curve(one.label, one.tone, f"M{path}", area, tuple(points) if len(points) <= _DOTS else ()))
    beside = tuple(Tick(round(100 - up.at(mark), 2), number(mark)) for mark in up.marks)
    keys = tuple((one.label, one.tone) for one in series) if len(series) > 1 else ()
    return Chart(id, title, summary, calendar(times[0], times[-1]), beside, table, tuple(curves), (), keys)


class Column(NamedTuple):
    """What one column says: so much above the line, so much below it."""

    label: str
    up: int
    down: int = 0


def columns(
    id: str,
    title: str,
    summary: str,
    given: Sequence[Column],
    tones: tuple[tuple[str, str], ...],
    table: Table,
) -> Chart:
    """Amounts side by side; `tones` name what stands above the line, and below it if anything does."""
    span = amounts(-max((one.down for one in given), default=0), max((one.up for one in given), default=0))
    zero = 100 - span.at(0)
    room = 100 / max(1, len(given))
    bars = []
    for place, one in enumerate(given):
        x, width = round((place + _GAP / 2) * room, 2), round((1 - _GAP) * room, 2)
        for value, (name, tone) in zip((one.up, one.down), tones, strict=False):
            height = max(_LEAST, round(abs(span.at(value) - span.at(0)), 2))
            y = round(zero - height if tone == tones[0][1] else zero, 2)
            if value:
                bars.append(Bar(x, y, width, height, tone, f"{one.label}: {number(value)} {name}"))
    beside = tuple(Tick(round(100 - span.at(mark), 2), _signed(mark, len(tones) > 1)) for mark in span.marks)
    below = some([one.label for one in given])
    return Chart(id, title, summary, below, beside, table, (), tuple(bars), tones if len(tones) > 1 else ())


def _signed(value: int, signs: bool) -> str:
    sign = "" if not signs or not value else "+" if value > 0 else "\N{MINUS SIGN}"
    return f"{sign}{number(abs(value))}"

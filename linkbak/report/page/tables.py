"""Tables as text, which a template writes as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Head(NamedTuple):
    """The title of a column; `right` for numbers, `spare` if it may be left out where they are all 0."""

    title: str
    right: bool = False
    spare: bool = False


class Table(NamedTuple):
    """Rows of text; the first cell names its row. The caption tells what the table is about."""

    caption: str
    heads: Sequence[Head]
    rows: Sequence[Sequence[str]]


class Barred(NamedTuple):
    """A row with a bar: `share` is its length in percent of the longest."""

    label: str
    share: float
    cells: Sequence[str]


class Bars(NamedTuple):
    """A table that is its own chart; `tone` is how the style sheet calls its bars."""

    caption: str
    heads: Sequence[Head]
    tone: str
    rows: Sequence[Barred]


def bars(caption: str, heads: Sequence[Head], tone: str, rows: Sequence[tuple[str, int, Sequence[str]]]) -> Bars:
    """Rows of a label, how long its bar is in numbers, and cells."""
    most = max((abs(amount) for _, amount, _ in rows), default=0) or 1
    return Bars(
        caption,
        heads,
        tone,
        [Barred(label, round(100 * abs(amount) / most, 1), cells) for label, amount, cells in rows],
    )


def without_empty(table: Table) -> Table:
    """The same without those spare columns that say nothing but 0."""
    kept = [
        place
        for place, head in enumerate(table.heads)
        if not head.spare or any(row[place] != "0" for row in table.rows)
    ]
    return Table(
        table.caption, [table.heads[place] for place in kept], [[row[place] for place in kept] for row in table.rows]
    )

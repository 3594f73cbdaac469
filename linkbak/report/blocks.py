"""What a page for people is made of, whichever way it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

Tone = Literal["plain", "strong", "good", "bad", "odd", "dim"]
"""How a line is meant; colour only underlines what the words already say."""


class Line(NamedTuple):
    """One line of text, wrapped to the page under its own indent; "" is an empty line.

    A `verbatim` one is not wrapped: a command that somebody may copy.
    """

    text: str = ""
    tone: Tone = "plain"
    indent: int = 0
    verbatim: bool = False


class Column(NamedTuple):
    """A column of a table: its title, side, and how many cells it wants at most."""

    title: str
    right: bool = False
    most: int = 40


class Table(NamedTuple):
    """Rows of text under titled columns; every row has a cell for every column."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    indent: int = 2
    titles: bool = True


Block = Line | Table

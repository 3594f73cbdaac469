"""How spreadsheets read tables: with commas or, in half of Europe, semicolons between cells; and what they run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20"
"""What begins a formula, also full-width where East Asian languages are written."""


def rows(text: str) -> list[list[str]]:
    """The cells of a table, the header included."""
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))


def by_name(text: str) -> list[dict[str, str]]:
    """The rows by header."""
    header, *found = rows(text)
    return [dict(zip(header, row, strict=True)) for row in found]


def formulas(text: str) -> list[str]:
    """The cells that some spreadsheet would run: white space before them is taken away."""
    return [cell for cell in _cells(text) if cell.strip()[:1] in tuple(SIGNS)]


def _cells(text: str) -> Iterator[str]:
    for delimiter in ",;":
        for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter):
            yield from row
    for line in text.splitlines():  # as Excel takes a quotation mark that does not begin a cell: for a letter
        yield from line.split(";")

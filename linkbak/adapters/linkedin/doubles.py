"""Rows of a list of connections that stand in it twice, as the portability API serves some."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from linkbak.model import Connection


def doubles(rows: Sequence[Connection]) -> dict[int, int]:
    """The places of rows that repeat an earlier one with all its cells, with the earlier one's place.

    An address is one person's, so an equal row with an address is the same one again. A hidden row is the same again
    only inside a stretch that repeats; and equal rows of people without addresses may be two people.
    """
    urls = [row.url for row in rows if row.url]
    if len(set(urls)) == len(urls):
        return {}
    first: dict[Connection, int] = {}
    found: dict[int, int] = {}
    for at, row in enumerate(rows):
        if row.url:
            if (twin := first.setdefault(row, at)) != at:
                found[at] = twin
        elif row.hidden and at - 1 in found and rows[found[at - 1] + 1] == row:
            found[at] = found[at - 1] + 1
    for at in sorted(found):
        if at - 1 not in found:
            found.update(_hidden_before(rows, at, found[at]))
    return found


def _hidden_before(rows: Sequence[Connection], at: int, twin: int) -> dict[int, int]:
    """Hidden rows a repeated stretch begins with: back to where the dates, which only fall, start anew."""
    back = 1
    while twin >= back and at - back > twin and rows[at - back].hidden and rows[at - back] == rows[twin - back]:
        if _day(rows[at - back - 1]) < _day(rows[at - back]):
            return {at - step: twin - step for step in range(1, back + 1)}
        back += 1
    return {}


def _day(row: Connection) -> date:
    return row.connected_on or date.min

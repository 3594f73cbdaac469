"""Companies and positions that grew and shrank among the connections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from linkbak.overview.records import Change, Changes
from linkbak.report.page.tables import Bars, Head, bars
from linkbak.report.words import day, number


class Work(NamedTuple):
    """Tables side by side, and since when they count."""

    since: str
    tables: tuple[Bars, ...]


def work(companies: Changes, positions: Changes) -> Work:
    """What there is of the four tables."""
    found = (
        _table("Companies that grew", "Company", "gain", companies.grew),
        _table("Companies that shrank", "Company", "loss", companies.shrank),
        _table("Positions that grew", "Position", "gain", positions.grew),
        _table("Positions that shrank", "Position", "loss", positions.shrank),
    )
    return Work(day(companies.since or positions.since), tuple(one for one in found if one.rows))


def _table(caption: str, what: str, tone: str, given: Sequence[Change]) -> Bars:
    heads = (Head(what), Head("Change", right=True), Head("Then", right=True), Head("Now", right=True))
    rows = [
        (one.name, one.now - one.then, (_signed(one.now - one.then), number(one.then), number(one.now)))
        for one in given
    ]
    return bars(caption, heads, tone, rows)


def _signed(value: int) -> str:
    return f"+{number(value)}" if value > 0 else f"\N{MINUS SIGN}{number(-value)}" if value else "0"

"""The part of the statistics that names people, companies and positions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING

from linkbak.causes.phrases import headline
from linkbak.report.blocks import Block, Column, Line, Table
from linkbak.report.people_words import when
from linkbak.report.strokes import Strokes, bar
from linkbak.report.words import day, number, who, work

if TYPE_CHECKING:
    from linkbak.causes.fates import Loss
    from linkbak.history.records import Person
    from linkbak.overview.records import Changes, Overview

_RECENT = 5
_CLOSEST = 5
_SIGNS = 5
_BAR = 13


def people(found: Overview, using: Strokes) -> list[Block]:
    """The latest losses, with whom one wrote most, which companies and positions grew and shrank."""
    return [
        *_recent(found.recent[:_RECENT], found.lost),
        *_closest([one for one in found.closest[:_CLOSEST] if one.messages]),
        *_changes("Companies", "company", found.companies, using),
        *_changes("Positions", "position", found.positions, using),
    ]


def _recent(recent: Sequence[Loss], lost: int) -> list[Block]:
    if not recent:
        return []
    blocks: list[Block] = [Line(), Line("Lost most recently", "strong")]
    for one in recent:
        row = one.case.person.row
        blocks.append(Line(", ".join(filter(None, (who(row), work(row)))), indent=2))
        blocks.append(Line(f"gone {when(one.case.window)}; {headline(one.verdict)}", "dim", 4))
    if lost > len(recent):
        blocks.append(Line(f"and {number(lost - len(recent))} more: linkbak lost", "dim", 2))
    return blocks


def _closest(closest: Sequence[Person]) -> list[Block]:
    if not closest:
        return []
    rows = [(who(one.row), number(one.messages), day(one.last_message), day(one.row.connected_on)) for one in closest]
    columns = (Column("name", most=32), Column("messages", right=True), Column("the last"), Column("connected"))
    return [Line(), Line("You wrote most with", "strong"), Table(columns, rows)]


def _changes(title: str, name: str, changed: Changes, using: Strokes) -> list[Block]:
    """Those that grew most, then those that shrank most."""
    told = list(chain(changed.grew[:_SIGNS], reversed(changed.shrank[:_SIGNS])))
    if not told:
        return []
    largest = max(_BAR, *(abs(one.now - one.then) for one in told))
    rows = [
        (
            *(one.name, number(one.then), number(one.now), f"{one.now - one.then:+,}"),
            bar(abs(one.now - one.then), largest, _BAR, using),
        )
        for one in told
    ]
    columns = (
        *(Column(name, most=34), Column("then", right=True), Column("now", right=True)),
        *(Column("change", right=True), Column("")),
    )
    return [Line(), Line(f"{title} since {day(changed.since)}", "strong"), Table(columns, rows)]

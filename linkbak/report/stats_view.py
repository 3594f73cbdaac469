"""What a vault comes to, drawn in 80 columns of text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from linkbak.overview.sums import periods, summed
from linkbak.report import overview_words as words
from linkbak.report.blocks import Block, Column, Line, Table
from linkbak.report.stats_people import people
from linkbak.report.strokes import Strokes, bar, sparkline
from linkbak.report.words import MONTHS, count, day, number

if TYPE_CHECKING:
    from linkbak.overview.records import Because, Flow, Overview, Reach, Size
    from linkbak.overview.sums import Sum
    from linkbak.report.blocks import Tone

_PERIODS = 13
"""So many windows are drawn each for itself; more become months, and more months than that years."""

_CURVE = 40
_WIDE = 24
_NARROW = 13
_SLIM = 8


def page(found: Overview, using: Strokes) -> list[Block]:
    """The network over time, who came and went and why, what changed, whom one can reach, how the backup stands."""
    blocks: list[Block] = [*_head(found), *_sizes(found.sizes, using), *_flows(found.flows, using)]
    blocks += [Line(), Line(_sentence(words.lost(found)), "strong")]
    blocks += [*_causes(summed(found.flows).because, using), *_tenure(found, using)]
    return [*blocks, *people(found, using), *_reach(found.reach, using), *_backup(found)]


def _head(found: Overview) -> list[Block]:
    owner = f", the network of {found.owner}" if found.owner else ""
    return [Line(f"{found.account}{owner}", "strong"), Line(words.connections(found))]


def _sizes(sizes: Sequence[Size], using: Strokes) -> list[Block]:
    """Each number over time, with its first and its last value; nothing of what never was anything but 0."""
    if len(sizes) < 2:
        return []
    curves: tuple[tuple[str, Tone, list[tuple[str, int]]], ...] = (
        ("connections", "good", [(one.taken, one.connections) for one in sizes]),
        ("hidden", "odd", [(one.taken, one.hidden) for one in sizes]),
        ("lost so far", "bad", [(one.taken, one.lost) for one in sizes]),
    )
    width = max(len(number(value)) for _, _, points in curves for _, value in points)
    title = f"Size, {count(len(sizes), 'list')} from {day(sizes[0].taken)} to {day(sizes[-1].taken)}"
    blocks: list[Block] = [Line(), Line(title, "strong")]
    for name, tone, points in curves:
        if any(value for _, value in points):
            curve = sparkline(points, _CURVE, min(value for _, value in points), using)
            first, last = number(points[0][1]), number(points[-1][1])
            blocks.append(Line(f"{name:<11}  {first:>{width}}  {curve}  {last:>{width}}", tone, 2))
    return blocks


def _flows(flows: Sequence[Flow], using: Strokes) -> list[Block]:
    if not flows:
        return []
    every = periods(flows, _PERIODS)
    largest = max(_NARROW, *(max(one.added, one.lost) for one in every))
    unclear = any(one.unclear for one in every)
    rows = [_flow(one, largest, using)[: 7 if unclear else 6] for one in every]
    ended = "up to" if len(every[0].name) > len("2026-03") else "in"
    columns = (
        *(Column(ended), Column("new", right=True), Column(""), Column("lost", right=True), Column("")),
        *(Column("back", right=True), Column("unclear", right=True)),
    )
    return [
        Line(),
        Line(f"Since {day(flows[0].window.after)}: {words.happened(summed(flows))}", "strong"),
        Table(columns[: len(rows[0])], rows),
    ]


def _flow(one: Sum, largest: int, using: Strokes) -> tuple[str, ...]:
    return (
        _period(one.name),
        *(_signed(one.added, "+"), bar(one.added, largest, _NARROW, using)),
        *(_signed(one.lost, "-"), bar(one.lost, largest, _NARROW, using)),
        *(number(one.back) if one.back else "", number(one.unclear) if one.unclear else ""),
    )


def _period(name: str) -> str:
    """``4 Mar 2026``, ``Mar 2026`` or ``2026``."""
    if len(name) > len("2026-03"):
        return day(name)
    year, _, month = name.partition("-")
    return f"{MONTHS[int(month) - 1]} {year}" if month else year


def _signed(value: int, sign: str) -> str:
    return f"{sign}{number(value)}" if value else ""


def _causes(because: Sequence[Because], using: Strokes) -> list[Block]:
    if not because:
        return []
    largest = max(_SLIM, because[0].people)
    width = len(number(because[0].people))
    return [
        Line(
            f"{number(one.people):>{width}}  {bar(one.people, largest, _SLIM, using):<{_SLIM}}  {words.cause(one)}",
            indent=2,
        )
        for one in because
    ]


def _tenure(found: Overview, using: Strokes) -> list[Block]:
    """For how many years those lost had been connected."""
    if not found.lost:
        return []
    told = [(words.years(one), one.people) for one in found.tenure]
    if unknown := words.undated(found):
        told.append(("not known", unknown))
    largest = max(_WIDE, *(people for _, people in told))
    rows = [(years, number(people), bar(people, largest, _WIDE, using)) for years, people in told]
    columns = (Column("years connected"), Column("lost", right=True), Column(""))
    return [Line(), Table(columns, rows)]


def _reach(reach: Reach, using: Strokes) -> list[Block]:
    told = (
        ("show an e-mail", reach.email),
        ("you exchanged messages with", reach.talked),
        ("both", reach.talked_email),
    )
    rows = [
        (what, number(some), words.share(some, reach.people), bar(some, reach.people or 1, _WIDE, using))
        for what, some in told
    ]
    columns = (Column(""), Column("", right=True), Column("", right=True), Column(""))
    title = f"Reach: of {count(reach.people, 'connection')}"
    return [Line(), Line(title, "strong"), Table(columns, rows, titles=False)]


def _backup(found: Overview) -> list[Block]:
    health = found.health
    return [
        Line(),
        Line("Backup", "strong"),
        Line(words.kept(health, found.made), indent=2),
        *(Line(text, "good" if well else "odd", 2) for text, well in words.checks(health, found.made)),
        *(Line(text, "odd", 2) for text in words.concerns(health)),
    ]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]

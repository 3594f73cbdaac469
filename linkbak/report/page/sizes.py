"""How large the network was, from list to list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from linkbak.overview.records import Size
from linkbak.report.page.charts import Chart, Series, lines
from linkbak.report.page.tables import Head, Table
from linkbak.report.words import count, day, number

_HEADS = (
    Head("List of"),
    Head("Connections", right=True),
    Head("of them hidden", right=True),
    Head("Lost", right=True),
)


class Sizes(NamedTuple):
    """Two charts, since the lost are few beside those who are there; `told` says it in words."""

    told: str
    charts: tuple[Chart, ...]
    table: Table | None


def sizes(given: Sequence[Size]) -> Sizes:
    """What there is to see; with fewer than two lists nothing to draw."""
    if not given:
        return Sizes("No archive here holds a list of connections yet.", (), None)
    first, last = given[0], given[-1]
    rows = [(day(one.taken), number(one.connections), number(one.hidden), number(one.lost)) for one in given]
    table = Table("Connections, hidden and lost at every list", _HEADS, rows)
    if len(given) < 2:
        told = f"One list so far, of {day(first.taken)}, with {count(first.connections, 'connection')}."
        return Sizes(f"{told} The next one will tell who came and who went.", (), table)
    told = (
        f"From {number(first.connections)} on {day(first.taken)} to {number(last.connections)} on {day(last.taken)}, "
        f"as {number(len(given))} lists show it."
    )
    times = [one.taken for one in given]
    network = lines(
        "size-chart",
        "Connections",
        f"{told} The most were {number(max(one.connections for one in given))}.",
        times,
        [Series("Connections", "ink", [one.connections for one in given])],
        table,
    )
    apart = lines(
        "apart-chart",
        "Lost and hidden",
        f"Lost and not back by {day(last.taken)}: {number(last.lost)}. Hidden then: {number(last.hidden)}.",
        times,
        [
            Series("Lost and not back", "loss", [one.lost for one in given]),
            Series("Hidden: shown only as a date", "hidden", [one.hidden for one in given]),
        ],
        table,
    )
    return Sizes(told, (network, apart), table)

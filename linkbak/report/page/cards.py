"""The figures at the head of the page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from linkbak.overview.records import Overview
from linkbak.report.page.health import percent
from linkbak.report.words import count, day, number

_YEAR = timedelta(days=366)


class Card(NamedTuple):
    """One figure: what it counts, the figure, and what to know beside it."""

    label: str
    figure: str
    note: str
    tone: Literal["ink", "gain", "loss"] = "ink"


def cards(given: Overview) -> list[Card]:
    """The network, the last year, the lost, who is within reach, and the backup."""
    return [*_network(given), *_year(given), *_lost(given), _reach(given), _backup(given)]


def _network(given: Overview) -> list[Card]:
    if not given.sizes:
        return []
    last = given.sizes[-1]
    hidden = f", {number(last.hidden)} of them hidden" if last.hidden else ""
    return [Card("Connections", number(last.connections), f"on {day(last.taken)}{hidden}")]


def _year(given: Overview) -> list[Card]:
    """Gains and losses of the windows that closed within a year of the newest list."""
    if not given.flows:
        return []
    newest = datetime.fromisoformat(given.flows[-1].window.before)
    recent = [one for one in given.flows if newest - datetime.fromisoformat(one.window.before) < _YEAR]
    since = f"since {day(recent[0].window.after)}"
    came, went = sum(one.added for one in recent), sum(one.lost for one in recent)
    return [
        Card("Gained", f"+{number(came)}", since, "gain"),
        Card("Lost", f"\N{MINUS SIGN}{number(went)}" if went else "0", since, "loss"),
    ]


def _lost(given: Overview) -> list[Card]:
    if not given.flows:
        return []
    perhaps = f", and {number(given.unclear)} perhaps" if given.unclear else ""
    return [Card("Not back", number(given.lost), f"of all ever lost{perhaps}")]


def _reach(given: Overview) -> Card:
    part = percent(given.reach.email, given.reach.people)
    return Card(
        "Within reach",
        number(given.reach.email),
        f"{part} have an e\N{NON-BREAKING HYPHEN}mail" if part else "by e-mail",
    )


def _backup(given: Overview) -> Card:
    health = given.health
    if not health.snapshots:
        return Card("Backup", "none", "nothing is kept yet")
    age = "today" if not health.age else count(health.age, "day")
    return Card("Age of the backup", age, f"{count(health.snapshots, 'snapshot')} since {day(health.first)}")

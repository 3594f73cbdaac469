"""How the backup stands, and how far one's people are within reach without the network."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from linkbak.overview.records import Health, Reach
from linkbak.report.overview_words import share
from linkbak.report.page.tables import Bars, Head, bars
from linkbak.report.words import ago, count, day, number, size

if TYPE_CHECKING:
    from linkbak.upkeep import Record

_OLD = 45
"""Days; an archive a month is what linkbak advises, and one may come late."""


class Fact(NamedTuple):
    """One thing about the backup, and whether it is as it should be."""

    label: str
    text: str
    tone: Literal["plain", "good", "odd", "bad"] = "plain"


def reach(given: Reach) -> Bars:
    """Who can be reached, as a table with bars."""
    rows = (
        ("Connected", given.people),
        ("Messages exchanged", given.talked),
        ("An e-mail is known", given.email),
        ("Both", given.talked_email),
    )
    heads = (Head("Who"), Head("People", right=True), Head("Share", right=True))
    return bars(
        "Within reach",
        heads,
        "gain",
        [(label, people, (number(people), percent(people, given.people))) for label, people in rows],
    )


def percent(part: int, whole: int) -> str:
    """``4 %`` that no line break parts; "" of nothing."""
    return share(part, whole).replace(" ", "\N{NO-BREAK SPACE}")


def health(given: Health, made: str) -> list[Fact]:
    """Everything there is to say of the backup."""
    now = datetime.fromisoformat(made)
    if not given.snapshots:
        return [Fact("Snapshots", "nothing is kept yet", "bad")]
    missing = ", ".join(given.missing)
    return [
        Fact("Newest archive", f"{day(given.newest)}, {ago(given.newest, now)}", "odd" if given.age > _OLD else "good"),
        Fact("Snapshots", f"{number(given.snapshots)} since {day(given.first)}, {size(given.bytes)} of files"),
        Fact("Missing from the newest", missing, "odd")
        if missing
        else Fact("Missing from the newest", "nothing that an earlier archive held", "good"),
        *([Fact("Losses not believed yet", count(given.held, "person", "people"), "odd")] if given.held else []),
        _chore("Every byte compared", "linkbak verify", given.verified, now),
        _chore("Restore tried out", "linkbak drill", given.restored, now),
    ]


def _chore(label: str, command: str, record: Record, now: datetime) -> Fact:
    last, passed = record
    if last is None:
        return Fact(label, f"never; {command} does it", "odd")
    if last.passed:
        return Fact(label, f"{ago(last.at, now)}, all was well", "good")
    before = f"; the last time all was well: {ago(passed.at, now)}" if passed else ""
    return Fact(label, f"{ago(last.at, now)}, and it failed{before}", "bad")

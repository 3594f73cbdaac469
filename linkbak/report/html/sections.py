"""The figures at the head of the page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

from linkbak.report import ago, count, day, number, size
from linkbak.report.html.charts import Bars, Chart, Head, Series, Table, bars, lines
from linkbak.report.stats import share
from linkbak.stats import Change, Changes, Health, Overview, Reach, Size

if TYPE_CHECKING:
    from linkbak.state import Record


# --- the backup, and who is within reach ---

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
        *([("Messages: cannot be told", given.untold)] if given.untold else []),
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
    what = "Newest list" if given.bare else "Newest archive"
    return [
        Fact(what, f"{day(given.newest)}, {ago(given.newest, now)}", "odd" if given.age > _OLD else "good"),
        Fact("Snapshots", f"{number(given.snapshots)} since {day(given.first)}, {size(given.bytes)} of files"),
        Fact("Missing from the newest", missing, "odd")
        if missing
        else Fact("Missing from the newest", "nothing that an earlier archive held", "good"),
        *([Fact("Losses not believed yet", count(given.held, "person", "people"), "odd")] if given.held else []),
        _chore("Every byte compared", "linkbak verify", given.verified, now),
        _chore("Restore tried out", "linkbak verify --restore", given.restored, now),
    ]


def _chore(label: str, command: str, record: Record, now: datetime) -> Fact:
    last, passed = record
    if last is None:
        return Fact(label, f"never; {command} does it", "odd")
    if last.passed:
        return Fact(label, f"{ago(last.at, now)}, all was well", "good")
    before = f"; the last time all was well: {ago(passed.at, now)}" if passed else ""
    return Fact(label, f"{ago(last.at, now)}, and it failed{before}", "bad")


# --- cards ---

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


# --- how large the network was, from list to list ---

_HEADS = (
    Head("List of"),
    Head("Connections", right=True),
    Head("of them hidden", right=True),
    Head("Lost", right=True),
)


class Sizes(NamedTuple):
    """Two charts, since the lost are few beside those who are there; `summary` says it in words."""

    summary: str
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
        summary = f"One list so far, of {day(first.taken)}, with {count(first.connections, 'connection')}."
        return Sizes(f"{summary} The next one will tell who came and who went.", (), table)
    summary = (
        f"From {number(first.connections)} on {day(first.taken)} to {number(last.connections)} on {day(last.taken)}, "
        f"as {number(len(given))} lists show it."
    )
    times = [one.taken for one in given]
    network = lines(
        "size-chart",
        "Connections",
        f"{summary} The most were {number(max(one.connections for one in given))}.",
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
    return Sizes(summary, (network, apart), table)


# --- companies and positions that grew and shrank ---


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

"""Sections of the page: the network over time, reach, talk, and the state of the backup."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import TYPE_CHECKING, Literal

from linkbak.causes import PHRASES, phrase
from linkbak.model import NamedTuple
from linkbak.report import ago, count, day, month, number, size
from linkbak.report.html.charts import Chart, Column, Head, Side, Table, columns, grouped, line, without_empty
from linkbak.report.stats import share
from linkbak.stats import Because, Flow, Health, Reach, Size, Talked

if TYPE_CHECKING:
    from linkbak.state import Record
    from linkbak.talk import Reached


# --- the network over time: its size at every list, and who came and went between them ---

_MOST = 36
"""The most columns that are readable on a phone."""

_HEADS = (
    *(Head("List of"), Head("Connections", right=True), Head("of them hidden", right=True, spare=True)),
    *(Head("Gained", right=True), Head("of them returned", right=True, spare=True), Head("Lost", right=True)),
    *(Head("of them back since", right=True, spare=True), Head("Unclear", right=True, spare=True)),
    Head("Why the others went"),
)


class Network(NamedTuple):
    """A sentence, two charts, and a table with a row a list; no charts before two lists."""

    summary: str
    charts: tuple[Chart, ...]
    table: Table


def network(sizes: Sequence[Size], flows: Sequence[Flow]) -> Network:
    """The network over time; `flows` are the windows between the lists."""
    rows = [_row(one, flow) for one, flow in zip_longest(sizes, (None, *flows)) if one is not None]
    table = without_empty(Table("Every list, and what happened since the one before", _HEADS, rows))
    if not sizes:
        return Network("No archive here holds a list of connections yet.", (), table)
    first, last = sizes[0], sizes[-1]
    if len(sizes) < 2:
        said = f"One list so far, of {day(first.taken)}, with {count(first.connections, 'connection')}."
        return Network(f"{said} The next one will tell who came and who went.", (), table)
    came, went, back = (sum(values) for values in zip(*((one.added, one.lost, one.back) for one in flows), strict=True))
    again = f", {number(back)} of them came back" if back else ""
    moved = f"{count(came, 'person', 'people')} came since {day(first.taken)}, {number(went)} went{again}."
    grew = (
        f"From {number(first.connections)} connections on {day(first.taken)} to {number(last.connections)} on "
        f"{day(last.taken)}, as {number(len(sizes))} lists show it."
    )
    each, together = _grouped(flows)
    points = [(one.taken, one.connections) for one in sizes]
    charts = (
        line("size-chart", "Connections", grew, points, table),
        columns("flow-chart", f"Gained and lost {each}", moved, together, table),
    )
    return Network(f"{grew} {moved}", charts, table)


def _row(one: Size, flow: Flow | None) -> Sequence[str]:
    sums = (flow.added, flow.returned, flow.lost, flow.back, flow.unclear) if flow else (0,) * 5
    why = "; ".join(because(each) for each in flow.because) if flow else ""
    return (day(one.taken), *map(number, (one.connections, one.hidden, *sums)), why or "\N{EN DASH}")


def because(one: Because) -> str:
    """``3 likely: account closed, restricted, or they blocked you``."""
    if one.cause == "unknown":
        return f"{number(one.people)}: {PHRASES['unknown']}"
    return f"{number(one.people)} {one.band}: {phrase(one.cause, one.band)}"


def _grouped(given: Sequence[Flow]) -> tuple[str, list[Column]]:
    """The shortest stretches of time of which there are few enough, and what happened in each."""
    if len(given) <= _MOST:
        return "between lists", [Column(month(one.window.before), one.added, one.lost) for one in given]
    for each, name in (("a month", month), ("a quarter", _quarter)):
        found = _by(given, name)
        if len(found) <= _MOST + 6:
            return each, found
    return "a year", _by(given, lambda moment: moment[:4])


def _by(given: Sequence[Flow], name: Callable[[str], str]) -> list[Column]:
    """A column for every stretch from the first to the last, those too in which no window closed."""
    came, went = Counter[str](), Counter[str]()
    for one in given:
        came[name(one.window.before)] += one.added
        went[name(one.window.before)] += one.lost
    months = range(_number(given[0].window.before), _number(given[-1].window.before) + 1)
    labels = dict.fromkeys(name(f"{month // 12:04}-{month % 12 + 1:02}") for month in months)
    return [Column(label, came[label], went[label]) for label in labels]


def _number(moment: str) -> int:
    return int(moment[:4]) * 12 + int(moment[5:7]) - 1


def _quarter(moment: str) -> str:
    return f"Q{(int(moment[5:7]) + 2) // 3} {moment[:4]}"


# --- the backup, and reach ---

_OLD = 45
"""The days after which an archive is old: linkbak advises one a month, and it may come late."""


class Fact(NamedTuple):
    """One fact, and whether it is all right."""

    label: str
    text: str
    tone: Literal["plain", "good", "odd", "bad"] = "plain"


def reachable(given: Reached | None) -> list[Fact]:
    """The number of people reachable without the network, and the verb for more."""
    if given is None or not given.people:
        return []
    said = (
        f"{number(given.reachable)} of {number(given.people)} ({share(given.reachable, given.people)}): linkbak reach"
    )
    return [Fact("Without LinkedIn you could reach", said, "odd" if given.low else "plain")]


def reach(given: Reach) -> list[Fact]:
    """How many can be reached, and in which way, were the network to lock its member out."""
    ways = (
        ("An e-mail is known", given.email),
        ("You exchanged messages", given.talked),
        ("Both", given.talked_email),
        *([("Messages: unknown", given.untold)] if given.untold else []),
    )
    return [Fact(label, _part(people, given.people)) for label, people in ways]


def talk(given: Talked | None) -> list[Fact]:
    """All messages, those not answered, and texts in the same words; nothing where no archive has messages."""
    if given is None:
        return []
    sums = [sum(values) for values in zip(*((one.sent, one.received, one.adverts) for one in given.years), strict=True)]
    sent, received, adverts = sums or (0, 0, 0)
    first = f" since {given.years[0].year}" if given.years else ""
    return [
        Fact("Messages", f"{number(sent)} yours, {number(received)} theirs{first}"),
        Fact("Adverts", number(adverts)),
        Fact("Not answered", f"{number(given.by_me)} by you, {number(given.by_them)} by them"),
        *([Fact("Same words", f"{count(given.same_words, 'text')} from 3 or more people")] if given.same_words else []),
    ]


_TALK_HEADS = (
    *(Head("Year"), Head("Yours", right=True), Head("Theirs", right=True), Head("Adverts", right=True, spare=True)),
    Head("Nobody knows whose", right=True, spare=True),
)


def talk_chart(given: Talked | None) -> Chart | None:
    """Messages by year: the owner's, theirs, and adverts; None before two years, or where no archive can tell.

    Years without any message are left out.
    """
    if given is None or len(given.years) < 2:
        return None
    rows = [
        (str(one.year), *map(number, (one.sent, one.received, one.adverts, one.untold)))
        for one in reversed(given.years)
    ]
    years = [
        (
            str(one.year),
            (
                Side("yours", "yours", one.sent),
                Side("theirs", "theirs", one.received),
                Side("adverts", "adverts", one.adverts),
            ),
        )
        for one in given.years[-_MOST:]
    ]
    sent, received, adverts = (
        sum(values) for values in zip(*((one.sent, one.received, one.adverts) for one in given.years), strict=True)
    )
    besides = f"; {count(adverts, 'advert')} came besides" if adverts else ""
    summary = (
        f"From {given.years[0].year} to {given.years[-1].year} you wrote {count(sent, 'message')}, others wrote "
        f"{number(received)}{besides}."
    )
    table = without_empty(Table("Messages of every year", _TALK_HEADS, rows))
    return grouped("talk-chart", "Messages by year", summary, years, table)


def _part(people: int, whole: int) -> str:
    """``36 (8 %)``."""
    part = share(people, whole).replace(" ", "\N{NO-BREAK SPACE}")
    return f"{number(people)} ({part})" if part else number(people)


def not_believed(held: int) -> str:
    """``; 46 losses of the newest list not believed yet``: the top of the page tells of the list before."""
    return f"; {count(held, 'loss', 'losses')} of the newest list not believed yet" if held else ""


def health(given: Health, made: str) -> list[Fact]:
    """Everything about the backup."""
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

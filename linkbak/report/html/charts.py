"""Charts as positions in percent, which a template draws as SVG, and the same values as tables; a calendar of acts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import compress
from typing import Literal

from linkbak.model import NamedTuple
from linkbak.report import count, day, number, sentence
from linkbak.report.activity import KIND_NAMES, READ, WEEKDAYS, against, rows, sentences
from linkbak.talk.activity import KINDS, Activity
from linkbak.texts import MONTHS, tr

# --- scales: the position of a value on an axis, and the labels ---

_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120)
_MOST = 4
"""How many labels fit side by side on a phone; one more for years, which are short."""

_EDGE = 8.0
"""The distance to an end of the axis, in percent, below which a centred label would be cut off."""


class Tick(NamedTuple):
    """A label, and where it stands: percent of the axis, from the left or from the top."""

    at: float
    label: str
    anchor: Literal["start", "middle", "end"] = "middle"


class Span(NamedTuple):
    """An axis from one value to another, with values between them that read well."""

    low: float
    high: float
    marks: Sequence[int] = ()

    def at(self, value: float) -> float:
        """The position on the axis, in percent."""
        return round(100 * (value - self.low) / (self.high - self.low), 2) if self.high > self.low else 0.0


def amounts(least: int, most: int) -> Span:
    """An axis for whole numbers that holds zero, and both of them, and ends on round numbers."""
    low, high = min(0, least), max(0, most)
    step = _step(high - low)
    return _span(low // step * step, high, step)


def varying(least: int, most: int) -> Span:
    """An axis for whole numbers from just below the least to just above the most, so that their change is seen."""
    step = _step(most - least)
    return _span(max(0, (least - 1) // step * step), most, step)


def _step(width: int) -> int:
    """The least round number of which four make up the width."""
    power = 1
    while 20 * power < width:
        power *= 10
    return next(factor * power for factor in (1, 2, 5) if 4 * factor * power >= width)


def _span(bottom: int, high: int, step: int) -> Span:
    top = max(-(-high // step) * step, bottom + step)
    return Span(bottom, top, range(bottom, top + 1, step))


def moments(times: Sequence[str]) -> Span:
    """An axis from the first to the last of some RFC 3339 times, in seconds."""
    return Span(seconds(times[0]), seconds(times[-1]))


def seconds(moment: str) -> float:
    """An RFC 3339 time as a number."""
    return datetime.fromisoformat(moment).timestamp()


def calendar(first: str, last: str) -> tuple[Tick, ...]:
    """The starts of months or years between two times; the two days themselves where there are too few."""
    span = moments((first, last))
    begin, end = datetime.fromisoformat(first), datetime.fromisoformat(last)
    low, high = begin.year * 12 + begin.month, end.year * 12 + end.month - 1
    step = next((one for one in _MONTHS if high // one - (low - 1) // one <= _MOST + (one >= 12)), _MONTHS[-1] * 5)
    found = [
        Tick(span.at(datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC).timestamp()), _month(month, step))
        for month in range(low, high + 1)
        if month % step == 0
    ]
    if len(found) < 2:
        return (Tick(0.0, day(first), "start"), *([Tick(100.0, day(last), "end")] if first[:10] != last[:10] else []))
    return tuple(kept(one) for one in found)


def _month(month: int, step: int) -> str:
    if step >= 12:
        return str(month // 12)
    return tr("{month} {year}", month=MONTHS[month % 12], year=month // 12)


def kept(tick: Tick) -> Tick:
    """The tick with its label turned inwards if it stands at an end of the axis."""
    return tick._replace(anchor="start" if tick.at < _EDGE else "end" if tick.at > 100 - _EDGE else "middle")


def some(labels: Sequence[str]) -> tuple[Tick, ...]:
    """Ticks under the middles of columns of one width, as many as can be read."""
    short = max(map(len, labels), default=0) <= 5
    every = -(-len(labels) // (_MOST + short))
    middle = 100 / len(labels) / 2 if labels else 0.0
    return tuple(
        kept(Tick(round(100 * number / len(labels) + middle, 2), label))
        for number, label in enumerate(labels)
        if (len(labels) - 1 - number) % every == 0
    )


# --- tables as text, which a template writes as HTML ---


class Head(NamedTuple):
    """The title of a column; `right` for numbers, `spare` if it may be left out when all are 0."""

    title: str
    right: bool = False
    spare: bool = False


class Table(NamedTuple):
    """Rows of text; the first cell names its row. The caption is the title of the table."""

    caption: str
    heads: Sequence[Head]
    rows: Sequence[Sequence[str]]


def without_empty(table: Table) -> Table:
    """The same without spare columns of only 0."""
    shown = [not head.spare or any(row[at] != "0" for row in table.rows) for at, head in enumerate(table.heads)]
    return Table(table.caption, [*compress(table.heads, shown)], [[*compress(row, shown)] for row in table.rows])


# --- charts ---

_GAP = 0.22
"""The share of a column's width that stays empty."""

_LEAST = 0.7
"""The least height in percent, so that any value but 0 is visible."""

_DOTS = 30
"""The most points of a line that are marked one by one."""


class Curve(NamedTuple):
    """A line through a square of 1,000 by 1,000, and its points in percent, if they are few enough to be marked."""

    line: str
    dots: tuple[tuple[float, float], ...]


class Bar(NamedTuple):
    """A column in percent of the chart, with its text."""

    x: float
    y: float
    width: float
    height: float
    tone: str
    label: str


class Chart(NamedTuple):
    """A chart; `summary` describes it in a sentence, `table` has the exact values."""

    id: str
    title: str
    summary: str
    below: tuple[Tick, ...]
    beside: tuple[Tick, ...]
    table: Table
    curve: Curve | None = None
    bars: tuple[Bar, ...] = ()


def line(id: str, title: str, summary: str, points: Sequence[tuple[str, int]], table: Table) -> Chart:
    """A value over time, two or more of them, on an axis that shows how it changed and need not begin at 0."""
    times, values = [time for time, _ in points], [value for _, value in points]
    across, up = moments(times), varying(min(values), max(values))
    places = [(across.at(seconds(time)), round(100 - up.at(value), 2)) for time, value in points]
    path = " ".join(f"{x * 10:.0f},{y * 10:.0f}" for x, y in places)
    beside = tuple(Tick(round(100 - up.at(mark), 2), number(mark)) for mark in up.marks)
    curve = Curve(f"M{path}", tuple(places) if len(places) <= _DOTS else ())
    return Chart(id, title, summary, calendar(times[0], times[-1]), beside, table, curve)


class Amount(NamedTuple):
    """How much, below the line if it is negative; how it is drawn, and its text."""

    value: int
    tone: str
    text: str


Column = tuple[str, Sequence[Amount]]
"""The label of a column, and its amounts."""


def columns(
    id: str, title: str, summary: str, given: Sequence[Column], table: Table, *, abreast: bool = False
) -> Chart:
    """The amounts of each column, side by side if they are `abreast`; else one stands above the line and one below."""
    values = [one.value for _, them in given for one in them]
    span = amounts(min(values, default=0), max(values, default=0))
    zero, room = 100 - span.at(0), 100 / max(1, len(given))
    bars = []
    for place, (_, them) in enumerate(given):
        width = (1 - _GAP) * room / (len(them) if abreast else 1)
        for at, one in enumerate(them):
            height = max(_LEAST, round(span.at(abs(one.value)) - span.at(0), 2))
            x, y = (place + _GAP / 2) * room + (at * width if abreast else 0), zero - (height if one.value > 0 else 0)
            if one.value:
                bars.append(Bar(round(x, 2), round(y, 2), round(width, 2), height, one.tone, one.text))
    said = number if abreast else _signed
    beside = tuple(Tick(round(100 - span.at(mark), 2), said(mark)) for mark in span.marks)
    return Chart(id, title, summary, some([label for label, _ in given]), beside, table, bars=tuple(bars))


def _signed(value: int) -> str:
    sign = "+" if value > 0 else "\N{MINUS SIGN}" if value else ""
    return f"{sign}{number(abs(value))}"


STEP, SIDE = 14, 11
"""The distance between squares, and their size, in the picture's own units."""
LEFT, TOP = 30, 18
_LEVELS = (1, 2, 5, 10)
"""The least number of acts for each strength of a square."""
_WEEKS_DRAWN = 53
"""How many weeks are drawn, the newest ones."""
_WEEK = timedelta(days=7)


class Square(NamedTuple):
    """A day: where it stands, how strong (``none``, ``l1`` to ``l4``, or ``gap`` where no archive tells), its words."""

    x: int
    y: int
    tone: str
    label: str


class Label(NamedTuple):
    """A word beside the squares."""

    x: int
    y: int
    text: str


class Calendar(NamedTuple):
    """The picture, a sentence that describes it, the exact numbers, and further remarks."""

    width: int
    height: int
    squares: Sequence[Square]
    labels: Sequence[Label]
    summary: str
    table: Table
    told: Sequence[str]


def acts_calendar(found: Activity) -> Calendar:
    """The newest weeks as squares; every month in the table."""
    monday = found.last - timedelta(days=found.last.weekday())
    start = max(found.first - timedelta(days=found.first.weekday()), monday - (_WEEKS_DRAWN - 1) * _WEEK)
    weeks = (monday - start).days // 7 + 1
    budget, kinds = against(found), [sentence(KIND_NAMES[kind]) for kind in KINDS]
    summary = tr(
        "{acts} on {days}, {first} to {last}.",
        acts=count(found.acts, "act"),
        days=count(len(found.days), "day"),
        first=day(found.first),
        last=day(found.last),
    )
    return Calendar(
        LEFT + weeks * STEP,
        TOP + 7 * STEP,
        [*_squares(found, start)],
        [*_labels(start, weeks)],
        f"{summary} {READ}",
        Table(
            tr("What you did by month"),
            [Head(tr("Month")), *(Head(title, right=True) for title in (*kinds, tr("Days")))],
            rows(found),
        ),
        [*sentences(found), *([tr("budget: {budget}", budget=budget)] if budget else [])],
    )


def _squares(found: Activity, start: date) -> Iterator[Square]:
    for step in range((found.last - start).days + 1):
        at = start + timedelta(days=step)
        if at < found.first:
            continue
        done = found.days[at].total() if at in found.days else 0
        told = count(done, "act") if done else tr("no acts in any archive")
        tone = f"l{sum(done >= least for least in _LEVELS)}" if done else "none" if at in found.covered else "gap"
        x, y = LEFT + step // 7 * STEP, TOP + step % 7 * STEP
        yield Square(x, y, tone, f"{day(at)}: {tr('in no archive') if tone == 'gap' else told}")


def _labels(start: date, weeks: int) -> Iterator[Label]:
    """Every other weekday, and each month where it begins, unless the next begins at once."""
    for row in (0, 2, 4):
        yield Label(0, TOP + row * STEP + SIDE - 2, WEEKDAYS[row])
    begins = [(week, start + week * _WEEK) for week in range(weeks)]
    firsts = [(week, at) for week, at in begins if week == 0 or at.month != (at - _WEEK).month]
    for place, (week, at) in enumerate(firsts):
        following = firsts[place + 1][0] if place + 1 < len(firsts) else weeks
        if following - week > 2:
            yield Label(LEFT + week * STEP, TOP - 6, MONTHS[at.month - 1])

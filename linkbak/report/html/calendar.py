"""A calendar picture of the owner's own acts: a square a day, a column a week, stronger for more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from linkbak.model import NamedTuple
from linkbak.report import count, day
from linkbak.report.activity import READ, against, answers, half, hours, month, rows, stretches, weekdays
from linkbak.report.html.charts import Head, Table
from linkbak.talk.activity import KINDS, Activity

STEP, SIDE = 14, 11
"""From one square to the next, and how large one is, in the picture's own measure."""
LEFT, TOP = 30, 18
_LEVELS = (1, 2, 5, 10)
"""From so many acts on a square is as strong as its place here."""
_MOST = 53
"""So many weeks are drawn, the newest ones."""
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
    """The picture, what it shows in a sentence, the same in exact numbers, and what else is told."""

    width: int
    height: int
    squares: Sequence[Square]
    labels: Sequence[Label]
    summary: str
    table: Table
    told: Sequence[str]


def calendar(found: Activity) -> Calendar:
    """The newest weeks as squares; every month in the table."""
    monday = found.last - timedelta(days=found.last.weekday())
    start = max(found.first - timedelta(days=found.first.weekday()), monday - (_MOST - 1) * _WEEK)
    weeks = (monday - start).days // 7 + 1
    budget, done = against(found), count(found.acts, "act")
    told = [weekdays(found), hours(found), stretches(found), answers(found), half(found)]
    return Calendar(
        LEFT + weeks * STEP,
        TOP + 7 * STEP,
        [*_squares(found, start)],
        [*_labels(start, weeks)],
        f"{done} on {count(len(found.days), 'day')}, {day(found.first)} to {day(found.last)}. {READ}",
        Table(
            "Your own acts by month",
            [Head("Month"), *(Head(kind.capitalize(), right=True) for kind in KINDS), Head("Days", right=True)],
            rows(found),
        ),
        [line for line in (*told, f"budget: {budget}" if budget else "") if line],
    )


def _squares(found: Activity, start: date) -> Iterator[Square]:
    for step in range((found.last - start).days + 1):
        at = start + timedelta(days=step)
        if at < found.first:
            continue
        done = found.days[at].total() if at in found.days else 0
        told = count(done, "act") if done else "no act that any archive tells"
        tone = f"l{sum(done >= least for least in _LEVELS)}" if done else "none" if at in found.covered else "gap"
        x, y = LEFT + step // 7 * STEP, TOP + step % 7 * STEP
        yield Square(x, y, tone, f"{day(at)}: {'no archive tells' if tone == 'gap' else told}")


def _labels(start: date, weeks: int) -> Iterator[Label]:
    """Every other weekday, and each month where it begins, unless the next begins at once."""
    for row, name in ((0, "Mon"), (2, "Wed"), (4, "Fri")):
        yield Label(0, TOP + row * STEP + SIDE - 2, name)
    begins = [(week, start + week * _WEEK) for week in range(weeks)]
    firsts = [(week, at) for week, at in begins if week == 0 or at.month != (at - _WEEK).month]
    for place, (week, at) in enumerate(firsts):
        following = firsts[place + 1][0] if place + 1 < len(firsts) else weeks
        if following - week > 2:
            yield Label(LEFT + week * STEP, TOP - 6, month(at)[:3])

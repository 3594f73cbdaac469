"""Cases, windows and incidents to judge, each with everything plain unless a test says otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from linkbak.causes import Event, Evidence, Incident, Verdict
from linkbak.causes.judgement import judge_all
from linkbak.causes.rules import LossRates, Usual
from linkbak.index import Case, Interval, Person, State, Talk, Trace, Window
from linkbak.marks import Mark, Subject
from linkbak.model import Connection

BEFORE, GONE, LATER = "2026-03-04T08:00:00Z", "2026-03-24T08:00:00Z", "2026-04-20T08:00:00Z"
"""The last list with the person, the first without, and an archive after it."""
WENT = Window(BEFORE, GONE)
ALL_KINDS = frozenset({"connections", "messages", "invitations", "endorsements", "recommendations"})
ADA = Connection("Ada", "Example", "https://www.linkedin.com/in/ada-example", connected_on=date(2020, 3, 5))

FAULT = Incident("fault", "fault", "linkedin", "2026-03-24T07:00:00Z", "2026-03-24T17:00:00Z", "Lists were short.")
"""The list that lacks Ada was written during it."""
SWEEP = Event("sweep", WENT, ("p1",), ("40 people connected 3 to 12 Feb 2020, gone together", "why"), "likely")
"""Ada is one of them."""
TRIM = Incident("trim", "trim", "linkedin", "2026-03-10T00:00:00Z", "2026-03-11T23:59:59Z", "Large networks were cut.")


def case(
    *,
    state: State = "suspected",
    window: Window = WENT,
    later: int | None = None,
    was_hidden: bool = False,
    named: Sequence[Trace] = (),
    invited: Sequence[Trace] = (),
    anonymous: Sequence[Trace] = (),
    kinds: frozenset[str] = ALL_KINDS,
    messages: int = 0,
    marks: Sequence[Mark] = (),
    connected_on: str = "2020-03-05",
    renewed: Sequence[Trace] = (),
) -> Case:
    """Ada Example, gone between `BEFORE` and `GONE`."""
    person = Person(1, "p1", "linkedin-me", ADA, state, "2024-01-01T00:00:00Z", window.after, window, messages)
    lists = (1 if state == "confirmed" else 0) if later is None else later
    facts = (person, window, lists, was_hidden, tuple(named), tuple(invited), tuple(anonymous))
    return Case(*facts, kinds, Talk(messages), tuple(marks), connected_on, tuple(renewed))


def mark(
    fact: str = "removed-by-me", value: str = "", at: str = "2026-04-01T10:00:00Z", *, undone: bool = False
) -> Mark:
    """What the user said of Ada."""
    return Mark("0a1b2c3d", fact, value, "linkedin-me", Subject(ADA.name, ADA.url, "2020-03-05"), at, undone)


def trace(kind: str = "messages", taken: str = LATER) -> Trace:
    return Trace(kind, taken)


def interval(
    month: int,
    lost: int = 2,
    *,
    sparse_lost: int = 0,
    back: int = 0,
    listed: int = 1000,
    sparse: int = 50,
    days: float = 30,
) -> Interval:
    """The window that ends on the first of a month, counted from January 2025."""
    return Interval(Window(_first(month - 1), _first(month)), days, listed, sparse, lost, sparse_lost, back)


def history(months: int, lost: int = 2) -> list[Interval]:
    """So many quiet windows, the last before that of month 0."""
    return [interval(-month, lost) for month in range(1, months + 1)]


def usual_losses(one: Interval, intervals: Sequence[Interval], lost: int) -> Usual:
    """How far so many losses of a window stand out from the others."""
    return LossRates(intervals).usual(one, lost)


def _first(month: int) -> str:
    year, rest = divmod(month, 12)
    return f"{2025 + year}-{rest + 1:02d}-01T08:00:00Z"


def judge(
    one: Case, intervals: Sequence[Interval], incidents: Sequence[Incident], events: Sequence[Event] = ()
) -> Verdict:
    """The verdict about one person."""
    return judge_all([one], intervals, incidents, events)[0].verdict


def judged(
    one: Case, intervals: Sequence[Interval] = (), incidents: Sequence[Incident] = (), events: Sequence[Event] = ()
) -> tuple[str, str]:
    """The cause and the band."""
    found = judge(one, intervals, incidents, events)
    return found.cause, found.band


def of(verdict: Verdict, rule: str) -> list[Evidence]:
    """What one rule brought into a verdict."""
    return [one for one in verdict.evidence if one.rule == rule]

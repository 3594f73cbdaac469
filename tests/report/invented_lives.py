"""People and lines made by hand, for pages and documents about them."""

from __future__ import annotations

from datetime import date

from linkbak.causes import Evidence, Verdict
from linkbak.index import (
    Absence,
    Alternative,
    Endorsed,
    Invited,
    Job,
    Noted,
    Person,
    Recommended,
    Span,
    State,
    Talk,
    Tenure,
    Timeline,
    Window,
)
from linkbak.marks import Mark, Subject
from linkbak.model import Connection

NOVEMBER, FEBRUARY, MARCH = "2025-11-29T17:05:20Z", "2026-02-28T09:41:18Z", "2026-03-20T08:07:10Z"
FIRST = Window("", NOVEMBER)
WINTER = Window(NOVEMBER, FEBRUARY)
SPRING = Window(FEBRUARY, MARCH)

GORAN_ROW = Connection(
    "Goran",
    "Primjer",
    "https://www.linkedin.com/in/goran-primjer-a1b2c3d4",
    "",
    "Uzorak d.o.o.",
    "Driver",
    date(2019, 5, 14),
)


def person(row: Connection = GORAN_ROW, number: int = 1, state: State = "listed", **more: object) -> Person:
    """Somebody in all three lists."""
    base = Person(number, f"{number:08x}", "linkedin-me", row, state, NOVEMBER, MARCH)
    return base._replace(**more)  # type: ignore[arg-type]


def line(one: Person, **more: object) -> Timeline:
    """A line on which nothing happened but what is given."""
    connected = one.row.connected_on.isoformat() if one.row.connected_on else ""
    base = Timeline(
        person=one,
        tenures=(Tenure(connected, FIRST, None),),
        names=(Span(one.row.name, FIRST, None),),
        addresses=(Span(one.row.url, FIRST, None),),
        emails=(),
        jobs=(Job(one.row.company, one.row.position, FIRST, None),) if one.row.company or one.row.position else (),
        absences=(),
        alternatives=(),
        talk=Talk(),
        invitations=(),
        endorsements=(),
        recommendations=(),
        notes=(),
        address_book=(),
        marks=(),
    )
    return base._replace(**more)  # type: ignore[arg-type]


def mark(fact: str, value: str = "", *, undone: bool = False) -> Mark:
    return Mark("0badcafe", fact, value, "linkedin-me", Subject("Goran Primjer", "", ""), MARCH, undone)


GORAN = line(
    person(state="suspected", last_seen=FEBRUARY, window=SPRING, messages=2, last_message="2026-01-30T12:12:12Z"),
    absences=(Absence("gone", SPRING, None),),
    talk=Talk(2, 0, 2, "2019-05-14T15:02:00Z", "2026-01-30T12:12:12Z"),
    invitations=(Invited(False, "2019-05-12T14:07:00Z", "We met\non the road to Sample"),),
    endorsements=(Endorsed(False, "Archiving", "2023-02-11T12:00:00Z", "ACCEPTED"),),
)
"""Gone, and why is likely known."""

CLOSED = Verdict(
    "closed",
    "likely",
    (
        Evidence("anonymous", "closed", "likely", True, "Your messages of 20 Mar 2026 call them LinkedIn Member."),
        Evidence("talked", "closed", "possible", False, "You wrote to each other a month before."),
    ),
    False,
)

DAVID_ROW = Connection(
    "David",
    "Mashal",
    "https://www.linkedin.com/in/david-mashal",
    "david@example.com",
    "Mashal's",
    "Chef",
    date(2026, 3, 7),
)

DAVID = line(
    person(DAVID_ROW, 2, messages=3, last_message=MARCH, tags=("cooks", "ghent")),
    tenures=(Tenure("2023-10-10", FIRST, SPRING), Tenure("2026-03-07", SPRING, None)),
    names=(Span("Dov Mashal", FIRST, SPRING), Span("David Mashal", SPRING, None)),
    addresses=(
        Span("https://www.linkedin.com/in/dov-mashal-66ee77ff", FIRST, SPRING),
        Span("https://www.linkedin.com/in/david-mashal", SPRING, None),
    ),
    emails=(Span("dov@example.com", FIRST, WINTER), Span("david@example.com", SPRING, None)),
    jobs=(Job("@Home Example", "Cook", FIRST, WINTER), Job("Mashal's", "Chef", SPRING, None)),
    absences=(Absence("gone", WINTER, SPRING),),
    alternatives=(
        Alternative(person(Connection("Dov", "Mashal"), 3, "unclear", window=SPRING), "two rows of one date", SPRING),
    ),
    talk=Talk(3, 1, 2, "2023-10-11T09:00:00Z", MARCH),
    invitations=(
        Invited(True, "2023-10-10T09:00:00Z", ""),
        Invited(True, "2026-03-06T09:00:00Z", "Again?"),
        Invited(False, "", ""),
    ),
    endorsements=(
        Endorsed(True, "Soup", "2024-01-02T00:00:00Z", "ACCEPTED"),
        Endorsed(True, "Salad", "", "PENDING"),
        Endorsed(False, "Patience", "2024-01-03T00:00:00Z", ""),
    ),
    recommendations=(
        Recommended(False, "A patient\n\n  guest.", "Mashal's", "Chef", "2024-02-03T00:00:00Z", "VISIBLE"),
        Recommended(True, "", "", "", "", "HIDDEN"),
    ),
    notes=(Noted("Tea, no sugar", "2026-01-02T00:00:00Z", "2026-02-03T00:00:00Z"), Noted("Hat", "", "")),
    marks=(mark("note", "met in Ghent"), mark("tag", "cooks"), mark("known"), mark("cause", "blocked", undone=True)),
)
"""Everything that can have happened to somebody who is listed."""

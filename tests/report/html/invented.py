"""A whole vault's worth of numbers about people who do not exist, the same every time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from random import Random

from linkbak.causes import Evidence, Verdict
from linkbak.causes.judgement import Loss
from linkbak.index import Case, Person, State, Talk, Window
from linkbak.model import Connection
from linkbak.state import Done, Record
from linkbak.stats import Because, Change, Changes, Flow, Health, Overview, Reach, Size, Tenured
from tests.hostile_text import HOSTILE_TEXT

FIRST = (
    *("Ada", "Amara", "Boris", "Carla", "Chloé", "Dmitri", "Elif", "Farid", "Goran", "Greta", "Hana", "Ivo", "Jun"),
    *("Kofi", "Lena", "Maya", "Niall", "Noor", "Oskar", "Pia", "Rosa", "Søren", "Tuğçe", "Zoë"),
)
LAST = (
    *("Example", "Sample", "Muster", "Ejemplo", "Exemple", "Esempio", "Primjer", "Voorbeeld", "Exempel", "Sampla"),
    *("Placeholder", "Invented", "Nobody"),
)
COMPANIES = (
    *("Example Works", "Sample & Sons", "Acme Placeholder", "Muster GmbH", "Invented SA", "Voorbeeld BV"),
    *("Uzorak d.o.o.", "Nobody & Daughters", "University of Example", "Example Health"),
)
POSITIONS = (
    *("Engineer", "Head of Examples", "Founder", "Buyer", "Consultant", "Teacher", "Recruiter", "Designer"),
    *("Data Analyst", "Product Manager"),
)

MADE = "2026-03-24T09:00:00Z"
NEWEST = "2026-03-20T08:07:10Z"

CLOSED = Verdict(
    "closed",
    "likely",
    (
        Evidence("anonymous", "closed", "likely", True, "messages of 20 Mar 2026 show them as LinkedIn Member"),
        Evidence("hid", "closed", "possible", True, "the last list before showed only a date"),
        Evidence("named", "closed", "possible", False, "an invitation of 2 Mar 2026 still names them"),
        Evidence("talk", "unknown", "possible", False, "you wrote to each other a month before"),
    ),
    by_user=False,
)
LIVES = Verdict(
    "account-lives",
    "verified",
    (
        Evidence(
            "named", "account-lives", "verified", True, "messages of 20 Mar 2026 still show their name and address"
        ),
    ),
    by_user=False,
)
UNKNOWN = Verdict("unknown", "unknown", (), by_user=False)


def person(number: int, row: Connection, state: State = "listed", **more: object) -> Person:
    """Somebody of the account linkedin-ada."""
    base = Person(number, f"{number:012x}", "linkedin-ada", row, state, "2019-02-14T06:30:44Z", NEWEST)
    return base._replace(**more)  # type: ignore[arg-type]


@cache
def crowd(size: int) -> tuple[Person, ...]:
    """So many people, the newest connection first."""
    chance, when, found = Random(4), date(2026, 3, 19), []
    for number in range(size):
        first, last = chance.choice(FIRST), chance.choice(LAST)
        hidden = chance.random() < 0.01
        row = Connection(
            first,
            last,
            f"https://www.linkedin.com/in/{first}-{last}-{number}".lower().encode("ascii", "ignore").decode(),
            f"{first}.{last}.{number}@example.com".lower().encode("ascii", "ignore").decode()
            if chance.random() < 0.2
            else "",
            chance.choice(COMPANIES) if chance.random() < 0.95 else "",
            chance.choice(POSITIONS) if chance.random() < 0.95 else "",
            when,
        )
        messages = int(chance.paretovariate(1.1)) if chance.random() < 0.3 else 0
        found.append(
            person(
                number,
                row,
                "hidden" if hidden else "listed",
                messages=messages,
                last_message="2026-02-11T10:00:00Z" if messages else "",
            )
        )
        if chance.random() < min(1.0, 2000 / size):
            when -= timedelta(days=chance.randrange(1, 3))
    return tuple(found)


def loss(number: int, row: Connection, verdict: Verdict, window: Window, **more: object) -> Loss:
    """Somebody lost in a window."""
    one = person(number, row, "suspected" if window.before == NEWEST else "confirmed", window=window, **more)
    connected = row.connected_on.isoformat() if row.connected_on else ""
    case = Case(
        person=one,
        window=window,
        later=1,
        was_hidden=False,
        named=(),
        invited=(),
        anonymous=(),
        kinds=frozenset({"messages"}),
        talk=Talk(),
        marks=(),
        connected_on=connected,
    )
    return Loss(case, verdict)


def windows(lists: int, days: int) -> tuple[list[Size], list[Flow]]:
    """So many lists, so many days apart, the last of them the newest."""
    chance = Random(8)
    end = datetime.fromisoformat(NEWEST)
    times = [(end - timedelta(days=days * back)).astimezone(UTC) for back in reversed(range(lists))]
    taken = [f"{time:%Y-%m-%dT%H:%M:%SZ}" for time in times]
    total, lost, hidden = 620, 0, 6
    sizes, flows = [Size(taken[0], total, hidden, 0)], list[Flow]()
    for before, after in pairwise(taken):
        added = chance.randrange(2 + days // 4, 6 + days)
        gone = chance.randrange(0, 3 + days // 6)
        back = 1 if gone > 3 else 0
        sure = min(gone - back, chance.randrange(0, 3))
        rest = gone - back - sure
        because = (
            *([Because("closed", "likely", sure)] if sure else []),
            *([Because("unknown", "unknown", rest)] if rest else []),
        )
        hidden = max(0, hidden + chance.randrange(-2, 3))
        total, lost = total + added - gone, lost + gone - back
        sizes.append(Size(after, total, hidden, lost))
        flows.append(Flow(Window(before, after), added, gone, back, because))
    return sizes, flows


def losses() -> list[Loss]:
    """Six lost, the newest first."""
    spring, winter = Window("2026-02-28T09:41:18Z", NEWEST), Window("2025-11-29T17:05:20Z", "2026-01-15T11:12:14Z")

    def row(first: str, last: str, company: str, position: str, since: str, email: str = "") -> Connection:
        return Connection(
            first,
            last,
            f"https://www.linkedin.com/in/{first}-{last}".lower(),
            email,
            company,
            position,
            date.fromisoformat(since),
        )

    return [
        loss(
            1,
            row("Goran", "Primjer", "Uzorak d.o.o.", "Driver", "2019-05-14"),
            CLOSED,
            spring,
            messages=12,
            last_message="2026-01-30T12:12:12Z",
        ),
        loss(
            2,
            row("Carla", "Ejemplo", "Example Works", "Engineer", "2023-10-10", "carla@example.com"),
            LIVES,
            spring,
            messages=3,
            last_message="2025-08-02T12:00:00Z",
        ),
        loss(3, row("Tuan", "Sample", "", "", "2026-02-01"), UNKNOWN, spring),
        loss(4, row("Lena", "Muster", "Muster GmbH", "Founder", "2017-03-02"), CLOSED, winter),
    ]


def changes(names: Sequence[str]) -> Changes:
    """What grew and shrank of some names."""
    return Changes(
        "2025-03-20",
        tuple(Change(name, 10 + 3 * place, 31 - 2 * place) for place, name in enumerate(names[:4])),
        tuple(Change(name, 30 - place, 21 + place) for place, name in enumerate(names[4:7])),
    )


def overview(people: Sequence[Person] | None = None, *, lists: int = 26, days: int = 60) -> Overview:
    """A network of some years."""
    everybody = crowd(1_400) if people is None else people
    sizes, flows = windows(lists, days)
    missing = len(everybody) - sizes[-1].connections
    sizes = [one._replace(connections=max(0, one.connections + missing)) for one in sizes]
    lost = sizes[-1].lost
    closest = sorted(everybody, key=lambda one: -one.messages)[:10]
    talked = [one for one in everybody if one.messages]
    return Overview(
        account="linkedin-ada",
        made=MADE,
        owner="Ada Example",
        sizes=sizes,
        flows=flows,
        tenure=(
            Tenured(0, 1, lost // 4),
            Tenured(1, 2, lost // 5),
            Tenured(2, 5, lost // 3),
            Tenured(5, 10, lost // 8),
            Tenured(10, 0, lost - lost // 4 - lost // 5 - lost // 3 - lost // 8),
        ),
        companies=changes(COMPANIES),
        positions=changes(POSITIONS),
        recent=losses(),
        losses=losses(),
        away=[one.case.person for one in losses()],
        lost=lost,
        unclear=2,
        closest=closest,
        reach=Reach(
            len(everybody),
            sum(bool(one.row.email) for one in everybody),
            len(talked),
            sum(bool(one.row.email) for one in talked),
        ),
        health=Health(
            snapshots=lists,
            first=sizes[0].taken,
            newest=NEWEST,
            age=4,
            bytes=48_300_000,
            held=0,
            missing=("endorsements",),
            verified=Record(Done("2026-03-21T03:00:00Z", True), Done("2026-03-21T03:00:00Z", True)),
            restored=Record(),
        ),
        people=everybody,
    )


def hostile() -> Overview:
    """Every hostile text in every field that an archive fills, in all parts of the page."""
    rows = [Connection(text, "", text, text, text, text, date(2020, 1, 1)) for text in HOSTILE_TEXT]
    people = [person(number, row, messages=3) for number, row in enumerate(rows)]
    spring = Window("2026-02-28T09:41:18Z", NEWEST)
    lost = [
        loss(
            number,
            row,
            Verdict("other", "possible", (Evidence("rule", "other", "possible", True, row.company),), by_user=False),
            spring,
        )
        for number, row in enumerate(rows)
    ]
    named = tuple(Change(text, 1, 2) for text in HOSTILE_TEXT)
    changed = Changes("2025-03-20", named, tuple(one._replace(then=2, now=1) for one in named))
    return overview(people)._replace(
        account=HOSTILE_TEXT[0],
        owner='<script>alert("owner")</script>',
        companies=changed,
        positions=changed,
        recent=lost,
        losses=lost,
        away=(),
        closest=people,
    )

"""Invented people to export."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import cast

from linkbak.exporters import Options, Selection
from linkbak.exporters.formats import EXPORTERS
from linkbak.index import Entry, Person, State, Window
from linkbak.index.history import History
from linkbak.model import Connection
from linkbak.vault import Vault
from tests.hostile_text import HOSTILE_TEXT

OPTIONS = Options()
NEWEST = "2026-03-20T08:07:10Z"

ADA = Connection(
    "Ada", "Example", "https://www.linkedin.com/in/ada-example", "ada@example.com", "Example Works", "Engineer",
    date(2019, 6, 5),
)  # fmt: skip


def entry(
    number: int,
    row: Connection = ADA,
    *,
    state: State = "listed",
    window: Window | None = None,
    tags: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
    former: tuple[str, ...] = (),
) -> Entry:
    """Somebody of the account linkedin-me; the number makes the id."""
    person = Person(
        number, f"{number:012x}", "linkedin-me", row, state, "2020-01-05T08:00:00Z", NEWEST, window, tags=tags
    )
    return Entry(person, notes, NEWEST, former)


def crowd(size: int) -> list[Entry]:
    """So many people, each with a name and an e-mail of their own."""
    return [
        entry(
            number,
            ADA._replace(
                first_name=f"Ada {number}",
                url=f"https://www.linkedin.com/in/ada-{number}",
                email=f"ada-{number}@example.com",
            ),
        )
        for number in range(size)
    ]


NAMELESS = entry(900_001, Connection(connected_on=date(2020, 1, 1)))
HIDDEN = entry(900_002, Connection(connected_on=date(2020, 1, 1)), state="hidden", window=Window("", NEWEST))


def hostile() -> list[Entry]:
    """Everybody once with each hostile text in a field of theirs, between two who are harmless."""
    found = [entry(0, ADA._replace(first_name="First", email="first@example.com"))]
    number = 0
    for text in HOSTILE_TEXT:
        for field in ("first_name", "last_name", "company", "position", "url", "email"):
            number += 1
            row = Connection(**{**ADA._replace(email=f"ada-{number}@example.com")._asdict(), field: text})
            found.append(entry(number, row))
        number += 1
        row = ADA._replace(email=f"ada-{number}@example.com")
        found.append(entry(number, row, notes=(text,), tags=(text,), former=(text,)))
    return [*found, entry(number + 1, ADA._replace(first_name="Last", email="last@example.com"))]


def ids(entries: Sequence[Entry]) -> list[str]:
    """Their ids, in order."""
    return [one.person.id for one in entries]


WINDOW = Window("2026-02-01T00:00:00Z", NEWEST)
FULL = [
    entry(
        1,
        Connection(
            "Ada; the, 1st", "Example\\Sample", "https://www.linkedin.com/in/ada-example", "ada@example.com",
            "Example; Works, Ltd", "Engineer, Sr; \\o/", date(2019, 6, 5),
        ),
        tags=("customer", "ghent"),
        notes=("met in Ghent; by chance, \\once\\", "two\nlines: and 100 %"),
        former=("Ada Sample", "Ada, Esq."),
    ),
    entry(2, Connection("山田", "太郎" * 20, position="見本" * 30, connected_on=date(2020, 2, 29))),
    entry(3, ADA._replace(first_name="", last_name="Only"), state="hidden", window=WINDOW),
    entry(4, ADA._replace(first_name="Gone"), state="confirmed", window=WINDOW),
    entry(5, ADA._replace(first_name="Perhaps"), state="unclear", window=WINDOW),
    entry(6, ADA._replace(first_name="Bare", url="", email="", company="", position="", connected_on=None)),
]  # fmt: skip
"""People with all that a card can hold, and with little."""


def selection_of(entries: Sequence[Entry]) -> Selection:
    """For formats that look no further than at the entries, as all do that are one text."""
    return Selection(entries, NEWEST, cast("History", None), cast("Vault", None))


def text_of(name: str, entries: Sequence[Entry], options: Options = OPTIONS) -> str:
    """The whole text of a format, of those whom it takes."""
    chosen = EXPORTERS[name]
    assert chosen.text is not None
    kept, _ = chosen.takes(entries)
    return "".join(chosen.text(selection_of(kept), options))

"""Five monthly exports of an invented account of 410 people, in whose last month the most different things happen.

Three left for real: two ended the connection, one closed the account. Twenty fakes were swept away with them, one took
another name, one who hid came back, nine are new; a month before the owner removed one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from examples import tables
from examples.connection_lists import PREAMBLE, SEVEN, profile_url
from examples.correspondence import TEN, name
from examples.people import ADA
from examples.profile import profile
from examples.zips import packed, write_file

FIRST = ("Ada", "Amara", "Boris", "Carla", "Elif", "Farid", "Goran", "Hana", "Ivo", "Jun", "Kofi", "Lena", "Maya")
LAST = (
    "Example",
    "Sample",
    "Muster",
    "Ejemplo",
    "Exemple",
    "Esempio",
    "Primjer",
    "Voorbeeld",
    "Exempel",
    "Placeholder",
)
COMPANIES = ("Example Works", "Sample & Sons", "Muster GmbH", "Invented SA", "Voorbeeld BV", "Uzorak d.o.o.")
POSITIONS = ("Engineer", "Head of Examples", "Founder", "Buyer", "Consultant", "Teacher", "Recruiter")
TAKEN = tuple(f"{month}-20 08:07:10" for month in ("2025-11", "2025-12", "2026-01", "2026-02", "2026-03"))
TAKEN_ON = tuple(date.fromisoformat(taken[:10]) for taken in TAKEN)
OWNER = ADA._replace(first="Olive", last="Owner", slug="olive-owner")

FRIEND, CLOSED, QUIET, MINE = "Carla Closefriend", "Clara Closing", "Quentin Quiet", "Rolf Removed"
"""Who ended the connection (and was written with), who closed the account (and was too), who only went, whom the owner
removed."""

FAKES = 20


class Row(NamedTuple):
    """One connection, in the lists from export number `joined` up to before number `left`; only a date in `hidden`."""

    name: str
    slug: str
    company: str
    position: str
    since: date
    joined: int = 0
    left: int = 9
    hidden: int = 9


def write(folder: Path) -> list[Path]:
    """The five zips, oldest first."""
    return [_written(folder, number) for number in range(len(TAKEN))]


def _written(folder: Path, number: int) -> Path:
    taken = datetime.fromisoformat(TAKEN[number])
    path = folder / f"Basic_LinkedInDataExport_{taken:%m-%d-%Y}.zip"
    contents = {
        "Connections.csv": PREAMBLE.encode() + tables.plain(SEVEN, _list(number), last_end=False),
        "messages.csv": tables.plain(TEN, _messages(number, taken)),
        "Invitations.csv": tables.plain(
            "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl", _invitations(taken)
        ),
        **profile(OWNER, taken),
    }
    write_file(path, packed(contents, taken), taken)
    return path


def people() -> list[Row]:
    """Everybody who is ever in a list, the newest connection first."""
    new = [_ordinary(500 + number, date(2026, 3, 18) - timedelta(days=number), joined=4) for number in range(9)]
    for month in (3, 2, 1):
        days = (TAKEN_ON[month] - timedelta(days=2 + number) for number in range(5))
        new += [_ordinary(500 + 10 * month + number, day, joined=month) for number, day in enumerate(days)]
    fakes = [
        Row(f"Fay Fake{number:02}", f"fake-{number:02}", "", "", date(2025, 10, 5) - timedelta(days=3 * number), left=4)
        for number in range(FAKES)
    ]
    told = [
        Row(QUIET, "quentin-quiet", "Quiet Ltd", "Buyer", date(2023, 5, 6), left=4),
        Row(MINE, "rolf-removed", "Pitch Ltd", "Sales", date(2022, 5, 6), left=3),
        Row(CLOSED, "clara-closing", "Closing & Co", "Founder", date(2020, 5, 6), left=4),
        Row("Henri Hideaway", "henri-hideaway", "Hide Ltd", "Teacher", date(2019, 5, 6), hidden=3),
        Row(FRIEND, "carla-closefriend", "Friends Ltd", "Engineer", date(2018, 5, 6), left=4),
        Row("Rita Renamed", "rita-renamed", "Rename Ltd", "Consultant", date(2017, 12, 6)),
    ]
    rest = [_ordinary(number, date(2025, 11, 1) - timedelta(days=8 * number)) for number in range(383)]
    return sorted([*new, *fakes, *told, *rest], key=lambda one: one.since, reverse=True)


def _ordinary(number: int, since: date, *, joined: int = 0) -> Row:
    first, last = FIRST[number % len(FIRST)], LAST[number // len(FIRST) % len(LAST)]
    slug = f"{first}-{last}-{number}".lower()
    return Row(
        f"{first} {last}{'' if number < 130 else chr(65 + number // 130)}",
        *(slug, COMPANIES[number % 6], POSITIONS[number % 7], since, joined),
    )


def _list(number: int) -> Iterator[Sequence[str]]:
    for place, one in enumerate(people()):
        if not one.joined <= number < one.left:
            continue
        on = f"{one.since:%d %b %Y}"
        if one.hidden == number:
            yield ("", "", "", "", "", "", on)
            continue
        first, _, last = one.name.partition(" ")
        if one.slug == "rita-renamed" and number == 4:
            last = "Newname"
        position = "Director" if number == 4 and place % 60 == 7 else one.position
        email = f"{one.slug}@example.com" if place % 12 == 0 or one.name == FRIEND else ""
        yield (first, last, profile_url(one.slug), email, one.company, position, on)


def _messages(number: int, taken: datetime) -> Iterator[Sequence[str]]:
    talks = [(FRIEND, "carla-closefriend", 14), (CLOSED, "clara-closing", 3), (MINE, "rolf-removed", 0)]
    talks += [
        (one.name, one.slug, 1 + 5 * (place % 3))
        for place, one in enumerate(people())
        if place % 10 == 5 and one.left != 4
    ]
    me = (name(OWNER), profile_url(OWNER.slug))
    for who, slug, count in talks:
        them = ("LinkedIn Member", "") if who == CLOSED and number == 4 else (who, profile_url(slug))
        for said in range(count):
            at = datetime.fromisoformat("2026-03-01 09:30:00") - timedelta(days=31 * said + len(slug), hours=said)
            sender, to = (me, them) if said % 2 == 0 else (them, me)
            if at < taken and not (who not in (FRIEND, CLOSED) and count == 1 and said % 2):
                yield (f"2-{slug}", "", *sender, *to, f"{at:%Y-%m-%d %H:%M:%S} UTC", "", _said(said), "INBOX")


def _said(number: int) -> str:
    return ("Shall we meet in Ghent?", "Gladly. On Tuesday?", "The contract is signed, thank you.")[number % 3]


def _invitations(taken: datetime) -> Iterator[Sequence[str]]:
    for one in people():
        at = datetime.fromisoformat(f"{one.since} 08:15:00")
        if taken - timedelta(days=180) < at < taken:
            sides = (one.name, name(OWNER), tables.short_time(at), "", "INCOMING", profile_url(one.slug))
            yield (*sides, profile_url(OWNER.slug))


if __name__ == "__main__":
    import sys

    for made in write(Path(sys.argv[1])):
        print(made)  # noqa: T201

"""What Ada and others said of each other: endorsements, recommendations, and Ada's own notes.

Each table names people as they are called when it is written. Whoever hid or closed the account is in none of them;
whoever only cut the connection stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from examples import tables
from examples.connection_lists import profile_url
from examples.people import Person
from examples.story import everybody


class Said(NamedTuple):
    """About or by the person who joined under `slug`: a skill and its status, or a text."""

    at: str
    slug: str
    text: str
    status: str = "ACCEPTED"


RECEIVED = (
    Said("2022-06-09 10:00:00", "carla-ejemplo", "Archiving"),
    Said("2022-07-10 11:00:00", "émile-exemple", "Patience"),
    Said("2023-02-11 12:00:00", "goran-primjer-a1b2c3d4", "Archiving"),
    Said("2024-01-20 13:00:00", "niall-sampla", "Patience"),
)
GIVEN = (
    Said("2022-10-01 09:00:00", "niall-sampla", "Teaching"),
    Said("2023-01-15 09:30:00", "dieter-beispiel-4b1a92c7", "Carpentry, by hand"),
    Said("2023-02-11 12:05:00", "goran-primjer-a1b2c3d4", "Driving"),
    Said("2023-05-06 18:00:00", "wei-shili-2b3c4d5e", "Translation", "PENDING"),
    Said("2025-02-03 08:15:00", "zita-minta-0f9e8d7c", "Conducting"),
)
RECOMMENDED_BY = (
    Said(
        "2019-03-04 21:10", "niall-sampla", 'She lent me "Samples of Samples", and never asked for it back.', "VISIBLE"
    ),
    Said("2024-02-10 23:30", "carla-ejemplo", "Finds everything, always.", "VISIBLE"),
)
RECOMMENDED = (
    Said("2023-11-12 00:05", "goran-primjer-a1b2c3d4", "Twice a week, and never late, whatever the weather.", ""),
    Said("2024-03-01 07:45", "priya-specimen", "Her labels are a joy to read.", "VISIBLE"),
)
NOTES = (
    Said("2026-01-02 10:00:00", "carla-ejemplo", "Tea, no sugar"),
    Said("2026-01-09 16:20:00", "niall-sampla", "Met in Ghent. Owes me a book.\nAsk again in April"),
    Said("2026-01-31 08:00:00", "goran-primjer-a1b2c3d4", "Thinks of leaving; ask him why"),
)


def endorsements(taken: datetime) -> dict[str, bytes]:
    """In 2022 in two files that differ in name, encoding and rows; since 2023 with addresses without scheme."""
    header = "Endorsement Date,Skill Name,Endorser First Name,Endorser Last Name,Endorser Public Url,Endorsement Status"
    rows = list(_endorsed(RECEIVED, taken))
    if taken.year >= 2023:
        return {
            "Endorsement_Received_Info.csv": tables.plain(header, rows),
            "Endorsement_Given_Info.csv": tables.plain(header.replace("Endorser", "Endorsee"), _endorsed(GIVEN, taken)),
        }
    short = [(*row[:4], row[5]) for row in rows]
    shown = [
        *((*row[:4], "Accepted", "Show") for row in rows),
        (*rows[0][:1], "Knots", "Sven", "Påhitt", "Redacted", ""),
    ]
    header = header.replace(",Endorser Public Url", "")
    return {
        "Endorsement_Received_Info.csv": tables.plain(header, short),
        "Endorsement Received Info.csv": tables.utf16(f"{header},Display Status", shown),
    }


def recommendations(taken: datetime) -> dict[str, bytes]:
    """Both ways, with the company and job of today and a time of day in the American way."""
    header = "First Name,Last Name,Company,Job Title,Text,Creation Date,Status"
    both = {"Recommendations_Received.csv": RECOMMENDED_BY, "Recommendations_Given.csv": RECOMMENDED}
    return {
        name: tables.plain(
            header,
            [
                (one.first, one.last, one.company, one.position, said.text, _padded(at), said.status)
                for at, said, one in _of(all_said, taken)
            ],
        )
        for name, all_said in both.items()
    }


def notes(taken: datetime) -> dict[str, bytes]:
    """What Ada alone sees."""
    header = "Connection First Name,Connection Last Name,Connection Profile URL,Note,Created On,Edited On"
    rows = [
        (one.first, one.last, profile_url(one.slug), said.text, f"{at:%Y-%m-%d %H:%M:%S} UTC", "")
        for at, said, one in _of(NOTES, taken)
    ]
    return {"Notes.csv": tables.plain(header, rows)}


def _padded(at: datetime) -> str:
    """``03/09/24, 02:05 PM``."""
    return f"{at:%m/%d/%y, %I:%M} {'AM' if at.hour < 12 else 'PM'}"


def _endorsed(all_said: tuple[Said, ...], taken: datetime) -> Iterator[tuple[str, ...]]:
    for at, said, one in _of(all_said, taken):
        url = profile_url(one.slug).removeprefix("https://")
        yield (f"{at:%Y/%m/%d %H:%M:%S} UTC", said.text, one.first, one.last, url, said.status)


def _of(all_said: tuple[Said, ...], taken: datetime) -> Iterator[tuple[datetime, Said, Person]]:
    """What was said by then, of those who can still be seen."""
    known = everybody(taken)
    for said in all_said:
        if (at := datetime.fromisoformat(said.at)) < taken:
            one = known[said.slug]
            if not one.hidden and not one.closed:
                yield at, said, one.person

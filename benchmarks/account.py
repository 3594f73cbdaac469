"""A generated account of any size, and how it drifts from one export to the next; seeded, so always the same.

The rates are a month's, from four pairs of exports of real accounts: 0.4 % have another name, 1.5 % another address,
0.7 % are new, 0.1 % hide, 8 % of the hidden are shown again, 0.05 % are gone, and in all some 4 % of the rows differ,
the rest of them by company or position. Half of the addresses end in the tail that LinkedIn adds by itself.
"""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

NOTES = (
    'Notes:\n"When exporting your connection data, you may notice that some of the email addresses are missing. '
    "You will only see email addresses for connections who have allowed their connections to see or download "
    'their email address using this setting."\n\n'
)
HEADER = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
MESSAGES = (
    "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,FOLDER\n"
)
BEGAN = date(2025, 1, 1)
"""The day of the first list; two years of months later is still in the past."""
OWNER = "https://www.linkedin.com/in/ada-example"
_SYLLABLES = (
    *("an", "be", "ca", "da", "el", "fi", "go", "ha", "in", "ja", "ka", "la", "mo", "ne", "or", "pa"),
    *("qui", "ro", "sa", "ti", "ul", "va", "we", "xi", "yo", "za", "ber", "lin", "son", "ton"),
)
_HEX = "0123456789abcdef"


class Person(NamedTuple):
    """One row of a Connections.csv."""

    first: str
    last: str
    slug: str
    email: str
    company: str
    position: str
    connected: date
    hidden: bool = False

    def row(self) -> list[str]:
        """The cells as LinkedIn writes them."""
        day = f"{self.connected:%d %b %Y}"
        if self.hidden:
            return ["", "", "", "", "", "", day]
        url = f"https://www.linkedin.com/in/{self.slug}"
        return [self.first, self.last, url, self.email, self.company, self.position, day]


class Account:
    """The connections of one member, newest first, as they change from export to export."""

    def __init__(self, size: int, seed: int = 7, began: date = BEGAN) -> None:
        self._random = random.Random(seed)
        self._words = [self._word(2, 4) for _ in range(4000)]
        self._day = began
        days = sorted(self._random.randrange(4000) for _ in range(size))
        self.people = [self._person(self._day - timedelta(days=ago)) for ago in days]

    def drift(self, months: float = 1.0) -> None:
        """Let `months` pass: jobs, names and addresses change, some hide, some leave, some come."""
        rate = months
        self._day += timedelta(days=round(30 * months))
        stayed = [self._changed(one, rate) for one in self.people if self._random.random() >= 0.0005 * rate]
        arrivals = [self._person(self._day) for _ in range(round(len(stayed) * 0.007 * rate))]
        self.people = arrivals + stayed

    def _changed(self, one: Person, rate: float) -> Person:
        luck = self._random.random
        if luck() < 0.012 * rate:
            one = one._replace(company=self._company())
        if luck() < 0.015 * rate:
            one = one._replace(position=self._position())
        if luck() < 0.004 * rate:
            one = one._replace(last=self._word(2, 4).capitalize())
        if luck() < 0.015 * rate:
            one = one._replace(slug=self._slug(one.first, one.last))
        if luck() < (0.08 if one.hidden else 0.001) * rate:
            one = one._replace(hidden=not one.hidden)
        return one

    def _person(self, connected: date) -> Person:
        first, last = self._word(1, 3).capitalize(), self._word(2, 4).capitalize()
        email = f"{first}.{last}@example.com".casefold() if self._random.random() < 0.03 else ""
        hidden = self._random.random() < 0.01
        slug = self._slug(first, last)
        return Person(first, last, slug, email, self._company(), self._position(), connected, hidden)

    def _slug(self, first: str, last: str) -> str:
        tail = "".join(self._random.choices(_HEX, k=9)) if self._random.random() < 0.5 else self._word(1, 3)
        return f"{first}-{last}-{tail}{self._random.randrange(10**6)}".casefold()

    def _company(self) -> str:
        return " ".join(word.capitalize() for word in self._random.choices(self._words, k=2)) + self._random.choice(
            ("", " GmbH", " Ltd", ", Inc.", " & Sons")
        )

    def _position(self) -> str:
        return " ".join(word.capitalize() for word in self._random.choices(self._words, k=self._random.randint(1, 4)))

    def _word(self, least: int, most: int) -> str:
        return "".join(self._random.choices(_SYLLABLES, k=self._random.randint(least, most)))

    def connections(self) -> bytes:
        """Connections.csv as it would be exported now."""
        return (NOTES + HEADER + csv_text(person.row() for person in self.people).rstrip("\n")).encode()

    def messages(self, rows: int) -> bytes:
        """A messages.csv of so many rows; 200,000 make some 64 MB."""
        chance = random.Random(11)
        lines: list[Sequence[str]] = []
        moment = datetime.combine(BEGAN, time(), UTC)
        for number in range(rows):
            person = self.people[number // 9 % len(self.people)]
            moment -= timedelta(seconds=chance.randrange(3000))
            url = f"https://www.linkedin.com/in/{person.slug}"
            names = (f"{person.first} {person.last}", "Ada Example")
            ends = (
                ((names[0], url), (names[1], OWNER)) if chance.random() < 0.5 else ((names[1], OWNER), (names[0], url))
            )
            text = " ".join(chance.choices(self._words, k=chance.randint(2, 22)))
            conversation = f"2-{chance.getrandbits(64) if not number % 9 else number // 9:032x}ZmFrZV9pZF8wMTA="
            stamp = f"{moment:%Y-%m-%d %H:%M:%S} UTC"
            lines.append([conversation, "", *ends[0], *ends[1], stamp, "", text, "INBOX"])
        return (MESSAGES + csv_text(lines)).encode()


def csv_text(rows: object) -> str:
    """Rows as LinkedIn writes them, each ended by a line feed."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)  # type: ignore[arg-type]
    return out.getvalue()


def write_zip(path: Path, files: dict[str, bytes], written: datetime) -> Path:
    """A zip as LinkedIn sends it: files at the root, deflated, each with the time at which it was written."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, written.timetuple()[:6]), data, zipfile.ZIP_DEFLATED)
    return path

"""Two exports of simulated accounts, with everybody known by number; what happens to people follows real pairs.

Every account draws its own rates from the intervals in docs/matching.md, so that none of them is the one the matching
expects. Nothing is random but by seed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from math import exp
from typing import NamedTuple

from tests.worlds import Era, Person

_FIRST = (
    *("Ada", "Boris", "Carla", "Dmitri", "Eve", "François", "Gül", "Hana", "Ivan", "Jürgen", "Kofi", "Lena", "Maria"),
    *("Noël", "Olga", "Pedro", "Quinn", "Ruth", "Samir", "Tara", "Uma", "Victor", "Wendy", "Yusuf", "Zoë", "Wei"),
    *("Anne-Marie", "Muhammad", "Elizabeth", "Robert", "Thomas", "Priya", "Alexander", "Catherine", "Michael", "王伟"),
)
_NICKNAMES = {"Robert": "Bob", "Thomas": "Tom", "Elizabeth": "Liz", "Alexander": "Alex", "Catherine": "Kate"}
_SYLLABLES = (
    "ba",
    "ko",
    "li",
    "mar",
    "ten",
    "sch",
    "ro",
    "vi",
    "de",
    "sto",
    "pe",
    "gra",
    "ni",
    "hel",
    "fa",
    "ru",
    "zo",
)
_COMPANIES = tuple(f"{a}{b} {c}" for a in ("Alt", "Bel", "Cor") for b in ("ora", "uma") for c in ("AG", "Ltd", "Labs"))
_POSITIONS = tuple(f"{a} {b}" for a in ("Senior", "Junior", "Lead") for b in ("Engineer", "Buyer", "Writer", "Analyst"))
_BEHIND = ("", "", "", "", "", "", ", PhD", ", MBA, PMP", " (she/her)", " 💡")
_DAYS_IN_A_MONTH = 30.4
START = datetime(2021, 3, 20, 14, 0)  # noqa: DTZ001  exports carry no zone either


class Kind(NamedTuple):
    """What sets one kind of pair apart."""

    days: int
    eras: tuple[Era, Era] = ("C5", "C5")
    zone: int = 0
    """By so many hours the later list is rendered in another zone."""
    passed_on: float = 0.0
    """The share of addresses that were given up and are another member's now."""
    busy: int = 0
    """So many connect on the earlier export's day before it was written, and as many after."""
    purged: float = 0.0
    culled: bool = False
    sorted: str = ""
    """The later list is a copy sorted by "name", or by "day and name"."""


KINDS = {
    "a month": Kind(30),
    "a year": Kind(365),
    "five years": Kind(1826),
    "a month, no addresses": Kind(30, ("C4", "C4")),
    "a year, no addresses": Kind(365, ("C4", "C4")),
    "five years, no addresses": Kind(1826, ("C4", "C4")),
    "five years, addresses in the later list only": Kind(1826, ("C3", "C5")),
    "rendered in another zone, a month": Kind(30, zone=-8),
    "rendered in another zone, five years": Kind(1826, zone=9),
    "addresses passed on, a year": Kind(365, passed_on=0.01),
    "busy export day, a month": Kind(30, busy=15),
    "busy export day, a month, no addresses": Kind(30, ("C4", "C4"), busy=15),
    "purge of 8 in 100, a month": Kind(30, purged=0.08),
    "culled by its owner, a year": Kind(365, culled=True),
    "copy sorted by name, a year": Kind(365, sorted="name"),
    "copy sorted by day and name, a year": Kind(365, sorted="day and name"),
    "copy sorted by day and name, a month, no addresses": Kind(30, ("C4", "C4"), sorted="day and name"),
    "form of 2018, unsorted, a year": Kind(365, ("C2", "C4")),
}


class World(NamedTuple):
    """Two lists of people as the two exports hold them, newest first unless sorted, and when they were written."""

    kind: str
    eras: tuple[Era, Era]
    taken: tuple[str, str]
    before: list[Person]
    after: list[Person]
    connected: dict[int, list[str]]
    """By number, the moments at which somebody's connection in the earlier and the later list was made, "" if none."""


def worlds(pairs: int, seed: int) -> Iterator[World]:
    """So many pairs of every kind."""
    for kind in KINDS:
        for number in range(pairs):
            yield one_world(kind, seed, number)


def one_world(kind: str, seed: int, number: int) -> World:
    """A pair of one kind; its number tells it from others of the seed."""
    return _Account(random.Random(f"{kind} {seed} {number}")).world(kind, KINDS[kind])


class _Account:
    """One simulated account; `chance` decides everything."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.count = 0
        self.slugs: set[str] = set()
        self.size = chance.randint(400, 2000)
        pool = self.size * chance.choice((1, 4, 8))  # of 1,200 people 0 to 3 in 100 have a namesake
        self.lasts = ["".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))).title() for _ in range(pool)]
        self.sparse = chance.choice((0.01, 0.05, 0.1, 0.3))
        self.hidden = chance.choice((0.004, 0.02, 0.04, 0.06, 0.22))
        self.a_day = chance.uniform(1.0, 4.0)
        self.renamed, self.moved = chance.uniform(0.003, 0.0049), chance.uniform(0.006, 0.019)
        self.hid, self.gone = chance.uniform(0.0006, 0.0016), chance.uniform(0.0002, 0.0009)
        self.new = chance.uniform(0.007, 0.03)

    def world(self, name: str, kind: Kind) -> World:
        before = self._people(self.size, START - timedelta(days=self.chance.randint(800, 4000)), START)
        before += self._people(kind.busy, START.replace(hour=7), START)
        until = START + timedelta(days=kind.days)
        months = kind.days / _DAYS_IN_A_MONTH
        after = [now for one in before if (now := self._later(one, kind, months, until))]
        coming = round(self.size * min(self.new * months, 1.2))
        after += self._people(coming, START, until) + self._people(kind.busy, START, START.replace(hour=23))
        self._pass_on(after, round(len(before) * kind.passed_on))
        rows = _newest_first(before), _newest_first(after)
        moments = {one.id: ["", ""] for one in (*before, *after)}
        for which, people in enumerate(rows):
            for one in people:
                moments[one.id][which] = one.at.isoformat()
        shown = [replace(one, at=one.at + timedelta(hours=kind.zone)) for one in rows[1]]
        if kind.sorted:
            shown.sort(key=lambda one: (one.last, one.first))
        if kind.sorted == "day and name":
            shown.sort(key=lambda one: one.at.date(), reverse=True)
        taken = f"{START.isoformat()}Z", f"{until.isoformat()}Z"
        return World(name, kind.eras, taken, rows[0], shown, moments)

    def _people(self, count: int, since: datetime, until: datetime) -> list[Person]:
        """New members, some on days of many, and some of those all of one company."""
        found: list[Person] = []
        while len(found) < count:
            begin = since + (until - since) * self.chance.random()
            together = "" if self.chance.random() < 0.65 else self._pick(_COMPANIES)
            many = min(1 + int(self.chance.expovariate(1 / self.a_day)), count - len(found))
            for _ in range(many):
                at = begin + timedelta(minutes=self.chance.randint(0, 300), seconds=len(found) % 60)
                one = self._person(min(max(at, since + timedelta(seconds=len(found))), until))
                found.append(replace(one, company=together) if together and one.company else one)
        return found

    def _person(self, at: datetime) -> Person:
        chance = self.chance
        self.count += 1
        first, last = chance.choice(_FIRST), chance.choice(self.lasts)
        sparse = chance.random() < self.sparse
        return Person(
            id=self.count,
            first=first,
            last=last + chance.choice(_BEHIND),
            slug=self._slug(first, last, tail=chance.random() < 0.6),
            email=f"{self.count}@example.com" if chance.random() < 0.03 else "",
            company="" if sparse else self._pick(_COMPANIES),
            position="" if sparse else self._pick(_POSITIONS),
            at=at,
            hidden=chance.random() < self.hidden,
        )

    def _pick(self, words: tuple[str, ...] | list[str]) -> str:
        """One of some words, the first ones more often; companies are mostly others' own."""
        if words is _COMPANIES and self.chance.random() < 0.6:
            return f"{self.chance.choice(self.lasts)} & {self.chance.choice(self.lasts)}"
        return words[min(int(self.chance.expovariate(3 / len(words))), len(words) - 1)]

    def _slug(self, first: str, last: str, *, tail: bool) -> str:
        plain = re.sub(r"[^a-z]+", "-", f"{first}-{last}".casefold()).strip("-")
        slug = plain if not tail else f"{plain}-{self.chance.getrandbits(36):09x}"
        while slug in self.slugs:
            slug = f"{plain}-{self.chance.getrandbits(36):09x}"
        self.slugs.add(slug)
        return slug

    # --- what happens to somebody ---

    def _later(self, one: Person, kind: Kind, months: float, until: datetime) -> Person | None:
        chance = self.chance
        if chance.random() < kind.purged or self._happens((0.006 if kind.culled else self.gone) * months):
            if kind.purged or chance.random() >= 0.03:
                return None
            return replace(self._changed(one, months), at=START + (until - START) * chance.random())
        if one.hidden:
            back = 0.3 * (1 - exp(-months * 0.08 / 0.3))
            return replace(self._changed(one, months), hidden=chance.random() >= back)
        return replace(self._changed(one, months), hidden=self._happens(self.hid * months))

    def _happens(self, expected: float) -> bool:
        return self.chance.random() < 1 - exp(-expected)

    def _changed(self, one: Person, months: float) -> Person:
        chance = self.chance
        if self._happens(self.renamed * months):
            one = self._renamed(one)
            if chance.random() < 0.5:
                one = replace(one, slug=self._new_slug(one))
        if chance.random() < 0.4 * (1 - exp(-self.moved * months / 0.4)):
            one = replace(one, slug=self._new_slug(one))
        if chance.random() < 0.8 * (1 - exp(-0.07 * months / 0.8)):
            one = replace(one, position=self._pick(_POSITIONS))
            if chance.random() < 0.7:
                one = replace(one, company=self._pick(_COMPANIES))
        if self._happens(0.0002 * months):
            one = replace(one, email=f"{one.id}@example.com")
        return one

    def _renamed(self, one: Person) -> Person:
        """Another name; of 787 people renamed four kept no word of theirs."""
        chance = self.chance
        how = chance.random()
        if how < 4 / 787:
            return replace(one, first=chance.choice(_FIRST), last=chance.choice(self.lasts) + "ov")
        if how < 0.4:
            return replace(one, last=chance.choice(self.lasts))
        if how < 0.6:
            return replace(one, last=f"{chance.choice(self.lasts)}-{one.last}")
        if how < 0.75:
            return replace(one, first=f"{one.first} {chance.choice('ABCDEFGHJKLM')}.")
        if how < 0.9:
            return replace(one, first=_NICKNAMES.get(one.first, one.first[:3]))
        return replace(one, last=one.last[:1] + ".")

    def _new_slug(self, one: Person) -> str:
        """Mostly the automatic tail goes or comes; else a word of the name with something behind it, or neither."""
        how = self.chance.random()
        if how < 0.6:
            return self._slug(one.first, one.last, tail=not re.search(r"\d", one.slug))
        word = one.last if how < 0.85 else self.chance.choice(self.lasts)
        return self._slug(word, self.chance.choice(_SYLLABLES), tail=False)

    def _pass_on(self, after: list[Person], count: int) -> None:
        """Give addresses up to others: newcomers, or people who were there."""
        shown = [at for at, one in enumerate(after) if not one.hidden]
        givers = self.chance.sample([at for at in shown if after[at].at < START], count)
        takers = self.chance.sample(sorted(set(shown) - set(givers)), count)
        for giver, taker in zip(givers, takers, strict=True):
            slug = after[giver].slug
            after[giver] = replace(after[giver], slug=self._new_slug(after[giver]))
            after[taker] = replace(after[taker], slug=slug)


def _newest_first(people: list[Person]) -> list[Person]:
    return sorted(people, key=lambda one: (one.at, one.id), reverse=True)

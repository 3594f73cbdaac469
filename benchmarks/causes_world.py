"""A simulated account whose every loss has a known cause: two years of monthly archives, and the truth about each.

`simulate` lets people connect, talk, change, hide, close their accounts and part, by a seed; each `Month` has the files
LinkedIn would send then and what is true at that moment. What a network would show is in `benchmarks.causes_files`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from benchmarks.causes_plots import (
    BYSTANDER,
    CUT_MONTH,
    FAULT,
    HELD,
    INCOMPLETE,
    LISTLESS,
    MONTHS,
    NEIGHBOUR,
    OUTAGE,
    OUTAGE_MONTH,
    PLOTS,
    PURGE,
    PURGE_MONTH,
    QUIET,
    SCATTERED_MONTH,
    SHORT_MONTH,
    TRUE_CAUSE,
)
from benchmarks.causes_truth import Happened, Member, Month, Shown, Standing, taken

_SYLLABLES = tuple(a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u"))


def simulate(seed: int, people: int = 600, each: int = 2) -> Iterator[Month]:
    """Every month of an account that begins with so many people, `each` of whom live through each plot."""
    world = _World(seed, people)
    world.cast(each)
    for month in range(MONTHS):
        yield world.pass_month(month)


@dataclass
class _World:
    seed: int
    people: int  # at the beginning; three in five share their day of connecting with nobody
    members: list[Member] = field(default_factory=list)
    diary: dict[int, list[tuple[int, str]]] = field(default_factory=dict)
    away: dict[int, frozenset[int]] = field(default_factory=dict)
    shown: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.luck = random.Random(self.seed)
        self.used: set[str] = set()
        noon = taken(0).replace(hour=12) - timedelta(days=3)
        for number in range(self.people):
            noon -= timedelta(days=self.luck.randint(1, 6) if number % 5 < 4 else 0)
            self._join(noon - timedelta(minutes=7 * (number % 5)))
        self.alone = [one for one in self.members if one.number % 5 < 3]
        self.paired = [one for one in self.members if one.number % 5 == 3 and one.number + 1 < self.people]
        self.luck.shuffle(self.alone)
        self.luck.shuffle(self.paired)

    def cast(self, each: int) -> None:
        """Choose who lives through what, and when."""
        for _ in range(each):
            for name in PLOTS:
                self._play(name)
        crowd = self.people * 3 // 100
        for one in self._take(crowd):
            one.plot, one.company, one.position, one.talks, one.endorses = PURGE, "", "", False, False
            self._note(PURGE_MONTH, one, "close")
        lost = self._take(crowd)
        for one in lost:
            one.plot = OUTAGE
        self.away[OUTAGE_MONTH] = frozenset(one.number for one in lost)

    def _play(self, name: str) -> None:
        plot = PLOTS[name]
        one = self.paired.pop() if (0, "neighbour") in plot.deeds else self._take(1)[0]
        one.plot, one.talks, one.endorses = name, plot.talks, plot.endorses
        if not one.company:
            one.company, one.position = self._company(), self._position()
        start = self.luck.choice(_SEEN if plot.seen else range(3, SHORT_MONTH - 2))
        for step, deed in plot.deeds:
            self._note(start + step, *((one, deed) if deed != "neighbour" else (self._neighbour(one), "end")))
        if plot.twin:
            (twin,) = self._take(1)
            twin.first, twin.last, twin.talks = one.first, one.last, True

    def _take(self, many: int) -> list[Member]:
        chosen, self.alone = self.alone[:many], self.alone[many:]
        if len(chosen) < many:
            raise ValueError("too few people for so many plots")
        return chosen

    def _note(self, month: int, one: Member, deed: str) -> None:
        self.diary.setdefault(month, []).append((one.number, deed))

    def pass_month(self, month: int) -> Month:
        """Let everything of a month happen, and take the archive."""
        told: list[Member] = []
        happened = []
        if month:
            self._drift(month)
        for number, deed in self.diary.get(month, []):
            happened.append(Happened(month, number, deed))
            self._do(self.members[number], deed, month, told)
        self._lose(month)
        standings = tuple(self._standing(one, month) for one in self.members)
        copies = tuple(replace(one) for one in self.members)
        return Month(month, taken(month), copies, standings, tuple(replace(one) for one in told), tuple(happened))

    def _drift(self, month: int) -> None:
        """What happens to anybody: new jobs, now and then another name or address, and newcomers."""
        for one in self.members:
            if one.listed and not one.hidden and not one.sparse and self.luck.random() < 0.04:
                one.company, one.position = self._company(), self._position()
            idle = one.plot == BYSTANDER and one.number % 5 > 2 and month not in QUIET
            if idle and self.luck.random() < 0.01:
                self._do(one, self.luck.choice(("rename", "move")), month, [])
        at = taken(month - 1)
        for _ in range(self.people // 100):
            at += timedelta(days=1, minutes=self.luck.randint(1, 600))
            newcomer = self._join(at)
            newcomer.invited = at - timedelta(days=self.luck.randint(0, 20))

    def _do(self, one: Member, deed: str, month: int, told: list[Member]) -> None:
        last = taken(month) - timedelta(days=10)
        if deed in ("end", "close"):
            one.listed, one.closed = False, deed == "close"
        elif deed in ("hide", "show"):
            one.hidden = deed == "hide"
        elif deed == "forget":
            one.talks = False
        elif deed == "group":
            one.grouped = True
        elif deed == "invite":
            one.invited = last
        elif deed == "connect":
            one.connected, one.listed = last, True
        elif deed == "tell":
            told.append(one)
        else:
            self._alter(one, deed)

    def _alter(self, one: Member, deed: str) -> None:
        if deed == "rename":
            one.first, one.last = self._word(2).title(), self._word(3).title()
        elif deed == "move":
            one.slug = self._slug()
        elif deed == "job":
            one.company, one.position = self._company(), self._position()

    def _neighbour(self, one: Member) -> Member:
        """Whoever shares their day."""
        other = self.members[one.number + 1]
        other.plot = NEIGHBOUR
        return other

    def _lose(self, month: int) -> None:
        """Whom an archive leaves out though they are connected."""
        listed = sorted((one for one in self.members if one.listed), key=lambda one: one.connected)
        if month == SCATTERED_MONTH:
            self.away[month] = frozenset(one.number for one in self.luck.sample(listed, len(listed) // 7))
        elif month == CUT_MONTH:
            self.away[month] = frozenset(one.number for one in listed[: len(listed) // 10])
        elif month == SHORT_MONTH:
            self.away[month] = frozenset(one.number for one in self.luck.sample(listed, len(listed) * 2 // 5))

    def _standing(self, one: Member, month: int) -> Standing:
        away = one.number in self.away.get(month, ())
        shown: Shown = "missing" if away or not one.listed else "hidden" if one.hidden else "listed"
        if shown == "listed" and month not in (LISTLESS, *HELD):
            self.shown[one.number] = one.url
        cause = "" if shown != "missing" else TRUE_CAUSE[one.plot] if not one.listed else _left_out(month)
        return Standing(one.number, one.plot, self.shown.get(one.number, ""), shown, cause)

    def _join(self, at: datetime) -> Member:
        sparse = self.luck.random() < 0.06
        job = ("", "") if sparse else (self._company(), self._position())
        first, last = self._word(2).title(), self._word(3).title()
        one = Member(len(self.members), first, last, self._slug(), *job, at)
        one.talks = not sparse and self.luck.random() < 0.4
        one.endorses = not sparse and self.luck.random() < 0.1
        self.members.append(one)
        return one

    def _slug(self) -> str:
        return f"{self._word(3)}-{self._word(3)}"

    def _company(self) -> str:
        return f"{self._word(3).title()} Works"

    def _position(self) -> str:
        return f"{self._word(2).title()} keeper"

    def _word(self, syllables: int) -> str:
        """A word nobody used before."""
        while (word := "".join(self.luck.choices(_SYLLABLES, k=syllables + 1))) in self.used:
            pass
        self.used.add(word)
        return word


_SEEN = tuple(month for month in range(3, SHORT_MONTH - 4) if month not in (5, 12, 18, *HELD, LISTLESS))


def _left_out(month: int) -> str:
    return FAULT if month == OUTAGE_MONTH else INCOMPLETE

"""Invented worlds whose truth is known: people, what happens to them, and the exports a network would write.

`World` holds people and does things to them; `World.export` is what an export shows now, with each row's
person; `truth` says what really happened between two exports. `render` writes rows as ``Connections.csv`` in the
form of any era, `listing` gives them as an adapter should read that file (both from `tests.eras`). Nothing is
random but by seed.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import quote

from linkbak.model import Connection
from tests.eras import ERAS, NEWEST_FIRST, WITH_ADDRESS, Era, columns, listing, pair, render, shortened

__all__ = [
    "ERAS",
    "EVENTS",
    "LIKELY",
    "NEWEST_FIRST",
    "WITH_ADDRESS",
    "Era",
    "Export",
    "Person",
    "Truth",
    "World",
    "build",
    "columns",
    "happens",
    "listing",
    "pair",
    "render",
    "rows",
    "shortened",
    "truth",
]

_FIRST = (
    *("Ada", "Boris", "Carla", "Dmitri", "Eve", "François", "Gül", "Hana", "İpek", "Jürgen", "Zoë", "Noël 🚀"),
    *("王", "さくら", "محمد", "שרה", "Ольга", "Anne-Marie", "  Lena", "D'Arcy", "Dr. Ruth", "J.", "Md"),
)
_SYLLABLES = tuple(a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "é", "ø"))
_BEHIND = ("", "", "", "", "", "", ", PhD", ", MBA, PMP", " (she/her)", " 💡", " ")


@dataclass(frozen=True)
class Person:
    """Someone connected; `at` is when, and nobody else is connected at that minute."""

    id: int
    first: str
    last: str
    slug: str
    email: str
    company: str
    position: str
    at: datetime
    hidden: bool = False

    @property
    def row(self) -> Connection:
        """The person as an export with all columns shows them."""
        day = self.at.date()
        if self.hidden:
            return Connection(connected_on=day)
        url = f"https://www.linkedin.com/in/{quote(self.slug)}"
        return Connection(self.first, self.last, url, self.email, self.company, self.position, day)


Export = tuple[Person, ...]
"""The people of one export, newest first."""


@dataclass
class World:
    """People, newest first when exported, and what may happen to them; events take a person's id."""

    start: datetime = datetime(2024, 3, 20, 18, 0)  # noqa: DTZ001  exports carry no zone either
    people: dict[int, Person] = field(default_factory=dict)
    _count: int = 0
    _clock: datetime = datetime.min  # noqa: DTZ901

    def populate(self, steps: Sequence[int], *, hidden: Sequence[int] = (), twins: Sequence[int] = ()) -> None:
        """One person a step, each so many days before the one above; the indexes in `twins` share the name above."""
        at = self._clock = self.start
        for index, step in enumerate(steps):
            at -= timedelta(days=step, minutes=1)
            one = self._stranger(at)
            if index in twins and self.people:
                above = list(self.people.values())[-1]
                one = replace(one, first=above.first, last=above.last)
            self.people[one.id] = replace(one, hidden=index in hidden)

    def export(self) -> Export:
        """What an export shows now."""
        return tuple(sorted(self.people.values(), key=lambda person: person.at, reverse=True))

    def add(self, *, days: int = 1) -> int:
        """Someone new, so many days after whoever came last; 0 for the same day."""
        one = self._stranger(self._later(days))
        self.people[one.id] = one
        return one.id

    def rename(self, who: int) -> None:
        """Another name altogether; the address stays."""
        fresh = self._stranger(self.people[who].at)
        self._set(who, first=fresh.slug.split("-")[0].title(), last=fresh.last)

    def marry(self, who: int) -> None:
        """Another last name."""
        self._set(who, last=self._stranger(self.people[who].at).last)

    def move(self, who: int) -> None:
        """Another address; the name stays."""
        self._set(who, slug=self._stranger(self.people[who].at).slug)

    def rename_and_move(self, who: int) -> None:
        """Another name and address."""
        self.rename(who)
        self.move(who)

    def become_another(self, who: int) -> None:
        """Another name, address, company and position."""
        self.rename_and_move(who)
        self.change_job(who)

    def change_job(self, who: int) -> None:
        """Another company and position."""
        fresh = self._stranger(self.people[who].at)
        self._set(who, company=fresh.company + " (new)", position=fresh.position + " (new)")

    def change_email(self, who: int) -> None:
        """Another e-mail address, or one for the first time."""
        self._set(who, email=f"new{self._stranger(self.people[who].at).id}@example.org")

    def hide(self, who: int) -> None:
        """Only the date is shown from now on."""
        self._set(who, hidden=True)

    def unhide(self, who: int) -> None:
        """Shown again."""
        self._set(who, hidden=False)

    def remove(self, who: int) -> None:
        """The connection ends."""
        del self.people[who]

    def reconnect(self, who: int) -> None:
        """The connection ends and is made anew, so the date is another."""
        self._set(who, at=self._later(days=1))

    def _later(self, days: int) -> datetime:
        """A moment after every connection ever made."""
        self._clock += timedelta(days=days, minutes=1)
        return self._clock

    def _set(self, who: int, **facts: object) -> None:
        self.people[who] = replace(self.people[who], **facts)  # type: ignore[arg-type]

    def _stranger(self, at: datetime) -> Person:
        """Someone whose name, address, company and position nobody else has or comes near."""
        self._count += 1
        code = hashlib.sha256(str(self._count).encode()).digest()
        words = ["".join(_SYLLABLES[code[k + n] % len(_SYLLABLES)] for n in range(4)) for k in (0, 4, 8)]
        return Person(
            id=self._count,
            first=_FIRST[code[12] % len(_FIRST)],
            last=words[0].title() + _BEHIND[code[13] % len(_BEHIND)],
            slug=f"{words[1]}-{words[2]}" + (f"-{code[:4].hex()}" if code[14] % 2 else ""),
            email=f"{self._count}@example.com" if code[15] % 20 == 0 else "",
            company="" if code[16] % 5 == 0 else f"{words[1].title()}, Inc.",
            position="" if code[17] % 6 == 0 else f'"{words[2].title()}" keeper',
            at=at,
        )


EVENTS: dict[str, Callable[[World, int], None]] = {
    "rename": World.rename,
    "marry": World.marry,
    "move": World.move,
    "rename and move": World.rename_and_move,
    "become another": World.become_another,
    "job": World.change_job,
    "email": World.change_email,
    "hide or unhide": lambda world, who: world.unhide(who) if world.people[who].hidden else world.hide(who),
    "remove": World.remove,
    "reconnect": World.reconnect,
}
"""What may happen to someone, each a single event between two exports."""


class Truth(NamedTuple):
    """What really happened to whom between two exports, by the classes of a diff."""

    added: list[Connection]
    vanished: list[Connection]
    hidden: list[Connection]
    returned: list[Connection]
    reconnected: list[tuple[Connection, Connection]]
    renamed: list[tuple[Connection, Connection]]
    changed: list[tuple[Connection, Connection]]
    unchanged: int


def truth(before: Export, after: Export) -> Truth:
    """What happened to each person, known by id."""
    then = {person.id: person for person in before}
    now = {person.id: person for person in after}
    said = Truth(
        [p.row for p in after if p.id not in then], [p.row for p in before if p.id not in now], [], [], [], [], [], 0
    )
    unchanged = 0
    for new in after:
        old = then.get(new.id)
        if old is None:
            continue
        if old.hidden or new.hidden:
            if old.hidden and new.hidden:
                unchanged += 1
            elif new.hidden:
                said.hidden.append(old.row)
            else:
                said.returned.append(new.row)
        elif old.at != new.at:
            said.reconnected.append((old.row, new.row))
        elif old.row.name != new.row.name or old.slug != new.slug:
            said.renamed.append((old.row, new.row))
        elif old.row != new.row:
            said.changed.append((old.row, new.row))
        else:
            unchanged += 1
    return said._replace(unchanged=unchanged)


LIKELY = sorted(EVENTS.keys() - {"rename", "rename and move", "become another"})
"""Events after which a word of the name is left: of 787 people renamed in a real pair of exports 783 kept one."""


def build(
    seed: int,
    size: int,
    *,
    events: float = 0.15,
    hidden: float = 0.04,
    added: int = 5,
    a_day: float = 0.6,
    kinds: Sequence[str] = tuple(sorted(EVENTS)),
) -> tuple[Export, Export]:
    """Two exports of a world by seed: so many people, `a_day` of them on the day of the one above, some events."""
    pick = random.Random(seed)
    world = World()
    steps = [0 if pick.random() < a_day else pick.randint(1, 9) for _ in range(size)]
    sleeping = [index for index in range(size) if pick.random() < hidden]
    twins = [index for index in range(size) if pick.random() < 0.01]
    world.populate(steps, hidden=sleeping, twins=twins)
    before = world.export()
    for person in before[1:]:
        if pick.random() < events:
            happens(world, person.id, pick.choice(kinds))
    for _ in range(added):
        world.add(days=pick.randint(0, 1))
    return before, world.export()


def happens(world: World, who: int, event: str) -> None:
    """Let an event happen; to someone hidden only that they are shown again or removed."""
    if not world.people[who].hidden or event in ("hide or unhide", "remove"):
        EVENTS[event](world, who)


def rows(export: Export) -> list[Connection]:
    """The rows of an export with all columns, newest first."""
    return [person.row for person in export]

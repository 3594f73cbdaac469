"""A short list of invented people, newest first, and ways to change it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from linkbak.diff import Diff, Doubt
from linkbak.diff.compare import compare
from linkbak.model import Connection
from tests.worlds import Era, pair

ADDRESS = "https://www.linkedin.com/in/"
NEW = date(2024, 3, 20)
OLD = date(2021, 6, 1)
OLDER = date(2019, 2, 3)


def person(name: str, day: date = OLD, company: str = "", position: str = "", slug: str = "") -> Connection:
    """Someone whose address follows from the name unless told."""
    first, _, last = name.partition(" ")
    return Connection(
        first, last, ADDRESS + (slug or name.lower().replace(" ", "-")), "", company, position, connected_on=day
    )


def date_only(day: date = OLD) -> Connection:
    """A hidden row."""
    return Connection(connected_on=day)


TOP = person("Tom Topmost", NEW, "Roof", "Roofer")
ADA = person("Ada Example", company="Acme", position="Engineer")
BORIS = person("Boris Sample", company="Beta", position="Buyer")
CARLA = person("Carla Muster", company="Gamma", position="Guard")
LAST = person("Lena Last", OLDER, "Cellar", "Keeper")
LIST = (TOP, ADA, BORIS, CARLA, LAST)
STRANGER = person("Zed Zulu", company="Omega", position="Owner")


def diff(before: Sequence[Connection], after: Sequence[Connection], *eras: Era) -> Diff:
    """Compare two lists given newest first."""
    return compare(pair(before, after, *eras))


def instead(of: Connection, *now: Connection, people: Sequence[Connection] = LIST) -> list[Connection]:
    """The list with others in someone's place."""
    return [one for row in people for one in (now if row is of else (row,))]


def told(found: Diff) -> dict[str, int]:
    """The classes that are not empty, without what did not change."""
    quiet = ("unchanged", "before", "after")
    return {name: size for name, size in found.counts.items() if size and name not in quiet}


def doubts(found: Diff) -> tuple[Doubt, ...]:
    """The uncertain groups without what is likelier."""
    return tuple(one._replace(likelier=()) for one in found.uncertain)

"""Whom one would miss most, and how many can still be reached."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from linkbak.overview.records import Reach

if TYPE_CHECKING:
    from linkbak.causes.fates import Loss
    from linkbak.history.records import Person

CLOSEST = 20
"""So many of the closest are told."""

RECENT = 20
"""So many of the latest losses are told."""


def reach(people: Sequence[Person]) -> Reach:
    """How many of these have an e-mail, and have exchanged messages with the owner."""
    email = [one for one in people if one.row.email]
    return Reach(len(people), len(email), sum(map(_talked, people)), sum(map(_talked, email)))


def closest(people: Iterable[Person]) -> tuple[Person, ...]:
    """The first of these people, who come the closest first; nobody who was never named."""
    return tuple(islice((one for one in people if one.row.name), CLOSEST))


def recent(losses: Iterable[Loss]) -> tuple[Loss, ...]:
    """The latest of these losses, which come the closest first; those of one window still do."""
    return tuple(sorted(losses, key=lambda one: one.case.window.before, reverse=True)[:RECENT])


def _talked(one: Person) -> bool:
    return one.messages > 0

"""For how long those who are lost had been connected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from linkbak.overview.records import Tenured

if TYPE_CHECKING:
    from linkbak.causes.fates import Loss

YEARS = ((0, 1), (1, 2), (2, 5), (5, 10), (10, 0))
"""The stretches that are told apart, in years; 0 for no end."""


def tenure(losses: Iterable[Loss]) -> tuple[Tenured, ...]:
    """How many of the lost had been connected for each stretch, all of them told, the shortest first."""
    years = Counter(found for loss in losses if (found := _years(loss)) is not None)
    return tuple(
        Tenured(least, below, sum(people for of, people in years.items() if least <= of and (not below or of < below)))
        for least, below in YEARS
    )


def _years(loss: Loss) -> int | None:
    """Whole years from the day of connecting to the last list that showed them."""
    if not loss.case.connected_on:
        return None
    began = date.fromisoformat(loss.case.connected_on)
    ended = date.fromisoformat((loss.case.window.after or loss.case.person.last_seen)[:10])
    return max(0, ended.year - began.year - ((ended.month, ended.day) < (began.month, began.day)))

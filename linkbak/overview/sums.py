"""Many windows as few: since some list, by month or year, and what all of them come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from linkbak.causes import BANDS
from linkbak.overview.records import Because

if TYPE_CHECKING:
    from linkbak.causes import Band, Cause
    from linkbak.overview.records import Flow

_YEAR = 365 * 86_400


class Sum(NamedTuple):
    """What some windows come to, as in `Flow`; `name` is "" for one that was asked for, else as `periods` says."""

    name: str
    added: int
    lost: int
    back: int
    unclear: int
    returned: int
    because: tuple[Because, ...]


def summed(flows: Iterable[Flow], name: str = "") -> Sum:
    """All of these windows as one."""
    added = lost = back = unclear = returned = 0
    because: Counter[tuple[Cause, Band]] = Counter()
    for one in flows:
        added, lost, back = added + one.added, lost + one.lost, back + one.back
        unclear, returned = unclear + one.unclear, returned + one.returned
        because.update({(each.cause, each.band): each.people for each in one.because})
    return Sum(name, added, lost, back, unclear, returned, ranked(because))


def ranked(because: Counter[tuple[Cause, Band]]) -> tuple[Because, ...]:
    """Causes, those of most people first, of equal ones the surer."""
    order = sorted(because.items(), key=lambda item: (-item[1], BANDS.index(item[0][1]), item[0][0]))
    return tuple(Because(cause, band, people) for (cause, band), people in order)


def periods(flows: Sequence[Flow], most: int) -> list[Sum]:
    """The windows, named by when they end, if there are no more than `most`; else by month, ``2026-03``, else by year.

    Years are given however many there are. A window belongs to the month or year in which it ends.
    """
    ways: tuple[Callable[[str], str], ...] = (lambda end: end, lambda end: end[:7], lambda end: end[:4])
    found: dict[str, list[Flow]] = {}
    for way in ways:
        found = {}
        for one in flows:
            found.setdefault(way(one.window.before), []).append(one)
        if len(found) <= most:
            break
    return [summed(theirs, name) for name, theirs in found.items()]


def year_before(times: Sequence[str]) -> int:
    """Which of two or more times, oldest first, is nearest to a year before the last; of two as near, the older."""
    end = datetime.fromisoformat(times[-1]).timestamp() - _YEAR
    gaps = [abs(datetime.fromisoformat(one).timestamp() - end) for one in times[:-1]]
    return gaps.index(min(gaps))

"""Which losses of one window belong together: a sweep, an owner's own cull, a fault, a missing piece of a list.

Screens show whoever fits no event first, one by one, and fold the members of an event under one line.
Nobody to whom the owner ever wrote, or whom a recommendation, a note or a mark ties to the owner, is a member; who
wrote and was never answered may be one, unless it is unknown who wrote. What makes people alike is compared with
everybody whom the list before showed:

- **days of connecting**: the stretch of days that lost most beyond the rest of the list, by the likelihood ratio of a
  scan (Kulldorff, A spatial scan statistic, 1997, Bernoulli model), each pair of days counted as a try (Bonferroni);
- **words of the position**: a word lost far more often than all others is, by the tail of a binomial. In a real account
  that its owner culled the loss was 8 to 94 % by word;
- **no work shown**: far more rows without company and position among the lost than in the list, by the same tail.

Days and empty rows make a sweep only in a window that lost far more than expected at this account's own rate for that
much time; words need no rate, since they compare within the window.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from math import log
from typing import TYPE_CHECKING

from linkbak.causes import Event, Incident, day, listing
from linkbak.causes.rules import FEW, Usual, binomial_tail
from linkbak.index.people import close

if TYPE_CHECKING:
    from linkbak.index import Person, Shown, Window

LEAST = 8
"""The least size of an event; fewer people are shown one by one."""
_SURE, _LEVEL = 1e-6, 1e-3
"""The chance below which a likeness makes a purge likely, and the one below which it is a likeness at all."""
_TIMES = 3.0
"""How many times the expected losses make a window unusual."""
_PART = 4
"""A stretch of days holds at most a quarter of the list: losses from half of all years are no sweep."""
_DATES = 200
"""From this many different days of connecting on, whole months are compared."""
_FEWEST = LEAST // 2
"""The least number of people with a word in common; with fewer, the word says nothing."""
_WORD, _WORDS = 3, 5
"""The least letters of a word, and the most words that are named."""


class WindowContext:
    """One window's surroundings, to compare it with.

    `read` gives everybody whom the list before it showed, the lost too, and is called only if that matters; `usual`
    is the number expected at this account's own rate, None if unknown; `faults` are those during which the list that
    lacks them was written.
    """

    def __init__(
        self, read: Callable[[], Sequence[Shown]], usual: Usual | None, faults: Sequence[Incident] = ()
    ) -> None:
        self.usual, self.faults, self._read = usual, faults, read

    @cached_property
    def shown(self) -> Sequence[Shown]:
        """Everybody in the list before the window."""
        return self._read()


def find_events(window: Window, lost: Sequence[Person], context: WindowContext) -> list[Event]:
    """The events of one window, the largest first; `lost` are all who went in it and whom the owner did not remove."""
    silent = [one for one in lost if (one.only_theirs or not one.messages) and not close(one)]
    if len(silent) < LEAST:
        return []
    if all(one.state == "held" for one in lost):
        what = f"{len(silent):,} people missing from the list of {day(window.before)}, which is not believed yet"
        return [_event("missing-piece", window, silent, what, *_or_swept(silent, context))]
    if context.faults and all(one.state == "suspected" for one in lost):
        what = f"{len(silent):,} people missing from the list of {day(window.before)}, written during a known fault"
        return [_event("fault", window, silent, what, context.faults[0].what.rstrip("."))]
    found: list[Event] = []
    for find in (_by_days, _by_words, _by_sparseness):
        if event := find(window, silent, context, len(lost)):
            found.append(event)
            silent = [one for one in silent if one.id not in event.members]
    return sorted(found, key=lambda event: -len(event.members))


def _event(kind: str, window: Window, members: Iterable[Person], *evidence: str, chance: float = 1.0) -> Event:
    return Event(kind, window, tuple(one.id for one in members), evidence, "likely" if chance < _SURE else "possible")  # type: ignore[arg-type]


def _or_swept(silent: Sequence[Person], context: WindowContext) -> Iterator[str]:
    """The other explanation of a missing piece: a network that removes empty accounts leaves the same trace."""
    empty, share = sum(not _works(one) for one in silent), _sparse_share(context)
    if empty * 2 > len(silent) and binomial_tail(empty, len(silent), share) <= _LEVEL:
        yield (
            f"or the network removed them together: {empty:,} of {len(silent):,} show no company or position, "
            f"of the list before {share:.0%}; the next archive will tell"
        )


def _sparse_share(context: WindowContext) -> float:
    """The share of the list before that showed no work."""
    return sum(not one.works for one in context.shown) / max(1, len(context.shown))


def _by_days(window: Window, silent: Sequence[Person], context: WindowContext, lost: int) -> Event | None:
    usual = _unusual(context, lost)
    if usual is None:
        return None
    dated = sorted(one.row.connected_on.isoformat() for one in silent if one.row.connected_on)
    listed = sorted(one.connected_on for one in context.shown if one.connected_on)
    found = _densest(dated, listed)
    if found is None:
        return None
    first, last, chance = found
    members = [one for one in silent if one.row.connected_on and first <= one.row.connected_on.isoformat() <= last]
    there = _between(listed, first, last)
    what = f"{len(members):,} people connected {_span(first, last)}{_traits(members, context)}, gone together"
    rest = f"{len(members):,} of the {there:,} who connected then are gone, and {lost - len(members):,} of all others"
    return _event(
        "sweep", window, members, what, rest, usual.text, *_sparse(members), chance=max(chance, usual.band_chance)
    )


def _by_sparseness(window: Window, silent: Sequence[Person], context: WindowContext, lost: int) -> Event | None:
    usual = _unusual(context, lost)
    members = [one for one in silent if not _works(one)]
    if usual is None or len(members) < LEAST or len(members) * 2 <= len(silent):
        return None
    share = _sparse_share(context)
    chance = binomial_tail(len(members), len(silent), share)
    if chance > _LEVEL:
        return None
    what = f"{len(members):,} people{_traits(members, context)}, gone together"
    rest = f"of the list before {share:.0%} showed no company or position"
    return _event("sweep", window, members, what, rest, usual.text, chance=max(chance, usual.band_chance))


def _by_words(window: Window, silent: Sequence[Person], context: WindowContext, lost: int) -> Event | None:
    gone_words = [_words(one.row.position) for one in silent]
    if max(_counted(gone_words).values(), default=0) < _FEWEST:
        return None
    shown_words = [_words(one.position) for one in context.shown]
    gone, listed = _counted(gone_words), _counted(shown_words)
    telling: list[str] = []
    while found := _telling(
        *([one for one in those if one.isdisjoint(telling)] for those in (gone_words, shown_words))
    ):
        telling += found
    chosen = [one for one in silent if not _words(one.row.position).isdisjoint(telling)]
    if len(chosen) < LEAST:
        return None
    more = [f"{len(telling) - _WORDS:,} more words"] if len(telling) > _WORDS else []
    said = listing([*(f"{one} ({gone[one]:,} of {max(gone[one], listed[one]):,} gone)" for one in telling[:_WORDS])])
    words = listing([*telling[:_WORDS], *more], "or")
    what = f"{len(chosen):,} people whose position says {words}, gone together"
    others = f"of all others {lost - len(chosen):,} of {max(0, len(context.shown) - len(chosen)):,} are gone"
    return _event("cull", window, chosen, what, said, others, "perhaps you removed them: `linkbak mark` can say so")


def _telling(gone_words: Sequence[frozenset[str]], shown_words: Sequence[frozenset[str]]) -> list[str]:
    """Words whose people were lost far more often than all others, those of most people first."""
    gone, listed = _counted(gone_words), _counted(shown_words)
    found = []
    for word, people in gone.items():
        there = max(people, listed[word])
        others = max(1, len(shown_words) - there)
        rate = max(1, len(gone_words) - people) / others
        many = people >= _FEWEST and people >= _TIMES * rate * there
        if many and binomial_tail(people, there, rate) < _LEVEL / len(gone):
            found.append(word)
    return sorted(found, key=lambda word: (-gone[word], word))


def _counted(groups: Iterable[frozenset[str]]) -> Counter[str]:
    return Counter(word for group in groups for word in group)


def _unusual(context: WindowContext, lost: int) -> Usual | None:
    """The usual number of losses in words, where these are far more; else nothing."""
    usual = context.usual
    if usual is None or lost < FEW or usual.chance > _LEVEL or lost < _TIMES * usual.expected:
        return None
    return usual


def _densest(dated: Sequence[str], listed: Sequence[str]) -> tuple[str, str, float] | None:
    """The first and last day of the stretch that lost most beyond the rest, and how improbable it is by chance."""
    total, everybody = len(dated), max(len(listed), len(dated))
    days = sorted(set(dated))
    starts, ends = days, days
    if len(days) > _DATES:
        starts = sorted({f"{one[:7]}-01" for one in days})
        ends = [f"{one[:7]}-31" for one in starts]
    best = (0.0, "", "")
    for place, first in enumerate(starts):
        for last in ends[place:]:
            gone = _between(dated, first, last)
            there = max(gone, _between(listed, first, last))
            if there * _PART > everybody:
                break
            if gone >= LEAST and gone * (everybody - there) >= _TIMES * there * (total - gone):
                ratio = _odds(gone, there) + _odds(total - gone, everybody - there) - _odds(total, everybody)
                best = max(best, (ratio, first, last))
    ratio, first, last = best
    tries = len(starts) * (len(starts) + 1) / 2
    chance = tries * 2.718281828459045 ** -min(ratio, 700.0)
    return (max(first, dated[0]), min(last, dated[-1]), chance) if first and chance < _LEVEL else None


def _odds(some: int, of: int) -> float:
    """The logarithm of the likelihood of `some` among `of` at their own share."""
    rest = of - some
    return (some * log(some / of) if some else 0.0) + (rest * log(rest / of) if rest > 0 else 0.0)


def _between(days: Sequence[str], first: str, last: str) -> int:
    return bisect_right(days, last) - bisect_left(days, first)


# --- words ---


def _works(one: Person) -> bool:
    return bool(one.row.company.strip() or one.row.position.strip())


def _words(position: str) -> frozenset[str]:
    return frozenset(word for word in position.casefold().split() if len(word) >= _WORD and word.isalpha())


def _traits(members: Sequence[Person], context: WindowContext) -> str:
    """``, no work shown or never a message``: what all of them lack, and what most of the others do not."""
    empty = sum(not _works(one) for one in members)
    parts = ["no work shown"] if empty * 2 >= len(members) else []
    if not any(one.untold for one in members):
        parts.append("never a message from you" if any(one.messages for one in members) else "never a message")
    text = (" and " if empty == len(members) else " or ").join(parts)
    email = sum(one.email for one in context.shown) * 5 >= len(context.shown) and not any(
        one.row.email for one in members
    )
    return "".join(f", {part}" for part in (text, "no e-mail" if email else "") if part)


def _sparse(members: Sequence[Person]) -> Iterator[str]:
    empty = sum(not _works(one) for one in members)
    if 0 < empty < len(members):
        yield f"{empty:,} of {len(members):,} show no company or position"


def _span(first: str, last: str) -> str:
    """``3 to 12 Feb 2026``, ``on 3 Feb 2026``, ``3 Feb to 12 Mar 2026``, ``3 Feb 2025 to 12 Mar 2026``."""
    if first == last:
        return f"on {day(first)}"
    begin, end = date.fromisoformat(first), day(last)
    if first[:7] == last[:7]:
        return f"{begin.day} to {end}"
    return f"{day(first)[:-5] if first[:4] == last[:4] else day(first)} to {end}"

"""When to say a word about the next archive, so that nobody forgets and nobody is pestered.

    due       once, when the newest snapshot has the age of the cadence
    late      once
    stale     once, then weekly
    waiting   once, a day after the click: a mail should be there
    expiring  once, when at most 30 hours of the link are left: who is reminded once a day hears of it in time
    last      once, when at most 9 hours are left
    expired   once, when no link can be alive any more; it stands for the word on the age that would be due

While a request is under way nothing is said about age. Of one account there is at most one word a day, the most
urgent; and none that is less than what was said already.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from linkbak import notes
from linkbak.unattended.nudging.keeping import moment, nudges, written
from linkbak.unattended.nudging.states import DAY, Level, Nudge

if TYPE_CHECKING:
    from linkbak.settings import Cadence
    from linkbak.vault import Summary

Stage = Literal["due", "late", "stale", "waiting", "expiring", "last", "expired"]

SOON = timedelta(hours=30)
LAST = timedelta(hours=9)
WEEK = 7

_STAGES: tuple[Stage, ...] = get_args(Stage)
_LEVELS: tuple[Level, ...] = get_args(Level)
_NOTE = "reminders"
_MOST = 50
"""So many words are remembered of an account."""


class Due(NamedTuple):
    """What is to be said of one account."""

    stage: Stage
    nudge: Nudge


class Reminder(NamedTuple):
    """What is to be said now, of each account of which there is something; `several` if the vault has more than one."""

    words: tuple[Due, ...]
    several: bool = False


class Said(NamedTuple):
    """What was said before: of which snapshot's age, and of which request."""

    at: datetime
    stage: Stage
    level: Level
    snapshot: str
    request: str


def due_reminder(place: Path, summaries: Sequence[Summary], cadence: Cadence, now: datetime) -> Reminder | None:
    """What is to be said now about a vault, of which these are all summaries; None if nothing.

    Which day it is, and so whether something was said today, is told by the zone of `now`.
    """
    said = _read(place)
    standing = nudges(place, summaries, cadence, now)
    found = [(stage(one, said.get(one.account, ()), now), one) for one in standing]
    words = tuple(Due(what, one) for what, one in found if what)
    return Reminder(words, len(standing) > 1) if words else None


def reminded(place: Path, reminder: Reminder, now: datetime) -> bool:
    """Write down that it was said; says whether the machine could keep that, else it would be said again."""
    said = _read(place)
    for due in reminder.words:
        one = Said(now, due.stage, due.nudge.level, due.nudge.snapshot, _request(due.nudge))
        said[due.nudge.account] = [*said.get(due.nudge.account, ()), one][-_MOST:]
    return notes.write(place, _NOTE, {account: [_plain(one) for one in them] for account, them in said.items()})


def stage(nudge: Nudge, said: Sequence[Said], now: datetime) -> Stage | None:
    """What is to be said of one account, given what was said before; pure."""
    if any(one.at.astimezone(now.tzinfo).date() == now.date() for one in said):
        return None
    told = [one for one in said if one.request and one.request == _request(nudge)]
    if nudge.missed and not told_as(told, "expired"):
        return "expired"
    if nudge.state == "ready":
        return _of_link(nudge, told, now)
    if nudge.state == "due":
        return _of_age(nudge, [one for one in said if one.snapshot == nudge.snapshot], now)
    return None


def told_as(said: Sequence[Said], least: Stage) -> bool:
    """Whether something as urgent as that was said."""
    return any(_STAGES.index(one.stage) >= _STAGES.index(least) for one in said)


def _of_link(nudge: Nudge, told: Sequence[Said], now: datetime) -> Stage | None:
    """A word while a link waits; of the second of two archives, of which nobody knows that it comes, only one."""
    request = nudge.request
    if request is None or nudge.likely:
        return None
    left = request.sure - now
    if nudge.part:
        found: Stage | None = "expiring" if left <= SOON else None
    elif left <= LAST:
        found = "last"
    elif left <= SOON:
        found = "expiring"
    else:
        found = "waiting" if not request.mailed and now >= request.requested + DAY else None
    return found if found and not told_as(told, found) else None


def _of_age(nudge: Nudge, said: Sequence[Said], now: datetime) -> Stage | None:
    """A word about the newest snapshot's age; one about a link that went unused counts as one too."""
    told = [one for one in said if one.stage in ("due", "late", "stale", "expired")]
    found: Stage = "late" if nudge.level == "late" else "stale" if nudge.level == "stale" else "due"
    same = [one for one in told if _LEVELS.index(one.level) >= _LEVELS.index(nudge.level)]
    if not same:
        return found
    days = abs((now.date() - same[-1].at.astimezone(now.tzinfo).date()).days)
    return "stale" if nudge.level == "stale" and days >= WEEK else None


def _request(nudge: Nudge) -> str:
    return written(nudge.request.requested) if nudge.request else ""


def _read(place: Path) -> dict[str, list[Said]]:
    """What was said of each account; what cannot be read was not said."""
    found: dict[str, list[Said]] = {}
    for account, them in notes.read(place, _NOTE).items():
        with suppress(ValueError, TypeError, KeyError, AttributeError):
            found[account] = [_said(one) for one in them]
    return found


def _said(one: dict[str, str]) -> Said:
    known, level = one["stage"], one["level"]
    if known not in _STAGES or level not in _LEVELS:
        raise ValueError
    return Said(moment(one["at"]), known, level, str(one["snapshot"]), str(one["request"]))


def _plain(one: Said) -> dict[str, str]:
    return {**one._asdict(), "at": written(one.at)}

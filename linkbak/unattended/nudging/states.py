"""Where the request for the next archive stands; pure.

Outside the European Economic Area nobody but the member can ask: they press a button, a first mail comes within
minutes, the complete archive up to a day later, and the link in each mail lives for 72 hours.

    kept ──(cadence)──> due ──(the click)──> requested ──(minutes)──> expected ──(a day, or a mail)──> ready
     ^                   ^                                                                               │
     └──────────────── an archive of that request is kept, at any time                   72 hours on ────┘
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from linkbak.settings import Cadence
    from linkbak.vault import Summary

State = Literal["due", "requested", "expected", "ready", "kept"]
Level = Literal["fresh", "due", "late", "stale"]
"""How old the newest snapshot is, whatever became of a request: of an empty vault, how long it has been empty."""

LINK = "https://www.linkedin.com/mypreferences/d/download-my-data"

MINUTES = timedelta(minutes=15)
"""So long the first mail may take."""
DAY = timedelta(hours=24)
"""So long the complete archive may take, and so long each link waits at least for its member to look at the mail."""
LIFE = timedelta(hours=72)
"""So long a link lives."""
FORGOTTEN = timedelta(days=30)
"""After so long nobody needs to hear of a request that came to nothing."""
_ZONES = timedelta(hours=36)
"""Zip times and days in names tell no zone, so an answer may seem to be so much older than its request."""

_FIRST_OF_TWO = frozenset({"account", "connections", "profile"})
_SECOND_OF_TWO = frozenset({"activity", "ads", "learning"})
"""What the first archive of a request holds in any case, and what only the second one has."""


class Request(NamedTuple):
    """When the button was pressed, and when the newest mail with a link came, if the user told."""

    requested: datetime
    mailed: datetime | None = None

    @property
    def sure(self) -> datetime:
        """Until then a link is alive for sure: 72 hours after the mail, or after the click, the earliest it can be."""
        return (self.mailed or self.requested) + LIFE

    @property
    def latest(self) -> datetime:
        """From then on no link can be alive any more: the complete archive may have come a day after the click."""
        return max(self.sure, self.requested + DAY + LIFE)


class Nudge(NamedTuple):
    """Where one account's request stands; `account` is "" for a vault that holds nothing yet.

    `since` and `until` say how long this has been so and when it changes by itself: for `kept` when the next is due,
    for `ready` how long the link lives, which is only `likely` once the first mail's link must be gone. `part` means
    that the first of two archives is kept and the complete one may come; `missed`, that a link went unused.
    """

    account: str
    state: State
    level: Level
    newest: str
    snapshot: str
    age_days: int | None
    since: datetime
    until: datetime | None
    request: Request | None = None
    likely: bool = False
    part: bool = False
    missed: bool = False


def nudge(
    account: str, summaries: Sequence[Summary], request: Request | None, cadence: Cadence, now: datetime, made: datetime
) -> Nudge:
    """Where the request of one account stands, of whose snapshots these are the summaries, oldest first.

    `made` is when the vault was made, which counts as long as it is empty.
    """
    asked = _believed(request, now)
    answers = [one for one in summaries if asked and _answers(one, asked)]
    aged = _aged(account, summaries, cadence, now, made)
    if asked is not None and now < asked.latest and not _whole(answers):
        return _open(aged, asked, now, part=bool(answers))
    missed = asked is not None and not answers
    return aged._replace(request=asked if missed else None, missed=missed)


def age_days(moment: str, now: datetime) -> int:
    """Whole calendar days (UTC) from an RFC 3339 time to now, never less than 0."""
    return max(0, (now.astimezone(UTC).date() - datetime.fromisoformat(moment).astimezone(UTC).date()).days)


def _believed(request: Request | None, now: datetime) -> Request | None:
    """The request as far as its times can be: a clock that was wrong may have written down the future."""
    if request is None or not now - FORGOTTEN < request.requested < now + DAY:
        return None
    mailed = request.mailed if request.mailed and request.requested <= request.mailed < now + DAY else None
    return Request(min(request.requested, now), min(mailed, now) if mailed else None)


def _answers(summary: Summary, request: Request) -> bool:
    """Whether a snapshot is what was asked for: handed over after the click, and not written long before it."""
    imported = datetime.fromisoformat(summary.imported)
    return imported >= request.requested and summary.taken_at >= request.requested - _ZONES


def _whole(answers: Sequence[Summary]) -> bool:
    """Whether nothing more is to come: the complete archive is there, or one for which there is no second."""
    return any(not _FIRST_OF_TWO.issubset(one.kinds) or _SECOND_OF_TWO & set(one.kinds) for one in answers)


def _open(aged: Nudge, request: Request, now: datetime, *, part: bool) -> Nudge:
    """The account while a request is under way."""
    asked, expected = request.requested, request.requested + MINUTES
    due = aged._replace(request=request, part=part)
    if request.mailed and not part:
        ready = request.mailed
    elif part or now >= expected:
        ready = asked + DAY
    else:
        return due._replace(state="requested", since=asked, until=expected)
    if now < ready:
        return due._replace(state="expected", since=asked if part else expected, until=ready)
    likely = now >= request.sure
    return due._replace(state="ready", since=ready, until=request.latest if likely else request.sure, likely=likely)


def _aged(account: str, summaries: Sequence[Summary], cadence: Cadence, now: datetime, made: datetime) -> Nudge:
    """The account without regard to requests: kept while its newest snapshot is young, then due."""
    if not summaries:
        age = cadence.days + age_days(made.isoformat(), now)
        return Nudge(account, "due", _level(age, cadence), "", "", None, min(made, now), None)
    newest = max(summaries, key=lambda one: one.order)
    age = age_days(newest.taken, now)
    level = _level(age, cadence)
    turn = datetime.combine(newest.taken_at.date() + timedelta(days=cadence.days), time(), UTC)
    told = Nudge(account, "due", level, newest.taken, newest.id, age, turn, None)
    if level != "fresh":
        return told
    more = not _whole([newest]) and now < newest.taken_at + DAY + LIFE
    return told._replace(state="kept", since=newest.taken_at, until=turn, part=more)


def _level(age: int, cadence: Cadence) -> Level:
    if age >= cadence.stale:
        return "stale"
    return "late" if age >= cadence.warn else "due" if age >= cadence.days else "fresh"

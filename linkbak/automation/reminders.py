"""The request for an archive, which only its owner can make: its state, and when to remind of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from linkbak import state as notes
from linkbak.errors import Exit, MachineProblem
from linkbak.model import BOOK, NamedTuple
from linkbak.talk import last_reached
from linkbak.texts import tr

if TYPE_CHECKING:
    from linkbak.settings import Cadence
    from linkbak.vault import Summary


# --- states -----------------------------------------------------------------------------------------------------------
# The state of the request for the next archive; pure functions.
# Outside the European Economic Area nobody but the member can ask: they press a button, a first mail comes within
# minutes, the complete archive up to a day later, and the link in each mail lives for 72 hours.
#     kept ──(cadence)──> due ──(the click)──> requested ──(minutes)──> expected ──(a day, or a mail)──> ready
#      ^                   ^                                                                               │
#      └──────────────── an archive of that request is kept, at any time                   72 hours on ────┘

State = Literal["due", "requested", "expected", "ready", "kept"]
Level = Literal["fresh", "due", "late", "stale"]
"""The age of the newest snapshot, whatever the request; for an empty vault, how long it has been empty."""

LINK = "https://www.linkedin.com/mypreferences/d/download-my-data"

MINUTES = timedelta(minutes=15)
"""The longest time until the first mail."""
DAY = timedelta(hours=24)
"""The longest time until the complete archive, and the least time that a link is left for its reader."""
LIFE = timedelta(hours=72)
"""How long a link works."""
Early = Literal["reach", "kit"]
"""Why the next archive is due earlier: too few of those the owner talks with are within reach, or the kit for a
lock-out is older than the newest archive."""
SOONER = 7
"""How many days earlier it is due then, at most a quarter of the interval."""
FORGOTTEN = timedelta(days=30)
"""The time after which a failed request is no longer mentioned."""
_ZONES = timedelta(hours=36)
"""Zip times and days in names have no zone, so an answer may seem that much older than its request."""

_FIRST_OF_TWO = frozenset({"account", "connections", "profile"})
_SECOND_OF_TWO = frozenset({"activity", "ads", "learning"})
"""The kinds that the first archive of a request always holds, and those that only the second one has."""


class Request(NamedTuple):
    """When the button was pressed, and when the newest mail with a link came, if the user said so."""

    requested: datetime
    mailed: datetime | None = None

    @property
    def sure(self) -> datetime:
        """The time until which a link works for certain: 72 hours after the mail, else after the click."""
        return (self.mailed or self.requested) + LIFE

    @property
    def latest(self) -> datetime:
        """The time from which no link can work: the complete archive may have come a day after the click."""
        return max(self.sure, self.requested + DAY + LIFE)


class Nudge(NamedTuple):
    """The state of one account's request; `account` is "" for an empty vault.

    `since` and `until` say how long this has been so and when it changes by itself: for `kept` when the next is due,
    for `ready` how long the link works, which is only `likely` once the first mail's link must have ended. `part` means
    that the first of two archives is kept and the complete one may come; `missed`, that a link went unused. `newest`,
    `snapshot` and `age_days` are of the newest list of connections that could be read ("" and None if there is none);
    `without` is an archive newer than that; `unread` says that the newest list could not be read, or is empty.
    `early` is why the next is due earlier than the cadence says.
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
    without: Summary | None = None
    unread: bool = False
    early: tuple[Early, ...] = ()


def nudge(
    account: str,
    summaries: Sequence[Summary],
    request: Request | None,
    cadence: Cadence,
    now: datetime,
    made: datetime,
    early: tuple[Early, ...] = (),
) -> Nudge:
    """The state of one account's request, given the summaries of its snapshots, oldest first.

    `made` is when the vault was made, which counts as long as it is empty; with a reason in `early` the next archive is
    due before its time.
    """
    if early and _aged(account, summaries, cadence, now, made).level != "fresh":
        early = ()  # due anyway
    if early:
        cadence = cadence._replace(days=cadence.days - min(SOONER, cadence.days // 4))
    asked = _believed(request, now)
    answers = [one for one in summaries if asked and _answers(one, asked)]
    aged = _aged(account, summaries, cadence, now, made)._replace(early=early)
    if asked is not None and now < asked.latest and not _whole(answers):
        return _open(aged, asked, now, part=bool(answers))
    missed = asked is not None and not answers
    return aged._replace(request=asked if missed else None, missed=missed)


def age_status(nudges: Sequence[Nudge]) -> Exit:
    """Whether an account is stale, else whether a newest list could not be read, or is empty."""
    if any(one.level == "stale" for one in nudges):
        return Exit.STALE
    return Exit.INCOMPLETE if any(one.unread for one in nudges) else Exit.FINE


def age_days(moment: str, now: datetime) -> int:
    """Whole calendar days (UTC) from an RFC 3339 time to now, never less than 0."""
    return max(0, (now.astimezone(UTC).date() - datetime.fromisoformat(moment).astimezone(UTC).date()).days)


def _believed(request: Request | None, now: datetime) -> Request | None:
    """The request without times in the future, which a wrong clock may have noted."""
    if request is None or not now - FORGOTTEN < request.requested < now + DAY:
        return None
    mailed = request.mailed if request.mailed and request.requested <= request.mailed < now + DAY else None
    return Request(min(request.requested, now), min(mailed, now) if mailed else None)


def _answers(summary: Summary, request: Request) -> bool:
    """Whether a snapshot answers the request: imported after the click, and not written long before it."""
    imported = datetime.fromisoformat(summary.imported)
    return imported >= request.requested and summary.taken_at >= request.requested - _ZONES


def _whole(answers: Sequence[Summary]) -> bool:
    """Whether nothing more will come: the complete archive is there, or one without a second part."""
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
    """The account without regard to requests: kept while its newest list is young, then due.

    An archive without a list, or with an empty or unreadable one, says nothing about people: it makes nothing
    fresh. Nor does one whose list is held because it is older than its date.
    """
    last = max(summaries, key=lambda one: one.order, default=None)
    good = [one for one in summaries if one.connections and not one.older]
    newest = max(good, key=lambda one: one.order, default=None)
    without = last if last != newest else None
    unread = any("connections" in one.kinds for one in summaries if newest is None or one.order > newest.order)
    if newest is None:
        age = cadence.days + age_days(made.isoformat(), now)
        return Nudge(
            account, "due", _level(age, cadence), "", "", None, min(made, now), None, without=without, unread=unread
        )
    age = age_days(newest.taken, now)
    level = _level(age, cadence)
    turn = datetime.combine(newest.taken_at.date() + timedelta(days=cadence.days), time(), UTC)
    told = Nudge(account, "due", level, newest.taken, newest.id, age, turn, None, without=without, unread=unread)
    if level != "fresh":
        return told
    more = not _whole([newest]) and now < newest.taken_at + DAY + LIFE
    return told._replace(state="kept", since=newest.taken_at, until=turn, part=more)


def _level(age: int, cadence: Cadence) -> Level:
    if age >= cadence.stale:
        return "stale"
    return "late" if age >= cadence.warn else "due" if age >= cadence.days else "fresh"


# --- requests ---------------------------------------------------------------------------------------------------------
# The user's notes about requests: a section of the state, one entry an account, "" before there is one.


def nudges(
    place: Path, summaries: Sequence[Summary], cadence: Cadence, now: datetime, account: str | None = None
) -> tuple[Nudge, ...]:
    """The state of each account's request, sorted by account; with `account`, of that one alone.

    `summaries` are the whole vault's, oldest first and judged (`linkbak.index.store.judged`). A vault that holds
    nothing has one, of the account "".
    """
    told, made = read(place), _made(place, now)
    kept: dict[str, list[Summary]] = {}
    for one in summaries:
        if one.network != BOOK:  # address books need no reminders
            kept.setdefault(one.key.account, []).append(one)
    if not kept:
        return (nudge("", (), told.get(""), cadence, now, made),)
    before = told.get("") if len(kept) == 1 else None
    return tuple(
        nudge(name, kept[name], told.get(name) or before, cadence, now, made, _early(place, name, kept[name]))
        for name in sorted(kept)
        if account in (None, name, kept[name][-1].account)
    )


def _early(place: Path, account: str, summaries: Sequence[Summary]) -> tuple[Early, ...]:
    """Why the next archive of an account is due earlier, by counts noted before."""
    reached = last_reached(place).get(account)
    kit = notes.read(place, "kit").get(account)
    made_of = kit.get("snapshot") if isinstance(kit, dict) else None
    why: tuple[Early, ...] = ("reach",) if reached is not None and reached.low else ()
    return (*why, "kit") if made_of is not None and made_of != summaries[-1].id else why


def requested(place: Path, account: str, at: datetime) -> Request:
    """Note that the button was pressed; a click within minutes of the one before is the same one.

    Raises MachineProblem if the note cannot be kept.
    """
    told = read(place)
    known = told.get(account)
    if known is not None and abs(at - known.requested) < MINUTES:
        return known
    return _write(place, {**told, account: Request(_whole_seconds(at))})[account]


def ready(place: Path, account: str, at: datetime, asked: Request | None) -> Request:
    """Note that a mail with a link came, for the open request, else for one that was never noted."""
    mailed = _whole_seconds(at)
    begun = asked.requested if asked and asked.requested <= mailed else mailed
    return _write(place, {**read(place), account: Request(begun, mailed)})[account]


def cancel(place: Path, account: str) -> bool:
    """Undo the notes; returns whether there were any."""
    told = read(place)
    left = {name: one for name, one in told.items() if name not in (account, "")}
    if left != told:
        _write(place, left)
    return left != told


def read(place: Path) -> dict[str, Request]:
    """The notes about each account; unreadable ones count as missing."""
    found: dict[str, Request] = {}
    for account, one in notes.read(place, "request").items():
        with suppress(ValueError, TypeError, KeyError, AttributeError):
            found[account] = Request(moment(one["requested"]), moment(one["mailed"]) if one["mailed"] else None)
    return found


def moment(text: str) -> datetime:
    """A time from a note; raises ValueError or TypeError if it is none."""
    when = datetime.fromisoformat(text)
    if when.tzinfo is None:
        raise ValueError
    return when.astimezone(UTC)


def written(when: datetime) -> str:
    """A time as written in a note."""
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _write(place: Path, told: dict[str, Request]) -> dict[str, Request]:
    note: Mapping[str, object] = {
        account: {"requested": written(one.requested), "mailed": written(one.mailed) if one.mailed else None}
        for account, one in told.items()
    }
    if not notes.write(place, "request", note):
        raise MachineProblem(
            tr("cannot write the note about your request into the state folder"),
            hint=tr("`linkbak doctor` looks at the folders that linkbak writes to."),
        )
    return told


def _whole_seconds(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)


def _made(place: Path, now: datetime) -> datetime:
    """When the vault was made, by the oldest of the files that never change."""
    found = [now]
    for name in ("README.md", "linkbak.toml", ".gitattributes"):
        with suppress(OSError):
            found.append(datetime.fromtimestamp((place / name).stat().st_mtime, UTC))
    return min(found)


# --- reminders --------------------------------------------------------------------------------------------------------
# When to remind of the next archive, so that nobody forgets and nobody is pestered.
#     due       once, when the newest snapshot has the age of the cadence
#     late      once
#     stale     once, then weekly
#     waiting   once, a day after the click: a mail should be there
#     expiring  once, when at most 30 hours of the link are left: who is reminded once a day hears of it in time
#     last      once, when at most 9 hours are left
#     expired   once, when no link can work any more; it replaces the reminder of the age that would be due
# While a request is under way there is no reminder of the age. An account gets at most one reminder a day, the most
# urgent, and none less urgent than one sent already.

Stage = Literal["due", "late", "stale", "waiting", "expiring", "last", "expired"]

SOON = timedelta(hours=30)
LAST = timedelta(hours=9)
WEEK = 7

_STAGES: tuple[Stage, ...] = get_args(Stage)
_LEVELS: tuple[Level, ...] = get_args(Level)
_MOST = 50
"""How many reminders are remembered for an account."""


class Due(NamedTuple):
    """A reminder for one account."""

    stage: Stage
    nudge: Nudge


class Reminder(NamedTuple):
    """The reminders due now; `several` if the vault has more than one account."""

    words: tuple[Due, ...]
    several: bool = False


class Said(NamedTuple):
    """Reminders sent before: for which snapshot's age, and for which request."""

    at: datetime
    stage: Stage
    level: Level
    snapshot: str
    request: str


def due_reminder(
    place: Path, summaries: Sequence[Summary], cadence: Cadence, now: datetime, *, fetching: str | None = None
) -> Reminder | None:
    """The reminders due now for a vault, given all its summaries; None if there are none.

    The zone of `now` decides which day it is, and so whether one was sent today. There is no reminder to click for
    the account `fetching` (of any network; "" for the only one), for which the official API is being asked.
    """
    said = _read(place)
    standing = nudges(place, summaries, cadence, now)
    words = []
    for one in standing:
        what = stage(one, said.get(one.account, ()), now)
        asked = fetching is not None and (one.account.partition("-")[2] == fetching if fetching else len(standing) == 1)
        if what and not (asked and what in ("due", "late", "stale")):
            words.append(Due(what, one))
    return Reminder(tuple(words), len(standing) > 1) if words else None


def reminded(place: Path, reminder: Reminder, now: datetime) -> bool:
    """Note that it was sent; returns whether the machine could keep the note, without which it would be sent again."""
    said = _read(place)
    for due in reminder.words:
        one = Said(now, due.stage, due.nudge.level, due.nudge.snapshot, _request(due.nudge))
        said[due.nudge.account] = [*said.get(due.nudge.account, ()), one][-_MOST:]
    plain = {name: [{**one._asdict(), "at": written(one.at)} for one in them] for name, them in said.items()}
    return notes.write(place, "reminders", plain)


def stage(nudge: Nudge, said: Sequence[Said], now: datetime) -> Stage | None:
    """The reminder for one account, given those sent before; a pure function.

    Reminders dated in the future were sent by a wrong clock, and may have been wrong themselves.
    """
    said = [one for one in said if one.at < now + DAY]
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
    """Whether a reminder as urgent as this was sent."""
    return any(_STAGES.index(one.stage) >= _STAGES.index(least) for one in said)


def _of_link(nudge: Nudge, told: Sequence[Said], now: datetime) -> Stage | None:
    """A reminder while a link waits; for the second of two archives, which may never come, only one."""
    request = nudge.request
    if request is None or nudge.likely:
        return None
    left = request.sure - now
    found: Stage | None = None
    if left <= LAST and not nudge.part:
        found = "last"
    elif left <= SOON:
        found = "expiring"
    elif not nudge.part and not request.mailed and now >= request.requested + DAY:
        found = "waiting"
    return found if found and not told_as(told, found) else None


def _of_age(nudge: Nudge, said: Sequence[Said], now: datetime) -> Stage | None:
    """A reminder of the newest snapshot's age; one about an unused link counts as one too."""
    told = [one for one in said if one.stage in ("due", "late", "stale", "expired")]
    found: Stage = "late" if nudge.level == "late" else "stale" if nudge.level == "stale" else "due"
    same = [one for one in told if _LEVELS.index(one.level) >= _LEVELS.index(nudge.level)]
    if not same:
        return found
    days = (now.date() - same[-1].at.astimezone(now.tzinfo).date()).days
    return "stale" if nudge.level == "stale" and days >= WEEK else None


def _request(nudge: Nudge) -> str:
    return written(nudge.request.requested) if nudge.request else ""


def _read(place: Path) -> dict[str, list[Said]]:
    """The reminders sent for each account; unreadable notes count as none."""
    found: dict[str, list[Said]] = {}
    for account, them in notes.read(place, "reminders").items():
        with suppress(ValueError, TypeError, KeyError, AttributeError):
            found[account] = [_said(one) for one in them]
    return found


def _said(one: dict[str, str]) -> Said:
    known, level = one["stage"], one["level"]
    if known not in _STAGES or level not in _LEVELS:
        raise ValueError
    return Said(moment(one["at"]), known, level, str(one["snapshot"]), str(one["request"]))

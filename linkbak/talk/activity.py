"""The owner's activity on the network, from acts in archives: when, how much, for whom, and against a budget.

Archives hold neither how long somebody was there nor what they only read; so a stretch of acts is a lower bound.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import accumulate, groupby
from zoneinfo import ZoneInfo

from linkbak.index.correspondence import Conversation, conversation_of, conversations, invitations, messages
from linkbak.index.history import History
from linkbak.index.posts import account_facts, posts
from linkbak.model import NamedTuple, Progress
from linkbak.settings import Activity as Budget
from linkbak.vault import Vault

KINDS = ("messages", "invitations", "posts", "comments", "reactions", "logins")
"""The kinds of acts; posts are shares, reposts and articles, reactions are votes too."""
APART = timedelta(minutes=30)
"""The longest pause between two acts of one stretch."""
MORNING = "05:00"
"""The time of day at which the quiet hours of a budget end."""
MONTHS = 12
"""How many months are shown by default."""

_DAY = timedelta(days=1)


class Act(NamedTuple):
    """One act; `at` is the owner's clock where the file states a zone (`zoned`), else as it is written there."""

    kind: str
    at: datetime
    zoned: bool


class Cover(NamedTuple):
    """The days that an archive covers for a kind of acts: from the oldest that it shows until it was written."""

    kind: str
    first: date
    last: date


class Said(NamedTuple):
    """A message of a conversation of two; `outgoing` if the owner wrote it."""

    conversation: str
    at: datetime
    outgoing: bool


class Month(NamedTuple):
    """A month, by its first day: acts by kind, None where no archive covers it; and the number of days with any.

    Zero days are given only where archives cover all kinds.
    """

    first: date
    counts: Mapping[str, int | None]
    days: int | None


class Replies(NamedTuple):
    """How often one side wrote first, or after the other had, how often that was answered, and the median delay."""

    asked: int = 0
    answered: int = 0
    median: timedelta = timedelta()


class Against(NamedTuple):
    """What the budget comes to: weeks over it of the whole weeks that archives tell of, days over it, and acts in the
    quiet hours of the acts whose hour is known. None where the budget says nothing of it."""

    weeks: int
    weeks_over: int | None
    days_over: int | None
    late: int | None


class Activity(NamedTuple):
    """The owner's acts from one day to another; `days` are those with acts, `covered` those that archives cover.

    `weekdays` begin with Monday. `hours` are of acts whose file states a zone, `zoned` how many these are. Stretches
    are of such acts too; `together` is the sum of the times from the first to the last act of each. `mine` and
    `theirs` are replies by and to the owner. Half of the owner's messages in conversations of two went to
    `half` of `people`. `against` is None without a budget.
    """

    first: date
    last: date
    acts: int
    months: Sequence[Month]
    days: Mapping[date, Counter[str]]
    covered: frozenset[date]
    covers: Sequence[Cover]
    weekdays: tuple[int, ...]
    hours: tuple[int, ...]
    zoned: int
    stretches: int
    together: timedelta
    mine: Replies
    theirs: Replies
    half: int
    people: int
    zone: str
    budget: Budget
    against: Against | None


def covers_of(seen: Iterable[tuple[str, date, date]]) -> list[Cover]:
    """The days that archives cover, from their rows: kind, day, and when the newest archive with the row was taken.

    For rows that newer archives lack an older one counts. Precondition: an archive shows all of a kind since the
    oldest row it shows; deleted rows are in none.
    """
    oldest: dict[tuple[str, date], date] = {}
    for kind, at, archive in seen:
        oldest[kind, archive] = min(at, oldest.get((kind, archive), at))
    return sorted(Cover(kind, first, last) for (kind, last), first in oldest.items() if first <= last)


def period(covers: Sequence[Cover], since: date | None, before: date | None) -> tuple[date, date] | None:
    """The days to report: as asked, else the year up to the newest archive; None if there are none."""
    if not covers:
        return None
    last = max(one.last for one in covers)
    if before is not None:
        last = min(last, before - _DAY)
    months = last.year * 12 + last.month - MONTHS
    first = since or max(min(one.first for one in covers), date(months // 12, months % 12 + 1, 1))
    return (first, last) if first <= last else None


def activity_of(
    acts: Iterable[Act],
    covers: Sequence[Cover],
    said: Iterable[Said],
    days: tuple[date, date],
    budget: Budget,
    zone: str = "UTC",
) -> Activity:
    """The acts from the first of the days to the last; `said` in order of time within each conversation.

    `zone` is the name of the time zone for acts whose file states one.
    """
    first, last = days
    inside = [one for one in acts if first <= one.at.date() <= last]
    told = {kind: _days(covers, kind, first, last) for kind in KINDS}
    covered = frozenset().union(*told.values())
    by_day: dict[date, Counter[str]] = {}
    for one in inside:
        by_day.setdefault(one.at.date(), Counter())[one.kind] += 1
    zoned = sorted(one.at for one in inside if one.zoned)
    hours, weekdays = Counter(at.hour for at in zoned), Counter(one.at.weekday() for one in inside)
    stretches = _stretches(zoned)
    waited, delays, sent = _waits(said, first, last)
    return Activity(
        first,
        last,
        len(inside),
        _months(first, last, by_day, told),
        by_day,
        covered,
        covers,
        tuple(weekdays[day] for day in range(7)),
        tuple(hours[hour] for hour in range(24)),
        len(zoned),
        len(stretches),
        sum((end - start for start, end in stretches), timedelta()),
        _replies(waited[True], delays[True]),
        _replies(waited[False], delays[False]),
        _half(sent),
        len(sent),
        zone,
        budget,
        _against(by_day, covered, zoned, budget) if budget else None,
    )


def _days(covers: Iterable[Cover], kind: str, first: date, last: date) -> set[date]:
    spans = [(max(one.first, first), min(one.last, last)) for one in covers if one.kind == kind]
    return {day for start, end in spans for day in _each_day(start, end)}


def _each_day(first: date, last: date) -> Iterator[date]:
    return (first + _DAY * step for step in range((last - first).days + 1))


def _months(first: date, last: date, by_day: Mapping[date, Counter[str]], told: Mapping[str, set[date]]) -> list[Month]:
    """Each month; a kind is None in a month that no archive covers whole, unless there are acts."""
    found = []
    for start, group in groupby(_each_day(first, last), key=lambda day: day.replace(day=1)):
        days = [*group]
        counts: dict[str, int | None] = {}
        for kind in KINDS:
            done = sum(by_day[day][kind] for day in days if day in by_day)
            counts[kind] = done if done or all(day in told[kind] for day in days) else None
        active = sum(day in by_day for day in days)
        found.append(Month(start, counts, active if active or None not in counts.values() else None))
    return found


def _stretches(times: Sequence[datetime]) -> list[tuple[datetime, datetime]]:
    found: list[tuple[datetime, datetime]] = []
    for at in times:
        if found and at - found[-1][1] < APART:
            found[-1] = (found[-1][0], at)
        else:
            found.append((at, at))
    return found


def _waits(said: Iterable[Said], first: date, last: date) -> tuple[dict[bool, int], dict[bool, list[float]], list[int]]:
    """How often each side was waited for, and for how long in the end, by whether the owner was; and how many messages
    the owner sent in each conversation where there are any. A run of messages counts by its first, if that is in the
    days."""
    waited, sent = {True: 0, False: 0}, list[int]()
    delays: dict[bool, list[float]] = {True: [], False: []}
    for _, conversation in groupby(said, key=lambda one: one.conversation):
        began: dict[bool, datetime | None] = {True: None, False: None}
        mine = 0
        for one in conversation:
            inside = first <= one.at.date() <= last
            mine += one.outgoing and inside
            if (since := began[one.outgoing]) is not None:
                delays[one.outgoing].append((one.at - since).total_seconds())
                began[one.outgoing] = None
            if inside and began[not one.outgoing] is None:
                began[not one.outgoing] = one.at
                waited[not one.outgoing] += 1
        if mine:
            sent.append(mine)
    return waited, delays, sent


def _replies(waited: int, delays: Sequence[float]) -> Replies:
    return Replies(waited, len(delays), timedelta(seconds=_median(delays)) if delays else timedelta())


def _median(values: Sequence[float]) -> float:
    """The median; Python's `statistics` takes longer to load than everything here."""
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _half(counts: Sequence[int]) -> int:
    """How many of the largest counts make up half of all."""
    whole = sum(counts)
    return sum(2 * before < whole for before in accumulate(sorted(counts, reverse=True), initial=0))


def _against(
    by_day: Mapping[date, Counter[str]], covered: frozenset[date], zoned: Sequence[datetime], budget: Budget
) -> Against:
    mondays = {day - _DAY * day.weekday() for day in covered}
    weeks = [monday for monday in mondays if all(monday + _DAY * step in covered for step in range(7))]
    active = Counter(day - _DAY * day.weekday() for day in by_day)
    return Against(
        len(weeks),
        sum(active[monday] > budget.days_per_week for monday in weeks) if budget.days_per_week else None,
        sum(done.total() > budget.acts_per_day for done in by_day.values()) if budget.acts_per_day else None,
        sum(_late(at, budget.quiet_after) for at in zoned) if budget.quiet_after else None,
    )


def _late(at: datetime, quiet: str) -> bool:
    clock = f"{at:%H:%M}"
    return quiet <= clock < MORNING if quiet < MORNING else clock >= quiet or clock < MORNING


# --- from the index ---------------------------------------------------------------------------------------------------

_POSTS = {
    "share": "posts",
    "repost": "posts",
    "article": "posts",
    "comment": "comments",
    "reaction": "reactions",
    "vote": "reactions",
}

_Row = tuple[str, str, bool, str, bool]
"""Kind, when (UTC), whether its file states a zone, when the newest archive was taken, whether the owner did it."""


def read_activity(
    history: History, account: str, wanted: Budget, since: date | None = None, before: date | None = None
) -> Activity | None:
    """The acts of one account's owner from a day to before another, or in the newest year; None if no archive has any.

    Times of files that state a zone are converted to the owner's, the others are as written.
    """
    name = wanted.zone or "UTC"
    zone = ZoneInfo(name) if wanted.zone else UTC
    sent = _Sent(history, account, zone)
    acts, seen = sent.acts, sent.seen()
    for kind, at, zoned, archive, mine in _rows(history, account):
        clock = _clock(at, zone if zoned else UTC)
        seen.append((kind, clock.date(), _clock(archive, zone if zoned else UTC).date()))
        if mine:
            acts.append(Act(kind, clock, zoned))
    covers = covers_of(seen)
    days = period(covers, since, before)
    return days and activity_of(acts, covers, sent.said(), days, wanted, name)


def against_budget(vault: Vault, account: str, wanted: Budget, progress: Progress) -> Activity | None:
    """The newest year of an account for a mail; None, without reading anything, if the owner set no budget."""
    if not wanted:
        return None
    with History.open(vault, progress) as history, history.read_transaction():
        return read_activity(history, account, wanted)


def _rows(history: History, account: str) -> Iterator[_Row]:
    """Everything but messages; files of invitations state no zone."""
    for asked in invitations(history, account):
        if asked.sent_at:
            yield "invitations", asked.sent_at, False, asked.last_seen, asked.outgoing
    for made in posts(history, account):
        if made.at and made.kind in _POSTS:
            yield _POSTS[made.kind], made.at, made.zoned, made.last_seen, True
    for fact in account_facts(history, account):
        if fact.what == "login" and fact.at:
            yield "logins", fact.at, fact.zoned, fact.last_seen, True


def _clock(moment: str, zone: tzinfo) -> datetime:
    return datetime.fromisoformat(moment).astimezone(zone).replace(tzinfo=None)


# --- messages ---------------------------------------------------------------------------------------------------------
# There may be a million of them: none is kept, and for those in conversations of two only their times.

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  # in the owner's local time
_SECOND = timedelta(seconds=1)


class _Sent:
    """The messages of an account as acts, the days covered, and the times of conversations of two."""

    def __init__(self, history: History, account: str, zone: tzinfo) -> None:
        two = {one.id for one in conversations(history, account) if not one.crowd and not one.advert}
        self._zone = zone
        self._oldest: dict[str, date] = {}
        self._times: dict[str, array[int]] = {}
        self.acts: list[Act] = []
        for one in messages(history, account):
            if not one.sent_at or one.draft:
                continue
            clock = _clock(one.sent_at, zone)
            self._oldest[one.last_seen] = min(clock.date(), self._oldest.get(one.last_seen, clock.date()))
            if one.outgoing:
                self.acts.append(Act("messages", clock, True))
            if one.outgoing is not None and (conversation := conversation_of(one)) in two:
                seconds = (clock - _EPOCH) // _SECOND
                self._times.setdefault(conversation, array("q")).append(2 * seconds + one.outgoing)

    def seen(self) -> list[tuple[str, date, date]]:
        """For each archive its day, and the oldest message that it was the newest archive to show."""
        return [("messages", oldest, _clock(at, self._zone).date()) for at, oldest in self._oldest.items()]

    def said(self) -> Iterator[Said]:
        """The messages of conversations of two, each conversation by time."""
        for conversation, times in self._times.items():
            for time in sorted(times):
                yield Said(conversation, _EPOCH + time // 2 * _SECOND, bool(time % 2))


# --- who waits for an answer ------------------------------------------------------------------------------------------


class Unanswered(NamedTuple):
    """Conversations of two, in the order given: what the owner has not answered, and what the others have not.

    For the `untold` no archive shows who wrote last.
    """

    by_me: tuple[Conversation, ...]
    by_them: tuple[Conversation, ...]
    untold: tuple[Conversation, ...]


def unanswered(conversations: Iterable[Conversation]) -> Unanswered:
    """Sort conversations by who wrote last, and so waits for the other one.

    Adverts, drafts and conversations of more than two are in none: nobody waits there, or it is unknown for whom.
    Precondition: the newest archive still has the conversation. One that it lacks may have gone on, or been deleted
    after an answer, and so is in none.
    """
    by_me, by_them, untold = list[Conversation](), list[Conversation](), list[Conversation]()
    for one in conversations:
        if one.advert or one.crowd or not one.messages or not one.current:
            continue
        found = untold if one.last_outgoing is None else by_them if one.last_outgoing else by_me
        found.append(one)
    return Unanswered(tuple(by_me), tuple(by_them), tuple(untold))

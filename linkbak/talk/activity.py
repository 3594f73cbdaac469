"""What the owner did, out of the index: see `linkbak.talk.acts`."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from linkbak import settings
from linkbak.index.correspondence import SentMessage, conversation_of, conversations, invitations, messages
from linkbak.index.history import History
from linkbak.index.posts import account_facts, posts
from linkbak.model import Progress
from linkbak.talk.acts import Act, Activity, Budget, Said, activity_of, covers_of, period
from linkbak.vault import Vault

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
    history: History, account: str, wanted: settings.Activity, since: date | None = None, before: date | None = None
) -> Activity | None:
    """What the owner of one account did from a day to before another, or in the newest year; None if no archive tells.

    Times of files that state a zone are told in the owner's, the others as they are written.
    """
    name = wanted.zone or "UTC"
    zone = ZoneInfo(name) if wanted.zone else UTC
    budget = Budget(wanted.days_per_week, wanted.acts_per_day, wanted.quiet_after)
    sent = _sent(history, account, zone)
    acts, seen = sent.acts, sent.seen()
    for kind, at, zoned, archive, mine in _rows(history, account):
        clock = _clock(at, zone if zoned else UTC)
        seen.append((kind, clock.date(), _clock(archive, zone if zoned else UTC).date()))
        if mine:
            acts.append(Act(kind, clock, zoned))
    covers = covers_of(seen)
    days = period(covers, since, before)
    return days and activity_of(acts, covers, sent.said(), days, budget, name)


def against_budget(vault: Vault, account: str, wanted: settings.Activity, progress: Progress) -> Activity | None:
    """The newest year of an account for a mail; None if the owner set no budget, which reads nothing."""
    if not any((wanted.days_per_week, wanted.acts_per_day, wanted.quiet_after)):
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
# There may be a million of them: none is kept, and of those in conversations of two only when they were sent.

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  # of a clock that is the owner's
_SECOND = timedelta(seconds=1)


class _Sent:
    """The messages of an account as acts, what archives tell of them, and the times of conversations of two."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._oldest: dict[str, date] = {}
        self._times: dict[str, array[int]] = {}
        self.acts: list[Act] = []

    def add(self, one: SentMessage, *, two: bool) -> None:
        """The next message; `two` is whether it is of a conversation of two."""
        clock = _clock(one.sent_at, self._zone)
        self._oldest[one.last_seen] = min(clock.date(), self._oldest.get(one.last_seen, clock.date()))
        if one.outgoing:
            self.acts.append(Act("messages", clock, True))
        if two and one.outgoing is not None:
            seconds = (clock - _EPOCH) // _SECOND
            self._times.setdefault(conversation_of(one), array("q")).append(2 * seconds + one.outgoing)

    def seen(self) -> list[tuple[str, date, date]]:
        """The oldest of those that each archive was the newest to show, and the day of the archive."""
        return [("messages", oldest, _clock(at, self._zone).date()) for at, oldest in self._oldest.items()]

    def said(self) -> Iterator[Said]:
        """Those of conversations of two, each conversation by time."""
        for conversation, times in self._times.items():
            for time in sorted(times):
                yield Said(conversation, _EPOCH + time // 2 * _SECOND, bool(time % 2))


def _sent(history: History, account: str, zone: tzinfo) -> _Sent:
    two = {one.id for one in conversations(history, account) if not one.crowd and not one.advert}
    found = _Sent(zone)
    for one in messages(history, account):
        if one.sent_at and not one.draft:
            found.add(one, two=conversation_of(one) in two)
    return found

"""What the owner did, out of the index: see `linkbak.talk.acts`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, tzinfo
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
    sent = [one for one in messages(history, account) if not one.draft and one.sent_at]
    acts, seen = list[Act](), list[tuple[str, date, date]]()
    for kind, at, zoned, archive, mine in (*_messages(sent), *_rows(history, account)):
        clock = _clock(at, zone if zoned else UTC)
        seen.append((kind, clock.date(), _clock(archive, zone if zoned else UTC).date()))
        if mine:
            acts.append(Act(kind, clock, zoned))
    covers = covers_of(seen)
    days = period(covers, since, before)
    return days and activity_of(acts, covers, _said(history, account, sent, zone), days, budget, name)


def against_budget(vault: Vault, account: str, wanted: settings.Activity, progress: Progress) -> Activity | None:
    """The newest year of an account for a mail; None if the owner set no budget, which reads nothing."""
    if not any((wanted.days_per_week, wanted.acts_per_day, wanted.quiet_after)):
        return None
    with History.open(vault, progress) as history, history.read_transaction():
        return read_activity(history, account, wanted)


def _messages(sent: Iterable[SentMessage]) -> Iterator[_Row]:
    for one in sent:
        yield "messages", one.sent_at, True, one.last_seen, one.outgoing is True


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


def _said(history: History, account: str, sent: Iterable[SentMessage], zone: tzinfo) -> list[Said]:
    """Messages of conversations of two in which nobody advertises, each conversation by time."""
    two = {one.id for one in conversations(history, account) if not one.crowd and not one.advert}
    found = [
        Said(conversation_of(one), _clock(one.sent_at, zone), one.outgoing)
        for one in sent
        if one.outgoing is not None and conversation_of(one) in two
    ]
    return sorted(found, key=lambda one: (one.conversation, one.at))

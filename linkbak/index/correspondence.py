"""Messages and conversations as their readers know them: every message once, over all archives of an account."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from linkbak.index import taken
from linkbak.index.activity import Archives, unshown
from linkbak.index.history import History
from linkbak.index.participants import names


class SentMessage(NamedTuple):
    """One message; texts are ``""`` where no archive says anything.

    `number` is the index's own and means nothing outside it. `conversation` is the network's id of it, "" in archives
    of the years that had none. Addresses are those of profiles. `sent_at` is RFC 3339 UTC. `text` is plain: markup is
    stripped and entities are undone. `attachments` are links. `outgoing` is whether the owner wrote it, None if nobody
    can tell. `person` is the `linkbak.index.Person.number` of the other one of two, of the sender in a larger
    conversation, None if they are nobody in the lists. `last_seen` is when the newest archive that has it was taken.
    """

    account: str
    number: int
    conversation: str
    sender: str
    sender_url: str
    recipients: tuple[str, ...]
    recipient_urls: tuple[str, ...]
    sent_at: str
    subject: str
    text: str
    folder: str = ""
    attachments: tuple[str, ...] = ()
    draft: bool = False
    advert: bool = False
    outgoing: bool | None = None
    person: int | None = None
    last_seen: str = ""


class Conversation(NamedTuple):
    """One conversation, or what was exchanged with one name where archives had no conversations yet.

    `id` is the network's, else ``"name:"`` and the name; `name` is the best name of the other one that any archive
    shows, of a larger conversation its title or the names of those who wrote in it. `person` as in `SentMessage`;
    None in a larger conversation (`crowd`). Counts are of messages; drafts count in none. `first` and `last` are
    RFC 3339 UTC, `answered` is whether both sides wrote, `last_outgoing` whether the owner wrote last, None if nobody
    can tell. `last_seen` is when the newest archive that has it was taken, `current` whether that is the newest
    with messages: one that is not was deleted, or left out of later archives.
    """

    account: str
    id: str
    name: str
    person: int | None
    crowd: bool
    advert: bool
    messages: int
    sent: int
    received: int
    first: str
    last: str
    last_outgoing: bool | None
    last_text: str
    last_seen: str
    current: bool

    @property
    def answered(self) -> bool:
        """Whether both sides wrote."""
        return bool(self.sent and self.received)


_PROFILE = "https://www.linkedin.com/in/"

_MESSAGES = """
SELECT m.account, m.number, m.conversation, e.sender, e.sender_url, e.recipients, e.recipient_urls, m.sent_at,
  m.subject, m.content, coalesce(c.advert, e.advert), e.outgoing, m.envelope, p.person
FROM message m JOIN envelope e ON e.number = m.envelope
LEFT JOIN conversation c ON c.account = m.account AND c.id = m.conversation
LEFT JOIN participant p ON p.number = m.participant
WHERE m.duplicate_of IS NULL
"""
_ORDER = "ORDER BY m.account, m.sent_at, m.number"
_NAMED = "name:"
"""Begins the id of what was exchanged with one name where archives had no conversations yet."""


def messages(
    history: History, account: str | None = None, *, conversation: str | None = None, person: int | None = None
) -> Iterator[SentMessage]:
    """Every message of an account or of all (adverts and drafts too), each once, of an account the oldest first.

    With `conversation`, a `Conversation.id`, only those of one conversation; with `person`, a `Person.number`, only
    those with one person.
    """
    loose = conversation is not None and conversation.startswith(_NAMED)
    wanted = {
        "m.account": history.account_named(account),
        "e.conversation": "" if loose else conversation,
        "p.person": person,
    }
    given = {column: value for column, value in wanted.items() if value is not None}
    where = " ".join(f"AND {column} = ?" for column in given)
    archives: dict[str, Archives] = {}
    for row in history.db.execute(f"{_MESSAGES} {where} {_ORDER}", (*given.values(),)):
        one = _message(history.db, archives, *row)
        if not loose or conversation_of(one) == conversation:
            yield one


def _message(
    db: sqlite3.Connection, archives: dict[str, Archives], account: str, number: int, conversation: str, sender: str,
    sender_url: str, recipients: str, urls: str, sent_at: str, subject: str, content: str, advert: int, outgoing: int,
    envelope: int, person: int | None,
) -> SentMessage:  # fmt: skip
    if account not in archives:
        archives[account] = Archives(db, account)
    keys = urls.split("\n") if urls else []
    called = (recipients.strip(),) if len(keys) == 1 else names(recipients)
    return SentMessage(
        account,
        number,
        conversation,
        sender,
        _PROFILE + sender_url if sender_url else "",
        called,
        tuple(_PROFILE + key for key in keys),
        sent_at,
        subject,
        content,
        advert=bool(advert),
        outgoing=None if outgoing < 0 else outgoing > 0,
        person=person,
        last_seen=taken(archives[account].newest("messages", envelope)),
    )


def conversations(history: History, account: str | None = None) -> list[Conversation]:
    """Every conversation of an account, or of all, the one with the newest message first."""
    grouped: dict[tuple[str, str], list[SentMessage]] = {}
    for one in messages(history, account):
        grouped.setdefault((one.account, conversation_of(one)), []).append(one)
    newest: dict[str, str] = {}
    for (of, _), group in grouped.items():
        newest[of] = max(newest.get(of, ""), *(one.last_seen for one in group))
    found = [_conversation(of, name, group, newest[of]) for (of, name), group in grouped.items()]
    return sorted(found, key=lambda one: (one.last, one.id), reverse=True)


def _conversation(account: str, id_: str, group: list[SentMessage], newest: str) -> Conversation:
    last, counted = group[-1], [one for one in group if not one.draft]
    faces = {one.sender_url or one.sender for one in group if one.outgoing is False}
    crowd = len(faces) > 1 or any(len(one.recipients) > 1 for one in group)
    sent = sum(one.outgoing is True for one in counted)
    shown = [name for one in group if (name := _other(one)) and not unshown(name)]
    return Conversation(
        account,
        id_,
        shown[-1] if shown else _other(last),
        None if crowd else next((one.person for one in reversed(group) if one.person is not None), None),
        crowd,
        any(one.advert for one in group),
        len(counted),
        sent,
        len(counted) - sent,
        group[0].sent_at,
        last.sent_at,
        last.outgoing,
        last.text,
        max(one.last_seen for one in group),
        max(one.last_seen for one in group) == newest,
    )


def conversation_of(message: SentMessage) -> str:
    """The `Conversation.id` of the conversation that a message is in."""
    return message.conversation or f"{_NAMED}{_other(message)}"


def _other(one: SentMessage) -> str:
    return ", ".join(one.recipients) if one.outgoing else one.sender

"""Messages, invitations and the address book for reading: each once, over all archives of an account."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache, partial
from itertools import groupby
from sys import intern
from typing import Literal
from urllib.parse import quote

from linkbak.index import taken
from linkbak.index.activity import Archives, unshown
from linkbak.index.history import History
from linkbak.index.participants import names, parts
from linkbak.model import NamedTuple


class SentMessage(NamedTuple):
    """One message; texts are ``""`` where no archive says anything.

    `number` is the index's own and means nothing outside it. `conversation` is the network's id of it, "" in archives
    of the years that had none. Addresses are those of profiles. `sent_at` is RFC 3339 UTC. `text` is plain: as written,
    or what `linkbak.index.messages` reads of rich text and adverts. `folder` and `attachments` (links) are those of
    the newest archive that names any. A `draft` was not sent when its archive was written; it may have no time.
    `outgoing` is whether the owner wrote it, None if unknown. `person` is the `linkbak.index.Person.number` of
    the other one of two, of the sender in a larger conversation, None if they are nobody in the lists. `last_seen` is
    when the newest archive that has it was taken.
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
    title: str = ""


class Conversation(NamedTuple):
    """One conversation, or what was exchanged with one name where archives had no conversations yet.

    `id` is the network's, else ``"name:"`` and the name; `name` is the best name of the other one that any archive
    shows, of a larger conversation its title or the names of those who wrote in it. `person` as in `SentMessage`; None
    in a larger conversation (`crowd`). Counts are of messages; drafts count in `drafts` alone. `first` and `last` are
    RFC 3339 UTC, those of a draft where nothing else is there; `folders` are those of its messages, `answered` is
    whether both sides wrote, `last_outgoing` whether the owner wrote last, None if unknown. `last_seen` is when
    the newest archive that has it was taken, `current` whether that is the newest with messages: one that is not was
    deleted, or left out of later archives.
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
    drafts: int = 0
    folders: frozenset[str] = frozenset()

    @property
    def answered(self) -> bool:
        """Whether both sides wrote."""
        return bool(self.sent and self.received)


_PROFILE = "https://www.linkedin.com/in/"

_MESSAGES = """
SELECT m.account, m.number, m.conversation, e.sender, e.sender_url, e.recipients, e.recipient_urls, m.sent_at,
  m.subject, {text}, coalesce(c.advert, e.advert AND e.outgoing < 1 AND e.sender_url = ''), e.outgoing, m.envelope,
  coalesce(p.person, q.person), e.draft, {shown}
FROM message m JOIN envelope e ON e.number = m.envelope
LEFT JOIN conversation c ON c.account = m.account AND c.id = m.conversation
LEFT JOIN participant p ON p.number = m.participant
LEFT JOIN participant q ON e.draft AND q.number = e.participant
WHERE m.duplicate_of IS NULL
"""
_SHOWN = """
  (SELECT group_concat(r.envelope) FROM restated r WHERE r.message = m.number),
  (SELECT group_concat(d.envelope) FROM message d WHERE d.duplicate_of = m.number)
"""
_WITH = """
AND m.number IN (
  SELECT m.number FROM participant p JOIN message m ON m.participant = p.number AND m.duplicate_of IS NULL
  WHERE p.person = :person
  UNION ALL SELECT m.number FROM participant p JOIN envelope e ON e.participant = p.number AND e.draft
  JOIN message m ON m.envelope = e.number WHERE p.person = :person
)
"""
_ORDER = "ORDER BY m.account, m.sent_at, m.number"
_BY_CONVERSATION = "ORDER BY m.account, m.conversation, m.sent_at, m.number"
_OF_PERSON = """
AND (m.account, m.conversation) IN (
  SELECT e.account, e.conversation FROM participant p JOIN envelope e ON e.participant = p.number
  WHERE p.person = :person
)
"""
_LETTERS = 1000
"""How many letters of a conversation's last message are shown."""
_NAMED = "name:"
"""Begins the id of what was exchanged with one name where archives had no conversations yet."""


def messages(
    history: History,
    account: str | None = None,
    *,
    conversation: str | None = None,
    person: int | None = None,
    bare: bool = False,
) -> Iterator[SentMessage]:
    """Every message of an account or of all (adverts too), each once, of an account the oldest first.

    With `conversation`, a `Conversation.id`, only those of one conversation; with `person`, a `Person.number`, only
    those with one person. `bare` ones come in two thirds of the time: without folder, attachments, title, `last_seen`.
    """
    where, given = _condition(history, account, conversation, _WITH, person)
    select = _MESSAGES.format(text="m.content", shown="NULL, NULL" if bare else _SHOWN)
    for one in _messages_of(history, f"{select} {where} {_ORDER}", given, bare=bare):
        if conversation is None or conversation_of(one) == conversation:
            yield one


def _condition(
    history: History, account: str | None, conversation: str | None, with_person: str, person: int | None
) -> tuple[str, dict[str, str | int | None]]:
    """What holds of the messages wanted, in SQL, and what its names stand for; `with_person` is what holds of one's."""
    where, known = [], history.account_named(account)
    if known is not None:
        where.append(f"AND {'m' if conversation is None else 'e'}.account = :account")  # the column that has an index
    if conversation is not None:
        where.append("AND e.conversation = :conversation")
    if person is not None:
        where.append(with_person)
    network_id = "" if conversation is None or conversation.startswith(_NAMED) else conversation
    return " ".join(where), {"account": known, "conversation": network_id, "person": person}


def _messages_of(
    history: History, asked: str, given: Mapping[str, str | int | None], remembered: int = 20_000, *, bare: bool = False
) -> Iterator[SentMessage]:
    """The messages asked for; as many envelopes as given are cached meanwhile."""
    archives = cache(partial(Archives, history.db))
    known: dict[tuple[int, str | None, str | None], _Sides] = {}
    for row in history.db.execute(asked, given):
        of, number, id_, sender, url, recipients, urls, at, subject, text, *facts = row
        advert, outgoing, envelope, who, draft, restated, twins = facts
        key = (envelope, restated, twins)
        if key not in known:
            if len(known) >= remembered:
                known.clear()
            others = (int(one) for group in (restated, twins) if group for one in group.split(","))
            shown = set() if bare else {envelope, *others}
            known[key] = _sides(history.db, archives(of), url, recipients, urls, shown)
        sides = known[key]
        mine = None if outgoing < 0 else outgoing > 0
        yield SentMessage(
            of, number, id_, sender, sides.sender_url, sides.recipients, sides.recipient_urls, at, subject, text,
            sides.folder, sides.attachments, bool(draft and outgoing), bool(advert), mine, who,
            sides.last_seen, sides.title,
        )  # fmt: skip


class _Sides(NamedTuple):
    """What all messages of one envelope have in common; the newest archive that has it was taken at `last_seen`."""

    sender_url: str
    recipients: tuple[str, ...]
    recipient_urls: tuple[str, ...]
    folder: str
    attachments: tuple[str, ...]
    last_seen: str
    title: str


_NEAR = 500
"""How many envelopes are cached where messages come conversation by conversation."""

_ASIDE = "SELECT folder, attachments, title FROM envelope WHERE number = ?"


def _sides(
    db: sqlite3.Connection, archives: Archives, sender_url: str, recipients: str, urls: str, shown: Iterable[int]
) -> _Sides:
    keys = urls.split("\n") if urls else []
    newest = sorted(((archives.newest("messages", one), one) for one in shown), reverse=True)
    asides = [db.execute(_ASIDE, (one,)).fetchone() for _, one in newest]
    folder, links, title = (next((aside[of] for aside in asides if aside[of]), "") for of in range(3))
    return _Sides(
        _PROFILE + quote(sender_url) if sender_url else "",
        (recipients.strip(),) if len(keys) == 1 else names(recipients),
        tuple(_PROFILE + quote(key) for key in keys),
        folder,
        tuple(links.split("\n")) if links else (),
        taken(newest[0][0]) if newest else "",
        title,
    )


_FEW = 3
"""How many names label a larger conversation that has no title."""


class _Gathering:
    """Builds a conversation from its messages, oldest first."""

    def __init__(self, first: SentMessage) -> None:
        self.first = self.last = first
        self.name = self.last_seen = self.title = ""
        self._writers: dict[str, None] = {}
        self.person: int | None = None
        self.crowd = self.advert = False
        self.messages = self.sent = self.drafts = 0
        self.folders = set[str]()
        self._faces = set[str]()

    def add(self, one: SentMessage) -> None:
        """Add the next message; drafts are not counted."""
        if one.draft <= self.last.draft and (one.sent_at or not self.last.sent_at):
            self.last = one
        if one.draft < self.first.draft or (one.draft == self.first.draft and not self.first.sent_at):
            self.first = one
        self.title = one.title or self.title
        if one.outgoing is False:
            if one.sender.strip() and not unshown(one.sender):
                self._writers[one.sender.strip()] = None
            self._faces.add(one.sender_url or one.sender)
        self.crowd = self.crowd or len(self._faces) > 1 or len(one.recipients) > 1
        if (name := _other(one)) and not unshown(name):
            self.name = name
        self.person = self.person if one.person is None else one.person
        self.advert |= one.advert
        self.messages += not one.draft
        self.drafts += one.draft
        if one.folder:
            self.folders.add(one.folder)
        self.sent += one.outgoing is True and not one.draft
        self.last_seen = max(self.last_seen, one.last_seen)

    def conversation(self, account: str, id_: str, newest: str) -> Conversation:
        """The finished conversation; `newest` is when the newest archive with messages was taken."""
        last, more = self.last, len(self._writers) - _FEW
        wrote = f"{', '.join([*self._writers][:_FEW])}{f' and {more} more' if more > 0 else ''}"
        name = (self.crowd and (self.title or wrote)) or self.name or _other(last)
        return Conversation(
            account, id_, name, None if self.crowd else self.person, self.crowd, self.advert,
            self.messages, self.sent, self.messages - self.sent,
            self.first.sent_at, last.sent_at, last.outgoing, last.text,
            self.last_seen, self.last_seen == newest, self.drafts, frozenset(self.folders),
        )  # fmt: skip


def conversations(
    history: History, account: str | None = None, *, person: int | None = None, id_: str | None = None
) -> list[Conversation]:
    """Every conversation of an account, or of all, the one with the newest message first.

    With `person`, a `Person.number`, only those in which they wrote or were written to, larger ones too; with `id_`, a
    `Conversation.id`, only that one.
    """
    where, given = _condition(history, account, id_, _OF_PERSON, person)
    text = f"substr(m.content, 1, {_LETTERS})"
    newest: dict[str, str] = {of: taken(at) for of, at in history.db.execute(_NEWEST).fetchall()}
    found, folders = list[Conversation](), dict[frozenset[str], frozenset[str]]()
    asked = f"{_MESSAGES.format(text=text, shown=_SHOWN)} {where} {_BY_CONVERSATION}"
    messages = _messages_of(history, asked, given, _NEAR)
    for (of, network_id), theirs in groupby(messages, key=lambda one: (one.account, one.conversation)):
        gathered: dict[str, _Gathering] = {}
        for one in theirs:
            key = network_id or conversation_of(one)
            if key not in gathered:
                gathered[key] = _Gathering(one)
            gathered[key].add(one)
        for key, gathering in gathered.items():
            if id_ in (None, key):
                # There may be a hundred thousand, so each byte counts.
                whole = gathering.conversation(intern(of), key, newest.get(of, ""))
                found.append(whole._replace(folders=folders.setdefault(whole.folders, whole.folders)))
    found.sort(key=lambda one: (one.last, one.id), reverse=True)
    return found


_NEWEST = """
SELECT a.account, max(a.at) FROM appearance a JOIN read_file f ON f.number = a.file
WHERE a.kind = 'messages' AND length(f.shown) > 0 GROUP BY a.account
"""


class TalkYear(NamedTuple):
    """The messages of a year (UTC) in numbers: the owner's, theirs, and adverts, which are in neither.

    `untold` are those where it is unknown who wrote.
    """

    year: int
    sent: int
    received: int
    untold: int
    adverts: int


def talk_by_year(history: History, account: str) -> list[TalkYear]:
    """The messages of an account by year, oldest first; drafts and those without a date are in none."""
    rows = history.db.execute(
        "SELECT CAST(substr(m.sent_at, 1, 4) AS INTEGER), sum(NOT x AND o = 1), sum(NOT x AND o = 0), "
        "sum(NOT x AND o < 0), sum(x) FROM (SELECT m.sent_at, e.outgoing AS o, "
        "coalesce(c.advert, e.advert AND e.outgoing < 1 AND e.sender_url = '') AS x "
        "FROM message m JOIN envelope e ON e.number = m.envelope AND NOT e.draft LEFT JOIN conversation c "
        "ON c.account = m.account AND c.id = m.conversation WHERE m.duplicate_of IS NULL AND m.account = ? "
        "AND m.sent_at <> '') m GROUP BY 1 ORDER BY 1",
        (account,),
    )
    return [TalkYear(*row) for row in rows]


def conversation_of(message: SentMessage) -> str:
    """The `Conversation.id` of the conversation that a message is in."""
    return message.conversation or f"{_NAMED}{_other(message)}"


def with_names(message: SentMessage, conversation: Conversation) -> SentMessage:
    """The message with the best names: where its archive shows a member without a name, that of its conversation.

    Precondition: only two talk; in a larger conversation it is unknown which of the others it is.
    """
    if conversation.crowd or not conversation.name or unshown(conversation.name):
        return message
    if message.outgoing is False and (unshown(message.sender) or not message.sender.strip()):
        return message._replace(sender=conversation.name)
    if message.outgoing and all(unshown(name) or not name.strip() for name in message.recipients):
        return message._replace(recipients=(conversation.name,))
    return message


def _other(one: SentMessage) -> str:
    return ", ".join(one.recipients) if one.outgoing else one.sender


# --- invitations ------------------------------------------------------------------------------------------------------

_INVITATIONS = """
SELECT i.account, i.number, i.outgoing, i.sent_at, i.message, p.name, p.name_key, p.url_key, p.person
FROM invitation i JOIN participant p ON p.number = i.participant WHERE :account IS NULL OR i.account = :account
ORDER BY i.account, i.sent_at, i.number
"""
_CONNECTED = """
SELECT p.number, max(max(p.connected_on), max(coalesce(s.connected_on, ''))) FROM person p
LEFT JOIN seen s ON s.person = p.number WHERE :account IS NULL OR p.account = :account GROUP BY p.number
"""


class SentInvitation(NamedTuple):
    """One invitation, however many archives have it; `outgoing` if the owner asked.

    `name`, `url` and `person` (a `linkbak.index.Person.number`, None if they are nobody in the lists) are the other
    one's; `url` is "" where no archive has an address. `sent_at` is RFC 3339 UTC, `first_seen` and `last_seen` are when
    the first and the newest archive that have it were taken.

    `state` is `accepted` if some list shows the other one as connected on the day it was sent or later (the day before
    counts: the network dates the two in different zones), `open` if no list does, `unknown` otherwise: no
    list is as young as the invitation, or it has no address, and its name is that of several people. Somebody who
    accepted and hid before the next list was written looks open.
    """

    account: str
    outgoing: bool
    name: str
    url: str
    person: int | None
    sent_at: str
    note: str
    first_seen: str
    last_seen: str
    state: InvitationState


InvitationState = Literal["accepted", "open", "unknown"]


class _Invitation(NamedTuple):
    """An invitation as some files show it."""

    account: str
    number: int
    outgoing: int
    sent_at: str
    note: str
    name: str
    name_key: str
    url_key: str
    person: int | None


def invitations(history: History, account: str | None = None) -> list[SentInvitation]:
    """Every invitation of an account, or of all, each once, the newest first.

    Two rows of one minute and one name in two archives are one invitation, unless a single archive has both.
    """
    account, db = history.account_named(account), history.db
    grouped: dict[tuple[object, ...], list[_Invitation]] = {}
    for row in map(_Invitation._make, db.execute(_INVITATIONS, {"account": account})):
        grouped.setdefault((row.account, row.outgoing, row.sent_at, row.name_key or row.url_key), []).append(row)
    connected = dict(db.execute(_CONNECTED, {"account": account}).fetchall())
    found = [
        _invitation(db, archives, rows, connected)
        for of, groups in groupby(grouped.values(), key=lambda rows: rows[0].account)
        for archives in [Archives(db, of)]
        for rows in _merged(archives, groups)
    ]
    return sorted(found, key=lambda one: (one.sent_at, one.name, one.url), reverse=True)


def _merged(archives: Archives, groups: Iterable[list[_Invitation]]) -> Iterator[list[_Invitation]]:
    """The rows that are one invitation each."""
    people: dict[tuple[object, ...], list[_Invitation]] = {}
    for rows in groups:
        both = any(sum(archive.holds(row.number) for row in rows) > 1 for archive in archives.of("invitations"))
        for same in [[row] for row in rows] if both else [rows]:
            person = next((row.person for row in same if row.person is not None), None)
            if person is None:
                yield same
            else:  # under each name they ever had
                people.setdefault((person, same[0].outgoing, same[0].sent_at), []).extend(same)
    yield from people.values()


def _invitation(
    db: sqlite3.Connection, archives: Archives, rows: list[_Invitation], connected: Mapping[int, str]
) -> SentInvitation:
    files = archives.of("invitations")
    shown = [(archive.at, row) for archive in files for row in rows if archive.holds(row.number)]
    newest, one = shown[-1]
    person = next((row.person for row in rows if row.person is not None), None)
    address = next((row.url_key for _, row in reversed(shown) if row.url_key), "")
    url = _PROFILE + quote(address) if address else ""
    note, state = max(row.note for row in rows), _state(db, one, person, address, connected)
    return SentInvitation(
        one.account, bool(one.outgoing), one.name, url, person, one.sent_at, note,
        taken(shown[0][0]), taken(newest), state,
    )  # fmt: skip


def _state(
    db: sqlite3.Connection, one: _Invitation, person: int | None, address: str, connected: Mapping[int, str]
) -> InvitationState:
    day = one.sent_at[:10] and (date.fromisoformat(one.sent_at[:10]) - timedelta(days=1)).isoformat()
    if person is not None and connected.get(person, "") >= day:
        return "accepted"
    newest = "SELECT max(taken) FROM snapshot WHERE account = ? AND role <> 'none'"
    if (db.execute(newest, (one.account,)).fetchone()[0] or "") < one.sent_at:
        return "unknown"
    called = (
        "SELECT 1 FROM alias a JOIN person p ON p.number = a.person "
        "WHERE a.account = ? AND a.name_key = ? AND (? = '' OR p.url_key = '') LIMIT 1"
    )
    alike = person is None and db.execute(called, (one.account, one.name_key, address)).fetchone()
    return "unknown" if alike else "open"


# --- the address book -------------------------------------------------------------------------------------------------


class BookContact(NamedTuple):
    """One entry of the address book that the owner once gave the network.

    Texts are as written, `emails` and `phones` without blanks around them. `person` is a
    `linkbak.index.Person.number`, None if they are nobody in the lists, or nobody certain; `how` says by what they were
    joined: a ``name`` that only one person ever had, or an ``email`` that only one ever showed; "" without a person.
    """

    account: str
    name: str
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    birthday: str
    addresses: str
    person: int | None
    how: Literal["", "name", "email"]


def contacts(history: History, account: str | None = None) -> list[BookContact]:
    """Every entry of the address book of an account, or of all, that any archive has, by name."""
    rows = history.db.execute(
        "SELECT c.account, p.name, c.emails, c.phones, c.birthday, c.addresses, c.person, c.how FROM contact c "
        "JOIN participant p ON p.number = c.participant "
        "WHERE :account IS NULL OR c.account = :account ORDER BY p.name_key, c.number",
        {"account": history.account_named(account)},
    )
    return [
        BookContact(of, "" if name == emails else name, parts(emails), parts(phones), *rest)
        for of, name, emails, phones, *rest in rows
    ]

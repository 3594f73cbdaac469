"""Finds the other participant of each conversation, from all archives, and joins participants to people."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from linkbak.index.activity import Archives, name_key, unshown
from linkbak.index.participants import Envelope, Owner, Participants, Reading, parts
from linkbak.index.schema import ADDRESSED, NAMED
from linkbak.model import NamedTuple

_SELECT = (
    "SELECT number, participant, outgoing, grade, conversation, advert, sender, sender_url, recipients, "
    "recipient_urls, draft FROM envelope "
)
_TOUCHED = """
WHERE number IN (SELECT number FROM envelope WHERE account = :account AND conversation IN (
  SELECT id FROM conversation WHERE account = :account AND (several OR crowd OR advert) UNION
  SELECT conversation FROM envelope WHERE account = :account AND conversation IN (
    SELECT conversation FROM envelope WHERE number IN (SELECT value FROM json_each(:touched)) AND conversation <> ''
  ) GROUP BY conversation
  HAVING min(participant) IS NOT max(participant) OR count(participant) < count(*) OR max(crowd + advert) > 0
) UNION ALL SELECT number FROM envelope WHERE conversation = '' AND number IN (SELECT value FROM json_each(:touched)))
ORDER BY conversation, number
"""
"""Conversations with something new; one whose rows all show the same single other one is clear."""

_RESTATED = """
SELECT r.message, e.number, e.participant, e.outgoing, e.grade, e.sender, e.sender_url, e.draft
FROM restated r JOIN envelope e ON e.number = r.envelope
WHERE r.message IN (SELECT message FROM restated WHERE envelope IN (SELECT value FROM json_each(?)))
"""


class _Outcome(NamedTuple):
    """The interpretation of a row: the participant, the direction, how well the other one is known."""

    participant: int | None
    outgoing: int
    grade: int


class _Row(NamedTuple):
    """One envelope, what it says, and how it was interpreted before."""

    number: int
    envelope: Envelope
    reading: Reading
    before: _Outcome


class Verdict(NamedTuple):
    """What is known about a conversation; `participants` are those the other one was, the newest first.

    `marked` is whether it has the form of an advert, `advert` whether it is one.
    """

    crowd: bool
    several: bool
    marked: bool
    advert: bool
    participants: tuple[int, ...]


class Interpretation:
    """Interprets the messages of one account for one owner."""

    def __init__(self, db: sqlite3.Connection, account: str, owner: Owner, participants: Participants) -> None:
        self._db, self._account, self._owner, self._participants = db, account, owner, participants
        self._archives = Archives(db, account)

    def interpret(self, touched: Collection[int] | None) -> None:
        """Interpret the conversations of these envelopes anew, or (None) everything; messages follow."""
        changed: list[tuple[_Outcome, int, bool]] = []
        numbers: list[int] = []
        recounted = set[int | None]()
        odd: list[tuple[str, Verdict]] = []
        plain: list[tuple[str, str]] = []
        for conversation, rows in self._conversations(touched):
            verdict = self._verdict([row for row in rows if not row.envelope.draft])
            if conversation:
                plain.append((self._account, conversation))
                if verdict.crowd or verdict.marked or len(verdict.participants) > 1:
                    odd.append((conversation, verdict))
            for row in rows:
                numbers.append(row.number)
                if (now := self._outcome(row, verdict)) != row.before:
                    changed.append((now, row.number, row.envelope.draft))
                    recounted |= {row.before.participant, now.participant}
        self._participants.write()
        self._keep(plain, odd)
        self._db.executemany(
            "UPDATE envelope SET participant = ?, outgoing = ?, grade = ? WHERE number = ?",
            [(*now, number) for now, number, _ in changed],
        )
        self._db.executemany(
            "UPDATE message SET participant = ?, outgoing = max(0, ?) WHERE envelope = ?",
            [(None if draft else now.participant, now.outgoing, number) for now, number, draft in changed],
        )
        uncount(self._db, recounted)
        self._settle_restated([*numbers, *(touched or ())])

    def _conversations(self, touched: Collection[int] | None) -> Iterator[tuple[str, list[_Row]]]:
        """The rows of each conversation, and those of none one by one."""
        if touched is None:
            found = self._db.execute(_SELECT + "WHERE account = ? ORDER BY conversation, number", (self._account,))
        else:
            given = {"account": self._account, "touched": json.dumps(sorted(touched))}
            found = self._db.execute(_SELECT + _TOUCHED, given)
        for conversation, rows in groupby((self._row(*one) for one in found), lambda row: row.envelope.conversation):
            if conversation:
                yield conversation, list(rows)
            else:
                yield from (("", [row]) for row in rows)

    def _row(self, number: int, participant: int | None, outgoing: int, grade: int, *kept: Any) -> _Row:
        envelope = Envelope.kept(*kept)
        return _Row(number, envelope, envelope.reading(self._owner), _Outcome(participant, outgoing, grade))

    def _verdict(self, rows: list[_Row]) -> Verdict:
        shown = [row for row in rows if row.reading.other.grade >= NAMED]
        several = len(shown) > 1 and _faces(shown) > 1
        crowd = any(row.reading.crowd for row in rows) or (
            several  # one file shows two people who are not the owner
            and any(
                _faces([row for row in shown if archive.holds(row.number)]) > 1
                for archive in self._archives.of("messages")
            )
        )
        marked = any(row.envelope.advert for row in rows)
        # The network writes rich text for people as it writes adverts; but people have an address, or are answered.
        # Precondition: the archives show addresses. Rich text that somebody wrote before 2021 and nobody answered is
        # wrongly taken for an advert.
        known = any(row.reading.outgoing > 0 or row.envelope.sender_url for row in rows)
        return Verdict(crowd, several, marked, marked and not known, self._newest_first(shown))

    def _newest_first(self, rows: list[_Row]) -> tuple[int, ...]:
        """The participants the other one was, those with an address before others, those shown last before them."""
        found = {who: row for row in rows if (who := row.reading.participant(self._participants, -1)) is not None}
        if len(found) < 2:
            return tuple(found)
        last: dict[int, tuple[bool, int, str]] = {}
        for row in rows:
            who, (url, name) = row.reading.participant(self._participants, -1), row.reading.other
            if who is not None:
                rank = (bool(url), self._archives.newest("messages", row.number), url or name_key(name))
                last[who] = max(rank, last.get(who, rank))
        return tuple(sorted(last, key=lambda who: last[who], reverse=True))

    def _outcome(self, row: _Row, verdict: Verdict) -> _Outcome:
        reading, who = row.reading, None
        if row.envelope.draft:
            who = next(iter(verdict.participants), None) or reading.participant(self._participants, -1)
            who = None if verdict.crowd or verdict.advert else who
        elif verdict.crowd and not verdict.advert and reading.outgoing == 0:
            who = reading.participant(self._participants, -1)
        elif not verdict.crowd and not verdict.advert and reading.outgoing >= 0:
            who = next(iter(verdict.participants), None)
        return _Outcome(who, reading.outgoing, reading.other.grade)

    def _keep(self, interpreted: list[tuple[str, str]], odd: list[tuple[str, Verdict]]) -> None:
        """Store what is unusual about conversations, and the addresses of the other one."""
        for table, column in (("conversation", "id"), ("conversation_participant", "conversation")):
            if self._db.execute(f"SELECT 1 FROM {table} WHERE account = ? LIMIT 1", (self._account,)).fetchone():  # noqa: S608
                self._db.executemany(f"DELETE FROM {table} WHERE account = ? AND {column} = ?", interpreted)  # noqa: S608
        for conversation, verdict in odd:
            flags = (int(verdict.crowd), int(verdict.several), int(verdict.advert))
            if any(flags) or verdict.marked:
                row = (self._account, conversation, *flags)
                self._db.execute("INSERT INTO conversation VALUES (?, ?, ?, ?, ?)", row)
            if not verdict.crowd and not verdict.advert:
                rows = [(self._account, conversation, who) for who in verdict.participants]
                self._db.executemany("INSERT INTO conversation_participant VALUES (?, ?, ?)", rows)

    def _settle_restated(self, envelopes: list[int]) -> None:
        """For messages shown with several envelopes, take the one that says most; among equals always the same."""
        if self._db.execute("SELECT 1 FROM restated LIMIT 1").fetchone() is None:
            return
        best: dict[int, tuple[tuple[bool, int, int, int, int, str, str], tuple[int | None, int, str, int]]] = {}
        rows = self._db.execute(_RESTATED, (json.dumps(envelopes),))
        for message, number, who, outgoing, grade, sender, url, draft in rows:
            newest = self._archives.newest("messages", number)
            rank = (outgoing >= 0, grade if outgoing == 0 else ADDRESSED, grade, newest, outgoing, url, sender)
            if message not in best or rank > best[message][0]:
                best[message] = rank, (None if draft else who, max(0, outgoing), sender, number)
        before = "SELECT DISTINCT participant FROM message WHERE number IN (SELECT value FROM json_each(?))"
        uncount(self._db, (who for (who,) in self._db.execute(before, (json.dumps([*best]),)).fetchall()))
        uncount(self._db, {who for _, (who, *_) in best.values()})
        self._db.executemany(
            "UPDATE message SET participant = ?, outgoing = ?, sender = ?, envelope = ? WHERE number = ?",
            [(*reading, message) for message, (_, reading) in best.items()],
        )


def _faces(rows: Iterable[_Row]) -> int:
    """How many people the others can be: one only named is taken for the one with an address and the same name."""
    others = {row.reading.other for row in rows}
    called = {name_key(name) for url, name in others if url}
    return len({url for url, _ in others if url}) + len({name_key(name) for url, name in others if not url} - called)


# --- joining to people ------------------------------------------------------------------------------------------------
# Joins everybody who is named in archives to the people of the index, and counts who wrote with whom.
# Everything is computed anew from the tables, whatever was joined before.

_Joined = tuple[int | None, int, int | None]
"""A person, the participant who is joined to them, and whom they were joined to before."""
_BY_ADDRESS = """
WITH doubtful AS MATERIALIZED (SELECT number, person, url_key, account FROM participant
  WHERE account = ? AND url_key <> '' AND (person IS NULL OR person IS NOT (
    SELECT CASE WHEN count(*) = 1 THEN p.number END FROM person p
    WHERE p.url_key = participant.url_key AND p.account = participant.account))
), joined AS MATERIALIZED (SELECT number, person AS before, (
  SELECT a.person FROM address a JOIN person p ON p.number = a.person
  WHERE a.url_key = doubtful.url_key AND a.account = doubtful.account
  ORDER BY p.url_key = a.url_key DESC, a.at DESC, a.person DESC LIMIT 1
) AS person FROM doubtful)
SELECT person, number, before FROM joined WHERE person IS NOT before
"""
"""Whose present address it alone is, is looked for first: of nearly all that is who they are joined to already."""
_BY_NAME = """
WITH joined AS MATERIALIZED (SELECT number, person AS before, (
  SELECT CASE WHEN min(a.person) = max(a.person) THEN min(a.person) END FROM alias a
  WHERE a.name_key = participant.name_key AND a.account = participant.account
) AS person FROM participant WHERE account = ? AND url_key = '')
SELECT person, number, before FROM joined WHERE person IS NOT before
"""
_BY_CONVERSATION = """
SELECT min(q.person), p.number, NULL FROM participant p JOIN conversation_participant g ON g.participant = p.number
JOIN conversation_participant h ON h.account = g.account AND h.conversation = g.conversation
JOIN participant q ON q.number = h.participant AND q.person IS NOT NULL
WHERE p.account = ? AND g.account = p.account AND p.url_key <> '' AND p.person IS NULL
GROUP BY p.number HAVING min(q.person) = max(q.person)
"""
_RECOMMENDED = """
UPDATE recommendation SET person = coalesce(
  (SELECT person FROM participant WHERE number = recommendation.participant),
  (SELECT CASE WHEN min(a.person) = max(a.person) THEN min(a.person) END
   FROM participant y JOIN alias a ON a.name_key = y.name_key AND a.account = y.account
   WHERE y.number = recommendation.participant AND recommendation.company <> '' AND (
     EXISTS (SELECT 1 FROM person n WHERE n.number = a.person AND n.company = recommendation.company COLLATE NOCASE)
     OR EXISTS (SELECT 1 FROM seen s WHERE s.person = a.person AND s.company = recommendation.company COLLATE NOCASE)))
) WHERE account = ?
"""
_UNCOUNTED = "INSERT OR IGNORE INTO uncounted SELECT participant FROM message WHERE {} AND participant IS NOT NULL"
_STALE = "IN (SELECT number FROM uncounted u CROSS JOIN participant ON number = u.participant WHERE account = ?)"
_RECOUNTED = f"""
INSERT INTO talked SELECT participant, count(*), sum(outgoing), min(sent_at), max(sent_at) FROM message
WHERE participant {_STALE} AND participant IS NOT NULL AND duplicate_of IS NULL GROUP BY participant
"""  # noqa: S608
_UNTALKED = """
DELETE FROM talk WHERE person IN (SELECT value FROM json_each(:people))
OR messages = 0 AND person NOT IN (SELECT number FROM person WHERE account <> :account)
"""
_TALKED = """
INSERT INTO talk
SELECT p.person, sum(t.messages), sum(t.sent), sum(t.messages - t.sent), min(t.first), max(t.last)
FROM participant p JOIN talked t ON t.participant = p.number
WHERE p.account = :account AND p.person IN (SELECT value FROM json_each(:people)) GROUP BY p.person
"""
_UNTOLD = """
INSERT INTO talk
SELECT DISTINCT a.person, 0, 0, 0, '', '' FROM talked t JOIN participant p ON p.number = t.participant
JOIN alias a ON a.account = p.account AND a.name_key = p.name_key
JOIN person n ON n.number = a.person
WHERE p.account = ? AND p.person IS NULL AND (p.url_key = '' OR n.url_key = '')
  AND a.person NOT IN (SELECT person FROM talk)
"""
"""People with whom talk is unknown: messages under their name are nobody's for certain."""
_BESIDE = """
SELECT DISTINCT s.at, instr(' ' || s.lacks || ' ', ' url ') FROM snapshot s
JOIN appearance a ON a.account = s.account AND a.at = s.at AND a.kind = 'messages'
WHERE s.account = ? AND s.role <> 'none'
"""
"""The lists beside messages, and whether they have no addresses."""
_NAMELESS = "SELECT 1 FROM participant WHERE account = ? AND person IS NULL AND url_key = '' LIMIT 1"
_LISTED = """
SELECT a.name_key, min(p.number) FROM json_each(:names) n
CROSS JOIN alias a ON a.name_key = n.value AND a.account = :account CROSS JOIN person p ON p.number = a.person
WHERE p.born <= :at AND (p.last IS NULL OR p.last >= :at) AND a.at <= :at
GROUP BY a.name_key HAVING min(p.number) = max(p.number)
"""
_NAMED_THERE = """
SELECT p.number, e.number, CASE WHEN e.sender_url = p.url_key THEN e.sender ELSE e.recipients END
FROM participant p JOIN mention m ON m.participant = p.number JOIN envelope e ON e.number = m.envelope
WHERE p.account = :account AND p.person IS NULL AND p.url_key <> '' AND p.url_key IN (e.sender_url, e.recipient_urls)
UNION ALL SELECT p.number, e.number, p.name FROM participant p JOIN envelope e ON e.participant = p.number
WHERE NOT e.draft AND p.account = :account AND p.person IS NULL AND p.url_key = ''
"""
"""The names and envelopes of participants who are nobody yet."""


def _by_name_in_archives(db: sqlite3.Connection, account: str) -> list[_Joined]:
    """Whom participants without a person are by the name within one archive, where list or messages have no addresses.

    Only where the archive's list has one person of that name and its messages one who bears it.
    """
    lists = db.execute(_BESIDE, (account,)).fetchall()
    if not any(unaddressed for _, unaddressed in lists) and db.execute(_NAMELESS, (account,)).fetchone() is None:
        return []
    named = [(who, number, name_key(name)) for who, number, name in db.execute(_NAMED_THERE, {"account": account})]
    if not lists or not named:
        return []
    nameless = dict(db.execute("SELECT number, url_key = '' FROM participant WHERE account = ?", (account,)))
    archives = {archive.at: archive for archive in Archives(db, account).of("messages")}
    found: dict[int, set[int]] = {}
    for at, unaddressed in lists:
        called: dict[str, set[int]] = {}
        for who, number, key in named:
            if archives[at].holds(number):
                called.setdefault(key, set()).add(who)
        alone = {
            key: who
            for key, those in called.items()
            for who in those
            if len(those) == 1 and (unaddressed or nameless[who])
        }
        given = {"account": account, "at": at, "names": json.dumps(list(alone))}
        for key, person in db.execute(_LISTED, given) if alone else ():
            found.setdefault(alone[key], set()).add(person)
    return [(next(iter(people)), who, None) for who, people in found.items() if len(people) == 1]


def resolve(db: sqlite3.Connection, account: str) -> None:
    """Join every participant of an account to a person, find duplicate messages, and count who talked.

    By address: whose it is now, else who had it last. Without an address, by a name that only one person ever had, or
    that only one has in the list beside the messages; likewise an address beside a list without any. An address that
    nobody is known by belongs to the person of its conversation: conversations keep their ids through all forms of the
    file, so the other one of two is the same person under every address and name that any archive shows.
    """
    here = (account,)
    changed = set[int | None]()
    for asked in (_BY_ADDRESS, _BY_NAME):
        changed |= _join(db, db.execute(asked, here).fetchall())
    changed |= _join(db, _by_name_in_archives(db, account))
    changed |= _join(db, db.execute(_BY_CONVERSATION, here).fetchall())
    db.execute(_RECOMMENDED, here)
    _join_contacts(db, account)
    find_twins(db, account)
    changed |= _recount(db, account)
    given = {"account": account, "people": json.dumps(sorted(changed - {None}))}
    db.execute(_UNTALKED, given)
    db.execute(_TALKED, given)
    db.execute(_UNTOLD, here)


def _join(db: sqlite3.Connection, found: Sequence[_Joined]) -> set[int | None]:
    """Join participants to people; gives the people whose messages are others now."""
    db.executemany("UPDATE participant SET person = ? WHERE number = ?", [one[:2] for one in found])
    return {one for person, _, before in found for one in (person, before)}


def uncount(db: sqlite3.Connection, participants: Iterable[int | None]) -> None:
    """Note that messages with these participants came, went or changed: `resolve` counts them anew."""
    known = [(who,) for who in participants if who is not None]
    db.executemany("INSERT OR IGNORE INTO uncounted VALUES (?)", known)


def _recount(db: sqlite3.Connection, account: str) -> set[int | None]:
    """Count what was exchanged with every participant whose messages changed; gives whom these are joined to."""
    here = (account,)
    whose = db.execute(f"SELECT DISTINCT person FROM participant WHERE number {_STALE}", here).fetchall()  # noqa: S608
    db.execute(f"DELETE FROM talked WHERE participant {_STALE}", here)  # noqa: S608
    db.execute(_RECOUNTED, here)
    db.execute(f"DELETE FROM uncounted WHERE participant {_STALE}", here)  # noqa: S608
    return {person for (person,) in whose}


def _join_contacts(db: sqlite3.Connection, account: str) -> None:
    """Join the address book to people: by the name that only one ever had, or an e-mail that only one ever showed.

    Precondition: an e-mail that one alone showed in lists is theirs. Where name and e-mail, or two e-mails, mean two
    people, the entry is nobody's.
    """
    entries = db.execute(
        "SELECT c.number, c.emails, p.person FROM contact c JOIN participant p ON p.number = c.participant "
        "WHERE c.account = ?",
        (account,),
    ).fetchall()
    shown: dict[str, set[int]] = {}
    for person, email in db.execute(_EMAILS, {"account": account}) if entries else ():
        shown.setdefault(email.strip().casefold(), set()).add(person)
    joined = []
    for number, emails, named in entries:
        theirs = [shown[key] for one in parts(emails) if (key := one.casefold()) in shown]
        found = {next(iter(one)) for one in theirs if len(one) == 1} | ({named} - {None})
        person = found.pop() if len(found) == 1 else None
        joined.append((person, "" if person is None else "email" if named is None else "name", number))
    db.executemany("UPDATE contact SET person = ?, how = ? WHERE number = ?", joined)


_EMAILS = """
SELECT number, email FROM person WHERE account = :account AND email <> ''
UNION SELECT s.person, s.email FROM seen s JOIN person p ON p.number = s.person
WHERE p.account = :account AND s.email <> ''
"""


# --- twins ------------------------------------------------------------------------------------------------------------
# Messages of the years without conversations that stand in another archive as well, under another name or with an id.
#
# Such a row says who, when to the minute, and what. It equals another where text, minute and direction are equal,
# and the other one is too: the same person or address, a common name, or, for messages still left over, somebody not
# shown. One file shows each message once: so two rows of one file are never the same, and no more are taken for
# copies than there are originals.
#
# Precondition: nobody sends the owner the words that somebody else sends in the same minute, and is not shown then.

_ALIKE = """
SELECT m.likeness, m.number, m.conversation <> '', m.sent_at, m.participant IS NOT NULL, e.outgoing, p.person,
  coalesce(p.url_key, ''), coalesce(p.name, ''), e.sender, e.recipients, m.conversation, e.number,
  (SELECT group_concat(r.envelope) FROM restated r WHERE r.message = m.number)
FROM message m JOIN envelope e ON e.number = m.envelope AND NOT e.draft
LEFT JOIN participant p ON p.number = m.participant
WHERE m.account = :account
  AND m.likeness IN (SELECT likeness FROM message WHERE account = :account AND conversation = '')
ORDER BY m.likeness
"""


class _Copy(NamedTuple):
    """A message: whether it is `placed` in a conversation, whether its person is known, the other one's keys."""

    number: int
    placed: bool
    sent_at: str
    known: bool
    outgoing: int
    person: int | None
    url: str
    names: frozenset[str]
    conversation: str
    envelopes: tuple[int, ...]

    @property
    def order(self) -> tuple[object, ...]:
        """An order that does not depend on the index."""
        return (not self.placed, not self.names, self.sent_at, sorted(self.names), self.url, self.conversation)


def find_twins(db: sqlite3.Connection, account: str) -> None:
    """Mark an account's messages that are copies of better known ones (`message.duplicate_of`)."""
    twins = "account = ? AND duplicate_of IS NOT NULL"
    db.execute(_UNCOUNTED.format(twins), (account,))
    db.execute(f"UPDATE message SET duplicate_of = NULL WHERE {twins}", (account,))  # noqa: S608
    loose = "SELECT 1 FROM message WHERE account = ? AND conversation = '' LIMIT 1"
    if db.execute(loose, (account,)).fetchone() is None:
        return
    db.execute("CREATE INDEX IF NOT EXISTS message_likeness ON message (likeness)")  # needed here alone
    archives = Archives(db, account).of("messages")

    def files(copy: _Copy) -> frozenset[int]:
        return frozenset(one.at for one in archives if any(map(one.holds, copy.envelopes)))

    found = list[tuple[int, int]]()
    for _, rows in groupby(db.execute(_ALIKE, {"account": account}), key=lambda row: row[0]):
        copies = [_copy(*row[1:]) for row in rows]
        if len(copies) > 1:
            found += _twins(sorted(copies, key=lambda one: one.order), files)
    db.executemany("UPDATE message SET duplicate_of = ? WHERE number = ?", found)
    db.execute(_UNCOUNTED.format(twins), (account,))


def _copy(
    number: int, placed: int, sent_at: str, known: int, outgoing: int, person: int | None, url: str, name: str,
    sender: str, recipients: str, conversation: str, envelope: int, restated: str | None,
) -> _Copy:  # fmt: skip
    other = recipients if outgoing > 0 else sender
    names = frozenset(name_key(one) for one in (name, other) if one.strip() and not unshown(one))
    envelopes = tuple(map(int, restated.split(","))) if restated else (envelope,)
    return _Copy(
        number, bool(placed), sent_at, bool(known), outgoing, person, url, names - {""}, conversation, envelopes
    )


def _twins(copies: list[_Copy], files: Callable[[_Copy], frozenset[int]]) -> Iterator[tuple[int, int]]:
    """The better known message and its copy, for each copy among messages of one minute and text."""
    groups = {one: [one] for one in copies if one.placed}
    left = [one for one in copies if not one.placed]
    for alike in (_surely_and_at_once, _surely, _perhaps):
        left = [one for one in left if not _joins(one, groups, alike, files)]
    for one in left:
        if not _joins(one, {other: those for other, those in groups.items() if not other.placed}, _perhaps, files):
            groups[one] = [one]
    for members in groups.values():
        best = min(members, key=lambda one: (not one.known, one.order))
        yield from ((best.number, one.number) for one in members if one is not best)


def _joins(
    one: _Copy,
    groups: dict[_Copy, list[_Copy]],
    alike: Callable[[_Copy, _Copy], bool],
    files: Callable[[_Copy], frozenset[int]],
) -> bool:
    """Whether a message belongs to a group of copies; if so, it joins the group."""
    for first, members in groups.items():
        if alike(one, first) and all(files(one).isdisjoint(files(other)) for other in members):
            members.append(one)
            return True
    return False


def _surely_and_at_once(one: _Copy, other: _Copy) -> bool:
    return one.sent_at == other.sent_at and _surely(one, other)


def _surely(one: _Copy, other: _Copy) -> bool:
    """Whether direction and the other one are the same."""
    if one.outgoing != other.outgoing and min(one.outgoing, other.outgoing) >= 0:
        return False
    if one.person is not None and other.person is not None:
        return one.person == other.person
    return bool(one.url and one.url == other.url) or not one.names.isdisjoint(other.names)


def _perhaps(one: _Copy, other: _Copy) -> bool:
    """Whether they may be the same since one side shows nobody."""
    if _surely(one, other):
        return True
    known = [copy for copy in (one, other) if copy.names or copy.url]
    return len(known) < 2 and (one.outgoing == other.outgoing or min(one.outgoing, other.outgoing) < 0)

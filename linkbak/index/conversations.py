"""Who the other one of each conversation is, from all that all archives show of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from linkbak.index.participants import ADDRESSED, NAMED, Ends, Me, Parties, Told, name_key
from linkbak.index.traces import Archives

_SELECT = (
    "SELECT number, conversation, advert, sender, sender_url, recipients, recipient_urls, party, outgoing, grade "
    "FROM ends "
)
_TOUCHED = """
WHERE account = ?1 AND (conversation IN (
  SELECT id FROM conversation WHERE account = ?1 AND (several OR crowd OR advert) UNION
  SELECT conversation FROM ends WHERE account = ?1 AND conversation IN (
    SELECT conversation FROM ends WHERE number IN (SELECT value FROM json_each(?2)) AND conversation <> ''
  ) GROUP BY conversation HAVING min(party) IS NOT max(party) OR count(party) < count(*) OR max(crowd + advert) > 0
) OR number IN (SELECT value FROM json_each(?2)) AND conversation = '') ORDER BY conversation, number
"""
"""Where something new was added; a conversation whose rows all show the same other one alone needs no weighing."""

_RETOLD = """
WITH some AS (SELECT value FROM json_each(?)), these AS (
  SELECT message FROM retold WHERE ends IN some
  UNION SELECT message FROM retold WHERE message IN (SELECT number FROM message WHERE ends IN some)
), told AS (
  SELECT number AS message, ends FROM message WHERE number IN these
  UNION SELECT message, ends FROM retold WHERE message IN these
)
SELECT t.message, e.party, e.outgoing, e.grade, e.sender, e.sender_url FROM told t JOIN ends e ON e.number = t.ends
"""


_Rank = tuple[bool, int, int, str, str]


class _Row(NamedTuple):
    """One of the ends, what it says, and what was made of it before: party, direction, grade."""

    number: int
    ends: Ends
    told: Told
    before: tuple[int | None, int, int]


class Verdict(NamedTuple):
    """What a conversation is; `parties` are those the other one was, the newest first."""

    crowd: bool
    several: bool
    advert: bool
    parties: tuple[int, ...]


class Weighing:
    """Interprets the messages of one account for one owner."""

    def __init__(self, db: sqlite3.Connection, account: str, me: Me, parties: Parties) -> None:
        self._db, self._account, self._me, self._parties = db, account, me, parties
        self._archives = Archives(db, account)

    def weigh(self, touched: Collection[int] | None) -> None:
        """Interpret the conversations of these ends anew, or (None) everything; messages follow."""
        changed: list[tuple[int | None, int, int, int]] = []
        weighed: list[int] = []
        odd: list[tuple[str, Verdict]] = []
        plain: list[tuple[str, str]] = []
        for conversation, rows in self._conversations(touched):
            verdict = self._verdict(rows)
            if conversation:
                plain.append((self._account, conversation))
                if verdict.crowd or verdict.several or verdict.advert:
                    odd.append((conversation, verdict))
            for row in rows:
                weighed.append(row.number)
                if (now := self._meant(row, verdict)) != row.before:
                    changed.append((*now, row.number))
        self._parties.write()
        self._keep(plain, odd)
        self._db.executemany("UPDATE ends SET party = ?, outgoing = ?, grade = ? WHERE number = ?", changed)
        self._db.executemany(
            "UPDATE message SET party = ?, outgoing = max(0, ?) WHERE ends = ?", [(*one[:2], one[3]) for one in changed]
        )
        self._retell([*weighed, *(touched or ())])

    def _conversations(self, touched: Collection[int] | None) -> Iterator[tuple[str, list[_Row]]]:
        """The rows of each conversation, and those of none one by one."""
        if touched is None:
            found = self._db.execute(_SELECT + "WHERE account = ? ORDER BY conversation, number", (self._account,))
        else:
            found = self._db.execute(_SELECT + _TOUCHED, (self._account, json.dumps(sorted(touched))))
        for conversation, rows in groupby(map(self._row, found), lambda row: row.ends.conversation):
            if conversation:
                yield conversation, list(rows)
            else:
                yield from (("", [row]) for row in rows)

    def _row(self, found: Sequence[Any]) -> _Row:
        number, conversation, advert, sender, sender_url, recipients, urls, *before = found
        keys = tuple(urls.split("\n")) if urls else ()
        ends = Ends(conversation, bool(advert), sender, sender_url, recipients, keys)
        return _Row(number, ends, ends.told(self._me), (before[0], before[1], before[2]))

    def _verdict(self, rows: list[_Row]) -> Verdict:
        shown = [row for row in rows if row.told.grade >= NAMED]
        crowd = any(row.told.crowd for row in rows)
        advert = any(row.ends.advert for row in rows)
        if several := len(shown) > 1 and _faces(shown) > 1:
            crowd = crowd or self._at_once(shown)
        return Verdict(crowd, several, advert, self._newest_first(shown))

    def _at_once(self, rows: list[_Row]) -> bool:
        """Whether one file shows two people who are not the owner."""
        archives = self._archives.of("messages")
        return any(_faces([row for row in rows if archive.holds(row.number)]) > 1 for archive in archives)

    def _newest_first(self, rows: list[_Row]) -> tuple[int, ...]:
        """The parties the other one was, those with an address before others, those shown last before them."""
        found = {who: row for row in rows if (who := row.told.party(self._parties, -1)) is not None}
        if len(found) < 2:
            return tuple(found)
        last: dict[int, tuple[bool, int, str]] = {}
        for row in rows:
            who, (url, name) = row.told.party(self._parties, -1), row.told.other
            if who is not None:
                rank = (bool(url), self._archives.newest("messages", row.number), url or name_key(name))
                last[who] = max(rank, last.get(who, rank))
        return tuple(sorted(last, key=lambda who: last[who], reverse=True))

    def _meant(self, row: _Row, verdict: Verdict) -> tuple[int | None, int, int]:
        told = row.told
        if verdict.advert or told.outgoing < 0:
            who = None
        elif verdict.crowd:
            who = told.party(self._parties, -1) if told.outgoing == 0 else None
        else:
            who = verdict.parties[0] if verdict.parties else None
        return who, told.outgoing, told.grade

    def _keep(self, weighed: list[tuple[str, str]], odd: list[tuple[str, Verdict]]) -> None:
        """Note what is out of the ordinary about conversations, and under which addresses the other one stood."""
        if self._db.execute("SELECT 1 FROM conversation WHERE account = ? LIMIT 1", (self._account,)).fetchone():
            self._db.executemany("DELETE FROM conversation WHERE account = ? AND id = ?", weighed)
            self._db.executemany("DELETE FROM guise WHERE account = ? AND conversation = ?", weighed)
        for conversation, verdict in odd:
            flags = (int(verdict.crowd), int(verdict.several), int(verdict.advert))
            self._db.execute("INSERT INTO conversation VALUES (?, ?, ?, ?, ?)", (self._account, conversation, *flags))
            if verdict.several and not verdict.crowd and not verdict.advert:
                rows = [(self._account, conversation, who) for who in verdict.parties]
                self._db.executemany("INSERT INTO guise VALUES (?, ?, ?)", rows)

    def _retell(self, weighed: list[int]) -> None:
        """Of messages shown with several ends, take the one that tells most; of equals, any one that stays the same."""
        if self._db.execute("SELECT 1 FROM retold LIMIT 1").fetchone() is None:
            return
        best: dict[int, tuple[_Rank, tuple[int | None, int, str]]] = {}
        for message, who, outgoing, known, sender, url in self._db.execute(_RETOLD, (json.dumps(weighed),)):
            rank = (outgoing >= 0, known if outgoing == 0 else ADDRESSED, outgoing, url, sender)
            if message not in best or rank > best[message][0]:
                best[message] = rank, (who, max(0, outgoing), sender)
        rows = [(*meant, message) for message, (_, meant) in best.items()]
        self._db.executemany("UPDATE message SET party = ?, outgoing = ?, sender = ? WHERE number = ?", rows)


def _faces(rows: Iterable[_Row]) -> int:
    """How many people the others can be: whoever is only named is who has an address and the same name."""
    others = {row.told.other for row in rows}
    called = {name_key(name) for url, name in others if url}
    return len({url for url, _ in others if url}) + len({name_key(name) for url, name in others if not url} - called)

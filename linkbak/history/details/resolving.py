"""Joins everybody who is named in archives to the people of the index, and counts who talked with whom.

Everything is made anew from what the tables say, so what was joined before does not matter.
"""

from __future__ import annotations

import sqlite3

_BY_ADDRESS = """
UPDATE party SET person = (
  SELECT a.person FROM address a JOIN person p ON p.number = a.person
  WHERE a.url_key = party.url_key AND a.account = party.account
  ORDER BY p.url_key = a.url_key DESC, a.at DESC, a.person DESC LIMIT 1
) WHERE account = ? AND url_key <> ''
"""
_BY_NAME = """
UPDATE party SET person = (
  SELECT CASE WHEN min(a.person) = max(a.person) THEN min(a.person) END FROM alias a
  WHERE a.name_key = party.name_key AND a.account = party.account
) WHERE account = ? AND url_key = ''
"""
_BY_CONVERSATION = """
SELECT min(q.person), p.number FROM party p JOIN guise g ON g.party = p.number
JOIN guise h ON h.account = g.account AND h.conversation = g.conversation
JOIN party q ON q.number = h.party AND q.url_key <> '' AND q.person IS NOT NULL
WHERE p.account = ? AND g.account = p.account AND p.url_key <> '' AND p.person IS NULL
GROUP BY p.number HAVING min(q.person) = max(q.person)
"""
_RECOMMENDED = """
UPDATE recommendation SET person = coalesce(
  (SELECT person FROM party WHERE number = recommendation.party),
  (SELECT CASE WHEN min(a.person) = max(a.person) THEN min(a.person) END
   FROM party y JOIN alias a ON a.name_key = y.name_key AND a.account = y.account
   WHERE y.number = recommendation.party AND recommendation.company <> '' AND (
     EXISTS (SELECT 1 FROM person n WHERE n.number = a.person AND n.company = recommendation.company COLLATE NOCASE)
     OR EXISTS (SELECT 1 FROM seen s WHERE s.person = a.person AND s.company = recommendation.company COLLATE NOCASE)))
) WHERE account = ?
"""
_LOOSE = """
WITH loose AS (
  SELECT m.number, m.account, m.likeness, m.outgoing, m.party, p.person, p.name_key, row_number() OVER (
    PARTITION BY m.likeness, m.outgoing, m.party ORDER BY m.sent_at, m.number) AS place
  FROM message m JOIN party p ON p.number = m.party WHERE m.account = ? AND m.conversation = ''
)
SELECT o.number, o.place, m.number FROM loose o
JOIN message m ON m.likeness = o.likeness AND m.account = o.account AND m.outgoing = o.outgoing AND m.party IS NOT NULL
JOIN party q ON q.number = m.party AND (q.person = o.person OR q.name_key = o.name_key)
WHERE m.conversation <> '' OR q.name_key > o.name_key
ORDER BY o.number, m.conversation = '', m.sent_at, m.number
"""
_UNTALKED = "DELETE FROM talk WHERE person NOT IN (SELECT number FROM person WHERE account <> ?)"
_TALKED = """
INSERT INTO talk
SELECT p.person, sum(t.messages), sum(t.sent), sum(t.messages - t.sent), min(t.first), max(t.last) FROM (
  SELECT party, count(*) AS messages, sum(outgoing) AS sent, min(sent_at) AS first, max(sent_at) AS last
  FROM message WHERE party IS NOT NULL AND twin IS NULL GROUP BY party
) t JOIN party p ON p.number = t.party WHERE p.account = ? AND p.person IS NOT NULL GROUP BY p.person
"""


def resolve(db: sqlite3.Connection, account: str) -> None:
    """Join every party of an account to a person, find messages that stand there twice, count who talked.

    By address: whose it is now, else who had it last. Without an address, by a name that only one person ever had. An
    address nobody is known by is whose conversation it stands in: the other one of two, shown under several addresses.
    """
    here = (account,)
    db.execute(_BY_ADDRESS, here)
    db.execute(_BY_NAME, here)
    joined = db.execute(_BY_CONVERSATION, here).fetchall()
    db.executemany("UPDATE party SET person = ? WHERE number = ?", joined)
    db.execute(_RECOMMENDED, here)
    _find_twins(db, account)
    db.execute(_UNTALKED, here)
    db.execute(_TALKED, here)


def _find_twins(db: sqlite3.Connection, account: str) -> None:
    """Which messages without a conversation are among those with one, or stand there under two names of one person.

    The same person (or name), direction, minute and text; as many as there are of the better known, no more.
    """
    here = (account,)
    db.execute("UPDATE message SET twin = NULL WHERE account = ? AND conversation = '' AND twin IS NOT NULL", here)
    if db.execute("SELECT 1 FROM message WHERE account = ? AND conversation = '' LIMIT 1", here).fetchone() is None:
        return
    db.execute("CREATE INDEX IF NOT EXISTS message_likeness ON message (likeness)")  # nobody else needs it
    candidates: dict[int, list[int]] = {}
    places: dict[int, int] = {}
    for loose, place, better in db.execute(_LOOSE, here):
        candidates.setdefault(loose, []).append(better)
        places[loose] = place
    twins = [(found[places[loose] - 1], loose) for loose, found in candidates.items() if places[loose] <= len(found)]
    db.executemany("UPDATE message SET twin = ? WHERE number = ?", twins)

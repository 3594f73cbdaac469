"""Between whom a message went, as one row of a file says it."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from linkbak import matching
from linkbak.vault import Summary

# --- resolving --------------------------------------------------------------------------------------------------------
# Joins everybody who is named in archives to the people of the index, and counts who talked with whom.
# Everything is made anew from what the tables say, so what was joined before does not matter.

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


# --- wording ----------------------------------------------------------------------------------------------------------
# How the network writes of those it does not show, of adverts, and of several people at once.

_NOBODY = frozenset({"linkedin member"})
_SPONSORED = "sponsored conversation"
_SPUN = 'class="spinmail'

url_key = lru_cache(maxsize=1 << 14)(matching.url_key)
"""`linkbak.matching.url_key`, remembered: a person's messages stand together."""


@lru_cache(maxsize=1 << 14)
def name_key(name: str) -> str:
    """The key of a whole name."""
    return matching.name_key(name, "")


def address(url: str) -> str:
    """The key of a profile's address; "" for none, and for a member's number, which is none."""
    return "" if not url or url.lower().startswith("urn:") else url_key(url)


def unshown(name: str) -> bool:
    """Whether this is what the network writes for somebody whose profile it does not show."""
    return name.strip().casefold() in _NOBODY


def is_advert(title: str, content: str) -> bool:
    """Whether a message was paid for."""
    return _SPUN in content or (bool(title) and title.strip().casefold() == _SPONSORED)


def names(text: str) -> tuple[str, ...]:
    """The names in a list joined by commas, as far as anybody can tell.

    Names hold commas too, but what stands behind them is mostly one word: such a part belongs to the name before.
    """
    found: list[str] = []
    for part in text.split(","):
        part = part.strip()
        if found and len(part.split()) < 2:
            found[-1] += f", {part}"
        elif part:
            found.append(part)
    return tuple(found)


@lru_cache(maxsize=1 << 10)
def written_to(text: str, urls: int) -> int:
    """How many recipients a row names, of whom so many have an address; those not shown never have one."""
    if not urls:
        return len(names(text))
    return urls + sum(map(unshown, names(text)))


# --- owner ------------------------------------------------------------------------------------------------------------
# Whose account it is: by which addresses and names the owner stands in messages and invitations.

_NEARLY_ALL = 0.9
_SOME = 0.1


class Me(NamedTuple):
    """The keys of the owner's addresses and names; either may be unknown."""

    urls: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    def is_called(self, name: str) -> bool:
        """Whether this is one of the owner's names."""
        return name_key(name) in self.names


def told(summaries: Iterable[Summary]) -> Me:
    """What the archives themselves tell of their owner."""
    owners = [summary.owner for summary in summaries]
    urls = frozenset(address(url) for owner in owners for url in owner.urls)
    called = frozenset(name_key(name) for owner in owners for name in owner.names)
    return Me(urls - {""}, called - {""})


def known(db: sqlite3.Connection, account: str) -> Me | None:
    """What was known when messages were last interpreted, None if they never were."""
    found = db.execute("SELECT urls, names FROM me WHERE account = ?", (account,)).fetchone()
    return Me(*(frozenset(text.split("\n")) - {""} for text in found)) if found else None


def remember(db: sqlite3.Connection, account: str, me: Me) -> None:
    """Note by what messages are interpreted now."""
    texts = ("\n".join(sorted(keys)) for keys in me)
    db.execute("INSERT OR REPLACE INTO me VALUES (?, ?, ?)", (account, *texts))


def completed(db: sqlite3.Connection, account: str, me: Me) -> Me:
    """What the archives tell, and what their messages show beside.

    If no address is told, it is the one that takes part in nearly all conversations. An address under the owner's name
    that takes part in several conversations and no small part of all is the owner's too, an older one. Names are
    those that ever stood beside these addresses; if none is known, the one on nearly all messages without addresses.
    """
    rows = db.execute(
        "SELECT conversation, sender, sender_url, recipients, recipient_urls FROM ends WHERE account = ?", (account,)
    ).fetchall()
    takes_part, called = _addresses(rows)
    urls = me.urls or _most(takes_part)
    conversations = len(frozenset[str]().union(*takes_part.values()))
    least = max(2, _SOME * conversations)
    named = me.names | {name for url in urls for name in called[url]}
    urls |= {url for url, where in takes_part.items() if len(where) >= least and not named.isdisjoint(called[url])}
    named |= {name for url in urls for name in called[url]}
    return Me(urls, named or _most(_names(rows)))


Row = Sequence[str]


def _addresses(rows: Iterable[Row]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """In which conversations each address takes part, and under which names it writes."""
    takes_part: dict[str, set[str]] = defaultdict(set)
    called: dict[str, set[str]] = defaultdict(set)
    for conversation, sender, sender_url, _, recipient_urls in rows:
        if sender_url:
            takes_part[sender_url].add(conversation)
            if key := name_key(sender):
                called[sender_url].add(key)
        for url in recipient_urls.split("\n") if recipient_urls else ():
            takes_part[url].add(conversation)
    return takes_part, called


def _names(rows: Iterable[Row]) -> dict[str, set[str]]:
    """On which rows without any address each name stands."""
    found: dict[str, set[str]] = defaultdict(set)
    for number, (_, sender, sender_url, recipients, recipient_urls) in enumerate(rows):
        if not sender_url and not recipient_urls and sender.strip() and not unshown(sender):
            for name in (sender, *names(recipients)):
                found[name_key(name)].add(str(number))
    return found


def _most(takes_part: Mapping[str, set[str]]) -> frozenset[str]:
    """The one that takes part in nearly all, if it does so more than any other."""
    every = frozenset[str]().union(*takes_part.values())
    order = sorted(takes_part, key=lambda one: -len(takes_part[one]))
    if len(every) < 2 or len(takes_part[order[0]]) < _NEARLY_ALL * len(every):
        return frozenset()
    if len(order) > 1 and len(takes_part[order[0]]) == len(takes_part[order[1]]):
        return frozenset()
    return frozenset(order[:1])


# --- parties ----------------------------------------------------------------------------------------------------------
# Everybody who is named in what an account's archives hold, by number.


class Parties:
    """Finds parties and adds new ones; `write` puts them into the index.

    Somebody with an address is known by it, others by the key of the name. The name is that of the newest archive.
    """

    def __init__(self, db: sqlite3.Connection, account: str) -> None:
        self._db, self._account = db, account
        self._numbers: dict[tuple[str, str], int] = {}
        self._named: dict[int, tuple[int, str]] = {}
        self._new: dict[int, tuple[str, str]] = {}
        self._renamed: set[int] = set()
        self._fresh = db.execute("SELECT 1 FROM party WHERE account = ? LIMIT 1", (account,)).fetchone() is None
        self._last: int = db.execute("SELECT coalesce(max(number), 0) FROM party").fetchone()[0]

    def number(self, url: str, name: str, at: int) -> int | None:
        """The number of who has this key of an address and this name, None if there is neither."""
        name = name.strip()
        key = (url, "" if url else name_key(name))
        if key == ("", ""):
            return None
        found = self._numbers.get(key) or self._look_up(key)
        if found is None:
            self._last += 1
            found = self._numbers[key] = self._last
            self._new[found] = key
            self._named[found] = (at, name) if name else (-1, "")
        elif name and (at, name) > self._named[found]:
            self._named[found] = (at, name)
            self._renamed.add(found)
        return found

    def _look_up(self, key: tuple[str, str]) -> int | None:
        if self._fresh:
            return None
        found = self._db.execute(
            "SELECT number, named, name FROM party WHERE account = ?1 AND url_key = ?2 AND (?2 <> '' OR name_key = ?3)",
            (self._account, *key),
        ).fetchone()
        if found is None:
            return None
        self._numbers[key] = number = int(found[0])
        self._named[number] = (found[1], found[2])
        return number

    def write(self) -> None:
        """Put new parties and new names into the index."""
        rows = [
            (number, self._account, key[0], key[1] or name_key(name), name, named)
            for number, key in self._new.items()
            for named, name in (self._named[number],)
        ]
        self._db.executemany("INSERT INTO party VALUES (?, ?, ?, ?, ?, NULL, ?)", rows)
        changed = [(*self._named[one], name_key(self._named[one][1]), one) for one in self._renamed - self._new.keys()]
        self._db.executemany("UPDATE party SET named = ?, name = ?, name_key = ? WHERE number = ?", changed)
        self._new.clear()
        self._renamed.clear()


# --- participants -----------------------------------------------------------------------------------------------------

_AT_ONCE = 4000

NOBODY, UNSHOWN, NAMED, ADDRESSED = range(4)
"""How well the other one is known from a row."""


def digest_of(*texts: str) -> bytes:
    """Eight bytes that no other texts have."""
    return blake2b("\0".join(texts).encode("utf-8", "surrogatepass"), digest_size=8).digest()


class Ends(NamedTuple):
    """Sender and recipients of a row; addresses are keys, names as written."""

    conversation: str
    advert: bool
    sender: str
    sender_url: str
    recipients: str
    recipient_urls: tuple[str, ...]

    def outgoing(self, me: Me) -> int:
        """1 if the owner wrote it, 0 if somebody else did, -1 if nobody can tell."""
        if self.sender_url and me.urls:
            return int(self.sender_url in me.urls)
        if self.sender.strip():
            return int(not unshown(self.sender) and me.is_called(self.sender))
        if self.sender_url:
            return 0
        to_me = not me.urls.isdisjoint(self.recipient_urls) or me.is_called(self.recipients)
        return 0 if to_me and self.recipients.strip() else -1

    @property
    def crowd(self) -> bool:
        """Whether more than two take part."""
        return written_to(self.recipients, len(self.recipient_urls)) > 1

    def told(self, me: Me) -> Told:
        """What the row alone tells, if this is the owner."""
        outgoing, crowd = self.outgoing(me), self.crowd
        other = ("", "")
        if outgoing == 0:
            other = self.sender_url, self.sender
        elif outgoing > 0 and not crowd:
            url = self.recipient_urls[0] if self.recipient_urls else ""
            if url not in me.urls and (url or not me.is_called(self.recipients)):
                other = url, self.recipients
        return Told(outgoing, crowd, other, grade(other))


class Told(NamedTuple):
    """What one row tells: who wrote (as `Ends.outgoing`), whether more than two take part, and the other one.

    `other` is the address and name of the other one, of several the sender's, both "" if there is none.
    """

    outgoing: int
    crowd: bool
    other: tuple[str, str]
    grade: int

    def party(self, parties: Parties, at: int) -> int | None:
        """The party the other one is, None for somebody unknown or not shown."""
        return parties.number(*self.other, at) if self.grade >= NAMED else None


def grade(other: tuple[str, str]) -> int:
    """How well somebody is known."""
    url, name = other
    if url:
        return ADDRESSED
    return UNSHOWN if unshown(name) else NAMED if name.strip() else NOBODY


Sides = tuple[str, str, str, tuple[str, ...]]
"""Name and address of the sender, names and addresses of the recipients, as written."""

Meant = tuple[int, "int | None", int]
"""The number of ends, the party and the direction that they alone tell; the last two are settled by `weighing`."""


class EndsTable:
    """All ends of an account by number; finds them and adds new ones."""

    def __init__(self, db: sqlite3.Connection, account: str, me: Me, told: frozenset[str], parties: Parties) -> None:
        self._db, self._account, self._me, self._told, self._parties = db, account, me, told, parties
        self._keys: dict[bytes, Meant] = {}
        self._fresh = db.execute("SELECT 1 FROM ends WHERE account = ? LIMIT 1", (account,)).fetchone() is None
        self._last: int = db.execute("SELECT coalesce(max(number), 0) FROM ends").fetchone()[0]
        self._near: dict[tuple[object, ...], Meant] = {}
        self._conversation = ""
        self._new: list[tuple[object, ...]] = []
        self._mentions: list[tuple[int, int]] = []
        self.added: list[int] = []
        """Those that were not there before."""
        self.surprising = False
        """Whether some of them show the owner's address under a new name, or one of the owner's names elsewhere."""

    def find(self, at: int, conversation: str, advert: bool, row: Sides) -> Meant:
        """The ends that a row tells; added, as of an archive's moment, if they are new."""
        if conversation != self._conversation or len(self._near) > 1000:
            self._near.clear()
            self._conversation = conversation
        near = (advert, row)
        found = self._near.get(near)
        if found is None:
            sender, sender_url, recipients, urls = row
            keys = tuple(key for url in urls if (key := address(url)))
            ends = Ends(conversation, advert, sender, address(sender_url), recipients, keys)
            found = self._near[near] = self._look_up(ends, at)
        return found

    def _look_up(self, ends: Ends, at: int) -> Meant:
        flag = "1" if ends.advert else ""
        key = digest_of(ends.conversation, flag, *ends[2:5], *ends.recipient_urls)
        found = self._keys.get(key) or self._kept(ends.conversation, key)
        if found is None:
            found = self._keys[key] = self._add(ends, key, at)
        return found

    def _kept(self, conversation: str, key: bytes) -> Meant | None:
        if self._fresh:
            return None
        query = "SELECT number, party, outgoing FROM ends WHERE account = ? AND conversation = ? AND key = ?"
        found: Meant | None = self._db.execute(query, (self._account, conversation, key)).fetchone()
        return found

    def _add(self, ends: Ends, key: bytes, at: int) -> Meant:
        number = self._last = self._last + 1
        told = ends.told(self._me)
        who = None if ends.advert or (told.crowd and told.outgoing) else told.party(self._parties, at)
        facts = (number, self._account, key, ends.conversation, int(ends.advert), *ends[2:5])
        rest = ("\n".join(ends.recipient_urls), int(told.crowd), who, told.outgoing, told.grade)
        self._new.append((*facts, *rest))
        self.added.append(number)
        self.surprising |= bool(ends.sender_url) and told.outgoing != self._me.is_called(ends.sender)
        self._mention(ends, number, at)
        if len(self._new) >= _AT_ONCE:
            self.write()
        return number, who, told.outgoing

    def _mention(self, ends: Ends, number: int, at: int) -> None:
        """Note whose addresses stand there, but for the owner's."""
        urls = ends.recipient_urls
        called = (ends.recipients,) if len(urls) == 1 else names(ends.recipients) if urls else ()
        called = called if len(called) == len(urls) else ("",) * len(urls)
        for url, name in ((ends.sender_url, ends.sender), *zip(urls, called, strict=True)):
            if url and url not in self._told and (who := self._parties.number(url, name, at)):
                self._mentions.append((who, number))

    def write(self) -> None:
        """Put what is new into the index."""
        self._db.executemany("INSERT INTO ends VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", self._new)
        self._db.executemany("INSERT OR IGNORE INTO mention VALUES (?, ?)", self._mentions)
        self._new.clear()
        self._mentions.clear()

"""Between whom a message went, as one row of a file says it."""

from __future__ import annotations

import sqlite3
from hashlib import blake2b
from typing import NamedTuple

from linkbak.history.details.owner import Me
from linkbak.history.details.parties import Parties
from linkbak.history.details.wording import address, names, unshown, written_to

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

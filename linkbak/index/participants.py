"""Who takes part in messages: how the network writes names, who the owner is, who is named, who wrote to whom."""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from hashlib import blake2b

from linkbak import matching
from linkbak.diff.compare import Face, Sides, faces
from linkbak.index.activity import name_key, unshown
from linkbak.index.schema import ADDRESSED, NAMED, NOBODY, UNSHOWN
from linkbak.model import NamedTuple
from linkbak.vault import Summary

# --- wording ----------------------------------------------------------------------------------------------------------
# How the network writes of several people at once.

url_key = lru_cache(maxsize=1 << 14)(matching.url_key)
"""`linkbak.matching.url_key`, remembered: a person's messages stand together."""


def address(url: str) -> str:
    """The key of a profile's address; "" for none, and for a member's number, which is none."""
    return "" if not url or url.lower().startswith("urn:") else url_key(url)


def names(text: str) -> tuple[str, ...]:
    """The names in a list joined by commas, by a best guess.

    Names contain commas too, but what follows those is mostly one word: such a part belongs to the name before.
    """
    found: list[str] = []
    for part in text.split(","):
        part = part.strip()
        if found and len(part.split()) < 2:
            found[-1] += f", {part}"
        elif part:
            found.append(part)
    return tuple(found)


def parts(text: str) -> tuple[str, ...]:
    """The values of a cell that holds several side by side."""
    return tuple(part for one in re.split("[,;\n]", text) if (part := one.strip()))


@lru_cache(maxsize=1 << 10)
def written_to(text: str, urls: int) -> int:
    """How many recipients a row names, given how many have an address; those not shown never have one."""
    if not urls:
        return len(names(text))
    return urls + sum(map(unshown, names(text)))


# --- owner ------------------------------------------------------------------------------------------------------------
# Whose account it is: by which addresses and names the owner stands in messages and invitations.

_NEARLY_ALL = 0.9
_SOME = 0.1


class Owner(NamedTuple):
    """The keys of the owner's addresses and names; either may be unknown."""

    urls: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    def is_called(self, name: str) -> bool:
        """Whether this is one of the owner's names."""
        return name_key(name) in self.names


def owner_told(summaries: Iterable[Summary]) -> Owner:
    """What the archives themselves say about their owner."""
    owners = [summary.owner for summary in summaries]
    urls = frozenset(address(url) for owner in owners for url in owner.urls)
    called = frozenset(name_key(name) for owner in owners for name in owner.names)
    return Owner(urls - {""}, called - {""})


def kept_owner(db: sqlite3.Connection, account: str) -> Owner | None:
    """What was known when messages were last interpreted, None if they never were."""
    found = db.execute("SELECT urls, names FROM owner WHERE account = ?", (account,)).fetchone()
    return Owner(*(frozenset(text.split("\n")) - {""} for text in found)) if found else None


def keep_owner(db: sqlite3.Connection, account: str, owner: Owner) -> None:
    """Store the facts by which messages are interpreted now."""
    texts = ("\n".join(sorted(keys)) for keys in owner)
    db.execute("INSERT OR REPLACE INTO owner VALUES (?, ?, ?)", (account, *texts))


def completed_owner(db: sqlite3.Connection, account: str, owner: Owner) -> Owner:
    """The owner as the archives say, and as their messages show.

    If they say no address, it is the one that takes part in nearly all conversations. An address under the owner's name
    that takes part in several conversations and no small part of all is the owner's too, an older one. Names are
    those that ever stood beside these addresses; if none is known, the one on nearly all messages without addresses.
    Where none of this helps, as in a single conversation, it is the one who talks with those who are listed.
    """
    takes_part, called = _addresses(_kept(db, account))
    urls = owner.urls or _most(takes_part)
    conversations = len(frozenset[str]().union(*takes_part.values()))
    least = max(2, _SOME * conversations)
    named = owner.names | {name for url in urls for name in called[url]}
    urls |= {url for url, where in takes_part.items() if len(where) >= least and not named.isdisjoint(called[url])}
    named |= {name for url in urls for name in called[url]}
    named = named or _most(_names(_kept(db, account)))
    return Owner(urls, named) if urls or named else _beside_listed(db, account, _kept(db, account))


def _kept(db: sqlite3.Connection, account: str) -> Iterator[Envelope]:
    """All envelopes but those of drafts, one after the other: there may be hundreds of thousands."""
    asked = (
        "SELECT conversation, advert, sender, sender_url, recipients, recipient_urls FROM envelope "
        "WHERE account = ? AND NOT draft ORDER BY number"
    )
    return (Envelope.kept(*row) for row in db.execute(asked, (account,)))


def _beside_listed(db: sqlite3.Connection, account: str, rows: Iterable[Envelope]) -> Owner:
    """Who takes part in conversations of two whose other one alone is listed: by address, or by a name of one.

    Preconditions: the owner is not in their own list, and all such conversations agree.
    """
    sides: dict[str, list[Sides]] = defaultdict(list)
    for row in rows:
        if row.conversation and not row.advert:
            sides[row.conversation].append((row.sender, row.sender_url, row.recipients, row.recipient_urls))
    if not sides:  # as of most accounts of a vault with hundreds, each of which would ask for everybody's names
        return Owner()
    urls = {url for (url,) in db.execute("SELECT url_key FROM address WHERE account = ?", (account,))}
    alone = "SELECT name_key FROM alias WHERE account = ? GROUP BY name_key HAVING min(person) = max(person)"
    called = {name for (name,) in db.execute(alone, (account,))}
    found = set[Face]()
    for conversation in sides.values():
        both = faces(conversation) or []
        unlisted = [face for face in both if face.url not in urls and called.isdisjoint(face.names)]
        if len(both) == 2 and len(unlisted) == 1:
            found.add(unlisted[0]._replace(wrote=True))
    if len({face.url for face in found}) != 1 or (not any(face.url for face in found) and len(found) > 1):
        return Owner()
    return Owner(frozenset(face.url for face in found) - {""}, frozenset[str]().union(*(face.names for face in found)))


def _addresses(rows: Iterable[Envelope]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """In which conversations each address takes part, and under which names it writes."""
    takes_part: dict[str, set[str]] = defaultdict(set)
    called: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.sender_url:
            takes_part[row.sender_url].add(row.conversation)
            if key := name_key(row.sender):
                called[row.sender_url].add(key)
        for url in row.recipient_urls:
            takes_part[url].add(row.conversation)
    return takes_part, called


def _names(rows: Iterable[Envelope]) -> dict[str, set[str]]:
    """The rows without any address on which each name stands."""
    found: dict[str, set[str]] = defaultdict(set)
    for number, row in enumerate(rows):
        if not row.sender_url and not row.recipient_urls and row.sender.strip() and not unshown(row.sender):
            for name in (row.sender, *names(row.recipients)):
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


# --- participants -----------------------------------------------------------------------------------------------------
# Everybody who is named in what an account's archives hold, by number.


_Key = tuple[str, str]
"""The key of an address, or without one "" and that of a name."""

_Named = tuple[int, str]
"""The timestamp of the archive that last named somebody, -1 for none, and the name."""


class Participants:
    """Finds participants and adds new ones; `write` puts them into the index.

    Somebody with an address is known by it, others by the key of the name. The name is that of the newest archive.
    """

    def __init__(self, db: sqlite3.Connection, account: str) -> None:
        self._db, self._account = db, account
        self._numbers: dict[_Key, int] = {}
        self._named: dict[int, _Named] = {}
        self._new: dict[int, _Key] = {}
        self._renamed: set[int] = set()
        self._last: int = db.execute("SELECT coalesce(max(number), 0) FROM participant").fetchone()[0]

    def number(self, url: str, name: str, at: int) -> int | None:
        """The number of who has this key of an address and this name, None if there is neither."""
        name = name.strip()
        key = (url, "" if url else name_key(name))
        if not any(key):
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

    def _look_up(self, key: _Key) -> int | None:
        found = self._db.execute(
            "SELECT number, named, name FROM participant WHERE account = :account AND url_key = :url "
            "AND (:url <> '' OR name_key = :name)",
            {"account": self._account, "url": key[0], "name": key[1]},
        ).fetchone()
        if found is None:
            return None
        number, named, name = found
        self._numbers[key] = number
        self._named[number] = (named, name)
        return int(number)

    def write(self) -> None:
        """Put new participants and new names into the index."""
        rows = [
            (number, self._account, url, key or name_key(name), name, named)
            for number, (url, key) in self._new.items()
            for named, name in (self._named[number],)
        ]
        self._db.executemany("INSERT INTO participant VALUES (?, ?, ?, ?, ?, NULL, ?)", rows)
        renamed = ((one, *self._named[one]) for one in self._renamed - self._new.keys())
        changed = [(named, name, name_key(name), one) for one, named, name in renamed]
        self._db.executemany("UPDATE participant SET named = ?, name = ?, name_key = ? WHERE number = ?", changed)
        self._new.clear()
        self._renamed.clear()


# --- senders and recipients -------------------------------------------------------------------------------------------

_AT_ONCE = 4000
_REMEMBERED = 20_000
"""How many envelopes are cached, since rows of one conversation stand together. Others are looked up."""
_INSERT = "INSERT INTO envelope VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def digest_of(*texts: str) -> bytes:
    """Eight bytes that no other texts have."""
    return blake2b("\0".join(texts).encode("utf-8", "surrogatepass"), digest_size=8).digest()


Aside = tuple[str, tuple[str, ...], bool, str]
"""What else a row says, the last four of an `Envelope`."""


class Envelope(NamedTuple):
    """What a row says of a message beside its words: sender and recipients, whose addresses are keys, and names as
    written; the folder as written, links to attachments, whether it is unsent, the title of the conversation."""

    conversation: str
    advert: bool
    sender: str
    sender_url: str
    recipients: str
    recipient_urls: tuple[str, ...]
    folder: str = ""
    attachments: tuple[str, ...] = ()
    draft: bool = False
    title: str = ""

    @classmethod
    def kept(
        cls, conversation: str, advert: int, sender: str, sender_url: str, recipients: str, urls: str, draft: int = 0
    ) -> Envelope:
        """The envelope as the table keeps it, without folder and attachments."""
        keys = tuple(urls.split("\n")) if urls else ()
        return cls(conversation, bool(advert), sender, sender_url, recipients, keys, draft=bool(draft))

    def outgoing(self, owner: Owner) -> int:
        """1 if the owner wrote it, 0 if somebody else did, -1 if unknown."""
        if self.sender_url and owner.urls:
            return int(self.sender_url in owner.urls)
        if self.sender.strip():
            return int(not unshown(self.sender) and owner.is_called(self.sender))
        if self.sender_url:
            return 0
        to_me = not owner.urls.isdisjoint(self.recipient_urls) or owner.is_called(self.recipients)
        return 0 if to_me and self.recipients.strip() else -1

    def reading(self, owner: Owner) -> Reading:
        """What the row alone says, if this is the owner."""
        outgoing, crowd = self.outgoing(owner), written_to(self.recipients, len(self.recipient_urls)) > 1
        other = Other("", "")
        if outgoing == 0:
            other = Other(self.sender_url, self.sender)
        elif outgoing > 0 and not crowd:
            url = self.recipient_urls[0] if self.recipient_urls else ""
            if url not in owner.urls and (url or not owner.is_called(self.recipients)):
                other = Other(url, self.recipients)
        return Reading(outgoing, crowd, other)


class Other(NamedTuple):
    """The address and the name of the other one of a conversation; both "" if there is none."""

    url: str
    name: str

    @property
    def grade(self) -> int:
        """How certain it is who they are."""
        if self.url:
            return ADDRESSED
        return UNSHOWN if unshown(self.name) else NAMED if self.name.strip() else NOBODY


class Reading(NamedTuple):
    """What one row says: who wrote (as `Envelope.outgoing`), whether more than two take part, and the other one.

    Of several others it is the sender.
    """

    outgoing: int
    crowd: bool
    other: Other

    def participant(self, participants: Participants, at: int) -> int | None:
        """The participant the other one is, None for somebody unknown or not shown."""
        return participants.number(*self.other, at) if self.other.grade >= NAMED else None


class Meant(NamedTuple):
    """The number of an envelope, and what it alone says: participant and direction, which `conversations` settles."""

    envelope: int
    participant: int | None
    outgoing: int


class Envelopes:
    """All envelopes of an account by number; finds them and adds new ones."""

    def __init__(
        self, db: sqlite3.Connection, account: str, owner: Owner, told: frozenset[str], participants: Participants
    ) -> None:
        self._db, self._account, self._owner, self._told, self._participants = db, account, owner, told, participants
        self._keys: dict[bytes, Meant] = {}
        self._fresh = db.execute("SELECT 1 FROM envelope WHERE account = ? LIMIT 1", (account,)).fetchone() is None
        self._last: int = db.execute("SELECT coalesce(max(number), 0) FROM envelope").fetchone()[0]
        self._near: dict[tuple[object, ...], Meant] = {}
        self._conversation = ""
        self._new: list[tuple[object, ...]] = []
        self._mentions: list[tuple[int, int]] = []
        self.added: list[int] = []
        """Those that were not there before."""
        self.surprising = False
        """Whether some of them show the owner's address under a new name, or one of the owner's names elsewhere."""

    def find(self, at: int, conversation: str, advert: bool, row: Sides, aside: Aside) -> Meant:
        """The envelope of a row; added, as of an archive's timestamp, if it is new."""
        if conversation != self._conversation or len(self._near) > 1000:
            self._near.clear()
            self._conversation = conversation
        near = (advert, row, aside)
        found = self._near.get(near)
        if found is None:
            sender, sender_url, recipients, urls = row
            keys = tuple(key for url in urls if (key := address(url)))
            envelope = Envelope(conversation, advert, sender, address(sender_url), recipients, keys, *aside)
            found = self._near[near] = self._look_up(envelope, at)
        return found

    def _look_up(self, envelope: Envelope, at: int) -> Meant:
        conversation, advert, sender, url, recipients, urls, folder, attachments, draft, title = envelope
        flags = f"{'1' if advert else ''}{'d' if draft else ''}"
        key = digest_of(
            *(conversation, flags, sender, url, recipients, folder, title, str(len(attachments)), *attachments, *urls)
        )
        if (found := self._keys.get(key)) is not None:
            return found
        if not self._fresh:
            query = (
                "SELECT number, CASE WHEN NOT draft THEN participant END, outgoing FROM envelope "
                "WHERE account = ? AND conversation = ? AND key = ?"
            )
            if kept := self._db.execute(query, (self._account, conversation, key)).fetchone():
                return Meant(*kept)
        if len(self._keys) >= _REMEMBERED:
            self.write()
            self._keys.clear()
            self._fresh = False
        self._keys[key] = self._add(envelope, key, at)
        return self._keys[key]

    def _add(self, envelope: Envelope, key: bytes, at: int) -> Meant:
        number = self._last = self._last + 1
        reading = envelope.reading(self._owner)
        participant = (
            None
            if envelope.advert or (reading.crowd and reading.outgoing)
            else reading.participant(self._participants, at)
        )
        conversation, advert, sender, url, recipients, urls, folder, attachments, draft, title = envelope
        said = (conversation, int(advert), sender, url, recipients, "\n".join(urls), folder, "\n".join(attachments))
        read = (int(reading.crowd), participant, reading.outgoing, reading.other.grade)
        self._new.append((number, self._account, key, *said, int(draft), title, *read))
        self.added.append(number)
        if draft:  # a draft does not show that anybody was written to
            return Meant(number, None, reading.outgoing)
        self.surprising |= bool(url) and reading.outgoing != self._owner.is_called(sender)
        # Whose addresses stand there, but for the owner's.
        called = (recipients,) if len(urls) == 1 else names(recipients) if urls else ()
        called = called if len(called) == len(urls) else ("",) * len(urls)
        for its, name in ((url, sender), *zip(urls, called, strict=True)):
            if its and its not in self._told and (who := self._participants.number(its, name, at)):
                self._mentions.append((who, number))
        if len(self._new) >= _AT_ONCE:
            self.write()
        return Meant(number, participant, reading.outgoing)

    def write(self) -> None:
        """Put what is new into the index."""
        self._db.executemany(_INSERT, self._new)
        self._db.executemany("INSERT OR IGNORE INTO mention VALUES (?, ?)", self._mentions)
        self._new.clear()
        self._mentions.clear()

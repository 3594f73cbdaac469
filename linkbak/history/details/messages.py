"""messages.csv into the index: the union of all archives, each message once.

A message is known by its conversation, the second it was sent in and its text without blanks (exports differ in how
they write line breaks). Of rows of one file that have all this in common, exact copies count once, others each for
itself. Rows of the years without conversations are known by names and the minute, and are other messages at first:
`resolving` finds out which of them are the same as later ones.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from hashlib import blake2b
from typing import NamedTuple

from linkbak.adapters import Adapter
from linkbak.history.details.ends import EndsTable, Meant
from linkbak.history.details.known_rows import KnownRows
from linkbak.history.details.lines import line_digests, news
from linkbak.history.details.wording import is_advert, name_key, names
from linkbak.model import FileFacts, Files, Message

_AT_ONCE = 4000
_HALF = 1 << 63
"""SQLite's integers have a sign."""

_INSERT = "INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)"


class Source(NamedTuple):
    """Where messages are read: the archive's files, what is known of those of the kind, its moment.

    `late` is whether a newer archive was read before.
    """

    adapter: Adapter
    files: Files
    facts: tuple[FileFacts, ...]
    at: int
    late: bool

    @property
    def conversations(self) -> bool:
        """Whether the columns name conversations."""
        return any("conversation" in column.casefold() for file in self.facts for column in file.columns)


_Row = tuple[int, int, Meant, str, str, str, str, str, int]
"""A row nobody has seen before: digest, identity, ends, conversation, time, sender, subject, content, likeness."""


class MessageReader:
    """Reads files of messages of one account one after the other."""

    def __init__(self, db: sqlite3.Connection, account: str, ends: EndsTable) -> None:
        self._db, self._account, self._ends = db, account, ends
        self._known = KnownRows(db, account)
        self._last: int = db.execute("SELECT coalesce(max(number), 0) FROM message").fetchone()[0]
        self._new: list[tuple[object, ...]] = []
        self._retold: list[tuple[int, int]] = []
        self._at = 0
        self.retold: set[int] = set()
        """Ends with which known messages were shown for the first time."""

    def read(self, source: Source, file: int) -> set[int]:
        """The ends that a file shows; its messages are in the index then.

        Drafts are no messages; where there are conversations, what is in none is a draft.
        """
        self._at = source.at
        self._known.begin()
        if not self._read_news(source):
            understood = self._rows(source.adapter.messages(source.files), source.conversations)
            if len(source.facts) == 1:
                lines = line_digests(source.files, source.facts[0].path)
                if len(lines) == len(understood):
                    self._known.learn(lines, understood)
        if source.late:
            older = [(source.at, number, source.at) for number in self._known.messages()]
            self._db.executemany("UPDATE message SET at = ? WHERE number = ? AND at > ?", older)
        self._known.write(file)
        return self._known.ends()

    def _read_news(self, source: Source) -> bool:
        """Read only the lines that are not known; False if the file cannot be read like that.

        It can if every record of the file is known to be one message, which what was counted at the import tells.
        """
        if len(source.facts) != 1 or source.facts[0].skipped or not self._known.lines:
            return False
        found = news(source.files, source.facts[0].path, self._known.lines)
        if found is None or len(found.digests) != source.facts[0].rows:
            return False
        for digest in found.digests:
            if (place := self._known.lines.get(digest)) is not None:
                self._known.seen[place] = 1
        understood = self._rows(source.adapter.messages(found.excerpt), source.conversations)
        if len(understood) != len(found.unknown):
            return False
        self._known.learn(found.unknown, understood)
        return True

    def _rows(self, messages: Iterable[Message], conversations: bool) -> list[int | None]:
        """Take up every row that is new; gives what each row is known by, None for one that is no message."""
        understood: list[int | None] = []
        odd: list[_Row] = []
        near, hashed = "", 0
        self._known.look_closer()
        places, seen, homes = self._known.places, self._known.seen, self._known.homes
        for conversation, title, sender, url, recipients, urls, sent_at, subject, content, _, draft in messages:
            if draft or sent_at is None or (conversations and not conversation):
                understood.append(None)
                continue
            when = sent_at.isoformat()
            digest = _number("\0".join((conversation, title, sender, url, recipients, subject, content, when, *urls)))
            understood.append(digest)
            if (place := places.get(digest)) is not None:
                seen[place] = 1
                continue
            text = _number(when[:16] + "".join(content.split()))
            if conversation != near:
                near, hashed = conversation, _number(conversation)
            identity = text ^ (hashed ^ _second(when[17:19]) if conversation else _both(sender, recipients))
            sides = (sender, url, recipients, urls)
            ends = self._ends.find(self._at, conversation, is_advert(title, content), sides)
            row = (digest, identity, ends, conversation, f"{when[:19]}Z", sender, subject, content, text)
            if identity in homes:
                odd.append(row)
            else:
                self._append(row)
        if odd:
            self._settle(odd)
        self._write()
        return understood

    def _append(self, row: _Row) -> None:
        digest, identity, (ends, who, outgoing), conversation, sent_at, sender, subject, content, likeness = row
        number = self._last = self._last + 1
        facts = (number, self._account, who, conversation, sent_at, int(outgoing > 0), sender, subject, content)
        self._new.append((*facts, self._at, ends, likeness - _HALF))
        self._known.add(digest, identity, ends, number)
        if len(self._new) >= _AT_ONCE:
            self._write()

    def _settle(self, odd: list[_Row]) -> None:
        """Tell which rows are known messages in other words, and which are more of the same."""
        groups: dict[int, dict[int, _Row]] = defaultdict(dict)
        for row in odd:
            groups[row[1]][row[0]] = row
        for identity, (every, met) in self._known.alike(groups).items():
            rows = sorted(groups[identity].values(), key=lambda row: (row[4:8], row[0]))
            free = [message for message in every if message not in met]
            for message, row in zip(self._matching(free, rows), rows, strict=False):
                self._known.add(row[0], identity, row[2][0], message)
                self._retold.append((message, row[2][0]))
                self.retold.add(row[2][0])
            for row in rows[len(free) :]:
                self._append(row)

    def _matching(self, messages: list[int], rows: list[_Row]) -> list[int]:
        """The messages in the order of the rows that are likely to be the same: by sender, else as they come."""
        if len(messages) < 2:
            return messages
        self._write()
        senders = dict(
            self._db.execute(
                "SELECT number, sender FROM message WHERE number IN (SELECT value FROM json_each(?))",
                (json.dumps(messages),),
            ).fetchall()
        )
        left = list(messages)
        found: list[int | None] = []
        for row in rows[: len(messages)]:
            same = next((one for one in left if senders[one] == row[5]), None)
            found.append(same)
            if same is not None:
                left.remove(same)
        return [left.pop(0) if one is None else one for one in found]

    def _write(self) -> None:
        self._db.executemany(_INSERT, self._new)
        self._db.executemany("INSERT OR IGNORE INTO retold VALUES (?, ?)", self._retold)
        self._new.clear()
        self._retold.clear()


def _number(text: str) -> int:
    """A number of 64 bits that no other text has."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


@cache
def _second(text: str) -> int:
    return _number(text)


def _both(sender: str, recipients: str) -> int:
    """The number of two people who have no more than names."""
    return _number("\0".join((name_key(sender), *map(name_key, names(recipients)))))

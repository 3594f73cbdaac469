"""messages.csv into the index: the union of all archives, each message once.

A message is identified by its conversation, the second it was sent in and its text without markup and blanks (exports
differ in how they write line breaks). If rows of one file have all this in common, exact copies count once, and each
other row counts. Rows of the years without conversations are identified by names and the minute, and are other messages
at first: `conversations` finds out which of them are the same as later ones.
"""

from __future__ import annotations

import io
import json
import re
import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import ExitStack
from functools import cache
from html import unescape
from itertools import compress
from typing import IO

from linkbak.adapters import Adapter
from linkbak.adapters.versions import Same, header_of, parts
from linkbak.errors import LinkbakError
from linkbak.index.activity import name_key
from linkbak.index.conversations import uncount
from linkbak.index.participants import Envelopes, Meant, digest_of, names
from linkbak.model import FileFacts, Files, Message, NamedTuple


class Excerpt(NamedTuple):
    """One file of an archive, with its header and some of its records only."""

    paths: tuple[str, ...]
    content: bytes

    def open(self, path: str) -> IO[bytes]:
        """The header and the records."""
        return io.BytesIO(self.content)


# --- known rows -------------------------------------------------------------------------------------------------------
# The rows of messages that were understood before, so that a later file costs only what it has new.


class Places:
    """Where each of the `numbers` stands, an array that is only ever added to; of equal ones the first.

    A million take 8 MB beside the array, a dictionary ten times as much: `_slots` has the place of a number, and one
    more, at its lower bits or behind (open addressing). It is made once many are sought: for a few the array is gone
    through.
    """

    def __init__(self) -> None:
        self.numbers, self._slots, self._kept = array("Q"), array("I"), 0

    def of(self, numbers: Collection[int]) -> dict[int, int]:
        """The places of those of some numbers that are there."""
        if not numbers:
            return {}
        if len(numbers) * _FEW < len(self.numbers) and not self._slots:
            wanted = set(numbers).intersection(self.numbers)
            backwards = zip(range(len(self.numbers) - 1, -1, -1), reversed(self.numbers), strict=True) if wanted else ()
            return {number: at for at, number in backwards if number in wanted}
        self._extend()
        every, slots, mask = self.numbers, self._slots, len(self._slots) - 1
        found: dict[int, int] = {}
        for number in numbers:
            slot = number & mask
            while (place := slots[slot]) and every[place - 1] != number:
                slot = (slot + 1) & mask
            if place:
                found[number] = place - 1
        return found

    def _extend(self) -> None:
        """Give every number a slot."""
        every, new = self.numbers, range(self._kept, len(self.numbers))
        if 2 * len(every) >= len(self._slots):
            size = 1 << (2 * len(every)).bit_length()
            self._slots, new = array("I", [0]) * size, range(len(every))
        slots, mask = self._slots, len(self._slots) - 1
        for at in new:
            number = every[at]
            slot = number & mask
            while (place := slots[slot]) and every[place - 1] != number:
                slot = (slot + 1) & mask
            if not place:
                slots[slot] = at + 1
        self._kept = len(every)


class KnownRows:
    """Rows by their place in a list that only grows; each has a digest, an identity, an envelope and a message.

    `seen` marks the rows a file shows; `digests` and `identities` find places.
    """

    def __init__(self, db: sqlite3.Connection, account: str) -> None:
        self._db, self._account = db, account
        self.digests, self.identities = Places(), Places()
        self._envelopes, self._messages = array("I"), array("I")
        rows = db.execute(
            "SELECT digests, identities, envelope, messages FROM known_rows WHERE account = ? ORDER BY file", (account,)
        )
        for digests, identities, envelopes, messages in rows:
            self.digests.numbers.frombytes(digests)
            self.identities.numbers.frombytes(identities)
            self._envelopes.frombytes(envelopes)
            self._messages.frombytes(messages)
        self._written = len(self._messages)
        self.seen = bytearray(self._written)

    def begin(self) -> None:
        """A file begins, none of whose rows has been seen."""
        self.seen = bytearray(len(self._messages))

    def add(self, digest: int, identity: int, envelope: int, message: int) -> int:
        """A row of the file that no file had before; gives its place."""
        self.digests.numbers.append(digest)
        self.identities.numbers.append(identity)
        self._envelopes.append(envelope)
        self._messages.append(message)
        self.seen.append(1)
        return len(self._messages) - 1

    def envelopes(self) -> set[int]:
        """All envelopes the file shows."""
        return set(compress(self._envelopes, self.seen))

    def messages(self) -> set[int]:
        """All messages the file shows."""
        return set(compress(self._messages, self.seen))

    def alike(self, identities: Iterable[int]) -> dict[int, tuple[list[int], set[int]]]:
        """By identity: the messages that have it, by number, and those of them that the file showed already."""
        found: dict[int, tuple[set[int], set[int]]] = {identity: (set(), set()) for identity in identities}
        for identity, message, seen in zip(self.identities.numbers, self._messages, self.seen, strict=True):
            if identity in found:
                every, met = found[identity]
                every.add(message)
                if seen:
                    met.add(message)
        return {identity: (sorted(every), met) for identity, (every, met) in found.items()}

    def write(self, file: int) -> None:
        """Keep what the file added."""
        start, self._written = self._written, len(self._messages)
        if start < self._written:
            columns = (self.digests.numbers, self.identities.numbers, self._envelopes, self._messages)
            row = (file, self._account, *(column[start:].tobytes() for column in columns))
            self._db.execute("INSERT INTO known_rows VALUES (?, ?, ?, ?, ?, ?)", row)

    def order(self) -> tuple[int, array[int]]:
        """The last file whose records could be told apart, and the places of its rows; 0 if there is none."""
        found = self._db.execute("SELECT file, places FROM known_order WHERE account = ?", (self._account,)).fetchone()
        file, places = found or (0, b"")
        return file, array("I", places)

    def keep_order(self, file: int, places: array[int]) -> None:
        """Note as which rows the records of a file were understood."""
        row = (self._account, file, places.tobytes())
        self._db.execute("INSERT OR REPLACE INTO known_order VALUES (?, ?, ?)", row)


# --- messages ---------------------------------------------------------------------------------------------------------

_FEW = 64
"""For fewer than one in so many numbers the array is gone through."""
_AT_ONCE = 4000
_HALF = 1 << 63
"""SQLite's integers have a sign."""

_DRAFT = 0x9E3779B97F4A7C15
"""Keeps a draft apart from the message that it became."""

_INSERT = "INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)"


Opener = Callable[[int], "IO[bytes] | None"]
"""Opens a file of messages by its number in the index; None for one that is not there."""


class Source(NamedTuple):
    """Where messages are read: the archive's files, what is known of those of the kind, its timestamp.

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


class _Row(NamedTuple):
    """A row nobody has seen before."""

    digest: int
    identity: int
    meant: Meant
    conversation: str
    sent_at: str
    sender: str
    subject: str
    content: str
    likeness: int


def _said(one: Message, conversations: bool) -> tuple[int, str, bool, Message]:
    """The digest of a row as its file says it, its moment or "", whether it is a draft, and the row."""
    conversation, title, sender, url, recipients, urls, sent_at, subject, content, folder, draft, links = one
    when = sent_at.isoformat() if sent_at else ""
    draft = draft or not when or (conversations and not conversation)
    said = (conversation, title, sender, url, recipients, subject, content, when, folder, "d" if draft else "")
    return _number("\0".join((*said, *urls, "", *links) if links else (*said, *urls))), when, draft, one


_ROWS, _LETTERS = 1 << 13, 1 << 21
"""So many rows, or letters, are looked at together."""


def _batches(messages: Iterable[Message]) -> Iterator[list[Message]]:
    batch, letters = list[Message](), 0
    for one in messages:
        batch.append(one)
        letters += len(one.content)
        if len(batch) >= _ROWS or letters >= _LETTERS:
            yield batch
            batch, letters = [], 0
    yield batch


class MessageReader:
    """Reads files of messages of one account one after the other."""

    def __init__(self, db: sqlite3.Connection, account: str, envelope: Envelopes) -> None:
        self._db, self._account, self._envelopes = db, account, envelope
        self._known = KnownRows(db, account)
        self._last: int = db.execute("SELECT coalesce(max(number), 0) FROM message").fetchone()[0]
        self._new: list[tuple[object, ...]] = []
        self._exchanged = set[int | None]()
        """Participants of the new ones."""
        self._restated: list[tuple[int, int]] = []
        self._at = 0
        self._near, self._hashed = "", 0
        self._order = array("I")
        """The place of each row of the file."""
        self._odd: list[_Row] = []
        """Rows of the file that have the identity of a message, in other words."""
        self._pending: dict[int, list[int]] = defaultdict(list)
        """By their digests, where in the order they stand."""
        self.restated: set[int] = set()
        """Envelopes with which known messages were shown for the first time."""

    def read(self, source: Source, file: int, earlier: Opener) -> set[int]:
        """The envelopes that a file shows; its messages and drafts are in the index then.

        A draft is what the file says is one, what has no moment, and what is in no conversation where there are some.
        `earlier` opens a file that was read before, by its number.
        """
        self._at = source.at
        if not self._read_parts(source, file, earlier):
            self._begin()
            self._take(source.adapter.messages(source.files), source.conversations)
            self._settle()
        if source.late:
            older = [(source.at, number, source.at) for number in self._known.messages()]
            self._db.executemany("UPDATE message SET at = ? WHERE number = ? AND at > ?", older)
        self._known.write(file)
        return self._known.envelopes()

    def _begin(self) -> None:
        self._known.begin()
        self._order = array("I")
        self._odd.clear()
        self._pending.clear()

    def _read_parts(self, source: Source, file: int, earlier: Opener) -> bool:
        """Read only the records that do not stand in the file read before; False if the file cannot be read like that.

        It can if every record of the file is known to be one message, which what was counted at the import tells, and
        what each part of it is understood as.
        """
        if len(source.facts) != 1 or source.facts[0].skipped:
            return False
        self._begin()
        with ExitStack() as opened:
            later = opened.enter_context(source.files.open(source.facts[0].path))
            if not (header := header_of(later)):
                return False
            (before, known), seen = self._known.order(), self._known.seen
            try:
                other = earlier(before) if before else None
                if other is not None and header_of(opened.enter_context(other)) != header:
                    other = None
                for part in parts(later, other):
                    if isinstance(part, Same):
                        places = known[part.first : part.first + part.records]
                        for place in places:
                            seen[place] = 1
                        self._order += places
                        continue
                    excerpt = Excerpt((source.facts[0].path,), header + part.content)
                    rows = list(source.adapter.messages(excerpt))
                    if len(rows) != part.records:
                        return False
                    self._take(rows, source.conversations)
            except LinkbakError:  # a damaged archive is no hindrance to reading another
                return False
        if len(self._order) != source.facts[0].rows:
            return False
        self._settle()
        self._known.keep_order(file, self._order)
        return True

    def _take(self, messages: Iterable[Message], conversations: bool) -> None:
        """Take up every row that is new; `_settle` is due when the file has been read."""
        for batch in _batches(messages):
            said = [_said(one, conversations) for one in batch]
            known = self._known.digests.of({digest for digest, _, _, _ in said})
            new = {one[0]: one for one in said if one[0] not in known}
            texts = {digest: self._row(*one) for digest, one in new.items()}
            taken = set(self._known.identities.of({row.identity for row in texts.values()}))
            for digest, _, _, _ in said:
                if (place := known.get(digest)) is None:
                    row = texts[digest]
                    if row.identity in taken:
                        self._odd.append(row)
                        self._pending[row.digest].append(len(self._order))
                        place = 0
                    else:
                        taken.add(row.identity)
                        place = known[row.digest] = self._append(row)
                else:
                    self._known.seen[place] = 1
                self._order.append(place)

    def _row(self, digest: int, when: str, draft: bool, one: Message) -> _Row:
        """What a row that is new amounts to."""
        conversation, title, sender, url, recipients, urls, _, subject, content, folder, _, links = one
        sponsored = title.strip().casefold() == _SPONSORED
        advert = sponsored or is_rich(content)
        if advert:
            content = text_of(content, sponsored=sponsored and not url)
        text = _number(when[:16] + "".join(content.split()))
        if conversation != self._near:
            self._near, self._hashed = conversation, _number(conversation)
        if conversation:
            identity = text ^ self._hashed ^ _second(when[17:19])
        else:  # two people who have no more than names
            identity = text ^ _number("\0".join(map(name_key, (sender, *names(recipients)))))
        title = "" if sponsored else title.strip()
        aside = (folder, links, draft, title)
        meant = self._envelopes.find(self._at, conversation, advert, (sender, url, recipients, urls), aside)
        at = f"{when[:19]}Z" if when else ""
        identity ^= _DRAFT if draft else 0
        return _Row(digest, identity, meant, conversation, at, sender, subject, content, text)

    def _append(self, row: _Row) -> int:
        """Put a message into the index; gives the place of the row."""
        number = self._last = self._last + 1
        envelope, who, outgoing = row.meant
        facts = (number, self._account, who, row.conversation, row.sent_at, int(outgoing > 0), row.sender, row.subject)
        self._exchanged.add(who)
        self._new.append((*facts, row.content, self._at, envelope, row.likeness - _HALF))
        if len(self._new) >= _AT_ONCE:
            self._write()
        return self._known.add(row.digest, row.identity, envelope, number)

    def _settle(self) -> None:
        """Tell which odd rows of the file are known messages in other words, and which are more of the same."""
        groups: dict[int, dict[int, _Row]] = defaultdict(dict)
        for row in self._odd:
            groups[row.identity][row.digest] = row
        for identity, (every, met) in self._known.alike(groups).items() if groups else ():
            rows = sorted(
                groups[identity].values(),
                key=lambda row: (row.sent_at, row.sender, row.subject, row.content, row.digest),
            )
            free = [message for message in every if message not in met]
            for message, row in zip(self._matching(free, rows), rows, strict=False):
                self._known.add(row.digest, identity, row.meant.envelope, message)
                self._restated.append((message, row.meant.envelope))
                self.restated.add(row.meant.envelope)
            for row in rows[len(free) :]:
                self._append(row)
        for digest, place in self._known.digests.of(self._pending).items():
            for at in self._pending[digest]:
                self._order[at] = place
        self._write()

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
            same = next((one for one in left if senders[one] == row.sender), None)
            found.append(same)
            if same is not None:
                left.remove(same)
        return [left.pop(0) if one is None else one for one in found]

    def _write(self) -> None:
        self._db.executemany(_INSERT, self._new)
        uncount(self._db, self._exchanged)
        first = "INSERT OR IGNORE INTO restated SELECT number, envelope FROM message WHERE number = ?"
        self._db.executemany(first, [(message,) for message, _ in self._restated])
        self._db.executemany("INSERT OR IGNORE INTO restated VALUES (?, ?)", self._restated)
        self._new.clear()
        self._exchanged.clear()
        self._restated.clear()


def _number(text: str) -> int:
    """A number of 64 bits that no other text has."""
    return int.from_bytes(digest_of(text), "little")


_second = cache(_number)


# --- rich text: messages that the network writes as markup, told from others and read as text -------------------------

_SPONSORED = "sponsored conversation"
"""The title that the network gives conversations that are adverts."""
_SPUN = re.compile(r"<[A-Za-z][^<>]*\bclass=[\"']?spinmail")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)(?![A-Za-z0-9])([^<>]*)>")
"""What is no tag stays: ``a < b``, ``<3``. Whatever it meets it goes over once."""
_BLOCKS = re.compile(
    "address|article|aside|blockquote|br|d[dlt]|div|figcaption|figure|footer|form|h[1-6r]|header|li|main|nav|[ou]l|p(re)?|"
    "section|t(able|body|d|foot|h|head|r)"
)
_INLINE = re.compile("a|b|big|code|em|font|i|img|mark|s|small|span|strong|su[bp]|u|script|style")
_UNREAD = frozenset(("script", "style"))
_ATTRIBUTE = r"""(?<![\w-]){}\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))"""
_HREF, _ALT = (re.compile(_ATTRIBUTE.format(name), re.IGNORECASE) for name in ("href", "alt"))
_BLANKS = re.compile(r"[ \t\r\n\f]+")


def is_rich(content: str) -> bool:
    """Whether a message is the markup of the network's own editor, which adverts and some members use.

    Precondition: nobody writes that markup as their words. Of a member who shows it in a message, the tags are lost to
    the index; the archive has them.
    """
    return "spinmail" in content and _SPUN.search(content) is not None


def text_of(content: str, *, sponsored: bool = False) -> str:
    """A message as text: markup stripped, entities undone, a line a paragraph; what is no markup stays as it is.

    An advert that is `sponsored` is a page even where another editor wrote it. Addresses of links stand behind their
    words. Scripts and style sheets are no text.
    """
    if is_rich(content) or (sponsored and any(_known(tag[2]) for tag in _TAG.finditer(content))):
        return _stripped(content)
    return unescape(content) if sponsored else content


def _known(name: str) -> bool:
    return any(known.fullmatch(name.casefold()) for known in (_BLOCKS, _INLINE))


def _stripped(content: str) -> str:
    content = _without_comments(content)
    lines: list[list[str]] = [[]]
    link, words = "", list[str]()
    at, until = 0, ""
    ends = {name: content.lower().rfind(f"</{name}") for name in _UNREAD}
    for tag in _TAG.finditer(content):
        name, opens = tag[2].casefold(), not tag[1]
        if until:
            if name == until and not opens:
                at, until = tag.end(), ""
            continue
        said = content[at : tag.start()]
        lines[-1].append(said)
        words.append(said)
        at = tag.end()
        if opens and at <= ends.get(name, -1):
            until = name
        elif name == "br":
            lines.append([])
        elif _BLOCKS.fullmatch(name):
            if "".join(lines[-1]).strip():
                lines.append([])
        elif name == "a":
            if link and link not in "".join(words):
                lines[-1].append(f" ({link})")
            link, words = _value(_HREF, tag[3]) if opens else "", []
        elif name == "img":
            lines[-1].append(_value(_ALT, tag[3]))
        elif not _known(name):
            lines[-1].append(tag[0])
    if not until:
        lines[-1].append(content[at:])
    return "\n".join(unescape(_BLANKS.sub(" ", "".join(line))).strip(" ") for line in lines).strip("\n")


def _value(attribute: re.Pattern[str], said: str) -> str:
    found = attribute.search(said)
    return (found[1] or found[2] or found[3] or "").strip() if found else ""


def _without_comments(content: str) -> str:
    """The markup without its comments; one that never ends is none."""
    kept, at = list[str](), 0
    while (begin := content.find("<!--", at)) >= 0 and (end := content.find("-->", begin)) >= 0:
        kept.append(content[at:begin])
        at = end + 3
    return "".join([*kept, content[at:]])

"""The rows of messages that were understood before, so that a later file costs only what it has new."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from itertools import compress
from struct import pack, unpack


class KnownRows:
    """Rows by their place in a list that only grows; each has a digest, an identity, ends and a message.

    `lines` gives the place of the row that a line was understood as. `seen` marks the rows a file shows.
    """

    def __init__(self, db: sqlite3.Connection, account: str) -> None:
        self._db, self._account = db, account
        self._digests: list[int] = []
        self._identities: list[int] = []
        self._ends: list[int] = []
        self._messages: list[int] = []
        self.lines: dict[int, int] = {}
        self._new_lines: list[int] = []
        self._new_places: list[int] = []
        self.places: dict[int, int] = {}
        """The place of each row by its digest; filled by `look_closer`."""
        self.homes: dict[int, int] = {}
        """The first message of each identity; filled likewise."""
        self._close = False
        self._load()
        self._written = len(self._digests)
        self.seen = bytearray(self._written)

    def _load(self) -> None:
        rows = self._db.execute(
            "SELECT digests, identities, ends, messages, lines, places FROM known_rows WHERE account = ? ORDER BY file",
            (self._account,),
        )
        for digests, identities, ends, messages, lines, places in rows:
            self._digests += _numbers(digests, 8)
            self._identities += _numbers(identities, 8)
            self._ends += _numbers(ends, 4)
            self._messages += _numbers(messages, 4)
            self.lines.update(zip(_numbers(lines, 8), _numbers(places, 4), strict=True))

    def look_closer(self) -> None:
        """Prepare for a file that may have something new."""
        if not self._close:
            self.places.update(zip(self._digests, range(len(self._digests)), strict=True))
            self.homes.update(zip(reversed(self._identities), reversed(self._messages), strict=True))
            self._close = True

    def begin(self) -> None:
        """A file begins, none of whose rows has been seen."""
        self.seen = bytearray(len(self._digests))

    def add(self, digest: int, identity: int, ends: int, message: int) -> None:
        """A row of the file that no file had before."""
        self.places[digest] = len(self._digests)
        self.homes.setdefault(identity, message)
        self._digests.append(digest)
        self._identities.append(identity)
        self._ends.append(ends)
        self._messages.append(message)
        self.seen.append(1)

    def learn(self, lines: Iterable[int], digests: Iterable[int | None]) -> None:
        """Note as which rows lines were understood, None for a line that is no message."""
        for line, digest in zip(lines, digests, strict=True):
            if digest is not None and line not in self.lines:
                place = self.lines[line] = self.places[digest]
                self._new_lines.append(line)
                self._new_places.append(place)

    def ends(self) -> set[int]:
        """All ends the file shows."""
        return set(compress(self._ends, self.seen))

    def messages(self) -> set[int]:
        """All messages the file shows."""
        return set(compress(self._messages, self.seen))

    def alike(self, identities: Iterable[int]) -> dict[int, tuple[list[int], set[int]]]:
        """By identity: the messages that have it, by number, and those of them that the file showed already."""
        found: dict[int, tuple[set[int], set[int]]] = {identity: (set(), set()) for identity in identities}
        for identity, message, seen in zip(self._identities, self._messages, self.seen, strict=True):
            if identity in found:
                every, met = found[identity]
                every.add(message)
                if seen:
                    met.add(message)
        return {identity: (sorted(every), met) for identity, (every, met) in found.items()}

    def write(self, file: int) -> None:
        """Keep what the file added."""
        new = slice(self._written, None)
        lines, places = self._new_lines, self._new_places
        if self._digests[new] or lines:
            columns = (
                (self._digests[new], 8),
                (self._identities[new], 8),
                (self._ends[new], 4),
                (self._messages[new], 4),
            )
            blobs = [_bytes(numbers, width) for numbers, width in (*columns, (lines, 8), (places, 4))]
            self._db.execute("INSERT INTO known_rows VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (file, self._account, *blobs))
        self._written = len(self._digests)
        self._new_lines, self._new_places = [], []


def _numbers(data: bytes, width: int) -> Sequence[int]:
    return unpack(f"<{len(data) // width}{'Q' if width == 8 else 'I'}", data)


def _bytes(numbers: Sequence[int], width: int) -> bytes:
    return pack(f"<{len(numbers)}{'Q' if width == 8 else 'I'}", *numbers)

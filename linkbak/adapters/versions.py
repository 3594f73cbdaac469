"""Two versions of a table: which records of it stand unchanged in another version of its file.

That is proved byte for byte, and nothing is parsed.

A record is a line, or more while a quote is open: it ends at a line feed before which every quote is closed. Runs of
equal bytes are compared as they are. Where they end, records near by that both files have join them again, whatever
was put in, taken out or written anew between; what moved, or follows more than `_FAR` bytes of a change, is new.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from linkbak.model import NamedTuple

_AT_ONCE = 1 << 20
"""So many bytes of new records are given at once, or one longer record."""
_NEAR, _FAR = 1 << 15, 1 << 21
"""So many bytes behind a difference are searched for records that both files have: at first, and at most. No more are
compared at once; what two windows hold then is compared as it was read, without a copy."""

_LONGEST = 1 << 25
"""A record of more bytes is none: a quote was never closed."""


class Same(NamedTuple):
    """So many records that the earlier file has too, from its record `first` on; the header is none."""

    first: int
    records: int


class New(NamedTuple):
    """So many whole records that were not found in the earlier file, as bytes."""

    content: bytes
    records: int


def header_of(stream: IO[bytes]) -> bytes:
    """The first record; b"" where lines are not bytes, or a quote does not close soon."""
    header = b""
    while len(header) < _NEAR and (line := stream.readline(_NEAR)):
        header += line
        if header.count(b'"') % 2 == 0:
            return b"" if b"\0" in header else header
    return b""


def parts(later: IO[bytes], earlier: IO[bytes] | None) -> Iterator[Same | New]:
    """All records of the later file, in order; both are read to the end, from behind their headers.

    Precondition: the headers are equal, and quotes stand only around cells, or doubled inside them. With another quote
    records may be cut elsewhere than a reader cuts them; who reads the new ones sees that they are more or fewer. What
    never ends is given as one new record without bytes, and nothing behind it.
    """
    new, old = _Window(later), _Window(earlier)
    while new.fill():
        old.fill()
        if new.endless:
            yield New(b"", 1)
            return
        if same := _equal(new, old):
            yield same
            continue
        at, known = _joined(new, old)
        while at > 0:
            content = new.text(min(at, new.cut(_AT_ONCE)))
            at -= len(content)
            yield New(content, new.skip(content))
        old.skip(old.text(known))
    while old.fill():
        old.skip(old.text())


class _Window:
    """What of a file is looked at: from the beginning of a record on."""

    def __init__(self, stream: IO[bytes] | None) -> None:
        self._stream, self._content, self._at = stream, b"", 0
        self.ended = stream is None
        self.endless = False
        """Whether no end of the record was found that it begins with."""
        self.record = 0
        """The number of the record it begins with."""
        self.step = _NEAR
        """How many bytes are worth comparing at once."""

    @property
    def rest(self) -> int:
        """How many bytes there are."""
        return len(self._content) - self._at

    def fill(self) -> int:
        """Have many bytes, and no fewer than a whole record, unless the file ends before; gives how many."""
        while self._stream and not self.ended and (self.rest < _FAR // 2 or not self.cut(_NEAR)):
            self.endless = self.ended = self.rest > _LONGEST
            more = b"" if self.ended else self._stream.read(max(_FAR - self.rest, self.rest))
            self.ended = not more
            self._content, self._at = self.text() + more, 0
        return self.rest

    def text(self, count: int | None = None) -> bytes:
        """So many bytes, or all."""
        return self._content[self._at : None if count is None else self._at + count]

    def cut(self, count: int) -> int:
        """Where whole records end, of so many bytes; behind the first at least, 0 if none ends yet."""
        while count < self.rest:
            if end := _whole(self.text(count))[1]:
                return end
            count *= 4
        return self.rest if self.ended else _whole(self.text())[1]

    def skip(self, content: bytes) -> int:
        """Go on behind whole records, with which it begins; gives how many they are."""
        count, end = _whole(content)
        self.go_on(len(content), count + (end < len(content)))  # the last line of a file may lack its line feed
        return count + (end < len(content))

    def go_on(self, length: int, records: int) -> None:
        """Go on behind so many bytes, which are so many whole records."""
        self._at += length
        self.record += records


def _equal(new: _Window, old: _Window) -> Same | None:
    """Go on, in both, behind whole records that are equal; None if the next differ."""
    most = min(new.rest, old.rest)
    length = min(most, new.step)
    while True:
        mine, theirs = new.text(length), old.text(length)
        if mine != theirs:
            mine, new.step = mine[: _common(mine, theirs)], _NEAR
        else:
            new.step = min(2 * length, _FAR) or _NEAR
        count, end = _whole(mine)
        if end < len(mine) == new.rest == old.rest and new.ended and old.ended:
            count, end = count + 1, len(mine)
        if end or length == most or len(mine) < length:
            break
        length = min(most, 4 * length)  # of one long record
    if not end:
        return None
    same = Same(old.record, count)
    new.go_on(end, count)
    old.go_on(end, count)
    return same


def _whole(text: bytes) -> tuple[int, int]:
    """How many whole records a text begins with, and where the last of them ends."""
    if b'"' not in text:
        return text.count(b"\n"), text.rfind(b"\n") + 1
    pieces = text.split(b'"')
    behind = 0
    for at in range(len(pieces) - 1, -1, -1):
        if at % 2 == 0 and (found := pieces[at].rfind(b"\n")) >= 0:
            end = len(text) - behind - len(pieces[at]) + found + 1
            return b"".join(pieces[::2]).count(b"\n"), end
        behind += len(pieces[at]) + 1
    return 0, 0


def _common(one: bytes, other: bytes) -> int:
    """How many bytes two texts begin with alike."""
    alike, most = 0, min(len(one), len(other))
    while alike < most:
        middle = (alike + most + 1) // 2
        if one[alike:middle] == other[alike:middle]:
            alike = middle
        else:
            most = middle - 1
    return alike


def _joined(new: _Window, old: _Window) -> tuple[int, int]:
    """Behind how many bytes of each the nearest record stands that both have.

    If there is none, all that was searched of the later file is new: a long run of new records may stand before what
    the earlier one goes on with.
    """
    near = _NEAR if old.rest else _AT_ONCE
    while True:
        searched = new.cut(near)
        ours, theirs = _places(new.text(searched)), _places(old.text(old.cut(near)))
        both = [(at + theirs[record], at, theirs[record]) for record, at in ours.items() if record in theirs]
        if both:
            return min(both)[1:]
        if near >= _FAR or not old.rest or (near >= new.rest and near >= old.rest):
            return searched, 0
        near *= 4


def _places(text: bytes) -> dict[bytes, int]:
    """Where each record of a text begins first."""
    found: dict[bytes, int] = {}
    begin, at, open_ = 0, 0, 0
    for line in text.split(b"\n"):
        at += len(line) + 1
        open_ ^= line.count(b'"') & 1
        if not open_ and begin < len(text):
            found.setdefault(text[begin:at], begin)
            begin = at
    if begin < len(text):
        found.setdefault(text[begin:], begin)
    return found

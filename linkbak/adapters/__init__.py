"""Every network linkbak knows, and which of them an archive is from.

An adapter reads what a network sends through `Files`, which a zip, a folder and a kept snapshot all are, and
never writes. To add a network, write a class with the methods of `Adapter` and put an instance into `ADAPTERS`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import IO, Protocol

from linkbak.adapters.linkedin import LinkedIn
from linkbak.errors import UnknownArchive, UsageProblem
from linkbak.model import (
    BOOK,
    AccountFact,
    Card,
    Contact,
    Coverage,
    Endorsement,
    Files,
    Invitation,
    Listing,
    Message,
    NamedTuple,
    Note,
    Owner,
    Pair,
    Post,
    ProfileEntry,
    Reading,
    Recommendation,
    Taken,
)

__all__ = [
    "ADAPTERS", "NETWORKS", "Adapter", "LinkedIn", "New", "Same", "by_network", "choose", "every", "header_of",
    "is_archive_name", "is_surely_archive", "may_be_archive", "parts",
]  # fmt: skip


class Adapter(Protocol):
    """What linkbak must be able to ask of one network's archives.

    Nothing in them raises, however broken: what is not understood becomes an Issue in `read`. Only the files
    themselves may refuse to be read, with a LinkbakError.
    """

    network: str

    def recognises(self, files: Files) -> bool:
        """Whether the archive is this network's."""
        ...

    def is_archive_name(self, name: str) -> bool:
        """Whether the network gives its archives such a name."""
        ...

    def may_be_archive(self, paths: Iterable[str]) -> bool:
        """Whether files of these names, none of them opened, may be one of its archives."""
        ...

    def is_surely_archive(self, files: Files) -> bool:
        """Whether an archive is this network's beyond doubt, though nobody said that it is one."""
        ...

    def taken(self, name: str, entries: Sequence[tuple[str, datetime | None]], kind: str) -> Taken | None:
        """When the network wrote the archive, from its name and the times of its entries; None if nothing tells."""
        ...

    def owner(self, files: Files) -> Owner:
        """What the archive tells of whose it is."""
        ...

    def read(self, files: Files) -> Reading:
        """What each file is and how many rows of it were understood; what each kind amounts to; what went wrong."""
        ...

    def book(self, files: Files) -> str:
        """The account's name, where the form of the archive tells it, as of an address book; "" for none."""
        ...

    def cards(self, files: Files) -> Iterator[Card]:
        """Every card of an address book of the member's own, in the archive's order; none twice."""
        ...

    def connections(self, files: Files) -> Listing | None:
        """The whole list of connections, None if the archive has none."""
        ...

    def pair(self, before: Files, after: Files, known: tuple[Coverage, Coverage] | None = None) -> Pair | None:
        """Two lists to compare, None if one side has none.

        With `known`, what `read` found of both lists when they were kept, rows that are the same in both may be
        left out as anchors before anything is parsed.
        """
        ...

    def series(self, lists: Iterable[tuple[Files, Coverage]]) -> Iterator[Pair | None]:
        """Each list of a series after the first, paired as in `pair` with the one before it, None as there.

        The series comes with what `read` found of each list when it was kept, and each list is fetched once.
        """
        ...

    def messages(self, files: Files, naming: Collection[str] = ()) -> Iterator[Message]:
        """Every message in the archive's order; with `naming`, only of files in which one of these texts stands."""
        ...

    def invitations(self, files: Files) -> Iterator[Invitation]:
        """Every invitation in the archive's order."""
        ...

    def endorsements(self, files: Files) -> Iterator[Endorsement]:
        """Every endorsement, received and given, in the archive's order; none twice."""
        ...

    def recommendations(self, files: Files) -> Iterator[Recommendation]:
        """Every recommendation, received and given, in the archive's order; none twice."""
        ...

    def contacts(self, files: Files) -> Iterator[Contact]:
        """Every row of the address book the member gave the network, in the archive's order; none twice."""

    def notes(self, files: Files) -> Iterator[Note]:
        """Every note of the member's own on a connection, in the archive's order; none twice."""
        ...

    def posts(self, files: Files) -> Iterator[Post]:
        """Whatever the member wrote or did for others to see, in the archive's order; none twice."""
        ...

    def account_facts(self, files: Files) -> Iterator[AccountFact]:
        """What the archive says of the account itself, each with its file and line."""
        ...

    def profile(self, files: Files) -> Iterator[ProfileEntry]:
        """Every entry of the member's own profile, in the order of a CV."""
        ...


ADAPTERS: tuple[Adapter, ...] = (LinkedIn(),)
"""The networks whose archives are looked for where downloads land."""
NETWORKS = frozenset({*(adapter.network for adapter in ADAPTERS), BOOK})
"""Every network there is an adapter for."""


def every() -> Iterator[Adapter]:
    """Every adapter; that of address books comes last, and is loaded only for who asks further than the others."""
    yield from ADAPTERS
    yield _address_book()


@cache
def _address_book() -> Adapter:
    from linkbak.adapters.addressbook import AddressBook

    return AddressBook()


def choose(files: Files) -> Adapter:
    """The adapter that knows the archive; raises UnknownArchive if none does."""
    for adapter in every():
        if adapter.recognises(files):
            return adapter
    raise UnknownArchive(
        "neither a LinkedIn archive nor an address book",
        hint="linkbak reads LinkedIn's archive: the zip as downloaded, its folder, or Connections.csv alone; and your "
        "address book: vCards (.vcf), or the contacts CSV of Google, or of Outlook in English.",
    )


def is_archive_name(name: str) -> bool:
    """Whether some network gives its archives such a name."""
    return any(adapter.is_archive_name(name) for adapter in ADAPTERS)


def may_be_archive(paths: Iterable[str]) -> bool:
    """Whether files of these names, none of them opened, may be some network's archive."""
    listed = list(paths)
    return any(adapter.may_be_archive(listed) for adapter in ADAPTERS)


def is_surely_archive(files: Files) -> bool:
    """Whether an archive that nobody said to be one is some network's beyond doubt."""
    return any(adapter.is_surely_archive(files) for adapter in ADAPTERS)


def by_network(network: str) -> Adapter:
    """The adapter of a network by its name; raises UsageProblem for one that is not known."""
    for adapter in every() if network == BOOK else ADAPTERS:
        if adapter.network == network:
            return adapter
    raise UsageProblem(f"linkbak knows no network of that name; it knows {', '.join(sorted(NETWORKS))}")


# --- two versions of a table ------------------------------------------------------------------------------------------
# Which records of a table stand unchanged in another version of its file, proved byte for byte and not parsed.
#
# A record is a line, or more while a quote is open: it ends at a line feed before which every quote is closed. Runs of
# equal bytes are compared as they are. Where they end, records near by that both files have join them again, whatever
# was put in, taken out or written anew between; what moved, or follows more than `_FAR` bytes of a change, is new.

_AT_ONCE = 1 << 20
"""So many bytes of new records are given at once, or one longer record; so many are compared at once at most."""
_NEAR, _FAR = 1 << 15, 1 << 21
"""So many bytes behind a difference are searched for records that both files have: at first, and at most."""

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
        while self._stream and not self.ended and (self.rest < _FAR // 2 or not self._begins_whole()):
            self.endless = self.ended = self.rest > _LONGEST
            more = b"" if self.ended else self._stream.read(max(_FAR, self.rest))
            self.ended = not more
            self._content, self._at = self.text() + more, 0
        return self.rest

    def _begins_whole(self) -> bool:
        count = _NEAR
        while not (whole := _whole(self.text(count))[0]) and count < self.rest:
            count *= 4
        return whole > 0

    def text(self, count: int | None = None) -> bytes:
        """So many bytes, or all."""
        return self._content[self._at : None if count is None else self._at + count]

    def cut(self, count: int) -> int:
        """Where whole records end, of so many bytes; behind the first at least."""
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
            new.step = min(2 * length, _AT_ONCE) or _NEAR
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

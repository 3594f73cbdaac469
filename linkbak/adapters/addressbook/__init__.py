"""Reads address books: vCards, and contacts as CSV; see docs/formats.md.

A card is a contact of the owner's, and says nothing about connections: an address book has no connections, and no
messages, posts or anything else from a network.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import IO

from linkbak.adapters.addressbook.csv import read_sheet, sheet_of
from linkbak.adapters.addressbook.vcard import read_cards
from linkbak.adapters.linkedin import files as linkedin
from linkbak.adapters.linkedin.coverage import MOST_COLUMNS
from linkbak.adapters.linkedin.csv import Issues
from linkbak.archive import is_junk
from linkbak.model import (
    BOOK,
    CARDS,
    Card,
    Completeness,
    Coverage,
    FileFacts,
    Files,
    Issue,
    Manifest,
    NamedTuple,
    Owner,
    Pair,
    Reading,
)
from linkbak.texts import tr_later

VCARD, SHEET = "contacts.vcf", "contacts.csv"
"""The tables of vCard files and contact lists."""
_VCARDS = (".vcf", ".vcard")
_PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".html", ".json")
"""Files that Google puts beside its vCards."""
_BEGIN = re.compile(rb"BEGIN[ \t]*:[ \t]*VCARD", re.IGNORECASE)
_FIRST = 1 << 16
_PROGRAMS = (("apple", "apple"), ("google", "google"), ("microsoft", "outlook"), ("outlook", "outlook"))
"""Names of programs in their files, and the account for their books."""


class AddressBook:
    """The user's own address book, as a phone, Google, Apple, Outlook or any other program exports it."""

    network = BOOK

    taken = staticmethod(linkedin.taken)
    is_archive_name = may_be_archive = is_surely_archive = staticmethod(lambda told: False)
    """It is kept only if somebody names it: whose address book lies about, nobody can tell."""
    owner = staticmethod(lambda files: Owner())
    connections = staticmethod(lambda files: None)
    pair = staticmethod(lambda before, after, known=None: None)
    messages = staticmethod(lambda files, naming=(): iter(()))
    invitations = endorsements = recommendations = contacts = notes = posts = account_facts = profile = messages

    def recognises(self, files: Files) -> bool:
        """Whether everything readable is an address book, and no network's table."""
        real = [path for path in files.paths if not is_junk(path) and not path.casefold().endswith(_PICTURES)]
        return bool(real) and all(_table(files, path) for path in real) and not linkedin.recognises(files)

    def book(self, files: Files) -> str:
        """The default name of the account, after the program that wrote the book."""
        for path in files.paths:
            if table := _table(files, path):
                return _read(files, path, table, Issues(path)).program
        return "vcard"

    def read(self, files: Files, before: tuple[Files, Manifest] | None = None) -> Reading:
        """Each file with its number of cards, and all issues."""
        facts, issues, reasons = list[FileFacts](), list[Issue](), dict[str, None]()
        cards: dict[Card, None] = {}
        some, skipped = False, 0
        for path in files.paths:
            table = _table(files, path)
            if not table:
                facts.append(FileFacts(path, 0, ""))
                if not is_junk(path) and not path.casefold().endswith(_PICTURES):
                    issues.append(
                        Issue(path, 0, tr_later("kept, but it is no address book that linkbak knows"), loss=False)
                    )
                continue
            of_file = Issues(path)
            found = _read(files, path, table, of_file)
            some, skipped = True, skipped + found.skipped
            rows = len(found.cards)
            read = (table, CARDS, rows, 0, found.skipped, found.lines, found.columns)
            facts.append(FileFacts(path, 0, "", "", "", *read))
            cards.update(dict.fromkeys(found.cards))
            issues += of_file.all()
            if of_file.losses:
                reasons[tr_later("{file} could not be read whole", file=path)] = None
        if not some:
            return Reading(tuple(facts), {}, tuple(issues))
        whole: Completeness = "partial" if reasons else "complete"
        coverage = Coverage(len(cards), 0, skipped, whole, tuple(reasons))
        return Reading(tuple(facts), {CARDS: coverage}, tuple(issues))

    def cards(self, files: Files) -> Iterator[Card]:
        """Every card, each once, in the order of the files."""
        found = (
            card
            for path in files.paths
            if (table := _table(files, path))
            for card in _read(files, path, table, Issues(path)).cards
        )
        return iter(dict.fromkeys(found))

    def series(self, lists: Iterable[tuple[Files, Coverage]]) -> Iterator[Pair | None]:
        """None for each list after the first."""
        return (None for number, _ in enumerate(lists) if number)


def _table(files: Files, path: str) -> str:
    """The table of a file, by its name and its beginning; "" for none."""
    if path.casefold().endswith(_VCARDS):
        with files.open(path) as stream:
            first = stream.read(_FIRST)
        return VCARD if _BEGIN.search(first.replace(b"\0", b"")) else ""
    if path.casefold().endswith((".csv", ".txt")):
        with files.open(path) as stream:
            return SHEET if sheet_of(stream) else ""
    return ""


class _Found(NamedTuple):
    """The content of one file: cards, how many could not be read, its lines and columns, the program's name."""

    cards: list[Card]
    skipped: int
    lines: int
    columns: tuple[str, ...]
    program: str


def _read(files: Files, path: str, table: str, issues: Issues) -> _Found:
    with files.open(path) as stream:
        if table == VCARD:
            counted = _Counted(stream)
            read = list(read_cards(counted, issues))
            program = next(
                (name for one in read for word, name in _PROGRAMS if word in one.program.casefold()), "vcard"
            )
            cards = [one.card for one in read if one.card is not None]
            return _Found(cards, len(read) - len(cards), counted.lines, (), program)
        sheet = sheet_of(stream)
        rows = list(read_sheet(sheet, issues)) if sheet else []
        cards = [card for card in rows if card is not None]
        header, program = (sheet.header, sheet.columns.program) if sheet else ((), "csv")
        lines = sheet.records.text.lines if sheet else 0
        return _Found(cards, len(rows) - len(cards), lines, tuple(header[:MOST_COLUMNS]), program)


class _Counted:
    """A stream that counts its lines: line feeds, and a last line without one."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self._feeds, self._last = stream, 0, b""

    def read(self, most: int) -> bytes:
        """At most so many bytes; none at the end."""
        chunk = self._stream.read(most)
        self._feeds, self._last = self._feeds + chunk.count(b"\n"), chunk[-1:] or self._last
        return chunk

    @property
    def lines(self) -> int:
        """How many lines there were."""
        return self._feeds + (self._last not in (b"", b"\n"))

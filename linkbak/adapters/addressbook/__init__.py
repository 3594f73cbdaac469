"""Reads address books: vCards, and contacts as CSV; see docs/formats.md.

A card is a contact of the owner's, and says nothing about connections: an address book has no connections, and no
messages, posts or anything else from a network.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from linkbak.adapters.addressbook.csv import read_sheet, sheet_of
from linkbak.adapters.addressbook.vcard import Book, read_cards
from linkbak.adapters.linkedin import files as linkedin
from linkbak.adapters.linkedin.csv import Issues
from linkbak.archive import is_junk
from linkbak.model import (
    BOOK,
    CARDS,
    Card,
    Coverage,
    FileFacts,
    Files,
    Issue,
    Manifest,
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


class AddressBook:
    """The user's own address book, as a phone, Google, Apple, Outlook or any other program exports it."""

    network = BOOK

    taken = staticmethod(linkedin.taken)
    is_archive_name = may_be_archive = is_surely_archive = staticmethod(lambda told: False)
    """It is kept only if somebody names it: whose address book lies about, nobody can tell."""
    owner = staticmethod(lambda files: Owner())
    connections = staticmethod(lambda files: None)
    messages = staticmethod(lambda files, naming=(): iter(()))
    invitations = endorsements = recommendations = contacts = notes = posts = account_facts = profile = messages

    def recognises(self, files: Files) -> bool:
        """Whether everything readable is an address book, and no network's table."""
        real = [path for path in files.paths if not is_junk(path) and not path.casefold().endswith(_PICTURES)]
        return bool(real) and all(_table(files, path) for path in real) and not linkedin.recognises(files)

    def book(self, files: Files) -> str:
        """The default name of the account, after the program that wrote the book."""
        return next((found.program for _, _, found in _books(files) if found), "vcard")

    def read(self, files: Files, before: tuple[Files, Manifest] | None = None) -> Reading:
        """Each file with its number of cards, and all issues."""
        facts, issues, reasons = list[FileFacts](), list[Issue](), list[str]()
        cards: dict[Card, None] = {}
        for of_file, table, found in _books(files):
            path = of_file.file
            if found is None:
                facts.append(FileFacts(path, 0, ""))
                if not is_junk(path) and not path.casefold().endswith(_PICTURES):
                    of_file.remark(0, tr_later("kept, but it is no address book that linkbak knows"))
            else:
                read = (table, CARDS, len(found.cards), 0, found.skipped, found.lines, found.columns)
                facts.append(FileFacts(path, 0, "", "", "", *read))
                cards.update(dict.fromkeys(found.cards))
            issues += of_file.all()
            if of_file.losses:
                reasons.append(tr_later("{file} could not be read whole", file=path))
        if not any(one.table for one in facts):
            return Reading(tuple(facts), {}, tuple(issues))
        skipped = sum(one.skipped for one in facts)
        coverage = Coverage(len(cards), 0, skipped, "partial" if reasons else "complete", tuple(reasons))
        return Reading(tuple(facts), {CARDS: coverage}, tuple(issues))

    def cards(self, files: Files) -> Iterator[Card]:
        """Every card, each once, in the order of the files."""
        return iter(dict.fromkeys(card for _, _, found in _books(files) if found for card in found.cards))

    def pairs(self, lists: Iterable[tuple[Files, Coverage | None]]) -> Iterator[Pair | None]:
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


def _books(files: Files) -> Iterator[tuple[Issues, str, Book | None]]:
    """Of every file its issues, its table and its content; "" and None for one that is no address book."""
    for path in files.paths:
        issues, table, found = Issues(path), _table(files, path), None
        if table:
            with files.open(path) as stream:
                found = (read_cards if table == VCARD else read_sheet)(stream, issues)
        yield issues, table, found

"""What a format is: one way to write people down for another program."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from linkbak.index import History
    from linkbak.index.models import Entry
    from linkbak.vault import Vault


class Options(NamedTuple):
    """What the user may choose. `raw` leaves formulas in cells alone; `vcard` is the version of vCards."""

    raw: bool = False
    vcard: str = "3.0"


class Selection(NamedTuple):
    """Who is written down, in order, and where more is known of them.

    `newest` is when the newest list that counts was taken, RFC 3339 UTC: what is written depends on the vault alone and
    on no clock. `history` and `vault` are open while the export lasts.
    """

    entries: Sequence[Entry]
    newest: str
    history: History
    vault: Vault


Text = Callable[[Selection, Options], Iterator[str]]
"""Gives one text, in pieces."""

Pages = Callable[[Selection, Options], Iterator[tuple[str, str]]]
"""Gives small files for one folder, each by its path with forward slashes, and its text."""

Build = Callable[[Selection, Options, Path], None]
"""Makes a file or a folder at a path where there is nothing yet."""


class Format(NamedTuple):
    """One format; of `text`, `pages` and `build` at least one is there.

    `lacks` says in a word or two why somebody cannot be written down in it ("no name"), "" if they can; with `once`,
    of those for whom it gives the same text only the first can, and `again` says why. The functions are given only
    those who can. `suffix` ends the name of its file, "" for a folder. `warning` is told to whoever
    exports it.
    """

    about: str
    suffix: str
    lacks: Callable[[Entry], str]
    text: Text | None = None
    pages: Pages | None = None
    build: Build | None = None
    warning: str = ""
    once: Callable[[Entry], str] | None = None
    again: str = ""

    def takes(self, entries: Sequence[Entry]) -> tuple[list[Entry], Counter[str]]:
        """Those who can be written down, in their order, and how many of the others there are, by reason."""
        kept: list[Entry] = []
        left_out: Counter[str] = Counter()
        there: set[str] = set()
        for entry in entries:
            reason = self.lacks(entry)
            if not reason and self.once is not None:
                key = self.once(entry)
                reason = self.again if key in there else ""
                there.add(key)
            if reason:
                left_out[reason] += 1
            else:
                kept.append(entry)
        return kept, left_out


def nothing(entry: Entry) -> str:
    """For formats that take everybody."""
    return ""


def name_lacks(entry: Entry) -> str:
    """For formats that are about names: whom no list ever named is left out."""
    if entry.person.row.name:
        return ""
    return "hidden" if entry.person.state == "hidden" else "no name"

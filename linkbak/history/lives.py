"""One person while their line is being made, and the rules by which each event moves it.

Threading on and going back use the same rules, so that an index which was kept equals one made anew.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import NamedTuple

from linkbak.history.texts import FIELDS, LISTING, NOBODY, Row
from linkbak.identity import name_key, url_key

_ID = 12


class Seen(NamedTuple):
    """The row as it was from a snapshot on; see table ``seen``."""

    at: int
    how: str
    hidden: bool
    row: Row


class Gone(NamedTuple):
    """A snapshot that lists them no more; see table ``gone``."""

    at: int
    how: str
    last: int


@dataclass(slots=True)
class Life:
    """One person so far; the fields are those of table ``person``."""

    number: int
    account: str
    born: int
    row: Row = NOBODY
    hidden: bool = False
    status: str = "listed"
    since: int = 0
    last: int | None = None
    rank: int = -1
    basis: str = ""
    url_key: str = ""
    name_key: str = ""

    def see(self, event: Seen) -> None:
        """They stand in a list, or stand there differently."""
        self.hidden = event.hidden
        if not event.hidden:
            if event.row[:3] != self.row[:3]:
                self.url_key, self.name_key = url_key(event.row[2]), name_key(event.row[0], event.row[1])
            self.row = event.row
        elif not any(self.row[:6]):
            self.row = event.row
        if event.how in LISTING:
            self.status, self.last = "side" if event.how == "side" else "listed", None
        if event.how in LISTING or event.how in ("hidden", "returned"):
            self.since = event.at

    def lose(self, event: Gone) -> None:
        """A list lacks them."""
        self.status, self.since, self.last = event.how, event.at, event.last

    @property
    def away(self) -> bool:
        """Whether they may be who comes next."""
        return self.status != "listed"

    @property
    def sparse(self) -> bool:
        """Whether the row is shown but says neither company nor position."""
        return not self.hidden and not self.row[4] and not self.row[5]


def merged(old: Row, new: Row, columns: frozenset[str]) -> Row:
    """The new row, with what the old one says where the new list has no column."""
    if len(columns) == len(FIELDS):
        return new
    return tuple(n if name in columns else o for name, o, n in zip(FIELDS, old, new, strict=True))  # type: ignore[return-value]


def basis(account: str, row: Row, hidden: bool) -> str:
    """What an id is made of: a digest of the address, else of the name, and the day of connecting."""
    key = "" if hidden else url_key(row[2]) or "\0" + name_key(row[0], row[1])
    return digest(f"{account}\n{key}\n{row[6]}")


def digest(text: str) -> str:
    """The beginning of the text's sha256, long enough for ids."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_ID]

"""Which files show what, and in which archives these files lie."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from linkbak.history.details.bitmaps import holds


class Shown(NamedTuple):
    """One archive's file: the archive's moment, the rows the file holds."""

    at: int
    rows: bytes

    def holds(self, number: int) -> bool:
        """Whether the archive shows a row."""
        return holds(self.rows, number)


class Archives:
    """The archives of one account that cover a kind, oldest first; those of a kind are loaded when asked for."""

    def __init__(self, db: sqlite3.Connection, account: str) -> None:
        self._db, self._account = db, account
        self._found: dict[str, list[Shown]] = {}

    def of(self, kind: str) -> list[Shown]:
        """Every archive that covers the kind."""
        if kind not in self._found:
            files = dict(
                self._db.execute(
                    "SELECT number, shown FROM parsed WHERE account = ? AND kind = ?", (self._account, kind)
                ).fetchall()
            )
            places = self._db.execute(
                "SELECT at, file FROM appearance WHERE account = ? AND kind = ? ORDER BY at", (self._account, kind)
            )
            self._found[kind] = [Shown(at, files[file]) for at, file in places]
        return self._found[kind]

    def newest(self, kind: str, number: int) -> int:
        """The moment of the newest archive that shows a row, -1 if none does."""
        return next((one.at for one in reversed(self.of(kind)) if one.holds(number)), -1)

"""Whether the index says what the vault says."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

from linkbak.history.store import in_memory, opened, place_of
from linkbak.history.update import Progress
from linkbak.vault import Vault

COMPARED = {
    "snapshot": "*", "step": "before, after, added, vanished", "person": "*", "seen": "*", "gone": "*", "held": "*",
    "doubt": "*", "address": "*", "alias": "*", "birth": "*", "mark": "*", "talk": "*",
}  # fmt: skip
"""The tables, and which of their columns, that an index made anew has to have equal."""
ALL_ROWS = ("message", "invitation", "endorsement", "recommendation", "archive_note")
"""Tables whose rows are numbered as they were read, so that only how many there are can be compared."""


def findings(vault: Vault, progress: Progress) -> list[str]:
    """What is wrong with the index: nothing, if it equals one made anew from the vault alone."""
    place = place_of(vault)
    if not place.is_file():
        return ["there is none yet"]
    try:
        if wrong := _unsound(place):
            return wrong
        here = opened(vault, progress)
        with closing(here.db), closing(in_memory(vault, progress)) as anew:
            return _differences(here.db, anew)
    except sqlite3.DatabaseError:
        return ["SQLite cannot read it"]


def unsound(vault: Vault) -> list[str]:
    """What SQLite by itself finds wrong with the index at a quick look; nothing if there is none yet."""
    place = place_of(vault)
    try:
        return _unsound(place, "quick_check") if place.is_file() else []
    except sqlite3.DatabaseError:
        return ["SQLite cannot read it"]


def _unsound(place: Path, check: str = "integrity_check") -> list[str]:
    with closing(sqlite3.connect(f"{place.as_uri()}?mode=ro", uri=True)) as db:
        said = [text for (text,) in db.execute(f"PRAGMA {check}(1)")]
    return [] if said == ["ok"] else ["SQLite finds its pages damaged"]


def _differences(one: sqlite3.Connection, other: sqlite3.Connection) -> list[str]:
    wrong = [
        table for table, columns in COMPARED.items() if _digest(one, table, columns) != _digest(other, table, columns)
    ]
    count = "SELECT count(*) FROM {}"
    wrong += [
        table
        for table in ALL_ROWS
        if one.execute(count.format(table)).fetchone() != other.execute(count.format(table)).fetchone()
    ]
    return [f"table {table} differs from what the vault says" for table in wrong]


def _digest(db: sqlite3.Connection, table: str, columns: str) -> str:
    """A digest of all rows whatever their order."""
    total = 0
    for row in db.execute(f"SELECT {columns} FROM {table}"):  # noqa: S608
        total += int.from_bytes(hashlib.sha256(repr(row).encode("utf-8", "surrogatepass")).digest()[:16])
    return hex(total)

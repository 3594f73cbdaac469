"""SQLite databases of tests: whoever opens one here need not close it, which Python 3.13 would complain of."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Literal

_OPEN: list[sqlite3.Connection] = []


def database(place: str | Path = ":memory:", isolation_level: Literal["DEFERRED"] | None = None) -> sqlite3.Connection:
    """A database that is closed at the end of the test; one opened while a module is imported, in the very end."""
    db = sqlite3.connect(place, isolation_level=isolation_level)
    _OPEN.append(db)
    return db


def opened() -> int:
    """How many are open."""
    return len(_OPEN)


def close(down_to: int = 0) -> None:
    """Close all but so many, the newest first."""
    while len(_OPEN) > down_to:
        _OPEN.pop().close()

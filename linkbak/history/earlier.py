"""The history as it was: a copy in memory of which everything later is forgotten."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING

from linkbak.errors import NoSuchSnapshot
from linkbak.history import details
from linkbak.history.moments import start_of
from linkbak.history.rewind import rewind

if TYPE_CHECKING:
    from linkbak.history.history import History


@contextmanager
def as_of(history: History, day: str) -> Iterator[History]:
    """The history as if no snapshot after that day (ISO, UTC) were there; closed at the end."""
    from linkbak.history.history import History

    end = start_of((date.fromisoformat(day) + timedelta(days=1)).isoformat())
    if history.db.execute("SELECT 1 FROM snapshot WHERE at < ? LIMIT 1", (end,)).fetchone() is None:
        raise NoSuchSnapshot(f"there is no snapshot up to {day}", hint="`linkbak log` lists the snapshots.")
    with History(sqlite3.connect(":memory:", isolation_level=None), None) as then:
        db = then.db
        history.db.backup(db)
        for account in then.accounts():
            rewind(db, account, end)
            _forget_messages(db, account, end)
            details.resolve(db, account)
        yield then


def _forget_messages(db: sqlite3.Connection, account: str, end: int) -> None:
    """Forget the messages that only later archives have; whatever was told better there stands for itself again."""
    db.execute("DELETE FROM message WHERE account = ? AND at >= ?", (account, end))
    db.execute("UPDATE message SET twin = NULL WHERE twin NOT IN (SELECT number FROM message)")

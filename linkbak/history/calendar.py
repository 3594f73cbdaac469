"""The lists that are threaded, by moment: what a window is, and what counts as later."""

from __future__ import annotations

import sqlite3
from bisect import bisect_left
from functools import cache

from linkbak.history.moments import start_of, taken
from linkbak.history.records import Looks, Window


class Calendar:
    """The main lists of one account, and with which each list was compared."""

    def __init__(self, db: sqlite3.Connection, account: str) -> None:
        rows = db.execute(
            "SELECT at, role, base, lacks FROM snapshot WHERE account = ? AND role <> 'none' ORDER BY at", (account,)
        ).fetchall()
        self.mains: list[int] = [at for at, role, _, _ in rows if role == "main"]
        self._base: dict[int, int | None] = {at: base for at, _, base, _ in rows}
        self._lacks: dict[int, set[str]] = {at: set(lacks.split()) for at, _, _, lacks in rows if lacks}
        self.taken = cache(taken)

    @property
    def newest(self) -> int:
        """The moment of the newest main list, 0 if there is none."""
        return self.mains[-1] if self.mains else 0

    @property
    def newest_day(self) -> int:
        """The first moment of the day of the newest main list."""
        return start_of(self.taken(self.newest)[:10]) if self.mains else 0

    @property
    def looks(self) -> Looks:
        """How many lists there are to tell from, those too whose losses are not believed."""
        every = sorted(self._base)
        return Looks(len(every), self.taken(every[0]), self.taken(every[-1])) if every else Looks(0, "", "")

    def window(self, at: int) -> Window:
        """When something happened that a list shows first."""
        base = self._base.get(at)
        return Window(self.taken(base) if base is not None else "", self.taken(at))

    def between(self, last: int, at: int) -> Window:
        """The window from a list that still showed something to one that does not."""
        return Window(self.taken(last), self.taken(at))

    def told(self, fields: frozenset[str], up_to: str) -> str:
        """When the newest main list was taken, up to a time, that has columns for all these fields; "" for none."""
        if not up_to or all(fields.isdisjoint(lacks) for lacks in self._lacks.values()):
            return up_to
        return next(
            (
                when
                for at in reversed(self.mains)
                if (when := self.taken(at)) <= up_to and fields.isdisjoint(self._lacks.get(at, ()))
            ),
            "",
        )

    def later(self, at: int) -> int:
        """How many main lists of later days than `at` there are."""
        return len(self.mains) - bisect_left(self.mains, _next_day(self.taken(at)))


def _next_day(when: str) -> int:
    from datetime import date, timedelta

    return start_of((date.fromisoformat(when[:10]) + timedelta(days=1)).isoformat())

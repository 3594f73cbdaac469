"""Everybody who is named in what an account's archives hold, by number."""

from __future__ import annotations

import sqlite3

from linkbak.history.details.wording import name_key


class Parties:
    """Finds parties and adds new ones; `write` puts them into the index.

    Somebody with an address is known by it, others by the key of the name. The name is that of the newest archive.
    """

    def __init__(self, db: sqlite3.Connection, account: str) -> None:
        self._db, self._account = db, account
        self._numbers: dict[tuple[str, str], int] = {}
        self._named: dict[int, tuple[int, str]] = {}
        self._new: dict[int, tuple[str, str]] = {}
        self._renamed: set[int] = set()
        self._fresh = db.execute("SELECT 1 FROM party WHERE account = ? LIMIT 1", (account,)).fetchone() is None
        self._last: int = db.execute("SELECT coalesce(max(number), 0) FROM party").fetchone()[0]

    def number(self, url: str, name: str, at: int) -> int | None:
        """The number of who has this key of an address and this name, None if there is neither."""
        name = name.strip()
        key = (url, "" if url else name_key(name))
        if key == ("", ""):
            return None
        found = self._numbers.get(key) or self._look_up(key)
        if found is None:
            self._last += 1
            found = self._numbers[key] = self._last
            self._new[found] = key
            self._named[found] = (at, name) if name else (-1, "")
        elif name and (at, name) > self._named[found]:
            self._named[found] = (at, name)
            self._renamed.add(found)
        return found

    def _look_up(self, key: tuple[str, str]) -> int | None:
        if self._fresh:
            return None
        found = self._db.execute(
            "SELECT number, named, name FROM party WHERE account = ?1 AND url_key = ?2 AND (?2 <> '' OR name_key = ?3)",
            (self._account, *key),
        ).fetchone()
        if found is None:
            return None
        self._numbers[key] = number = int(found[0])
        self._named[number] = (found[1], found[2])
        return number

    def write(self) -> None:
        """Put new parties and new names into the index."""
        rows = [
            (number, self._account, key[0], key[1] or name_key(name), name, named)
            for number, key in self._new.items()
            for named, name in (self._named[number],)
        ]
        self._db.executemany("INSERT INTO party VALUES (?, ?, ?, ?, ?, NULL, ?)", rows)
        changed = [(*self._named[one], name_key(self._named[one][1]), one) for one in self._renamed - self._new.keys()]
        self._db.executemany("UPDATE party SET named = ?, name = ?, name_key = ? WHERE number = ?", changed)
        self._new.clear()
        self._renamed.clear()

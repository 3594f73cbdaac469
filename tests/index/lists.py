"""A series of invented lists and what the index makes of them, without a vault."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

from linkbak.diff import ranks
from linkbak.index.list_deltas import ListDelta, delta_of, first_delta
from linkbak.index.schema import TABLES
from linkbak.index.update import Deltas, drop_unused, plan, update_account
from linkbak.matching.alignment import align
from linkbak.model import Coverage
from linkbak.vault import SnapshotKey, Summary, Vault
from tests.databases import database
from tests.worlds import Era, Export, listing, pair, rows

ACCOUNT = "linkedin-me"
PEOPLE = ("snapshot", "roster", "delta", "person", "seen", "gone", "held", "ambiguity", "address", "alias")


def taken(number: int, hour: int = 8) -> str:
    """When the list of this number was taken: one a month from 2020 on."""
    return f"{2020 + number // 12}-{number % 12 + 1:02}-05T{hour:02}:00:00Z"


class Lists(Mapping[tuple[str, str], ListDelta]):
    """Lists in the order of time, as deltas between any two of them; `built` counts the deltas asked for."""

    def __init__(self, exports: Sequence[Export], eras: Sequence[Era] = (), held: Iterable[int] = ()) -> None:
        self.exports = exports
        self.eras: Sequence[Era] = eras or ["C5"] * len(exports)
        self.held = frozenset(held)
        self.built: list[tuple[str, str]] = []
        self.times = [taken(number) for number in range(len(exports))]

    def summaries(self, order: Sequence[int]) -> list[Summary]:
        """The snapshots of the lists imported so far, in this order; given oldest first."""
        found = []
        for rank, number in enumerate(order):
            key = SnapshotKey(ACCOUNT, self.times[number].replace(":", ""))
            found.append(
                Summary(
                    key, self.times[number], f"2030-01-01T00:00:{rank:02}Z", "linkedin", "me", "zip", "", "",
                    len(self.exports[number]), 0, 1, 1, number in self.held, ("connections",), f"digest {number}",
                    f"digest {order[rank - 1]}" if rank else "",
                )
            )  # fmt: skip
        return sorted(found, key=lambda one: one.order)

    def __getitem__(self, names: tuple[str, str]) -> ListDelta:
        self.built.append(names)
        before, after = (int(name.removeprefix("digest ")) if name else -1 for name in names)
        if before < 0:
            return first_delta(listing(rows(self.exports[after]), self.eras[after]))
        found = pair(rows(self.exports[before]), rows(self.exports[after]), self.eras[before], self.eras[after])
        sides = Coverage(len(self.exports[before])), Coverage(len(self.exports[after]))
        return delta_of(*align(found), sides, ("", ""))

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(())

    def __len__(self) -> int:
        return 1

    def __contains__(self, names: object) -> bool:
        return True

    def update(self, db: sqlite3.Connection, order: Sequence[int], settled: Iterable[SnapshotKey] = ()) -> None:
        """Bring an index to the lists imported so far."""
        found = self.summaries(order)
        held = {one.key: ("held: for the test",) for one in found if one.held and one.key not in frozenset(settled)}
        planned = plan(found, ranks(found), held)
        update_account(Deltas(db, cast(Vault, None), lambda what, done, total: None, self), ACCOUNT, planned)
        drop_unused(db, ())


def empty() -> sqlite3.Connection:
    """An index of nothing."""
    db = database()
    db.executescript(TABLES)
    return db


def content(db: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """Everything an index says of people and lists."""
    return {table: sorted(db.execute(f"SELECT * FROM {table}").fetchall(), key=repr) for table in PEOPLE}


def slugs(db: sqlite3.Connection) -> dict[str, set[str]]:
    """The addresses each person ever had, by id."""
    found: dict[str, set[str]] = {}
    for id_, key in db.execute("SELECT p.id, a.url_key FROM address a JOIN person p ON p.number = a.person"):
        found.setdefault(id_, set()).add(key)
    return found

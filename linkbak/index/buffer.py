"""The lines of people in the index while they are being threaded: loaded when asked for, written all at once."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any

from linkbak.index.events import Gone, Life, Planned, Seen, digest

Keys = tuple[str, str, str]
"""The keys of an address and of a name, and a date; any of them may be ""."""

KEYFRAME = 64
"""One main list in so many keeps its roster, so that going back replays no more steps than that."""

_PERSON = (
    "number, account, born, first_name, last_name, url, email, company, position, connected_on, hidden, status, "
    "since, last, rank, basis, url_key, name_key"
)
_AWAY = "SELECT number FROM person WHERE account = ? AND status <> 'listed' AND {} IN (SELECT value FROM json_each(?))"
_COLUMNS = ("url_key", "name_key", "connected_on")
_ONCE = {"address": 4, "alias": 4}
"""Tables whose rows may be there already, with their width."""
_PLACE: dict[str, Callable[[Sequence[Any]], Any]] = {
    "seen": itemgetter(0, 1),
    "gone": itemgetter(0, 1),
    "birth": itemgetter(0, 1),
    "address": itemgetter(0, 2),
    "alias": itemgetter(0, 2),
}
_EACH = {"seen": 11, "gone": 4, "birth": 4, "held": 2, "doubt": 6, "snapshot": 16}


class Shelf:
    """The people of one account by number, and what happened to them since the index was opened."""

    def __init__(self, db: sqlite3.Connection, account: str) -> None:
        self._db = db
        self._account = account
        self._lives: dict[int, Life] = {}
        self._known: dict[int, tuple[object, ...]] = {}
        self._touched: set[int] = set()
        self._bases: set[str] = set()
        self._away: dict[tuple[int, str], set[int]] = defaultdict(set)
        self._side: set[int] = set()
        self._rows: dict[str, list[Sequence[Any]]] = defaultdict(list)
        self._groups: Counter[int] = Counter()
        self._last: int = db.execute("SELECT coalesce(max(number), 0) FROM person").fetchone()[0]
        here = (account,)
        mains = "SELECT count(*) FROM snapshot WHERE account = ? AND role = 'main'"
        self._mains: int = db.execute(mains, here).fetchone()[0]
        self._fresh = db.execute("SELECT 1 FROM person WHERE account = ? LIMIT 1", here).fetchone() is None
        away = "SELECT number FROM person WHERE account = ? AND status <> 'listed'"  # as the index of those away has it
        self._load(f"{away} AND status = 'side'", here)

    def lives(self, numbers: Iterable[int]) -> list[Life]:
        """The people with these numbers, in their order."""
        numbers = list(numbers)
        missing = [number for number in numbers if number not in self._lives]
        if missing:
            self._load("SELECT value FROM json_each(?)", (json.dumps(missing),))
        return [self._lives[number] for number in numbers]

    def away(self, keys: Sequence[Keys]) -> list[Life]:
        """Those not listed now who share an address, a name or a date with one of these, by number."""
        if not self._fresh:
            for place, column in enumerate(_COLUMNS):
                sought = sorted({key[place] for key in keys} - {""})
                self._load(_AWAY.format(column), (self._account, json.dumps(sought)))
        found: set[int] = set()
        for key in keys:
            for shared in _shared(key):
                found |= self._away.get(shared, frozenset())
        return [self._lives[number] for number in sorted(found)]

    def on_side(self) -> list[Life]:
        """Those who stand only in lists that are not threaded."""
        return [self._lives[number] for number in sorted(self._side)]

    def new(self, at: int) -> Life:
        """Somebody nobody knew."""
        self._last += 1
        life = self._lives[self._last] = Life(self._last, self._account, at)
        return life

    def see(self, life: Life, event: Seen) -> None:
        """They stand in a list, or stand there differently."""
        self._take_out(life)
        known = life.url_key, life.name_key
        life.see(event)
        self._put_in(life)
        self._rows["seen"].append((life.number, event.at, event.how, int(event.hidden), *event.row))
        for table, key, old in (("address", life.url_key, known[0]), ("alias", life.name_key, known[1])):
            if key and key != old:
                self._rows[table].append((key, self._account, life.number, event.at))

    def lose(self, life: Life, event: Gone) -> None:
        """A list lacks them."""
        self._take_out(life)
        life.lose(event)
        self._put_in(life)
        self._rows["gone"].append((life.number, *event))

    def bear(self, life: Life, at: int, rank: int, basis: str) -> None:
        """Their id is made of what this snapshot says of them."""
        self._bases |= {life.basis, basis}
        life.rank, life.basis = rank, basis
        self._touched.add(life.number)
        self._rows["birth"].append((life.number, at, rank, basis))

    def hold(self, at: int, numbers: Iterable[int]) -> None:
        """A list whose losses are not believed lacks them."""
        self._rows["held"] += [(number, at) for number in numbers]

    def doubt(self, at: int, before: Iterable[Life], after: Iterable[Life], reason: str) -> None:
        """Nobody can tell which of these before are which of these after."""
        for later, some in enumerate((before, after)):
            self._rows["doubt"] += [(self._account, at, self._groups[at], life.number, later, reason) for life in some]
        self._groups[at] += 1

    def place(
        self,
        planned: Planned,
        tally: tuple[int, int, int, int],
        lacks: str,
        arrivals: array[int],
        roster: array[int] | None = None,
    ) -> None:
        """A snapshot is done; `tally` has its total, sparse, lost and sparse_lost, `roster` is that of a main list."""
        kept = None
        if roster is not None:
            kept = roster.tobytes() if self._mains % KEYFRAME == 0 else None
            self._mains += 1
        one = planned.summary
        facts = (one.key.account, planned.at, one.key.id, one.taken, one.digest, planned.role, int(one.held))
        rest = (planned.base, planned.rank, *tally, lacks, arrivals.tobytes(), kept)
        self._rows["snapshot"].append((*facts, *rest))

    def flush(self, roster: array[int]) -> None:
        """Write everything; `roster` is that of the newest main list, which is always kept."""
        for table, rows in self._rows.items():
            if place := _PLACE.get(table):
                rows.sort(key=place)  # a table grows fastest in its own order
            marks = ", ".join("?" * (_EACH.get(table) or _ONCE[table]))
            way = "INSERT OR IGNORE" if table in _ONCE else "INSERT"
            self._db.executemany(f"{way} INTO {table} VALUES ({marks})", rows)
        self._rows.clear()
        newest = "SELECT max(at) FROM snapshot WHERE account = ?1 AND role = 'main'"
        self._db.execute(
            f"UPDATE snapshot SET roster = ?2 WHERE account = ?1 AND at = ({newest})",  # noqa: S608
            (self._account, roster.tobytes()),
        )
        lives = [self._lives[number] for number in sorted(self._touched)]
        write(self._db, [life for life in lives if self._known.get(life.number) != _known(life)], self._bases)
        change(self._db, [life for life in lives if self._known.get(life.number) == _known(life)])
        self._touched.clear()
        self._bases.clear()

    def _put_in(self, life: Life) -> None:
        self._touched.add(life.number)
        self._shelve(life)

    def _shelve(self, life: Life) -> None:
        if life.away:
            for shared in _shared((life.url_key, life.name_key, life.row[6])):
                self._away[shared].add(life.number)
            if life.status == "side":
                self._side.add(life.number)

    def _take_out(self, life: Life) -> None:
        if life.away:
            for shared in _shared((life.url_key, life.name_key, life.row[6])):
                self._away[shared].discard(life.number)
            self._side.discard(life.number)

    def _load(self, numbers: str, given: tuple[str, ...]) -> None:
        """Take those people out of the index whom this has not touched yet."""
        for row in self._db.execute(f"SELECT {_PERSON} FROM person WHERE number IN ({numbers})", given):  # noqa: S608
            if row[0] not in self._lives:
                life = self._lives[row[0]] = _life(row)
                self._known[life.number] = _known(life)
                self._shelve(life)


def change(db: sqlite3.Connection, lives: Sequence[Life]) -> None:
    """Put people into the index of whom nothing changed that they are found by: ten times as quick as `write`."""
    db.executemany(
        "UPDATE person SET email = ?, company = ?, position = ?, hidden = ?, since = ? WHERE number = ?",
        [(*one.row[3:6], int(one.hidden), one.since, one.number) for one in lives],
    )
    db.executemany("INSERT OR IGNORE INTO unsearched VALUES (?)", [(one.number,) for one in lives])


def write(db: sqlite3.Connection, lives: Sequence[Life], bases: Iterable[str] = ()) -> None:
    """Put people into the index as they are now; `bases` are those that ids were made of before."""
    rows = [
        [one.number, one.account, one.born, *one.row, int(one.hidden), one.status, one.since, one.last, one.rank]
        for one in lives
    ]
    for row, one in zip(rows, lives, strict=True):
        row += [one.basis, one.url_key, one.name_key, one.basis]
    marks = ", ".join("?" * 19)
    db.executemany(f"INSERT OR REPLACE INTO person ({_PERSON}, id) VALUES ({marks})", rows)  # noqa: S608
    db.executemany("INSERT OR IGNORE INTO unsearched VALUES (?)", [(one.number,) for one in lives])
    _tell_apart(db, {*bases, *(one.basis for one in lives)})


def _tell_apart(db: sqlite3.Connection, bases: Iterable[str]) -> None:
    """Give an id to everybody of these bases: it is the basis, but for those who come after others of the same."""
    sought = json.dumps(sorted(set(bases)))
    among = "basis IN (SELECT value FROM json_each(?))"
    shared = f"SELECT basis FROM person WHERE {among} GROUP BY basis HAVING count(*) > 1"  # noqa: S608
    db.execute(f"UPDATE person SET id = basis WHERE id <> basis AND {among}", (sought,))  # noqa: S608
    order: Counter[str] = Counter()
    found = db.execute(f"SELECT basis, number FROM person WHERE basis IN ({shared}) ORDER BY number", (sought,))  # noqa: S608
    for basis, number in found.fetchall():
        if order[basis]:
            db.execute("UPDATE person SET id = ? WHERE number = ?", (digest(f"{basis} {order[basis]}"), number))
        order[basis] += 1


def _known(life: Life) -> tuple[object, ...]:
    """What somebody is found by, and all else that seldom changes."""
    return *life.row[:3], life.row[6], life.status, life.last, life.rank, life.basis


def _shared(keys: Keys) -> list[tuple[int, str]]:
    return [(place, value) for place, value in enumerate(keys) if value]


def _life(row: Sequence[Any]) -> Life:
    number, account, born, first, last_name, url, email, company, position, day, *rest = row
    hidden, status, since, last, rank, basis, url_key, name_key = rest
    texts = (first, last_name, url, email, company, position, day)
    return Life(number, account, born, texts, bool(hidden), status, since, last, rank, basis, url_key, name_key)

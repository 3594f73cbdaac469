"""The state of people during a replay, and the buffer that writes their events.

An event is a list that shows somebody for the first time or differently (table ``seen``), or lacks them (``gone``).
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeAlias

from linkbak.index import FIELDS, LISTING, Row
from linkbak.index.list_deltas import Ambiguity
from linkbak.index.schema import numbers_of
from linkbak.matching import name_key, url_key
from linkbak.model import NamedTuple

# --- events -----------------------------------------------------------------------------------------------------------

_ID = 12


@dataclass(slots=True)
class PersonState:
    """One person after all events so far; the fields are those of table ``person``."""

    number: int
    account: str
    born: int
    row: Row = Row()  # noqa: RUF009  # immutable
    hidden: bool = False
    status: str = "listed"
    since: int = 0
    last: int | None = None
    rank: int = -1
    basis: str = ""
    url_key: str = ""
    name_key: str = ""

    def see(self, at: int, how: str, hidden: bool, row: Row) -> None:
        """A list shows them, or shows them differently."""
        self.hidden = hidden
        if not hidden and row[:3] != self.row[:3]:
            self.url_key, self.name_key = url_key(row.url), name_key(row.first_name, row.last_name)
        if not hidden or self.row.hidden:
            self.row = row
        if how in LISTING:
            self.status, self.last = "side" if how == "side" else "listed", None
        if how in LISTING or how in ("hidden", "returned"):
            self.since = at

    @property
    def keys(self) -> Keys:
        """The keys to identify them by if they are away."""
        return keys_of(self.url_key, self.name_key, self.row.connected_on)

    @property
    def sparse(self) -> bool:
        """Whether the row is shown without company and position."""
        return not self.hidden and not self.row.company and not self.row.position


def merged(old: Row, new: Row, columns: frozenset[str]) -> Row:
    """The new row, with values of the old one where the new list has no column, or an unreadable date."""
    if len(columns) < len(FIELDS):
        new = Row(*(n if name in columns else o for name, o, n in zip(FIELDS, old, new, strict=True)))
    return new if new.connected_on else new._replace(connected_on=old.connected_on)


def id_basis(account: str, row: Row, hidden: bool) -> str:
    """The id of a person: a digest of the address, else of the name, and the day of connecting."""
    key = "" if hidden else url_key(row.url) or "\0" + name_key(row.first_name, row.last_name)
    return _digest(f"{account}\n{key}\n{row.connected_on}")


def _digest(text: str) -> str:
    """The beginning of the text's sha256, long enough for ids."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_ID]


# --- the write buffer -------------------------------------------------------------------------------------------------

Roster: TypeAlias = "array[int]"
"""The person's number at each position of a list."""

Keys: TypeAlias = "list[tuple[str, str]]"
"""By what somebody who has been away might be known again: columns of table ``person``, and values that are not ""."""


class ListFacts(NamedTuple):
    """One snapshot as table ``snapshot`` has it, but for its numbers and the columns it lacks.

    `role` is main: the list is replayed; side: it is compared with the main one before, but its losses do not count,
    since it is held, or of a day that has a later list; or none: it has no list. `base` is the timestamp of the main
    list it is compared with, None for the first.
    """

    at: int
    id: str
    taken: str
    digest: str
    role: str
    held: str
    base: int | None
    rank: int


_PERSON = (
    "number, account, born, first_name, last_name, url, email, company, position, connected_on, hidden, status, "
    "since, last, rank, basis, url_key, name_key"
)
_AWAY = "SELECT number FROM person WHERE account = ? AND status <> 'listed' AND {} IN (SELECT value FROM json_each(?))"
_MAY_BE_THERE = frozenset({"address", "alias"})
"""Tables whose rows may be there already."""
_IN_ORDER = frozenset({"seen", "gone", "address", "alias"})
"""Tables that grow fastest in the order of their rows."""


class WriteBuffer:
    """The people of one account during a replay: loaded on demand, written all at once."""

    def __init__(self, db: sqlite3.Connection, account: str) -> None:
        self._db = db
        self._account = account
        self._states: dict[int, PersonState] = {}
        self._touched: set[int] = set()
        self._bases: set[str] = set()
        self._away: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._rows: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        self._groups: Counter[int] = Counter()
        first, last = numbers_of(db, account)
        newest = "SELECT max(number) FROM person WHERE number > ? AND number <= ? AND account = ?"
        (known,) = db.execute(newest, (first, last, account)).fetchone()
        self._fresh, self._last = known is None, known or first
        # The first condition is that of an index.
        self._load("SELECT number FROM person WHERE account = ? AND status <> 'listed' AND status = 'side'", (account,))

    def states(self, numbers: Iterable[int]) -> list[PersonState]:
        """The people with these numbers, in their order."""
        numbers = list(numbers)
        missing = [number for number in numbers if number not in self._states]
        if missing:
            self._load("SELECT value FROM json_each(?)", (json.dumps(missing),))
        return [self._states[number] for number in numbers]

    def away(self, keys: Sequence[Keys]) -> list[PersonState]:
        """Those not listed now who share an address, a name or a date with one of these, by number."""
        if not self._fresh:
            sought: dict[str, set[str]] = defaultdict(set)
            for column, value in chain.from_iterable(keys):
                sought[column].add(value)
            for column, values in sought.items():
                self._load(_AWAY.format(column), (self._account, json.dumps(sorted(values))))
        found = set[int]().union(*(self._away.get(key, ()) for key in chain.from_iterable(keys)))
        return [self._states[number] for number in sorted(found)]

    def on_side(self) -> list[PersonState]:
        """People only in side lists."""
        return [self._states[number] for number in sorted(self._away["status", "side"])]

    def new(self, at: int) -> PersonState:
        """Add a new person."""
        self._last += 1
        state = self._states[self._last] = PersonState(self._last, self._account, at)
        return state

    def see(self, state: PersonState, at: int, how: str, hidden: bool, row: Row) -> None:
        """Record that a list shows them, or shows them differently."""
        self._forget(state)
        known_url, known_name = state.url_key, state.name_key
        state.see(at, how, hidden, row)
        self._note(state)
        self._rows["seen"].append((state.number, at, how, int(hidden), *row))
        for table, key, known in (("address", state.url_key, known_url), ("alias", state.name_key, known_name)):
            if key and key != known:
                self._rows[table].append((key, self._account, state.number, at))

    def lose(self, state: PersonState, at: int, how: str, last: int) -> None:
        """Record that a list lacks them; `last` is the last that had them."""
        self._lose(state, at, how, last)
        self._rows["gone"].append((state.number, at, how, last))

    def _lose(self, state: PersonState, at: int, how: str, last: int) -> None:
        self._forget(state)
        state.status, state.since, state.last = how, at, last
        self._note(state)

    def base_id(self, state: PersonState, basis: str, rank: int) -> None:
        """Make their id from their row in this list."""
        self._bases |= {state.basis, basis}
        state.rank, state.basis = rank, basis
        self._touched.add(state.number)

    def hold(self, at: int, numbers: Iterable[int]) -> None:
        """Record that a list whose losses are not believed lacks them."""
        self._rows["held"] += [(number, at) for number in numbers]

    def add_ambiguity(
        self, at: int, before: Sequence[PersonState], after: Sequence[PersonState], group: Ambiguity
    ) -> None:
        """Record a group in which who is who is open."""
        known = [*zip((0,) * len(before), before, group.likelier, strict=True), *((1, one, ("", 0.0)) for one in after)]
        self._rows["ambiguity"] += [
            (self._account, at, self._groups[at], state.number, later, group.reason, *likelier)
            for later, state, likelier in known
        ]
        self._groups[at] += 1

    def add_list(self, facts: ListFacts, numbers: tuple[int, int, int, int, int], lacks: str) -> None:
        """Finish a list; `numbers` go from total to arrived in table ``snapshot``, `lacks` names what has no column."""
        self._rows["snapshot"].append((self._account, *facts, *numbers, lacks))

    def flush(self, roster: Roster) -> None:
        """Write everything, at last; `roster` is that of the newest main list."""
        self._insert()
        db = self._db
        db.execute("INSERT OR REPLACE INTO roster VALUES (?, ?)", (self._account, roster.tobytes()))
        states = [self._states[number] for number in sorted(self._touched)]
        rows = [
            (
                *(one.number, one.account, one.born, *one.row, int(one.hidden), one.status, one.since, one.last),
                *(one.rank, one.basis, one.url_key, one.name_key, one.basis),
            )
            for one in states
        ]
        marks = ", ".join("?" * 19)
        of_people = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'person'"
        indexes = [] if db.execute("SELECT 1 FROM person").fetchone() else db.execute(of_people).fetchall()
        for name, _ in indexes:
            db.execute(f"DROP INDEX {name}")
        db.executemany(f"INSERT OR REPLACE INTO person ({_PERSON}, id) VALUES ({marks})", rows)  # noqa: S608
        for _, made in indexes:  # sorting all at once takes half the time of putting each into its place
            db.execute(made)
        db.executemany("INSERT OR IGNORE INTO unsearched VALUES (?)", [(one.number,) for one in states])
        _tell_apart(db, self._bases | {one.basis for one in states})

    def _insert(self) -> None:
        """Write the rows that only grow in number."""
        for table, rows in self._rows.items():
            if not rows:
                continue
            if table in _IN_ORDER:
                rows.sort()
            marks = ", ".join("?" * len(rows[0]))
            way = "INSERT OR IGNORE" if table in _MAY_BE_THERE else "INSERT"
            self._db.executemany(f"{way} INTO {table} VALUES ({marks})", rows)
        self._rows.clear()

    # --- hindsight ---

    def stood_there(self, back: PersonState, other: PersonState) -> bool:
        """Whether a date-only row was `back`'s all the time they were away, and not `other`'s; then corrects that.

        Precondition: a list shows `back`, with address (or name) and date, where the list before had the date-only row
        that was taken for `other`. That `back` hid, and `other` went instead, is far likelier than that `back` was gone
        and is listed again with the old date, while `other` goes just now: if the row was there when `back` went.
        """
        since = back.since
        if back.status not in ("gone", "unclear"):
            return False
        if not (other.url_key or other.name_key) and other.born >= since:
            self._insert()
            return self._was_nobody_else(back, other)
        if back.status != "gone" or other.since >= since:
            return False
        self._insert()
        if back.sparse:  # whom the list lacks was date-only
            lost = "UPDATE snapshot SET sparse_lost = sparse_lost - 1 WHERE account = :account AND at = :at"
            self._execute(lost, since)
        self._execute("UPDATE gone SET person = :other WHERE person = :one AND at = :at", since, back, other)
        self._execute("UPDATE held SET person = :one WHERE person = :other AND at > :at", since, back, other)
        self._lose(other, since, "gone", back.last or 0)
        self._list_hidden(back, since, "hidden")
        return True

    def _was_nobody_else(self, back: PersonState, other: PersonState) -> bool:
        """A row that showed no more than a date from the list on that lacks `back`, or a later one, was theirs."""
        at = other.born
        if at == back.since:
            if back.status != "unclear" or not self._settle_group(at, back, other):
                return False
            self._execute("DELETE FROM gone WHERE person = :one AND at = :at", at, back)
        self._execute("UPDATE held SET person = :one WHERE person = :other", at, back, other)
        for table in ("seen", "gone", "held"):
            self._execute(f"DELETE FROM {table} WHERE person = :other", at, back, other)  # noqa: S608
        self._list_hidden(back, at, "hidden" if at == back.since else "back")
        self._drop(other)
        return True

    def _settle_group(self, at: int, back: PersonState, other: PersonState) -> bool:
        """Take both out of their ambiguous group; those left alone are gone for certain."""
        group = self._execute(
            "SELECT a.number FROM ambiguity a JOIN ambiguity b USING (account, at, number) "
            "WHERE a.account = :account AND a.at = :at AND a.person = :one AND NOT a.later "
            "AND b.person = :other AND b.later",
            *(at, back, other),
        ).fetchone()
        if group is None:
            return False
        ours = f"account = :account AND at = :at AND number = {group[0]:d}"
        self._execute(f"DELETE FROM ambiguity WHERE {ours} AND person IN (:one, :other)", at, back, other)  # noqa: S608
        self._execute(f"UPDATE ambiguity SET likelier = '', share = 0 WHERE {ours}", at)  # noqa: S608
        left = self._execute(f"SELECT person, later FROM ambiguity WHERE {ours} ORDER BY person", at).fetchall()  # noqa: S608
        if len({later for _, later in left}) == 1:
            self._execute(f"DELETE FROM ambiguity WHERE {ours}", at)  # noqa: S608
            for state in self.states(number for number, later in left if not later):
                self._execute("UPDATE gone SET how = 'gone' WHERE person = :one AND at = :at", at, state)
                lost = "UPDATE snapshot SET lost = lost + 1, sparse_lost = sparse_lost + ? WHERE account = ? AND at = ?"
                self._db.execute(lost, (state.sparse, self._account, at))
                if (state.status, state.since) == ("unclear", at):
                    state.status = "gone"
                    self._touched.add(state.number)
        return True

    def _list_hidden(self, state: PersonState, at: int, how: str) -> None:
        """Record that they are listed since then, by a date alone."""
        self._forget(state)
        if not state.hidden or how == "back":
            row = Row(connected_on=state.row.connected_on)
            state.see(at, how, True, row)
            self._rows["seen"].append((state.number, at, how, 1, *row))
        state.status, state.last = "listed", None

    def _drop(self, state: PersonState) -> None:
        """Remove a person who never existed."""
        self._forget(state)
        self._execute("DELETE FROM person WHERE number = :one", 0, state)
        self._execute("INSERT OR IGNORE INTO unsearched VALUES (:one)", 0, state)
        self._bases.add(state.basis)
        self._touched.discard(state.number)
        del self._states[state.number]
        if state.number == self._last:
            below = "SELECT max(number) FROM person WHERE account = :account AND number < :one"
            (kept,) = self._execute(below, 0, state).fetchone()
            self._last = max(kept or 0, *self._states)

    def _execute(self, sql: str, at: int, *people: PersonState) -> sqlite3.Cursor:
        """Run SQL in which :account, :at (the list), :one and :other (people) are named."""
        numbers = dict(zip(("one", "other"), (who.number for who in people), strict=False))
        return self._db.execute(sql, {"account": self._account, "at": at, **numbers})

    def _note(self, state: PersonState) -> None:
        """Find them by keys and status, if they are away."""
        if state.status != "listed":
            for key in (*state.keys, ("status", state.status)):
                self._away[key].add(state.number)

    def _forget(self, state: PersonState) -> None:
        """Find them by these no more, since they change."""
        self._touched.add(state.number)
        if state.status != "listed":
            for key in (*state.keys, ("status", state.status)):
                self._away[key].discard(state.number)

    def _load(self, numbers: str, given: tuple[str, ...]) -> None:
        """Load those people from the index who are not loaded yet."""
        rows = self._db.execute(f"SELECT {_PERSON} FROM person WHERE number IN ({numbers})", given)  # noqa: S608
        for number, account, born, first, last_name, url, email, company, position, day, hidden, *rest in rows:
            if number not in self._states:
                row = Row(first, last_name, url, email, company, position, day)
                state = self._states[number] = PersonState(number, account, born, row, bool(hidden), *rest)
                self._note(state)


def _tell_apart(db: sqlite3.Connection, bases: set[str]) -> None:
    """Give an id to everybody of these bases: it is the basis, but for those who come after others of the same."""
    sought = json.dumps(sorted(bases))
    among = "basis IN (SELECT value FROM json_each(?))"
    shared = f"SELECT basis FROM person WHERE {among} GROUP BY basis HAVING count(*) > 1"  # noqa: S608
    db.execute(f"UPDATE person SET id = basis WHERE id <> basis AND {among}", (sought,))  # noqa: S608
    order: Counter[str] = Counter()
    found = db.execute(f"SELECT basis, number FROM person WHERE basis IN ({shared}) ORDER BY number", (sought,))  # noqa: S608
    for basis, number in found.fetchall():
        if order[basis]:
            db.execute("UPDATE person SET id = ? WHERE number = ?", (_digest(f"{basis} {order[basis]}"), number))
        order[basis] += 1


def keys_of(url_key: str, name_key: str, day: str) -> Keys:
    """The keys somebody might be known by."""
    return [key for key in (("url_key", url_key), ("name_key", name_key), ("connected_on", day)) if key[1]]

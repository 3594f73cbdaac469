"""Replays the deltas of one account, list after list: what each makes happen to whom, and the buffer that writes it.

An event is a list that shows somebody for the first time or differently (`Seen`), or lacks them (`Gone`).
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
from typing import Any, NamedTuple, TypeAlias

from linkbak.index import FIELDS, LISTING, Row, connection
from linkbak.index.list_deltas import LEARNED, Ambiguity, Arrived, Changed, ListDelta
from linkbak.matching import name_key, url_key
from linkbak.matching.alignment import relink
from linkbak.model import Listing, Pair

# --- events -----------------------------------------------------------------------------------------------------------

_ID = 12


class Seen(NamedTuple):
    """The row as it was from a list on; see table ``seen``."""

    at: int
    how: str
    hidden: bool
    row: Row


class Gone(NamedTuple):
    """A list that shows them no more; see table ``gone``."""

    at: int
    how: str
    last: int


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

    def see(self, event: Seen) -> None:
        """A list shows them, or shows them differently."""
        new, old = event.row, self.row
        self.hidden = event.hidden
        if not event.hidden:
            if (new.first_name, new.last_name, new.url) != (old.first_name, old.last_name, old.url):
                self.url_key, self.name_key = url_key(new.url), name_key(new.first_name, new.last_name)
            self.row = new
        elif old.hidden:
            self.row = new
        if event.how in LISTING:
            self.status, self.last = "side" if event.how == "side" else "listed", None
        if event.how in LISTING or event.how in ("hidden", "returned"):
            self.since = event.at

    def lose(self, event: Gone) -> None:
        """A list lacks them."""
        self.status, self.since, self.last = event.how, event.at, event.last

    @property
    def keys(self) -> Keys:
        """By what they might be known again if they are away."""
        return _keys(self.url_key, self.name_key, self.row.connected_on)

    @property
    def sparse(self) -> bool:
        """Whether the row is shown but says neither company nor position."""
        return not self.hidden and not self.row.company and not self.row.position


def merged(old: Row, new: Row, columns: frozenset[str]) -> Row:
    """The new row, with what the old one says where the new list has no column."""
    if len(columns) == len(FIELDS):
        return new
    return Row(*(n if name in columns else o for name, o, n in zip(FIELDS, old, new, strict=True)))


def id_basis(account: str, row: Row, hidden: bool) -> str:
    """What an id is made of: a digest of the address, else of the name, and the day of connecting."""
    key = "" if hidden else url_key(row.url) or "\0" + name_key(row.first_name, row.last_name)
    return _digest(f"{account}\n{key}\n{row.connected_on}")


def _digest(text: str) -> str:
    """The beginning of the text's sha256, long enough for ids."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_ID]


# --- the write buffer -------------------------------------------------------------------------------------------------

Roster: TypeAlias = "array[int]"
"""The number of who stands at each position of a list."""

EACH_ACCOUNT = 1 << 24
"""So many numbers of people an account has to itself."""


Keys: TypeAlias = "list[tuple[str, str]]"
"""By what somebody who has been away might be known again: columns of table ``person``, and values that are not ""."""


class Tally(NamedTuple):
    """What is counted of a list: its people, how many are sparse, how many it lacks for certain, who came new."""

    total: int = 0
    sparse: int = 0
    lost: int = 0
    sparse_lost: int = 0
    arrived: int = 0


class ListFacts(NamedTuple):
    """One snapshot as table ``snapshot`` has it, but for the tally and the columns it lacks.

    `role` is main, side or none; `base` is the timestamp of the main list it is compared with, None for the first.
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
    """The people of one account while lists are replayed: loaded when asked for, written all at once."""

    def __init__(self, db: sqlite3.Connection, account: str) -> None:
        self._db = db
        self._account = account
        self._states: dict[int, PersonState] = {}
        self._found_by: dict[int, tuple[object, ...]] = {}
        self._touched: set[int] = set()
        self._bases: set[str] = set()
        self._away: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._side: set[int] = set()
        self._rows: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        self._groups: Counter[int] = Counter()
        (newest,) = db.execute("SELECT max(number) FROM person WHERE account = ?", (account,)).fetchone()
        self._fresh = newest is None
        self._last: int = _first_number(db, account) if newest is None else newest
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
        """Those who stand only in side lists."""
        return [self._states[number] for number in sorted(self._side)]

    def new(self, at: int) -> PersonState:
        """Somebody nobody knew."""
        self._last += 1
        state = self._states[self._last] = PersonState(self._last, self._account, at)
        return state

    def see(self, state: PersonState, event: Seen) -> None:
        """They stand in a list, or stand there differently."""
        self._forget(state)
        known_url, known_name = state.url_key, state.name_key
        state.see(event)
        self._note(state)
        self._touched.add(state.number)
        self._rows["seen"].append((state.number, event.at, event.how, int(event.hidden), *event.row))
        for table, key, known in (("address", state.url_key, known_url), ("alias", state.name_key, known_name)):
            if key and key != known:
                self._rows[table].append((key, self._account, state.number, event.at))

    def lose(self, state: PersonState, event: Gone) -> None:
        """A list lacks them."""
        self._forget(state)
        state.lose(event)
        self._note(state)
        self._touched.add(state.number)
        self._rows["gone"].append((state.number, *event))

    def base_id(self, state: PersonState, basis: str, rank: int) -> None:
        """Their id is made of what this list says of them."""
        self._bases |= {state.basis, basis}
        state.rank, state.basis = rank, basis
        self._touched.add(state.number)

    def hold(self, at: int, numbers: Iterable[int]) -> None:
        """A list whose losses are not believed lacks them."""
        self._rows["held"] += [(number, at) for number in numbers]

    def add_ambiguity(
        self, at: int, before: Sequence[PersonState], after: Sequence[PersonState], group: Ambiguity
    ) -> None:
        """Nobody can tell which of these before are which of these after."""
        known = [*zip((0,) * len(before), before, group.likelier, strict=True), *((1, one, ("", 0.0)) for one in after)]
        self._rows["ambiguity"] += [
            (self._account, at, self._groups[at], state.number, later, group.reason, *likelier)
            for later, state, likelier in known
        ]
        self._groups[at] += 1

    def add_list(self, facts: ListFacts, tally: Tally, lacks: str) -> None:
        """A list is done; `lacks` names the fields it has no column for."""
        self._rows["snapshot"].append((self._account, *facts, *tally, lacks))

    def flush(self, roster: Roster) -> None:
        """Write everything; `roster` is that of the newest main list."""
        for table, rows in self._rows.items():
            if not rows:
                continue
            if table in _IN_ORDER:
                rows.sort()
            marks = ", ".join("?" * len(rows[0]))
            way = "INSERT OR IGNORE" if table in _MAY_BE_THERE else "INSERT"
            self._db.executemany(f"{way} INTO {table} VALUES ({marks})", rows)
        self._rows.clear()
        self._db.execute("INSERT OR REPLACE INTO roster VALUES (?, ?)", (self._account, roster.tobytes()))
        states = [self._states[number] for number in sorted(self._touched)]
        _write(self._db, [one for one in states if self._found_by.get(one.number) != _found_by(one)], self._bases)
        _change(self._db, [one for one in states if self._found_by.get(one.number) == _found_by(one)])
        self._touched.clear()
        self._bases.clear()

    def _note(self, state: PersonState) -> None:
        """Let them be found by `away` and `on_side` if they are that."""
        if state.status != "listed":
            for key in state.keys:
                self._away[key].add(state.number)
            if state.status == "side":
                self._side.add(state.number)

    def _forget(self, state: PersonState) -> None:
        if state.status != "listed":
            for key in state.keys:
                self._away[key].discard(state.number)
            self._side.discard(state.number)

    def _load(self, numbers: str, given: tuple[str, ...]) -> None:
        """Take those people out of the index whom this has not touched yet."""
        rows = self._db.execute(f"SELECT {_PERSON} FROM person WHERE number IN ({numbers})", given)  # noqa: S608
        for number, account, born, first, last_name, url, email, company, position, day, hidden, *rest in rows:
            if number not in self._states:
                row = Row(first, last_name, url, email, company, position, day)
                state = self._states[number] = PersonState(number, account, born, row, bool(hidden), *rest)
                self._found_by[number] = _found_by(state)
                self._note(state)


def _first_number(db: sqlite3.Connection, account: str) -> int:
    """The number before the first person's, the same whenever the account comes in: numbers do not depend on order."""
    first = int.from_bytes(hashlib.sha256(account.encode()).digest()[:4]) * EACH_ACCOUNT
    others = "SELECT 1 FROM person WHERE number > ? AND number <= ? LIMIT 1"
    while db.execute(others, (first, first + EACH_ACCOUNT)).fetchone() is not None:
        first += EACH_ACCOUNT
    return first


def _change(db: sqlite3.Connection, states: Sequence[PersonState]) -> None:
    """Put people into the index of whom nothing changed that they are found by: ten times as quick as `_write`."""
    db.executemany(
        "UPDATE person SET email = ?, company = ?, position = ?, hidden = ?, since = ? WHERE number = ?",
        [(one.row.email, one.row.company, one.row.position, int(one.hidden), one.since, one.number) for one in states],
    )
    db.executemany("INSERT OR IGNORE INTO unsearched VALUES (?)", [(one.number,) for one in states])


def _write(db: sqlite3.Connection, states: Sequence[PersonState], bases: Iterable[str]) -> None:
    """Put people into the index as they are now; `bases` are those that ids were made of before."""
    rows = [
        (
            *(one.number, one.account, one.born, *one.row, int(one.hidden), one.status, one.since, one.last),
            *(one.rank, one.basis, one.url_key, one.name_key, one.basis),
        )
        for one in states
    ]
    marks = ", ".join("?" * 19)
    db.executemany(f"INSERT OR REPLACE INTO person ({_PERSON}, id) VALUES ({marks})", rows)  # noqa: S608
    db.executemany("INSERT OR IGNORE INTO unsearched VALUES (?)", [(one.number,) for one in states])
    _tell_apart(db, {*bases, *(one.basis for one in states)})


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
            db.execute("UPDATE person SET id = ? WHERE number = ?", (_digest(f"{basis} {order[basis]}"), number))
        order[basis] += 1


def _found_by(state: PersonState) -> tuple[object, ...]:
    """What somebody is found by, and all else that seldom changes."""
    row = state.row
    names = (row.first_name, row.last_name, row.url, row.connected_on)
    return *names, state.status, state.last, state.rank, state.basis


def _keys(url_key: str, name_key: str, day: str) -> Keys:
    return [key for key in (("url_key", url_key), ("name_key", name_key), ("connected_on", day)) if key[1]]


# --- reidentification -------------------------------------------------------------------------------------------------
# Who comes into a list after having been away: the same identity rules, applied across the gap.

_ALL = frozenset(FIELDS)


class Unsure(NamedTuple):
    """People away and arrivals (by their position) of whom nobody can tell who is who, and why."""

    before: tuple[PersonState, ...]
    after: tuple[int, ...]
    group: Ambiguity


class Reidentified(NamedTuple):
    """Which arrivals (by their position in the list) are who, and which allow two readings."""

    who: dict[int, PersonState]
    unsure: list[Unsure]


def reidentify(away: Sequence[PersonState], arrived: Sequence[Arrived], columns: frozenset[str]) -> Reidentified:
    """Match those away with those who came.

    First with all that both tell. Whoever was last listed without an address cannot be met by one, so those are then
    matched without addresses, as two lists that have none would be.
    """
    if not away or not arrived:
        return Reidentified({}, [])
    who, unsure = _aligned(away, arrived, columns)
    found = {state.number for state in who.values()} | {state.number for group in unsure for state in group.before}
    taken = {*who, *(at for group in unsure for at in group.after)}
    without_address = [state for state in away if state.number not in found and not state.row.url]
    rest = [one for one in arrived if one.at not in taken and (one.row.first_name or one.row.last_name)]
    if without_address and rest and "url" in columns:
        more = _aligned(without_address, rest, columns - {"url"})
        who |= more.who
        unsure += more.unsure
    return Reidentified(who, unsure)


def _aligned(away: Sequence[PersonState], arrived: Sequence[Arrived], columns: frozenset[str]) -> Reidentified:
    before = _listing([state.row for state in away], _ALL)
    found = relink(Pair(before, _listing([one.row for one in arrived], columns)))
    who = {arrived[after].at: away[before] for before, after, _ in found.matches()}
    unsure = [
        Unsure(tuple(away[b] for b in one.before), tuple(arrived[a].at for a in one.after), Ambiguity.of(one))
        for one in found.uncertain
    ]
    return Reidentified(who, unsure)


def _listing(rows: Sequence[Row], columns: frozenset[str]) -> Listing:
    people = [connection(row) for row in rows]
    hidden = sum(person.hidden for person in people)
    return Listing(people, range(len(people)), len(people), hidden, False, columns)


# --- replay -----------------------------------------------------------------------------------------------------------

_WIDTH = array("Q").itemsize


class Replay:
    """An account as of some main list, whose roster this holds; `buffer` keeps what each further list brings.

    `highest` is the highest rank so far; `sparse` and `lacks` are those of that list.
    """

    def __init__(
        self, account: str, buffer: WriteBuffer, roster: Roster, highest: int, sparse: int, lacks: str
    ) -> None:
        self.account = account
        self.roster = roster
        self._sparse = sparse
        self._lacks = lacks
        self._buffer = buffer
        self._highest = highest

    def follow(self, facts: ListFacts, delta: ListDelta | None) -> None:
        """Take one list on: a main one to its roster; of a side one only who came, and who is held.

        A snapshot without a list has no delta, and says nothing about anybody.
        """
        if delta is None:
            self._buffer.add_list(facts, Tally(), "")
        elif facts.role == "main":
            self._follow_main(facts, delta)
        else:
            self._follow_side(facts, delta)

    def _follow_main(self, facts: ListFacts, delta: ListDelta) -> None:
        before = self.roster
        roster = _carried(before, delta)
        sparse_lost = self._lose(facts, [before[at] for at in delta.vanished], "gone")
        for group in delta.ambiguities:
            self._lose(facts, [before[at] for at in group.before], "unclear")
        changed = self._exchange(facts, delta, roster)
        self._change(facts.at, changed, frozenset(delta.columns), roster)
        arrivals = self._arrive(facts, delta, "back")
        for one, state in zip(delta.arrived, arrivals, strict=True):
            roster[one.at] = state.number
        for group in delta.ambiguities:
            earlier = self._buffer.states(before[at] for at in group.before)
            later = self._buffer.states(roster[at] for at in group.after)
            self._buffer.add_ambiguity(facts.at, earlier, later, group)
        for state in self._buffer.on_side():  # who stood only in side lists, and not in this one
            self._buffer.lose(state, Gone(facts.at, "gone", state.since))
        self.roster = roster
        # A list that was imported before others already replayed may say what ids are made of.
        self._base_ids(facts, arrivals if facts.rank > self._highest else self._buffer.states(roster))
        self._lacks = _lacks(delta) if delta.columns else self._lacks
        tally = Tally(delta.total, self._sparse, len(delta.vanished), sparse_lost, len(arrivals))
        self._buffer.add_list(facts, tally, self._lacks)

    def _follow_side(self, facts: ListFacts, delta: ListDelta) -> None:
        if facts.held:
            self._buffer.hold(facts.at, [self.roster[at] for at in delta.vanished])
        arrivals = self._arrive(facts, delta, "side")
        self._base_ids(facts, arrivals)
        self._buffer.add_list(facts, Tally(delta.total), _lacks(delta))

    def _lose(self, facts: ListFacts, numbers: Sequence[int], how: str) -> int:
        """These are listed no more; gives how many of them are sparse."""
        assert facts.base is not None or not numbers, "nobody can vanish from the first list"
        sparse = 0
        for state in self._buffer.states(numbers):
            sparse += state.sparse
            self._buffer.lose(state, Gone(facts.at, how, facts.base or 0))
        self._sparse -= sparse
        return sparse

    def _exchange(self, facts: ListFacts, delta: ListDelta, roster: Roster) -> Sequence[Changed]:
        """Put those who are back, by address and date, into the place of hidden ones that two lists took for them.

        Whoever was hidden there is gone. Gives the other changes.
        """
        rest = []
        for one in delta.changed:
            back = None
            if one.how == "returned" and one.row.url:
                key = url_key(one.row.url)
                away = self._buffer.away([_keys(key, "", one.row.connected_on)])
                back = next((p for p in away if (p.url_key, p.row.connected_on) == (key, one.row.connected_on)), None)
            if back is None:
                rest.append(one)
                continue
            self._lose(facts, [roster[one.at]], "gone")
            roster[one.at] = back.number
            self._buffer.see(back, Seen(facts.at, "back", False, merged(back.row, one.row, frozenset(delta.columns))))
            self._sparse += back.sparse
        return rest

    def _change(self, at: int, changed: Sequence[Changed], columns: frozenset[str], roster: Roster) -> None:
        states = self._buffer.states([roster[one.at] for one in changed])
        for (_, how, row), state in zip(changed, states, strict=True):
            hidden = how == "hidden"
            new = row if hidden else merged(state.row, row, columns)
            if how == LEARNED:
                if new == state.row and not state.hidden:
                    continue
                how = _what_was_learned(state, new)
            self._sparse -= state.sparse
            self._buffer.see(state, Seen(at, how, hidden, new))
            self._sparse += state.sparse

    def _arrive(self, facts: ListFacts, delta: ListDelta, how: str) -> list[PersonState]:
        """Who the rows without a partner are: people who had been away, or new ones.

        Of a list that is not replayed, rows that allow two readings are nobody new: the next list tells whose they are.
        """
        columns = frozenset(delta.columns)
        away = self._buffer.away(
            [
                _keys(row.url and url_key(row.url), name_key(row.first_name, row.last_name), row.connected_on)
                for row in (one.row for one in delta.arrived)
            ]
        )
        # Of rows that allow two readings the list itself cannot tell, but an equal address and date settles it.
        unclear = {at for group in delta.ambiguities for at in group.after}
        known = {(one.url_key, one.row.connected_on) for one in away if one.url_key and one.since != facts.at}
        free = [
            one
            for one in delta.arrived
            if one.at not in unclear or (url_key(one.row.url), one.row.connected_on) in known
        ]
        who, unsure = reidentify([one for one in away if one.since != facts.at], free, columns)
        states = []
        for one in free if how == "side" else delta.arrived:
            state = who.get(one.at)
            if state is None:
                state = self._buffer.new(facts.at)
                event = "side" if how == "side" else "first"
            else:
                event = _returning(state, one.row, how)
            hidden = one.row.hidden
            new = one.row if hidden else merged(state.row, one.row, columns)
            self._buffer.see(state, Seen(facts.at, event, hidden, new))
            self._sparse += facts.role == "main" and state.sparse
            states.append(state)
        if facts.role == "main":
            at_place = {one.at: state for one, state in zip(delta.arrived, states, strict=True)}
            for group in unsure:
                self._buffer.add_ambiguity(facts.at, group.before, [at_place[at] for at in group.after], group.group)
        return states

    def _base_ids(self, facts: ListFacts, states: Iterable[PersonState]) -> None:
        self._highest = max(self._highest, facts.rank)
        for state in states:
            if state.rank < 0 or (facts.rank < state.rank and not state.hidden):
                basis = id_basis(self.account, state.row, state.hidden)
                self._buffer.base_id(state, basis, facts.rank)


def _lacks(delta: ListDelta) -> str:
    """The fields that the list has no column for."""
    return " ".join(name for name in FIELDS if name not in delta.columns)


def _carried(before: Roster, delta: ListDelta) -> Roster:
    """Who stands where after, with 0 for those who arrived."""
    after = array("Q")
    for start, length in delta.runs:
        after.extend(before[start : start + length] if start >= 0 else array("Q", bytes(_WIDTH * length)))
    return after


def _returning(state: PersonState, row: Row, how: str) -> str:
    """By what someone away is listed again."""
    if how == "side":
        return "side"
    if row.connected_on and state.row.connected_on and state.row.connected_on != row.connected_on:
        return "reconnected"
    return "joined" if state.status == "side" else "back"


def _what_was_learned(state: PersonState, new: Row) -> str:
    """Whether columns the list before lacked tell something new, or that something had changed meanwhile."""
    old = state.row
    if old.url and url_key(old.url) != url_key(new.url):
        return "renamed"
    if (old.first_name, old.last_name) != (new.first_name, new.last_name):
        return "renamed"
    texts = ((old.email, new.email), (old.company, new.company), (old.position, new.position))
    return "changed" if any(o and o != n for o, n in texts) else LEARNED

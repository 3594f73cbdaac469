"""Replays the deltas of one account, list after list, into events of people."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence

from linkbak.index import FIELDS, Row, connection
from linkbak.index.list_deltas import LEARNED, Ambiguity, Arrived, Changed, ListDelta
from linkbak.index.write_buffer import ListFacts, PersonState, Roster, WriteBuffer, id_basis, keys_of, merged
from linkbak.matching import name_key, url_key
from linkbak.matching.alignment import relink
from linkbak.model import Listing, Pair

# --- reidentification -------------------------------------------------------------------------------------------------
# People who come back into a list after having been away: the same identity rules, applied across the gap.

_ALL = frozenset(FIELDS)


Unsure = tuple[tuple[PersonState, ...], tuple[int, ...], Ambiguity]
"""People away and arrivals (by their position) among whom who is who is open, and why."""


Reidentified = tuple[dict[int, PersonState], list[Unsure]]
"""The arrivals (by their position in the list) who were identified, and those that allow two readings."""


def reidentify(away: Sequence[PersonState], arrived: Sequence[Arrived], columns: frozenset[str]) -> Reidentified:
    """Match people away with arrivals.

    First with everything both show. People last listed without an address cannot be matched by one, so those are then
    matched without addresses, like two lists that have none.
    """
    if not away or not arrived:
        return {}, []
    who, unsure = _aligned(away, arrived, columns)
    found = {state.number for state in who.values()} | {state.number for before, _, _ in unsure for state in before}
    taken = {*who, *(at for _, after, _ in unsure for at in after)}
    without_address = [state for state in away if state.number not in found and not state.row.url]
    rest = [one for one in arrived if one.at not in taken and (one.row.first_name or one.row.last_name)]
    if without_address and rest and "url" in columns:
        more, open_too = _aligned(without_address, rest, columns - {"url"})
        who |= more
        unsure += open_too
    return who, unsure


def _aligned(away: Sequence[PersonState], arrived: Sequence[Arrived], columns: frozenset[str]) -> Reidentified:
    before = _listing([state.row for state in away], _ALL)
    found = relink(Pair(before, _listing([one.row for one in arrived], columns)))
    who = {arrived[after].at: away[before] for before, after, _ in found.matches()}
    unsure = [
        (tuple(away[b] for b in one.before), tuple(arrived[a].at for a in one.after), Ambiguity.of(one))
        for one in found.uncertain
    ]
    return who, unsure


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
        """Apply one list: a main one to its roster; from a side one only arrivals, and those held.

        A snapshot without a list has no delta, and changes nothing.
        """
        if delta is None:
            self._buffer.add_list(facts, (0, 0, 0, 0, 0), "")
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
        for state in self._buffer.on_side():  # people only in side lists, and not in this one
            self._buffer.lose(state, facts.at, "gone", state.since)
        self.roster = roster
        # A list that was imported before others already replayed may change the ids.
        self._base_ids(facts, arrivals if facts.rank > self._highest else self._buffer.states(roster))
        self._lacks = _lacks(delta) if delta.columns else self._lacks
        numbers = (delta.total, self._sparse, len(delta.vanished), sparse_lost, len(arrivals))
        self._buffer.add_list(facts, numbers, self._lacks)

    def _follow_side(self, facts: ListFacts, delta: ListDelta) -> None:
        if facts.held:
            self._buffer.hold(facts.at, [self.roster[at] for at in delta.vanished])
        arrivals = self._arrive(facts, delta, "side")
        self._base_ids(facts, arrivals)
        self._buffer.add_list(facts, (delta.total, 0, 0, 0, 0), _lacks(delta))

    def _lose(self, facts: ListFacts, numbers: Sequence[int], how: str) -> int:
        """Mark these as gone; returns how many of them are sparse."""
        assert facts.base is not None or not numbers, "nobody can vanish from the first list"
        sparse = 0
        for state in self._buffer.states(numbers):
            sparse += state.sparse
            self._buffer.lose(state, facts.at, how, facts.base or 0)
        self._sparse -= sparse
        return sparse

    def _exchange(self, facts: ListFacts, delta: ListDelta, roster: Roster) -> Sequence[Changed]:
        """Put those who are back, by key and date, into the place of hidden ones that two lists took for them.

        If the date-only row was there all the time, it was theirs; else whoever was hidden there is gone. Gives the
        other changes.
        """
        rest = []
        for one in delta.changed:
            back = self._returned(one, facts.at) if one.how == "returned" else None
            if back is None:
                rest.append(one)
                continue
            (other,) = self._buffer.states([roster[one.at]])
            hid = self._buffer.stood_there(back, other)
            if not hid:
                self._lose(facts, [other.number], "gone")
            roster[one.at] = back.number
            row = merged(back.row, one.row, frozenset(delta.columns))
            self._buffer.see(back, facts.at, "returned" if hid else "back", False, row)
            self._sparse += back.sparse
        return rest

    def _returned(self, shown: Changed, at: int) -> PersonState | None:
        """The only person away with the key and the date of a row that is shown again."""
        row = shown.row
        url, name = url_key(row.url) if row.url else "", name_key(row.first_name, row.last_name)
        away = self._buffer.away([keys_of(url, "" if url else name, row.connected_on)])
        key = (url, row.connected_on) if url else (name, row.connected_on)
        found = [
            one
            for one in away
            if key == ((one.url_key if url else one.name_key), one.row.connected_on) and one.since != at
        ]
        return found[0] if len(found) == 1 and all(key) else None

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
            self._buffer.see(state, at, how, hidden, new)
            self._sparse += state.sparse

    def _arrive(self, facts: ListFacts, delta: ListDelta, how: str) -> list[PersonState]:
        """Identify the rows without a partner: people who had been away, or new ones.

        In a list that is not replayed, rows that allow two readings are nobody new: the next list shows whose they are.
        """
        columns = frozenset(delta.columns)
        keys = [
            keys_of(row.url and url_key(row.url), name_key(row.first_name, row.last_name), row.connected_on)
            for _, row in delta.arrived
        ]
        away = self._buffer.away(keys)
        # Rows that allow two readings in the list itself are settled by an equal address and date.
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
            self._buffer.see(state, facts.at, event, hidden, new)
            self._sparse += facts.role == "main" and state.sparse
            states.append(state)
        if facts.role == "main":
            at_place = {one.at: state for one, state in zip(delta.arrived, states, strict=True)}
            for before, after, group in unsure:
                self._buffer.add_ambiguity(facts.at, before, [at_place[at] for at in after], group)
        return states

    def _base_ids(self, facts: ListFacts, states: Iterable[PersonState]) -> None:
        self._highest = max(self._highest, facts.rank)
        for state in states:
            if state.rank < 0 or (facts.rank < state.rank and not state.hidden):
                basis = id_basis(self.account, state.row, state.hidden)
                self._buffer.base_id(state, basis, facts.rank)


def _lacks(delta: ListDelta) -> str:
    """The fields without a column in the list."""
    return " ".join(name for name in FIELDS if name not in delta.columns)


def _carried(before: Roster, delta: ListDelta) -> Roster:
    """The people of the later list by position, with 0 for arrivals."""
    after = array("Q")
    for start, length in delta.runs:
        after.extend(before[start : start + length] if start >= 0 else array("Q", bytes(_WIDTH * length)))
    return after


def _returning(state: PersonState, row: Row, how: str) -> str:
    """How somebody away is identified again."""
    if how == "side":
        return "side"
    if row.connected_on and state.row.connected_on and state.row.connected_on != row.connected_on:
        return "reconnected"
    return "joined" if state.status == "side" else "back"


def _what_was_learned(state: PersonState, new: Row) -> str:
    """Whether columns that the list before lacked show something new, or something changed meanwhile."""
    old = state.row
    moved = old.url and url_key(old.url) != url_key(new.url)
    if moved or (old.first_name, old.last_name) != (new.first_name, new.last_name):
        return "renamed"
    texts = ((old.email, new.email), (old.company, new.company), (old.position, new.position))
    return "changed" if any(o and o != n for o, n in texts) else LEARNED

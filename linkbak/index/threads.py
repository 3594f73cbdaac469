"""Threads people through the lists of one account, replaying a step a list."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

from linkbak.index.buffer import Shelf
from linkbak.index.events import Gone, Life, Planned, Seen, basis, merged
from linkbak.index.models import FIELDS, Row, connection
from linkbak.index.steps import LEARNED, Step
from linkbak.matching import align, name_key, url_key
from linkbak.model import Listing, Pair

# --- rejoin -----------------------------------------------------------------------------------------------------------
# Who comes into a list after having been away: the same identity rules, applied across the gap.

_ALL = frozenset(FIELDS)


class Rejoined(NamedTuple):
    """Which arrivals (by their place among those given) are who, and which allow two readings."""

    who: dict[int, Life]
    doubts: tuple[tuple[tuple[Life, ...], tuple[int, ...], str], ...]


def rejoin(away: Sequence[Life], arrived: Sequence[Row], columns: frozenset[str]) -> Rejoined:
    """Match those away with those who came.

    First with all that both tell. Whoever was last listed without an address cannot be met by one, so those are then
    matched without addresses, as two lists that have none would be.
    """
    if not away or not arrived:
        return Rejoined({}, ())
    who, doubts = _aligned(away, range(len(arrived)), arrived, columns)
    found = {life.number for life in who.values()} | {life.number for group in doubts for life in group[0]}
    asked = {at for group in doubts for at in group[1]}
    nameless = [life for life in away if life.number not in found and not life.row[2]]
    rest = [at for at in range(len(arrived)) if at not in who and at not in asked and any(arrived[at][:2])]
    if nameless and rest and "url" in columns:
        more, unsure = _aligned(nameless, rest, arrived, columns - {"url"})
        who |= more
        doubts += unsure
    return Rejoined(who, tuple(doubts))


def _aligned(
    away: Sequence[Life], places: Sequence[int], arrived: Sequence[Row], columns: frozenset[str]
) -> tuple[dict[int, Life], list[tuple[tuple[Life, ...], tuple[int, ...], str]]]:
    found = align(Pair(_listing([life.row for life in away], _ALL), _listing([arrived[at] for at in places], columns)))
    who = {places[after]: away[before] for before, after, _ in found.matches()}
    doubts = [
        (tuple(away[b] for b in one.before), tuple(places[a] for a in one.after), one.reason) for one in found.uncertain
    ]
    return who, doubts


def _listing(rows: Sequence[Row], columns: frozenset[str]) -> Listing:
    people = [connection(row) for row in rows]
    hidden = sum(person.hidden for person in people)
    return Listing(people, range(len(people)), len(people), hidden, False, columns)


# --- threads ----------------------------------------------------------------------------------------------------------

_WIDTH = array("I").itemsize

Roster: TypeAlias = "array[int]"
"""The number of who stands at each position of a list."""


class Threads:
    """The lines of one account up to some main list, whose roster this holds; `shelf` keeps what each step brings.

    `highest` is the highest rank so far; `sparse` and `lacks` are those of that list.
    """

    def __init__(self, account: str, shelf: Shelf, roster: Roster, highest: int, sparse: int, lacks: str) -> None:
        self.account = account
        self.roster = roster
        self.sparse = sparse
        self._lacks = lacks
        self._shelf = shelf
        self._highest = highest

    def follow(self, planned: Planned, step: Step) -> None:
        """Thread one list on: a main one to its roster; of a side one only who came, and who is held."""
        if planned.role == "main":
            self._follow_main(planned, step)
        else:
            self._follow_side(planned, step)

    def pass_over(self, planned: Planned) -> None:
        """A snapshot without a list says nothing about anybody."""
        self._shelf.place(planned, (0, 0, 0, 0), "", array("I"))

    def _follow_main(self, planned: Planned, step: Step) -> None:
        before = self.roster
        roster = _carried(before, step)
        sparse_lost = self._lose(planned.at, planned.base, [before[at] for at in step.vanished], "gone")
        for group, _, _ in step.doubts:
            self._lose(planned.at, planned.base, [before[at] for at in group], "unclear")
        self._change(planned.at, step, roster)
        arrivals = self._arrive(planned, step, "back")
        for (at, _), life in zip(step.arrived, arrivals, strict=True):
            roster[at] = life.number
        self._doubt(planned.at, step, before, roster)
        self._leave_side(planned)
        self.roster = roster
        self._reckon_ids(planned, arrivals)
        tally = (step.total, self.sparse, len(step.vanished), sparse_lost)
        self._lacks = _lacks(step) if step.columns else self._lacks
        self._shelf.place(planned, tally, self._lacks, array("I", [life.number for life in arrivals]), roster)

    def _follow_side(self, planned: Planned, step: Step) -> None:
        if planned.summary.held:
            self._shelf.hold(planned.at, [self.roster[at] for at in step.vanished])
        arrivals = self._arrive(planned, step, "side")
        self._highest = max(self._highest, planned.rank)
        self._name(planned, arrivals)
        self._shelf.place(planned, (step.total, 0, 0, 0), _lacks(step), array("I"))

    def _lose(self, at: int, base: int | None, numbers: Sequence[int], how: str) -> int:
        """These are listed no more; gives how many of them are sparse."""
        assert base is not None or not numbers, "nobody can vanish from the first list"
        sparse = 0
        for life in self._shelf.lives(numbers):
            sparse += life.sparse
            self._shelf.lose(life, Gone(at, how, base or 0))
        self.sparse -= sparse
        return sparse

    def _change(self, at: int, step: Step, roster: Roster) -> None:
        columns = frozenset(step.columns)
        lives = self._shelf.lives([roster[place] for place, _, _ in step.changed])
        for (_, how, row), life in zip(step.changed, lives, strict=True):
            hidden = how == "hidden"
            new = row if hidden else merged(life.row, row, columns)
            if how == LEARNED:
                if new == life.row and not life.hidden:
                    continue
                how = _what_was_learned(life, new)
            self.sparse -= life.sparse
            self._shelf.see(life, Seen(at, how, hidden, new))
            self.sparse += life.sparse

    def _arrive(self, planned: Planned, step: Step, how: str) -> list[Life]:
        """Who the rows without a partner are: people who had been away, or new ones."""
        columns = frozenset(step.columns)
        rows = [row for _, row in step.arrived]
        doubted = {at for _, after, _ in step.doubts for at in after}
        free = [place for place, (at, _) in enumerate(step.arrived) if at not in doubted]
        away = self._shelf.away([_keys(rows[place]) for place in free])
        found = rejoin([life for life in away if life.since != planned.at], [rows[place] for place in free], columns)
        who = {free[place]: life for place, life in found.who.items()}
        lives = []
        for place, row in enumerate(rows):
            life = who.get(place)
            if life is None:
                life = self._shelf.new(planned.at)
                self._enter(life, planned.at, row, columns, "side" if how == "side" else "first")
            else:
                self._enter(life, planned.at, row, columns, _returning(life, row, how))
            self.sparse += planned.role == "main" and life.sparse
            lives.append(life)
        if planned.role == "main":
            for before, after, reason in found.doubts:
                self._shelf.doubt(planned.at, before, [lives[free[place]] for place in after], reason)
        return lives

    def _enter(self, life: Life, at: int, row: Row, columns: frozenset[str], how: str) -> None:
        hidden = not any(row[:6])
        new = row if hidden else merged(life.row, row, columns)
        self._shelf.see(life, Seen(at, how, hidden, new))

    def _doubt(self, at: int, step: Step, before: Roster, after: Roster) -> None:
        for one, other, reason in step.doubts:
            earlier, later = [before[place] for place in one], [after[place] for place in other]
            self._shelf.doubt(at, self._shelf.lives(earlier), self._shelf.lives(later), reason)

    def _leave_side(self, planned: Planned) -> None:
        """Whoever stood only in lists that are not threaded, and not in this one that is, is gone."""
        for life in self._shelf.on_side():
            self._shelf.lose(life, Gone(planned.at, "gone", life.since))

    def _reckon_ids(self, planned: Planned, arrivals: Iterable[Life]) -> None:
        """A list that was imported before others already threaded may say what ids are made of."""
        if planned.rank > self._highest:
            self._highest = planned.rank
            self._name(planned, arrivals)
        else:
            self._name(planned, self._shelf.lives(self.roster))

    def _name(self, planned: Planned, lives: Iterable[Life]) -> None:
        for life in lives:
            if life.rank < 0 or (planned.rank < life.rank and not life.hidden):
                self._shelf.bear(life, planned.at, planned.rank, basis(self.account, life.row, life.hidden))


def _lacks(step: Step) -> str:
    """The fields that the list has no column for."""
    return " ".join(name for name in FIELDS if name not in step.columns)


def _carried(before: Roster, step: Step) -> Roster:
    """Who stands where after, with 0 for those who arrived."""
    after = array("I")
    for start, length in step.runs:
        after.extend(before[start : start + length] if start >= 0 else array("I", bytes(_WIDTH * length)))
    return after


def _returning(life: Life, row: Row, how: str) -> str:
    """By what someone away is listed again."""
    if how == "side":
        return "side"
    if life.row[6] != row[6] and row[6] and life.row[6]:
        return "reconnected"
    return "joined" if life.status == "side" else "back"


def _what_was_learned(life: Life, new: Row) -> str:
    """Whether columns the list before lacked tell something new, or that something had changed meanwhile."""
    old = life.row
    if (old[2] and url_key(old[2]) != url_key(new[2])) or old[:2] != new[:2]:
        return "renamed"
    return "changed" if any(o and o != n for o, n in zip(old[3:6], new[3:6], strict=True)) else LEARNED


def _keys(row: Row) -> tuple[str, str, str]:
    """By what someone who has been away might be known again: address, name, date."""
    return url_key(row[2]) if row[2] else "", name_key(row[0], row[1]) if row[0] or row[1] else "", row[6]

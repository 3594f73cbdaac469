"""Finds people in the index: by number, by filter, by what somebody typed, by a row of a list."""

from __future__ import annotations

import json
import re
import sqlite3
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache, cached_property
from math import log2
from typing import Any
from unicodedata import category, combining, normalize

from linkbak.index import Absence, PeopleFilter, Person, State, Window, connection, day_after, start_of, taken
from linkbak.index.schema import numbers_of
from linkbak.matching import name_key, url_key
from linkbak.model import Connection

# --- the lists of an account ------------------------------------------------------------------------------------------
# By timestamp: windows, and what counts as later.


class Calendar:
    """The main lists of one account, and with which each list was compared."""

    def __init__(self, db: sqlite3.Connection, account: str) -> None:
        rows = db.execute(
            "SELECT at, role, base, lacks, held FROM snapshot WHERE account = ? AND role <> 'none' ORDER BY at",
            (account,),
        ).fetchall()
        self.mains: list[int] = [at for at, role, *_ in rows if role == "main"]
        self._base: dict[int, int | None] = {at: base for at, _, base, *_ in rows}
        self._lacks: dict[int, set[str]] = {at: set(lacks.split()) for at, _, _, lacks, _ in rows if lacks}
        self.newest = self.mains[-1] if self.mains else 0
        """The timestamp of the newest main list, 0 if there is none."""
        held = max((at for at, *_, why in rows if why), default=0)
        self.newest_held: int = held if held > self.newest else 0
        """The timestamp of the newest list whose losses are held, 0 if a main one is newer: whom it shows is listed."""
        self.newest_day = start_of(taken(self.newest)[:10]) if self.mains else 0
        """The first timestamp of the day of the newest main list."""
        # Thousands of people went in a few hundred windows.
        self.taken, self.between, self.later = cache(taken), cache(self._between), cache(self._later)

    def lists(self) -> list[str]:
        """When each list was taken, including those whose losses are not believed."""
        return [self.taken(at) for at in self._base]

    def window(self, at: int) -> Window:
        """When something happened that a list shows first."""
        base = self._base.get(at)
        return Window(self.taken(base) if base is not None else "", self.taken(at))

    def _between(self, last: int, at: int) -> Window:
        """The window from a list that still showed something to one that does not."""
        return Window(self.taken(last), self.taken(at))

    def last_with(self, fields: frozenset[str], up_to: str) -> str:
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

    def _later(self, at: int) -> int:
        """How many main lists of later days than `at` there are."""
        return len(self.mains) - bisect_left(self.mains, day_after(self.taken(at)[:10]))


# --- filters ----------------------------------------------------------------------------------------------------------
# Which people are wanted, as a condition in SQL.

_AWAY = "p.status <> 'listed' AND"
"""Said beside what implies it, so that the index of those away is used."""


_LAST_WORD = """
:word = (SELECT fact FROM mark WHERE person = p.number AND undone = 0 AND fact IN ('known', 'unknown')
ORDER BY number DESC LIMIT 1)
"""


def filters(wanted: PeopleFilter, newest_day: int, *, held: bool) -> tuple[str, dict[str, Any]]:
    """A condition on `p` (person), `t` (talk) and `h` (held), and what its names stand for.

    `newest_day` is when the day of the newest main list begins, `held` whether anybody is held at all. Tags are left to
    the caller, and for states other than those lost or unclear it also holds for others.
    """
    conditions = [_states(wanted.states, newest_day, held=held)]
    given: dict[str, Any] = {"since": wanted.since, "before": wanted.before}
    for column in ("company", "position"):
        if text := getattr(wanted, column):
            conditions.append(f"instr(fold(p.{column}), :{column})")
            given[column] = fold(text)
    if wanted.since:
        conditions.append("p.connected_on >= :since")
    if wanted.before:
        conditions.append("p.connected_on < :before AND p.connected_on <> ''")
    if wanted.email is not None:
        conditions.append("p.email <> ''" if wanted.email else "p.email = ''")
    if wanted.known is not None:
        given["word"] = "known" if wanted.known else "unknown"
        conditions.append(_LAST_WORD)
    if wanted.never_talked:
        conditions.append("t.messages IS NULL AND p.born <= :told_until")
    if wanted.gone_since:
        given["gone_since"] = start_of(wanted.gone_since)
        missed = f"{_AWAY} p.since >= :gone_since"
        conditions.append(f"({missed} OR held_since >= :gone_since)" if held else missed)
    if wanted.gone_by:
        given["gone_by"] = day_after(wanted.gone_by)
        missed = f"{_AWAY} p.since < :gone_by"
        conditions.append(f"({missed} OR h.at IS NOT NULL)" if held else missed)
    return " AND ".join(conditions), given


def _states(states: frozenset[State] | None, newest_day: int, *, held: bool) -> str:
    if states is None:
        return "p.status IN ('listed', 'side')"
    newest = f"p.since >= {newest_day:d}"  # only lists of the newest day lack those suspected
    each: dict[State, str] = {
        "suspected": f"{_AWAY} p.status = 'gone' AND {newest}",
        "confirmed": f"{_AWAY} p.status = 'gone' AND NOT {newest}",
        "held": "h.at IS NOT NULL",
        "unclear": f"{_AWAY} p.status = 'unclear'",
    }
    if not states <= each.keys():
        return "1"
    wanted = states if held else states - {"held"}
    if wanted == {"suspected", "confirmed"}:
        return f"{_AWAY} p.status = 'gone'"
    return f"({' OR '.join(f'({each[state]})' for state in sorted(wanted))})" if wanted else "0"


# --- people -----------------------------------------------------------------------------------------------------------
_COLUMNS = """
SELECT p.number, p.id, p.hidden, p.status, p.born, p.since, p.last, t.messages, t.last,
min(t.sent, t.received), t.messages = t.received,
(SELECT min(at) FROM held WHERE person = h.person AND at > :newest) AS held_since,
p.first_name, p.last_name, p.url, p.email, p.company, p.position, p.connected_on
FROM person p LEFT JOIN talk t ON t.person = p.number LEFT JOIN held h ON h.person = p.number AND h.at = :held
WHERE p.number > :first AND p.number <= :last AND p.account = :account AND
"""
_GONE = frozenset({"gone", "unclear"})
_ID = re.compile(r"[0-9a-f]{4,12}", re.ASCII)


class AccountPeople:
    """The people of one account."""

    def __init__(self, db: sqlite3.Connection, account: str) -> None:
        self._db = db
        self.account = account
        self.calendar = Calendar(db, account)
        self._numbers_between = numbers_of(db, account)

    def select(self, where: str, /, **given: Any) -> list[Person]:
        """The people of whom a condition on `p` (person) or `t` (talk) is true."""
        given |= {"account": self.account, "newest": self.calendar.newest, "held": self.calendar.newest_held}
        given["first"], given["last"] = self._numbers_between
        rows = self._db.execute(_COLUMNS + where, given)
        return [self._person(*row) for row in rows]

    def numbered(self, numbers: Iterable[int]) -> dict[int, Person]:
        """People by number."""
        found = self.select("p.number IN (SELECT value FROM json_each(:numbers))", numbers=json.dumps(list(numbers)))
        return {person.number: person for person in found}

    def _person(
        self, number: int, id_: str, hidden: int, status: str, born: int, since: int, last: int | None,
        messages: int | None, spoke: str | None, mutual: int | None, theirs: int | None, held: int | None, *texts: str,
    ) -> Person:  # fmt: skip
        state, window, seen_last = self._standing(bool(hidden), status, since, last, held)
        return Person(
            number, id_, self.account, connection(texts), state, self.calendar.taken(born), seen_last, window,
            messages or 0, spoke or "", self._tags.get(number, ()),
            untold=messages == 0 or (messages is None and born > self.told_until),
            mutual=mutual or 0, only_theirs=bool(messages and theirs), ties=self._ties.get(number, 0),
        )  # fmt: skip

    def _standing(
        self, hidden: bool, status: str, since: int, last: int | None, held: int | None
    ) -> tuple[State, Window | None, str]:
        """State, window, and when they were listed last."""
        calendar = self.calendar
        if status in _GONE:
            window = calendar.between(last or 0, since)
            if status == "unclear":
                return "unclear", window, window.after
            return ("confirmed" if calendar.later(since) else "suspected"), window, window.after
        newest = calendar.taken(since if status == "side" else calendar.newest)
        if held is not None and status == "listed":
            return "held", calendar.between(calendar.newest, held), newest
        if hidden:
            return "hidden", calendar.window(since), newest
        return "listed", None, newest

    @cached_property
    def told_until(self) -> int:
        """The timestamp of the newest archive that holds messages, 0 if none does."""
        newest = "SELECT max(at) FROM appearance WHERE account = ? AND kind = 'messages'"
        return int(self._db.execute(newest, (self.account,)).fetchone()[0] or 0)

    @cached_property
    def _tags(self) -> dict[int, tuple[str, ...]]:
        """Everybody's tags, by number."""
        found: dict[int, dict[str, None]] = {}
        marks = "SELECT person, value FROM mark WHERE fact = 'tag' AND undone = 0 AND person IS NOT NULL"
        for number, tag in self._db.execute(f"{marks} AND account = ? ORDER BY number", (self.account,)):
            found.setdefault(number, {})[tag] = None
        return {number: tuple(tags) for number, tags in found.items()}

    @cached_property
    def _ties(self) -> dict[int, int]:
        """The points of `closeness` for recommendations, notes and marks, of everybody who has any."""
        points: Counter[int] = Counter()
        for number, tie in self._db.execute(_TIES):
            points[number] += _TIE_POINTS[tie]
        return points

    def wanted(self, wanted: PeopleFilter) -> list[Person]:
        """The people who pass the filters; sorted and limited only with `sort` closest and a `limit`."""
        conditions, given = filters(wanted, self.calendar.newest_day, held=self.calendar.newest_held > 0)
        given["told_until"] = self.told_until if wanted.never_talked else 0
        if wanted.company or wanted.position:
            self._db.create_function("fold", 1, fold, deterministic=True)
        found = self.select(conditions, **given)
        # Somebody missing only from a list that is not believed is still connected as far as we know.
        states = frozenset({"listed", "hidden", "held"}) if wanted.states is None else wanted.states
        tags = set(wanted.tags)
        return [one for one in found if one.state in states and tags <= set(one.tags)]

    def came_back(self, since: str) -> list[tuple[Person, Absence]]:
        """Those gone once who are listed again, with the last time they were away, the newest first."""
        rows = self._db.execute(
            "SELECT g.person, max(g.at), g.last FROM gone g JOIN person p ON p.number = g.person WHERE p.account = ? "
            "AND p.status IN ('listed', 'side') AND g.how = 'gone' AND g.person IN "
            "(SELECT person FROM seen WHERE how IN ('back', 'joined', 'side', 'reconnected')) GROUP BY g.person",
            (self.account,),
        ).fetchall()
        known = self.numbered(number for number, _, _ in rows)
        found: list[tuple[int, str, str, Person, Absence]] = []
        for number, at, last in rows:
            (back,) = self._db.execute("SELECT min(at) FROM seen WHERE person = ? AND at > ?", (number, at)).fetchone()
            window, one = self.calendar.window(back), known[number]
            if window.before[:10] >= since:
                absence = Absence("gone", self.calendar.between(last, at), window)
                found.append((-back, one.row.name.casefold(), one.id, one, absence))
        return [(one, absence) for *_, one, absence in sorted(found, key=lambda entry: entry[:3])]

    def lost_counts(self, start: int) -> Counter[State]:
        """How many are suspected, confirmed, held and unclear, of those missed since a timestamp."""
        counts: Counter[State] = Counter()
        away = "SELECT status, since, count(*) FROM person WHERE account = ? AND status <> 'listed' GROUP BY 1, 2"
        for status, at, number in self._db.execute(away, (self.account,)):
            if status in _GONE and at >= start:
                sure: State = "suspected" if at >= self.calendar.newest_day else "confirmed"
                counts["unclear" if status == "unclear" else sure] += number
        held = """
            SELECT count(*) FROM (SELECT min(h.at) AS first, max(h.at) AS newest FROM held h JOIN person p
            ON p.number = h.person WHERE h.at > :newest AND p.account = :account AND p.status = 'listed'
            GROUP BY h.person) WHERE newest = :held AND first >= :start
        """
        given = {"account": self.account, "held": self.calendar.newest_held, "newest": self.calendar.newest}
        counts["held"] += self._db.execute(held, {**given, "start": start}).fetchone()[0]
        return counts

    def find(self, text: str) -> list[Person]:
        """The people somebody may mean, the best kind of match only; see `History.find`."""
        numbers = next(filter(None, self._ways(text.strip())), [])
        found = self.numbered(numbers) if numbers else {}
        return sorted(found.values(), key=lambda one: (one.state != "listed", one.row.name.casefold(), one.id))

    def _ways(self, text: str) -> Iterator[list[int]]:
        """Numbers of people by one kind of match after the other, the best first."""
        words, folded = text.casefold().split(), fold(text).split()
        if _ID.fullmatch(text) and not (len(text) < 12 and text.isalpha()):  # Abba and Fee are names
            yield self._numbers("SELECT number FROM person WHERE account = ? AND id >= ? AND id < ?", text, f"{text}g")
        if "/" in text:
            yield self._by_key("url_key", "address", url_key(text))
        if "@" in text:
            now = "SELECT number FROM person WHERE account = ? AND email = ? COLLATE NOCASE"
            ever = (
                "SELECT DISTINCT s.person FROM seen s JOIN person p ON p.number = s.person "
                "WHERE p.account = ? AND s.email = ? COLLATE NOCASE"
            )
            yield self._numbers(now, text) or self._numbers(ever, text)
        yield self._by_key("name_key", "alias", name_key(text, ""))
        if words:
            parts = " AND ".join(["instr(name_key, ?)"] * len(words))
            yield self._numbers(f"SELECT DISTINCT person FROM alias WHERE account = ? AND {parts}", *words)  # noqa: S608
        if text and not {" ", "@"} & {*text}:  # the end of an address alone, where nobody has it in their name
            yield self._by_key("url_key", "address", url_key(f"/in/{text}"))
        if folded:
            names = self._db.execute("SELECT person, name_key FROM alias WHERE account = ?", (self.account,))
            yield list({person for person, key in names if (name := fold(key)) and all(one in name for one in folded)})

    def _numbers(self, sql: str, *given: str) -> list[int]:
        return [number for (number,) in self._db.execute(sql, (self.account, *given))]

    def _by_key(self, column: str, table: str, key: str) -> list[int]:
        """Those who have the key now, else those who ever had it."""
        now = f"SELECT number FROM person WHERE account = ? AND {column} = ?"  # noqa: S608
        ever = f"SELECT person FROM {table} WHERE account = ? AND {column} = ?"  # noqa: S608
        return (self._numbers(now, key) or self._numbers(ever, key)) if key else []

    def of_rows(self, rows: Sequence[Connection]) -> list[Person | None]:
        """For each row the person who ever had its address, or without one its name, connected on its date."""
        numbers = [self._by_row(row) for row in rows]
        people = self.numbered(number for number in numbers if number is not None)
        return [None if number is None else people.get(number) for number in numbers]

    def _by_row(self, row: Connection) -> int | None:
        """Who ever had the address of a row, or without one its name, and was connected on its date."""
        if row.hidden:
            return None
        by_address = bool(row.url.strip())
        key = url_key(row.url) if by_address else name_key(row.first_name, row.last_name)
        keys = "address k WHERE k.url_key" if by_address else "alias k WHERE k.name_key"
        found = self._db.execute(
            "SELECT k.person, EXISTS (SELECT 1 FROM seen WHERE person = k.person AND connected_on = ?) "  # noqa: S608
            f"FROM {keys} = ? AND k.account = ?",
            (row.day, key, self.account),
        ).fetchall()
        dated = [number for number, same_day in found if same_day]
        every = [number for number, _ in found]
        return next((int(some[0]) for some in (dated, every) if len(some) == 1), None)


_TIES = """
SELECT person, 'recommendation' FROM recommendation WHERE person IS NOT NULL GROUP BY person
UNION ALL SELECT p.person, 'note' FROM archive_note n JOIN participant p ON p.number = n.participant
WHERE p.person IS NOT NULL GROUP BY p.person
UNION ALL SELECT person, fact FROM mark WHERE undone = 0 AND person IS NOT NULL AND fact IN ('note', 'tag')
GROUP BY person, fact
UNION ALL SELECT person, fact FROM (SELECT person, fact, max(number) FROM mark
WHERE undone = 0 AND person IS NOT NULL AND fact IN ('known', 'unknown') GROUP BY person)
"""
_TIE_POINTS = {"recommendation": 20, "note": 10, "tag": 5, "known": 10, "unknown": -10}
_TALK_POINTS = 10
_ONE_SIDED = 4
_YEAR = 365.25
_TENURE_YEARS = 10


def closeness(person: Person) -> float:
    """How close somebody is to the owner, in points; it only decides who is named first.

    - **Messages that went both ways**: 10 for each doubling of the fewer of those sent and those received. They fade
      with the time between the last message and the last list that showed the person: half after two years beyond the
      first, never below a quarter.
    - **Messages that went one way**, or where it is unknown whether there were any: 4. Unknown is not none.
    - **A recommendation**, either way: 20. **A note**, the owner's or one kept by the network: 10 each. **A tag**: 5.
      Marked **known**: 10; marked **unknown**: 10 less.
    - **Time**: 1 for every year connected, 10 at most.
    """
    points = float(person.ties)
    seen = date.fromisoformat(person.last_seen[:10])
    if person.mutual:
        silent = (seen - date.fromisoformat(person.last_message[:10])).days / _YEAR if person.last_message else 0.0
        points += _TALK_POINTS * log2(1 + person.mutual) * max(0.25, 0.5 ** (max(0.0, silent - 1) / 2))
    elif person.messages or person.untold:
        points += _ONE_SIDED
    if person.row.connected_on:
        points += min(max(0.0, (seen - person.row.connected_on).days / _YEAR), _TENURE_YEARS)
    return points


def close(person: Person) -> bool:
    """Whether something beside the list ties them to the owner: then they are never folded away behind strangers."""
    return person.mutual > 0 or person.ties > 0


_ORDERS = {
    "connected": lambda one: one.row.day,
    "messages": lambda one: (one.messages, one.last_message),
    "lost": lambda one: one.window.before if one.window else "",
}
"""How people are sorted, the largest first; names and companies come first to last."""


def ordered(people: list[Person], sort: str, *, reverse: bool) -> list[Person]:
    """The people in the order asked for, and then by name."""
    if sort == "closest":
        people = sorted(
            people, key=lambda one: (-closeness(one), one.row.connected_on or date.max, one.row.name, one.id)
        )
        return people[::-1] if reverse else people
    people = sorted(people, key=lambda one: (fold(one.row.name), one.id))
    if sort in _ORDERS:
        return sorted(people, key=_ORDERS[sort], reverse=not reverse)
    if sort == "company":
        people.sort(key=lambda one: (not one.row.company, fold(one.row.company)))
    return people[::-1] if reverse else people


# --- folding ----------------------------------------------------------------------------------------------------------
# One form for all ways of writing the same text, so that texts match without their accents and case.

_LETTERS = str.maketrans(
    {
        **{"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "\N{LATIN SMALL LETTER DOTLESS I}": "i"},
        **{"þ": "th", "æ": "ae", "œ": "oe"},
        **{"ى": "ي", "ی": "ي", "ک": "ك", "ـ": None},
    }
)
"""Letters that differ only by habit or keyboard, and that Unicode does not decompose."""

_IOTA = "\N{GREEK SMALL LETTER IOTA}"
_IOTA_BELOW = "\N{COMBINING GREEK YPOGEGRAMMENI}"
"""Looks like a mark, but is a letter in capitals, and so for `str.casefold`."""

_KEPT = (0, 7, 8, 9)
"""Classes of marks that make another letter instead of an accent: vowel signs, nukta, kana voicing, virama."""


def fold(text: str) -> str:
    """The text without case, accents and invisible signs, blanks collapsed; equal for texts that read as equal."""
    if text.isascii():
        return " ".join(text.lower().split())
    apart = normalize("NFKD", text).replace(_IOTA_BELOW, _IOTA)
    bare = "".join(map(_bare, apart)).casefold()
    letters = "".join(map(_bare, normalize("NFKD", bare))).translate(_LETTERS)
    return " ".join(normalize("NFKC", letters).split())


def _bare(char: str) -> str:
    """The character, unless it is an accent or cannot be seen."""
    if char.isascii() or char.isalnum():
        return char
    if combining(char) not in _KEPT or "\ufe00" <= char <= "\ufe0f":
        return ""
    return "" if category(char) in ("Cf", "Me") else char

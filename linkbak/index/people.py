"""People out of the index: by number, by filter, by what somebody typed."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from linkbak.index.models import Calendar, Person, State, Wanted, Window, connection, start_of
from linkbak.index.query import fold

# --- filters ----------------------------------------------------------------------------------------------------------
# Which people are wanted, as a condition in SQL.

_AWAY = "p.status <> 'listed' AND"
"""Said beside what implies it, so that the index of those away is used."""


def filters(wanted: Wanted, newest_day: int, *, held: bool) -> tuple[str, dict[str, Any]]:
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
    if wanted.never_talked:
        conditions.append("t.messages IS NULL")
    if wanted.gone_since:
        given["gone_since"] = start_of(wanted.gone_since)
        missed = f"{_AWAY} p.since >= :gone_since"
        conditions.append(f"({missed} OR h.at >= :gone_since)" if held else missed)
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
SELECT p.number, p.id, p.account, p.first_name, p.last_name, p.url, p.email, p.company, p.position, p.connected_on,
p.hidden, p.status, p.born, p.since, p.last, t.messages, t.last, h.at
FROM person p LEFT JOIN talk t ON t.person = p.number LEFT JOIN held h ON h.person = p.number AND h.at > :newest
WHERE p.account = :account AND
"""
_CLOSEST = (
    "t.messages > 0 ORDER BY t.messages DESC, p.connected_on = '', p.connected_on, ",
    "t.messages IS NULL AND p.connected_on <> '' ORDER BY p.connected_on, ",
    "t.messages IS NULL AND p.connected_on = '' ORDER BY ",
)
"""From the closest on: each is found in the order of an index, so that the first few need no look at all others."""
_GONE = frozenset({"gone", "unclear"})


class Register:
    """The people of one account."""

    def __init__(self, db: sqlite3.Connection, account: str) -> None:
        self._db = db
        self.account = account
        self.calendar = Calendar(db, account)
        self._tags: dict[int, tuple[str, ...]] | None = None

    def select(self, where: str, /, **given: Any) -> list[Person]:
        """The people of whom a condition on `p` (person) or `t` (talk) is true."""
        rows = self._db.execute(_COLUMNS + where, {"account": self.account, "newest": self.calendar.newest, **given})
        return [self._person(row) for row in rows]

    def numbered(self, numbers: Iterable[int]) -> dict[int, Person]:
        """People by number."""
        found = self.select("p.number IN (SELECT value FROM json_each(:numbers))", numbers=json.dumps(list(numbers)))
        return {person.number: person for person in found}

    def _person(self, row: Sequence[Any]) -> Person:
        number, id_, account, *texts = row[:10]
        hidden, status, born, since, last, messages, spoke, held = row[10:]
        state, window, seen_last = self._standing(bool(hidden), status, since, last, held)
        return Person(
            number, id_, account, connection(texts), state, self.calendar.taken(born), seen_last, window,
            messages or 0, spoke or "", self.tags().get(number, ()),
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

    def tags(self) -> dict[int, tuple[str, ...]]:
        """Everybody's tags, by number."""
        if self._tags is None:
            found: dict[int, dict[str, None]] = {}
            marks = "SELECT person, value FROM mark WHERE fact = 'tag' AND undone = 0 AND person IS NOT NULL"
            for number, tag in self._db.execute(f"{marks} AND account = ? ORDER BY number", (self.account,)):
                found.setdefault(number, {})[tag] = None
            self._tags = {number: tuple(tags) for number, tags in found.items()}
        return self._tags

    def wanted(self, wanted: Wanted) -> list[Person]:
        """The people who pass the filters; only with `sort` closest and a `limit` are they sorted and so many."""
        conditions, given = filters(wanted, self.calendar.newest_day, held=self._any_held())
        if wanted.company or wanted.position:
            self._db.create_function("fold", 1, _fold, deterministic=True)
        if wanted.sort == "closest" and wanted.limit and not wanted.tags and not wanted.reverse:
            return self._closest(conditions, given, wanted.limit)
        found = self.select(conditions, **given)
        # Whom only a list that is not believed lacks is still there as far as we know.
        states = frozenset({"listed", "hidden", "held"}) if wanted.states is None else wanted.states
        tags = set(wanted.tags)
        return [one for one in found if one.state in states and tags <= set(one.tags)]

    def _closest(self, conditions: str, given: dict[str, Any], limit: int) -> list[Person]:
        """The closest of those who pass, closest first."""
        found: list[Person] = []
        for order in _CLOSEST:
            if len(found) < limit:
                rest = f"{order}trim(p.first_name || ' ' || p.last_name), p.id LIMIT {limit - len(found):d}"
                found += self.select(f"{conditions} AND {rest}", **given)
        return found

    def _any_held(self) -> bool:
        """Whether there is anybody whom a list lacks that is newer than all that are believed."""
        newer = "SELECT 1 FROM held WHERE at > ? LIMIT 1"
        return self._db.execute(newer, (self.calendar.newest,)).fetchone() is not None

    def find(self, text: str) -> list[Person]:
        """Whom somebody may mean, the best kind of match only; see `History.find`."""
        for way in (_by_id, _by_address, _by_email, _by_name, _by_parts, _by_slug, _by_folded_parts):
            if numbers := way(self._db, self.account, text.strip()):
                found = self.numbered(numbers)
                return sorted(found.values(), key=lambda one: (one.state != "listed", one.row.name.casefold(), one.id))
        return []


_ORDERS = {
    "connected": lambda one: (
        one.row.connected_on is not None,
        one.row.connected_on and one.row.connected_on.toordinal(),
    ),
    "messages": lambda one: (one.messages, one.last_message),
    "lost": lambda one: one.window.before if one.window else "",
}
"""How people are sorted, the largest first; names and companies come first to last."""


def ordered(people: list[Person], sort: str, *, reverse: bool) -> list[Person]:
    """The people in the order asked for; whoever is equal in that stands by name."""
    if sort == "closest":
        people = sorted(people, key=lambda one: (-one.messages, one.row.connected_on or date.max, one.row.name, one.id))
        return people[::-1] if reverse else people
    people = sorted(people, key=lambda one: (_fold(one.row.name), one.id))
    if sort in _ORDERS:
        return sorted(people, key=_ORDERS[sort], reverse=not reverse)
    if sort == "company":
        people.sort(key=lambda one: (not one.row.company, _fold(one.row.company)))
    return people[::-1] if reverse else people


def _fold(text: str) -> str:

    return fold(text)


_ID = re.compile(r"[0-9a-f]{4,12}", re.ASCII)


def _numbers(db: sqlite3.Connection, sql: str, *given: str) -> list[int]:
    return [number for (number,) in db.execute(sql, given)]


def _by_id(db: sqlite3.Connection, account: str, text: str) -> list[int]:
    if not _ID.fullmatch(text) or (len(text) < 12 and text.isalpha()):  # Abba and Fee are names
        return []
    return _numbers(
        db, "SELECT number FROM person WHERE id >= ? AND id < ? || 'g' AND account = ?", text, text, account
    )


def _by_address(db: sqlite3.Connection, account: str, text: str) -> list[int]:
    from linkbak.matching.keys import url_key

    if "/" not in text:
        return []
    return _by_key(db, account, url_key(text))


def _by_slug(db: sqlite3.Connection, account: str, text: str) -> list[int]:
    """The end of an address alone, where nobody has it in their name."""
    from linkbak.matching.keys import url_key

    return [] if " " in text or "@" in text or not text else _by_key(db, account, url_key(f"/in/{text}"))


def _by_key(db: sqlite3.Connection, account: str, slug: str) -> list[int]:
    now = _numbers(db, "SELECT number FROM person WHERE url_key = ? AND account = ?", slug, account)
    return now or _numbers(db, "SELECT person FROM address WHERE url_key = ? AND account = ?", slug, account)


def _by_email(db: sqlite3.Connection, account: str, text: str) -> list[int]:
    if "@" not in text:
        return []
    now = "SELECT number FROM person WHERE email = ? COLLATE NOCASE AND account = ?"
    return _numbers(db, now, text, account) or _numbers(
        db,
        "SELECT DISTINCT s.person FROM seen s JOIN person p ON p.number = s.person "
        "WHERE s.email = ? COLLATE NOCASE AND p.account = ?",
        text,
        account,
    )


def _by_name(db: sqlite3.Connection, account: str, text: str) -> list[int]:
    from linkbak.matching.keys import name_key

    key = name_key(text, "")
    now = _numbers(db, "SELECT number FROM person WHERE name_key = ? AND account = ?", key, account) if key else []
    return now or _numbers(db, "SELECT person FROM alias WHERE name_key = ? AND account = ?", key, account)


def _by_parts(db: sqlite3.Connection, account: str, text: str) -> list[int]:
    """Those in whose names every word is a part."""
    words = text.casefold().split()
    if not words:
        return []
    like = " AND ".join(["instr(name_key, ?)"] * len(words))
    return _numbers(db, f"SELECT DISTINCT person FROM alias WHERE account = ? AND {like}", account, *words)  # noqa: S608


def _by_folded_parts(db: sqlite3.Connection, account: str, text: str) -> list[int]:
    """The same without accents, on either side."""
    words = _fold(text).split()
    if not words:
        return []
    found = db.execute("SELECT person, name_key FROM alias WHERE account = ?", (account,))
    return sorted({person for person, key in found if (name := _fold(key)) and all(word in name for word in words)})

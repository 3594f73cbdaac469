"""What happened between neighbouring lists, counted: losses, returns, arrivals."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from linkbak.index.models import Absence, Departures, Interval, MainList, Person, State, Window, start_of
from linkbak.index.people import AccountPeople, Calendar

_SECONDS = 86_400
_GONE = "status <> 'listed' AND status = 'gone'"
"""The first condition is that of an index."""


def intervals(db: sqlite3.Connection, calendar: Calendar, account: str) -> list[Interval]:
    """Every window between two neighbouring main lists of an account, oldest first."""
    away = Counter(lost_at(db, account).values())
    rows = db.execute(
        "SELECT s.at, s.lost, s.sparse_lost, b.at, b.total, b.sparse FROM snapshot s JOIN snapshot b ON b.account = "
        "s.account AND b.at = s.base WHERE s.account = ? AND s.role = 'main' ORDER BY s.at",
        (account,),
    )
    return [
        Interval(window, _days(window), total, sparse, lost, sparse_lost, max(lost - away[at], 0))
        for at, lost, sparse_lost, base, total, sparse in rows
        for window in (calendar.between(base, at),)
    ]


def _days(window: Window) -> float:
    return (datetime.fromisoformat(window.before) - datetime.fromisoformat(window.after)).total_seconds() / _SECONDS


def came_back(db: sqlite3.Connection, people: AccountPeople, since: str) -> list[tuple[Person, Absence]]:
    """Those gone once who are listed again, with the last time they were away, the newest first."""
    rows = db.execute(
        "SELECT g.person, max(g.at), g.last FROM gone g JOIN person p ON p.number = g.person WHERE p.account = ? AND "
        "p.status IN ('listed', 'side') AND g.how = 'gone' AND g.person IN (SELECT person FROM seen WHERE how IN "
        "('back', 'joined', 'side', 'reconnected')) GROUP BY g.person",
        (people.account,),
    ).fetchall()
    known = people.numbered(number for number, _, _ in rows)
    found: list[tuple[int, Person, Absence]] = []
    for number, at, last in rows:
        (back,) = db.execute("SELECT min(at) FROM seen WHERE person = ? AND at > ?", (number, at)).fetchone()
        window = people.calendar.window(back)
        if window.before[:10] >= since:
            found.append((back, known[number], Absence("gone", people.calendar.between(last, at), window)))
    newest_first = sorted(found, key=lambda one: _newest_first(*one))
    return [(person, absence) for _, person, absence in newest_first]


def _newest_first(back: int, person: Person, absence: Absence) -> tuple[int, str, str]:
    return -back, person.row.name.casefold(), person.id


def lost_counts(db: sqlite3.Connection, every: Iterable[AccountPeople], since: str) -> dict[State, int]:
    """How many of these accounts are suspected, confirmed, held and unclear; with `since`, those missed since."""
    start = start_of(since) if since else 0
    counts: dict[State, int] = dict.fromkeys(("suspected", "confirmed", "held", "unclear"), 0)
    for people in every:
        here = (people.account,)
        away = "SELECT status, since, count(*) FROM person WHERE account = ? AND status <> 'listed' GROUP BY 1, 2"
        newest = people.calendar.newest_day
        for status, at, number in db.execute(away, here):
            if status in ("unclear", "gone") and at >= start:
                sure: State = "suspected" if at >= newest else "confirmed"
                counts["unclear" if status == "unclear" else sure] += number
        held = (
            "SELECT count(DISTINCT h.person) FROM held h JOIN person p ON p.number = h.person WHERE h.at > ? AND "
            "h.at >= ? AND p.account = ? AND p.status = 'listed'"
        )
        counts["held"] += db.execute(held, (people.calendar.newest, start, *here)).fetchone()[0]
    return counts


def main_lists(db: sqlite3.Connection, account: str) -> list[MainList]:
    """Every main list of an account, oldest first."""
    rows = db.execute(
        "SELECT at, taken, digest, total, arrived, lacks FROM snapshot WHERE account = ? AND role = 'main' ORDER BY at",
        (account,),
    )
    return [MainList(at, taken, digest, total, arrived, frozenset(lacks.split()))
            for at, taken, digest, total, arrived, lacks in rows]  # fmt: skip


def departures(db: sqlite3.Connection, account: str) -> list[Departures]:
    """Who is missing from each list, as groups that were last listed together."""
    rows = db.execute(
        "SELECT g.at, g.how, g.last, count(*) FROM gone g JOIN person p ON p.number = g.person WHERE p.account = ? "
        "GROUP BY 1, 2, 3",
        (account,),
    )
    return [Departures(*row) for row in rows]


def returns(db: sqlite3.Connection, account: str) -> Counter[int]:
    """By the timestamp of a list how many of those who arrive in it had been lost."""
    rows = db.execute(
        "SELECT DISTINCT g.person, (SELECT min(s.at) FROM seen s WHERE s.person = g.person AND s.at > g.at AND "
        "s.how IN ('back', 'joined', 'reconnected')) FROM gone g JOIN person p ON p.number = g.person WHERE "
        "p.account = ? AND g.how = 'gone' AND p.number IN "
        "(SELECT person FROM seen WHERE how IN ('back', 'joined', 'side', 'reconnected'))",
        (account,),
    )
    return Counter(at for _, at in rows if at is not None)


def lost_at(db: sqlite3.Connection, account: str) -> dict[int, int]:
    """By the number of each who is lost now the timestamp of the first list that lacks them."""
    return dict(db.execute(f"SELECT number, since FROM person WHERE account = ? AND {_GONE}", (account,)).fetchall())  # noqa: S608


def work_at(db: sqlite3.Connection, account: str, at: int) -> tuple[Counter[str], Counter[str]]:
    """How often the rows of the list of a timestamp show each company, and each position."""
    rows = db.execute(
        "SELECT s.company, s.position FROM person p JOIN seen s ON s.person = p.number AND s.at = "
        "(SELECT max(at) FROM seen WHERE person = p.number AND at <= :at) WHERE p.account = :account AND p.born <= :at "
        "AND NOT EXISTS (SELECT 1 FROM gone g WHERE g.person = p.number AND g.at <= :at AND g.at > s.at)",
        {"account": account, "at": at},
    ).fetchall()
    return Counter(company for company, _ in rows), Counter(position for _, position in rows)

"""Going back: the index as it was before a snapshot, so that one imported late can be threaded in."""

from __future__ import annotations

import sqlite3
from array import array

from linkbak.history.lives import Gone, Life, Seen
from linkbak.history.shelf import write
from linkbak.history.steps import unpack

_OURS = "person IN (SELECT number FROM person WHERE account = ?1)"


def rewind(db: sqlite3.Connection, account: str, at: int) -> None:
    """Forget everything of an account from a moment on."""
    here = (account, at)
    found = db.execute(
        f"SELECT person FROM seen WHERE at >= ?2 AND {_OURS} UNION SELECT person FROM gone WHERE at >= ?2 AND {_OURS} "  # noqa: S608
        f"UNION SELECT person FROM birth WHERE at >= ?2 AND {_OURS}",
        here,
    )
    touched = [number for (number,) in found]
    bases = [basis for (basis,) in db.execute("SELECT basis FROM person WHERE account = ?1 AND born >= ?2", here)]
    db.execute("INSERT OR IGNORE INTO unsearched SELECT number FROM person WHERE account = ?1 AND born >= ?2", here)
    for table in ("seen", "gone", "held", "birth"):
        db.execute(f"DELETE FROM {table} WHERE at >= ?2 AND {_OURS}", here)  # noqa: S608
    for table in ("doubt", "address", "alias", "snapshot"):
        db.execute(f"DELETE FROM {table} WHERE account = ?1 AND at >= ?2", here)  # noqa: S608
    db.execute("DELETE FROM person WHERE account = ?1 AND born >= ?2", here)
    lives = [life for number in touched if (life := _restored(db, number, bases))]
    write(db, lives, bases)


def roster(db: sqlite3.Connection, account: str) -> array[int]:
    """Who stands where in the newest main list that is threaded; nobody if there is none."""
    mains = db.execute(
        "SELECT s.at, s.roster, s.arrivals, step.body FROM snapshot s LEFT JOIN snapshot b ON b.account = s.account "
        "AND b.at = s.base LEFT JOIN step ON step.before = coalesce(b.digest, '') AND step.after = s.digest WHERE "
        "s.account = ?1 AND s.role = 'main' AND s.at >= (SELECT coalesce(max(at), 0) FROM snapshot WHERE account = ?1 "
        "AND role = 'main' AND roster IS NOT NULL) ORDER BY s.at",
        (account,),
    )
    here = array("I")
    for _, kept, arrivals, body in mains:
        if kept is not None:
            here = array("I", kept)
            continue
        step, there, came = unpack(body), array("I"), iter(array("I", arrivals))
        for start, length in step.runs:
            there.extend(here[start : start + length] if start >= 0 else (next(came) for _ in range(length)))
        here = there
    return here


def _restored(db: sqlite3.Connection, number: int, bases: list[str]) -> Life | None:
    """Somebody as their remaining events make them."""
    known = db.execute("SELECT account, born, basis FROM person WHERE number = ?", (number,)).fetchone()
    if known is None:
        return None
    life = Life(number, known[0], known[1])
    bases.append(known[2])
    seen = db.execute("SELECT * FROM seen WHERE person = ?", (number,))
    events: list[Seen | Gone] = [Seen(at, how, bool(hidden), tuple(row)) for _, at, how, hidden, *row in seen]
    gone = db.execute("SELECT at, how, last FROM gone WHERE person = ?", (number,))
    events += [Gone(*row) for row in gone]
    for event in sorted(events, key=lambda event: event.at):
        if isinstance(event, Seen):
            life.see(event)
        else:
            life.lose(event)
    life.rank, life.basis = db.execute(
        "SELECT rank, basis FROM birth WHERE person = ? ORDER BY at DESC LIMIT 1", (number,)
    ).fetchone()
    return life

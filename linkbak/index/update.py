"""Brings the index to the vault's newest commit: what is there stays, what is missing is made, in order."""

from __future__ import annotations

import hashlib
import sqlite3
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from linkbak.diff.snapshots import accepted_snapshots
from linkbak.errors import NoSuchSnapshot
from linkbak.index import participants
from linkbak.index.buffer import KEYFRAME, Shelf, write
from linkbak.index.events import Gone, Life, Planned, Seen, plan, ranks
from linkbak.index.models import start_of
from linkbak.index.schema import meta, set_meta
from linkbak.index.steps import Job, Step, made, pack, unpack
from linkbak.index.store import in_memory, opened, place_of
from linkbak.index.threads import Threads
from linkbak.marks import Candidate, Mark, match, read_marks
from linkbak.vault import SnapshotKey, Vault

if TYPE_CHECKING:
    from linkbak.index.history import History


# --- rewind -----------------------------------------------------------------------------------------------------------
# Going back: the index as it was before a snapshot, so that one imported late can be threaded in.

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


# --- earlier ----------------------------------------------------------------------------------------------------------
# The history as it was: a copy in memory of which everything later is forgotten.


@contextmanager
def as_of(history: History, day: str) -> Iterator[History]:
    """The history as if no snapshot after that day (ISO, UTC) were there; closed at the end."""
    from linkbak.index.history import History

    end = start_of((date.fromisoformat(day) + timedelta(days=1)).isoformat())
    if history.db.execute("SELECT 1 FROM snapshot WHERE at < ? LIMIT 1", (end,)).fetchone() is None:
        raise NoSuchSnapshot(f"there is no snapshot up to {day}", hint="`linkbak log` lists the snapshots.")
    with History(sqlite3.connect(":memory:", isolation_level=None), None) as then:
        db = then.db
        history.db.backup(db)
        for account in then.accounts():
            rewind(db, account, end)
            _forget_messages(db, account, end)
            participants.resolve(db, account)
        yield then


def _forget_messages(db: sqlite3.Connection, account: str, end: int) -> None:
    """Forget the messages that only later archives have; whatever was told better there stands for itself again."""
    db.execute("DELETE FROM message WHERE account = ? AND at >= ?", (account, end))
    db.execute("UPDATE message SET twin = NULL WHERE twin NOT IN (SELECT number FROM message)")


# --- update -----------------------------------------------------------------------------------------------------------

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much."""

Made = Mapping[tuple[str, str], Step]
"""Steps that somebody has made already, by the digests of both snapshots' manifests ("" before the first)."""

WHAT = "indexing"


def bring_lines(db: sqlite3.Connection, vault: Vault, progress: Progress, given: Made | None = None) -> bool:
    """Thread what the vault has and the index has not; says whether anything changed."""
    summaries = vault.summaries()
    order, settled = ranks(summaries), accepted_snapshots(vault)
    changed = False
    accounts = {summary.key.account for summary in summaries}
    for (account,) in db.execute("SELECT DISTINCT account FROM snapshot").fetchall():
        if account not in accounts:
            rewind(db, account, 0)
            changed = True
    for account in sorted(accounts):
        planned = plan([s for s in summaries if s.key.account == account], order, settled)
        changed |= bring_account(db, vault, account, planned, progress, given or {})
    return changed


def bring_account(
    db: sqlite3.Connection,
    vault: Vault,
    account: str,
    planned: Sequence[Planned],
    progress: Progress,
    given: Made,
) -> bool:
    """Bring one account's lines to its plan; goes back no further than to the first snapshot that is not as it was."""
    known = db.execute(
        "SELECT at, digest, role, base, held, rank FROM snapshot WHERE account = ? ORDER BY at", (account,)
    ).fetchall()
    pairs = zip_longest(known, planned)
    start = next((n for n, (old, new) in enumerate(pairs) if new is None or old != new.facts), None)
    if start is None:
        return False
    if start < len(known):
        moments = [known[start][0], *(one.at for one in planned[start : start + 1])]
        rewind(db, account, min(moments))
    _make_steps(db, vault, planned[start:], {one.at: one for one in planned}, progress, given)
    _thread(db, account, planned[start:], {one.at: one.summary.digest for one in planned})
    _drop_unused_steps(db)
    return True


def _make_steps(
    db: sqlite3.Connection,
    vault: Vault,
    new: Sequence[Planned],
    by_moment: Mapping[int, Planned],
    progress: Progress,
    given: Made,
) -> None:
    """Make the steps the index lacks; side lists last, so that the main ones follow each other."""
    wanted: list[tuple[Planned, Planned | None]] = []
    for one in sorted((one for one in new if one.role != "none"), key=lambda one: one.role != "main"):
        before = by_moment[one.base] if one.base is not None else None
        names = (before.summary.digest if before else "", one.summary.digest)
        if db.execute("SELECT 1 FROM step WHERE before = ? AND after = ?", names).fetchone() is None:
            if names in given:
                _keep(db, names, pack(given[names]))
            else:
                wanted.append((one, before))
    jobs = [Job(one.summary.network, _key(before), one.summary.key) for one, before in wanted]
    for done, ((one, before), body) in enumerate(zip(wanted, made(vault, jobs), strict=True), start=1):
        _keep(db, (before.summary.digest if before else "", one.summary.digest), body)
        progress(WHAT, done, len(jobs))


def _key(planned: Planned | None) -> SnapshotKey | None:
    return planned.summary.key if planned else None


def _keep(db: sqlite3.Connection, names: tuple[str, str], body: bytes) -> None:
    step = unpack(body)
    db.execute("INSERT INTO step VALUES (?, ?, ?, ?, ?)", (*names, step.added, step.lost, body))


def _thread(db: sqlite3.Connection, account: str, new: Sequence[Planned], digests: Mapping[int, str]) -> None:
    """Replay the steps of the new snapshots on top of what is threaded."""
    last = db.execute(
        "SELECT at, sparse, lacks, (SELECT count(*) FROM snapshot WHERE account = ?1 AND role = 'main') FROM snapshot "
        "WHERE account = ?1 AND role = 'main' ORDER BY at DESC LIMIT 1",
        (account,),
    ).fetchone()
    highest = db.execute("SELECT max(rank) FROM snapshot WHERE account = ? AND role <> 'none'", (account,)).fetchone()
    shelf = Shelf(db, account)
    rank = -1 if highest[0] is None else highest[0]
    threads = Threads(account, shelf, roster(db, account), rank, *(last[1:3] if last else (0, "")))
    if last and (last[3] - 1) % KEYFRAME:
        db.execute("UPDATE snapshot SET roster = NULL WHERE account = ? AND at = ?", (account, last[0]))
    for one in new:
        if one.role == "none":
            threads.pass_over(one)
            continue
        before = digests[one.base] if one.base is not None else ""
        names = (before, one.summary.digest)
        (body,) = db.execute("SELECT body FROM step WHERE before = ? AND after = ?", names).fetchone()
        threads.follow(one, unpack(body))
    shelf.flush(threads.roster)


def _drop_unused_steps(db: sqlite3.Connection) -> None:
    """Steps between snapshots that are neighbours no more are of no use to anybody."""
    db.execute(
        "DELETE FROM step WHERE NOT EXISTS (SELECT 1 FROM snapshot s LEFT JOIN snapshot b ON b.account = s.account AND "
        "b.at = s.base WHERE s.digest = step.after AND s.role <> 'none' AND coalesce(b.digest, '') = step.before)"
    )


# --- bringing ---------------------------------------------------------------------------------------------------------
# What bringing the index to the vault's newest commit consists of.


def bring(db: sqlite3.Connection, vault: Vault, progress: Progress, given: Made, *, details: bool) -> None:
    """Lines and marks first; with `details` also messages, invitations and all else that is joined to people."""
    newest = vault.newest()
    if meta(db, "lines") != newest:
        changed = bring_lines(db, vault, progress, given)
        _bring_marks(db, read_marks(vault.marks()), changed)
        set_meta(db, "lines", newest)
        if changed:
            set_meta(db, "joined", "")
    if details and meta(db, "details") != newest:
        _bring_details(db, vault, progress)
        set_meta(db, "details", newest)


def _bring_details(db: sqlite3.Connection, vault: Vault, progress: Progress) -> None:
    from linkbak.index import gather, participants

    accounts = vault.accounts()
    for (account,) in db.execute("SELECT DISTINCT account FROM party").fetchall():
        if account not in accounts:
            gather.forget(db, account)
    fresh = [gather.gather(db, vault, account, progress) for account in accounts]
    if any(fresh) or not meta(db, "joined"):
        for account in accounts:
            participants.resolve(db, account)
        set_meta(db, "joined", "yes")


def _bring_marks(db: sqlite3.Connection, marks: Sequence[Mark], changed: bool) -> None:
    """The marks as they are now, and whom each means; whoever was or is marked is to be found anew."""
    rows = [_row(number, mark) for number, mark in enumerate(marks, start=1)]
    known = db.execute(
        "SELECT number, id, fact, value, account, name, url, connected_on, at, undone, undone_at FROM mark"
    ).fetchall()
    if known == rows and not changed:
        return
    whom = match(marks, lambda account, key: _candidates(db, "address", "url_key", account, key),
                 lambda account, key: _candidates(db, "alias", "name_key", account, key))  # fmt: skip
    db.execute("INSERT OR IGNORE INTO unsearched SELECT person FROM mark WHERE person IS NOT NULL")
    db.execute("DELETE FROM mark")
    db.executemany(
        "INSERT INTO mark VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(*row, person) for row, person in zip(rows, whom, strict=True)],
    )
    db.execute("INSERT OR IGNORE INTO unsearched SELECT person FROM mark WHERE person IS NOT NULL")


def _row(number: int, mark: Mark) -> tuple[int | str, ...]:
    subject = mark.subject
    told = (mark.id, mark.fact, mark.value, mark.account, subject.name, subject.url, subject.connected_on, mark.at)
    return (number, *told, int(mark.undone), mark.undone_at)


def _candidates(db: sqlite3.Connection, table: str, column: str, account: str, key: str) -> list[Candidate]:
    """Everybody of an account who ever had a key."""
    found = db.execute(
        f"SELECT p.number, p.url_key, (SELECT group_concat(DISTINCT connected_on) FROM seen WHERE person = p.number) "  # noqa: S608
        f"FROM {table} k JOIN person p ON p.number = k.person WHERE k.{column} = ? AND k.account = ?",
        (key, account),
    )
    return [Candidate(number, url, frozenset((days or "").split(","))) for number, url, days in found]


# --- checking ---------------------------------------------------------------------------------------------------------
# Whether the index says what the vault says.

COMPARED = {
    "snapshot": "*", "step": "before, after, added, vanished", "person": "*", "seen": "*", "gone": "*", "held": "*",
    "doubt": "*", "address": "*", "alias": "*", "birth": "*", "mark": "*", "talk": "*",
}  # fmt: skip
"""The tables, and which of their columns, that an index made anew has to have equal."""
ALL_ROWS = ("message", "invitation", "endorsement", "recommendation", "archive_note")
"""Tables whose rows are numbered as they were read, so that only how many there are can be compared."""


def findings(vault: Vault, progress: Progress) -> list[str]:
    """What is wrong with the index: nothing, if it equals one made anew from the vault alone."""
    place = place_of(vault)
    if not place.is_file():
        return ["there is none yet"]
    try:
        if wrong := _unsound(place):
            return wrong
        here = opened(vault, progress)
        with closing(here.db), closing(in_memory(vault, progress)) as anew:
            return _differences(here.db, anew)
    except sqlite3.DatabaseError:
        return ["SQLite cannot read it"]


def unsound(vault: Vault) -> list[str]:
    """What SQLite by itself finds wrong with the index at a quick look; nothing if there is none yet."""
    place = place_of(vault)
    try:
        return _unsound(place, "quick_check") if place.is_file() else []
    except sqlite3.DatabaseError:
        return ["SQLite cannot read it"]


def _unsound(place: Path, check: str = "integrity_check") -> list[str]:
    with closing(sqlite3.connect(f"{place.as_uri()}?mode=ro", uri=True)) as db:
        said = [text for (text,) in db.execute(f"PRAGMA {check}(1)")]
    return [] if said == ["ok"] else ["SQLite finds its pages damaged"]


def _differences(one: sqlite3.Connection, other: sqlite3.Connection) -> list[str]:
    wrong = [
        table for table, columns in COMPARED.items() if _digest(one, table, columns) != _digest(other, table, columns)
    ]
    count = "SELECT count(*) FROM {}"
    wrong += [
        table
        for table in ALL_ROWS
        if one.execute(count.format(table)).fetchone() != other.execute(count.format(table)).fetchone()
    ]
    return [f"table {table} differs from what the vault says" for table in wrong]


def _digest(db: sqlite3.Connection, table: str, columns: str) -> str:
    """A digest of all rows whatever their order."""
    total = 0
    for row in db.execute(f"SELECT {columns} FROM {table}"):  # noqa: S608
        total += int.from_bytes(hashlib.sha256(repr(row).encode("utf-8", "surrogatepass")).digest()[:16])
    return hex(total)

"""Brings the index to the vault's newest commit: what is there stays, what is missing is made, in order."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest

from linkbak.comparison import accepted_snapshots
from linkbak.history.making import Job, made
from linkbak.history.plan import Planned, plan, ranks
from linkbak.history.rewind import rewind, roster
from linkbak.history.shelf import KEYFRAME, Shelf
from linkbak.history.steps import Step, pack, unpack
from linkbak.history.threads import Threads
from linkbak.vault import SnapshotKey, Vault

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

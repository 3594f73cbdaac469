"""Brings the index to the vault's newest commit, step by step, reusing what is there.

Lists first: which of them count (`plan`), the deltas between neighbours, and everybody's events by replaying these. A
list imported late causes a replay of all lists of its account; the costly deltas stay. Then marks. Messages,
invitations and all else that is joined to people belong to `activity_update`, which an import without losses skips.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest

from linkbak.diff import Evidence, accepted_snapshots, as_imported, believe, by_account, ranks
from linkbak.index import timestamp
from linkbak.index.list_deltas import DeltaJob, KnownDeltas, ListDelta, Packed, build_deltas, packed, unpacked
from linkbak.index.replay import Replay
from linkbak.index.schema import meta, set_meta
from linkbak.index.write_buffer import ListFacts, WriteBuffer
from linkbak.marks import Candidate, Mark, match, read_marks
from linkbak.model import BOOK, NamedTuple, Progress
from linkbak.texts import tr
from linkbak.vault import SnapshotKey, Summary, Vault

WHAT = tr("indexing")


def update(db: sqlite3.Connection, vault: Vault, progress: Progress, given: KnownDeltas | None = None) -> None:
    """Update people, then marks; `activity_update` must follow if they changed."""
    newest = vault.newest()
    if meta(db, "lines") != newest:
        changed = _update_people(vault, Deltas(db, vault, progress, given or {}))
        _update_marks(db, read_marks(vault.marks()), changed)
        set_meta(db, "lines", newest)
        if changed:
            set_meta(db, "joined", "")


def forget_since(db: sqlite3.Connection, end: int) -> list[str]:
    """Take out of people everything from a timestamp on; returns the accounts changed."""
    accounts = [account for (account,) in db.execute("SELECT DISTINCT account FROM snapshot")]
    for account in accounts:
        known = _known(db, account)
        before = [facts for facts in known if facts.at < end]
        if before != known:
            _forget(db, account)
            _replay(db, account, before, before)
    return accounts


# --- which lists are replayed -----------------------------------------------------------------------------------------

DeltaName = tuple[str, str]
"""The digests of both manifests, "" before the first list."""

Plan = dict[ListFacts, Summary]
"""The snapshots of one account, oldest first, and the role of each."""


def plan(
    found: Sequence[Summary], ranks: Mapping[SnapshotKey, int], held: Mapping[SnapshotKey, tuple[str, ...]]
) -> Plan:
    """The snapshots of one account (oldest first) with their roles; `held` are those not believed, and why.

    One list a day is replayed, the day's last that is believed: LinkedIn sends two archives for one request. Only on
    the first day all are, since there is nothing else to compare them with. Of lists that claim one moment (copies of
    files, say) the later one is unknown: the longest is taken, so that nobody is gone by that alone.
    """
    believed = _one_a_moment(s for s in found if s.connections is not None and s.key not in held)
    first_day = believed[0].taken[:10] if believed else ""
    last_of_day = {s.taken[:10]: s.key for s in believed}
    main = {s.key for s in believed if s.taken[:10] == first_day or last_of_day[s.taken[:10]] == s.key}
    planned: Plan = {}
    base: int | None = None
    for one in found:
        at = timestamp(one.taken, one.key.number)
        role = "main" if one.key in main else "side"
        if one.connections is None or (role == "side" and base is None):
            role = "none"
        compared = base if role != "none" else None
        why = "\n".join(held.get(one.key, ()))
        facts = ListFacts(at, one.key.id, one.taken, one.digest, role, why, compared, ranks[one.key])
        planned[facts] = one
        if role == "main":
            base = at
    return planned


def _one_a_moment(lists: Iterable[Summary]) -> list[Summary]:
    longest: dict[str, Summary] = {}
    for one in lists:
        longest[one.taken] = max(longest.get(one.taken, one), one, key=lambda s: (s.connections or 0, s.archive_sha256))
    return list(longest.values())


# --- people -----------------------------------------------------------------------------------------------------------


def _update_people(vault: Vault, deltas: Deltas) -> bool:
    """Replay what the index lacks of the vault; returns whether anything changed."""
    db = deltas.db
    summaries = [one for one in vault.summaries() if one.network != BOOK]  # contacts are nobody's connections
    order, settled = ranks(summaries), accepted_snapshots(vault)
    changed = False
    accounts = by_account(summaries)
    for (account,) in db.execute("SELECT DISTINCT account FROM snapshot").fetchall():
        if account not in accounts:
            _forget(db, account)
            changed = True
    judged = set[DeltaName]()

    def evidence(before: Summary, after: Summary) -> Evidence:
        names = before.digest, after.digest
        deltas.provide([(before, after)])
        judged.add(names)
        row = "SELECT vanished, reasons FROM delta WHERE before = ? AND after = ?"
        gone, reasons = db.execute(row, names).fetchone()
        return Evidence(gone, before.connections or 0, tuple(reasons.splitlines()), lambda: _stored(db, names).vanished)

    for account, found in sorted(accounts.items()):
        lists = [one for one in found if one.connections is not None]
        held: Mapping[SnapshotKey, tuple[str, ...]] = {}
        if not as_imported(lists, order) or vault.set_aside():
            # Most lists are believed in the end. What they are compared with then is built at once, on all cores.
            doubtful = {one.key: ("",) for one in lists if one.held and one.key not in settled}
            deltas.build(plan(found, order, doubtful), 0)
            held = believe(lists, settled, evidence)
        changed |= update_account(deltas, account, plan(found, order, held))
    if changed:
        drop_unused(db, judged)
    return changed


def update_account(deltas: Deltas, account: str, planned: Plan) -> bool:
    """Bring one account's people to its plan; appends if the index has the beginning of the plan, else starts anew."""
    db = deltas.db
    known, wanted = _known(db, account), list(planned)
    start = next((n for n, (old, new) in enumerate(zip_longest(known, wanted)) if old != new), None)
    if start is None:
        return False
    if start < len(known):
        _forget(db, account)
        start = 0
    deltas.build(planned, start)
    _replay(db, account, wanted, wanted[start:])
    return True


def _known(db: sqlite3.Connection, account: str) -> list[ListFacts]:
    """The lists that are replayed already, oldest first."""
    columns = ", ".join(ListFacts._fields)
    rows = db.execute(f"SELECT {columns} FROM snapshot WHERE account = ? ORDER BY at", (account,))  # noqa: S608
    return [ListFacts(*row) for row in rows]


def _forget(db: sqlite3.Connection, account: str) -> None:
    """Remove an account's lists and people from the index; the deltas stay."""
    here = (account,)
    ours = "person IN (SELECT number FROM person WHERE account = ?)"
    db.execute("INSERT OR IGNORE INTO unsearched SELECT number FROM person WHERE account = ?", here)
    for table in ("seen", "gone", "held"):
        db.execute(f"DELETE FROM {table} WHERE {ours}", here)  # noqa: S608
    for table in ("ambiguity", "address", "alias", "roster", "snapshot", "person"):
        db.execute(f"DELETE FROM {table} WHERE account = ?", here)  # noqa: S608


class Deltas(NamedTuple):
    """The deltas of an index, which takes those it lacks from those `given`, or builds them from the vault's lists."""

    db: sqlite3.Connection
    vault: Vault
    progress: Progress
    given: KnownDeltas

    def build(self, planned: Plan, start: int) -> None:
        """Build those that are lacking from a place in a plan on; of side lists last, so that main ones follow each
        other."""
        by_time = {facts.at: summary for facts, summary in planned.items()}
        lists = [facts for facts in list(planned)[start:] if facts.role != "none"]
        lists.sort(key=lambda facts: facts.role != "main")
        self.provide([(by_time[one.base] if one.base is not None else None, planned[one]) for one in lists])

    def provide(self, pairs: Iterable[tuple[Summary | None, Summary]]) -> None:
        """Ensure that the index has the deltas of these pairs of lists; None before a first list."""
        wanted: list[tuple[DeltaName, DeltaJob]] = []
        for before, after in pairs:
            names = (before.digest if before else "", after.digest)
            if self.db.execute("SELECT 1 FROM delta WHERE before = ? AND after = ?", names).fetchone() is not None:
                continue
            if names in self.given:
                keep_deltas(self.db, {names: self.given[names]})
            else:
                wanted.append((names, DeltaJob(after.network, before.key if before else None, after.key)))
        built = build_deltas(self.vault, [job for _, job in wanted])
        for done, ((names, _), delta) in enumerate(zip(wanted, built, strict=True), start=1):
            _keep(self.db, names, delta)
            self.progress(WHAT, done, len(wanted))


def _stored(db: sqlite3.Connection, names: DeltaName) -> ListDelta:
    (body,) = db.execute("SELECT body FROM delta WHERE before = ? AND after = ?", names).fetchone()
    return unpacked(body)


def drop_unused(db: sqlite3.Connection, judged: Iterable[DeltaName]) -> None:
    """Drop the deltas that neither join neighbours nor served to judge a list."""
    db.execute(
        "DELETE FROM delta WHERE NOT EXISTS (SELECT 1 FROM snapshot s LEFT JOIN snapshot b ON b.account = s.account "
        "AND b.at = s.base WHERE s.digest = delta.after AND s.role <> 'none' AND coalesce(b.digest, '') = delta.before)"
        " AND before || ' ' || after NOT IN (SELECT value FROM json_each(?))",
        (json.dumps([" ".join(names) for names in judged]),),
    )


def counts_between(vault: Vault, before: Summary, after: Summary) -> tuple[int, int]:
    """How many came and how many went, for certain, between two lists that need not be neighbours."""
    (delta,) = build_deltas(vault, [DeltaJob(after.network, before.key, after.key)])
    return delta.added, delta.lost


def keep_deltas(db: sqlite3.Connection, given: KnownDeltas) -> None:
    """Store deltas, named by the digests of both manifests, in the index, and leave the rest as it is."""
    for names, delta in given.items():
        _keep(db, names, packed(delta))


def _keep(db: sqlite3.Connection, names: DeltaName, delta: Packed) -> None:
    row = (*names, delta.added, delta.lost, "\n".join(delta.reasons), delta.body)
    db.execute("INSERT OR IGNORE INTO delta VALUES (?, ?, ?, ?, ?, ?)", row)


def _replay(db: sqlite3.Connection, account: str, every: Iterable[ListFacts], new: Sequence[ListFacts]) -> None:
    """Replay the deltas of the new lists on top of the index; `every` are these and all before."""
    digests = {one.at: one.digest for one in every}
    last = db.execute(
        "SELECT s.sparse, s.lacks, r.numbers FROM snapshot s JOIN roster r ON r.account = s.account "
        "WHERE s.account = ? AND s.role = 'main' ORDER BY s.at DESC LIMIT 1",
        (account,),
    ).fetchone()
    sparse, lacks, roster = last or (0, "", b"")
    ranked = "SELECT coalesce(max(rank), -1) FROM snapshot WHERE account = ? AND role <> 'none'"
    (highest,) = db.execute(ranked, (account,)).fetchone()
    buffer = WriteBuffer(db, account)
    replay = Replay(account, buffer, array("Q", roster), highest, sparse, lacks)
    for one in new:
        names = (digests[one.base] if one.base is not None else "", one.digest)
        replay.follow(one, None if one.role == "none" else _stored(db, names))
    buffer.flush(replay.roster)


# --- what is joined to people -----------------------------------------------------------------------------------------


def _update_marks(db: sqlite3.Connection, marks: Sequence[Mark], changed: bool) -> None:
    """The marks as they are now, and whom each means; whoever was or is marked is to be found anew."""
    rows = [
        (number, one.id, one.fact, one.value, one.account, *one.subject, one.at, int(one.undone), one.undone_at)
        for number, one in enumerate(marks, start=1)
    ]
    known = db.execute(
        "SELECT number, id, fact, value, account, name, url, connected_on, at, undone, undone_at FROM mark"
    ).fetchall()
    if known == rows and not changed:
        return
    whom = match(
        marks,
        lambda account, key: _candidates(db, "address", "url_key", account, key),
        lambda account, key: _candidates(db, "alias", "name_key", account, key),
    )
    db.execute("INSERT OR IGNORE INTO unsearched SELECT person FROM mark WHERE person IS NOT NULL")
    db.execute("DELETE FROM mark")
    db.executemany(
        "INSERT INTO mark VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(*row, person) for row, person in zip(rows, whom, strict=True)],
    )
    db.execute("INSERT OR IGNORE INTO unsearched SELECT person FROM mark WHERE person IS NOT NULL")


def _candidates(db: sqlite3.Connection, table: str, column: str, account: str, key: str) -> list[Candidate]:
    """Everybody of an account who ever had a key."""
    found = db.execute(
        f"SELECT p.number, p.url_key, (SELECT group_concat(DISTINCT connected_on) FROM seen WHERE person = p.number) "  # noqa: S608
        f"FROM {table} k JOIN person p ON p.number = k.person WHERE k.{column} = ? AND k.account = ?",
        (key, account),
    )
    return [Candidate(number, url, frozenset((days or "").split(","))) for number, url, days in found]

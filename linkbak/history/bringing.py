"""What bringing the index to the vault's newest commit consists of."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from linkbak.history.index_file import meta, set_meta
from linkbak.history.update import Made, Progress, bring_lines
from linkbak.marks import Mark, read_marks
from linkbak.marks.matching import Candidate, match
from linkbak.vault import Vault


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
    from linkbak.history import details as more

    accounts = vault.accounts()
    for (account,) in db.execute("SELECT DISTINCT account FROM party").fetchall():
        if account not in accounts:
            more.forget(db, account)
    fresh = [more.gather(db, vault, account, progress) for account in accounts]
    if any(fresh) or not meta(db, "joined"):
        for account in accounts:
            more.resolve(db, account)
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

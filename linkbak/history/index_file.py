"""The file of the index: what is in it, and how a new one takes its place."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import linkbak

PATIENCE = 60.0
"""Seconds to wait for another process that is writing to the index."""

_SPOILT = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_ERROR})
"""What a damaged file makes SQLite say; it is then made anew. Anything else is about the machine."""

Work = Callable[[sqlite3.Connection], None]


def spoilt(error: sqlite3.Error) -> bool:
    """Whether an error comes of a damaged index, and not of the machine."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in _SPOILT


def existing(place: Path) -> sqlite3.Connection | None:
    """The index that is there, if this linkbak made it."""
    if not place.is_file():
        return None
    db = connected(place)
    try:
        ours = meta(db, "linkbak") == _edition()
    except BaseException:
        db.close()
        raise
    if ours:
        return db
    db.close()
    return None


def connected(place: Path | str) -> sqlite3.Connection:
    """The database at a place, or in memory for ``:memory:``."""
    from urllib.parse import quote

    name = place if isinstance(place, str) else f"file:{quote(str(place))}"
    return sqlite3.connect(name, timeout=PATIENCE, isolation_level=None, uri=True)


def _edition() -> str:
    from linkbak.history.schema import FORMAT

    return f"{linkbak.__version__} {FORMAT}"


def meta(db: sqlite3.Connection, name: str) -> str:
    """What the index says of itself; "" if it says nothing."""
    found = db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return str(found[0]) if found else ""


def set_meta(db: sqlite3.Connection, name: str, value: str) -> None:
    """Let the index say something of itself."""
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))


def worked(db: sqlite3.Connection, work: Work) -> None:
    """Do the work as one transaction, which readers do not see until it is done."""
    db.execute("PRAGMA cache_spill = OFF")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("BEGIN IMMEDIATE")
    try:
        work(db)
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def make_file(place: Path, work: Work) -> None:
    """Make an index in a new private file, which is whole on the disk in the end."""
    from linkbak.vault.disk import create_private, private_folder

    place.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    private_folder(place.parent)
    _sweep(place)
    os.close(create_private(place))
    db = connected(place)
    try:
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("PRAGMA synchronous = OFF")
        make(db, work)
    finally:
        db.close()
    with place.open("rb") as file:
        os.fsync(file.fileno())


def install(new: Path, place: Path) -> None:
    """Put the new index into the place of the old one while nobody writes to that.

    SQLite knows a writer's journal by the name of the file alone: one that lay there still would be played back into
    the new index. Whoever has the old one open reads on in it, and SQLite keeps them from writing to it.
    """
    old = connected(place) if place.is_file() else None
    try:
        if old is not None:
            with _unless_spoilt():
                old.execute("BEGIN EXCLUSIVE")
        Path(f"{place}-journal").unlink(missing_ok=True)
        new.replace(place)
    finally:
        if old is not None:
            old.close()


@contextmanager
def _unless_spoilt() -> Iterator[None]:
    """Go on where an index is damaged: nobody can be writing to that."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if not spoilt(error):
            raise


def _sweep(new: Path) -> None:
    """Remove what killed processes left of theirs, and a file in the way of the new one."""
    for left in new.parent.glob(f"{new.stem}.*"):
        number = left.suffix[1:].partition("-")[0]
        if number.isdecimal() and not _runs(int(number)):
            left.unlink(missing_ok=True)
    new.unlink(missing_ok=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True


def make(db: sqlite3.Connection, work: Work) -> None:
    """Make the tables in an empty database and do the work."""
    from linkbak.history.details import TABLES as DETAILS
    from linkbak.history.schema import TABLES
    from linkbak.history.searching import TABLES as SEARCHING

    db.executescript(TABLES + DETAILS + SEARCHING)
    db.execute("BEGIN")
    set_meta(db, "linkbak", _edition())
    work(db)
    db.execute("COMMIT")

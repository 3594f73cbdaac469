"""Where the index lies, and how it comes to be: opened, brought up to date, made anew, or made in memory."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import linkbak
from linkbak import paths
from linkbak.errors import MachineProblem
from linkbak.vault import Vault

if TYPE_CHECKING:
    from linkbak.history.update import Made, Progress

FILE = "index.sqlite"
PATIENCE = 60.0
"""Seconds to wait for another process that is writing to the index."""

_SPOILT = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_ERROR})
"""What a damaged file makes SQLite say; it is then made anew. Anything else is about the machine."""

Work = Callable[[sqlite3.Connection], None]


class Opened(NamedTuple):
    """The index and where it lies, None for one that is in memory only."""

    db: sqlite3.Connection
    place: Path | None


def place_of(vault: Vault) -> Path:
    """Where the index of a vault lies, whether it is there or not."""
    return paths.cache_folder(vault.path) / FILE


def opened(vault: Vault, progress: Progress, given: Made | None = None, *, details: bool = True) -> Opened:
    """The index of a vault at its newest commit; made, or made anew, where it has to be.

    Where it cannot be written, it is brought up to date in memory, and the next command does so again.
    """
    place = place_of(vault)
    work = _work(vault, progress, given, details)
    try:
        db = _existing(place)
        if db is None:
            return rebuilt(vault, progress)
        if _is_current(db, vault, details):
            _used[:] = [place]
            return Opened(db, place)
    except sqlite3.DatabaseError as error:
        return _again(error, vault, progress)
    try:
        _worked(db, work)
        _used[:] = [place]
        return Opened(db, place)
    except sqlite3.DatabaseError as error:
        if spoilt(error):
            db.close()
            return _again(error, vault, progress)
        return Opened(_in_memory(db, work), None)


def rebuilt(vault: Vault, progress: Progress) -> Opened:
    """The index made anew, beside the old one until it is done."""
    place = place_of(vault)
    work = _work(vault, progress, None, True)
    new = place.with_suffix(f".{os.getpid()}")
    try:
        if not place.is_absolute():
            raise OSError("there is no place for derived files")
        _make_file(new, work)
        _install(new, place)
        db = _connected(place)
        _used[:] = [place]
        return Opened(db, place)
    except (OSError, MachineProblem, sqlite3.OperationalError) as error:
        if isinstance(error, sqlite3.OperationalError) and spoilt(error):
            raise
        return Opened(_in_memory(None, work), None)
    finally:
        for rest in (new, Path(f"{new}-journal")):
            with suppress(OSError):
                rest.unlink()


def lacking(vault: Vault) -> int:
    """How many snapshots of the vault the index does not have."""
    number = len(vault.summaries())
    try:
        db = _existing(place_of(vault))
        if db is None:
            return number
        with closing(db):
            return number - int(db.execute("SELECT count(*) FROM snapshot").fetchone()[0])
    except sqlite3.Error:
        return number


def note(vault: Vault, given: Made) -> None:
    """Put steps into the index, if there is one of this linkbak, and leave the rest as it is."""
    db = _existing(place_of(vault))
    if db is None:
        return
    from linkbak.history.steps import pack

    with closing(db):
        for names, step in given.items():
            row = (*names, step.added, step.lost, pack(step))
            db.execute("INSERT OR IGNORE INTO step VALUES (?, ?, ?, ?, ?)", row)


def spoilt(error: sqlite3.Error) -> bool:
    """Whether an error comes of a damaged index, and not of the machine."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in _SPOILT


def in_memory(vault: Vault, progress: Progress) -> sqlite3.Connection:
    """The index made anew in memory, whatever there is on disk."""
    return _in_memory(None, _work(vault, progress, None, True))


_used: list[Path] = []
"""The index that the running command opened."""


def discard_spoilt(error: BaseException) -> bool:
    """Remove the index that was opened if the error comes of its being damaged; says whether it did."""
    if not (_used and isinstance(error, sqlite3.DatabaseError) and spoilt(error)):
        return False
    with suppress(OSError):
        _used.pop().unlink()
        return True
    return False


def _again(error: sqlite3.DatabaseError, vault: Vault, progress: Progress) -> Opened:
    if not spoilt(error):
        return Opened(_in_memory(None, _work(vault, progress, None, True)), None)
    return rebuilt(vault, progress)


def _work(vault: Vault, progress: Progress, given: Made | None, details: bool) -> Work:
    def work(db: sqlite3.Connection) -> None:
        from linkbak.history.bringing import bring  # loads all that reads archives: not where nothing is to be done

        bring(db, vault, progress, given or {}, details=details)

    return work


def _existing(place: Path) -> sqlite3.Connection | None:
    """The index that is there, if this linkbak made it."""
    if not place.is_file():
        return None
    db = _connected(place)
    if meta(db, "linkbak") == _edition():
        return db
    db.close()
    return None


def _connected(place: Path | str) -> sqlite3.Connection:
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


def _is_current(db: sqlite3.Connection, vault: Vault, details: bool) -> bool:
    newest = vault.newest()
    return meta(db, "lines") == newest and (not details or meta(db, "details") == newest)


def _worked(db: sqlite3.Connection, work: Work) -> None:
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


def _make_file(place: Path, work: Work) -> None:
    from linkbak.vault.disk import create_private, private_folder

    place.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    private_folder(place.parent)
    _sweep(place)
    os.close(create_private(place))
    db = _connected(place)
    try:
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("PRAGMA synchronous = OFF")
        _make(db, work)
    finally:
        db.close()
    with place.open("rb") as file:
        os.fsync(file.fileno())


def _install(new: Path, place: Path) -> None:
    """Put the new index into the place of the old one while nobody writes to that.

    SQLite knows a writer's journal by the name of the file alone: one that lay there still would be played back into
    the new index. Whoever has the old one open reads on in it, and SQLite keeps them from writing to it.
    """
    old = _connected(place) if place.is_file() else None
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


def _make(db: sqlite3.Connection, work: Work) -> None:
    from linkbak.history.details import TABLES as DETAILS
    from linkbak.history.schema import TABLES
    from linkbak.history.searching import TABLES as SEARCHING

    db.executescript(TABLES + DETAILS + SEARCHING)
    db.execute("BEGIN")
    set_meta(db, "linkbak", _edition())
    work(db)
    db.execute("COMMIT")


def _in_memory(source: sqlite3.Connection | None, work: Work) -> sqlite3.Connection:
    """The index in memory: a copy brought up to date, or, if there is nothing to copy, made there."""
    db = _connected(":memory:")
    if source is None:
        _make(db, work)
        return db
    with source:
        source.backup(db)
    source.close()
    _worked(db, work)
    return db

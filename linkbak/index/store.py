"""The index of a vault: opened, brought up to date, made anew, or made in memory where it cannot be written."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from linkbak import paths
from linkbak.errors import MachineProblem
from linkbak.index.schema import (
    Work,
    connected,
    existing,
    install,
    make,
    make_file,
    meta,
    spoilt,
    worked,
)
from linkbak.vault import Vault

if TYPE_CHECKING:
    from linkbak.index.update import Made, Progress

FILE = "index.sqlite"


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
        db = existing(place)
        if db is None:
            return rebuilt(vault, progress)
    except sqlite3.DatabaseError as error:
        return _again(error, vault, progress)
    try:
        if not _is_current(db, vault, details):
            worked(db, work)
        _used[:] = [place]
        return Opened(db, place)
    except sqlite3.DatabaseError as error:
        if spoilt(error):
            db.close()
            return _again(error, vault, progress)
        return Opened(_in_memory(db, work), None)
    except BaseException:
        db.close()
        raise


def rebuilt(vault: Vault, progress: Progress) -> Opened:
    """The index made anew, beside the old one until it is done."""
    place = place_of(vault)
    work = _work(vault, progress, None, True)
    new = place.with_suffix(f".{os.getpid()}")
    try:
        if not place.is_absolute():
            raise OSError("there is no place for derived files")
        make_file(new, work)
        install(new, place)
        db = connected(place)
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
        db = existing(place_of(vault))
        if db is None:
            return number
        with closing(db):
            return number - int(db.execute("SELECT count(*) FROM snapshot").fetchone()[0])
    except sqlite3.Error:
        return number


def note(vault: Vault, given: Made) -> None:
    """Put steps into the index, if there is one of this linkbak, and leave the rest as it is."""
    db = existing(place_of(vault))
    if db is None:
        return
    from linkbak.index.steps import pack

    with closing(db):
        for names, step in given.items():
            row = (*names, step.added, step.lost, pack(step))
            db.execute("INSERT OR IGNORE INTO step VALUES (?, ?, ?, ?, ?)", row)


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
        from linkbak.index.update import bring  # loads all that reads archives: not where nothing is to be done

        bring(db, vault, progress, given or {}, details=details)

    return work


def _is_current(db: sqlite3.Connection, vault: Vault, details: bool) -> bool:
    newest = vault.newest()
    return meta(db, "lines") == newest and (not details or meta(db, "details") == newest)


def _in_memory(source: sqlite3.Connection | None, work: Work) -> sqlite3.Connection:
    """The index in memory: a copy brought up to date, or, if there is nothing to copy, made there."""
    db = connected(":memory:")
    try:
        if source is None:
            make(db, work)
            return db
        with closing(source):
            source.backup(db)
        worked(db, work)
        return db
    except BaseException:
        db.close()
        raise

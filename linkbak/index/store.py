"""The file of the index: opens it, updates it, makes it anew, or makes it in memory where it cannot be written.

It is derived from the vault, so a damaged file, or one of another linkbak, is silently made anew.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import linkbak
from linkbak import paths
from linkbak.errors import MachineProblem
from linkbak.index.schema import ACTIVITY_TABLES, FORMAT, TABLES, meta, set_meta
from linkbak.matching import url_key
from linkbak.model import OLDER, NamedTuple, Progress, silent
from linkbak.paths import make_folder, part_name, sweep
from linkbak.texts import tr
from linkbak.vault import SnapshotKey, Summary, Vault, create_private, private_folder

if TYPE_CHECKING:
    from linkbak.index import Person
    from linkbak.index.list_deltas import KnownDeltas

FILE = "index.sqlite"

CACHE = 8_000
"""The kilobytes of SQLite's cache while the index is updated."""
PATIENCE = 60.0
"""Seconds to wait for another process that is writing to the index."""

_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_ERROR})
"""SQLite's errors for a damaged file, which is then made anew. All others are about the machine."""

_Work = Callable[[sqlite3.Connection], None]


class Opened(NamedTuple):
    """The index and where it lies, None for one that is in memory only."""

    db: sqlite3.Connection
    place: Path | None


_FORMER = ("deltas.json", "packed-once")
"""Files of earlier versions beside the index, with a folder of comparisons, which name people."""


def place_of(vault: Vault) -> Path:
    """The path of a vault's index, whether it exists or not."""
    return paths.cache_folder(vault.path) / FILE


def is_damage(error: sqlite3.Error) -> bool:
    """Whether an error is about a damaged index, and not about the machine."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in _DAMAGE


def opened(vault: Vault, progress: Progress, given: KnownDeltas | None = None, *, details: bool = True) -> Opened:
    """The index of a vault at its newest commit; made, or made anew, where it has to be.

    Where it cannot be written, it is brought up to date in memory, and the next command does so again.
    """
    place = place_of(vault)
    work = _updating(vault, progress, given, details=details)
    db = None
    try:
        db = _existing(place)
        if db is None or (details and not meta(db, "details")):
            return _made_beside(place, work, db)
        newest = vault.newest()
        if meta(db, "lines") != newest or (details and meta(db, "details") != newest):
            _in_transaction(db, work)
        return Opened(db, place)
    except sqlite3.DatabaseError as error:
        if is_damage(error):
            if db is not None:
                db.close()
            return _made_beside(place, work)
        if db is None:
            return Opened(_made_in_memory(work), None)
        with closing(db):
            return Opened(_made_in_memory(work, db), None)
    except BaseException:
        if db is not None:
            db.close()
        raise


def rebuilt(vault: Vault, progress: Progress) -> Opened:
    """The index made anew, beside the old one until it is done."""
    return _made_beside(place_of(vault), _updating(vault, progress))


def _made_beside(place: Path, work: _Work, source: sqlite3.Connection | None = None) -> Opened:
    """The index made anew, or from `source`, which is closed: as a file that replaces the old one.

    One transaction in the old file would keep in memory all that archives say, lest readers see a half of it.
    """
    new = place.with_name(part_name())
    try:
        if not place.is_absolute():
            raise OSError("there is no place for derived files")
        _make_file(new, work, source)
        _install(new, place)
        return Opened(_connected(place), place)
    except (OSError, MachineProblem, sqlite3.OperationalError) as error:
        if isinstance(error, sqlite3.OperationalError) and is_damage(error):
            raise
        return Opened(_made_in_memory(work, source), None)
    finally:
        if source is not None:
            source.close()
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


def keep_deltas(vault: Vault, given: KnownDeltas) -> None:
    """Put deltas into the index, if there is one of this linkbak, and leave the rest as it is."""
    from linkbak.index import update

    if (db := _existing(place_of(vault))) is not None:
        with closing(db):
            update.keep_deltas(db, given)


def judged(vault: Vault, summaries: Sequence[Summary]) -> Sequence[Summary]:
    """The summaries with `held` and `older` as they follow from all lists of the vault and the user's word today.

    Where every list of an account came in the order of their times and none was held, nothing needs to be looked up.
    Else the index is brought up to date first, of people only.
    """
    from linkbak.diff import all_as_imported

    if all_as_imported(vault):
        return summaries
    with closing(opened(vault, silent, details=False).db) as db:
        return as_believed(db, summaries)


def as_believed(db: sqlite3.Connection, summaries: Iterable[Summary]) -> list[Summary]:
    """The same by an index that is up to date."""
    rows = db.execute("SELECT account, id, held FROM snapshot WHERE held <> ''")
    held = {SnapshotKey(*key): any(one.startswith(OLDER) for one in why.splitlines()) for *key, why in rows}
    return [one._replace(held=one.key in held, older=held.get(one.key, False)) for one in summaries]


def came_and_went(vault: Vault, summaries: Sequence[Summary], progress: Progress) -> dict[SnapshotKey, tuple[int, int]]:
    """How many came and how many went, for certain, since the list that each of some snapshots is compared with.

    Snapshots that have no list, or nothing to compare it with, are left out. The index is brought up to date first, of
    people only. It has the deltas between neighbours; a list that is held may have to be compared with another.
    """
    from linkbak.diff import listings

    lists = [one for one in vault.summaries() if one.connections is not None]
    compared = [one for one in summaries if one.connections is not None]
    if not any(one.taken < other.taken for other in compared for one in lists if one.key.account == other.key.account):
        return {}
    every = judged(vault, lists)
    by_account = {account: listings(every, account) for account in {one.key.account for one in compared}}
    pairs = [(before, one) for one in compared if (before := by_account[one.key.account].before(one.taken))]
    with closing(opened(vault, progress, details=False).db) as db:
        rows = db.execute("SELECT before, after, added, vanished FROM delta")
        known = {(before, after): (added, vanished) for before, after, added, vanished in rows}
    return {
        after.key: known.get((before.digest, after.digest)) or counts_between(vault, before, after)
        for before, after in pairs
    }


def counts_between(vault: Vault, before: Summary, after: Summary) -> tuple[int, int]:
    """How many came and how many went, for certain, between two lists that need not be neighbours."""
    from linkbak.index import update

    return update.counts_between(vault, before, after)


def date_as_written(vault: Vault, person: Person) -> str:
    """What the last list that shows somebody has for a day of connecting that nobody could read, "" for none."""
    from linkbak import adapters  # read archives, which nobody with a date needs

    key = url_key(person.row.url) or person.row.name
    last = (one for one in vault.summaries(person.account) if one.taken == person.last_seen)
    lists = (adapters.by_network(one.network).connections(vault.files(one.key)) for one in last)
    listing = next((one for one in lists if one is not None), None)
    undated = [(listing.rows[at], text) for at, text in listing.undated.items()] if listing else []
    return next((text for row, text in undated if key == (url_key(row.url) or row.name)), "")


def copy_as_of(db: sqlite3.Connection, end: int) -> sqlite3.Connection:
    """A copy in memory in which nothing is there from a timestamp on."""
    from linkbak.index import activity_update, update

    return _made_in_memory(lambda copy: activity_update.forget_since(copy, update.forget_since(copy, end), end), db)


def _updating(vault: Vault, progress: Progress, given: KnownDeltas | None = None, *, details: bool = True) -> _Work:
    def work(db: sqlite3.Connection) -> None:
        from linkbak.index import update

        update.update(db, vault, progress, given)
        if details:
            from linkbak.index import activity_update

            activity_update.update(db, vault, progress)

    return work


def _made_in_memory(work: _Work, source: sqlite3.Connection | None = None) -> sqlite3.Connection:
    with ExitStack() as unless_made:
        db = unless_made.enter_context(closing(_connected(":memory:")))
        _make(db, work, source)
        unless_made.pop_all()
        return db


# --- files ------------------------------------------------------------------------------------------------------------
# Making a new one, and replacing the old one.


def _existing(place: Path) -> sqlite3.Connection | None:
    """The existing index, if this linkbak made it."""
    if not place.is_file():
        return None
    with ExitStack() as unless_ours:
        db = unless_ours.enter_context(closing(_connected(place)))
        if meta(db, "linkbak") != _edition():
            return None
        unless_ours.pop_all()
        return db


def _connected(place: Path | str) -> sqlite3.Connection:
    """The database at a place, or in memory for ``:memory:``."""
    name = place if isinstance(place, str) else f"file:{quote(str(place))}"
    return sqlite3.connect(name, timeout=PATIENCE, isolation_level=None, uri=True)


def _edition() -> str:
    return f"{linkbak.__version__} {FORMAT}"


def _in_transaction(db: sqlite3.Connection, work: _Work) -> None:
    """Do the work as one transaction, which readers do not see until it is done."""
    db.execute("PRAGMA cache_spill = OFF")
    db.execute(f"PRAGMA cache_size = -{CACHE}")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("BEGIN IMMEDIATE")
    try:
        work(db)
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _make(db: sqlite3.Connection, work: _Work, source: sqlite3.Connection | None) -> None:
    """Put what `source` has, if given, else the tables into an empty database, and do the work."""
    if source is None:
        db.executescript(TABLES + ACTIVITY_TABLES)
    else:
        source.backup(db)
    db.execute("BEGIN")
    set_meta(db, "linkbak", _edition())
    work(db)
    db.execute("COMMIT")


def _make_file(place: Path, work: _Work, source: sqlite3.Connection | None) -> None:
    """Make an index in a new private file; at the end it is whole on the disk."""
    make_folder(place.parent.parent)
    private_folder(place.parent)
    shutil.rmtree(place.parent / "compared", ignore_errors=True)
    for former in _FORMER:
        (place.parent / former).unlink(missing_ok=True)
    sweep(place.parent)
    os.close(create_private(place))
    with closing(_connected(place)) as db:
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("PRAGMA synchronous = OFF")
        _make(db, work, source)
    with place.open("rb") as file:
        os.fsync(file.fileno())


def _install(new: Path, place: Path) -> None:
    """Replace the old index with the new one while nobody writes to it.

    SQLite knows a writer's journal by the name of the file alone: one that lay there still would be played back into
    the new index. Whoever has the old one open reads on in it, and SQLite keeps them from writing to it.
    """
    old = _connected(place) if place.is_file() else None
    try:
        if old is not None:
            try:
                old.execute("BEGIN EXCLUSIVE")
            except sqlite3.DatabaseError as error:
                if not is_damage(error):  # nobody can write to a damaged one
                    raise
        Path(f"{place}-journal").unlink(missing_ok=True)
        new.replace(place)
    finally:
        if old is not None:
            old.close()


# --- checking ---------------------------------------------------------------------------------------------------------
# Whether the index agrees with the vault.

_COMPARED = {
    "snapshot": "*", "roster": "*", "delta": "before, after, added, vanished", "person": "*", "seen": "*", "gone": "*",
    "held": "*", "ambiguity": "*", "address": "*", "alias": "*", "mark": "*", "talk": "*",
    **dict.fromkeys(("message", "invitation", "endorsement", "recommendation", "archive_note"), "count(*)"),
}  # fmt: skip
"""The tables, and what of them, that an index made anew has to have equal; some have rows that are numbered as they
were read, so that only their number can be compared."""


def findings(vault: Vault, progress: Progress) -> list[str]:
    """The faults of the index: none, if it equals one made anew from the vault alone."""
    place = place_of(vault)
    if not place.is_file():
        return [tr("there is none yet")]
    try:
        if wrong := _page_findings(place, "integrity_check"):
            return wrong
        here = opened(vault, progress)
        with closing(here.db), closing(_made_in_memory(_updating(vault, progress))) as anew:
            return [
                tr("table {table} differs from what the vault says", table=name)
                for name, columns in _COMPARED.items()
                if _digest(here.db, name, columns) != _digest(anew, name, columns)
            ]
    except sqlite3.DatabaseError:
        return [tr("SQLite cannot read it")]


def quick_findings(vault: Vault) -> list[str]:
    """The faults that SQLite's quick check finds in the index; none if there is none yet, or if it is out of reach."""
    place = place_of(vault)
    try:
        return _page_findings(place, "quick_check") if place.is_file() else []
    except sqlite3.DatabaseError as error:
        return [tr("SQLite cannot read it")] if is_damage(error) else []


def _page_findings(place: Path, check: str) -> list[str]:
    with closing(sqlite3.connect(f"{place.as_uri()}?mode=ro", uri=True)) as db:
        said = [text for (text,) in db.execute(f"PRAGMA {check}(1)")]
    return [] if said == ["ok"] else [tr("SQLite finds its pages damaged")]


def _digest(db: sqlite3.Connection, table: str, columns: str) -> str:
    """A digest of all rows whatever their order."""
    total = 0
    for row in db.execute(f"SELECT {columns} FROM {table}"):  # noqa: S608
        total += int.from_bytes(hashlib.sha256(repr(row).encode("utf-8", "surrogatepass")).digest()[:16])
    return hex(total)

"""The words of all people as a full-text index, brought up to date before each search.

It is made by the first search. Who changed since stands in table ``unsearched``, kept by whoever changes people; notes
of the network are compared by digest, since they are joined to people late.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager, suppress

from linkbak.errors import MachineProblem
from linkbak.history.searching.patterns import guessable
from linkbak.history.searching.texts import COLUMNS, Value, texts
from linkbak.history.searching.words import BREAK, folded

TABLES = """
-- People whose texts changed, or who are no more, since somebody last searched.
CREATE TABLE unsearched (person INTEGER PRIMARY KEY);
"""

PEOPLE = f"""
CREATE VIRTUAL TABLE people_words USING fts5({", ".join(COLUMNS)}, columnsize = 0, tokenize = 'ascii');
CREATE TABLE people_word (letters INTEGER NOT NULL, word TEXT NOT NULL, PRIMARY KEY (letters, word)) WITHOUT ROWID;
CREATE TABLE people_noted (person INTEGER PRIMARY KEY, digest INTEGER NOT NULL);
"""
"""Texts come folded, words parted by blanks; for that the tokenizer ``ascii`` does, and is exact."""

_BATCH = 4096

Refresh = Callable[[sqlite3.Connection], None]
Copy = Callable[[sqlite3.Connection], sqlite3.Connection]


@contextmanager
def up_to_date(db: sqlite3.Connection, refresh: Refresh, copy: Copy) -> Iterator[sqlite3.Connection]:
    """The index after `refresh`: in the database itself, or, where that cannot be written to, the copy in memory."""
    index = db
    try:
        refresh(db)
    except sqlite3.OperationalError as error:
        refuse_without_full_text(error)
        index = copy(db)
    try:
        yield index
    finally:
        if index is not db:
            index.close()


def refuse_without_full_text(error: sqlite3.OperationalError) -> None:
    """Raises MachineProblem if what SQLite complains of is that it has no full-text search."""
    if "fts5" in str(error):
        raise MachineProblem(
            "this Python's SQLite has no full-text search (FTS5)",
            hint="Use a Python whose SQLite was built with it.",
        ) from None


def refresh(db: sqlite3.Connection) -> None:
    """Bring the index up to date; raises sqlite3.OperationalError where the database cannot be written."""
    is_new = not exists(db, "people_words")
    noted = _noted(db)
    stale = set() if is_new else _stale(db, noted)
    if not is_new and not stale:
        return
    with_transaction(db, lambda: _fill(db, db, None if is_new else stale, noted))


def exists(db: sqlite3.Connection, table: str) -> bool:
    """Whether the database has a table."""
    return db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone() is not None


def with_transaction(db: sqlite3.Connection, work: Callable[[], None]) -> None:
    """Do the work wholly or not at all; inside a transaction that is open already, as its part."""
    if db.in_transaction:
        work()
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        work()
        db.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            db.execute("ROLLBACK")
        raise


def in_memory(db: sqlite3.Connection) -> sqlite3.Connection:
    """The index made in memory."""
    return made_in_memory(lambda index: _fill(db, index, None, {}))


def made_in_memory(make: Refresh) -> sqlite3.Connection:
    """A database in memory with what `make` puts into it."""
    index = sqlite3.connect(":memory:", isolation_level=None)
    try:
        with_transaction(index, lambda: make(index))
    except BaseException:
        index.close()
        raise
    return index


def _noted(db: sqlite3.Connection) -> dict[int, int]:
    """Who has notes of the network, and a digest of them."""
    from zlib import crc32

    out: dict[int, int] = {}
    with closing(
        db.execute(
            "SELECT p.person, n.text FROM archive_note n JOIN party p ON p.number = n.party "
            "WHERE p.person IS NOT NULL ORDER BY n.number"
        )
    ) as found:
        for person, text in found:
            out[person] = crc32(text.encode("utf-8", "surrogatepass"), out.get(person, 0))
    return out


def _stale(db: sqlite3.Connection, noted: dict[int, int]) -> set[int]:
    """Whose texts are to be indexed anew."""
    known = dict(db.execute("SELECT person, digest FROM people_noted"))
    changed = {person for person in known.keys() | noted.keys() if known.get(person) != noted.get(person)}
    return changed | {person for (person,) in db.execute("SELECT person FROM unsearched")}


def _fill(
    db: sqlite3.Connection, index: sqlite3.Connection, whom: Collection[int] | None, noted: dict[int, int]
) -> None:
    """Index the texts in `db` of everybody, or of the people given."""
    if whom is None:
        if exists(index, "people_words"):
            return  # another process was quicker
        for statement in PEOPLE.split(";"):
            index.execute(statement)
        whom = [number for (number,) in db.execute("SELECT number FROM person ORDER BY number")]
    else:
        index.executemany("DELETE FROM people_words WHERE rowid = ?", [(number,) for number in whom])
    ordered = sorted(whom)
    for start in range(0, len(ordered), _BATCH):
        _index(db, index, ordered[start : start + _BATCH])
    if index is db:
        db.execute("DELETE FROM unsearched")
        db.execute("DELETE FROM people_noted")
        db.executemany("INSERT INTO people_noted VALUES (?, ?)", noted.items())


def _index(db: sqlite3.Connection, index: sqlite3.Connection, batch: Collection[int]) -> None:
    told = texts(db, batch)
    rows = [(number, *_folded(values)) for number, values in told.items()]
    index.executemany(
        "INSERT INTO people_words (rowid, name, work, contact, former, notes) VALUES (?, ?, ?, ?, ?, ?)", rows
    )
    said = {word for row in rows for column in row[1:] for word in str(column).split()}
    known = [(len(word), word) for word in said if guessable(word)]
    index.executemany("INSERT OR IGNORE INTO people_word VALUES (?, ?)", sorted(known))


def _folded(told: Collection[Value]) -> list[str]:
    """A person's texts by column."""
    parts: dict[str, list[str]] = {column: [] for column in COLUMNS}
    for value in told:
        parts[value.column].append(folded(value.text, compounds=value.compound))
    return [f" {BREAK} ".join(texts) for texts in parts.values()]

"""The words of all messages as a full-text index, made by the first search in messages, extended by later ones.

It keeps no text. Should a message ever change or go, the index is made anew.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from linkbak.history.searching.index import exists, made_in_memory, with_transaction
from linkbak.history.searching.patterns import guessable
from linkbak.history.searching.words import folded

_TABLES = (
    "CREATE VIRTUAL TABLE message_words USING fts5(subject, content, content = '', columnsize = 0, tokenize = 'ascii')",
    "INSERT INTO message_words (message_words, rank) VALUES ('hashsize', 16777216)",
    "CREATE TABLE message_word "
    "(letters INTEGER NOT NULL, word TEXT NOT NULL, PRIMARY KEY (letters, word)) WITHOUT ROWID",
    "CREATE TABLE message_read (last INTEGER NOT NULL, changed INTEGER NOT NULL)",
    "INSERT INTO message_read VALUES (0, 0)",
)
_WATCH = (
    "CREATE TRIGGER message_went AFTER DELETE ON message BEGIN UPDATE message_read SET changed = 1; END",
    "CREATE TRIGGER message_changed AFTER UPDATE OF subject, content ON message "
    "BEGIN UPDATE message_read SET changed = 1; END",
)
_DROP = (
    "DROP TRIGGER IF EXISTS message_went",
    "DROP TRIGGER IF EXISTS message_changed",
    "DROP TABLE IF EXISTS message_words",
    "DROP TABLE IF EXISTS message_word",
    "DROP TABLE IF EXISTS message_read",
)


def in_memory(db: sqlite3.Connection) -> sqlite3.Connection:
    """The index made in memory."""
    return made_in_memory(lambda index: _make(db, index))


def refresh(db: sqlite3.Connection) -> None:
    """Bring the index up to date; raises sqlite3.OperationalError where the database cannot be written."""
    last, changed = 0, 1
    if exists(db, "message_read"):
        last, changed = db.execute("SELECT last, changed FROM message_read").fetchone()
    if changed:
        with_transaction(db, lambda: _make(db, db))
    elif last < _newest(db):
        with_transaction(db, lambda: _extend(db, db, last))


def _make(db: sqlite3.Connection, index: sqlite3.Connection) -> None:
    for statement in (*_DROP, *_TABLES, *(_WATCH if index is db else ())):
        index.execute(statement)
    _extend(db, index, 0)


def _extend(db: sqlite3.Connection, index: sqlite3.Connection, last: int) -> None:
    """Index the messages after number `last`."""
    said: set[str] = set()
    index.executemany("INSERT INTO message_words (rowid, subject, content) VALUES (?, ?, ?)", _folded(db, last, said))
    known = sorted((len(word), word) for word in said if guessable(word))
    index.executemany("INSERT OR IGNORE INTO message_word VALUES (?, ?)", known)
    index.execute("UPDATE message_read SET last = ?", (_newest(db),))


def _folded(db: sqlite3.Connection, last: int, said: set[str]) -> Iterator[tuple[int, str, str]]:
    """The messages after number `last`; their words are added to `said`."""
    asked = "SELECT number, subject, content FROM message WHERE number > ? ORDER BY number"
    for number, subject, content in db.execute(asked, (last,)):
        subject, content = folded(subject), folded(content)
        said.update(subject.split(), content.split())
        yield number, subject, content


def _newest(db: sqlite3.Connection) -> int:
    (newest,) = db.execute("SELECT coalesce(max(number), 0) FROM message").fetchone()
    return int(newest)

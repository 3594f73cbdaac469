"""Full-text indexes of all people, messages and posts, brought up to date before each search.

The first search makes them. Table ``unsearched`` names the people changed since; it is kept by the code that changes
people; notes of the network are compared by digest, since they are joined to people late.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from hashlib import blake2b
from itertools import pairwise
from urllib.parse import unquote

from linkbak.errors import MachineProblem
from linkbak.index import Field
from linkbak.index.posts import kept_posts
from linkbak.index.query import BREAK, folded, guessable
from linkbak.model import NamedTuple
from linkbak.texts import tr

# --- texts of people --------------------------------------------------------------------------------------------------

COLUMNS = ("name", "work", "contact", "former", "notes")
"""The columns, those in which a hit is worth most first."""

_COLUMN_OF: Mapping[Field, str] = {
    "name": "name",
    "company": "work",
    "position": "work",
    "email": "contact",
    "address": "contact",
    "note": "notes",
    "tag": "notes",
    "archive-note": "notes",
}

_PEOPLE = """
SELECT number, first_name, last_name, company, position, email, url FROM json_each(?) w JOIN person ON number = w.value
"""
_SEEN = """
SELECT p.number, s.first_name, s.last_name, s.company, s.position, s.email, s.url FROM json_each(?) w
JOIN person p ON p.number = w.value JOIN seen s ON s.person = p.number
WHERE NOT s.hidden AND (p.first_name, p.last_name, p.company, p.position, p.email, p.url)
  <> (s.first_name, s.last_name, s.company, s.position, s.email, s.url)
ORDER BY s.person, s.at DESC
"""
_MARKS = """
SELECT p.number, m.fact, m.value FROM json_each(?) w JOIN person p ON p.number = w.value
JOIN mark m ON m.person = p.number
WHERE m.fact IN ('note', 'tag') AND NOT m.undone ORDER BY m.number
"""
_NOTES = """
SELECT p.number, n.text FROM archive_note n JOIN participant ON participant.number = n.participant
JOIN person p ON p.number = participant.person
WHERE p.number IN (SELECT value FROM json_each(?)) ORDER BY n.number
"""
_CONTACTS = """
SELECT p.number, c.emails FROM contact c JOIN participant ON participant.number = c.participant
JOIN person p ON p.number = participant.person
WHERE c.emails <> '' AND p.number IN (SELECT value FROM json_each(?)) ORDER BY c.number
"""


class Value(NamedTuple):
    """One text of a person."""

    field: Field
    text: str
    former: bool = False

    @property
    def column(self) -> str:
        """Its place in COLUMNS."""
        return "former" if self.former else _COLUMN_OF[self.field]

    @property
    def compound(self) -> bool:
        """Whether words joined by a dot or hyphen may also be one word; in addresses these stand between any words."""
        return self.field not in ("email", "address")


def texts(db: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, list[Value]]:
    """The texts of people, by number, best column first, the newest of former ones first."""
    given = (f"[{','.join(map(str, numbers))}]",)
    out = {number: _values(*row) for number, *row in db.execute(_PEOPLE, given)}
    for number, *row in db.execute(_SEEN, given):
        said = {(one.field, one.text) for one in out[number]}
        out[number] += [one._replace(former=True) for one in _values(*row) if (one.field, one.text) not in said]
    for number, fact, text in db.execute(_MARKS, given):
        out[number].append(Value("tag" if fact == "tag" else "note", text))
    for number, text in db.execute(_NOTES, given):
        out[number].append(Value("archive-note", text))
    for number, text in db.execute(_CONTACTS, given):
        if text not in (one.text for one in out[number]):
            out[number].append(Value("email", text))
    return out


def address(url: str) -> str:
    """The part of an address that is a person's own, decoded."""
    own = url.rpartition("/in/")[2] if "/in/" in url else url
    return unquote(own) if "%" in own else own


def _values(first: str, last: str, company: str, position: str, email: str, url: str) -> list[Value]:
    fields: tuple[tuple[Field, str], ...] = (
        ("name", f"{first.strip()} {last.strip()}".strip()),
        ("company", company),
        ("position", position),
        ("email", email),
        ("address", address(url)),
    )
    return [Value(field, text) for field, text in fields if text]


# --- the index of people ----------------------------------------------------------------------------------------------

_WORDS = "(letters INTEGER NOT NULL, word TEXT NOT NULL, PRIMARY KEY (letters, word)) WITHOUT ROWID"
_PEOPLE_TABLES = f"""
CREATE VIRTUAL TABLE people_words USING fts5({", ".join(COLUMNS)}, columnsize = 0, tokenize = 'ascii');
CREATE TABLE people_word {_WORDS};
CREATE TABLE people_noted (person INTEGER PRIMARY KEY, digest INTEGER NOT NULL);
"""
"""Texts come folded, words parted by blanks; for that the tokenizer ``ascii`` does, and is exact."""

_BATCH = 4096

Refresh = Callable[[sqlite3.Connection], None]
Make = Callable[[sqlite3.Connection, sqlite3.Connection], None]
"""Reads the first database and fills the second, which may be the same."""


@contextmanager
def up_to_date(db: sqlite3.Connection, refresh: Refresh, make: Make) -> Iterator[sqlite3.Connection]:
    """The index after `refresh`: in the database itself, or, where that cannot be written to, made anew in memory."""
    try:
        refresh(db)
    except sqlite3.OperationalError as error:
        refuse_without_full_text(error)
    else:
        yield db
        return
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as index:
        _with_transaction(index, lambda: make(db, index))
        yield index


def refuse_without_full_text(error: sqlite3.OperationalError) -> None:
    """Raises MachineProblem if SQLite's error says that it has no full-text search."""
    if "fts5" in str(error):
        raise MachineProblem(
            tr("this Python's SQLite has no full-text search (FTS5)"),
            hint=tr("Use a Python whose SQLite was built with it."),
        ) from None


def refresh_people(db: sqlite3.Connection) -> None:
    """Bring the index up to date; raises sqlite3.OperationalError where the database cannot be written."""
    noted = _noted(db)
    if not _exists(db, "people_words"):
        _with_transaction(db, lambda: _fill(db, db, None, noted))
    elif stale := _stale(db, noted):
        _with_transaction(db, lambda: _fill(db, db, stale, noted))


def make_people(db: sqlite3.Connection, index: sqlite3.Connection) -> None:
    """Make the index of the people in `db`."""
    _fill(db, index, None, {})


def _exists(db: sqlite3.Connection, table: str) -> bool:
    """Whether the database has a table."""
    return db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone() is not None


def _with_transaction(db: sqlite3.Connection, work: Callable[[], None]) -> None:
    """Do the work in one transaction, or as part of one that is already open."""
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


def _noted(db: sqlite3.Connection) -> dict[int, int]:
    """The people with notes of the network, or addresses in the synced address book, and a digest of these."""
    from zlib import crc32

    out: dict[int, int] = {}
    with closing(
        db.execute(
            "SELECT p.person, n.text FROM (SELECT 1 kind, participant, number, text FROM archive_note "
            "UNION ALL SELECT 2, participant, number, emails FROM contact WHERE emails <> '') n "
            "JOIN participant p ON p.number = n.participant WHERE p.person IS NOT NULL ORDER BY n.kind, n.number"
        )
    ) as found:
        for person, text in found:
            out[person] = crc32(text.encode("utf-8", "surrogatepass"), out.get(person, 0))
    return out


def _stale(db: sqlite3.Connection, noted: dict[int, int]) -> set[int]:
    """The people whose texts must be indexed anew."""
    known = dict(db.execute("SELECT person, digest FROM people_noted"))
    changed = {person for person in known.keys() | noted.keys() if known.get(person) != noted.get(person)}
    return changed | {person for (person,) in db.execute("SELECT person FROM unsearched")}


def _fill(
    db: sqlite3.Connection, index: sqlite3.Connection, whom: Collection[int] | None, noted: dict[int, int]
) -> None:
    """Index the texts in `db` of everybody, or of the people given."""
    if whom is None:
        if _exists(index, "people_words"):
            return  # another process was quicker
        for statement in _PEOPLE_TABLES.split(";"):
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
    texts_of = texts(db, batch)
    columns = {number: _folded(values) for number, values in texts_of.items()}
    index.executemany(
        "INSERT INTO people_words (rowid, name, work, contact, former, notes) VALUES (?, ?, ?, ?, ?, ?)",
        [(number, *texts) for number, texts in columns.items()],
    )
    _add_words(index, "people_word", {word for texts in columns.values() for text in texts for word in text.split()})


def _add_words(index: sqlite3.Connection, table: str, said: Iterable[str]) -> None:
    """Store the words that a misspelled one may mean."""
    known = sorted((len(word), word) for word in said if guessable(word))
    index.executemany(f"INSERT OR IGNORE INTO {table} VALUES (?, ?)", known)  # noqa: S608


def _folded(values: Collection[Value]) -> list[str]:
    """A person's texts by column."""
    parts: dict[str, list[str]] = {column: [] for column in COLUMNS}
    for value in values:
        parts[value.column].append(folded(value.text, compounds=value.compound))
    return [f" {BREAK} ".join(texts) for texts in parts.values()]


# --- the index of messages --------------------------------------------------------------------------------------------
# Made by the first search in messages, extended by later ones.
# It keeps no text. If a message ever changes or goes, the index is made anew.
#
# A message's place is its row there, in the order of time, so that the newest matches come first without being
# sorted. Later messages are put behind; those of an older archive begin another run of places.

_TABLES = (
    "CREATE VIRTUAL TABLE message_words USING fts5(subject, content, content = '', columnsize = 0, tokenize = 'ascii')",
    "INSERT INTO message_words (message_words, rank) VALUES ('hashsize', 16777216)",
    "CREATE TABLE message_place (place INTEGER PRIMARY KEY, number INTEGER NOT NULL)",
    "CREATE TABLE message_run (first INTEGER PRIMARY KEY, newest TEXT NOT NULL)",
    f"CREATE TABLE message_word {_WORDS}",
    "CREATE TABLE message_read (last INTEGER NOT NULL, changed INTEGER NOT NULL)",
    "INSERT INTO message_read VALUES (0, 0)",
)
_WATCH = (
    "CREATE TRIGGER message_went AFTER DELETE ON message BEGIN UPDATE message_read SET changed = 1; END",
    "CREATE TRIGGER message_changed AFTER UPDATE OF subject, content ON message "
    "BEGIN UPDATE message_read SET changed = 1; END",
)
_DROP = (
    *(f"DROP TRIGGER IF EXISTS message_{name}" for name in ("went", "changed")),
    *(f"DROP TABLE IF EXISTS message_{name}" for name in ("words", "place", "run", "word", "read")),
)
_MOST_RUNS = 8
"""The most runs of places; with more, the index is made anew."""


def refresh_messages(db: sqlite3.Connection) -> None:
    """Bring the index up to date; raises sqlite3.OperationalError where the database cannot be written."""
    last, changed = 0, 1
    if _exists(db, "message_read"):
        last, changed = db.execute("SELECT last, changed FROM message_read").fetchone()
    if changed:
        _with_transaction(db, lambda: make_messages(db, db))
    elif last < _newest(db):
        _with_transaction(db, lambda: _extend(db, db, last))
        if len(runs(db)) > _MOST_RUNS:
            _with_transaction(db, lambda: make_messages(db, db))


def make_messages(db: sqlite3.Connection, index: sqlite3.Connection) -> None:
    """Make the index of the messages in `db`."""
    for statement in (*_DROP, *_TABLES, *(_WATCH if index is db else ())):
        index.execute(statement)
    _extend(db, index, 0)


def runs(index: sqlite3.Connection) -> list[tuple[int, int]]:
    """The first place of each run of messages, and the first behind it; inside a run they are in the order of time."""
    firsts = [first for (first,) in index.execute("SELECT first FROM message_run ORDER BY first")]
    return list(pairwise([*firsts, 1 << 62]))


def _extend(db: sqlite3.Connection, index: sqlite3.Connection, last: int) -> None:
    """Index the messages after number `last`."""
    said: set[str] = set()
    (place,) = index.execute("SELECT coalesce(max(place), 0) + 1 FROM message_place").fetchone()
    behind = "FROM message WHERE number > ?"
    oldest, newest = db.execute(f"SELECT min(sent_at), max(sent_at) {behind}", (last,)).fetchone()
    if newest is None:
        return
    before = index.execute("SELECT first, newest FROM message_run ORDER BY first DESC").fetchone()
    first = before[0] if before and before[1] <= oldest else place
    index.execute("INSERT OR REPLACE INTO message_run VALUES (?, ?)", (first, newest))
    index.executemany(
        "INSERT INTO message_place VALUES (?, ?)",
        enumerate((n for (n,) in db.execute(f"SELECT number {behind} ORDER BY sent_at, number", (last,))), place),
    )

    def texts() -> Iterator[tuple[int, str, str]]:
        asked = "SELECT place, number FROM message_place WHERE place >= ? ORDER BY place"
        for at, number in index.execute(asked, (place,)):
            row = db.execute("SELECT subject, content FROM message WHERE number = ?", (number,)).fetchone()
            subject, content = folded(row[0]), folded(row[1])
            said.update(subject.split(), content.split())
            yield at, subject, content

    index.executemany("INSERT INTO message_words (rowid, subject, content) VALUES (?, ?, ?)", texts())
    _add_words(index, "message_word", said)
    index.execute("UPDATE message_read SET last = ?", (_newest(db),))


def _newest(db: sqlite3.Connection) -> int:
    (newest,) = db.execute("SELECT coalesce(max(number), 0) FROM message").fetchone()
    return int(newest)


# --- the index of all else --------------------------------------------------------------------------------------------
# Notes of invitations, posts, and the names in all files beside the list. It is small, and made anew for each archive.

_OTHER = (
    *(f"DROP TABLE IF EXISTS other_{name}" for name in ("words", "place", "word", "read")),
    "CREATE VIRTUAL TABLE other_words USING fts5(name, text, content = '', columnsize = 0, tokenize = 'ascii')",
    "CREATE TABLE other_place "
    "(place INTEGER PRIMARY KEY, kind TEXT NOT NULL, number INTEGER NOT NULL, at TEXT NOT NULL)",
    f"CREATE TABLE other_word {_WORDS}",
    "CREATE TABLE other_read (digest TEXT NOT NULL)",
)
_NAMES = """
SELECT p.number, p.name, coalesce((SELECT group_concat(emails, ' ') FROM contact c WHERE c.participant = p.number), '')
  || ' ' || coalesce((SELECT group_concat(text, ' ') FROM archive_note n WHERE n.participant = p.number), '')
FROM participant p ORDER BY p.number
"""
_ASKED = """
SELECT i.sent_at, max(i.number), p.name, i.message FROM invitation i JOIN participant p ON p.number = i.participant
WHERE i.message <> '' GROUP BY i.account, i.outgoing, i.sent_at, coalesce(-p.person, p.number)
"""


def refresh_others(db: sqlite3.Connection) -> None:
    """Bring the index up to date; raises sqlite3.OperationalError where the database cannot be written."""
    known = _exists(db, "other_read") and db.execute("SELECT digest FROM other_read").fetchone()
    if not known or known[0] != _read(db):
        _with_transaction(db, lambda: make_others(db, db))


def make_others(db: sqlite3.Connection, index: sqlite3.Connection) -> None:
    """Make the index of names, notes of invitations and posts in `db`; of the two latter, each once, oldest first."""
    for statement in _OTHER:
        index.execute(statement)
    names = [("", "name", number, folded(name), folded(text)) for number, name, text in db.execute(_NAMES)]
    dated = [
        *((at, "invitation", number, folded(name), folded(text)) for at, number, name, text in db.execute(_ASKED)),
        *(
            (one.at, "post", one.number, "", folded(f"{one.title}\n{one.text}"))
            for one in kept_posts(db)
            if one.kind != "reaction"
        ),  # its text is LinkedIn's own word
    ]
    rows = [*names, *sorted(dated)]
    index.executemany("INSERT INTO other_place (at, kind, number) VALUES (?, ?, ?)", [row[:3] for row in rows])
    index.executemany(
        "INSERT INTO other_words (rowid, name, text) VALUES (?, ?, ?)",
        ((place, *row[3:]) for place, row in enumerate(rows, start=1)),
    )
    _add_words(index, "other_word", {word for row in rows for text in row[3:] for word in text.split()})
    index.execute("INSERT INTO other_read VALUES (?)", (_read(db),))


def _read(db: sqlite3.Connection) -> str:
    """What has been read of which archives; while that is the same, nothing that is indexed here changes."""
    read = db.execute("SELECT account, kind, at, digest FROM appearance JOIN read_file f USING (account, kind) "
                      "WHERE f.number = file ORDER BY 1, 2, 3")  # fmt: skip
    last = db.execute(
        "SELECT (SELECT max(number) FROM participant), (SELECT max(number) FROM invitation), "
        "(SELECT max(number) FROM post), (SELECT max(number) FROM contact), (SELECT max(number) FROM archive_note)"
    )
    digest = blake2b(repr([read.fetchall(), last.fetchall()]).encode(), digest_size=16)
    return digest.hexdigest()

"""The tables of the index.

Moments are integers (`linkbak.index.models`): whole seconds since 1970 times 128 plus the snapshot's number, so
that they sort as snapshots do, and a snapshot imported late renumbers nothing. Everything that a snapshot brought
carries its moment; forgetting all from a moment on leaves the index as it was before.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import linkbak

FORMAT = 3
"""Raised with every change of a table or of what is written into one; another format's index is made anew."""

TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- Every snapshot. role: main (its list is threaded), side (held, or another of the same day), none (no list).
-- base: the moment of the snapshot its list was compared with. sparse: how many show neither company nor position;
-- lost: how many it lacks for certain, and sparse_lost of those. lacks: fields it has no column for. arrivals: who the
-- rows without a partner in the base are, in the order of the list; roster: who stands at each position, kept now and
-- then and of the newest.
CREATE TABLE snapshot (
  account TEXT NOT NULL, at INTEGER NOT NULL, id TEXT NOT NULL, taken TEXT NOT NULL, digest TEXT NOT NULL,
  role TEXT NOT NULL, held INTEGER NOT NULL, base INTEGER, rank INTEGER NOT NULL, total INTEGER NOT NULL,
  sparse INTEGER NOT NULL, lost INTEGER NOT NULL,
  sparse_lost INTEGER NOT NULL, lacks TEXT NOT NULL, arrivals BLOB, roster BLOB, PRIMARY KEY (account, at)
) WITHOUT ROWID;

-- What differs between two lists, by the digests of their manifests: the one costly thing, made once.
CREATE TABLE step (
  before TEXT NOT NULL, after TEXT NOT NULL, added INTEGER NOT NULL, vanished INTEGER NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY (before, after)
);

-- One line through all snapshots. The texts are the last named row's. status: listed, gone, unclear, side (listed, but
-- so far only in lists that are not threaded). born: the first snapshot that lists them; since: the one that first
-- shows the status, or that they hid; last: the last that lists them, NULL while listed. basis: what the id is made of.
CREATE TABLE person (
  number INTEGER PRIMARY KEY, account TEXT NOT NULL, id TEXT NOT NULL,
  first_name TEXT NOT NULL, last_name TEXT NOT NULL, url TEXT NOT NULL, email TEXT NOT NULL,
  company TEXT NOT NULL, position TEXT NOT NULL, connected_on TEXT NOT NULL,
  url_key TEXT NOT NULL, name_key TEXT NOT NULL, hidden INTEGER NOT NULL, status TEXT NOT NULL,
  born INTEGER NOT NULL, since INTEGER NOT NULL, last INTEGER, rank INTEGER NOT NULL, basis TEXT NOT NULL
);
CREATE INDEX person_id ON person (id);
CREATE INDEX person_basis ON person (basis);
CREATE INDEX person_url ON person (url_key, account);
CREATE INDEX person_name ON person (name_key, account);
CREATE INDEX person_away ON person (account, connected_on) WHERE status <> 'listed';
CREATE INDEX person_gone ON person (account, status, since) WHERE status <> 'listed';

-- The row as it was from a snapshot on; written when it differs from before. how: first, side (first, or back, in a
-- list that is not threaded), joined (from such into one that is), back (listed again), renamed, changed, reconnected,
-- hidden, returned, learned (only the columns of the file grew).
CREATE TABLE seen (
  person INTEGER NOT NULL, at INTEGER NOT NULL, how TEXT NOT NULL, hidden INTEGER NOT NULL,
  first_name TEXT NOT NULL, last_name TEXT NOT NULL, url TEXT NOT NULL, email TEXT NOT NULL,
  company TEXT NOT NULL, position TEXT NOT NULL, connected_on TEXT NOT NULL, PRIMARY KEY (person, at)
) WITHOUT ROWID;

CREATE INDEX seen_again ON seen (person) WHERE how IN ('back', 'joined', 'side', 'reconnected');

-- A snapshot that lists them no more. how: gone, unclear. last: the last that listed them.
CREATE TABLE gone (
  person INTEGER NOT NULL, at INTEGER NOT NULL, how TEXT NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (person, at)
) WITHOUT ROWID;

-- A snapshot whose losses are not believed and that lacks them.
CREATE TABLE held (person INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (person, at)) WITHOUT ROWID;

-- Rows that allow two readings: the people of one group, before and after.
CREATE TABLE doubt (
  account TEXT NOT NULL, at INTEGER NOT NULL, number INTEGER NOT NULL, person INTEGER NOT NULL, later INTEGER NOT NULL,
  reason TEXT NOT NULL, PRIMARY KEY (account, at, number, person)
) WITHOUT ROWID;
CREATE INDEX doubt_person ON doubt (person);

-- Every key of an address, and of a name, that someone ever had, and since when.
CREATE TABLE address (
  url_key TEXT NOT NULL, account TEXT NOT NULL, person INTEGER NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (url_key, account, person)
) WITHOUT ROWID;
CREATE TABLE alias (
  name_key TEXT NOT NULL, account TEXT NOT NULL, person INTEGER NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (name_key, account, person)
) WITHOUT ROWID;

-- From which row a person's id is made: that of the snapshot imported first of those that list them.
CREATE TABLE birth (
  person INTEGER NOT NULL, at INTEGER NOT NULL, rank INTEGER NOT NULL, basis TEXT NOT NULL, PRIMARY KEY (person, at)
) WITHOUT ROWID;

-- The marks of the vault that are about people, in its order, and whom each means (NULL: nobody that is known).
CREATE TABLE mark (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL, fact TEXT NOT NULL, value TEXT NOT NULL, account TEXT NOT NULL,
  name TEXT NOT NULL, url TEXT NOT NULL, connected_on TEXT NOT NULL, at TEXT NOT NULL, undone INTEGER NOT NULL,
  undone_at TEXT NOT NULL, person INTEGER
);
CREATE INDEX mark_person ON mark (person);
"""


# --- index_file -------------------------------------------------------------------------------------------------------
# The file of the index: what is in it, and how a new one takes its place.

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
    from linkbak.vault import create_private, private_folder

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
    from linkbak.index.fts import TABLES as SEARCHING

    db.executescript(TABLES + DETAILS_TABLES + SEARCHING)
    db.execute("BEGIN")
    set_meta(db, "linkbak", _edition())
    work(db)
    db.execute("COMMIT")


# --- tables -----------------------------------------------------------------------------------------------------------
# The tables of details.
# What archives say is kept as it was said, one row for whatever was said in the same words, and for every file that was
# read a bitmap of the rows it holds. Whom it is about is joined on afterwards, so that neither the order in which
# archives come nor what is learned later of people or of the owner can make a difference.

KINDS = ("messages", "invitations", "endorsements", "recommendations", "notes")
"""The kinds of data that are read here."""

DETAILS_TABLES = """
-- Which snapshots were looked at; digest: of the manifest.
CREATE TABLE looked (account TEXT NOT NULL, at INTEGER NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (account, at))
WITHOUT ROWID;

-- Each distinct content of a kind, read once. digest: of the files' own. shown: a bitmap of the rows it holds, of
-- `ends` for messages, else of the kind's table.
CREATE TABLE parsed (
  number INTEGER PRIMARY KEY, account TEXT NOT NULL, kind TEXT NOT NULL, digest TEXT NOT NULL, shown BLOB NOT NULL,
  UNIQUE (account, kind, digest)
);

-- In which archives it lies.
CREATE TABLE appearance (
  account TEXT NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL, file INTEGER NOT NULL, PRIMARY KEY (account, kind, at)
) WITHOUT ROWID;

-- Whose account it is, as far as known when messages were last interpreted: keys, one a line.
CREATE TABLE me (account TEXT PRIMARY KEY, urls TEXT NOT NULL, names TEXT NOT NULL) WITHOUT ROWID;

-- Someone named in messages, invitations, endorsements, recommendations, notes: by the key of the address, else by
-- that of the name (then url_key is ""). person: NULL if nobody, or nobody certain. named: when they were last
-- called `name`.
CREATE TABLE party (
  number INTEGER PRIMARY KEY, account TEXT NOT NULL, url_key TEXT NOT NULL, name_key TEXT NOT NULL, name TEXT NOT NULL,
  person INTEGER, named INTEGER NOT NULL
);
CREATE INDEX party_key ON party (account, url_key, name_key);
CREATE INDEX party_person ON party (person);

-- Between whom messages went, as a file says it: each row of some file is of one of these. key: a digest of it all.
-- names and urls of recipients: as written, keys one a line. crowd: whether the row names three or more; party,
-- outgoing, grade: what `weighing` makes of it; outgoing -1: nobody can tell; grade: of the other one 0 nothing is
-- shown, 1 only that they are not shown, 2 a name, 3 an address.
CREATE TABLE ends (
  number INTEGER PRIMARY KEY, account TEXT NOT NULL, key BLOB NOT NULL, conversation TEXT NOT NULL,
  advert INTEGER NOT NULL, sender TEXT NOT NULL, sender_url TEXT NOT NULL, recipients TEXT NOT NULL,
  recipient_urls TEXT NOT NULL, crowd INTEGER NOT NULL, party INTEGER, outgoing INTEGER NOT NULL, grade INTEGER NOT NULL
);
CREATE INDEX ends_conversation ON ends (account, conversation, key);

-- Whose addresses stand there.
CREATE TABLE mention (party INTEGER NOT NULL, ends INTEGER NOT NULL, PRIMARY KEY (party, ends)) WITHOUT ROWID;

-- Conversations that are more than two people talking under one address each. crowd: three and more. several: the
-- other one had more than one address or name. advert: an advertisement.
CREATE TABLE conversation (
  account TEXT NOT NULL, id TEXT NOT NULL, crowd INTEGER NOT NULL, several INTEGER NOT NULL, advert INTEGER NOT NULL,
  PRIMARY KEY (account, id)
) WITHOUT ROWID;

-- All parties that were the other one of a conversation of two, where there is more than one.
CREATE TABLE guise (
  account TEXT NOT NULL, conversation TEXT NOT NULL, party INTEGER NOT NULL, PRIMARY KEY (account, conversation, party)
) WITHOUT ROWID;

-- Every message once. Rows are only ever appended, and `content` never changes. party: the other one of a
-- conversation of two, the sender in a larger one; NULL for adverts, for what the owner wrote to several, for what
-- names nobody. likeness: a digest of minute and text. twin: the number of a message that is this one, better known;
-- it counts instead. at: the oldest archive that was read and has it.
CREATE TABLE message (
  number INTEGER PRIMARY KEY, account TEXT NOT NULL, party INTEGER, conversation TEXT NOT NULL, sent_at TEXT NOT NULL,
  outgoing INTEGER NOT NULL, sender TEXT NOT NULL, subject TEXT NOT NULL, content TEXT NOT NULL, at INTEGER NOT NULL,
  ends INTEGER NOT NULL, likeness INTEGER NOT NULL, twin INTEGER
);
CREATE INDEX message_ends ON message (ends);
CREATE INDEX message_loose ON message (account) WHERE conversation = '';
CREATE INDEX message_talk ON message (party, outgoing, sent_at) WHERE party IS NOT NULL AND twin IS NULL;

-- Further ends that the same message was shown with.
CREATE TABLE retold (message INTEGER NOT NULL, ends INTEGER NOT NULL, PRIMARY KEY (message, ends)) WITHOUT ROWID;
CREATE INDEX retold_ends ON retold (ends);

-- The rows of messages that a file was the first to have, so that they need not be understood again: digests of the
-- rows and of what identifies their messages, eight bytes each; numbers of ends and messages, four bytes each.
-- lines: digests of the lines they were written as; places: where each line's row stands among all known rows, by
-- file.
CREATE TABLE known_rows (
  file INTEGER PRIMARY KEY, account TEXT NOT NULL, digests BLOB NOT NULL, identities BLOB NOT NULL, ends BLOB NOT NULL,
  messages BLOB NOT NULL, lines BLOB NOT NULL, places BLOB NOT NULL
);

CREATE TABLE talk (
  person INTEGER PRIMARY KEY, messages INTEGER NOT NULL, sent INTEGER NOT NULL, received INTEGER NOT NULL,
  first TEXT NOT NULL, last TEXT NOT NULL
);

-- Everything below is kept as each file says it; what is only said again of the same thing is merged when it is
-- read.
CREATE TABLE invitation (
  number INTEGER PRIMARY KEY, account TEXT NOT NULL, party INTEGER NOT NULL, outgoing INTEGER NOT NULL,
  sent_at TEXT NOT NULL, message TEXT NOT NULL, at INTEGER NOT NULL
);
CREATE INDEX invitation_party ON invitation (party);
CREATE TABLE endorsement (
  number INTEGER PRIMARY KEY, account TEXT NOT NULL, party INTEGER NOT NULL, given INTEGER NOT NULL,
  skill TEXT NOT NULL, made TEXT NOT NULL, status TEXT NOT NULL, at INTEGER NOT NULL
);
CREATE INDEX endorsement_party ON endorsement (party);
-- person: that of the party, or the only one of that name who ever had that company.
CREATE TABLE recommendation (
  number INTEGER PRIMARY KEY, account TEXT NOT NULL, party INTEGER NOT NULL, given INTEGER NOT NULL, text TEXT NOT NULL,
  company TEXT NOT NULL, position TEXT NOT NULL, made TEXT NOT NULL, status TEXT NOT NULL, at INTEGER NOT NULL,
  person INTEGER
);
CREATE INDEX recommendation_person ON recommendation (person);
CREATE INDEX recommendation_party ON recommendation (party);
CREATE TABLE archive_note (
  number INTEGER PRIMARY KEY, account TEXT NOT NULL, party INTEGER NOT NULL, text TEXT NOT NULL, created TEXT NOT NULL,
  edited TEXT NOT NULL, at INTEGER NOT NULL
);
CREATE INDEX archive_note_party ON archive_note (party);
"""

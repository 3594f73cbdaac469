"""The tables of the index.

Moments are integers (`linkbak.history.moments`): whole seconds since 1970 times 128 plus the snapshot's number, so
that they sort as snapshots do, and a snapshot imported late renumbers nothing. Everything that a snapshot brought
carries its moment; forgetting all from a moment on leaves the index as it was before.
"""

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

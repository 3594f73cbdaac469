"""The tables of the database that the format sqlite makes.

What nobody knows is NULL. Windows are two times: that of the snapshot which still showed the old, and that of the
one which first showed the new.
"""

APPLICATION = 0x6C6B626B
"""``PRAGMA application_id``: "lkbk"."""

VERSION = 1
"""``PRAGMA user_version``, raised with every change of these tables."""

TABLES = """
-- Every archive of the accounts. held: its losses are not believed. connections: NULL if it has no list.
CREATE TABLE snapshots (
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  account TEXT NOT NULL,
  network TEXT NOT NULL,
  taken TEXT NOT NULL,
  imported TEXT NOT NULL,
  connections INTEGER,
  hidden INTEGER,
  held INTEGER NOT NULL,
  kinds TEXT NOT NULL,
  archive TEXT NOT NULL,
  files INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  UNIQUE (account, name)
);

-- Those exported. id: as linkbak names them, the same in every export. state: listed, hidden, suspected, confirmed,
-- held or unclear; state_after and state_before: the window in which they went or hid. former_names, notes: one after
-- the other, parted by line breaks.
CREATE TABLE people (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  account TEXT NOT NULL,
  name TEXT,
  first_name TEXT,
  last_name TEXT,
  company TEXT,
  position TEXT,
  email TEXT,
  url TEXT,
  connected_on TEXT,
  state TEXT NOT NULL,
  state_after TEXT,
  state_before TEXT,
  first_seen TEXT NOT NULL,
  last_seen TEXT NOT NULL,
  messages INTEGER NOT NULL,
  last_message TEXT,
  former_names TEXT,
  notes TEXT,
  revised TEXT,
  first_snapshot INTEGER REFERENCES snapshots (number),
  last_snapshot INTEGER REFERENCES snapshots (number)
);

-- Every time of being connected. last_snapshot: the last that shows it. ended_after, ended_before: NULL while it lasts.
CREATE TABLE tenures (
  number INTEGER PRIMARY KEY,
  person INTEGER NOT NULL REFERENCES people (number),
  connected_on TEXT,
  began_after TEXT,
  began_before TEXT NOT NULL,
  ended_after TEXT,
  ended_before TEXT,
  first_snapshot INTEGER REFERENCES snapshots (number),
  last_snapshot INTEGER REFERENCES snapshots (number)
);

-- Every name, and every company and position, with when it appeared and when it gave way to another.
CREATE TABLE names (
  number INTEGER PRIMARY KEY,
  person INTEGER NOT NULL REFERENCES people (number),
  name TEXT NOT NULL,
  began_after TEXT,
  began_before TEXT NOT NULL,
  ended_after TEXT,
  ended_before TEXT
);
CREATE TABLE jobs (
  number INTEGER PRIMARY KEY,
  person INTEGER NOT NULL REFERENCES people (number),
  company TEXT,
  position TEXT,
  began_after TEXT,
  began_before TEXT NOT NULL,
  ended_after TEXT,
  ended_before TEXT
);

CREATE TABLE tags (
  person INTEGER NOT NULL REFERENCES people (number),
  tag TEXT NOT NULL,
  PRIMARY KEY (person, tag)
) WITHOUT ROWID;

-- Every message with those exported, once, however many archives have it. Of a group there is what they wrote.
CREATE TABLE messages (
  number INTEGER PRIMARY KEY,
  person INTEGER NOT NULL REFERENCES people (number),
  sent_at TEXT NOT NULL,
  outgoing INTEGER NOT NULL,
  sender TEXT,
  subject TEXT,
  content TEXT,
  conversation TEXT
);
"""

AFTERWARDS = """
CREATE INDEX people_account ON people (account, state);
CREATE INDEX people_name ON people (name);
CREATE INDEX people_company ON people (company);
CREATE INDEX people_connected_on ON people (connected_on);
CREATE INDEX people_first_snapshot ON people (first_snapshot);
CREATE INDEX people_last_snapshot ON people (last_snapshot);
CREATE INDEX tenures_person ON tenures (person);
CREATE INDEX tenures_first_snapshot ON tenures (first_snapshot);
CREATE INDEX tenures_last_snapshot ON tenures (last_snapshot);
CREATE INDEX names_person ON names (person);
CREATE INDEX jobs_person ON jobs (person);
CREATE INDEX jobs_company ON jobs (company);
CREATE INDEX tags_tag ON tags (tag);
CREATE INDEX messages_person ON messages (person, sent_at);
CREATE INDEX messages_sent_at ON messages (sent_at);

CREATE VIRTUAL TABLE people_fts USING fts5(
  name, former_names, company, position, email, notes,
  content="people", content_rowid="number", tokenize="unicode61 remove_diacritics 2"
);
CREATE VIRTUAL TABLE messages_fts USING fts5(
  subject, content,
  content="messages", content_rowid="number", tokenize="unicode61 remove_diacritics 2"
);
INSERT INTO people_fts (people_fts) VALUES ('rebuild');
INSERT INTO messages_fts (messages_fts) VALUES ('rebuild');
INSERT INTO people_fts (people_fts) VALUES ('optimize');
INSERT INTO messages_fts (messages_fts) VALUES ('optimize');
"""
"""Made when all rows are there, which is much faster."""

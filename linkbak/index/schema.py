"""The tables of the index: people and lists, messages and everything else that is joined to people.

Times of snapshots are integers (`linkbak.index.timestamp`), so that they sort as snapshots do, and a snapshot
imported late renumbers nothing.
"""

from __future__ import annotations

import hashlib
import sqlite3

FORMAT = 24
"""Raised with every change of a table or of what is written into one; another format's index is made anew."""

TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- Every snapshot. role: main (its list is replayed), side (held, or another of the same day), none (no list).
-- base: the time of the snapshot its list was compared with. sparse: how many show neither company nor position;
-- lost: how many it lacks for certain, and sparse_lost of those. arrived: how many rows have no partner in the base.
-- lacks: fields it has no column for. held: why its losses are not believed, a reason a line; "" if they are.
CREATE TABLE snapshot (
  account TEXT NOT NULL, at INTEGER NOT NULL, id TEXT NOT NULL, taken TEXT NOT NULL, digest TEXT NOT NULL,
  role TEXT NOT NULL, held TEXT NOT NULL, base INTEGER, rank INTEGER NOT NULL, total INTEGER NOT NULL,
  sparse INTEGER NOT NULL, lost INTEGER NOT NULL, sparse_lost INTEGER NOT NULL, arrived INTEGER NOT NULL,
  lacks TEXT NOT NULL, PRIMARY KEY (account, at)
) WITHOUT ROWID;

-- Who stands at each position of the newest main list: numbers of people, eight bytes each.
CREATE TABLE roster (account TEXT PRIMARY KEY, numbers BLOB NOT NULL) WITHOUT ROWID;

-- What differs between two lists, by the digests of their manifests: the one costly thing, built once. reasons: why
-- the losses may not be true, but for their number, a reason a line.
CREATE TABLE delta (
  before TEXT NOT NULL, after TEXT NOT NULL, added INTEGER NOT NULL, vanished INTEGER NOT NULL, reasons TEXT NOT NULL,
  body BLOB NOT NULL, PRIMARY KEY (before, after)
);

-- One person. The texts are the last named row's. status: listed, gone, unclear, side (listed, but
-- so far only in lists that are not replayed). born: the first snapshot that lists them; since: the one that first
-- shows the status, or that they hid; last: the last that lists them, NULL while listed. basis: what the id is made of,
-- a row of the snapshot imported first (rank) of those that list them.
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
-- list that is not replayed), joined (from such into one that is), back (listed again), renamed, changed, reconnected,
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

-- Rows that allow two readings: the people of one group, before and after. likelier: what those before probably are
-- (gone, hidden, same as one of those after, back), and the share of all readings that say so; "" and 0 if unknown.
CREATE TABLE ambiguity (
  account TEXT NOT NULL, at INTEGER NOT NULL, number INTEGER NOT NULL, person INTEGER NOT NULL, later INTEGER NOT NULL,
  reason TEXT NOT NULL, likelier TEXT NOT NULL, share REAL NOT NULL, PRIMARY KEY (account, at, number, person)
) WITHOUT ROWID;
CREATE INDEX ambiguity_person ON ambiguity (person);

-- Every key of an address, and of a name, that someone ever had, and since when.
CREATE TABLE address (
  url_key TEXT NOT NULL, account TEXT NOT NULL, person INTEGER NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (url_key, account, person)
) WITHOUT ROWID;
CREATE TABLE alias (
  name_key TEXT NOT NULL, account TEXT NOT NULL, person INTEGER NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (name_key, account, person)
) WITHOUT ROWID;

-- The marks of the vault that are about people, in its order, and whom each means (NULL: nobody that is known).
CREATE TABLE mark (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL, fact TEXT NOT NULL, value TEXT NOT NULL, account TEXT NOT NULL,
  name TEXT NOT NULL, url TEXT NOT NULL, connected_on TEXT NOT NULL, at TEXT NOT NULL, undone INTEGER NOT NULL,
  undone_at TEXT NOT NULL, person INTEGER
);
CREATE INDEX mark_person ON mark (person);

-- People whose texts changed, or who are no more, since somebody last searched.
CREATE TABLE unsearched (person INTEGER PRIMARY KEY);
"""


def meta(db: sqlite3.Connection, name: str) -> str:
    """A fact about the index itself; "" if there is none."""
    found = db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return str(found[0]) if found else ""


def set_meta(db: sqlite3.Connection, name: str, value: str) -> None:
    """Store a fact about the index itself."""
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))


# --- activity ---------------------------------------------------------------------------------------------------------
# Rows of archives are kept as they are, equal ones once, and for every file that was
# read a bitmap of the rows it holds. They are joined to people afterwards, so that neither the order in which
# archives come nor later knowledge of people or of the owner can make a difference.

KINDS = ("messages", "invitations", "endorsements", "recommendations", "notes", "contacts")
"""The kinds of data that are read beside the lists."""

NOBODY, UNSHOWN, NAMED, ADDRESSED = range(4)
"""Grades of table ``envelope``: how certain the other one is from a row."""

ACTIVITY_TABLES = """
-- Which snapshots were looked at; digest: of the manifest.
CREATE TABLE read_snapshot (account TEXT NOT NULL, at INTEGER NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (account, at))
WITHOUT ROWID;

-- Each distinct content of a kind, read once. digest: of the files' own. shown: a bitmap of the rows it holds, of
-- `envelope` for messages, else of the kind's table.
CREATE TABLE read_file (
  number INTEGER PRIMARY KEY, account TEXT NOT NULL, kind TEXT NOT NULL, digest TEXT NOT NULL, shown BLOB NOT NULL,
  UNIQUE (account, kind, digest)
);

-- In which archives it lies.
CREATE TABLE appearance (
  account TEXT NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL, file INTEGER NOT NULL, PRIMARY KEY (account, kind, at)
) WITHOUT ROWID;

-- Whose account it is, as far as known when messages were last interpreted: keys, one a line.
CREATE TABLE owner (account TEXT PRIMARY KEY, urls TEXT NOT NULL, names TEXT NOT NULL) WITHOUT ROWID;

-- Someone named in messages, invitations, endorsements, recommendations, notes, contacts: by the key of the address,
-- else by that of the name (then url_key is ""). person: NULL if nobody, or nobody certain. named: when they were last
-- called `name`.
CREATE TABLE participant (
  number INTEGER PRIMARY KEY, account TEXT NOT NULL, url_key TEXT NOT NULL, name_key TEXT NOT NULL, name TEXT NOT NULL,
  person INTEGER, named INTEGER NOT NULL
);
CREATE INDEX participant_key ON participant (account, url_key, name_key);
CREATE INDEX participant_person ON participant (person);

-- All that a file says of a message beside its words: each row of some file is of one of these. key: a digest of it
-- all. advert: 1 if it is written as adverts are, which some people do too. names and urls of recipients: as written,
-- keys one a line. title: of the conversation, "" for an advert's. folder: as written; attachments: links, one a line;
-- draft: 1 for what was not sent. crowd: whether the row names three or more; participant, outgoing, grade: what
-- `conversations` makes of it; outgoing -1: nobody can tell; grade: of the other one 0 nothing is shown, 1 only that
-- they are not shown, 2 a name, 3 an address.
CREATE TABLE envelope (
  number INTEGER PRIMARY KEY, account TEXT NOT NULL, key BLOB NOT NULL, conversation TEXT NOT NULL,
  advert INTEGER NOT NULL, sender TEXT NOT NULL, sender_url TEXT NOT NULL, recipients TEXT NOT NULL,
  recipient_urls TEXT NOT NULL, folder TEXT NOT NULL, attachments TEXT NOT NULL, draft INTEGER NOT NULL,
  title TEXT NOT NULL,
  crowd INTEGER NOT NULL, participant INTEGER, outgoing INTEGER NOT NULL, grade INTEGER NOT NULL
);
CREATE INDEX envelope_conversation ON envelope (account, conversation, key);
CREATE INDEX envelope_participant ON envelope (participant);

-- Whose addresses stand there.
CREATE TABLE mention (
  participant INTEGER NOT NULL, envelope INTEGER NOT NULL, PRIMARY KEY (participant, envelope)
) WITHOUT ROWID;

-- Conversations that are more than two people talking under one address each, or written as adverts are. crowd: three
-- and more. several: the other one had more than one address or name. advert: an advertisement.
CREATE TABLE conversation (
  account TEXT NOT NULL, id TEXT NOT NULL, crowd INTEGER NOT NULL, several INTEGER NOT NULL, advert INTEGER NOT NULL,
  PRIMARY KEY (account, id)
) WITHOUT ROWID;

-- All participants that were the other one of a conversation of two, where there is more than one.
CREATE TABLE conversation_participant (
  account TEXT NOT NULL, conversation TEXT NOT NULL, participant INTEGER NOT NULL,
  PRIMARY KEY (account, conversation, participant)
) WITHOUT ROWID;

-- Every message once, drafts too. Rows are only ever appended, and `content`, which is text, never changes.
-- participant: the other one of a conversation of two, the sender in a larger one; NULL for adverts and drafts, for
-- what the owner wrote to several, for what names nobody. envelope: the one that tells most of those it was shown with.
-- likeness: a digest of minute and text. duplicate_of: the number of a message that is this one, better known; it
-- counts instead. at: the oldest archive that was read and has it.
CREATE TABLE message (
  number INTEGER PRIMARY KEY, account TEXT NOT NULL, participant INTEGER, conversation TEXT NOT NULL,
  sent_at TEXT NOT NULL, outgoing INTEGER NOT NULL, sender TEXT NOT NULL, subject TEXT NOT NULL, content TEXT NOT NULL,
  at INTEGER NOT NULL, envelope INTEGER NOT NULL, likeness INTEGER NOT NULL, duplicate_of INTEGER
);
CREATE INDEX message_envelope ON message (envelope);
CREATE INDEX message_loose ON message (account) WHERE conversation = '';
CREATE INDEX message_twin ON message (duplicate_of) WHERE duplicate_of IS NOT NULL;
CREATE INDEX message_talk ON message (participant, outgoing, sent_at)
  WHERE participant IS NOT NULL AND duplicate_of IS NULL;

-- All envelopes that a message was shown with, where there are several.
CREATE TABLE restated (
  message INTEGER NOT NULL, envelope INTEGER NOT NULL, PRIMARY KEY (message, envelope)
) WITHOUT ROWID;
CREATE INDEX restated_envelope ON restated (envelope);

-- The rows of messages that a file was the first to have, so that they need not be understood again: digests of the
-- rows and of what identifies their messages, eight bytes each; numbers of envelopes and messages, four bytes each.
CREATE TABLE known_rows (
  file INTEGER PRIMARY KEY, account TEXT NOT NULL, digests BLOB NOT NULL, identities BLOB NOT NULL,
  envelope BLOB NOT NULL, messages BLOB NOT NULL
);

-- The newest of the files whose every record is known to be a row, and where among all known rows each stands, four
-- bytes each: what a later file has in the same bytes need not be parsed.
CREATE TABLE known_order (account TEXT PRIMARY KEY, file INTEGER NOT NULL, places BLOB NOT NULL) WITHOUT ROWID;

-- How many messages have a participant, as last counted, and of whom they are to be counted anew.
CREATE TABLE talked (
  participant INTEGER PRIMARY KEY, messages INTEGER NOT NULL, sent INTEGER NOT NULL, first TEXT NOT NULL,
  last TEXT NOT NULL
);
CREATE TABLE uncounted (participant INTEGER PRIMARY KEY);

-- How much was exchanged with whom; messages 0: some stand under their name, of whom nobody can tell whose they are.
CREATE TABLE talk (
  person INTEGER PRIMARY KEY, messages INTEGER NOT NULL, sent INTEGER NOT NULL, received INTEGER NOT NULL,
  first TEXT NOT NULL, last TEXT NOT NULL
);

-- Everything below is kept as each file says it; what is only said again of the same thing is merged when it is
-- read.
CREATE TABLE invitation (
  number INTEGER PRIMARY KEY, account TEXT NOT NULL, participant INTEGER NOT NULL, outgoing INTEGER NOT NULL,
  sent_at TEXT NOT NULL, message TEXT NOT NULL, at INTEGER NOT NULL
);
CREATE INDEX invitation_participant ON invitation (participant);
CREATE TABLE endorsement (
  number INTEGER PRIMARY KEY, account TEXT NOT NULL, participant INTEGER NOT NULL, given INTEGER NOT NULL,
  skill TEXT NOT NULL, made TEXT NOT NULL, status TEXT NOT NULL, at INTEGER NOT NULL
);
CREATE INDEX endorsement_participant ON endorsement (participant);
-- person: that of the participant, or the only one of that name who ever had that company.
CREATE TABLE recommendation (
  number INTEGER PRIMARY KEY, account TEXT NOT NULL, participant INTEGER NOT NULL, given INTEGER NOT NULL,
  text TEXT NOT NULL, company TEXT NOT NULL, position TEXT NOT NULL, made TEXT NOT NULL, status TEXT NOT NULL,
  at INTEGER NOT NULL, person INTEGER
);
CREATE INDEX recommendation_person ON recommendation (person);
CREATE INDEX recommendation_participant ON recommendation (participant);
CREATE TABLE archive_note (
  number INTEGER PRIMARY KEY, account TEXT NOT NULL, participant INTEGER NOT NULL, text TEXT NOT NULL,
  created TEXT NOT NULL, edited TEXT NOT NULL, at INTEGER NOT NULL
);
CREATE INDEX archive_note_participant ON archive_note (participant);

-- The address book the owner once gave the network; e-mails, phones, birthday and addresses as written. person: the
-- only one who ever had that name, or ever showed one of the e-mails, and how: name or email; NULL and '' for nobody.
CREATE TABLE contact (
  number INTEGER PRIMARY KEY, account TEXT NOT NULL, participant INTEGER NOT NULL, emails TEXT NOT NULL,
  phones TEXT NOT NULL, birthday TEXT NOT NULL, addresses TEXT NOT NULL, at INTEGER NOT NULL, person INTEGER,
  how TEXT NOT NULL DEFAULT ''
);
CREATE INDEX contact_person ON contact (person);

-- What the owner wrote or did for others to see; columns as in `model.Post`, made: its `at`.
CREATE TABLE post (
  number INTEGER PRIMARY KEY, account TEXT NOT NULL, kind TEXT NOT NULL, made TEXT NOT NULL, zoned INTEGER NOT NULL,
  link TEXT NOT NULL, text TEXT NOT NULL, title TEXT NOT NULL, shared TEXT NOT NULL, media TEXT NOT NULL,
  at INTEGER NOT NULL
);

-- Answers that took long to find, packed by whoever found them: `given` is what was asked with. All go as soon as
-- people, messages or invitations change.
CREATE TABLE answer (
  account TEXT NOT NULL, what TEXT NOT NULL, given TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (account, what)
) WITHOUT ROWID;

-- What archives say of the account itself; columns as in `model.AccountFact`.
CREATE TABLE account_fact (
  number INTEGER PRIMARY KEY, account TEXT NOT NULL, what TEXT NOT NULL, made TEXT NOT NULL, zoned INTEGER NOT NULL,
  text TEXT NOT NULL, private TEXT NOT NULL, file TEXT NOT NULL, line INTEGER NOT NULL, at INTEGER NOT NULL
);
"""


EACH_ACCOUNT = 1 << 24
"""How many numbers of people an account has to itself."""


def numbers_of(db: sqlite3.Connection, account: str) -> tuple[int, int]:
    """Between which numbers an account's people are, or will be: above the first, up to the second.

    They follow from the account's name, so that they do not depend on which account came in first; where another has
    them already, the next are taken. So one account's people are found without going through all others'.
    """
    first = int.from_bytes(hashlib.sha256(account.encode()).digest()[:4]) * EACH_ACCOUNT
    there = "SELECT account FROM person WHERE number > ? AND number <= ? LIMIT 1"
    while (found := db.execute(there, (first, first + EACH_ACCOUNT)).fetchone()) not in (None, (account,)):
        first += EACH_ACCOUNT
    if found is None and db.execute("SELECT 1 FROM snapshot WHERE account = ? LIMIT 1", (account,)).fetchone():
        # Perhaps they lie further on, and who had these numbers is gone; or all lists of the account are empty.
        anyone = db.execute("SELECT number FROM person WHERE account = ? LIMIT 1", (account,)).fetchone()
        first = (anyone[0] - 1) // EACH_ACCOUNT * EACH_ACCOUNT if anyone else first
    return first, first + EACH_ACCOUNT

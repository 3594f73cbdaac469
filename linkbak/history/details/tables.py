"""The tables of details.

What archives say is kept as it was said, one row for whatever was said in the same words, and for every file that
was read a bitmap of the rows it holds. Whom it is about is joined on afterwards, so that neither the order in which
archives come nor what is learned later of people or of the owner can make a difference.
"""

from __future__ import annotations

KINDS = ("messages", "invitations", "endorsements", "recommendations", "notes")
"""The kinds of data that are read here."""

TABLES = """
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

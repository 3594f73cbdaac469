"""The sources of a search: messages, notes of invitations, posts, and names that are in no list."""

from __future__ import annotations

import heapq
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby, islice
from typing import Protocol

from linkbak.index import Hit, MessageHit, Spans, Stranger, fts
from linkbak.index.query import EXACT, NEAR, PREFIX, Pattern, Term, Text, expression, like_in, merged
from linkbak.model import Card, NamedTuple

Points = Mapping[int, int]
"""The hits of a term by number, and their scores; not all of them where only being found matters."""


class Sought(NamedTuple):
    """A term, its patterns, and their hits in a source."""

    term: Term
    patterns: Sequence[Pattern]
    found: Points


class TextHit(NamedTuple):
    """A note of an invitation (`kind` ``invitation``) or a post (its kind); `text` is a line of it around the words.

    Of an invitation, `person_number` and `name` are the other one's, `outgoing` is whether the owner asked. Of a post,
    `title` and `link` as in `linkbak.index.posts.MadePost`. `at` is RFC 3339 UTC or "".
    """

    kind: str
    person_number: int | None
    name: str
    account: str
    at: str
    outgoing: bool
    title: str
    link: str
    text: str
    spans: Spans
    missing: tuple[str, ...] = ()
    near: bool = False


class CardHit(NamedTuple):
    """A contact of one's own address books: the card, in which books it stands, and where its name has the words.

    `more` has other matching texts of it, each with its spans.
    """

    card: Card
    accounts: tuple[str, ...]
    spans: Spans
    more: tuple[tuple[str, Spans], ...]
    missing: tuple[str, ...] = ()
    near: bool = False


AnyHit = Hit | Stranger | MessageHit | TextHit | CardHit


class Found(NamedTuple):
    """A hit with its rank: how many terms it lacks, the score of those it has, and its time ("" for people)."""

    missing: int
    worth: int
    at: str
    hit: AnyHit


class Source(Protocol):
    """One kind of thing to find."""

    def like(self, term: Term) -> list[Pattern]:
        """Words spelled almost like the term."""

    def look(self, patterns: Sequence[Pattern]) -> Points:
        """The hits of the patterns."""

    def best(self, sought: Sequence[Sought], most: bool, limit: int, *, texts: bool) -> list[Found]:
        """The best that have all terms, or, with `most`, those that have most; texts, the last of all, if wanted."""


# --- excerpts ---------------------------------------------------------------------------------------------------------
# A line of a long text, around the words that matter.

_LONGEST = 96
"""How many characters of a text are shown."""
_LEAD = 24
"""How many of them before the first matching word."""


def excerpt(text: str, spans: Spans) -> tuple[str, Spans]:
    """A part of the text around the first of the words, cut between words, and where in it the words are."""
    start, end = 0, len(text)
    if spans and spans[-1][1] > _LONGEST and spans[0][0] > _LEAD:
        lead_in = spans[0][0] - _LEAD
        start = text.find(" ", lead_in, spans[0][0]) + 1 or lead_in
    most = max(start + _LONGEST, spans[0][1] if spans else 0)
    if most < end:
        blank = text.rfind(" ", start, most)
        inside = max((last for _, last in spans if last <= most), default=0)
        end = max(blank if blank > start else most, inside)
    lead = "\u2026" if start else ""
    line = lead + text[start:end] + ("\u2026" if end < len(text) else "")
    moved = len(lead) - start
    return line, tuple((first + moved, min(last, end) + moved) for first, last in spans if start <= first < end)


# --- where terms stand ------------------------------------------------------------------------------------------------


_COLUMN_WORTH = 10
"""More than all grades together: the column of a word counts before how well it matches."""


def worth(column: str, grade: int) -> int:
    """The score of a term in one of `fts.COLUMNS`."""
    return (len(fts.COLUMNS) - fts.COLUMNS.index(column)) * _COLUMN_WORTH + grade


def _shown(sought: Sequence[Sought], text: str, *more: str) -> tuple[str, Spans, tuple[str, ...], bool]:
    """A line of a text around the terms, where in it they are, which are neither in the text nor in what else belongs
    to it, and whether some are only nearly there."""
    parted = [Text(text), *map(Text, more)]
    missing, near = [], False
    for one in sought:
        grades = [grade for part in parted if (grade := part.grade(one.patterns)) is not None]
        if grades:
            near |= max(grades) <= NEAR
        else:
            missing.append(one.term.text)
    line, spans = excerpt(text, merged(parted[0].spans([p for one in sought for p in one.patterns])))
    return line, spans, tuple(missing), near


_MOST_COUNTED = 20_000
"""The most hits of a term that are examined where few things have all terms; the newest first."""


def _with_most(index: sqlite3.Connection, table: str, sought: Sequence[Sought]) -> Iterator[int]:
    """The places of texts with any term: those with most terms first, among these the newest."""
    asked = f"SELECT rowid FROM {table} WHERE {table} MATCH ? ORDER BY rowid DESC LIMIT {_MOST_COUNTED}"  # noqa: S608
    answers = (index.execute(asked, (expression(one.patterns),)) for one in sought)
    counts = Counter(chain.from_iterable(chain.from_iterable(answers)))
    for most in range(len(sought), 0, -1):
        yield from sorted((place for place, count in counts.items() if count == most), reverse=True)


def _every(sought: Iterable[Sought]) -> str:
    """All terms, for FTS5."""
    return " AND ".join(expression(one.patterns) for one in sought)


# --- messages ---------------------------------------------------------------------------------------------------------

_MESSAGE = (
    "SELECT m.number, p.person, coalesce(p.name, ''), m.account, m.sent_at, m.outgoing, m.sender, m.subject, m.content "
    "FROM message m LEFT JOIN participant p ON p.number = m.participant "
    "WHERE m.number = :number AND m.duplicate_of IS NULL AND (:account IS NULL OR m.account = :account)"
)
_OF_NAMED = (
    "SELECT m.sent_at, m.number FROM json_each(?) w JOIN message m ON m.participant = w.value "
    "WHERE m.duplicate_of IS NULL ORDER BY m.sent_at DESC, m.number DESC"
)
_FEW = 5_000
"""What fewer messages have is looked up at once; else messages are read until enough have it."""


class Messages:
    """Every message; that of somebody whose name has a term has it too."""

    def __init__(
        self,
        db: sqlite3.Connection,
        index: sqlite3.Connection,
        account: str | None,
        named: Callable[[Sequence[Pattern]], set[int]],
    ) -> None:
        self._db, self.index, self._account, self._named = db, index, account, named

    def like(self, term: Term) -> list[Pattern]:
        """Words spelled almost like the term."""
        return like_in(self.index, "message_word", term)

    def look(self, patterns: Sequence[Pattern]) -> Points:
        """Whether any message has one of them; whole words first, since a letter begins thousands of words."""
        asked = "SELECT 0, 1 FROM message_words WHERE message_words MATCH ? LIMIT 1"
        whole = [one for one in patterns if one.grade != PREFIX]
        return (
            (whole and dict(self.index.execute(asked, (expression(whole),))))
            or ({0: 1} if self._begun(patterns) or self._named(patterns) else {})
            or dict(self.index.execute(asked, (expression(patterns),)))
        )

    def _begun(self, patterns: Sequence[Pattern]) -> bool:
        """Whether a known word begins with one of them; there are words that are not among the known ones."""
        asked = (
            "SELECT 1 FROM (SELECT DISTINCT letters FROM message_word) l "
            "JOIN message_word w ON w.letters = l.letters AND w.word >= ? AND w.word < ? LIMIT 1"
        )
        begins = (one.words[0] for one in patterns if one.grade == PREFIX and len(one.words) == 1)
        return any(self.index.execute(asked, (one, f"{one}\U0010ffff")).fetchone() for one in begins)

    def best(self, sought: Sequence[Sought], most: bool, limit: int, *, texts: bool) -> list[Found]:
        """The newest of those that have all terms; else those with most."""
        if not texts:
            return []
        if most:
            places = _with_most(self.index, "message_words", sought)
            return list(islice(self._hits(sought, self._numbers(places), partial=True), limit))
        runs = (self._of_run(_every(sought), *run) for run in fts.runs(self.index))
        worded = islice(self._hits(sought, (number for _, number in heapq.merge(*runs, reverse=True))), limit)
        named = islice(self._hits(sought, self._of_named(sought)), limit)
        both = {one.hit: one for one in (*worded, *named)}
        return sorted(both.values(), key=lambda one: one.at, reverse=True)[:limit]

    def _of_run(self, asked: str, first: int, behind: int) -> Iterator[tuple[str, int]]:
        """Times and numbers of the messages of one run, newest first."""
        found = self.index.execute(
            "SELECT rowid FROM message_words WHERE message_words MATCH ? AND rowid >= ? AND rowid < ? "
            "ORDER BY rowid DESC",
            (asked, first, behind),
        )
        for number in self._numbers(place for (place,) in found):
            (at,) = self._db.execute("SELECT sent_at FROM message WHERE number = ?", (number,)).fetchone()
            yield at, number

    def _numbers(self, places: Iterable[int]) -> Iterator[int]:
        for place in places:
            yield from self.index.execute("SELECT number FROM message_place WHERE place = ?", (place,)).fetchone()

    def _of_named(self, sought: Sequence[Sought]) -> Iterator[int]:
        """Messages with whoever has a name with the terms that are in names, and with the other terms, newest first."""
        named = [(one, self._named(one.patterns)) for one in sought]
        whom = [people for _, people in named if people]
        if not whom:
            return iter(())
        theirs = self._db.execute(_OF_NAMED, (f"[{','.join(map(str, set.intersection(*whom)))}]",))
        numbers = (number for _, number in theirs)
        rest = [one for one, people in named if not people]
        if rest:
            found = self.index.execute("SELECT rowid FROM message_words WHERE message_words MATCH ?", (_every(rest),))
            words = set(islice(self._numbers(place for (place,) in found), _FEW))
            if len(words) < _FEW:
                return (number for number in numbers if number in words)
        return numbers

    def _hits(self, sought: Sequence[Sought], numbers: Iterable[int], *, partial: bool = False) -> Iterator[Found]:
        """Those of these with the words that are really there."""
        for number in numbers:
            row = self._db.execute(_MESSAGE, {"number": number, "account": self._account}).fetchone()
            if row is None:
                continue
            _, person, name, account, at, outgoing, sender, subject, content = row
            line, spans, missing, near = _shown(sought, content, subject, name)
            if partial or not missing:
                said = (number, person, name, account, at, bool(outgoing), sender, subject)
                yield Found(len(missing), 0, at or "0", MessageHit(*said, line, spans, missing, near))


# --- names, notes of invitations, posts -------------------------------------------------------------------------------

_KINDS = {"people": "name", "invitations": "invitation", "posts": "post"}
_INVITED = """
SELECT 'invitation', p.person, p.name, i.account, i.outgoing, '', '', i.message, i.participant
FROM invitation i JOIN participant p ON p.number = i.participant WHERE i.number = ?
"""
_POST = "SELECT kind, NULL, '', account, 1, title, link, text, NULL FROM post WHERE number = ?"
_SAID = """
SELECT m.content FROM message m WHERE m.participant = :participant AND m.duplicate_of IS NULL AND m.outgoing = :outgoing
UNION ALL SELECT m.content FROM participant p JOIN message m ON m.participant = p.number
WHERE p.person = :person AND m.duplicate_of IS NULL AND m.outgoing = :outgoing
"""
_STRANGERS = """
SELECT p.name, p.account,
  (SELECT count(*) FROM message WHERE participant = p.number AND duplicate_of IS NULL),
  (SELECT count(*) FROM invitation WHERE participant = p.number),
  max(coalesce((SELECT max(sent_at) FROM message WHERE participant = p.number AND duplicate_of IS NULL), ''),
      coalesce((SELECT max(sent_at) FROM invitation WHERE participant = p.number), '')),
  coalesce((SELECT group_concat(emails, ', ') FROM contact WHERE participant = p.number), ''),
  EXISTS (SELECT 1 FROM contact WHERE participant = p.number),
  coalesce((SELECT group_concat(text, ' ') FROM archive_note WHERE participant = p.number), '')
FROM json_each(:numbers) w JOIN participant p ON p.number = w.value
WHERE p.person IS NULL AND (:account IS NULL OR p.account = :account)
"""
_MOST_NAMES = 1_000
"""Of more names, which one letter may find, so many are looked at."""
_STANDS = ("name", "contact", "notes")
"""Where a term may stand that finds somebody who is in no list."""


class _Thing(NamedTuple):
    """A row of its index."""

    kind: str
    number: int
    at: str


class Texts:
    """What is not in the list, and no message: the kinds of things that belong to some places."""

    def __init__(
        self, db: sqlite3.Connection, index: sqlite3.Connection, account: str | None, places: Collection[str]
    ) -> None:
        self._db, self.index, self._account = db, index, account
        self._kinds = [kind for place, kind in _KINDS.items() if place in places]
        self._once = "messages" in places

    def like(self, term: Term) -> list[Pattern]:
        """Words spelled almost like the term."""
        return like_in(self.index, "other_word", term)

    def look(self, patterns: Sequence[Pattern]) -> Points:
        """Whether there is anything."""
        return {0: 1} if next(self._matching(expression(patterns), self._kinds), None) else {}

    def named(self, patterns: Sequence[Pattern]) -> set[int]:
        """Who has a name, as participants, with one of these."""
        return {one.number for one in self._matching(expression(patterns, "name"), ["name"])}

    def best(self, sought: Sequence[Sought], most: bool, limit: int, *, texts: bool) -> list[Found]:
        """The latest that have all terms; else those with most."""
        if most:
            asked = "SELECT kind, number, at FROM other_place WHERE place = ?"
            places = _with_most(self.index, "other_words", sought)
            found = (_Thing._make(self.index.execute(asked, (place,)).fetchone()) for place in places)
            said = (one for one in found if one.kind in self._kinds and one.kind != "name")
            return list(islice(self._hits(sought, said, partial=True), limit))
        strangers = self._strangers(sought, limit) if "name" in self._kinds else []
        kinds = set(self._kinds) - {"name"} if texts and len(strangers) < limit else set()
        more = self._hits(sought, self._matching(_every(sought), kinds)) if kinds else ()
        return [*strangers, *islice(more, limit)]

    def _matching(self, asked: str, kinds: Collection[str]) -> Iterator[_Thing]:
        """What matches, the newest first."""
        found = self.index.execute(
            "SELECT kind, number, at FROM other_words CROSS JOIN other_place ON place = other_words.rowid "
            "WHERE other_words MATCH ? ORDER BY other_words.rowid DESC",
            (asked,),
        )
        return (thing for thing in map(_Thing._make, found) if thing.kind in kinds)

    def _hits(self, sought: Sequence[Sought], things: Iterable[_Thing], *, partial: bool = False) -> Iterator[Found]:
        for thing in things:
            asked = _POST if thing.kind == "post" else _INVITED
            kind, person, name, account, outgoing, title, link, text, participant = self._db.execute(
                asked, (thing.number,)
            ).fetchone()
            if self._account not in (None, account):
                continue
            if participant and self._once and self._is_message(text, participant, person, outgoing):
                continue
            line, spans, missing, near = _shown(sought, text, title, name)
            if partial or not missing:
                said = (kind, person, name, account, thing.at, bool(outgoing), title, link)
                yield Found(len(missing), 0, thing.at or "0", TextHit(*said, line, spans, missing, near))

    def _is_message(self, note: str, participant: int, person: int | None, outgoing: int) -> bool:
        """Whether the note of an invitation is a message too, however it is broken into lines."""
        said = self._db.execute(_SAID, {"participant": participant, "person": person, "outgoing": outgoing})
        return any(text.split() == note.split() for (text,) in said)

    def _strangers(self, sought: Sequence[Sought], limit: int) -> list[Found]:
        """Who is in no list; the same name twice is one, since nobody can tell them apart."""
        numbers = [one.number for one in islice(self._matching(_every(sought), ["name"]), _MOST_NAMES)]
        given = {"numbers": f"[{','.join(map(str, numbers))}]", "account": self._account}
        rows = self._db.execute(_STRANGERS, given)
        out: list[tuple[int, Stranger]] = []
        for (name, account), same in groupby(sorted(rows), key=lambda row: row[:2]):
            _, _, messages, invitations, last, emails, contacts, notes = zip(*same, strict=True)
            addresses = tuple(dict.fromkeys(filter(None, ", ".join(emails).split(", "))))
            if not any((*messages, *invitations, *contacts, *notes)):
                continue
            parted = [*zip(_STANDS, map(Text, (name, " ".join(addresses), " ".join(notes))), strict=True)]
            points = sum(
                next((worth(where, EXACT) for where, text in parted if text.grade(one.patterns) is not None), 0)
                for one in sought
            )
            one = Stranger(name, account, sum(messages), sum(invitations), max(last), any(contacts), addresses)
            out.append((points, one))
        # Of equals the latest first.
        out.sort(key=lambda one: (one[0], one[1].last, one[1].name), reverse=True)
        return [Found(0, points, "", one) for points, one in out[:limit]]

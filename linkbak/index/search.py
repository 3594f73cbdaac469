"""Finds people and messages by words, whatever their accents and case, and though they be misspelled."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from linkbak.index import Hit, Match, MessageHit, Person, Spans, Stranger, fts
from linkbak.index.history import History, answered
from linkbak.index.query import (
    EXACT,
    FAR,
    NEAR,
    PREFIX,
    Pattern,
    Term,
    Text,
    expression,
    folded,
    like,
    loosened,
    merged,
    plain,
    terms,
)

_Found = TypeVar("_Found", Hit, MessageHit)

Points = Mapping[int, int]
"""By number: who or what a term finds, and what it is worth there."""


class Sought(NamedTuple):
    """A term, what is looked for in its place, and what that finds; of messages one is enough."""

    term: Term
    patterns: Sequence[Pattern]
    found: Points


Search = Callable[[sqlite3.Connection, Sequence[Pattern]], Points]
Hits = Callable[[Sequence[Sought], bool], list[_Found]]
"""The best hits of some terms: those that have all, or, if the second is True, those that have most."""


def _in_steps(
    index: sqlite3.Connection, words: str, search: Search, read: Sequence[Term], hits: Hits[_Found]
) -> list[_Found]:
    """All terms must match, as a whole word or the beginning of one; a term that is nowhere may be misspelled.

    If that finds nothing, any term may be misspelled and phrases fall apart; if that finds nothing either, what matches
    most. `words` is the table of words that may be meant.
    """

    def sought(term: Term, *, wide: bool = False) -> Sought:
        patterns: list[Pattern] = plain(term)
        found = {} if wide else search(index, patterns)
        if not found:
            patterns = [*patterns, *like(index, words, term)]
            found = search(index, patterns)
        return Sought(term, patterns, found)

    strict: dict[Term, Sought] = {term: sought(term) for term in read}
    if best := hits([*strict.values()], False):
        return best
    loose = [strict.get(term) or sought(term) for term in loosened(read)]
    if all(one.found for one in loose):
        loose = [sought(one.term, wide=True) for one in loose]
        if best := hits(loose, False):
            return best
    return hits(loose, True)


# --- people -----------------------------------------------------------------------------------------------------------

_COLUMN_WORTH = 10
"""More than all grades together: where a word stands counts before how well it matches."""


def search_people(db: sqlite3.Connection, account: str | None, query: str, limit: int) -> list[Hit]:
    """The people of an account, or of all, who match the query, best first."""
    read = terms(query)
    if not read or limit < 1:
        return []

    def hits(sought: Sequence[Sought], most: bool) -> list[Hit]:
        best = _best(db, account, _most(sought) if most else _all(sought), limit, read)
        told = fts.texts(db, [number for number, _ in best])
        return [_people_hit(number, score, told[number], sought) for number, score in best]

    with fts.up_to_date(db, fts.refresh_people, fts.make_people) as index:
        return _in_steps(index, "people_word", _points, read, hits)


def _points(index: sqlite3.Connection, patterns: Sequence[Pattern]) -> Points:
    """Whom the patterns find, each at the best they have: worst first, better ones write over it."""
    graded = [(grade, [one for one in patterns if one.grade == grade]) for grade in (FAR, NEAR, PREFIX, EXACT)]
    asked = [(grade, of_grade) for grade, of_grade in graded if of_grade]
    out: dict[int, int] = {}
    for worth, column in enumerate(reversed(fts.COLUMNS), start=1):
        for grade, of_grade in asked:
            found = index.execute(
                "SELECT rowid FROM people_words WHERE people_words MATCH ?", (expression(of_grade, column),)
            )
            out.update(dict.fromkeys([number for (number,) in found], worth * _COLUMN_WORTH + grade))
    return out


def _all(sought: Sequence[Sought]) -> dict[int, int]:
    """The scores of those whom every term finds."""
    first, *rest = sorted((one.found for one in sought), key=len)
    scores = dict(first)
    for points in rest:
        scores = {number: score + points[number] for number, score in scores.items() if number in points}
    return scores


def _most(sought: Sequence[Sought]) -> dict[int, int]:
    """The scores of those whom any term finds; a term that is missing counts more than all else, and below zero."""
    missing = _COLUMN_WORTH * (len(fts.COLUMNS) + 1) * len(sought)
    scores: dict[int, int] = {}
    for one in sought:
        for number, points in one.found.items():
            scores[number] = scores.get(number, -missing * len(sought)) + points + missing
    return scores


def _best(
    db: sqlite3.Connection, account: str | None, scores: Points, limit: int, read: Sequence[Term]
) -> list[tuple[int, int]]:
    """Numbers and scores of the best of the account; of equals the shortest names first, then by name.

    Of those with the same words in their names, who has them in the order asked for comes first.
    """
    asked = " ".join(word for term in read for word in term.words) if len(read) > 1 else ""
    by_score: dict[int, list[int]] = {}
    for number, score in scores.items():
        by_score.setdefault(score, []).append(number)
    out: list[tuple[int, int]] = []
    for score, group in sorted(by_score.items(), reverse=True):
        rows = db.execute(
            "SELECT p.name_key, p.id, p.number FROM json_each(?) w JOIN person p ON p.number = w.value "
            "WHERE ?2 IS NULL OR p.account = ?2",
            (f"[{','.join(map(str, group))}]", account),
        )
        order = sorted(
            (bool(asked) and folded(name, compounds=False) != asked, name.count(" "), name, id_, number)
            for name, id_, number in rows
        )
        out += [(number, score) for *_, number in order]
        if len(out) >= limit:
            break
    return out[:limit]


def _people_hit(number: int, score: int, told: Iterable[fts.Value], sought: Sequence[Sought]) -> Hit:
    """The texts that show why: for each term the first of the best column, with all words that match marked."""
    parted = [(value, Text(value.text, compounds=value.compound)) for value in told]
    graded = [(value, [text.grade(one.patterns) for one in sought]) for value, text in parted]
    best = [_place(graded, at) for at in range(len(sought))]
    shown = {value for value, _ in filter(None, best)}
    patterns = [pattern for one in sought for pattern in one.patterns]
    matches = [
        Match(value.field, value.text, merged(text.spans(patterns)), value.former)
        for value, text in parted
        if value in shown
    ]
    missing = tuple(one.term.text for one, place in zip(sought, best, strict=True) if place is None)
    return Hit(number, score, tuple(matches), missing, any(grade <= NEAR for _, grade in filter(None, best)))


def _place(graded: Sequence[tuple[fts.Value, Sequence[int | None]]], at: int) -> tuple[fts.Value, int] | None:
    """Where the term at this place of the query is best shown, and how well it matches there.

    Of texts of one worth the one that shows most of the other terms too.
    """
    places = [
        (fts.COLUMNS.index(value.column), -grade, grades.count(None), order, value)
        for order, (value, grades) in enumerate(graded)
        if (grade := grades[at]) is not None
    ]
    if not places:
        return None
    _, grade, _, _, value = min(places)
    return value, -grade


# --- excerpts ---------------------------------------------------------------------------------------------------------
# A line of a long text, around the words that matter.

_LONGEST = 96
"""So many characters of a text are shown."""
_LEAD = 24
"""So many of them before the first word that matters."""


def excerpt(text: str, spans: Spans) -> tuple[str, Spans]:
    """A part of the text around the first of the words, cut between words, and where in it the words are."""
    start = _start(text, spans)
    end = _end(text, spans, start)
    lead = "\u2026" if start else ""
    line = lead + text[start:end] + ("\u2026" if end < len(text) else "")
    moved = len(lead) - start
    return line, tuple((first + moved, min(last, end) + moved) for first, last in spans if start <= first < end)


def _start(text: str, spans: Spans) -> int:
    if not spans or spans[-1][1] <= _LONGEST or spans[0][0] <= _LEAD:
        return 0
    start = spans[0][0] - _LEAD
    return text.find(" ", start, spans[0][0]) + 1 or start


def _end(text: str, spans: Spans, start: int) -> int:
    end = max(start + _LONGEST, spans[0][1] if spans else 0)
    if end >= len(text):
        return len(text)
    blank = text.rfind(" ", start, end)
    inside = max((last for _, last in spans if last <= end), default=0)
    return max(blank if blank > start else end, inside)


# --- messages ---------------------------------------------------------------------------------------------------------

_MESSAGE = (
    "SELECT m.number, p.person, coalesce(p.name, ''), m.account, m.sent_at, m.outgoing, m.sender, m.subject, m.content "
    "FROM message m LEFT JOIN participant p ON p.number = m.participant WHERE m.number = ?"
)


def search_messages(db: sqlite3.Connection, account: str | None, query: str, limit: int) -> list[MessageHit]:
    """The messages of an account, or of all, that match the query, newest first."""
    read = terms(query)
    if not read or limit < 1:
        return []
    with fts.up_to_date(db, fts.refresh_messages, fts.make_messages) as index:

        def hits(sought: Sequence[Sought], most: bool) -> list[MessageHit]:
            if not most:
                return _messages_hits(db, account, _matching(index, sought), sought, limit)
            counts = Counter(number for one in sought for number in _matching(index, [one]))
            out: list[MessageHit] = []
            for count in sorted(set(counts.values()), reverse=True):
                group = [number for number, of_it in counts.items() if of_it == count]
                out += _messages_hits(db, account, group, sought, limit - len(out), partial=True)
                if len(out) >= limit:
                    break
            return out

        return _in_steps(index, "message_word", _anywhere, read, hits)


def _anywhere(index: sqlite3.Connection, patterns: Sequence[Pattern]) -> Points:
    asked = "SELECT rowid, 1 FROM message_words WHERE message_words MATCH ? LIMIT 1"
    return dict(index.execute(asked, (expression(patterns),)))


def _matching(index: sqlite3.Connection, sought: Iterable[Sought]) -> list[int]:
    """The numbers of messages that have every term."""
    asked = " AND ".join(expression(one.patterns) for one in sought)
    return [n for (n,) in index.execute("SELECT rowid FROM message_words WHERE message_words MATCH ?", (asked,))]


def _messages_hits(
    db: sqlite3.Connection,
    account: str | None,
    numbers: Sequence[int],
    sought: Sequence[Sought],
    limit: int,
    *,
    partial: bool = False,
) -> list[MessageHit]:
    """The newest of the messages of these numbers, with the words that are really there."""
    ordered = db.execute(
        "SELECT m.number FROM json_each(?1) w JOIN message m ON m.number = w.value "
        "WHERE m.duplicate_of IS NULL AND (?2 IS NULL OR m.account = ?2) "
        "ORDER BY m.sent_at DESC, m.number DESC",
        (f"[{','.join(map(str, numbers))}]", account),
    ).fetchall()
    out: list[MessageHit] = []
    for asked in ordered:
        hit = _messages_hit(sought, *db.execute(_MESSAGE, asked).fetchone())
        if partial or not hit.missing:
            out.append(hit)
        if len(out) >= limit:
            break
    return out


def _messages_hit(
    sought: Sequence[Sought], number: int, person: int | None, name: str, account: str, sent_at: str,
    outgoing: int, sender: str, subject: str, content: str,
) -> MessageHit:  # fmt: skip
    parted = (Text(content), Text(subject))
    missing, near = [], False
    for one in sought:
        grades = [grade for text in parted if (grade := text.grade(one.patterns)) is not None]
        if grades:
            near |= max(grades) <= NEAR
        else:
            missing.append(one.term.text)
    line, spans = excerpt(content, merged(parted[0].spans([p for one in sought for p in one.patterns])))
    return MessageHit(
        number, person, name, account, sent_at, bool(outgoing), sender, subject, line, spans, tuple(missing), near
    )


# --- names in messages and invitations -------------------------------------------------------------------------------

_MESSAGES_OF = "SELECT count(*), max(sent_at) FROM message WHERE participant = ? AND duplicate_of IS NULL"
_INVITATIONS_OF = "SELECT count(*), max(sent_at) FROM invitation WHERE participant = ?"


def _named(db: sqlite3.Connection, account: str | None, query: str, condition: str) -> Iterator[tuple[int, str, str]]:
    """Number, name and account of participants whose names have every word of the query, or begin one with it."""
    wanted = [word for term in terms(query) for word in term.words]
    asked = f"SELECT number, name, account FROM participant WHERE (?1 IS NULL OR account = ?1) AND {condition}"  # noqa: S608
    for number, name, of in db.execute(asked, (account,)) if wanted else ():
        words = folded(name).split()
        if all(any(word.startswith(one) for word in words) for one in wanted):
            yield number, name, of


def search_strangers(db: sqlite3.Connection, account: str | None, query: str, limit: int) -> list[Stranger]:
    """Those named in messages and invitations who are in no list, whose names match the query, the latest first."""
    found: dict[tuple[str, str], Stranger] = {}
    for number, name, of in _named(db, account, query, "person IS NULL"):
        (messages, wrote), (invitations, invited) = (
            db.execute(asked, (number,)).fetchone() for asked in (_MESSAGES_OF, _INVITATIONS_OF)
        )
        if messages or invitations:
            same = found.get((name, of), Stranger(name, of, 0, 0, ""))
            last = max(same.last, wrote or "", invited or "")
            found[name, of] = Stranger(name, of, same.messages + messages, same.invitations + invitations, last)
    return sorted(found.values(), key=lambda one: (one.last, one.name), reverse=True)[:limit]


def _messages_with(db: sqlite3.Connection, account: str | None, query: str, limit: int) -> list[MessageHit]:
    """The newest messages with whoever has a name that matches the query."""
    numbers = [number for number, *_ in _named(db, account, query, "1")]
    found = db.execute(
        "SELECT m.number FROM json_each(?1) w JOIN message m ON m.participant = w.value "
        "WHERE m.duplicate_of IS NULL ORDER BY m.sent_at DESC, m.number DESC LIMIT ?2",
        (f"[{','.join(map(str, numbers))}]", limit),
    ).fetchall()
    return [_messages_hit((), *db.execute(_MESSAGE, asked).fetchone()) for asked in found]


# --- questions of a history ---


@answered
def people_found(history: History, words: str, account: str | None = None, limit: int = 20) -> list[tuple[Person, Hit]]:
    """People found by words in what is or was known of them, best first."""
    hits = search_people(history.db, history.account_named(account), words, limit)
    people = history.numbered(hit.person_number for hit in hits)
    return [(people[hit.person_number], hit) for hit in hits]


@answered
def strangers_found(history: History, words: str, account: str | None = None, limit: int = 20) -> list[Stranger]:
    """Those found by name who are in no list, but in messages or invitations, the latest first."""
    return search_strangers(history.db, history.account_named(account), words, limit)


@answered
def messages_found(
    history: History, words: str, account: str | None = None, limit: int = 20
) -> list[tuple[Person | None, MessageHit]]:
    """Messages found by words in their text, or by the name of who is at the other end, newest first.

    Each comes with whom it was exchanged with.
    """
    account = history.account_named(account)
    hits = search_messages(history.db, account, words, limit)
    if named := _messages_with(history.db, account, words, limit):
        said = {hit.number: hit for hit in hits if not hit.missing and not hit.near}
        both = {**{hit.number: hit for hit in named}, **said}
        hits = sorted(both.values(), key=lambda hit: (hit.sent_at, hit.number), reverse=True)[:limit]
    people = history.numbered(hit.person_number for hit in hits if hit.person_number is not None)
    return [(people.get(hit.person_number or 0), hit) for hit in hits]

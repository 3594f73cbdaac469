"""Finds people and messages by words, whatever their accents and case, and though they be misspelled."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from linkbak.index.fts import (
    COLUMNS,
    Value,
    in_memory,
    message_index_in_memory,
    message_index_refresh,
    refresh,
    texts,
    up_to_date,
)
from linkbak.index.history import History, answered
from linkbak.index.models import Hit, Match, MessageHit, Person, Spans
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

# --- people -----------------------------------------------------------------------------------------------------------

_COLUMN_WORTH = 10
"""More than all grades together: where a word stands counts before how well it matches."""

Points = Mapping[int, int]
"""What a term is worth at each person it matches."""


class PeopleSought(NamedTuple):
    """A term, what is looked for in its place, and whom that finds."""

    term: Term
    patterns: Sequence[Pattern]
    points: Points

    @property
    def near(self) -> bool:
        """Whether it is also looked for as what is spelled nearly so."""
        return any(one.grade <= NEAR for one in self.patterns)


def search_people(db: sqlite3.Connection, account: str | None, query: str, limit: int) -> list[Hit]:
    """The people of an account, or of all, who match the query, best first.

    All terms must match, as a whole word or the beginning of one; a term that is nowhere may be misspelled. If that
    finds nobody, any term may be misspelled and phrases fall apart; if that finds nobody either, those who match most.
    """
    read = terms(query)
    if not read or limit < 1:
        return []
    with up_to_date(db, refresh, in_memory) as index:
        strict = {term: _people_sought(index, term) for term in read}
        if best := _best(db, account, _all([*strict.values()]), limit, read):
            return _people_hits(db, best, [*strict.values()])
        loose = [strict.get(term) or _people_sought(index, term) for term in loosened(read)]
        if all(one.points for one in loose):
            loose = [one if one.near else _widened(index, one.term) for one in loose]
            if best := _best(db, account, _all(loose), limit, read):
                return _people_hits(db, best, loose)
        return _people_hits(db, _best(db, account, _most(loose), limit, read), loose)


def _people_sought(index: sqlite3.Connection, term: Term) -> PeopleSought:
    found = _points(index, plain(term))
    return PeopleSought(term, plain(term), found) if found else _widened(index, term)


def _widened(index: sqlite3.Connection, term: Term) -> PeopleSought:
    patterns = [*plain(term), *like(index, "people_word", term)]
    return PeopleSought(term, patterns, _points(index, patterns))


def _points(index: sqlite3.Connection, patterns: Sequence[Pattern]) -> Points:
    """Whom the patterns find, each at the best they have: worst first, better ones write over it."""
    graded = [(grade, [one for one in patterns if one.grade == grade]) for grade in (FAR, NEAR, PREFIX, EXACT)]
    asked = [(grade, of_grade) for grade, of_grade in graded if of_grade]
    out: dict[int, int] = {}
    for worth, column in enumerate(reversed(COLUMNS), start=1):
        for grade, of_grade in asked:
            found = index.execute(
                "SELECT rowid FROM people_words WHERE people_words MATCH ?", (expression(of_grade, column),)
            )
            out.update(dict.fromkeys([number for (number,) in found], worth * _COLUMN_WORTH + grade))
    return out


def _all(sought: Sequence[PeopleSought]) -> dict[int, int]:
    """The scores of those whom every term finds."""
    first, *rest = sorted((one.points for one in sought), key=len)
    scores = dict(first)
    for points in rest:
        scores = {number: score + points[number] for number, score in scores.items() if number in points}
    return scores


def _most(sought: Sequence[PeopleSought]) -> dict[int, int]:
    """The scores of those whom any term finds; a term that is missing counts more than all else, and below zero."""
    missing = _COLUMN_WORTH * (len(COLUMNS) + 1) * len(sought)
    scores: dict[int, int] = {}
    for one in sought:
        for number, points in one.points.items():
            scores[number] = scores.get(number, -missing * len(sought)) + points + missing
    return scores


def _best(
    db: sqlite3.Connection, account: str | None, scores: Points, limit: int, read: Sequence[Term]
) -> list[tuple[int, int]]:
    """Numbers and scores of the best of the account; of equals the shortest names first, then by name.

    Of those with the same words in their names, who has them in the order asked for comes first.
    """
    asked = " ".join(word for term in read for word in term.words) if len(read) > 1 else ""
    out: list[tuple[int, int]] = []
    for score, group in _groups(scores):
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


def _groups(scores: Points) -> Iterator[tuple[int, list[int]]]:
    by_score: dict[int, list[int]] = {}
    for number, score in scores.items():
        by_score.setdefault(score, []).append(number)
    yield from sorted(by_score.items(), reverse=True)


def _people_hits(db: sqlite3.Connection, best: Sequence[tuple[int, int]], sought: Sequence[PeopleSought]) -> list[Hit]:
    told = texts(db, [number for number, _ in best])
    return [_people_hit(number, score, told[number], sought) for number, score in best]


def _people_hit(number: int, score: int, told: Iterable[Value], sought: Sequence[PeopleSought]) -> Hit:
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


def _place(graded: Sequence[tuple[Value, Sequence[int | None]]], at: int) -> tuple[Value, int] | None:
    """Where the term at this place of the query is best shown, and how well it matches there.

    Of texts of one worth the one that shows most of the other terms too.
    """
    places = [
        (COLUMNS.index(value.column), -grade, grades.count(None), order, value)
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


class MessagesSought(NamedTuple):
    """A term, what is looked for in its place, and whether any message has that."""

    term: Term
    patterns: Sequence[Pattern]
    found: bool


def search_messages(db: sqlite3.Connection, account: str | None, query: str, limit: int) -> list[MessageHit]:
    """The messages of an account, or of all, that match the query, newest first.

    All terms must match; what happens if no message has them all is as with people.
    """
    read = terms(query)
    if not read or limit < 1:
        return []
    with up_to_date(db, message_index_refresh, message_index_in_memory) as index:
        strict = {term: _messages_sought(index, term) for term in read}
        if hits := _messages_hits(db, account, _matching(index, [*strict.values()]), [*strict.values()], limit):
            return hits
        loose = [strict.get(term) or _messages_sought(index, term) for term in loosened(read)]
        if all(one.found for one in loose):
            loose = [_messages_sought(index, one.term, wide=True) for one in loose]
            if hits := _messages_hits(db, account, _matching(index, loose), loose, limit):
                return hits
        return _partial(db, index, account, loose, limit)


def _messages_sought(index: sqlite3.Connection, term: Term, *, wide: bool = False) -> MessagesSought:
    """The term as it is; may it be misspelled, or is it nowhere, also what is spelled nearly so."""
    exact = MessagesSought(term, plain(term), _is_anywhere(index, plain(term)))
    if exact.found and not wide:
        return exact
    near = like(index, "message_word", term)
    return exact._replace(patterns=[*exact.patterns, *near], found=exact.found or bool(near))


def _is_anywhere(index: sqlite3.Connection, patterns: Sequence[Pattern]) -> bool:
    asked = "SELECT 1 FROM message_words WHERE message_words MATCH ? LIMIT 1"
    return index.execute(asked, (expression(patterns),)).fetchone() is not None


def _matching(index: sqlite3.Connection, sought: Iterable[MessagesSought]) -> list[int]:
    """The numbers of messages that have every term."""
    asked = " AND ".join(expression(one.patterns) for one in sought)
    return [n for (n,) in index.execute("SELECT rowid FROM message_words WHERE message_words MATCH ?", (asked,))]


def _partial(
    db: sqlite3.Connection, index: sqlite3.Connection, account: str | None, sought: Sequence[MessagesSought], limit: int
) -> list[MessageHit]:
    """The messages that have most of the terms."""
    counts: dict[int, int] = {}
    for one in sought:
        for number in _matching(index, [one]):
            counts[number] = counts.get(number, 0) + 1
    out: list[MessageHit] = []
    for most in sorted(set(counts.values()), reverse=True):
        group = [number for number, count in counts.items() if count == most]
        out += _messages_hits(db, account, group, sought, limit - len(out), partial=True)
        if len(out) >= limit:
            break
    return out


def _messages_hits(
    db: sqlite3.Connection,
    account: str | None,
    numbers: Sequence[int],
    sought: Sequence[MessagesSought],
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
    sought: Sequence[MessagesSought], number: int, person: int | None, name: str, account: str, sent_at: str,
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


# --- questions of a history ---


@answered
def people_found(history: History, words: str, account: str | None = None, limit: int = 20) -> list[tuple[Person, Hit]]:
    """People found by words in what is or was known of them, best first."""
    hits = search_people(history.db, history.account_named(account), words, limit)
    people = history.numbered(hit.person_number for hit in hits)
    return [(people[hit.person_number], hit) for hit in hits]


@answered
def messages_found(
    history: History, words: str, account: str | None = None, limit: int = 20
) -> list[tuple[Person | None, MessageHit]]:
    """Messages found by words in their text, best first, with whom they were exchanged."""
    hits = search_messages(history.db, history.account_named(account), words, limit)
    people = history.numbered(hit.person_number for hit in hits if hit.person_number is not None)
    return [(people.get(hit.person_number or 0), hit) for hit in hits]

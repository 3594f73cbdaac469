"""Finds people by words of theirs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from linkbak.history.searching.index import in_memory, refresh, up_to_date
from linkbak.history.searching.patterns import EXACT, FAR, NEAR, PREFIX, Pattern, Text, expression, like, merged, plain
from linkbak.history.searching.queries import Term, loosened, terms
from linkbak.history.searching.records import Hit, Match
from linkbak.history.searching.texts import COLUMNS, Value, texts
from linkbak.history.searching.words import folded

_COLUMN_WORTH = 10
"""More than all grades together: where a word stands counts before how well it matches."""

Points = Mapping[int, int]
"""What a term is worth at each person it matches."""


class Sought(NamedTuple):
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
        return _found(db, index, account, read, limit)


def _found(
    db: sqlite3.Connection, index: sqlite3.Connection, account: str | None, read: list[Term], limit: int
) -> list[Hit]:
    strict = {term: _sought(index, term) for term in read}
    if best := _best(db, account, _all([*strict.values()]), limit, read):
        return _hits(db, best, [*strict.values()])
    loose = [strict.get(term) or _sought(index, term) for term in loosened(read)]
    if all(one.points for one in loose):
        loose = [one if one.near else _widened(index, one.term) for one in loose]
        if best := _best(db, account, _all(loose), limit, read):
            return _hits(db, best, loose)
    return _hits(db, _best(db, account, _most(loose), limit, read), loose)


def _sought(index: sqlite3.Connection, term: Term) -> Sought:
    found = _points(index, plain(term))
    return Sought(term, plain(term), found) if found else _widened(index, term)


def _widened(index: sqlite3.Connection, term: Term) -> Sought:
    patterns = [*plain(term), *like(index, "people_word", term)]
    return Sought(term, patterns, _points(index, patterns))


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


def _all(sought: Sequence[Sought]) -> dict[int, int]:
    """The scores of those whom every term finds."""
    first, *rest = sorted((one.points for one in sought), key=len)
    scores = dict(first)
    for points in rest:
        scores = {number: score + points[number] for number, score in scores.items() if number in points}
    return scores


def _most(sought: Sequence[Sought]) -> dict[int, int]:
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
            "SELECT p.number, p.name_key, p.id FROM json_each(?) w JOIN person p ON p.number = w.value "
            "WHERE ?2 IS NULL OR p.account = ?2",
            (f"[{','.join(map(str, group))}]", account),
        ).fetchall()
        rows.sort(
            key=lambda row: (
                bool(asked) and folded(row[1], compounds=False) != asked,
                row[1].count(" "),
                row[1],
                row[2],
            )
        )
        out += [(row[0], score) for row in rows]
        if len(out) >= limit:
            break
    return out[:limit]


def _groups(scores: Points) -> Iterator[tuple[int, list[int]]]:
    by_score: dict[int, list[int]] = {}
    for number, score in scores.items():
        by_score.setdefault(score, []).append(number)
    yield from sorted(by_score.items(), reverse=True)


def _hits(db: sqlite3.Connection, best: Sequence[tuple[int, int]], sought: Sequence[Sought]) -> list[Hit]:
    told = texts(db, [number for number, _ in best])
    return [_hit(number, score, told[number], sought) for number, score in best]


def _hit(number: int, score: int, told: Iterable[Value], sought: Sequence[Sought]) -> Hit:
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

"""Finds people, messages, invitations and posts by words, ignoring accents and case, even misspelled.

All hits are in one order: those with all words first; then by where the words stand, as in
`fts.COLUMNS`, names first and texts last; then, of texts, the newest.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from functools import cache
from types import MappingProxyType

from linkbak.index import Hit, Match, Person, Stranger, fts
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
    guessable,
    like,
    like_in,
    loosened,
    merged,
    plain,
    terms,
)
from linkbak.index.search_texts import AnyHit, CardHit, Found, Messages, Points, Sought, Source, Texts, worth
from linkbak.model import Card

PLACES = ("people", "contacts", "messages", "invitations", "posts")
"""The kinds to search; people in no list go with people, contacts are those of one's own address books."""


def search(
    db: sqlite3.Connection,
    account: str | None,
    query: str,
    limit: int,
    places: Collection[str] = PLACES,
    cards: Mapping[Card, tuple[str, ...]] = MappingProxyType({}),
) -> list[Found]:
    """The matches of an account, or of all, best first; `cards` are contacts, with their books."""
    read = terms(query)
    if not read or limit < 1:
        return []
    with ExitStack() as stack:
        sources: list[Source] = []
        if "people" in places:
            index = stack.enter_context(fts.up_to_date(db, fts.refresh_people, fts.make_people))
            sources.append(People(db, index, account))
        others = stack.enter_context(fts.up_to_date(db, fts.refresh_others, fts.make_others))
        texts = Texts(db, others, account, places)
        if "messages" in places:
            index = stack.enter_context(fts.up_to_date(db, fts.refresh_messages, fts.make_messages))
            sources.append(Messages(db, index, account, texts.named))
        if not {"messages", "contacts"} >= set(places):
            sources.append(texts)
        if cards and "contacts" in places:
            sources.append(Cards(cards))
        return _in_steps(sources, read, limit)


def _in_steps(sources: Sequence[Source], read: Sequence[Term], limit: int) -> list[Found]:
    """All terms must match, as a whole word or the beginning of one; a term that is nowhere may be misspelled.

    If that finds nothing, any term may be misspelled and phrases are split; if that finds nothing either, the best
    partial matches count.
    """

    @cache
    def found(patterns: tuple[Pattern, ...]) -> list[Points]:
        return [source.look(patterns) for source in sources]

    @cache
    def guesses(term: Term) -> tuple[Pattern, ...]:
        return tuple({one: None for source in sources for one in source.like(term)})

    def look(term: Term, *, wide: bool = False) -> list[Sought]:
        """The term in each source."""
        patterns = tuple(plain(term))
        if wide or not any(found(patterns)):
            patterns += guesses(term)
        return [Sought(term, patterns, points) for points in found(patterns)]

    def hits(sought: Sequence[Sequence[Sought]], most: bool) -> list[Found]:
        """The best of all sources; among equals the latest, people before texts in an order of their own."""
        found: list[Found] = []
        for at, source in enumerate(sources):
            enough = len(found) >= limit and not any(one.missing for one in found)
            found += source.best([term[at] for term in sought], most, limit, texts=not enough)
        found.sort(key=lambda one: one.at, reverse=True)
        found.sort(key=lambda one: (one.missing, -one.worth, bool(one.at)))
        return found[:limit]

    strict = {term: look(term) for term in read}
    if best := hits([*strict.values()], False):
        return best
    loose = [strict.get(term) or look(term) for term in loosened(read)]
    if all(any(one.found for one in term) for term in loose):
        loose = [look(term[0].term, wide=True) for term in loose]
        if best := hits(loose, False):
            return best
    return hits(loose, True)


# --- people -----------------------------------------------------------------------------------------------------------


class People:
    """Everybody who is or was in a list."""

    def __init__(self, db: sqlite3.Connection, index: sqlite3.Connection, account: str | None) -> None:
        self._db, self.index, self._account = db, index, account

    def like(self, term: Term) -> list[Pattern]:
        """Words spelled almost like the term."""
        return like_in(self.index, "people_word", term)

    def look(self, patterns: Sequence[Pattern]) -> Points:
        """The people the patterns find, each with the best score: worst first, so that better ones overwrite."""
        graded = [(grade, [one for one in patterns if one.grade == grade]) for grade in (FAR, NEAR, PREFIX, EXACT)]
        asked = [(grade, of_grade) for grade, of_grade in graded if of_grade]
        out: dict[int, int] = {}
        for column in reversed(fts.COLUMNS):
            for grade, of_grade in asked:
                words = expression(of_grade, column)
                found = self.index.execute("SELECT rowid FROM people_words WHERE people_words MATCH ?", (words,))
                out.update(dict.fromkeys([number for (number,) in found], worth(column, grade)))
        return out

    def best(self, sought: Sequence[Sought], most: bool, limit: int, *, texts: bool) -> list[Found]:
        """The best of them; a text alone is none of them."""
        words = [word for one in sought for word in one.term.words] if len(sought) > 1 else []
        best = self._ordered(_most(sought) if most else _all(sought), limit, " ".join(words))
        values = fts.texts(self._db, [number for number, _ in best])
        hits = [_people_hit(number, score, values[number], sought) for number, score in best]
        points = (sum(one.found.get(hit.person_number, 0) for one in sought) for hit in hits)
        return [Found(len(hit.missing), each, "", hit) for hit, each in zip(hits, points, strict=True)]

    def _ordered(self, scores: Points, limit: int, asked: str) -> list[tuple[int, int]]:
        """Numbers and scores of the best of the account; of equals the shortest names first, then by name.

        Of those with the same words in their names, who has them in the order asked for comes first.
        """
        by_score: dict[int, list[int]] = {}
        for number, score in scores.items():
            by_score.setdefault(score, []).append(number)
        out: list[tuple[int, int]] = []
        for score, group in sorted(by_score.items(), reverse=True):
            # Hundreds may have a letter: only where the words of a name matter must each be looked at.
            most = -1 if asked else limit
            given = {"numbers": f"[{','.join(map(str, group))}]", "account": self._account, "most": most}
            order = self._db.execute(_ORDERED, given).fetchall()
            if asked:
                order.sort(key=lambda row: folded(row[0], compounds=False) != asked)
            out += [(number, score) for _, number in order]
            if len(out) >= limit:
                break
        return out[:limit]


def _all(sought: Sequence[Sought]) -> dict[int, int]:
    """The scores of people whom every term finds."""
    first, *rest = sorted((one.found for one in sought), key=len)
    scores = dict(first)
    for points in rest:
        scores = {number: score + points[number] for number, score in scores.items() if number in points}
    return scores


def _most(sought: Sequence[Sought]) -> dict[int, int]:
    """The scores of people whom any term finds; a missing term counts more than all else, and below zero."""
    missing = (worth(fts.COLUMNS[0], EXACT) + 1) * len(sought)
    scores: dict[int, int] = {}
    for one in sought:
        for number, points in one.found.items():
            scores[number] = scores.get(number, -missing * len(sought)) + points + missing
    return scores


_ORDERED = """
SELECT p.name_key, p.number FROM json_each(:numbers) w JOIN person p ON p.number = w.value
WHERE :account IS NULL OR p.account = :account
ORDER BY length(p.name_key) - length(replace(p.name_key, ' ', '')), p.name_key, p.id, p.number LIMIT :most
"""
"""People, the shortest names first, then by name."""


def _people_hit(number: int, score: int, values: Iterable[fts.Value], sought: Sequence[Sought]) -> Hit:
    """The texts that match: for each term the first of the best column, with all matching words marked."""
    parted = [(value, Text(value.text, compounds=value.compound)) for value in values]
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
    """The text that shows the term at this place of the query best, and how well it matches there.

    Among texts of one score the one that shows most of the other terms too.
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


@answered
def everything_found(
    history: History,
    words: str,
    account: str | None = None,
    limit: int = 20,
    places: Collection[str] = PLACES,
    cards: Mapping[Card, tuple[str, ...]] = MappingProxyType({}),
) -> list[tuple[Person | None, AnyHit]]:
    """What is found by words, best first: people by what is or was known of them, those in no list by name, messages
    and notes of invitations by words and by who is at the other end, posts by words, contacts by what their `cards`
    have. Each comes with whom it is about.
    """
    found = [one.hit for one in search(history.db, history.account_named(account), words, limit, places, cards)]
    numbers = [None if isinstance(hit, Stranger | CardHit) else hit.person_number for hit in found]
    people = history.numbered(number for number in numbers if number is not None)
    return [(people.get(number or 0), hit) for number, hit in zip(numbers, found, strict=True)]


class Cards:
    """Everybody in one's own address books, which are in no index, and so taken apart for each search.

    A card shows its name, work, and ways, worth as much as those of people.
    """

    def __init__(self, cards: Mapping[Card, tuple[str, ...]]) -> None:
        self._accounts = cards
        self._cards = [*cards]
        self._folded = [
            (
                ("name", f" {folded(card.name)} "),
                ("work", f" {folded(f'{card.position} {card.company}')} "),
                ("contact", f" {folded(' '.join((*card.emails, *card.phones)), compounds=False)} "),
            )
            for card in cards
        ]

    def like(self, term: Term) -> list[Pattern]:
        """What is spelled nearly as the term."""
        texts = (text for columns in self._folded for _, text in columns)
        known = sorted({word for text in texts for word in text.split() if guessable(word)})
        return like(term, lambda least, most: [word for word in known if least <= len(word) <= most])

    def look(self, patterns: Sequence[Pattern]) -> Points:
        """Which cards the patterns find, and at what worth."""
        sought = [(f" {' '.join(one.words)}{'' if one.grade == PREFIX else ' '}", one.grade) for one in patterns]
        found = {}
        for at, columns in enumerate(self._folded):
            points = [worth(column, grade) for column, text in columns for words, grade in sought if words in text]
            if points:
                found[at] = max(points)
        return found

    def best(self, sought: Sequence[Sought], most: bool, limit: int, *, texts: bool) -> list[Found]:
        """The best of those that have all terms, or, with `most`, any."""
        places = [set(one.found) for one in sought]
        wanted = set.union(*places) if most else set.intersection(*places)
        ranked = [
            (sum(at not in one.found for one in sought), -sum(one.found.get(at, 0) for one in sought), at)
            for at in wanted
        ]
        return [self._hit(at, missing, -points, sought) for missing, points, at in sorted(ranked)[:limit]]

    def _hit(self, at: int, missing: int, points: int, sought: Sequence[Sought]) -> Found:
        card = self._cards[at]
        work = ", ".join(filter(None, (card.position, card.company)))
        parted = [(text, Text(text)) for text in (card.name, work, *card.emails, *card.phones)]
        patterns = [pattern for one in sought for pattern in one.patterns]
        grades = [max((text.grade(one.patterns) or 0 for _, text in parted), default=0) for one in sought]
        shown = [(text, merged(words.spans(patterns))) for text, words in parted]
        hit = CardHit(
            card,
            self._accounts[card],
            shown[0][1],
            tuple((text, spans) for text, spans in shown[1:] if spans),
            tuple(one.term.text for one in sought if at not in one.found),
            any(at in one.found and grade <= NEAR for one, grade in zip(sought, grades, strict=True)),
        )
        return Found(missing, points, "", hit)

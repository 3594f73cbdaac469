"""Contacts of one's own address books as a place to search: in no index, and so taken apart for each search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from linkbak.index.query import NEAR, PREFIX, Pattern, Term, Text, folded, guessable, like, merged
from linkbak.index.search_texts import CardHit, Found, Points, Sought, worth
from linkbak.model import Card


class Cards:
    """Everybody in one's own address books; a card shows its name, work, and ways, worth as much as those of people."""

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

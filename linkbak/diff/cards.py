"""What changed between two address books: who came, went and changed, card by card.

A card is the same card if all of it is equal; else if its UID is; else if an e-mail address is; else if its name is,
and nobody else has that name in either book. Each of these counts only where it is one card's on both sides. There are
no causes: the owner took out a card that went, or their program left it out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence, Set

from linkbak.matching import name_key
from linkbak.model import Card, NamedTuple


class CardDiff(NamedTuple):
    """The cards of two books: each of the earlier stayed, changed or went, of the later stayed, changed or came."""

    came: tuple[Card, ...]
    went: tuple[Card, ...]
    changed: tuple[tuple[Card, Card], ...]
    unchanged: int

    @property
    def strange(self) -> bool:
        """Whether almost nothing is in both, so that these may be two different books."""
        return bool(self.went) and 10 * (self.unchanged + len(self.changed)) < len(self.went)


def compare_cards(before: Iterable[Card], after: Iterable[Card]) -> CardDiff:
    """What changed from one book to a later one."""
    old, new = Counter(before), Counter(after)
    both = old & new
    left, right = list((old - both).elements()), list((new - both).elements())
    changed: list[tuple[Card, Card]] = []
    for keys in (lambda card: {card.uid} - {""}, emails_of, lambda card: {name_key(card.name, "")} - {""}):
        pairs = _joined(left, right, keys)
        changed += pairs
        taken = [Counter(side) for side in zip(*pairs, strict=True)] or [Counter(), Counter()]
        left, right = (list((Counter(some) - mine).elements()) for some, mine in zip((left, right), taken, strict=True))
    return CardDiff(tuple(right), tuple(left), tuple(changed), both.total())


def emails_of(card: Card) -> frozenset[str]:
    """The addresses of a card, as they are compared."""
    return frozenset(email.strip().casefold() for email in card.emails)


def _joined(left: Sequence[Card], right: Sequence[Card], keys: Callable[[Card], Set[str]]) -> list[tuple[Card, Card]]:
    """The pairs that share a key which is one card's on each side, each card in one pair at most."""
    sides = [Counter(key for card in side for key in keys(card)) for side in (left, right)]
    places = {key: at for at, card in enumerate(right) for key in keys(card)}
    taken = set[int]()
    pairs = []
    for card in left:
        for key in sorted(keys(card)):
            at = places.get(key)
            if at is not None and at not in taken and sides[0][key] == sides[1][key] == 1:
                taken.add(at)
                pairs.append((card, right[at]))
                break
    return pairs

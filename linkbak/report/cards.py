"""Address books: what changed between two of them, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal, TypedDict

from linkbak.report import Block, Line, count, day, more
from linkbak.report.json import fill

if TYPE_CHECKING:
    from linkbak.diff.cards import CardDiff
    from linkbak.model import Card
    from linkbak.vault import Summary

_SHOWN = 10
_FIELDS = {
    "name": "name", "emails": "e-mail", "phones": "number", "company": "company", "position": "position",
    "urls": "link", "uid": "UID",
}  # fmt: skip
"""What a card has, and what it is called."""


def summary(diff: CardDiff) -> str:
    """``3 contacts came, 1 went, 2 changed``."""
    told = [(len(diff.came), "came"), (len(diff.went), "went"), (len(diff.changed), "changed")]
    parts = [f"{number:,} {what}" for number, what in told if number]
    if not parts:
        return f"the same {count(diff.unchanged, 'contact')}"
    first, _, rest = parts[0].partition(" ")
    noun = "contact" if first == "1" else "contacts"
    return ", ".join([f"{first} {noun} {rest}", *parts[1:]])


def text(diff: CardDiff, before: Summary, after: Summary, *, everyone: bool) -> list[Block]:
    """What changed between two books of one account."""
    head = f"{after.key.account}, {day(before.taken)} to {day(after.taken)}: {summary(diff)}"
    blocks: list[Block] = [Line(head, "strong")]
    if diff.strange:
        blocks.append(Line(STRANGE, "odd"))
    for title, cards in (("went:", diff.went), ("came:", diff.came)):
        blocks += _listed(title, [called(card) for card in cards], everyone=everyone)
    told = [f"{called(new)}: {', '.join(_FIELDS[field] for field in _fields(old, new))}" for old, new in diff.changed]
    return [*blocks, *_listed("changed:", told, everyone=everyone)]


STRANGE = (
    "Next to nothing is in both: perhaps these are two books. `linkbak forget SNAPSHOT --account NAME` keeps one apart."
)


def called(card: Card) -> str:
    """The card's name, and its work or its first address."""
    beside = next(filter(None, (card.company, *card.emails, *card.phones)), "")
    return ", ".join(filter(None, (card.name, beside if beside != card.name else "")))


def _listed(title: str, lines: Sequence[str], *, everyone: bool) -> Iterator[Block]:
    if not lines:
        return
    yield Line()
    yield Line(title)
    shown = lines if everyone else lines[:_SHOWN]
    yield from (Line(line, indent=2) for line in shown)
    yield from more(len(lines) - len(shown), "see all with --all", 2)


def _fields(old: Card, new: Card) -> list[str]:
    return [name for name, one, other in zip(old._fields, old, new, strict=True) if one != other]


# --- JSON ---


class CardDocument(TypedDict):
    """A card of an address book."""

    name: str
    emails: list[str]
    phones: list[str]
    company: str | None
    position: str | None
    urls: list[str]
    uid: str | None


class ChangedCardDocument(TypedDict):
    """A card that changed, and in what."""

    before: CardDocument
    after: CardDocument
    fields: list[str]


class BookDocument(TypedDict):
    """One of the two books; `contacts` is how many cards it holds."""

    id: str
    taken: str
    contacts: int


class CardDiffDocument(TypedDict):
    """What `linkbak diff --json` prints of an address book."""

    schema: Literal["linkbak.diff-contacts/1"]
    network: str
    account: str
    before: BookDocument
    after: BookDocument
    counts: dict[str, int]
    came: list[CardDocument]
    went: list[CardDocument]
    changed: list[ChangedCardDocument]


def document(diff: CardDiff, before: Summary, after: Summary) -> CardDiffDocument:
    """The whole of it."""
    stayed = diff.unchanged + len(diff.changed)
    return {
        "schema": "linkbak.diff-contacts/1",
        "network": after.network,
        "account": after.account,
        "before": {"id": before.id, "taken": before.taken, "contacts": stayed + len(diff.went)},
        "after": {"id": after.id, "taken": after.taken, "contacts": stayed + len(diff.came)},
        "counts": {
            "came": len(diff.came),
            "went": len(diff.went),
            "changed": len(diff.changed),
            "unchanged": diff.unchanged,
        },
        "came": [_card(one) for one in diff.came],
        "went": [_card(one) for one in diff.went],
        "changed": [
            {"before": _card(old), "after": _card(new), "fields": _fields(old, new)} for old, new in diff.changed
        ],
    }


def _card(card: Card) -> CardDocument:
    lists = {name: list(getattr(card, name)) for name in ("emails", "phones", "urls")}
    return fill(CardDocument, card, **lists)

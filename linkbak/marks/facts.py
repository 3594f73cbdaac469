"""What a mark is, and the words a user may say one with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from unicodedata import normalize

from linkbak.errors import UsageProblem
from linkbak.model import Connection


class Subject(NamedTuple):
    """Whom a mark is about, as they were listed when it was made; `connected_on` is an ISO date or ""."""

    name: str
    url: str
    connected_on: str


class Mark(NamedTuple):
    """One fact the user told: `fact` is one of FACTS; `value` is the text of a note, a tag, a cause, else "".

    `undone_at` is when it was taken back, "" if it was not or nobody can say.
    """

    id: str
    fact: str
    value: str
    account: str
    subject: Subject
    at: str
    undone: bool = False
    undone_at: str = ""


FACTS = {
    "removed-by-me": "you ended the connection yourself",
    "known": "you know this person",
    "unknown": "you do not know this person",
    "note": "a text of your own, on one line",
    "tag": "a word of your own, without blanks and commas",
    "cause": "why they are gone, if you know it",
}
"""Each fact a user may tell of a person, and what it means."""

CAUSES = {
    "removed-by-me": "you ended the connection",
    "removed-by-them": "they ended the connection",
    "closed": "they closed their account",
    "blocked": "one of you blocked the other",
    "purge": "the network closed their account",
    "fault": "a fault of the network",
    "incomplete": "the export was not whole",
    "other": "something else",
}
"""Each cause a user may give for somebody being gone, and what it means."""

VALUED = frozenset({"note", "tag", "cause"})
"""The facts that say nothing without a value."""

LONGEST = 2000
"""The most characters of a value."""

_RIVALS = (frozenset({"known", "unknown"}), frozenset({"removed-by-me", "cause"}))
"""Facts of which one person has a single one: the last said."""


def subject_of(row: Connection) -> Subject:
    """Somebody as a mark names them."""
    return Subject(row.name, row.url, row.connected_on.isoformat() if row.connected_on else "")


def checked(fact: str, value: str) -> str:
    """The value as it is kept; raises UsageProblem if `fact` is none, or cannot be said with that value."""
    if fact not in FACTS:
        raise UsageProblem(f"{fact!r} is not a fact about a person", hint=f"The facts are {', '.join(FACTS)}.")
    value = value.strip()
    if fact in VALUED:
        _check_text(fact, value)
    elif value:
        raise UsageProblem(f"{fact} takes nothing behind it", hint="Your own words go into a note.")
    if fact == "tag":
        return _tag(value)
    if fact == "cause" and value not in CAUSES:
        raise UsageProblem(f"{value!r} is not a cause", hint=f"The causes are {', '.join(CAUSES)}.")
    return value


def _check_text(fact: str, value: str) -> None:
    if not value:
        raise UsageProblem(f"what {fact}? It needs a word behind it", hint=f"{fact}: {FACTS[fact]}.")
    if len(value.splitlines()) > 1:
        raise UsageProblem(f"a {fact} is one line, this has several")
    if len(value) > LONGEST:
        raise UsageProblem(f"a {fact} has at most {LONGEST:,} characters, this has {len(value):,}")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise UsageProblem(f"the {fact} is not UTF-8 text") from None


def _tag(value: str) -> str:
    tag = normalize("NFC", value)
    if "," in tag or tag.split() != [tag]:
        raise UsageProblem("a tag has no blanks and no commas", hint="Set several tags one by one.")
    return tag


def in_force(marks: Iterable[Mark]) -> list[Mark]:
    """Of the marks of one person, in the vault's order, those neither undone nor overtaken by a later word.

    Who is known is not unknown any more, and only the last cause given counts, `removed-by-me` being one.
    """
    kept: list[Mark] = []
    for mark in marks:
        if not mark.undone:
            rivals = next((group for group in _RIVALS if mark.fact in group), frozenset())
            kept = [one for one in kept if one.fact not in rivals]
            kept.append(mark)
    return kept


def says(marks: Iterable[Mark], fact: str, value: str) -> bool:
    """Whether the marks of one person, in the vault's order, say that already."""
    return any((mark.fact, mark.value) == (fact, value) for mark in in_force(marks))

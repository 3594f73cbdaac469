"""What was written over the years, and what is not answered: for `stats`, the digest and the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from linkbak.report import Block, Column, Line, Table, count, number, sentence

if TYPE_CHECKING:
    from linkbak.stats import Talked

_YEARS = 10
"""So many years have a row each; what is older has one together."""


def rows(talk: Talked) -> list[tuple[str, ...]]:
    """A row a year, the newest first: the year, the messages of the owner, theirs, and adverts."""
    years = [*reversed(talk.years)]
    shown = [(str(one.year), one.sent, one.received, one.adverts) for one in years[:_YEARS]]
    if older := years[_YEARS:]:
        sums = (sum(one.sent for one in older), sum(one.received for one in older), sum(one.adverts for one in older))
        shown.append((f"up to {older[0].year}", *sums))
    return [(name, *map(number, values)) for name, *values in shown]


def talk_text(talk: Talked | None) -> list[Block]:
    """A table of the years, and what is not answered; nothing where no archive holds messages."""
    if talk is None:
        return []
    columns = (Column("year"), Column("yours", right=True), Column("theirs", right=True), Column("adverts", right=True))
    table = [Table(columns, rows(talk))] if talk.years else []
    return [
        Line(),
        Line("Messages", "strong"),
        *table,
        *(Line(sentence(one), indent=2) for one in (waiting(talk), *same_words(talk))),
    ]


def waiting(talk: Talked) -> str:
    """``2 conversations wait for your answer (1 new), 3 for theirs``."""
    fresh = f" ({number(talk.fresh)} new)" if talk.fresh else ""
    untold = f"; of {number(talk.untold)} it cannot be told" if talk.untold else ""
    waits = "waits" if talk.by_me == 1 else "wait"
    return (
        f"{count(talk.by_me, 'conversation')} {waits} for your answer{fresh}, {number(talk.by_them)} for theirs{untold}"
    )


def same_words(talk: Talked) -> list[str]:
    """``2 texts came from 3 or more people (1 new): linkbak pitches``; nothing if there is none."""
    fresh = f" ({number(talk.fresh_words)} new)" if talk.fresh_words else ""
    what = f"{count(talk.same_words, 'text')} came from 3 or more people{fresh}: linkbak pitches"
    return [what] if talk.same_words else []


# --- JSON ---


class TalkYearDocument(TypedDict):
    """How many messages are of a year: yours, theirs, of nobody knows whom, and adverts."""

    year: int
    sent: int
    received: int
    untold: int
    adverts: int


class TalkDocument(TypedDict):
    """Messages by year, and conversations of two that wait for your answer, for theirs, or of which nobody can tell.

    `fresh` are those of the first that are new since the archive before; null without one. `same_words` texts came from
    three or more people, `fresh_words` of them since the archive before; null without one.
    """

    years: list[TalkYearDocument]
    by_me: int
    by_them: int
    untold: int
    fresh: int | None
    same_words: int
    fresh_words: int | None

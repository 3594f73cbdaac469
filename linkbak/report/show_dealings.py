"""What passed between the owner and one person, for their page: invitations, praise, notes, marks."""

from __future__ import annotations

from collections.abc import Sequence

from linkbak.history.records import Endorsed, Invited, Noted, Recommended
from linkbak.marks import CAUSES, Mark, in_force
from linkbak.report.blocks import Block, Line
from linkbak.report.people_words import one_line
from linkbak.report.words import day

_SAID = {
    "note": "you noted",
    "known": "you know them",
    "unknown": "you do not know them",
    "removed-by-me": "you ended the connection",
    "cause": "you named the cause",
}
"""The facts of a mark, as what the reader said; tags stand elsewhere."""


def invitation(one: Invited) -> str:
    """``they invited you on 4 Mar 2026: "Hello"``."""
    sides = "you invited them" if one.outgoing else "they invited you"
    date = f" on {day(one.sent_at)}" if one.sent_at else ""
    message = one_line(one.message)
    return f'{sides}{date}: "{message}"' if message else f"{sides}{date}, without a note"


def invitations(asked: Sequence[Invited]) -> list[Block]:
    """A line each."""
    return [Line(invitation(one), indent=2) for one in asked]


def endorsements(praised: Sequence[Endorsed]) -> list[Block]:
    """A line each way."""
    blocks: list[Block] = []
    for given, sides in ((False, "they endorsed you for"), (True, "you endorsed them for")):
        skills = [f"{one_line(one.skill)}{_aside(one.at, one.status)}" for one in praised if one.given is given]
        if skills:
            blocks.append(Line(f"{sides} {', '.join(skills)}", indent=2))
    return blocks


def recommendations(praised: Sequence[Recommended]) -> list[Block]:
    """Who recommended whom, as what they were then; below it the text."""
    blocks: list[Block] = []
    for one in praised:
        sides = "you recommended them" if one.given else "they recommended you"
        blocks.append(Line(f"{sides}{_aside(one.at, one.status, one.position, one.company)}", indent=2))
        if one.text.strip():
            blocks.append(Line(f'"{one_line(one.text)}"', indent=4))
    return blocks


def _aside(at: str, status: str, *more: str) -> str:
    """In brackets: what more there is to say, when, and what became of it unless it was simply accepted."""
    became = "" if status.casefold() in ("", "accepted", "visible") else status.lower()
    told = [part for part in map(one_line, (*more, day(at), became)) if part]
    return f" ({', '.join(told)})" if told else ""


def notes(kept: Sequence[Noted]) -> list[Block]:
    """Each with its dates."""
    return [Line(f"{_dates(one)}{one_line(one.text)}", indent=2) for one in kept]


def _dates(note: Noted) -> str:
    told = [day(note.created), f"edited {day(note.edited)}" if note.edited else ""]
    dates = ", ".join(part for part in told if part)
    return f"{dates}: " if dates else ""


def marks(said: Sequence[Mark]) -> list[Block]:
    """What the user said and neither took back nor said otherwise since; tags stand among the facts of the page."""
    return [Line(_mark(one), indent=2) for one in in_force(said) if one.fact != "tag"]


def _mark(mark: Mark) -> str:
    value = CAUSES.get(mark.value, mark.value) if mark.fact == "cause" else mark.value
    said = _SAID.get(mark.fact, mark.fact)
    return f"{day(mark.at)}, {said}{f': {one_line(value)}' if value.strip() else ''} (mark {mark.id})"

"""Why somebody is gone, as far as the files tell: in one phrase, and as the evidence for and against."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

from linkbak.causes.phrases import PHRASES, headline
from linkbak.history.records import State, Window
from linkbak.report.blocks import Block, Line
from linkbak.report.people_words import when
from linkbak.report.words import day, who, work

if TYPE_CHECKING:
    from linkbak.causes.fates import Fate
    from linkbak.causes.verdict import Cause, Evidence, Verdict
    from linkbak.model import Connection

STATES: dict[State, str] = {
    "suspected": "only the newest list lacks them; the next export will tell",
    "confirmed": "a list of a later day lacks them too",
    "held": "not believed yet: wait for the next export, or use --accept",
    "unclear": "the rows allow two readings; see the end",
}
"""What each state of somebody who may be gone means, in the order in which pages count them."""


def cause_of(fate: Fate, between: Window | None = None) -> str:
    """One phrase: how sure it is that they are gone, and why; or since when they are back.

    When they went is told unless it is in the window `between`, which the page names anyway.
    """
    if fate.state in ("listed", "hidden"):
        shown = "" if fate.state == "listed" else ", hidden"
        return f"back since {day(fate.window.before)}{shown}" if fate.window.before else f"listed today{shown}"
    if fate.verdict is None:
        return "perhaps gone: the rows allow two readings"
    gone = "" if between == fate.window else f", gone {when(fate.window)}"
    return f"{fate.state}{gone}; {headline(fate.verdict)}"


def with_causes(
    people: Sequence[Connection], fates: Sequence[Fate | None], taken: tuple[str, str], indent: int = 2
) -> list[Block]:
    """Each of the vanished, below them their state and cause; `taken` are the times of the two snapshots compared."""
    told = fates[: len(people)]
    blocks: list[Block] = []
    for person, fate in zip_longest(people, told):
        since = f"; connected {day(person.connected_on)}" if person.connected_on else ""
        blocks.append(Line(f"{', '.join(filter(None, (who(person), work(person))))}{since}", indent=indent))
        if fate is not None:
            blocks.append(Line(cause_of(fate, Window(*taken)), "dim", indent + 2))
    return blocks + _legend(told, indent)


def _legend(fates: Iterable[Fate | None], indent: int) -> list[Block]:
    """A line that says what "suspected" means, if anybody is."""
    if not any(fate is not None and fate.state == "suspected" for fate in fates):
        return []
    return [Line(f"suspected: {STATES['suspected']}", "dim", indent)]


def why(verdict: Verdict, indent: int) -> list[Block]:
    """A line for each piece of evidence: "+" speaks for its cause, "-" against it, "~" decides nothing.

    What is about another cause than the verdict's names that cause.
    """
    if not verdict.evidence:
        return [Line("~ the archives hold nothing that bears on it", "dim", indent)]
    return [Line(_piece(one, verdict.cause), indent=indent) for one in verdict.evidence]


def _piece(one: Evidence, cause: Cause) -> str:
    if one.cause == "unknown" and not one.favours:
        return f"~ {one.text}"
    about = "" if one.cause == cause else f" ({'for' if one.favours else 'against'}: {PHRASES[one.cause]})"
    return f"{'+' if one.favours else '-'} {one.text}{about}"

"""A person's line through the snapshots, for their page: jobs, names, comings and goings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from linkbak.history.records import Alternative, Job, Line, Span, Tenure
from linkbak.report.blocks import Block
from linkbak.report.blocks import Line as Text
from linkbak.report.people_words import standing, when
from linkbak.report.words import day, who

_WENT = {
    "gone": "no longer listed",
    "hidden": "shown only as a date",
    "unclear": "perhaps gone; the rows allow two readings",
}
_BACK = {"gone": "listed again", "hidden": "shown by name again", "unclear": "listed for certain"}
_NO_JOB = "shows no company and no position"


class _Event(NamedTuple):
    """What happened, when in words, and the date or time that puts it in order."""

    at: str
    told: str
    what: str


def life(line: Line) -> list[Block]:
    """Everything that happened, oldest first, a line each, with the window in which it did."""
    events = [*_tenures(line.tenures), *_names(line.names), *_jobs(line.jobs, line.person.first_seen), *_absences(line)]
    return [Text(f"{one.told}: {one.what}", indent=2) for one in sorted(events, key=lambda one: one.at)]


def _tenures(tenures: Sequence[Tenure]) -> Iterator[_Event]:
    for place, one in enumerate(tenures):
        what = "connected again" if place else "connected"
        if one.connected_on:
            yield _Event(one.connected_on, day(one.connected_on), what)
        elif place:
            yield _Event(one.began.before, when(one.began), what)


def _names(names: Sequence[Span]) -> Iterator[_Event]:
    """Nothing of somebody who never changed it: the name stands on top of the page."""
    for before, one in zip([None, *names], names, strict=False):
        if before is not None:
            yield _Event(one.began.before, when(one.began), f"{before.value} is now {one.value}")


def _jobs(jobs: Sequence[Job], first_seen: str) -> Iterator[_Event]:
    """Each job, and where one ended that no other followed at once.

    What the first list with them says began nobody knows when: before that list is all that can be said.
    """
    for one, following in zip(jobs, [*jobs[1:], None], strict=False):
        told = ", ".join(part for part in (one.position.strip(), one.company.strip()) if part)
        at = one.began.before
        yield _Event(at, f"by {day(at)}" if at == first_seen else when(one.began), told or _NO_JOB)
        if one.ended is not None and (following is None or following.began != one.ended):
            yield _Event(one.ended.before, when(one.ended), _NO_JOB)


def _absences(line: Line) -> Iterator[_Event]:
    for one in line.absences:
        yield _Event(one.went.before, when(one.went), _WENT[one.kind])
        if one.back is not None:
            yield _Event(one.back.before, when(one.back), _BACK[one.kind])


def former(line: Line) -> list[Block]:
    """Addresses and e-mails they no longer show, and from which list to which they did."""
    return [Text(text, indent=2) for text in (*_past(line.addresses), *_past(line.emails))]


def _past(spans: Iterable[Span]) -> Iterator[str]:
    for one in spans:
        if one.value.strip() and one.ended is not None:
            first, last = day(one.began.before), day(one.ended.after)
            lists = f"in lists from {first} to {last}" if last and first != last else f"in the list of {first}"
            yield f"{one.value.strip()} ({lists})"


def doubts(alternatives: Sequence[Alternative]) -> list[Block]:
    """Others who may be the same person, and why nobody can tell."""
    blocks: list[Block] = []
    for one in alternatives:
        sentence, tone = standing(one.person)
        blocks.append(Text(f"{who(one.person.row)} ({one.person.id}), {sentence}", tone, 2))
        blocks.append(Text(f"{when(one.window)}: {one.reason}", indent=4))
    return blocks

"""One person as a page: who they are, how they stand, and everything the archives say of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from linkbak.index.models import (
    Absence,
    Alternative,
    Endorsed,
    Invited,
    Job,
    Line,
    Noted,
    Person,
    Recommended,
    Span,
    Tenure,
)
from linkbak.marks import CAUSES, Mark, in_force
from linkbak.report.people import between, one_line, standing, when
from linkbak.report.text import Block, day, number, who, work
from linkbak.report.text import Line as Text

if TYPE_CHECKING:
    from linkbak.causes import Verdict


# --- show_line --------------------------------------------------------------------------------------------------------
# A person's line through the snapshots, for their page: jobs, names, comings and goings.

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


# --- show_dealings ----------------------------------------------------------------------------------------------------
# What passed between the owner and one person, for their page: invitations, praise, notes, marks.

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
    return [Text(invitation(one), indent=2) for one in asked]


def endorsements(praised: Sequence[Endorsed]) -> list[Block]:
    """A line each way."""
    blocks: list[Block] = []
    for given, sides in ((False, "they endorsed you for"), (True, "you endorsed them for")):
        skills = [f"{one_line(one.skill)}{_aside(one.at, one.status)}" for one in praised if one.given is given]
        if skills:
            blocks.append(Text(f"{sides} {', '.join(skills)}", indent=2))
    return blocks


def recommendations(praised: Sequence[Recommended]) -> list[Block]:
    """Who recommended whom, as what they were then; below it the text."""
    blocks: list[Block] = []
    for one in praised:
        sides = "you recommended them" if one.given else "they recommended you"
        blocks.append(Text(f"{sides}{_aside(one.at, one.status, one.position, one.company)}", indent=2))
        if one.text.strip():
            blocks.append(Text(f'"{one_line(one.text)}"', indent=4))
    return blocks


def _aside(at: str, status: str, *more: str) -> str:
    """In brackets: what more there is to say, when, and what became of it unless it was simply accepted."""
    became = "" if status.casefold() in ("", "accepted", "visible") else status.lower()
    told = [part for part in map(one_line, (*more, day(at), became)) if part]
    return f" ({', '.join(told)})" if told else ""


def notes(kept: Sequence[Noted]) -> list[Block]:
    """Each with its dates."""
    return [Text(f"{_dates(one)}{one_line(one.text)}", indent=2) for one in kept]


def _dates(note: Noted) -> str:
    told = [day(note.created), f"edited {day(note.edited)}" if note.edited else ""]
    dates = ", ".join(part for part in told if part)
    return f"{dates}: " if dates else ""


def marks(said: Sequence[Mark]) -> list[Block]:
    """What the user said and neither took back nor said otherwise since; tags stand among the facts of the page."""
    return [Text(_mark(one), indent=2) for one in in_force(said) if one.fact != "tag"]


def _mark(mark: Mark) -> str:
    value = CAUSES.get(mark.value, mark.value) if mark.fact == "cause" else mark.value
    said = _SAID.get(mark.fact, mark.fact)
    return f"{day(mark.at)}, {said}{f': {one_line(value)}' if value.strip() else ''} (mark {mark.id})"


# --- show -------------------------------------------------------------------------------------------------------------

_LABEL = 13


def person_page(line: Line, verdict: Verdict | None = None, *, tell_account: bool = False) -> list[Block]:
    """The page; what nobody said has no line. `verdict` is given of those who are lost."""
    sections: Sequence[tuple[str, list[Block]]] = (
        ("Why", _why(verdict)),
        ("Through the years", life(line)),
        ("Addresses and e-mails before", former(line)),
        ("Invitations", _more(line)),
        ("Endorsements", endorsements(line.endorsements)),
        ("Recommendations", recommendations(line.recommendations)),
        ("Notes the network kept", notes(line.notes)),
        ("Your marks", marks(line.marks)),
        ("Perhaps the same person", doubts(line.alternatives)),
    )
    blocks = [*_head(line), *_facts(line, tell_account)]
    for title, body in sections:
        if body:
            blocks += [Text(), Text(title, "strong"), *body]
    return blocks


def _head(line: Line) -> list[Block]:
    """Name, work, how they stand; those who came back are told before anything else."""
    person = line.person
    sentence, tone = standing(person)
    blocks: list[Block] = [Text(who(person.row), "strong")]
    if told := work(person.row):
        blocks.append(Text(told))
    blocks.append(Text(sentence, tone))
    if person.state in ("listed", "hidden"):
        blocks += [Text(_back(one), "good") for one in line.absences if one.kind == "gone" and one.back]
    return blocks


def _back(absence: Absence) -> str:
    assert absence.back is not None
    return f"was away for a while and is back: went {when(absence.went)}; listed again {when(absence.back)}"


def _facts(line: Line, tell_account: bool) -> list[Block]:
    person, row = line.person, line.person.row
    facts = {
        "id": person.id,
        "account": person.account if tell_account else "",
        "address": row.url.strip(),
        "e-mail": row.email.strip(),
        "connected": day(row.connected_on),
        "how": _how(line),
        "in lists": _seen(person),
        "messages": _messages(line),
        "invitations": _invitations(line),
        "tags": ", ".join(person.tags),
    }
    return [Text(f"{label:<{_LABEL}}{text}", indent=2) for label, text in facts.items() if text]


def _seen(person: Person) -> str:
    first, last = day(person.first_seen), day(person.last_seen)
    return first if first == last else f"{first} to {last}"


def _how(line: Line) -> str:
    """Who invited whom, if the list says when they connected at all."""
    if line.person.row.connected_on is None:
        return ""
    asked = _led(line)
    return invitation(asked) if asked else "no archive holds the invitation"


def _led(line: Line) -> Invited | None:
    """The invitation that led to the connection: the last of those sent by that day."""
    connected = line.person.row.connected_on
    if connected is None:
        return None
    until = _next_day(connected.isoformat())
    asked = [one for one in line.invitations if one.sent_at and one.sent_at[:10] <= until]
    return asked[-1] if asked else None


def _more(line: Line) -> list[Block]:
    """All invitations, if there are others than the one that led to the connection."""
    return invitations(line.invitations) if list(line.invitations) != [_led(line)] else []


def _next_day(iso: str) -> str:
    """The network dates connections and invitations in different zones, so an invitation may look a day late."""
    from datetime import date, timedelta

    return (date.fromisoformat(iso) + timedelta(days=1)).isoformat()


def _messages(line: Line) -> str:
    talk = line.talk
    if not talk.messages:
        return "none in any archive"
    ways = f"{number(talk.sent)} from you, {number(talk.received)} from them"
    return f"{number(talk.messages)} ({ways}), {between(talk.first, talk.last)}"


def _invitations(line: Line) -> str:
    """Counted if there are others than the one that stands under how."""
    if not _more(line):
        return ""
    times = sorted(one.sent_at for one in line.invitations if one.sent_at)
    told = f", {between(times[0], times[-1])}" if times else ""
    return f"{number(len(line.invitations))}{told}"


def _why(verdict: Verdict | None) -> list[Block]:
    if verdict is None:
        return []
    from linkbak.causes import headline
    from linkbak.report.lost import why

    return [Text(headline(verdict), indent=2), *why(verdict, 4)]

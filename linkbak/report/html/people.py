"""People on the page: those lost with the evidence, those who are closest, and everybody ever listed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from linkbak.causes import ADVICE, headline
from linkbak.index import people as closest
from linkbak.model import NamedTuple
from linkbak.report import Line, day, sentence, who, work
from linkbak.report.escape import mail_address, web_address
from linkbak.report.lost import connected, talked, why
from linkbak.report.people import LOST_STATES, STATE_NAMES, event_line, when
from linkbak.texts import tr

if TYPE_CHECKING:
    from linkbak.causes import Event
    from linkbak.causes.judgement import Loss
    from linkbak.index import Person


_MISSED, _EVENTS, _CLOSE = 6, 3, 8
"""How many are shown at length; everybody is in the list at the end of the page."""

_SIGNS = {
    "+": ("for", tr("speaks for it")),
    "-": ("against", tr("speaks against it")),
    "~": ("aside", tr("decides nothing")),
}


class Reason(NamedTuple):
    """One piece of evidence; `meant` is the meaning of its sign in words."""

    sign: str
    kind: str
    meant: str
    text: str


class Missed(NamedTuple):
    """Somebody lost: who, when, why, and the evidence."""

    name: str
    link: str
    mail: str
    email: str
    work: str
    gone: str
    state: str
    known: str
    cause: str
    advice: str
    reasons: tuple[Reason, ...]


class Listed(NamedTuple):
    """Somebody in the list of everybody; `note` is their state, if it is not simply listed; whether they are gone."""

    name: str
    link: str
    note: str
    gone: bool
    position: str
    company: str
    since: str
    email: str
    mail: str
    messages: int


def missed(losses: Sequence[Loss]) -> list[Missed]:
    """The closest of the lost who belong to no event, in order."""
    return [*islice((_missed(one) for one in losses if one.event is None), _MISSED)]


def together(events: Sequence[Event], losses: Sequence[Loss]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Each of the latest events in a line, the evidence below it, and its members' names and profiles."""
    members = {one.case.person.id: one.case.person.row for one in losses if one.event is not None}
    return [
        (
            event_line(event),
            sentence("; ".join(event.evidence[1:])),
            [(who(members[id]), profile(members[id].url)) for id in event.members if id in members],
        )
        for event in events[:_EVENTS]
    ]


def states(losses: Sequence[Loss]) -> list[tuple[str, str]]:
    """The meaning of the states of the lost."""
    given = {loss.case.person.state for loss in losses}
    return [(STATE_NAMES[state], meant) for state, meant in LOST_STATES.items() if state in given]


def _missed(loss: Loss) -> Missed:
    person = loss.case.person
    return Missed(
        name=who(person.row),
        link=profile(person.row.url),
        mail=mail_address(person.row.email),
        email=person.row.email.strip(),
        work=work(person.row),
        gone=when(loss.case.window),
        state=STATE_NAMES[person.state],
        known=f"{connected(loss)}; {talked(person)}",
        cause=headline(loss.verdict),
        advice=ADVICE[loss.verdict.cause],
        reasons=tuple(_reason(line.text) for line in why(loss.verdict, 0) if isinstance(line, Line)),
    )


def _reason(text: str) -> Reason:
    kind, meant = _SIGNS[text[0]]
    return Reason("\N{MINUS SIGN}" if text[0] == "-" else text[0], kind, meant, text[2:])


def close(people: Sequence[Person]) -> Iterator[tuple[str, str, str, str]]:
    """The closest of those connected, in order, without those known only by a date: name, profile, work, and how well.

    That is ``12 messages, last on 4 Mar 2026; connected since 4 Mar 2020``.
    """
    for one in [one for one in people if one.messages or closest.close(one)][:_CLOSE]:
        row = one.row
        since = tr("connected since {day}", day=day(row.connected_on)) if row.connected_on else ""
        known = "; ".join(filter(None, (talked(one) if one.messages else "", since)))
        yield who(row), profile(row.url), work(row), known


_STANDING = {
    "hidden": tr("hidden"),
    "held": tr("not believed yet"),
    "unclear": tr("perhaps gone"),
    "suspected": tr("gone, suspected"),
    "confirmed": tr("gone"),
}
"""The state of somebody who is not simply listed."""


def listed(people: Iterable[Person]) -> Iterator[Listed]:
    """Everybody, the newest first, one at a time, since there may be tens of thousands."""
    written = cache(day)  # thousands of people share days
    for one in sorted(people, key=lambda one: one.row.connected_on or date.min, reverse=True):
        row = one.row
        yield Listed(
            who(row),
            profile(row.url),
            _STANDING.get(one.state, ""),
            one.state in ("suspected", "confirmed"),
            row.position.strip(),
            row.company.strip(),
            written(row.connected_on),
            row.email.strip(),
            mail_address(row.email),
            one.messages,
        )


def profile(url: str) -> str:
    """The address if it may become a link: a plain https one; else ""."""
    return web_address(url) if url.startswith("https://") else ""

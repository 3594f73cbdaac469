"""The digest: what a vault comes to in plain text of at most 30 lines, for a mail, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING, Literal, TypedDict

from linkbak.causes import headline
from linkbak.index.people import close
from linkbak.report import (
    cells,
    count,
    day,
    fit,
    number,
    sentence,
    who,
    who_and_work,
)
from linkbak.report.escape import terminal
from linkbak.report.stats import (
    EVENTS,
    cause,
    checks,
    concerns,
    connections,
    happened,
    kept,
    lost,
    reachable,
    undated,
)
from linkbak.stats import summed, year_before

if TYPE_CHECKING:
    from linkbak.causes.judgement import Loss
    from linkbak.stats import Changes, Overview, Sum, Tenured

DIGEST_WIDTH = 78
"""So many cells has a line at most: what mail programs leave alone."""

_DIGEST_CAUSES = 3
_DIGEST_LOSSES = 3
"""So many of each are named, which keeps the whole within 30 lines."""


def digest(found: Overview, *, names: bool = True) -> list[str]:
    """The lines; the first is fit for a subject. Without `names` there is nothing but counts.

    No line begins with anything that an archive says, so none can mean something to what carries the mail.
    """
    parts = [[subject(found)], _digest_network(found)]
    if names:
        parts += [_digest_recent(found), _digest_people(found)]
    parts.append(_digest_backup(found))
    whole = chain.from_iterable(["", *part] for part in parts if part)
    return [fit(terminal(line), DIGEST_WIDTH) for line in whole][1:]


def subject(found: Overview) -> str:
    """``linkedin-me: 3 lost (20 held), 5 new since 28 Feb 2026; 70 connections``."""
    held = f" ({number(found.health.held)} held)" if found.health.held else ""
    if not found.sizes:
        return f"{found.account}: {connections(found)}"
    now = count(found.sizes[-1].connections, "connection")
    if not found.flows:
        return f"{found.account}: {now} in the one list so far{held}"
    last = found.flows[-1]
    lost = number(last.lost) if last.lost else "nobody"
    return f"{found.account}: {lost} lost{held}, {number(last.added)} new since {day(last.window.after)}; {now}"


def _digest_network(found: Overview) -> list[str]:
    """How large it is, what happened since the list before and within the year, and why; who is lost."""
    out = [f"{connections(found)}."]
    if found.flows:
        out.append(f"Since {day(found.flows[-1].window.after)}: {happened(summed(found.flows[-1:]))}.")
    if len(found.flows) > 1:
        start = year_before([one.taken for one in found.sizes])
        year = summed(found.flows[start:])
        out += [f"Since {day(found.sizes[start].taken)}: {happened(year)}.", *_common_causes(year)]
    else:
        out += _common_causes(summed(found.flows))
    out.append(f"{sentence(lost(found))}.")
    return [*out, _digest_tenure(found)] if found.lost else out


def _digest_tenure(found: Overview) -> str:
    spans = [f"{_short_years(one)}: {number(one.people)}" for one in found.tenure if one.people]
    if unknown := undated(found):
        spans.append(f"unknown: {number(unknown)}")
    first, _, rest = ", ".join(spans).partition(":")
    return f"Connected for {first} years:{rest}."


def _short_years(one: Tenured) -> str:
    """``<1``, ``2-5``, ``10+``."""
    if not one.least:
        return f"<{one.below}"
    return f"{one.least}-{one.below}" if one.below else f"{one.least}+"


def _common_causes(of: Sum) -> list[str]:
    """The commonest causes; the last line holds the rest if there are more."""
    rows = [(one.people, cause(one)) for one in of.because]
    if len(rows) > _DIGEST_CAUSES:
        rows[_DIGEST_CAUSES - 1 :] = [(sum(people for people, _ in rows[_DIGEST_CAUSES - 1 :]), "other causes")]
    return [f"  {number(people)}  {text}" for people, text in rows]


def _digest_recent(found: Overview) -> list[str]:
    if not found.recent and not found.events:
        return []
    events = found.events[:EVENTS]
    shown = found.recent[: _DIGEST_LOSSES - len(events)]
    told = len(shown) + sum(len(event.members) for event in events)
    of = f" ({told} of {number(found.lost)}; `linkbak lost` shows all)" if found.lost > told else ""
    together = [
        line
        for event in events
        for line in (
            f"  {event.evidence[0].removesuffix(', gone together')}",
            f"    gone together (before {day(event.window.before)})",
        )
    ]
    return [f"Lost most recently{of}:", *chain.from_iterable(map(_digest_loss, shown)), *together]


def _digest_loss(one: Loss) -> tuple[str, str]:
    row = one.case.person.row
    when = f" (before {day(one.case.window.before)})"
    named = terminal(who_and_work(row))
    return f"  {fit(named, DIGEST_WIDTH - 2 - cells(when))}{when}", f"    {headline(one.verdict).partition(' (')[0]}"


def _digest_people(found: Overview) -> list[str]:
    """What grew and shrank, and who is closest."""
    out: list[str] = []
    for title, changed in (("Companies", found.companies), ("Positions", found.positions)):
        out += _digest_changes(title, changed)
    closest = [who(one.row) for one in found.closest if one.messages or close(one)]
    return [*out, *([_listing("Closest to you: ", closest)] if closest else [])]


def _digest_changes(title: str, changed: Changes) -> list[str]:
    """A line of what grew and one of what shrank, as many of each as it holds."""
    found = {"more: ": changed.grew, "fewer: ": changed.shrank}
    parts = [(word, [f"{one.name} {one.now - one.then:+,}" for one in those]) for word, those in found.items() if those]
    heads = (f"{title} since {day(changed.since)}, ", "  ")
    return [_listing(f"{head}{word}", those) for head, (word, those) in zip(heads, parts, strict=False)]


def _listing(head: str, items: Sequence[str]) -> str:
    """As many of the items as one line holds, the first in any case."""
    line = head + terminal(items[0])
    for item in map(terminal, items[1:]):
        if cells(line) + cells(item) + len(", ") > DIGEST_WIDTH:
            break
        line += f", {item}"
    return line


def _digest_backup(found: Overview) -> list[str]:
    health = found.health
    checked = "; ".join(text for text, _ in checks(health, found.made))
    facts = [reachable(found.reach), kept(health, found.made), checked, *concerns(health)]
    return [f"{sentence(one)}." for one in facts]


class DigestDocument(TypedDict):
    """What `linkbak stats --mail --json` prints: a line for the subject of a mail, and those of its text."""

    schema: Literal["linkbak.digest/1"]
    account: str
    subject: str
    lines: list[str]


def digest_document(found: Overview, *, names: bool = True) -> DigestDocument:
    """The same for programs that send mail."""
    first, *rest = digest(found, names=names)
    return {"schema": "linkbak.digest/1", "account": found.account, "subject": first, "lines": rest[1:]}

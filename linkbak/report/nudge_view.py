"""Where the request for an archive stands, and what to do next, on a page and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from linkbak.report.blocks import Block, Line
from linkbak.report.words import ago, day
from linkbak.unattended.nudging.states import LINK

if TYPE_CHECKING:
    from linkbak.report.blocks import Tone
    from linkbak.report.nudge_documents import NudgeDocument, NudgesDocument, RequestDocument
    from linkbak.unattended.nudging.states import Level, Nudge, Request

TONES: dict[Level, Tone] = {"fresh": "good", "due": "odd", "late": "odd", "stale": "bad"}
PRESS = 'Choose "Download larger data archive" and press "Request archive".'
_SPAM = "If there is no mail, look into the spam folder, then at the page:"


def page(nudges: Sequence[Nudge], now: datetime) -> list[Block]:
    """Each account with where it stands and the next thing to do."""
    blocks: list[Block] = []
    for one in nudges:
        blocks += [Line()] if blocks else []
        blocks.append(Line(one.account or "nothing is kept yet", "strong"))
        blocks += [Line(aged(one, now), TONES[one.level], 2)] if one.newest else []
        blocks += steps(one, now)
    return blocks


def aged(nudge: Nudge, now: datetime) -> str:
    """``newest of 20 Mar 2026, 32 days ago: due``."""
    return f"newest of {day(nudge.newest)}, {ago(nudge.newest, now)}: {nudge.level}"


def steps(nudge: Nudge, now: datetime) -> list[Block]:
    """The next thing to do, in a line, and what it takes."""
    tone: Tone = "good" if nudge.state == "kept" and not nudge.missed else "odd"
    return [Line(headline(nudge, now), tone, 2), *(Line(text, "plain", 4, verbatim) for text, verbatim in _how(nudge))]


def headline(nudge: Nudge, now: datetime) -> str:
    """The state in a line: ``ready: the link in LinkedIn's mail expires in 9 h``."""
    missed = "the link of your last request has expired; " if nudge.missed else ""
    match nudge.state:
        case "kept":
            until = f"the next one is due on {day(nudge.until)}"
            more = "; the complete archive may still come" if nudge.part else ""
            return f"kept: {missed}{until}{more}"
        case "requested":
            return "requested: LinkedIn's first mail comes within minutes"
        case "expected":
            first = "the first archive is kept; " if nudge.part else ""
            return f"expected: {first}the complete one may take {left(nudge.until, now)} more"
        case "ready" if nudge.part:
            return f"ready: the complete archive, if LinkedIn sent it; {_life(nudge, now)}"
        case "ready":
            return f"ready: {_life(nudge, now)}"
    return f"due: {missed}ask LinkedIn for your archive, on a computer"


def _life(nudge: Nudge, now: datetime) -> str:
    hours = left(nudge.until, now)
    if nudge.likely:
        return f"a link that came late may live for {hours} more"
    if nudge.part:
        return f"its link lives for at least {hours}"
    least = "" if nudge.request and nudge.request.mailed else " at the earliest"
    return f"the link in LinkedIn's mail expires in {hours}{least}"


def _how(nudge: Nudge) -> list[tuple[str, bool]]:
    """What it takes, each line with whether it is one to copy."""
    fetch = [("Download what it links to, then: linkbak import FILE", False), (_SPAM, False), (LINK, True)]
    match nudge.state:
        case "kept":
            return [(LINK, True)] if nudge.missed else []
        case "requested":
            return [("It links to a first archive, worth importing at once: linkbak import FILE", False)]
        case "expected" if nudge.part:
            return [("Download and import that one too: it holds more than the first.", False)]
        case "expected":
            return [("Import the archive of the first mail meanwhile: linkbak import FILE", False), *fetch[1:]]
        case "ready" if nudge.part:
            return [*fetch, ("If you have it already, or none came: linkbak nudge cancel", False)]
        case "ready":
            return fetch
    return [(LINK, True), (f"{PRESS} Then:", False), ("linkbak nudge requested", True)]


def left(until: datetime | None, now: datetime) -> str:
    """``less than 1 h``, ``9 h``."""
    hours = hours_left(until, now)
    return f"{hours} h" if hours else "less than 1 h"


def hours_left(until: datetime | None, now: datetime) -> int:
    """Whole hours, rounded down so that nobody is too late."""
    return max(0, ((until or now) - now) // timedelta(hours=1))


def noted(what: str, at: datetime) -> str:
    """What was written down: ``written down: asked on 20 Mar 2026 at 09:30``, as this machine's clock has it."""
    when = at.astimezone()
    words = "asked" if what == "requested" else "a mail came"
    return f"written down: {words} on {day(when)} at {when:%H:%M}"


def fresh(nudge: Nudge) -> str:
    """What to say besides if the newest snapshot is so young that it may be what was asked for."""
    if nudge.age_days is None or nudge.age_days > 1:
        return ""
    return f"; the newest snapshot is of {day(nudge.newest)}: if you meant that one, `linkbak nudge cancel`"


def document(nudges: Sequence[Nudge], now: datetime) -> NudgesDocument:
    """The same for programs."""
    return {"schema": "linkbak.nudge/1", "link": LINK, "accounts": [standing(one, now) for one in nudges]}


def standing(nudge: Nudge, now: datetime) -> NudgeDocument:
    """One account for programs."""
    return {
        "account": nudge.account or None,
        "state": nudge.state,
        "level": nudge.level,
        "newest": nudge.newest or None,
        "age_days": nudge.age_days,
        "since": _time(nudge.since),
        "until": _time(nudge.until) if nudge.until else None,
        "request": _request(nudge.request) if nudge.request else None,
        "partial": nudge.part,
        "missed": nudge.missed,
        "next": headline(nudge, now).partition(": ")[2],
    }


def _request(request: Request) -> RequestDocument:
    return {
        "requested": _time(request.requested),
        "mailed": _time(request.mailed) if request.mailed else None,
        "link_until": _time(request.sure),
        "link_latest": _time(request.latest),
    }


def _time(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"

"""What an overview says, in sentences that the digest and the statistics share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from linkbak.causes.phrases import PHRASES
from linkbak.report.words import ago, count, day, number, size

_KINDS = 3
"""So many kinds of data are named in a line."""

if TYPE_CHECKING:
    from linkbak.overview.records import Because, Health, Overview, Reach, Tenured
    from linkbak.overview.sums import Sum
    from linkbak.upkeep import Record


def connections(found: Overview) -> str:
    """``70 connections on 20 Mar 2026, 5 of them hidden``."""
    if not found.sizes:
        return "no list of connections yet"
    newest = found.sizes[-1]
    hidden = f", {number(newest.hidden)} of them hidden" if newest.hidden else ""
    return f"{count(newest.connections, 'connection')} on {day(newest.taken)}{hidden}"


def happened(one: Sum) -> str:
    """``5 new, 3 lost (1 is back), 2 unclear``."""
    back = f" ({count(one.back, 'is', 'are')} back)" if one.back else ""
    unclear = f", {number(one.unclear)} unclear" if one.unclear else ""
    return f"{number(one.added)} new, {number(one.lost) if one.lost else 'nobody'} lost{back}{unclear}"


def lost(found: Overview) -> str:
    """``6 people are lost and not back; of 3 more nobody can tell``."""
    if len(found.sizes) < 2:
        return "nobody can be missed yet: that takes two lists"
    people = f"{count(found.lost, 'person is', 'people are')} lost and not back" if found.lost else "nobody is lost"
    more = " more" if found.lost else ""
    return f"{people}; of {number(found.unclear)}{more} nobody can tell" if found.unclear else people


def cause(one: Because) -> str:
    """``likely: account closed, restricted, or they blocked you``; what stands in brackets is left to `lost --why`."""
    phrase = PHRASES[one.cause].partition(" (")[0]
    return phrase if one.cause == "unknown" else f"{one.band}: {phrase}"


def years(one: Tenured) -> str:
    """``under 1``, ``2 to 5``, ``10 or more``."""
    if not one.least:
        return f"under {one.below}"
    return f"{one.least} to {one.below}" if one.below else f"{one.least} or more"


def undated(found: Overview) -> int:
    """How many of the lost have no day of connecting that is known."""
    return found.lost - sum(one.people for one in found.tenure)


def share(part: int, whole: int) -> str:
    """``4 %``; "" of nothing. Whatever is not all is never 100 %, whatever is not nothing never 0 %."""
    if not whole:
        return ""
    percent = round(100 * part / whole)
    percent = min(percent, 99) if part < whole else percent
    return f"{max(percent, 1) if part else 0} %"


def reachable(one: Reach) -> str:
    """``3 of 70 show an e-mail (4 %), you wrote with 6, both: 1``."""
    if not one.people:
        return "nobody is connected"
    email = f"{number(one.email)} of {number(one.people)} show an e-mail ({share(one.email, one.people)})"
    return f"{email}, you wrote with {number(one.talked)}, both: {number(one.talked_email)}"


def kept(one: Health, made: str) -> str:
    """``12 snapshots since 15 Feb 2017, the newest 12 days ago, 145 kB``."""
    if not one.snapshots:
        return "nothing is kept yet"
    newest = f"the newest {ago(one.newest, _moment(made))}, {size(one.bytes)}"
    return f"{count(one.snapshots, 'snapshot')} since {day(one.first)}, {newest}"


def checks(one: Health, made: str) -> Iterator[tuple[str, bool]]:
    """When every byte was last compared and a restore last tried out, each with whether that is well."""
    for what, record in (("every byte compared", one.verified), ("restore tried out", one.restored)):
        yield f"{what}: {_last(record, made)}", record.last is not None and record.last.passed


def _last(record: Record, made: str) -> str:
    if record.last is None:
        return "never"
    return f"{ago(record.last.at, _moment(made))}{'' if record.last.passed else ', and it failed'}"


def concerns(one: Health) -> Iterator[str]:
    """What about the backup wants a look: losses that are held, and kinds of data that are missing."""
    if one.held:
        yield f"{count(one.held, 'person', 'people')} missing from a list that is not believed yet: wait, or --accept"
    if one.missing:
        more = f" and {number(len(one.missing) - _KINDS)} more" if len(one.missing) > _KINDS else ""
        yield f"earlier archives held, the newest does not: {', '.join(one.missing[:_KINDS])}{more}"


def _moment(made: str) -> datetime:
    return datetime.fromisoformat(made)

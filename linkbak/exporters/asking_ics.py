"""A calendar of when to ask the network for the next archive (RFC 5545): an event that comes again, with an alarm.

While a link is alive there is a second event: the moment at which it may expire.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from linkbak.exporters.content_lines import content_line, escaped
from linkbak.unattended.nudging.states import LINK

if TYPE_CHECKING:
    from linkbak.settings import Cadence
    from linkbak.unattended.nudging.states import Nudge

_BEGIN = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//linkbak//linkbak//EN\r\nCALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n"
    "X-WR-CALNAME:Ask for your archive\r\n"
)
_END = "END:VCALENDAR\r\n"
_ASK = "Ask LinkedIn for your archive"
_HOW = (
    f"{LINK}\nChoose “Download larger data archive” and press “Request archive”, on a computer. The first mail comes "
    "within minutes, the complete archive up to a day later; each link lives for 72 hours.\nThen tell linkbak: "
    "linkbak nudge requested"
)
_EXPIRES = "The link to your LinkedIn archive expires"
_FETCH = f"Download what LinkedIn's mail links to, and import it: linkbak import FILE\nNo mail? {LINK}"
_MONTHLY = range(28, 32)
_LAST = 28
"""The last day that every month has."""


def calendar(nudges: Sequence[Nudge], cadence: Cadence, now: datetime, account: str) -> str:
    """The calendar, from the day on which the first account is due. Nobody's name is in it, nor an account's."""
    first, rule = _rule(min(_first(one, cadence, now) for one in nudges), cadence.days)
    uid = hashlib.sha256(f"nudge {account}".encode()).hexdigest()[:12]
    when = content_line("DTSTART;VALUE=DATE", f"{first:%Y%m%d}") + content_line("RRULE", rule)
    links = sorted(one.until for one in nudges if one.state == "ready" and one.until is not None)
    lines = [_BEGIN, *_event(f"linkbak-{uid}-ask", now, when, (_ASK, _HOW), ["PT9H"])]
    if links:
        when = content_line("DTSTART", _time(links[0]))
        lines += _event(f"linkbak-{uid}-link", now, when, (_EXPIRES, _FETCH), ["-PT24H", "-PT9H"])
    return "".join([*lines, _END])


def _event(uid: str, now: datetime, when: str, words: tuple[str, str], alarms: Sequence[str]) -> Iterator[str]:
    """An event that takes up no time, with an alarm at each of these distances from its beginning."""
    yield "BEGIN:VEVENT\r\n"
    yield content_line("UID", uid)
    yield content_line("DTSTAMP", _time(now))
    yield when
    yield content_line("SUMMARY", escaped(words[0]))
    yield content_line("DESCRIPTION", escaped(words[1]))
    yield content_line("URL", LINK)
    yield "TRANSP:TRANSPARENT\r\n"
    for alarm in alarms:
        yield f"BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:{alarm}\r\n"
        yield content_line("DESCRIPTION", escaped(words[0]))
        yield "END:VALARM\r\n"
    yield "END:VEVENT\r\n"


def _first(nudge: Nudge, cadence: Cadence, now: datetime) -> date:
    """When the account is due: today, if it is already; of one that has asked, the time after this."""
    if nudge.state == "due":
        return now.date()
    if nudge.state == "kept" and nudge.until is not None:
        return max(nudge.until, now).date()
    return (now + timedelta(days=cadence.days)).date()


def _rule(first: date, days: int) -> tuple[date, str]:
    """The first day and how it comes again: monthly if that is the cadence, on a day that every month has."""
    if days in _MONTHLY:
        return first.replace(day=min(first.day, _LAST)), "FREQ=MONTHLY"
    return (first, f"FREQ=WEEKLY;INTERVAL={days // 7}") if days % 7 == 0 else (first, f"FREQ=DAILY;INTERVAL={days}")


def _time(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y%m%dT%H%M%SZ}"

"""A calendar of the days on which the owner and others connected, coming again every year (RFC 5545)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from linkbak.exporters.contacts import content_line, escaped, network_name, text_value
from linkbak.exporters.output import Format, Options, Selection, name_lacks
from linkbak.index import Entry
from linkbak.report.escape import web_address

if TYPE_CHECKING:
    from linkbak.automation.reminders import Nudge
    from linkbak.settings import Cadence


_BEGIN = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//linkbak//linkbak//EN\r\nCALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n"
    "X-WR-CALNAME:{}\r\n"
)
_END = "END:VCALENDAR\r\n"


def calendar(selection: Selection, options: Options) -> Iterator[str]:
    """One event a person, which lasts all day and takes up no time of it."""
    yield _BEGIN.format("Days of connecting")
    for entry in selection.entries:
        if connected := entry.person.row.connected_on:
            yield _event(entry, connected)
    yield _END


def _event(entry: Entry, connected: date) -> str:
    url = web_address(entry.person.row.url.strip())
    return "".join(
        [
            "BEGIN:VEVENT\r\n",
            content_line("UID", f"linkbak-{entry.person.id}-connected"),
            # When the event was last changed, not when it was written down: the same vault makes the same bytes.
            content_line("DTSTAMP", entry.revised.replace("-", "").replace(":", "")),
            content_line("DTSTART;VALUE=DATE", connected.strftime("%Y%m%d")),
            content_line("RRULE", _yearly(connected)),
            content_line("SUMMARY", f"Connected with {text_value(entry.person.row.name)} ({connected.year})"),
            content_line("DESCRIPTION", escaped(f"Connected on {network_name(entry)} on {connected.isoformat()}.")),
            content_line("URL", url) if url else "",
            "TRANSP:TRANSPARENT\r\n",
            "END:VEVENT\r\n",
        ]
    )


def _yearly(connected: date) -> str:
    """Every year; who connected on 29 February has the last day of that month, since most years lack theirs."""
    return "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1" if (connected.month, connected.day) == (2, 29) else "FREQ=YEARLY"


def lacks(entry: Entry) -> str:
    """Left out are those without a name, and those of whom no list tells the day."""
    return name_lacks(entry) or ("" if entry.person.row.connected_on else "no date")


ICS = Format(about="the days on which you connected, every year", suffix=".ics", lacks=lacks, text=calendar)


# --- when to ask for the next archive ---
# A calendar of when to ask the network for the next archive (RFC 5545): an event that comes again, with an alarm.
# While a link is alive there is a second event: the moment at which it may expire.

_ASK = "Ask LinkedIn for your archive"
_HOW = (
    "Choose “Download larger data archive” and press “Request archive”, on a computer. The first mail comes "
    "within minutes, the complete archive up to a day later; each link lives for 72 hours.\nThen tell linkbak: "
    "linkbak nudge requested"
)
_EXPIRES = "The link to your LinkedIn archive expires"
_FETCH = "Download what LinkedIn's mail links to, and import it: linkbak import FILE\nNo mail?"
_MONTHLY = range(28, 32)
_LAST = 28
"""The last day that every month has."""


def asking_calendar(nudges: Sequence[Nudge], cadence: Cadence, now: datetime, account: str, link: str) -> str:
    """The calendar, from the day on which the first account is due; `link` is the page on which one asks.

    Nobody's name is in it, nor an account's.
    """
    first, rule = _rule(min(_first(one, cadence, now) for one in nudges), cadence.days)
    uid = hashlib.sha256(f"nudge {account}".encode()).hexdigest()[:12]
    when = content_line("DTSTART;VALUE=DATE", f"{first:%Y%m%d}") + content_line("RRULE", rule)
    links = sorted(one.until for one in nudges if one.state == "ready" and one.until is not None)
    begin, how = _BEGIN.format("Ask for your archive"), f"{link}\n{_HOW}"
    lines = [begin, *_asking_event(f"linkbak-{uid}-ask", now, when, (_ASK, how, link), ["PT9H"])]
    if links:
        when = content_line("DTSTART", _time(links[0]))
        words = (_EXPIRES, f"{_FETCH} {link}", link)
        lines += _asking_event(f"linkbak-{uid}-link", now, when, words, ["-PT24H", "-PT9H"])
    return "".join([*lines, _END])


def _asking_event(
    uid: str, now: datetime, when: str, words: tuple[str, str, str], alarms: Sequence[str]
) -> Iterator[str]:
    """An event that takes up no time, with an alarm at each of these distances from its beginning.

    `words` are its title, what there is to do, and the page on which to do it.
    """
    title, what, link = words
    yield "BEGIN:VEVENT\r\n"
    yield content_line("UID", uid)
    yield content_line("DTSTAMP", _time(now))
    yield when
    yield content_line("SUMMARY", escaped(title))
    yield content_line("DESCRIPTION", escaped(what))
    yield content_line("URL", link)
    yield "TRANSP:TRANSPARENT\r\n"
    for alarm in alarms:
        yield f"BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:{alarm}\r\n"
        yield content_line("DESCRIPTION", escaped(title))
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

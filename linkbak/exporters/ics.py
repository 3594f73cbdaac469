"""A calendar of the days on which the owner and others connected, coming again every year (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from linkbak.exporters.card_note import network_name
from linkbak.exporters.content_lines import content_line, escaped, text_value
from linkbak.exporters.formats import Format, Options, Selection, name_lacks
from linkbak.history.records import Entry
from linkbak.report.escape import web_address

_BEGIN = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//linkbak//linkbak//EN\r\nCALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n"
    "X-WR-CALNAME:Days of connecting\r\n"
)
_END = "END:VCALENDAR\r\n"


def calendar(selection: Selection, options: Options) -> Iterator[str]:
    """One event a person, which lasts all day and takes up no time of it."""
    yield _BEGIN
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


FORMATS = {
    "ics": Format(about="the days on which you connected, every year", suffix=".ics", lacks=lacks, text=calendar)
}

"""Contacts as vCards, one file of all or a folder with one file each (a vdir), and calendars.

The UID is made of the person's id in the vault, which differs between accounts and never changes, so
that a second import updates. REV is when anything on the card last changed, by archives and marks; nothing
depends on the clock, so the same vault makes the same bytes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from linkbak.exporters import Format, Options, Selection, name_lacks
from linkbak.index import Entry
from linkbak.report import day, window
from linkbak.report.escape import web_address
from linkbak.texts import tr

if TYPE_CHECKING:
    from linkbak.automation.reminders import Nudge
    from linkbak.index.correspondence import BookContact
    from linkbak.settings import Cadence


# --- content lines, of which vCards and calendars are made: escaped, folded, never more than one line each ---
# Escaping and folding follow RFC 2426 (vCard 3.0), RFC 6350 (4.0) and RFC 5545 (iCalendar), which agree on them.

END = "\r\n"
_OCTETS = 75
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_BREAKS = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_SPECIAL = re.compile(r"[\\,;]")


def one_line(text: str) -> str:
    """The text with blanks for line breaks and tabs, and U+FFFD for characters that no content line can hold."""
    return _CONTROL.sub("\ufffd", _BREAKS.sub(" ", text.replace("\t", " ")))


def many_lines(text: str) -> str:
    """The same with its line breaks, each a line feed."""
    return _CONTROL.sub("\ufffd", _BREAKS.sub("\n", text.replace("\t", " ")))


def escaped(text: str) -> str:
    r"""A text as a value, or as a part of one: backslash, comma and semicolon escaped, line feeds as ``\n``."""
    return _SPECIAL.sub(r"\\\g<0>", text).replace("\n", "\\n")


def text_value(text: str) -> str:
    """A text as a value that is one line, without blanks around it."""
    if text.isprintable() and not _SPECIAL.search(text):  # as nearly all are
        return text.strip()
    return escaped(one_line(text).strip())


def lines_value(text: str) -> str:
    """A text as a value, with its line breaks."""
    return text if text.isprintable() and not _SPECIAL.search(text) else escaped(many_lines(text))


def content_line(name: str, value: str) -> str:
    """The line of a property, folded, with its end. The value is escaped already."""
    line = f"{name}:{value}"
    if (len(line) <= _OCTETS and line.isascii()) or len(line.encode()) <= _OCTETS:
        return line + END
    return folded(line) + END


def folded(line: str) -> str:
    """The line in pieces of at most 75 octets, without splitting a character."""
    data = line.encode()
    pieces = []
    start, room = 0, _OCTETS
    while len(data) - start > room:
        end = start + room
        while data[end] & 0xC0 == 0x80:  # inside a character
            end -= 1
        pieces.append(data[start:end].decode())
        start, room = end, _OCTETS - 1  # the blank at the start of a further piece counts
    return f"{END} ".join([*pieces, data[start:].decode()])


# --- notes on a card, for facts without a property of their own ---

_NETWORKS = {"linkedin": "LinkedIn"}


def network(entry: Entry) -> str:
    """The short name of their network: ``linkedin``."""
    return entry.person.account.partition("-")[0]


def network_name(entry: Entry) -> str:
    """The network's own spelling of its name."""
    return _NETWORKS.get(network(entry), network(entry).capitalize())


def card_note(entry: Entry) -> str:
    """The lines of the note: the owner's own words come first.

    They change only when `Entry.revised` does (or an archive older than others is imported after them). So they do not
    tell those who are lost for certain from those who are not yet, which turns with any later list, nor of those whom
    only a list lacks that is not believed.
    """
    person, name = entry.person, network_name(entry)
    lines = [*entry.notes]
    if person.row.connected_on:
        lines.append(tr("Connected on {network}: {day}", network=name, day=person.row.connected_on.isoformat()))
    if entry.former:
        lines.append(tr("Formerly: {names}", names=", ".join(one_line(former) for former in entry.former)))
    if gone := person.window:
        if person.state == "hidden":
            lines.append(tr("{network} shows only a date of them since {day}.", network=name, day=day(gone.before)))
        elif person.state in ("suspected", "confirmed"):
            when = window(*gone)
            lines.append(tr("No longer among the connections on {network}: gone {when}.", network=name, when=when))
        elif person.state == "unclear":
            lines.append(
                tr("Perhaps no longer among the connections on {network}; the lists allow two readings.", network=name)
            )
    return "\n".join(lines) or tr("From {network}.", network=name)


# --- cards ---


def cards(selection: Selection, options: Options) -> Iterator[str]:
    """One card after the other."""
    for entry in selection.entries:
        yield _card(entry, options.vcard, selection.book_of(entry))


def folder(selection: Selection, options: Options) -> Iterator[tuple[str, str]]:
    """One file a person, named by the UID."""
    for entry in selection.entries:
        yield f"{uid(entry)}.vcf", _card(entry, options.vcard, selection.book_of(entry))


def uid(entry: Entry) -> str:
    """The lasting name of a person's card: letters, digits and dashes, good for file names too."""
    return f"linkbak-{entry.person.id}"


def _card(entry: Entry, version: str, synced: Sequence[BookContact]) -> str:
    known = [*_properties(entry, version, synced), *(_of_synced_book(entry, synced) if synced else ())]
    lines = [line if len(line) <= _OCTETS and line.isascii() else folded(line) for line in known]
    return END.join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])


def _properties(entry: Entry, version: str, synced: Sequence[BookContact]) -> Iterator[str]:
    """The lines, not folded yet."""
    row = entry.person.row
    first, last = text_value(row.first_name), text_value(row.last_name)
    if version == "4.0":  # a UID is a URI there unless it is declared as text
        yield f"UID;VALUE=text:{uid(entry)}"
        yield "KIND:individual"
    else:
        yield f"UID:{uid(entry)}"
    yield f"FN:{text_value(row.name)}"
    yield f"N:{last};{first};;;"
    if company := text_value(row.company):
        yield f"ORG:{company}"
    if position := text_value(row.position):
        yield f"TITLE:{position}"
    if email := text_value(row.email):
        yield f"{'EMAIL' if version == '4.0' else 'EMAIL;TYPE=INTERNET'}:{email}"
    if url := web_address(row.url.strip()):
        yield f"URL:{url}"
        yield f"X-SOCIALPROFILE;TYPE={network(entry)}:{url}"
        if version == "4.0":  # RFC 9554
            yield f"SOCIALPROFILE;SERVICE-TYPE={network_name(entry)}:{url}"
    note = card_note(entry)
    for one in synced:
        if one.birthday.strip():
            note += f"\nBirthday in the address book you gave {network_name(entry)}: {one_line(one.birthday)}"
    yield f"NOTE:{lines_value(note)}"
    if categories := [text_value(tag) for tag in entry.person.tags if text_value(tag)]:
        yield f"CATEGORIES:{','.join(categories)}"
    # 3.0 takes the extended form of ISO 8601, 4.0 only the basic one.
    yield f"REV:{entry.revised if version == '3.0' else entry.revised.replace('-', '').replace(':', '')}"


def _of_synced_book(entry: Entry, synced: Sequence[BookContact]) -> Iterator[str]:
    """Addresses and numbers, each with a label for its source, which address books show."""
    told = [("EMAIL", text) for one in synced for text in one.emails]
    told += [("TEL", text) for one in synced for text in one.phones]
    told += [("ADR", one.addresses) for one in synced]
    known = entry.person.row.email.strip().casefold()
    values = [(name, value) for name, text in told if text.casefold() != known and (value := text_value(text))]
    for place, (name, value) in enumerate(values, start=1):
        yield f"item{place}.{name}:{f';;{value};;;;' if name == 'ADR' else value}"
        label = tr("address book given to {network}", network=network_name(entry))
        yield f"item{place}.X-ABLabel:{text_value(label)}"


VCARD = Format(suffix=".vcf", lacks=name_lacks, text=cards, pages=folder, all_fields=True)


# --- calendars: the days on which the owner and others connected, every year (RFC 5545) ---

_BEGIN = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//linkbak//linkbak//EN\r\nCALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n"
    "X-WR-CALNAME:{}\r\n"
)
_END = "END:VCALENDAR\r\n"


def calendar(selection: Selection, options: Options) -> Iterator[str]:
    """One event a person, all day and shown as free time."""
    yield _BEGIN.format(escaped(tr("Days of connecting")))
    for entry in selection.entries:
        if connected := entry.person.row.connected_on:
            yield "".join(_connected(entry, connected))
    yield _END


def _connected(entry: Entry, connected: date) -> Iterator[str]:
    url = web_address(entry.person.row.url.strip())
    when = content_line("DTSTART;VALUE=DATE", connected.strftime("%Y%m%d")) + content_line("RRULE", _yearly(connected))
    title = tr("Connected with {name} ({year})", name=one_line(entry.person.row.name).strip(), year=connected.year)
    what = tr("Connected on {network} on {day}.", network=network_name(entry), day=connected.isoformat())
    # When the event last changed, not when it was exported: the same vault makes the same bytes.
    stamp = entry.revised.replace("-", "").replace(":", "")
    return _event(f"linkbak-{entry.person.id}-connected", stamp, when, (escaped(title), escaped(what), url))


def _event(uid: str, stamp: str, when: str, words: tuple[str, str, str], alarms: Sequence[str] = ()) -> Iterator[str]:
    """An event shown as free time, with an alarm at each of these distances from its beginning.

    `words` are its title, what there is to say, both escaped, and a page, "" for none.
    """
    title, what, link = words
    yield "BEGIN:VEVENT\r\n"
    yield content_line("UID", uid)
    yield content_line("DTSTAMP", stamp)
    yield when
    yield content_line("SUMMARY", title)
    yield content_line("DESCRIPTION", what)
    if link:
        yield content_line("URL", link)
    yield "TRANSP:TRANSPARENT\r\n"
    for alarm in alarms:
        yield f"BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:{alarm}\r\n"
        yield content_line("DESCRIPTION", title)
        yield "END:VALARM\r\n"
    yield "END:VEVENT\r\n"


def _yearly(connected: date) -> str:
    """Every year; for 29 February the last day of that month."""
    return "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1" if (connected.month, connected.day) == (2, 29) else "FREQ=YEARLY"


def date_lacks(entry: Entry) -> str:
    """Leaves out those without a name, and those without a day in any list."""
    return name_lacks(entry) or ("" if entry.person.row.connected_on else "no date")


ICS = Format(suffix=".ics", lacks=date_lacks, text=calendar)


# --- when to ask for the next archive ---
# A calendar of when to ask the network for the next archive (RFC 5545): a recurring event with an alarm.
# While a link works there is a second event: the time at which it may expire.

_ASK = tr("Ask LinkedIn for your archive")
_HOW = tr(
    "Choose “Download larger data archive” and press “Request archive”, on a computer. The first mail comes "
    "within minutes, the complete archive up to a day later; each link lives for 72 hours.\nThen tell linkbak: "
    "linkbak request sent"
)
_EXPIRES = tr("The link to your LinkedIn archive expires")
_FETCH = tr("Download what LinkedIn's mail links to, and import it: linkbak import FILE\nNo mail?")
_MONTHLY = range(28, 32)
_LAST = 28
"""The last day that every month has."""


def asking_calendar(nudges: Sequence[Nudge], cadence: Cadence, now: datetime, account: str, link: str) -> str:
    """The calendar, from the day on which the first account is due; `link` is the page to ask on.

    It holds no names of people or accounts.
    """
    first, rule = _rule(min(_first(one, cadence, now) for one in nudges), cadence.days)
    uid = hashlib.sha256(f"nudge {account}".encode()).hexdigest()[:12]
    when = content_line("DTSTART;VALUE=DATE", f"{first:%Y%m%d}") + content_line("RRULE", rule)
    links = sorted(one.until for one in nudges if one.state == "ready" and one.until is not None)
    begin, how = _BEGIN.format(escaped(tr("Ask for your archive"))), f"{link}\n{_HOW}"
    lines = [begin, *_event(f"linkbak-{uid}-ask", _time(now), when, (escaped(_ASK), escaped(how), link), ["PT9H"])]
    if links:
        when = content_line("DTSTART", _time(links[0]))
        words = (escaped(_EXPIRES), escaped(f"{_FETCH} {link}"), link)
        lines += _event(f"linkbak-{uid}-link", _time(now), when, words, ["-PT24H", "-PT9H"])
    return "".join([*lines, _END])


def _first(nudge: Nudge, cadence: Cadence, now: datetime) -> date:
    """When the account is due: today, if it is already; after an open request, the time after that."""
    if nudge.state == "due":
        return now.date()
    if nudge.state == "kept" and nudge.until is not None:
        return max(nudge.until, now).date()
    return (now + timedelta(days=cadence.days)).date()


def _rule(first: date, days: int) -> tuple[date, str]:
    """The first day and the recurrence: monthly if that is the cadence, on a day that every month has."""
    if days in _MONTHLY:
        return first.replace(day=min(first.day, _LAST)), "FREQ=MONTHLY"
    return (first, f"FREQ=WEEKLY;INTERVAL={days // 7}") if days % 7 == 0 else (first, f"FREQ=DAILY;INTERVAL={days}")


def _time(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y%m%dT%H%M%SZ}"

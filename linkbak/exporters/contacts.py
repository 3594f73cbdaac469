"""Contacts as vCards: one file of all, or a folder with one file each (a vdir, as khard and vdirsyncer read it).

The UID is made of the person's id in the vault, which tells accounts apart and stays the same while the vault grows, so
that a second import updates. REV is when anything on the card last changed, as far as archives and marks show; nothing
depends on the clock, and the same vault makes the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from linkbak.exporters.output import Format, Options, Selection, name_lacks
from linkbak.index import Entry
from linkbak.report.escape import web_address
from linkbak.report.text import day, window

# --- content lines, of which vCards and calendars are made: escaped, folded, never more than one line each ---
# Escaping and folding are those of RFC 2426 (vCard 3.0), RFC 6350 (4.0) and RFC 5545 (iCalendar), which agree in them.

END = "\r\n"
_OCTETS = 75
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_BREAKS = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_SPECIAL = re.compile(r"[\\,;]")


def one_line(text: str) -> str:
    """The text with blanks for line breaks and tabs, and U+FFFD for what no content line can carry."""
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


def content_line(name: str, value: str) -> str:
    """The line of a property, folded, with its end. The value is escaped already."""
    line = f"{name}:{value}"
    if len(line) * 4 <= _OCTETS or len(line.encode()) <= _OCTETS:
        return line + END
    return folded(line) + END


def folded(line: str) -> str:
    """The line in pieces of at most 75 octets, none of which ends inside a character."""
    data = line.encode()
    pieces = []
    start, room = 0, _OCTETS
    while len(data) - start > room:
        end = start + room
        while data[end] & 0xC0 == 0x80:  # inside a character
            end -= 1
        pieces.append(data[start:end].decode())
        start, room = end, _OCTETS - 1  # the blank that begins a further piece counts
    return f"{END} ".join([*pieces, data[start:].decode()])


# --- what a card says of someone where it has no place of its own for it ---

_NETWORKS = {"linkedin": "LinkedIn"}


def network(entry: Entry) -> str:
    """The short name of the network that they are known from: ``linkedin``."""
    return entry.person.account.partition("-")[0]


def network_name(entry: Entry) -> str:
    """The same as it calls itself."""
    return _NETWORKS.get(network(entry), network(entry).capitalize())


def card_note(entry: Entry) -> str:
    """A line each: what the owner wrote comes first.

    It changes only when `Entry.revised` does (or an archive older than others is imported after them). So it does not
    tell those who are lost for certain from those who are not yet, which turns with any later list, nor of those whom
    only a list lacks that is not believed.
    """
    person, name = entry.person, network_name(entry)
    lines = [*entry.notes]
    if person.row.connected_on:
        lines.append(f"Connected on {name}: {person.row.connected_on.isoformat()}")
    if entry.former:
        lines.append(f"Formerly: {', '.join(one_line(former) for former in entry.former)}")
    if person.window:
        if person.state == "hidden":
            lines.append(f"{name} shows only a date of them since {day(person.window.before)}.")
        elif person.state in ("suspected", "confirmed"):
            lines.append(f"No longer among the connections on {name}: gone {window(*person.window)}.")
        elif person.state == "unclear":
            lines.append(f"Perhaps no longer among the connections on {name}; the lists allow two readings.")
    return "\n".join(lines) or f"From {name}."


# --- cards ---


def cards(selection: Selection, options: Options) -> Iterator[str]:
    """A card each, one after the other."""
    for entry in selection.entries:
        yield _card(entry, options.vcard)


def folder(selection: Selection, options: Options) -> Iterator[tuple[str, str]]:
    """A file each, named by the person's UID."""
    for entry in selection.entries:
        yield f"{uid(entry)}.vcf", _card(entry, options.vcard)


def uid(entry: Entry) -> str:
    """The lasting name of a person's card: letters, digits and dashes, good for file names too."""
    return f"linkbak-{entry.person.id}"


def _card(entry: Entry, version: str) -> str:
    lines = ["BEGIN:VCARD\r\n", f"VERSION:{version}\r\n"]
    lines += [content_line(name, value) for name, value in _properties(entry, version)]
    return "".join([*lines, "END:VCARD\r\n"])


def _properties(entry: Entry, version: str) -> Iterator[tuple[str, str]]:
    row = entry.person.row
    first, last = text_value(row.first_name), text_value(row.last_name)
    if version == "4.0":  # where a UID is an address unless it says that it is none
        yield "UID;VALUE=text", uid(entry)
        yield "KIND", "individual"
    else:
        yield "UID", uid(entry)
    yield "FN", text_value(row.name)
    yield "N", f"{last};{first};;;"
    if company := text_value(row.company):
        yield "ORG", company
    if position := text_value(row.position):
        yield "TITLE", position
    if email := text_value(row.email):
        yield ("EMAIL" if version == "4.0" else "EMAIL;TYPE=INTERNET"), email
    if url := web_address(row.url.strip()):
        yield "URL", url
        yield f"X-SOCIALPROFILE;TYPE={network(entry)}", url
        if version == "4.0":  # RFC 9554
            yield f"SOCIALPROFILE;SERVICE-TYPE={network_name(entry)}", url
    yield "NOTE", escaped(many_lines(card_note(entry)))
    if categories := [text_value(tag) for tag in entry.person.tags if text_value(tag)]:
        yield "CATEGORIES", ",".join(categories)
    yield "REV", _revision(entry.revised, version)


def _revision(revised: str, version: str) -> str:
    """The time in the form of the version: 3.0 knows the extended form of ISO 8601, 4.0 the basic one alone."""
    return revised if version == "3.0" else revised.replace("-", "").replace(":", "")


VCARD = Format(
    about="contacts for phones, mail programs and Nextcloud", suffix=".vcf", lacks=name_lacks, text=cards, pages=folder
)

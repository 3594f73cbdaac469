"""Contacts as vCards: one file of all, or a folder with one file each (a vdir, as khard and vdirsyncer read it).

The UID is made of the person's id in the vault, which tells accounts apart and stays the same while the vault grows, so
that a second import updates. REV is when anything on the card last changed, as far as archives and marks show; nothing
depends on the clock, and the same vault makes the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator

from linkbak.exporters.card_note import card_note, network, network_name
from linkbak.exporters.content_lines import content_line, escaped, many_lines, text_value
from linkbak.exporters.formats import Format, Options, Selection, name_lacks
from linkbak.history.records import Entry
from linkbak.report.escape import web_address


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


FORMATS = {
    "vcard": Format(
        about="contacts for phones, mail programs and Nextcloud",
        suffix=".vcf",
        lacks=name_lacks,
        text=cards,
        pages=folder,
    )
}

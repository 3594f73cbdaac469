"""A table as Google Contacts exports and imports it."""

from __future__ import annotations

from collections.abc import Iterator

from linkbak.exporters.card_note import card_note, network_name
from linkbak.exporters.content_lines import one_line
from linkbak.exporters.csv_text import csv_text
from linkbak.exporters.formats import Format, Options, Selection, name_lacks
from linkbak.history.records import Entry
from linkbak.report.escape import web_address

HEADER = (
    *("First Name", "Middle Name", "Last Name", "Phonetic First Name", "Phonetic Middle Name", "Phonetic Last Name"),
    *("Name Prefix", "Name Suffix", "Nickname", "File As"),
    *("Organization Name", "Organization Title", "Organization Department", "Birthday", "Notes", "Photo", "Labels"),
    *("E-mail 1 - Label", "E-mail 1 - Value", "Website 1 - Label", "Website 1 - Value"),
)
"""The header of Google's own exports since 2024, which have as many e-mails and websites as anybody in them needs."""

_BETWEEN = " ::: "
_EVERYBODY = "* myContacts"
"""Google's name for those who are not only "other contacts"; without it nobody finds them."""


def people(selection: Selection, options: Options) -> Iterator[str]:
    """A row each, without a byte order mark: Google takes UTF-8 for granted."""
    return csv_text(HEADER, map(_row, selection.entries), raw=options.raw, mark=False)


def _row(entry: Entry) -> list[str]:
    row = entry.person.row
    url = web_address(row.url.strip())
    return [
        *(row.first_name.strip(), "", row.last_name.strip(), "", "", "", "", "", "", ""),
        *(row.company.strip(), row.position.strip(), "", "", card_note(entry), ""),
        _BETWEEN.join([*(one_line(tag).replace(":::", ": : :") for tag in entry.person.tags), _EVERYBODY]),
        *("", row.email.strip()),
        *((network_name(entry), url) if url else ("", "")),
    ]


FORMATS = {
    "google": Format(about="a table as Google Contacts imports it", suffix=".csv", lacks=name_lacks, text=people)
}

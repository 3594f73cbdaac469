"""A person a row: comma-separated values as spreadsheets and address books read them, and JSON for programs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from json import JSONEncoder
from typing import TYPE_CHECKING, Literal, TypedDict

from linkbak.exporters import Format, Options, Selection, name_lacks
from linkbak.exporters.contacts import card_note, network_name, one_line
from linkbak.index import Entry
from linkbak.report.escape import json_text, spreadsheet_row, web_address
from linkbak.report.json import fill
from linkbak.report.people import COLUMNS, PersonDocument, person_document, row
from linkbak.report.show import AddressBookDocument
from linkbak.texts import tr

if TYPE_CHECKING:
    from linkbak.index.correspondence import BookContact

MARK = "\ufeff"
"""The byte order mark, by which Excel and Outlook on Windows recognise UTF-8."""

_ROWS = 500
"""How many rows make one piece."""


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str]], *, raw: bool = False, mark: bool) -> Iterator[str]:
    """The table in pieces; lines end as RFC 4180 has it, with CR LF. Unless `raw`, no cell is a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    out.write(MARK if mark else "")
    writer.writerow(header)
    each = iter(rows if raw else map(spreadsheet_row, rows))
    while batch := [*islice(each, _ROWS)]:
        writer.writerows(batch)
        yield out.getvalue()
        out.seek(0)
        out.truncate()
    yield out.getvalue()


# --- Google Contacts: the table that it exports and imports ---

GOOGLE_HEADER = (
    *("First Name", "Middle Name", "Last Name", "Phonetic First Name", "Phonetic Middle Name", "Phonetic Last Name"),
    *("Name Prefix", "Name Suffix", "Nickname", "File As"),
    *("Organization Name", "Organization Title", "Organization Department", "Birthday", "Notes", "Photo", "Labels"),
    *("E-mail 1 - Label", "E-mail 1 - Value", "Website 1 - Label", "Website 1 - Value"),
)
"""The header of Google's exports since 2024, with as many e-mails and websites as the fullest contact needs."""

_BETWEEN = " ::: "
_EVERYBODY = "* myContacts"
"""Google's label for real contacts; without it they end up among "other contacts", where nobody finds them."""


def google_people(selection: Selection, options: Options) -> Iterator[str]:
    """A row each, without a byte order mark: Google assumes UTF-8."""
    return csv_text(GOOGLE_HEADER, map(_google_row, selection.entries), raw=options.raw, mark=False)


def _google_row(entry: Entry) -> list[str]:
    row = entry.person.row
    url = web_address(row.url.strip())
    return [
        *(row.first_name.strip(), "", row.last_name.strip(), "", "", "", "", "", "", ""),
        *(row.company.strip(), row.position.strip(), "", "", card_note(entry), ""),
        _BETWEEN.join([*(one_line(tag).replace(":::", ": : :") for tag in entry.person.tags), _EVERYBODY]),
        *("", row.email.strip()),
        *((network_name(entry), url) if url else ("", "")),
    ]


GOOGLE = Format(suffix=".csv", lacks=name_lacks, text=google_people)


# --- Outlook: the table that it imports, on the desktop and on the web ---

OUTLOOK_HEADER = (
    *("First Name", "Middle Name", "Last Name", "Title", "Suffix", "Initials", "Web Page", "Gender", "Birthday"),
    *("Anniversary", "Location", "Language", "Internet Free Busy", "Notes"),
    *("E-mail Address", "E-mail 2 Address", "E-mail 3 Address", "Primary Phone", "Home Phone", "Home Phone 2"),
    *("Mobile Phone", "Pager", "Home Fax", "Home Address", "Home Street", "Home Street 2", "Home Street 3"),
    *("Home Address PO Box", "Home City", "Home State", "Home Postal Code", "Home Country", "Spouse", "Children"),
    *("Manager's Name", "Assistant's Name", "Referred By", "Company Main Phone", "Business Phone"),
    *("Business Phone 2", "Business Fax", "Assistant's Phone", "Company", "Job Title", "Department"),
    *("Office Location", "Organizational ID Number", "Profession", "Account", "Business Address", "Business Street"),
    *("Business Street 2", "Business Street 3", "Business Address PO Box", "Business City", "Business State"),
    *("Business Postal Code", "Business Country", "Other Phone", "Other Fax", "Other Address", "Other Street"),
    *("Other Street 2", "Other Street 3", "Other Address PO Box", "Other City", "Other State", "Other Postal Code"),
    *("Other Country", "Callback", "Car Phone", "ISDN", "Radio Phone", "TTY/TDD Phone", "Telex"),
    *("User 1", "User 2", "User 3", "User 4", "Keywords", "Mileage", "Hobby", "Billing Information"),
    *("Directory Server", "Sensitivity", "Priority", "Private", "Categories"),
)
"""Outlook's own names of all fields; a missing one would have to be mapped by hand."""

_FIRST, _LAST, _PAGE, _NOTES, _EMAIL, _COMPANY, _POSITION, _CATEGORIES = map(
    OUTLOOK_HEADER.index,
    ("First Name", "Last Name", "Web Page", "Notes", "E-mail Address", "Company", "Job Title", "Categories"),
)


def outlook_people(selection: Selection, options: Options) -> Iterator[str]:
    """A row each. With a byte order mark even if raw: without one Outlook does not recognise UTF-8."""
    return csv_text(OUTLOOK_HEADER, map(_outlook_row, selection.entries), raw=options.raw, mark=True)


def _outlook_row(entry: Entry) -> list[str]:
    row = entry.person.row
    cells = [""] * len(OUTLOOK_HEADER)
    cells[_FIRST], cells[_LAST] = row.first_name.strip(), row.last_name.strip()
    cells[_PAGE], cells[_NOTES] = web_address(row.url.strip()), card_note(entry)
    cells[_EMAIL], cells[_COMPANY], cells[_POSITION] = row.email.strip(), row.company.strip(), row.position.strip()
    cells[_CATEGORIES] = ";".join(tag.replace(";", ",") for tag in entry.person.tags)
    return cells


OUTLOOK = Format(suffix=".csv", lacks=name_lacks, text=outlook_people)


# --- mailing list: names and e-mails of those who show one, each address once ---

MAILING_LIST_HEADER = ("name", "email")
"""The columns that mail programs and newsletter services expect."""

WARNING = tr(
    "a contact has not agreed to bulk mail: in most countries you need their consent, and must let them leave the list"
)

_ADDRESS = re.compile(r"""[^\s\x00-\x20\x7f-\x9f@<>()\[\]\\,;:"]+@[^\s\x00-\x20\x7f-\x9f@<>()\[\]\\,;:"]+""")
"""Exactly one address: a second one, or a line of a mail's header, could send mail to somebody else."""


def mailing_list_people(selection: Selection, options: Options) -> Iterator[str]:
    """A row each; of two with one address only the first is exported."""
    rows = ((one_line(one.person.row.name), one.person.row.email.strip()) for one in selection.entries)
    return csv_text(MAILING_LIST_HEADER, rows, raw=options.raw, mark=not options.raw)


def lacks(entry: Entry) -> str:
    """Leaves out those without a valid e-mail."""
    return "" if _ADDRESS.fullmatch(entry.person.row.email.strip()) else "no e-mail"


def address(entry: Entry) -> str:
    """The key that makes two the same: the e-mail, ignoring case."""
    return entry.person.row.email.strip().casefold()


MAILING_LIST = Format(
    suffix=".csv",
    lacks=lacks,
    text=mailing_list_people,
    warning=WARNING,
    once=address,
    again="the same e-mail",
)


# --- plain: everything known about each person ---
# It begins with the columns of `linkbak people --csv`, so that other commands can read people from it too.

PLAIN_HEADER = (*COLUMNS, "notes", "former_names")
"""The header; it only grows at its end. Between notes stand line breaks, between names too."""
_SYNCED = ("emails", "phones", "birthday", "addresses", "how")
"""The fields of a synced address book; each is a column ``synced_...`` after the others, if all fields are wanted."""


def plain_people(selection: Selection, options: Options) -> Iterator[str]:
    """A row each. Raw ones have no byte order mark: programs may read it as part of the header."""
    raw = options.raw
    rows = (
        [*row(one.person, raw=raw), "\n".join(one.notes), "\n".join(one.former), *_synced_cells(selection, one)]
        for one in selection.entries
    )
    more = () if selection.synced is None else (f"synced_{name}" for name in _SYNCED)
    return csv_text((*PLAIN_HEADER, *more), rows, raw=raw, mark=not raw)


def _synced_cells(selection: Selection, entry: Entry) -> list[str]:
    """In each cell a line for each contact of the synced address book linked with this person."""
    if selection.synced is None:
        return []
    found = [synced_texts(one) for one in selection.book_of(entry)]
    return ["\n".join(one[name] for one in found) for name in _SYNCED]


def synced_texts(one: BookContact) -> dict[str, str]:
    """The fields of a synced contact as texts; several values with commas between."""
    texts = {"emails": ", ".join(one.emails), "phones": ", ".join(one.phones), "birthday": one.birthday}
    return {**texts, "addresses": one.addresses, "how": one.how}


PLAIN = Format(suffix=".csv", text=plain_people, all_fields=True)


# --- JSON: one document, or a line each ---

_encode = JSONEncoder(ensure_ascii=False).encode


class ExportedPersonDocument(PersonDocument):
    """One person with everything else for a card: also the shape of each line of `linkbak export jsonl`.

    `notes` are the owner's own, `former_names` oldest first; `revised` is when a list, a note or a tag last changed
    anything of it.
    """

    notes: list[str]
    former_names: list[str]
    revised: str


class FullPersonDocument(ExportedPersonDocument):
    """The same with --all-fields: `address_book` are their entries in the address book once given to the network."""

    address_book: list[AddressBookDocument]


def _json_person(selection: Selection, entry: Entry) -> ExportedPersonDocument | FullPersonDocument:
    known = (entry, person_document(entry.person))
    if selection.synced is None:
        return fill(ExportedPersonDocument, *known, former_names=entry.former)
    books = [fill(AddressBookDocument, None, None, **synced_texts(one)) for one in selection.book_of(entry)]
    return fill(FullPersonDocument, *known, former_names=entry.former, address_book=books)


class ExportDocument(TypedDict):
    """What `linkbak export json` writes; `newest` is when the newest list was taken, null if there is none."""

    schema: Literal["linkbak.export/1"]
    newest: str | None
    people: list[ExportedPersonDocument | FullPersonDocument]


def json_people(selection: Selection, options: Options) -> Iterator[str]:
    """One document with a line a person, so that a line diff shows who changed."""
    yield f'{{"schema": "linkbak.export/1", "newest": {_encode(selection.newest or None)}, "people": ['
    between = "\n"
    for entry in selection.entries:
        yield f"{between}{_json_line(selection, entry)}"
        between = ",\n"
    yield "\n]}\n"


def json_lines_people(selection: Selection, options: Options) -> Iterator[str]:
    """One person a line, and nothing else."""
    for entry in selection.entries:
        yield f"{_json_line(selection, entry)}\n"


def _json_line(selection: Selection, entry: Entry) -> str:
    return json_text(_encode(_json_person(selection, entry)))


JSON = Format(suffix=".json", text=json_people, all_fields=True)
JSON_LINES = Format(suffix=".jsonl", text=json_lines_people, all_fields=True)

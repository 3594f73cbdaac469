"""A table as Outlook imports it, on the desk and on the web."""

from __future__ import annotations

from collections.abc import Iterator

from linkbak.exporters.card_note import card_note
from linkbak.exporters.csv_text import csv_text
from linkbak.exporters.formats import Format, Options, Selection, name_lacks
from linkbak.history.records import Entry
from linkbak.report.escape import web_address

HEADER = (
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
"""Outlook's own names of all fields; one that is not there would have to be matched by hand."""

_FIRST, _LAST, _PAGE, _NOTES, _EMAIL, _COMPANY, _POSITION, _CATEGORIES = map(
    HEADER.index,
    ("First Name", "Last Name", "Web Page", "Notes", "E-mail Address", "Company", "Job Title", "Categories"),
)


def people(selection: Selection, options: Options) -> Iterator[str]:
    """A row each. With a byte order mark even if raw: without one Outlook takes UTF-8 for the country's code page."""
    return csv_text(HEADER, map(_row, selection.entries), raw=options.raw, mark=True)


def _row(entry: Entry) -> list[str]:
    row = entry.person.row
    cells = [""] * len(HEADER)
    cells[_FIRST], cells[_LAST] = row.first_name.strip(), row.last_name.strip()
    cells[_PAGE], cells[_NOTES] = web_address(row.url.strip()), card_note(entry)
    cells[_EMAIL], cells[_COMPANY], cells[_POSITION] = row.email.strip(), row.company.strip(), row.position.strip()
    cells[_CATEGORIES] = ";".join(tag.replace(";", ",") for tag in entry.person.tags)
    return cells


FORMATS = {"outlook": Format(about="a table as Outlook imports it", suffix=".csv", lacks=name_lacks, text=people)}

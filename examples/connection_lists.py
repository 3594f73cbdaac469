"""Connections.csv in each form it has had, and the Outlook export before it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from urllib.parse import quote

from examples import tables
from examples.story import Standing

PREAMBLE = (
    "Notes:\n"
    '"When exporting your connection data, you may notice that some of the email addresses are missing. You will only '
    "see email addresses for connections who have allowed their connections to see or download their email address "
    "using this setting https://www.linkedin.com/psettings/privacy/email. You can learn more here "
    'https://www.linkedin.com/help/linkedin/answer/261"\n'
    "\n"
)
"""What LinkedIn has put before the header since June 2021, byte for byte."""

SIX = "First Name,Last Name,Email Address,Company,Position,Connected On"
SEVEN = "First Name,Last Name,URL,Email Address,Company,Position,Connected On"

OUTLOOK = (
    "Title,First Name,Middle Name,Last Name,Suffix,E-mail Address,E-mail 2 Address,E-mail 3 Address,Business Street,"
    "Business Street 2,Business Street 3,Business City,Business State,Business Postal Code,Business Country,"
    "Home Street,Home Street 2,Home Street 3,Home City,Home State,Home Postal Code,Home Country,Other Street,"
    "Other Street 2,Other Street 3,Other City,Other State,Other Postal Code,Other Country,Company,Department,Job Title,"
    "Assistant's Phone,Business Fax,Business Phone,Business Phone 2,Callback,Car Phone,Company Main Phone,Home Fax,"
    "Home Phone,Home Phone 2,ISDN,Mobile Phone,Other Fax,Other Phone,Pager,Primary Phone,Radio Phone,TTY/TDD Phone,"
    "Telex,Assistant's Name,Birthday,Manager's Name,Notes,Other Address PO Box,Spouse,Web Page,Personal Web Page"
)


def profile_url(slug: str, *, encoded: bool = False) -> str:
    """Connections.csv percent-encodes the address; messages and invitations write its letters as they are."""
    return f"https://www.linkedin.com/in/{quote(slug) if encoded else slug}"


def outlook(people: Sequence[Standing]) -> bytes:
    """The 59 columns of the export page of 2017, in Mac Roman: no address, no date."""
    header = OUTLOOK.split(",")
    filled = ["First Name", "Last Name", "E-mail Address", "Company", "Job Title"]
    places = [header.index(name) for name in filled]
    rows = []
    for one in sorted(people, key=lambda one: one.person.last):
        row = [""] * len(header)
        values = (one.person.first, one.person.last, one.person.email, one.person.company, one.person.position)
        for place, value in zip(places, values, strict=True):
            row[place] = value
        rows.append(row)
    return (tables.text(header, rows, end="\r\n", quote_all=True) + "\n").encode("mac_roman", errors="replace")


def of_2018(people: Sequence[Standing]) -> bytes:
    """Everybody's e-mail, dates to the minute, in no order."""
    unsorted = sorted(people, key=lambda one: hashlib.sha256(one.joined.encode()).digest())
    rows = [
        (p.first, p.last, p.email, p.company, p.position, tables.short_time(p.connected))
        for p in (one.person for one in unsorted)
    ]
    return tables.plain(SIX, rows)


def of_2020(people: Sequence[Standing]) -> bytes:
    """No preamble, days without time, newest first, no line end at the end."""
    return tables.plain(SIX, [_six(one) for one in people], last_end=False)


def of_2022(people: Sequence[Standing]) -> bytes:
    """The same after a preamble of three lines."""
    return PREAMBLE.encode() + of_2020(people)


def since_2023(people: Sequence[Standing]) -> bytes:
    """With the profile's address."""
    return PREAMBLE.encode() + without_preamble(people)


def without_preamble(people: Sequence[Standing]) -> bytes:
    """The form of 2023 as programs rebuild it from the portability API."""
    return tables.plain(SEVEN, [seven(one) for one in people], last_end=False)


def seven(one: Standing) -> tuple[str, ...]:
    """One row of today's form; a hidden person's shows only the date."""
    first, last, *rest = _six(one)
    return (first, last, "" if one.hidden else profile_url(one.person.slug, encoded=True), *rest)


def _six(one: Standing) -> tuple[str, ...]:
    person, on = one.person, tables.day(one.person.connected)
    if one.hidden:
        return ("", "", "", "", "", on)
    email = person.email if person.shares_email else ""
    return (person.first, person.last, email, person.company, person.position, on)

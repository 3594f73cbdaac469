"""Connections.csv as LinkedIn wrote it, and as Excel, editors and people made it."""

from __future__ import annotations

from datetime import date

import pytest

from linkbak.model import Connection
from tests.adapters.given import alone
from tests.adapters.lists import (
    ADA,
    ADAPTER,
    ALL,
    BORIS,
    C1,
    C4,
    C5,
    HIDDEN,
    NOTES,
    ROWS,
    ROWS6,
    WITHOUT_URL,
    coverage,
    issues,
    people,
)


@pytest.mark.parametrize(
    "content",
    [
        NOTES + C5 + ROWS,
        NOTES + C5 + ROWS.rstrip("\n"),
        C5 + ROWS,
        "\ufeff" + NOTES + C5 + ROWS,
        (NOTES + C5 + ROWS).replace("\n", "\r\n"),
        (NOTES + C5 + ROWS).replace("\n", "\r"),
        (NOTES + C5 + ROWS).encode("utf-16"),
        (NOTES + C5 + ROWS).replace(",", "\t").replace('"Sample\t PhD"', '"Sample, PhD"').encode("utf-16"),
        (NOTES + C5 + ROWS).replace(",", ";").replace('"Sample; PhD"', '"Sample, PhD"'),
        C5.replace(",", "\t") + ROWS.replace(",", "\t").replace('"Sample\t PhD"', '"Sample, PhD"'),
        "Notes:,,,,,,\r\n" + (C5 + ROWS).replace("\n", "\r\n"),
        NOTES + "\n\n" + C5 + "\n" + ROWS.replace("\n", "\n\n") + "\n\n\n",
        NOTES + C5.replace("\n", ",,\n") + ROWS.replace("\n", ",,\n"),
        "FirstName,LastName,Url,EmailAddress,Company,Position,ConnectedOn\n" + ROWS,
        "first_name,last_name,url,email_address,company,position,connected_on\n" + ROWS,
        "Vorname,Nachname,URL,E-Mail-Adresse,Unternehmen,Position,Verbunden am\n" + ROWS,
        C5 + ROWS.replace("07 Jun 2023", "7. Jun 23").replace("06 Jun 2023", "06.06.2023").replace("Mar", "March"),
        C5 + ROWS.replace("07 Jun 2023", "7-Jun-23").replace("06 Jun 2023", "06-Jun-23").replace("05 Mar", "5 Mar"),
        C5.replace("\n", ",Tags\n") + ROWS.replace("\n", ",x\n"),
        "Connected On,Position,Company,Email Address,URL,Last Name,First Name\n"
        "07 Jun 2023,Engineer,Example Works,,https://www.linkedin.com/in/ada-example,Example,Ada\n"
        "06 Jun 2023,,,,,,\n"
        '05 Mar 2023,,,b@example.com,https://www.linkedin.com/in/boris,"Sample, PhD",Boris\n',
        NOTES + "Connected On;Position;Company;Email Address;URL;Last Name;First Name\n"
        "07 Jun 2023;Engineer;Example Works;;https://www.linkedin.com/in/ada-example;Example;Ada\n"
        "06 Jun 2023;;;;;;\n"
        '05 Mar 2023;;;b@example.com;https://www.linkedin.com/in/boris;"Sample, PhD";Boris\n',
        ADA + HIDDEN + BORIS,
        ADA + HIDDEN.replace("\n", ",,\n") + BORIS,
        C5 + ADA + " , ,\t,,  ,,06 Jun 2023\n" + BORIS,
    ],
)
def test_one_list_in_many_forms_gives_the_same_people(content: str | bytes) -> None:
    assert people(content) == ALL
    assert (coverage(content).rows, coverage(content).hidden, coverage(content).skipped) == (3, 1, 0)
    assert not [issue for issue in issues(content) if issue[2]]


@pytest.mark.parametrize("header", [C5, "Vorname,Nachname,URL,E-Mail-Adresse,Unternehmen,Position,Verbunden am\n"])
def test_a_german_excels_list(header: str) -> None:
    """Semicolons, Windows-1252, and dates half in dots and half in German words."""
    rows = 'Jörg;Müßig;u;;"A; B";Chef;05.11.2026\nZoë;Öl;v;;;;5. Mrz 24\n;;;;;;05 May 2023\n'
    content = ("Notes:,,,,,,\n" + header).replace(",", ";") + rows

    assert people(content.replace("\n", "\r\n").encode("cp1252")) == [
        Connection("Jörg", "Müßig", "u", "", "A; B", "Chef", date(2026, 11, 5)),
        Connection("Zoë", "Öl", "v", "", "", "", date(2024, 3, 5)),
        Connection(connected_on=date(2023, 5, 5)),
    ]


@pytest.mark.parametrize("content", [NOTES + C4 + ROWS6, C4 + ROWS6, ROWS6, "Notes:,,,,,\r\n" + C4 + ROWS6])
def test_lists_without_addresses(content: str) -> None:
    listing = ADAPTER.connections(alone(content))

    assert listing is not None
    assert list(listing.rows) == WITHOUT_URL
    assert listing.columns == frozenset(Connection._fields) - {"url"}


def test_the_oldest_header_has_columns_nobody_reads() -> None:
    content = C1 + 'Boris,Sample,Example Street 1,b@example.com,Example Works,,"12/21/16, 10:15 AM",,\n'

    assert people(content) == [
        Connection("Boris", "Sample", "", "b@example.com", "Example Works", "", date(2016, 12, 21))
    ]
    assert issues(content) == []


def test_values_are_given_as_written() -> None:
    """Blanks, formulas and odd letters are what the member wrote; stripping and escaping is for others."""
    content = C5 + ' Ada ,"Ex""am""ple, 🌱",https://www.linkedin.com/in/a%C3%A9,,=1+1,\u2028x\u200b,07 Jun 2023\n'

    assert people(content) == [
        Connection(
            " Ada ",
            'Ex"am"ple, 🌱',
            "https://www.linkedin.com/in/a%C3%A9",
            "",
            "=1+1",
            "\u2028x\u200b",
            date(2023, 6, 7),
        )
    ]

"""Rows that are served more than once are kept once, and no row that was served once is lost."""

from __future__ import annotations

import io

import pytest

from linkbak.api.tables import DOMAINS, Row, Table, layout, once
from tests.api.service import hidden, person

DAY = "05 Mar 2024"
A, B, C, D = (person(number) for number in range(4))
H = hidden(DAY)


@pytest.mark.parametrize(
    ("pages", "kept"),
    [
        ([[A, B], [C, D]], [A, B, C, D]),
        ([[A, B], [A, B]], [A, B]),
        ([[A, B], [B, C]], [A, B, C]),
        ([[A, H, H, B], [C, H, D]], [A, H, H, B, C, H, D]),
        ([[A, H], [H, B]], [A, H, H, B]),
        ([[A, H, H, B], [A, H, H, B]], [A, H, H, B]),
        ([[A, H, B], [B, H, C]], [A, H, B, H, C]),
        ([[H], [H]], [H, H]),
        ([[A, A, B]], [A, A, B]),
        ([[A, B], [{**A, "Company": "Elsewhere"}, B]], [A, B, {**A, "Company": "Elsewhere"}]),
    ],
    ids=[
        "apart",
        "all-twice",
        "overlap",
        "hidden-of-one-day-in-two-answers",
        "hidden-at-the-seam",
        "hidden-twice",
        "hidden-between-known-and-new",
        "nothing-but-hidden",
        "equal-in-one-answer",
        "changed",
    ],
)
def test_a_row_is_dropped_only_where_it_was_surely_served_before(pages: list[list[Row]], kept: list[Row]) -> None:
    assert list(once(pages, 7)) == kept


def test_one_column_is_enough_to_tell_a_row_of_a_table_that_has_no_more() -> None:
    assert list(once([[{"Name": "Chess"}], [{"Name": "Chess"}, {"Name": "Go"}]], 1)) == [
        {"Name": "Chess"},
        {"Name": "Go"},
    ]


def test_a_table_has_the_header_and_the_bytes_of_an_export() -> None:
    rows = [[{**A, "Last Name": 'Example, "PhD"', "Company": None}], [A, H]]
    table = Table("CONNECTIONS", lambda: rows)
    out = io.BytesIO()
    table.write(out)
    assert table.layout.path == "Connections.csv"
    assert out.getvalue().decode() == (
        "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
        'Person0,"Example, ""PhD""",https://www.linkedin.com/in/person-0,,,Engineer,05 Mar 2024\n'
        "Person0,Example,https://www.linkedin.com/in/person-0,,Example Works,Engineer,05 Mar 2024\n"
        ",,,,,,05 Mar 2024\n"
    )
    assert (table.served, table.written) == (3, 3)


@pytest.mark.parametrize(
    ("domain", "columns", "path", "header"),
    [
        ("CONNECTIONS", "Connected On,First Name,Last Name,Company,Position,Email Address", "Connections.csv", 6),
        ("ENDORSEMENTS", "Endorsement Date,Skill Name,Endorsee First Name,Endorsee Last Name,Endorsee Public Url,"
         "Endorsement Status", "Endorsement_Given_Info.csv", 6),
        ("CONTACTS", "FirstName,LastName,Emails,ThirdPartyVerified", "ImportedContacts.csv", 16),
        ("MEMBER_SHARE_INFO", "Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility", "Shares.csv", 6),
        ("AD_TARGETING", "Job Titles,Company Names,Member Age", "Ad_Targeting.csv", 3),
        ("SKILLS", "Name,Level", "Skills.csv", 2),
        ("RECOMMENDATIONS", "First Name,Text", "RECOMMENDATIONS.csv", 2),
        ("NEW_THING", "b,a", "NEW_THING.csv", 2),
    ],
)  # fmt: skip
def test_which_file_a_domain_is(domain: str, columns: str, path: str, header: int) -> None:
    found = layout(domain, columns.split(","))
    assert (found.path, len(found.columns)) == (path, header)


def test_no_two_columns_become_one() -> None:
    assert layout("SKILLS", ["Name", "name"]).columns == ("Name", "name")


def test_no_two_domains_are_one_file() -> None:
    files = [path for paths in DOMAINS.values() for path in paths]
    assert len(files) == len({path.casefold() for path in files})

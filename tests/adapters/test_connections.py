"""Connections.csv as LinkedIn wrote it, and as Excel, editors and people made it."""

from __future__ import annotations

from datetime import date

import pytest

from linkbak.adapters import LinkedIn
from linkbak.model import Connection, Coverage, Issue
from tests.adapters.given import Given, alone

ADAPTER = LinkedIn()
NOTES = 'Notes:\n"When exporting your connection data, some addresses may be missing."\n\n'
C1 = "First Name,Last Name,Address,Email Address,Company,Position,Connected On,Websites,Instant Messengers\n"
C4 = "First Name,Last Name,Email Address,Company,Position,Connected On\n"
C5 = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
ADA = "Ada,Example,https://www.linkedin.com/in/ada-example,,Example Works,Engineer,07 Jun 2023\n"
BORIS = 'Boris,"Sample, PhD",https://www.linkedin.com/in/boris,b@example.com,,,05 Mar 2023\n'
HIDDEN = ",,,,,,06 Jun 2023\n"
PEOPLE = [
    Connection("Ada", "Example", "https://www.linkedin.com/in/ada-example", "", "Example Works", "Engineer", None),
    Connection(),
    Connection("Boris", "Sample, PhD", "https://www.linkedin.com/in/boris", "b@example.com", "", "", None),
]
DAYS = [date(2023, 6, 7), date(2023, 6, 6), date(2023, 3, 5)]
ALL = [person._replace(connected_on=day) for person, day in zip(PEOPLE, DAYS, strict=True)]
WITHOUT_URL = [person._replace(url="") for person in ALL]
ROWS = ADA + HIDDEN + BORIS
ROWS6 = ROWS.replace("https://www.linkedin.com/in/ada-example,", "").replace("https://www.linkedin.com/in/boris,", "")
ROWS6 = ROWS6.replace(HIDDEN, HIDDEN[1:])


def people(content: str | bytes) -> list[Connection]:
    listing = ADAPTER.connections(alone(content))
    assert listing is not None
    return list(listing.rows)


def issues(content: str | bytes) -> list[tuple[int, str, bool]]:
    return [(issue.line, issue.reason, issue.loss) for issue in ADAPTER.read(alone(content)).issues]


def coverage(content: str | bytes) -> Coverage:
    return ADAPTER.read(alone(content)).coverage["connections"]


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
        C5 + ROWS.replace("07 Jun 2023", "7-Jun-23").replace("06 Jun 2023", "06-Jun-23").replace("05 Mar", "5 Mar"),
        C5.replace("\n", ",Tags\n") + ROWS.replace("\n", ",x\n"),
        "Connected On,Position,Company,Email Address,URL,Last Name,First Name\n"
        "07 Jun 2023,Engineer,Example Works,,https://www.linkedin.com/in/ada-example,Example,Ada\n"
        "06 Jun 2023,,,,,,\n"
        '05 Mar 2023,,,b@example.com,https://www.linkedin.com/in/boris,"Sample, PhD",Boris\n',
        ADA + HIDDEN + BORIS,
        ADA + HIDDEN.replace("\n", ",,\n") + BORIS,
        C5 + ADA + " , ,\t,,  ,,06 Jun 2023\n" + BORIS,
    ],
)
def test_one_list_in_many_forms_gives_the_same_people(content: str | bytes) -> None:
    assert people(content) == ALL
    assert (coverage(content).rows, coverage(content).hidden, coverage(content).skipped) == (3, 1, 0)
    assert not [issue for issue in issues(content) if issue[2]]


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


def test_rows_that_are_not_understood_are_counted_and_placed() -> None:
    content = NOTES + C5 + ADA + "Cleo,Invented,u,,,,\n" + "Dana,Model\n" + "Erik,Madeup,u,,,,someday\n" + BORIS

    assert people(content) == [ALL[0], ALL[2]]
    assert issues(content) == [
        (6, "no connection date", True),
        (7, "fewer cells than the header has columns", True),
        (8, "the connection date is none linkbak can read", True),
    ]
    assert coverage(content) == Coverage(
        2, 0, 3, "partial", ("3 rows were not understood in Connections.csv",), "2023-03-05", "2023-06-07", True
    )


def test_lines_are_physical_even_behind_a_cell_with_line_breaks() -> None:
    content = C5 + '"Ada\nMaria",Example,u,,,,07 Jun 2023\n' + "Cleo,Invented,u,,,,someday\n"

    assert [line for line, _, _ in issues(content)] == [4]


def test_padding_is_nobody_and_blank_lines_are_not_worth_a_word() -> None:
    content = C5 + ADA + ",,,,,,\n" + "\n\n" + BORIS + "   \n"

    assert people(content) == [ALL[0], ALL[2]]
    assert issues(content) == [(3, "a row of empty cells", False), (7, "a row of empty cells", False)]
    assert coverage(content).completeness == "complete"


def test_rows_moved_above_the_header_are_still_people() -> None:
    """Somebody sorted the file with its header in it."""
    assert people(ADA + HIDDEN + C5 + BORIS) == ALL


def test_what_repeats_is_named_by_line() -> None:
    other = ADA.replace("Engineer", "Director").replace("ada-example", "Ada-Example")
    content = C5 + ADA + BORIS + ADA + other + HIDDEN + HIDDEN

    assert coverage(content).rows == 6
    assert issues(content) == [
        (4, "equal in everything to line 2", False),
        (5, "the same address as line 2", False),
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "the file is empty"),
        ("\n\n", "the file is empty"),
        (
            "Prénom,Nom,Date\nAda,Example,someday\n",
            "no header and no columns linkbak understands: nobody in this list was read",
        ),
        (b"PK\x03\x04 and so on", "a workbook, not a CSV file: save it as CSV and import that"),
        (b"\x00" * 1000, "no header and no columns linkbak understands: nobody in this list was read"),
    ],
)
def test_a_list_that_cannot_be_read_is_loud(content: str | bytes, reason: str) -> None:
    assert issues(content) == [(0, reason, True)]
    assert coverage(content).completeness == "partial"
    assert coverage(content).reasons == ("Connections.csv could not be read",) or coverage(content).skipped
    assert people(content) == []


def test_a_header_in_foreign_words_is_read_by_position_and_said_so() -> None:
    content = "Prénom,Nom,URL,Courriel,Entreprise,Poste,Connecté le\n" + ROWS

    assert people(content) == ALL
    assert (1, "the connection date is none linkbak can read", True) in issues(content)
    assert coverage(content).completeness == "partial"


def test_one_row_that_happens_to_fit_makes_no_list() -> None:
    content = "Some,Other\nTable,Of\nThings,Here\n" + ADA

    assert people(content) == []
    assert [loss for _, _, loss in issues(content)] == [True]


def test_a_list_without_header_may_lack_anything() -> None:
    assert coverage(ROWS).completeness == "unknown"
    assert coverage(ROWS).reasons == ("Connections.csv has no header",)
    assert issues(ROWS) == [(1, "no header; the columns were told by their order", False)]


def test_a_list_of_nobody_is_said_to_be_odd() -> None:
    assert issues(NOTES + C5) == [(0, "the list has a header and nobody in it", True)]
    assert coverage(NOTES + C5).completeness == "unknown"


def test_a_file_cut_inside_a_quoted_cell() -> None:
    content = C5 + ADA + 'Boris,"Sam'

    assert people(content) == [ALL[0]]
    assert issues(content) == [(3, "the file ends inside a quoted cell: it was cut off", True)]
    assert coverage(content).reasons == (
        "1 row was not understood in Connections.csv",
        "Connections.csv was cut off",
    )


def test_lists_that_are_not_newest_first() -> None:
    listing = ADAPTER.connections(alone(C5 + BORIS + ADA))

    assert listing is not None
    assert not listing.newest_first
    assert not coverage(C5 + BORIS + ADA).newest_first
    assert (coverage(C5 + BORIS + ADA).oldest, coverage(C5 + BORIS + ADA).newest) == ("2023-03-05", "2023-06-07")


def test_bytes_that_are_not_utf8_are_windows_letters() -> None:
    """One bad byte must not rename everybody else in the list."""
    content = (C5 + "René,Exämple,u,,,,07 Jun 2023\n").encode() + "André,“Sample”,v,,,,06 Jun 2023\n".encode("cp1252")

    assert [(person.first_name, person.last_name) for person in people(content)] == [
        ("René", "Exämple"),
        ("André", "“Sample”"),
    ]
    assert issues(content) == [(0, "not UTF-8 throughout; the other bytes were read as Windows-1252", False)]


def test_a_list_under_a_name_of_ones_own_is_known_by_its_header() -> None:
    files = alone(NOTES + C5 + ROWS, "my old network 2023.csv")

    assert ADAPTER.recognises(files)
    assert ADAPTER.read(files).coverage["connections"].rows == 3
    assert ADAPTER.read(Given({"my list.csv": NOTES + C5 + ROWS, "b.csv": "x"})).coverage == {}


def test_issues_of_one_file_are_few_and_losses_come_before_remarks() -> None:
    rows = [",,,,,,\n"] * 30 + ["Cleo,Invented,u,,,,someday\n"] * 25
    found = ADAPTER.read(alone(C5 + "".join(rows))).issues

    assert len(found) == 21
    assert {issue.reason for issue in found[:20]} == {"the connection date is none linkbak can read"}
    assert found[20] == Issue("Connections.csv", 0, "and 35 more", loss=True)


def test_a_list_in_parts_is_one_list() -> None:
    files = Given({"Connections_2.csv": C5 + BORIS, "Connections_1.csv": C5 + ADA + HIDDEN})
    listing = ADAPTER.connections(files)

    assert listing is not None
    assert list(listing.rows) == ALL
    assert (listing.total, listing.hidden, listing.newest_first) == (3, 1, True)
    assert ADAPTER.read(files).coverage["connections"].newest_first

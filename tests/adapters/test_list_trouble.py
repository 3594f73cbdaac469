"""Lists that are broken, cut, doubled or not what they seem: nothing is lost in silence."""

from __future__ import annotations

from datetime import date

import pytest

from linkbak.model import Connection, Coverage, Issue
from tests.adapters.given import Given, alone
from tests.adapters.lists import ADA, ADAPTER, ALL, BORIS, C4, C5, HIDDEN, NOTES, ROWS, ROWS6, coverage, issues, people


def test_rows_that_are_not_understood_are_counted_and_placed() -> None:
    content = NOTES + C5 + ADA + ",,,x@example.com,,,\n" + "Dana,Model\n" + "Erik,Madeup,u,,A, Inc,,someday\n" + BORIS

    assert people(content) == [ALL[0], ALL[2]]
    assert issues(content) == [
        (6, "no name, no address and no date", True),
        (7, "fewer cells than the header has columns", True),
        (8, "more cells than the header has columns, and no date in its place", True),
    ]
    assert coverage(content) == Coverage(
        2, 0, 3, "partial", ("3 rows were not understood in Connections.csv",), "2023-03-05", "2023-06-07", True
    )


def test_a_row_whose_date_is_odd_is_kept_without_it() -> None:
    """One odd cell costs no person: the list is whole, though the import says what it could not read."""
    content = C5 + ADA + "Cleo,Invented,u,,,,\n" + "Erik,Madeup,v,,,,5/4/22\n" + ",,,,,,someday\n" + BORIS

    odd = [Connection("Cleo", "Invented", "u"), Connection("Erik", "Madeup", "v"), Connection()]
    assert people(content) == [ALL[0], *odd, ALL[2]]
    assert issues(content) == [
        (3, "no connection date; the row is kept without it", True),
        (4, "the connection date is none linkbak can read; the row is kept without it", True),
        (5, "the connection date is none linkbak can read; the row is kept without it", True),
    ]
    assert coverage(content) == Coverage(
        5, 1, 0, "unknown", ("3 rows of Connections.csv without a date",), "2023-03-05", "2023-06-07", True
    )


def test_dates_of_one_list_agree_on_which_number_is_the_month() -> None:
    days = ("7 Jun 2023", "6/6/2023", "05/03/2023")
    rows = ADA + HIDDEN + BORIS
    for form, day in zip(("07 Jun 2023", "06 Jun 2023", "05 Mar 2023"), days, strict=True):
        rows = rows.replace(form, day)

    assert [one.connected_on for one in people(C5 + rows)] == [ALL[0].connected_on, None, None]
    assert people(C5 + rows.replace("7 Jun 2023", "13/6/2023"))[1:] == ALL[1:]
    assert people(C5 + rows.replace("7 Jun 2023", "6/13/2023"))[2].connected_on == date(2023, 5, 3)


def test_lines_are_physical_even_behind_a_cell_with_line_breaks() -> None:
    content = C5 + '"Ada\nMaria",Example,u,,,,07 Jun 2023\n' + "Cleo,Invented\n"

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

    assert coverage(content).rows == 5
    assert issues(content) == [
        (4, "equal in everything to line 2; counted once", False),
        (5, "the same address as line 2", False),
    ]


def test_a_stretch_that_is_served_twice_counts_once_with_its_hidden_rows() -> None:
    top = "Cleo,Invented,u:cleo,,,,08 Jun 2023\n"
    for again in (ROWS, HIDDEN + BORIS, ROWS + ROWS):
        listing = ADAPTER.connections(alone(C5 + top + ROWS + again))

        assert listing is not None
        assert list(listing.rows)[1:] == ALL
        assert (listing.total, listing.hidden, listing.newest_first) == (4, 1, True)


def test_hidden_rows_of_one_day_are_several_people_beside_a_row_that_repeats() -> None:
    content = C5 + HIDDEN + BORIS.replace("05 Mar", "06 Jun") + HIDDEN + BORIS.replace("05 Mar", "06 Jun")

    assert (coverage(content).rows, coverage(content).hidden) == (3, 2)


def test_without_addresses_equal_rows_may_be_two_people() -> None:
    content = C4 + ROWS6 + ROWS6

    assert coverage(content).rows == 6
    assert issues(content) == [(5, "equal in everything to line 2", False), (7, "equal in everything to line 4", False)]


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
    assert (1, "neither a row of the list nor a header linkbak knows", True) in issues(content)
    assert coverage(content).completeness == "partial"


def test_one_row_that_happens_to_fit_makes_no_list() -> None:
    content = "Some,Other\nTable,Of\nThings,Here\n" + ADA

    assert people(content) == []
    assert [loss for _, _, loss in issues(content)] == [True]


def test_other_tables_of_seven_columns_are_no_list() -> None:
    """A date in the last column alone does not make a table a list of people."""
    content = "1,Inventing,often,,,,07 Jun 2023\n2,Testing,seldom,,,,06 Jun 2023\n"

    assert people(content) == []
    assert coverage(content).skipped == 2


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
    assert coverage(content).reasons == ("1 row was not understood in Connections.csv", "Connections.csv was cut off")


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
    assert ADAPTER.read(Given({"my list.csv": NOTES + C5 + ROWS, "b.csv": "x"})).coverage["connections"].rows == 3


def test_issues_of_one_file_are_few_and_losses_come_before_remarks() -> None:
    rows = [",,,,,,\n"] * 30 + ["Cleo,Invented\n"] * 25
    found = ADAPTER.read(alone(C5 + "".join(rows))).issues

    assert {issue.reason for issue in found[:20]} == {"fewer cells than the header has columns"}
    assert found[20:] == (
        Issue("Connections.csv", 0, "and 5 more", loss=True),
        Issue("Connections.csv", 0, "and 30 more", loss=False),
    )


def test_a_list_in_parts_is_one_list() -> None:
    files = Given({"Connections_2.csv": C5 + BORIS, "Connections_1.csv": C5 + ADA + HIDDEN})
    listing = ADAPTER.connections(files)

    assert listing is not None
    assert list(listing.rows) == ALL
    assert (listing.total, listing.hidden, listing.newest_first) == (3, 1, True)
    assert ADAPTER.read(files).coverage["connections"].newest_first

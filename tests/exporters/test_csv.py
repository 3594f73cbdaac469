"""Tables of comma-separated values: the plain one, Google's, Outlook's, and the mailing list."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkbak.exporters import Options
from linkbak.exporters.formats import EXPORTERS
from linkbak.exporters.rows import PLAIN_HEADER
from linkbak.report.escape import spreadsheet, spreadsheet_row
from linkbak.report.people import COLUMNS
from tests.conftest import Golden
from tests.exporters.contract import Contract
from tests.exporters.given import ADA, FULL, HIDDEN, NAMELESS, entry, hostile, text_of
from tests.exporters.reading import by_name, formulas, rows
from tests.hostile_text import HOSTILE_TEXT

HERE = Path(__file__).parent
RAW = Options(raw=True)


class TestCsv(Contract):
    """Read by the csv module."""

    format = "csv"

    def names(self, written: Path) -> list[str]:
        return [row["name"] for row in by_name(written.read_bytes().decode())]


def test_the_table_as_it_is(golden: Golden) -> None:
    text = text_of("csv", [*FULL, NAMELESS, HIDDEN])
    assert text.count("\r\n") == 9
    golden(HERE / "goldens/plain.csv", text.replace("\r\n", "\n"))


def test_everything_comes_back() -> None:
    """Raw, so that not a sign is another; line breaks in cells are as they were."""
    people = [*FULL, *hostile()]
    text = text_of("csv", people, RAW)
    found = by_name(text)
    assert tuple(rows(text)[0]) == PLAIN_HEADER == (*COLUMNS, "notes", "former_names")
    for row, one in zip(found, people, strict=True):
        told = one.person.row
        assert tuple(row[name] for name in told._fields[:6]) == told[:6]
        assert row["connected_on"] == (told.connected_on.isoformat() if told.connected_on else "")
        assert (row["id"], row["state"]) == (one.person.id, one.person.state)
        assert (row["window_after"], row["window_before"]) == (one.person.window or ("", ""))
        assert row["tags"] == ", ".join(one.person.tags)
        assert (row["notes"], row["former_names"]) == ("\n".join(one.notes), "\n".join(one.former))


@pytest.mark.parametrize("format", ["csv", "google", "outlook"])
def test_no_spreadsheet_runs_anything(format: str) -> None:
    assert formulas(text_of(format, hostile())) == []
    assert formulas(text_of(format, hostile(), RAW)) != []


def test_no_terminal_acts() -> None:
    text = text_of("csv", hostile())
    assert [char for char in text if char < " " and char not in "\t\r\n"] == []
    assert [char for char in text if "\x7f" <= char <= "\x9f"] == []


def test_excel_knows_it_for_utf_8() -> None:
    """A byte order mark tells it, which programs would take for a part of the header."""
    assert text_of("csv", []).startswith("\ufeffid,account,")
    assert text_of("csv", [], RAW).startswith("id,account,")


@pytest.mark.parametrize("text", [*HOSTILE_TEXT, "Ada;=1+1", "Ada\n=1", "Ada; -1", "\n=1", "\nAda", "a\r=1", "Ada;@"])
def test_a_row_is_what_its_cells_are(text: str) -> None:
    """One look at a whole row finds what a look at each cell would."""
    for row in ([text], ["Ada", text], [text, "Boris"], ["", text, ""]):
        assert [*spreadsheet_row(row)] == [spreadsheet(cell) for cell in row]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("Ada;=1+1", "Ada;'=1+1"),
        ("Ada\n +1", "Ada\n' +1"),
        ("Ada\r\n-1", "Ada\n'-1"),
        ("Ada - Boris; 1-1", "Ada - Boris; 1-1"),
        ("\x1b[31mred\x00", "\ufffd[31mred\ufffd"),
        ("a\tb", "a\tb"),
    ],
)
def test_inside_a_cell(text: str, cell: str) -> None:
    assert spreadsheet(text) == cell


GOOGLE_HEADER = (
    "First Name,Middle Name,Last Name,Phonetic First Name,Phonetic Middle Name,Phonetic Last Name,Name Prefix,"
    "Name Suffix,Nickname,File As,Organization Name,Organization Title,Organization Department,Birthday,Notes,Photo,"
    "Labels,E-mail 1 - Label,E-mail 1 - Value,Website 1 - Label,Website 1 - Value"
)
"""The first line of a file that contacts.google.com exports, of contacts with an e-mail and a website."""


class TestGoogle(Contract):
    """Read by the csv module."""

    format = "google"

    def names(self, written: Path) -> list[str]:
        found = by_name(written.read_bytes().decode())
        return [f"{row['First Name']} {row['Last Name']}".strip() for row in found]


def test_the_google_table_as_it_is(golden: Golden) -> None:
    text = text_of("google", FULL)
    assert text.split("\r\n")[0] == GOOGLE_HEADER
    golden(HERE / "goldens/google.csv", text.replace("\r\n", "\n"))


def test_each_thing_where_google_looks_for_it() -> None:
    ada, *_, bare = by_name(text_of("google", FULL, Options(raw=True)))
    assert {name: value for name, value in ada.items() if value} == {
        "First Name": "Ada; the, 1st",
        "Last Name": "Example\\Sample",
        "Organization Name": "Example; Works, Ltd",
        "Organization Title": "Engineer, Sr; \\o/",
        "Notes": "met in Ghent; by chance, \\once\\\ntwo\nlines: and 100 %\nConnected on LinkedIn: 2019-06-05\n"
        "Formerly: Ada Sample, Ada, Esq.",
        "Labels": "customer ::: ghent ::: * myContacts",
        "E-mail 1 - Value": "ada@example.com",
        "Website 1 - Label": "LinkedIn",
        "Website 1 - Value": "https://www.linkedin.com/in/ada-example",
    }
    assert {name: value for name, value in bare.items() if value} == {
        "First Name": "Bare",
        "Last Name": "Example",
        "Notes": "From LinkedIn.",
        "Labels": "* myContacts",
    }


def test_a_tag_is_one_label() -> None:
    (row,) = by_name(text_of("google", [entry(1, ADA, tags=("a ::: * starred",))]))
    assert row["Labels"].split(" ::: ") == ["a : : : * starred", "* myContacts"]


class TestOutlook(Contract):
    """Read by the csv module."""

    format = "outlook"

    def names(self, written: Path) -> list[str]:
        found = by_name(written.read_bytes().decode())
        return [f"{row['First Name']} {row['Last Name']}".strip() for row in found]


def test_the_outlook_table_as_it_is(golden: Golden) -> None:
    golden(HERE / "goldens/outlook.csv", text_of("outlook", FULL).replace("\r\n", "\n"))


def test_the_header_is_outlooks_own() -> None:
    text = text_of("outlook", [], Options(raw=True))
    assert text.startswith("\ufeffFirst Name,Middle Name,Last Name,Title,Suffix,Initials,Web Page,Gender,Birthday,")
    assert text.endswith(",Directory Server,Sensitivity,Priority,Private,Categories\r\n")
    (header,) = rows(text)
    assert (len(header), len(set(header))) == (88, 88)
    assert {"Notes", "E-mail Address", "Company", "Job Title", "Business Phone", "Home Postal Code"} < set(header)


def test_each_thing_where_outlook_looks_for_it() -> None:
    ada, *_, bare = by_name(text_of("outlook", FULL, Options(raw=True)))
    assert {name: value for name, value in ada.items() if value} == {
        "First Name": "Ada; the, 1st",
        "Last Name": "Example\\Sample",
        "Web Page": "https://www.linkedin.com/in/ada-example",
        "Notes": "met in Ghent; by chance, \\once\\\ntwo\nlines: and 100 %\nConnected on LinkedIn: 2019-06-05\n"
        "Formerly: Ada Sample, Ada, Esq.",
        "E-mail Address": "ada@example.com",
        "Company": "Example; Works, Ltd",
        "Job Title": "Engineer, Sr; \\o/",
        "Categories": "customer;ghent",
    }
    assert [name for name, value in bare.items() if value] == ["First Name", "Last Name", "Notes"]


def test_a_tag_is_one_category() -> None:
    (row,) = by_name(text_of("outlook", [entry(1, ADA, tags=("a;b", "c"))]))
    assert row["Categories"] == "a,b;c"


class TestMailingList(Contract):
    """Read by the csv module."""

    format = "mailing-list"

    def names(self, written: Path) -> list[str]:
        return [row["name"] for row in by_name(written.read_bytes().decode())]


def test_the_list_as_it_is(golden: Golden) -> None:
    people = [entry(7, ADA._replace(first_name="Boris", email=" Boris@Example.com ")), *FULL, NAMELESS]
    golden(HERE / "goldens/mailing_list.csv", text_of("mailing-list", people).replace("\r\n", "\n"))


def test_each_address_once_and_who_is_left_out() -> None:
    people = [
        entry(1, ADA._replace(email="ada@example.com")),
        entry(2, ADA._replace(email=" ADA@EXAMPLE.COM ")),
        entry(3, ADA._replace(email="")),
        entry(4, ADA._replace(email="zoë@münchen.example")),
        NAMELESS,
    ]
    kept, left_out = EXPORTERS["mailing-list"].takes(people)
    assert [one.person.number for one in kept] == [1, 4]
    assert left_out == {"the same e-mail": 1, "no e-mail": 2}


@pytest.mark.parametrize(
    "text",
    [
        *HOSTILE_TEXT,
        "ada@example.com, boris@example.com",
        "ada@example.com;boris@example.com",
        "Ada <ada@example.com>",
        "ada@example.com\r\nBCC: boris@example.com",
        "ada@example@com",
        "@example.com",
        "ada@",
        "ada\u2028@example.com",
    ],
)
def test_nothing_but_one_address_is_an_e_mail(text: str) -> None:
    """Else somebody could put others on the list, or lines into the head of a mail."""
    assert EXPORTERS["mailing-list"].lacks(entry(1, ADA._replace(email=text))) == "no e-mail"


def test_hostile_names_in_a_mailing_list_run_nothing() -> None:
    assert formulas(text_of("mailing-list", hostile())) == []
    assert all("\n" not in row["name"] for row in by_name(text_of("mailing-list", hostile())))


def test_whoever_exports_it_is_told_about_consent() -> None:
    assert "has not agreed" in EXPORTERS["mailing-list"].warning

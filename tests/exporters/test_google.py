"""A table for Google Contacts."""

from __future__ import annotations

from pathlib import Path

from linkbak.exporters import Options
from tests.conftest import Golden
from tests.exporters.contract import Contract
from tests.exporters.given import ADA, FULL, entry, text_of
from tests.exporters.reading import by_name

HERE = Path(__file__).parent
HEADER = (
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


def test_the_table_as_it_is(golden: Golden) -> None:
    text = text_of("google", FULL)
    assert text.split("\r\n")[0] == HEADER
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

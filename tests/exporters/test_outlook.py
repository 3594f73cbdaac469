"""A table for Outlook."""

from __future__ import annotations

from pathlib import Path

from linkbak.exporters import Options
from tests.conftest import Golden
from tests.exporters.contract import Contract
from tests.exporters.given import ADA, FULL, entry, text_of
from tests.exporters.reading import by_name, rows

HERE = Path(__file__).parent


class TestOutlook(Contract):
    """Read by the csv module."""

    format = "outlook"

    def names(self, written: Path) -> list[str]:
        found = by_name(written.read_bytes().decode())
        return [f"{row['First Name']} {row['Last Name']}".strip() for row in found]


def test_the_table_as_it_is(golden: Golden) -> None:
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

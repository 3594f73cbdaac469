"""People named in a file."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkbak.errors import UsageProblem
from linkbak.marks import NamedPerson, people_in_file
from linkbak.report.escape import spreadsheet_id


def test_a_plain_roll() -> None:
    roll = "\ufeff# from the fair\n\nAda Example\r\n  boris@example.com \t\n\t# not now\nÉmile\rExemple"

    assert people_in_file(roll.encode()) == [
        NamedPerson(3, "Ada Example"),
        NamedPerson(4, "boris@example.com"),
        NamedPerson(6, "Émile Exemple"),
    ]


def test_lines_of_an_old_mac() -> None:
    assert people_in_file(b"id,name\r1a2b,Ada\r3c4d,Boris\r") == [NamedPerson(2, "1a2b"), NamedPerson(3, "3c4d")]


def test_lines_with_tabs_are_read_to_the_first() -> None:
    assert people_in_file(b"1a2b\tAda Example\tBuyer\n3c4d\n") == [NamedPerson(1, "1a2b"), NamedPerson(2, "3c4d")]


@pytest.mark.parametrize("header", ["id,account,name", '"id","account"', "ID,name", "id"])
def test_a_csv_of_people(header: str) -> None:
    roll = f'# the "best, \n{header}\n1a2b,linkedin-me,"Ada\nExample"\n\n3c4d,"x"\n,nobody\n#5e6f,later\n"7a8b",y\n'

    assert people_in_file(roll.encode()) == [NamedPerson(3, "1a2b"), NamedPerson(6, "3c4d"), NamedPerson(9, "7a8b")]


@pytest.mark.parametrize("sign", [";", "\t"])
def test_a_csv_as_a_spreadsheet_saves_it(sign: str) -> None:
    roll = f"\ufeffid{sign}name\r\n1a2b{sign}Example, Ada\r\n{sign}nobody\r\n3c4d{sign}Boris\r\n"

    assert people_in_file(roll.encode()) == [NamedPerson(2, "1a2b"), NamedPerson(4, "3c4d")]


@pytest.mark.parametrize("id", ["000000000007", "0000000000e1"])
def test_an_id_that_is_a_number_to_spreadsheets(id: str) -> None:
    """It is written with an apostrophe before it; a name that begins with one keeps it."""
    roll = f"id,name\n{spreadsheet_id(id)},Ada\n'tHooft,Boris\n"
    assert people_in_file(roll.encode()) == [NamedPerson(2, id), NamedPerson(3, "'tHooft")]


@pytest.mark.parametrize("first", ["Ida Example", "identity", "ident,x", "1a2b,id", "Example, Ada"])
def test_what_is_no_such_csv_is_lines(first: str) -> None:
    assert people_in_file(f"{first}\n".encode()) == [NamedPerson(1, first)]


@pytest.mark.parametrize("roll", [b"", b"\n \n", b"# nobody\n", b"id,name\n"])
def test_a_roll_of_nobody(roll: bytes) -> None:
    assert people_in_file(roll) == []


def test_other_encodings_are_refused() -> None:
    for roll in ("Émile".encode("latin-1"), "Ada".encode("utf-16")):
        with pytest.raises(UsageProblem, match=r"^the list of people is not UTF-8 text$"):
            people_in_file(roll)


def test_a_cell_too_long_for_csv_names_its_line() -> None:
    with pytest.raises(UsageProblem, match=r"^line 3 of the list of people is not CSV$"):
        people_in_file(b"id\n1a2b\n" + b"x" * (csv.field_size_limit() + 1))


_CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


@given(st.lists(st.tuples(st.text("0123456789abcdef", min_size=4, max_size=16), _CELL)))
def test_every_id_of_a_csv_is_found_in_its_line(people: list[tuple[str, str]]) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("id", "name"))
    lines = []
    for person in people:
        lines.append(out.getvalue().count("\n") + 1)
        writer.writerow(person)

    assert people_in_file(out.getvalue().encode()) == [
        NamedPerson(line, one[0]) for line, one in zip(lines, people, strict=True)
    ]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_is_too_odd(text: str) -> None:
    for line, name in people_in_file(text.encode()):
        assert 1 <= line <= len(text) + 1
        assert name == name.strip()
        assert name

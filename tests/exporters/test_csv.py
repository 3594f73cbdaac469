"""A plain table, read back with the csv module, and by the rules by which spreadsheets read."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkbak.exporters import Options
from linkbak.exporters.csv import PLAIN_HEADER
from linkbak.report.escape import spreadsheet, spreadsheet_row
from linkbak.report.people import COLUMNS
from tests.conftest import Golden
from tests.exporters.contract import Contract
from tests.exporters.given import FULL, HIDDEN, NAMELESS, hostile, text_of
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

"""Pages on a terminal, in a pipe, in colour and without."""

from __future__ import annotations

import io

import pytest

from linkbak.adapters.linkedin import tables
from linkbak.model import CARDS, KIND_NAMES
from linkbak.report import Block, Column, Line, Table, cells, escape, fit, plain, render
from tests.hostile_text import HOSTILE_TEXT


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


TABLE = Table(
    (Column("name", most=20), Column("rows", right=True), Column("company", most=30)),
    [
        ("Ada Example", "1,234", "Example GmbH"),
        ("山田 太郎", "7", "A very long company name that will not fit anywhere"),
    ],
)


def test_a_pipe_gets_whole_cells_in_aligned_columns() -> None:
    assert plain([TABLE]) == [
        "  name          rows  company",
        "  Ada Example  1,234  Example GmbH",
        "  山田 太郎        7  A very long company name that will not fit anywhere",
    ]


def test_a_terminal_gets_cells_cut_to_its_width() -> None:
    lines = plain([TABLE], 40)
    assert lines == [
        "  name          rows  company",
        "  Ada Example  1,234  Example GmbH",
        "  山田 太郎        7  A very long compa…",
    ]
    assert max(map(cells, lines)) <= 40


def test_prose_is_wrapped_under_its_indent() -> None:
    text = "Wait for the next archive; if they did leave, import this one with --accept."
    assert plain([Line(text, indent=2)], 50) == [
        "  Wait for the next archive; if they did leave,",
        "    import this one with --accept.",
    ]


@pytest.mark.parametrize(("text", "width"), [("Ada", 3), ("山田", 4), ("e\u0301", 1), ("a\u200db", 2), ("", 0)])
def test_cells(text: str, width: int) -> None:
    assert cells(text) == width


@pytest.mark.parametrize(("text", "most", "cut"), [("山田太郎", 5, "山田…"), ("Ada", 3, "Ada"), ("Ada B", 4, "Ada…")])
def test_fit_never_cuts_a_wide_letter_in_half(text: str, most: int, cut: str) -> None:
    assert fit(text, most) == cut


def test_colour_only_on_a_terminal_that_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    blocks: list[Block] = [Line("gone", "bad")]
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "xterm-256color")
    terminal, pipe, told = Terminal(), io.StringIO(), Terminal()
    render(blocks, terminal)
    render(blocks, pipe)
    render(blocks, told, color=False)
    assert terminal.getvalue() == "\x1b[1;31mgone\x1b[0m\n"
    assert pipe.getvalue() == told.getvalue() == "gone\n"
    monkeypatch.setenv("NO_COLOR", "1")
    plainly = Terminal()
    render(blocks, plainly)
    assert plainly.getvalue() == "gone\n"


def test_a_table_on_a_terminal_is_cut_where_it_is_widest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Columns without a word take no room, and numbers are never cut."""
    monkeypatch.setenv("COLUMNS", "40")
    table = Table((*TABLE.columns, Column("")), [(*row, "") for row in TABLE.rows])
    terminal = Terminal()
    render([table, Table(TABLE.columns, [])], terminal)
    assert [line.rstrip() for line in terminal.getvalue().splitlines()] == [
        *plain([TABLE], 40),
        "  name  rows  company",
    ]


@pytest.mark.parametrize("text", HOSTILE_TEXT)
def test_hostile_text_stays_one_inert_line_even_in_colour(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rich's own markup, emoji codes and escape sequences in a name are text like any other."""
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "xterm-256color")
    terminal = Terminal()
    render([Line(text), Table((Column("x"),), [(text,)], titles=False)], terminal)
    assert "\x1b" not in terminal.getvalue()
    row = terminal.getvalue().split("\n")[-2]
    assert row.strip() == fit(escape.terminal(text), 40).strip()


def test_every_kind_of_data_that_linkbak_knows_has_a_name_that_is_translated() -> None:
    known = {table.kind for table in (*tables.TABLES.values(), tables.ARTICLES, tables.IMAGES, tables.ANALYTICS)}
    assert {*known, CARDS} == {*KIND_NAMES}

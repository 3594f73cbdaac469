"""What strangers wrote is harmless wherever it is shown."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkbak.report.escape import markdown, spreadsheet, terminal, web_address
from tests.hostile_text import HOSTILE_TEXT

ACTING = ("Cc", "Cs", "Zl", "Zp")
BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"


@pytest.mark.parametrize("text", HOSTILE_TEXT)
def test_nothing_hostile_reaches_a_terminal(text: str) -> None:
    shown = terminal(text)
    assert not [char for char in shown if unicodedata.category(char) in ACTING or char in BIDI]


@given(st.text(st.characters(codec=None)))
def test_no_text_at_all_acts_on_a_terminal(text: str) -> None:
    shown = terminal(text)
    assert not [char for char in shown if unicodedata.category(char) in ACTING or char in BIDI]
    assert terminal(shown) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Zoë Exámple", "Zoë Exámple"),
        ("山田\u3000太郎", "山田 太郎"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
        ("\x1b[31mred", "\ufffd[31mred"),
        ("\u202egnp.exe", "\ufffdgnp.exe"),
        ("Ada\r\nBoris", "Ada  Boris"),
        ("a\ud800b", "a\ufffdb"),
        ("[bold]Ada[/bold]", "[bold]Ada[/bold]"),
    ],
)
def test_terminal(text: str, shown: str) -> None:
    assert terminal(text) == shown


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("  =1+1", "'  =1+1"),
        ("\t=1+1", "'\t=1+1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-1", "'-1"),
        ("Ada", "Ada"),
        ("", ""),
        ("1=1", "1=1"),
    ],
)
def test_no_cell_is_a_formula(text: str, cell: str) -> None:
    assert spreadsheet(text) == cell


@pytest.mark.parametrize("text", HOSTILE_TEXT)
def test_markdown_has_no_html_and_one_line(text: str) -> None:
    shown = markdown(text)
    assert "<" not in shown
    assert "\n" not in shown
    assert "|" not in shown.replace("\\|", "")


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://www.linkedin.com/in/ada-example", "https://www.linkedin.com/in/ada-example"),
        ("https://www.linkedin.com/in/zo%C3%AB", "https://www.linkedin.com/in/zo%C3%AB"),
        ("javascript:alert(1)", ""),
        ("JaVaScRiPt:alert(1)", ""),
        ("https://example.com/)[x](javascript:alert(1)", ""),
        ("https://[broken", ""),
        ("https://", ""),
        ("www.linkedin.com/in/ada", ""),
        ("https://example.com/\u202eexe", ""),
    ],
)
def test_only_plain_web_addresses_become_links(url: str, link: str) -> None:
    assert web_address(url) == link

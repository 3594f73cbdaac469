"""What strangers wrote is harmless wherever it is shown."""

from __future__ import annotations

import html
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from ruamel.yaml import YAML

from linkbak.report.escape import (
    front_matter,
    markdown,
    note,
    readable_address,
    spreadsheet,
    spreadsheet_id,
    terminal,
    web_address,
)
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


def inline(text: str) -> list[str]:
    """What a Markdown parser makes of a line: the sorts of what is in it."""
    parser = MarkdownIt("gfm-like", {"linkify": False})
    return [child.type for token in parser.parse(text) for child in token.children or [token]]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://www.linkedin.com/in/ada-example", "https://www.linkedin.com/in/ada-example"),
        ("https://www.linkedin.com/in/chlo%C3%A9-14", "https://www.linkedin.com/in/chlo\u00e9-14"),
        ("https://www.linkedin.com/in/%e5%bc%a0%E4%BC%9F", "https://www.linkedin.com/in/\u5f20\u4f1f"),
        ("https://www.linkedin.com/in/e%CC%81", "https://www.linkedin.com/in/e\u0301"),
        ("in/a%2Fb%20c%25d%41", "in/a%2Fb%20c%25d%41"),  # ASCII: a slash, a blank, a percent sign, even a letter
        ("in/%1B%5B2J%07%C2%9B", "in/%1B%5B2J%07%C2%9B"),  # what a terminal acts on
        ("in/%E2%80%AE%D7%A2%D8%B9", "in/%E2%80%AE%D7%A2%D8%B9"),  # an override; Hebrew and Arabic letters
        ("in/%C2%A0%E3%80%80%E2%80%8B%E2%80%A8", "in/%C2%A0%E3%80%80%E2%80%8B%E2%80%A8"),  # blanks of other kinds
        ("in/%E3%85%A4%EF%B8%8F%CD%8F", "in/%E3%85%A4%EF%B8%8F%CD%8F"),  # a letter, a selector and a mark not seen
        ("in/%C3%A9%C2%A0%C3%A9", "in/\u00e9%C2%A0\u00e9"),
        ("in/%C3%28%FF%ED%A0%80", "in/%C3%28%FF%ED%A0%80"),  # no UTF-8
        ("in/100%", "in/100%"),
    ],
)
def test_addresses_are_read_as_letters_where_that_is_safe(url: str, shown: str) -> None:
    assert readable_address(url) == shown


@pytest.mark.parametrize("text", HOSTILE_TEXT)
def test_a_note_is_but_text_wherever_it_stands(text: str) -> None:
    shown = note(text)
    for line in (shown, f"- E-mail: {shown}", f"# {shown}"):
        assert {"text", "text_special", "inline"} >= {
            kind for kind in inline(line) if "_open" not in kind and "_close" not in kind
        }
    if shown:
        rendered = MarkdownIt("commonmark").render(shown).removeprefix("<p>").removesuffix("</p>\n")
        assert html.unescape(rendered) == terminal(text).strip()
    for acting in ("{{", "{%", "==", "%%", "[[", "](", "::", "https://"):
        assert acting not in shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Example & Co", "Example & Co"),
        ("&amp; x", "&amp;amp; x"),
        ("#1 of #all", "\\#1 of \\#all"),
        ("1. first", "1\\. first"),
        ("12) twelfth", "12\\) twelfth"),
        ("+ more", "\\+ more"),
        ("Wait - what?", "Wait - what?"),
        ("status:: done", "status\\:\\: done"),
        ("www.example.com", "www\\.example.com"),
        ("ada@example.com", "ada\\@example.com"),
        ("J. R. Example, PhD (3rd)", "J. R. Example, PhD (3rd)"),
    ],
)
def test_note(text: str, shown: str) -> None:
    assert note(text) == shown


@pytest.mark.parametrize("text", HOSTILE_TEXT)
def test_front_matter_is_one_string(text: str) -> None:
    shown = front_matter(text)
    assert YAML(typ="safe", pure=True).load(f"name: {shown}\n") == {
        "name": re.sub(r"\[(?=\[)", "[ ", terminal(text).strip())
    }
    assert not re.search(r"[{<\n]|\[\[", shown)


def test_front_matter_keeps_no_link() -> None:
    assert front_matter("[[Boris]]") == '"[ [Boris]]"'
    assert front_matter("{{date}} <% x %>") == '"\\u007b\\u007bdate}} \\u003c% x %>"'


@pytest.mark.parametrize(
    ("id", "cell"),
    [
        ("000000000007", "'000000000007"),
        ("0000000000e1", "'0000000000e1"),
        ("0000000000ea", "0000000000ea"),
        ("e00000000000", "e00000000000"),
        ("0e0000e00000", "0e0000e00000"),
    ],
)
def test_an_id_stays_text_in_a_spreadsheet(id: str, cell: str) -> None:
    assert spreadsheet_id(id) == cell

"""The mail: 30 lines of plain text that a mail can carry, whatever the archives say."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest

from linkbak.index import Window
from linkbak.report import cells
from linkbak.report.stats import MAIL_WIDTH, mail, mail_document
from linkbak.stats import Flow, Overview, Size
from tests.hostile_text import HOSTILE_TEXT
from tests.report.html import invented
from tests.report.invented_lives import FEBRUARY, MARCH
from tests.report.overviews import HEALTH, longest, no_list, one_list, quiet, renamed, usual

WORLDS: dict[str, Callable[[], Overview]] = {
    "usual": usual,
    "longest": longest,
    "quiet": quiet,
    "one": one_list,
    "none": no_list,
    "long names": lambda: renamed("Ada " * 500),
}


@pytest.mark.parametrize("world", WORLDS)
def test_there_are_at_most_thirty_lines_of_at_most_78_cells(world: str) -> None:
    for told in (mail(WORLDS[world]()), mail(WORLDS[world](), names=False)):
        assert len(told) <= 30
        assert max(map(cells, told)) <= MAIL_WIDTH


def test_the_longest_mail_says_everything_in_thirty_lines() -> None:
    told = mail(longest())
    assert len(told) == 30
    assert "1,234,567 people missing from a newer list, not believed yet: linkbak diff" in told[:7]
    assert told[-1] == "Earlier archives held, the newest does not: ads, contacts, messages and 1 more"


def test_who_left_comes_first() -> None:
    assert mail(usual())[:8] == [
        "linkedin-ada: 2 lost, 7 new since 19 Jan 2026; 725 connections",
        "",
        "1 person left, 1 left and came back, 7 came",
        "since 19 Jan 2026; 725 connections on 20 Mar 2026, 6 of them hidden",
        "25 people are lost and not back",
        "",
        "Gone and not back, closest first",
        "  Goran Primjer, Driver, Uzorak d.o.o.",
    ]


def test_two_lists_between_which_nobody_went() -> None:
    assert mail(quiet())[:6] == [
        "linkedin-ada: nobody lost, 0 new since 29 Nov 2025; 2 connections",
        "",
        "Nobody left and nobody came",
        "since 29 Nov 2025; 2 connections on 20 Mar 2026, 2 of them hidden",
        "Nobody is lost",
        "",
    ]


def test_an_account_without_lists() -> None:
    """Of its backup there is still something to say."""
    told = mail(no_list())
    assert told[0] == "linkedin-ada: no list of connections yet"
    assert told[5:7] == ["Nobody is connected", "26 snapshots since 9 Feb 2022, the newest 4 days ago, 48.3 MB"]
    assert mail(no_list(), names=False) == told


def test_without_names_there_are_only_counts() -> None:
    told = "\n".join(mail(usual(), names=False))
    for name in (*invented.FIRST, *invented.LAST, *invented.COMPANIES, *invented.POSITIONS):
        assert name not in told
    assert "25 people are lost and not back" in told


def test_the_first_line_is_fit_for_a_subject() -> None:
    last = Flow(Window(FEBRUARY, MARCH), 5, 3, 0, ())
    found = usual()._replace(flows=[last], sizes=[Size(FEBRUARY, 68, 4, 0), Size(MARCH, 70, 5, 3)])
    assert mail(found)[:2] == ["linkedin-ada: 3 lost, 5 new since 28 Feb 2026; 70 connections", ""]
    held = found._replace(flows=[last._replace(lost=0)], health=HEALTH._replace(held=30))
    assert mail(held)[0] == "linkedin-ada: nobody lost (30 held), 5 new since 28 Feb 2026; 70 connections"
    assert mail(one_list())[0] == "linkedin-ada: 600 connections in the one list so far"
    told = mail_document(found)
    assert [told["subject"], "", *told["lines"]] == mail(found)


@pytest.mark.parametrize("text", HOSTILE_TEXT)
def test_no_text_of_an_archive_acts_on_a_mail_or_a_terminal(text: str) -> None:
    told, plain = mail(renamed(text)), mail(renamed("Ada"))
    assert len(told) == len(plain)
    for line, other in zip(told, plain, strict=True):
        assert line[:2] == other[:2]
        assert not {unicodedata.category(char) for char in line} & {"Cc", "Cs", "Zl", "Zp"}
        assert not set(line) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
        assert not line.startswith(("From ", ".", ">From "))

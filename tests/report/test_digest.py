"""The digest: 30 lines of plain text that a mail can carry, whatever the archives say."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest

from linkbak.index import Window
from linkbak.report import cells, digest
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
    for told in (digest.digest(WORLDS[world]()), digest.digest(WORLDS[world](), names=False)):
        assert len(told) <= 30
        assert max(map(cells, told)) <= digest.DIGEST_WIDTH


def test_the_longest_digest_says_everything_in_thirty_lines() -> None:
    told = digest.digest(longest())
    assert len(told) == 30
    assert told[-2:] == [
        "1,234,567 people missing from a list that is not believed yet: wait, or --acc…",
        "Earlier archives held, the newest does not: ads, contacts, messages and 1 mor…",
    ]


def test_causes_and_tenure_are_those_of_the_year_and_of_all() -> None:
    """Six of the windows end within the year."""
    assert digest.digest(usual(), names=False) == [
        "linkedin-ada: 2 lost, 7 new since 19 Jan 2026; 725 connections",
        "",
        "725 connections on 20 Mar 2026, 6 of them hidden.",
        "Since 19 Jan 2026: 7 new, 2 lost (1 is back).",
        "Since 25 Mar 2025: 42 new, 12 lost (6 are back).",
        "  6  likely: account closed, restricted, or they blocked you",
        "25 people are lost and not back.",
        "Connected for <1 years: 14, 1-2: 9, 2-5: 2.",
        "",
        "276 of 1,400 show an e-mail (20 %), you wrote with 426, both: 77.",
        "26 snapshots since 9 Feb 2022, the newest 4 days ago, 48.3 MB.",
        "Every byte compared: 3 days ago; restore tried out: never.",
        "Earlier archives held, the newest does not: endorsements.",
    ]


def test_two_lists_between_which_nobody_went() -> None:
    assert digest.digest(quiet())[:6] == [
        "linkedin-ada: nobody lost, 0 new since 29 Nov 2025; 2 connections",
        "",
        "2 connections on 20 Mar 2026, 2 of them hidden.",
        "Since 29 Nov 2025: 0 new, nobody lost.",
        "Nobody is lost.",
        "",
    ]


def test_an_account_without_lists() -> None:
    """Of its backup there is still something to say."""
    told = digest.digest(no_list())
    assert told[0] == "linkedin-ada: no list of connections yet"
    assert told[5:7] == ["Nobody is connected.", "26 snapshots since 9 Feb 2022, the newest 4 days ago, 48.3 MB."]
    assert digest.digest(no_list(), names=False) == told


def test_without_names_there_are_only_counts() -> None:
    told = "\n".join(digest.digest(usual(), names=False))
    for name in (*invented.FIRST, *invented.LAST, *invented.COMPANIES, *invented.POSITIONS):
        assert name not in told
    assert "25 people are lost and not back." in told


def test_the_first_line_is_fit_for_a_subject() -> None:
    last = Flow(Window(FEBRUARY, MARCH), 5, 3, 0, ())
    found = usual()._replace(flows=[last], sizes=[Size(FEBRUARY, 68, 4, 0), Size(MARCH, 70, 5, 3)])
    assert digest.digest(found)[:2] == ["linkedin-ada: 3 lost, 5 new since 28 Feb 2026; 70 connections", ""]
    held = found._replace(flows=[last._replace(lost=0)], health=HEALTH._replace(held=30))
    assert digest.digest(held)[0] == "linkedin-ada: nobody lost (30 held), 5 new since 28 Feb 2026; 70 connections"
    assert digest.digest(one_list())[0] == "linkedin-ada: 600 connections in the one list so far"
    told = digest.digest_document(found)
    assert [told["subject"], "", *told["lines"]] == digest.digest(found)


def test_names_are_left_out_whole() -> None:
    """Rather than cut in two where the line ends."""
    (told,) = (line for line in digest.digest(renamed("Ada Example-Sample, PhD")) if line.startswith("Closest"))
    assert told == "Closest to you: Ada Example-Sample, PhD, Ada Example-Sample, PhD"


@pytest.mark.parametrize("text", HOSTILE_TEXT)
def test_no_text_of_an_archive_acts_on_a_mail_or_a_terminal(text: str) -> None:
    told, plain = digest.digest(renamed(text)), digest.digest(renamed("Ada"))
    assert len(told) == len(plain)
    for line, other in zip(told, plain, strict=True):
        assert line[:2] == other[:2]
        assert not {unicodedata.category(char) for char in line} & {"Cc", "Cs", "Zl", "Zp"}
        assert not set(line) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
        assert not line.startswith(("From ", ".", ">From "))

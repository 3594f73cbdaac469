"""The statistics: 80 columns of text, in blocks or in plain letters."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest

from linkbak.report import ASCII, BLOCKS, bar, cells, glyphs, plain, sparkline, stats
from linkbak.stats import Overview
from tests.hostile_text import HOSTILE_TEXT
from tests.report.invented_lives import FEBRUARY, MARCH
from tests.report.overviews import longest, no_list, one_list, quiet, renamed, usual

MISSED = "Too early to tell who left: that takes two lists"


def text(found: Overview) -> list[str]:
    return plain(stats.text(found, BLOCKS), 80)


WORLDS: dict[str, Callable[[], Overview]] = {
    "years": lambda: usual(lists=520, days=7),
    "months": lambda: usual(lists=13, days=30),
    "one": one_list,
    "longest": longest,
    "long names": lambda: renamed("Ada " * 500),
}


@pytest.mark.parametrize("world", WORLDS)
def test_no_line_is_wider_than_eighty_cells(world: str) -> None:
    told = text(WORLDS[world]())
    assert max(map(cells, told)) <= 80


def section(found: Overview, title: str) -> list[str]:
    """The lines from a title on to the next empty one."""
    told = text(found)
    start = next(number for number, line in enumerate(told) if line.startswith(title))
    return told[start : told.index("", start)]


def test_windows_are_folded_to_what_fits_a_screen() -> None:
    years = section(WORLDS["years"](), "Since ")
    assert years[1].split() == ["in", "new", "lost", "back"]
    assert [line.split()[0] for line in years[2:]] == [str(year) for year in range(2016, 2027)]
    windows = section(WORLDS["months"](), "Since ")
    assert windows[1].split() == ["up", "to", "new", "lost", "back"]
    assert len(windows) == 2 + 12
    months = section(usual(lists=26, days=14), "Since ")
    assert [line[2:10] for line in (months[2], months[-1])] == ["Apr 2025", "Mar 2026"]


def test_nobody_is_lost_and_everybody_hidden() -> None:
    assert text(quiet()) == [
        "linkedin-ada, the network of Ada Example",
        "Nobody left and nobody came",
        "since 29 Nov 2025; 2 connections on 20 Mar 2026, 2 of them hidden",
        "",
        "Size, 2 lists from 29 Nov 2025 to 20 Mar 2026",
        f"  connections  2  {'▁' * 40}  2",
        f"  hidden       0  {'▁' * 39}█  2",
        "",
        "Since 29 Nov 2025: 0 new, nobody lost",
        "  up to        new    lost    back",
        "  20 Mar 2026",
        "",
        "Nobody is lost",
        "",
        "Reach: of 2 connections",
        "  show an e-mail               0  0 %",
        "  you exchanged messages with  0  0 %",
        "  both                         0  0 %",
        "",
        "Backup",
        "  26 snapshots since 9 Feb 2022, the newest 4 days ago, 48.3 MB",
        "  every byte compared: 3 days ago",
        "  restore tried out: never",
        "  earlier archives held, the newest does not: endorsements",
    ]


def test_a_single_list_misses_nobody_yet() -> None:
    told = text(one_list())
    assert MISSED in told
    assert not any(line.startswith(("Size", "Since", "Lost")) for line in told)


def test_an_account_without_lists() -> None:
    told = text(no_list())
    assert told[:4] == ["linkedin-ada, the network of Ada Example", "no list of connections yet", "", MISSED]
    assert "Reach: of 0 connections" in told


def test_what_is_held_is_said_and_not_counted() -> None:
    base = quiet()
    told = text(base._replace(health=base.health._replace(held=30)))
    assert "Nobody is lost" in told
    assert told[3] == "30 people missing from a newer list, not believed yet: linkbak diff"


def test_what_nobody_can_tell_has_a_column_of_its_own() -> None:
    base = quiet()
    one = base.flows[0]._replace(added=5, lost=3, back=1, unclear=2)
    assert section(base._replace(flows=[one]), "Since ") == [
        "Since 29 Nov 2025: 5 new, 3 lost (1 is back), 2 unclear",
        "  up to        new         lost       back  unclear",
        "  20 Mar 2026   +5  █████    -3  ███     1        2",
    ]


@pytest.mark.parametrize("given", HOSTILE_TEXT)
def test_no_text_of_an_archive_acts_on_a_terminal(given: str) -> None:
    told = text(renamed(given))
    assert not {unicodedata.category(char) for line in told for char in line} & {"Cc", "Cs", "Zl", "Zp"}
    assert not set("".join(told)) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


def test_an_encoding_without_blocks_gets_plain_letters() -> None:
    assert glyphs("utf-8") == BLOCKS
    assert glyphs("ascii") == glyphs("cp437") == glyphs("no-such") == glyphs(None) == ASCII
    drawn = "\n".join(plain(stats.text(renamed("Ada"), ASCII), 80))
    assert "#" in drawn
    drawn.encode("ascii")


def test_a_bar_is_as_long_as_its_value_and_nothing_but_nothing_has_none() -> None:
    assert [bar(value, 4, 4, BLOCKS) for value in range(5)] == ["", "█", "██", "███", "████"]
    assert bar(1, 1000, 4, BLOCKS) == "▏"
    assert bar(3, 16, 8, BLOCKS) == "█▌"
    assert [bar(value, 8, 4, ASCII) for value in (0, 1, 5, 8)] == ["", "#", "##", "####"]


def test_a_curve_runs_over_time_not_over_lists() -> None:
    """Between the first two lists nothing is known to have changed."""
    points = [("2016-01-01T00:00:00Z", 0), ("2025-01-01T00:00:00Z", 50), ("2026-01-01T00:00:00Z", 100)]
    assert sparkline(points, 11, 0, BLOCKS) == "▁▁▁▁▁▁▁▁▁▁█"
    assert sparkline(points, 12, 0, ASCII) == "__________=#"
    assert sparkline([(FEBRUARY, 7), (MARCH, 7)], 3, 7, BLOCKS) == "▁▁▁"
    assert sparkline([(FEBRUARY, 7)], 2, 0, BLOCKS) == "██"
    assert sparkline([], 5, 0, BLOCKS) == ""

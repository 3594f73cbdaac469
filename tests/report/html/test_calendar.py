"""The calendar picture of one's own acts."""

from __future__ import annotations

from datetime import date, datetime

from linkbak.report.html import pieces
from linkbak.report.html.charts import LEFT, STEP, TOP, acts_calendar
from linkbak.settings import Activity as Budget
from linkbak.talk.activity import Act, Activity, Cover, activity_of
from tests.report.html import invented
from tests.report.html.reading import read

FIRST, LAST = date(2026, 1, 1), date(2026, 1, 20)


def january(first: date = FIRST) -> Activity:
    """Acts on two days; of the first five days of January no archive tells."""
    acts = [Act("messages", datetime.fromisoformat("2026-01-08 10:00"), True)] * 5 + [
        Act("comments", datetime.fromisoformat("2026-01-20 10:00"), False)
    ]
    return activity_of(acts, [Cover("messages", date(2026, 1, 6), LAST)], [], (first, LAST), Budget())


def test_a_square_a_day_and_a_gap_where_no_archive_tells() -> None:
    found = acts_calendar(january())
    assert len(found.squares) == 20
    assert [one.tone for one in found.squares] == [*["gap"] * 5, "none", "none", "l3", *["none"] * 11, "l1"]
    thursday = found.squares[0]  # 1 January stands in the first column, below Monday to Wednesday
    assert thursday == (LEFT, TOP + 3 * STEP, "gap", "1 Jan 2026: in no archive")
    assert found.squares[7] == (LEFT + STEP, TOP + 3 * STEP, "l3", "8 Jan 2026: 5 acts")
    assert found.squares[-1].label == "20 Jan 2026: 1 act"
    assert [one.text for one in found.labels] == ["Mon", "Wed", "Fri", "Jan"]


def test_no_more_weeks_than_a_year_has() -> None:
    found = acts_calendar(january(date(2020, 1, 1)))
    assert {(one.x - LEFT) // STEP for one in found.squares} == set(range(53))
    assert len(found.table.rows) == 73


def test_the_page_has_it_in_words_too_and_only_where_there_are_acts() -> None:
    page = read("".join(pieces(invented.overview(), january())))
    (picture,) = [one for one in page.all("svg") if one.attributes.get("class") == "calendar"]
    assert picture.attributes["role"] == "img"
    assert "6 acts on 2 days, 1 Jan 2026 to 20 Jan 2026. What you only read is in no export." in picture.text
    without = "".join(pieces(invented.overview()))
    assert 'id="acts"' not in without
    none = activity_of([], [Cover("messages", FIRST, LAST)], [], (FIRST, LAST), Budget())
    assert "".join(pieces(invented.overview(), none)) == without

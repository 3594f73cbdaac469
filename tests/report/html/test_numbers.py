"""What the page says in words and draws, before any HTML."""

from __future__ import annotations

import pytest

from linkbak.index import Window
from linkbak.index.correspondence import TalkYear
from linkbak.report.html.charts import Bar, varying
from linkbak.report.html.sections import Fact, Reason, health, missed, network, profile, reach, talk, talk_chart
from linkbak.state import Done, Record
from linkbak.stats import Because, Flow, Health, Reach, Size, Talked
from tests.report.html import invented

MONTHS = tuple(f"2025-{month:02}-20T08:00:00Z" for month in range(1, 13))


def flow(number: int, added: int, lost: int, **more: object) -> Flow:
    base = Flow(Window(MONTHS[number], MONTHS[number + 1]), added, lost, 0, ())
    return base._replace(**more)  # type: ignore[arg-type]


def test_one_list_is_told_and_not_drawn() -> None:
    found = network([Size(MONTHS[0], 12, 1, 0)], ())

    assert found.summary == (
        "One list so far, of 20 Jan 2025, with 12 connections. The next one will tell who came and who went."
    )
    assert found.charts == ()
    assert found.table.rows == [["20 Jan 2025", "12", "1", "0", "0", "\N{EN DASH}"]]


def test_the_line_goes_through_its_values_on_an_axis_that_shows_change() -> None:
    """A network of 1,000 that loses four is no flat line."""
    sizes = [Size(MONTHS[0], 1_004, 0, 0), Size(MONTHS[1], 1_000, 0, 4)]
    line, _ = network(sizes, [flow(0, 0, 4)]).charts

    assert [tick.label for tick in line.beside] == ["999", "1,000", "1,001", "1,002", "1,003", "1,004"]
    assert line.curve is not None
    assert line.curve.dots == ((0.0, 0.0), (100.0, 80.0))
    assert line.curve.line == "M0,0 1000,800"


@pytest.mark.parametrize(("least", "most"), [(0, 0), (0, 1), (7, 7), (409, 423), (99, 30_000), (29_950, 30_000)])
def test_an_axis_holds_what_it_is_for_and_little_more(least: int, most: int) -> None:
    span = varying(least, most)

    assert span.low <= least <= most <= span.high
    assert 2 <= len(span.marks) <= 7
    assert (span.marks[0], span.marks[-1]) == (span.low, span.high)


def test_gains_stand_above_the_line_and_losses_below() -> None:
    sizes = [Size(MONTHS[number], 10, 0, 0) for number in range(3)]
    found = network(sizes, [flow(0, 10, 0), flow(1, 0, 5)])
    _, chart = found.charts

    assert found.summary.endswith(" 10 people came since 20 Jan 2025, 5 went.")
    assert chart.title == "Gained and lost between lists"
    assert [tick.label for tick in chart.beside] == ["\N{MINUS SIGN}5", "0", "+5", "+10"]
    assert chart.bars == (
        Bar(5.5, 0.0, 39.0, 66.67, "gain", "Feb 2025: 10 gained"),
        Bar(55.5, 66.67, 39.0, 33.34, "loss", "Mar 2025: 5 lost"),
    )


def test_the_table_of_lists_leaves_out_what_never_happened() -> None:
    because = (Because("closed", "likely", 2), Because("unknown", "unknown", 1))
    sizes = [Size(MONTHS[number], 10, 0, 0) for number in range(3)]
    table = network(sizes, [flow(0, 10, 0), flow(1, 3, 4, back=1, because=because)]).table

    assert [head.title for head in table.heads] == [
        *("List of", "Connections", "Gained", "Lost", "of them back since", "Why the others went")
    ]
    assert table.rows[1:] == [
        ["20 Feb 2025", "10", "10", "0", "0", "\N{EN DASH}"],
        [
            *("20 Mar 2025", "10", "3", "4", "1"),
            "2 likely: account closed, restricted, or they blocked you; 1: cannot be known",
        ],
    ]


def test_ten_years_of_weeks_are_drawn_as_quarters_and_told_exactly() -> None:
    _, chart = network(*invented.windows(521, 7)).charts

    assert chart.title == "Gained and lost a quarter"
    assert len(chart.table.rows) == 521
    assert len({bar.x for bar in chart.bars}) == 40
    assert [tick.label for tick in chart.below] == ["Q3 2018", "Q1 2021", "Q3 2023", "Q1 2026"]


def test_months_without_a_window_keep_their_room() -> None:
    """Forty lists in the first two months and one a year later are thirteen months, not three."""
    days = [Window(f"2025-01-{day:02}T00:00:00Z", f"2025-01-{day + 1:02}T00:00:00Z") for day in range(1, 30)]
    days += [Window(f"2025-02-{day:02}T00:00:00Z", f"2025-02-{day + 1:02}T00:00:00Z") for day in range(1, 28)]
    days += [Window("2025-02-28T00:00:00Z", "2026-01-10T00:00:00Z")]
    sizes = [Size(one.before, 1, 0, 0) for one in (days[0], *days)]
    _, chart = network(sizes, [Flow(one, 1, 0, 0, ()) for one in days]).charts

    assert [(bar.x, bar.label) for bar in chart.bars] == [
        (0.85, "Jan 2025: 29 gained"),
        (8.54, "Feb 2025: 27 gained"),
        (93.15, "Jan 2026: 1 gained"),
    ]


def test_evidence_is_marked_by_sign_and_by_word() -> None:
    found = missed(invented.losses())

    assert found[0].cause == "likely: account closed, restricted, or they blocked you"
    assert found[0].known == "connected for 6 years, since 14 May 2019; 12 messages, last on 30 Jan 2026"
    assert [one[:3] for one in found[0].reasons] == [
        ("+", "for", "speaks for it"),
        ("+", "for", "speaks for it"),
        ("\N{MINUS SIGN}", "against", "speaks against it"),
        ("~", "aside", "decides nothing"),
    ]
    assert found[2].reasons == (Reason("~", "aside", "decides nothing", "nothing in the archives points to a reason"),)


def test_only_addresses_whose_way_is_encrypted_become_links() -> None:
    assert profile("https://www.linkedin.com/in/ada") == "https://www.linkedin.com/in/ada"
    for other in ("http://www.linkedin.com/in/ada", "javascript:alert(1)", "https://a\u202e.example", "", "ada"):
        assert profile(other) == ""


def test_a_backup_in_trouble_says_so() -> None:
    failed = Record(Done("2026-03-23T03:00:00Z", False), Done("2026-03-01T03:00:00Z", True))
    given = Health(1, MONTHS[0], MONTHS[0], 428, 1_200_000, 3, ("messages", "notes"), failed, Record())

    assert health(given, invented.MADE) == [
        Fact("Newest archive", "20 Jan 2025, 428 days ago", "odd"),
        Fact("Snapshots", "1 since 20 Jan 2025, 1.2 MB of files"),
        Fact("Missing from the newest", "messages, notes", "odd"),
        Fact("Losses not believed yet", "3 people", "odd"),
        Fact("Every byte compared", "yesterday, and it failed; the last time all was well: 23 days ago", "bad"),
        Fact("Restore tried out", "never; linkbak verify --restore does it", "odd"),
    ]


def test_reach_is_told_in_numbers_and_shares() -> None:
    assert reach(Reach(400, 36, 43, 1, 7)) == [
        Fact("An e-mail is known", "36 (9\N{NO-BREAK SPACE}%)"),
        Fact("You exchanged messages", "43 (11\N{NO-BREAK SPACE}%)"),
        Fact("Both", "1 (1\N{NO-BREAK SPACE}%)"),
        Fact("Messages: unknown", "7 (2\N{NO-BREAK SPACE}%)"),
    ]
    assert [one.text for one in reach(Reach(0, 0, 0, 0))] == ["0", "0", "0"]


def test_messages_by_year_stand_side_by_side() -> None:
    """Each kind of message has a column of its own under each year, and nothing has none."""
    years = (TalkYear(2024, 10, 5, 0, 0), TalkYear(2025, 0, 20, 1, 5))
    chart = talk_chart(Talked(years, 0, 0, 0, None))

    assert chart is not None
    assert [(one.label, one.tone, one.height) for one in chart.bars] == [
        ("2024: 10 yours", "yours", 50.0),
        ("2024: 5 theirs", "theirs", 25.0),
        ("2025: 20 theirs", "theirs", 100.0),
        ("2025: 5 adverts", "adverts", 25.0),
    ]
    assert chart.summary == "From 2024 to 2025 you wrote 10 messages, others wrote 25; 5 adverts came besides."
    assert [tuple(row) for row in chart.table.rows] == [("2025", "0", "20", "5", "1"), ("2024", "10", "5", "0", "0")]
    assert [talk_chart(one) for one in (None, Talked(years[:1], 0, 0, 0, None))] == [None, None]


def test_texts_in_the_same_words_are_a_fact_if_there_are_any() -> None:
    facts = [talk(Talked((), 1, 2, 0, None, many))[3:] for many in (2, 0)]

    assert facts == [[Fact("Same words", "2 texts from 3 or more people")], []]

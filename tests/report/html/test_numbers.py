"""What the page says in words and draws, before any HTML."""

from __future__ import annotations

from linkbak.index import Window
from linkbak.report.html.charts import Bar
from linkbak.report.html.people import Reason, flows, missed, profile
from linkbak.report.html.sections import Card, Fact, cards, health, sizes, work
from linkbak.state import Done, Record
from linkbak.stats import Because, Changes, Flow, Health, Size, Tenured
from tests.report.html import invented

MONTHS = tuple(f"2025-{month:02}-20T08:00:00Z" for month in range(1, 13))


def flow(number: int, added: int, lost: int, **more: object) -> Flow:
    base = Flow(Window(MONTHS[number], MONTHS[number + 1]), added, lost, 0, ())
    return base._replace(**more)  # type: ignore[arg-type]


def test_the_figures_at_the_head() -> None:
    assert cards(invented.overview()) == [
        Card("Connections", "1,400", "on 20 Mar 2026, 4 of them hidden"),
        Card("Gained", "+301", "since 24 Jan 2025", "gain"),
        Card("Lost", "\N{MINUS SIGN}42", "since 24 Jan 2025", "loss"),
        Card("Not back", "133", "of all ever lost, and 2 perhaps"),
        Card("Within reach", "276", "20\N{NO-BREAK SPACE}% have an e\N{NON-BREAKING HYPHEN}mail"),
        Card("Age of the backup", "4 days", "26 snapshots since 9 Feb 2022"),
    ]


def test_one_list_is_told_and_not_drawn() -> None:
    found = sizes([Size(MONTHS[0], 12, 1, 0)])

    assert found.summary == (
        "One list so far, of 20 Jan 2025, with 12 connections. The next one will tell who came and who went."
    )
    assert found.charts == ()
    assert found.table is not None
    assert found.table.rows == [("20 Jan 2025", "12", "1", "0")]


def test_a_line_goes_through_its_values() -> None:
    network, apart = sizes([Size(MONTHS[0], 10, 0, 0), Size(MONTHS[11], 20, 2, 5)]).charts

    assert [tick.label for tick in network.beside] == ["0", "5", "10", "15", "20"]
    assert network.curves[0].dots == ((0.0, 50.0), (100.0, 0.0))
    assert network.curves[0].line == "M0,500 1000,0"
    assert network.curves[0].area == "M0,1000 L0,500 1000,0 L1000,1000 Z"
    assert [(curve.label, curve.dots[1]) for curve in apart.curves] == [
        ("Lost and not back", (100.0, 16.67)),
        ("Hidden: shown only as a date", (100.0, 66.67)),
    ]


def test_gains_stand_above_the_line_and_losses_below() -> None:
    found = flows([flow(0, 10, 0), flow(1, 0, 5)], ())

    assert found.summary == "10 people came since 20 Jan 2025, 5 went."
    assert found.chart is not None
    assert found.chart.title == "Gained and lost between lists"
    assert [tick.label for tick in found.chart.beside] == ["\N{MINUS SIGN}5", "0", "+5", "+10"]
    assert found.chart.bars == (
        Bar(5.5, 0.0, 39.0, 66.67, "gain", "Feb 2025: 10 gained"),
        Bar(55.5, 66.67, 39.0, 33.34, "loss", "Mar 2025: 5 lost"),
    )


def test_the_table_of_windows_leaves_out_what_never_happened() -> None:
    because = (Because("closed", "likely", 2), Because("unknown", "unknown", 1))
    chart = flows([flow(0, 10, 0), flow(1, 3, 4, back=1, because=because)], ()).chart

    assert chart is not None
    assert [head.title for head in chart.table.heads] == [
        *("Between the lists of", "Gained", "Lost", "of them back since", "Why the others went")
    ]
    assert chart.table.rows == [
        ["20 Jan 2025 and 20 Feb 2025", "10", "0", "0", "\N{EN DASH}"],
        [
            "20 Feb 2025 and 20 Mar 2025",
            *("3", "4", "1"),
            "2 likely: account closed, restricted, or they blocked you; 1: cannot be known",
        ],
    ]


def test_ten_years_of_weeks_are_drawn_as_quarters_and_told_exactly() -> None:
    given = invented.windows(521, 7)[1]
    chart = flows(given, ()).chart

    assert chart is not None
    assert chart.title == "Gained and lost a quarter"
    assert len(chart.table.rows) == len(given) == 520
    assert len({bar.x for bar in chart.bars}) == 40
    assert [tick.label for tick in chart.below] == ["Q3 2018", "Q1 2021", "Q3 2023", "Q1 2026"]


def test_months_without_a_window_keep_their_room() -> None:
    """Forty lists in the first two months and one a year later are thirteen months, not three."""
    days = [Window(f"2025-01-{day:02}T00:00:00Z", f"2025-01-{day + 1:02}T00:00:00Z") for day in range(1, 30)]
    days += [Window(f"2025-02-{day:02}T00:00:00Z", f"2025-02-{day + 1:02}T00:00:00Z") for day in range(1, 28)]
    days += [Window("2025-02-28T00:00:00Z", "2026-01-10T00:00:00Z")]
    chart = flows([Flow(one, 1, 0, 0, ()) for one in days], ()).chart

    assert chart is not None
    assert [(bar.x, bar.label) for bar in chart.bars] == [
        (0.85, "Jan 2025: 29 gained"),
        (8.54, "Feb 2025: 27 gained"),
        (93.15, "Jan 2026: 1 gained"),
    ]


def test_causes_add_up_over_all_windows_the_most_frequent_first() -> None:
    first = (Because("closed", "likely", 2), Because("unknown", "unknown", 1))
    second = (Because("closed", "verified", 1), Because("account-lives", "verified", 4))
    found = flows([flow(0, 0, 3, because=first), flow(1, 0, 5, because=second)], ()).causes

    assert found is not None
    assert [(row.label, row.share, row.cells) for row in found.rows] == [
        (
            "The account lives, the connection ended (by whom, no export can show)",
            100.0,
            ("4", "verified"),
        ),
        ("Account closed, restricted, or they blocked you", 75.0, ("3", "1 verified, 2 likely")),
        ("Cannot be known", 25.0, ("1", "the archives do not tell")),
    ]


def test_tenure_is_told_in_words_and_columns() -> None:
    found = flows([], (Tenured(0, 1, 2), Tenured(1, 2, 0), Tenured(2, 0, 1))).tenure

    assert found is not None
    assert found.summary == "Of 3 people lost whose first day is known: 2 less than 1 year, 1 2 years or more."
    assert found.table.rows == [("less than 1 year", "2"), ("1 to 2 years", "0"), ("2 years or more", "1")]
    assert [bar.label for bar in found.bars] == ["< 1: 2 people", "2+: 1 people"]


def test_what_changed_at_work_is_told_with_signs() -> None:
    found = work(invented.changes(["Example Works"]), Changes("", (), ()))

    assert found.since == "20 Mar 2025"
    assert [(one.caption, one.tone, [(row.label, row.cells) for row in one.rows]) for one in found.tables] == [
        ("Companies that grew", "gain", [("Example Works", ("+21", "10", "31"))])
    ]


def test_evidence_is_marked_by_sign_and_by_word() -> None:
    found = missed(invented.losses())

    assert found[0].cause == "likely: account closed, restricted, or they blocked you"
    assert found[0].known == "connected for 6 years, since 14 May 2019; 12 messages, the last on 30 Jan 2026"
    assert [one[:3] for one in found[0].reasons] == [
        ("+", "for", "speaks for it"),
        ("+", "for", "speaks for it"),
        ("\N{MINUS SIGN}", "against", "speaks against it"),
        ("~", "aside", "decides nothing"),
    ]
    assert found[2].reasons == (Reason("~", "aside", "decides nothing", "the archives hold nothing that bears on it"),)


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

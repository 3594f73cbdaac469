"""People as a table, as CSV, as lines and as a document."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from linkbak.index import LOST, PeopleFilter, Person
from linkbak.model import Connection
from linkbak.report import FOLD, cells, people, plain
from linkbak.report.people import COLUMNS, choices, to_csv, to_ids, to_lines
from tests.hostile_text import HOSTILE_TEXT
from tests.report.invented_lives import DAVID, FEBRUARY, GORAN, MARCH, NOVEMBER, SPRING, person

HANA = person(Connection("Hana", "Rei", "", "", "見本株式会社", "通訳", date(2019, 5, 14)), 4)
LONG = person(
    Connection("Maximilienne-Alexandra", "van der Example-Placeholder", "", "", "C" * 60, "P" * 60, date(2020, 9, 30)),
    5,
    "confirmed",
    window=SPRING,
)
ZITA = person(
    Connection("Zita", "Minta", "", "", "Minta Kft.", "Conductor", date(2022, 11, 29)), 6, "hidden", window=SPRING
)


def test_a_table_of_people_who_are_listed() -> None:
    assert plain(people.text([DAVID.person, HANA, ZITA], PeopleFilter()), 80) == [
        "3 people, newest connection first",
        "  id        name          work                   connected            messages",
        "  00000002  David Mashal  Chef, Mashal's         7 Mar 2026                  3",
        "  00000004  Hana Rei      通訳, 見本株式会社     14 May 2019",
        "  00000006  Zita Minta    Conductor, Minta Kft.  29 Nov 2022  hidden",
    ]


def test_a_table_of_those_lost_tells_how_and_by_when() -> None:
    wanted = PeopleFilter(states=LOST, sort="lost", reverse=True, as_of="2026-03-21")
    assert plain(people.text([GORAN.person, LONG], wanted), 80) == [
        "2 people as of 21 Mar 2026, latest loss first, reversed",
        "  id        name                   work                   state      noticed",
        "  00000001  Goran Primjer          Driver, Uzorak d.o.o.  suspected  20 Mar 2026",
        "  00000005  Maximilienne-Alexand…  PPPPPPPPPPPPPPPPPPPP…  confirmed  20 Mar 2026",
    ]


def test_the_widest_table_fits_80_columns_and_cuts_no_date() -> None:
    other = LONG._replace(account="linkedin-other", messages=12345)
    for wanted in (PeopleFilter(), PeopleFilter(states=LOST)):
        page = plain(people.text([other, GORAN.person, ZITA], wanted), 80)
        assert max(map(cells, page)) <= 80
        assert "20 Mar 2026" in page[2] or "30 Sep 2020" in page[2]
        assert page[2].startswith("  00000005  ")


def test_long_lists_are_folded_on_request_only() -> None:
    crowd = [person(number=number) for number in range(FOLD + 5)]
    folded = plain(people.text(crowd, PeopleFilter()), 80)
    assert len(folded) == FOLD + 3
    assert folded[0] == "25 people, newest connection first"
    assert folded[-1] == "  and 5 more; see all with --all"
    assert len(plain(people.text(crowd, PeopleFilter(), everyone=True), 80)) == FOLD + 7


def test_nobody() -> None:
    assert plain(people.text([], PeopleFilter())) == ["no match"]
    assert plain(people.text([], PeopleFilter(states=frozenset(("hidden",))))) == ["no match"]
    tagged = PeopleFilter(tags=("customer",))
    assert plain(people.text([], tagged)) == ["no match; --ever looks among those who left, too"]


def test_several_matches_to_choose_from() -> None:
    other = DAVID.person._replace(account="linkedin-work")
    assert plain(choices([GORAN.person, other]), 80) == [
        "2 people match; name one by its id",
        "  id        name           work                   state      account",
        "  00000001  Goran Primjer  Driver, Uzorak d.o.o.  suspected  linkedin-me",
        "  00000002  David Mashal   Chef, Mashal's         listed     linkedin-work",
    ]


def test_the_closest_of_many_matches_is_among_those_shown() -> None:
    crowd = [person(number=number) for number in range(10, 10 + FOLD)]
    page = plain(choices([*crowd, GORAN.person._replace(mutual=20, messages=20)]), 80)
    assert page[2].split() == ["00000001", "Goran", "Primjer", "Driver,", "Uzorak", "d.o.o.", "suspected"]
    assert page[-1] == "  and 1 more; type more of the name"


def test_csv_has_its_header_and_a_row_a_person() -> None:
    assert to_csv([GORAN.person, DAVID.person]) == (
        "id,account,name,first_name,last_name,url,email,company,position,connected_on,state,first_seen,last_seen,"
        "window_after,window_before,messages,last_message,tags\n"
        "'00000001,linkedin-me,Goran Primjer,Goran,Primjer,https://www.linkedin.com/in/goran-primjer-a1b2c3d4,,"
        "Uzorak d.o.o.,Driver,2019-05-14,suspected,"
        f"{NOVEMBER},{FEBRUARY},{FEBRUARY},{MARCH},2,2026-01-30T12:12:12Z,\n"
        "'00000002,linkedin-me,David Mashal,David,Mashal,https://www.linkedin.com/in/david-mashal,david@example.com,"
        f'Mashal\'s,Chef,2026-03-07,listed,{NOVEMBER},{MARCH},,,3,{MARCH},"cooks, ghent"\n'
    )


def test_csv_of_nobody_is_its_header() -> None:
    assert to_csv([]) == ",".join(COLUMNS) + "\n"


def hostile(text: str) -> Person:
    return person(Connection(text, text, text, text, text, text), tags=(text,))


@pytest.mark.parametrize("text", HOSTILE_TEXT)
def test_no_cell_is_a_formula(text: str) -> None:
    (_, cells_of_one) = csv.reader(io.StringIO(to_csv([hostile(text)]), newline=""))
    assert len(cells_of_one) == len(COLUMNS)
    assert not [cell for cell in cells_of_one if cell.lstrip(" \u00a0")[:1] in tuple("=+-@\t\r\n\uff1d")]


def test_lines_for_pipes() -> None:
    assert to_lines([GORAN.person, ZITA]) == (
        "00000001\tGoran Primjer\tDriver, Uzorak d.o.o.\t2019-05-14\tsuspected\t2\tlinkedin-me\n"
        "00000006\tZita Minta\tConductor, Minta Kft.\t2022-11-29\thidden\t0\tlinkedin-me\n"
    )
    assert to_ids([GORAN.person, ZITA]) == "00000001\n00000006\n"


@pytest.mark.parametrize("text", HOSTILE_TEXT)
def test_a_line_stays_a_line_of_seven_cells(text: str) -> None:
    printed = to_lines([hostile(text)])
    assert printed.count("\n") == 1
    assert len(printed.rstrip("\n").split("\t")) == 7
    assert "\x1b" not in printed


def test_the_document() -> None:
    document = people.document([ZITA], PeopleFilter(as_of="2026-03-21"), 2)
    assert document == {
        "schema": "linkbak.people/1",
        "as_of": "2026-03-21",
        "matching": 2,
        "people": [
            {
                "id": "00000006",
                "account": "linkedin-me",
                "name": "Zita Minta",
                "first_name": "Zita",
                "last_name": "Minta",
                "url": None,
                "email": None,
                "company": "Minta Kft.",
                "position": "Conductor",
                "connected_on": "2022-11-29",
                "state": "hidden",
                "first_seen": NOVEMBER,
                "last_seen": MARCH,
                "window": {"after": FEBRUARY, "before": MARCH},
                "messages": 0,
                "messages_known": True,
                "last_message": None,
                "tags": [],
            }
        ],
    }


def test_with_whom_of_those_who_left_one_talks() -> None:
    assert people.in_words(1, came=2, talked=1) == "1 person left (you talk with them), 2 came"
    assert people.in_words(3, mine=1, talked=2) == "3 people left (you talk with 2 of them), 1 you removed"

"""Endorsements, recommendations and notes in every form they have had."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples.archives import FAMILY
from examples.story import everybody
from linkbak.adapters import LinkedIn
from linkbak.adapters.linkedin.messages import ENDORSEMENTS, RECOMMENDATIONS
from linkbak.adapters.linkedin.tables import TABLES
from linkbak.model import Endorsement, Note, Recommendation
from tests.adapters.given import Given, alone
from tests.hostile_text import HOSTILE_TEXT

ADAPTER = LinkedIn()
AT = datetime(2022, 6, 9, 10, 0, tzinfo=UTC)
DAY = "2022/06/09 10:00:00 UTC"
SPACED, RECEIVED, GIVEN_BY_ME = (
    "Endorsement Received Info.csv",
    "Endorsement_Received_Info.csv",
    "Endorsement_Given_Info.csv",
)
OLD = "Endorsement Date,Skill Name,Endorser First Name,Endorser Last Name,Endorsement Status"
NEW = "Endorsement Date,Skill Name,Endorser First Name,Endorser Last Name,Endorser Public Url,Endorsement Status"
BORIS = Endorsement(False, "Boris", "Sample", "", "Filing", AT, "ACCEPTED")
WITH_URL = BORIS._replace(url="www.linkedin.com/in/boris-sample")
OLD_ROW = f"{DAY},Filing,Boris,Sample,ACCEPTED"
NEW_ROW = f"{DAY},Filing,Boris,Sample,www.linkedin.com/in/boris-sample,ACCEPTED"
RECOMMENDATION = "First Name,Last Name,Company,Job Title,Text,Creation Date,Status"
NOTE = "Connection First Name,Connection Last Name,Connection Profile URL,Note,Created On,Edited On"
TEXTS = sorted({*ENDORSEMENTS, *RECOMMENDATIONS, "Notes.csv"})


def utf16(header: str, *rows: Sequence[str]) -> bytes:
    """As LinkedIn wrote some files of 2018 and 2022: a mark, tabs, everything quoted."""
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL, delimiter="\t", lineterminator="\n").writerows([header.split(","), *rows])
    return codecs.BOM_UTF16_LE + out.getvalue().encode("utf-16-le")


def written(header: str, *rows: Sequence[str]) -> bytes:
    """As LinkedIn writes most files, but for quotes where none are needed."""
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([header.split(","), *rows])
    return out.getvalue().encode()


def spaced(*rows: Sequence[str]) -> bytes:
    return utf16(f"{OLD},Display Status", *rows)


@pytest.mark.parametrize(
    ("path", "content", "endorsement"),
    [
        (RECEIVED, f"{OLD}\n{OLD_ROW}\n", BORIS),
        (RECEIVED, f"{NEW}\n{NEW_ROW}", WITH_URL),
        (RECEIVED, f"\ufeff{NEW.upper()}\r\n{NEW_ROW},,\r\n", WITH_URL),
        (RECEIVED, f"Saved by hand\n\n{NEW}\n{NEW_ROW}\n", WITH_URL),
        (RECEIVED, f"{NEW};\n{NEW_ROW}\n".replace(",", ";"), WITH_URL),
        ("Endorsement_Received_Info_123456789.csv", f"{NEW}\n{NEW_ROW}\n", WITH_URL),
        (
            GIVEN_BY_ME,
            f"{NEW.replace('Endorser', 'Endorsee')}\n{NEW_ROW.replace('ACCEPTED', 'PENDING')}\n",
            WITH_URL._replace(given=True, status="PENDING"),
        ),
        (SPACED, spaced((DAY, "Filing", "Boris", "Sample", "Accepted", "Show")), BORIS._replace(status="Accepted")),
        (SPACED, spaced((DAY, "Filing", "Boris", "Sample", "Redacted", "")), BORIS._replace(status="Redacted")),
        (RECEIVED, f"{OLD}\n{OLD_ROW.replace(DAY, '')}\n", BORIS._replace(at=None)),
        (RECEIVED, f"{OLD}\n{OLD_ROW.replace(DAY, 'one day')}\n", BORIS._replace(at=None)),
    ],
)
def test_every_form_of_endorsements(path: str, content: str | bytes, endorsement: Endorsement) -> None:
    assert list(ADAPTER.endorsements(alone(content, path))) == [endorsement]


def test_of_two_files_of_endorsements_both_are_read_and_what_stands_in_both_is_given_once() -> None:
    both = Given(
        {
            SPACED: spaced(
                (DAY, "Filing", "Boris", "Sample", "Accepted", "Show"),
                (DAY, "Filing", "Boris", "Sample", "Redacted", ""),
                (DAY, "Sorting", "Boris", "Sample", "Accepted", "Show"),
            ),
            RECEIVED: f"{NEW}\n{NEW_ROW}\n{NEW_ROW}\n",
            GIVEN_BY_ME: f"{NEW.replace('Endorser', 'Endorsee')}\n{NEW_ROW}\n",
        }
    )

    assert list(ADAPTER.endorsements(both)) == [
        WITH_URL,
        BORIS._replace(status="Redacted"),
        BORIS._replace(skill="Sorting", status="Accepted"),
        WITH_URL._replace(given=True),
    ]


def test_two_of_one_name_who_endorse_at_one_moment_are_two() -> None:
    content = f"{NEW}\n{NEW_ROW}\n{NEW_ROW.replace('boris-sample', 'boris-sample-2')}\n"

    assert [one.url for one in ADAPTER.endorsements(alone(content, RECEIVED))] == [
        "www.linkedin.com/in/boris-sample",
        "www.linkedin.com/in/boris-sample-2",
    ]


@pytest.mark.parametrize(
    ("path", "mine"),
    [
        ("Recommendations_Given.csv", True),
        ("Recommendations_Received.csv", False),
        ("Recommendations Given.csv", True),
        ("Recommendations Received.csv", False),
    ],
)
@pytest.mark.parametrize("status", ["VISIBLE", ""])
def test_every_form_of_recommendations(path: str, mine: bool, status: str) -> None:
    content = (
        f"{RECOMMENDATION}\n"
        f'Dana,"Model, PhD",Model Works,Modeller,"She models,\r\n\nand ""says"" so.","10/02/24, 11:30 PM",{status}\n'
    )
    at = datetime(2024, 10, 2, 23, 30, tzinfo=UTC)

    assert list(ADAPTER.recommendations(alone(content, path))) == [
        Recommendation(
            mine, "Dana", "Model, PhD", "Model Works", "Modeller", 'She models,\r\n\nand "says" so.', at, status
        )
    ]
    assert ADAPTER.read(alone(content, path)).issues == ()


def test_a_recommendation_under_both_names_of_the_file_is_given_once() -> None:
    content = f"{RECOMMENDATION}\nDana,Model,,,Good,,\n"
    files = Given({"Recommendations_Given.csv": content, "Recommendations Given.csv": content})

    assert list(ADAPTER.recommendations(files)) == [Recommendation(True, "Dana", "Model", text="Good")]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-02 10:00:00 UTC", datetime(2026, 1, 2, 10, tzinfo=UTC)),
        ("1/2/26, 10:00 AM", datetime(2026, 1, 2, 10, tzinfo=UTC)),
        (" 2026/01/02 10:00:00 UTC ", datetime(2026, 1, 2, 10, tzinfo=UTC)),
        ("2026-01-02", datetime(2026, 1, 2, tzinfo=UTC)),
        ("02 Jan 2026", datetime(2026, 1, 2, tzinfo=UTC)),
        ("1/2/26", None),
        ("", None),
        ("x" * 1000, None),
    ],
)
def test_notes_with_dates_of_every_form(text: str, moment: datetime | None) -> None:
    url = "https://www.linkedin.com/in/boris-sample"
    content = written(NOTE, ("Boris", "Sample", f" {url} ", "Tea, no sugar\n", "", text))

    assert list(ADAPTER.notes(alone(content, "Notes.csv"))) == [
        Note("Boris", "Sample", url, "Tea, no sugar\n", None, moment)
    ]


def test_rows_that_are_not_understood_are_left_out_and_what_follows_is_read() -> None:
    rows = (
        "Boris,Sample,u,too few",
        "Boris,Sample,u,too,many,cells,of it",
        ",,,,,",
        "",
        "Boris,Sample,u,good,,",
        "Boris,Sample,u,blanks do no harm,,, ,",
        'Boris,Sample,u,"cut off',
    )
    content = "\n".join([NOTE, *rows])

    assert [note.text for note in ADAPTER.notes(alone(content, "Notes.csv"))] == ["good", "blanks do no harm"]


@pytest.mark.parametrize("path", TEXTS)
@pytest.mark.parametrize("content", ["", "\n", "Name,Mood\nAda,good\n", b"PK\x03\x04 a workbook", '"'])
def test_a_table_without_a_header_linkbak_understands_tells_nothing(path: str, content: str | bytes) -> None:
    assert everything(alone(content, path)) == []


def test_what_begins_as_a_workbook_does_tells_nothing_as_the_import_says() -> None:
    files = alone(b"PK\x03\x04\n" + written(NOTE, ("Boris", "Sample", "u", "Tea", "", "")), "Notes.csv")

    assert everything(files) == []
    assert ADAPTER.read(files).coverage["notes"].unread


def test_of_two_columns_of_one_name_the_first_counts() -> None:
    content = f"{NOTE},Note\nBoris,Sample,u,first,,,second\n"

    assert [note.text for note in ADAPTER.notes(alone(content, "Notes.csv"))] == ["first"]


def test_the_examples_name_who_cut_the_connection_but_nobody_who_hid_or_closed_the_account() -> None:
    for archive in (one for one in FAMILY if one.path.startswith("ada/")):
        files, known = Given(archive.contents), everybody(archive.taken).values()
        away = {(one.person.first, one.person.last) for one in known if one.hidden or one.closed}
        named = {
            kind: {(one.first_name, one.last_name) for one in said}
            for kind, said in (
                ("endorsements", [*ADAPTER.endorsements(files)]),
                ("recommendations", [*ADAPTER.recommendations(files)]),
                ("notes", [*ADAPTER.notes(files)]),
            )
        }
        assert {kind for kind in named if named[kind]} == set(ADAPTER.read(files).coverage) & set(named)
        assert [names & away for names in named.values()] == [set(), set(), set()]
        if f"{archive.taken:%Y-%m-%d}" == "2026-03-20":
            assert all(("Niall", "Sampla") in names for names in named.values())


def everything(files: Given) -> list[object]:
    return [*ADAPTER.endorsements(files), *ADAPTER.recommendations(files), *ADAPTER.notes(files)]


HEADERS = [header.encode() + b"\n" for path in TEXTS for header in TABLES[path.casefold()].headers]
ROWS = [
    OLD_ROW.encode() + b"\n",
    NEW_ROW.encode() + b"\n",
    b"a,b,c,d,e,f,g\n",
    b'a,"',
    b"\x00",
    b"\r",
    b"\xff\xfe",
    b"\t",
]
CONTENT = st.builds(
    lambda head, rows: head + b"".join(rows),
    st.sampled_from([*HEADERS, b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b""]),
    st.lists(st.one_of(st.sampled_from(ROWS), st.binary(max_size=40)), max_size=8),
)


@given(st.dictionaries(st.sampled_from(TEXTS), CONTENT, min_size=1, max_size=3))
def test_whatever_the_bytes_no_more_is_told_than_the_import_counted(contents: dict[str, bytes]) -> None:
    files = Given(contents)
    told, coverage = everything(files), ADAPTER.read(files).coverage

    assert len(told) <= sum(coverage[kind].rows for kind in coverage)
    assert len(told) == len(set(told))


@given(st.tuples(*[st.one_of(st.sampled_from(HOSTILE_TEXT), st.text(st.characters(exclude_categories=["Cs"])))] * 4))
def test_hostile_text_comes_out_as_it_went_in(texts: tuple[str, str, str, str]) -> None:
    one, two, three, four = texts
    files = Given(
        {
            "Notes.csv": written(NOTE, (one, two, "u", three, "", "2026-01-02")),
            "Recommendations_Given.csv": written(RECOMMENDATION, (one, two, three, four, "", "", "VISIBLE")),
            RECEIVED: written(NEW, (DAY, one, two, three, "u", "ACCEPTED")),
            SPACED: spaced((DAY, one, two, four, "Redacted", "Show")),
        }
    )

    assert everything(files) == [
        Endorsement(False, two, three, "u", one, AT, "ACCEPTED"),
        Endorsement(False, two, four, "", one, AT, "Redacted"),
        Recommendation(True, one, two, three, four, "", None, "VISIBLE"),
        Note(one, two, "u", three, None, datetime(2026, 1, 2, tzinfo=UTC)),
    ]

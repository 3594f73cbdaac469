"""The page of one person."""

from __future__ import annotations

import pytest

from linkbak.causes import Verdict
from linkbak.index import Absence, Invited, Job, Span, State, Talk, Tenure, Timeline, Window
from linkbak.model import Connection
from linkbak.report import Tone, cells, plain, show
from linkbak.report.people import between, standing, when
from linkbak.report.show import marks
from tests.hostile_text import HOSTILE_TEXT
from tests.report.invented_lives import (
    CLOSED,
    DAVID,
    FEBRUARY,
    FIRST,
    GORAN,
    MARCH,
    NOVEMBER,
    SPRING,
    WINTER,
    line,
    mark,
    person,
)
from tests.schemas import adapter


def test_the_page_of_somebody_lost() -> None:
    assert plain(show.text(GORAN, CLOSED), 80) == [
        "Goran Primjer",
        "Driver, Uzorak d.o.o.",
        "gone after 28 Feb 2026, before 20 Mar 2026; only the newest list lacks them",
        "  id           00000001",
        "  connected    14 May 2019",
        '  how          they invited you on 12 May 2019: "We met on the road to Sample"',
        "  in lists     29 Nov 2025 to 28 Feb 2026",
        "  messages     2 (0 from you, 2 from them), 14 May 2019 to 30 Jan 2026",
        "",
        "Why",
        "  likely: account closed, restricted, or they blocked you",
        "    + Your messages of 20 Mar 2026 call them LinkedIn Member.",
        "    - You wrote to each other a month before.",
        "",
        "What you can do",
        "  reach them another way, or let go",
        "  if you know why: linkbak mark 00000001 cause closed (or another)",
        "  to keep what you know of them: linkbak mark 00000001 note TEXT",
        "",
        "How to reach them",
        "  profile      https://www.linkedin.com/in/goran-primjer-a1b2c3d4",
        "  elsewhere    linkbak reach --why 00000001",
        "",
        "Through the years",
        "  14 May 2019: connected",
        "  by 29 Nov 2025: Driver, Uzorak d.o.o.",
        "  after 28 Feb 2026, before 20 Mar 2026: no longer listed",
        "",
        "Endorsements",
        "  they endorsed you for Archiving (11 Feb 2023)",
    ]


def test_the_page_of_somebody_to_whom_everything_happened() -> None:
    assert plain(show.text(DAVID, tell_account=True), 80) == [
        "David Mashal",
        "Chef, Mashal's",
        "in the list of 20 Mar 2026",
        "was away for a while and is back: went after 29 Nov 2025, before 28 Feb 2026;",
        "  listed again after 28 Feb 2026, before 20 Mar 2026",
        "  id           00000002",
        "  account      linkedin-me",
        "  connected    7 Mar 2026",
        '  how          you invited them on 6 Mar 2026: "Again?"',
        "  in lists     29 Nov 2025 to 20 Mar 2026",
        "  messages     3 (1 from you, 2 from them), 11 Oct 2023 to 20 Mar 2026",
        "  invitations  3, 10 Oct 2023 to 6 Mar 2026",
        "  tags         cooks, ghent",
        "",
        "What you can do",
        "  to keep what you know of them: linkbak mark 00000002 note TEXT",
        "",
        "How to reach them",
        "  e-mail       david@example.com",
        "  profile      https://www.linkedin.com/in/david-mashal",
        "  message      on LinkedIn, as long as you are connected",
        "  before       dov@example.com (in the list of 29 Nov 2025)",
        "  before       https://www.linkedin.com/in/dov-mashal-66ee77ff (in lists from 29",
        "    Nov 2025 to 28 Feb 2026)",
        "",
        "Your marks",
        "  20 Mar 2026, you noted: met in Ghent (mark 0badcafe)",
        "  20 Mar 2026, you know them (mark 0badcafe)",
        "",
        "Notes the network kept",
        "  2 Jan 2026, edited 3 Feb 2026: Tea, no sugar",
        "  Hat",
        "",
        "Through the years",
        "  10 Oct 2023: connected",
        "  by 29 Nov 2025: Cook, @Home Example",
        "  after 29 Nov 2025, before 28 Feb 2026: shows no company and no position",
        "  after 29 Nov 2025, before 28 Feb 2026: no longer listed",
        "  7 Mar 2026: connected again",
        "  after 28 Feb 2026, before 20 Mar 2026: Dov Mashal is now David Mashal",
        "  after 28 Feb 2026, before 20 Mar 2026: Chef, Mashal's",
        "  after 28 Feb 2026, before 20 Mar 2026: listed again",
        "",
        "Invitations",
        "  you invited them on 10 Oct 2023, without a note",
        '  you invited them on 6 Mar 2026: "Again?"',
        "  they invited you, without a note",
        "",
        "Endorsements",
        "  they endorsed you for Patience (3 Jan 2024)",
        "  you endorsed them for Soup (2 Jan 2024), Salad (pending)",
        "",
        "Recommendations",
        "  they recommended you (Chef, Mashal's, 3 Feb 2024)",
        '    "A patient guest."',
        "  you recommended them (hidden)",
        "",
        "Perhaps the same person",
        "  Dov Mashal (00000003), perhaps gone after 28 Feb 2026, before 20 Mar 2026; the",
        "    rows allow two readings",
        "    after 28 Feb 2026, before 20 Mar 2026: two rows of one date",
    ]


def test_the_page_of_somebody_of_whom_little_is_known() -> None:
    """A list of the old export page: no dates, no addresses, no archive with messages."""
    bare = line(person(Connection("Ada", "Example")), tenures=(Tenure("", FIRST, None),))
    assert plain(show.text(bare), 80) == [
        "Ada Example",
        "in the list of 20 Mar 2026",
        "  id           00000001",
        "  in lists     29 Nov 2025 to 20 Mar 2026",
        "  messages     none in any archive",
        "",
        "What you can do",
        "  to keep what you know of them: linkbak mark 00000001 note TEXT",
        "",
        "How to reach them",
        "  message      on LinkedIn, as long as you are connected",
        "  elsewhere    linkbak reach --why 00000001",
    ]


@pytest.mark.parametrize(
    ("state", "sentence", "tone"),
    [
        ("listed", "in the list of 20 Mar 2026", "good"),
        ("hidden", "still connected, but now shown only as a date; hid after 28 Feb 2026, before 20 Mar 2026", "odd"),
        ("suspected", "gone after 28 Feb 2026, before 20 Mar 2026; only the newest list lacks them", "bad"),
        ("confirmed", "gone after 28 Feb 2026, before 20 Mar 2026; a later list lacks them too", "bad"),
        ("held", "missing after 28 Feb 2026, before 20 Mar 2026, from a list whose losses are not believed yet", "odd"),
        ("unclear", "perhaps gone after 28 Feb 2026, before 20 Mar 2026; the rows allow two readings", "odd"),
    ],
)
def test_how_somebody_stands(state: State, sentence: str, tone: Tone) -> None:
    one = person(state=state, window=None if state == "listed" else SPRING)
    assert standing(one) == (sentence, tone)


@pytest.mark.parametrize(
    ("span", "told"),
    [
        (SPRING, "after 28 Feb 2026, before 20 Mar 2026"),
        (FIRST, "before 29 Nov 2025"),
        (Window("2026-03-20T01:00:00Z", MARCH), "on 20 Mar 2026"),
    ],
)
def test_windows_in_words(span: Window, told: str) -> None:
    assert when(span) == told


def test_a_job_of_the_first_list_with_them_may_be_older_than_the_list_before() -> None:
    """Nobody saw them take it: they were merely not connected yet."""
    late = line(person(first_seen=FEBRUARY), tenures=(), jobs=(Job("Example", "Cook", WINTER, None),))
    assert plain(show.text(late))[-1] == "  by 28 Feb 2026: Cook, Example"
    early = line(person(), tenures=(), jobs=(Job("Example", "Cook", WINTER, None),))
    assert plain(show.text(early))[-1] == "  after 29 Nov 2025, before 28 Feb 2026: Cook, Example"


def test_a_job_that_is_shown_no_more() -> None:
    without = line(person(), tenures=(), jobs=(Job("Example", "Cook", FIRST, SPRING),))
    assert plain(show.text(without))[-2:] == [
        "  by 29 Nov 2025: Cook, Example",
        "  after 28 Feb 2026, before 20 Mar 2026: shows no company and no position",
    ]


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        (FEBRUARY, MARCH, "28 Feb 2026 to 20 Mar 2026"),
        (MARCH, "2026-03-20T22:00:00Z", "on 20 Mar 2026"),
        ("", "", ""),
    ],
)
def test_first_and_last(first: str, last: str, told: str) -> None:
    assert between(first, last) == told


def how(page: Timeline) -> list[str]:
    return [text[15:] for text in plain(show.text(page)) if text.startswith("  how")]


def test_how_they_connected_is_the_last_invitation_before() -> None:
    """An invitation sent later than the day they connected cannot have led to it; one dated a day late may have."""
    early, late = Invited(True, "2019-05-01T10:00:00Z", "a"), Invited(True, "2019-05-16T10:00:00Z", "b")
    next_day = Invited(False, "2019-05-15T01:00:00Z", "c")
    assert how(line(person(), invitations=(early, next_day, late))) == ['they invited you on 15 May 2019: "c"']
    assert how(line(person(), invitations=(early, late))) == ['you invited them on 1 May 2019: "a"']
    assert how(line(person(), invitations=(late,))) == ["no archive says who invited whom"]


def test_an_invitation_sent_after_the_loss_is_told_as_such() -> None:
    page = plain(show.text(line(person(), invitations=(Invited(True, MARCH, "Shall we connect again?"),))))
    assert "  how          no archive says who invited whom" in page
    assert "  invitations  1, on 20 Mar 2026" in page
    assert '  you invited them on 20 Mar 2026: "Shall we connect again?"' in page


def test_who_is_still_gone_is_not_told_as_back() -> None:
    away = Absence("gone", WINTER, SPRING)
    lost = person(state="suspected", window=SPRING)
    assert not [text for text in plain(show.text(line(lost, absences=(away,)))) if "is back" in text]
    assert [text for text in plain(show.text(line(person(), absences=(away,)))) if "is back" in text]


def test_hidden_and_shown_again_is_no_absence_from_the_list() -> None:
    page = plain(show.text(line(person(), absences=(Absence("hidden", WINTER, SPRING),))))
    assert not [text for text in page if "is back" in text]
    assert page[-2:] == [
        "  after 29 Nov 2025, before 28 Feb 2026: shown only as a date",
        "  after 28 Feb 2026, before 20 Mar 2026: shown by name again",
    ]


@pytest.mark.parametrize(
    ("fact", "value", "told"),
    [
        ("removed-by-me", "", "you ended the connection"),
        ("unknown", "", "you do not know them"),
        ("cause", "closed", "you named the cause: they closed their account"),
        ("cause", "of-a-later-version", "you named the cause: of-a-later-version"),
        ("note", "two\nlines", "you noted: two lines"),
    ],
)
def test_marks_in_words(fact: str, value: str, told: str) -> None:
    assert plain(marks([mark(fact, value)])) == [f"  20 Mar 2026, {told} (mark 0badcafe)"]


def test_what_was_said_otherwise_later_is_not_told() -> None:
    assert plain(marks([mark("known"), mark("unknown")])) == ["  20 Mar 2026, you do not know them (mark 0badcafe)"]


@pytest.mark.parametrize("text", HOSTILE_TEXT)
def test_nothing_hostile_makes_a_line_of_its_own(text: str) -> None:
    """A note with a line break must not look like the page's own words."""
    row = Connection(text, text, text, text, text, text)
    ends = len(plain(show.text(_hostile(line(person(Connection("a", "b", "c", "d", "e", "f"))), "x"))))
    page = plain(show.text(_hostile(line(person(row)), text)))
    assert not [one for one in page if not one.isprintable() and not set(one) & set("\u200c\u200d")]
    assert len(page) <= ends


def _hostile(page: Timeline, text: str) -> Timeline:
    return page._replace(
        invitations=(Invited(True, MARCH, text), Invited(False, MARCH, text)),
        emails=(Span(text, FIRST, SPRING),),
        marks=(mark("note", text),),
        talk=Talk(1, 1, 0, NOVEMBER, NOVEMBER),
    )


def test_the_page_fits_80_columns() -> None:
    for page, verdict in ((GORAN, CLOSED), (DAVID, None)):
        assert max(map(cells, plain(show.text(page, verdict), 80))) <= 80


def test_the_document_of_somebody_lost() -> None:
    document: dict[str, object] = {**show.document([GORAN.person], GORAN, CLOSED)}
    assert document["person"] == {
        "id": "00000001",
        "account": "linkedin-me",
        "name": "Goran Primjer",
        "first_name": "Goran",
        "last_name": "Primjer",
        "url": "https://www.linkedin.com/in/goran-primjer-a1b2c3d4",
        "email": None,
        "company": "Uzorak d.o.o.",
        "position": "Driver",
        "connected_on": "2019-05-14",
        "state": "suspected",
        "first_seen": NOVEMBER,
        "last_seen": FEBRUARY,
        "window": {"after": FEBRUARY, "before": MARCH},
        "messages": 2,
        "messages_known": True,
        "last_message": "2026-01-30T12:12:12Z",
        "tags": [],
        "tenures": [{"connected_on": "2019-05-14", "began": {"after": None, "before": NOVEMBER}, "ended": None}],
        "names": [{"value": "Goran Primjer", "began": {"after": None, "before": NOVEMBER}, "ended": None}],
        "addresses": [
            {
                "value": "https://www.linkedin.com/in/goran-primjer-a1b2c3d4",
                "began": {"after": None, "before": NOVEMBER},
                "ended": None,
            }
        ],
        "emails": [],
        "jobs": [
            {
                "company": "Uzorak d.o.o.",
                "position": "Driver",
                "began": {"after": None, "before": NOVEMBER},
                "ended": None,
            }
        ],
        "absences": [{"kind": "gone", "went": {"after": FEBRUARY, "before": MARCH}, "back": None}],
        "alternatives": [],
        "talk": {
            "messages": 2,
            "sent": 0,
            "received": 2,
            "first": "2019-05-14T15:02:00Z",
            "last": "2026-01-30T12:12:12Z",
        },
        "invitations": [
            {"outgoing": False, "sent_at": "2019-05-12T14:07:00Z", "message": "We met\non the road to Sample"}
        ],
        "endorsements": [{"given": False, "skill": "Archiving", "at": "2023-02-11T12:00:00Z", "status": "ACCEPTED"}],
        "recommendations": [],
        "notes": [],
        "address_book": [],
        "date_as_written": None,
        "marks": [],
        "verdict": {
            "cause": "closed",
            "band": "likely",
            "told": False,
            "evidence": [
                {
                    "rule": "anonymous",
                    "cause": "closed",
                    "band": "likely",
                    "favours": True,
                    "text": "Your messages of 20 Mar 2026 call them LinkedIn Member.",
                },
                {
                    "rule": "talked",
                    "cause": "closed",
                    "band": "possible",
                    "favours": False,
                    "text": "You wrote to each other a month before.",
                },
            ],
            "advice": "reach them another way, or let go",
        },
        "last_messages": [],
        "ways": [{"what": "profile", "text": "https://www.linkedin.com/in/goran-primjer-a1b2c3d4"}],
    }


@pytest.mark.parametrize(("page", "verdict"), [(GORAN, CLOSED), (DAVID, None), (None, None)])
def test_the_document_fits_its_type(page: Timeline | None, verdict: Verdict | None) -> None:
    document = show.document([GORAN.person, DAVID.person], page, verdict)
    kind = adapter("show")
    assert kind.dump_python(kind.validate_python(document, strict=True)) == document

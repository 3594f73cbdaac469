"""Those lost, as a page, as CSV and as a document; and causes in the pages of a diff and an import."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from linkbak.causes import Event, Evidence, Verdict
from linkbak.causes.judgement import Loss, Outcome
from linkbak.index import Absence, Alternative, Case, Person, State, Talk, Window
from linkbak.index.people import ordered
from linkbak.model import Connection
from linkbak.report import FOLD, cells, plain
from linkbak.report import lost as lost_view
from linkbak.report.lost import FOLD_OTHERS, Lost, doubts, lasted, to_csv, why
from linkbak.report.people import cause_of, closest_first, gone_lines
from tests.hostile_text import HOSTILE_TEXT
from tests.report.invented_lives import CLOSED, FEBRUARY, GORAN, MARCH, NOVEMBER, SPRING, WINTER, person
from tests.schemas import adapter

LIVES = Verdict(
    "account-lives",
    "verified",
    (
        Evidence("still-named", "account-lives", "verified", True, "The archive of 20 Mar 2026 still names them."),
        Evidence("held", "incomplete", "likely", True, "The list lacks many."),
        Evidence("incident", "platform", "possible", False, "The fault was mended before."),
        Evidence("was-hidden", "unknown", "unknown", False, "Before, their row showed only a date."),
    ),
    False,
)
UNKNOWN = Verdict(
    "unknown",
    "unknown",
    (Evidence("no-trace", "unknown", "unknown", True, "The list does not say why somebody is gone."),),
    False,
)
NIALL_ROW = Connection(
    "Niall",
    "Sampla",
    "https://www.linkedin.com/in/niall-sampla",
    "niall@example.com",
    "Sampla Teoranta",
    "Teacher",
    date(2015, 10, 1),
)
NIALL = person(NIALL_ROW, 2, "confirmed", last_seen=NOVEMBER, window=WINTER, messages=7, last_message=NOVEMBER)
HUGO = person(Connection("Hugo", "Provbit"), 3, "held", first_seen=NOVEMBER, last_seen=FEBRUARY, window=SPRING)
IVO = person(Connection("Ivo", "Näidis", "", "", "Näidis OÜ", "Ship's cook", date(2019, 8, 8)), 4)
CAME_BACK = (IVO, Absence("gone", WINTER, SPRING))


def loss(one: Person, verdict: Verdict = UNKNOWN, later: int = 0) -> Loss:
    assert one.window is not None
    connected = one.row.connected_on.isoformat() if one.row.connected_on else ""
    case = Case(one, one.window, later, False, (), (), (), frozenset(), Talk(), (), connected)
    return Loss(case, verdict)


def lost(*losses: Loss, **more: object) -> Lost:
    counts: dict[State, int] = {}
    for one in losses:
        counts[one.case.person.state] = counts.get(one.case.person.state, 0) + 1
    found = Lost("linkedin-me", 3, NOVEMBER, MARCH, counts, losses)
    return found._replace(**more)  # type: ignore[arg-type]


FOUND = lost(loss(NIALL, LIVES, 1), loss(GORAN.person, CLOSED), loss(HUGO), back=[CAME_BACK])


def alex(number: int, state: State = "unclear", slug: str = "alex") -> Person:
    row = Connection("Alex", "Doppel", f"https://www.linkedin.com/in/{slug}", connected_on=date(2023, 6, 7))
    return person(row, number, state, window=None if state == "listed" else SPRING)


def in_doubt(before: list[Person], after: list[Person]) -> list[Lost]:
    """The page's content for a group in which nobody can tell who is who."""
    others = tuple(Alternative(one, "two rows of one date", SPRING) for one in after)
    groups = doubts([(one, others) for one in before])
    return [lost(doubts=groups, counts={"unclear": len(before)})]


def test_the_page() -> None:
    assert plain(lost_view.text(FOUND), 80) == [
        "linkedin-me: 2 people left",
        "linkedin-me: 1 person missing from a list that is not believed yet",
        "as 3 lists show it, from 29 Nov 2025 to 20 Mar 2026; closest first",
        "",
        "  Niall Sampla, Teacher, Sampla Teoranta",
        "    confirmed: gone after 29 Nov 2025, before 28 Feb 2026",
        "    connected for 10 years, since 1 Oct 2015; 7 messages, last on 29 Nov 2025",
        "    verified: the account lives, the connection ended",
        "    you can: ask them, or invite them again",
        "  Goran Primjer, Driver, Uzorak d.o.o.",
        "    suspected: gone after 28 Feb 2026, before 20 Mar 2026",
        "    connected for 6 years, since 14 May 2019; 2 messages, last on 30 Jan 2026",
        "    likely: account closed, restricted, or they blocked you",
        "    you can: reach them another way, or let go",
        "  Hugo Provbit",
        "    held: gone after 28 Feb 2026, before 20 Mar 2026",
        "    in your lists since 29 Nov 2025; no messages in your archives",
        "    cannot be known",
        "    you can: check their profile; if it is there, ask them or invite them again",
        "",
        "Back again (1): gone once, listed now",
        "  Ivo Näidis, Ship's cook, Näidis OÜ",
        "    gone after 29 Nov 2025, before 28 Feb 2026; listed again after 28 Feb 2026,",
        "      before 20 Mar 2026",
        "",
        "  1  suspected  only the newest list lacks them; the next archive will tell",
        "  1  confirmed  a list of a later day lacks them too",
        "  1  held       not believed yet: wait for the next archive, or use --accept",
        "",
        "`linkbak lost --why NAME` shows the evidence, and how to reach them",
    ]


def test_why_tells_for_against_and_what_decides_nothing() -> None:
    assert plain(why(LIVES, 2)) == [
        "  + The archive of 20 Mar 2026 still names them.",
        "  + The list lacks many. (speaks for: the list is not whole; the next archive will tell)",
        "  - The fault was mended before. (speaks against: something the network itself did to its lists)",
        "  ~ Before, their row showed only a date.",
    ]
    assert plain(why(CLOSED, 0)) == [
        "+ Your messages of 20 Mar 2026 call them LinkedIn Member.",
        "- You wrote to each other a month before.",
    ]
    assert plain(why(Verdict("unknown", "unknown", (), False), 0)) == ["~ nothing in the archives points to a reason"]


def test_the_evidence_stands_below_its_cause_and_ends_the_advice_to_ask_for_it() -> None:
    told = plain(lost_view.text(lost(loss(GORAN.person, CLOSED)), evidence=True))
    assert told[-6:] == [
        "    likely: account closed, restricted, or they blocked you",
        "    you can: reach them another way, or let go",
        "      + Your messages of 20 Mar 2026 call them LinkedIn Member.",
        "      - You wrote to each other a month before.",
        "",
        "  1  suspected  only the newest list lacks them; the next archive will tell",
    ]
    asked = plain(lost_view.text(lost(loss(GORAN.person, CLOSED), named=True)))
    assert asked[-3:-1] == ["    suspected: only the newest list lacks them; the next archive will tell", ""]


def test_what_is_not_shown_is_counted() -> None:
    many = lost(*[loss(HUGO)] * FOLD, counts={"held": FOLD + 3}, back=[CAME_BACK] * (FOLD_OTHERS + 2))
    folded = plain(lost_view.text(many, everyone=False))
    assert folded.count("  and 3 more; see all with --all") == 1
    assert folded.count("  and 2 more; see all with --all") == 1
    assert folded.count("  Ivo Näidis, Ship's cook, Näidis OÜ") == FOLD_OTHERS
    assert "and 2 more" not in "\n".join(plain(lost_view.text(many)))


def test_nobody_lost_is_said_kindly_and_since_when() -> None:
    assert plain(lost_view.text(lost())) == [
        "linkedin-me: nobody is lost",
        "as 3 lists show it, from 29 Nov 2025 to 20 Mar 2026",
    ]
    assert plain(lost_view.text(lost(since="2026-01-01", confirmed=True)))[0] == (
        "linkedin-me: nobody is lost for certain since 1 Jan 2026"
    )
    assert plain(lost_view.text(lost(back=[CAME_BACK])))[2:4] == ["", "Back again (1): gone once, listed now"]


def test_one_list_cannot_miss_anybody() -> None:
    assert plain(lost_view.text(lost(lists=1, newest=NOVEMBER))) == [
        "linkedin-me: too early to tell who left",
        "there is one list, of 29 Nov 2025. The next archive, in a month, shows who left.",
    ]


def test_several_accounts_are_told_apart() -> None:
    told = plain(lost_view.text(lost(loss(HUGO), account="", since="2026-01-01")))
    assert told[0] == "1 person missing from a list that is not believed yet since 1 Jan 2026"
    assert "  Hugo Provbit (linkedin-me)" in told


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ([1, 2], [3], "one of these 2 is gone, nobody can tell which"),
        ([1, 2, 4], [3], "2 of these are gone, nobody can tell which"),
        ([1], [3], "perhaps gone, perhaps listed under another name or address; nobody can tell"),
        ([1, 2], [3, 4], "perhaps gone, perhaps listed under another name or address; nobody can tell"),
    ],
)
def test_nobody_says_who_of_a_doubtful_group_is_gone(before: list[int], after: list[int], said: str) -> None:
    (found,) = in_doubt([alex(one) for one in before], [alex(one, "listed", "other") for one in after])
    assert plain(lost_view.text(found)) == [
        "linkedin-me: nobody is lost, as far as anybody can tell",
        "as 3 lists show it, from 29 Nov 2025 to 20 Mar 2026",
        "",
        "Perhaps gone",
        *["  Alex Doppel; connected 7 Jun 2023"] * len(before),
        f"    {said} (after 28 Feb 2026, before 20 Mar 2026)",
        "",
        f"  {len(before)}  unclear  the rows allow two readings",
    ]


def test_groups_that_share_nobody_stay_apart_and_those_that_do_become_one() -> None:
    first, second, third = (Alternative(alex(one, "listed"), "", SPRING) for one in (7, 8, 9))
    stories = [(alex(1), (first,)), (alex(2), (second,)), (alex(3), (first, third)), (alex(4), (third,))]
    assert [[one.number for one in group.people] for group in doubts(stories)] == [[2], [1, 3, 4]]


def test_somebody_asked_for_who_is_not_lost() -> None:
    hidden = person(IVO.row, 5, "hidden", window=SPRING)
    assert plain(lost_view.text(lost(named=True, standing=[IVO, hidden]))) == [
        "Ivo Näidis, Ship's cook, Näidis OÜ is not lost: listed today",
        "Ivo Näidis, Ship's cook, Näidis OÜ is not lost: listed, but only as a date",
    ]
    assert plain(lost_view.text(lost(named=True, standing=[IVO] * 9)))[-1] == "and 4 more who are not lost"
    assert plain(lost_view.text(lost(named=True, confirmed=True))) == ["lost for certain: nobody who is called so"]
    assert plain(lost_view.text(lost(named=True, back=[CAME_BACK])))[0] == "Back again (1): gone once, listed now"


def test_whom_one_removed_is_told_apart_and_not_counted() -> None:
    mine = loss(NIALL, Verdict("removed-by-me", "verified", (), True), 1)
    assert plain(lost_view.text(lost(removed=[mine]))) == [
        "linkedin-me: nobody is lost",
        "as 3 lists show it, from 29 Nov 2025 to 20 Mar 2026",
        "",
        "Removed by yourself (1): not counted as lost",
        "  Niall Sampla, Teacher, Sampla Teoranta",
        "    gone after 29 Nov 2025, before 28 Feb 2026",
    ]


def test_an_event_stands_in_a_line_below_who_does_not_fit_it_and_names_its_members_with_all() -> None:
    sweep = Event("sweep", SPRING, (GORAN.person.id,), ("1 person of many, gone together", "why", "how"))
    found = lost(loss(NIALL, LIVES, 1), loss(GORAN.person), events=[sweep])
    folded, everyone = (plain(lost_view.text(found, everyone=all_of_them)) for all_of_them in (False, True))
    event = "  1 person of many, gone together (after 28 Feb 2026, before 20 Mar 2026)"
    meant = "    possible: the network removed many accounts at once, theirs among them"
    counts = [
        "  1  suspected  only the newest list lacks them; the next archive will tell",
        "  1  confirmed  a list of a later day lacks them too",
    ]
    end = ["", *counts, "", "`linkbak lost --why NAME` shows the evidence, and how to reach them"]
    advice = "    you can: ask them, or invite them again"
    assert folded[-9:] == [advice, event, meant, "    `linkbak lost --all` names them", *end]
    assert everyone[-11:] == [
        *(advice, event, "    Why; how", meant),
        "    you can: check their profile; if it is there, invite them again",
        *("    Goran Primjer, Driver, Uzorak d.o.o.", *end),
    ]
    assert folded.index("  Niall Sampla, Teacher, Sampla Teoranta") < folded.index(event)
    alone = plain(lost_view.text(lost(loss(GORAN.person), events=[sweep])))
    assert alone[1:4] == ["as 3 lists show it, from 29 Nov 2025 to 20 Mar 2026", "", event]


def test_what_one_can_do_stands_beside_the_first_loss_of_a_cause_and_with_the_evidence_beside_each() -> None:
    found = lost(loss(NIALL, LIVES, 1), loss(GORAN.person, LIVES, 1))
    assert [
        sum(
            line == "    you can: ask them, or invite them again" for line in plain(lost_view.text(found, evidence=why))
        )
        for why in (False, True)
    ] == [1, 2]


def test_the_closest_come_first() -> None:
    silent = person(NIALL_ROW, 9)
    newer = person(GORAN.person.row, 8)
    found = ordered([HUGO, newer, silent, GORAN.person, NIALL], "closest", reverse=False)
    assert found == [NIALL, GORAN.person, silent, newer, HUGO]


@pytest.mark.parametrize(
    ("began", "ended", "told"),
    [
        ("2023-03-04", "2026-03-04", "3 years"),
        ("2023-03-04", "2026-03-03", "2 years"),
        ("2024-03-04", "2026-03-03", "23 months"),
        ("2026-01-31", "2026-03-30", "58 days"),
        ("2026-01-31", "2026-03-31", "2 months"),
        ("2026-03-03", "2026-03-04", "1 day"),
        ("2026-03-04", "2026-03-04", "0 days"),
        ("2026-03-05", "2026-03-04", "0 days"),
    ],
)
def test_how_long(began: str, ended: str, told: str) -> None:
    assert lasted(date.fromisoformat(began), date.fromisoformat(ended)) == told


def test_the_csv_has_a_row_a_person() -> None:
    (doubtful,) = in_doubt([alex(5), alex(6)], [alex(7, "listed")])
    rows = list(csv.DictReader(io.StringIO(to_csv(FOUND._replace(doubts=doubtful.doubts)))))
    told = [(row["name"], row["state"], row["cause"], row["band"], row["after"], row["before"]) for row in rows]
    assert told == [
        ("Niall Sampla", "confirmed", "account-lives", "verified", NOVEMBER, FEBRUARY),
        ("Goran Primjer", "suspected", "closed", "likely", FEBRUARY, MARCH),
        ("Hugo Provbit", "held", "unknown", "unknown", FEBRUARY, MARCH),
        ("Alex Doppel", "unclear", "", "", FEBRUARY, MARCH),
        ("Alex Doppel", "unclear", "", "", FEBRUARY, MARCH),
    ]
    assert rows[1]["evidence"] == (
        "Your messages of 20 Mar 2026 call them LinkedIn Member. You wrote to each other a month before."
    )
    assert (rows[0]["email"], rows[0]["connected_on"], rows[0]["messages"], rows[0]["told"]) == (
        "niall@example.com",
        "2015-10-01",
        "7",
        "",
    )


def test_the_document_fits_its_type_and_keeps_all() -> None:
    (doubtful,) = in_doubt([alex(5), alex(6)], [alex(7, "listed")])
    document = lost_view.document(FOUND._replace(doubts=doubtful.doubts, counts={**FOUND.counts, "unclear": 2}))
    kind = adapter("lost")
    assert kind.dump_python(kind.validate_python(document, strict=True)) == document
    assert document["counts"] == {"suspected": 1, "confirmed": 1, "held": 1, "unclear": 2}
    assert document["looks"] == {"lists": 3, "first": NOVEMBER, "newest": MARCH}
    assert [(one["name"], one["later_lists"], one["verdict"]["cause"]) for one in document["lost"]] == [
        ("Niall Sampla", 1, "account-lives"),
        ("Goran Primjer", 0, "closed"),
        ("Hugo Provbit", 0, "unknown"),
    ]
    assert document["came_back"][0]["went"] == {"after": NOVEMBER, "before": FEBRUARY}
    assert (document["unclear"][0]["gone"], document["unclear"][0]["later"][0]["id"]) == (1, "00000007")
    assert lost_view.document(lost(account=""))["account"] is None


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (
            Outcome("1", "suspected", CLOSED, SPRING),
            "suspected; likely: account closed, restricted, or they blocked you",
        ),
        (
            Outcome("1", "confirmed", UNKNOWN, WINTER),
            "confirmed, gone after 29 Nov 2025, before 28 Feb 2026; cannot be known",
        ),
        (Outcome("1", "listed", None, SPRING), "back since 20 Mar 2026"),
        (Outcome("1", "hidden", None, SPRING), "back since 20 Mar 2026, hidden"),
        (Outcome("1", "listed", None, Window("", "")), "listed today"),
        (Outcome("1", "unclear", None, SPRING), "perhaps gone: the rows allow two readings"),
    ],
)
def test_an_outcome_in_one_phrase(outcome: Outcome, said: str) -> None:
    assert cause_of(outcome, SPRING) == said


def test_the_vanished_with_their_causes() -> None:
    outcomes = (Outcome("1", "suspected", CLOSED, SPRING), None)
    people = [GORAN.person.row, HUGO.row, NIALL_ROW]
    assert plain(gone_lines(closest_first(people, outcomes), (FEBRUARY, MARCH))) == [
        "  Niall Sampla, Teacher, Sampla Teoranta; connected 1 Oct 2015",
        "  Goran Primjer, Driver, Uzorak d.o.o.; connected 14 May 2019",
        "    suspected; likely: account closed, restricted, or they blocked you",
        "  Hugo Provbit",
        "  suspected: only the newest list lacks them; the next archive will tell",
    ]
    held = Outcome("1", "held", UNKNOWN, SPRING)
    assert plain(gone_lines([(HUGO.row, held)], (FEBRUARY, MARCH), indent=4)) == [
        "    Hugo Provbit",
        "      held; cannot be known",
    ]


@pytest.mark.parametrize("text", HOSTILE_TEXT)
def test_what_strangers_wrote_acts_on_no_terminal_and_no_spreadsheet(text: str) -> None:
    row = Connection(text, text, text, text, text, text, date(2020, 1, 1))
    back = [(person(row, 2), CAME_BACK[1])]
    found = lost(loss(person(row, 1, "suspected", window=SPRING)), back=back)
    lines = plain(lost_view.text(found, evidence=True))
    assert not any(char in line for line in lines for char in "\x1b\n\r\x00\u202e")
    assert len(lines) == (16 if text.strip() else 15)  # who shows no contact data has no line for it
    _, cell_row = csv.reader(io.StringIO(to_csv(found), newline=""))
    for cell in cell_row:
        assert cell.lstrip(" \u00a0")[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d")


def test_no_line_of_a_narrow_terminal_is_too_long_but_for_addresses() -> None:
    long = [
        line for line in plain(lost_view.text(FOUND, evidence=True), 60) if cells(line) > 60 and "https://" not in line
    ]
    assert long == []

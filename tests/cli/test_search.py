"""``linkbak search`` as its user sees it, on the invented archives."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import sampling
from tests.cli.running import run, state
from tests.hostile_text import HOSTILE_TEXT
from tests.schemas import adapter


def page(vault: Path, *words: str) -> list[str]:
    """What is printed, the ids of people left out."""
    ran = run("search", *words, vault=vault)
    assert (ran.status, ran.err) == (0, "")
    lines = [line.rstrip() for line in ran.out.splitlines()]
    return ["  " + line.split("  ")[1] if line.startswith("  ") and line[2] != " " else line for line in lines]


def test_the_words_stand_in_brackets(two: Path) -> None:
    assert page(two, "chem", "SPECIMEN") == [
        "1 person",
        "",
        "  Priya [Specimen]",
        "    Head of [Chemistry], Specimen Labs",
    ]


def test_names_come_before_companies(two: Path) -> None:
    found = run("search", "specimen", "--json", vault=two).json
    assert [(one["name"], one["matches"][0]["field"]) for one in found["people"]] == [
        ("Priya Specimen", "name"),
        ("Quentin Spécimen", "name"),
        ("Anaïs Exemple, PhD", "company"),
        ("Gita Udaharan", "company"),
        ("Rafi Naksha", "company"),
    ]


def test_a_slip_is_forgiven_and_said_so_and_who_is_gone_is_said_to_be(two: Path) -> None:
    assert page(two, "--in", "people", "nialll", "samplla") == [
        "1 person",
        "Nothing matches that spelling; these come close.",
        "",
        "  [Niall] [Sampla]",
        "    Teacher, Sampla Teoranta",
        "    gone after 28 Feb 2026, before 20 Mar 2026; only the newest list lacks them",
    ]


def test_what_matches_only_in_part_is_said_to(two: Path) -> None:
    assert page(two, "--in", "people", "carla", "xyzzy") == [
        "1 person",
        "Nothing matches all the words; these match most of them.",
        "",
        "  [Carla] Ejemplo",
        "    Partner, Sample & Sons",
        "    without: xyzzy",
    ]


def test_notes_of_the_network_and_former_jobs(two: Path) -> None:
    assert "    LinkedIn note: Met in [Ghent]. Owes me a book. Ask again in April" in page(two, "ghent")
    found = run("search", "carla", "automata", "--json", vault=two).json["people"]
    assert found[0]["matches"] == [
        {"field": "name", "value": "Carla Ejemplo", "spans": [[0, 5]], "former": False},
        {"field": "company", "value": "Ejemplo Automata", "spans": [[8, 16]], "former": True},
    ]


def test_a_note_of_ones_own_is_found_at_once(two: Path) -> None:
    assert page(two, "lighthouse") == ["nothing in the vault matches lighthouse"]
    assert page(two, "--in", "people", "lighthouse") == ["nobody in the vault matches lighthouse"]
    assert run("mark", "Zoë van Voorbeeld", "note", "has a lighthouse", vault=two).status == 0
    assert "    note: has a [lighthouse]" in page(two, "lighthouse")
    run("mark", "Zoë van Voorbeeld", "tag", "choir", vault=two)
    assert "    tag: [choir]" in page(two, "choir")


def test_a_phrase_of_the_shell_and_one_in_quotes(two: Path) -> None:
    whole = run("search", "Gemini Example", "--json", vault=two).json
    assert whole["query"] == '"Gemini Example"'
    assert {one["matches"][0]["spans"][0] == [0, 14] for one in whole["people"]} == {True}
    assert run("search", '"Gemini Example"', "--json", vault=two).json["people"] == whole["people"]


def test_messages_show_who_when_and_the_line(two: Path) -> None:
    assert page(two, "--in", "messages", "job", "again") == [
        "1 message",
        "",
        "  6 Mar 2026",
        "    New [job] [again].  Coffee on Thursday, at the usual place?",
    ]
    assert "6 Mar 2026  message from Carla Ejemplo\n" in run("search", "--in", "messages", "job again", vault=two).out
    assert (
        "2 May 2016  message to Carla Ejemplo: Well done\n"
        in run("search", "--in", "messages", "congrat", vault=two).out
    )
    assert page(two, "--in", "messages", "xyzzy") == ["no message in the vault matches xyzzy"]


def test_limit(two: Path) -> None:
    assert (
        page(two, "specimen", "--limit", "2")[0] == "the best 2 people; --limit 10 shows more; --in messages narrows it"
    )
    assert page(two, "specimen", "--limit", "2", "--in", "people")[0] == "the best 2 people; --limit 10 shows more"
    newest = run("search", "--in", "messages", "new", "--limit", "1", "--json", vault=two).json["messages"]
    assert [one["sent_at"] for one in newest] == ["2026-03-06T07:30:12Z"]


@pytest.mark.parametrize(
    "words", [("specimen",), ("xyzzy",), ("carla", "xyzzy"), ("--in", "messages", "job"), ("--in", "messages", "xyzzy")]
)
def test_the_json_fits_its_type(two: Path, words: tuple[str, ...]) -> None:
    document = run("search", *words, "--json", vault=two).json
    kind = adapter("search")
    assert kind.dump_python(kind.validate_python(document, strict=True)) == document
    assert document["complete"] is ("carla" not in words)


def test_spans_are_places_in_the_value(two: Path) -> None:
    found = run("search", "samp*", "spec", "--json", vault=two).json["people"]
    marked = [(one["value"], one["value"][a:b]) for who in found for one in who["matches"] for a, b in one["spans"]]
    assert ("Head of Samples", "Samples") in marked
    assert ("Specimen Labs", "Specimen") in marked


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--in", "letters", "ada"), "linkbak cannot search in 'letters'"),
        (("!?",), "there is no word to look for"),
        (("ada", "--account", "nobody"), "the vault has no account 'nobody'"),
    ],
)
def test_what_cannot_be_searched(two: Path, words: tuple[str, ...], problem: str) -> None:
    ran = run("search", *words, vault=two)
    assert ran.status == 2
    assert problem in ran.err


def test_an_empty_vault(empty: Path) -> None:
    assert page(empty, "ada") == ["nothing in the vault matches ada"]
    assert page(empty, "--in", "messages", "ada") == ["no message in the vault matches ada"]


def test_searching_changes_nothing_in_the_vault(two: Path) -> None:
    before = state(two)
    run("search", "ada", vault=two)
    run("search", "--in", "messages", "ada", vault=two)
    assert state(two) == before


def test_no_query_acts_on_a_terminal_or_ends_in_a_bug(two: Path) -> None:
    for number, text in enumerate(HOSTILE_TEXT):
        for place in sampling.some(("people", "messages", "invitations", "posts"), 2, number):
            ran = run("search", "--in", place, "--vault", two, "--", text)
            assert ran.status in (0, 2)
            assert all(char.isprintable() or char in "\n\u200c\u200d" for char in ran.out + ran.err)


def test_who_is_in_no_list_is_found_in_messages_and_invitations(years: Path) -> None:
    assert page(years, "funnel")[:6] == [
        "2 people in no list, 2 invitations",
        "",
        "  Timo Funnel",
        "    in no list; 1 invitation, last on 3 Dec 2025",
        "  Rita Funnel",
        "    in no list; 1 invitation, last on 3 Oct 2025",
    ]
    found = run("search", "timo", "fun", "--json", vault=years).json
    assert found["in_no_list"] == [
        {
            "rank": 1,
            "name": "Timo Funnel",
            "account": "linkedin-me",
            "messages": 0,
            "invitations": 1,
            "last": "2025-12-03T07:00:00Z",
            "in_address_book": False,
            "emails": [],
        }
    ]


def test_messages_are_found_by_who_sent_or_got_them(five: Path) -> None:
    """The words of none of them hold her name."""
    found = run("search", "--in", "messages", "closefriend", "--json", "--limit", "3", vault=five).json["messages"]
    assert [(one["sent_at"][:10], one["outgoing"], one["name"], one["spans"]) for one in found] == [
        ("2026-02-12", True, "Carla Closefriend", []),
        ("2026-01-12", False, "Carla Closefriend", []),
        ("2025-12-12", True, "Carla Closefriend", []),
    ]
    words = run("search", "--in", "messages", "contract", "--json", "--limit", "3", vault=five).json["messages"]
    assert all(one["spans"] for one in words)


def test_everything_stands_in_one_order(years: Path) -> None:
    """Names, then what else is known of people, then texts, the newest first."""
    found = run("search", "example", "--json", "--limit", "100", vault=years).json
    kinds = ("people", "in_no_list", "messages", "invitations", "posts")
    ranked = sorted((one["rank"], kind, one) for kind in kinds for one in found[kind])
    assert [rank for rank, _, _ in ranked] == list(range(1, len(ranked) + 1))
    order = [kind for _, kind, _ in ranked]
    texts = [one for _, kind, one in ranked if kind not in ("people", "in_no_list")]
    assert {*order[-len(texts) :]} == {"messages", "posts"}
    times = [one.get("sent_at") or one.get("at") for one in texts]
    assert times == sorted(times, reverse=True)
    assert page(years, "--in", "posts", "example") == [
        "1 post",
        "",
        "  2 Nov 2021",
        "    What an [example]",
        "    https://www.linkedin.com/feed/update/urn%3Ali%3Aactivity%3A7000000000000000000",
    ]


def test_notes_of_invitations_are_found(years: Path) -> None:
    found = run("search", "--json", "--in", "invitations", "win 10 new clients", "max", vault=years).json
    (one,) = found["invitations"]
    told = (one["name"], one["person"], one["outgoing"], one["at"], found["messages"])
    assert told == ("Max Pitch", None, False, "2023-05-30T09:00:00Z", [])
    assert [one["text"][start:end] for start, end in one["spans"]] == ["win 10 new clients"]

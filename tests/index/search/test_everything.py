"""People, messages, invitations and posts are found together, in one order."""

from __future__ import annotations

import pytest

from linkbak.index import Hit, MessageHit, Stranger
from linkbak.index.search import PLACES, search
from linkbak.index.search_texts import TextHit
from tests.index.search.made import ME, MadeIndex


@pytest.fixture
def made() -> MadeIndex:
    return MadeIndex()


def found(made: MadeIndex, query: str, *places: str, limit: int = 20, account: str | None = None) -> list[str]:
    """Each hit as kind and what tells it from others."""
    out = []
    for one in search(made.db, account, query, limit, places or PLACES):
        match one.hit:
            case Hit():
                out.append(f"person {one.hit.matches[0].field}")
            case Stranger():
                out.append(f"stranger {one.hit.name}")
            case MessageHit():
                out.append(f"message {one.hit.text}")
            case TextHit():
                out.append(f"{one.hit.kind} {one.hit.text}")
    return out


def test_names_then_what_is_known_then_texts_the_newest_first(made: MadeIndex) -> None:
    made.message("the ghent contract", "2021-01-01T00:00:00Z")
    made.post("share", "2022-01-01T00:00:00Z", "Ghent!")
    pia = made.participant("Pia Newcomer")
    made.invitation(pia, "met in Ghent", "2023-01-01T00:00:00Z")
    made.message("to ghent", "2024-01-01T00:00:00Z")
    noted = made.person("Dora", "Sample")
    made.mark(noted, "note", "met in Ghent")
    made.person("Carla", "Sample", company="Ghent Works")
    made.invitation(made.participant("Gus Ghent"), "", "2020-01-01T00:00:00Z")
    made.person("Ghentina", "Sample")
    every = [
        "stranger Gus Ghent",
        "person name",
        "person company",
        "person note",
        "message to ghent",
        "invitation met in Ghent",
        "share Ghent!",
        "message the ghent contract",
    ]
    assert found(made, "ghent") == every
    for limit in range(1, len(every)):
        assert found(made, "ghent", limit=limit) == every[:limit]
    assert found(made, "ghent", "people") == every[:4]
    assert found(made, "ghent", "invitations") == ["invitation met in Ghent"]
    assert found(made, "ghent", "posts") == ["share Ghent!"]
    assert found(made, "ghent", account="linkedin-other") == []


def test_what_is_spelled_so_anywhere_comes_before_a_guess(made: MadeIndex) -> None:
    made.person("Ada", "Example", company="Contrast")
    made.message("the contract")
    assert found(made, "contract") == ["message the contract"]
    assert found(made, "contrast") == ["person company"]
    assert found(made, "contarst") == ["person company", "message the contract"], "one slip away, and two"


def test_a_name_and_a_word_find_the_message_between_them(made: MadeIndex) -> None:
    ada, pia = made.participant("Ada Example", made.person("Ada", "Example")), made.participant("Pia Newcomer")
    made.message("the contract", "2024-01-01T00:00:00Z", participant=ada)
    made.message("hello", "2025-01-01T00:00:00Z", participant=ada)
    made.message("a contract too", participant=pia)
    assert found(made, "ada contract") == ["message the contract"]
    assert found(made, "ada", "messages") == ["message hello", "message the contract"]
    made.message("I told Ada of the contract", "2026-05-01T00:00:00Z", participant=pia)
    assert found(made, "ada contract") == ["message I told Ada of the contract", "message the contract"]


def test_what_has_most_words_comes_first_of_whatever_kind(made: MadeIndex) -> None:
    made.person("Ada", "Example")
    made.post("comment", "2024-01-01T00:00:00Z", "lists for Ada")
    assert found(made, "ada lists xyzzy") == ["comment lists for Ada", "person name"]


def test_contacts_of_the_address_book(made: MadeIndex) -> None:
    made.contact(made.participant("Ada Example", made.person("Ada", "Example")), "ada@mail.example", "+1 555 0100")
    made.contact(made.participant("Boris Sample"), "boris@mail.example", "+1 555 0101")
    assert found(made, "mail") == ["person email", "stranger Boris Sample"]
    assert found(made, "boris") == ["stranger Boris Sample"]
    assert found(made, "555") == [], "numbers are for show alone"
    (boris,) = search(made.db, ME, "boris@mail.example", 20)
    assert boris.hit == Stranger("Boris Sample", ME, 0, 0, "", True, ("boris@mail.example",))


def test_a_note_that_is_a_message_counts_once(made: MadeIndex) -> None:
    pia = made.participant("Pia Newcomer")
    made.invitation(pia, "Shall we\ntalk?", "2024-01-01T00:00:00Z")
    assert found(made, "talk") == ["invitation Shall we\ntalk?"]
    made.message("Shall we talk?", participant=pia)
    assert found(made, "talk") == ["message Shall we talk?"]
    assert found(made, "talk", "invitations") == ["invitation Shall we\ntalk?"]


def test_messages_of_an_older_archive_take_their_place_in_time(made: MadeIndex) -> None:
    made.message("coffee 2024", "2024-01-01T00:00:00Z")
    assert found(made, "coffee") == ["message coffee 2024"]
    for year in (2020, 2026, 2019, 2025, 2018, 2023, 2017, 2022, 2016, 2021, 2015):
        made.message(f"coffee {year}", f"{year}-01-01T00:00:00Z")
        assert len(found(made, "coffee", "messages")) > 0
    assert found(made, "coffee", "messages") == [f"message coffee {year}" for year in range(2026, 2014, -1)]
    assert found(made, "coffee", "messages", limit=2) == ["message coffee 2026", "message coffee 2025"]


def test_later_posts_and_names_are_found_too(made: MadeIndex) -> None:
    made.post("share", "2024-01-01T00:00:00Z", "lists")
    assert found(made, "lists") == ["share lists"]
    made.post("article", "2025-01-01T00:00:00Z", "more lists", title="On lists")
    made.post("reaction", "2025-01-02T00:00:00Z", "LIKE")
    assert found(made, "lists") == ["article more lists", "share lists"]
    assert found(made, "like") == [], "what LinkedIn calls a reaction is no word of the owner's"


def test_a_read_only_index_is_searched_in_memory(made: MadeIndex) -> None:
    made.post("share", "2024-01-01T00:00:00Z", "lists")
    made.message("lists")
    made.person("Lists", "Example")
    made.db.execute("PRAGMA query_only = ON")
    assert found(made, "lists") == ["person name", "message lists", "share lists"]

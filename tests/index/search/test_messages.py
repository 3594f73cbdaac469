"""Messages are found by their words, newest first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkbak.index.search import search_messages
from tests.hostile_text import HOSTILE_TEXT
from tests.index.search.shelf import ME, Shelf


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def found(shelf: Shelf, query: str, account: str | None = None, limit: int = 20) -> list[int]:
    return [hit.number for hit in search_messages(shelf.db, account, query, limit)]


def test_the_newest_come_first(shelf: Shelf) -> None:
    old = shelf.message("Coffee?", "2019-01-01T00:00:00Z")
    new = shelf.message("coffee in Ghent", "2024-01-01T00:00:00Z")
    middle = shelf.message("no coffee, thank you", "2021-01-01T00:00:00Z")
    shelf.message("tea")
    assert found(shelf, "coffee") == [new, middle, old]
    assert found(shelf, "coffee", limit=2) == [new, middle]
    assert found(shelf, "coffee", limit=0) == []


def test_who_when_and_the_line(shelf: Shelf) -> None:
    ada = shelf.person("Ada", "Example")
    party = shelf.party("Ada Example", ada)
    number = shelf.message(
        "Dear Boris,\n\nsee you in GHENT on Zoë's day", "2024-01-01T09:00:00Z",
        party=party, outgoing=1, sender="Boris Sample", subject="Tea",
    )  # fmt: skip
    (hit,) = search_messages(shelf.db, ME, "ghent zoe tea", 20)
    assert hit._replace(text="", spans=()) == (
        number, ada, "Ada Example", ME, "2024-01-01T09:00:00Z", True, "Boris Sample", "Tea", "", (), (), False,
    )  # fmt: skip
    assert [hit.text[start:end] for start, end in hit.spans] == ["GHENT", "Zoë"]


def test_a_message_of_nobody_known(shelf: Shelf) -> None:
    shelf.message("Hello", sender="LinkedIn Member", party=None)
    (hit,) = search_messages(shelf.db, None, "hello", 20)
    assert (hit.person_number, hit.name, hit.sender) == (None, "", "LinkedIn Member")


def test_phrases_slips_and_missing_words(shelf: Shelf) -> None:
    one = shelf.message("the Ghent contract", "2020-01-01T00:00:00Z")
    two = shelf.message("a contract for Ghent", "2021-01-01T00:00:00Z")
    assert found(shelf, '"ghent contract"') == [one]
    assert found(shelf, '"contract ghent"') == [two, one], "apart, if no message has it"
    assert [(hit.number, hit.near) for hit in search_messages(shelf.db, None, "contarct the", 20)] == [(one, True)]
    hits = search_messages(shelf.db, None, "the ghent xyzzy", 20)
    assert [(hit.number, hit.missing) for hit in hits] == [(one, ("xyzzy",)), (two, ("the", "xyzzy"))]
    assert found(shelf, "xyzzy") == []


def test_a_word_that_is_somewhere_is_only_taken_for_a_slip_if_no_message_has_all(shelf: Shelf) -> None:
    marie = shelf.message("Marie is here")
    maria = shelf.message("Maria was yonder")
    assert found(shelf, "marie") == [marie]
    assert found(shelf, "marie yonder") == [maria]


def test_scripts_without_blanks(shelf: Shelf) -> None:
    number = shelf.message("明日東京で会いましょう")
    shelf.message("京東")
    assert found(shelf, "東京") == [number]


def test_of_one_message_in_two_forms_only_the_better_known_counts(shelf: Shelf) -> None:
    known, twin = shelf.message("coffee"), shelf.message("coffee")
    shelf.db.execute("UPDATE message SET twin = ? WHERE number = ?", (known, twin))
    assert found(shelf, "coffee") == [known]


def test_accounts_are_searched_alone_or_together(shelf: Shelf) -> None:
    mine, other = shelf.message("coffee"), shelf.message("coffee", account="linkedin-other")
    assert found(shelf, "coffee") == [other, mine]
    assert found(shelf, "coffee", ME) == [mine]


def test_later_messages_are_found_too(shelf: Shelf) -> None:
    assert found(shelf, "coffee") == []
    first = shelf.message("coffee")
    assert found(shelf, "coffee") == [first]
    second = shelf.message("kaffee", "2027-01-01T00:00:00Z")
    assert found(shelf, "kaffee") == [second]


def test_a_number_given_again_is_another_message(shelf: Shelf) -> None:
    shelf.message("coffee")
    assert found(shelf, "coffee") == [1]
    shelf.db.execute("DELETE FROM message")
    shelf.message("tea")
    assert (found(shelf, "coffee"), found(shelf, "tea")) == ([], [1])
    shelf.db.execute("UPDATE message SET content = 'water'")
    assert (found(shelf, "tea"), found(shelf, "water")) == ([], [1])


def test_a_read_only_index_is_searched_in_memory(shelf: Shelf) -> None:
    number = shelf.message("coffee")
    shelf.db.execute("PRAGMA query_only = ON")
    assert found(shelf, "cofee") == [number]


@pytest.mark.parametrize("text", HOSTILE_TEXT)
def test_no_query_breaks_the_search(shelf: Shelf, text: str) -> None:
    shelf.message(text, subject=text)
    assert found(shelf, text) in ([], [1])


_SOME = Shelf()
_SOME.message("Ada met Boris in Ghent")
_SOME.message("東京 coffee")


@given(st.text())
def test_no_text_makes_the_search_raise(text: str) -> None:
    for query in (text, f'"{text}"', f"ada {text}"):
        for hit in search_messages(_SOME.db, None, query, 5):
            assert all(0 <= start < end <= len(hit.text) for start, end in hit.spans)

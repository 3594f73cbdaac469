"""Messages are found by their words, newest first."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkbak.index import MessageHit
from linkbak.index.search import search
from tests.hostile_text import HOSTILE_TEXT
from tests.index.search.made import ME, MadeIndex


@pytest.fixture
def made() -> MadeIndex:
    return MadeIndex()


def search_messages(db: sqlite3.Connection, account: str | None, query: str, limit: int) -> list[MessageHit]:
    return [one.hit for one in search(db, account, query, limit, {"messages"}) if isinstance(one.hit, MessageHit)]


def found(made: MadeIndex, query: str, account: str | None = None, limit: int = 20) -> list[int]:
    return [hit.number for hit in search_messages(made.db, account, query, limit)]


def test_the_newest_come_first(made: MadeIndex) -> None:
    old = made.message("Coffee?", "2019-01-01T00:00:00Z")
    new = made.message("coffee in Ghent", "2024-01-01T00:00:00Z")
    middle = made.message("no coffee, thank you", "2021-01-01T00:00:00Z")
    made.message("tea")
    assert found(made, "coffee") == [new, middle, old]
    assert found(made, "coffee", limit=2) == [new, middle]
    assert found(made, "coffee", limit=0) == []


def test_who_when_and_the_line(made: MadeIndex) -> None:
    ada = made.person("Ada", "Example")
    participant = made.participant("Ada Example", ada)
    number = made.message(
        "Dear Boris,\n\nsee you in GHENT on Zoë's day", "2024-01-01T09:00:00Z",
        participant=participant, outgoing=1, sender="Boris Sample", subject="Tea",
    )  # fmt: skip
    (hit,) = search_messages(made.db, ME, "ghent zoe tea", 20)
    assert hit._replace(text="", spans=()) == (
        number, ada, "Ada Example", ME, "2024-01-01T09:00:00Z", True, "Boris Sample", "Tea", "", (), (), False,
    )  # fmt: skip
    assert [hit.text[start:end] for start, end in hit.spans] == ["GHENT", "Zoë"]


def test_a_message_of_nobody_known(made: MadeIndex) -> None:
    made.message("Hello", sender="LinkedIn Member", participant=None)
    (hit,) = search_messages(made.db, None, "hello", 20)
    assert (hit.person_number, hit.name, hit.sender) == (None, "", "LinkedIn Member")


def test_phrases_slips_and_missing_words(made: MadeIndex) -> None:
    one = made.message("the Ghent contract", "2020-01-01T00:00:00Z")
    two = made.message("a contract for Ghent", "2021-01-01T00:00:00Z")
    assert found(made, '"ghent contract"') == [one]
    assert found(made, '"contract ghent"') == [two, one], "apart, if no message has it"
    assert [(hit.number, hit.near) for hit in search_messages(made.db, None, "contarct the", 20)] == [(one, True)]
    hits = search_messages(made.db, None, "the ghent xyzzy", 20)
    assert [(hit.number, hit.missing) for hit in hits] == [(one, ("xyzzy",)), (two, ("the", "xyzzy"))]
    assert found(made, "xyzzy") == []


def test_a_word_that_is_somewhere_is_only_taken_for_a_slip_if_no_message_has_all(made: MadeIndex) -> None:
    marie = made.message("Marie is here")
    maria = made.message("Maria was yonder")
    assert found(made, "marie") == [marie]
    assert found(made, "marie yonder") == [maria]


def test_scripts_without_blanks(made: MadeIndex) -> None:
    number = made.message("明日東京で会いましょう")
    made.message("京東")
    assert found(made, "東京") == [number]


def test_of_one_message_in_two_forms_only_the_better_known_counts(made: MadeIndex) -> None:
    known, again = made.message("coffee"), made.message("coffee")
    made.db.execute("UPDATE message SET duplicate_of = ? WHERE number = ?", (known, again))
    assert found(made, "coffee") == [known]


def test_accounts_are_searched_alone_or_together(made: MadeIndex) -> None:
    mine, other = made.message("coffee"), made.message("coffee", account="linkedin-other")
    assert found(made, "coffee") == [other, mine]
    assert found(made, "coffee", ME) == [mine]


def test_later_messages_are_found_too(made: MadeIndex) -> None:
    assert found(made, "coffee") == []
    first = made.message("coffee")
    assert found(made, "coffee") == [first]
    second = made.message("kaffee", "2027-01-01T00:00:00Z")
    assert found(made, "kaffee") == [second]


def test_a_number_given_again_is_another_message(made: MadeIndex) -> None:
    made.message("coffee")
    assert found(made, "coffee") == [1]
    made.db.execute("DELETE FROM message")
    made.message("tea")
    assert (found(made, "coffee"), found(made, "tea")) == ([], [1])
    made.db.execute("UPDATE message SET content = 'water'")
    assert (found(made, "tea"), found(made, "water")) == ([], [1])


def test_a_read_only_index_is_searched_in_memory(made: MadeIndex) -> None:
    number = made.message("coffee")
    made.db.execute("PRAGMA query_only = ON")
    assert found(made, "cofee") == [number]


@pytest.mark.parametrize("text", HOSTILE_TEXT)
def test_no_query_breaks_the_search(made: MadeIndex, text: str) -> None:
    made.message(text, subject=text)
    assert found(made, text) in ([], [1])


_SOME = MadeIndex()
_SOME.message("Ada met Boris in Ghent")
_SOME.message("東京 coffee")


@given(st.text())
def test_no_text_makes_the_search_raise(text: str) -> None:
    for query in (text, f'"{text}"', f"ada {text}"):
        for hit in search_messages(_SOME.db, None, query, 5):
            assert all(0 <= start < end <= len(hit.text) for start, end in hit.spans)

"""What a user may say of somebody, and what of it counts."""

from __future__ import annotations

from datetime import date

import pytest

from linkbak.errors import UsageProblem
from linkbak.marks import CAUSES, FACTS, LINKED, NOT_LINKED, VALUED, Mark, Subject, checked, in_force, says, subject_of
from linkbak.model import Connection

ADA = Subject("Ada Example", "https://www.linkedin.com/in/ada-example", "2020-03-05")


def told(*facts: str, undone: tuple[int, ...] = ()) -> list[Mark]:
    """Marks of one person as ``fact value``, told one after the other; those at the places `undone` taken back."""
    words = [fact.split(" ", 1) for fact in facts]
    return [
        Mark(f"{place:08x}", fact, "".join(value), "linkedin-me", ADA, "2026-03-20T08:07:10Z", place in undone)
        for place, (fact, *value) in enumerate(words)
    ]


def test_the_words() -> None:
    assert tuple(FACTS) == ("removed-by-me", "known", "unknown", "note", "tag", "cause")
    assert tuple(CAUSES) == (
        *("removed-by-me", "removed-by-them", "closed", "blocked", "purge", "fault", "incomplete", "other"),
    )
    assert frozenset({*FACTS, LINKED, NOT_LINKED}) >= VALUED


def test_somebody_is_named_as_listed() -> None:
    row = Connection(" Ada ", "Example", "https://www.linkedin.com/in/Ada", "", "", "", date(2020, 3, 5))

    assert subject_of(row) == Subject("Ada Example", "https://www.linkedin.com/in/Ada", "2020-03-05")
    assert subject_of(Connection("Ada", "Example")) == Subject("Ada Example", "", "")


@pytest.mark.parametrize(
    ("fact", "value", "kept"),
    [
        ("known", "", ""),
        ("removed-by-me", " ", ""),
        ("note", "  met in Ghent, twice ", "met in Ghent, twice"),
        ("note", "-1", "-1"),
        ("note", "x" * 2000 + " ", "x" * 2000),
        ("tag", " vip ", "vip"),
        ("tag", "Cafe\u0301", "Caf\u00e9"),
        ("cause", "closed", "closed"),
    ],
)
def test_what_may_be_said(fact: str, value: str, kept: str) -> None:
    assert checked(fact, value) == kept


@pytest.mark.parametrize(
    ("fact", "value", "problem"),
    [
        ("Example", "known", "'Example' is not a fact about a person"),
        ("undo", "", "'undo' is not a fact about a person"),
        ("known", "well", "known takes nothing behind it"),
        ("note", "", "what note? It needs a word behind it"),
        ("note", " \n ", "what note? It needs a word behind it"),
        ("note", "one\ntwo", "a note is one line, this has several"),
        ("note", "one\rtwo", "a note is one line, this has several"),
        ("note", "one\u2028two", "a note is one line, this has several"),
        ("note", "x" * 2001, "a note has at most 2,000 characters, this has 2,001"),
        ("note", "a\udc80", "the note is not UTF-8 text"),
        ("tag", "", "what tag? It needs a word behind it"),
        ("tag", "very important", "a tag has no blanks and no commas"),
        ("tag", "a\u00a0b", "a tag has no blanks and no commas"),
        ("tag", "a,b", "a tag has no blanks and no commas"),
        ("cause", "", "what cause? It needs a word behind it"),
        ("cause", "weather", "'weather' is not a cause"),
    ],
)
def test_what_may_not_be_said(fact: str, value: str, problem: str) -> None:
    with pytest.raises(UsageProblem) as refused:
        checked(fact, value)
    assert str(refused.value) == problem


@pytest.mark.parametrize(
    ("marks", "standing"),
    [
        (told("note a", "note b", "tag x", "tag y"), ["note a", "note b", "tag x", "tag y"]),
        (told("known", "unknown"), ["unknown"]),
        (told("known", "unknown", undone=(1,)), ["known"]),
        (told("cause closed", "note a", "removed-by-me"), ["note a", "removed-by-me"]),
        (told("cause closed", "cause other"), ["cause other"]),
        (told("cause closed", "known"), ["cause closed", "known"]),
        (told("tag x", undone=(0,)), []),
    ],
)
def test_the_last_word_counts_where_there_can_be_only_one(marks: list[Mark], standing: list[str]) -> None:
    assert [f"{mark.fact} {mark.value}".rstrip() for mark in in_force(marks)] == standing


@pytest.mark.parametrize(
    ("marks", "fact", "value", "said"),
    [
        (told("known"), "known", "", True),
        (told("known", "unknown"), "known", "", False),
        (told("known", "unknown", "known"), "known", "", True),
        (told("known", undone=(0,)), "known", "", False),
        (told("tag x"), "tag", "x", True),
        (told("tag x"), "tag", "y", False),
        (told("cause removed-by-me"), "removed-by-me", "", False),
        ([], "known", "", False),
    ],
)
def test_what_is_said_already(marks: list[Mark], fact: str, value: str, said: bool) -> None:
    assert says(marks, fact, value) is said

"""What the user types, as terms."""

from __future__ import annotations

import pytest

from linkbak.index.query import Pattern, Term, expression, loosened, terms


@pytest.mark.parametrize(
    ("query", "read"),
    [
        ("Ghent ADA ghent", [("ghent",), ("ada",)]),
        ('"Ghent University" ada', [("ghent", "university"), ("ada",)]),
        ("\u201eGhent University\u201c", [("ghent", "university")]),
        ('ada "ghent', [("ada",), ("ghent",)]),
        ("O'Brien", [("o",), ("brien",)]),
        ("山田太郎 ada", [("山", "田", "太", "郎"), ("ada",)]),
        ('"" ** OR', [("or",)]),
        ("!?", []),
    ],
)
def test_terms(query: str, read: list[tuple[str, ...]]) -> None:
    assert [term.words for term in terms(query)] == read


def test_a_term_remembers_what_was_written() -> None:
    assert [term.text for term in terms('Zoë "Ghent  University" 山田')] == ["Zoë", "Ghent  University", "山田"]


def test_a_query_may_be_endless() -> None:
    assert len(terms(" ".join(map(str, range(5000))))) == 16
    assert len(terms('"' + "x " * 5000 + '"')[0].words) == 16


def test_phrases_fall_apart() -> None:
    assert loosened(terms('ada "Ghent Ada"')) == [Term(("ada",), "ada"), Term(("ghent",), "ghent")]


def test_every_word_is_quoted_for_the_index() -> None:
    patterns = [Pattern(("or", "not"), 3), Pattern(("near",), 2)]
    assert expression(patterns, "name") == '{name} : ("or not" OR "near"*)'

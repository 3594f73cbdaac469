"""Texts as words, and what the user types as terms: equal for a reader, equal when folded."""

from __future__ import annotations

import sys
from unicodedata import category

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from linkbak.index.people import fold
from linkbak.index.query import BREAK, Pattern, Term, expression, folded, joined, loosened, terms, words
from linkbak.index.search_texts import excerpt
from tests import sampling


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Łukasz  Ødegård", "lukasz odegard"),
        ("İstanbul ISPARTA \u0131sparta", "istanbul isparta isparta"),
        ("Straße STRASSE ẞ", "strasse strasse ss"),
        ("Þórr Æsir Œuvre Đặng", "thorr aesir oeuvre dang"),
        ("\ufb01nance \uff21da", "finance ada"),
        ("Zoe\u0308 Zoë", "zoe zoe"),
        ("Ольга Ёлкина", "ольга елкина"),
        ("أحمد محمّد", "احمد محمد"),
        ("\u200fAda\u200e \u00adB\u200co", "ada bo"),
        ("\u00a0山田\u3000太郎 ", "山田 太郎"),
    ],
)
def test_what_a_reader_takes_for_equal(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_what_is_another_letter_stays_one() -> None:
    assert fold("ガ") != fold("カ")
    assert fold("हिन्दी") == "हिन्दी"
    assert fold("김철수") == "김철수"


def test_folding_any_character_again_changes_nothing() -> None:
    """Of those that mean anything; `make external` takes those too that nobody assigned yet."""
    characters = map(chr, range(sys.maxunicode + 1))
    once = [fold(one) for one in characters if sampling.EVERYTHING or category(one) not in ("Cn", "Co")]
    assert [fold(text) for text in once] == once


@given(st.text())
@example("\u0345\u0301\u0e38\u3099")
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(st.characters(codec="utf-8", categories=("L", "Nd"))))
@example("ᾀ")
def test_case_does_not_matter(text: str) -> None:
    assert fold(text.casefold()) == fold(text)


def texts(text: str) -> list[str]:
    return [word.text for word in words(text)]


@pytest.mark.parametrize(
    ("text", "parted"),
    [
        ("Buyer, Example GmbH", ["buyer", "example", "gmbh"]),
        ("Zoë d'Été-Łuk", ["zoe", "d", "ete", "luk"]),
        ("山田太郎 Ltd", ["山", "田", "太", "郎", "ltd"]),
        ("ガラ", ["ガ", "ラ"]),
        ("\uff76\uff9e", ["ガ"]),
        ("김철수", ["김", "철", "수"]),
        ("\u1100\u1175\u11b7", ["김"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("محمد مثال", ["محمد", "مثال"]),
        ("\U0001f469\u200d\U0001f4bb Ada\u200d", ["ada"]),
        ("x² Ⅳ ½", ["x2", "iv", "1", "2"]),
        ("_a_ é_b", ["a", "e", "b"]),
        ("", []),
    ],
)
def test_words_of_many_scripts(text: str, parted: list[str]) -> None:
    assert texts(text) == parted


def test_words_know_where_they_stand() -> None:
    assert [(word.text, word.start, word.end) for word in words("Dr. Zoe\u0308  ÆGIR")] == [
        ("dr", 0, 2),
        ("zoe", 4, 8),
        ("aegir", 10, 14),
    ]


@pytest.mark.parametrize(
    ("text", "compounds"),
    [
        ("O'Brien and O\u2019Neill", ["obrien", "oneill"]),
        ("Anne-Marie J.P. Example", ["annemarie", "jp"]),
        ("a - b c.", []),
        ("山-田", []),
    ],
)
def test_words_that_others_write_as_one(text: str, compounds: list[str]) -> None:
    assert [word.text for word in joined(text, words(text))] == compounds


def test_what_is_indexed_keeps_compounds_apart() -> None:
    assert folded("Anne-Marie Smith") == f"anne marie smith {BREAK} annemarie"
    assert folded("Anne-Marie Smith", compounds=False) == "anne marie smith"


@given(st.text())
def test_what_is_indexed_is_what_is_marked(text: str) -> None:
    assert folded(text, compounds=False).split(" ") == (texts(text) or [""])


@given(st.text())
def test_no_word_holds_a_blank_a_quote_or_the_break(text: str) -> None:
    assert not set("".join(texts(text))) & set(f' "*{BREAK}')


@given(st.text(), st.text())
def test_words_stay_words_wherever_they_stand(before: str, after: str) -> None:
    found = words(f"{before} Ghent\n{after}")
    assert ("ghent", len(before) + 1, len(before) + 6) in found


def test_a_long_text_is_cut_around_its_words() -> None:
    text = "lorem " * 30 + "Ghent ipsum " + "dolor " * 30
    line, spans = excerpt(text, ((180, 185),))
    assert line.startswith("\u2026lorem lorem lorem Ghent ipsum dolor")
    assert line.endswith("dolor\u2026")
    assert [line[start:end] for start, end in spans] == ["Ghent"]


@given(st.text("ab \u5c71", max_size=400), st.integers(0, 400), st.integers(1, 30))
def test_the_words_are_in_the_line(text: str, start: int, many: int) -> None:
    marked = text[start : start + many]
    spans = ((start, start + len(marked)),) if marked else ()
    line, moved = excerpt(text, spans)
    assert [line[first:last] for first, last in moved] == ([marked] if marked else [])
    assert len(line) <= 128
    assert len(text) <= 96 or line.startswith(text[:20]) or line.startswith("\u2026")


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

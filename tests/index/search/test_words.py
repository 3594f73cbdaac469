"""Words, folded, and where they stand in the text as it was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkbak.index import excerpt
from linkbak.index.query import BREAK, folded, joined, words


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

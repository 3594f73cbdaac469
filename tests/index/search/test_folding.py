"""Texts that a reader takes for equal are equal when folded."""

from __future__ import annotations

import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from linkbak.index.query import fold


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
    once = [fold(chr(code)) for code in range(sys.maxunicode + 1)]
    assert [fold(text) for text in once] == once


@given(st.text())
@example("\u0345\u0301\u0e38\u3099")
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(st.characters(codec="utf-8", categories=("L", "Nd"))))
@example("ᾀ")
def test_case_does_not_matter(text: str) -> None:
    assert fold(text.casefold()) == fold(text)

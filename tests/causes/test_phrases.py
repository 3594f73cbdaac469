"""The words people read."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import get_args

import pytest

from linkbak.causes import PHRASES, Cause, Verdict, headline, listing
from linkbak.texts import day
from tests.causes.cases import FAULT, SWEEP, TRIM, case, judge, mark, trace

UNKIND = re.compile(r"betray|dump|unfriend|ghost|reject|fake|spam|loyal|abandon|ditch", re.IGNORECASE)


def test_every_cause_has_a_phrase() -> None:
    assert set(PHRASES) == set(get_args(Cause))
    assert len(set(PHRASES.values())) == len(PHRASES)


@pytest.mark.parametrize(
    ("verdict", "phrase"),
    [
        (Verdict("closed", "likely", (), False), "likely: account closed, restricted, or they blocked you"),
        (Verdict("unknown", "unknown", (), False), "cannot be known"),
        (
            Verdict("account-lives", "verified", (), False),
            "verified: the account lives, the connection ended (no archive shows by whom)",
        ),
        (Verdict("removed-by-me", "verified", (), True), "verified by your own word: you removed them"),
        (Verdict("closed", "verified", (), True), "verified by your own word: their account was closed"),
    ],
)
def test_a_headline_is_a_band_and_a_phrase(verdict: Verdict, phrase: str) -> None:
    assert headline(verdict) == phrase


def test_words_about_people_are_kind_and_whole_sentences() -> None:
    said = set(PHRASES.values())
    for one in (
        case(state="held", was_hidden=True, named=[trace()], anonymous=[trace()], marks=[mark()]),
        case(invited=[trace("invitations")]),
        case(kinds=frozenset()),
        case(named=[trace("notes")], marks=[mark(at="2001-01-01T00:00:00Z")]),
        case(state="confirmed"),
    ):
        for evidence in judge(one, [], [FAULT, TRIM], [SWEEP]).evidence:
            said.add(evidence.text)
            assert evidence.text[0].isupper() or evidence.text[0].isdigit()
            assert evidence.text.endswith(".")

    assert len(said) > 20
    assert [text for text in said if UNKIND.search(text) or "Ada" in text or "  " in text] == []


def test_days_and_lists_are_written_out() -> None:
    assert day("2026-03-04") == day("2026-03-04T23:59:59Z") == "4 Mar 2026"
    assert listing(["notes"]) == "notes"
    assert listing(["a", "b"]) == "a and b"
    assert listing(["a", "b", "c"], "or") == "a, b or c"


def test_words_about_causes_load_nothing_that_judges() -> None:
    code = "import sys, linkbak.causes as c; c.headline; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert "linkbak.causes" in loaded
    assert {"tomllib", "platformdirs", "linkbak.index", "linkbak.causes.judgement", "linkbak.causes.rules"} & set(
        loaded
    ) == set()

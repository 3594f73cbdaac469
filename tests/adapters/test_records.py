"""Lines that are split without csv give what csv gives."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from linkbak.adapters.linkedin import csv as records
from linkbak.adapters.linkedin.csv import CLOCKS, TAILS, Records

_TEXTS = st.text(st.sampled_from(['"', ",", "\n", "\r", " ", "a", "é", "\0", "\x0b", "\x85", "\u2028"]), max_size=40)
_TIMES = st.lists(st.sampled_from([*" T:.Z0123456789", " UTC", ":59", "23", ":00"]), max_size=8).map("".join)


@given(_TEXTS)
@example('a,"b\nc"\r\n\r\nd\re,""\n')
@example('a\n"b')
def test_records_are_those_of_csv(text: str) -> None:
    read = Records(BytesIO(text.encode()))
    found = list(read)
    reader = csv.reader(StringIO(text, newline=""), delimiter=read.text.delimiter)
    expected, line = [], 1
    for row in reader:
        expected.append((line, row))
        line = reader.line_num + 1
    assert found == expected[: len(found)]
    assert len(expected) - len(found) == read.cut


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("abcde,f\na,b\n", [(1, ["abcde", "f"]), (2, ["a", "b"])]),
        ("abcdef,g\na,b\n", [(1, None), (2, ["a", "b"])]),
        ('"ab\ncdef",g\n"a",b\n', [(1, None), (3, ["a", "b"])]),
    ],
)
def test_a_cell_too_large_costs_its_record_only(
    monkeypatch: pytest.MonkeyPatch, text: str, found: list[tuple[int, list[str] | None]]
) -> None:
    usual = csv.field_size_limit()
    monkeypatch.setattr(records, "FIELD_LIMIT", 5)
    try:
        assert list(Records(BytesIO(text.encode()))) == found
    finally:
        csv.field_size_limit(usual)


@given(_TIMES)
@example(" 23:59:59 UTC")
@example(" 23:59")
@example(" 23:59:60 UTC")
def test_a_clock_is_as_good_as_its_two_halves(text: str) -> None:
    whole = CLOCKS[text] is not None
    assert (CLOCKS[text[:6]] is not None and TAILS[text[6:]] is not None) == whole

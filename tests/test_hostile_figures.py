"""The table of what was tried stands for tests that are there, and nothing of it failed."""

from __future__ import annotations

import re
from pathlib import Path

from tests.hostile_figures import KINDS, TABLE, Figures, cases

ROOT = TABLE.parents[1]


def rows(text: str) -> dict[str, list[int]]:
    """Kind to its four figures, -1 for one that was not counted yet."""
    row = r"^\| ([a-z ]+) \| .* \| ([\d,]+) \| ([\d,]+) \| ([\d,]+|\u2013) \| ([\d,]+|\u2013) \|$"
    found = re.findall(row, text, re.MULTILINE)
    return {kind: [-1 if one == "\u2013" else int(one.replace(",", "")) for one in figures] for kind, *figures in found}


def test_every_kind_was_tried_and_nothing_failed() -> None:
    found = rows(TABLE.read_text("utf-8"))
    assert list(found) == list(KINDS)
    for kind, (sample, failed, everything, failed_in_all) in found.items():
        assert sample > 0, kind
        assert sample <= everything or everything == -1, kind
        assert failed == 0, kind
        assert failed_in_all == (everything == -1) * -1, kind


def test_every_kind_names_tests_that_are_there() -> None:
    assert [name for kind in KINDS.values() for name in kind.modules if not (ROOT / name).exists()] == []
    text = TABLE.read_text("utf-8")
    assert [kind for kind, one in KINDS.items() if f"| {kind} | {one.what} |" not in text] == []


def test_a_test_is_one_case_unless_it_counts_more() -> None:
    assert cases("tests/vault/test_hostile.py::test_x", {}) == {"poisoned repositories": 1}
    assert cases("tests/test_fuzz.py::test_zips", {"archives": 8}) == {"archives": 8}
    assert cases("tests/vault/test_compact.py::test_x", {"kills": 3}) == {"kills": 3}
    assert cases("tests/diff/test_compare.py::test_x", {}) == {}


def test_the_figures_go_into_their_own_columns() -> None:
    figures = Figures()
    figures.add({"archives": 1200}, failed=False)
    figures.add({"archives": 34, "kills": 2}, failed=True)
    text = TABLE.read_text("utf-8")
    written = figures.written(text, everything=False)
    assert rows(written)["archives"] == [1234, 1, *rows(text)["archives"][2:]]
    assert rows(figures.written(written, everything=True))["kills"] == [2, 1, 2, 1]
    assert written.count("\n") == text.count("\n")


def test_the_page_is_written_by_the_run_that_tries_everything() -> None:
    line = next(
        one for one in Path(ROOT / "Makefile").read_text().splitlines() if "--write-figures" in one and "STRIDE" in one
    )
    assert line.startswith("\tLINKBAK_TEST_STRIDE=1 $(BIN)/python -m pytest tests tests/external/test_fuzz.py ")
    assert "tests/external/test_every_byte.py" in line

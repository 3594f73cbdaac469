"""An archive full of hostile text, through every view of every verb."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from pathlib import Path

import pytest

from examples.zips import packed
from tests.cli.running import run
from tests.hostile_text import HOSTILE_TEXT

HEADER = ("First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On")
TEXTS = [text.replace("\x00", "") for text in HOSTILE_TEXT if len(text) < 1000]
BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"


def archive(folder: Path, month: int, rows: list[tuple[str, ...]]) -> Path:
    from datetime import datetime

    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(rows)
    path = folder / f"Basic_LinkedInDataExport_0{month}-01-2026.zip"
    contents = {"Connections.csv": out.getvalue().encode("utf-8", "surrogatepass")}
    path.write_bytes(packed(contents, datetime(2026, month, 1, 8)))  # noqa: DTZ001  # zip times carry no zone
    return path


def person(number: int, text: str) -> tuple[str, ...]:
    url = text if number % 3 == 0 else f"https://www.linkedin.com/in/person-{number}"
    return (text, f"Example {number}", url, text, text, text, f"{28 - number % 28:02d} Jun {2023 - number // 28}")


@pytest.fixture
def vault(empty: Path, tmp_path: Path) -> Path:
    """Two snapshots in which some hostile people vanish, come and change."""
    people = [person(number, text) for number, text in enumerate(TEXTS)]
    changed = [(*row[:4], f"{row[4]} again", *row[5:]) if number % 4 == 0 else row for number, row in enumerate(people)]
    fresh = [("New", *person(0, text)[1:6], "05 Feb 2026") for text in TEXTS[:5]]
    gone = {number for number in range(len(people)) if number % 17 == 1}
    after = [*fresh, *(row for number, row in enumerate(changed) if number not in gone)]
    assert run("import", archive(tmp_path, 1, people), vault=empty).status in (0, 3)
    assert run("import", archive(tmp_path, 3, after), vault=empty).status in (0, 3, 9)
    return empty


@pytest.mark.parametrize("words", [("diff", "--all"), ("log",), ("log", "latest"), ("diff", "--markdown")])
def test_no_page_acts_on_a_terminal(words: tuple[str, ...], vault: Path) -> None:
    ran = run(*words, vault=vault)
    assert ran.status == 0
    acting = {char for char in ran.out if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")} - {"\n"}
    assert acting == set()
    assert not set(ran.out) & set(BIDI)
    assert ran.err == ""


def test_no_receipt_acts_on_a_terminal(empty: Path, tmp_path: Path) -> None:
    path = archive(tmp_path, 2, [person(number, text) for number, text in enumerate(TEXTS)])
    ran = run("import", path, "--all", vault=empty)
    assert {char for char in ran.out + ran.err if unicodedata.category(char) == "Cc"} == {"\n"}


def test_no_cell_is_a_formula(vault: Path) -> None:
    rows = list(csv.reader(io.StringIO(run("diff", "--csv", vault=vault).out, newline="")))
    assert len(rows) > 10
    for row in rows:
        for cell in row:
            assert cell.lstrip(" \u00a0")[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d")


def test_markdown_holds_no_html_and_no_foreign_link(vault: Path) -> None:
    printed = run("diff", "--markdown", vault=vault).out
    assert "<" not in printed
    for link in (part.split(")")[0] for part in printed.split("](")[1:]):
        assert link.startswith(("https://", "http://"))


def test_json_gives_the_text_back_as_it_was(vault: Path) -> None:
    """Programs get the truth; JSON's own escapes keep it from acting."""
    found = json.loads(run("diff", "--json", vault=vault).out)
    told = {one["first_name"] for one in found["vanished"]}
    assert told
    assert told <= set(TEXTS)

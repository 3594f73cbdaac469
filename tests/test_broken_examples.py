"""The broken archives are broken in the way examples/README.md says, and in no other."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from examples import broken
from tests.test_examples import MARCH, rows, table


def test_the_readme_lists_the_broken_archives() -> None:
    assert [row[:3] for row in table("| archive | status")] == [[o.name, str(o.status), o.what] for o in broken.BROKEN]
    assert len(broken.BROKEN) >= 10


@pytest.mark.parametrize("name", ["truncated.zip", "encrypted.zip", "flipped-byte.zip", "lying-size.zip"])
def test_a_broken_zip_is_broken(ruins: Path, name: str) -> None:
    with pytest.raises((zipfile.BadZipFile, RuntimeError)), zipfile.ZipFile(ruins / name) as zipped:
        for entry in zipped.namelist():
            zipped.read(entry)


def test_the_other_broken_archives_open_and_hold_what_is_wrong(ruins: Path) -> None:
    def names(name: str) -> list[str]:
        with zipfile.ZipFile(ruins / name) as zipped:
            return zipped.namelist()

    def listed(name: str) -> bytes:
        with zipfile.ZipFile(ruins / name) as zipped:
            return zipped.read("Connections.csv")

    assert "../../outside.csv" in names("path-traversal.zip")
    assert "/outside.csv" in names("absolute-path.zip")
    assert names("duplicate-names.zip").count("Skills.csv") == 2
    assert {"Skills.csv", "SKILLS.csv"} <= set(names("case-collision.zip"))
    assert (ruins / "bomb.zip").stat().st_size < 100_000
    assert listed("workbook.zip")[:2] == b"PK"
    assert b"\nWho,Where,What,Why\n" in listed("strange-header.zip")
    assert listed("bad-dates.zip").count(b",someday") == 3
    assert len(rows(listed("header-alone.zip"))) == 0
    assert listed("zero-bytes.zip") == b""
    assert len(rows(listed("half-gone.zip"))) == 35
    whole = rows(MARCH["Connections.csv"])
    assert rows(listed("tail-cut.zip")) == whole[: len(rows(listed("tail-cut.zip")))] != whole

"""LibreOffice reads the tables: everything is text, nothing is a formula, and nothing is lost."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from linkbak.exporters import Options, Selection, write_text
from linkbak.exporters.formats import EXPORTERS
from linkbak.index.history import History
from linkbak.vault import Vault
from tests.exporters.given import NEWEST, hostile

FORMATS = ("csv", "google", "outlook", "mailing-list")
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
COMMAS_QUOTES_UTF8 = "44,34,76,1,,0,false,false,false,false,false,0,true"
"""How LibreOffice is to read; the last says to reckon formulas, the worst that a user can choose."""

NUMBER = re.compile(r"\d+([eE]\d+)?")


@pytest.fixture(scope="session")
def soffice() -> str:
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        pytest.fail("LibreOffice is missing: apt-get install --no-install-recommends libreoffice-calc")
    return found


@pytest.fixture(scope="module")
def tables(accounts_once: Path, soffice: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What LibreOffice makes of each format, mended and raw, of people whose every field is hostile."""
    folder = tmp_path_factory.mktemp("office")
    with Vault.open(accounts_once) as vault, History.open(vault) as history:
        for name in FORMATS:
            chosen = EXPORTERS[name]
            assert chosen.text is not None
            kept, _ = chosen.takes(hostile())
            for raw in (False, True):
                place = folder / f"{name}{'-raw' if raw else ''}.csv"
                write_text(chosen.text(Selection(kept, NEWEST, history, vault), Options(raw=raw)), place)
    convert(soffice, "fods", folder)
    return folder


def convert(soffice: str, kind: str, folder: Path) -> None:
    """Lets LibreOffice write every CSV file of a folder in another format, beside it."""
    words: list[str | Path] = [
        *(soffice, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore"),
        *(f"--infilter=Text - txt - csv (StarCalc):{COMMAS_QUOTES_UTF8}", "--convert-to", kind, "--outdir", folder),
    ]
    sources = sorted(folder.glob("*.csv"))
    ran = subprocess.run([*words, *sources], capture_output=True, text=True, check=False)
    made = [source.with_suffix(f".{kind}") for source in sources]
    assert all(path.is_file() for path in made), ran.stderr + ran.stdout


def cells(sheet: Path) -> Iterator[ElementTree.Element]:
    yield from ElementTree.parse(sheet).iter(f"{TABLE}table-cell")  # LibreOffice wrote it


def formulas(sheet: Path) -> list[str]:
    return [formula for cell in cells(sheet) if (formula := cell.get(f"{TABLE}formula"))]


def grid(sheet: Path) -> list[list[str]]:
    """The cells' texts, a line break between paragraphs; empty rows and ends of rows left out."""
    found = []
    for row in ElementTree.parse(sheet).iter(f"{TABLE}table-row"):
        texts: list[str] = []
        for cell in row.iter(f"{TABLE}table-cell"):
            text = "\n".join(paragraph(one) for one in cell.iter(f"{TEXT}p"))
            texts += [text] * min(int(cell.get(f"{TABLE}number-columns-repeated", "1")), 200)
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            found.append(texts)
    return found


def paragraph(one: ElementTree.Element) -> str:
    """Its text; OpenDocument writes blanks in a row, tabs and breaks as elements."""
    text = one.text or ""
    for child in one:
        kind = child.tag.removeprefix(TEXT)
        if kind == "s":
            text += " " * int(child.get(f"{TEXT}c", "1"))
        else:
            text += {"tab": "\t", "line-break": "\n"}.get(kind) or paragraph(child)
        text += child.tail or ""
    return text


@pytest.mark.parametrize("name", FORMATS)
def test_no_cell_became_a_formula(tables: Path, name: str) -> None:
    assert formulas(tables / f"{name}.fods") == []


def test_raw_cells_do_become_formulas(tables: Path) -> None:
    """So that the test above can fail."""
    assert Counter(formulas(tables / "csv-raw.fods"))["of:=1+1"] > 1


@pytest.mark.parametrize("name", FORMATS)
def test_everybody_has_a_row_with_all_of_its_text(tables: Path, name: str) -> None:
    with (tables / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.reader(file))
    found = grid(tables / f"{name}.fods")
    assert len(found) == len(written)
    assert found[0] == written[0]
    for row, told in zip(found[1:], written[1:], strict=True):
        assert [visible(text) for text in row] == [visible(text) for text in trimmed(told)]


def trimmed(row: list[str]) -> list[str]:
    length = max((place for place, text in enumerate(row, start=1) if text), default=0)
    return row[:length]


def visible(text: str) -> str:
    """The text without what XML cannot hold, or a sheet shows in a form of its own: control signs, dates, numbers.

    An id of digits alone, or with one e among them, is a number to every spreadsheet.
    """
    return "" if NUMBER.fullmatch(text) else "".join(char for char in text if char.isalpha())

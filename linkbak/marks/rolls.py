"""A roll: people named in a file, one a line, to be marked all at once."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from linkbak.errors import UsageProblem

_HEADER = re.compile(r'"?id"?\s*(?:([,;\t])|$)', re.IGNORECASE)
"""The first line of what `linkbak people --csv` prints, also when a spreadsheet has saved it."""

_SPARED = re.compile(r"^'(?=[0-9e]{12}$)")
"""What keeps spreadsheets from taking an id for a number."""


class Named(NamedTuple):
    """Somebody as a roll names them, and in which line, from 1."""

    line: int
    text: str


def named(roll: bytes) -> list[Named]:
    """Everybody a roll names: the first column of a CSV whose first header is ``id``, else each line up to a tab.

    Blank lines and those that begin with # are passed over. Raises UsageProblem if it cannot be read.
    """
    try:
        text = roll.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageProblem("the list of people is not UTF-8 text", hint="Save it as UTF-8 and try again.") from None
    lines = _lines(text)
    told = [Named(number, line.strip()) for number, line in enumerate(lines, start=1) if _tells(line.strip())]
    header = _HEADER.match(told[0].text) if told else None
    if header is None:
        return [Named(one.line, one.text.partition("\t")[0].rstrip()) for one in told]
    return [one for one in _first_column(lines, told[0].line, header[1] or ",") if _tells(one.text)]


def _lines(text: str) -> list[str]:
    """The lines; a carriage return ends one only where line feeds end none, else it is part of somebody's odd name."""
    text = text.replace("\r\n", "\n")
    return text.replace("\r", " " if "\n" in text else "\n").split("\n")


def _tells(text: str) -> bool:
    return bool(text) and not text.startswith("#")


def _first_column(lines: Sequence[str], header: int, delimiter: str) -> Iterator[Named]:
    """The first cell of each record behind the header, with the line it begins in."""
    records = csv.reader((f"{line}\n" for line in lines[header:]), delimiter=delimiter)
    while header + records.line_num < len(lines):
        number = header + records.line_num + 1
        try:
            record = next(records)
        except csv.Error:
            raise UsageProblem(f"line {number} of the list of people is not CSV") from None
        yield Named(number, _SPARED.sub("", record[0].strip()) if record else "")

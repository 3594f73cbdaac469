"""From text to records: csv as LinkedIn writes it, with the physical line each record starts on."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from itertools import chain
from typing import IO

from linkbak.adapters.linkedin.decoding import Text

FIELD_LIMIT = 1 << 22
_END = "\0linkbak: end of file\0"

Record = tuple[int, "list[str] | None"]
"""Physical line and cells; no cells for a blank line, None for what csv cannot read."""


class Records:
    """The records of one file, once.

    Line breaks inside quotes belong to the cell, and only line feeds and carriage returns break lines. `cut` tells
    afterwards whether the file ended inside a quoted cell; that last record is not given.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self.text = Text(stream)
        self.cut = False
        self._ended = False

    def __iter__(self) -> Iterator[Record]:
        """Every record in order; one that is too large is given as None, and reading goes on behind it.

        A line without a quote is a record of its own, and split faster than csv takes to walk through it.
        """
        csv.field_size_limit(FIELD_LIMIT)
        mark, line, lines, held = self.text.delimiter, 1, self._lines(), list[str]()
        reader = csv.reader(_first(held, lines), delimiter=mark)
        for text in lines:
            if '"' not in text and len(text) <= FIELD_LIMIT:
                if self._ended:
                    return
                yield line, text.split(mark) if (text := text.rstrip("\r\n")) else []
                line += 1
                continue
            held.append(text)
            before, row = reader.line_num, _record(reader)
            if self._ended:
                self.cut = True
                return
            yield line, row
            line += reader.line_num - before

    def _lines(self) -> Iterator[str]:
        # A generator a line would cost more than all the rest; chained, each line comes straight from a StringIO.
        blocks = (StringIO(block, newline="") for block in self.text.blocks())
        return chain(chain.from_iterable(blocks), self._end())

    def _end(self) -> Iterator[str]:
        """A last line, met inside a record only if a quote was still open."""
        self._ended = True
        yield _END


def _first(held: list[str], lines: Iterator[str]) -> Iterator[str]:
    """The line held, and then as many more as its record takes."""
    while (text := held.pop() if held else next(lines, None)) is not None:
        yield text


def _record(reader: Iterator[list[str]]) -> list[str] | None:
    """The next record, None if it is too large."""
    try:
        return next(reader)
    except csv.Error:
        return None

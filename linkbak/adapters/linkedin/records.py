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
        """Every record in order; one that is too large is given as None, and reading goes on behind it."""
        csv.field_size_limit(FIELD_LIMIT)
        reader = csv.reader(self._lines(), delimiter=self.text.delimiter)
        line = 1
        while True:
            try:
                for row in reader:
                    if self._ended:
                        self.cut = row != [_END]
                        return
                    yield line, row
                    line = reader.line_num + 1
            except csv.Error:
                if self._ended:
                    self.cut = True
                    return
                yield line, None
                line = reader.line_num + 1
            else:
                return

    def _lines(self) -> Iterator[str]:
        # A generator a line would cost more than all the rest; chained, each line comes straight from a StringIO.
        blocks = (StringIO(block, newline="") for block in self.text.blocks())
        return chain(chain.from_iterable(blocks), self._end())

    def _end(self) -> Iterator[str]:
        """A last line that comes back alone unless a quote was still open."""
        self._ended = True
        yield _END

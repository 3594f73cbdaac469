"""Everything that is known of each person, as a plain table.

It begins with the columns of `linkbak people --csv`, so that it can name people to other commands as that does.
"""

from __future__ import annotations

from collections.abc import Iterator

from linkbak.exporters.csv_text import csv_text
from linkbak.exporters.formats import Format, Options, Selection, nothing
from linkbak.report.people_files import COLUMNS, cells

HEADER = (*COLUMNS, "notes", "former_names")
"""The header; it only grows at its end. Between notes stand line breaks, between names too."""


def people(selection: Selection, options: Options) -> Iterator[str]:
    """A row each. Raw ones have no byte order mark: programs may take it for a part of the header."""
    raw = options.raw
    rows = ([*cells(one.person, raw=raw), "\n".join(one.notes), "\n".join(one.former)] for one in selection.entries)
    return csv_text(HEADER, rows, raw=raw, mark=not raw)


FORMATS = {"csv": Format(about="a plain table", suffix=".csv", lacks=nothing, text=people)}

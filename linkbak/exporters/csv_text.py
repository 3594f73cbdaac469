"""Tables of comma-separated values, as spreadsheets and address books read them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from linkbak.report.escape import spreadsheet_row

MARK = "\ufeff"
"""The byte order mark, by which Excel and Outlook on Windows know UTF-8 from the code page of the country."""

_ROWS = 500
"""So many rows make one piece."""


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str]], *, raw: bool = False, mark: bool) -> Iterator[str]:
    """The table in pieces; lines end as RFC 4180 has it, with CR LF. Unless `raw`, no cell is a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    out.write(MARK if mark else "")
    writer.writerow(header)
    each = iter(rows if raw else map(spreadsheet_row, rows))
    while batch := [*islice(each, _ROWS)]:
        writer.writerows(batch)
        yield out.getvalue()
        out.seek(0)
        out.truncate()
    yield out.getvalue()

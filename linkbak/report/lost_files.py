"""Those lost as a file for other programs: CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from linkbak.model import Connection
from linkbak.report.escape import spreadsheet, spreadsheet_id

if TYPE_CHECKING:
    from linkbak.causes.verdict import Verdict
    from linkbak.history.records import Person
    from linkbak.report.lost_view import Lost

COLUMNS = (
    *("id", "account", "name", *Connection._fields, "state", "after", "before", "first_seen", "last_seen"),
    *("messages", "last_message", "cause", "band", "told", "evidence"),
)
"""The header; it only grows at its end."""


def to_csv(found: Lost) -> str:
    """One row a person: those lost, closest first, then those of whom nobody can tell, who have no cause.

    Those who came back have no row. Cells that a spreadsheet would run as formulas begin with an apostrophe.
    """
    rows = [[*_person(loss.case.person), *_why(loss.verdict)] for loss in found.losses]
    rows += [[*_person(one), *[""] * 4] for doubt in found.doubts for one in doubt.people]
    return "".join(_line([spreadsheet(cell) for cell in row]) for row in (COLUMNS, *rows))


def _line(cells: Sequence[str]) -> str:
    """A line of CSV; written with CR LF at first, since else a lone CR in a cell would not be quoted."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue().removesuffix("\r\n") + "\n"


def _person(one: Person) -> list[str]:
    row, gone = one.row, one.window or ("", "")
    connected = row.connected_on.isoformat() if row.connected_on else ""
    return [
        *(
            spreadsheet_id(one.id),
            one.account,
            row.name,
            *row[:6],
            connected,
            one.state,
            *gone,
            one.first_seen,
            one.last_seen,
        ),
        *(str(one.messages), one.last_message),
    ]


def _why(verdict: Verdict) -> list[str]:
    evidence = " ".join(one.text for one in verdict.evidence)
    return [verdict.cause, verdict.band, "yes" if verdict.told else "", evidence]

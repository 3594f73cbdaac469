"""What is said of a page that was written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from linkbak.report.escape import terminal
from linkbak.report.words import size

if TYPE_CHECKING:
    from linkbak.overview.records import Overview
    from linkbak.report.page.documents import ReportDocument


def line(place: Path, octets: int) -> str:
    """For people."""
    return f"the page is {terminal(str(place))} ({size(octets)}); open it in a browser"


def document(overview: Overview, place: Path, octets: int) -> ReportDocument:
    """For programs."""
    return {
        "schema": "linkbak.report/1",
        "place": str(place),
        "account": overview.account,
        "made": overview.made,
        "people": len(overview.people),
        "bytes": octets,
    }

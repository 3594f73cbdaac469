"""Endorsements and recommendations, received and given, and the member's own notes on connections.

Importing only counts these tables. Here a row is given if it has a cell for each column; a date that cannot be read
is left out of it, since the rest still names somebody.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from datetime import UTC, datetime, time
from itertools import islice
from typing import IO, TypeVar

from linkbak.adapters.linkedin.csv import DAYS, Records, read_moment
from linkbak.adapters.linkedin.files import Claims
from linkbak.adapters.linkedin.messages import HEAD
from linkbak.adapters.linkedin.tables import folded_header
from linkbak.model import Endorsement, Files, Note, Recommendation

ENDORSEMENTS = {
    "Endorsement_Received_Info.csv": "endorser",
    "Endorsement Received Info.csv": "endorser",
    "Endorsement_Given_Info.csv": "endorsee",
}
"""The tables, and what the columns of the other person begin with; the one that may have addresses comes first."""

RECOMMENDATIONS = {
    "Recommendations_Received.csv": False,
    "Recommendations Received.csv": False,
    "Recommendations_Given.csv": True,
    "Recommendations Given.csv": True,
}
"""The tables, and whether the member wrote what is in them."""

_Row = TypeVar("_Row", bound=Hashable)


def endorsements(files: Files, found: Claims) -> Iterator[Endorsement]:
    """Those received, then those given; one that stands in both files of those received is given once.

    The two files write the status in other letters, and only one may have addresses.
    """
    seen: dict[Endorsement, set[str]] = {}
    for name, other in ENDORSEMENTS.items():
        for row in _rows(files, found, name, f"{other}firstname", "skillname"):
            one = _endorsement(row, other)
            urls = seen.setdefault(one._replace(url="", status=one.status.casefold()), set())
            if one.url not in urls and (one.url or not urls):
                urls.add(one.url)
                yield one


def _endorsement(row: Mapping[str, str], other: str) -> Endorsement:
    return Endorsement(
        other == "endorsee",
        row[f"{other}firstname"],
        row.get(f"{other}lastname", ""),
        row.get(f"{other}publicurl", "").strip(),
        row["skillname"],
        _moment(row.get("endorsementdate", "")),
        row.get("endorsementstatus", "").strip(),
    )


def recommendations(files: Files, found: Claims) -> Iterator[Recommendation]:
    """Those received, then those given, under the names of before and after 2018; each once."""
    return _once(
        Recommendation(
            given,
            row["firstname"],
            row["lastname"],
            row.get("company", ""),
            row.get("jobtitle", ""),
            row["text"],
            _moment(row.get("creationdate", "")),
            row.get("status", "").strip(),
        )
        for name, given in RECOMMENDATIONS.items()
        for row in _rows(files, found, name, "firstname", "lastname", "text")
    )


def notes(files: Files, found: Claims) -> Iterator[Note]:
    """The member's private notes on connections, in the order of the file; each once."""
    return _once(
        Note(
            row["connectionfirstname"],
            row.get("connectionlastname", ""),
            row.get("connectionprofileurl", "").strip(),
            row["note"],
            _moment(row.get("createdon", "")),
            _moment(row.get("editedon", "")),
        )
        for row in _rows(files, found, "Notes.csv", "connectionfirstname", "note")
    )


def _rows(files: Files, found: Claims, name: str, *needed: str) -> Iterator[Mapping[str, str]]:
    """The rows of all parts of a table, each cell by its column's folded name."""
    for named in found.of(name):
        with files.open(named.path) as stream:
            yield from _rows_of(stream, frozenset(needed))


def _rows_of(stream: IO[bytes], needed: frozenset[str]) -> Iterator[Mapping[str, str]]:
    records = Records(stream)
    if records.text.workbook:
        return
    rows = iter(records)
    heads = (folded_header(row or ()) for _, row in islice(rows, HEAD))
    names = next((names for names in heads if needed.issubset(names)), ())
    width = len(names)
    for _, row in rows if names else ():
        if row and len(row) >= width and any(map(str.strip, row)) and not any(map(str.strip, row[width:])):
            yield dict(zip(reversed(names), reversed(row[:width]), strict=True))  # of two columns of a name, the first


def _moment(text: str) -> datetime | None:
    """A moment as in other tables; a day without time is its midnight."""
    text = text.strip()
    if (moment := read_moment(text)) is not None:
        return moment
    day = DAYS[text]
    return datetime.combine(day, time(), UTC) if day else None


def _once(rows: Iterator[_Row]) -> Iterator[_Row]:
    """Each row the first time it comes: the portability API serves whole stretches twice."""
    seen = set[_Row]()
    for row in rows:
        if row not in seen:
            seen.add(row)
            yield row

"""Connections.csv in the form of every era: as bytes, and as an adapter should read it."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Literal, get_args

from linkbak.model import Connection, Listing, Pair, Run

Era = Literal["C2", "C3", "C4", "C5", "headerless", "oldest-first"]
ERAS: tuple[Era, ...] = get_args(Era)
NEWEST_FIRST: tuple[Era, ...] = ("C3", "C4", "C5", "headerless")
WITH_ADDRESS: tuple[Era, ...] = ("C5", "headerless", "oldest-first")

HEADERS = {
    "first_name": "First Name",
    "last_name": "Last Name",
    "url": "URL",
    "email": "Email Address",
    "company": "Company",
    "position": "Position",
    "connected_on": "Connected On",
}
PREAMBLE = (
    "Notes:\n"
    '"When exporting your connection data, some addresses may be missing, because ""members"" choose who may see '
    'or download theirs."\n'
    "\n"
)


def columns(era: Era) -> tuple[str, ...]:
    """The Connection fields that files of an era have a column for, in the file's order."""
    return tuple(name for name in HEADERS if name != "url" or era in WITH_ADDRESS)


def arrange(newest_first: Sequence[Connection], era: Era) -> list[Connection]:
    """The rows as a file of that era holds them: its columns only, in its order."""
    shown = [row if era in WITH_ADDRESS else row._replace(url="") for row in newest_first]
    if era == "oldest-first":
        return shown[::-1]
    if era == "C2":
        return sorted(shown, key=lambda row: hashlib.sha256(f"{row.connected_on}{row.name}".encode()).digest())
    return shown


def listing(newest_first: Sequence[Connection], era: Era = "C5") -> Listing:
    """What an adapter gives for `render` of the same rows."""
    held = arrange(newest_first, era)
    days = [row.connected_on for row in held if row.connected_on is not None]
    in_order = all(one >= other for one, other in pairwise(days))
    hidden = sum(row.hidden for row in held)
    newest = max(days, default=None)
    return Listing(held, range(len(held)), len(held), hidden, in_order, frozenset(columns(era)), newest)


def pair(before: Sequence[Connection], after: Sequence[Connection], *eras: Era) -> Pair:
    """Two lists to compare, of the eras given (C5 if none, the first for both if one)."""
    one, other = (*eras, *eras)[:2] if eras else ("C5", "C5")
    return Pair(listing(before, one), listing(after, other))


def shortened(whole: Pair) -> Pair:
    """The pair as a reader gives it that skips the named lines which occur once on both sides.

    If both lists have one order, date-only rows are skipped, too, between two lines that are.
    """
    then, now = (_once(side) for side in whole[:2])
    anchors = [(then[row], at, 1) for row, at in now.items() if row in then]
    named = Pair(_leaving_out(whole.before, anchors, 0), _leaving_out(whole.after, anchors, 1), anchors)
    rises = all(one[0] < other[0] for one, other in pairwise(anchors))
    if not (rises and whole.before.newest_first and whole.after.newest_first):
        return named
    runs: list[Run] = []
    for before, after, _ in anchors:
        start, start_after, length = runs[-1] if runs else (0, 0, 0)
        between = _rows(whole.before, start + length, before), _rows(whole.after, start_after + length, after)
        if runs and between[0] == between[1] and all(row.hidden for row in between[0]):
            runs[-1] = start, start_after, before + 1 - start
        else:
            runs.append((before, after, 1))
    if runs:
        start, start_after, length = runs[-1]
        end = _rows(whole.before, start + length, whole.before.total)
        if end == _rows(whole.after, start_after + length, whole.after.total) and all(row.hidden for row in end):
            runs[-1] = start, start_after, whole.before.total - start
    return Pair(_leaving_out(whole.before, runs, 0), _leaving_out(whole.after, runs, 1), runs, lambda: named)


def _rows(side: Listing, start: int, end: int) -> list[Connection]:
    return list(side.rows[start:end])


def _once(side: Listing) -> dict[Connection, int]:
    seen: dict[Connection, list[int]] = {}
    for position, row in zip(side.positions, side.rows, strict=True):
        seen.setdefault(row, []).append(position)
    return {row: places[0] for row, places in seen.items() if len(places) == 1 and not row.hidden}


def _leaving_out(side: Listing, runs: Sequence[Run], which: int) -> Listing:
    skipped = {at for run in runs for at in range(run[which], run[which] + run[2])}
    left = [position for position in range(side.total) if position not in skipped]
    return side._replace(rows=[side.rows[position] for position in left], positions=left)


def render(newest_first: Sequence[Connection], era: Era = "C5") -> bytes:
    """The rows as the bytes of ``Connections.csv`` in the form of an era."""
    names = columns(era)
    out = io.StringIO(newline="")
    if era in ("C4", "C5", "oldest-first"):
        out.write(PREAMBLE)
    writer = csv.writer(out, lineterminator="\n")
    if era != "headerless":
        writer.writerow([HEADERS[name] for name in names])
    for row in arrange(newest_first, era):
        writer.writerow([_cell(row, name, era) for name in names])
    text = out.getvalue()
    return (text if era == "C2" else text.removesuffix("\n")).encode()


def _cell(row: Connection, name: str, era: Era) -> str:
    value = getattr(row, name)
    if not isinstance(value, date):
        return str(value or "")
    if era == "C2":
        minute = hashlib.sha256(row.name.encode()).digest()[0]
        return (
            f"{value.month}/{value.day}/{value:%y}, {minute % 12 + 1}:{minute % 60:02} {'AM' if minute % 2 else 'PM'}"
        )
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{value.day:02} {months[value.month - 1]} {value.year}"

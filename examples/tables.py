"""Tables as LinkedIn writes them: comma or tab, LF or CRLF, quoted or not, in one encoding or another."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime

Row = Sequence[str]
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def text(header: Row, rows: Iterable[Row], *, end: str = "\n", quote_all: bool = False, delimiter: str = ",") -> str:
    """A table with its header, each row ended by `end`."""
    out = io.StringIO(newline="")
    writer = csv.writer(
        out, lineterminator=end, quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL, delimiter=delimiter
    )
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def plain(header: str, rows: Iterable[Row], *, last_end: bool = True) -> bytes:
    """The usual form: UTF-8, comma, LF; without `last_end` the last row has no line end."""
    whole = text(header.split(","), rows)
    return (whole if last_end else whole.removesuffix("\n")).encode()


def activity(header: str, rows: Iterable[Row]) -> bytes:
    """The form of the activity files: UTF-8, comma, CRLF."""
    return text(header.split(","), rows, end="\r\n").encode()


def utf16(header: str, rows: Iterable[Row]) -> bytes:
    """The form of some files of 2018 and 2022: UTF-16 with its mark, tabs, everything quoted."""
    whole = text(header.split(","), rows, quote_all=True, delimiter="\t")
    return codecs.BOM_UTF16_LE + whole.encode("utf-16-le")


def short_time(at: datetime) -> str:
    """``3/9/24, 2:05 PM``."""
    return f"{at.month}/{at.day}/{at:%y}, {at.hour % 12 or 12}:{at:%M} {'AM' if at.hour < 12 else 'PM'}"


def day(at: datetime) -> str:
    """``05 Mar 2024``, with English months whatever the locale."""
    return f"{at.day:02} {MONTHS[at.month - 1]} {at.year}"

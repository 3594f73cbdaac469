"""The ways LinkedIn and Excel write days and moments; months are English, whatever the member's language."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import TypeVar

T = TypeVar("T")

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, start=1)}
_BETWEEN = {f" {name.capitalize()} ": number for name, number in _MONTHS.items()}
_DAY_MONTH = re.compile(r"([0-9]{1,2}) ([A-Za-z]{3}) ([0-9]{4})|([0-9]{1,2})-([A-Za-z]{3})-([0-9]{4}|[0-9]{2})")
_NUMBERS = re.compile(r"([0-9]{4})[-/]([0-9]{2})[-/]([0-9]{2})")
_CLOCK = re.compile(r"[ T]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]{1,9})?)?(?: ?UTC|Z)?")
_AMERICAN = re.compile(
    r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{2}|[0-9]{4}),? ([0-9]{1,2}):([0-9]{2})(?::[0-9]{2})? ?([AP])M"
)
_ODD_BLANKS = str.maketrans("\u202f\xa0", "  ")
_MOST = 100_000
_LONGEST = 40


class Remembered(dict[str, T | None]):
    """What texts mean, None where they mean nothing: a list has thousands of cells and a few hundred different ones."""

    def __init__(self, read: Callable[[str], T | None]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str) -> T | None:
        """Read a text not met before; forgets everything rather than grow without end."""
        if len(text) > _LONGEST:
            return None
        if len(self) >= _MOST:
            self.clear()
        found = self[text] = self._read(text)
        return found


def read_day(text: str) -> date | None:
    """The day in ``05 Mar 2024``, ``4-May-22``, ``2024-03-05`` or, its minutes cut off, ``12/21/16, 10:15 AM``."""
    if (number := _BETWEEN.get(text[2:7])) and len(text) == 11 and text.isascii():
        # LinkedIn's own form, thousands of times in every list: no regular expression for that.
        day, year = text[:2], text[7:]
        if day.isdigit() and year.isdigit():
            return _day(int(year), number, int(day))
    text = text.translate(_ODD_BLANKS).strip()
    if found := _DAY_MONTH.fullmatch(text):
        day, month, year = found[1] or found[4], found[2] or found[5], found[3] or found[6]
        return _day(_year(year), _MONTHS.get(month.lower(), 0), int(day))
    if found := _NUMBERS.match(text):
        if len(text) > 10 and CLOCKS[text[10:]] is None:
            return None
        return _day(int(found[1]), int(found[2]), int(found[3]))
    moment = _american(text)
    return moment.date() if moment else None


def read_moment(text: str) -> datetime | None:
    """The moment in ``2024-03-05 14:05:00 UTC`` (also with T or slashes) or ``3/5/24, 2:05 PM``, in UTC.

    LinkedIn names no zone in the second form; UTC is what the others say.
    """
    if (day := DAYS[text[:10]]) is not None and (clock := CLOCKS[text[10:]]) is not None:
        return datetime.combine(day, clock, UTC)
    return _american(text.translate(_ODD_BLANKS).strip()) if len(text) <= _LONGEST else None


def is_moment(text: str) -> bool:
    """Whether `read_moment` would give one; much faster where cells look alike."""
    return (DAYS[text[:10]] is not None and CLOCKS[text[10:]] is not None) or read_moment(text) is not None


def _american(text: str) -> datetime | None:
    found = _AMERICAN.fullmatch(text)
    if found is None:
        return None
    day = _day(_year(found[3]), int(found[1]), int(found[2]))
    hour, minute = int(found[4]), int(found[5])
    if day is None or not 1 <= hour <= 12 or minute > 59:
        return None
    return datetime.combine(day, time(hour % 12 + (12 if found[6] == "P" else 0), minute), UTC)


def _read_clock(text: str) -> time | None:
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    try:
        return time(int(found[1]), int(found[2]), int(found[3] or 0))
    except ValueError:
        return None


def _year(digits: str) -> int:
    """Two digits mean this century: LinkedIn is younger than it."""
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


DAYS = Remembered(read_day)
"""The day a cell of `Connected On` means."""

CLOCKS = Remembered(_read_clock)
"""The time of day behind an ISO day, such as `` 15:09:26 UTC``."""

TAILS = Remembered(lambda text: _read_clock(f" 00:00{text}"))
"""The same of what stands behind hours and minutes, such as ``:26 UTC``: a few dozen, where clocks are legion."""

"""When LinkedIn wrote an archive."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from linkbak.model import Taken

NAME = re.compile(r"(?i)(?:(?:Basic|Complete|Initial)_)?LinkedInDataExport_([0-9]{2})-([0-9]{2})-([0-9]{4})")
_LAUNCH = datetime(2003, 5, 5, tzinfo=UTC)
_AHEAD = timedelta(days=1)
"""Times in a zip carry no zone, so an honest one may lie some hours ahead of UTC."""


def taken(name: str, entries: Sequence[tuple[str, datetime | None]], kind: str) -> Taken | None:
    """The newest time inside a zip, else the day in the archive's name (US order), else the newest file time.

    LinkedIn gives each file in the zip the second it was written; folders and single files have the times of whoever
    unpacked them. Times before LinkedIn's launch or in the future are no times.
    """
    from linkbak.archive import is_dropping

    newest = _newest(when for path, when in entries if when is not None and not is_dropping(path))
    if kind == "zip" and newest is not None:
        return Taken(newest, "archive")
    if (day := _day_in(name)) is not None:
        return Taken(day, "name")
    return Taken(newest, "file") if newest is not None else None


def _newest(times: Iterable[datetime]) -> datetime | None:
    latest = datetime.now(UTC) + _AHEAD
    plausible = [when for when in times if _LAUNCH <= when <= latest]
    return max(plausible).astimezone(UTC).replace(microsecond=0) if plausible else None


def _day_in(name: str) -> datetime | None:
    found = NAME.search(name)
    if found is None:
        return None
    try:
        day = datetime(int(found[3]), int(found[1]), int(found[2]), tzinfo=UTC)
    except ValueError:
        return None
    return day if _LAUNCH <= day <= datetime.now(UTC) + _AHEAD else None

"""The names people give snapshots, and which snapshot they mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from linkbak.errors import NoSuchSnapshot

from .summary import Summary

_BACK = re.compile(r"latest~(\d{1,9})", re.ASCII)
_DATE = re.compile(r"\d{4}(-\d\d){0,2}", re.ASCII)
_HINT = "`linkbak log` lists the snapshots."


def resolve(summaries: Sequence[Summary], name: str) -> Summary:
    """The snapshot that `name` means among `summaries`, which are sorted from the oldest to the newest.

    ``latest``, ``previous`` (the one before it) and ``latest~2`` count back from the newest. A day, month or year
    (``2026-03-20``, ``2026-03``, ``2026``) means the newest snapshot of it. Anything else must be the start of
    exactly one snapshot's id; colons may be left in, as in a time stamp.
    """
    if not summaries:
        raise NoSuchSnapshot("there is no snapshot yet", hint="`linkbak import ARCHIVE` keeps the first.")
    back = 0 if name == "latest" else 1 if name == "previous" else _counted(name)
    if back is not None:
        return _from_the_end(summaries, back)
    wanted = name.strip().replace(":", "")
    if exact := [one for one in summaries if one.key.id == wanted]:
        return _only(exact, name)
    found = [one for one in summaries if wanted and one.key.id.startswith(wanted)]
    if found and _DATE.fullmatch(wanted):
        return found[-1]
    return _only(found, name) if found else _nothing(summaries, wanted)


def as_of(summaries: Sequence[Summary], day: date) -> tuple[Summary, ...]:
    """Only the snapshots taken up to the end of that day (UTC)."""
    last = day.isoformat()
    return tuple(one for one in summaries if one.taken[:10] <= last)


def _counted(name: str) -> int | None:
    found = _BACK.fullmatch(name)
    return int(found[1]) if found else None


def _from_the_end(summaries: Sequence[Summary], back: int) -> Summary:
    if back < len(summaries):
        return summaries[-1 - back]
    held = "only one snapshot" if len(summaries) == 1 else f"only {len(summaries)} snapshots"
    raise NoSuchSnapshot(f"there is {held}" if len(summaries) == 1 else f"there are {held}", hint=_HINT)


def _only(found: Sequence[Summary], name: str) -> Summary:
    if len(found) == 1:
        return found[0]
    if len({one.key.account for one in found}) > 1:
        names = ", ".join(sorted({one.key.account for one in found}))
        raise NoSuchSnapshot(f"{_shown(name)} is in several accounts: {names}", hint="Say which with --account.")
    raise NoSuchSnapshot(f"{_shown(name)} is the start of several: {_ids(found)}", hint=_HINT)


def _nothing(summaries: Sequence[Summary], wanted: str) -> Summary:
    near = sorted(summaries, key=lambda one: _distance(one, wanted))[:3]
    near.sort(key=lambda one: one.order)
    raise NoSuchSnapshot(f"no snapshot is called {_shown(wanted)}; the nearest: {_ids(near)}", hint=_HINT)


def _distance(one: Summary, wanted: str) -> float:
    """Days between a snapshot and the date that `wanted` starts with; the newest are nearest to no date."""
    digits = re.match(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", wanted, re.ASCII)
    try:
        day = datetime(*(int(part or 1) for part in digits.groups()), tzinfo=one.taken_at.tzinfo) if digits else None  # type: ignore[arg-type,misc]
    except ValueError:
        day = None
    return abs((one.taken_at - day).total_seconds()) if day else -one.taken_at.timestamp()


def _ids(summaries: Sequence[Summary]) -> str:
    shown = [one.key.id for one in summaries[:5]]
    return ", ".join(shown) + (", ..." if len(summaries) > 5 else "")


def _shown(name: str) -> str:
    """A name as typed, cut and with nothing in it that acts on a terminal."""
    return "".join(c if c.isprintable() else "?" for c in name[:40]) or '""'

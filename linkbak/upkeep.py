"""When a vault was last looked over: notes kept beside it, since looking must never write into it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple

from linkbak import notes

Chore = Literal["verify", "sample", "drill"]
"""Every byte compared; a share of them compared; a restore tried out."""

_NOTE = "upkeep"


class Done(NamedTuple):
    """The last time of one chore: when (RFC 3339 UTC), whether all was well, and in a few words what was done."""

    at: str
    passed: bool
    what: str = ""


class Record(NamedTuple):
    """The last time a chore was done, and the last time it was done and all was well; None if never."""

    last: Done | None = None
    passed: Done | None = None


def note(vault: Path, chore: Chore, done: Done) -> None:
    """Write down that a chore was done. A machine that cannot keep the note loses only the note."""
    found = dict(_read(vault))
    before = found.get(chore, Record())
    found[chore] = Record(done, done if done.passed else before.passed)
    notes.write(vault, _NOTE, {name: _plain(record) for name, record in found.items()})


def last(vault: Path, chore: Chore) -> Record:
    """What is written down of a chore; an empty record if nothing is."""
    return _read(vault).get(chore, Record())


def _read(vault: Path) -> Mapping[str, Record]:
    found = notes.read(vault, _NOTE)
    try:
        return {name: Record(_done(one["last"]), _done(one["passed"])) for name, one in found.items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        return {}


def _done(given: list[object] | None) -> Done | None:
    if given is None:
        return None
    at, passed, what = given
    if type(at) is not str or type(passed) is not bool or type(what) is not str:
        raise TypeError
    if datetime.fromisoformat(at).tzinfo is None:
        raise ValueError
    return Done(at, passed, what)


def _plain(record: Record) -> dict[str, object]:
    return {"last": record.last, "passed": record.passed}

"""When a vault was last looked over: notes kept beside it, since looking must never write into it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple

from linkbak import paths

Chore = Literal["verify", "drill"]


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
    place = _place(vault)
    with suppress(OSError):
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        half = place.with_name(f".{place.name}-{os.urandom(4).hex()}")
        try:
            descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump({name: _plain(record) for name, record in found.items()}, file)
            half.replace(place)
        finally:
            half.unlink(missing_ok=True)


def last(vault: Path, chore: Chore) -> Record:
    """What is written down of a chore; an empty record if nothing is."""
    return _read(vault).get(chore, Record())


def _place(vault: Path) -> Path:
    return paths.state_folder(vault) / "upkeep.json"


def _read(vault: Path) -> Mapping[str, Record]:
    try:
        found = json.loads(_place(vault).read_text("utf-8"))
        return {name: Record(_done(one["last"]), _done(one["passed"])) for name, one in found.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
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

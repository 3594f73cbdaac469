"""Small notes about one vault that lie beside it, in the state folder: whoever loses them loses no data.

A note is a JSON object under a name of its own. Writing one never fails a command, and reading one never believes
what is not there: a machine that cannot keep notes is a machine that remembers nothing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

from linkbak import paths


def place(vault: Path, name: str) -> Path:
    """The file that holds the note `name` about a vault."""
    return paths.state_folder(vault) / f"{name}.json"


def read(vault: Path, name: str) -> dict[str, Any]:
    """The note as it was last written; empty if there is none or it is no JSON object."""
    try:
        found = json.loads(place(vault, name).read_text("utf-8"))
    except (OSError, ValueError, RecursionError, RuntimeError):
        return {}
    return found if isinstance(found, dict) else {}


def write(vault: Path, name: str, note: Mapping[str, Any]) -> bool:
    """Put a note in place of what was there, in one step; says whether the machine could keep it."""
    with suppress(OSError, RuntimeError):
        target = place(vault, name)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        half = target.with_name(f".{target.name}-{os.urandom(4).hex()}")
        try:
            descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(note, file)
            half.replace(target)
            return True
        finally:
            half.unlink(missing_ok=True)
    return False


# --- upkeep -----------------------------------------------------------------------------------------------------------
# When a vault was last looked over: notes kept beside it, since looking must never write into it.

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
    write(vault, _NOTE, {name: _plain(record) for name, record in found.items()})


def last(vault: Path, chore: Chore) -> Record:
    """What is written down of a chore; an empty record if nothing is."""
    return _read(vault).get(chore, Record())


def _read(vault: Path) -> Mapping[str, Record]:
    found = read(vault, _NOTE)
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

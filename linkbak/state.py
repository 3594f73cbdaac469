"""Notes about one vault that cannot be made again, in one file beside it; losing the file loses no data.

The file is a JSON object with a section for each subject. Neither writing nor reading a section ever fails a command:
a machine that cannot keep notes has none.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from linkbak import paths
from linkbak.model import NamedTuple

Section = Literal[
    "api", "copies", "failed", "kit", "outbox", "pending", "pushing", "reminders", "request", "run", "scan", "seals",
    "troubles", "upkeep",
]  # fmt: skip


def file_of(vault: Path) -> Path:
    """The file with the notes about a vault."""
    return paths.state_folder(vault) / "state.json"


def read(vault: Path, section: Section) -> dict[str, Any]:
    """The section as it was last written; empty if there is none or it is no JSON object."""
    try:
        found = _sections(file_of(vault)).get(section)
    except RuntimeError:
        return {}
    return found if isinstance(found, dict) else {}


def entry(raw: Any, *names: str) -> tuple[str, ...] | None:
    """The texts of these names in a part of a section; None unless all are texts, and `at` a time with a zone."""
    try:
        found = tuple(raw[name] for name in names)
        zoned = datetime.fromisoformat(raw["at"]).tzinfo is not None
    except (ValueError, TypeError, KeyError):
        return None
    return found if zoned and all(isinstance(one, str) for one in found) else None


def write(vault: Path, section: Section, note: Mapping[str, Any]) -> bool:
    """Replace a section in one step; returns whether the machine could keep it."""
    with suppress(OSError, RuntimeError):
        file = file_of(vault)
        paths.make_folder(file.parent)
        with _locked(file.parent):
            paths.write_whole(file, json.dumps({**_sections(file), section: note}).encode())
            return True
    return False


def _sections(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Holds the folder's lock, so that two commands do not lose each other's sections; some file systems have none."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def alone(
    vault: Path, name: str, refusal: Exception, unable: Callable[[Exception], Exception] | None = None
) -> Iterator[None]:
    """Holds the lock file of a name beside the notes; raises `refusal` at once if another process has it.

    Where the file cannot be made, raises what `unable` makes of the error, or goes on without the lock.
    """
    try:
        file = paths.state_folder(vault) / name
        paths.make_folder(file.parent)
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except (OSError, RuntimeError) as error:
        if unable is not None:
            raise unable(error) from None
        yield
        return
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise refusal from None
        yield
    finally:
        os.close(descriptor)


# --- upkeep -----------------------------------------------------------------------------------------------------------
# When a vault was last checked: noted beside it, since a check must never write into it.

Chore = Literal["verify", "sample", "drill"]
"""The chores: every byte compared; a share of them compared; a trial restore."""


class Done(NamedTuple):
    """The last run of one chore: when (RFC 3339 UTC), whether all was well, and in a few words what was done."""

    at: str
    passed: bool
    what: str = ""


class Record(NamedTuple):
    """The last time a chore was done, and the last time it was done and all was well; None if never."""

    last: Done | None = None
    passed: Done | None = None


def note(vault: Path, chore: Chore, done: Done) -> None:
    """Note that a chore was done. A machine that cannot keep the note loses only the note."""
    found = dict(_read(vault))
    before = found.get(chore, Record())
    found[chore] = Record(done, done if done.passed else before.passed)
    write(vault, "upkeep", {name: record._asdict() for name, record in found.items()})


def last(vault: Path, chore: Chore) -> Record:
    """The notes about a chore; an empty record if there are none."""
    return _read(vault).get(chore, Record())


def _read(vault: Path) -> Mapping[str, Record]:
    found = read(vault, "upkeep")
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

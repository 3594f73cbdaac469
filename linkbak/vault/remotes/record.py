"""When a copy elsewhere was last made well: notes kept beside the vault, one for each place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from linkbak import notes

_NOTE = "copies"


class Copy(NamedTuple):
    """One copy: its name, whether it is a ``remote`` or a ``seal``, when it was made (RFC 3339 UTC), and of what.

    `commit` is the newest commit that the copy holds.
    """

    name: str
    kind: str
    at: str
    commit: str


def note_copy(vault: Path, name: str, kind: str, commit: str, at: str) -> None:
    """Write down that a copy was made. A machine that cannot keep the note loses only the note."""
    _write(vault, {**copies(vault), name: Copy(name, kind, at, commit)})


def forget_copy(vault: Path, name: str) -> None:
    """A place is no longer one for copies."""
    found = copies(vault)
    if found.pop(name, None) is not None:
        _write(vault, found)


def copies(vault: Path) -> dict[str, Copy]:
    """The last good copy in every place, by its name."""
    return {name: one for name, raw in notes.read(vault, _NOTE).items() if (one := _copy(name, raw)) is not None}


def _copy(name: str, raw: object) -> Copy | None:
    if not isinstance(raw, dict):
        return None
    try:
        kind, at, commit = (raw[which] for which in ("kind", "at", "commit"))
        if datetime.fromisoformat(at).tzinfo is None or not isinstance(kind, str) or not isinstance(commit, str):
            return None
    except (ValueError, TypeError, KeyError):
        return None
    return Copy(name, kind, at, commit)


def _write(vault: Path, found: Mapping[str, Copy]) -> None:
    plain = {name: {"at": one.at, "commit": one.commit, "kind": one.kind} for name, one in found.items()}
    notes.write(vault, _NOTE, plain)

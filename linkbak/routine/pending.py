"""What a run has found and not told yet: noted, so that the next one tells it if this one is cut short.

An archive is kept and a refusal remembered for good long before anybody hears of it; without the note, whoever pulls
the plug in between would never.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from linkbak import notes
from linkbak.errors import Exit, LinkbakError

_NOTE = "pending"


class Pending(NamedTuple):
    """When the first run that was cut short began (RFC 3339 UTC), and what had been refused by then."""

    begun: str
    refused: tuple[LinkbakError, ...] = ()


def begin(place: Path) -> Pending | None:
    """Note that a run begins; gives what the one before left untold, None if that one told all it had to."""
    before = _read(place)
    _write(place, before or Pending(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"))
    return before


def refused(place: Path, error: LinkbakError) -> None:
    """Note a refusal before it is remembered as one that was told."""
    known = _read(place)
    if known is not None:
        _write(place, known._replace(refused=(*known.refused, error)))


def end(place: Path) -> None:
    """Note that all was told."""
    notes.write(place, _NOTE, {})


def _read(place: Path) -> Pending | None:
    found = notes.read(place, _NOTE)
    try:
        begun = found["begun"]
        if datetime.fromisoformat(begun).tzinfo is None:
            return None
        return Pending(begun, tuple(_error(*one) for one in found["refused"]))
    except (ValueError, TypeError, KeyError):
        return None


def _write(place: Path, one: Pending) -> None:
    errors = [[str(error), error.hint, int(error.exit_code)] for error in one.refused]
    notes.write(place, _NOTE, {"begun": one.begun, "refused": errors})


def _error(message: str, hint: str, code: int) -> LinkbakError:
    error = LinkbakError(str(message), hint=str(hint))
    error.exit_code = Exit(code)
    return error

"""Known incidents, from the file that comes with linkbak and the user's own beside the config file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Literal

from linkbak import paths
from linkbak.causes.verdict import Incident
from linkbak.errors import MachineProblem, UsageProblem

PACKAGED = Path(__file__).with_name("incidents.toml")
KINDS: tuple[Literal["fault", "trim"], ...] = ("fault", "trim")
_KEYS = ("id", "kind", "network", "from", "to", "what", "sources")


def known_incidents() -> tuple[Incident, ...]:
    """All incidents linkbak knows, oldest first; one of the user's takes the place of a packaged one with its id.

    Raises UsageProblem, naming file and key, for a file of the user's that is not as it should be.
    """
    known = {one.id: one for file in (PACKAGED, paths.config_file().with_name("incidents.toml")) for one in _read(file)}
    return tuple(sorted(known.values(), key=lambda one: (one.began, one.id)))


def _read(file: Path) -> list[Incident]:
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise MachineProblem(f"cannot read {file}: {error.strerror}") from None
    values = _parsed(file, data)
    entries = values.pop("incident", [])
    for key in values:
        raise _wrong(file, key, "linkbak knows no such key; each incident begins with a line [[incident]]")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise _wrong(file, "incident", "each incident begins with a line [[incident]]")
    found = [_incident(_Entry(file, number, entry)) for number, entry in enumerate(entries, 1)]
    for number, one in enumerate(found, 1):
        if any(one.id == other.id for other in found[: number - 1]):
            raise _wrong(file, f"incident {number}: id", "an earlier one has the same")
    return found


def _parsed(file: Path, data: bytes) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise UsageProblem(f"{file} is not UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageProblem(f"{file} is not valid TOML: {error}", hint="Mend the line or delete the file.") from None


class _Entry:
    """One incident as written in a file, and where, for errors."""

    def __init__(self, file: Path, number: int, values: Mapping[str, Any]) -> None:
        self.file, self.number, self.values = file, number, values
        for key in values:
            if key not in _KEYS:
                raise self.wrong(key, f"linkbak knows no such key; it knows: {', '.join(_KEYS)}")

    def wrong(self, key: str, why: str) -> UsageProblem:
        return _wrong(self.file, f"incident {self.number}: {key}", why)

    def text(self, key: str, default: str = "") -> str:
        value = self.values.get(key, default)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, "it must be a text, in quotes")
        return value.strip()

    def moment(self, key: str, at: time) -> str:
        """A day or a time as RFC 3339 UTC; a day is taken at its beginning or its end."""
        value = self.values.get(key)
        if isinstance(value, datetime):
            try:
                utc = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
            except OverflowError:
                raise self.wrong(key, "no calendar has that time in UTC") from None
        elif isinstance(value, date):
            utc = datetime.combine(value, at, UTC)
        else:
            raise self.wrong(key, "it must be a day as 2024-10-22 or a time as 2024-10-22T10:00:00Z, without quotes")
        return f"{utc.replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def _incident(entry: _Entry) -> Incident:
    kind = next((kind for kind in KINDS if kind == entry.text("kind")), None)
    if kind is None:
        raise entry.wrong("kind", f"it must be one of: {', '.join(KINDS)}")
    began = entry.moment("from", time())
    ended = entry.moment("to", time(23, 59, 59)) if "to" in entry.values else ""
    if ended and ended < began:
        raise entry.wrong("to", "it must not be before from")
    if kind == "trim" and not ended:
        raise entry.wrong("to", "a trim needs the day on which it ended")
    network, what = entry.text("network", "linkedin"), entry.text("what")
    sources = entry.values.get("sources", [])
    if not isinstance(sources, list) or not all(isinstance(source, str) for source in sources):
        raise entry.wrong("sources", "it must be a list of addresses, in quotes")
    return Incident(entry.text("id"), kind, network, began, ended, what, tuple(sources))


def _wrong(file: Path, key: str, why: str) -> UsageProblem:
    return UsageProblem(f"{file}: {key}: {why}")

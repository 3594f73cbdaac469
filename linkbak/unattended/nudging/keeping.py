"""What the user told of requests: a note beside the vault, one entry an account, "" before there is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from linkbak import notes
from linkbak.errors import MachineProblem
from linkbak.unattended.nudging.states import MINUTES, Nudge, Request, nudge

if TYPE_CHECKING:
    from linkbak.settings import Cadence
    from linkbak.vault import Summary

_NOTE = "nudge"


def nudges(
    place: Path, summaries: Sequence[Summary], cadence: Cadence, now: datetime, account: str | None = None
) -> tuple[Nudge, ...]:
    """Where the request of each account stands, sorted by account; with `account`, of that one alone.

    `summaries` are the whole vault's, oldest first. A vault that holds nothing has one, of the account "".
    """
    told, made = read(place), _made(place, now)
    kept: dict[str, list[Summary]] = {}
    for one in summaries:
        kept.setdefault(one.key.account, []).append(one)
    if not kept:
        return (nudge("", (), told.get(""), cadence, now, made),)
    before = told.get("") if len(kept) == 1 else None
    return tuple(
        nudge(name, kept[name], told.get(name) or before, cadence, now, made)
        for name in sorted(kept)
        if account in (None, name, kept[name][-1].account)
    )


def requested(place: Path, account: str, at: datetime) -> Request:
    """Write down that the button was pressed; a click within minutes of the one before is the same one.

    Raises MachineProblem if the note cannot be kept.
    """
    told = read(place)
    known = told.get(account)
    if known is not None and abs(at - known.requested) < MINUTES:
        return known
    return _write(place, {**told, account: Request(_whole_seconds(at))})[account]


def ready(place: Path, account: str, at: datetime, asked: Request | None) -> Request:
    """Write down that a mail with a link came, for the request that is open, else for one that nobody told of."""
    mailed = _whole_seconds(at)
    begun = asked.requested if asked and asked.requested <= mailed else mailed
    return _write(place, {**read(place), account: Request(begun, mailed)})[account]


def cancel(place: Path, account: str) -> bool:
    """Take back what was written down; says whether there was anything."""
    told = read(place)
    left = {name: one for name, one in told.items() if name not in (account, "")}
    if left != told:
        _write(place, left)
    return left != told


def read(place: Path) -> dict[str, Request]:
    """What was told of each account; what cannot be read was not told."""
    found: dict[str, Request] = {}
    for account, one in notes.read(place, _NOTE).items():
        with suppress(ValueError, TypeError, KeyError, AttributeError):
            found[account] = Request(moment(one["requested"]), moment(one["mailed"]) if one["mailed"] else None)
    return found


def moment(text: str) -> datetime:
    """A time as a note has it; raises ValueError or TypeError if it is none."""
    when = datetime.fromisoformat(text)
    if when.tzinfo is None:
        raise ValueError
    return when.astimezone(UTC)


def written(when: datetime) -> str:
    """The same time for a note."""
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _write(place: Path, told: dict[str, Request]) -> dict[str, Request]:
    note: Mapping[str, object] = {
        account: {"requested": written(one.requested), "mailed": written(one.mailed) if one.mailed else None}
        for account, one in told.items()
    }
    if not notes.write(place, _NOTE, note):
        raise MachineProblem(
            "cannot write the note about your request into the state folder",
            hint="`linkbak doctor` looks at the folders that linkbak writes to.",
        )
    return told


def _whole_seconds(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)


def _made(place: Path, now: datetime) -> datetime:
    """When the vault was made, as far as its files tell: the oldest of those that stay as they are."""
    found = [now]
    for name in ("README.md", "linkbak.toml", ".gitattributes"):
        with suppress(OSError):
            found.append(datetime.fromtimestamp((place / name).stat().st_mtime, UTC))
    return min(found)

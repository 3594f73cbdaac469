"""What was told, and what could be told to nobody: kept beside the vault, so that a later run tries again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from linkbak import notes

if TYPE_CHECKING:
    from linkbak.settings import Notify
    from linkbak.unattended.notifying import Message, Undelivered

_WAITING = "outbox"
_TROUBLES = "troubles"
_MOST = 20
_LONGEST = timedelta(days=14)
"""So many messages, and so long, wait for somebody to be reached."""


def send(place: Path, how: Notify, message: Message, ways: int) -> list[Undelivered]:
    """Send a message every way; one that got through nowhere waits for the next run."""
    from linkbak.unattended.notifying import notify

    undelivered = notify(how, message)
    before = _waiting(place)
    waiting = [one for one in before if one[1] != message]
    if len(undelivered) == ways:
        since = next((at for at, one in before if one == message), f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
        waiting.append((since, message))
    if waiting != before:
        notes.write(place, _WAITING, {"messages": [[at, *one] for at, one in waiting[-_MOST:]]})
    return undelivered


def waiting(place: Path) -> list[Message]:
    """What could be told to nobody so far, oldest first; after two weeks it is no news any more."""
    now = datetime.now(UTC)
    return [message for at, message in _waiting(place) if now - datetime.fromisoformat(at) < _LONGEST]


def untold(place: Path, troubles: Sequence[str]) -> frozenset[str]:
    """Those of the troubles that were not told today."""
    told = notes.read(place, _TROUBLES)
    return frozenset(one for one in troubles if told.get(one) != _today())


def told(place: Path, troubles: Sequence[str]) -> None:
    """Note that these troubles, and no others, are known today."""
    now = dict.fromkeys(troubles, _today())
    if notes.read(place, _TROUBLES) != now:
        notes.write(place, _TROUBLES, now)


def _today() -> str:
    return f"{datetime.now(UTC).astimezone():%Y-%m-%d}"


def _waiting(place: Path) -> list[tuple[str, Message]]:
    from linkbak.unattended.notifying import Message

    found = []
    for raw in notes.read(place, _WAITING).get("messages", []):
        try:
            at, subject, body, kind = raw
            if datetime.fromisoformat(at).tzinfo is not None:
                found.append((at, Message(str(subject), str(body), kind)))
        except (ValueError, TypeError):
            continue
    return found

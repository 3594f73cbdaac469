"""The state shared by the steps of one run, and the notes beside the vault for the next run."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from linkbak import state
from linkbak.automation import Step
from linkbak.automation.notify import Message
from linkbak.automation.notify import notify as deliver
from linkbak.errors import Exit, LinkbakError, NoVault
from linkbak.model import NamedTuple
from linkbak.vault import Vault

if TYPE_CHECKING:
    from linkbak.automation.notify import Undelivered
    from linkbak.automation.reminders import Reminder
    from linkbak.ingest import Options, Receipt
    from linkbak.settings import Notify, Settings


@dataclass(slots=True)
class RunState:
    """A run: the vault's place, whether the user named it, options and settings; and its progress: archives kept, news
    of each account, other messages, the reminder, steps done.

    `before` is what an interrupted run before had found and not reported. `fetching` is the account for
    which the official API is being asked, "" if it was not named; None for no account.
    """

    place: Path
    named: bool
    options: Options
    settings: Settings
    before: Pending | None = None
    kept: list[Receipt] = field(default_factory=list)
    news: dict[str, Message] = field(default_factory=dict)
    words: list[Message] = field(default_factory=list)
    reminder: tuple[Reminder, Message] | None = None
    fetching: str | None = None
    steps: list[Step] = field(default_factory=list)

    @property
    def vault(self) -> bool:
        """Whether a vault exists by now."""
        try:
            Vault.open(self.place).close()
        except NoVault:
            return False
        return True


# --- interrupted runs -------------------------------------------------------------------------------------------------
# Notes of what a run has found and not reported yet, so that the next one reports it if this one is interrupted.
# Archives are kept and refusals remembered before the user is told; without the notes a power cut in between would hide
# them for ever.


class Pending(NamedTuple):
    """When the first interrupted run began (RFC 3339 UTC), and what had been refused by then."""

    begun: str
    refused: tuple[LinkbakError, ...] = ()


def begin(place: Path) -> Pending | None:
    """Note that a run begins; returns what the one before left unreported, None if nothing."""
    before = _read(place)
    _write(place, before or Pending(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"))
    return before


def refused(place: Path, error: LinkbakError) -> None:
    """Note a refusal before the scan remembers it as reported."""
    known = _read(place)
    if known is not None:
        _write(place, known._replace(refused=(*known.refused, error)))


def end(place: Path) -> None:
    """Note that everything was reported."""
    state.write(place, "pending", {})


def _read(place: Path) -> Pending | None:
    found = state.read(place, "pending")
    try:
        begun = found["begun"]
        if datetime.fromisoformat(begun).tzinfo is None:
            return None
        return Pending(begun, tuple(refusal(*one) for one in found["refused"]))
    except (ValueError, TypeError, KeyError):
        return None


def _write(place: Path, one: Pending) -> None:
    errors = [[str(error), error.hint, int(error.exit_code)] for error in one.refused]
    state.write(place, "pending", {"begun": one.begun, "refused": errors})


def refusal(message: str, hint: str, code: int) -> LinkbakError:
    """A refusal made again from its parts; raises ValueError if no exit status is `code`."""
    error = LinkbakError(str(message), hint=str(hint))
    error.exit_code = Exit(code)
    return error


# --- messages and troubles --------------------------------------------------------------------------------------------
# Messages that reached nobody are kept, so that a later run sends them; errors that were sent, so that none is sent
# twice in a day.

_MOST = 20
_LONGEST = timedelta(days=14)
"""How many undelivered messages are kept, and for how long."""


def send(place: Path, how: Notify, message: Message, ways: int) -> list[Undelivered]:
    """Send a message every way; one that got through nowhere is kept for the next run."""
    undelivered = deliver(how, message)
    before = _outbox(place)
    waiting = [one for one in before if one[1] != message]
    if len(undelivered) == ways:
        since = next((at for at, one in before if one == message), f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
        waiting.append((since, message))
    if waiting != before:
        state.write(place, "outbox", {"messages": [[at, *one] for at, one in waiting[-_MOST:]]})
    return undelivered


def unsent(place: Path) -> list[Message]:
    """The undelivered messages, oldest first; those older than two weeks are dropped."""
    now = datetime.now(UTC)
    return [message for at, message in _outbox(place) if now - datetime.fromisoformat(at) < _LONGEST]


def new_troubles(place: Path, troubles: Sequence[str]) -> frozenset[str]:
    """The errors that were not sent today."""
    sent = state.read(place, "troubles")
    return frozenset(one for one in troubles if sent.get(one) != _today())


def note_troubles(place: Path, troubles: Sequence[str]) -> None:
    """Note that these errors, and no others, were sent today."""
    now = dict.fromkeys(troubles, _today())
    if state.read(place, "troubles") != now:
        state.write(place, "troubles", now)


def _today() -> str:
    return f"{datetime.now(UTC).astimezone():%Y-%m-%d}"


def _outbox(place: Path) -> list[tuple[str, Message]]:
    """The messages that reached nobody, and since when; a spoilt note counts as none."""
    with suppress(ValueError, TypeError, KeyError):
        raw = state.read(place, "outbox")["messages"]
        found = [(at, Message(str(subject), str(body), kind)) for at, subject, body, kind in raw]
        if all(datetime.fromisoformat(at).tzinfo is not None for at, _ in found):
            return found
    return []

"""Who is told what: reminders of the one click that stays the user's, news, troubles, and a sign of life."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from linkbak import state
from linkbak.automation import reminders
from linkbak.automation.notify import Message, channels
from linkbak.automation.notify import notify as deliver
from linkbak.automation.ping import ping
from linkbak.automation.run import Step, exit_code_of, failures
from linkbak.errors import Exit, LinkbakError, MachineProblem
from linkbak.report import count
from linkbak.report.reminders import letter
from linkbak.report.schedule import trouble
from linkbak.routine.run_state import RunState
from linkbak.vault import Vault

if TYPE_CHECKING:
    from linkbak.automation.notify import Undelivered
    from linkbak.settings import Notify
    from linkbak.vault import Summary


# --- outbox -----------------------------------------------------------------------------------------------------------
# What was told, and what could be told to nobody: kept beside the vault, so that a later run tries again.

_MOST = 20
_LONGEST = timedelta(days=14)
"""So many messages, and so long, wait for somebody to be reached."""


def send(place: Path, how: Notify, message: Message, ways: int) -> list[Undelivered]:
    """Send a message every way; one that got through nowhere waits for the next run."""
    undelivered = deliver(how, message)
    before = _waiting(place)
    waiting = [one for one in before if one[1] != message]
    if len(undelivered) == ways:
        since = next((at for at, one in before if one == message), f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
        waiting.append((since, message))
    if waiting != before:
        state.write(place, "outbox", {"messages": [[at, *one] for at, one in waiting[-_MOST:]]})
    return undelivered


def waiting(place: Path) -> list[Message]:
    """What could be told to nobody so far, oldest first; after two weeks it is no news any more."""
    now = datetime.now(UTC)
    return [message for at, message in _waiting(place) if now - datetime.fromisoformat(at) < _LONGEST]


def untold(place: Path, troubles: Sequence[str]) -> frozenset[str]:
    """Those of the troubles that were not told today."""
    told = state.read(place, "troubles")
    return frozenset(one for one in troubles if told.get(one) != _today())


def told(place: Path, troubles: Sequence[str]) -> None:
    """Note that these troubles, and no others, are known today."""
    now = dict.fromkeys(troubles, _today())
    if state.read(place, "troubles") != now:
        state.write(place, "troubles", now)


def _today() -> str:
    return f"{datetime.now(UTC).astimezone():%Y-%m-%d}"


def _waiting(place: Path) -> list[tuple[str, Message]]:
    found = []
    for raw in state.read(place, "outbox").get("messages", []):
        try:
            at, subject, body, kind = raw
            if datetime.fromisoformat(at).tzinfo is not None:
                found.append((at, Message(str(subject), str(body), kind)))
        except (ValueError, TypeError):
            continue
    return found


# --- steps ------------------------------------------------------------------------------------------------------------


def remind(run_state: RunState) -> Step:
    """Say a word about the next archive if it is time for one; the vault is stale whether it is said or not."""
    if run_state.plan.named and not run_state.vault:
        return Step("remind")  # whoever named it has one somewhere; nothing can be said of it
    place, cadence, now = run_state.plan.place, run_state.plan.settings.cadence, datetime.now(UTC).astimezone()
    summaries = _summaries(run_state)
    stale = any(one.level == "stale" for one in reminders.nudges(place, summaries, cadence, now))
    reminder = reminders.due_reminder(place, summaries, cadence, now)
    lines: list[str] = []
    if reminder is not None:
        subject, body = letter(reminder, now)
        run_state.reminder = reminder, Message(subject, body, "reminder")
        lines = [subject, "", *body.rstrip("\n").split("\n")]
    return Step("remind", tuple(lines), Exit.STALE if stale else Exit.FINE)


def notify(run_state: RunState) -> Step:
    """Send what there is to tell every way the user chose; what got through nowhere is tried again by later runs."""
    place, how = run_state.plan.place, run_state.plan.settings.notify
    ways = len(channels(how))
    failed: list[Undelivered] = []
    if ways:
        for message in (*waiting(place), *run_state.news.values(), *_trouble(run_state)):
            failed += send(place, how, message, ways)
        told(place, _names(run_state))
    _remind(run_state, ways, failed)
    return Step("notify", errors=tuple(_error(one) for one in dict.fromkeys(failed)))


def ping_start(run_state: RunState) -> Step:
    """Tell the service that waits for a sign of life that a run begins."""
    return _ping(run_state, "start", "")


def ping_end(run_state: RunState) -> Step:
    """Tell it how the run ended: well, or with an exit status that is not 0."""
    status = exit_code_of(run_state.steps)
    return _ping(run_state, "fail" if status else "success", f"exit status {int(status)}")


def _ping(run_state: RunState, signal: Literal["start", "success", "fail"], text: str) -> Step:
    url = run_state.plan.settings.notify.ping
    failed = ping(url, signal, text) if url else None
    if failed is None:
        return Step("ping")
    return Step("ping", errors=(_error(failed._replace(channel=failed.channel.removeprefix("ping "))),))


def _summaries(run_state: RunState) -> tuple[Summary, ...]:
    if not run_state.vault:
        return ()
    with Vault.open(run_state.plan.place) as vault:
        return vault.summaries()


def _remind(run_state: RunState, ways: int, failed: list[Undelivered]) -> None:
    """Send the reminder; it counts as said if it got through somewhere, or if what a run prints is all there is."""
    if run_state.reminder is None:
        return
    reminder, message = run_state.reminder
    undelivered = deliver(run_state.plan.settings.notify, message) if ways else []
    failed += undelivered
    if not ways or len(undelivered) < ways:
        reminders.reminded(run_state.plan.place, reminder, datetime.now(UTC).astimezone())


def _trouble(run_state: RunState) -> list[Message]:
    """What went wrong in this run, if that was not told today."""
    new = untold(run_state.plan.place, _names(run_state))
    told = [lines for steps, error in failures(run_state.steps) if _name(lines := trouble(steps, error)) in new]
    if not told:
        return []
    text = "\n".join(line for lines in told for line in lines)
    return [Message(f"linkbak: {count(len(told), 'thing')} went wrong", text, "trouble")]


def _names(run_state: RunState) -> list[str]:
    return [_name(trouble(steps, error)) for steps, error in failures(run_state.steps)]


def _name(lines: Sequence[str]) -> str:
    """By what a trouble is known again the next time."""
    return lines[0]


def _error(failed: Undelivered) -> LinkbakError:
    return MachineProblem(f"{failed.channel}: {failed.why}", hint=failed.hint)

"""Where to measure and on what, for every scenario."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from pathlib import Path

from benchmarks.account import BEGAN, Account, write_zip
from benchmarks.harness import LINKBAK, Cost, Result

__all__ = ["LINKBAK", "Scenario", "Setting", "times"]


@dataclass(frozen=True)
class Setting:
    """Where to measure, how often, and on how much."""

    folder: Path
    runs: int
    people: int
    messages: int
    snapshots: int
    weeks: int
    keep: Path  # for what takes minutes to make and is the same every time

    @property
    def states(self) -> Sequence[bytes]:
        """Connections.csv of one account, a month apart each, as many as runs need."""
        return _states(self.people, self.runs + 12)

    @property
    def talk(self) -> bytes:
        """One messages.csv."""
        return _talk(self.people, self.messages)

    def archive(self, number: int, *, messages: bool) -> Path:
        """The zip of the `number`th export; each is different."""
        path = self.folder / f"{'Complete' if messages else 'Basic'}_{number}.zip"
        if not path.exists():
            files = {"Connections.csv": self.states[number]}
            if messages:
                # LinkedIn writes the conversation that changed last first.
                head, rest = self.talk.split(b"\n", 1)
                rows = [
                    f'2-{n},"",Ada Example,,Boris Sample,,2025-01-20 15:09:26 UTC,,News {n},INBOX'
                    for n in range(number, -1, -1)
                ]
                files["messages.csv"] = b"\n".join((head, *(row.encode() for row in rows), rest))
            write_zip(path, files, datetime.combine(BEGAN, time(8), UTC) + timedelta(days=30 * (number + 1)))
        return path


@cache
def _states(people: int, months: int) -> Sequence[bytes]:
    account = Account(people)
    found = []
    for _ in range(months):
        account.drift(1)
        found.append(account.connections())
    return found


@cache
def _talk(people: int, messages: int) -> bytes:
    return Account(people).messages(messages)


Scenario = Callable[[Setting], list[Result]]
"""Prepares its data, runs linkbak and a peer in turn, and gives lines of the table."""


def times(what: str, ours: Cost, peer: Cost, name: str, budget: float | None) -> Result:
    """A line of the table about a whole command: seconds of processor against the budget, clock and memory too."""
    return Result(what, ours.cpu, peer.cpu, "s", name, budget, (ours.wall, peer.wall), ours.memory)

"""Where to measure and on what, for every scenario."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from pathlib import Path

from benchmarks.account import BEGAN, Account, write_zip
from benchmarks.harness import BIN, Cost, Result

LINKBAK = BIN / "linkbak"


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

    @cached_property
    def states(self) -> Sequence[bytes]:
        """Connections.csv of one account, a month apart each, as many as runs need."""
        account = Account(self.people)
        found = []
        for _ in range(self.runs + 12):
            account.drift(1)
            found.append(account.connections())
        return found

    @cached_property
    def talk(self) -> bytes:
        """One messages.csv."""
        return Account(self.people).messages(self.messages)

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


Scenario = Callable[[Setting], list[Result]]
"""Prepares its data, runs linkbak and a peer in turn, and gives lines of the table."""


def times(what: str, ours: Cost, peer: Cost, name: str, budget: float | None) -> Result:
    """A line of the table about a whole command: seconds of processor against the budget, the clock beside them."""
    return Result(what, ours.cpu, peer.cpu, "s", name, budget, (ours.wall, peer.wall))

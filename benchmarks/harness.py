"""Times whole commands side by side and sets them against their budgets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Cost:
    """What one run of a command took: seconds on the clock and of processor, and its largest process in MB."""

    wall: float
    cpu: float
    memory: float


@dataclass(frozen=True)
class Result:
    """One line of the table: ours against a peer's, medians of so many runs.

    Seconds are of processor, with all children, since that is what a busy machine has to give; `clock` are the seconds
    on the clock of both, where a whole command was timed.
    """

    what: str
    ours: float
    peer: float
    unit: str
    peer_name: str
    budget: float | None
    clock: tuple[float, float] | None = None

    @property
    def ratio(self) -> float:
        """Ours over the peer's."""
        return self.ours / self.peer

    @property
    def met(self) -> bool:
        """Whether the budget holds, if there is one."""
        return self.budget is None or self.ratio <= self.budget


Command = Callable[[int], Sequence[str | Path]]
"""The words of the k-th run of a command."""


def always(*words: str | Path) -> Command:
    """The same words for every run."""
    return lambda _: words


def side_by_side(commands: Mapping[str, Command], runs: int, folder: Path) -> dict[str, Cost]:
    """Run the commands in turn, A B A B, after one uncounted run of each; the median of every figure."""
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for run in range(runs + 1):
        for name, command in commands.items():
            cost = once([str(word) for word in command(run)], folder)
            if run:
                costs[name].append(cost)
    return {name: _median(found) for name, found in costs.items()}


_RUN = """
import json, os, sys, time
null = os.open(os.devnull, os.O_RDWR)
began = time.perf_counter()
files = [(os.POSIX_SPAWN_DUP2, null, 0), (os.POSIX_SPAWN_DUP2, null, 1)]
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=files)
_, status, used = os.wait4(child, 0)
wall = time.perf_counter() - began
print(json.dumps([os.waitstatus_to_exitcode(status), wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1000]))
"""


def once(words: Sequence[str], folder: Path, expected: Sequence[int] = (0, 3)) -> Cost:
    """Run one command with its output thrown away, as the operating system accounts for it and its children.

    A small process stands between: Linux counts what its parent held at the fork as a process's own memory.
    """
    command = [sys.executable, "-I", "-S", "-c", _RUN, *words]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment(folder), check=False)
    if ran.returncode:
        raise SystemExit(f"{words} cannot be run:\n{ran.stderr}")
    status, wall, cpu, memory = json.loads(ran.stdout)
    if status not in expected:
        raise SystemExit(f"{words} ended with {status}:\n{ran.stderr}")
    return Cost(wall, cpu, memory)


def environment(folder: Path) -> dict[str, str]:
    """What a command sees whose home, cache and notes are in a folder, and which leaves nothing running behind."""
    places = ("cache", "state", "config", "data")
    own = {"HOME": str(folder), **{f"XDG_{one.upper()}_HOME": str(folder / one) for one in places}}
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, **own, "NO_COLOR": "1", "LINKBAK_COMPACT": "never"}


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(
        median(cost.wall for cost in costs), median(cost.cpu for cost in costs), median(cost.memory for cost in costs)
    )


def table(results: Sequence[Result]) -> Iterator[str]:
    """The results as a Markdown table."""
    yield "| what | linkbak | peer | ratio | budget | on the clock |"
    yield "|---|---|---|---|---|---|"
    for one in results:
        mark = "" if one.met else " **over**"
        yield (
            f"| {one.what} | {_figure(one.ours, one.unit)} | {_figure(one.peer, one.unit)} ({one.peer_name})"
            f" | {one.ratio:.2f}{mark} | {'' if one.budget is None else f'{one.budget:g}'}"
            f" | {' / '.join(_figure(seconds, 's') for seconds in one.clock or ())} |"
        )


def _figure(value: float, unit: str) -> str:
    return f"{value * 1000:.0f} ms" if unit == "s" else f"{value:.0f} {unit}"

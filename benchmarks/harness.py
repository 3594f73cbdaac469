"""Times whole commands side by side and sets them against their budgets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

BIN = Path(sys.executable).parent
LINKBAK = BIN / "linkbak"


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
    on the clock of both, and `memory` is our largest process in MB, where a whole command was timed.
    """

    what: str
    ours: float
    peer: float
    unit: str
    peer_name: str
    budget: float | None
    clock: tuple[float, float] | None = None
    memory: float | None = None

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
    """Run the commands in turn, A B A B, after one uncounted run of each; the median of every figure.

    Where two linkbaks are compared with each other, peers run only that once, for what others need of their output.
    """
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for run in range(runs + 1):
        for name, command in commands.items():
            words = [str(word) for word in command(run)]
            if run == 0 or not paired() or any(str(LINKBAK) in word for word in words):
                costs[name].append(once(words, folder))
    return {name: _median(found[1:] or found) for name, found in costs.items()}


# --- two linkbaks -----------------------------------------------------------------------------------------------------
# Each runs the same scenario in a thread and a world of its own; only one of the two does anything at any time.


class Turns:
    """Lets two threads work in turn: each hands over after every command that it ran."""

    def __init__(self) -> None:
        self._turn = threading.Semaphore(1), threading.Semaphore(0)
        self._over = [False, False]

    def begin(self, which: int, linkbak: Path) -> None:
        """This thread is one of the two, and runs that linkbak; returns once it is its turn."""
        _own.turns, _own.which, _own.linkbak = self, which, linkbak
        self._turn[which].acquire()

    def hand_over(self, which: int) -> None:
        """The other's turn, unless it has ended; returns once it is this one's again."""
        if not self._over[1 - which]:
            self._turn[1 - which].release()
            self._turn[which].acquire()

    def end(self, which: int) -> None:
        """This one runs nothing more."""
        self._over[which] = True
        self._turn[1 - which].release()


_own = threading.local()


def paired() -> bool:
    """Whether this thread is one of two."""
    return hasattr(_own, "turns")


def linkbak() -> Path:
    """The linkbak that this thread runs; its Python is beside it."""
    found: Path = getattr(_own, "linkbak", LINKBAK)
    return found


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

    A small process stands between: Linux counts what its parent held at the fork as a process's own memory. Of two
    linkbaks that are compared it is the thread's own that is run.
    """
    words = [word.replace(str(LINKBAK), str(linkbak())) for word in words]
    command = [sys.executable, "-I", "-S", "-c", _RUN, *words]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment(folder), check=False)
    if ran.returncode:
        raise SystemExit(f"{words} cannot be run:\n{ran.stderr}")
    status, wall, cpu, memory = json.loads(ran.stdout)
    if status not in expected:
        raise SystemExit(f"{words} ended with {status}:\n{ran.stderr}")
    if paired():
        _own.turns.hand_over(_own.which)
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
    yield "| what | linkbak | peer | ratio | budget | on the clock | memory |"
    yield "|---|---|---|---|---|---|---|"
    for one in results:
        mark = "" if one.met else " **over**"
        yield (
            f"| {one.what} | {_figure(one.ours, one.unit)} | {_figure(one.peer, one.unit)} ({one.peer_name})"
            f" | {one.ratio:.2f}{mark} | {'' if one.budget is None else f'{one.budget:g}'}"
            f" | {' / '.join(_figure(seconds, 's') for seconds in one.clock or ())}"
            f" | {'' if one.memory is None else _figure(one.memory, 'MB')} |"
        )


def table_of_both(results: Sequence[tuple[Result, Result]]) -> Iterator[str]:
    """What one linkbak and another took for the same, as a Markdown table."""
    yield "| what | before | after | after / before | memory before | after |"
    yield "|---|---|---|---|---|---|"
    for one, other in results:
        memory = [_figure(each.memory, "MB") if each.memory else "" for each in (one, other)]
        yield (
            f"| {one.what} | {_figure(one.ours, one.unit)} | {_figure(other.ours, other.unit)}"
            f" | {other.ours / one.ours:.2f} | {' | '.join(memory)} |"
        )


def _figure(value: float, unit: str) -> str:
    return f"{value * 1000:.0f} ms" if unit == "s" else f"{value:.0f} {unit}"

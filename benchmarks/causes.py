"""``python -m benchmarks causes``: true causes of loss against what linkbak says, in simulated accounts.

Prints the tables of docs/causes-measured.md.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.causes_plots import CLOSED, LIVES, MINE, PICTURE_OF_CLOSED, PLOTS, PURGED, TRUE_CAUSE
from benchmarks.causes_said import Answers, Said, month_by_month
from benchmarks.causes_truth import Month, Standing
from benchmarks.causes_world import simulate
from linkbak.index import LOST

BANDS = ("verified", "likely", "possible", "unknown")


class Judged(NamedTuple):
    """One loss: what was true, what was said of it first, and what in the end."""

    plot: str
    cause: str
    first: Said
    last: Said


def main(words: Sequence[str]) -> int:
    """Simulate, import, ask, and print; 1 if something verified is false or somebody who stays is called lost."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks causes", description=__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="how many accounts (default 5)")
    parser.add_argument("--people", type=int, default=1500, help="how many each begins with (default 1500)")
    parser.add_argument("--each", type=int, default=6, help="how many in each live through every plot (default 6)")
    asked = parser.parse_args(words)
    found = Tally()
    for seed in range(1, asked.seeds + 1):
        with tempfile.TemporaryDirectory(prefix="linkbak-causes-") as folder:
            os.environ["XDG_CACHE_HOME"] = f"{folder}/cache"
            found.follow(month_by_month(Path(folder), list(simulate(seed, asked.people, asked.each))))
    print("\n".join(report(found)))
    false = [one for one in found.losses for said in (one.first, one.last) if not is_true(one.cause, said)]
    return int(bool(found.false_losses or false))


class Tally:
    """What came of some accounts.

    `losses` are those rightly called lost, each with what was said; `answers` counts everything said, `false_losses`
    how often somebody was called lost who stayed; `unnamed` are those gone in the end of whom linkbak does not say so.
    """

    def __init__(self) -> None:
        self.losses: list[Judged] = []
        self.answers = self.false_losses = self.unnamed = 0

    def follow(self, answers: Iterable[tuple[Month, Answers]]) -> None:
        """Follow everybody of one account through what was said after each archive."""
        known: dict[int, Judged] = {}
        missing: set[int] = set()
        for month, said in answers:
            self.answers += len(said)
            for standing in month.standings:
                if standing.url in said:
                    self._hear(known, standing, said[standing.url])
            missing = {one.number for one in month.standings if one.cause and one.url}
        self.losses += known.values()
        self.unnamed += len(missing - known.keys())

    def _hear(self, known: dict[int, Judged], standing: Standing, said: Said) -> None:
        before, lost = known.get(standing.number), said.state in LOST
        if before and not (lost and standing.cause in ("", before.cause)):
            self.losses.append(known.pop(standing.number))
            before = None
        if lost and before:
            known[standing.number] = before._replace(last=said)
        elif lost and standing.cause:
            known[standing.number] = Judged(standing.plot, standing.cause, said, said)
        else:
            self.false_losses += lost


def is_true(cause: str, said: Said) -> bool:
    """Whether what is said may stand: only what claims to be verified can be false."""
    if said.band != "verified":
        return True
    fitting = {"account-lives": LIVES, "closed": PICTURE_OF_CLOSED, "blocked": PICTURE_OF_CLOSED}
    return cause in fitting.get(said.cause, {said.cause})


def report(found: Tally) -> Iterator[str]:
    """The tables and the figures below them, as Markdown."""
    yield "What is said in the end:\n"
    yield from _table([(one.plot, one.cause, one.last) for one in found.losses])
    yield "\nWhat is said first, when the first archive lacks them:\n"
    yield from _table([(one.plot, one.cause, one.first) for one in found.losses])
    yield ""
    yield from _figures(found)


def _table(rows: Sequence[tuple[str, str, Said]]) -> Iterator[str]:
    counts = Counter((_row(plot, cause), (said.cause, said.band)) for plot, cause, said in rows)
    kinds = sorted({kind for _, kind in counts}, key=lambda kind: (BANDS.index(kind[1]), kind[0]))
    names = [f"{cause}, {band}" if cause != "unknown" else "unknown" for cause, band in kinds]
    yield "| what really happened | people | " + " | ".join(names) + " |"
    yield "|---|" + "---:|" * (1 + len(kinds))
    for name in sorted({name for name, _ in counts}, key=_place):
        cells = [counts[name, kind] for kind in kinds]
        yield f"| {name} | {sum(cells)} | " + " | ".join(str(cell or "") for cell in cells) + " |"


def _row(plot: str, cause: str) -> str:
    """The plot, unless the list lacked them for another reason than what happened to them."""
    return plot if cause == TRUE_CAUSE[plot] else "only a list that is not whole lacks them"


def _place(name: str) -> tuple[int, str]:
    return list(PLOTS).index(name) if name in PLOTS else len(PLOTS), name


def _figures(found: Tally) -> Iterator[str]:
    said = [(one, answer) for one in found.losses for answer in (one.first, one.last)]
    verified = [(one, answer) for one, answer in said if answer.band == "verified"]
    false = sum(not is_true(one.cause, answer) for one, answer in verified)
    removed = [one for one in found.losses if one.cause in LIVES and not _blind(one)]
    closed = sum(CLOSED in (one.first.cause, one.last.cause) for one in removed)
    purged = [one for one in found.losses if one.cause == PURGED]
    mine = [one for one in found.losses if one.cause == MINE]
    yield f"- {found.answers:,} answers. Called lost while connected, be they hidden or renamed: {found.false_losses}."
    yield f"- Gone in the end, but only said to be unclear: {found.unnamed}."
    yield f"- Verified: {len(verified):,} times, false: {false}."
    yield f"- Removed by them or by you, and the files can show it: {len(removed):,}, called closed: {closed}."
    yield f"- Purged: {len(purged):,}, said so in the end: {sum(one.last.cause == PURGED for one in purged):,}."
    yield f"- Removed by you: {len(mine):,}, said so in the end: {sum(one.last.cause == MINE for one in mine):,}."


def _blind(one: Judged) -> bool:
    return one.plot in PLOTS and PLOTS[one.plot].blind

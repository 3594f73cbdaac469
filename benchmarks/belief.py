"""``python -m benchmarks.belief``: what a diff says of simulated accounts against what is true; see docs/matching.md.

python -m benchmarks.belief [--pairs 20] [--seed 1]
python -m benchmarks.belief --write FILE        the pairs as JSON, for another version to be scored on
python -m benchmarks.belief --score FILE
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from inspect import signature
from pathlib import Path
from typing import Any

from benchmarks.belief_worlds import KINDS, World, worlds
from linkbak.diff import Diff
from linkbak.diff.compare import compare
from linkbak.model import Connection
from tests.worlds import WITH_ADDRESS, Era, Person, pair

COLUMNS = ("people", "gone", "false losses", "missed", "false identities", "false reconnections", "uncertain")
BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.98)


class Scores:
    """What was said of some pairs, counted by `COLUMNS`, and how many claims of each share were made and held."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.claims: Counter[tuple[str, float]] = Counter()
        self.true: Counter[tuple[str, float]] = Counter()

    def add(self, world: World, found: Diff) -> None:
        """Score one pair."""
        truth = _Truth(world)
        self.counts["people"] += len(world.before)
        self.counts["gone"] += len(truth.gone)
        self.counts["uncertain"] += sum(len(doubt.before) for doubt in found.uncertain)
        self._add_losses(truth, found)
        for kind, claims in truth.claims(found).items():
            held = sum(claims)
            self.counts["false reconnections" if kind == "reconnected" else "false identities"] += len(claims) - held
            self._claim(kind, 0.98, len(claims), held)
        for doubt in found.uncertain:
            for guess in getattr(doubt, "likelier", ()):  # the first versions had none
                share = max(least for least in BINS if guess.share >= least)
                self._claim(guess.claim, share, 1, truth.holds(guess.claim, guess.before, guess.after))

    def _add_losses(self, truth: _Truth, found: Diff) -> None:
        said, doubted = Counter(found.vanished), Counter(row for one in found.uncertain for row in one.before)
        false = (said - truth.gone_rows - truth.again_rows).total()
        self.counts["false losses"] += false
        self.counts["missed"] += (truth.gone_rows - said - doubted).total()
        self._claim("vanished", 0.98, said.total(), said.total() - false)

    def _claim(self, kind: str, share: float, made: int, held: int) -> None:
        self.claims[kind, share] += made
        self.true[kind, share] += held


class _Truth:
    """What really happened between the two lists of a world."""

    def __init__(self, world: World) -> None:
        self._sides = _by_row(world.before, world.eras[0]), _by_row(world.after, world.eras[1])
        self._addressed = all(era in WITH_ADDRESS for era in world.eras)
        then, now = ({one.id: one for one in people} for people in (world.before, world.after))
        self.then, self.now, self._connected = then, now, world.connected
        self.gone = then.keys() - now.keys()
        self.again = {who for who in then.keys() & now.keys() if self._is_again(who)}
        self.gone_rows = Counter(row for row, people in self._sides[0].items() for who in people if who in self.gone)
        self.again_rows = Counter(row for row, people in self._sides[0].items() for who in people if who in self.again)

    def _is_again(self, who: int) -> bool:
        one, other = self._connected[who]
        return bool(one and other) and one != other

    def claims(self, found: Diff) -> dict[str, list[bool]]:
        """Everything said for certain of somebody who stayed, unless a key alone says it, and whether that is true."""
        key = "url" if self._addressed else "name"
        return {
            "same": [self._one(change.before, change.after) for change in found.renamed if key in change.fields],
            "hidden": [self.holds("hidden", row, None) for row in found.hidden],
            "returned": [self.holds("returned", None, row) for row in found.returned],
            "reconnected": [self.holds("reconnected", change.before, change.after) for change in found.reconnected],
        }

    def holds(self, claim: str, before: Connection | None, after: Connection | None) -> bool:
        """Whether a claim is true of the rows; of rows that are alike, of one of them."""
        if claim in ("same", "reconnected"):
            return self._one(before, after, again=claim == "reconnected")
        mine, theirs = self._people(0, before), self._people(1, after)
        if claim == "vanished":
            return bool(mine & (self.gone | self.again))
        if claim == "hidden":
            return any(who in self.now and self.now[who].hidden for who in mine)
        if claim == "returned":
            return any(who in self.then and self.then[who].hidden for who in theirs)
        return any(who not in self.then or who in self.again for who in theirs)

    def _one(self, before: Connection | None, after: Connection | None, *, again: bool = False) -> bool:
        both = self._people(0, before) & self._people(1, after)
        return bool(both & self.again if again else both)

    def _people(self, which: int, row: Connection | None) -> set[int]:
        return set(self._sides[which].get(row, ())) if row is not None else set()


def _by_row(people: Iterable[Person], era: Era) -> dict[Connection, list[int]]:
    """Who each row may be, as a list of that era shows it."""
    found: dict[Connection, list[int]] = {}
    for one in people:
        row = one.row if era in WITH_ADDRESS else one.row._replace(url="")
        found.setdefault(row, []).append(one.id)
    return found


# --- reading, writing, printing ---


def main(words: Sequence[str] | None = None) -> None:
    """Simulate or read pairs, and write or score them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.belief", description=__doc__)
    parser.add_argument("--pairs", type=int, default=20, help="of each kind (default 20)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", type=Path, help="only write the pairs, one a line")
    parser.add_argument("--score", type=Path, help="score pairs that were written")
    asked = parser.parse_args(words)
    found = _read(asked.score) if asked.score else worlds(asked.pairs, asked.seed)
    if asked.write:
        with asked.write.open("w", encoding="utf-8") as out:
            out.writelines(json.dumps(world._asdict(), default=_plain) + "\n" for world in found)
        return
    scores = {kind: Scores() for kind in (*KINDS, "all")}
    for world in found:
        said = said_of(world)
        scores[world.kind].add(world, said)
        scores["all"].add(world, said)
    print("\n".join(report(scores)))


def said_of(world: World) -> Diff:
    """What a diff of the two lists says."""
    both = pair([one.row for one in world.before], [one.row for one in world.after], *world.eras)
    # Versions that could not use the times took the pair alone.
    return compare(both, world.taken) if "taken" in signature(compare).parameters else compare(both)


def _plain(one: object) -> object:
    return asdict(one) if isinstance(one, Person) else str(one)


def _read(path: Path) -> Iterator[World]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            told = json.loads(line)
            before, after = ([_person(one) for one in told[side]] for side in ("before", "after"))
            connected = {int(who): moments for who, moments in told["connected"].items()}
            yield World(told["kind"], tuple(told["eras"]), tuple(told["taken"]), before, after, connected)


def _person(facts: dict[str, Any]) -> Person:
    return Person(**{**facts, "at": datetime.fromisoformat(facts["at"])})


def report(scores: dict[str, Scores]) -> Iterator[str]:
    """The table of mistakes and the table of how many claims of each share hold, as Markdown."""
    yield f"| two lists | {' | '.join(COLUMNS)} |"
    yield "|---|" + "--:|" * len(COLUMNS)
    for kind, one in scores.items():
        yield f"| {kind} | " + " | ".join(f"{one.counts[name]:,}" for name in COLUMNS) + " |"
    made, held = scores["all"].claims, scores["all"].true
    yield "\n| claim | " + " | ".join(_bin(least) for least in BINS) + " |"
    yield "|---|" + "--:|" * len(BINS)
    for claim in sorted({claim for claim, _ in made}):
        yield f"| {claim} | " + " | ".join(_cell(made[claim, least], held[claim, least]) for least in BINS) + " |"
    sums = [(least, [c for c in made if c[1] == least]) for least in BINS]
    cells = (_cell(sum(made[c] for c in some), sum(held[c] for c in some)) for _, some in sums)
    yield "| all | " + " | ".join(cells) + " |"


def _bin(least: float) -> str:
    most = next((bound for bound in BINS if bound > least), 1.0)
    return f"{least * 100:.0f} to {most * 100:.0f} %"


def _cell(made: int, held: int) -> str:
    return f"{held / made * 100:.1f} % of {made:,}" if made else ""


if __name__ == "__main__":
    main()

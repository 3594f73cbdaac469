"""``make bench``: every speed claim of the README, measured on this machine beside its peer.

python -m benchmarks [--runs 7] [--only diff,import] [--snapshots 3650]
python -m benchmarks --against OLD_LINKBAK  each command by another linkbak and by this one in turn, no peers
python -m benchmarks causes [--seeds 5]     what is said of simulated losses, see docs/causes-measured.md
python -m benchmarks pitches [--seeds 3]    how well copies of one text are found, see docs/pitches.md
python -m benchmarks scale                  accounts, lists and people, see docs/scale.md
python -m benchmarks.belief [--pairs 20]    what is said of simulated pairs of lists, see docs/matching.md
"""

from __future__ import annotations

import argparse
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.against import both
from benchmarks.harness import Result, table, table_of_both
from benchmarks.scenarios import SCENARIOS
from benchmarks.setting import Setting


def main() -> int:
    """Run the scenarios asked for and print the table; 1 if a budget is not met."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--runs", type=int, default=7, help="counted runs of each command (default 7)")
    parser.add_argument("--only", default=",".join(SCENARIOS), help=f"of {', '.join(SCENARIOS)}")
    parser.add_argument("--people", type=int, default=30_000)
    parser.add_argument("--messages", type=int, default=200_000)
    parser.add_argument("--snapshots", type=int, default=3650, help="how many the large vault keeps")
    parser.add_argument("--weeks", type=int, default=520, help="how many lists the vault to remember keeps")
    parser.add_argument("--folder", type=Path, default=None, help="where to work, and to keep what takes long to make")
    parser.add_argument("--against", type=Path, default=None, help="another linkbak, to be compared with this one")
    asked = parser.parse_args()
    # Commands run in folders of their own, where a relative path would mean something else.
    folder = Path(tempfile.mkdtemp(prefix="linkbak-bench-", dir=asked.folder)).resolve()
    sizes = (asked.people, asked.messages, asked.snapshots, asked.weeks)
    setting = Setting(folder, asked.runs, *sizes, asked.folder.resolve() if asked.folder else folder)
    results: list[Result] = []
    pairs: list[tuple[Result, Result]] = []
    failed = False
    try:
        for name in asked.only.split(","):
            began = time.monotonic()
            print(f"{name}...", end=" ", flush=True)
            try:
                if asked.against:
                    pairs += both(SCENARIOS[name], setting, asked.against.resolve())
                else:
                    results += SCENARIOS[name](setting)
            except (SystemExit, Exception) as error:  # noqa: BLE001  # the others' rows took long to measure
                failed = True
                print(f"failed: {error}", end=" ")
            print(f"{time.monotonic() - began:.0f} s", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        print("\n".join(("", _machine(asked.runs), "", *(table_of_both(pairs) if asked.against else table(results)))))
    return 0 if not failed and all(result.met for result in results) else 1


def _machine(runs: int) -> str:
    git = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    return f"Python {platform.python_version()}, {git}, medians of {runs} runs side by side"


def _causes() -> int:
    from benchmarks.causes import main as causes

    return causes(sys.argv[2:])


def _pitches() -> int:
    from benchmarks.pitches import main as pitches

    return pitches(sys.argv[2:])


def _scale() -> int:
    from benchmarks.scale import main as scale

    return scale(sys.argv[2:])


if __name__ == "__main__":
    others = {"causes": _causes, "pitches": _pitches, "scale": _scale}
    raise SystemExit(others.get(" ".join(sys.argv[1:2]), main)())

"""What accounts, lists and people cost: python -m benchmarks scale [--only 200x12x1000], see docs/scale.md.

For each size a vault is made of generated archives, a month or a week apart. Then one command each, and for several
accounts the way out of the index: Parquet files, asked by DuckDB and by Polars for the losses of every month.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from benchmarks.account import Account, write_zip
from benchmarks.harness import Cost, Result, once
from benchmarks.setting import LINKBAK, Setting, times

FIRST = datetime(2015, 1, 5, 8, tzinfo=UTC)
AT_ONCE = 40
"""So many archives one command imports."""

DUCKDB = """
import json, sys, time
import duckdb
there, account, month = sys.argv[1:]
db = duckdb.connect()
files = f"read_parquet('{there}/changes/*/*/*.parquet', hive_partitioning = true)"
began = time.perf_counter()
groups = f"SELECT account, month, count(*) FROM {files} WHERE what = 'vanished' GROUP BY ALL"
rows = db.execute(groups).fetchall()
every = time.perf_counter() - began
one = f"SELECT count(*) FROM {files} WHERE what = 'vanished' AND account = '{account}' AND month = '{month}'"
plan = db.execute(f"EXPLAIN ANALYZE {one}").fetchall()[0][1]
read = next(line for line in plan.splitlines() if "Files" in line or "files" in line).strip("│ ")
print(json.dumps([len(rows), sum(row[2] for row in rows), every, read]))
"""
POLARS = """
import json, sys, time
import polars
there = sys.argv[1]
began = time.perf_counter()
rows = (
    polars.scan_parquet(f"{there}/changes/*/*/*.parquet", hive_partitioning=True)
    .filter(polars.col("what") == "vanished")
    .group_by("account", "month")
    .len()
    .collect()
)
print(json.dumps([rows.height, int(rows["len"].sum()), time.perf_counter() - began]))
"""


class Size(NamedTuple):
    """So many accounts, each with so many lists of so many people at first."""

    accounts: int
    lists: int
    people: int


SIZES = (
    Size(1, 12, 1_000),
    Size(1, 120, 1_000),
    Size(1, 120, 5_000),
    Size(1, 520, 1_000),
    Size(1, 12, 30_000),
    Size(1, 12, 100_000),
    Size(200, 12, 500),
    Size(1_000, 3, 200),
)


def main(words: Sequence[str] = ()) -> int:
    """Print a row of the table for each size, and beside it what asked the Parquet files."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks scale", description=__doc__)
    parser.add_argument("--only", default="", help="sizes such as 200x12x500, divided by commas")
    parser.add_argument("--folder", type=Path, default=None, help="where to work")
    asked = parser.parse_args(words)
    sizes = [Size(*map(int, one.split("x"))) for one in asked.only.split(",")] if asked.only else SIZES
    missing = [name for name in ("duckdb", "polars", "pyarrow") if find_spec(name) is None]
    if missing and any(size.accounts > 1 for size in sizes):  # a thousand accounts take half an hour
        parser.error(f"several accounts are also asked as Parquet, which needs {', '.join(missing)}")
    print("| accounts | lists each | people each | import of one more | `lost`, first | `lost` | vault | index |")
    print("|--:|--:|--:|--:|--:|--:|--:|--:|")
    for size in sizes:
        folder = Path(tempfile.mkdtemp(prefix="linkbak-scale-", dir=asked.folder)).resolve()
        try:
            print(_row(size, folder), flush=True)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return 0


class Measured(NamedTuple):
    """One import more, `lost` with an empty cache and again; the vault and the index then, in MB."""

    more: Cost
    first: Cost
    again: Cost
    kept: float
    remembered: float


def accounts(setting: Setting) -> list[Result]:
    """A thousand accounts in one vault, beside one account of as many lists."""
    many, one = SIZES[-1], SIZES[-1]._replace(accounts=1)
    measured = []
    for size in (many, one):
        folder = setting.folder / f"accounts{size.accounts}"
        folder.mkdir()
        measured.append(_measured(size, folder))
        shutil.rmtree(folder)
    ours, peer = measured
    of, limit = f", {many.accounts:,} accounts of {many.lists} lists of {many.people} people", None
    return [
        times(f"`linkbak import` of one more{of}", ours.more, peer.more, "of one account", limit),
        times("`linkbak lost` of one of them, with an empty cache", ours.first, peer.first, "of one account", limit),
        times("the same again", ours.again, peer.again, "of one account", limit),
        Result("the vault", ours.kept, peer.kept, "MB", "of one account", limit),
        Result("the index", ours.remembered, peer.remembered, "MB", "of one account", limit),
    ]


def _row(size: Size, folder: Path) -> str:
    found = _measured(size, folder)
    cells = [f"{size.accounts:,}", f"{size.lists:,}", f"{size.people:,}"]
    cells += [_cpu(found.more), _cpu(found.first), _cpu(found.again), _mb(found.kept), _mb(found.remembered)]
    row = f"| {' | '.join(cells)} |"
    return row + (_asked(folder, folder / "vault", size) if size.accounts > 1 else "")


def _measured(size: Size, folder: Path) -> Measured:
    """A vault made in a folder, and asked."""
    vault = folder / "vault"
    once([str(LINKBAK), "init", str(vault)], folder)
    apart = timedelta(days=30 if size.lists <= 120 else 7)
    last = Path()
    for number in range(size.accounts):
        name, account = f"member{number}", Account(size.people, number, FIRST.date())
        archives = []
        for step in range(size.lists):
            archives.append(folder / f"Basic_{name}_{step}.zip")
            write_zip(archives[-1], {"Connections.csv": account.connections()}, FIRST + apart * step)
            account.drift(apart.days / 30)
        if number == size.accounts - 1:
            last = archives.pop()
        for at in range(0, len(archives), AT_ONCE):
            _import(folder, vault, name, archives[at : at + AT_ONCE])
        for one in archives:
            one.unlink()
    more = _import(folder, vault, f"member{size.accounts - 1}", [last])
    once([str(LINKBAK), "compact", "--vault", str(vault)], folder)
    shutil.rmtree(folder / "cache", ignore_errors=True)
    command = [str(LINKBAK), "lost", "--vault", str(vault), "--account", "member0"]
    first, again = once(command, folder), once(command, folder)
    return Measured(more, first, again, _megabytes(vault / ".git"), _megabytes(folder / "cache"))


def _import(folder: Path, vault: Path, name: str, archives: Sequence[Path]) -> Cost:
    words = ["import", *map(str, archives), "--vault", str(vault), "--account", name]
    return once([str(LINKBAK), *words], folder)


def _asked(folder: Path, vault: Path, size: Size) -> str:
    """What exporting to Parquet takes, again too, and both programs' answers."""
    there = folder / "parquet"
    words = [str(LINKBAK), "export", "parquet", "--ever", "-o", str(there), "--vault", str(vault)]
    made, again = once(words, folder), once(words, folder)
    month = f"{FIRST + timedelta(days=30):%Y-%m}"
    said = folder / "said"
    answers = []
    for code in (DUCKDB, POLARS):
        line = f'"$1" -c "$2" "$3" "linkedin-member0" "{month}" > "$4"'
        cost = once(["sh", "-c", line, "sh", sys.executable, code, str(there), str(said)], folder)
        answers.append((cost, json.loads(said.read_text())))
    (duck, (groups, lost, every, read)), (bear, (height, total, seconds)) = answers
    if (groups, lost) != (height, total):
        raise SystemExit(f"DuckDB found {lost} losses in {groups} groups, Polars {total} in {height}")
    files = sum(1 for _ in there.rglob("*.parquet"))
    groups = f"{lost:,} in {groups:,} groups"
    told = [
        f"{size.accounts} accounts as Parquet: {files:,} files, {_mb(_megabytes(there))}",
        f"made in {_cpu(made)}, again in {_cpu(again)}",
        f"losses of every account by month ({groups}): DuckDB {every * 1000:.0f} ms ({duck.memory:.0f} MB)",
        f"Polars {seconds * 1000:.0f} ms ({bear.memory:.0f} MB)",
        f"DuckDB, one account and month: {read}",
    ]
    return "\n\n" + "\n".join(f"- {one}" for one in told) + "\n"


def _cpu(cost: Cost) -> str:
    return f"{cost.cpu:.2f} s"


def _mb(size: float) -> str:
    return f"{size:.1f} MB"


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6

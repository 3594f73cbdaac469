"""What it costs to know everybody through ten years of weekly lists, beside what else could be done with them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks.harness import BIN, Command, Cost, Result, always, environment, linkbak, once, paired, side_by_side
from benchmarks.setting import LINKBAK, Setting, times
from benchmarks.years import FEW, Years, made

RARELY = 3
"""So often at most is run what takes many seconds."""

READ_ALL = """
import subprocess, sys
git = ["git", "-C", sys.argv[1]]
tree = subprocess.run([*git, "ls-tree", "-r", "HEAD"], capture_output=True, check=True).stdout.split(b"\\n")
names = [line.split()[2] for line in tree if line.endswith(b"/Connections.csv")]
reader = subprocess.Popen([*git, "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
total = 0
for name in names:
    reader.stdin.write(name + b"\\n")
    reader.stdin.flush()
    total += len(reader.stdout.read(int(reader.stdout.readline().split()[2]) + 1))
reader.stdin.close()
assert len(names) >= int(sys.argv[2]) and not reader.wait()
"""

TIMED = """
import json, sys, time
sys.argv = ["linkbak", *sys.argv[1:]]
import linkbak.cli.import_
from linkbak.ingest import workflow
from linkbak.cli import main
remember = workflow.update_index
def timed(*words):
    began = time.perf_counter()
    try:
        return remember(*words)
    finally:
        print(json.dumps(time.perf_counter() - began), file=sys.stderr)
workflow.update_index = timed
main()
"""

CONVERT = 'list(csv.DictReader(io.StringIO(content.decode().partition("\\n\\n")[2])))'


def remember(setting: Setting) -> list[Result]:
    """The index made anew and kept up, and the commands that read it."""
    years = made(setting.keep, setting.weeks, setting.people)
    vault = Path(shutil.copytree(years.vault, setting.folder / "years", symlinks=True))
    return [*_rebuilding(setting, years, vault), *_reading(setting, years, vault), *_importing(setting, years, vault)]


def _rebuilding(setting: Setting, years: Years, vault: Path) -> list[Result]:
    what = f"`linkbak doctor --index rebuild`, {years.weeks} weekly lists of up to {setting.people:,}"
    found = side_by_side(
        {
            "linkbak": always(LINKBAK, "doctor", "--index", "rebuild", "--vault", vault),
            "cat-file": always(sys.executable, "-c", READ_ALL, vault, str(years.weeks)),
            "log": always("git", "-C", years.repository, "log", "-p"),
        },
        min(setting.runs, RARELY),
        setting.folder,
    )
    few = Cost(1, 1, 1) if paired() else once(_git_history(setting, years), setting.folder)
    scaled = Cost(few.wall * years.weeks / FEW, few.cpu * years.weeks / FEW, few.memory)
    return [
        times(what, found["linkbak"], found["cat-file"], "git cat-file --batch, read by Python", 6),
        times("the same", found["linkbak"], scaled, f"git-history 0.8, {FEW} lists, scaled", 0.02),
        times("the same", found["linkbak"], found["log"], "git log -p", None),
    ]


def _git_history(setting: Setting, years: Years) -> Sequence[str]:
    return [
        *(str(BIN / "git-history"), "file", str(setting.folder / "history.db"), "Connections.csv", "--silent"),
        *("--repo", str(years.few), "--branch", "few", "--id", "URL", "--ignore-duplicate-ids"),
        *("--convert", CONVERT, "--import", "csv", "--import", "io"),
    ]


def _reading(setting: Setting, years: Years, vault: Path) -> list[Result]:
    """Commands on an index that is up to date, and csv-diff of the newest two lists."""
    words = {
        "show": ("show", *years.listed.split()),
        "show gone": ("show", *years.gone.split()),
        "lost": ("lost",),
        "lost lately": ("lost", "--since", "2026-01-01"),
        "search": ("search", *years.listed.split()),
    }
    commands: dict[str, Command] = {name: always(LINKBAK, *line, "--vault", vault) for name, line in words.items()}
    commands["csv-diff"] = always(BIN / "csv-diff", years.table(1), years.table(0), "--key=URL")
    found = side_by_side(commands, setting.runs, setting.folder)
    peer = found["csv-diff"], "csv-diff 1.2 of the newest two", 0.30
    return [
        times("`linkbak show` of somebody listed", found["show"], *peer),
        times("`linkbak show` of somebody gone", found["show gone"], *peer),
        times("`linkbak lost --since` this year", found["lost lately"], *peer),
        times("`linkbak lost`, everybody of ten years", found["lost"], *peer),
        times("`linkbak search`", found["search"], *peer),
    ]


def _importing(setting: Setting, years: Years, vault: Path) -> list[Result]:
    """One more week, as often as runs need, up to the archives there are."""
    runs = min(setting.runs, 8)
    plain = Path(shutil.copytree(years.repository, setting.folder / "weekly", symlinks=True))
    script = 'cd "$2" && unzip -qo "$1" && git -c core.fsync=all add . && '
    script += "git -c core.fsync=all -c user.name=a -c user.email=a@example.com commit -qm week"
    found = side_by_side(
        {
            "linkbak": lambda run: (LINKBAK, "import", years.archive(run), "--vault", vault),
            "git": lambda run: ("sh", "-c", script, "sh", years.archive(run), plain),
        },
        runs,
        setting.folder,
    )
    parts = [_index_part(setting, vault, years.archive(number)) for number in range(runs + 1, runs + 4)]
    what = f"`linkbak import`, {years.weeks} lists of up to {setting.people:,} kept"
    return [
        times(what, found["linkbak"], found["git"], "unzip && git add && git commit", None),
        Result("the index's part of it", median(parts), 0.025, "s", "limit", 1.0),
    ]


def _index_part(setting: Setting, vault: Path, archive: Path) -> float:
    """Seconds that loading history and bringing the index up to date take inside one import."""
    words = [str(linkbak().parent / "python"), "-c", TIMED, "import", str(archive), "--vault", str(vault)]
    seen = environment(setting.folder)
    ran = subprocess.run(words, env=seen, capture_output=True, text=True, cwd=setting.folder, check=False)
    told = [line for line in ran.stderr.splitlines() if line[:1].isdigit()]
    if ran.returncode or not told:
        raise SystemExit(f"the import says nothing of its index:\n{ran.stderr}")
    return float(json.loads(told[-1]))

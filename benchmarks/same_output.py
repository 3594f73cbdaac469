"""Whether two versions of linkbak say and write the same, in every case of same_output.txt.

python -m benchmarks.same_output OLD_LINKBAK NEW_LINKBAK [--only WORD] [--show]

For a change that must change nothing that a user sees. Each program gets a home of its own, the same archives and the
same clock, which stands still during a case; the two run side by side. Exit status, standard output, standard error and
every file that a case leaves in its folder must then be the same, byte for byte, but for what `Names` takes out.
"""

from __future__ import annotations

import argparse
import difflib
import fcntl
import importlib.util
import itertools
import os
import pty
import re
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
import termios
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from examples import archives, broken

TABLE = Path(__file__).with_suffix(".txt")
COLUMNS = 100
PATIENCE = 120
"""Seconds after which a case is ended; it then differs from one that ends by itself."""

LENT = ("time_machine", "_time_machine", "pyrage", "pyarrow")
"""Modules that both programs are given from where this script runs, so that neither lacks an extra the other has."""

CLOCK = """\
import os
import sys
try:
    import time_machine
except ImportError as missing:
    sys.exit(f"the clock cannot be stopped: {missing}")
time_machine.travel(os.environ["SAME_OUTPUT_CLOCK"], tick=False).start()
"""
"""What Python runs by itself before either program: the clock then stands."""

CRONTAB = """\
#!/bin/sh
case "$1" in
-l) cat "$HOME/crontab" 2>/dev/null || { echo "no crontab for ada" >&2; exit 1; } ;;
*) cat > "$HOME/crontab" ;;
esac
"""
NOTHING = "#!/bin/sh\nexit 1\n"
STAND_INS = {"crontab": CRONTAB, "systemctl": NOTHING, "loginctl": NOTHING, "launchctl": NOTHING, "pgrep": NOTHING}
"""Programs that no case may reach on the real machine, and what stands there in their place."""


@dataclass(frozen=True)
class Case:
    """One line of the table: a shell's line for the old program, and one for the new where words were renamed."""

    number: int
    old: str
    new: str
    at: str
    changes: bool
    on_terminal: bool
    loose: bool

    @property
    def title(self) -> str:
        """What is printed of it."""
        shown = ("terminal: " if self.on_terminal else "") + self.old
        return shown if self.old == self.new else f"{shown} => {self.new}"


def cases(text: str) -> list[Case]:
    """The table's lines, with every choice in brackets made. Raises ValueError for a time that goes backwards."""
    found: list[Case] = []
    now = datetime.fromisoformat("2026-04-01T12:00:00+00:00")
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("clock "):
            then = datetime.fromisoformat(line.removeprefix("clock ").strip())
            if then < now:
                raise ValueError(f"{line}: the clock is at {now.isoformat()} already")
            now = then
            continue
        marks = line[: len(line) - len(line.lstrip("!@~ "))]
        for chosen in _choices(line.lstrip("!@~ ")):
            old, _, new = (words.strip() for words in chosen.partition(" => "))
            now += timedelta(minutes=1)
            found.append(Case(len(found), old, new or old, now.isoformat(), "!" in marks, "@" in marks, "~" in marks))
    return found


def _choices(line: str) -> list[str]:
    """A line with ``[|--json|-q]`` is three: without, with --json, with -q; several brackets give every combination."""
    parts = re.split(r"\[([^\[\]]*\|[^\[\]]*)\]", line)
    options = [part.split("|") if place % 2 else [part] for place, part in enumerate(parts)]
    return [re.sub(r" {2,}", " ", "".join(choice)).strip() for choice in itertools.product(*options)]


@dataclass(frozen=True)
class Names:
    """What must differ between two programs, and the same word for it in both.

    That is the folder each works in, and words of 16 hexadecimal digits, which stand for a vault's path; where it is
    installed; the ends of temporary names; keys made at random; moments since `begun`, for what a program calls in its
    turn, without our clock; and the room taken and left on the disk. Only if the two have different versions also these
    and every git id and sha256, since manifests name the version.
    """

    home: Path
    program: Path
    version: str
    begun: datetime

    def common(self, text: str, loose: bool = False) -> str:
        """A text with the same words for what must differ; `loose` if that is every number and day of the week too."""
        text = text.replace(str(self.home), "{machine}").replace(str(self.program.parent.parent), "{installed}")
        text = re.sub(r"(\{machine\}/tmp/[\w.-]*?)[a-z0-9_]{8}(?![\w-])", r"\1{random}", text)
        text = re.sub(r"AGE-SECRET-KEY-1[A-Z0-9]{58}|age1[a-z0-9]{58}", "{key}", text)
        text = re.sub(r"\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", self._moment, text)
        text = re.sub(r'("(?:free|vault)": )\d+', r"\1{bytes}", text)
        places: dict[str, str] = {}
        text = re.sub(r"\b[0-9a-f]{16}\b", lambda one: places.setdefault(one[0], f"{{place {len(places)}}}"), text)
        if loose:
            status, _, rest = text.partition("\n")
            rest = re.sub(r"\b(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\d+( [kM]?B\b)?", "{some}", rest)
            text = f"{status}\n{rest}"
        if self.version:
            text = re.sub(rf"(?<![\w.]){re.escape(self.version)}(?![\w.])", "{version}", text)
            text = re.sub(r"\b([0-9a-f]{64}|[0-9a-f]{40})\b", "{id}", text)
        return text

    def _moment(self, found: re.Match[str]) -> str:
        at = datetime.fromisoformat(found[0])
        return "{now}" if self.begun - timedelta(seconds=1) <= at <= datetime.now(UTC) else found[0]


class Machine:
    """A home with archives and programs, where one version of linkbak runs the cases one after the other."""

    def __init__(self, home: Path, program: Path, lent: Path) -> None:
        self.home = home
        self.program = program
        self.lent = lent
        for name in ("bin", "tmp", "runtime", "Downloads"):
            (home / name).mkdir(parents=True)
        (home / "runtime").chmod(0o700)
        archives.write(home / "archives")
        broken.write(home / "broken")
        (home / "bin/linkbak").symlink_to(program)
        for name, text in STAND_INS.items():
            (home / "bin" / name).write_text(text)
            (home / "bin" / name).chmod(0o755)

    def surroundings(self, at: str) -> dict[str, str]:
        """All variables that a case sees, and nothing of whoever runs this script."""
        home = self.home
        folders = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "DATA", "STATE", "CACHE")}
        return {
            **folders,
            "HOME": str(home),
            "PATH": f"{home / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "TMPDIR": str(home / "tmp"),
            "XDG_RUNTIME_DIR": str(home / "runtime"),
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "TERM": "xterm-256color",
            "COLUMNS": str(COLUMNS),
            "NO_COLOR": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "LINKBAK_COMPACT": "never",  # in the background it would end at another moment each time
            "PYTHONPATH": str(self.lent),
            "SAME_OUTPUT_CLOCK": at,
            "ADA": str(home / "archives/ada"),
            "BORIS": str(home / "archives/boris/Basic_LinkedInDataExport_03-21-2026.zip"),
            "MARCH": str(home / "archives/ada/Complete_LinkedInDataExport_03-20-2026.zip"),
            "BROKEN": str(home / "broken"),
            "VAULT": str(home / "data/linkbak/vault"),
        }

    def version(self) -> str:
        """What the program calls itself. Raises SystemExit if it does not run here."""
        env = self.surroundings("2026-04-01T12:00:00+00:00")
        ran = subprocess.run([self.program, "--version"], env=env, capture_output=True, text=True, check=False)
        if ran.returncode:
            raise SystemExit(f"{self.program} does not run:\n{ran.stderr}")
        return ran.stdout.split()[-1]

    def run(self, case: Case, line: str) -> str:
        """What the case comes to: status, outputs and the files in its folder, one below the other."""
        here = self.home / "here"
        here.mkdir()
        env = self.surroundings(case.at)
        if case.on_terminal:
            del env["COLUMNS"], env["NO_COLOR"]
        words = ["bash", "-o", "pipefail", "-c", line]
        status, out, err = (_on_terminal if case.on_terminal else _in_pipes)(words, here, env)
        parts = [f"status {status}", f"standard output:\n{_text(out)}", f"standard error:\n{_text(err)}"]
        parts += [f"{path.relative_to(here)}: {_content(path)}" for path in sorted(here.rglob("*"))]
        subprocess.run(["chmod", "-R", "u+rwx", here], check=True)
        shutil.rmtree(here)
        return "\n".join(parts)


def _in_pipes(words: list[str], here: Path, env: dict[str, str]) -> tuple[int, bytes, bytes]:
    try:
        ran = subprocess.run(
            words, cwd=here, env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired as late:
        return -1, late.stdout or b"", (late.stderr or b"") + b"ended after %d seconds\n" % PATIENCE
    return ran.returncode, ran.stdout, ran.stderr


def _on_terminal(words: list[str], here: Path, env: dict[str, str]) -> tuple[int, bytes, bytes]:
    """Standard output is a terminal; standard error a pipe, since how often a bar is drawn depends on the time."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, COLUMNS, 0, 0))
    with subprocess.Popen(
        words, cwd=here, env=env, stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.PIPE
    ) as child:
        os.close(theirs)
        late = threading.Timer(PATIENCE, child.kill)
        late.start()
        shown = b""
        while chunk := _read(ours):
            shown += chunk
        err = child.stderr.read() if child.stderr else b""
        status = child.wait()
        late.cancel()
    os.close(ours)
    return status, shown, err


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # what Linux says once the other side is closed
        return b""


def _content(path: Path) -> str:
    """What a file is compared by: mode and text; of databases and Parquet files what they hold, whatever the bytes."""
    mode = f"{path.lstat().st_mode:o}"
    if path.is_symlink():
        return f"{mode} -> {path.readlink()}"
    if path.is_dir():
        return mode
    data = path.read_bytes()
    if data.startswith(b"SQLite format 3\0"):
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as base:
            return f"{mode}\n" + "\n".join(base.iterdump())
    if data.startswith(b"PAR1"):
        from pyarrow import parquet

        table = parquet.ParquetFile(path).read()
        rows = (str(row) for row in table.to_pylist())
        return "\n".join((mode, table.schema.to_string(show_schema_metadata=False), *rows))
    return f"{mode}\n{_text(data)}"


def _text(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")


def lend(folder: Path) -> Path:
    """A folder for PYTHONPATH: the clock, and what both programs are lent."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(CLOCK)
    for name in LENT:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.origin:
            origin = Path(spec.origin)
            lent = origin.parent if spec.submodule_search_locations else origin
            (folder / lent.name).symlink_to(lent)
        elif name == "time_machine":
            raise SystemExit("time-machine is missing here: pip install 'linkbak[test]'")
    return folder


def compare(old: Path, new: Path, table: list[Case], folder: Path, only: str) -> list[tuple[Case, str, str]]:
    """Run what of the table is wanted with both, and what must go before it; each wanted case and what it came to."""
    lent = lend(folder / "lent")
    # Two folders whose names are equally long: lines are wrapped at the same words.
    machines = Machine(folder / "old", old, lent), Machine(folder / "new", new, lent)
    versions = [machine.version() for machine in machines]
    differ = len(set(versions)) > 1
    begun = datetime.now(UTC)
    names = [
        Names(one.home, one.program, said if differ else "", begun)
        for one, said in zip(machines, versions, strict=True)
    ]
    chosen: list[tuple[Case, str, str]] = []
    last = max((case.number for case in table if only in case.title), default=-1)
    with ThreadPoolExecutor(2) as both:
        for case in table[: last + 1]:
            wanted = only in case.title
            if not wanted and not case.changes:
                continue
            came = list(both.map(Machine.run, machines, (case, case), (case.old, case.new)))
            first, second = (name.common(text, case.loose) for name, text in zip(names, came, strict=True))
            if wanted:
                print(f"{'same   ' if first == second else 'DIFFERS'} {case.title}", flush=True)
                chosen.append((case, first, second))
    return chosen


def main() -> int:
    """Print a line a case and what it comes to; 1 if any differs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.same_output", description=__doc__)
    parser.add_argument("old", type=Path, help="the program linkbak of one version, as it is installed")
    parser.add_argument("new", type=Path, help="that of the other")
    parser.add_argument("--only", default="", metavar="WORD", help="only cases with this in their line")
    parser.add_argument("--show", action="store_true", help="print what differs, and how")
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="linkbak-same-"))
    try:
        table = cases(TABLE.read_text(encoding="utf-8"))
        # Not resolved: a virtual environment's program is known by where it lies.
        ran = compare(Path(asked.old).absolute(), Path(asked.new).absolute(), table, folder, asked.only)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    apart = [(case, old, new) for case, old, new in ran if old != new]
    if asked.show:
        for case, old, new in apart:
            print(f"\n{case.title}")
            sys.stdout.writelines(f"{line}\n" for line in _unified(old, new))
    named = f": {'; '.join(case.title for case, _, _ in apart)}" if apart else ""
    print(f"\n{len(ran)} cases: {len(ran) - len(apart)} the same, {len(apart)} differ{named}")
    return 1 if apart else 0


def _unified(old: str, new: str) -> list[str]:
    return list(difflib.unified_diff(old.splitlines(), new.splitlines(), "old", "new", lineterm="", n=2))


if __name__ == "__main__":
    raise SystemExit(main())

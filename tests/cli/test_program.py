"""The installed program, and how it ends when something stops it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import linkbak
from linkbak.cli.app import build
from tests.cli.running import run

PROGRAM = Path(sys.executable).parent / "linkbak"


def test_version() -> None:
    for words in ([str(PROGRAM), "--version"], [sys.executable, "-m", "linkbak", "--version"]):
        ran = subprocess.run(words, capture_output=True, text=True, check=False)
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"linkbak {linkbak.__version__}\n", "")
    assert run("--version").out == f"linkbak {linkbak.__version__}\n"


def test_a_reader_that_goes_away_is_no_error(two: Path) -> None:
    """``linkbak diff --json | head -1``."""
    command = f'"{PROGRAM}" diff --json --vault "{two}" | head -1; echo "${{PIPESTATUS[0]}}"'
    ran = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert ran.stdout.splitlines()[0] == "{"
    assert ran.stdout.splitlines()[1] in ("0", "141")
    assert ran.stderr == ""


def test_an_interruption_ends_with_130(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("linkbak.cli.diff.compare_snapshots", interrupted)
    ran = run("diff", vault=two)
    assert (ran.status, ran.out) == (130, "")
    assert "interrupted" in ran.err


def test_a_bug_names_its_place_and_quotes_nobody(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("Ada Example, ada@example.com")

    monkeypatch.setattr("linkbak.cli.diff.compare_snapshots", broken)
    ran = run("diff", vault=two)
    assert (ran.status, ran.out) == (1, "")
    assert "this is a bug in linkbak: RuntimeError at tests.cli.test_program:" in ran.err
    assert "Ada" not in ran.err
    assert "Traceback" not in ran.err
    told = json.loads(run("diff", "--json", vault=two).err)["error"]
    assert (told["exit_code"], told["message"].rpartition(":")[0]) == (
        1,
        "this is a bug in linkbak: RuntimeError at tests.cli.test_program",
    )


def test_two_programs_at_once_lose_nothing(tmp_path: Path, empty: Path, family: Path) -> None:
    archives = sorted((family / "ada").glob("*.zip"))[:4]
    running = [
        subprocess.Popen([PROGRAM, "import", archive, "--vault", empty], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for archive in archives
    ]
    ended = [(process.communicate()[1], process.returncode) for process in running]
    assert [one for one in ended if one[1]] == []
    assert len(run("log", "--json", vault=empty).json["snapshots"]) == len(archives) == 4
    checked = subprocess.run(["git", "-C", empty, "fsck", "--full"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0


def test_help_asked_for_alone_is_the_same_help() -> None:
    """It is made without the parameters of every verb."""
    ran = CliRunner().invoke(build(), ["--help"], prog_name="linkbak")
    assert (ran.exit_code, ran.stdout) == (0, run("--help").out)


def test_what_to_do_where_there_is_no_vault(tmp_path: Path) -> None:
    """An import makes the usual one, but none that somebody named: its disk may be missing."""
    usual, named = run("log"), run("log", vault=tmp_path / "none")

    assert (usual.status, named.status) == (10, 10)
    assert usual.err.endswith("\nhint: The first `linkbak import ARCHIVE` makes one.\n")
    assert named.err == (
        f"error: there is no vault at {tmp_path}/none\n"
        f"hint: Is its disk there, and its path right? A new one is made with: linkbak init {tmp_path}/none\n"
    )


def test_the_version_is_told_before_anything_is_loaded() -> None:
    code = (
        "import sys; before = set(sys.modules); from linkbak.cli import main; main(); print(*set(sys.modules) - before)"
    )
    done = subprocess.run([sys.executable, "-c", code, "--version"], capture_output=True, text=True, check=True)

    version, loaded = done.stdout.splitlines()
    assert version == f"linkbak {linkbak.__version__}"
    assert set(loaded.split()) <= {
        "linkbak",
        "linkbak.cli",
        "linkbak.cli.streams",
        "__future__",
        "atexit",
        "gc",
        "errno",
    }

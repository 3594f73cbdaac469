"""What becomes of a command whose streams are closed, full, or read by nobody; and what reaches a terminal."""

from __future__ import annotations

import errno
import json
import os
import resource
import signal
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from examples.zips import packed
from tests.cli.running import run
from tests.cli.terminal import on_terminal

PROGRAM = f'"{sys.executable}" -m linkbak'
LOST = "error: standard output could not be written: disk full\n"
HINT = "hint: Make room, or send it elsewhere.\n"


def shell(line: str, vault: Path) -> subprocess.CompletedProcess[str]:
    """A line of the shell in which `linkbak` is the program and V its vault."""
    return subprocess.run(
        ["bash", "-c", f"linkbak() {{ {PROGRAM} \"$@\"; }}; {line.replace('V', f'--vault {vault}')}"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("words", ["log V", "export vcard V", "status --json V", "cat latest Connections.csv V"])
def test_standard_output_that_is_full_is_no_bug(words: str, february_march: Path) -> None:
    ran = shell(f"linkbak {words} >/dev/full", february_march)
    assert ran.returncode == 15
    if "--json" in words:
        assert json.loads(ran.stderr)["error"]["exit_code"] == 15
    else:
        assert ran.stderr == LOST + HINT


@pytest.mark.parametrize("words", ["--help", "--version", "log --help"])
def test_no_help_is_too_short_to_be_lost(words: str, tmp_path: Path) -> None:
    ran = shell(f"linkbak {words} >/dev/full", tmp_path)
    assert (ran.returncode, ran.stderr.removesuffix(HINT)) == (15, LOST)


def test_what_was_kept_is_said_wherever_it_can_be(empty: Path, family: Path) -> None:
    first, second = sorted((family / "ada").glob("*.zip"))[:2]
    ran = shell(f"linkbak import {first} V >/dev/full; linkbak import {second} --json V >/dev/full", empty)
    assert ran.returncode == 15
    receipt, _, document = ran.stderr.partition(LOST + HINT)
    assert receipt.startswith(f"{first.name}\n  kept as linkedin-me ")
    assert json.JSONDecoder().raw_decode(document)[0]["results"][0]["status"] == "kept"


def test_what_nobody_reads_is_kept_and_said(empty: Path, family: Path) -> None:
    archive = min((family / "ada").glob("*.zip"))
    ran = shell(f'linkbak import {archive} V | true; echo "${{PIPESTATUS[0]}}"', empty)
    assert (ran.stdout, ran.stderr[: len(archive.name) + 10]) == ("141\n", f"{archive.name}\n  kept as")


@pytest.mark.parametrize("words", ["people V -q", "--help"])
def test_a_reader_that_is_gone_ends_it_in_silence(words: str, february_march: Path) -> None:
    ran = shell(f'linkbak {words} | true; echo "${{PIPESTATUS[0]}}"', february_march)
    assert (ran.stdout, ran.stderr) == ("141\n", "")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_stream_that_is_closed_is_opened_on_nothing(closed: str, february_march: Path) -> None:
    """Git, too, is started with all three."""
    ran = shell(f"linkbak log V {closed}", february_march)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ("snapshots" in ran.stdout) == (">&-" not in closed.split())


def test_standard_error_that_is_full_changes_no_status(february_march: Path) -> None:
    assert shell("linkbak show nobody-of-that-name V 2>/dev/full", february_march).returncode == 13
    assert shell("linkbak nonsense 2>/dev/full", february_march).returncode == 2


def test_too_little_memory_shows_no_traceback(february_march: Path) -> None:
    ran = shell(f"ulimit -v {_address_space() - 1024}; linkbak people V", february_march)
    assert ran.returncode == 15
    assert ran.stderr.startswith("error: ")
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    "error",
    ["MemoryError()", "OSError(12, 'Cannot allocate memory')", "SystemError('error return without exception set')"],
)
def test_too_little_memory_to_load_what_every_command_needs(error: str) -> None:
    """Python says it in three ways, from within an import too."""
    program = f"import sys, linkbak.cli as cli\ndef short(words): raise {error}\ncli._run = short\nsys.exit(cli.main())"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert ran.stderr == "error: this machine has too little memory left to run linkbak\n"
    assert (ran.returncode, ran.stdout) == (15, "")


@pytest.mark.parametrize("verb", ["seal", "unseal"])
def test_a_passphrase_that_takes_more_memory_than_there_is(verb: str, february_march: Path, tmp_path: Path) -> None:
    """Trying one takes 256 MB, which is no library's to ask for: it would end the program."""
    key = tmp_path / "passphrase"
    key.write_text("correct horse battery\n")
    words = f"--passphrase-file {key}"
    assert shell(f"linkbak seal -o {tmp_path}/x.age {words} V", february_march).returncode == 0
    line = {"seal": f"seal -o {tmp_path}/y.age V {words}", "unseal": f"unseal {tmp_path}/x.age {tmp_path}/y {words}"}
    ran = shell(f"ulimit -v {_address_space() + 200_000}; linkbak {line[verb]}", february_march)
    assert (ran.returncode, ran.stderr.partition("\n")[0]) == (15, "error: there is too little memory left")
    assert sorted(path.name for path in tmp_path.iterdir() if "y" in path.name or ".part" in path.name) == []


@pytest.mark.parametrize(
    "told",
    [
        MemoryError(),
        RuntimeError("can't start new thread"),
        SystemError("error return without exception set"),
        OSError(errno.ENOMEM, "Cannot allocate memory", "a folder of modules"),
    ],
)
def test_however_python_says_that_memory_is_short(
    told: Exception, february_march: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def short(*_: object, **__: object) -> None:
        raise told

    monkeypatch.setattr("linkbak.vault.Vault.open", short)
    ran = run("log", vault=february_march)
    assert (ran.status, ran.err.partition("\n")[0]) == (15, "error: there is too little memory left")


def test_memory_that_is_short_while_it_starts_is_no_bug(tmp_path: Path) -> None:
    (tmp_path / "typer.py").write_text("raise SystemError('error return without exception set')\n")
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}"}
    words = [sys.executable, "-m", "linkbak", "log"]
    ran = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (15, "error: this machine has too little memory left to run linkbak\n")


def _address_space() -> int:
    """So many kB Python takes before it has read a line of ours, and some more."""
    line = "print(open('/proc/self/statm').read().split()[0])"
    pages = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=True).stdout
    return int(pages) * resource.getpagesize() // 1024 + 8192


def test_an_interruption_while_it_starts_shows_no_traceback(tmp_path: Path) -> None:
    """The library that reads the command line takes most of a tenth of a second to be loaded."""
    (tmp_path / "typer.py").write_text("print('loading', flush=True)\nwhile True:\n    pass\n")
    words = [sys.executable, "-m", "linkbak", "log"]
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}"}
    with subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as started:
        assert started.stdout is not None
        assert started.stdout.readline() == b"loading\n"
        started.send_signal(signal.SIGINT)
        assert (started.communicate()[1], started.returncode) == (b"", -signal.SIGINT)


# --- terminals --------------------------------------------------------------------------------------------------------

ACTING = "Ada\x1b]0;x\x07\x9b31m\u202e\u2066\u200f\u00ad\U000e0041\x7f"


@pytest.fixture
def acting(empty: Path, tmp_path: Path) -> Path:
    """A vault of one person whose name acts on terminals."""
    from datetime import datetime

    head = "First Name,Last Name,URL,Email Address,Company,Position,Connected On"
    rows = f"{head}\n{ACTING},Example,https://www.linkedin.com/in/ada,ada@example.com,{ACTING},{ACTING},01 Jan 2020\n"
    archive = tmp_path / "Basic_LinkedInDataExport_03-01-2026.zip"
    archive.write_bytes(packed({"Connections.csv": rows.encode()}, datetime(2026, 3, 1, 8)))  # noqa: DTZ001
    assert run("import", archive, vault=empty).status == 0
    return empty


@pytest.mark.parametrize(
    "words",
    [
        *(("export", name) for name in ("vcard", "csv", "google", "outlook", "mailing-list", "ics", "json", "jsonl")),
        ("export", "csv", "-o", "/dev/stdout"),
        *(("people", "--csv"), ("people", "--json"), ("show", "ada", "--json"), ("cat", "latest", "Connections.csv")),
    ],
)
def test_nothing_that_is_meant_for_programs_acts_on_a_terminal(words: tuple[str, ...], acting: Path) -> None:
    shown = on_terminal(*words, vault=acting)
    assert any("Example" in line for line in shown)
    assert [line for line in shown if not line.isprintable()] == []
    assert not shown[0].startswith("\N{REPLACEMENT CHARACTER}")


@pytest.mark.parametrize("words", [("people", "--json"), ("show", "ada", "--json"), ("export", "json")])
def test_json_escapes_all_that_cannot_be_seen(words: tuple[str, ...], acting: Path) -> None:
    out = run(*words, vault=acting).out
    assert {char for char in out if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")} == {"\n"}
    assert repr(ACTING)[1:-1] in repr(json.loads(out))

"""What a timer runs: this very linkbak, with all it needs and no secret, and nothing that will be gone tomorrow."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest

from linkbak.errors import MachineProblem, UsageProblem
from linkbak.schedule.timer import Command, command, plain, program, runs, try_out

HOME = pwd.getpwuid(os.getuid()).pw_dir
VAULT = Path("/home/ada/my vault")


def environment(command: Command) -> dict[str, str]:
    return dict(command.environment)


def test_it_is_this_python_and_the_vault_by_its_full_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    made = command(Path("vault"), environment={"HOME": HOME, "PATH": "/usr/bin"})
    assert made.words == (sys.executable, "-P", "-m", "linkbak", "run", "--vault", str(tmp_path / "vault"))
    assert made.environment == (("PATH", "/usr/bin:/usr/local/bin:/bin"),)


def test_git_is_found_where_it_is_found_now(tmp_path: Path) -> None:
    """cron knows /usr/bin and /bin; a git from Homebrew or Nix is in neither. Nor may a notifying command be."""
    for name in ("git", "tell-me"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).write_text("")
        (tmp_path / name / name).chmod(0o755)
    searched = f"{tmp_path}/unneeded:{tmp_path}/git:{tmp_path}/tell-me:/usr/bin"
    made = command(VAULT, ["tell-me"], {"HOME": HOME, "PATH": searched})
    folders = environment(made)["PATH"].split(":")
    assert folders[0] == f"{tmp_path}/git"
    assert f"{tmp_path}/tell-me" in folders
    assert f"{tmp_path}/unneeded" not in folders
    assert folders[-3:] == ["/usr/local/bin", "/usr/bin", "/bin"] or folders[-2:] == ["/usr/local/bin", "/bin"]


def test_where_linkbak_keeps_things_is_the_same_for_the_timer() -> None:
    said = {
        "HOME": "/elsewhere",
        "PATH": "/usr/bin",
        "XDG_CONFIG_HOME": "/c",
        "XDG_STATE_HOME": "/s",
        "XDG_SESSION_ID": "3",
        "XDG_CACHE_HOME": "",
        "LINKBAK_VAULT": "/somewhere",
        "LINKBAK_DEBUG": "1",
        "LINKBAK_LIMITS_RATIO": "20",
        "LINKBAK_SCAN_FOLDERS": "/in box",
        "LINKBAK_COMPACT": "never",
        "LINKBAK_REQUIRE_CRON": "1",
        "LANG": "de_DE.UTF-8",
    }
    assert environment(command(VAULT, environment=said)) == {
        "PATH": "/usr/bin:/usr/local/bin:/bin",
        "HOME": "/elsewhere",
        "XDG_CONFIG_HOME": "/c",
        "XDG_STATE_HOME": "/s",
        "LINKBAK_LIMITS_RATIO": "20",
        "LINKBAK_SCAN_FOLDERS": "/in box",
        "LINKBAK_COMPACT": "never",
    }


def test_what_may_be_a_secret_stays_out_and_is_told() -> None:
    """A crontab shows its commands to whoever lists processes."""
    said = {"HOME": HOME, "PATH": "/usr/bin", "LINKBAK_NOTIFY_PING": "https://example.com/very-secret"}
    made = command(VAULT, environment=said)
    assert made.held_back == ("LINKBAK_NOTIFY_PING",)
    assert "very-secret" not in str(made)


@pytest.mark.parametrize(
    ("prefix", "more"),
    [
        ("/home/ada/.cache/uv/archive-v0/x1y2", {}),
        ("/Users/ada/Library/Caches/uv/environments-v2/linkbak", {}),
        ("/home/ada/.local/share/pipx/.cache/0a1b2c", {}),
        ("/big disk/uv/builds-v0/tmp1", {"UV_CACHE_DIR": "/big disk/uv"}),
    ],
)
def test_a_linkbak_made_for_once_is_refused(prefix: str, more: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """uvx and `pipx run` clear theirs away, and the timer would fail for ever after."""
    monkeypatch.setattr(sys, "prefix", prefix)
    with pytest.raises(UsageProblem, match="made for once") as refused:
        command(VAULT, environment={"HOME": HOME, "PATH": "/usr/bin", **more})
    assert "pipx install linkbak" in refused.value.hint


@pytest.mark.parametrize(
    "prefix",
    [
        "/home/ada/.local/share/pipx/venvs/linkbak",
        "/home/ada/.local/share/uv/tools/linkbak",
        "/home/ada/.cache/pypoetry/virtualenvs/linkbak-py3.12",
        "/usr",
    ],
)
def test_an_installed_linkbak_is_taken(prefix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", prefix)
    assert command(VAULT, environment={"HOME": HOME, "PATH": "/usr/bin"}).words[0] == sys.executable


@pytest.mark.parametrize("name", ["a\nb", "a\x1bb", os.fsdecode(b"caf\xe9")], ids=["line break", "escape", "no text"])
def test_a_path_that_no_schedule_can_hold_is_refused(name: str) -> None:
    with pytest.raises(UsageProblem, match="no schedule can hold"):
        command(Path("/home") / name, environment={"HOME": HOME, "PATH": "/usr/bin"})


@pytest.mark.parametrize("python", ["/opt/python", "/opt/a=b/python", "/opt/my py/python"])
def test_the_program_is_found_again_in_its_words(python: str) -> None:
    words = plain(Command((python, "-m", "linkbak"), (("PATH", "/a=b:/c"), ("XDG_STATE_HOME", "/s p"))))
    assert program(words) == python
    assert program(["/usr/bin/python", "-m", "linkbak"]) == ""
    assert program([]) == ""


def test_a_program_whose_path_looks_like_a_variable_is_run_all_the_same(tmp_path: Path) -> None:
    tool = tmp_path / "a=b $c"
    tool.write_text('#!/bin/sh\necho "$GREETING, $1"\n')
    tool.chmod(0o755)
    words = plain(Command((str(tool), "my friend"), (("GREETING", "hello"),)))
    assert subprocess.run(words, capture_output=True, check=True, env={}).stdout == b"hello, my friend\n"


def test_whether_the_program_is_still_there(tmp_path: Path) -> None:
    tool = tmp_path / "python"
    assert not runs(str(tool))
    assert not runs("")
    tool.write_text("")
    assert not runs(str(tool))
    tool.chmod(0o755)
    assert runs(str(tool))
    assert not runs(str(tmp_path))


def test_it_is_tried_out_with_next_to_no_environment() -> None:
    try_out(command(VAULT))


def test_a_linkbak_that_only_works_here_is_refused(tmp_path: Path) -> None:
    """One from a folder that happens to be the current one, or on PYTHONPATH, is none for a timer."""
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    words = (str(python), *command(VAULT).words[1:])
    with pytest.raises(MachineProblem, match="could not start this linkbak"):
        try_out(command(VAULT)._replace(words=words))
    with pytest.raises(MachineProblem, match="could not start this linkbak"):
        try_out(command(VAULT)._replace(words=("/nowhere/python", *words[1:])))


def test_a_timer_that_would_find_no_git_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MachineProblem, match="git cannot be found"):
        try_out(command(VAULT)._replace(environment=(("PATH", str(tmp_path)),)))

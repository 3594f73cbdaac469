"""Git through GitPython runs as our own does: the same environment, settings, errors and end."""

from __future__ import annotations

import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import git as gitpython
import pytest

from linkbak.errors import LinkbakError, MachineProblem, VaultDamaged
from linkbak.vault import Git, borrowing
from linkbak.vault.git import environment
from linkbak.vault.repository import new_repository, open_repository, transfer
from tests.vault.snapshots import git

HOSTILE = {
    "GIT_DIR": "/nowhere",
    "GIT_WORK_TREE": "/nowhere",
    "GIT_COMMON_DIR": "/nowhere",
    "GIT_INDEX_FILE": "/nowhere",
    "GIT_OBJECT_DIRECTORY": "/nowhere",
    "GIT_CONFIG_COUNT": "1",
    "GIT_CONFIG_KEY_0": "alias.hack",
    "GIT_CONFIG_VALUE_0": "!false",
    "GIT_CONFIG_GLOBAL": "/nowhere",
    "GIT_SSH_COMMAND": "false",
    "GIT_EXTERNAL_DIFF": "false",
    "GIT_TRACE": "/nowhere/trace",
    "GIT_PYTHON_TRACE": "full",
}


@pytest.fixture
def hostile(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An environment that would send git elsewhere; gives a program that leaves a trace when it runs."""
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\nexit 1\n")
    trap.chmod(0o755)
    for name, value in {**HOSTILE, "GIT_PYTHON_GIT_EXECUTABLE": str(trap), "GIT_EXEC_PATH": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    return trap


def seen(place: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: str, ours: Git) -> list[str]:
    """What a program in git's place is given: its environment or its arguments."""
    fake = tmp_path / "bin" / "git"
    fake.parent.mkdir()
    fake.write_text(f"#!/bin/sh\n{words}\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(fake.parent), prepend=os.pathsep)
    with open_repository(ours) as repo:
        return sorted(str(repo.git.log("-z", max_count=1)).splitlines())


def test_the_environment_is_ours_alone(
    one: Path, hostile: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ours = Git(one)
    ours.surroundings = {"GIT_SSH_COMMAND": "ssh -o BatchMode=yes"}

    found = dict(line.split("=", 1) for line in seen(one, monkeypatch, tmp_path, "/usr/bin/env", ours) if "=" in line)

    expected = {name: value for name, value in (environment() | ours.surroundings).items() if name.startswith("GIT_")}
    assert {name: value for name, value in found.items() if name.startswith("GIT_")} == expected
    assert (found["LC_ALL"], found.get("LANGUAGE")) == ("C", os.environ.get("LANGUAGE"))
    assert {name: os.environ[name] for name in HOSTILE} == HOSTILE
    assert not (hostile.parent / "sprung").exists()


def test_the_settings_are_those_of_every_other_command(
    one: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ours = Git(one)
    ours.flags = ("-c", "pack.threads=1")

    found = seen(one, monkeypatch, tmp_path, 'for word in "$@"; do echo "$word"; done', ours)

    with ours.start("log", "-z", "--max-count=1") as process:
        assert process.stdout is not None
        assert found == sorted(process.stdout.read().decode().splitlines())
    assert {"core.hooksPath=/dev/null", "protocol.allow=never", "pack.threads=1"} <= set(found)


def test_a_hostile_environment_is_never_asked_when_gitpython_is_first_loaded(one: Path, hostile: Path) -> None:
    program = (
        "from pathlib import Path; from linkbak.vault.git import Git; from linkbak.vault.repository import *;"
        f"repo = open_repository(Git(Path({str(one)!r}))).__enter__(); print(repo.git_dir, repo.git.rev_parse('HEAD'))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    commit = subprocess.run(
        ["git", "-C", one, "rev-parse", "HEAD"], env=environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [f"{one}/.git", commit.stdout.strip()]
    assert not (hostile.parent / "sprung").exists()


def test_a_place_with_a_dollar_in_its_name_is_that_place(tmp_path: Path) -> None:
    place = tmp_path / "$HOME ~"
    place.mkdir()
    with new_repository(Git(place)) as repo:
        assert (repo.git_dir, repo.active_branch.name) == (str(place / ".git"), "main")
    assert sorted(path.name for path in (place / ".git").iterdir()) == ["HEAD", "config", "objects", "refs"]


def test_what_is_fed_and_printed_stays_bytes(one: Path) -> None:
    data = b"\xff\xfe no text\r\n\n"
    with open_repository(Git(one)) as repo:
        name = repo.git.hash_object("-w", "--stdin", istream=BytesIO(data))
        assert repo.git.cat_file("blob", name, stdout_as_string=False, strip_newline_in_stdout=False) == data
        assert repo.git.cat_file("blob", name) == data[:-1].decode("utf-8", "surrogateescape")
        assert repo.git.rev_parse("none", with_extended_output=True, with_exceptions=False)[0] == 128
        with repo.git.custom_environment(GIT_OBJECT_DIRECTORY=str(one / "nothing")), pytest.raises(LinkbakError):
            repo.git.cat_file("-e", name)
    loose = one / ".git/objects" / name[:2] / name[2:]
    assert loose.stat().st_mode & 0o077 == 0


def test_errors_are_ours(one: Path, tmp_path: Path) -> None:
    ours = Git(one)
    with pytest.raises(VaultDamaged, match="git rev-parse failed: fatal: Needed"), open_repository(ours) as repo:
        repo.git.rev_parse("--verify", "none")
    with pytest.raises(VaultDamaged, match="git rev-parse failed: fatal: Needed"), open_repository(ours) as repo:
        repo.git.rev_parse("--verify", "none", as_process=True).wait()
    with pytest.raises(VaultDamaged, match="cannot read an object"), open_repository(ours) as repo:
        repo.commit("none")
    with pytest.raises(VaultDamaged, match="no git repository"), open_repository(Git(tmp_path)):
        pass
    assert ours.failed == {"rev-parse"}


def test_without_git_it_says_so(one: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(MachineProblem, match="git cannot be run"), open_repository(Git(one)) as repo:
        repo.git.status()


def test_a_command_that_is_interrupted_or_forgotten_is_killed(one: Path) -> None:
    ours = Git(one)
    with pytest.raises(KeyboardInterrupt), open_repository(ours) as repo:
        running = repo.git.cat_file("--batch", istream=subprocess.PIPE, as_process=True)
        process = running.proc
        raise KeyboardInterrupt
    assert process.returncode is not None
    assert ours.cut == {"cat-file"}


def test_the_lock_is_handed_on(one: Path) -> None:
    ours = Git(one)
    reading, ours.held = os.pipe()
    try:
        with open_repository(ours) as repo:
            running = repo.git.cat_file("--batch", istream=subprocess.PIPE, as_process=True)
            assert os.path.samestat(Path(f"/proc/{running.pid}/fd/{ours.held}").stat(), os.fstat(ours.held))
    finally:
        os.close(reading)
        os.close(ours.held)


def test_a_bare_repository_and_one_that_borrows_objects(one: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare.git"
    bare.mkdir()
    ours = Git(bare, bare)
    ours.run("init", "--quiet", "--bare")
    with open_repository(ours) as repo:
        assert (repo.bare, repo.git_dir) == (True, str(bare))
    ours.surroundings = borrowing(one / ".git/objects")
    commit = git(one, "rev-parse", "HEAD").strip()
    with open_repository(ours) as repo:
        assert repo.commit(commit).author.name == "linkbak"
        assert repo.git.cat_file("-t", commit) == "commit"


def test_a_transfer_says_how_far_it_is_and_what_went_wrong(one: Path, tmp_path: Path) -> None:
    there = tmp_path / "there.git"
    gitpython.Repo.init(there, bare=True, initial_branch="main").close()
    ours, told = Git(one), list[tuple[int, int]]()
    with pytest.raises(VaultDamaged, match="git push failed: fatal: transport 'file' not allowed"):
        transfer(ours, "push", "--", str(there), "main")
    ours.surroundings = {"GIT_ALLOW_PROTOCOL": "file"}
    ours.flags = ("-c", "protocol.allow=always")

    transfer(ours, "push", "--", str(there), "main", progress=lambda done, total: told.append((done, total)))

    assert told[-1][0] == told[-1][1] > 5
    assert git(there, "rev-parse", "main") == git(one, "rev-parse", "main")
    with pytest.raises(VaultDamaged, match="git fetch failed: fatal: couldn't find remote ref none"):
        transfer(ours, "fetch", "--", str(there), "none")


def test_reading_and_writing_a_vault_that_is_there_never_loads_gitpython_or_pydantic(one: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from linkbak.vault import Vault\n"
        f"with Vault.open(Path({str(one)!r})) as vault:\n"
        "    vault.manifest(vault.summaries()[0].key)\n"
        "    print({'linkbak.vault.writer', 'linkbak.vault.lock', 'git', 'pydantic'} & set(sys.modules))\n"
        "    from linkbak.vault.writer import write_transaction\n"
        "    with write_transaction(vault) as writer: writer.add_marks([{'x': 1}], 'Mark')\n"
        "print({'git', 'pydantic'} & set(sys.modules))\n"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout == "set()\nset()\n"

"""``linkbak remote``: what it prints, asks and refuses."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from linkbak.vault import Vault
from tests.cli.running import run
from tests.cli.terminal import on_terminal
from tests.vault.snapshots import git, save

PLACE = "`linkbak remote add usb /media/usb/linkbak.git --create` makes one on a disk"


def test_a_vault_without_copies_is_told_how_to_make_one(empty: Path) -> None:
    for words in (["remote"], ["remote", "list"], ["remote", "check"]):
        done = run(*words, vault=empty)

        assert (done.status, done.out, done.err) == (0, f"the vault has no copy elsewhere\n  {PLACE}\n", "")


def test_the_life_of_a_place(empty: Path, tmp_path: Path) -> None:
    place = tmp_path / "usb.git"
    same = "on the same disk as the vault: if it breaks, both are lost"

    added = run("remote", "add", "usb", place, "--create", vault=empty)
    assert (added.status, added.err) == (0, "")
    assert added.out == f"added usb: {place}\n  {same}\n  `linkbak push usb` sends the vault there\n"
    assert run("remote", vault=empty).out == f"usb\n    {place}\n    never pushed\n"
    with time_machine.travel(datetime(2026, 5, 1, 8, 0, tzinfo=UTC)):
        run("push", vault=empty)
    with time_machine.travel(datetime(2026, 5, 13, 8, 0, tzinfo=UTC)):
        assert run("remote", "list", vault=empty).out == f"usb\n    {place}\n    last push 12 days ago\n"
        checked = run("remote", "check", "usb", vault=empty)
    assert checked.status == 0
    assert checked.out.splitlines() == [
        "usb",
        f"    {place}",
        "    last push 12 days ago",
        "    has all that the vault has",
        "    every object of it is there and undamaged",
        f"    {same}",
    ]
    removed = run("remote", "remove", "usb", vault=empty)
    assert removed.out == f"forgot usb; the copy at {place} stays as it is\n"
    assert (place / "HEAD").exists()
    assert run("remote", "remove", "usb", vault=empty).err.splitlines() == [
        "error: the vault has no remote usb",
        "hint: It has: none yet; `linkbak remote add NAME ADDRESS` adds one.",
    ]


def test_what_a_check_finds(empty: Path, tmp_path: Path) -> None:
    run("remote", "add", "usb", tmp_path / "usb.git", "--create", vault=empty)
    assert "    nothing has been sent there yet: `linkbak push`" in run("remote", "check", vault=empty).out.splitlines()
    run("push", vault=empty)
    other = Path(shutil.copytree(empty, tmp_path / "other", symlinks=True))
    save(empty)
    assert "    lacks 1 snapshot: `linkbak push`" in run("remote", "check", vault=empty).out.splitlines()
    save(other, "2026-04-01T00:00:00Z")
    run("push", vault=other)
    assert "    has something that is not here, and lacks something that is: `linkbak pull`, then `linkbak push`" in (
        run("remote", "check", vault=empty).out.splitlines()
    )
    shutil.rmtree(tmp_path / "usb.git")

    gone = run("remote", "check", vault=empty)

    assert gone.status == 15
    assert f"    error: {tmp_path}/usb.git is not there" in gone.out.splitlines()
    quiet = run("remote", "check", "--quiet", vault=empty)
    assert (quiet.status, quiet.out, quiet.err) == (15, "", f"error: usb: {tmp_path}/usb.git is not there\n")
    document = run("remote", "check", "--json", vault=empty).json
    assert document["remotes"][0]["state"] == "failed"
    assert document["remotes"][0]["error"]["exit_code"] == 15


def test_what_is_refused(empty: Path, tmp_path: Path) -> None:
    def refused(*words: str | Path) -> list[str]:
        done = run("remote", *words, vault=empty)
        assert (done.status, done.out) == (2, "")
        return done.err.splitlines()

    assert refused("add", "hub", "git@github.com:ada/vault.git") == [
        "error: github.com is a public host, and a vault holds other people's names, addresses and words to you",
        "hint: Take a disk, a machine of your own, or a sealed file (`linkbak seal`) instead. If the repository"
        " there is private and stays so, say it when you add it: --private-i-am-sure.",
    ]
    assert refused("add", "web", "https://ada:secret@git.example.com/vault.git") == [
        "error: the address holds a password, which would lie in the vault's configuration for all to read",
        "hint: Leave it out; git's credential helpers keep passwords (`git help credentials`), ssh keeps keys.",
    ]
    assert refused("add", "usb", tmp_path / "usb.git") == [
        f"error: there is no copy at {tmp_path}/usb.git yet",
        "hint: --create makes one there.",
    ]
    assert refused("add", "usb")[0] == "error: add takes a name and an address"
    assert refused("remove")[0] == "error: remove takes one name"
    assert refused("list", "usb")[0] == "error: list takes no name"
    assert refused("rename", "usb") == [
        "error: there is no `linkbak remote rename`",
        "hint: remote takes list, add, remove, check.",
    ]
    assert refused("list", "--create")[0] == "error: only `linkbak remote add` takes --create and --private-i-am-sure"
    assert refused("check", "usb")[0] == "error: the vault has no remote usb"


def test_a_public_host_that_one_is_sure_of_is_shown_as_such(empty: Path) -> None:
    run("remote", "add", "hub", "git@github.com:ada/vault.git", "--private-i-am-sure", vault=empty)

    assert run("remote", vault=empty).out == (
        "hub\n    git@github.com:ada/vault.git (public host; you are sure that it is private there)\n    never pushed\n"
    )
    assert run("remote", "--json", vault=empty).json == {
        "schema": "linkbak.remote/1",
        "action": "list",
        "remotes": [
            {
                "name": "hub",
                "address": "git@github.com:ada/vault.git",
                "private": True,
                "pushed": None,
                "commit": None,
                "state": None,
                "behind": None,
                "whole": None,
                "notes": [],
                "error": None,
            }
        ],
    }


def test_passwords_that_somebody_wrote_into_the_configuration_are_masked(empty: Path) -> None:
    git(empty, "config", "remote.web.url", "https://ada:secret@git.example.com/\x1b[31mvault.git")

    for words in (["remote"], ["remote", "--json"], ["remote", "check"], ["push"], ["push", "--json"]):
        done = run(*words, vault=empty)
        assert "secret" not in done.out + done.err
        assert "\x1b" not in done.out + done.err
        assert (
            "ada:***@" in done.out + done.err or "holds a password" in done.out + done.err or "characters" in done.err
        )


def test_there_must_be_a_vault(tmp_path: Path) -> None:
    for words in (["remote"], ["remote", "check"], ["push"]):
        assert run(*words, vault=tmp_path / "none").status == 10


@pytest.mark.parametrize(("answer", "made"), [("y\n", True), ("n\n", False)])
def test_on_a_terminal_one_is_asked_whether_a_copy_is_to_be_made(
    empty: Path, tmp_path: Path, answer: str, made: bool
) -> None:
    import pty

    place = tmp_path / "usb.git"
    child, terminal = pty.fork()
    if child == 0:
        import sys

        words = ["-m", "linkbak", "remote", "add", "usb", str(place), "--vault", str(empty)]
        os.execv(sys.executable, [sys.executable, *words])
    os.write(terminal, answer.encode())
    shown = b""
    try:
        while chunk := os.read(terminal, 1 << 16):
            shown += chunk
    except OSError:
        pass
    os.close(terminal)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    assert f"There is no copy at {place} yet. Make one there? [y/N]:".encode() in shown.replace(b"\r\n", b"")
    assert (status, place.exists()) == ((0, True) if made else (2, False))


def test_it_fits_a_terminal(empty: Path, tmp_path: Path) -> None:
    run("remote", "add", "usb", tmp_path / "usb.git", "--create", vault=empty)
    run("push", vault=empty)

    lines = on_terminal("remote", "check", vault=empty)

    assert "    every object of it is there and undamaged" in lines
    assert max(map(len, lines)) <= max(80, len(str(tmp_path)) + 12)


def test_a_folder_of_a_cloud_is_warned_about_when_a_vault_is_made_there(strangers_machine: Path) -> None:
    done = run("init", strangers_machine / "Dropbox/vault")

    assert done.status == 0
    assert done.err.splitlines() == [
        "warning: the vault lies in a folder that Dropbox copies elsewhere. It holds other people's names and words,"
        " and a program that copies it while linkbak writes can damage it.",
        "hint: keep the vault outside, and send copies with `linkbak push`, or sealed ones with `linkbak seal`.",
    ]
    assert run("init", strangers_machine / "Dropbox/vault", "--quiet").err == ""
    assert run("init", strangers_machine / "vault").err == ""


def test_another_name_for_the_vault_is_no_way_around(empty: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(empty)

    done = run("remote", "add", "usb", tmp_path / "link/copy.git", "--create", vault=empty)

    assert "is in the vault itself" in done.err
    with Vault.open(empty) as vault:
        assert vault.summaries() == ()

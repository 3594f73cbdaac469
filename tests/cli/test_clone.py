"""``linkbak clone``: after a disaster, a new machine knows all that the old one knew."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkbak import paths
from linkbak.vault import Vault
from tests.cli.running import run, state
from tests.remotes.copies import program
from tests.vault.snapshots import contents, sound


def machine(home: Path, patch: pytest.MonkeyPatch) -> Path:
    """Another computer: nothing of any other home is known there."""
    home.mkdir()
    patch.setenv("HOME", str(home))
    for name in ("CONFIG", "DATA", "STATE", "CACHE"):
        patch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    return home / "data/linkbak/vault"


def everything(vault: Path) -> dict[str, dict[str, bytes]]:
    with Vault.open(vault) as opened:
        return {one.key.folder: contents(opened, one.key) for one in opened.summaries()}


TOLD = (
    *(["log", "--json"], ["lost", "--json"], ["people", "--json"], ["mark", "list"]),
    *(["show", "Niall Sampla"], ["diff"], ["log", "latest"]),
)


def test_disaster_recovery(
    family: Path, february: Path, march: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = tmp_path / "disk.git"
    old = machine(tmp_path / "old", monkeypatch)
    late = family / "ada/Basic_LinkedInDataExport_01-15-2026.zip"
    run("import", february, march, family / "ada/Basic_LinkedInDataExport_07-11-2023.zip")
    run("mark", "Niall Sampla", "note", "met in Ghent")
    assert run("remote", "add", "disk", disk, "--create").status == 0
    assert run("push").status == 0
    told = {" ".join(words): run(*words).out for words in TOLD}
    kept = everything(old)
    machine(tmp_path / "lost", monkeypatch)  # the old one is never seen again

    place = machine(tmp_path / "new", monkeypatch)
    done = run("clone", disk)

    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines() == [
        f"made a vault in {place}",
        f"  {len(kept)} snapshots of linkedin-me, every byte compared with what was imported",
        "  `linkbak push` sends what you import there, under the name origin",
        f"remembered in {tmp_path}/new/config/linkbak/config.toml",
    ]
    assert everything(place) == kept
    assert {" ".join(words): run(*words).out for words in TOLD} == told
    assert run("verify", "--json").json["damage"] == []
    assert run("import", late).status == 0
    assert run("push").out == "origin: 1 snapshot sent\n"
    assert run("push").out == "origin: up to date\n"
    assert run("remote", "check", "--json").json["remotes"][0]["whole"] is True
    assert sound(place)


def test_the_place_may_be_named_and_is_remembered(two: Path, tmp_path: Path) -> None:
    run("remote", "add", "usb", tmp_path / "usb.git", "--create", vault=two)
    run("push", vault=two)
    place = tmp_path / "Documents/my vault"

    done = run("clone", f"file://{tmp_path}/usb.git", place, "--json")

    assert done.json == {
        "schema": "linkbak.clone/1",
        "vault": str(place),
        "source": str(tmp_path / "usb.git"),
        "commit": done.json["commit"],
        "snapshots": 2,
        "accounts": ["linkedin-me"],
        "notes": [],
        "used": str(place),
    }
    assert len(run("log", "--json").json["snapshots"]) == 2
    before = state(place)
    again = run("clone", tmp_path / "usb.git", place)
    assert (again.status, again.err.splitlines()) == (
        10,
        [f"error: {place} is there already, and not empty", "hint: Name a folder that is new or empty."],
    )
    assert state(place) == before
    assert run("clone", tmp_path / "usb.git", tmp_path / "x", vault=tmp_path / "y").status == 2


def test_a_vault_that_is_in_use_stays_the_one_that_is_used(
    two: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clone, or a vault made to try something, must not send the next timer's archives elsewhere."""
    one = tmp_path / "one"
    run("init", one)
    before = paths.config_file().read_bytes()
    switch = f"every command goes on using {one}\n  to switch: linkbak config set vault {tmp_path}"
    run("remote", "add", "usb", tmp_path / "usb.git", "--create", vault=two)
    run("push", vault=two)

    cloned = run("clone", tmp_path / "usb.git", tmp_path / "cloned")
    assert cloned.out.endswith(f"\n{switch}/cloned\n")
    assert run("init", tmp_path / "tried").out == f"made a vault in {tmp_path}/tried\n{switch}/tried\n"
    assert run("init", tmp_path / "more", "--json").json["used"] == str(one)
    monkeypatch.setenv("LINKBAK_VAULT", str(one))
    assert run("init", tmp_path / "named").out.endswith(f"  to switch: export LINKBAK_VAULT={tmp_path}/named\n")
    monkeypatch.delenv("LINKBAK_VAULT")
    assert paths.config_file().read_bytes() == before

    run("config", "set", "vault", tmp_path / "cloned")
    assert len(run("log", "--json").json["snapshots"]) == 2


def test_a_vault_that_is_gone_is_used_no_more(one: Path, tmp_path: Path) -> None:
    """As after moving it: `linkbak init NEW-PLACE`."""
    run("init", one)
    one.rename(tmp_path / "moved")

    assert run("init", tmp_path / "moved", "--json").json["used"] == str(tmp_path / "moved")
    assert len(run("log", "--json").json["snapshots"]) == 1


def test_a_refusal_leaves_no_place_and_remembers_none(tmp_path: Path) -> None:
    done = run("clone", tmp_path / "gone.git", tmp_path / "vault")

    assert (done.status, done.out) == (15, "")
    assert done.err.splitlines()[0] == f"error: {tmp_path}/gone.git is not there"
    assert not (tmp_path / "vault").exists()
    assert run("log").status == 10


def test_a_folder_of_a_cloud_is_warned_about(two: Path, tmp_path: Path, strangers_machine: Path) -> None:
    run("remote", "add", "usb", tmp_path / "usb.git", "--create", vault=two)
    run("push", vault=two)

    done = run("clone", tmp_path / "usb.git", strangers_machine / "OneDrive/vault")

    assert done.status == 0
    assert done.err.startswith("warning: the vault lies in a folder that OneDrive copies elsewhere.")


def test_where_a_public_host_is_cloned_from_nothing_is_pushed_unless_one_is_sure(
    two: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("remote", "add", "usb", tmp_path / "vault.git", "--create", vault=two)
    run("push", vault=two)
    ssh = program(tmp_path / "bin/ssh", f'for words; do :; done; cd {tmp_path} && exec sh -c "$words"')
    monkeypatch.setenv("GIT_SSH_COMMAND", str(ssh))

    done = run("clone", "git@github.com:vault.git", tmp_path / "unsure")
    assert done.status == 0
    assert done.err.splitlines()[0] == "warning: github.com is a public host, so `linkbak push` sends nothing there."
    assert run("push", vault=tmp_path / "unsure").status == 2

    sure = run("clone", "git@github.com:vault.git", tmp_path / "sure", "--private-i-am-sure")
    assert (sure.status, sure.err) == (0, "")
    assert run("push", vault=tmp_path / "sure").out == "origin: up to date\n"

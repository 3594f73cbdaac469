"""`linkbak unseal`: after a disaster, a sealed copy and a key are all that is needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkbak import paths, settings
from linkbak.errors import Exit
from tests.cli.running import run, state
from tests.encryption.given import Pair, pair
from tests.remotes.copies import head


@pytest.fixture
def key(tmp_path: Path) -> Pair:
    return pair(tmp_path / "keys")


@pytest.fixture
def file(two: Path, tmp_path: Path, key: Pair) -> Path:
    """A sealed copy of the vault."""
    file = tmp_path / "vault.age"
    assert run("seal", "-o", file, "--to", key.public, vault=two).status == 0
    return file


def on_a_new_machine(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))


def told(vault: Path) -> dict[str, str]:
    """What the vault tells of snapshots, people and marks."""
    verbs = (["log"], ["lost"], ["people"], ["show", "Niall Sampla"], ["mark", "list"], ["diff"], ["log", "latest"])
    return {verb[0]: run(*verb, "--json", vault=vault).out.replace(str(vault), "VAULT") for verb in verbs}


def test_a_disaster(two: Path, tmp_path: Path, key: Pair, family: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine is lost. On a new one, with nothing but the copies and the key, everything is there again."""
    cloud, words = tmp_path / "cloud", ("--to", key.public, "--since-last")
    cloud.mkdir()
    assert run("seal", "-o", cloud / "1.age", *words, vault=two).status == 0
    assert run("mark", "Niall Sampla", "note", "met in Ghent", vault=two).status == 0
    assert run("import", family / "ada/Basic_LinkedInDataExport_01-15-2026.zip", vault=two).status == 0
    assert run("seal", "-o", cloud / "2.age", *words, vault=two).status == 0
    archives = {path.relative_to(two): path.read_bytes() for path in (two / "snapshots").rglob("*") if path.is_file()}
    before = told(two)

    on_a_new_machine(monkeypatch, tmp_path / "home")
    ran = run("unseal", *sorted(cloud.iterdir()), "-i", key.file)

    new = tmp_path / "home/data/linkbak/vault"
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == (
        f"made a vault of the sealed copies in {new}: 3 snapshots\n"
        "  every file was compared with the sha256 written down when it was imported\n"
        f"remembered in {paths.config_file()}\n"
    )
    assert settings.load().vault == new
    assert head(new) == head(two)
    assert {
        path.relative_to(new): path.read_bytes() for path in (new / "snapshots").rglob("*") if path.is_file()
    } == archives
    assert told(new) == before
    assert run("verify").out.startswith("all 3 snapshots are whole: every byte as it was imported\n")
    assert run("import", family / "ada/Basic_LinkedInDataExport_07-11-2023.zip").status == 0
    assert run("verify").status == 0


def test_a_place_may_be_named_in_three_ways(two: Path, file: Path, key: Pair, tmp_path: Path) -> None:
    last, flag = tmp_path / "last", tmp_path / "flag"

    assert run("unseal", file, last, "-i", key.file).status == 0
    assert run("unseal", file, "-i", key.file, vault=flag).status == 0
    both = run("unseal", file, last, "-i", key.file, vault=flag)

    assert (head(last), head(flag)) == (head(two), head(two))
    assert both.status == Exit.USAGE
    assert "PATH and --vault are two different places" in both.err


def test_a_vault_in_a_synced_folder_is_warned_about(file: Path, key: Pair, strangers_machine: Path) -> None:
    """A sealed copy belongs there, an open vault does not."""
    (strangers_machine / "Dropbox").mkdir()

    ran = run("unseal", file, strangers_machine / "Dropbox/vault", "-i", key.file)

    assert ran.status == 0
    assert ran.err.startswith("warning: the vault lies in a folder that Dropbox copies elsewhere.")


def test_a_file_that_is_mistyped_is_no_place(file: Path, key: Pair, tmp_path: Path) -> None:
    ran = run("unseal", file, tmp_path / "vualt.age", "-i", key.file)

    assert ran.status == Exit.USAGE
    assert f"{tmp_path / 'vualt.age'} is not there" in ran.err


def test_into_a_vault_that_is_there(two: Path, key: Pair, tmp_path: Path, family: Path, file: Path) -> None:
    other = tmp_path / "other"
    assert run("unseal", file, other, "-i", key.file).status == 0
    assert run("import", family / "ada/Basic_LinkedInDataExport_01-15-2026.zip", vault=two).status == 0
    assert run("mark", "Niall Sampla", "note", "met in Ghent", vault=two).status == 0
    assert run("seal", "-o", tmp_path / "2.age", "--to", key.public, "--since-last", vault=two).status == 0

    came = run("unseal", tmp_path / "2.age", other, "-i", key.file)
    again = run("unseal", tmp_path / "2.age", other, "-i", key.file)

    assert (came.status, came.out) == (0, f"1 snapshot and 1 mark came into the vault in {other}\n")
    assert again.out == f"the vault in {other} has all of it already; nothing was changed\n"
    assert head(other) == head(two)


def test_the_document(two: Path, file: Path, key: Pair, tmp_path: Path) -> None:
    made = run("unseal", file, tmp_path / "other", "-i", key.file, "--json").json

    assert made == {
        "schema": "linkbak.unseal/1",
        "vault": str(tmp_path / "other"),
        "created": True,
        "commit": head(two),
        "snapshots": 2,
        "new": 2,
        "marks": 0,
        "copies": [{"file": str(file), "commit": head(two), "whole": True}],
        "used": str(tmp_path / "other"),
    }
    again = run("unseal", file, tmp_path / "other", "-i", key.file, "--json").json
    assert again == {**made, "created": False, "new": 0}


def test_somebody_elses_vault_is_not_mixed_in(two: Path, boris: Path, key: Pair, tmp_path: Path) -> None:
    his = tmp_path / "his"
    assert run("init", his).status == 0
    assert run("import", boris, vault=his).status == 0
    assert run("seal", "-o", tmp_path / "his.age", "--to", key.public, vault=his).status == 0
    before = state(two)

    ran = run("unseal", tmp_path / "his.age", two, "-i", key.file)

    assert ran.status == Exit.OTHER_ACCOUNT
    assert {name: data for name, data in state(two).items() if "fetch.lock" not in name} == before


@pytest.mark.parametrize(
    ("what", "status"), [("wrong key", Exit.WRONG_KEY), ("damaged", Exit.DAMAGED), ("no key", Exit.USAGE)]
)
def test_what_cannot_be_opened_has_a_status_of_its_own(
    file: Path, key: Pair, tmp_path: Path, what: str, status: Exit
) -> None:
    before = settings.load().vault
    if what == "damaged":
        file.write_bytes(file.read_bytes()[:-1])
    given = {"wrong key": pair(tmp_path / "others").file, "damaged": key.file}
    words = ["-i", str(given[what])] if what in given else []

    ran = run("unseal", file, tmp_path / "other", *words)

    assert (ran.status, ran.out) == (status, "")
    assert not (tmp_path / "other").exists()
    assert settings.load().vault == before

"""``linkbak forget``: set aside, brought back, corrected; and nothing that was kept is lost."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from linkbak.paths import cache_folder
from linkbak.vault import Vault
from linkbak.vault.writer import create_vault
from tests.cli.lists import at, lone, rows, text, zipped
from tests.cli.running import run

MONTHS = [(2026, 3), (2026, 4), (2026, 5)]
BASE = rows(date(2026, 2, 28), 40)
LISTS = [BASE, [*rows(date(2026, 4, 1), 3, "Odd"), *BASE[5:]], [*rows(date(2026, 5, 1), 2, "Late"), *BASE]]
"""The middle list lacks five and shows three others."""


@pytest.fixture(scope="module")
def _three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("forget")
    vault = folder / "vault"
    create_vault(vault).close()
    for number, (year, month) in enumerate(MONTHS):
        archive = zipped(folder / f"{month}.zip", {"Connections.csv": text(LISTS[number])}, (year, month, 2))
        assert run("import", archive, vault=vault).status in (0, 9)
    return vault


@pytest.fixture
def three(_three: Path, tmp_path: Path) -> Path:
    """A vault with lists of March, April and May."""
    return Path(shutil.copytree(_three, tmp_path / "vault", symlinks=True))


def ids(vault: Path, *words: str) -> list[tuple[str, str]]:
    return [(one["account"], one["id"][:10]) for one in run("log", "--json", *words, vault=vault).json["snapshots"]]


def answers(vault: Path) -> list[object]:
    """What commands say of people and snapshots."""
    verbs = (("log",), ("people", "--all"), ("lost",), ("diff",))
    found = [run(*words, "--json", vault=vault).json for words in verbs]
    for one in found[0]["snapshots"]:
        del one["imported"]
    return found


def without_april(three: Path, tmp_path: Path) -> Path:
    """What the vault would be if the list of April had never been imported."""
    vault = tmp_path / "other"
    create_vault(vault).close()
    for number in (0, 2):
        year, month = MONTHS[number]
        archive = zipped(tmp_path / f"{month}.zip", {"Connections.csv": text(LISTS[number])}, (year, month, 2))
        run("import", archive, vault=vault)
    return vault


def test_what_is_set_aside_is_out_of_every_answer_and_comes_back(three: Path, tmp_path: Path) -> None:
    before = answers(three)

    ran = run("forget", "2026-04", vault=three)

    assert (ran.status, ran.err) == (0, "")
    assert ran.out == "2026-04-02T080000Z is set aside\n  to bring it back: linkbak forget 2026-04-02T080000Z --undo\n"
    assert ids(three) == [("me", "2026-05-02"), ("me", "2026-03-02")]
    without = answers(three)
    assert without[1:3] == answers(without_april(three, tmp_path))[1:3]
    shutil.rmtree(cache_folder(three))
    assert answers(three) == without
    assert ids(three, "--all")[1] == ("me", "2026-04-02")
    assert run("log", "--all", "--json", vault=three).json["snapshots"][1]["set_aside"] is True
    assert "set aside" in run("log", "--all", vault=three).out
    missing = run("log", "2026-04", vault=three)
    assert missing.status == 13
    assert missing.err.endswith("hint: `linkbak log --all` lists them, those that were set aside too.\n")
    assert run("forget", "2026-04", vault=three).status == 13
    assert run("verify", vault=three).status == 0

    document = run("forget", "2026-04", "--undo", "--json", vault=three).json

    assert document == {
        "schema": "linkbak.forget/1",
        "action": "brought-back",
        "account": "linkedin-me",
        "snapshot": "2026-04-02T080000Z",
        "corrected": None,
    }
    assert answers(three) == before
    nothing = run("forget", "2026-04", "--undo", vault=three)
    assert (nothing.status, nothing.err) == (13, "error: no snapshot is set aside\n")


def test_an_archive_that_is_set_aside_is_not_imported_again(three: Path, tmp_path: Path) -> None:
    run("forget", "2026-04", vault=three)
    again = zipped(tmp_path / "4.zip", {"Connections.csv": text(LISTS[1])}, (2026, 4, 2))

    ran = run("import", again, vault=three)

    assert "already kept" in ran.out
    assert "linkbak forget 2026-04-02T080000Z --undo" in ran.out
    assert len(ids(three, "--all")) == 3


def test_a_wrong_date_is_corrected(three: Path) -> None:
    ran = run("forget", "2026-05", "--taken", "2026-05-20T10:00:00Z", vault=three)

    assert ran.status == 0
    assert "kept as linkedin-me 2026-05-20T100000Z" in ran.out
    assert ids(three) == [("me", "2026-05-20"), ("me", "2026-04-02"), ("me", "2026-03-02")]
    assert len(ids(three, "--all")) == 4
    assert run("verify", vault=three).status == 0
    with Vault.open(three) as vault:
        old, new = (one for one in vault.every() if one.taken.startswith("2026-05"))
        assert vault.manifest(new.key).taken_source == "told"
        for path in vault.files(old.key).paths:
            with vault.files(old.key).open(path) as one, vault.files(new.key).open(path) as other:
                assert one.read() == other.read()
    # once more is nothing new, and the archive itself is known
    assert run("forget", "latest", "--taken", "2026-05-20T10:00:00Z", vault=three).status == 2
    for told in ("2062-01-01", "2026-02-01"):
        assert run("forget", "latest", "--taken", told, vault=three).status == 2
    assert len(ids(three, "--all")) == 4


def test_another_account_is_corrected_too(three: Path) -> None:
    document = run("forget", "2026-04", "--account", "boris", "--json", vault=three).json

    assert (document["action"], document["snapshot"], document["corrected"]) == ("corrected",) + 2 * (
        "2026-04-02T080000Z",
    )
    assert ids(three) == [("me", "2026-05-02"), ("boris", "2026-04-02"), ("me", "2026-03-02")]
    assert run("verify", vault=three).status == 0
    # an account that has such a snapshot says which one is meant
    assert run("forget", "2026-04", "--account", "boris", vault=three).status == 0
    assert ids(three) == [("me", "2026-05-02"), ("me", "2026-03-02")]


def test_it_travels_with_the_vault(three: Path, tmp_path: Path) -> None:
    run("forget", "2026-04", vault=three)
    assert run("remote", "add", "usb", str(tmp_path / "usb.git"), "--create", vault=three).status == 0
    assert run("push", vault=three).status == 0
    copy = tmp_path / "copy"
    assert run("clone", str(tmp_path / "usb.git"), str(copy)).status == 0
    assert ids(copy) == [("me", "2026-05-02"), ("me", "2026-03-02")]

    run("forget", "2026-04", "--undo", vault=copy)
    assert run("push", vault=copy).status == 0
    assert run("pull", vault=three).status == 0
    assert len(ids(three)) == 3


def test_the_import_of_what_is_kept_says_how_to_correct_it(three: Path, tmp_path: Path) -> None:
    again = zipped(tmp_path / "4.zip", {"Connections.csv": text(LISTS[1])}, (2026, 4, 2))
    assert "linkbak forget 2026-04-02T080000Z --account peter" in " ".join(
        run("import", again, "--account", "peter", vault=three).out.split()
    )


def test_a_list_that_is_older_than_the_one_before_is_set_right(empty: Path, tmp_path: Path) -> None:
    """The way out of a wrong file time: held, and as it should be once its date is told."""
    march = [*rows(date(2024, 3, 20), 3), *rows(date(2024, 2, 28), 60)]
    run("import", lone(tmp_path / "new/Connections.csv", march, at(2024, 4, 1)), vault=empty)
    older = lone(tmp_path / "old/Connections.csv", rows(date(2024, 2, 28), 60), at(2024, 5, 1))
    assert run("import", older, vault=empty).status == 9

    assert run("forget", "latest", "--taken", "2024-02-29", vault=empty).status == 0

    found = run("diff", "--json", vault=empty).json
    assert (found["held"], found["counts"]["vanished"], found["counts"]["added"]) == (False, 0, 3)
    assert run("lost", "--json", vault=empty).json["lost"] == []

"""A new vault, and what is none."""

from __future__ import annotations

import stat
from pathlib import Path

import git as gitpython
import pytest

from linkbak.errors import NoVault, VaultDamaged
from linkbak.vault import Vault
from linkbak.vault.writer import create_vault
from tests.vault.processes import ended, forked
from tests.vault.snapshots import git, leftovers, save, sound


def test_a_new_vault_is_private_and_explains_itself(tmp_path: Path) -> None:
    with create_vault(tmp_path / "deep" / "vault") as vault:
        assert (vault.summaries(), vault.accounts(), vault.marks()) == ((), (), ())
        place = vault.path

    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert sorted(path.name for path in place.iterdir()) == [
        *(".git", ".gitattributes", "README.md", "linkbak.toml", "marks.jsonl")
    ]
    assert git(place, "log", "--format=%an <%ae> %s") == "linkbak <linkbak@localhost> Create the vault\n"
    assert (sound(place), leftovers(place)) == (True, [])


def test_git_run_by_hand_treats_a_vault_well(empty: Path) -> None:
    with gitpython.Repo(empty) as repo, repo.config_reader("repository") as config:
        said = {
            name: config.get_value(*name.split("."))
            for name in ("gc.auto", "maintenance.auto", "index.sparse", "core.sparseCheckoutCone", "core.autocrlf")
        }
        assert (repo.active_branch.name, repo.bare) == ("main", False)

    assert said == {
        "gc.auto": 0,
        "maintenance.auto": False,
        "index.sparse": True,
        "core.sparseCheckoutCone": True,
        "core.autocrlf": False,
    }


def test_an_empty_folder_becomes_a_vault_and_is_closed(tmp_path: Path) -> None:
    (tmp_path / "vault").mkdir(mode=0o755)
    create_vault(tmp_path / "vault").close()

    assert stat.S_IMODE((tmp_path / "vault").stat().st_mode) == 0o700


def test_a_vault_that_is_there_is_opened(one: Path) -> None:
    with create_vault(one) as vault:
        assert len(vault.summaries()) == 1


def test_a_folder_of_somebody_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir(mode=0o755)
    (tmp_path / "photos/a.jpg").write_text("mine")

    with pytest.raises(NoVault, match="is not empty and no vault"):
        create_vault(tmp_path / "photos")

    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["a.jpg"]
    assert stat.S_IMODE((tmp_path / "photos").stat().st_mode) == 0o755


def test_a_git_repository_of_something_else_is_no_vault(tmp_path: Path) -> None:
    with gitpython.Repo.init(tmp_path / "code", initial_branch="main"):
        (tmp_path / "code/a.py").write_text("x")
    git(tmp_path / "code", "add", ".")
    git(tmp_path / "code", "-c", "user.name=x", "-c", "user.email=x", "commit", "-qm", "x")

    with pytest.raises(NoVault, match="is a git repository but no vault"):
        Vault.open(tmp_path / "code")
    with pytest.raises(NoVault, match="is not empty and no vault"):
        create_vault(tmp_path / "code")


@pytest.mark.parametrize("name", ["nowhere", "file", "folder"])
def test_where_there_is_no_vault_none_is_opened(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder").mkdir()

    with pytest.raises(NoVault, match="there is no vault at") as refused:
        Vault.open(tmp_path / name)

    assert refused.value.hint == "The first `linkbak import ARCHIVE` makes one."


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("switch", "-q", "--detach"), "not on its branch main"),
        (("switch", "-q", "-c", "other"), "not on its branch main"),
    ],
)
def test_a_vault_off_its_branch_is_damaged(one: Path, words: tuple[str, ...], said: str) -> None:
    git(one, *words)

    with pytest.raises(VaultDamaged, match=said):
        Vault.open(one)


def test_a_vault_without_its_branch_is_never_made_anew(one: Path) -> None:
    tip = git(one, "rev-parse", "HEAD").strip()
    git(one, "update-ref", "-d", "refs/heads/main")

    with pytest.raises(NoVault):
        create_vault(one)

    with Vault.open(one) as vault:
        assert vault.newest() == tip


def test_a_vault_without_its_settings_says_how_to_get_them_back(one: Path) -> None:
    (one / "linkbak.toml").unlink()

    with pytest.raises(NoVault) as refused:
        Vault.open(one)
    git(one, *refused.value.hint.split("`")[1].split()[1:])

    Vault.open(one).close()


@pytest.mark.parametrize(
    ("text", "said"),
    [("format = 2\n", "has format 2; this linkbak knows up to 1"), ("visible = 3\n", "does not say its format")],
)
def test_a_vault_of_another_format_is_not_touched(one: Path, text: str, said: str) -> None:
    (one / "linkbak.toml").write_text(text)

    with pytest.raises(VaultDamaged, match=said):
        Vault.open(one)


def test_two_who_make_the_same_vault_make_one(tmp_path: Path) -> None:
    place = tmp_path / "vault"
    children = [forked(lambda: create_vault(place).close()) for _ in range(4)]

    assert [ended(child) for child in children] == [0, 0, 0, 0]
    assert git(place, "rev-list", "--count", "HEAD") == "1\n"
    assert save(place).id == "2026-03-20T080710Z"
    assert sound(place)

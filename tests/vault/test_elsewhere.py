"""A vault is a git repository: it may be cloned, moved, copied, pulled and pushed."""

from __future__ import annotations

import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from linkbak.vault import Vault
from linkbak.vault.writer import create_vault, write_transaction
from tests.vault.snapshots import LIST, contents, git, keep, leftovers, save, sound


@pytest.fixture
def twenty(empty: Path) -> Path:
    with Vault.open(empty) as vault, write_transaction(vault) as writer:
        for day in range(1, 21):
            keep(writer, f"2026-01-{day:02}T00:00:00Z", {**LIST, "day": b"%d" % day})
    return empty


def cloned(vault: Path, place: Path, *words: str) -> Path:
    """As somebody with an ordinary umask would clone it."""
    subprocess.run(["git", "clone", "-q", *words, vault.as_uri(), place], check=True, umask=0o022)
    return place


def read_and_written(vault: Path) -> None:
    with Vault.open(vault) as opened:
        kept = opened.summaries()
        assert [contents(opened, one.key)["day"] for one in kept] == [b"%d" % day for day in range(1, 21)]
    save(vault, "2026-02-01T00:00:00Z")
    with Vault.open(vault) as opened:
        assert len(opened.summaries()) == 21
    assert (sound(vault), leftovers(vault)) == (True, [])


@pytest.mark.parametrize("words", [(), ("--depth=1",), ("--no-checkout", "--sparse")])
def test_a_clone_is_read_and_then_written(twenty: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    clone = cloned(twenty, tmp_path / "clone", *words)
    if "--no-checkout" in words:
        git(clone, "checkout", "-q")

    read_and_written(clone)

    assert len(list(clone.glob("snapshots/*/*/*"))) == 12
    assert "snapshots/linkedin-me/2026/2026-01-01T000000Z/\n" in git(clone, "ls-files", "--sparse")
    assert stat.S_IMODE(clone.stat().st_mode) == 0o700
    assert git(clone, "config", "gc.auto") == "0\n"


def test_a_vault_that_was_moved_is_read_and_written(twenty: Path, tmp_path: Path) -> None:
    read_and_written(Path(shutil.move(twenty, tmp_path / "moved")))


def test_a_copy_without_its_empty_folders_is_read_and_written(twenty: Path, tmp_path: Path) -> None:
    """As some programs that synchronise folders make it."""
    copy = Path(shutil.copytree(twenty, tmp_path / "copy"))
    for folder in sorted(copy.rglob("*"), reverse=True):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
    shutil.rmtree(copy / ".git/linkbak")

    read_and_written(copy)

    assert len(list(copy.glob("snapshots/*/*/*"))) == 12


def test_what_was_pulled_elsewhere_is_seen_and_built_on(twenty: Path, tmp_path: Path) -> None:
    clone = cloned(twenty, tmp_path / "clone")
    save(twenty, "2026-02-01T00:00:00Z")
    git(clone, "pull", "-q", "--ff-only")
    save(clone, "2026-02-02T00:00:00Z")
    git(twenty, "pull", "-q", "--ff-only", str(clone), "main")

    with Vault.open(twenty) as vault:
        assert [one.key.id for one in vault.summaries()][-2:] == ["2026-02-01T000000Z", "2026-02-02T000000Z"]
        assert contents(vault, vault.summaries()[-1].key) == LIST
    save(twenty, "2026-02-03T00:00:00Z")
    assert sound(twenty)


def test_two_lines_that_were_merged_are_one_vault(twenty: Path, tmp_path: Path) -> None:
    clone = cloned(twenty, tmp_path / "clone")
    save(twenty, "2026-02-01T00:00:00Z")
    save(clone, "2026-02-02T00:00:00Z")
    git(twenty, "-c", "user.name=x", "-c", "user.email=x", "pull", "-q", "--no-rebase", str(clone), "main")
    save(twenty, "2026-02-03T00:00:00Z")

    with Vault.open(twenty) as vault:
        assert [one.key.id for one in vault.summaries()][-3:] == [f"2026-02-0{day}T000000Z" for day in (1, 2, 3)]
    assert sound(twenty)


def test_a_vault_with_longer_object_names_works_the_same(tmp_path: Path) -> None:
    """git's other object format, should somebody convert a vault."""
    place = tmp_path / "vault"
    create_vault(place).close()
    export = subprocess.run(["git", "-C", place, "fast-export", "--all"], capture_output=True, check=True).stdout
    other = tmp_path / "other"
    subprocess.run(["git", "init", "-q", "-b", "main", "--object-format=sha256", other], check=True)
    subprocess.run(["git", "-C", other, "fast-import", "--quiet"], input=export, check=True)
    git(other, "reset", "-q", "--hard")

    key = save(other)

    with Vault.open(other) as vault:
        assert contents(vault, key) == LIST
    assert sound(other)

"""Out of the work tree where it is what was kept, else out of git; and never a write."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from linkbak.errors import MachineProblem, VaultDamaged
from linkbak.vault import SnapshotKey, Vault
from linkbak.vault.vault import SMALL
from linkbak.vault.writer import write_transaction
from tests.vault.processes import fake_git
from tests.vault.snapshots import LIST, contents, git, save, sound

KEY = SnapshotKey("linkedin-me", "2026-03-20T080710Z")
BIG = b"0123456789abcdef" * (SMALL // 16) + b"and a little more"


@pytest.mark.parametrize("content", [b"shorter", LIST["Connections.csv"].replace(b"Boris", b"Bilbo")])
def test_an_altered_file_is_read_from_git(one: Path, content: bytes) -> None:
    """Also one that was altered without a change in size."""
    (one / KEY.folder / "archive/Connections.csv").write_bytes(content)

    with Vault.open(one) as vault, vault.files(KEY).open("Connections.csv") as file:
        assert file.read() == LIST["Connections.csv"]


def test_a_link_a_pipe_and_a_missing_file_are_read_from_git(one: Path) -> None:
    folder = one / KEY.folder / "archive"
    outside = one.parent / "outside.csv"
    (folder / "Connections.csv").rename(outside)
    (folder / "Connections.csv").symlink_to(outside)
    (folder / "Profile.csv").unlink()
    os.mkfifo(folder / "Profile.csv")

    with Vault.open(one) as vault:
        assert contents(vault, KEY) == LIST
        (folder / "Profile.csv").unlink()
        assert contents(vault, KEY) == LIST


def test_files_of_which_none_lies_open_are_read_from_git(one: Path) -> None:
    git(one, "sparse-checkout", "set", "--cone")

    with Vault.open(one) as vault:
        assert contents(vault, KEY) == LIST


@pytest.mark.parametrize("lying_open", [True, False])
def test_a_large_file_streams(empty: Path, lying_open: bool) -> None:
    key = save(empty, files={"messages.csv": BIG})
    if not lying_open:
        git(empty, "sparse-checkout", "set", "--cone")

    with Vault.open(empty) as vault, vault.files(key).open("messages.csv") as file:
        assert file.read(16) == BIG[:16]
        assert file.read() == BIG[16:]


def test_a_large_file_may_be_left_half_read(empty: Path) -> None:
    key = save(empty, files={"messages.csv": BIG})
    git(empty, "sparse-checkout", "set", "--cone")

    with Vault.open(empty) as vault:
        with vault.files(key).open("messages.csv") as file:
            file.read(1)
        assert len(vault.summaries()) == 1


@pytest.mark.parametrize("content", [b"small", BIG])
def test_bytes_that_are_not_those_kept_are_never_passed_on(empty: Path, content: bytes) -> None:
    """A blob exchanged in git, in a commit that looks like any other."""
    key = save(empty, files={"a.csv": content})
    (empty / key.folder / "archive/a.csv").write_bytes(content[:-1] + b"!")
    git(empty, "-c", "user.name=x", "-c", "user.email=x", "commit", "-qam", "Tamper")
    git(empty, "sparse-checkout", "set", "--cone")

    with Vault.open(empty) as vault, pytest.raises(VaultDamaged, match=r"a\.csv: the kept file is damaged"):
        contents(vault, key)


def test_a_lost_object_is_damage(one: Path) -> None:
    blob = git(one, "rev-parse", f"HEAD:{KEY.folder}/archive/Profile.csv").strip()
    git(one, "sparse-checkout", "set", "--cone")
    (one / ".git/objects" / blob[:2] / blob[2:]).unlink()

    with Vault.open(one) as vault, pytest.raises(VaultDamaged, match=r"Profile\.csv: the kept file is damaged"):
        contents(vault, KEY)


def test_a_broken_object_is_damage(one: Path) -> None:
    blob = one / ".git/objects" / (name := git(one, "rev-parse", f"HEAD:{KEY.folder}/manifest.json"))[:2] / name[2:-1]
    blob.chmod(0o600)
    blob.write_bytes(b"x" * 50)

    with (
        Vault.open(one) as vault,
        pytest.raises(VaultDamaged, match="2026-03-20T080710Z: git cannot read the manifest"),
    ):
        vault.manifest(KEY)


def test_git_that_ends_between_two_questions_is_damage_and_the_next_question_starts_it_anew(
    one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(one, "sparse-checkout", "set", "--cone")
    answered = 'read -r asked; printf "%s\\n" "$asked" | GIT "$@" >{0}/answer; exec <&-; cat {0}/answer; exit'
    fake_git(
        tmp_path, f'case "$*" in *cat-file*) [ ! -e {tmp_path}/answer ];; *) false;; esac', answered.format(tmp_path)
    )
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    with Vault.open(one) as vault:
        with pytest.raises(VaultDamaged, match="git cannot read an object of the vault"):
            contents(vault, KEY)
        assert contents(vault, KEY) == LIST


def test_reading_writes_nothing_to_the_vault(one: Path) -> None:
    before = _state(one)

    with Vault.open(one) as vault:
        contents(vault, vault.summaries()[0].key)
        vault.marks()

    assert _state(one) == before


def test_objects_that_git_packed_are_read_as_well(one: Path) -> None:
    """And a branch that git has put away among its packed refs."""
    git(one, "gc", "-q")
    git(one, "sparse-checkout", "set", "--cone")

    with Vault.open(one) as vault:
        assert contents(vault, KEY) == LIST
    assert save(one, "2026-04-01T00:00:00Z").id == "2026-04-01T000000Z"
    assert sound(one)


def test_a_vault_is_read_without_home_and_without_a_cache(one: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CACHE_HOME", str(one / "README.md"))

    with Vault.open(one) as vault:
        assert contents(vault, vault.summaries()[0].key) == LIST
    assert save(one, "2026-04-01T00:00:00Z").id == "2026-04-01T000000Z"


def test_without_git_the_machine_is_blamed(one: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(one))

    with Vault.open(one) as vault, pytest.raises(MachineProblem, match="git cannot be run"):
        vault.manifest(KEY)
    with Vault.open(one) as vault, pytest.raises(MachineProblem, match="git cannot be run"), write_transaction(vault):
        pass


def test_a_git_that_is_too_old_does_not_write(one: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    old = tmp_path / "bin" / "git"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho git version 2.38.9\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{old.parent}:{os.environ['PATH']}")

    with Vault.open(one) as vault, pytest.raises(MachineProblem) as refused, write_transaction(vault):
        pass

    assert (str(refused.value), refused.value.hint) == (
        "git is too old: git version 2.38.9",
        "Install git 2.39 or newer.",
    )


def _state(vault: Path) -> dict[Path, tuple[int, int]]:
    return {path: (path.lstat().st_mtime_ns, path.lstat().st_size) for path in vault.rglob("*")}


def test_an_object_that_claims_to_be_larger_than_memory_is_damage(
    one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a byte changed in a pack may make git believe."""
    claim = 'read name; echo "$name blob 9223372036854775806"; exit'
    fake_git(tmp_path, 'case "$*" in *cat-file*) true;; *) false;; esac', claim)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with Vault.open(one) as vault, pytest.raises(VaultDamaged, match="git cannot read an object of the vault"):
        vault.summaries()

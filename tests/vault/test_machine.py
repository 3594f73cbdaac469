"""A full disk, and a disk that may only be read."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from linkbak.errors import MachineProblem
from linkbak.vault import Vault
from linkbak.vault.verify import verify
from linkbak.vault.writer import write_transaction
from tests.vault.processes import NOBODY, as_nobody
from tests.vault.snapshots import LIST, contents, git, leftovers, save, sound

NOISE = os.urandom(150_000)


def test_a_disk_that_fills_up_leaves_the_vault_as_it_was(small_disk: Path, one: Path) -> None:
    """With so much room left that it fills up later and later in the work, until it does not."""
    vault = Path(shutil.copytree(one, small_disk / "vault", symlinks=True))
    before, size = _files(vault), _bytes(vault)
    refused = 0
    for room in range(0, 640_000, 16_384):
        filler = small_disk / "filler"
        filler.write_bytes(bytes(max(0, shutil.disk_usage(small_disk).free - room)))
        try:
            save(vault, "2026-03-27T08:00:00Z", {**LIST, "messages.csv": NOISE})
        except MachineProblem as problem:
            assert str(problem) == "the disk is full; the vault is as it was"
            refused += 1
            with Vault.open(vault) as opened:
                assert [contents(opened, each.key) for each in opened.summaries()] == [LIST]
            left = {name for name in _files(vault) - before if not name.startswith("objects/")}
            assert left <= {"linkbak/busy"}
            assert _bytes(vault) < size + 20_000  # a few folders and a manifest that nothing names
        else:
            break
        finally:
            filler.unlink()
    assert refused > 10
    save(vault, "2026-04-03T08:00:00Z")
    with Vault.open(vault) as opened:
        assert [each.key.id for each in opened.summaries()] == [
            *("2026-03-20T080710Z", "2026-03-27T080000Z", "2026-04-03T080000Z")
        ]
    assert (sound(vault), leftovers(vault)) == (True, [])


def test_the_next_command_after_a_full_disk_needs_no_help(small_disk: Path, one: Path) -> None:
    vault = Path(shutil.copytree(one, small_disk / "vault", symlinks=True))
    for room in (8_192, 150_000, 290_000):
        filler = small_disk / "filler"
        filler.write_bytes(bytes(max(0, shutil.disk_usage(small_disk).free - room)))
        with pytest.raises(MachineProblem):
            save(vault, "2026-03-27T08:00:00Z", {"messages.csv": NOISE})
        filler.unlink()
        with Vault.open(vault) as opened, write_transaction(opened) as writer:
            writer.add_marks([{"room": room}], "Mark")
        assert (sound(vault), leftovers(vault)) == (True, [])


def test_a_vault_that_may_only_be_read_is_read(one: Path, tmp_path: Path) -> None:
    """On a disk mounted read-only where that is possible, else in a folder without the right to write."""
    if os.geteuid() == 0:
        if subprocess.run(["mount", "--bind", one, one], capture_output=True).returncode:
            pytest.skip("root may write anywhere, and mounting is not possible here")
        subprocess.run(["mount", "-o", "remount,ro,bind", one], check=True)
    else:
        git(one, "status")
        modes = {path: path.stat().st_mode for path in [one, *one.rglob("*")]}
        for path, mode in modes.items():
            path.chmod(mode & ~0o222)
    try:
        with Vault.open(one) as vault:
            assert contents(vault, vault.summaries()[0].key) == LIST
            with pytest.raises(MachineProblem, match="no permission to write to"), write_transaction(vault):
                pass
    finally:
        if os.geteuid() == 0:
            subprocess.run(["umount", "-l", one], check=True)
        else:
            for path, mode in modes.items():
                path.chmod(mode)
    assert sound(one)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_another_users_vault_can_neither_be_read_nor_written(one: Path, tmp_path: Path) -> None:
    for folder in [tmp_path, *tmp_path.parents]:
        folder.chmod(folder.stat().st_mode | 0o055) if folder != Path("/") else None

    def stranger() -> None:
        with pytest.raises(PermissionError):
            list(one.iterdir())
        with pytest.raises(MachineProblem) as refused:
            save(one)
        assert str(refused.value) == f"no permission to read {one}: it belongs to root"
        assert refused.value.hint == f"`sudo chown -R nobody {one}` mends it; nothing is damaged by that."

    as_nobody(stranger)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_another_users_vault_is_not_written_to_by_root_either(one: Path) -> None:
    """What root writes, the owner could not read any more."""
    for path in [one, *one.rglob("*")]:
        os.chown(path, NOBODY, NOBODY)

    with Vault.open(one) as vault, pytest.raises(MachineProblem) as refused, write_transaction(vault):
        pass

    assert str(refused.value) == f"the vault at {one} belongs to nobody, and this is root: nothing was written"
    assert refused.value.hint == f"Run it as nobody; if the vault is to be yours: `sudo chown -R root {one}`"
    assert {path.stat().st_uid for path in one.rglob("*")} == {NOBODY}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
@pytest.mark.parametrize("place", [".git/HEAD", ".git/refs/heads/main", ".git/objects", ".git/logs/HEAD", "snapshots"])
def test_what_may_not_be_read_is_not_damaged(one: Path, place: str) -> None:
    """As after a command with sudo; each message names the file and whose it is."""
    for folder in one.parents:
        folder.chmod(folder.stat().st_mode | 0o055) if folder != Path("/") else None
    for path in [one, *one.rglob("*")]:
        os.chown(path, NOBODY, NOBODY)
    os.chown(one / place, 0, 0)
    (one / place).chmod(0o700)

    def owner() -> None:
        with pytest.raises(MachineProblem) as refused:
            verify(one)
        assert str(refused.value) == f"no permission to read {one / place}: it belongs to root"
        assert refused.value.hint == f"`sudo chown -R nobody {one}` mends it; nothing is damaged by that."

    as_nobody(owner)


def _bytes(vault: Path) -> int:
    return sum(path.stat().st_size for path in (vault / ".git/objects").rglob("*") if path.is_file())


def _files(vault: Path) -> set[str]:
    """Everything in the vault's .git but what a command in good order may change."""
    found = {str(path.relative_to(vault / ".git")) for path in (vault / ".git").rglob("*") if path.is_file()}
    return {name for name in found if not name.startswith("logs/")}

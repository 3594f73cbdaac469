"""One writer at a time, and nobody waits for ever."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from linkbak.errors import MachineProblem, VaultLocked
from linkbak.vault import Vault
from linkbak.vault.lock import patience
from linkbak.vault.writer import write_transaction
from tests.vault.processes import ended, forked
from tests.vault.snapshots import git, keep, leftovers, save, sound


def test_six_writers_at_once_keep_all_they_have(empty: Path) -> None:
    """Among them three of the very same moment."""
    moments = [f"2026-01-0{day}T00:00:00Z" for day in (1, 2, 3, 4, 4, 4)]
    children = [
        forked(lambda taken=taken, number=number: save(empty, taken, {"a.csv": b"%d" % number}))  # type: ignore[misc]
        for number, taken in enumerate(moments)
    ]

    assert [ended(child) for child in children] == [0] * 6
    with Vault.open(empty) as vault:
        assert [one.key.id for one in vault.summaries()] == [
            *(f"2026-01-0{day}T000000Z" for day in (1, 2, 3, 4)),
            *("2026-01-04T000000Z-2", "2026-01-04T000000Z-3"),
        ]
        assert {vault.files(one.key).open("a.csv").read() for one in vault.summaries()} == {
            b"%d" % number for number in range(6)
        }
    assert git(empty, "rev-list", "--count", "HEAD") == "7\n"
    assert (sound(empty), leftovers(empty)) == (True, [])


def test_who_waits_too_long_is_told_so_and_readers_do_not_wait(one: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKBAK_LOCK_WAIT", "0")

    def other() -> None:
        with Vault.open(one) as vault:
            assert len(vault.summaries()) == 1
            with pytest.raises(VaultLocked) as refused, write_transaction(vault):
                pass
        assert str(refused.value) == "another linkbak is writing to the vault"

    with Vault.open(one) as vault, write_transaction(vault):
        assert ended(forked(other)) == 0


def test_a_file_system_without_locks_is_written_to_by_nobody(one: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two writers at once would each take what the other has not finished for left by one that was killed."""

    def missing(descriptor: int, operation: int) -> None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    monkeypatch.setattr("fcntl.flock", missing)
    with pytest.raises(MachineProblem, match="Function not implemented"):
        save(one, "2026-04-01T00:00:00Z")

    monkeypatch.undo()
    assert git(one, "rev-list", "--count", "HEAD") == "2\n"
    assert (sound(one), leftovers(one)) == (True, [])


def test_another_git_program_at_work_is_not_disturbed(one: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKBAK_LOCK_WAIT", "0")
    (one / ".git/index.lock").write_text("theirs")

    with pytest.raises(VaultLocked, match="another git program is changing the vault") as refused:
        save(one, "2026-04-01T00:00:00Z")

    assert (one / ".git/index.lock").read_text() == "theirs"
    lock = one / ".git/index.lock"
    assert str(refused.value) == f"another git program is changing the vault: its lock {lock} is just made"
    assert refused.value.hint == f"Let it finish and try again; if none is running: rm {lock}"
    (one / ".git/index.lock").unlink()
    assert (sound(one), leftovers(one)) == (True, [])


@pytest.mark.parametrize("name", ["index.lock", "refs/heads/main.lock"])
def test_a_git_program_that_begins_while_linkbak_writes_keeps_its_lock(
    one: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the commit it is a refusal; after it the work tree is seen to by the next command."""
    with Vault.open(one) as vault:
        try:
            with write_transaction(vault) as writer:
                (one / ".git" / name).write_text("theirs")
                keep(writer, "2026-04-01T00:00:00Z")
        except VaultLocked:
            assert name != "index.lock"
        kept = len(vault.summaries())

    monkeypatch.setenv("LINKBAK_LOCK_WAIT", "0")
    with pytest.raises(VaultLocked):
        save(one, "2026-05-01T00:00:00Z")
    assert (one / ".git" / name).read_text() == "theirs"
    (one / ".git" / name).unlink()
    assert kept == (2 if name == "index.lock" else 1)
    save(one, "2026-05-01T00:00:00Z")
    assert (sound(one), leftovers(one)) == (True, [])


def test_a_commit_that_somebody_makes_meanwhile_is_not_lost(one: Path) -> None:
    with Vault.open(one) as vault, pytest.raises(VaultLocked), write_transaction(vault) as writer:
        git(one, "-c", "user.name=x", "-c", "user.email=x", "commit", "-q", "--allow-empty", "-m", "Mine")
        keep(writer, "2026-04-01T00:00:00Z")

    assert git(one, "log", "-1", "--format=%s") == "Mine\n"
    assert (sound(one), leftovers(one)) == (True, [])
    save(one, "2026-04-01T00:00:00Z")
    assert git(one, "log", "-2", "--format=%s") == "Keep 2026-04-01\nMine\n"


def test_a_vault_that_only_reads_keeps_nobody_from_writing(one: Path) -> None:
    with Vault.open(one) as reading:
        before = reading.manifest(reading.summaries()[0].key)
        assert save(one, "2026-04-01T00:00:00Z").id == "2026-04-01T000000Z"
        assert reading.manifest(reading.summaries()[0].key) == before


def test_what_git_was_asked_while_writing_does_not_hold_the_lock_afterwards(one: Path) -> None:
    with Vault.open(one) as vault:
        with write_transaction(vault) as writer:
            writer.add_marks([{"x": vault.manifest(vault.summaries()[0].key).id}], "Mark")
        assert ended(forked(lambda: save(one, "2026-04-01T00:00:00Z"))) == 0


@pytest.mark.parametrize(("said", "seconds"), [(None, 60.0), ("5", 5.0), ("-1", 0.0), ("soon", 60.0), ("", 60.0)])
def test_how_long_to_wait(said: str | None, seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    if said is not None:
        monkeypatch.setenv("LINKBAK_LOCK_WAIT", said)

    assert patience() == seconds
    assert os.environ.get("LINKBAK_LOCK_WAIT") == said

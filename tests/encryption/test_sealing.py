"""A sealed copy holds the vault or what came since, lies whole at its place, and is remembered."""

from __future__ import annotations

import os
import resource
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from linkbak import encryption, state
from linkbak.encryption import Earlier, seal, unseal
from linkbak.errors import LinkbakError, MachineProblem, NoVault, UsageProblem, VaultDamaged
from linkbak.remotes import Copy, copies
from linkbak.vault import Vault
from linkbak.vault.writer import write_transaction
from tests.cli.running import run
from tests.encryption.given import Pair, around, sealed
from tests.remotes.copies import head
from tests.vault.processes import ended, forked, killed_at

NOW = datetime(2026, 3, 21, 9, 0, 0, tzinfo=UTC)


def marked(vault: Path) -> None:
    """Something new in the vault: a mark."""
    with Vault.open(vault) as opened, write_transaction(opened, "mark") as writer:
        writer.add_marks([{"fact": "accepted", "account": "linkedin-me", "snapshot": "x", "at": "2026-03-21"}], "Mark")


@time_machine.travel(NOW, tick=False)
def test_the_whole_vault_is_sealed_and_the_copy_is_remembered(two: Path, cloud: Path, key: Pair) -> None:
    made = seal(two, cloud / "vault.age", key.lock)

    assert (made.file, made.commit, made.at) == (cloud / "vault.age", head(two), "2026-03-21T09:00:00Z")
    assert (made.snapshots, made.follows) == (2, None)
    assert made.bytes == (cloud / "vault.age").stat().st_size
    assert around(cloud) == ["vault.age"]
    assert (cloud / "vault.age").stat().st_mode & 0o777 == 0o600
    assert (cloud / "vault.age").read_bytes().startswith(b"age-encryption.org/v1\n-> X25519 ")
    assert copies(two) == {str(cloud): Copy(str(cloud), "seal", "2026-03-21T09:00:00Z", made.commit)}


def test_a_copy_goes_on_from_the_last_one_in_its_folder(two: Path, cloud: Path, key: Pair, older: Path) -> None:
    """Named by linkbak itself, in a folder; the first one is whole, and without news nothing is written."""
    with time_machine.travel(NOW) as clock:
        first = seal(two, cloud, key.lock, since_last=True)
        nothing = seal(two, cloud, key.lock, since_last=True)
        assert run("import", older, vault=two).status == 0
        clock.move_to(datetime(2026, 3, 22, 9, 0, 0, tzinfo=UTC))
        second = seal(two, cloud, key.lock, since_last=True)

    assert (first.follows, first.snapshots) == (None, 2)
    assert nothing.file is None
    assert nothing.commit == first.commit
    assert second.follows == Earlier(
        first.commit, "2026-03-21T09:00:00Z", "linkbak-2026-03-21T090000Z-whole.bundle.age"
    )
    assert (second.snapshots, second.commit, second.there) == (1, head(two), True)
    assert around(cloud) == [
        "linkbak-2026-03-21T090000Z-whole.bundle.age",
        "linkbak-2026-03-22T090000Z-since-2026-03-21T090000Z.bundle.age",
    ]
    assert copies(two)[str(cloud)].commit == head(two)


def test_every_folder_has_a_chain_of_its_own(two: Path, cloud: Path, tmp_path: Path, key: Pair) -> None:
    """What was sealed to one cloud is not in another."""
    other = tmp_path / "other"
    other.mkdir()
    sealed(two, cloud, key.lock)
    marked(two)

    made = seal(two, other / "first.age", key.lock, since_last=True)

    assert made.follows is None
    assert seal(two, cloud / "second.age", key.lock, since_last=True).follows is not None
    assert set(copies(two)) == {str(cloud), str(other)}


def test_a_copy_that_is_gone_from_the_folder_is_said_to_be(two: Path, cloud: Path, key: Pair) -> None:
    """It may have been moved to where it belongs, so the next one still goes on from it."""
    sealed(two, cloud / "first.age", key.lock).unlink()
    marked(two)

    made = seal(two, cloud / "second.age", key.lock, since_last=True)

    assert (made.there, made.snapshots) == (False, 0)
    assert made.follows is not None
    assert made.follows.file == "first.age"


@pytest.mark.parametrize(
    "note",
    [
        {"commit": "0" * 40, "at": "2026-03-21T09:00:00Z", "file": "x"},
        {"commit": "--all", "at": "2026-03-21T09:00:00Z", "file": "x"},
        {"commit": 7, "at": "2026-03-21T09:00:00Z", "file": "x"},
        {"commit": "0" * 40, "at": "yesterday", "file": "x"},
        {"commit": "0" * 40, "at": "2026-03-21T09:00:00", "file": "x"},
        "nonsense",
        None,
    ],
    ids=["of another vault", "an option", "a number", "no time", "no zone", "no object", "nothing"],
)
def test_what_is_not_known_for_sure_is_sealed_as_a_whole(two: Path, cloud: Path, key: Pair, note: object) -> None:
    state.write(two, "seals", {str(cloud): note})

    made = seal(two, cloud / "vault.age", key.lock, since_last=True)

    assert (made.follows, made.snapshots) == (None, 2)


def test_without_a_place_for_notes_the_whole_is_sealed_each_time(
    two: Path, cloud: Path, key: Pair, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))

    assert seal(two, cloud / "1.age", key.lock, since_last=True).follows is None
    assert seal(two, cloud / "2.age", key.lock, since_last=True).follows is None


def test_a_file_that_is_there_is_left_alone_unless_it_may_go(two: Path, cloud: Path, key: Pair) -> None:
    (cloud / "vault.age").write_bytes(b"mine")

    with pytest.raises(UsageProblem, match="is there already"):
        seal(two, cloud / "vault.age", key.lock)
    assert (cloud / "vault.age").read_bytes() == b"mine"

    made = seal(two, cloud / "vault.age", key.lock, overwrite=True)
    assert (cloud / "vault.age").stat().st_size == made.bytes
    assert around(cloud) == ["vault.age"]


def test_a_link_stays_one_and_leads_to_the_new_copy(two: Path, cloud: Path, key: Pair, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/x").write_bytes(b"before")
    (cloud / "link").symlink_to(tmp_path / "elsewhere/x")

    made = seal(two, cloud / "link", key.lock, overwrite=True)

    assert (cloud / "link").is_symlink()
    assert (tmp_path / "elsewhere/x").stat().st_size == made.bytes
    assert (around(cloud), around(tmp_path / "elsewhere")) == (["link"], ["x"])


def test_what_later_copies_go_on_from_is_never_written_over(two: Path, cloud: Path, key: Pair) -> None:
    """Else the only whole copy would be gone, and the rest worth nothing."""
    whole = sealed(two, cloud / "vault.age", key.lock).read_bytes()
    marked(two)

    with pytest.raises(UsageProblem, match="earlier copies are needed"):
        seal(two, cloud / "vault.age", key.lock, since_last=True, overwrite=True)
    assert (cloud / "vault.age").read_bytes() == whole


def test_a_file_that_comes_meanwhile_is_left_alone(cloud: Path) -> None:
    def write() -> None:
        with encryption.new_file(cloud / "x", overwrite=False) as file:
            file.write(b"ours")
            (cloud / "x").write_bytes(b"theirs")

    with pytest.raises(UsageProblem, match="is there already"):
        write()
    assert {path.name: path.read_bytes() for path in cloud.iterdir()} == {"x": b"theirs"}


def test_a_file_system_without_second_names_will_do(cloud: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*words: object, **names: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)

    with encryption.new_file(cloud / "x", overwrite=False) as file:
        file.write(b"ours")

    assert {path.name: path.read_bytes() for path in cloud.iterdir()} == {"x": b"ours"}


@pytest.mark.parametrize("where", ["", ".git", "snapshots/vault.age", ".git/linkbak/vault.age"])
def test_a_copy_does_not_go_into_the_vault(two: Path, key: Pair, where: str) -> None:
    with pytest.raises(UsageProblem, match="is in the vault itself"):
        seal(two, two / where, key.lock)


def test_what_is_no_place_for_a_copy(two: Path, cloud: Path, key: Pair) -> None:
    os.mkfifo(cloud / "pipe")

    with pytest.raises(MachineProblem, match=r"no/where is not there"):
        seal(two, cloud / "no/where/x.age", key.lock)
    with pytest.raises(UsageProblem, match="there is no folder"):
        seal(two, cloud / "linkbak", key.lock)
    with pytest.raises(UsageProblem, match="is no file"):
        seal(two, cloud / "pipe", key.lock, overwrite=True)
    with pytest.raises(NoVault):
        seal(cloud, cloud / "x.age", key.lock)
    assert around(cloud) == ["pipe"]


def test_a_damaged_vault_leaves_no_copy(two: Path, cloud: Path, key: Pair) -> None:
    """Git notices in the midst of its work; a copy that lacks something would be worse than none."""
    tree = next(path for path in (two / ".git/objects").glob("[0-9a-f][0-9a-f]/*") if path.stat().st_size > 500)
    tree.chmod(0o600)
    tree.write_bytes(tree.read_bytes()[:-20])

    with pytest.raises(VaultDamaged):
        seal(two, cloud / "vault.age", key.lock)
    assert around(cloud) == []
    assert copies(two) == {}


def test_a_vault_whose_history_is_cut_off_is_not_sealed_as_if_it_were_whole(two: Path, cloud: Path, key: Pair) -> None:
    (two / ".git/shallow").write_text(head(two) + "\n")

    with pytest.raises(VaultDamaged, match="history is cut off"):
        seal(two, cloud / "vault.age", key.lock)
    assert around(cloud) == []


def test_a_full_disk_leaves_no_copy(two: Path, cloud: Path, key: Pair, capfd: pytest.CaptureFixture[str]) -> None:
    """A limit on the size of files stands for a disk that is full: writing fails in the midst of the file."""

    def work() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, 5_000))
        try:
            seal(two, cloud / "vault.age", key.lock)
        except MachineProblem as problem:
            assert str(problem) == f"cannot write {cloud / 'vault.age'}: file too large"
            raise SystemExit(Exit_) from None

    Exit_ = 15
    assert ended(forked(work)) == Exit_, capfd.readouterr().err
    assert around(cloud) == []


@pytest.mark.parametrize("raised", [KeyboardInterrupt, SystemExit(143)])
def test_an_interruption_leaves_no_copy(
    two: Path, cloud: Path, key: Pair, raised: BaseException | type[BaseException]
) -> None:
    """It comes out as what it was, although the library that encrypts knows only errors of its own."""

    def stop(what: str, done: int, total: int) -> None:
        raise raised

    with pytest.raises(BaseException) as caught:
        seal(two, cloud / "vault.age", key.lock, progress=stop)

    assert caught.type is (raised if isinstance(raised, type) else type(raised))
    assert around(cloud) == []


def test_a_killed_run_leaves_nothing_under_the_name(two: Path, cloud: Path, key: Pair) -> None:
    """Either the whole copy lies there or none; the next run does not mind what else is left."""
    file, step = cloud / "vault.age", 0
    while killed_at(step := step + 1, cloud, lambda: seal(two, file, key.lock)):
        if file.exists():
            unseal([file], cloud.parent / "other", key.keys)
            break
    assert step > 2
    file.unlink(missing_ok=True)
    assert seal(two, file, key.lock).snapshots == 2


def test_it_tells_how_far_it_is(two: Path, cloud: Path, key: Pair) -> None:
    told: list[tuple[str, int, int]] = []

    made = seal(two, cloud / "vault.age", key.lock, progress=lambda *what: told.append(what))

    assert {what for what, _, _ in told} == {"sealing"}
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
    assert all(done < total for _, done, total in told[:-1])
    assert told[-1] == ("sealing", made.bytes, made.bytes)


def test_without_the_extra_it_says_how_to_get_it(
    two: Path, cloud: Path, key: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = key.lock
    monkeypatch.setitem(sys.modules, "pyrage", None)

    with pytest.raises(MachineProblem, match="extra `age`") as refused:
        seal(two, cloud / "vault.age", lock)

    assert "pip install '.[age]'" in refused.value.hint
    assert isinstance(refused.value, LinkbakError)

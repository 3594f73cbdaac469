"""What may go wrong while a vault is compacted, and that nothing is lost by it."""

from __future__ import annotations

import fcntl
import os
import signal
from pathlib import Path

import pytest

from linkbak.errors import LinkbakError, MachineProblem, VaultDamaged, VaultLocked
from linkbak.vault.compact import LOCK, compact, loose_objects, stored
from tests.vault.processes import calls, ended, fake_git, forked
from tests.vault.snapshots import git, leftovers, save, sound
from tests.vault.weeks import WEEKS, Kept, copied, everything, week, whole

KILLED = {"it": "kill -9 $$", "both": "kill -9 $PPID $$", "after": 'GIT "$@"; kill -9 $PPID; exit'}


def quietly(vault: Path) -> None:
    try:
        compact(vault)
    except LinkbakError:
        return


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder for a git of our own."""
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("act", KILLED.values(), ids=KILLED.keys())
def test_killed_at_any_of_its_git_commands(
    weeks: Path, kept: Kept, tmp_path: Path, place: Path, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = os.environ["PATH"]
    for step in range(1, 40):
        vault = copied(weeks, tmp_path / f"v{step}")
        fake_git(place, f"[ $n -eq {step} ]", act)
        monkeypatch.setenv("PATH", f"{place}:{path}")
        ended(forked(lambda vault=vault: quietly(vault)))  # type: ignore[misc]
        monkeypatch.setenv("PATH", path)
        assert everything(vault) == kept
        compact(vault)
        assert whole(vault)
        if calls(place) < step:
            break
    assert 5 < step < 39


def test_a_damaged_object_stops_it_and_everything_stays(weeks: Path) -> None:
    """Nothing is removed that could not be read."""
    name = git(
        weeks, "rev-parse", f"HEAD:snapshots/linkedin-me/2026/{WEEKS[2].replace(':', '')}/archive/Connections.csv"
    )
    file = weeks / ".git/objects" / name[:2] / name[2:].strip()
    data = file.read_bytes()
    file.chmod(0o600)
    file.write_bytes(data[:40] + bytes([data[40] ^ 1]) + data[41:])
    before = loose_objects(weeks / ".git/objects").keys()

    with pytest.raises(LinkbakError) as refused:
        compact(weeks)

    assert refused.value.exit_code == 12
    assert loose_objects(weeks / ".git/objects").keys() == before
    assert (leftovers(weeks), stored(weeks).packs) == ([], 0)


def test_a_missing_object_stops_it(weeks: Path) -> None:
    name = git(weeks, "rev-parse", "HEAD~1^{tree}").strip()
    (weeks / ".git/objects" / name[:2] / name[2:]).unlink()
    with pytest.raises(LinkbakError):
        compact(weeks)
    assert stored(weeks).packs == 0


def test_packs_that_came_out_wrong_do_not_count(
    weeks: Path, kept: Kept, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every new object is read back from the disk before what it replaces goes."""
    packs = f"{weeks}/.git/linkbak/packing-*/pack/*.pack"
    spoil = "printf X | dd of=$one bs=1 seek=200 conv=notrunc 2>/dev/null"
    harm = f"for one in {packs}; do chmod u+w $one; {spoil}; done"
    fake_git(place, 'case "$*" in *verify-pack*) true;; *) false;; esac', harm)
    monkeypatch.setenv("PATH", f"{place}:{os.environ['PATH']}")
    with pytest.raises(LinkbakError):
        compact(weeks)
    monkeypatch.undo()
    assert everything(weeks) == kept
    assert (stored(weeks).packs, sound(weeks), leftovers(weeks)) == (0, True, [])


def test_a_full_disk_leaves_everything_as_it_was(weeks: Path, kept: Kept, small_disk: Path) -> None:
    vault = copied(weeks, small_disk / "vault")
    filler = small_disk / "filler"
    refused = 0
    for room in range(0, 400_000, 4_096):
        filler.write_bytes(bytes(max(0, os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_bsize - room)))
        try:
            done = compact(vault).done
        except MachineProblem as problem:
            assert str(problem) == "the disk is full; the vault is as it was"
            refused += 1
            assert stored(vault).packs == 0
        else:
            assert done
            break
        finally:
            filler.unlink()
    assert refused > 2
    assert everything(vault) == kept
    assert whole(vault)


def test_only_one_compacts(weeks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKBAK_LOCK_WAIT", "0.05")
    (weeks / ".git/linkbak").mkdir(exist_ok=True)
    descriptor = os.open(weeks / ".git/linkbak" / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with pytest.raises(VaultLocked, match="another linkbak is compacting the vault"):
            compact(weeks)
        with pytest.raises(VaultLocked):
            compact(weeks, wait=False)
    finally:
        os.close(descriptor)
    assert compact(weeks).done


def test_an_import_goes_on_meanwhile(
    weeks: Path, kept: Kept, tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it keeps is not among what is packed, and stays."""
    path, go, there = os.environ["PATH"], tmp_path / "go", tmp_path / "there"
    os.mkfifo(go)
    os.mkfifo(there)
    fake_git(place, 'case "$*" in *verify-pack*) true;; *) false;; esac', f": > {there}; read x < {go}")
    monkeypatch.setenv("PATH", f"{place}:{path}")
    child = forked(lambda: compact(weeks))
    monkeypatch.setenv("PATH", path)
    there.read_bytes()
    save(weeks, "2026-09-01T08:00:00Z", week(9))
    go.write_bytes(b"go\n")
    assert ended(child) == 0

    assert everything(weeks) == {**kept, "2026-09-01T080000Z": week(9)}
    assert whole(weeks)
    assert 0 < stored(weeks).loose < 20


def test_asked_to_end_it_clears_up(
    weeks: Path, kept: Kept, tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = tmp_path / "there"
    os.mkfifo(there)
    fake_git(place, 'case "$*" in *verify-pack*) true;; *) false;; esac', f": > {there}; exec sleep 600")
    monkeypatch.setenv("PATH", f"{place}:{os.environ['PATH']}")
    child = forked(lambda: compact(weeks))
    monkeypatch.undo()
    there.read_bytes()
    os.kill(child, signal.SIGTERM)
    assert ended(child) == 128 + signal.SIGTERM
    assert (everything(weeks), stored(weeks).packs) == (kept, 0)
    assert (sound(weeks), leftovers(weeks), list((weeks / ".git/linkbak").glob("packing-*"))) == (True, [], [])


def test_a_vault_that_borrows_from_elsewhere_is_refused(weeks: Path) -> None:
    (weeks / ".git/objects/info").mkdir(exist_ok=True)
    (weeks / ".git/objects/info/alternates").write_text("/nowhere\n")
    with pytest.raises(VaultDamaged, match="sends git elsewhere"):
        compact(weeks)

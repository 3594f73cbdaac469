"""Compacting keeps every byte and makes the vault smaller; killed at any moment, or refused, it loses nothing."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from linkbak.errors import LinkbakError, MachineProblem, VaultDamaged, VaultLocked
from linkbak.vault import Vault
from linkbak.vault import repository as census
from linkbak.vault.compact import FORGOTTEN, LOCK, compact
from linkbak.vault.repository import loose_objects, stored
from tests.sampling import EVERYTHING
from tests.vault.processes import acts, calls, ended, fake_git, forked, kill_points, killed_at
from tests.vault.snapshots import contents, git, leftovers, save, sound
from tests.vault.weeks import WEEKS, Kept, copied, everything, week, whole

STEPS = 400


def test_every_byte_is_there_and_takes_less_room(weeks: Path, kept: Kept) -> None:
    before = stored(weeks)
    listed = git(weeks, "rev-list", "--objects", "--all")

    found = compact(weeks)

    assert (found.before, found.after, found.done) == (before, stored(weeks), True)
    assert (before.packs, found.after.loose, found.after.packs) == (0, 0, 1)
    assert found.after.bytes < before.bytes * 0.6
    assert git(weeks, "rev-list", "--objects", "--all") == listed
    assert everything(weeks) == kept
    assert whole(weeks)


def test_a_second_time_there_is_nothing_to_do(weeks: Path) -> None:
    after = compact(weeks).after
    files = {path: path.stat().st_mtime_ns for path in (weeks / ".git/objects").rglob("*")}

    assert compact(weeks) == (after, after, False)

    assert {path: path.stat().st_mtime_ns for path in (weeks / ".git/objects").rglob("*")} == files


def test_what_comes_later_joins_the_pack_that_is_there(weeks: Path, kept: Kept) -> None:
    compact(weeks)
    save(weeks, "2026-07-01T08:00:00Z", week(7))

    after = compact(weeks).after

    assert (after.loose, after.packs) == (0, 1)
    assert everything(weeks) == {**kept, "2026-07-01T080000Z": week(7)}
    assert whole(weeks)


def test_everything_is_packed_anew_when_asked_also_what_git_gc_packed(weeks: Path, kept: Kept) -> None:
    git(weeks, "gc", "-q")
    assert compact(weeks).done is False

    found = compact(weeks, everything=True)

    assert (found.before.packs, found.after.packs, found.done) == (1, 1, True)
    assert everything(weeks) == kept
    assert whole(weeks)


def test_packing_everything_again_changes_nothing(weeks: Path, kept: Kept) -> None:
    """New packs may have the very names of those they replace."""
    after = compact(weeks, everything=True).after

    assert compact(weeks, everything=True).after == after
    assert everything(weeks) == kept
    assert whole(weeks)


def test_what_git_does_afterwards_still_works(weeks: Path, kept: Kept, tmp_path: Path) -> None:
    compact(weeks)
    git(weeks, "gc", "-q")
    git(weeks, "clone", "-q", str(weeks), str(tmp_path / "copy"))
    save(weeks, "2026-07-01T08:00:00Z", week(7))
    git(weeks, "repack", "-adq", "--write-midx")
    compact(weeks, everything=True)

    assert kept.items() <= everything(weeks).items()
    assert everything(tmp_path / "copy") == kept
    assert whole(weeks)
    assert git(weeks, "multi-pack-index", "write") == ""


def test_a_pack_that_somebody_told_git_to_keep_stays(weeks: Path, kept: Kept) -> None:
    git(weeks, "repack", "-adq")
    pack = next((weeks / ".git/objects/pack").glob("*.pack"))
    pack.with_suffix(".keep").write_text("mine")
    save(weeks, "2026-07-01T08:00:00Z", week(7))

    compact(weeks)

    assert pack.exists()
    assert kept.items() <= everything(weeks).items()
    assert sound(weeks)


def test_a_reader_at_work_reads_on(weeks: Path, kept: Kept) -> None:
    """Its git has the old packs open, or is about to look for objects that have gone into new ones."""
    compact(weeks)
    with Vault.open(weeks) as reading:
        keys = [one.key for one in reading.summaries()]
        found = {keys[0].id: contents(reading, keys[0])}
        compact(weeks, everything=True)
        found |= {key.id: contents(reading, key) for key in keys[1:]}
    assert found == kept


def test_when_it_is_due(weeks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is counted only after a command that brought much."""
    assert not census.due(weeks, census.SOON)
    monkeypatch.setattr(census, "MUCH", stored(weeks).loose_bytes - 1)
    assert (census.due(weeks, census.SOON), census.due(weeks, census.SOON - 1)) == (True, False)
    monkeypatch.setattr(census, "MANY", -1)
    assert census.due(weeks)


def test_a_pack_with_something_that_nothing_reaches_any_more_stays(weeks: Path, kept: Kept) -> None:
    """What is in no other pack is not removed."""
    (weeks / "lost").write_text("lost")
    lost = git(weeks, "hash-object", "-w", "lost").strip()
    name = subprocess.run(
        ["git", "-C", weeks, "pack-objects", "-q", weeks / ".git/objects/pack/pack"],
        input=lost.encode(), capture_output=True, check=True,
    ).stdout.decode().strip()  # fmt: skip

    compact(weeks)

    assert (weeks / f".git/objects/pack/pack-{name}.pack").exists()
    assert git(weeks, "cat-file", "-p", lost) == "lost"
    assert everything(weeks) == kept


def test_what_nothing_names_is_left_alone_until_it_is_old(weeks: Path) -> None:
    """What is staged is packed: it is worth something to somebody."""
    ids = {}
    for name in ("young", "old", "staged"):
        (weeks / name).write_text(name)
        ids[name] = git(weeks, "hash-object", "-w", name).strip()
    git(weeks, "update-index", "--add", "--cacheinfo", f"100644,{ids['staged']},staged")
    for name in ("old", "staged"):
        file = weeks / ".git/objects" / ids[name][:2] / ids[name][2:]
        os.utime(file, (time.time() - FORGOTTEN - 100,) * 2)

    compact(weeks)

    left = loose_objects(weeks / ".git/objects")
    blobs = {name for name in left if git(weeks, "cat-file", "-t", name) == "blob\n"}  # git makes a tree for its index
    assert blobs == {ids["young"]}
    assert git(weeks, "cat-file", "-p", ids["staged"]) == "staged"


def test_killed_while_an_old_pack_goes_the_rest_of_it_goes_with_the_next(
    weeks: Path, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(weeks, "repack", "-adq")
    save(weeks, "2026-07-01T08:00:00Z", week(7))

    def kill(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with monkeypatch.context() as patch:
        patch.setattr("linkbak.vault.compact._remove_rest", kill)
        assert ended(forked(lambda: compact(weeks))) == -signal.SIGKILL
    packs = list((weeks / ".git/objects/pack").glob("*.pack"))
    assert len(packs) == 1 + len(list((weeks / ".git/objects/pack").glob("*.idx")))

    compact(weeks)

    assert whole(weeks)
    assert everything(weeks) == {**kept, "2026-07-01T080000Z": week(7)}


@pytest.mark.parametrize("again", [False, True])
def test_killed_before_any_of_its_acts(weeks: Path, kept: Kept, tmp_path: Path, again: bool) -> None:
    """Also while packs take the place of packs. Everything can be read at once, and the next commands need no help."""
    if again:
        git(weeks, "repack", "-adq")
        save(weeks, "2026-07-01T08:00:00Z", week(7))
        kept = {**kept, "2026-07-01T080000Z": week(7)}
    counted = copied(weeks, tmp_path / "counted")
    last = acts(counted, lambda: compact(counted, everything=again))
    assert 40 < last < STEPS
    begun = 0
    for step in kill_points(last):
        vault = copied(weeks, tmp_path / f"v{step}")
        killed_at(step, vault, lambda vault=vault: compact(vault, everything=again))  # type: ignore[misc]
        assert git(vault, "fsck", "--strict", "--no-dangling") == ""
        begun += bool(list((vault / ".git/linkbak").glob("packing-*/pack/*.idx")))
        if step % 2:
            assert everything(vault) == kept
        else:
            save(vault, "2026-09-01T08:00:00Z", week(9))
            assert everything(vault) == {**kept, "2026-09-01T080000Z": week(9)}
        compact(vault)
        assert whole(vault)
    assert begun


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


@pytest.mark.parametrize("how", KILLED)
def test_killed_at_any_of_its_git_commands(
    weeks: Path, kept: Kept, tmp_path: Path, place: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each way is tried at other commands, unless every single point is."""
    path = os.environ["PATH"]
    ways = 1 if EVERYTHING else len(KILLED)
    for step in range(1 + [*KILLED].index(how) % ways, 40, ways):
        vault = copied(weeks, tmp_path / f"v{step}")
        fake_git(place, f"[ $n -eq {step} ]", KILLED[how])
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
    spoil = "printf XXXXXXXX | dd of=$one bs=1 seek=200 conv=notrunc 2>/dev/null"  # one may be the byte that was there
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

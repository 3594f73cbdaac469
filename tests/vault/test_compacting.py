"""Compacting keeps every byte, makes the vault smaller, and can be killed at any moment."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from linkbak.vault import Vault
from linkbak.vault import compact as census
from linkbak.vault.compact import FORGOTTEN, LARGE, compact, loose_objects, stored
from tests.vault.processes import killed_at
from tests.vault.snapshots import contents, git, save, sound
from tests.vault.weeks import WEEKS, Kept, everything, week, whole

STEPS = 400
STRIDE = int(os.environ.get("LINKBAK_TEST_STRIDE", "7"))
"""Killed before every so-manieth of its acts; `make external` takes every one."""


def test_every_byte_is_there_and_takes_less_room(weeks: Path, kept: Kept) -> None:
    before = stored(weeks)
    listed = git(weeks, "rev-list", "--objects", "--all")

    found = compact(weeks)

    assert (found.before, found.after, found.done) == (before, stored(weeks), True)
    assert (before.packs, found.after.loose, found.after.packs) == (0, 0, 2)
    assert found.after.bytes < before.bytes * 0.6
    assert git(weeks, "rev-list", "--objects", "--all") == listed
    assert everything(weeks) == kept
    assert whole(weeks)


def test_each_version_is_packed_as_what_it_adds_to_the_one_before(weeks: Path) -> None:
    """The oldest is whole, and the chain goes through all others in the order of time."""
    compact(weeks)

    depth = {}
    for index in (weeks / ".git/objects/pack").glob("*.idx"):
        for line in git(weeks, "verify-pack", "-v", str(index)).splitlines():
            words = line.split()
            if len(words) >= 5 and words[1] == "blob":
                depth[words[0]] = int(words[5]) if len(words) == 7 else 0
    folder = "HEAD:snapshots/linkedin-me/2026"
    ids = [git(weeks, "rev-parse", f"{folder}/{one.replace(':', '')}/archive/Connections.csv").strip() for one in WEEKS]
    first = depth[ids[0]]
    assert [depth[name] for name in ids] == [first + number for number in range(len(WEEKS))]


def test_a_second_time_there_is_nothing_to_do(weeks: Path) -> None:
    after = compact(weeks).after
    files = {path: path.stat().st_mtime_ns for path in (weeks / ".git/objects").rglob("*")}

    assert compact(weeks) == (after, after, False)

    assert {path: path.stat().st_mtime_ns for path in (weeks / ".git/objects").rglob("*")} == files


def test_packs_that_are_small_beside_what_is_new_are_packed_with_it(weeks: Path, kept: Kept) -> None:
    compact(weeks)
    save(weeks, "2026-07-01T08:00:00Z", week(7))
    apart = compact(weeks)
    assert apart.after.packs == 3
    for number in range(8, 16):
        save(weeks, f"2026-08-{number:02}T08:00:00Z", week(number))

    together = compact(weeks)

    assert (together.after.loose, together.after.packs) == (0, 2)
    assert kept.items() <= everything(weeks).items()
    assert whole(weeks)


def test_everything_is_packed_anew_when_asked_also_what_git_gc_packed(weeks: Path, kept: Kept) -> None:
    git(weeks, "gc", "-q")
    gathered = {path.name for path in (weeks / ".git/objects/pack").iterdir()}
    assert compact(weeks).done is False

    found = compact(weeks, everything=True)

    assert (found.before.packs, found.after.packs, found.done) == (1, 2, True)
    assert not gathered & {path.name for path in (weeks / ".git/objects/pack").iterdir()}
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


def test_large_files_go_into_a_pack_of_their_own(weeks: Path) -> None:
    """Their chains are shorter."""
    noise = os.urandom(LARGE)
    save(weeks, "2026-07-01T08:00:00Z", {"messages.csv": noise})
    save(weeks, "2026-08-01T08:00:00Z", {"messages.csv": noise + b"more"})

    after = compact(weeks).after

    assert (after.loose, after.packs) == (0, 3)
    assert LARGE < after.pack_bytes < LARGE * 1.1
    assert everything(weeks)["2026-08-01T080000Z"] == {"messages.csv": noise + b"more"}


def test_what_nothing_names_is_left_alone_until_it_is_old(weeks: Path) -> None:
    """Only what is staged, or was long in the making, is worth something to somebody."""
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
    assert blobs == {ids["young"], ids["staged"]}
    assert git(weeks, "cat-file", "-p", ids["staged"]) == "staged"


@pytest.mark.parametrize("again", [False, True])
def test_killed_before_any_of_its_acts(weeks: Path, kept: Kept, tmp_path: Path, again: bool) -> None:
    """Also while packs take the place of packs. Everything can be read at once, and the next commands need no help."""
    if again:
        git(weeks, "repack", "-adq")
        save(weeks, "2026-07-01T08:00:00Z", week(7))
        kept = {**kept, "2026-07-01T080000Z": week(7)}
    begun = 0
    for step in range(1 + again, STEPS, STRIDE):
        vault = Path(shutil.copytree(weeks, tmp_path / f"v{step}", symlinks=True))
        killed = killed_at(step, vault, lambda vault=vault: compact(vault, everything=again))  # type: ignore[misc]
        assert git(vault, "fsck", "--strict", "--no-dangling") == ""
        begun += bool(list((vault / ".git/linkbak").glob("packing-*/swap.json")))
        if step % 2:
            assert everything(vault) == kept
        else:
            save(vault, "2026-09-01T08:00:00Z", week(9))
            assert everything(vault) == {**kept, "2026-09-01T080000Z": week(9)}
        compact(vault)
        assert whole(vault)
        shutil.rmtree(vault)
        if not killed:
            break
    assert 40 < step < STEPS - STRIDE
    assert begun > 10 // STRIDE

"""Compacting keeps every byte, makes the vault smaller, and can be killed at any moment."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from linkbak.vault import Vault
from linkbak.vault import compact as census
from linkbak.vault.compact import FORGOTTEN, compact, loose_objects, stored
from tests.vault.processes import killed_at
from tests.vault.snapshots import contents, git, save, sound
from tests.vault.weeks import Kept, everything, week, whole

STEPS = 400
STRIDE = int(os.environ.get("LINKBAK_TEST_STRIDE", "7"))
"""Killed before every so-manieth of its acts; `make external` takes every one."""


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
        begun += bool(list((vault / ".git/linkbak").glob("packing-*/pack/*.idx")))
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

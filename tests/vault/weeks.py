"""A vault with a list for each of six months, and nothing lying open: what compacting is tried on."""

from __future__ import annotations

import shutil
from pathlib import Path

from linkbak.vault import Vault
from linkbak.vault.writer import create_vault
from tests.vault.snapshots import LIST, contents, git, leftovers, save, sound

Kept = dict[str, dict[str, bytes]]
WEEKS = tuple(f"2026-{month:02}-01T08:00:00Z" for month in range(1, 7))
ROWS = [f"Person {number},Sample {number * 7919 % 10007}\n" for number in range(1500)]


def week(number: int) -> dict[str, bytes]:
    """A list that changes a little from week to week, and a file that never does."""
    rows = [f"New {one}\n" for one in range(number)] + ROWS[: len(ROWS) - number % 3]
    return {**LIST, "Connections.csv": "".join(rows).encode()}


def everything(vault: Path) -> Kept:
    """Every file of every snapshot out of git: nothing lies open."""
    with Vault.open(vault) as opened:
        return {one.key.id: contents(opened, one.key) for one in opened.summaries()}


def buried(vault: Path) -> Path:
    """The vault with nothing lying open, so that every byte has to come out of git."""
    (vault / "linkbak.toml").write_text("format = 1\nvisible = 0\n")
    git(vault, "-c", "user.name=x", "-c", "user.email=x", "commit", "-qam", "Show none")
    return vault


def make(vault: Path) -> Path:
    """A vault with a list for each of WEEKS, all loose."""
    create_vault(vault).close()
    buried(vault)
    for number, taken in enumerate(WEEKS):
        save(vault, taken, week(number))
    return vault


def all_kept() -> Kept:
    """What comes out of it."""
    return {taken.replace(":", ""): week(number) for number, taken in enumerate(WEEKS)}


def copied(vault: Path, place: Path) -> Path:
    """Another of the same."""
    return Path(shutil.copytree(vault, place, symlinks=True))


def whole(vault: Path) -> bool:
    """Nothing is wrong with it, and nothing is left of a compaction."""
    remains = [*(vault / ".git/linkbak").glob("packing-*"), *(vault / ".git/objects/pack").glob("tmp_*")]
    packs = {one.name.partition(".")[0] for one in (vault / ".git/objects/pack").iterdir()}
    indexes = {one.stem for one in (vault / ".git/objects/pack").glob("*.idx")}
    return sound(vault) and not leftovers(vault) and not remains and packs == indexes

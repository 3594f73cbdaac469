"""The one way a vault is compacted: choose, pack apart, check, swap under the vault's lock."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

from linkbak.errors import VaultDamaged, VaultLocked
from linkbak.vault import config
from linkbak.vault.disk import on_this_machine
from linkbak.vault.git import Git
from linkbak.vault.layout import Layout
from linkbak.vault.locking import locked_beside, orderly_end, patience
from linkbak.vault.vault import Vault

from .census import FAILED, Stored, stored
from .choosing import Chosen, choose
from .scratch import Scratch
from .swapping import bring_in, clear, interrupted, take_out

LOCK = "compact.lock"

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many bytes of it are done, and of how many."""


class Compacted(NamedTuple):
    """What a vault stored before and stores after; the same if there was nothing to do."""

    before: Stored
    after: Stored
    done: bool


def compact(vault: Path, *, everything: bool = False, wait: bool = True, progress: Progress | None = None) -> Compacted:
    """Packs what is loose together with packs that are small beside it; with `everything`, all there is.

    Others may read and write meanwhile: the vault's lock is held only while packs change places. Raises VaultLocked
    if somebody else compacts (at once without `wait`), VaultDamaged if an object is missing or damaged, MachineProblem
    if the disk is full; the vault is then as it was.
    """
    with Vault.open(vault):
        pass  # refuses what is no vault
    layout = Layout(vault)
    config.check_elsewhere(layout)
    with orderly_end(), _alone(layout, patience() if wait else 0.0) as held:
        git = Git(layout.top)
        git.held = held
        _resume(vault, layout, git)
        before = stored(vault)
        chosen = choose(git, everything=everything)
        if not chosen.ids and not chosen.forgotten:
            _forgive(layout)
            return Compacted(before, before, done=False)
        with Scratch(layout, chosen.tips[-1], held) as scratch:
            scratch.fill(git, chosen, _counting(progress, chosen))
            held_now = scratch.check(chosen.tips, alone=everything)
            if held_now != chosen.ids:
                raise VaultDamaged("the new packs do not hold what they should")
            _swap(vault, layout, git, scratch, chosen)
        _forgive(layout)
        return Compacted(before, stored(vault), done=True)


def _resume(vault: Path, layout: Layout, git: Git) -> None:
    """Ends what killed compactions began."""
    if found := interrupted(layout):
        with Vault.open(vault) as opened, opened.writing("compact"):
            for folder in found:
                clear(layout, git, folder)


def _swap(vault: Path, layout: Layout, git: Git, scratch: Scratch, chosen: Chosen) -> None:
    with Vault.open(vault) as opened, opened.writing("compact"):
        old = bring_in(layout, scratch, chosen.superseded)
        take_out(layout, chosen.loose, old)
        if chosen.forgotten:
            git.run("prune", "--expire=2.weeks.ago")


def _forgive(layout: Layout) -> None:
    """An earlier failure is told no more."""
    with on_this_machine(layout.top):
        (layout.own / FAILED).unlink(missing_ok=True)


def _counting(progress: Progress | None, chosen: Chosen) -> Callable[[int], None]:
    total, done = sum(one.bytes for one in chosen.blobs), 0

    def tell(more: int) -> None:
        nonlocal done
        done += more
        if progress is not None:
            progress("compacting", done, total)

    return tell


def _alone(layout: Layout, seconds: float) -> AbstractContextManager[int]:
    """Holds the lock that compactions have among themselves; gives its descriptor, for git commands to inherit."""
    return locked_beside(
        layout, LOCK, seconds, VaultLocked("another linkbak is compacting the vault", hint="Let it finish.")
    )

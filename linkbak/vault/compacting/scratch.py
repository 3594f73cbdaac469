"""A repository of its own inside the vault's ``.git/linkbak`` where new packs are made and tried before they count."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING

from linkbak.errors import VaultDamaged
from linkbak.vault.disk import on_this_machine, remove_tree, write_new
from linkbak.vault.git import Git
from linkbak.vault.layout import Layout

from .census import PREFIX
from .choosing import Blob, Chosen, ids_of

if TYPE_CHECKING:
    from subprocess import Popen

LARGE = 8_000_000
"""From so many bytes on a file's versions are kept in shorter chains: each link is a copy of the whole."""
SHORT, LONG = 20, 100
_FEED = "--batch=progress %(objectsize)\nblob\ndata %(objectsize)"
_CONFIG = """\
[core]
	repositoryformatversion = {version}
	bare = true
	bigFileThreshold = 128m
[fastimport]
	unpackLimit = 0
[pack]
	threads = 1
{more}"""
# On one core, since each that reads the packs back holds a chain of whole versions in memory.
_SHA256 = "[extensions]\n\tobjectFormat = sha256\n"
_TO_THE_VAULT = b"../../../../objects\n"

Tell = Callable[[int], None]
"""Told of so many bytes done."""


class Scratch:
    """A repository without references; removed at the end of the with block, whatever is left in it.

    `held` is a descriptor that its git commands inherit: while one of them lives, nobody else compacts.
    """

    def __init__(self, layout: Layout, tip: str, held: int) -> None:
        self.folder = layout.own / f"{PREFIX}{os.urandom(8).hex()}"
        self._git = Git(self.folder)
        self._git.held = held
        self.packs = self._git.git_dir / "objects" / "pack"
        self._alternates = self._git.git_dir / "objects" / "info" / "alternates"
        long = len(tip) > 40
        with on_this_machine(layout.top):
            for folder in (self.packs, self._alternates.parent, self._git.git_dir / "refs"):
                folder.mkdir(mode=0o700, parents=True)
            self.folder.chmod(0o700)
            config = _CONFIG.format(version=int(long), more=_SHA256 if long else "")
            write_new(self._git.git_dir / "config", config.encode())
            write_new(self._git.git_dir / "HEAD", b"ref: refs/heads/main\n")

    def fill(self, vault: Git, chosen: Chosen, tell: Tell) -> None:
        """Makes packs of everything chosen; raises VaultDamaged if the vault cannot give it as it was kept."""
        small = [one for one in chosen.blobs if one.bytes < LARGE]
        large = [one for one in chosen.blobs if one.bytes >= LARGE]
        for blobs, depth in ((small, LONG), (large, SHORT)):
            if blobs:
                self._pack_blobs(vault, blobs, depth, tell)
        if chosen.others:
            self._borrow()
            feed = "".join(f"{name} {path}\n" for name, path in chosen.others).encode("utf-8", "surrogateescape")
            self._git.run("pack-objects", "--quiet", "--delta-base-offset", str(self.packs / "pack"), feed=feed)

    def check(self, tips: Sequence[str], *, alone: bool) -> frozenset[str]:
        """Reads every new object from the disk and follows everything from the tips; gives what the packs hold.

        With `alone`, everything reachable must be in the new packs themselves; else in them or in the vault.
        """
        indexes = sorted(self.packs.glob("*.idx"))
        if indexes:
            self._git.run("verify-pack", *map(str, indexes))
        if alone:
            self._alternates.unlink(missing_ok=True)
        else:
            self._borrow()
        self._git.run("fsck", "--connectivity-only", "--no-dangling", "--no-progress", *dict.fromkeys(tips))
        return frozenset[str]().union(*(ids_of(self._git, index) for index in indexes))

    def discard(self) -> None:
        """Forgets everything."""
        with suppress(OSError):
            remove_tree(self.folder)

    def __enter__(self) -> Scratch:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discard()

    def _borrow(self) -> None:
        """Lets git read the vault's objects from here; not where blobs are packed, or it leaves some out."""
        if not self._alternates.exists():
            with on_this_machine(self.folder):
                write_new(self._alternates, _TO_THE_VAULT)

    def _pack_blobs(self, vault: Git, blobs: Sequence[Blob], depth: int, tell: Tell) -> None:
        """Git gives what it has to git: nothing of it passes through here."""
        wanted = self.folder / "wanted"
        with on_this_machine(self.folder):
            wanted.unlink(missing_ok=True)
            write_new(wanted, "".join(f"{one.id}\n" for one in blobs).encode())
            before = {*self.packs.glob("*.idx")}
            with wanted.open("rb") as names:
                reading = vault.start("cat-file", "--buffer", _FEED, stdin=names)
        try:
            packing = self._git.start("fast-import", "--quiet", f"--depth={depth}", stdin=reading.stdout)
            assert reading.stdout is not None
            reading.stdout.close()
            self._watch(vault, reading, packing, tell)
        finally:
            vault.end(reading)
        made = {*self.packs.glob("*.idx")} - before
        found = frozenset[str]().union(*(ids_of(self._git, index) for index in made))
        if found != {one.id for one in blobs}:
            raise VaultDamaged("an object of the vault is not what it was when it was kept")

    def _watch(self, vault: Git, reading: Popen[bytes], packing: Popen[bytes], tell: Tell) -> None:
        try:
            assert packing.stdout is not None
            for line in packing.stdout:
                tell(int(line.split()[1]))
            complaints = [one.communicate()[1] for one in (packing, reading)]
        finally:
            self._git.end(packing)
        if reading.returncode > 0:  # what it could not read, the other was not given
            vault.judge(reading.returncode, "cat-file", complaints[1])
        self._git.judge(packing.returncode, "fast-import", complaints[0])
        vault.judge(reading.returncode, "cat-file", complaints[1])

"""Bundles put together in a repository apart: a whole one, and those that go on from it, as one whole bundle."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from linkbak.errors import VaultDamaged

from .bundling import Contents, bundled, is_part_of, knows
from .disk import create_private, on_this_machine
from .git import Git
from .layout import BRANCH
from .remotes.addresses import read
from .remotes.fetching import download
from .remotes.network import repository


class Joined:
    """What has been put together so far."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._git = Git(folder)
        self._tip = ""

    def knows(self, commit: str) -> bool:
        """Whether a commit is among what has been put together."""
        return knows(self._git, commit)

    def add(self, bundle: Path, brings: Contents) -> None:
        """Adds a bundle, of which all that it needs is there. Raises VaultDamaged if it went another way."""
        if not self.knows(brings.commit):
            download(self._folder, read(str(bundle)))
        if self._tip and is_part_of(self._git, brings.commit, self._tip):
            return
        if self._tip and not is_part_of(self._git, self._tip, brings.commit):
            raise VaultDamaged(
                "these are copies of two vaults that have gone separate ways",
                hint="Unseal one of them, and then the other onto it.",
            )
        self._tip = brings.commit
        self._git.run("update-ref", f"refs/heads/{BRANCH}", brings.commit)

    def write(self, target: Path) -> None:
        """Writes all that has been put together as one bundle."""
        with (
            bundled(self._folder) as stream,
            on_this_machine(target.parent),
            os.fdopen(create_private(target), "wb") as file,
        ):
            while data := stream.read(1 << 20):
                file.write(data)


@contextmanager
def joining(folder: Path, commit: str) -> Iterator[Joined]:
    """Gives a repository without anything in it, for bundles whose commits have names like that of `commit`."""
    with repository(folder, long=len(commit) > 40):
        yield Joined(folder)

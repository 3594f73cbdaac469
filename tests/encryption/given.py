"""A vault and keys to try sealing on, and what two vaults have in common."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import NamedTuple

from linkbak.encryption import ForKeys, ForPassphrase, Keys, Sealed, age, seal


class Pair(NamedTuple):
    """A pair of keys: the file of the secret one, and the public one."""

    file: Path
    public: str

    @property
    def lock(self) -> ForKeys:
        return ForKeys(age.recipients([self.public], []))

    @property
    def keys(self) -> Keys:
        return Keys(age.identities([self.file]))


def pair(folder: Path, name: str = "key.txt") -> Pair:
    folder.mkdir(exist_ok=True)
    return Pair(folder / name, age.new_key(folder / name))


def sealed(vault: Path, where: Path, lock: ForKeys | ForPassphrase, *, since_last: bool = False) -> Path:
    """The file that a copy was sealed into."""
    made: Sealed = seal(vault, where, lock, since_last=since_last)
    assert made.file is not None
    return made.file


def git(repository: Path, *words: str) -> str:
    """What git, with nobody's help, says of a repository."""
    done = subprocess.run(["git", "-C", str(repository), *words], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def newest(repository: Path) -> str:
    """The id of the newest commit: it stands for every byte of every snapshot, and all that led to it."""
    return git(repository, "rev-parse", "refs/heads/main")


def around(folder: Path) -> list[str]:
    """The names in a folder, hidden ones too."""
    return sorted(path.name for path in folder.iterdir())

"""A vault and keys to try sealing on, and what two vaults have in common."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from linkbak.encryption import ForKeys, ForPassphrase, Keys, Sealed, identities, new_key, recipients, seal


class Pair(NamedTuple):
    """A pair of keys: the file of the secret one, and the public one."""

    file: Path
    public: str

    @property
    def lock(self) -> ForKeys:
        return ForKeys(recipients([self.public], []))

    @property
    def keys(self) -> Keys:
        return Keys(identities([self.file]))


def pair(folder: Path, name: str = "key.txt") -> Pair:
    folder.mkdir(exist_ok=True)
    return Pair(folder / name, new_key(folder / name))


def sealed(vault: Path, where: Path, lock: ForKeys | ForPassphrase, *, since_last: bool = False) -> Path:
    """The file that a copy was sealed into."""
    made: Sealed = seal(vault, where, lock, since_last=since_last)
    assert made.file is not None
    return made.file


def around(folder: Path) -> list[str]:
    """The names in a folder, hidden ones too."""
    return sorted(path.name for path in folder.iterdir())

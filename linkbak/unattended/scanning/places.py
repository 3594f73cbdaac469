"""Where archives are looked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

INBOX = "inbox"


def folders(vault: Path, chosen: Sequence[Path] = ()) -> tuple[Path, ...]:
    """The folders that were chosen; if none was, those of the usual that are there.

    These are the user's downloads and ``inbox`` beside the vault.
    """
    if chosen:
        return tuple(dict.fromkeys(folder.expanduser().absolute() for folder in chosen))
    usual = (_downloads(), vault.absolute().parent / INBOX)
    return tuple(dict.fromkeys(folder for folder in usual if folder.is_dir()))


def _downloads() -> Path:
    from platformdirs import user_downloads_path

    return user_downloads_path()

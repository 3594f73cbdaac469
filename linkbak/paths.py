"""Where things are when nobody says."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path


def config_file() -> Path:
    """The user's settings, ``config.toml`` in the platform's config folder."""
    return _platform("config") / "config.toml"


def default_vault() -> Path:
    """The vault made when the user names none: ``vault`` in the platform's data folder."""
    return _platform("data") / "vault"


def cache_folder(vault: Path) -> Path:
    """Where what is derived from one vault may be kept; safe to delete at any time.

    The vault's own resolved path is the key, so two vaults never share a folder.
    """
    return _platform("cache") / _key(vault)


def state_folder(vault: Path) -> Path:
    """Where notes about one vault are kept that cannot be made again, and are missed by nobody if they are lost."""
    return _platform("state") / _key(vault)


def _key(vault: Path) -> str:
    return hashlib.sha256(os.fsencode(vault.resolve())).hexdigest()[:16]


def _platform(which: str) -> Path:
    from platformdirs import PlatformDirs

    places = PlatformDirs("linkbak", appauthor=False)
    found: Path = getattr(places, f"user_{which}_path")
    return found

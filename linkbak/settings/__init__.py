"""The user's settings: flag before environment before config file before default."""

from __future__ import annotations

from pathlib import Path

from linkbak.settings.keys import KEYS, Key
from linkbak.settings.reading import Looked, Said, load, look
from linkbak.settings.sections import Cadence, Copies, Notify, Run, Scan, Settings

LIMIT_NAMES = tuple(key.bare for key in KEYS if key.table == "limits")
"""What `[limits]` in the config file and ``LINKBAK_LIMITS_*`` may set; see `linkbak.archive.Limits`."""

__all__ = [
    "KEYS",
    "LIMIT_NAMES",
    "Cadence",
    "Copies",
    "Key",
    "Looked",
    "Notify",
    "Run",
    "Said",
    "Scan",
    "Settings",
    "load",
    "look",
    "remember_vault",
]


def remember_vault(vault: Path) -> Path:
    """Write the vault's place into the config file, keeping everything else in it; gives the file's path."""
    from linkbak.settings.changing import (
        set_vault,
    )  # only now: every command loads this module, and few change anything

    return set_vault(vault)

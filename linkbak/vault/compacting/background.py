"""Compacting by itself: whether it is wanted, and the note of how it went."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from linkbak.errors import LinkbakError, VaultLocked
from linkbak.vault.disk import write_whole
from linkbak.vault.layout import SETTINGS, Layout

from .census import FAILED, PREFIX, beyond, due, loose_objects


def wanted(vault: Path, brought: int, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a compaction should begin; `brought` is how many bytes of files the command before it kept."""
    return (due(vault, brought) or _interrupted(vault)) and not _switched_off(vault, environment)


def attempt(vault: Path, environment: Mapping[str, str] = os.environ) -> bool:
    """Compacts if it is worth it and nobody else does; says whether it did. What goes wrong is noted, and raised."""
    from .working import compact

    layout = Layout(vault)
    enough = beyond(loose_objects(layout.git / "objects")) or _interrupted(vault)
    if not enough or _switched_off(vault, environment):
        return False
    try:
        done = compact(vault, wait=False).done
    except VaultLocked:
        return False
    except LinkbakError as error:
        with suppress(OSError):
            write_whole(layout.own / FAILED, f"{error}\n".encode())
        raise
    return done


def failure(vault: Path) -> str:
    """Why the last compaction failed, "" if it did not."""
    try:
        return (Layout(vault).own / FAILED).read_text("utf-8", "replace").strip()
    except OSError:
        return ""


def _interrupted(vault: Path) -> bool:
    """Whether a compaction is going on or was killed."""
    return next(Layout(vault).own.glob(f"{PREFIX}*"), None) is not None


def _switched_off(vault: Path, environment: Mapping[str, str]) -> bool:
    if environment.get("LINKBAK_COMPACT"):
        return environment["LINKBAK_COMPACT"] == "never"
    import tomllib

    try:
        return tomllib.loads((Layout(vault).top / SETTINGS).read_text("utf-8")).get("compact") == "never"
    except (OSError, ValueError):
        return False

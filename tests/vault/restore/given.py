"""Snapshots to restore, how to restore them, and what is to be seen afterwards."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from linkbak.vault import SnapshotKey, Vault
from linkbak.vault.restore import Restored, restore_folder, restore_zip
from linkbak.vault.vault import SMALL
from tests.vault.snapshots import git

real: Any = os  # what the machines below fall back on

KEY = SnapshotKey("linkedin-me", "2026-03-20T080710Z")
TAKEN = datetime(2026, 3, 20, 8, 7, 10, tzinfo=UTC).timestamp()
BIG = b"0123456789abcdef" * (SMALL // 16) + b"and a little more"
ODD = {
    "Articles/2017-12-09 04:54:08.html": b"a colon",
    "CON": b"a device elsewhere",
    "Jobs./Saved Jobs .csv": b"a dot and a blank at the end",
    "list.csv": b"small",
    "List.csv": b"large",
    "Zoë/Reaktionen 💡.csv": b"letters of all kinds",
    f"{'long' * 70}.csv": b"longer than a file system holds",
}


def restored(vault: Path, place: Path, **how: Any) -> Restored:
    with Vault.open(vault) as opened:
        return restore_folder(opened, KEY, place, **how)


def zipped(vault: Path, place: Path, **how: Any) -> Restored:
    with Vault.open(vault) as opened:
        return restore_zip(opened, KEY, place, **how)


def files(place: Path) -> dict[str, bytes]:
    """Every file below a folder, links told as such."""
    return {
        path.relative_to(place).as_posix(): b"-> " + os.fsencode(path.readlink())
        if path.is_symlink()
        else path.read_bytes()
        for path in place.rglob("*")
        if path.is_symlink() or path.is_file()
    }


def states(found: Restored) -> dict[str, str]:
    return {one.facts.path: one.state for one in found.files}


def broken(vault: Path, *paths: str) -> None:
    """One byte flipped in the objects of files of the snapshot, and nothing lying open any more."""
    git(vault, "update-index", "-q", "--refresh")
    git(vault, "sparse-checkout", "set", "--cone")
    for path in paths:
        blob = git(vault, "rev-parse", f"HEAD:{KEY.folder}/{path}").strip()
        loose = vault / ".git/objects" / blob[:2] / blob[2:]
        data = bytearray(loose.read_bytes())
        data[len(data) // 2] ^= 1
        loose.chmod(0o600)
        loose.write_bytes(data)


def poisoned(vault: Path, change: Callable[[list[dict[str, Any]]], None]) -> None:
    """The manifest's list of files changed by hand and committed."""
    path = vault / KEY.folder / "manifest.json"
    raw = json.loads(path.read_text("utf-8"))
    change(raw["files"])
    path.write_text(json.dumps(raw), "utf-8")
    git(vault, "-c", "user.name=x", "-c", "user.email=x", "commit", "-qam", "Poison")


class Machine:
    """What `os` offers, to be altered."""

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

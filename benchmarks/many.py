"""A repository with years of daily snapshots, made in seconds."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.account import Account
from linkbak.model import ArchiveFacts, Coverage, FileFacts, Manifest
from linkbak.vault import SnapshotKey
from linkbak.vault.manifest import dumps
from linkbak.vault.worktree import cone
from linkbak.vault.writer import create_vault

OTHERS = 25
"""A real archive of 2023 held 26 files; those beside the list of connections hardly ever change."""

OPEN = 12
"""So many snapshots lie open, unless a vault says otherwise."""

LAST = datetime(2026, 2, 20, 8, tzinfo=UTC)


def grown_repository(folder: Path, vault: Path, repository: Path, snapshots: int) -> None:
    """Make a vault of so many snapshots of 30 people, and a plain git repository with the same files checked out.

    Of the vault the newest lie open, as an import leaves it.
    """
    seed = folder / "seed"
    create_vault(seed).close()
    feeding = subprocess.Popen(
        ["git", f"--git-dir={seed}/.git", "fast-import", "--quiet", "--force"], stdin=subprocess.PIPE
    )
    assert feeding.stdin is not None
    for piece in _stream(snapshots):
        feeding.stdin.write(piece)
    feeding.stdin.close()
    if feeding.wait():
        raise SystemExit("git fast-import failed")
    clone = ("git", "clone", "-q", "--no-local")
    sparse = ("--no-checkout", "-c", "core.sparseCheckout=true", "-c", "core.sparseCheckoutCone=true")
    subprocess.run([*clone, str(seed), str(repository)], check=True)
    subprocess.run([*clone, *sparse, str(seed), str(vault)], check=True)
    ids = [f"{LAST - timedelta(days=days):%Y-%m-%dT%H%M%SZ}" for days in range(1, OPEN + 1)]
    (vault / ".git/info/sparse-checkout").write_bytes(cone(SnapshotKey("linkedin-me", one).folder for one in ids))
    subprocess.run(["git", "-C", str(vault), "checkout", "-q", "main"], check=True)


def _stream(snapshots: int) -> Iterator[bytes]:
    account = Account(30)
    yield b"commit refs/heads/main\ncommitter linkbak <linkbak@localhost> 1767225600 +0000\ndata 4\nMany\n"
    yield b"from refs/heads/main^0\n"
    previous = ""
    for number in range(snapshots):
        account.drift(1 / 30)
        data = account.connections() + f"\n,,,,,,{1 + number % 28:02d} Jan 2010".encode()
        taken = LAST - timedelta(days=snapshots - number)
        text = dumps(_manifest(taken, data, previous))
        previous = hashlib.sha256(text).hexdigest()
        place = f"snapshots/linkedin-me/{taken.year}/{taken:%Y-%m-%dT%H%M%SZ}"
        others = [(f"archive/Table {other}.csv", f"Name\nRow {other}".encode()) for other in range(OTHERS)]
        for name, content in (("archive/Connections.csv", data), ("manifest.json", text), *others):
            yield f"M 100644 inline {place}/{name}\ndata {len(content)}\n".encode() + content + b"\n"


def _manifest(taken: datetime, data: bytes, previous: str) -> Manifest:
    digest = hashlib.sha256(data).hexdigest()
    stamp = f"{taken:%Y-%m-%dT%H:%M:%SZ}"
    rows = data.count(b"\n") - 3
    listed = FileFacts("Connections.csv", len(data), digest, table="Connections.csv", kind="connections", rows=rows)
    others = tuple(_other(number) for number in range(OTHERS))
    return Manifest(
        id=f"{taken:%Y-%m-%dT%H%M%SZ}",
        network="linkedin",
        account="me",
        taken=stamp,
        taken_source="archive",
        imported_at=stamp,
        linkbak="0.1.0",
        archive=ArchiveFacts("Connections.csv", "file", len(data), digest),
        content=digest,
        files=(listed, *others),
        coverage={"connections": Coverage(rows=rows, oldest="2010-01-01", newest="2026-01-01")},
        previous=previous,
    )


def _other(number: int) -> FileFacts:
    data = f"Name\nRow {number}".encode()
    return FileFacts(f"Table {number}.csv", len(data), hashlib.sha256(data).hexdigest())

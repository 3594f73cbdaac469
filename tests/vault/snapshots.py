"""Snapshots of Ada Example's account, and a look at a vault from the outside."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from linkbak.model import ArchiveFacts, Coverage, FileFacts, Issue, Manifest, Owner
from linkbak.vault import SnapshotKey, Vault
from linkbak.vault.staging import Staging
from linkbak.vault.writer import Writer, write_transaction

LIST = {"Connections.csv": b"First Name,Last Name\nBoris,Sample\n", "Profile.csv": b"First Name\nAda\n"}


def manifest(files: Iterable[FileFacts] = (), taken: str = "2026-03-20T08:07:10Z", account: str = "me") -> Manifest:
    """What an import would hand to the vault."""
    return Manifest(
        id="",
        network="linkedin",
        account=account,
        taken=taken,
        taken_source="archive",
        imported_at="2026-04-01T00:00:00Z",
        linkbak="0.1.0",
        archive=ArchiveFacts("Basic_LinkedInDataExport.zip", "zip", 1234, "a" * 64),
        content=f"content of {taken}",
        files=tuple(files),
        coverage={"connections": Coverage(rows=3, hidden=1), "profile": Coverage(rows=1)},
        issues=(Issue("Extra.csv", 0, "not known", loss=False),),
        owner=Owner(("https://www.linkedin.com/in/ada-example",), (), ("Ada Example",)),
    )


def staged(staging: Staging, files: Mapping[str, bytes]) -> list[FileFacts]:
    """Stores the files; gives what a manifest says of them."""
    found = []
    for path, content in files.items():
        size, digest, stored = staging.store(path, io.BytesIO(content), len(content))
        found.append(FileFacts(path, size, digest, stored=stored, modified="2026-03-20T08:07:10Z"))
    return found


def keep(
    writer: Writer, taken: str = "2026-03-20T08:07:10Z", files: Mapping[str, bytes] = LIST, account: str = "me"
) -> SnapshotKey:
    """One snapshot put in by a writer."""
    with writer.stage() as staging:
        facts = staged(staging, files)
        return writer.keep(staging, manifest(facts, taken, account), f"Keep {taken[:10]}")


def save(
    path: Path, taken: str = "2026-03-20T08:07:10Z", files: Mapping[str, bytes] = LIST, account: str = "me"
) -> SnapshotKey:
    """One snapshot, as a command of its own would keep it."""
    with Vault.open(path) as vault, write_transaction(vault) as writer:
        return keep(writer, taken, files, account)


def contents(vault: Vault, key: SnapshotKey) -> dict[str, bytes]:
    """Every file of a snapshot."""
    files = vault.files(key)
    found = {}
    for path in files.paths:
        with files.open(path) as file:
            found[path] = file.read()
    return found


def git(path: Path, *words: str) -> str:
    """What git itself says, run as a person would."""
    done = subprocess.run(["git", "-C", str(path), *words], capture_output=True, text=True, check=True)
    return done.stdout


def sound(path: Path) -> bool:
    """Whether git finds nothing wrong, and nothing altered, left over or half done."""
    complaints = subprocess.run(
        ["git", "-C", str(path), "fsck", "--full", "--strict", "--no-dangling"], capture_output=True, text=True
    )
    return (complaints.returncode, complaints.stdout, git(path, "status", "--porcelain")) == (0, "", "")


def leftovers(path: Path) -> list[str]:
    """What only an interrupted command leaves in a vault."""
    patterns = ("linkbak/incoming-*", "linkbak/busy", "*.lock", "refs/**/*.lock", "**/tmp_*", "fast_import_crash_*")
    return [str(found) for pattern in patterns for found in (path / ".git").glob(pattern)]

"""What is known of a snapshot without opening it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from linkbak.errors import NoSuchSnapshot
from linkbak.model import Manifest, Owner, listed

ID = re.compile(r"(?P<day>\d{4}-\d\d-\d\d)T\d{6}Z(?:-(?P<number>[2-9]|[1-9]\d+))?", re.ASCII)
ACCOUNT = re.compile(r"\w[\w.@+-]*")


class SnapshotKey(NamedTuple):
    """Names one snapshot in a vault: ``("linkedin-me", "2026-03-20T080710Z")``."""

    account: str
    id: str

    @property
    def number(self) -> int:
        """1, or for a further archive of the same moment 2, 3..."""
        return 1 if len(self.id) == 18 else int(self.id[19:])

    @property
    def folder(self) -> str:
        """The snapshot's folder in the vault, with forward slashes."""
        return f"snapshots/{self.account}/{self.id[:4]}/{self.id}"


class Summary(NamedTuple):
    """One snapshot in a line; times are RFC 3339 UTC. A named tuple, since a vault may list thousands.

    `connections` (hidden ones included) and `hidden` are None where the archive has no list that could be read.
    `digest` is the sha256 of the snapshot's manifest, `previous` that of the manifest kept before it.
    """

    key: SnapshotKey
    taken: str
    imported: str
    network: str
    account: str
    archive_kind: str
    archive_sha256: str
    content: str
    connections: int | None
    hidden: int | None
    files: int
    bytes: int
    held: bool
    kinds: tuple[str, ...]
    digest: str
    previous: str
    owner: Owner = Owner()

    @property
    def id(self) -> str:
        """The snapshot's name inside its account."""
        return self.key.id

    @property
    def taken_at(self) -> datetime:
        """When the network wrote the archive."""
        return datetime.fromisoformat(self.taken)

    @property
    def order(self) -> tuple[str, int, str]:
        """Sorts summaries from the oldest to the newest."""
        return self.taken, self.key.number, self.key.account


def summarise(manifest: Manifest, digest: str) -> Summary:
    """The summary of a manifest whose file has the sha256 `digest`."""
    people = listed(manifest.coverage)
    return Summary(
        key=SnapshotKey(f"{manifest.network}-{manifest.account}", manifest.id),
        taken=manifest.taken,
        imported=manifest.imported_at,
        network=manifest.network,
        account=manifest.account,
        archive_kind=manifest.archive.kind,
        archive_sha256=manifest.archive.sha256,
        content=manifest.content,
        connections=people.rows if people else None,
        hidden=people.hidden if people else None,
        files=len(manifest.files),
        bytes=sum(file.bytes for file in manifest.files),
        held=bool(manifest.held),
        kinds=tuple(sorted(manifest.coverage)),
        digest=digest,
        previous=manifest.previous,
        owner=manifest.owner,
    )


def checked(key: SnapshotKey) -> SnapshotKey:
    """The key, if it can be the name of a snapshot at all."""
    if ID.fullmatch(key.id) and ACCOUNT.fullmatch(key.account):
        return key
    raise NoSuchSnapshot("no snapshot can have that name", hint="`linkbak log` lists the snapshots.")

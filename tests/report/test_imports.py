"""What a receipt says of an archive, beside what is seen of it in tests/cli/test_import.py."""

from __future__ import annotations

import pytest

from linkbak.ingest import Receipt
from linkbak.model import ArchiveFacts, FileFacts, Manifest
from linkbak.report import imports, plain
from linkbak.vault import SnapshotKey


class Facts(FileFacts):
    """Nobody may compare files one by one: of 30,000 that would be half a thousand million times."""

    def __eq__(self, other: object) -> bool:
        raise AssertionError("compared")

    __hash__ = None  # type: ignore[assignment]


@pytest.mark.parametrize("everyone", [False, True])
def test_many_files_that_nobody_knows_are_gone_through_once(everyone: bool) -> None:
    files = tuple(Facts(f"photo {number}.bin", 1, "") for number in range(300))
    manifest = Manifest(
        *("2026-01-02T030405Z", "linkedin", "me", "2026-01-02T03:04:05Z", "told", "2026-01-02T03:04:05Z", "0.1.0"),
        ArchiveFacts("export", "folder", 300, ""), "", files, {},
    )  # fmt: skip
    blocks = imports.text(
        Receipt("export", "kept", SnapshotKey("linkedin-me", manifest.id), manifest), everyone=everyone
    )

    told = "\n".join(plain(blocks))
    assert ("photo 299.bin" in told, "and 300 other files" in told) == (everyone, not everyone)

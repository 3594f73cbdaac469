"""What came of compacting a vault, as a page for people and as a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkbak.report.blocks import Block, Column, Line, Table
from linkbak.report.words import number, size

if TYPE_CHECKING:
    from linkbak.report.compact_documents import CompactDocument, StoredDocument
    from linkbak.vault.compacting.census import Stored
    from linkbak.vault.compacting.working import Compacted

_COLUMNS = (Column(""), Column("loose objects", right=True), Column("packs", right=True), Column("bytes", right=True))


def compact_page(found: Compacted) -> list[Block]:
    """What the vault's history took on disk before and takes now."""
    if not found.done:
        return [Line(f"nothing to compact: all is packed, {size(found.after.bytes)}", "good")]
    rows = [_row("before", found.before), _row("after", found.after)]
    before, after = size(found.before.bytes), size(found.after.bytes)
    return [Line(f"compacted: {before} before, {after} now", "good"), Line(), Table(_COLUMNS, rows)]


def document(found: Compacted) -> CompactDocument:
    """The same for programs."""
    return {
        "schema": "linkbak.compact/1",
        "done": found.done,
        "before": _stored(found.before),
        "after": _stored(found.after),
    }


def _row(when: str, one: Stored) -> tuple[str, ...]:
    return when, number(one.loose), number(one.packs), size(one.bytes)


def _stored(one: Stored) -> StoredDocument:
    return {
        "loose": one.loose,
        "loose_bytes": one.loose_bytes,
        "packs": one.packs,
        "pack_bytes": one.pack_bytes,
    }

"""The snapshots of a vault, and the files of one, as pages for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from linkbak.model import Manifest
from linkbak.report.blocks import Block, Column, Line, Table
from linkbak.report.words import count, number, size
from linkbak.vault import SnapshotKey, Summary


@dataclass(frozen=True, slots=True)
class Entry:
    """A snapshot with what came and went since the one before; None where there is nothing to compare."""

    summary: Summary
    added: int | None = None
    vanished: int | None = None
    held: bool = False


def log_page(entries: Sequence[Entry]) -> list[Block]:
    """Newest first, a line a snapshot, a heading an account if there are several."""
    blocks: list[Block] = []
    for account in dict.fromkeys(entry.summary.key.account for entry in entries):
        rows = [_row(entry) for entry in entries if entry.summary.key.account == account]
        blocks += [Line()] if blocks else []
        blocks += [Line(f"{account}: {count(len(rows), 'snapshot')}, newest first", "strong"), Table(_COLUMNS, rows)]
    if any(entry.held for entry in entries):
        blocks.append(Line("held: the export shrank beyond belief; its losses are not believed yet", "odd"))
    return blocks


_COLUMNS = (
    Column("snapshot"),
    Column("connections", right=True),
    Column("hidden", right=True),
    Column("new", right=True),
    Column("gone", right=True),
    Column("files", right=True),
    Column("size", right=True),
    Column(""),
)


def _row(entry: Entry) -> tuple[str, ...]:
    one = entry.summary
    return (
        one.key.id,
        "-" if one.connections is None else number(one.connections),
        "" if not one.hidden else number(one.hidden),
        "" if entry.added is None else f"+{number(entry.added)}",
        "" if entry.vanished is None else f"-{number(entry.vanished)}",
        number(one.files),
        size(one.bytes),
        "held" if entry.held else "",
    )


def files_page(key: SnapshotKey, manifest: Manifest) -> list[Block]:
    """What one snapshot holds: path, size, what it was recognised as, rows."""
    rows = [
        (
            facts.path,
            size(facts.bytes),
            facts.kind or "(unknown)",
            number(facts.rows) if facts.table else "",
            f"{number(facts.skipped)} not understood" if facts.skipped else "",
        )
        for facts in sorted(manifest.files, key=lambda facts: facts.path.casefold())
    ]
    columns = (
        Column("file", most=60),
        Column("size", right=True),
        Column("kind"),
        Column("rows", right=True),
        Column(""),
    )
    total = sum(facts.bytes for facts in manifest.files)
    head = f"{key.account} {key.id}: {count(len(rows), 'file')}, {size(total)}, from {manifest.archive.name}"
    return [Line(head, "strong"), Table(columns, rows)]

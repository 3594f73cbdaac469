"""A vault made of a copy, for people and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from linkbak.report.blocks import Block, Line
from linkbak.report.words import count

if TYPE_CHECKING:
    from linkbak.report.clone_documents import CloneDocument
    from linkbak.vault.remotes.cloning import Cloned


def page(cloned: Cloned, config: Path, *, origin: bool) -> list[Block]:
    """What there is now, and where that was written down."""
    accounts = f" of {', '.join(cloned.accounts)}" if cloned.accounts else ""
    kept = f"{count(cloned.snapshots, 'snapshot')}{accounts}" if cloned.snapshots else "no snapshot yet"
    blocks: list[Block] = [
        Line(f"made a vault in {cloned.place}", "good"),
        Line(f"{kept}, every byte compared with what was imported", indent=2),
    ]
    if origin:
        blocks.append(Line("`linkbak push` sends what you import there, under the name origin", indent=2))
    return [*blocks, Line(f"remembered in {config}", "dim")]


def document(cloned: Cloned, notes: Sequence[str]) -> CloneDocument:
    """The same for programs."""
    return {
        "schema": "linkbak.clone/1",
        "vault": str(cloned.place),
        "source": cloned.shown,
        "commit": cloned.commit,
        "snapshots": cloned.snapshots,
        "accounts": list(cloned.accounts),
        "notes": list(notes),
    }

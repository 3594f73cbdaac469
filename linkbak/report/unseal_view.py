"""What came of sealed copies, for people and for programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from linkbak.report.blocks import Block, Line
from linkbak.report.escape import terminal
from linkbak.report.words import count

if TYPE_CHECKING:
    from linkbak.report.seal_documents import UnsealDocument
    from linkbak.unattended.sealing.restoring import Unsealed


def page(unsealed: Unsealed, remembered: Path | None) -> list[Block]:
    """The vault that is there now, and where its place was written down; or what came into the one that was there."""
    place = terminal(str(unsealed.place))
    if unsealed.created:
        copies = "sealed copy" if len(unsealed.copies) == 1 else "sealed copies"
        return [
            Line(f"made a vault of the {copies} in {place}: {count(unsealed.snapshots, 'snapshot')}", "good"),
            Line("every file was compared with the sha256 written down when it was imported", indent=2),
            Line(f"remembered in {remembered}", "dim"),
        ]
    if not any(unsealed.pulled):
        return [Line(f"all that is in there is in the vault in {place}, too; nothing was changed", "good")]
    snapshots, marks = _came(unsealed)
    return [Line(f"{count(snapshots, 'snapshot')} and {count(marks, 'mark')} came into the vault in {place}", "good")]


def document(unsealed: Unsealed) -> UnsealDocument:
    """The same for programs."""
    snapshots, marks = _came(unsealed)
    return {
        "schema": "linkbak.unseal/1",
        "vault": str(unsealed.place),
        "created": unsealed.created,
        "commit": unsealed.commit,
        "snapshots": unsealed.snapshots,
        "new": unsealed.snapshots if unsealed.created else snapshots,
        "marks": marks,
        "copies": [
            {"file": str(one.file), "commit": one.contents.commit, "whole": not one.contents.needs}
            for one in unsealed.copies
        ],
    }


def _came(unsealed: Unsealed) -> tuple[int, int]:
    """How many snapshots, and lines of marks, came into a vault that was there."""
    came = [one for one in unsealed.pulled if one is not None]
    return sum(len(one.new) for one in came), sum(one.marks for one in came)

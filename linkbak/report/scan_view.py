"""What came of a scan, for people and for programs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from linkbak.report.blocks import Block, Line
from linkbak.report.escape import terminal

if TYPE_CHECKING:
    from pathlib import Path

    from linkbak.errors import LinkbakError
    from linkbak.report.scan_documents import ScanDocument
    from linkbak.unattended.scanning import PassedOver, Scanned

_WAITING = {
    "unfinished": "is still being downloaded",
    "cut-off": "was never downloaded to its end",
    "recent": "changed a moment ago; the next scan looks again",
    "unreadable": "cannot be read",
    "put-off": "was not looked at",
}


def moved(scanned: Scanned) -> list[Block]:
    """Where archives were moved to."""
    return [Line(f"moved {terminal(one.path.name)} to {terminal(str(one.to))}") for one in scanned.moved]


def troubles(errors: tuple[LinkbakError, ...]) -> list[Block]:
    """What is wrong with folders, and what to do."""
    blocks: list[Block] = []
    for error in errors:
        blocks.append(Line(f"error: {terminal(str(error))}", "bad"))
        if error.hint:
            blocks.append(Line(f"hint: {terminal(error.hint)}"))
    return blocks


def idle(scanned: Scanned) -> list[str]:
    """For a person who waits for an answer: that there is nothing new, where that is, and what may become new."""
    where = ", ".join(terminal(str(folder)) for folder in scanned.folders)
    known = Counter[str](one.why for one in scanned.passed)
    parts = [f"{known[word]} {word} before" for word in ("kept", "refused") if known[word]]
    seen = f" ({', '.join(parts)})" if parts else ""
    first = f"nothing new in {where}{seen}" if where else "no folder to look through; name one: linkbak scan FOLDER"
    return [first, *waiting(scanned)]


def waiting(scanned: Scanned) -> list[str]:
    """What is not ready yet, a line each."""
    return [_waits(one) for one in scanned.passed if one.why in _WAITING]


def document(vault: Path, scanned: Scanned) -> ScanDocument:
    """The same for programs."""
    from linkbak.report import as_json

    return {
        "schema": "linkbak.scan/1",
        "vault": str(vault),
        "folders": [str(folder) for folder in scanned.folders],
        "results": as_json.imported(vault, scanned.receipts)["results"],
        "passed_over": [{"path": str(one.path), "why": one.why} for one in scanned.passed],
        "moved": [{"path": str(one.path), "to": str(one.to)} for one in scanned.moved],
        "troubles": [as_json.error(one) for one in scanned.troubles],
    }


def _waits(one: PassedOver) -> str:
    return f"{terminal(one.path.name)} {_WAITING[one.why]}"

"""What came of a drill, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from linkbak.report.blocks import Block, Line
from linkbak.report.words import count, day, number, size

if TYPE_CHECKING:
    from linkbak.report.drill_documents import DrillDocument
    from linkbak.vault import SnapshotKey


class Drill(NamedTuple):
    """What was tried: a snapshot with so many files, bytes and rows, and so many people written down as contacts.

    `problems` say what did not come out as it went in; the drill has passed if there are none.
    """

    snapshot: SnapshotKey
    taken: str
    files: int
    bytes: int
    rows: int
    people: int
    problems: tuple[str, ...]

    @property
    def what(self) -> str:
        """The snapshot, for people."""
        return f"{self.snapshot.account} of {day(self.taken)}"


def page(found: Drill) -> list[Block]:
    """What was tried and whether it held."""
    if found.problems:
        return [Line(text, "plain" if indent else "bad", indent) for text, indent in _failure(found)]
    told = f"{count(found.files, 'file')}, {size(found.bytes)}, every byte as it was imported"
    return [
        Line(f"{found.what}: restored, read and exported again", "good"),
        Line(told, indent=2),
        Line(f"{count(found.rows, 'row')} read, no file with fewer than when it was imported", indent=2),
        Line(f"{count(found.people, 'contact')} written, the same as out of the vault", indent=2),
    ]


def quiet_lines(found: Drill) -> list[str]:
    """What is said even to those who asked for silence."""
    return [f"error: {text}" if not indent else text for text, indent in _failure(found)] if found.problems else []


_SHOWN = 20


def _failure(found: Drill) -> list[tuple[str, int]]:
    lines = [(f"{found.what}: the restore does not give back what was kept", 0)]
    lines += [(problem, 2) for problem in found.problems[:_SHOWN]]
    if (more := len(found.problems) - _SHOWN) > 0:
        lines.append((f"and {number(more)} more", 2))
    return [*lines, ("`linkbak verify` says what is damaged and what is still whole", 2)]


def document(found: Drill) -> DrillDocument:
    """The same for programs."""
    return {
        "schema": "linkbak.drill/1",
        "account": found.snapshot.account,
        "snapshot": found.snapshot.id,
        "taken": found.taken,
        "passed": not found.problems,
        "files": found.files,
        "bytes": found.bytes,
        "rows": found.rows,
        "people": found.people,
        "problems": list(found.problems),
    }

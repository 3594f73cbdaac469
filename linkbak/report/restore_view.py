"""What came of a restore, for people and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from linkbak.report.blocks import Block, Column, Line, Table
from linkbak.report.words import count, day, number, size

if TYPE_CHECKING:
    from linkbak.report.restore_documents import RestoreDocument
    from linkbak.vault.restoring import Given, Restored

_COLUMNS = (Column("file", most=60), Column("size", right=True), Column("time"), Column(""))
_STATES = {"new": "", "same": "there already, the same", "replaced": "written over what is there", "damaged": "damaged"}


def page(found: Restored) -> list[Block]:
    """What was written and where; of a dry run, what would be."""
    if found.dry:
        return _dry_page(found)
    given = [one for one in found.files if one.state != "damaged"]
    what = f"{found.key.account} of {day(found.taken)}"
    if not found.damaged:
        blocks: list[Block] = [Line(f"{what}: {_sum(given)}, restored to {found.place}", "good")]
        blocks.append(Line("every byte compared with its sha256", indent=2))
    else:
        told = f"{number(len(given))} of {count(len(found.files), 'file')} restored"
        blocks = [Line(f"{what}: {told} to {found.place}" if given else f"{what}: nothing restored", "bad")]
        blocks += [Line(line, "bad", indent=2) for line in _damage(found.damaged)]
    return blocks + [Line(line, indent=2) for line in _notes(found)]


def quiet_lines(found: Restored) -> list[str]:
    """What is said even to those who asked for silence."""
    return [f"error: {line}" for line in _damage(found.damaged)]


def _damage(damaged: Sequence[Given]) -> list[str]:
    if not damaged:
        return []
    head = f"{count(len(damaged), 'file')} not restored, since what the vault holds is damaged:"
    return [head, *(one.facts.path for one in damaged), "`linkbak verify` says what is damaged and what is still whole"]


def _notes(found: Restored) -> list[str]:
    states = [one.state for one in found.files]
    notes = []
    if same := states.count("same"):
        notes.append(f"{count(same, 'file')} there already, byte for byte, and not touched")
    if over := states.count("replaced"):
        notes.append(f"{count(over, 'file')} written over what was there")
    for one in found.renamed:
        why = "" if one.state == "same" else ": this place cannot hold its own name"
        notes.append(f"{one.facts.path} lies there as {one.name}{why}")
    return notes


def _dry_page(found: Restored) -> list[Block]:
    rows = [
        (one.name, size(one.facts.bytes), one.modified[:19].replace("T", " "), _STATES[one.state])
        for one in found.files
    ]
    what = f"{found.key.account} of {day(found.taken)}: {_sum(found.files)}"
    return [Line(f"{what} would go to {found.place}; nothing was written", "strong"), Table(_COLUMNS, rows)]


def _sum(files: Sequence[Given]) -> str:
    return f"{count(len(files), 'file')}, {size(sum(one.facts.bytes for one in files))}"


def document(found: Restored) -> RestoreDocument:
    """The same for programs."""
    return {
        "schema": "linkbak.restore/1",
        "account": found.key.account,
        "snapshot": found.key.id,
        "taken": found.taken,
        "place": str(found.place),
        "form": "zip" if found.zipped else "folder",
        "dry_run": found.dry,
        "bytes": sum(one.facts.bytes for one in found.files if one.state != "damaged"),
        "damaged": len(found.damaged),
        "files": [
            {
                "path": one.facts.path,
                "written_as": one.name,
                "bytes": one.facts.bytes,
                "sha256": one.facts.sha256,
                "modified": one.modified,
                "state": one.state,
            }
            for one in found.files
        ],
    }

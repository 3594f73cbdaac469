"""Snapshots: the log, the files of one, and the results of a restore or a trial restore."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal, TypedDict

from linkbak.model import NamedTuple
from linkbak.report import Block, Column, Line, Table, count, day, number, size
from linkbak.report.json import fill

if TYPE_CHECKING:
    from linkbak.model import Manifest
    from linkbak.vault import SnapshotKey, Summary
    from linkbak.vault.restore import Drill, Restored, RestoredFile


class InitDocument(TypedDict):
    """What `linkbak init --json` prints; `used` is the vault that commands use from now on."""

    schema: Literal["linkbak.init/1"]
    vault: str
    created: bool
    used: str


class ForgetDocument(TypedDict):
    """What `linkbak forget --json` prints; `corrected` is the snapshot that stands in its place now, null if none."""

    schema: Literal["linkbak.forget/1"]
    action: Literal["set-aside", "brought-back", "corrected"]
    account: str
    snapshot: str
    corrected: str | None


def forget_document(key: SnapshotKey, corrected: SnapshotKey | None, *, undo: bool) -> ForgetDocument:
    """What became of one snapshot."""
    return {
        "schema": "linkbak.forget/1",
        "action": "brought-back" if undo else "corrected" if corrected else "set-aside",
        "account": key.account,
        "snapshot": key.id,
        "corrected": corrected.id if corrected else None,
    }


# --- log and files ---


class Entry(NamedTuple):
    """A snapshot with the numbers that came and went since the one before; None where there is nothing to compare.

    `contacts` is how many cards an address book holds, None for all else.
    """

    summary: Summary
    added: int | None = None
    vanished: int | None = None
    held: bool = False
    set_aside: bool = False
    contacts: int | None = None


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


_BOOK_COLUMNS = (Column("snapshot"), Column("contacts", right=True), *_COLUMNS[5:])


def log_text(entries: Sequence[Entry]) -> list[Block]:
    """Newest first, a line a snapshot, a heading an account if there are several."""
    blocks: list[Block] = []
    for account in dict.fromkeys(entry.summary.key.account for entry in entries):
        rows = [_row(entry) for entry in entries if entry.summary.key.account == account]
        book = any(entry.contacts is not None for entry in entries if entry.summary.key.account == account)
        blocks += [Line()] if blocks else []
        blocks.append(Line(f"{account}: {count(len(rows), 'snapshot')}, newest first", "strong"))
        blocks.append(Table(_BOOK_COLUMNS if book else _COLUMNS, rows))
    if any(entry.held for entry in entries):
        blocks.append(Line("held: the list shrank too much; its losses are not believed yet", "odd"))
    return blocks


def _row(entry: Entry) -> tuple[str, ...]:
    one = entry.summary
    if entry.contacts is not None:
        aside = "set aside" if entry.set_aside else ""
        return one.key.id, number(entry.contacts), number(one.files), size(one.bytes), aside
    return (
        one.key.id,
        "-" if one.connections is None else number(one.connections),
        "" if not one.hidden else number(one.hidden),
        "" if entry.added is None else f"+{number(entry.added)}" if entry.added else "0",
        "" if entry.vanished is None else f"-{number(entry.vanished)}" if entry.vanished else "0",
        number(one.files),
        size(one.bytes),
        "set aside" if entry.set_aside else "held" if entry.held else "",
    )


class SnapshotDocument(TypedDict):
    """One snapshot in the log; added and vanished count from the snapshot before, null if there is none.

    `contacts` is how many cards an address book holds, null of all else.
    """

    id: str
    taken: str
    imported: str
    account: str
    network: str
    kind: str
    connections: int | None
    hidden: int | None
    added: int | None
    vanished: int | None
    held: bool
    set_aside: bool
    contacts: int | None
    files: int
    bytes: int


def _snapshot_document(entry: Entry) -> SnapshotDocument:
    one = entry.summary
    kept = {"id": one.key.id, "kind": one.archive_kind, "held": entry.held, "set_aside": entry.set_aside}
    counts = {"added": entry.added, "vanished": entry.vanished, "contacts": entry.contacts}
    return fill(SnapshotDocument, one, **kept, **counts)


class LogDocument(TypedDict):
    """What `linkbak log --json` prints, newest first."""

    schema: Literal["linkbak.log/1"]
    snapshots: list[SnapshotDocument]


def log_document(entries: Iterable[Entry]) -> LogDocument:
    """The snapshots, in the order given."""
    return {"schema": "linkbak.log/1", "snapshots": [_snapshot_document(entry) for entry in entries]}


def files_text(key: SnapshotKey, manifest: Manifest) -> list[Block]:
    """The files of one snapshot: path, size, recognised table, rows."""
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


class FileDocument(TypedDict):
    """One file of a snapshot."""

    path: str
    bytes: int
    sha256: str
    table: str | None
    kind: str | None
    rows: int
    skipped: int


class FilesDocument(TypedDict):
    """What `linkbak log SNAPSHOT --json` prints."""

    schema: Literal["linkbak.files/1"]
    snapshot: str
    account: str
    files: list[FileDocument]


def files_document(key: SnapshotKey, manifest: Manifest) -> FilesDocument:
    """The files of one snapshot."""
    return fill(FilesDocument, manifest, schema="linkbak.files/1", snapshot=key.id)


# --- restore ---

_RESTORE_COLUMNS = (Column("file", most=60), Column("size", right=True), Column("time"), Column(""))
_STATES = {"new": "", "same": "there already, the same", "replaced": "written over what is there", "damaged": "damaged"}


def restore_text(found: Restored) -> list[Block]:
    """What was written and where; for a dry run, what would be."""
    if found.dry:
        return _dry_text(found)
    given = [one for one in found.files if one.state != "damaged"]
    what = f"{found.key.account} of {day(found.taken)}"
    if not found.damaged:
        blocks: list[Block] = [Line(f"{what}: {_sum(given)}, restored to {found.place}", "good")]
        blocks.append(Line("every byte compared with what was imported", indent=2))
    else:
        some = f"{number(len(given))} of {count(len(found.files), 'file')} restored"
        blocks = [Line(f"{what}: {some} to {found.place}" if given else f"{what}: nothing restored", "bad")]
        blocks += [Line(line, "bad", indent=2) for line in _damage(found.damaged)]
    return blocks + [Line(line, indent=2) for line in _notes(found)]


def restore_failures(found: Restored) -> list[str]:
    """What is said even to those who asked for silence."""
    return [f"error: {line}" for line in _damage(found.damaged)]


def _damage(damaged: Sequence[RestoredFile]) -> list[str]:
    if not damaged:
        return []
    head = f"{count(len(damaged), 'file')} not restored, since what the vault holds is damaged:"
    return [head, *(one.facts.path for one in damaged), "`linkbak verify` says what is damaged and what is still whole"]


def _notes(found: Restored) -> list[str]:
    states = [one.state for one in found.files]
    notes = []
    if same := states.count("same"):
        notes.append(f"{count(same, 'file')} there already, the same byte for byte, and left alone")
    if over := states.count("replaced"):
        notes.append(f"{count(over, 'file')} written over what was there")
    for one in found.renamed:
        why = "" if one.state == "same" else ": this place cannot hold its own name"
        notes.append(f"{one.facts.path} lies there as {one.name}{why}")
    return notes


def _dry_text(found: Restored) -> list[Block]:
    rows = [
        (one.name, size(one.facts.bytes), one.modified[:19].replace("T", " "), _STATES[one.state])
        for one in found.files
    ]
    what = f"{found.key.account} of {day(found.taken)}: {_sum(found.files)}"
    return [Line(f"{what} would go to {found.place}; nothing was written", "strong"), Table(_RESTORE_COLUMNS, rows)]


def _sum(files: Sequence[RestoredFile]) -> str:
    return f"{count(len(files), 'file')}, {size(sum(one.facts.bytes for one in files))}"


class GivenDocument(TypedDict):
    """One file: its path in the archive, where it lies below the place, and what came of it; `damaged` is not there."""

    path: str
    written_as: str
    bytes: int
    sha256: str
    modified: str
    state: Literal["new", "replaced", "same", "damaged"]


class RestoreDocument(TypedDict):
    """What was restored, or with `dry_run` would be; `bytes` are those of all files that are there now."""

    schema: Literal["linkbak.restore/1"]
    account: str
    snapshot: str
    taken: str
    place: str
    form: Literal["folder", "zip"]
    dry_run: bool
    bytes: int
    damaged: int
    files: list[GivenDocument]


def restore_document(found: Restored) -> RestoreDocument:
    """What --json prints."""
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
            fill(GivenDocument, one.facts, written_as=one.name, modified=one.modified, state=one.state)
            for one in found.files
        ],
    }


# --- drill ---

_SHOWN = 20


def drilled(found: Drill) -> str:
    """The name of the tried snapshot."""
    return f"{found.snapshot.account} of {day(found.taken)}"


def drill_text(found: Drill) -> list[Block]:
    """The result of the trial."""
    if found.problems:
        return [Line(text, "plain" if indent else "bad", indent) for text, indent in _failure(found)]
    files = f"{count(found.files, 'file')}, {size(found.bytes)}, every byte as it was imported"
    return [
        Line(f"{drilled(found)}: restored, read and exported again", "good"),
        Line(files, indent=2),
        Line(f"{count(found.rows, 'row')} read, no file with fewer than when it was imported", indent=2),
        Line(f"{count(found.people, 'contact')} written, the same as out of the vault", indent=2),
    ]


def drill_failures(found: Drill) -> list[str]:
    """What is said even to those who asked for silence."""
    return [f"error: {text}" if not indent else text for text, indent in _failure(found)] if found.problems else []


def _failure(found: Drill) -> list[tuple[str, int]]:
    lines = [(f"{drilled(found)}: the restore does not give back what was kept", 0)]
    lines += [(problem, 2) for problem in found.problems[:_SHOWN]]
    if (more := len(found.problems) - _SHOWN) > 0:
        lines.append((f"and {number(more)} more", 2))
    return [*lines, ("`linkbak verify` says what is damaged and what is still whole", 2)]


class DrillDocument(TypedDict):
    """A snapshot that was restored to try it out; `problems` is empty if all was as it was kept."""

    schema: Literal["linkbak.drill/1"]
    account: str
    snapshot: str
    taken: str
    passed: bool
    files: int
    bytes: int
    rows: int
    people: int
    problems: list[str]


def drill_document(found: Drill) -> DrillDocument:
    """What --json prints."""
    named = {"account": found.snapshot.account, "snapshot": found.snapshot.id, "passed": not found.problems}
    return fill(DrillDocument, found, schema="linkbak.drill/1", **named)

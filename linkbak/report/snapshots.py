"""Snapshots: the log, the files of one, and the results of a restore or a trial restore."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal, TypedDict

from linkbak.model import NamedTuple
from linkbak.report import Block, Column, Line, Table, count, day, kinds, number, size
from linkbak.report.json import builds, fill
from linkbak.texts import tr

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
    action = "brought-back" if undo else "corrected" if corrected else "set-aside"
    return fill(ForgetDocument, key, action=action, snapshot=key.id, corrected=corrected and corrected.id)


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
    *(Column(tr("snapshot")), Column(tr("connections"), right=True), Column(tr("hidden"), right=True)),
    *(Column(tr("new"), right=True), Column(tr("gone"), right=True)),
    *(Column(tr("files"), right=True), Column(tr("size"), right=True), Column("")),
)
_BOOK_COLUMNS = (Column(tr("snapshot")), Column(tr("contacts"), right=True), *_COLUMNS[5:])


def log_text(entries: Sequence[Entry]) -> list[Block]:
    """Newest first, a line a snapshot, a heading an account if there are several."""
    blocks: list[Block] = []
    for account in dict.fromkeys(entry.summary.key.account for entry in entries):
        mine = [entry for entry in entries if entry.summary.key.account == account]
        columns = _COLUMNS if all(entry.contacts is None for entry in mine) else _BOOK_COLUMNS
        head = tr("{account}: {snapshots}, newest first", account=account, snapshots=count(len(mine), "snapshot"))
        blocks += [*([Line()] if blocks else []), Line(head, "strong"), Table(columns, [_row(one) for one in mine])]
    if any(entry.held for entry in entries):
        blocks.append(Line(tr("held: the list shrank too much; its losses are not believed yet"), "odd"))
    return blocks


def _row(entry: Entry) -> tuple[str, ...]:
    one = entry.summary
    aside = tr("set aside") if entry.set_aside else ""
    if entry.contacts is not None:
        return one.key.id, number(entry.contacts), number(one.files), size(one.bytes), aside
    return (
        one.key.id,
        "-" if one.connections is None else number(one.connections),
        "" if not one.hidden else number(one.hidden),
        "" if entry.added is None else f"+{number(entry.added)}" if entry.added else "0",
        "" if entry.vanished is None else f"-{number(entry.vanished)}" if entry.vanished else "0",
        number(one.files),
        size(one.bytes),
        aside or (tr("held") if entry.held else ""),
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


@builds(SnapshotDocument)
def _snapshot_document(entry: Entry) -> SnapshotDocument:
    one = entry.summary
    return fill(SnapshotDocument, one, id=one.key.id, kind=one.archive_kind, **entry._asdict())


class LogDocument(TypedDict):
    """What `linkbak log --json` prints, newest first."""

    schema: Literal["linkbak.log/1"]
    snapshots: list[SnapshotDocument]


def log_document(entries: Iterable[Entry]) -> LogDocument:
    """The snapshots, in the order given."""
    return fill(LogDocument, snapshots=entries)


def files_text(key: SnapshotKey, manifest: Manifest) -> list[Block]:
    """The files of one snapshot: path, size, recognised table, rows."""
    rows = [
        (
            facts.path,
            size(facts.bytes),
            kinds([facts.kind]) or tr("(unknown)"),
            number(facts.rows) if facts.table else "",
            tr("{rows} not understood", rows=number(facts.skipped)) if facts.skipped else "",
        )
        for facts in sorted(manifest.files, key=lambda facts: facts.path.casefold())
    ]
    columns = (
        *(Column(tr("file"), most=60), Column(tr("size"), right=True)),
        *(Column(tr("kind")), Column(tr("rows"), right=True), Column("")),
    )
    head = tr(
        "{snapshot}: {files}, {size}, from {archive}",
        snapshot=f"{key.account} {key.id}",
        files=count(len(rows), "file"),
        size=size(sum(facts.bytes for facts in manifest.files)),
        archive=manifest.archive.name,
    )
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
    return fill(FilesDocument, manifest, snapshot=key.id)


# --- restore ---

_RESTORE_COLUMNS = (Column(tr("file"), most=60), Column(tr("size"), right=True), Column(tr("time")), Column(""))
_STATES = {
    "new": "",
    "same": tr("there already, the same"),
    "replaced": tr("written over what is there"),
    "damaged": tr("damaged"),
}


def restore_text(found: Restored) -> list[Block]:
    """What was written and where; for a dry run, what would be."""
    if found.dry:
        return _dry_text(found)
    given = [one for one in found.files if one.state != "damaged"]
    what, place = _named(found.key, found.taken), found.place
    if not found.damaged:
        said = tr("{snapshot}: {files}, restored to {place}", snapshot=what, files=_sum(given), place=place)
        blocks: list[Block] = [Line(said, "good"), Line(tr("every byte compared with what was imported"), indent=2)]
    else:
        told = {"snapshot": what, "some": number(len(given)), "files": count(len(found.files), "file"), "place": place}
        said = tr("{snapshot}: {some} of {files} restored to {place}", **told)
        if not given:
            said = tr("{snapshot}: nothing restored", snapshot=what)
        blocks = [Line(said, "bad"), *(Line(line, "bad", indent=2) for line in _damage(found.damaged))]
    return blocks + [Line(line, indent=2) for line in _notes(found)]


def restore_failures(found: Restored) -> list[str]:
    """What is said even to those who asked for silence."""
    return [tr("error: {message}", message=line) for line in _damage(found.damaged)]


_VERIFY = tr("`linkbak verify` says what is damaged and what is still whole")


def _damage(damaged: Sequence[RestoredFile]) -> list[str]:
    if not damaged:
        return []
    head = tr("{files} not restored, since what the vault holds is damaged:", files=count(len(damaged), "file"))
    return [head, *(one.facts.path for one in damaged), _VERIFY]


def _notes(found: Restored) -> list[str]:
    states = [one.state for one in found.files]
    notes = []
    if same := states.count("same"):
        notes.append(tr("{files} there already, the same byte for byte, and left alone", files=count(same, "file")))
    if over := states.count("replaced"):
        notes.append(tr("{files} written over what was there", files=count(over, "file")))
    for one in found.renamed:
        path, name = one.facts.path, one.name
        told = tr("{file} lies there as {name}: this place cannot hold its own name", file=path, name=name)
        notes.append(tr("{file} lies there as {name}", file=path, name=name) if one.state == "same" else told)
    return notes


def _dry_text(found: Restored) -> list[Block]:
    rows = [
        (one.name, size(one.facts.bytes), one.modified[:19].replace("T", " "), _STATES[one.state])
        for one in found.files
    ]
    what, files, place = _named(found.key, found.taken), _sum(found.files), found.place
    said = tr("{snapshot}: {files} would go to {place}; nothing was written", snapshot=what, files=files, place=place)
    return [Line(said, "strong"), Table(_RESTORE_COLUMNS, rows)]


def _named(key: SnapshotKey, taken: str) -> str:
    """``linkedin-me of 20 Mar 2026``."""
    return tr("{account} of {day}", account=key.account, day=day(taken))


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
    return fill(
        RestoreDocument,
        found,
        account=found.key.account,
        snapshot=found.key.id,
        form="zip" if found.zipped else "folder",
        dry_run=found.dry,
        bytes=sum(one.facts.bytes for one in found.files if one.state != "damaged"),
        damaged=len(found.damaged),
    )


@builds(GivenDocument)
def _given_document(one: RestoredFile) -> GivenDocument:
    return fill(GivenDocument, one.facts, written_as=one.name, modified=one.modified, state=one.state)


# --- drill ---

_SHOWN = 20


def drilled(found: Drill) -> str:
    """The name of the tried snapshot."""
    return _named(found.snapshot, found.taken)


def drill_text(found: Drill) -> list[Block]:
    """The result of the trial."""
    if found.problems:
        return [Line(text, "plain" if indent else "bad", indent) for text, indent in _failure(found)]
    files, rows, contacts = count(found.files, "file"), count(found.rows, "row"), count(found.people, "contact")
    return [
        Line(tr("{snapshot}: restored, read and exported again", snapshot=drilled(found)), "good"),
        Line(tr("{files}, {size}, every byte as it was imported", files=files, size=size(found.bytes)), indent=2),
        Line(tr("{rows} read, no file with fewer than when it was imported", rows=rows), indent=2),
        Line(tr("{contacts} written, the same as out of the vault", contacts=contacts), indent=2),
    ]


def drill_failures(found: Drill) -> list[str]:
    """What is said even to those who asked for silence."""
    lines = _failure(found) if found.problems else []
    return [text if indent else tr("error: {message}", message=text) for text, indent in lines]


def _failure(found: Drill) -> list[tuple[str, int]]:
    lines = [(tr("{snapshot}: the restore does not give back what was kept", snapshot=drilled(found)), 0)]
    lines += [(problem, 2) for problem in found.problems[:_SHOWN]]
    if (more := len(found.problems) - _SHOWN) > 0:
        lines.append((tr("and {left} more", left=number(more)), 2))
    return [*lines, (_VERIFY, 2)]


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
    key = found.snapshot
    return fill(DrillDocument, found, account=key.account, snapshot=key.id, passed=not found.problems)

"""The receipt of an import, readable at a glance on 80 columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from typing_extensions import TypedDict

from linkbak.diff.snapshots import Comparison
from linkbak.ingest import Receipt
from linkbak.model import Connection, FileFacts, Issue, Manifest
from linkbak.report.diff import held_lines, summary
from linkbak.report.escape import terminal
from linkbak.report.json import ErrorDocument, ReceiptDocument
from linkbak.report.text import (
    Block,
    Column,
    Line,
    Table,
    count,
    day,
    number,
    size,
    who,
    window,
    work,
)
from linkbak.vault import SnapshotKey, Summary

if TYPE_CHECKING:
    from pathlib import Path

    from linkbak.automation.downloads import PassedOver, Scanned
    from linkbak.causes.fates import Fate
    from linkbak.errors import LinkbakError


FOLD = 10
_READ = frozenset({"connections", "messages", "invitations"})


def receipt_page(receipt: Receipt, *, everyone: bool = False) -> list[Block]:
    """What came of one archive: where it went, what was read, what changed, what was not understood."""
    if receipt.error is not None:
        hint = [Line(f"hint: {receipt.error.hint}", indent=2)] if receipt.error.hint else []
        return [Line(f"{receipt.archive}: refused", "bad"), Line(str(receipt.error), indent=2), *hint]
    manifest, key = receipt.manifest, receipt.key
    assert manifest is not None and key is not None
    if receipt.status == "already-kept":
        return [Line(f"{receipt.archive}: already kept as {key.account} {key.id}; nothing to do", "good")]
    verb = "would be kept" if receipt.dry else "kept"
    blocks: list[Block] = [
        Line(receipt.archive, "strong"),
        Line(f"{verb} as {key.account} {key.id}, written {day(manifest.taken)}", "good", 2),
        *_tables(manifest, everyone),
        *(_since(receipt.since, everyone, receipt.fates, later=not receipt.dry) if receipt.since else ()),
        *_troubles(manifest, everyone),
    ]
    blocks += [Line(f"columns of {sentence}", "odd", 2) for sentence in receipt.drift]
    return blocks + [Line(f"note: {note}", "odd", 2) for note in receipt.notes]


def _tables(manifest: Manifest, everyone: bool) -> list[Block]:
    """The tables that linkbak reads, a row each with all there is to say; the rest in one line, unless `everyone`."""
    main = [f for f in manifest.files if everyone or f.kind in _READ or f.skipped]
    rest = [f for f in manifest.files if f not in main]
    rows = [_file(facts, manifest) for facts in main]
    columns = (Column("", most=30), Column("", right=True), Column(""), Column("", most=44))
    blocks: list[Block] = [Table(columns, rows, titles=False)] if rows else []
    if "connections" not in manifest.coverage:
        blocks.append(Line("no connections in this archive; that says nothing about who is connected", "bad", 2))
    if rest:
        total = sum(facts.rows for facts in rest)
        kinds = ", ".join(sorted({facts.kind or "unknown" for facts in rest}))
        blocks.append(Line(f"and {count(len(rest), 'other file')} with {count(total, 'row')}: {kinds}", "dim", 2))
    return blocks


def _file(facts: FileFacts, manifest: Manifest) -> tuple[str, ...]:
    said = []
    if facts.hidden:
        said.append(f"{number(facts.hidden)} hidden")
    if facts.skipped:
        said.append(f"{number(facts.skipped)} NOT understood")
    coverage = manifest.coverage.get(facts.kind)
    if coverage is not None and coverage.completeness != "complete":
        said.append(coverage.completeness)
    return facts.path, number(facts.rows), "row" if facts.rows == 1 else "rows", ", ".join(said)


def _since(since: Comparison, everyone: bool, fates: Sequence[Fate | None], *, later: bool) -> list[Block]:
    head = f"since {day(since.before.taken)}: {summary(since.diff)}"
    blocks: list[Block] = [Line(head, "strong", 2), *held_lines(since.held, indent=2)]
    blocks += [Line()] if since.held else []
    gone = since.diff.vanished
    if gone:
        held = " (HELD)" if since.held else ""
        blocks.append(Line(f"vanished {window(since.before.taken, since.after.taken)}{held}:", indent=2))
        shown = gone if everyone else gone[:FOLD]
        blocks += _gone(since, shown, fates)
        if later and not fates and not since.held:
            blocks.append(Line("`linkbak lost` tells why, as far as it can be told", "dim", 4))
        if len(gone) > len(shown):
            blocks.append(Line(f"and {number(len(gone) - len(shown))} more; see all with `linkbak diff`", "dim", 4))
    blocks += [Line(f"note: {note}", "odd", 2) for note in since.notes]
    if since.lacking:
        kinds = ", ".join(since.lacking)
        blocks.append(Line(f"not in this archive, though in the one before: {kinds}", "dim", 2))
    return blocks


def _gone(since: Comparison, people: Sequence[Connection], fates: Sequence[Fate | None]) -> list[Block]:
    if not fates:
        rows = [(who(one), work(one)) for one in people]
        return [Table((Column("", most=34), Column("", most=48)), rows, indent=4, titles=False)]
    from linkbak.report.lost import with_causes

    return with_causes(people, fates, (since.before.taken, since.after.taken), indent=4)


def _troubles(manifest: Manifest, everyone: bool) -> list[Block]:
    """Losses first and loud; what is only for information quietly after them."""
    losses = [issue for issue in manifest.issues if issue.loss]
    others = [issue for issue in manifest.issues if not issue.loss]
    blocks: list[Block] = []
    if losses:
        blocks.append(Line("NOT UNDERSTOOD (the file itself is kept, byte for byte):", "bad", 2))
        blocks += _issues(losses, everyone)
    if others:
        blocks.append(Line("for your information:", indent=2))
        blocks += _issues(others, everyone)
    return blocks


def _issues(issues: Sequence[Issue], everyone: bool) -> list[Block]:
    shown = issues if everyone else issues[:FOLD]
    blocks: list[Block] = [Line(f"{place(issue)}: {issue.reason}", indent=4) for issue in shown]
    if len(issues) > len(shown):
        blocks.append(Line(f"and {number(len(issues) - len(shown))} more; see all with --all", "dim", 4))
    return blocks


def place(issue: Issue) -> str:
    """``messages.csv line 12``, or the file alone."""
    return f"{issue.file} line {number(issue.line)}" if issue.line else issue.file


# --- log_view ---------------------------------------------------------------------------------------------------------
# The snapshots of a vault, and the files of one, as pages for people.


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


# --- scan_documents ---------------------------------------------------------------------------------------------------
# The JSON document of `linkbak scan`.


class PassedOverDocument(TypedDict):
    """An archive that nothing was done with.

    `kept` and `refused` were so before; `unfinished` is a download that goes on, `recent` changed a moment ago;
    `cut-off` never ended and `unreadable` the system does not let us read, both told of before; `put-off` is what the
    scan did not get to.
    """

    path: str
    why: Literal["kept", "refused", "unfinished", "cut-off", "recent", "unreadable", "put-off"]


class MovedDocument(TypedDict):
    """A kept archive that was moved."""

    path: str
    to: str


class ScanDocument(TypedDict):
    """The folders that were looked through, what was kept or refused now, and everything else that is an archive."""

    schema: Literal["linkbak.scan/1"]
    vault: str
    folders: list[str]
    results: list[ReceiptDocument]
    passed_over: list[PassedOverDocument]
    moved: list[MovedDocument]
    troubles: list[ErrorDocument]


DOCUMENTS = {"scan": ScanDocument}


# --- scan_view --------------------------------------------------------------------------------------------------------
# What came of a scan, for people and for programs.

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
    from linkbak.report import json as as_json

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

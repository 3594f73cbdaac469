"""Receipts of imported archives, in full or in short, and the result of scanning folders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, NotRequired, TypedDict

from linkbak.diff import Comparison
from linkbak.ingest import Receipt
from linkbak.model import BOOK, CARDS, FileFacts, Issue, Manifest, issues_meant
from linkbak.report import (
    CLASSES,
    Block,
    Column,
    Line,
    Table,
    Tone,
    count,
    day,
    held_lines,
    more,
    number,
    plain,
    summary,
    window,
)
from linkbak.report.escape import terminal
from linkbak.report.json import ErrorDocument, VanishedDocument, builds, counts_document, error, fill, vanished_document
from linkbak.report.people import EventDocument, changed_in_words, closest_first, gone_lines, told_events

if TYPE_CHECKING:
    from pathlib import Path

    from linkbak.automation.downloads import Scanned
    from linkbak.causes.judgement import Outcome
    from linkbak.errors import LinkbakError
    from linkbak.vault import Summary

FOLD = 10
"""How many rows of one sort are shown before the rest is folded into a count."""

_RUN_WIDTH = 78
"""The width of a line in a run's mail."""

_WHOLE = {"partial": "not whole", "unknown": "perhaps not whole"}
"""The completeness of a table in words, unless it is complete."""

_READ = frozenset({"connections", "messages", "invitations", CARDS})


def text(receipt: Receipt, *, everyone: bool = False) -> list[Block]:
    """The receipt of one archive: its place, what was read, the changes, what was not understood."""
    if receipt.error is not None:
        hint = [Line(f"hint: {receipt.error.hint}", indent=2)] if receipt.error.hint else []
        return [Line(f"{receipt.archive}: refused", "bad"), Line(str(receipt.error), indent=2), *hint]
    manifest, key = receipt.manifest, receipt.key
    assert manifest is not None and key is not None
    notes = [Line(f"note: {note}", "odd", 2) for note in receipt.notes]
    if receipt.status == "already-kept":
        said = f"{receipt.archive}: already kept as {key.account} {key.id}"
        return [Line(f"{said}{'' if receipt.notes else '; nothing to do'}", "good"), *notes]
    verb = "would be kept" if receipt.dry else "kept"
    blocks: list[Block] = [
        Line(receipt.archive, "strong"),
        Line(f"{verb} as {key.account} {key.id}, written {day(manifest.taken)}", "good", 2),
        *(_since(receipt.since, everyone, receipt.outcomes, later=not receipt.dry) if receipt.since else ()),
        *_tables(manifest, everyone),
        *_troubles(manifest, everyone),
    ]
    blocks += [Line(f"columns of {sentence}", "odd", 2) for sentence in receipt.drift]
    return blocks + notes


def together(receipts: Sequence[Receipt]) -> list[Block]:
    """What each of several archives brought, a line an archive, the newest last: their receipts are off the screen."""
    which = f"these {number(len(receipts))}" if len(receipts) <= FOLD else f"the last {FOLD}"
    verb = "would bring" if any(one.dry for one in receipts) else "brought"
    return [Line(), Line(f"What {which} archives {verb}", "strong"), *(_in_a_line(one) for one in receipts[-FOLD:])]


def _in_a_line(receipt: Receipt) -> Line:
    """``20 Mar 2026: 409 connections; 3 people left, 9 came``, or that it brought nothing."""
    manifest = receipt.manifest
    if receipt.status != "kept" or manifest is None:
        return Line(f"{receipt.archive}: {receipt.status.replace('-', ' ')}", "bad" if receipt.error else "plain", 2)
    what = [
        count(manifest.coverage[kind].rows, one)
        for kind, one in (("connections", "connection"), (CARDS, "contact"))
        if kind in manifest.coverage
    ]
    since = receipt.since
    words = [changed_in_words(since.diff, receipt.outcomes, held=bool(since.held))] if since else []
    return Line(f"{day(manifest.taken)}: {'; '.join([*what, *words]) or 'no connections'}", indent=2)


def first_steps() -> list[Block]:
    """The next steps with a vault that holds one list of connections."""
    steps = (
        ("look around:", "linkbak people, linkbak show NAME, linkbak report --open"),
        ("in a month:", "ask LinkedIn again and import; linkbak diff shows who left"),
        ("be reminded:", "linkbak schedule install, or linkbak request ics"),
    )
    said = "These are your first connections here, so there is nothing to compare yet."
    return [Line(), Line(said, "strong"), Table((Column(""), Column("", most=70)), steps, titles=False)]


def _tables(manifest: Manifest, everyone: bool) -> list[Block]:
    """The tables that linkbak reads, a row each with all there is to say; the rest in one line, unless `everyone`."""
    main, rest = list[FileFacts](), list[FileFacts]()
    for facts in manifest.files:
        (main if everyone or facts.kind in _READ or facts.skipped else rest).append(facts)
    rows = [_file(facts, manifest) for facts in main]
    columns = (Column("", most=30), Column("", right=True), Column(""), Column("", most=44))
    blocks: list[Block] = [Table(columns, rows, titles=False)] if rows else []
    for coverage in manifest.coverage.values():
        if coverage.completeness in _WHOLE:
            tone: Tone = "bad" if coverage.completeness == "partial" else "odd"
            blocks.append(Line(f"{_WHOLE[coverage.completeness]}: {'; '.join(coverage.reasons)}", tone, 2))
    if "connections" not in manifest.coverage and manifest.network != BOOK:
        blocks.append(Line("no connections in this archive; that says nothing about who is connected", "bad", 2))
    if rest:
        total = sum(facts.rows for facts in rest)
        kinds = ", ".join(sorted({facts.kind or "unknown" for facts in rest}))
        blocks.append(Line(f"and {count(len(rest), 'other file')} with {count(total, 'row')}: {kinds}", "dim", 2))
    return blocks


def _file(facts: FileFacts, manifest: Manifest) -> tuple[str, ...]:
    notes = []
    if facts.hidden:
        notes.append(f"{number(facts.hidden)} hidden")
    if facts.skipped:
        notes.append(f"{number(facts.skipped)} NOT understood")
    words = ("contact", "contacts") if facts.kind == CARDS else ("row", "rows")
    coverage = manifest.coverage.get(facts.kind)
    if coverage is not None and coverage.completeness in _WHOLE:
        notes.append(_WHOLE[coverage.completeness])
    return facts.path, number(facts.rows), words[facts.rows != 1], ", ".join(notes)


def _since(since: Comparison, everyone: bool, outcomes: Sequence[Outcome | None], *, later: bool) -> list[Block]:
    said = changed_in_words(since.diff, outcomes, held=bool(since.held))
    blocks: list[Block] = [Line(f"since {day(since.before.taken)}: {said}", "strong", 2)]
    also = {name: len(getattr(since.diff, name)) for name in CLASSES if name not in ("vanished", "added")}
    if told := [f"{number(size)} {CLASSES[name][0]}" for name, size in also.items() if size]:
        blocks.append(Line(f"also {', '.join(told)}", indent=2))
    blocks += held_lines(since.held, indent=2)
    blocks += [Line()] if since.held else []
    if gone := closest_first(since.diff.vanished, outcomes):
        taken = since.before.taken, since.after.taken
        blocks.append(Line(f"vanished {window(*taken)}{' (HELD)' if since.held else ''}:", indent=2))
        blocks += gone_lines(gone, taken, indent=4, most=None if everyone else FOLD)
        if later and not outcomes and not since.held:
            blocks.append(Line("`linkbak lost --why` shows what speaks for which reason", "dim", 4))
    blocks += [Line(f"note: {note}", "odd", 2) for note in since.notes]
    if since.lacking:
        kinds = ", ".join(since.lacking)
        blocks.append(Line(f"not in this archive, though in the one before: {kinds}", "dim", 2))
    return blocks


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
    blocks += more(sum(map(issues_meant, issues[len(shown) :])), "see all with --all", 4)
    return blocks


def place(issue: Issue) -> str:
    """``messages.csv line 12``, or the file alone."""
    return f"{issue.file} line {number(issue.line)}" if issue.line else issue.file


def kept_lines(receipt: Receipt, *, names: bool) -> list[str]:
    """The receipt of one kept archive: without `names`, only counts and dates."""
    if names:
        return plain(text(receipt), _RUN_WIDTH)
    manifest, key = receipt.manifest, receipt.key
    assert manifest is not None and key is not None
    rows = {kind: coverage.rows for kind, coverage in manifest.coverage.items()}
    covered = ", ".join(f"{number(rows[kind])} {kind}" for kind in ("connections", "messages") if kind in rows)
    lines = [f"kept {key.account} {key.id}: {covered or count(len(manifest.files), 'file')}"]
    if "connections" not in rows and manifest.network != BOOK:
        lines.append("no connections in this archive; that says nothing about who is connected")
    if losses := sum(issues_meant(issue) for issue in manifest.issues if issue.loss):
        lines.append(f"{count(losses, 'place')} in it could not be understood; the files themselves are kept")
    if receipt.since is not None:
        since = f"since {day(receipt.since.before.taken)}: {summary(receipt.since.diff)}"
        lines += plain([Line(since)], _RUN_WIDTH)
        lines += [line for line in plain(held_lines(receipt.since.held), _RUN_WIDTH) if line]
    return lines


def late_line(summary: Summary) -> str:
    """A snapshot that a run kept and, since it was cut short, did not report."""
    rows = "no connections" if summary.connections is None else count(summary.connections, "connection")
    return f"kept {summary.key.account} {summary.id}: {rows} (by a run that was interrupted; `linkbak diff` compares)"


# --- JSON of imports ---


class KindDocument(TypedDict):
    """What an archive says about one kind."""

    rows: int
    hidden: int
    skipped: int
    completeness: Literal["complete", "unknown", "partial"]
    reasons: list[str]


class IssueDocument(TypedDict):
    """Something that was not understood: where and why; line 0 means the whole file."""

    file: str
    line: int
    reason: str
    loss: bool


class SinceDocument(TypedDict):
    """What changed since the snapshot before."""

    snapshot: str
    counts: dict[str, int]
    vanished: list[VanishedDocument]
    held: bool
    held_reasons: list[str]
    events: list[EventDocument]


def _since_document(found: Comparison, outcomes: Sequence[Outcome | None]) -> SinceDocument:
    return fill(
        SinceDocument,
        found,
        snapshot=found.before.key.id,
        counts=counts_document(found.diff.counts),
        vanished=vanished_document(found.diff.vanished, outcomes),
        held=bool(found.held),
        held_reasons=found.held,
        events=told_events(outcomes),
    )


class ReceiptDocument(TypedDict):
    """What came of one archive; all but the first three are null or empty for a refused one."""

    archive: str
    status: Literal["kept", "already-kept", "refused"]
    snapshot: str | None
    dry_run: bool
    taken: str | None
    taken_source: str | None
    account: str | None
    kinds: dict[str, KindDocument]
    files: int
    issues: list[IssueDocument]
    drift: list[str]
    notes: list[str]
    since_previous: SinceDocument | None
    error: NotRequired[ErrorDocument]


@builds(ReceiptDocument)
def receipt_document(receipt: Receipt) -> ReceiptDocument:
    """The receipt of one archive for programs."""
    manifest = receipt.manifest
    document: ReceiptDocument = {
        "archive": receipt.archive,
        "status": receipt.status,
        "snapshot": receipt.key.id if receipt.key and not receipt.dry else None,
        "dry_run": receipt.dry,
        "taken": manifest.taken if manifest else None,
        "taken_source": manifest.taken_source if manifest else None,
        "account": manifest.account if manifest else None,
        "kinds": {kind: fill(KindDocument, one) for kind, one in manifest.coverage.items()} if manifest else {},
        "files": len(manifest.files) if manifest else 0,
        "issues": [fill(IssueDocument, issue) for issue in manifest.issues] if manifest else [],
        "drift": list(receipt.drift),
        "notes": list(receipt.notes),
        "since_previous": _since_document(receipt.since, receipt.outcomes) if receipt.since else None,
    }
    if receipt.error is not None:
        document["error"] = error(receipt.error)
    return document


# --- folders ---

_WAITING = {
    "unfinished": "is still being downloaded",
    "cut-off": "was never downloaded to its end",
    "recent": "changed a moment ago; import it again in a minute",
    "unreadable": "cannot be read",
    "ahead": "is dated later than this machine's clock",
    "put-off": "was not looked at",
}


def moved(scanned: Scanned) -> list[Block]:
    """The places archives were moved to."""
    return [Line(f"moved {terminal(one.path.name)} to {terminal(str(one.to))}") for one in scanned.moved]


def troubles(errors: tuple[LinkbakError, ...]) -> list[Block]:
    """Problems with folders, and what to do."""
    blocks: list[Block] = []
    for one in errors:
        blocks.append(Line(f"error: {terminal(str(one))}", "bad"))
        if one.hint:
            blocks.append(Line(f"hint: {terminal(one.hint)}"))
    return blocks


def passed_over(scanned: Scanned) -> list[str]:
    """The new archives, those passed over, and those not ready yet."""
    where = ", ".join(terminal(str(folder)) for folder in scanned.folders)
    if not where:
        return ["there is no Downloads folder to look in", "hint: Name the archive: linkbak import ARCHIVE"]
    known = Counter[str](one.why for one in scanned.passed)
    words = {"kept": "kept already", "refused": "refused before"}
    parts = [f"{count(known[why], 'archive')} {said}" for why, said in words.items() if known[why]]
    if scanned.others:
        parts.append(f"{count(scanned.others, 'other file or folder', 'other files and folders')}")
    passed = f"skipped {', '.join(parts)}" if parts else ""
    waits = [f"{terminal(one.path.name)} {_WAITING[one.why]}" for one in scanned.passed if one.why in _WAITING]
    if scanned.receipts or scanned.moved:
        return [*([passed] if passed else ()), *waits]
    return [f"no new archive in {where}{f'; {passed}' if passed else ''}", *waits]


class PassedOverDocument(TypedDict):
    """An archive that nothing was done with.

    `kept` and `refused` were so before; `unfinished` is a download that goes on, `recent` changed a moment ago. Told of
    before: `cut-off` never ended, `unreadable` the system does not let us read, `ahead` is dated later than this
    machine's clock. `put-off` is what the scan did not get to.
    """

    path: str
    why: Literal["kept", "refused", "unfinished", "cut-off", "recent", "unreadable", "ahead", "put-off"]


class MovedDocument(TypedDict):
    """A kept archive that was moved."""

    path: str
    to: str


class ImportDocument(TypedDict):
    """What `linkbak import --json` prints: what came of each archive; of folders, what else was found in them."""

    schema: Literal["linkbak.import/1"]
    vault: str
    folders: list[str]
    results: list[ReceiptDocument]
    passed_over: list[PassedOverDocument]
    moved: list[MovedDocument]
    troubles: list[ErrorDocument]


def document(vault: Path, receipts: Sequence[Receipt], scanned: Scanned | None) -> ImportDocument:
    """What came of the archives of one command, and what was `scanned` for them."""
    return {
        "schema": "linkbak.import/1",
        "vault": str(vault),
        "folders": [str(folder) for folder in scanned.folders] if scanned else [],
        "results": [receipt_document(one) for one in receipts],
        "passed_over": [fill(PassedOverDocument, one) for one in scanned.passed] if scanned else [],
        "moved": [fill(MovedDocument, one) for one in scanned.moved] if scanned else [],
        "troubles": [error(one) for one in scanned.troubles] if scanned else [],
    }

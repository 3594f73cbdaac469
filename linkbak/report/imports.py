"""Receipts of imported archives, in full or in short, and the result of scanning folders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal, NotRequired, TypedDict

from linkbak.diff import Comparison
from linkbak.ingest import Receipt
from linkbak.model import BOOK, CARDS, Completeness, FileFacts, Issue, Manifest, issues_meant
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
    kinds,
    more,
    number,
    plain,
    summary,
    trouble,
    window,
)
from linkbak.report.json import ErrorDocument, VanishedDocument, builds, counts_document, fill, vanished_document
from linkbak.report.people import EventDocument, changed_in_words, closest_first, gone_lines, told_events
from linkbak.texts import tr, tr_count, tr_kept

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

_WHOLE = {"partial": tr("not whole"), "unknown": tr("perhaps not whole")}
"""The completeness of a table in words, unless it is complete."""

_STATUSES = {"kept": tr("kept"), "already-kept": tr("already kept"), "refused": tr("refused")}

NO_CONNECTIONS = tr("no connections in this archive; that says nothing about who is connected")

_READ = frozenset({"connections", "messages", "invitations", CARDS})


def text(receipt: Receipt, *, everyone: bool = False) -> list[Block]:
    """The receipt of one archive: its place, what was read, the changes, what was not understood."""
    if receipt.error is not None:
        hint = [Line(tr("hint: {hint}", hint=receipt.error.hint), indent=2)] if receipt.error.hint else []
        refused = tr("{archive}: refused", archive=receipt.archive)
        return [Line(refused, "bad"), Line(str(receipt.error), indent=2), *hint]
    manifest, key = receipt.manifest, receipt.key
    assert manifest is not None and key is not None
    snapshot, taken = f"{key.account} {key.id}", day(manifest.taken)
    notes = [Line(tr("note: {note}", note=note), "odd", 2) for note in receipt.notes]
    if receipt.status == "already-kept":
        said = tr("{archive}: already kept as {snapshot}", archive=receipt.archive, snapshot=snapshot)
        return [Line(said if notes else tr("{said}; nothing to do", said=said), "good"), *notes]
    kept = tr("kept as {snapshot}, written {day}", snapshot=snapshot, day=taken)
    if receipt.dry:
        kept = tr("would be kept as {snapshot}, written {day}", snapshot=snapshot, day=taken)
    return [
        Line(receipt.archive, "strong"),
        Line(kept, "good", 2),
        *(_since(receipt.since, everyone, receipt.outcomes, later=not receipt.dry) if receipt.since else ()),
        *_tables(manifest, everyone),
        *_troubles(manifest, everyone),
        *(Line(tr("columns of {sentence}", sentence=sentence), "odd", 2) for sentence in receipt.drift),
        *notes,
    ]


def together(receipts: Sequence[Receipt]) -> list[Block]:
    """What each of several archives brought, a line an archive, the newest last: their receipts are off the screen."""
    many = number(min(len(receipts), FOLD))
    head = {
        (False, False): tr("What these {archives} archives brought", archives=many),
        (False, True): tr("What these {archives} archives would bring", archives=many),
        (True, False): tr("What the last {archives} archives brought", archives=many),
        (True, True): tr("What the last {archives} archives would bring", archives=many),
    }[len(receipts) > FOLD, any(one.dry for one in receipts)]
    return [Line(), Line(head, "strong"), *(_in_a_line(one) for one in receipts[-FOLD:])]


def _in_a_line(receipt: Receipt) -> Line:
    """``20 Mar 2026: 409 connections; 3 people left, 9 came``, or that it brought nothing."""
    manifest = receipt.manifest
    if receipt.status != "kept" or manifest is None:
        return Line(f"{receipt.archive}: {_STATUSES[receipt.status]}", "bad" if receipt.error else "plain", 2)
    rows = {kind: coverage.rows for kind, coverage in manifest.coverage.items()}
    what = [count(rows["connections"], "connection")] if "connections" in rows else []
    what += [count(rows[CARDS], "contact")] if CARDS in rows else []
    since = receipt.since
    words = [changed_in_words(since.diff, receipt.outcomes, held=bool(since.held))] if since else []
    return Line(f"{day(manifest.taken)}: {'; '.join([*what, *words]) or tr('no connections')}", indent=2)


def first_steps() -> list[Block]:
    """The next steps with a vault that holds one list of connections."""
    reminded = tr("{command}, or {other}", command="linkbak schedule install", other="linkbak request ics")
    steps = (
        (tr("look around:"), "linkbak people, linkbak show NAME, linkbak report --open"),
        (tr("in a month:"), tr("ask LinkedIn again and import; {command} shows who left", command="linkbak diff")),
        (tr("be reminded:"), reminded),
    )
    said = tr("These are your first connections here, so there is nothing to compare yet.")
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
        if whole := _WHOLE.get(coverage.completeness):
            tone: Tone = "bad" if coverage.completeness == "partial" else "odd"
            blocks.append(Line(f"{whole}: {'; '.join(map(tr_kept, coverage.reasons))}", tone, 2))
    if "connections" not in manifest.coverage and manifest.network != BOOK:
        blocks.append(Line(NO_CONNECTIONS, "bad", 2))
    if rest:
        named = kinds(sorted({facts.kind or tr("unknown") for facts in rest}))
        files, many = count(len(rest), "other file"), count(sum(facts.rows for facts in rest), "row")
        blocks.append(Line(tr("and {files} with {rows}: {kinds}", files=files, rows=many, kinds=named), "dim", 2))
    return blocks


def _file(facts: FileFacts, manifest: Manifest) -> tuple[str, ...]:
    notes = []
    if facts.hidden:
        notes.append(tr("{rows} hidden", rows=number(facts.hidden)))
    if facts.skipped:
        notes.append(tr("{rows} NOT understood", rows=number(facts.skipped)))
    words = tr_count("contact", "contacts", facts.rows) if facts.kind == CARDS else tr_count("row", "rows", facts.rows)
    coverage = manifest.coverage.get(facts.kind)
    if coverage is not None and coverage.completeness in _WHOLE:
        notes.append(_WHOLE[coverage.completeness])
    return facts.path, number(facts.rows), words, ", ".join(notes)


def _since(since: Comparison, everyone: bool, outcomes: Sequence[Outcome | None], *, later: bool) -> list[Block]:
    said = changed_in_words(since.diff, outcomes, held=bool(since.held))
    blocks: list[Block] = [Line(tr("since {day}: {said}", day=day(since.before.taken), said=said), "strong", 2)]
    also = {name: len(getattr(since.diff, name)) for name in CLASSES if name not in ("vanished", "added")}
    if told := [f"{number(size)} {CLASSES[name][0]}" for name, size in also.items() if size]:
        blocks.append(Line(tr("also {changes}", changes=", ".join(told)), indent=2))
    blocks += held_lines(since.held, indent=2)
    blocks += [Line()] if since.held else []
    if gone := closest_first(since.diff.vanished, outcomes):
        taken = since.before.taken, since.after.taken
        went = window(*taken)
        vanished = tr("vanished {when} (HELD):", when=went) if since.held else tr("vanished {when}:", when=went)
        blocks.append(Line(vanished, indent=2))
        blocks += gone_lines(gone, taken, indent=4, most=None if everyone else FOLD)
        if later and not outcomes and not since.held:
            blocks.append(Line(tr("`linkbak lost --why` shows what speaks for which reason"), "dim", 4))
    blocks += [Line(tr("note: {note}", note=note), "odd", 2) for note in since.notes]
    if since.lacking:
        lacking = tr("not in this archive, though in the one before: {kinds}", kinds=kinds(since.lacking))
        blocks.append(Line(lacking, "dim", 2))
    return blocks


def _troubles(manifest: Manifest, everyone: bool) -> Iterator[Block]:
    """Losses first and loud; what is only for information quietly after them."""
    losses = [issue for issue in manifest.issues if issue.loss]
    others = [issue for issue in manifest.issues if not issue.loss]
    if losses:
        yield Line(tr("NOT UNDERSTOOD (the file itself is kept, byte for byte):"), "bad", 2)
        yield from _issues(losses, everyone)
    if others:
        yield Line(tr("for your information:"), indent=2)
        yield from _issues(others, everyone)


def _issues(issues: Sequence[Issue], everyone: bool) -> Iterator[Block]:
    """Each as ``messages.csv line 12: not a date``, or with the file alone."""
    shown = issues if everyone else issues[:FOLD]
    for one in shown:
        place = tr("{file} line {line}", file=one.file, line=number(one.line)) if one.line else one.file
        yield Line(f"{place}: {tr_kept(one.reason)}", indent=4)
    yield from more(sum(map(issues_meant, issues[len(shown) :])), indent=4)


def kept_lines(receipt: Receipt, *, names: bool) -> list[str]:
    """The receipt of one kept archive: without `names`, only counts and dates."""
    if names:
        return plain(text(receipt), _RUN_WIDTH)
    manifest, key = receipt.manifest, receipt.key
    assert manifest is not None and key is not None
    rows = {kind: coverage.rows for kind, coverage in manifest.coverage.items()}
    covered = [count(rows["connections"], "connection")] if "connections" in rows else []
    covered += [count(rows["messages"], "message")] if "messages" in rows else []
    what = ", ".join(covered) or count(len(manifest.files), "file")
    lines = [tr("kept {snapshot}: {rows}", snapshot=f"{key.account} {key.id}", rows=what)]
    if "connections" not in rows and manifest.network != BOOK:
        lines.append(NO_CONNECTIONS)
    if losses := sum(issues_meant(issue) for issue in manifest.issues if issue.loss):
        places = count(losses, "place")
        lines.append(tr("{places} in it could not be understood; the files themselves are kept", places=places))
    if receipt.since is not None:
        before, said = day(receipt.since.before.taken), summary(receipt.since.diff)
        since = Line(tr("since {day}: {said}", day=before, said=said))
        lines += filter(None, plain([since, *held_lines(receipt.since.held)], _RUN_WIDTH))
    return lines


def late_line(summary: Summary) -> str:
    """A snapshot that a run kept and, since it was cut short, did not report."""
    return tr(
        "kept {snapshot}: {rows} (by a run that was interrupted; `linkbak diff` compares)",
        snapshot=f"{summary.key.account} {summary.id}",
        rows=tr("no connections") if summary.connections is None else count(summary.connections, "connection"),
    )


# --- JSON of imports ---


class KindDocument(TypedDict):
    """What an archive says about one kind."""

    rows: int
    hidden: int
    skipped: int
    completeness: Completeness
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
    document = fill(
        ReceiptDocument,
        receipt,
        snapshot=receipt.key.id if receipt.key and not receipt.dry else None,
        dry_run=receipt.dry,
        **{name: getattr(manifest, name, None) for name in ("taken", "taken_source", "account")},
        kinds={kind: fill(KindDocument, one) for kind, one in manifest.coverage.items()} if manifest else {},
        files=len(manifest.files) if manifest else 0,
        issues=manifest.issues if manifest else (),
        since_previous=receipt.since and _since_document(receipt.since, receipt.outcomes),
    )
    if receipt.error is None:
        del document["error"]
    return document


# --- folders ---

_WAITING = {
    "unfinished": tr("{archive} is still being downloaded"),
    "cut-off": tr("{archive} was never downloaded to its end"),
    "recent": tr("{archive} changed a moment ago; import it again in a minute"),
    "unreadable": tr("{archive} cannot be read"),
    "ahead": tr("{archive} is dated later than this machine's clock"),
    "put-off": tr("{archive} was not looked at"),
}


def moved(scanned: Scanned) -> list[Block]:
    """The places archives were moved to."""
    return [Line(tr("moved {archive} to {place}", archive=one.path.name, place=one.to)) for one in scanned.moved]


def troubles(errors: tuple[LinkbakError, ...]) -> list[Block]:
    """Problems with folders, and what to do."""
    return [Line(line, "plain" if at else "bad") for one in errors for at, line in enumerate(trouble(one))]


def passed_over(scanned: Scanned) -> list[str]:
    """The new archives, those passed over, and those not ready yet."""
    where = ", ".join(map(str, scanned.folders))
    if not where:
        hint = tr("hint: {hint}", hint=tr("Name the archive: {command}", command="linkbak import ARCHIVE"))
        return [tr("there is no Downloads folder to look in"), hint]
    known = Counter[str](one.why for one in scanned.passed)
    kept, refused = count(known["kept"], "archive"), count(known["refused"], "archive")
    parts = [tr("{archives} kept already", archives=kept)] if known["kept"] else []
    parts += [tr("{archives} refused before", archives=refused)] if known["refused"] else []
    if scanned.others:
        parts.append(count(scanned.others, "other file or folder", "other files and folders"))
    passed = [tr("skipped {files}", files=", ".join(parts))] if parts else []
    waits = [_WAITING[one.why].format(archive=one.path.name) for one in scanned.passed if one.why in _WAITING]
    if scanned.receipts or scanned.moved:
        return [*passed, *waits]
    return ["; ".join([tr("no new archive in {folder}", folder=where), *passed]), *waits]


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
    return fill(
        ImportDocument,
        vault=vault,
        folders=[str(folder) for folder in scanned.folders] if scanned else [],
        results=receipts,
        passed_over=scanned.passed if scanned else (),
        moved=scanned.moved if scanned else (),
        troubles=scanned.troubles if scanned else (),
    )

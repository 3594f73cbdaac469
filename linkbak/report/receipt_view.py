"""The receipt of an import, readable at a glance on 80 columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from linkbak.comparison import Comparison
from linkbak.ingest import Receipt
from linkbak.model import Connection, FileFacts, Issue, Manifest
from linkbak.report.blocks import Block, Column, Line, Table
from linkbak.report.diff_view import held_lines, summary
from linkbak.report.words import count, day, number, who, window, work

if TYPE_CHECKING:
    from linkbak.causes.fates import Fate

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
    from linkbak.report.evidence_view import with_causes

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

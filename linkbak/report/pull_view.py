"""What copies elsewhere brought, for people and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from linkbak.report.as_json import error as error_document
from linkbak.report.blocks import Block, Line
from linkbak.report.escape import terminal
from linkbak.report.words import count, number

if TYPE_CHECKING:
    from linkbak.report.pull_documents import PullDocument, PulledDocument, PulledSnapshotDocument
    from linkbak.vault import SnapshotKey
    from linkbak.vault.remotes.pulling import Pulled

MANY = 5
"""So many snapshots are named; the document has all."""


def page(pulled: Sequence[Pulled]) -> list[Block]:
    """What came from each remote, and what merging it changed; what failed is said by `failures`."""
    blocks: list[Block] = [line for one in pulled if one.error is None for line in _came(one)]
    if any(one.new for one in pulled):
        blocks += [Line(), Line("`linkbak log` lists all snapshots.")]
    if any(one.state == "merged" for one in pulled):
        blocks.append(Line("`linkbak push` sends the union to the copies."))
    return blocks


def failures(pulled: Sequence[Pulled]) -> list[str]:
    """Which could not be pulled from, why, and what to do: lines for standard error, whatever was asked for."""
    lines = []
    for one in pulled:
        if one.error is not None:
            lines.append(f"error: {terminal(one.name)}: {one.error}")
            lines += [f"hint: {one.error.hint}"] if one.error.hint else []
    return lines


def document(vault: str, pulled: Sequence[Pulled]) -> PullDocument:
    """The same for programs."""
    return {"schema": "linkbak.pull/1", "vault": vault, "remotes": [_document(one) for one in pulled]}


def _came(one: Pulled) -> list[Line]:
    name = terminal(one.name)
    if one.state == "same":
        return [Line(f"{name}: up to date", "good")]
    if one.state == "ahead":
        return [Line(f"{name}: nothing new there; `linkbak push` sends what it has not", "good")]
    if one.state == "empty":
        return [Line(f"{name}: nothing is there yet; `linkbak push` sends the vault", "good")]
    return [
        Line(f"{name}: {_what(one)} came", "good"),
        *_names(one.new),
        *(Line(text, indent=2) for text in _merged(one)),
    ]


def _what(one: Pulled) -> str:
    parts = [count(len(one.new), "snapshot")] if one.new else []
    parts += [count(one.marks, "mark")] if one.marks > 0 else []
    return " and ".join(parts) or "no snapshot and no mark"


def _names(keys: Sequence[SnapshotKey]) -> list[Line]:
    """The newest by name, account by account."""
    lines = []
    for account in sorted({key.account for key in keys}):
        ids = [key.id for key in reversed(keys) if key.account == account]
        more = f" and {number(len(ids) - MANY)} more" if len(ids) > MANY else ""
        lines.append(Line(f"{account}: {', '.join(ids[:MANY])}{more}", indent=2))
    return lines


def _merged(one: Pulled) -> list[str]:
    """What a merge did besides, in sentences."""
    anew = f"; {count(one.anew, 'manifest was', 'manifests were')} chained anew" if one.anew else ""
    said = []
    if one.unrelated:
        said.append(f"merged: the two vaults had nothing in common before, and are one now{anew}")
    elif one.state == "merged":
        said.append(f"merged: both sides had something of their own{anew}")
    elif one.anew:
        said.append(f"merged before, on another machine{anew}")
    said += [f"{key.account} {key.id}: imported on both sides, kept once" for key in one.both]
    said += [
        f"{old.account} {old.id} is now {new.id}: there is another archive of that moment"
        for old, new in one.renamed
        if new.id[:18] == old.id[:18]
    ]
    said += [
        f"{terminal(name)}: changed on both sides; the later change stays, git has the other" for name in one.chosen
    ]
    return said


def _document(one: Pulled) -> PulledDocument:
    return {
        "name": one.name,
        "state": one.state,
        "snapshots": _keys(one.new),
        "marks": one.marks,
        "chained_anew": one.anew,
        "renamed": [{"account": old.account, "before": old.id, "after": new.id} for old, new in one.renamed],
        "imported_on_both": _keys(one.both),
        "changed_on_both": list(one.chosen),
        "unrelated": one.unrelated,
        "error": error_document(one.error) if one.error is not None else None,
    }


def _keys(keys: Sequence[SnapshotKey]) -> list[PulledSnapshotDocument]:
    return [{"account": key.account, "snapshot": key.id} for key in keys]

"""What came of pushing, for people and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from linkbak.report.as_json import error as error_document
from linkbak.report.blocks import Block, Line
from linkbak.report.remote_view import missing_document, missing_words

if TYPE_CHECKING:
    from linkbak.report.remote_documents import PushDocument, PushedDocument
    from linkbak.vault.remotes.pushing import Pushed


def page(pushed: Sequence[Pushed]) -> list[Block]:
    """A line for each place that holds all now; what failed is said by `failures`."""
    return [Line(_line(one), "good" if one.state != "would-send" else "strong") for one in pushed if not one.error]


def failures(pushed: Sequence[Pushed]) -> list[str]:
    """Why the others do not, and what to do: lines for standard error, also of those who asked for silence."""
    lines = []
    for one in pushed:
        if one.error is not None:
            lines.append(f"error: {one.name}: {one.error}")
            lines += [f"hint: {one.error.hint}"] if one.error.hint else []
    return lines


def document(pushed: Sequence[Pushed], *, dry: bool) -> PushDocument:
    """The same for programs."""
    return {"schema": "linkbak.push/1", "dry_run": dry, "remotes": [_document(one) for one in pushed]}


def _line(one: Pushed) -> str:
    if one.state == "current":
        return f"{one.name}: up to date"
    if one.state == "would-send":
        return f"{one.name}: {missing_words(one.sent)} would be sent; nothing was"
    return f"{one.name}: {missing_words(one.sent)} sent"


def _document(one: Pushed) -> PushedDocument:
    return {
        "name": one.name,
        "address": one.shown,
        "state": one.state,
        "commit": one.commit or None,
        "before": one.before or None,
        "sent": missing_document(one.sent),
        "error": error_document(one.error) if one.error is not None else None,
    }

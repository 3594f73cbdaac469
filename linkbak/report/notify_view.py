"""What came of a test message, for people and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from linkbak.report.blocks import Block, Line
from linkbak.report.escape import terminal
from linkbak.unattended.notifying import Message

if TYPE_CHECKING:
    from linkbak.report.notify_documents import ChannelDocument, NotifyDocument
    from linkbak.unattended.notifying import Undelivered

TEST = Message(
    "linkbak: a test message",
    "This is how linkbak tells you what is new, reminds you, and warns you when something is wrong.\n"
    "`linkbak notify` sent it to try that out; nothing has happened, and there is nothing to do.",
    "news",
)
"""What is sent to see whether it arrives."""


class Tried(NamedTuple):
    """One way that was tried, and what went wrong if it failed."""

    channel: str
    failure: Undelivered | None


def page(tried: Sequence[Tried], *, unpinged: bool) -> list[Block]:
    """A line for every way; with `unpinged`, that an address to ping is set up and was left alone."""
    blocks = [block for one in tried for block in _lines(one)]
    if unpinged:
        blocks.append(Line("the address to ping was left alone; --ping tries it, too", "dim"))
    return blocks


def quiet_lines(tried: Sequence[Tried]) -> list[str]:
    """What must be said although nothing was to be said: what failed."""
    return [f"{terminal(one.channel)}: not delivered: {terminal(one.failure.why)}" for one in tried if one.failure]


def document(tried: Sequence[Tried]) -> NotifyDocument:
    """The same for programs."""
    return {"schema": "linkbak.notify/1", "channels": [_document(one) for one in tried]}


def _lines(one: Tried) -> list[Block]:
    name = terminal(one.channel)
    if one.failure is None:
        return [Line(f"{name}: sent", "good")]
    lines: list[Block] = [Line(f"{name}: not delivered: {terminal(one.failure.why)}", "bad")]
    return [*lines, Line(one.failure.hint, indent=2)] if one.failure.hint else lines


def _document(one: Tried) -> ChannelDocument:
    failure = one.failure
    return {
        "channel": one.channel,
        "delivered": failure is None,
        "why": failure.why if failure else None,
        "hint": failure.hint or None if failure else None,
    }

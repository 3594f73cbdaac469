"""Invitations to connect as a list, as rows and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, TypedDict

from linkbak.index.correspondence import InvitationState, SentInvitation
from linkbak.model import NamedTuple
from linkbak.report import Block, Column, Line, Table, count, day, more
from linkbak.report.json import fill
from linkbak.report.people import FOLD, one_line

"""Said where no archive has a table of invitations, which is not the same as none."""
NOT_THERE = "Not in any export: invitations you declined or ignored."
REPEATED = "a note that is also a message stands here again; it is one text, and `linkbak messages` counts it"


class Asked(NamedTuple):
    """One invitation; `open_days` is for how long it was open when the newest archive that has it was taken, None
    unless it is open. `in_messages` is whether its note stands among the messages too."""

    invitation: SentInvitation
    open_days: int | None
    in_messages: bool


def open_days(one: SentInvitation) -> int | None:
    """Whole days from when it was sent to the newest archive that has it, None unless it is open and dated."""
    if one.state != "open" or not one.sent_at:
        return None
    return max(0, (datetime.fromisoformat(one.last_seen) - datetime.fromisoformat(one.sent_at)).days)


def text(found: Sequence[Asked], *, everyone: bool = False) -> list[Block]:
    """A line an invitation, long lists folded unless `everyone`; then what no export can show."""
    sent = sum(one.invitation.outgoing for one in found)
    head = f"{count(len(found), 'invitation')}, newest first: you sent {sent:,}, you received {len(found) - sent:,}"
    shown = found if everyone else found[:FOLD]
    blocks: list[Block] = [Line(head if found else "no invitation", "strong")]
    if shown:
        columns = (
            Column("sent", right=True),
            Column("who"),
            Column("name", most=26),
            Column(""),
            Column("note", most=60),
        )
        blocks.append(Table(columns, [_row(one) for one in shown]))
    blocks += more(len(found) - len(shown), "see all with --all")
    if any(one.in_messages for one in found):
        blocks.append(Line(f"* {REPEATED}", "dim"))
    return [*blocks, Line(), Line(NOT_THERE)]


def _row(one: Asked) -> tuple[str, ...]:
    asked = one.invitation
    who = "you asked" if asked.outgoing else "they asked"
    note = f"{one_line(asked.note)}{' *' if one.in_messages else ''}"
    return day(asked.sent_at) or "undated", who, one_line(asked.name) or "(nobody named)", _state(one), note


def _state(one: Asked) -> str:
    if one.invitation.state == "unknown":
        return "cannot be told"
    if one.open_days is None:
        return str(one.invitation.state)
    return f"open for {count(one.open_days, 'day')}"


# --- for other programs -----------------------------------------------------------------------------------------------


class InvitationDocument(TypedDict):
    """One invitation; `outgoing` if you asked. `open_days` is null unless it is open; `in_messages` tells that its note
    stands among the messages too."""

    account: str
    outgoing: bool
    name: str | None
    url: str | None
    sent_at: str | None
    note: str | None
    state: InvitationState
    open_days: int | None
    in_messages: bool
    first_seen: str
    last_seen: str


class InvitationsDocument(TypedDict):
    """What `linkbak invitations --json` prints, newest first; those you declined or ignored are in no export."""

    schema: Literal["linkbak.invitations/1"]
    invitations: list[InvitationDocument]


def document(found: Sequence[Asked]) -> InvitationsDocument:
    """What --json prints."""
    return {
        "schema": "linkbak.invitations/1",
        "invitations": [
            fill(InvitationDocument, one.invitation, open_days=one.open_days, in_messages=one.in_messages)
            for one in found
        ],
    }


CSV_HEADER = ("account", "direction", "name", "url", "sent_at", "note", "state", "open_days", "in_messages")
"""The header of the CSV; it only grows at its end."""


def csv_row(one: Asked) -> list[str]:
    """What stands under each of CSV_HEADER."""
    asked = one.invitation
    direction = "sent" if asked.outgoing else "received"
    days = "" if one.open_days is None else str(one.open_days)
    told = [asked.account, direction, asked.name, asked.url, asked.sent_at, asked.note, asked.state, days]
    return [*told, "yes" if one.in_messages else ""]

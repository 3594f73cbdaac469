"""Invitations.csv, with member numbers in 2023 and profile addresses since."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from linkbak.adapters.linkedin.dates import read_moment
from linkbak.adapters.linkedin.issues import Issues
from linkbak.adapters.linkedin.logs import Layout, Log
from linkbak.adapters.linkedin.tables import TABLES
from linkbak.model import Invitation

LAYOUT = Layout(TABLES["invitations.csv"], frozenset({"from", "to", "sentat", "direction"}), "sentat")


def read_invitations(stream: IO[bytes], issues: Issues) -> Iterator[Invitation]:
    """Every invitation of one file in its order; times name no zone and are taken as UTC."""
    log = Log(stream, LAYOUT, issues)
    at = log.at
    inviter = at.get("inviterprofileurl", at.get("inviterprofileurn", -1))
    invitee = at.get("inviteeprofileurl", at.get("inviteeprofileurn", -1))
    message = at.get("message", -1)
    for cells in log:
        row = [*cells, ""]  # what a missing column, -1, gives
        yield Invitation(
            row[at["from"]],
            row[at["to"]],
            read_moment(row[at["sentat"]]),
            row[message],
            row[at["direction"]].strip(),
            row[inviter].strip(),
            row[invitee].strip(),
        )

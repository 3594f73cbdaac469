"""messages.csv, from the seven columns of 2015 to the thirteen of 2026."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from linkbak.adapters.linkedin.dates import read_moment
from linkbak.adapters.linkedin.issues import Issues
from linkbak.adapters.linkedin.logs import Layout, Log
from linkbak.adapters.linkedin.tables import TABLES
from linkbak.model import Message

LAYOUT = Layout(TABLES["messages.csv"], frozenset({"from", "to", "date", "content"}), "date")


def read_messages(stream: IO[bytes], issues: Issues) -> Iterator[Message]:
    """Every message of one file in its order, newest first inside a conversation.

    Before 2021 a row has no conversation and no addresses; times that name no zone are taken as UTC.
    """
    log = Log(stream, LAYOUT, issues)
    conversation, title = log.at.get("conversationid", -1), log.at.get("conversationtitle", -1)
    url, urls = log.at.get("senderprofileurl", -1), log.at.get("recipientprofileurls", -1)
    subject, folder = log.at.get("subject", -1), log.at.get("folder", -1)
    drafts = [log.at[name] for name in ("ismessagedraft", "isconversationdraft") if name in log.at]
    for cells in log:
        row = [*cells, ""]  # what a missing column, -1, gives
        yield Message(
            row[conversation],
            row[title],
            row[log.at["from"]],
            row[url].strip(),
            row[log.at["to"]],
            tuple(part for address in row[urls].split(",") if (part := address.strip())),
            read_moment(row[log.at["date"]]),
            row[subject],
            row[log.at["content"]],
            row[folder],
            any(row[at].strip().casefold() == "yes" for at in drafts),
        )

"""Messages as files that other programs take: which, in which order, by which id; and as JSON and a table.

What is written depends on the vault alone: two exports of one vault are the same, byte for byte.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import groupby

from linkbak.exporters.rows import csv_text
from linkbak.index.correspondence import Conversation, SentMessage, conversation_of, messages, with_names
from linkbak.index.history import History
from linkbak.model import NamedTuple
from linkbak.report import count, day
from linkbak.report.messages import CSV_HEADER, csv_row, json_pieces

_FEW = 20
"""Up to so many conversations are read one by one, more by going through all messages."""


class Chosen(NamedTuple):
    """The messages that are meant: those of some conversations, each message once.

    With `since`, an ISO day, those sent on that day or later; with `outgoing`, those that the owner sent, or that
    others did; with `folder`, those that lie there, whatever its case. `tally` counts the ``messages`` and the
    ``drafts`` that were read.
    """

    history: History
    conversations: Sequence[Conversation]
    tally: Counter[str]
    since: str = ""
    outgoing: bool | None = None
    folder: str = ""

    def every(self) -> Iterator[SentMessage]:
        """All of them: of an account the oldest first, those without a date last."""
        for account in sorted({one.account for one in self.conversations}):
            theirs = {one.id: one for one in self.conversations if one.account == account}
            if len(theirs) > _FEW:
                found = messages(self.history, account)
            else:
                each = [messages(self.history, account, conversation=id_) for id_ in theirs]
                found = heapq.merge(*each, key=lambda one: one.sent_at)
            yield from self._in_order(one for one in found if conversation_of(one) in theirs)

    def of(self, conversation: Conversation) -> Iterator[SentMessage]:
        """Those of one conversation, in the same order."""
        return self._in_order(messages(self.history, conversation.account, conversation=conversation.id))

    def _in_order(self, given: Iterator[SentMessage]) -> Iterator[SentMessage]:
        """The same under the best names, those of one second in an order that does not depend on the index."""
        names = {(one.account, one.id): one for one in self.conversations}
        undated: list[SentMessage] = []
        for sent_at, group in groupby(given, key=lambda one: one.sent_at):
            if self.since and sent_at[:10] < self.since:
                continue
            told = [
                with_names(one, names[one.account, conversation_of(one)])
                for one in group
                if (self.outgoing is None or (one.outgoing is self.outgoing and not one.draft))
                and (not self.folder or one.folder.casefold() == self.folder.casefold())
            ]
            told.sort(key=lambda one: (conversation_of(one), one.draft, one.sender, one.subject, one.text))
            drafts = sum(one.draft for one in told)
            self.tally.update(messages=len(told) - drafts, drafts=drafts)
            if sent_at:
                yield from told
            else:
                undated += told
        yield from undated


def identified(given: Iterator[SentMessage]) -> Iterator[tuple[str, SentMessage]]:
    """Each message with an id of 32 hex digits that no other has, and that stays while the vault grows.

    It is a digest of account, conversation, time and words, since names change. Precondition: what is sent in one
    second comes together; several messages that are equal in all of this are counted.
    """
    for _, group in groupby(given, key=lambda one: (one.account, one.sent_at)):
        alike: Counter[str] = Counter()
        for one in group:
            said = "\0".join((one.account, conversation_of(one), one.sent_at, one.subject, one.text))
            alike[said] += 1
            yield sha256(f"{said}\0{alike[said]}".encode("utf-8", "surrogatepass")).hexdigest()[:32], one


# --- what pages say of a conversation ---------------------------------------------------------------------------------


def page_id(one: Conversation) -> str:
    """Eight hex digits that tell its page from others of the same name."""
    return sha256(f"{one.account}\0{one.id}".encode("utf-8", "surrogatepass")).hexdigest()[:8]


def span(one: Conversation) -> str:
    """``84 messages, 12 May 2021 to 1 Oct 2025``, and what sort of conversation it is."""
    kind = ", sponsored" if one.advert else ", with more than one" if one.crowd else ""
    first, last = day(one.first), day(one.last)
    when = f", {first}{f' to {last}' if last != first else ''}" if first else ""
    drafts = f" and {count(one.drafts, 'draft')}" if one.drafts else ""
    return f"{count(one.messages, 'message')}{drafts}{when}{kind}"


def standing(one: Conversation) -> str:
    """What to say of one that the newest archive lacks, else ""."""
    if one.current:
        return ""
    return f"Deleted, or left out of newer archives: last seen in the archive of {day(one.last_seen)}."


def when(one: SentMessage) -> str:
    """``30 Sep 2025, 10:02``, and what else than a message it is."""
    at = f"{day(one.sent_at)}, {one.sent_at[11:16]}" if one.sent_at else "undated"
    return f"{at}{' (draft)' if one.draft else ''}{' (advert)' if one.advert else ''}"


# --- formats ----------------------------------------------------------------------------------------------------------


class MessageFormat(NamedTuple):
    """One format: `text` gives one file in pieces; `pages`, if there, small files for a folder, each by its path.

    A place that ends with one of `suffixes` is a file, any other a folder, if there are pages.
    """

    about: str
    suffixes: tuple[str, ...]
    text: Callable[[Chosen], Iterator[str]]
    pages: Callable[[Chosen], Iterator[tuple[str, str]]] | None = None


def json_messages(chosen: Chosen) -> Iterator[str]:
    """One document, a message a line."""
    return json_pieces(chosen.every())


def csv_pieces(messages: Iterable[SentMessage]) -> Iterator[str]:
    """A row a message; no cell is a formula."""
    return csv_text(CSV_HEADER, map(csv_row, messages), mark=False)


JSON = MessageFormat("one document for programs", (".json",), json_messages)

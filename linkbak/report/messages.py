"""Conversations, messages and invitations: as lists, to read, for other programs, and in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from json import JSONEncoder
from typing import TYPE_CHECKING, Literal, TypedDict

from linkbak.index.correspondence import Conversation, InvitationState, SentInvitation, SentMessage
from linkbak.model import NamedTuple
from linkbak.report import FOLD, Block, Column, Line, Table, cells, count, day, fit, more, number, sentence, size
from linkbak.report.escape import json_text
from linkbak.report.json import builds, fill
from linkbak.report.people import one_line
from linkbak.texts import tr, tr_count

if TYPE_CHECKING:
    from linkbak.stats import Talked


MENTIONED = 200
"""How many characters of a last message the list shows."""


def conversations_text(
    found: Sequence[Conversation], limited: str = "", *, adverts: int = 0, untold: int = 0, everyone: bool = False
) -> list[Block]:
    """A line a conversation, long lists folded unless `everyone`; `limited` is which of all they are, in words.

    So many `adverts` are apart, and so many `untold`, of which nobody can tell who wrote last.
    """
    some = count(len(found), "conversation") if found else tr("no conversation")
    which = f"{some} {limited}" if limited else some
    head = tr("{conversations}, newest first", conversations=which) if found else which
    shown = found if everyone else found[:FOLD]
    blocks: list[Block] = [Line(head, "strong"), *([_table(shown)] if shown else [])]
    blocks += more(len(found) - len(shown))
    if untold:
        some = count(untold, "conversation")
        blocks.append(Line(tr("who wrote last is unknown in {conversations}", conversations=some), "dim"))
    if adverts:
        apart = count(adverts, "advert")
        blocks.append(Line(tr("{adverts} apart: {command}", adverts=apart, command="linkbak messages --ads"), "dim"))
    return blocks


def _table(shown: Sequence[Conversation]) -> Table:
    """When, with whom, how much, how it ended; and where some are in no newer archive, in which they last were."""
    columns: list[_Cell] = [
        (Column(tr("last"), right=True), lambda one: day(one.last) or tr("undated")),
        (Column(tr("with"), most=26), _with),
        (Column(tr("messages"), right=True), lambda one: number(one.messages) if one.messages else tr("draft")),
    ]
    if not all(one.current for one in shown):
        columns.append((Column(tr("last seen in"), most=60), lambda one: "" if one.current else day(one.last_seen)))
    if len({one.account for one in shown}) > 1:
        columns.append((Column(tr("account"), most=60), lambda one: one.account))
    columns.append((Column(tr("the last words"), most=60), _last_words))
    return Table([column for column, _ in columns], _Rows(shown, [cell for _, cell in columns]))


_Cell = tuple[Column, Callable[[Conversation], str]]


class _Rows:
    """Conversations as rows of cells, made as they are read: of a hundred thousand none is held."""

    def __init__(self, shown: Sequence[Conversation], cells: Sequence[Callable[[Conversation], str]]) -> None:
        self._shown, self._cells = shown, cells

    def __iter__(self) -> Iterator[Sequence[str]]:
        return ([cell(one) for cell in self._cells] for one in self._shown)


def _with(one: Conversation) -> str:
    name = one_line(one.name) or tr("(nobody named)")
    return tr("{name} (group)", name=name) if one.crowd else name


def _last_words(one: Conversation) -> str:
    text = one_line(one.last_text[: 4 * MENTIONED])[:MENTIONED] or tr("(nothing written)")
    return tr("me: {text}", text=text) if one.last_outgoing else text


# --- one conversation -------------------------------------------------------------------------------------------------


class Reading(NamedTuple):
    """What there is of one person, or in one conversation: the counts are of all that was asked for.

    `messages` are those to be shown, oldest first. `last_seen` is "" if the newest archive has it still. `by_name` is
    whether they were joined by the name alone, `untold` whether it cannot be told if there are any. `elsewhere` counts
    what they wrote in larger conversations, by the name of these.
    """

    name: str
    messages: Sequence[SentMessage]
    counted: int
    drafts: int
    adverts: int
    first: str
    last: str
    last_seen: str = ""
    by_name: bool = False
    untold: bool = False
    elsewhere: Sequence[tuple[str, int]] = ()


def reading_text(found: Reading) -> list[Block]:
    """The heading, and each message with its lines."""
    if found.untold and not found.messages:
        return [Line(tr("{name}: no archive shows whether you wrote to each other", name=one_line(found.name)))]
    parts = [count(found.counted, "message")]
    parts += [count(found.drafts, "draft")] if found.drafts else []
    parts += [count(found.adverts, "advert")] if found.adverts else []
    if found.first:
        first, last = day(found.first), day(found.last)
        span = tr("{first} to {last} (UTC)", first=first, last=last)
        parts.append(tr("{day} (UTC)", day=first) if first == last else span)
    blocks: list[Block] = [Line(f"{one_line(found.name)}: {', '.join(parts)}", "strong")]
    if found.last_seen:
        text = tr("deleted, or left out of newer archives: last seen in the archive of {day}", day=day(found.last_seen))
        blocks.append(Line(text, "odd", 2))
    if found.by_name:
        blocks.append(Line(tr("matched by name alone: the archives show no address with these messages"), "odd", 2))
    labels = _labels(found.messages)
    width = max((cells(one) for one in labels.values()), default=2)
    for one in found.messages:
        blocks += _message(one, labels[_writer(one)], width)
    for name, many in found.elsewhere:
        messages = count(many, "message")
        said = tr("and {messages} of theirs in a larger conversation: {name}", messages=messages, name=one_line(name))
        blocks.append(Line(said, "dim"))
    return blocks


def _writer(one: SentMessage) -> tuple[bool, str]:
    return one.outgoing is True, "" if one.outgoing else one.sender


def _labels(messages: Iterable[SentMessage]) -> dict[tuple[bool, str], str]:
    """The label of each writer: the first word of the name, unless two would have the same."""
    names = {writer: one_line(writer[1]) for writer in map(_writer, messages)}
    firsts = Counter(name.partition(" ")[0] for name in names.values())
    found = {}
    for writer, name in names.items():
        first = name.partition(" ")[0]
        found[writer] = tr("me") if writer[0] else fit((first if firsts[first] == 1 else name) or "?", 20)
    return found


def _message(one: SentMessage, label: str, width: int) -> list[Block]:
    """``30 Sep 2025  10:02  me    Shall we meet in Ghent?``; further lines below the first."""
    when = f"{day(one.sent_at)}  {one.sent_at[11:16]}" if one.sent_at else tr("undated")
    head = f"{when}  {label}{' ' * (width - cells(label))}  "
    aside = [word for word, is_so in ((tr("draft"), one.draft), (tr("advert"), one.advert)) if is_so]
    if one.attachments:
        aside.append(tr("{attachments}, link only", attachments=count(len(one.attachments), "attachment")))
    subject = [tr("Subject: {subject}", subject=one_line(one.subject))] if one.subject.strip() else []
    lines = [line.strip() for line in [*subject, *one.text.strip().splitlines()]] or [""]
    lines[-1] = " ".join(filter(None, (lines[-1], *(f"[{word}]" for word in aside)))) or tr("(nothing written)")
    margin = 2 + max(0, len("30 Sep 2025  10:02") - cells(when))
    tone: Literal["dim", "plain"] = "dim" if one.draft or one.advert else "plain"
    first = Line(f"{head}{lines[0]}", tone, margin, hang=cells(head))
    return [first, *(Line(line, tone, margin + cells(head), hang=0) for line in lines[1:])]


# --- for other programs -----------------------------------------------------------------------------------------------


_From = TypedDict("_From", {"from": str | None})


class MessageDocument(_From):
    """One message; a draft was not sent, an advert was sponsored. `conversation` is the network's id of it.

    `to` are names and may be empty. `attachments` are links, null where no archive names any. `folder` is as the
    network writes it. `sent_at` is in UTC; a draft may have none.
    """

    conversation: str | None
    from_url: str | None
    to: list[str]
    sent_at: str | None
    subject: str | None
    text: str
    folder: str | None
    attachments: list[str] | None
    draft: bool
    advert: bool


class MessagesDocument(TypedDict):
    """What `linkbak messages --json` prints, and `linkbak messages export json` writes.

    Of an account the oldest first, those without a time last; adverts and drafts are among them.
    """

    schema: Literal["linkbak.messages/1"]
    messages: list[MessageDocument]


def message_document(one: SentMessage) -> MessageDocument:
    """One message, absent values null."""
    return {
        "conversation": one.conversation or None,
        "from": one.sender or None,
        "from_url": one.sender_url or None,
        "to": [name for name in one.recipients if name],
        "sent_at": one.sent_at or None,
        "subject": one.subject or None,
        "text": one.text,
        "folder": one.folder or None,
        "attachments": list(one.attachments) or None,
        "draft": one.draft,
        "advert": one.advert,
    }


def json_pieces(messages: Iterable[SentMessage]) -> Iterator[str]:
    """The document in pieces, a message a line, so that only one message is in memory."""
    encode = JSONEncoder(ensure_ascii=False).encode
    yield '{"schema": "linkbak.messages/1", "messages": ['
    between = "\n"
    for one in messages:
        yield f"{between}{json_text(encode(message_document(one)))}"
        between = ",\n"
    yield "\n]}\n"


CSV_HEADER = (
    *("conversation", "from", "from_url", "to", "sent_at", "subject", "text", "folder", "attachments"),
    *("draft", "advert"),
)
"""The keys of the JSON; the header only grows at its end."""


def csv_row(one: SentMessage) -> list[str]:
    """The cells under CSV_HEADER; semicolons separate names, line breaks separate links."""
    return [
        *(one.conversation, one.sender, one.sender_url, "; ".join(one.recipients), one.sent_at, one.subject),
        *(one.text, one.folder, "\n".join(one.attachments)),
        *("yes" if is_so else "" for is_so in (one.draft, one.advert)),
    ]


# --- what was exported ------------------------------------------------------------------------------------------------


class ExportedMessagesDocument(TypedDict):
    """What `linkbak messages export FORMAT -o PLACE --json` prints; `spared` are files that somebody else changed."""

    schema: Literal["linkbak.messages-exported/1"]
    format: str
    place: str
    conversations: int
    messages: int
    drafts: int
    files: int
    unchanged: int
    bytes: int
    spared: list[str]


def exported_document(
    format: str, conversations: int, tally: Mapping[str, int], written: object | None
) -> ExportedMessagesDocument:
    """What --json prints of so many conversations; `written` is None for standard output, which has no place."""
    nowhere = {} if written else {"place": "", "files": 0, "unchanged": 0, "bytes": 0, "spared": ()}
    told = {"format": format, "conversations": conversations, "messages": tally["messages"], "drafts": tally["drafts"]}
    return fill(ExportedMessagesDocument, written, **told, **nowhere)


def exported_text(export: ExportedMessagesDocument) -> list[str]:
    """The receipt, a fact a line."""
    messages, conversations = count(export["messages"], "message"), count(export["conversations"], "conversation")
    if export["drafts"]:
        messages = tr("{messages} and {drafts}", messages=messages, drafts=count(export["drafts"], "draft"))
    told = tr("{messages} in {conversations}", messages=messages, conversations=conversations)
    if export["place"]:
        told = tr("{told} to {place} ({size})", told=told, place=export["place"], size=size(export["bytes"]))
    found = [told]
    if export["files"] > 1 or export["unchanged"]:
        files, unchanged = count(export["files"], "file"), number(export["unchanged"])
        found.append(tr("{files} written, {unchanged} as before", files=files, unchanged=unchanged))
    if spared := len(export["spared"]):
        kept = number(spared)
        found.append(tr("left as they are, since you changed them: {files} (--force writes them anew)", files=kept))
    return found


NOT_THERE = tr("Not in any export: invitations you declined or ignored.")
REPEATED = tr(
    "a note that is also a message stands here again; it is one invitations_text, and `linkbak messages` counts it"
)


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


def invitations_text(found: Sequence[Asked], *, everyone: bool = False) -> list[Block]:
    """A line an invitation, long lists folded unless `everyone`; then what exports do not contain."""
    sent = sum(one.invitation.outgoing for one in found)
    head = tr(
        "{invitations}, newest first: you sent {sent}, you received {received}",
        invitations=count(len(found), "invitation"),
        sent=number(sent),
        received=number(len(found) - sent),
    )
    shown = found if everyone else found[:FOLD]
    blocks: list[Block] = [Line(head if found else tr("no invitation"), "strong")]
    if shown:
        columns = (
            *(Column(tr("sent"), right=True), Column(tr("who")), Column(tr("name"), most=26)),
            *(Column(""), Column(tr("note"), most=60)),
        )
        blocks.append(Table(columns, [_row(one) for one in shown]))
    blocks += more(len(found) - len(shown))
    if any(one.in_messages for one in found):
        blocks.append(Line(f"* {REPEATED}", "dim"))
    return [*blocks, Line(), Line(NOT_THERE)]


_STATES: dict[InvitationState, str] = {"accepted": tr("accepted"), "open": tr("open"), "unknown": tr("unknown")}


def _row(one: Asked) -> tuple[str, ...]:
    asked = one.invitation
    who = tr("you asked") if asked.outgoing else tr("they asked")
    note = f"{one_line(asked.note)}{' *' if one.in_messages else ''}"
    state = _STATES[asked.state]
    if one.open_days is not None and asked.state != "unknown":
        state = tr("open for {days}", days=count(one.open_days, "day"))
    return day(asked.sent_at) or tr("undated"), who, one_line(asked.name) or tr("(nobody named)"), state, note


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


def invitations_document(found: Sequence[Asked]) -> InvitationsDocument:
    """What --json prints."""
    return fill(InvitationsDocument, invitations=found)


@builds(InvitationDocument)
def _invitation_document(one: Asked) -> InvitationDocument:
    return fill(InvitationDocument, one.invitation, open_days=one.open_days, in_messages=one.in_messages)


INVITATIONS_HEADER = ("account", "direction", "name", "url", "sent_at", "note", "state", "open_days", "in_messages")
"""The header of the CSV; it only grows at its end."""


def invitation_row(one: Asked) -> list[str]:
    """The cells under INVITATIONS_HEADER."""
    asked = one.invitation
    direction = "sent" if asked.outgoing else "received"
    days = "" if one.open_days is None else str(one.open_days)
    told = [asked.account, direction, asked.name, asked.url, asked.sent_at, asked.note, asked.state, days]
    return [*told, "yes" if one.in_messages else ""]


_YEARS = 10
"""How many years have a row each; older ones share one."""


def _years(talk: Talked) -> list[tuple[str, ...]]:
    """A row a year, the newest first: the year, the messages of the owner, theirs, and adverts."""
    years = [*reversed(talk.years)]
    shown = [(str(one.year), one.sent, one.received, one.adverts) for one in years[:_YEARS]]
    if older := years[_YEARS:]:
        sums = (sum(one.sent for one in older), sum(one.received for one in older), sum(one.adverts for one in older))
        shown.append((tr("up to {year}", year=older[0].year), *sums))
    return [(name, *map(number, values)) for name, *values in shown]


def talk_text(talk: Talked | None) -> list[Block]:
    """A table of the years, and the unanswered; nothing where no archive holds messages."""
    if talk is None:
        return []
    titles = (tr("yours"), tr("theirs"), tr("adverts"))
    columns = (Column(tr("year")), *(Column(title, right=True) for title in titles))
    table = [Table(columns, _years(talk))] if talk.years else []
    told = (Line(sentence(one), indent=2) for one in (waiting(talk), *same_words(talk)))
    return [Line(), Line(tr("Messages"), "strong"), *table, *told]


def waiting(talk: Talked) -> str:
    """``2 conversations wait for your answer (1 new), 3 for theirs``."""
    mine = tr_count(
        "{conversations} conversation waits for your answer",
        "{conversations} conversations wait for your answer",
        talk.by_me,
        conversations=number(talk.by_me),
    )
    if talk.fresh:
        mine = tr("{told} ({some} new)", told=mine, some=number(talk.fresh))
    told = tr("{mine}, {some} for theirs", mine=mine, some=number(talk.by_them))
    return tr("{told}; unknown for {some}", told=told, some=number(talk.untold)) if talk.untold else told


def same_words(talk: Talked) -> list[str]:
    """``2 texts came from 3 or more people (1 new): linkbak pitches``; nothing if there is none."""
    if not talk.same_words:
        return []
    told = tr("{texts} came from 3 or more people", texts=count(talk.same_words, "text"))
    if talk.fresh_words:
        told = tr("{told} ({some} new)", told=told, some=number(talk.fresh_words))
    return [f"{told}: linkbak pitches"]


# --- JSON ---


class TalkYearDocument(TypedDict):
    """How many messages are of a year: yours, theirs, of nobody knows whom, and adverts."""

    year: int
    sent: int
    received: int
    untold: int
    adverts: int


class TalkDocument(TypedDict):
    """Messages by year, and conversations of two that wait for your answer, for theirs, or of which nobody can tell.

    `fresh` are those of the first that are new since the archive before; null without one. `same_words` texts came from
    three or more people, `fresh_words` of them since the archive before; null without one.
    """

    years: list[TalkYearDocument]
    by_me: int
    by_them: int
    untold: int
    fresh: int | None
    same_words: int
    fresh_words: int | None

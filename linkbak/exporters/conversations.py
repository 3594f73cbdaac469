"""Exports messages and the owner's posts as files: the selection, the order, the ids and the formats.

The files depend on the vault alone: two exports of one vault are equal, byte for byte.
"""

from __future__ import annotations

import heapq
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from html import escape
from itertools import groupby
from time import asctime
from urllib.parse import quote, unquote

from linkbak.exporters.markdown import INDEX, page_name, paragraph
from linkbak.exporters.rows import csv_text
from linkbak.index.correspondence import Conversation, SentMessage, conversation_of, messages, with_names
from linkbak.index.history import History
from linkbak.index.posts import MadePost
from linkbak.model import POST_KINDS, NamedTuple
from linkbak.report import activity as posts_report
from linkbak.report import count, day
from linkbak.report.escape import note, terminal, terminal_text, web_address
from linkbak.report.json import dump
from linkbak.report.messages import CSV_HEADER, csv_row, json_pieces
from linkbak.texts import page_language, tr

_FEW = 20
"""The most conversations that are read one by one; for more, all messages are read."""


class Chosen(NamedTuple):
    """The selected messages: those of some conversations, each message once.

    With `since`, an ISO day, those sent on that day or later; with `outgoing`, those that the owner sent, or that
    others did; with `folder`, those in it, whatever its case. `tally` counts the ``messages`` and the
    ``drafts`` that were read.
    """

    history: History
    conversations: Sequence[Conversation]
    tally: Counter[str]
    since: str = ""
    outgoing: bool | None = None
    folder: str = ""

    def every(self) -> Iterator[SentMessage]:
        """All messages: of an account the oldest first, those without a date last."""
        for account in sorted({one.account for one in self.conversations}):
            theirs = {one.id: one for one in self.conversations if one.account == account}
            if len(theirs) > _FEW:
                found = messages(self.history, account)
            else:
                each = [messages(self.history, account, conversation=id_) for id_ in theirs]
                found = heapq.merge(*each, key=lambda one: one.sent_at)
            yield from self._in_order((one for one in found if conversation_of(one) in theirs), theirs)

    def of(self, conversation: Conversation) -> Iterator[SentMessage]:
        """Those of one conversation, in the same order."""
        found = messages(self.history, conversation.account, conversation=conversation.id)
        return self._in_order(found, {conversation.id: conversation})

    def _in_order(self, given: Iterator[SentMessage], theirs: Mapping[str, Conversation]) -> Iterator[SentMessage]:
        """The same with the best names, those of one second in an order that does not depend on the index.

        `theirs` are the account's conversations that they are in, by id.
        """
        undated: list[SentMessage] = []
        for sent_at, group in groupby(given, key=lambda one: one.sent_at):
            if self.since and sent_at[:10] < self.since:
                continue
            told = [
                with_names(one, theirs[conversation_of(one)])
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
    """Each message with a unique id of 32 hex digits that stays while the vault grows.

    It is a digest of account, conversation, time and text, since names change. Precondition: messages sent in one
    second come together; several that are equal in all of this are numbered.
    """
    for _, group in groupby(given, key=lambda one: (one.account, one.sent_at)):
        alike: Counter[str] = Counter()
        for one in group:
            said = "\0".join((one.account, conversation_of(one), one.sent_at, one.subject, one.text))
            alike[said] += 1
            yield sha256(f"{said}\0{alike[said]}".encode("utf-8", "surrogatepass")).hexdigest()[:32], one


# --- conversations on pages -------------------------------------------------------------------------------------------


def page_id(one: Conversation) -> str:
    """Eight hex digits that keep its page apart from others of the same name."""
    return sha256(f"{one.account}\0{one.id}".encode("utf-8", "surrogatepass")).hexdigest()[:8]


def span(one: Conversation) -> str:
    """``84 messages, 12 May 2021 to 1 Oct 2025``, and the kind of conversation."""
    told = count(one.messages, "message")
    if one.drafts:
        told = tr("{messages} and {drafts}", messages=told, drafts=count(one.drafts, "draft"))
    first, last = day(one.first), day(one.last)
    days = tr("{first} to {last}", first=first, last=last) if last != first else first
    kind = tr("sponsored") if one.advert else tr("with more than one") if one.crowd else ""
    return ", ".join(filter(None, (told, days if first else "", kind)))


def standing(one: Conversation) -> str:
    """A remark if the newest archive lacks it, else ""."""
    if one.current:
        return ""
    return tr("Deleted, or left out of newer archives: last seen in the archive of {day}.", day=day(one.last_seen))


def when(one: SentMessage) -> str:
    """``30 Sep 2025, 10:02``, and whether it is a draft or an advert."""
    return f"{_moment(one.sent_at)}{tr(' (draft)') if one.draft else ''}{tr(' (advert)') if one.advert else ''}"


def _moment(at: str) -> str:
    return f"{day(at)}, {at[11:16]}" if at else tr("undated")


# --- formats ----------------------------------------------------------------------------------------------------------


class MessageFormat(NamedTuple):
    """One format: `text` gives one file in pieces; `pages`, if set, small files for a folder, each by its path.

    A place that ends with one of `suffixes` is a file, any other a folder, if there are pages.
    """

    suffixes: tuple[str, ...]
    text: Callable[[Chosen], Iterator[str]]
    pages: Callable[[Chosen], Iterator[tuple[str, str]]] | None = None


def csv_pieces(messages: Iterable[SentMessage]) -> Iterator[str]:
    """A row a message; no cell is a formula."""
    return csv_text(CSV_HEADER, map(csv_row, messages), mark=False)


# --- pages ------------------------------------------------------------------------------------------------------------


def markdown_text(chosen: Chosen) -> Iterator[str]:
    """All conversations in one file, the one with the newest message first."""
    yield f"# {tr('Messages')}\n"
    for one in chosen.conversations:
        yield from _section(chosen, one, "##")


def markdown_pages(chosen: Chosen) -> Iterator[tuple[str, str]]:
    """A page each, and the index in the end."""
    listed = []
    for one in chosen.conversations:
        text = "".join(_section(chosen, one, "#")).lstrip("\n")
        name = page_name(one.name, page_id(one), ".md")
        listed.append(f"- [{_markdown_title(one)}]({quote(name, safe='')}), {note(span(one))}\n")
        yield name, text
    newest_first = tr("{conversations}, newest first.", conversations=count(len(listed), "conversation"))
    yield INDEX, "".join([f"# {tr('Messages')}\n\n", f"{newest_first}\n\n", *listed])


def _section(chosen: Chosen, one: Conversation, level: str) -> Iterator[str]:
    yield f"\n{level} {_markdown_title(one)}\n\n{note(span(one))}\n"
    if told := standing(one):
        yield f"\n{note(told)}\n"
    for message in chosen.of(one):
        yield _markdown_message(message)


def _paragraphs(text: str) -> str:
    parts = text.replace("\r\n", "\n").strip().split("\n\n")
    return "".join("\n" + "\n".join(paragraph(part)) + "\n" for part in parts if part.strip())


def _markdown_title(one: Conversation) -> str:
    return note(one.name) or _nobody()


def _nobody() -> str:
    return tr("(nobody named)")


def _markdown_message(one: SentMessage) -> str:
    text = f"\n**{note(one.sender) or _nobody()}**, {note(when(one))}\n"
    if one.subject.strip():
        text += f"\n*{note(one.subject)}*\n"
    text += _paragraphs(one.text)
    links = [f"- {f'<{url}>' if web_address(url) else note(url)}\n" for url in one.attachments]
    return text + (f"\n{tr('Attachments (links only):')}\n\n" + "".join(links) if links else "")


# --- HTML -------------------------------------------------------------------------------------------------------------


HTML_INDEX = "index.html"

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2 { line-height: 1.2; }
section { border-top: 1px solid; margin-top: 2rem; }
article { margin: 1rem 0; break-inside: avoid; }
article.mine { margin-left: 3rem; }
article header { font-size: .85rem; opacity: .8; }
article p { margin: .2rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.odd { font-style: italic; }
@media print { body { margin: 0; max-width: none; font-size: 11pt; } }
"""


def html_text(chosen: Chosen) -> Iterator[str]:
    """All conversations on one page, the one with the newest message first."""
    yield page_head(tr("Messages"))
    yield _begin(len(chosen.conversations))
    for one in chosen.conversations:
        yield f"<section>\n<h2><bdi>{_html_title(one)}</bdi></h2>\n"
        yield from _conversation(chosen, one)
        yield "</section>\n"
    yield END


def html_pages(chosen: Chosen) -> Iterator[tuple[str, str]]:
    """A page each, and the index in the end."""
    listed = []
    for one in chosen.conversations:
        name = page_name(one.name, page_id(one), ".html")
        listed.append(
            f'<li><a href="{quote(name, safe="")}"><bdi>{_html_title(one)}</bdi></a>, {shown(span(one))}</li>\n'
        )
        body = "".join(_conversation(chosen, one))
        back = f'<p><a href="{HTML_INDEX}">{tr("All conversations")}</a></p>\n'
        yield name, f"{page_head(one.name)}{back}<h1><bdi>{_html_title(one)}</bdi></h1>\n{body}{END}"
    yield HTML_INDEX, f"{page_head(tr('Messages'))}{_begin(len(listed))}<ul>\n{''.join(listed)}</ul>\n{END}"


def _begin(conversations: int) -> str:
    said = tr("{conversations}, newest first. Times are UTC.", conversations=count(conversations, "conversation"))
    return f"<h1>{escape(tr('Messages'))}</h1>\n<p>{escape(said)}</p>\n"


def page_head(title: str) -> str:
    """How every page begins: nothing in it acts, and a browser loads nothing for it."""
    hashed = b64encode(sha256(_STYLE.encode()).digest()).decode()
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(page_language())}">\n<head>\n<meta charset="utf-8">\n'
        f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{hashed}'; "
        "base-uri 'none'; form-action 'none'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{shown(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
    )


END = "</body>\n</html>\n"


def _conversation(chosen: Chosen, one: Conversation) -> Iterator[str]:
    yield f"<p>{shown(span(one))}</p>\n"
    if told := standing(one):
        yield f'<p class="odd">{shown(told)}</p>\n'
    for message in chosen.of(one):
        yield _html_message(message)


def _html_message(one: SentMessage) -> str:
    mine = ' class="mine"' if one.outgoing else ""
    who = shown(one.sender) or _nobody()
    parts = [f"<article{mine}>\n<header><strong><bdi>{who}</bdi></strong>, {shown(when(one))}</header>\n"]
    if one.subject.strip():
        parts.append(f'<p dir="auto"><strong>{shown(one.subject)}</strong></p>\n')
    if one.text.strip():
        parts.append(f'<p dir="auto">{escape(terminal_text(one.text.strip()))}</p>\n')
    if one.attachments:
        parts.append(
            f"<p>{escape(tr('Attachments (links only):'))}\n{chr(10).join(map(link_html, one.attachments))}</p>\n"
        )
    return "".join([*parts, "</article>\n"])


def link_html(url: str) -> str:
    """An address to follow, or its text where it is none that a browser should open."""
    if address := web_address(url):
        return f'<a rel="noopener noreferrer" href="{escape(address)}">{escape(address)}</a>'
    return shown(url)


def _html_title(one: Conversation) -> str:
    return shown(one.name) or _nobody()


def shown(text: str) -> str:
    """The text on one line with nothing in it that acts, neither as markup nor on the text around it."""
    return escape(terminal(text).strip())


# --- mbox -------------------------------------------------------------------------------------------------------------

_PEOPLE = "linkedin.invalid"
_IDS = "linkbak.invalid"
_SLUG = r"[A-Za-z0-9][A-Za-z0-9-]{0,62}"
_PLAIN_WORDS = r"[A-Za-z0-9 !#$%&'*+/^_`{|}~.,;:?()\[\]-]{0,60}"
_LINE = 900
"""So many octets may a line of a body have; RFC 5322 allows 998."""
_ENCODED = "(?m)^>*From |[\\0-\\x08\\x0b-\\x1f\\x7f]"
"""What a body must be encoded for: a line that would begin a message, and controls."""
_CHUNK = 42
"""So many octets become an encoded word, which may have 75 characters at most."""


def mbox_messages(chosen: Chosen) -> Iterator[str]:
    """Every message, of an account the oldest first; a draft or an advert says so in its subject.

    All of a conversation answer its first message: one that answers the one before is a stair that runs off the screen.
    """
    firsts: dict[tuple[str, str], str] = {}
    titles = {(one.account, one.id): one.name for one in chosen.conversations}
    for id_, one in identified(chosen.every()):
        of = (one.account, conversation_of(one))
        yield _message(id_, one, firsts.get(of), titles[of])
        firsts.setdefault(of, id_)


def _message(id_: str, one: SentMessage, first: str | None, title: str) -> str:
    from email.utils import format_datetime

    sent = datetime.fromisoformat(one.sent_at) if one.sent_at else None
    began = asctime(sent.timetuple()) if sent else "Thu Jan  1 00:00:00 1970"
    kinds = [word for word, is_so in (("draft", one.draft), ("advert", one.advert)) if is_so]
    subject = one.subject or (tr("Messages with {title}", title=title) if title.strip() else tr("Messages"))
    urls = one.recipient_urls if len(one.recipient_urls) == len(one.recipients) else ("",) * len(one.recipients)
    to = ",\n ".join(_mailbox(*each) for each in zip(one.recipients, urls, strict=True))
    headers = {
        "From": _mailbox(one.sender, one.sender_url),
        "To": to or "undisclosed-recipients:;",
        "Date": format_datetime(sent) if sent else "",
        "Subject": _header("".join(f"[{word}] " for word in kinds) + subject),
        "Message-ID": f"<{id_}@{_IDS}>",
        "In-Reply-To": f"<{first}@{_IDS}>" if first else "",
        "References": f"<{first}@{_IDS}>" if first else "",
        "Keywords": ", ".join([*kinds, *([_header(one.folder)] if one.folder else [])]),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
    }
    encoding, body = _body(_written(one))
    head = "".join(f"{name}: {value}\n" for name, value in headers.items() if value)
    return f"From linkbak@{_IDS} {began}\n{head}Content-Transfer-Encoding: {encoding}\n\n{body}\n\n"


def _written(one: SentMessage) -> str:
    """The text, and below it the links of what was attached, which no export holds."""
    text = one.text.replace("\r\n", "\n").replace("\r", "\n")
    links = "\n".join(map(terminal, one.attachments))
    return f"{text}\n\n{tr('Attachments (links only):')}\n{links}" if links else text


def _body(text: str) -> tuple[str, str]:
    """How the text is encoded, and the text so: as it is, or where that would not come through, quoted-printable."""
    if re.search(_ENCODED, text) is None and all(
        len(line.encode("utf-8", "replace")) <= _LINE for line in text.split("\n")
    ):
        return "8bit", text
    from quopri import encodestring

    quoted = encodestring(text.encode("utf-8", "replace"), quotetabs=False).decode("ascii")
    return "quoted-printable", re.sub(r"(?m)^(>*)From ", lambda found: f"{found[1]}=46rom ", quoted)


def _mailbox(name: str, url: str) -> str:
    """``"Ada Example" <ada-example@linkedin.invalid>``; where there is no plain address, by a digest."""
    slug = unquote(url.rstrip("/").rpartition("/")[2])
    shown = terminal(name).strip()
    local = slug if re.fullmatch(_SLUG, slug) else f"x-{_digest(url or shown.casefold())}"
    return f"{_header(shown, quoted=True)} <{local}@{_PEOPLE}>" if shown else f"{local}@{_PEOPLE}"


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _header(text: str, *, quoted: bool = False) -> str:
    """The text as the value of a header on one line, or on folded ones; as a quoted string if it is a name."""
    line = " ".join(terminal(text).split())
    if re.fullmatch(_PLAIN_WORDS, line) and "=?" not in line:
        return f'"{line}"' if quoted else line
    return "\n ".join(f"=?utf-8?b?{b64encode(chunk).decode('ascii')}?=" for chunk in _chunks(line))


def _chunks(line: str) -> Iterator[bytes]:
    """The text in parts of whole characters, each short enough for an encoded word."""
    part = b""
    for char in line:
        octets = char.encode("utf-8", "replace")
        if len(part) + len(octets) > _CHUNK:
            yield part
            part = b""
        part += octets
    yield part


MESSAGE_EXPORTERS = {
    "markdown": MessageFormat((".md", ".markdown"), markdown_text, markdown_pages),
    "mbox": MessageFormat((".mbox",), mbox_messages),
    "html": MessageFormat((".html", ".htm"), html_text, html_pages),
    "json": MessageFormat((".json",), lambda chosen: json_pieces(chosen.every())),
}
"""Each format of messages by the name the user gives it."""


# --- posts ------------------------------------------------------------------------------------------------------------


def _posts_html(found: Sequence[MadePost]) -> Iterator[str]:
    said, title = tr("{posts}, newest first.", posts=count(len(found), "post")), tr("Posts")
    yield f"{page_head(title)}<h1>{escape(title)}</h1>\n<p>{escape(said)}</p>\n"
    for one in found:
        kind = POST_KINDS[one.kind]
        yield f"<article>\n<header><strong>{shown(kind)}</strong>, {shown(_moment(one.at))}</header>\n"
        if one.title.strip():
            yield f'<h2 dir="auto">{shown(one.title)}</h2>\n'
        if one.text.strip():
            yield f'<p dir="auto">{escape(terminal_text(one.text.strip()))}</p>\n'
        for link in posts_report.links_of(one):
            yield f"<p>{link_html(link)}</p>\n"
        if told := posts_report.standing(one):
            yield f'<p class="odd">{shown(told)}</p>\n'
        yield "</article>\n"
    yield END


def _posts_markdown(found: Sequence[MadePost]) -> Iterator[str]:
    yield f"# {tr('Posts')}\n\n{tr('{posts}, newest first.', posts=count(len(found), 'post'))}\n"
    for one in found:
        title = f": {note(one.title)}" if one.title.strip() else ""
        yield f"\n## {note(_moment(one.at))}, {note(POST_KINDS[one.kind])}{title}\n"
        yield _paragraphs(one.text)
        for link in posts_report.links_of(one):
            yield f"\n{f'<{link}>' if web_address(link) else note(link)}\n"
        if told := posts_report.standing(one):
            yield f"\n*{note(told)}*\n"


def _posts_json(found: Sequence[MadePost]) -> Iterator[str]:
    yield dump(posts_report.posts_document(found))


POST_EXPORTERS = {"markdown": _posts_markdown, "html": _posts_html, "json": _posts_json}
"""What writes posts, by the name of the format the user gives it: the file in pieces."""

"""Conversations as pages to read and to print, as Markdown or HTML: in one file, or a folder with a page for each.

The web pages have no script, and their policy lets a browser load nothing.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from html import escape
from urllib.parse import quote

from linkbak.exporters.conversations import Chosen, MessageFormat, page_id, span, standing, when
from linkbak.exporters.markdown import INDEX, page_name, paragraph
from linkbak.index.correspondence import Conversation, SentMessage
from linkbak.report import count
from linkbak.report.escape import note, terminal, terminal_text, web_address


def markdown_text(chosen: Chosen) -> Iterator[str]:
    """All conversations in one file, the one with the newest message first."""
    yield "# Messages\n"
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
    yield INDEX, "".join(["# Messages\n\n", f"{count(len(listed), 'conversation')}, newest first.\n\n", *listed])


def _section(chosen: Chosen, one: Conversation, level: str) -> Iterator[str]:
    yield f"\n{level} {_markdown_title(one)}\n\n{note(span(one))}\n"
    if told := standing(one):
        yield f"\n{note(told)}\n"
    for message in chosen.of(one):
        yield _markdown_message(message)


def _markdown_title(one: Conversation) -> str:
    return note(one.name) or "(nobody named)"


def _markdown_message(one: SentMessage) -> str:
    text = f"\n**{note(one.sender) or '(nobody named)'}**, {note(when(one))}\n"
    if one.subject.strip():
        text += f"\n*{note(one.subject)}*\n"
    for part in one.text.replace("\r\n", "\n").strip().split("\n\n"):
        if part.strip():
            text += "\n" + "\n".join(paragraph(part)) + "\n"
    links = [f"- {f'<{url}>' if web_address(url) else note(url)}\n" for url in one.attachments]
    return text + ("\nAttachments (links only):\n\n" + "".join(links) if links else "")


MARKDOWN = MessageFormat(
    "for reading and for Obsidian: a file, or a folder of pages", (".md", ".markdown"), markdown_text, markdown_pages
)


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
    yield page_head("Messages")
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
        back = f'<p><a href="{HTML_INDEX}">All conversations</a></p>\n'
        yield name, f"{page_head(one.name)}{back}<h1><bdi>{_html_title(one)}</bdi></h1>\n{body}{END}"
    yield HTML_INDEX, f"{page_head('Messages')}{_begin(len(listed))}<ul>\n{''.join(listed)}</ul>\n{END}"


def _begin(conversations: int) -> str:
    return f"<h1>Messages</h1>\n<p>{count(conversations, 'conversation')}, newest first. Times are UTC.</p>\n"


def page_head(title: str) -> str:
    """How every page begins: nothing in it acts, and a browser loads nothing for it."""
    hashed = b64encode(sha256(_STYLE.encode()).digest()).decode()
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
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
    who = shown(one.sender) or "(nobody named)"
    parts = [f"<article{mine}>\n<header><strong><bdi>{who}</bdi></strong>, {shown(when(one))}</header>\n"]
    if one.subject.strip():
        parts.append(f'<p dir="auto"><strong>{shown(one.subject)}</strong></p>\n')
    if one.text.strip():
        parts.append(f'<p dir="auto">{escape(terminal_text(one.text.strip()))}</p>\n')
    if one.attachments:
        parts.append(f"<p>Attachments (links only):\n{chr(10).join(map(link_html, one.attachments))}</p>\n")
    return "".join([*parts, "</article>\n"])


def link_html(url: str) -> str:
    """An address to follow, or its text where it is none that a browser should open."""
    if address := web_address(url):
        return f'<a rel="noopener noreferrer" href="{escape(address)}">{escape(address)}</a>'
    return shown(url)


def _html_title(one: Conversation) -> str:
    return shown(one.name) or "(nobody named)"


def shown(text: str) -> str:
    """The text on one line with nothing in it that acts, neither as markup nor on the text around it."""
    return escape(terminal(text).strip())


HTML = MessageFormat(
    "for a browser and for paper: a page, or a folder of pages", (".html", ".htm"), html_text, html_pages
)

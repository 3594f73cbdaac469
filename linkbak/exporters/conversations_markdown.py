"""Conversations as Markdown: in one file, or a folder with a page for each and an index."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from linkbak.exporters.conversations import Chosen, MessageFormat, page_id, span, standing, when
from linkbak.exporters.markdown import INDEX, page_name, paragraph
from linkbak.index.correspondence import Conversation, SentMessage
from linkbak.report import count
from linkbak.report.escape import note, web_address


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
        listed.append(f"- [{_title(one)}]({quote(name, safe='')}), {note(span(one))}\n")
        yield name, text
    yield INDEX, "".join(["# Messages\n\n", f"{count(len(listed), 'conversation')}, newest first.\n\n", *listed])


def _section(chosen: Chosen, one: Conversation, level: str) -> Iterator[str]:
    yield f"\n{level} {_title(one)}\n\n{note(span(one))}\n"
    if told := standing(one):
        yield f"\n{note(told)}\n"
    for message in chosen.of(one):
        yield _message(message)


def _title(one: Conversation) -> str:
    return note(one.name) or "(nobody named)"


def _message(one: SentMessage) -> str:
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

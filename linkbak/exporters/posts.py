"""What the owner wrote for others to see, as a file to keep: Markdown, a web page, JSON.

What is written depends on the vault alone: two exports of one vault are the same, byte for byte.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from html import escape

from linkbak.exporters.conversation_pages import END, link_html, page_head, shown
from linkbak.exporters.markdown import paragraph
from linkbak.index.posts import MadePost
from linkbak.model import NamedTuple
from linkbak.report import count, day
from linkbak.report.escape import json_text, note, terminal_text, web_address
from linkbak.report.posts import document, links_of, standing


class PostFormat(NamedTuple):
    """One format: `text` gives the file in pieces."""

    about: str
    text: Callable[[Sequence[MadePost]], Iterator[str]]


def _when(one: MadePost) -> str:
    return f"{day(one.at)}, {one.at[11:16]}" if one.at else "undated"


def _html(found: Sequence[MadePost]) -> Iterator[str]:
    yield f"{page_head('Posts')}<h1>Posts</h1>\n<p>{count(len(found), 'post')}, newest first.</p>\n"
    for one in found:
        yield f"<article>\n<header><strong>{shown(one.kind)}</strong>, {shown(_when(one))}</header>\n"
        if one.title.strip():
            yield f'<h2 dir="auto">{shown(one.title)}</h2>\n'
        if one.text.strip():
            yield f'<p dir="auto">{escape(terminal_text(one.text.strip()))}</p>\n'
        for link in links_of(one):
            yield f"<p>{link_html(link)}</p>\n"
        if told := standing(one):
            yield f'<p class="odd">{shown(told)}</p>\n'
        yield "</article>\n"
    yield END


def _markdown(found: Sequence[MadePost]) -> Iterator[str]:
    yield f"# Posts\n\n{count(len(found), 'post')}, newest first.\n"
    for one in found:
        title = f": {note(one.title)}" if one.title.strip() else ""
        yield f"\n## {note(_when(one))}, {note(one.kind)}{title}\n"
        for part in one.text.replace("\r\n", "\n").strip().split("\n\n"):
            if part.strip():
                yield "\n" + "\n".join(paragraph(part)) + "\n"
        for link in links_of(one):
            yield f"\n{f'<{link}>' if web_address(link) else note(link)}\n"
        if told := standing(one):
            yield f"\n*{note(told)}*\n"


def _json(found: Sequence[MadePost]) -> Iterator[str]:
    yield json_text(json.dumps(document(found), ensure_ascii=False, indent=2)) + "\n"


MARKDOWN = PostFormat("for reading and for Obsidian", _markdown)
HTML = PostFormat("for a browser and for paper", _html)
JSON = PostFormat("one document for programs", _json)

"""Messages that the network writes as markup: told from others, and read as text."""

from __future__ import annotations

import re
from html import unescape

_SPONSORED = "sponsored conversation"
_SPUN = re.compile(r"<[A-Za-z][^<>]*\bclass=[\"']?spinmail")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)(?![A-Za-z0-9])([^<>]*)>")
"""What is no tag stays: ``a < b``, ``<3``. Whatever it meets it goes over once."""
_BLOCKS = re.compile(
    "address|article|aside|blockquote|br|d[dlt]|div|figcaption|figure|footer|form|h[1-6r]|header|li|main|nav|[ou]l|p(re)?|"
    "section|t(able|body|d|foot|h|head|r)"
)
_INLINE = re.compile("a|b|big|code|em|font|i|img|mark|s|small|span|strong|su[bp]|u|script|style")
_UNREAD = frozenset(("script", "style"))
_ATTRIBUTE = r"""(?<![\w-]){}\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))"""
_HREF, _ALT = (re.compile(_ATTRIBUTE.format(name), re.IGNORECASE) for name in ("href", "alt"))
_BLANKS = re.compile(r"[ \t\r\n\f]+")


def is_sponsored(title: str) -> bool:
    """Whether the network calls a conversation an advert."""
    return bool(title) and title.strip().casefold() == _SPONSORED


def is_rich(content: str) -> bool:
    """Whether a message is the markup of the network's own editor, which adverts and some members use.

    Precondition: nobody writes that markup as their words. Of a member who shows it in a message, the tags are lost to
    the index; the archive has them.
    """
    return "spinmail" in content and _SPUN.search(content) is not None


def text_of(content: str, *, sponsored: bool = False) -> str:
    """A message as text: markup stripped, entities undone, a line a paragraph; what is no markup stays as it is.

    An advert that is `sponsored` is a page even where another editor wrote it. Addresses of links stand behind their
    words. Scripts and style sheets are no text.
    """
    if is_rich(content) or (sponsored and any(_known(tag[2]) for tag in _TAG.finditer(content))):
        return _stripped(content)
    return unescape(content) if sponsored else content


def _known(name: str) -> bool:
    return any(known.fullmatch(name.casefold()) for known in (_BLOCKS, _INLINE))


def _stripped(content: str) -> str:
    content = _without_comments(content)
    lines: list[list[str]] = [[]]
    link, words = "", list[str]()
    at, until = 0, ""
    ends = {name: content.lower().rfind(f"</{name}") for name in _UNREAD}
    for tag in _TAG.finditer(content):
        name, opens = tag[2].casefold(), not tag[1]
        if until:
            if name == until and not opens:
                at, until = tag.end(), ""
            continue
        said = content[at : tag.start()]
        lines[-1].append(said)
        words.append(said)
        at = tag.end()
        if opens and at <= ends.get(name, -1):
            until = name
        elif name == "br":
            lines.append([])
        elif _BLOCKS.fullmatch(name):
            if "".join(lines[-1]).strip():
                lines.append([])
        elif name == "a":
            if link and link not in "".join(words):
                lines[-1].append(f" ({link})")
            link, words = _value(_HREF, tag[3]) if opens else "", []
        elif name == "img":
            lines[-1].append(_value(_ALT, tag[3]))
        elif not _known(name):
            lines[-1].append(tag[0])
    if not until:
        lines[-1].append(content[at:])
    return "\n".join(unescape(_BLANKS.sub(" ", "".join(line))).strip(" ") for line in lines).strip("\n")


def _value(attribute: re.Pattern[str], said: str) -> str:
    found = attribute.search(said)
    return (found[1] or found[2] or found[3] or "").strip() if found else ""


def _without_comments(content: str) -> str:
    """The markup without its comments; one that never ends is none."""
    kept, at = list[str](), 0
    while (begin := content.find("<!--", at)) >= 0 and (end := content.find("-->", begin)) >= 0:
        kept.append(content[at:begin])
        at = end + 3
    return "".join([*kept, content[at:]])

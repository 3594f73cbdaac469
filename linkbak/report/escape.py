"""One function a sink that makes hostile text from an archive harmless there.

Names, companies and positions are written by strangers. Whatever shows them passes them through the function of its
sink, once, at the very end.
"""

from __future__ import annotations

import re

_KEPT_FORMAT = "\u200c\u200d"
"""Zero-width non-joiner and joiner: Persian words and family emoji need them, and they move nothing."""

_BLANKS = "\t\n\x0b\x0c\r\x85\u2028\u2029"
_FORMULA_STARTS = "=+-@\t\r\n＝＋－＠"  # noqa: RUF001  # the full-width signs start formulas in East Asian spreadsheets
_MARKDOWN = re.compile(r"([\\`*_\[\]|~])")
"""What means something inside a line; our text never begins one, so signs of lists and headings are harmless."""


def terminal(text: str) -> str:
    """The text on one line, with nothing in it that a terminal would act upon.

    Escape and control characters, direction overrides and unpaired surrogates become U+FFFD, line breaks a blank.
    """
    if text.isprintable():
        return text
    return "".join(map(_inert, text))


def _inert(char: str) -> str:
    import unicodedata

    if char in _BLANKS:
        return " "
    if char.isprintable() or char in _KEPT_FORMAT:
        return char
    return "\N{REPLACEMENT CHARACTER}" if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn") else " "


def spreadsheet(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula.

    The list of signs is OWASP's ("CSV Injection"), blanks before them included, since importers strip those. A carriage
    return becomes a line feed: Python's csv quotes no cell for its sake, and it would begin a row.
    """
    bare = text.lstrip(" \u00a0")
    cell = f"'{text}" if bare and bare[0] in _FORMULA_STARTS else text
    return cell.replace("\r\n", "\n").replace("\r", "\n")


def markdown(text: str) -> str:
    """The text as literal Markdown (CommonMark and GitHub tables) on one line, HTML included."""
    line = terminal(text).replace("&", "&amp;").replace("<", "&lt;")
    return _MARKDOWN.sub(r"\\\1", line)


def web_address(url: str) -> str:
    """The address if it is a plain http(s) one that may become a link, else ""."""
    if not url.isprintable() or any(sign in url for sign in " <>\"'`\\()[]|"):
        return ""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""

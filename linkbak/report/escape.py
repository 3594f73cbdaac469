"""One escaping function for each sink of hostile text from archives.

Strangers write names, companies and positions. Code that shows them passes them through the function of its
sink, once, at the very end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_KEPT_FORMAT = "\u200c\u200d"
"""Zero-width non-joiner and joiner: Persian words and family emoji need them, and they move nothing."""

_BLANKS = "\t\n\x0b\x0c\r\x85\u2028\u2029"
_FORMULA_STARTS = "=+-@\t\r\n＝＋－＠"  # noqa: RUF001  # the full-width signs start formulas in East Asian spreadsheets
_SIGNS = f"[ \u00a0]*[{re.escape(_FORMULA_STARTS.replace(chr(10), ''))}]"
# Patterns as text: each is compiled when it is first met, since compiling them all takes 2 ms of every command.
_INNER = f"(?<=[;\n])(?={_SIGNS})"
_CONTROL = "[\0-\x08\x0b-\x1f\x7f-\x9f]"
_MENDED = f"{_INNER}|{_CONTROL}"
_STARTS = frozenset(" \u00a0" + _FORMULA_STARTS)
_PLAIN_WEB = r"https?://[A-Za-z0-9.-]+(/[A-Za-z0-9._~%/-]*)?"
"""The form of nearly all addresses, which need no further check."""
_ACTING = (
    "[\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)
"""Controls, line and paragraph separators, halves of characters, and all that Unicode calls format characters."""
_UNSEEN = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0"
    + "".join(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
)
"""Letters and marks that Unicode calls invisible: fillers, joiners, and variation selectors."""
_MARKDOWN = r"([\\`*_\[\]|~])"
"""Characters with a meaning inside a line; our text never begins one, so those of lists and headings are harmless."""

_PLAIN_MAIL = r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}"
"""A plain address that no mail program could read as more than one."""

_NOTE = r"([#%=$^{}:@]|(?<=www)\.)"
_NOTE_START = r"^(\d{0,9})([-+>.)!])"
"""The beginnings of a line that make it a list or a quotation."""


def terminal(text: str) -> str:
    """The text on one line, without anything that a terminal would act on.

    Escape and control characters, direction overrides and unpaired surrogates become U+FFFD, line breaks a blank.
    """
    if text.isprintable():
        return text
    return "".join(map(_inert, text))


def readable_address(url: str) -> str:
    """A web address as people read it: ``.../in/chloé`` for ``.../in/chlo%C3%A9``; for screens and paper alone.

    Only letters, their marks and digits are decoded, and only those that are seen and written from left to right:
    controls, blanks, what is invisible and what turns the line stay encoded, and so does all of ASCII, since it could
    change where the address leads.
    """
    return re.sub("(?:%[0-9A-Fa-f]{2})+", _readable, url) if "%" in url else url


def _readable(found: re.Match[str]) -> str:
    import unicodedata

    encoded = found[0]
    try:
        text = bytes.fromhex(encoded.replace("%", "")).decode("utf-8")
    except UnicodeDecodeError:
        return encoded
    parts, at = list[str](), 0
    for char in text:
        end = at + 3 * len(char.encode())
        seen = unicodedata.category(char) in ("Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Nd")
        clear = seen and char not in _UNSEEN and unicodedata.bidirectional(char) in ("L", "EN", "NSM")
        parts.append(char if clear and not char.isascii() else encoded[at:end])
        at = end
    return "".join(parts)


def terminal_text(text: str) -> str:
    """The same for a text of many lines, which stay lines: output for programs, shown on a terminal."""
    lines = text.removeprefix("\ufeff").split("\n")  # the mark by which some programs know UTF-8
    return "\n".join(terminal(line.removesuffix("\r")) for line in lines)


def _inert(char: str) -> str:
    import unicodedata

    if char in _BLANKS:
        return " "
    if char.isprintable() or char in _KEPT_FORMAT:
        return char
    return "\N{REPLACEMENT CHARACTER}" if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn") else " "


def spreadsheet(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula.

    The list of signs is OWASP's ("CSV Injection"), blanks before them included, since importers strip those. Where
    semicolons divide cells, as in half of Europe, Excel also begins one behind a semicolon or a line break inside ours.
    A carriage return becomes a line feed: Python's csv quotes no cell for its sake, and it would begin a row. Other
    control characters, which no spreadsheet can hold and a terminal would act upon, become U+FFFD.
    """
    bare = text.lstrip(" \u00a0")
    cell = f"'{text}" if bare and bare[0] in _FORMULA_STARTS else text
    if re.search(_MENDED, cell) is None:
        return cell
    return re.sub(_CONTROL, "\ufffd", re.sub(_INNER, "'", cell.replace("\r\n", "\n").replace("\r", "\n")))


def spreadsheet_row(cells: Sequence[str]) -> Sequence[str]:
    """The same for a row of cells; a check of the whole row first, since nearly all rows need nothing."""
    text = "".join(cells)
    if text.isprintable() and ";" not in text and _STARTS.isdisjoint([cell[:1] for cell in cells]):
        return cells
    return [*map(spreadsheet, cells)]


def csv_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Comma-separated values, a line feed behind each row, in no cell a formula."""
    import csv
    import io

    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(map(spreadsheet_row, rows))
    return out.getvalue()


def spreadsheet_id(id: str) -> str:
    """An id, with an apostrophe before it if a spreadsheet would take it for a number, as 0 for ``0000000000e1``."""
    return f"'{id}" if re.fullmatch("[0-9]+(e[0-9]+)?", id) else id


def json_text(text: str) -> str:
    """JSON with escapes for everything that acts on a terminal, is invisible, or is no text."""
    return re.sub(_ACTING, _escaped, text)


def _escaped(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def markdown(text: str) -> str:
    """The text as literal Markdown (CommonMark and GitHub tables) on one line, HTML included."""
    line = terminal(text).replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(_MARKDOWN, r"\\\1", line)


def web_page(value: object) -> object:
    """A value of a template, if it is text: on one line, without anything that acts on the text around it.

    The template itself escapes markup, and everything passes through here before.
    """
    return terminal(value) if type(value) is str else value


def mail_address(email: str) -> str:
    """``mailto:`` and the address if it is a plain one that may become a link, else ""."""
    bare = email.strip()
    return f"mailto:{bare}" if re.fullmatch(_PLAIN_MAIL, bare) else ""


def note(text: str) -> str:
    """The text as literal Markdown on one line, at any place in it, for programs with extensions.

    To Obsidian and its plugins ``#x`` is a tag, ``==x==`` a highlight, ``%%x%%`` a comment, ``x::`` a field, ``$x$`` a
    formula, ``^x`` an anchor, a bare address a link, and ``{{x}}`` is a template to many.
    """
    literal = re.sub(_NOTE, r"\\\1", markdown(text).strip().replace("&amp; ", "& "))
    return re.sub(_NOTE_START, r"\1\\\2", literal)


def front_matter(text: str) -> str:
    r"""The text as a YAML string between double quotes, on one line, which is no link in a note and no template.

    Two brackets that would open a link get a blank between them; ``{`` and ``<`` are written as ``\u007b``, ``\u003c``.
    """
    import json

    quoted = json.dumps(re.sub(r"\[(?=\[)", "[ ", terminal(text).strip()), ensure_ascii=False)
    return quoted.replace("{", "\\u007b").replace("<", "\\u003c")


def web_address(url: str) -> str:
    """The address if it is a plain http(s) one that may become a link, else ""."""
    if re.fullmatch(_PLAIN_WEB, url):
        return url
    if not url.isprintable() or any(sign in url for sign in " <>\"'`\\()[]|"):
        return ""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""

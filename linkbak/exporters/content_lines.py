"""Content lines, of which vCards and calendars are made: escaped, folded, and never more than one line each.

Escaping and folding are those of RFC 2426 (vCard 3.0), RFC 6350 (4.0) and RFC 5545 (iCalendar), which agree in them.
"""

from __future__ import annotations

import re

END = "\r\n"
_OCTETS = 75
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_BREAKS = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_SPECIAL = re.compile(r"[\\,;]")


def one_line(text: str) -> str:
    """The text with blanks for line breaks and tabs, and U+FFFD for what no content line can carry."""
    return _CONTROL.sub("\ufffd", _BREAKS.sub(" ", text.replace("\t", " ")))


def many_lines(text: str) -> str:
    """The same with its line breaks, each a line feed."""
    return _CONTROL.sub("\ufffd", _BREAKS.sub("\n", text.replace("\t", " ")))


def escaped(text: str) -> str:
    r"""A text as a value, or as a part of one: backslash, comma and semicolon escaped, line feeds as ``\n``."""
    return _SPECIAL.sub(r"\\\g<0>", text).replace("\n", "\\n")


def text_value(text: str) -> str:
    """A text as a value that is one line, without blanks around it."""
    if text.isprintable() and not _SPECIAL.search(text):  # as nearly all are
        return text.strip()
    return escaped(one_line(text).strip())


def content_line(name: str, value: str) -> str:
    """The line of a property, folded, with its end. The value is escaped already."""
    line = f"{name}:{value}"
    if len(line) * 4 <= _OCTETS or len(line.encode()) <= _OCTETS:
        return line + END
    return folded(line) + END


def folded(line: str) -> str:
    """The line in pieces of at most 75 octets, none of which ends inside a character."""
    data = line.encode()
    pieces = []
    start, room = 0, _OCTETS
    while len(data) - start > room:
        end = start + room
        while data[end] & 0xC0 == 0x80:  # inside a character
            end -= 1
        pieces.append(data[start:end].decode())
        start, room = end, _OCTETS - 1  # the blank that begins a further piece counts
    return f"{END} ".join([*pieces, data[start:].decode()])

"""From the bytes of a table to blocks of text, whatever LinkedIn, Excel or an editor encoded them as."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from functools import cache
from typing import IO

BLOCK = 1 << 18
LINE_LIMIT = 1 << 22
"""Longer lines are cut: no honest file has them, and memory is finite."""

_WORKBOOK = b"PK\x03\x04"
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_ADDRESS_BOOK = re.compile(rb"(?i)first ?name.{0,200}?e-mail address", re.DOTALL)
_HEADER = re.compile(r"(?i)first[ _]*name.*connected[ _]*on|vorname.*verbunden[ _]*am")
_MAC_ONLY = re.compile(rb"[\x80-\x9f]")
_DECODERS = {
    "utf-8": codecs.utf_8_decode,
    "utf-16-le": codecs.utf_16_le_decode,
    "utf-16-be": codecs.utf_16_be_decode,
}


@cache
def _as_windows() -> dict[int, str]:
    """What a byte that is not UTF-8 means: its Windows-1252 letter, or itself where there is none."""
    table = {}
    for byte in range(0x80, 0x100):
        letter = bytes([byte]).decode("cp1252", errors="ignore")
        table[0xDC00 + byte] = letter or chr(byte)
    return table


class Text:
    """A stream of bytes as blocks of text that end with whole lines.

    UTF-8 unless a byte order mark says UTF-16. Bytes that are not UTF-8 are read as Windows-1252, one by one, so that a
    single bad byte does not spoil the rest; the old Outlook export with letters in the range only a Mac uses is Mac
    Roman. `lines`, `damaged` and `encoding` are known once the blocks have been read.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        head = self._read_head()
        self.workbook = head.startswith(_WORKBOOK)
        mark, self.encoding = next((named for named in _BOMS if head.startswith(named[0])), (b"", "utf-8"))
        self._pending = head[len(mark) :]
        self.damaged = False
        self.lines = 0
        if self.encoding == "utf-8" and _ADDRESS_BOOK.search(head[:4096]):
            self._look_for_mac_letters()
        self.head = self._peek()
        self.delimiter = _delimiter(self.head, self.encoding)

    def blocks(self) -> Iterator[str]:
        """The text once, each block ending at a line feed, but for the last and for monstrous lines."""
        rest, last = "", ""
        for text in self._decoded():
            self.lines += text.count("\n")
            last = text[-1]
            text = rest + text
            cut = text.rfind("\n") + 1
            if cut or len(text) > LINE_LIMIT:
                cut = cut or len(text)
                yield text[:cut]
            rest = text[cut:]
        if rest:
            yield rest
        if last not in ("", "\n"):
            self.lines += 1

    def _decoded(self) -> Iterator[str]:
        while True:
            chunk = self._stream.read(BLOCK)
            text = self._decode(self._pending + chunk if self._pending else chunk, final=not chunk)
            if text:
                yield text
            if not chunk:
                return

    def _decode(self, data: bytes, *, final: bool) -> str:
        decode = _DECODERS.get(self.encoding)
        if decode is None:
            self._pending = b""
            return data.decode(self.encoding)
        try:
            text, used = decode(data, "strict", final)
        except UnicodeDecodeError:
            self.damaged = True
            errors = "surrogateescape" if self.encoding == "utf-8" else "replace"
            text, used = decode(data, errors, final)
            if self.encoding == "utf-8":
                text = text.translate(_as_windows())
        self._pending = data[used:]
        return text

    def _read_head(self) -> bytes:
        head = b""
        while len(head) < BLOCK:
            chunk = self._stream.read(BLOCK - len(head))
            if not chunk:
                break
            head += chunk
        return head

    def _look_for_mac_letters(self) -> None:
        """The address book is small: read it whole, for one letter tells its encoding."""
        if len(self._pending) >= BLOCK:
            self._pending += self._stream.read(LINE_LIMIT)
        try:
            self._pending.decode("utf-8")
        except UnicodeDecodeError:
            if _MAC_ONLY.search(self._pending):
                self.encoding = "mac_roman"

    def _peek(self) -> str:
        head = self._pending[:65_536]
        if self.encoding == "mac_roman":
            return head.decode("mac_roman")
        return head.decode(self.encoding, errors="replace")


def _delimiter(head: str, encoding: str) -> str:
    """What stands between the cells: a tab, Excel's semicolon or a comma, as the header shows.

    The header is the connections' own if it is among the first lines, else the first line that has any separator. A
    line inside quotes is none: in a message it could say anything.
    """
    lines = list(_outside_quotes(head.split("\n", 20)[:20]))
    header = next((line for line in lines if _HEADER.search(line)), "")
    header = header or next((line for line in lines if any(mark in line for mark in ",\t;")), "")
    if "\t" in header and ("," not in header or encoding != "utf-8"):
        return "\t"
    return ";" if ";" in header and "," not in header else ","


def _outside_quotes(lines: list[str]) -> Iterator[str]:
    """The lines before which every quote is closed."""
    quotes = 0
    for line in lines:
        if quotes % 2 == 0:
            yield line
        quotes += line.count('"')

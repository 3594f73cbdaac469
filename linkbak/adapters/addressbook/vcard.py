"""Reads vCards of versions 2.1, 3.0 and 4.0, as phones and programs write them: everything readable of a card.

This is a reader of our own, since existing ones fail at what phones write, and a hostile line of forty characters keeps
the best of them busy for hours. It takes time and memory in proportion to the file: a photo is passed over as its lines
come, a value is cut at a limit, and a card inside a card is nobody's.
"""

from __future__ import annotations

import binascii
import codecs
import quopri
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from linkbak.adapters.linkedin.csv import Issues
from linkbak.model import Card, NamedTuple
from linkbak.texts import tr_later

_BLOCK = 1 << 18
_BREAK = re.compile(rb"\r\n|\r|\n")
_LONGEST = 1 << 16
"""The most bytes of a value, and of a line; the rest is cut off."""
_HEAD = 1_000
"""The most bytes before the colon of a line."""
_MOST = 100
"""The most addresses, numbers or links of one card that are read."""

_PROPERTY = re.compile(rb"(?:[A-Za-z0-9_-]{1,100}\.)?([A-Za-z0-9_-]{1,100})((?:;.*)?)\Z", re.DOTALL)
_MAY_BEGIN = re.compile(rb"[A-Za-z0-9_.-]{1,200}[:;]")
_READ = frozenset(
    {"FN", "N", "NICKNAME", "ORG", "TITLE", "ROLE", "EMAIL", "TEL", "URL", "UID", "KIND", "PRODID", "SOCIALPROFILE"}
    | {"X-SOCIALPROFILE", "X-ADDRESSBOOKSERVER-KIND"}
)
_CHARSET = re.compile(
    r"utf-?8|utf-?16|iso-?8859-?\d\d?|latin-?1|windows-125\d|cp125\d|us-ascii|macintosh|koi8-[ru]|shift[_-]jis|euc-jp"
    r"|iso-2022-jp|gb2312|gbk|gb18030|big5|euc-kr",
    re.IGNORECASE,
)
"""The text encodings that a card may name; Python's others are no text, or slow."""
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


class Readable(Protocol):
    """A stream of bytes."""

    def read(self, most: int, /) -> bytes:
        """At most so many bytes; none at the end."""


class ReadCard(NamedTuple):
    """A card, None if nothing of it could be read, and the program that wrote it, if it says so."""

    card: Card | None
    program: str


def read_cards(stream: Readable, issues: Issues) -> Iterator[ReadCard]:
    """Every card of a file in order; an unreadable part of one is an issue, and the others are read."""
    parts: dict[str, list[str]] | None = None
    began, inside = 0, 0
    agent = False
    for line, name, value in _values(stream, issues):
        mark = value.strip().upper() if name in ("BEGIN", "END") else ""
        if mark == "VCARD" and name == "BEGIN":
            if parts is not None and not agent and not inside:
                issues.lost(began, tr_later("a card without its end"))
                yield from _card(began, parts, issues)
                parts = None
            if parts is None:
                parts, began = {}, line
            else:
                inside += 1
            agent = False
            continue
        if mark == "VCARD" and name == "END":
            if inside:
                inside -= 1
            elif parts is not None:
                yield from _card(began, parts, issues)
                parts = None
            continue
        agent = name == "AGENT"
        if parts is not None and not inside and name in _READ:
            known = parts.setdefault(name, [])
            if len(known) < _MOST:
                known.append(value)
            elif len(known) == _MOST:
                issues.lost(
                    line, tr_later("a card with more than {most} lines of one sort: the rest is not read", most=_MOST)
                )
                known.append("")
    if parts is not None:
        issues.lost(began, tr_later("the file ends inside this card: it was cut off"))
        yield from _card(began, parts, issues)


# --- lines ------------------------------------------------------------------------------------------------------------


def _lines(stream: Readable) -> Iterator[tuple[int, bytes]]:
    """Every line that is not blank, with its number, without its end; an overlong one is cut.

    A carriage return alone ends one too: old Macs wrote so, and some files have two before each line feed.
    """
    number, rest, cut = 1, b"", False
    while chunk := stream.read(_BLOCK):
        if chunk.endswith(b"\r"):  # its line feed may come with the next block
            chunk += stream.read(1)
        *pieces, rest = _BREAK.split(rest + chunk)
        for piece in pieces:
            if piece and not cut:
                yield number, piece
            number, cut = number + 1, False
        if len(rest) > _LONGEST:
            if not cut:
                yield number, rest
            rest, cut = b"", True
    if rest and not cut:
        yield number, rest


def _unfolded(stream: Readable, issues: Issues) -> Iterator[tuple[int, bytes, bytes]]:
    """Each property whose value is read: its line number, the text before the colon, and the value.

    Nothing of others, above all photos, is kept in memory.
    """
    began, head, value = 0, b"", list[bytes]()
    size, printable, soft, known, read = 0, False, False, False, False
    for line, raw in _lines(stream):
        if soft or (known and raw[:1] in (b" ", b"\t")):
            part = raw if soft else raw[1:]
            if read and size <= _LONGEST < size + len(part):
                issues.lost(began, tr_later("a value too long to be read"))
            size += len(part)
            soft = printable and part.endswith(b"=")
            if read and size <= _LONGEST:
                value.append(part[:-1] if soft else part)
            continue
        if read:
            yield began, head, b"".join(value)
            read = False
        if not _MAY_BEGIN.match(raw):  # the rest of something long that was not folded
            continue
        head, tail = _split(raw)
        found = _PROPERTY.match(head)
        known = found is not None
        if found is None:
            issues.remark(line, tr_later("not a line of a vCard"))
            continue
        name = found[1].upper().decode()
        began, size, read = line, len(tail), name in _READ or name in ("BEGIN", "END", "AGENT")
        printable = b"QUOTED-PRINTABLE" in head.upper()
        soft = printable and tail.endswith(b"=")
        value = [tail[:-1] if soft else tail] if read else []
        if read and size > _LONGEST:
            issues.lost(line, tr_later("a value too long to be read"))
            value = []
    if read:
        yield began, head, b"".join(value)


def _split(raw: bytes) -> tuple[bytes, bytes]:
    """The text before the first colon outside quotes, and the text after it."""
    at = raw.find(b":")
    if b'"' in raw[: max(at, 0)]:
        quoted = False
        for place, byte in enumerate(raw[:_HEAD]):
            if byte == 0x22:
                quoted = not quoted
            elif byte == 0x3A and not quoted:
                at = place
                break
    return (raw[:at], raw[at + 1 :]) if 0 <= at <= _HEAD else (b"", b"")


def _values(stream: Readable, issues: Issues) -> Iterator[tuple[int, str, str]]:
    """Each property that is read: its line number, its name in capitals, and its value as text, still escaped."""
    for line, head, raw in _unfolded(_as_utf8(stream), issues):
        found = _PROPERTY.match(head)
        if found is None:
            continue
        settings = found[2].decode("ascii", "replace").upper()
        if "QUOTED-PRINTABLE" in settings:
            raw = quopri.decodestring(raw)
        elif re.search(r";(?:ENCODING=)?(?:B|BASE64)(?:;|$)", settings):
            try:
                raw = binascii.a2b_base64(raw)
            except binascii.Error:
                issues.lost(line, tr_later("not the base64 that it says it is"))
                continue
        yield line, found[1].decode().upper(), _text(raw, settings, line, issues)


def _as_utf8(stream: Readable) -> Readable:
    """The stream without its byte order mark; UTF-16 becomes UTF-8."""
    first = stream.read(3)
    if first == codecs.BOM_UTF8:
        return stream
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if first.startswith(mark):
            return _Chained(_recoded(first[2:], stream, encoding))
    return _Chained(iter([first]), stream)


def _recoded(first: bytes, stream: Readable, encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    yield decoder.decode(first).encode("utf-8", "replace")
    while chunk := stream.read(_BLOCK):
        yield decoder.decode(chunk).encode("utf-8", "replace")


class _Chained:
    """A stream of some first bytes, and then of another stream."""

    def __init__(self, parts: Iterator[bytes], then: Readable | None = None) -> None:
        self._parts, self._then, self._held = parts, then, b""

    def read(self, most: int) -> bytes:
        """At most so many bytes; none at the end."""
        while not self._held and (part := next(self._parts, None)) is not None:
            self._held = part
        if not self._held and self._then is not None:
            return self._then.read(most)
        given, self._held = self._held[:most], self._held[most:]
        return given


def _text(raw: bytes, settings: str, line: int, issues: Issues) -> str:
    """The bytes decoded by the encoding that their line names, else as UTF-8, else as Windows-1252."""
    named = re.search(r';CHARSET="?([A-Z0-9_-]{1,40})', settings)
    for encoding in [*([named[1]] if named and _CHARSET.fullmatch(named[1]) else []), "utf-8"]:
        try:
            return raw.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    issues.remark(line, tr_later("not the letters it says it is written in; they were read as Windows-1252"))
    return raw.decode("cp1252", "replace")


# --- cards ------------------------------------------------------------------------------------------------------------


def _card(line: int, parts: dict[str, list[str]], issues: Issues) -> Iterator[ReadCard]:
    """The card made of some properties; None for a list of people."""
    if any(
        one.strip().lower() == "group" for key in ("KIND", "X-ADDRESSBOOKSERVER-KIND") for one in parts.get(key, ())
    ):
        return
    family, given, middle = (*_fields(next(iter(parts.get("N", ())), "")), "", "", "")[:3]
    companies = [_fields(one)[0] for one in parts.get("ORG", ())]
    emails = _each(parts.get("EMAIL", ()), _address)
    called = [*map(_plain, parts.get("FN", ())), " ".join(filter(None, (given, middle, family)))]
    called += [*map(_plain, parts.get("NICKNAME", ())), *companies, *emails]
    card = Card(
        next(filter(None, called), ""),
        emails,
        _each(parts.get("TEL", ()), lambda text: re.sub(r"(?i)^tel:", "", _plain(text)).strip()),
        next(filter(None, companies), ""),
        next(filter(None, map(_plain, (*parts.get("TITLE", ()), *parts.get("ROLE", ())))), ""),
        _each([*parts.get("URL", ()), *parts.get("X-SOCIALPROFILE", ()), *parts.get("SOCIALPROFILE", ())], _plain),
        _plain(next(iter(parts.get("UID", ())), "")),
    )
    if not any(card[:4]):
        issues.lost(line, tr_later("a card without a name, an address or a number"))
    yield ReadCard(card if any(card[:4]) else None, _plain(next(iter(parts.get("PRODID", ())), "")))


def _address(text: str) -> str:
    return re.sub(r"(?i)^mailto:", "", _plain(text)).strip()


def _each(texts: Iterable[str], read: Callable[[str], str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(read, texts))))


def _fields(text: str) -> list[str]:
    r"""The parts of a value between semicolons; an escaped one does not separate."""
    return [_plain(part) for part in re.split(r"(?<!\\);", text)]


def _plain(text: str) -> str:
    """The text without its escapes, on one line, and without anything that acts on a terminal."""
    if "\\" in text:
        text = re.sub(r"\\(.)", lambda found: " " if found[1] in "nN" else found[1], text, flags=re.DOTALL)
    return " ".join(_CONTROL.sub(" ", text).split())

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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import IO

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
_KINDS = ("KIND", "X-ADDRESSBOOKSERVER-KIND")
_CHARSET = re.compile(
    r"utf-?8|utf-?16|iso-?8859-?\d\d?|latin-?1|windows-125\d|cp125\d|us-ascii|macintosh|koi8-[ru]|shift[_-]jis|euc-jp"
    r"|iso-2022-jp|gb2312|gbk|gb18030|big5|euc-kr",
    re.IGNORECASE,
)
"""The text encodings that a card may name; Python's others are no text, or slow."""
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


_PROGRAMS = (("apple", "apple"), ("google", "google"), ("microsoft", "outlook"), ("outlook", "outlook"))
"""Names of programs in their files, and the account for their books."""


class Book(NamedTuple):
    """The content of one file: cards, how many could not be read, its lines and columns, the program's name."""

    cards: list[Card]
    skipped: int
    lines: int
    columns: tuple[str, ...]
    program: str


def read_cards(stream: IO[bytes], issues: Issues) -> Book:
    """Every card of a file in order; an unreadable part of one is an issue, and the others are read."""
    blocks = _Blocks(stream)
    cards, skipped, program = list[Card](), 0, ""
    for line, parts in _cards(blocks, issues):
        if any(one.strip().lower() == "group" for key in _KINDS for one in parts.get(key, ())):
            continue  # a list of people
        card = _card(parts)
        if any(card[:4]):
            cards.append(card)
        else:
            issues.lost(line, tr_later("a card without a name, an address or a number"))
            skipped += 1
        told = _plain(_first(parts, "PRODID")).casefold()
        program = program or next((name for word, name in _PROGRAMS if word in told), "")
    return Book(cards, skipped, blocks.lines, (), program or "vcard")


def _cards(blocks: Iterable[bytes], issues: Issues) -> Iterator[tuple[int, dict[str, list[str]]]]:
    """The properties of every card by their names, with the line it begins on."""
    parts: dict[str, list[str]] | None = None
    began, inside = 0, 0
    agent = False
    for line, name, value in _values(blocks, issues):
        mark = value.strip().upper() if name in ("BEGIN", "END") else ""
        if mark == "VCARD" and name == "BEGIN":
            if parts is not None and not agent and not inside:
                issues.lost(began, tr_later("a card without its end"))
                yield began, parts
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
                yield began, parts
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
        yield began, parts


# --- lines ------------------------------------------------------------------------------------------------------------


class _Blocks:
    """A file in blocks, once, without its byte order mark; UTF-16 becomes UTF-8, and no Windows line break is parted.

    `lines` counts them as far as they were read: line feeds, and a last line without one.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self.lines = stream, 0

    def __iter__(self) -> Iterator[bytes]:
        chunk, last = self._stream.read(_BLOCK), b"\n"
        utf_16 = chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        decoder = codecs.getincrementaldecoder("utf-16")("replace")
        block = chunk.removeprefix(codecs.BOM_UTF8)
        held = b""
        while chunk:
            if utf_16:
                block = decoder.decode(chunk).encode("utf-8", "replace")
            self.lines, last = self.lines + block.count(b"\n"), block[-1:] or last
            block = held + block
            held = b"\r" if block.endswith(b"\r") else b""  # its line feed may come with the next block
            yield block.removesuffix(b"\r")
            block = chunk = self._stream.read(_BLOCK)
        self.lines += last != b"\n"
        yield held


def _lines(blocks: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Every line that is not blank, with its number, without its end; an overlong one is cut.

    A carriage return alone ends one too: old Macs wrote so, and some files have two before each line feed.
    """
    number, rest, cut = 1, b"", False
    for block in blocks:
        *pieces, rest = _BREAK.split(rest + block)
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


def _unfolded(blocks: Iterable[bytes], issues: Issues) -> Iterator[tuple[int, str, str, bytes]]:
    """Each property whose value is read: its line number, name and settings in capitals, and its value.

    Nothing of others, above all photos, is kept in memory.
    """
    began, name, settings, value = 0, "", "", list[bytes]()
    size, soft, known, read = 0, False, False, False
    for line, raw in _lines(blocks):
        if soft or (known and raw[:1] in (b" ", b"\t")):
            part = raw if soft else raw[1:]
        else:
            if read:
                yield began, name, settings, b"".join(value)
                read = False
            if not _MAY_BEGIN.match(raw):  # the rest of something long that was not folded
                continue
            head, part = _split(raw)
            found = _PROPERTY.match(head)
            known = found is not None
            if found is None:
                issues.remark(line, tr_later("not a line of a vCard"))
                continue
            name, settings = found[1].upper().decode(), found[2].decode("ascii", "replace").upper()
            began, size, value, read = line, 0, [], name in _READ or name in ("BEGIN", "END", "AGENT")
        if read and size <= _LONGEST < size + len(part):
            issues.lost(began, tr_later("a value too long to be read"))
        size += len(part)
        soft = "QUOTED-PRINTABLE" in settings and part.endswith(b"=")
        if read and size <= _LONGEST:
            value.append(part[:-1] if soft else part)
    if read:
        yield began, name, settings, b"".join(value)


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


def _values(blocks: Iterable[bytes], issues: Issues) -> Iterator[tuple[int, str, str]]:
    """Each property that is read: its line number, its name in capitals, and its value as text, still escaped."""
    for line, name, settings, raw in _unfolded(blocks, issues):
        if "QUOTED-PRINTABLE" in settings:
            raw = quopri.decodestring(raw)
        elif re.search(r";(?:ENCODING=)?(?:B|BASE64)(?:;|$)", settings):
            try:
                raw = binascii.a2b_base64(raw)
            except binascii.Error:
                issues.lost(line, tr_later("not the base64 that it says it is"))
                continue
        yield line, name, _text(raw, settings, line, issues)


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


def _card(parts: Mapping[str, Sequence[str]]) -> Card:
    family, given, middle = (*_fields(_first(parts, "N")), "", "", "")[:3]
    companies = [_fields(one)[0] for one in parts.get("ORG", ())]
    emails = _each(parts.get("EMAIL", ()), lambda text: re.sub(r"(?i)^mailto:", "", _plain(text)).strip())
    called = [*map(_plain, parts.get("FN", ())), " ".join(filter(None, (given, middle, family)))]
    called += [*map(_plain, parts.get("NICKNAME", ())), *companies, *emails]
    return Card(
        next(filter(None, called), ""),
        emails,
        _each(parts.get("TEL", ()), lambda text: re.sub(r"(?i)^tel:", "", _plain(text)).strip()),
        next(filter(None, companies), ""),
        next(filter(None, map(_plain, (*parts.get("TITLE", ()), *parts.get("ROLE", ())))), ""),
        _each([*parts.get("URL", ()), *parts.get("X-SOCIALPROFILE", ()), *parts.get("SOCIALPROFILE", ())], _plain),
        _plain(_first(parts, "UID")),
    )


def _first(parts: Mapping[str, Sequence[str]], name: str) -> str:
    return parts.get(name, ("",))[0]


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

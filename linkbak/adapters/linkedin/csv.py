"""Decodes tables into records, whatever encoding LinkedIn, Excel or an editor used, parses dates, compares lines."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Callable, Iterable, Iterator, Set
from datetime import UTC, date, datetime, time
from functools import cache
from io import StringIO
from itertools import chain, compress
from operator import itemgetter, ne
from typing import IO, TypeVar

from linkbak.model import Issue, Run, more_issues
from linkbak.texts import tr_later

# --- issues: what was not understood in one file, without flooding the user -------------------------------------------

MOST = 20


class Issues:
    """Collects the issues of one file; losses replace remarks, and further ones are only counted."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.losses = 0
        """How many losses there were."""
        self._remarks = 0
        self._first_losses: list[Issue] = []
        self._first_remarks: list[Issue] = []

    def lost(self, line: int, reason: str) -> None:
        """Add an issue about something that should have been understood and was not."""
        self.losses += 1
        if self.losses <= MOST:
            self._first_losses.append(Issue(self.file, line, reason))

    def remark(self, line: int, reason: str) -> None:
        """Add an issue that the user may want to know; nothing was lost."""
        self._remarks += 1
        if self._remarks <= MOST:
            self._first_remarks.append(Issue(self.file, line, reason, loss=False))

    def all(self) -> tuple[Issue, ...]:
        """At most `MOST` issues in the order of their lines, and for each sort one that counts the rest."""
        remarks = self._first_remarks[: MOST - len(self._first_losses)]
        issues = sorted([*self._first_losses, *remarks], key=lambda issue: issue.line)
        more = {True: self.losses - len(self._first_losses), False: self._remarks - len(remarks)}
        return *issues, *(more_issues(self.file, number, loss) for loss, number in more.items() if number)


# --- text: bytes to blocks of whole lines -----------------------------------------------------------------------------

BLOCK = 1 << 18
LINE_LIMIT = 1 << 24
"""The longest line; longer ones are cut, since no honest file has them."""

_WORKBOOK = b"PK\x03\x04"
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_ADDRESS_BOOK = re.compile(rb"(?i)first ?name.{0,200}?e-mail address", re.DOTALL)
_HEADER = re.compile(r"(?i)(?=.*first[ _]*name).*connected[ _]*on|(?=.*vorname).*verbunden[ _]*am")
_MAC_ONLY = re.compile(rb"[\x80-\x9f]")
_DECODERS = {"utf-8": codecs.utf_8_decode, "utf-16-le": codecs.utf_16_le_decode, "utf-16-be": codecs.utf_16_be_decode}


@cache
def _as_windows() -> dict[int, str]:
    """The character of a byte that is not UTF-8: its Windows-1252 letter, or itself where there is none."""
    return {0xDC00 + byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0x100)}


class Text:
    """A stream of bytes as blocks of text that end with whole lines.

    UTF-8 unless a byte order mark says UTF-16. Bytes that are not UTF-8 are read as Windows-1252, one by one, so that a
    single bad byte does not spoil the rest; the old Outlook export with letters in the range only a Mac uses is Mac
    Roman. `lines`, `damaged` and `encoding` are known once the blocks have been read.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        head = stream.read(BLOCK)
        self.workbook = head.startswith(_WORKBOOK)
        mark, self.encoding = next((named for named in _BOMS if head.startswith(named[0])), (b"", "utf-8"))
        self._pending = head[len(mark) :]
        self.damaged = False
        self.lines = 0
        if self.encoding == "utf-8" and _ADDRESS_BOOK.search(head[:4096]):
            self._look_for_mac_letters()
        self.delimiter = _delimiter(self._pending[:65_536].decode(self.encoding, errors="replace"), self.encoding)

    def blocks(self) -> Iterator[str]:
        """The text once, each block ending at a line feed, except the last one and overlong lines."""
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

    def _look_for_mac_letters(self) -> None:
        """The address book is small: read it whole, since a single letter decides its encoding."""
        if len(self._pending) >= BLOCK:
            self._pending += self._stream.read(LINE_LIMIT)
        try:
            self._pending.decode("utf-8")
        except UnicodeDecodeError:
            if _MAC_ONLY.search(self._pending):
                self.encoding = "mac_roman"


def _delimiter(head: str, encoding: str) -> str:
    """The delimiter of the cells: a tab, Excel's semicolon or a comma, as the header shows.

    The header is the connections' own if it is among the first lines, else the first line that has any separator. A
    line inside quotes does not count: in a message it could say anything.
    """
    lines = list(_outside_quotes(head.split("\n", 20)[:20]))
    header = next((line for line in lines if _HEADER.match(line)), "")
    header = header or next((line for line in lines if any(mark in line for mark in ",\t;")), "")
    if "\t" in header and ("," not in header or encoding != "utf-8"):
        return "\t"
    between = re.sub('"[^"]*"', "", header)
    return ";" if ";" in between and "," not in between else ","


def _outside_quotes(lines: list[str]) -> Iterator[str]:
    """The lines before which every quote is closed."""
    quotes = 0
    for line in lines:
        if quotes % 2 == 0:
            yield line
        quotes += line.count('"')


# --- records ----------------------------------------------------------------------------------------------------------

FIELD_LIMIT = 1 << 22
"""The most characters of a cell: after an unclosed quote reading continues behind so many."""
MESSAGE_LIMIT = 1 << 24
"""The same for messages.csv, where somebody may have pasted a book."""
_END = "\0linkbak: end of file\0"

Record = tuple[int, "list[str] | None"]
"""Physical line and cells; no cells for a blank line, None for a record that csv cannot read."""


class Records:
    """The records of one file, once.

    Line breaks inside quotes belong to the cell, and only line feeds and carriage returns break lines. `cut` says
    afterwards whether the file ended inside a quoted cell; that last record is not given.
    """

    def __init__(self, stream: IO[bytes], limit: int | None = None) -> None:
        self.text = Text(stream)
        self._limit = FIELD_LIMIT if limit is None else limit
        self.cut = False
        self._ended = False

    def __iter__(self) -> Iterator[Record]:
        """Every record in order; one that is too large is given as None, and reading continues after it.

        A line without a quote is a record of its own, and split faster than csv takes to walk through it.
        """
        csv.field_size_limit(self._limit)
        mark, line, lines, held = self.text.delimiter, 1, self._lines(), list[str]()
        reader = csv.reader(_first(held, lines), delimiter=mark)
        for text in lines:
            if '"' not in text and len(text) <= self._limit:
                if self._ended:
                    return
                yield line, text.split(mark) if (text := text.rstrip("\r\n")) else []
                line += 1
                continue
            held.append(text)
            before = reader.line_num
            try:
                row: list[str] | None = next(reader)
            except csv.Error:
                row = None
            if self._ended:
                self.cut = True
                return
            yield line, row
            line += reader.line_num - before

    def tell_end(self, issues: Issues) -> bool:
        """Report oddities of the file as a whole after reading it; returns whether it was cut off."""
        if self.cut:
            issues.lost(self.text.lines, tr_later("the file ends inside a quoted cell: it was cut off"))
        if self.text.damaged:
            issues.remark(0, tr_later("not UTF-8 throughout; the other bytes were read as Windows-1252"))
        return self.cut

    def _lines(self) -> Iterator[str]:
        # A generator a line would cost more than all the rest; chained, each line comes straight from a StringIO.
        blocks = (StringIO(block, newline="") for block in self.text.blocks())
        return chain(chain.from_iterable(blocks), self._end())

    def _end(self) -> Iterator[str]:
        """The last line, reached inside a record only if a quote is still open."""
        self._ended = True
        yield _END


def none_understood(records: Iterable[Record], why: str, issues: Issues) -> int:
    """The number of rows of an unreadable table, which is reported as one loss."""
    rows = sum(1 for _, row in records if row is None or any(cell.strip() for cell in row))
    issues.lost(0, why if rows else tr_later("the file is empty"))
    return rows


def _first(held: list[str], lines: Iterator[str]) -> Iterator[str]:
    """The held line, and then the further lines of its record."""
    while (text := held.pop() if held else next(lines, None)) is not None:
        yield text


# --- dates ------------------------------------------------------------------------------------------------------------
# The ways LinkedIn and Excel write days and moments; LinkedIn's months are English, whatever the member's language.

T = TypeVar("T")

_MONTHS = (
    *(("january", "januar"), ("february", "februar"), ("march", "märz", "mrz"), ("april",), ("may", "mai")),
    *(("june", "juni"), ("july", "juli"), ("august",), ("september",), ("october", "oktober"), ("november",)),
    ("december", "dezember"),
)
"""The names of months; three letters are enough. A German Excel writes half of LinkedIn's dates in its own words."""
_BETWEEN = {f" {names[0][:3].capitalize()} ": number for number, names in enumerate(_MONTHS, start=1)}
_DAY_MONTH = re.compile(
    r"([0-9]{1,2})\.? ([^\W\d_]{3,9})\.? ([0-9]{4})|([0-9]{1,2})(?:-|\. )([^\W\d_]{3,9})(?:-|\.? )([0-9]{4}|[0-9]{2})"
)
_NUMBERS = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?![0-9])")
_DOTTED = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4}|[0-9]{2})")
_EITHER = re.compile(r"([0-9]{1,2})([-/])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})")
_CLOCK = re.compile(r"[ T]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]{1,9})?)?(?: ?UTC|Z)?")
_AMERICAN = re.compile(
    r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{2}|[0-9]{4}),? ([0-9]{1,2}):([0-9]{2})(?::[0-9]{2})? ?([AP])M"
)
_ODD_BLANKS = str.maketrans("\u202f\xa0", "  ")
_MOST = 100_000
_LONGEST = 40


class Remembered(dict[str, T | None]):
    """A cache of parsed texts, None where they mean nothing: thousands of cells have a few hundred values."""

    def __init__(self, read: Callable[[str], T | None]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str) -> T | None:
        """Parse a new text; empties the cache rather than grow without end."""
        if len(text) > _LONGEST:
            return None
        if len(self) >= _MOST:
            self.clear()
        found = self[text] = self._read(text)
        return found


def read_day(text: str) -> date | None:
    """The day in ``05 Mar 2024``, ``5. Mrz 24``, ``4-May-22``, ``2024-03-05``, ``05.03.2024``, ``12/21/16, 10:15 AM``.

    None for an ambiguous day, as ``5/4/22``; see `agreed_days`.
    """
    if (number := _BETWEEN.get(text[2:7])) and len(text) == 11 and text.isascii():
        # LinkedIn's own form, thousands of times in every list: parsed without a regular expression.
        day, year = text[:2], text[7:]
        if day.isdigit() and year.isdigit():
            return _day(int(year), number, int(day))
    text = text.translate(_ODD_BLANKS).strip()
    if found := _DAY_MONTH.fullmatch(text):
        day, month, year = found[1] or found[4], found[2] or found[5], found[3] or found[6]
        return _day(_year(year), _month(month.casefold()), int(day))
    if found := _DOTTED.fullmatch(text):
        return _day(_year(found[3]), int(found[2]), int(found[1]))
    if found := _NUMBERS.match(text):
        if (rest := text[found.end() :]) and CLOCKS[rest] is None:
            return None
        return _day(int(found[1]), int(found[3]), int(found[4]))
    moment = _american(text)
    return moment.date() if moment else None


def agreed_days(texts: Iterable[str]) -> list[date | None]:
    """The days in ambiguous texts of one file, as ``5/4/22``, if one of them can only be read one way.

    None where no text, or texts of both kinds, say whether the month comes first; and for any other text.
    """
    found = [_EITHER.fullmatch(text.strip()) for text in texts]
    numbers = [(int(one[1]), int(one[3]), _year(one[4])) if one else None for one in found]
    day_first = any(one and one[0] > 12 for one in numbers)
    if day_first == any(one and one[1] > 12 for one in numbers):
        return [None for _ in numbers]
    return [one and _day(one[2], *((one[1], one[0]) if day_first else one[:2])) for one in numbers]


def read_moment(text: str) -> datetime | None:
    """The moment in ``2024-03-05 14:05:00 UTC`` (also with T or slashes) or ``3/5/24, 2:05 PM``, in UTC.

    LinkedIn names no zone in the second form; the others are in UTC.
    """
    if (day := DAYS[text[:10]]) is not None and (clock := CLOCKS[text[10:]]) is not None:
        return datetime.combine(day, clock, UTC)
    return _american(text.translate(_ODD_BLANKS).strip()) if len(text) <= _LONGEST else None


_BY_C = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([0-9]{2}) ([0-9]{2}:[0-9]{2}:[0-9]{2}) ([A-Z]{3,4}) ([0-9]{4})")
_ZONE = re.compile(r" ?(?:UTC|GMT|Z)$")


def told_moment(text: str) -> tuple[datetime | None, bool]:
    """The moment in all forms of tables that are only counted, and whether the text says that it is in UTC.

    Besides those of `read_moment`: ``Mon Mar 28 10:00:00 UTC 2022``, ``12/01/24 01:00 PM UTC``, and a day alone, which
    is its midnight. None for a text with another zone.
    """
    text = text.translate(_ODD_BLANKS).strip()
    if (found := _BY_C.fullmatch(text)) is not None:
        text = f"{found[2]} {found[1]} {found[5]}"
        day, clock = DAYS[text], CLOCKS[f" {found[3]}"]
        utc = found[4] in ("UTC", "GMT")
        return (datetime.combine(day, clock, UTC), True) if day and clock and utc else (None, False)
    bare = _ZONE.sub("", text)
    if (moment := read_moment(bare)) is None and (day := DAYS[bare]) is not None:
        moment = datetime.combine(day, time(), UTC)
    return moment, moment is not None and bare != text


def _american(text: str) -> datetime | None:
    found = _AMERICAN.fullmatch(text)
    if found is None:
        return None
    day = _day(_year(found[3]), int(found[1]), int(found[2]))
    hour, minute = int(found[4]), int(found[5])
    if day is None or not 1 <= hour <= 12 or minute > 59:
        return None
    return datetime.combine(day, time(hour % 12 + (12 if found[6] == "P" else 0), minute), UTC)


def _read_clock(text: str) -> time | None:
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    try:
        return time(int(found[1]), int(found[2]), int(found[3] or 0))
    except ValueError:
        return None


def _year(digits: str) -> int:
    """Two digits mean this century, in which LinkedIn began."""
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _month(beginning: str) -> int:
    """The number of a month by the beginning of its name, 0 for no month."""
    names = enumerate(_MONTHS, start=1)
    return next((number for number, known in names if any(name.startswith(beginning) for name in known)), 0)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


DAYS = Remembered(read_day)
"""The day in a cell of `Connected On`."""

CLOCKS = Remembered(_read_clock)
"""The time of day behind an ISO day, such as `` 15:09:26 UTC``."""

TAILS = Remembered(lambda text: _read_clock(f" 00:00{text}"))
"""The text after hours and minutes, such as ``:26 UTC``: only a few dozen values, while times are many."""


# --- runs of lines that stand in two tables, found without looking at every line by itself ----------------------------

_FEW, _MANY = 64, 4096
"""How many lines are compared at once: few behind a shift, then ever more."""


def common(left: list[bytes], right: list[bytes], named: Set[bytes]) -> Iterator[Run]:
    """The runs of lines that stand in both lists, in the order of the later one; `named` are lines of the earlier one.

    Date-only rows count only between two that are named, or at the end of both lists: beside a row that differs they
    may be anybody's.
    """
    for before, after, length in _equal(left, right, named):
        start, end = 0, length
        while start < end and left[before + start] not in named:
            start += 1
        if before + length < len(left) or after + length < len(right):
            while start < end and left[before + end - 1] not in named:
                end -= 1
        if start < end:
            yield before + start, after + start, end - start


def _equal(left: list[bytes], right: list[bytes], named: Set[bytes]) -> list[Run]:
    """The runs of equal lines, whatever they begin and end with."""
    runs: list[Run] = []
    places: dict[bytes, int] = {}
    before, after, width = 0, 0, _FEW
    while after < len(right):
        some, others = left[before : before + width], right[after : after + width]
        start, end = 0, min(len(some), len(others))
        for at in compress(range(end), map(ne, some, others)):
            _add(runs, before + start, after + start, at - start)
            start = at + 1
            if others[at] in named:
                start = end = at
                break
        _add(runs, before + start, after + start, end - start)
        before, after = before + end, after + end
        if end == len(some) > 0:
            width = min(2 * width, _MANY)
        elif after < len(right) and right[after] in named:  # it stands somewhere else
            width = _FEW
            try:
                before = left.index(right[after], sum(runs[-1][::2]) if runs else 0, before + _FEW)
            except ValueError:
                places = places or dict(zip(left, range(len(left)), strict=True))
                before = places[right[after]]
        else:
            after += 1
    return runs


def _add(runs: list[Run], before: int, after: int, length: int) -> None:
    """Add a run, to the last one if it goes on from there."""
    if runs and length:
        one, other, so_far = runs[-1]
        if one + so_far == before and other + so_far == after:
            runs[-1] = one, other, so_far + length
            return
    if length:
        runs.append((before, after, length))


def without_others(runs: Iterable[Run], left: list[bytes], named: Set[bytes]) -> Iterator[Run]:
    """The same runs without the lines that are not among `named`."""
    for before, after, length in runs:
        start = 0
        for at in range(length):
            if left[before + at] not in named:
                if start < at:
                    yield before + start, after + start, at - start
                start = at + 1
        if start < length:
            yield before + start, after + start, length - start


def between(runs: list[Run], which: int, total: int) -> list[int]:
    """The positions in the earlier list (`which` is 0) or in the later one (1) that are in no run."""
    found: list[int] = []
    end = 0
    for run in sorted(runs, key=itemgetter(which)):
        found += range(end, run[which])
        end = run[which] + run[2]
    return [*found, *range(end, total)]

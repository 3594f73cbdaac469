"""The output: text for people, documents for programs.

Each subject is a public module: its `text` gives lines for people, its `document` JSON, its `to_csv` rows. Here stands
what a page for people is made of, whichever way it is shown.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Literal, TextIO

from linkbak.model import KIND_NAMES, Connection, NamedTuple
from linkbak.report.escape import terminal
from linkbak.texts import MONTHS, day, tr, tr_count, tr_kept

if TYPE_CHECKING:
    from rich.table import Table as Grid

    from linkbak.diff import Diff
    from linkbak.errors import LinkbakError

__all__ = [
    "CLASSES", "FOLD", "Block", "Column", "Line", "Table", "activity", "api", "audit", "cards", "cells", "config",
    "count", "day", "diff", "escape", "fit", "glyphs", "html", "imports", "json", "lost", "maintenance", "marks",
    "messages", "number", "people", "pitches", "probably", "reach", "reminders", "remotes", "render", "say",
    "schedule", "sealed", "search", "sentence", "show", "size", "snapshots", "stats", "status", "trouble", "window",
    "work",
]  # fmt: skip

Tone = Literal["plain", "strong", "good", "bad", "odd", "dim"]
"""The style of a line; colour only emphasises what the words already say."""


class Line(NamedTuple):
    """One line of text, wrapped to the page under its own indent and `hang` more; "" is an empty line.

    A `verbatim` one is not wrapped: a command to copy. `hang` is how many cells further in than the
    first line the others begin.
    """

    text: str = ""
    tone: Tone = "plain"
    indent: int = 0
    verbatim: bool = False
    hang: int = 2


class Column(NamedTuple):
    """A column of a table: its title, alignment, and its largest width in cells."""

    title: str
    right: bool = False
    most: int = 40


class Table(NamedTuple):
    """Rows of text under titled columns; every row has a cell for every column. Rows may be made as they are read,
    which is more than once."""

    columns: Sequence[Column]
    rows: Iterable[Sequence[str]]
    indent: int = 2
    titles: bool = True
    tone: Tone = "plain"


Block = Line | Table


# --- layout: by rich on a terminal, as plain aligned text everywhere else ---

_GAP = 2
_NARROWEST = 8
_STYLES: dict[Tone, str] = {
    "plain": "",
    "strong": "bold",
    "good": "green",
    "bad": "bold red",
    "odd": "yellow",
    "dim": "dim",
}


def render(blocks: Iterable[Block], stream: TextIO, *, color: bool | None = None) -> None:
    """Write the blocks to `stream`.

    On a terminal cells are cut to its width; in a pipe they are whole, so that nothing is lost to grep. `color` None
    means: on a terminal, unless NO_COLOR is set or TERM is dumb.
    """
    if stream.isatty():
        wanted = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        _render_for_terminal(blocks, stream, wanted if color is None else color)
    else:
        stream.writelines(f"{line}\n" for block in blocks for line in _lines(block, None))


def _render_for_terminal(blocks: Iterable[Block], stream: TextIO, color: bool) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    width = _width()
    console = Console(
        file=stream, width=width, color_system="auto" if color else None, highlight=False, emoji=False, markup=False
    )
    for block in blocks:
        if isinstance(block, Table):
            console.print(Padding(_grid(block), (0, 0, 0, block.indent), expand=False))
        else:
            for line in _wrapped(block, width):
                console.print(Text(line, style=_STYLES[block.tone]), soft_wrap=True)


def _grid(table: Table) -> Grid:
    """The table laid out by rich: if it is too wide, texts are cut, the widest first, and numbers stay whole."""
    from rich.table import Table as Grid
    from rich.text import Text

    grid = Grid(
        box=None,
        padding=(0, _GAP, 0, 0),
        pad_edge=False,
        show_header=table.titles,
        header_style="dim",
        style=_STYLES[table.tone],
    )
    columns = [*zip(*table.rows, strict=True)] or [()] * len(table.columns)
    filled = [(one, cells) for one, cells in zip(table.columns, columns, strict=True) if one.title or any(cells)]
    for column, _ in filled:
        side: Literal["left", "right"] = "right" if column.right else "left"
        grid.add_column(Text(column.title), justify=side, max_width=column.most, no_wrap=column.right)
    for row in zip(*(cells for _, cells in filled), strict=True):
        grid.add_row(*(Text(terminal(cell), no_wrap=True, overflow="ellipsis") for cell in row))
    return grid


def plain(blocks: Iterable[Block], width: int | None = None) -> list[str]:
    """The blocks as lines of plain text, cells cut and prose wrapped to `width` cells if it is given."""
    return [line for block in blocks for line in _lines(block, width)]


def cells(text: str) -> int:
    """How many cells of a terminal the text takes (Unicode TR 11; combining marks take none)."""
    if text.isascii():
        return len(text)
    return sum(_cell(char) for char in text)


def _cell(char: str) -> int:
    import unicodedata

    if unicodedata.combining(char) or unicodedata.category(char) in ("Cf", "Me", "Mn"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def fit(text: str, most: int) -> str:
    """The text cut to at most `most` cells, with an ellipsis for what was cut."""
    if cells(text) <= most:
        return text
    kept, used = [], 1
    for char in text:
        used += _cell(char)
        if used > most:
            break
        kept.append(char)
    return "".join(kept).rstrip() + "…"


def _width() -> int:
    import shutil

    return max(40, shutil.get_terminal_size((80, 24)).columns)


def _lines(block: Block, width: int | None) -> Iterable[str]:
    return _wrapped(block, width) if isinstance(block, Line) else _aligned(block, width)


def _wrapped(line: Line, width: int | None) -> list[str]:
    text, margin = terminal(line.text), " " * line.indent
    if width is None or line.verbatim or line.indent + cells(text) <= width:
        return [(margin + text).rstrip()]
    rows, row = [], margin
    for word in text.split(" "):
        if row.strip() and cells(row) + 1 + cells(word) > width:
            rows.append(row)
            row = margin + " " * line.hang + word
        else:
            row = f"{row} {word}" if row.strip() else row + word
    return [*rows, row]


def _aligned(table: Table, width: int | None) -> Iterator[str]:
    head = [[column.title for column in table.columns]] if table.titles else []
    widths = _widths(table, chain(head, table.rows), width)
    yield from (_row(table, titles, widths, cut=True) for titles in head)
    for row in table.rows:
        yield _row(table, [terminal(cell) for cell in row], widths, cut=width is not None)


def _widths(table: Table, rows: Iterable[Sequence[str]], width: int | None) -> list[int]:
    wanted = [0] * len(table.columns)
    for row in rows:
        wanted = [max(want, cells(terminal(cell))) for want, cell in zip(wanted, row, strict=False)]
    # Whole cells in a pipe: only the usual width is padded, so one long cell does not push all others away.
    wanted = [min(want, column.most) for want, column in zip(wanted, table.columns, strict=False)]
    over = table.indent + sum(wanted) + _GAP * (len(wanted) - 1) - width if width is not None else 0
    while over > 0 and max(wanted) > _NARROWEST:
        widest = wanted.index(max(wanted))
        wanted[widest] -= 1
        over -= 1
    return wanted


def _row(table: Table, row: Sequence[str], widths: Sequence[int], *, cut: bool) -> str:
    out = []
    for column, text, most in zip(table.columns, row, widths, strict=False):
        cell = fit(text, most) if cut else text
        blanks = " " * max(0, most - cells(cell))
        out.append(blanks + cell if column.right else cell + blanks)
    return (" " * table.indent + (" " * _GAP).join(out)).rstrip()


def say(message: str) -> None:
    """Print to standard error, escaped for a terminal and wrapped to its width."""
    width = _width() if sys.stderr.isatty() else None
    for text in _wrapped(Line(message), width):
        print(text, file=sys.stderr)  # noqa: T201  # the one place that prints


# --- dates, numbers and people in words ---

CLASSES: dict[str, tuple[str, str]] = {
    "vanished": (tr("vanished"), tr("in the earlier list, not in the later one")),
    "uncertain": (tr("uncertain"), tr("the rows allow two readings, and nothing shows which is right")),
    "hidden": (tr("hidden"), tr("still connected, but now only a date is shown")),
    "returned": (tr("returned"), tr("hidden before, shown again")),
    "reconnected": (tr("reconnected"), tr("listed again with a new connection date")),
    "renamed": (tr("renamed"), tr("another name or profile address, the same person")),
    "added": (tr("added"), tr("new in the later list")),
    "changed": (tr("changed"), tr("another company, position or e-mail")),
}
"""The classes of a diff, the most important first, each with its name and meaning."""

FIELD_NAMES = {
    "name": tr("name"),
    "url": tr("address"),
    "email": tr("e-mail"),
    "company": tr("company"),
    "position": tr("position"),
    "connected_on": tr("connected"),
}


def kinds(given: Iterable[str]) -> str:
    """``messages, profile``."""
    return ", ".join(KIND_NAMES.get(kind, kind) for kind in given)


def held_lines(reasons: Sequence[str], indent: int = 0) -> list[Block]:
    """The warning at the top when losses are not to be believed yet."""
    if not reasons:
        return []
    wait = tr("Wait for the next archive; if they did leave, import this one with --accept.")
    return [
        Line(),
        Line(tr("HELD: do not believe these losses yet."), "bad", indent),
        *(Line(tr_kept(reason.partition(": ")[2]), "odd", indent + 2) for reason in reasons),
        Line(wait, indent=indent + 2),
    ]


def summary(diff: Diff) -> str:
    """All counts that are not zero in one line: ``3 vanished, 1 hidden, 12 added``."""
    sizes = {name: len(getattr(diff, name)) for name in CLASSES}
    counted = [f"{number(sizes[name])} {word}" for name, (word, _) in CLASSES.items() if sizes[name]]
    unchanged = count(diff.counts["unchanged"], "connection")
    return ", ".join(counted) or tr("nothing changed ({connections})", connections=unchanged)


def month(moment: str | date) -> str:
    """``Mar 2020``: the month of a date, or of an ISO month, date or time as text; "" for ""."""
    text = str(moment)
    return tr("{month} {year}", month=MONTHS[int(text[5:7]) - 1], year=text[:4]) if text else ""


def ago(moment: str, now: datetime) -> str:
    """``today``, ``yesterday``, ``12 days ago``: whole calendar days (UTC); the future counts as today."""
    days = (now.astimezone(UTC).date() - datetime.fromisoformat(moment).astimezone(UTC).date()).days
    if days < 1:
        return tr("today")
    return tr("yesterday") if days == 1 else tr("{days} ago", days=count(days, "day"))


def number(value: int) -> str:
    """``12,345``."""
    return f"{value:,}"


@lru_cache(4096)  # thousands of rows show the same numbers
def count(value: int, singular: str, plural: str = "") -> str:
    """``1 row``, ``2 rows``."""
    things = tr_count(singular, plural or f"{singular}s", value)  # literal where `count` is called
    return tr("{number} {things}", number=number(value), things=things)


def size(octets: int) -> str:
    """``812 B``, ``3.1 MB``; powers of 1000."""
    value, unit = float(octets), "B"
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if value < 999.5 or unit == "TB":
            break
        value /= 1000
    return f"{value:.0f} {unit}" if unit == "B" or value >= 99.5 else f"{value:.1f} {unit}"


FOLD = 20
"""How many rows are shown before the rest is folded into a count."""


def more(left: int, how: str = "", indent: int = 2) -> list[Block]:
    """``and 12 more; see all with --all``: how many are not shown and how to see them; nothing if all are shown."""
    told = tr("and {left} more; {how}", left=number(left), how=how or tr("see all with --all"))
    return [Line(told, "dim", indent)] if left > 0 else []


def probably(what: str, share: float) -> str:
    """A claim that holds in a share of all readings: ``probably gone (77 %)``; "perhaps" if that is half or less."""
    percent = round(100 * share)
    if share > 0.505:
        return tr("probably {what} ({percent} %)", what=what, percent=percent)
    return tr("perhaps {what} ({percent} %)", what=what, percent=percent)


def who(person: Connection) -> str:
    """The name as shown; a hidden person has none."""
    return person.name or tr("(hidden)")


def work(person: Connection) -> str:
    """``Buyer, Example GmbH``, or the part that is known."""
    return ", ".join(part for part in (person.position.strip(), person.company.strip()) if part)


def sentence(text: str) -> str:
    """The text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def who_and_work(person: Connection) -> str:
    """``Ada Example, Buyer, Example GmbH``."""
    return ", ".join(filter(None, (who(person), work(person))))


def trouble(error: LinkbakError, where: str = "") -> list[str]:
    """Lines for standard error: what went wrong, and what to do about it."""
    told = tr("error: {message}", message=f"{where}: {error}" if where else error)
    return [told, *([tr("hint: {hint}", hint=error.hint)] if error.hint else [])]


def window(before: str, after: str) -> str:
    """The window in words: ``after 4 Mar 2026, before 24 Mar 2026``."""
    if before[:10] == after[:10]:
        return tr("on {day}", day=day(after))
    return tr("after {day}, before {other}", day=day(before), other=day(after))


# --- charts in text: bars, and lines over time ---


class Glyphs(NamedTuple):
    """The characters to draw with: heights from the lowest, a full cell of a bar, and its parts from the smallest."""

    heights: str
    full: str
    parts: str


BLOCKS = Glyphs("▁▂▃▄▅▆▇█", "█", "▏▎▍▌▋▊▉")
ASCII = Glyphs("_.:-=+*#", "#", "")


def glyphs(encoding: str | None) -> Glyphs:
    """The characters that a stream of this encoding can show."""
    try:
        "".join(BLOCKS).encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return BLOCKS


def bar(value: int, largest: int, width: int, glyphs: Glyphs) -> str:
    """A bar in proportion to the largest value, which takes `width` cells; any value but 0 is visible."""
    if not value:
        return ""
    steps = len(glyphs.parts) + 1
    length = max(1, round(value * width * steps / largest))
    whole, rest = divmod(length, steps)
    return glyphs.full * whole + (glyphs.parts[rest - 1] if rest else "")


def sparkline(points: Sequence[tuple[str, int]], width: int, lowest: int, glyphs: Glyphs) -> str:
    """A value over time (RFC 3339, oldest first) from `lowest` up, in `width` cells, each with the last value known."""
    span = max(1, max((value for _, value in points), default=0) - lowest)
    top = len(glyphs.heights) - 1
    return "".join(glyphs.heights[round((value - lowest) * top / span)] for value in _spread(points, width))


def _spread(points: Sequence[tuple[str, int]], width: int) -> list[int]:
    """The value at the end of each of so many equal stretches of time."""
    times = [datetime.fromisoformat(when).timestamp() for when, _ in points]
    found, at = list[int](), 0
    for cell in range(width if points else 0):
        end = times[0] + (times[-1] - times[0]) * cell / max(width - 1, 1)
        while at + 1 < len(points) and times[at + 1] <= end:
            at += 1
        found.append(points[at][1])
    if found:
        found[-1] = points[-1][1]  # rounding may miss the last moment
    return found

"""Lays blocks out: in colour by Rich on a terminal, as plain aligned text everywhere else."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import TextIO

from linkbak.report.blocks import Block, Line, Table, Tone
from linkbak.report.escape import terminal

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


def show(blocks: Iterable[Block], stream: TextIO, *, color: bool | None = None) -> None:
    """Write the blocks to `stream`.

    On a terminal cells are cut to its width; in a pipe they are whole, so that nothing is lost to grep. `color` None
    means: on a terminal, unless NO_COLOR is set or TERM is dumb.
    """
    on_terminal = stream.isatty()
    width = _width() if on_terminal else None
    colored = _may_color(on_terminal) if color is None else color and on_terminal
    lines = [line for block in blocks for line in _lines(block, width)]
    if colored:
        _write_colored(lines, stream)
    else:
        stream.write("".join(f"{text}\n" for text, _ in lines))


def plain(blocks: Iterable[Block], width: int | None = None) -> list[str]:
    """The blocks as lines of plain text, cells cut and prose wrapped to `width` cells if it is given."""
    return [text for block in blocks for text, _ in _lines(block, width)]


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
    """The text cut to at most `most` cells, an ellipsis in the place of what was cut."""
    if cells(text) <= most:
        return text
    kept, used = [], 1
    for char in text:
        used += _cell(char)
        if used > most:
            break
        kept.append(char)
    return "".join(kept).rstrip() + "…"


def _may_color(on_terminal: bool) -> bool:
    return on_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _width() -> int:
    import shutil

    return max(40, shutil.get_terminal_size((80, 24)).columns)


def _lines(block: Block, width: int | None) -> list[tuple[str, Tone]]:
    if isinstance(block, Line):
        return [(text, block.tone) for text in _wrapped(block, width)]
    return _table_lines(block, width)


def _wrapped(line: Line, width: int | None) -> list[str]:
    text, margin = terminal(line.text), " " * line.indent
    if width is None or line.verbatim or line.indent + cells(text) <= width:
        return [(margin + text).rstrip()]
    rows, row = [], margin
    for word in text.split(" "):
        if row.strip() and cells(row) + 1 + cells(word) > width:
            rows.append(row)
            row = margin + "  " + word
        else:
            row = f"{row} {word}" if row.strip() else row + word
    return [*rows, row]


def _table_lines(table: Table, width: int | None) -> list[tuple[str, Tone]]:
    body = [[terminal(cell) for cell in row] for row in table.rows]
    head = [column.title for column in table.columns]
    widths = _widths(table, [head, *body] if table.titles else body, width)
    out: list[tuple[str, Tone]] = []
    if table.titles:
        out.append((_row(table, head, widths, cut=True), "dim"))
    out += [(_row(table, row, widths, cut=width is not None), "plain") for row in body]
    return out


def _widths(table: Table, rows: Sequence[Sequence[str]], width: int | None) -> list[int]:
    wanted = [max((cells(cell) for cell in column), default=0) for column in zip_longest(*rows, fillvalue="")]
    if width is None:
        # Whole cells in a pipe: only the usual width is padded, so one long cell does not push all others away.
        return [min(want, column.most) for want, column in zip(wanted, table.columns, strict=False)]
    wanted = [min(want, column.most) for want, column in zip(wanted, table.columns, strict=False)]
    over = table.indent + sum(wanted) + _GAP * (len(wanted) - 1) - width
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


def _write_colored(lines: Iterable[tuple[str, Tone]], stream: TextIO) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(file=stream, highlight=False, soft_wrap=True, emoji=False, markup=False)
    for text, tone in lines:
        console.print(Text(text, style=_STYLES[tone]))


def say(message: str) -> None:
    """Talk to the user on standard error, made harmless for a terminal and wrapped to one."""
    width = _width() if sys.stderr.isatty() else None
    for text in _wrapped(Line(message), width):
        print(text, file=sys.stderr)  # noqa: T201  # the one place that talks

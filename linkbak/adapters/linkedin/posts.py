"""What the member wrote and did for others to see: shares, comments, reactions, reposts, votes and articles.

Importing counts these tables and tells what is odd about their rows (`coverage`); here they are read. A date that
nobody can read is left out, since the rest still says something.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser
from itertools import islice
from typing import IO, NamedTuple

from linkbak.adapters.linkedin.csv import LINE_LIMIT, Records, Text, told_moment
from linkbak.adapters.linkedin.files import claims
from linkbak.adapters.linkedin.messages import HEAD
from linkbak.adapters.linkedin.tables import ARTICLES, folded_header
from linkbak.model import Files, Post

# --- rows whose texts break lines -------------------------------------------------------------------------------------

_DATED = re.compile(r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}|[A-Z][a-z]{2} [A-Z][a-z]{2} [0-9]{2}")
_BLANK = re.compile(r"\s")


def begins_row(row: Sequence[str]) -> bool:
    """Whether a record of Comments.csv or Shares.csv is a row, and not a line of the text above it.

    LinkedIn quotes a text for a comma or a quote in it, but not for a line break. A record that has no date in its
    first cell, or blanks in its second, which holds an address, goes on with the text before. Precondition: no line of
    such a text looks like the beginning of a row itself: a date, a comma, one word. LinkedIn quotes a text with a
    comma, so only a copy that was edited can break it.
    """
    return _DATED.match(row[0]) is not None and len(row) > 1 and not _BLANK.search(row[1])


class _Column(NamedTuple):
    """Where the text with line breaks stands, and how wide a row is."""

    at: int
    width: int


def _whole_rows(records: Iterator[list[str]], column: _Column) -> Iterator[list[str]]:
    """The rows of a table, each with the lines that follow it put back into its text."""
    row: list[str] = []
    for record in records:
        if record and begins_row(record):
            if row:
                yield _fitted(row, column)
            row = record
        elif row and len(row) < column.width:  # the text was not at its end yet
            first, *rest = record or [""]
            row = [*row[:-1], f"{row[-1]}\n{first}", *rest]
        elif row:
            row = [*row[: column.at], f"{row[column.at]}\n{','.join(record)}", *row[column.at + 1 :]]
    if row:
        yield _fitted(row, column)


def _fitted(row: list[str], column: _Column) -> list[str]:
    """The row with as many cells as the header: a text that was not quoted may hold commas."""
    behind = column.width - column.at - 1
    end = len(row) - behind
    if end > column.at + 1:
        row = [*row[: column.at], ",".join(row[column.at : end]), *row[end:]]
    return [*row, *[""] * (column.width - len(row))]


_BREAK = re.compile(r"\r\n|\r|\n")
_WRAPPED = re.compile(r'"(?:\r\n|\r|\n)"')


def unwrapped(text: str) -> str:
    """The text of a share without the quotes that Shares.csv puts around each of its lines.

    They stand inside the field's own: ``line 1"\\r\\n"line 2``, an empty line as ``"\\r\\n""\\r\\n"``. Precondition:
    LinkedIn wraps every line or none. A text with a line break that does not stand between two quotes was not wrapped,
    and keeps all its quotes.
    """
    lines = _WRAPPED.split(text)
    whole = not any(_BREAK.search(line) for line in lines)
    return "\n".join(lines if whole else _BREAK.split(text)).strip("\n")


# --- the tables -------------------------------------------------------------------------------------------------------


class _Source(NamedTuple):
    """A table, the kind of its rows, and the folded names of the columns that hold each part; "" for none."""

    table: str
    kind: str
    link: str
    text: str = ""


_SOURCES = (
    _Source("Shares.csv", "share", "sharelink", "sharecommentary"),
    _Source("Comments.csv", "comment", "link", "message"),
    _Source("Reactions.csv", "reaction", "link", "type"),
    _Source("InstantReposts.csv", "repost", "link"),
    _Source("Votes.csv", "vote", "link", "optiontext"),
)
_BROKEN_LINES = frozenset({"share", "comment"})


def posts(files: Files) -> Iterator[Post]:
    """Everything, table after table, in the order of the files; none twice, as the portability API serves rows."""
    seen = set[Post]()
    for post in _every(files):
        if post not in seen:
            seen.add(post)
            yield post


def _every(files: Files) -> Iterator[Post]:
    found = claims(files)
    for source in _SOURCES:
        for named in found.of(source.table):
            with files.open(named.path) as stream:
                yield from read_posts(stream, source)
    for path in files.paths:
        if path in found.named and found.named[path].table is ARTICLES:
            with files.open(path) as stream:
                yield read_article(stream, path)


def read_posts(stream: IO[bytes], source: _Source) -> Iterator[Post]:
    """The rows of one table; none if its header lacks a date or what the source names."""
    records = Records(stream)
    if records.text.workbook:
        return
    rows = iter(records)
    needed = {"date", *filter(None, source[2:])}
    heads = (folded_header(row or ()) for _, row in islice(rows, HEAD))
    names = next((names for names in heads if needed.issubset(names)), ())
    if not names:
        return
    cells: Iterator[list[str]] = (row for _, row in rows if row is not None)
    if source.kind in _BROKEN_LINES:
        cells = _whole_rows(cells, _Column(names.index(source.text), len(names)))
    for row in cells:
        if any(map(str.strip, row)):
            yield _post(dict(zip(names, [*row, *[""] * len(names)], strict=False)), source)


def _post(row: Mapping[str, str], source: _Source) -> Post:
    at, zoned = told_moment(row["date"])
    text = row.get(source.text, "")
    return Post(
        source.kind,
        at,
        zoned,
        row[source.link].strip(),
        unwrapped(text) if source.kind == "share" else _BREAK.sub("\n", text).strip("\n"),
        row.get("sharetitle", "").strip(),
        row.get("sharedurl", "").strip(),
        row.get("mediaurl", "").strip(),
    )


# --- articles ---------------------------------------------------------------------------------------------------------

_NAMED_BY_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}) ([0-9]{2})[:_]([0-9]{2})[:_]([0-9]{2})")
_BLOCKS = re.compile(
    "address|article|aside|blockquote|br|d[dlt]|div|fig.*|footer|h[1-6r]|header|li|main|nav|[ou]l|p(re)?|section|t.*"
)
"""Names of elements that begin a line of their own."""


def read_article(stream: IO[bytes], path: str) -> Post:
    """An article: its heading, its address, its words with a line a paragraph, and the time that its file is named by.

    The page itself tells no time. At most `LINE_LIMIT` characters of it are read.
    """
    page = _Page()
    page.feed("".join(Text(stream).blocks())[:LINE_LIMIT])
    page.close()
    named = _NAMED_BY_TIME.match(path.rpartition("/")[2])
    at, _ = told_moment(f"{named[1]} {named[2]}:{named[3]}:{named[4]}") if named else (None, False)
    lines = (" ".join(line.split()) for line in "".join(page.body).split("\n"))
    title = " ".join("".join(page.heading or page.title).split())
    return Post("article", at, False, page.link, "\n".join(filter(None, lines)), title)


class _Page(HTMLParser):
    """The words of a page by where they stand: its title, its first heading, all else that a browser shows as text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.link = ""
        self.title: list[str] = []
        self.heading: list[str] = []
        self.body: list[str] = []
        self._unread: list[str] = []
        self._into, self._until = self.body, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line at a block, and take the address of the heading."""
        if _BLOCKS.fullmatch(tag):
            self._into.append("\n")
        if tag == "a" and self._into is self.heading and not self.link:
            self.link = (dict(attrs).get("href") or "").strip()
        if not self._until:
            if tag == "h1" and not self.heading:
                self._into, self._until = self.heading, tag
            elif tag == "title":
                self._into, self._until = self.title, tag
            elif tag in ("script", "style"):
                self._into, self._until = self._unread, tag

    def handle_endtag(self, tag: str) -> None:
        """End a line at a block."""
        if tag == self._until:
            self._into, self._until = self.body, ""
        if _BLOCKS.fullmatch(tag):
            self._into.append("\n")

    def handle_data(self, data: str) -> None:
        """Text, to where it belongs."""
        self._into.append(data.replace("\n", " "))

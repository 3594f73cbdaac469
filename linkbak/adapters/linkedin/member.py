"""Reads an archive's data about the member: posts and reactions, the account itself, the profile.

Importing counts these tables and reports odd rows (`coverage`); here they are read. A date that
cannot be read is left out, since the rest is still useful.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import IO

from linkbak.adapters.linkedin.csv import LINE_LIMIT, Text, told_moment
from linkbak.adapters.linkedin.files import claims
from linkbak.adapters.linkedin.messages import below_header, once, rows_in, rows_of
from linkbak.adapters.linkedin.tables import ARTICLES
from linkbak.model import AccountFact, Files, Post, ProfileEntry

# --- rows whose texts break lines -------------------------------------------------------------------------------------

_DATED = re.compile(r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}|[A-Z][a-z]{2} [A-Z][a-z]{2} [0-9]{2}")
_BLANK = re.compile(r"\s")


def begins_row(row: Sequence[str], names: Sequence[str]) -> bool:
    """Whether a record of Comments.csv or Shares.csv is a row, and not a line of the text above it.

    `names` are the columns, folded. LinkedIn quotes a text for a comma or a quote in it, but not for a line break. A
    record that has no date in its first cell, or blanks where the address of the post stands (the second cell, in 2018
    the fourth), goes on with the text before. Precondition: no line of such a text looks like the beginning of a row
    itself: a date, a comma, one word. LinkedIn quotes a text with a comma, so only an edited copy can break it.
    """
    link = names.index("sharelink") if "sharelink" in names else 1
    return _DATED.match(row[0]) is not None and len(row) > link and not _BLANK.search(row[link])


def _whole_rows(records: Iterator[list[str]], names: Sequence[str], at: int) -> Iterator[list[str]]:
    """The rows of a table, each with the broken lines after it joined to its text, which is column `at`."""
    row: list[str] = []
    for record in records:
        if record and begins_row(record, names):
            if row:
                yield _fitted(row, len(names), at)
            row = record
        elif row and len(row) < len(names):  # the text continues
            first, *rest = record or [""]
            row = [*row[:-1], f"{row[-1]}\n{first}", *rest]
        elif row:
            row = [*row[:at], f"{row[at]}\n{','.join(record)}", *row[at + 1 :]]
    if row:
        yield _fitted(row, len(names), at)


def _fitted(row: list[str], width: int, at: int) -> list[str]:
    """The row with as many cells as the header: a text that was not quoted may hold commas."""
    end = len(row) - (width - at - 1)
    if end > at + 1:
        row = [*row[:at], ",".join(row[at:end]), *row[end:]]
    return [*row, *[""] * (width - len(row))]


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


_POSTS = {
    "Shares.csv": ("share", "sharelink", "sharecommentary"),
    "Comments.csv": ("comment", "link", "message"),
    "Reactions.csv": ("reaction", "link", "type"),
    "InstantReposts.csv": ("repost", "link", ""),
    "Votes.csv": ("vote", "link", "optiontext"),
}
"""The tables, the kind of their rows, and the columns (folded) of the link and of the text; "" for none."""
_BROKEN_LINES = frozenset({"share", "comment"})


def posts(files: Files) -> Iterator[Post]:
    """Everything, table after table, in the order of the files; none twice."""
    return once(_every(files))


def _every(files: Files) -> Iterator[Post]:
    found = claims(files)
    for table, (kind, link, text) in _POSTS.items():
        for named in found.of(table):
            with files.open(named.path) as stream:
                yield from read_posts(stream, kind, link, text)
    for path in files.paths:
        if path in found.named and found.named[path].table is ARTICLES:
            with files.open(path) as stream:
                yield read_article(stream, path)


def read_posts(stream: IO[bytes], kind: str, link: str, text: str) -> Iterator[Post]:
    """The rows of one table; none if its header lacks a date or one of the columns."""
    names, rows = below_header(stream, {"date", link, text} - {""})
    if not names:
        return
    cells: Iterator[list[str]] = (row for _, row in rows if row is not None)
    if kind in _BROKEN_LINES:
        cells = _whole_rows(cells, names, names.index(text))
    for row in cells:
        if any(map(str.strip, row)):
            yield _post(kind, dict(zip(names, [*row, *[""] * len(names)], strict=False)), link, text)


def _post(kind: str, row: Mapping[str, str], link: str, text: str) -> Post:
    at, zoned = told_moment(row["date"])
    said = row.get(text, "")
    return Post(
        kind,
        at,
        zoned,
        row[link].strip(),
        unwrapped(said) if kind == "share" else _BREAK.sub("\n", said).strip("\n"),
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
    from html.parser import HTMLParser  # few archives hold an article, and every import would load it

    page, parser = _Page(), HTMLParser(convert_charrefs=True)
    vars(parser).update(handle_starttag=page.begin, handle_endtag=page.end, handle_data=page.take)
    parser.feed("".join(Text(stream).blocks())[:LINE_LIMIT])
    parser.close()
    named = _NAMED_BY_TIME.match(path.rpartition("/")[2])
    at, _ = told_moment(f"{named[1]} {named[2]}:{named[3]}:{named[4]}") if named else (None, False)
    lines = (" ".join(line.split()) for line in "".join(page.body).split("\n"))
    title = " ".join("".join(page.heading or page.title).split())
    return Post("article", at, False, page.link, "\n".join(filter(None, lines)), title)


class _Page:
    """The words of a page by where they stand: its title, its first heading, all else that a browser shows as text."""

    def __init__(self) -> None:
        self.link = ""
        self.title: list[str] = []
        self.heading: list[str] = []
        self.body: list[str] = []
        self._unread: list[str] = []
        self._into, self._until = self.body, ""

    def begin(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
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

    def end(self, tag: str) -> None:
        """End a line at a block."""
        if tag == self._until:
            self._into, self._until = self.body, ""
        if _BLOCKS.fullmatch(tag):
            self._into.append("\n")

    def take(self, data: str) -> None:
        """Text, to where it belongs."""
        self._into.append(data.replace("\n", " "))


# --- the account ------------------------------------------------------------------------------------------------------
# Since when there is an account, logins, challenges, payments, verifications.


_RECEIPT = ("description", "totalamount", "currencycode", "invoicenumber")
_PAYER = ("firstname", "lastname", "billingcountry", "postalcode", "paymentmethodtype")
_ACCOUNT_TABLES: dict[str, tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "Registration.csv": (
        "registered",
        ("registeredat", "registrationdate"),
        ("subscriptiontypes", "subscriptiontype"),
        ("registrationip", "registrationipaddress"),
    ),
    "Account Status History.csv": ("status", ("time",), ("event",), ()),
    "Logins.csv": ("login", ("logindate",), ("logintype", "useragent"), ("ipaddress",)),
    "Security Challenges.csv": (
        "challenge",
        ("challengedate",),
        ("challengetype", "country", "useragent"),
        ("ipaddress",),
    ),
    "Verifications.csv": (
        "verified",
        ("verifieddate",),
        ("verificationtype", "organizationname", "documenttype", "issuingauthority", "verificationserviceprovider"),
        ("firstname", "middlename", "lastname", "emailaddress", "yearofbirth", "country", "state", "city"),
    ),
    "Receipts.csv": ("paid", ("transactionmadeat",), _RECEIPT, _PAYER),
    "Receipts_v2.csv": ("paid", ("transactionmadeat",), _RECEIPT, _PAYER),
}
"""The tables, what a row is, and the columns (folded) of the moment (one of these), the text, and what is private."""


def account_facts(files: Files) -> Iterator[AccountFact]:
    """Every row of every such table, in the order of the files."""
    found = claims(files)
    for name, (what, moments, text, private) in _ACCOUNT_TABLES.items():
        for named in found.of(name):
            for when in moments:
                with files.open(named.path) as stream:
                    for line, row in rows_of(stream, frozenset({when})):
                        at, zoned = told_moment(row[when])
                        told = _told(row, text), _told(row, private)
                        yield AccountFact(what, at, zoned, *told, named.path, line)


def _told(row: Mapping[str, str], columns: tuple[str, ...]) -> str:
    """What stands in these columns; ``N/A`` is nothing."""
    cells = (row.get(column, "").strip() for column in columns)
    return ", ".join(cell for cell in cells if cell and cell != "N/A")


# --- the profile ------------------------------------------------------------------------------------------------------
# Work, education, skills and the like. Left out are the columns that say where the member lives and when they were
# born, and the tables of phone numbers, verifications and uploaded files.


SECTIONS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "Profile.csv": ("profile", "headline", ("geolocation", "industry")),
    "Positions.csv": ("positions", "title", ("companyname", "location")),
    "Education.csv": ("education", "degreename", ("schoolname",)),
    "Skills.csv": ("skills", "name", ()),
    "Languages.csv": ("languages", "name", ("proficiency",)),
    "Certifications.csv": ("certifications", "name", ("authority",)),
    "Courses.csv": ("courses", "name", ("number",)),
    "Projects.csv": ("projects", "title", ()),
    "Publications.csv": ("publications", "name", ("publisher",)),
    "Honors.csv": ("honours", "title", ("issuer",)),
    "Organizations.csv": ("organisations", "name", ("position",)),
    "Volunteering.csv": ("volunteering", "role", ("companyname",)),
}
"""The tables in the order of a CV: the section, and the columns (folded) of title and place."""
_BEGAN = ("startedon", "startdate", "publishedon", "issuedon", "issuedate")
_ENDED = ("finishedon", "enddate")
_TEXT = ("summary", "description", "notes", "activities", "licensenumber")
"""The columns of any of them, under their names through the years."""


def profile(files: Files) -> Iterator[ProfileEntry]:
    """Every entry of the profile, table by table in the order of a CV; rows without any text are left out."""
    found = claims(files)
    for name, (section, title, place) in SECTIONS.items():
        for row in rows_in(files, found, name, title):
            columns = ((title,), place, _BEGAN, _ENDED, _TEXT, ("url",))
            entry = ProfileEntry._make((section, *(_joined(row, names) for names in columns), name))
            if any(entry[1:-1]):
                yield entry


def _joined(row: Mapping[str, str], names: tuple[str, ...]) -> str:
    return ", ".join(text for name in names if (text := row.get(name, "").strip()))

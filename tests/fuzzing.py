"""Archives made of the parts of which archives are made, honest, bent and broken; and what must hold of any.

A sample is tried by `make test`, 10,000 by `make external`; what was found lies in ``tests/corpus/``, for every run.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Literal, NamedTuple

from hypothesis import strategies as st

from linkbak.adapters import LinkedIn, choose
from linkbak.adapters.linkedin.tables import KINDS
from linkbak.archive.opening import open_archive
from linkbak.diff.compare import compare
from linkbak.errors import LinkbakError
from linkbak.ingest import Options
from linkbak.ingest.workflow import check
from linkbak.model import Connection, Files
from tests.adapters.given import Given, paired
from tests.archive.hostile import Item, wide_zip_of, zip_of
from tests.hostile_figures import tried
from tests.hostile_text import HOSTILE_TEXT

CORPUS = Path(__file__).parent / "corpus"
ADAPTER = LinkedIn()
SECRET = "Xyzzy"
"""Stands in cells and must stand in no issue."""

# --- cells and tables -------------------------------------------------------------------------------------------------

HEADERS = {
    name: [header.strip("<>") for header in headers] or ["A,B"]
    for files in KINDS.values()
    for name, headers in files.items()
}
LIST = "First Name,Last Name,URL,Email Address,Company,Position,Connected On"
NOTES = 'Notes:\n"When exporting your connection data, some addresses may be missing."\n\n'
MOMENTS = ("2024-03-05 14:05:00 UTC", "3/5/24, 2:05 PM", "2024/03/05 14:05:00 UTC", "05.03.2024 14:05", "someday", "")
DATES = (
    "05 Mar 2024",
    "5-Mar-24",
    "2024-03-05",
    "05.03.2024",
    "5. Mrz 24",
    "05 Sept 2026",
    "5/4/22",
    "13/4/22",
    "someday",
)

days = st.dates(date(2003, 1, 1), date(2026, 10, 1))
plain_words = st.text(
    st.characters(codec="cp1252", categories=("L", "N", "Zs"), exclude_characters="\xa0"), max_size=12
)
words = plain_words | st.sampled_from([*HOSTILE_TEXT, SECRET, f"{SECRET}, PhD", 'a "b" c', "a;b", "x\ny", "=1+1"])
cells = words | st.sampled_from([*DATES, *MOMENTS, "https://www.linkedin.com/in/a%C3%A9", "urn:li:member:1"])


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, bytes]:
    """A file of LinkedIn's name with rows, most of them of the right width, and how it may have been saved and cut."""
    name = draw(
        st.sampled_from(sorted(HEADERS)) | st.sampled_from(["Connections.csv", "messages.csv", "Invitations.csv"])
    )
    header = draw(swapped(draw(st.sampled_from(HEADERS[name])).split(",")))
    width = st.just(len(header)) | st.integers(0, len(header) + 2)
    rows = draw(st.lists(width.flatmap(lambda size: st.lists(cells, min_size=size, max_size=size)), max_size=8))
    if draw(st.booleans()):
        rows.insert(draw(st.integers(0, len(rows))), header)
    mark = draw(st.sampled_from(",,,;\t"))
    text = draw(st.sampled_from(["", "", NOTES])) + written(
        [header, *rows] if draw(st.booleans()) else rows, mark, draw
    )
    return draw(numbered(name)), draw(bent(saved(text, draw)))


@st.composite
def swapped(draw: st.DrawFn, header: list[str]) -> list[str]:
    """The columns, sometimes in another order than the network's."""
    return draw(st.permutations(header)) if draw(st.sampled_from([False, False, False, True])) else header


@st.composite
def numbered(draw: st.DrawFn, name: str) -> str:
    """The name, sometimes with a number behind it: of a part, a member or a second download."""
    return (
        name[:-4]
        + draw(st.sampled_from(["", "", "", "", "_1", "_2", "_10", "_1234567", " (1)", "_0", "_x"]))
        + name[-4:]
    )


def written(rows: list[list[str]], mark: str, draw: st.DrawFn) -> str:
    """The rows as text, whose lines end in one way or, as after an edit elsewhere, in several."""
    out = io.StringIO(newline="")
    quoting: Literal[0, 1] = csv.QUOTE_ALL if draw(st.booleans()) else csv.QUOTE_MINIMAL
    ends = draw(st.sampled_from([["\n"], ["\r\n"], ["\n", "\r\n"], ["\r\n", "\n", "\r"]]))
    lines = csv.writer(out, delimiter=mark, quoting=quoting, lineterminator="\r\n")  # quotes either end in a cell
    for number, row in enumerate(rows):
        lines.writerow(row)
        out.seek(out.tell() - 2)
        out.write(ends[number % len(ends)])
        out.truncate()
    return out.getvalue()


def saved(text: str, draw: st.DrawFn) -> bytes:
    """The text as bytes; UTF-16 may lack its mark, or may end where another program wrote on."""
    how = draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman", "utf-16-le", "partly"]))
    if how != "partly":
        return text.encode(how, "replace")
    at = draw(st.integers(0, len(text)))
    halves = [text[:at].encode("utf-16", "replace"), text[at:].encode("utf-8", "replace")]
    return b"".join(halves if draw(st.booleans()) else [b"\xef\xbb\xbf", *reversed(halves)])


@st.composite
def bent(draw: st.DrawFn, data: bytes) -> bytes:
    """The bytes, perhaps with what happens to files: cut, doubled, something put into them."""
    at = draw(st.integers(0, len(data)))
    piece = draw(st.sampled_from([b'"', b"\n", b"\0", b"\r", b"\xff\xfe", b",", b"\xe2\x80\xa8", b"PK\x03\x04"]))
    return draw(
        st.sampled_from(
            [data, data, data, data[:at], data[at:], data[:at] + piece + data[at:], data + data, piece * 3 + data]
        )
    )


# --- zips -------------------------------------------------------------------------------------------------------------

ODD_NAMES = (
    *("connections.CSV", "Jobs/Saved Jobs.csv", "Jobs/", "Jobs", "a/../b", "/etc/x", "C:\\x", ".git/config", "x.zip"),
    *(
        "Zo\u00eb.csv",
        "Zoe\u0308.csv",
        "con.csv",
        "a" * 300,
        "a/" * 33 + "x",
        "__MACOSX/._x",
        "photo.jpg",
        "\u202e.csv",
    ),
    *("Content_2026-01-01_2026-06-30_A.xlsx", "Articles/2017-12-09 04:54:08.html", "Connections (1).csv"),
)
FIELDS = ("flags", "method", "crc", "packed", "size")
numbers = st.sampled_from([0, 1, 8, 9, 0xFFFF, 0xFFFFFFFF]) | st.integers(0, 400)


@st.composite
def items(draw: st.DrawFn) -> Item:
    """One entry: usually a table as it should be, sometimes with an odd name or a header that lies."""
    name, data = draw(tables())
    name = draw(st.just(name) | st.just(name) | st.sampled_from(ODD_NAMES))
    lies = draw(st.sampled_from([0, 0, 0, 0, 1]))
    lie = st.dictionaries(st.sampled_from(FIELDS), numbers, max_size=2 * lies)
    return Item(
        name.encode(),
        data,
        method=draw(st.sampled_from([8, 8, 0])),
        flags=draw(st.sampled_from([0x0800, 0, 0x0808])),
        local={key: min(value, 0xFFFF) if key in ("flags", "method") else value for key, value in draw(lie).items()},
        table={key: min(value, 0xFFFF) if key in ("flags", "method") else value for key, value in draw(lie).items()},
    )


@st.composite
def zips(draw: st.DrawFn) -> bytes:
    """A zip, a zip64 or a zip in a zip of some entries, perhaps cut or with a changed byte."""
    key = draw(st.sampled_from([id, *[lambda one: one.name] * 5]))
    some = draw(st.lists(items(), min_size=1, max_size=5, unique_by=key))
    data = wide_zip_of(*some) if draw(st.sampled_from([False, False, True])) else zip_of(*some)
    if draw(st.sampled_from([False, False, False, True])):
        data = zip_of(Item(b"x.zip", data, method=draw(st.sampled_from([0, 8]))))
    at = draw(st.integers(0, len(data) - 1))
    changed = data[:at] + bytes([data[at] ^ draw(st.integers(1, 255))]) + data[at + 1 :]
    which: bytes = draw(st.sampled_from([data, data, data, data[:at], changed]))
    return which


# --- what must hold ---------------------------------------------------------------------------------------------------


def read_everything(files: Files) -> None:
    """All that an adapter can be asked of an archive: the answers agree, and no issue says what stands in a cell."""
    reading, listing = ADAPTER.read(files), ADAPTER.connections(files)
    assert [facts.path for facts in reading.files] == list(files.paths)
    covered = reading.coverage.get("connections")
    assert (listing is None) == (covered is None)
    if listing is not None and covered is not None:
        found = (listing.total, listing.hidden, listing.newest_first)
        assert found == (covered.rows, covered.hidden, covered.newest_first)
        pair = paired(files, files, (covered, covered))
        assert pair is not None
        counts = compare(pair).counts
        assert counts["before"] == counts["after"] == covered.rows
        assert not {
            name: counts[name] for name in ("vanished", "added", "renamed", "changed", "hidden") if counts[name]
        }
    for kind, rows in (("messages", ADAPTER.messages(files)), ("invitations", ADAPTER.invitations(files))):
        assert sum(1 for _ in rows) == (reading.coverage[kind].rows if kind in reading.coverage else 0)
    for more in (ADAPTER.endorsements, ADAPTER.recommendations, ADAPTER.contacts, ADAPTER.notes):
        assert len(told := list(more(files))) == len(set(told))
    ADAPTER.owner(files)
    assert not [issue.reason for issue in reading.issues if SECRET in issue.reason]
    assert not [reason for one in reading.coverage.values() for reason in one.reasons if SECRET in reason]


def try_zip(path: Path) -> str:
    """What becomes of a zip: the reason why it is refused, or "" after everything in it was read."""
    tried("archives")
    refused = False
    try:
        with open_archive(path) as archive:
            for entry in archive.entries:
                with archive.open(entry.path) as stream:
                    assert len(stream.read()) == entry.bytes
            choose(archive)
            read_everything(archive)
    except LinkbakError:
        refused = True
    try:
        check(path, Options())
    except LinkbakError as error:
        return str(error)
    assert not refused, "an import must refuse what cannot be read"
    return ""


def try_table(name: str, data: bytes) -> None:
    """A single table is read to its end."""
    tried("archives")
    read_everything(Given({name: data}))


def try_list(rows: list[Connection], files: Mapping[str, bytes]) -> None:
    """Nobody is missing from a whole list, and nobody is another."""
    tried("archives")
    listing = ADAPTER.connections(Given(files))
    assert listing is not None
    assert list(listing.rows) == rows


# --- lists whose every row is known -----------------------------------------------------------------------------------


class Person(NamedTuple):
    """A row as it should come out, and how its date is written."""

    row: Connection
    date: str


FORMS: tuple[Callable[[date], str], ...] = (
    lambda day: f"{day:%d %b %Y}",
    lambda day: f"{day.day}-{day:%b-%y}",
    lambda day: f"{day:%Y-%m-%d}",
    lambda day: f"{day:%d.%m.%Y}",
    lambda day: f"{day.day}. {day:%B} {day:%Y}",
    lambda day: f"{day.month}/{day.day}/{day:%y}, 9:05 AM",
)


@st.composite
def people(draw: st.DrawFn) -> Person:
    day = draw(days)
    texts = [draw(words.map(str.strip)) for _ in range(5)]
    first, last, email, company, position = (text if "\r" not in text and "\0" not in text else "x" for text in texts)
    url = f"https://www.linkedin.com/in/{draw(st.integers(0, 10**9))}"
    return Person(Connection(first, last, url, email, company, position, day), draw(st.sampled_from(FORMS))(day))


@st.composite
def lists(draw: st.DrawFn) -> tuple[list[Connection], dict[str, bytes]]:
    """A whole list, perhaps in parts, in one of the ways in which programs save one, and who must come out of it."""
    some = draw(st.lists(people(), min_size=1, max_size=8, unique_by=lambda one: one.row.url))
    order = draw(swapped(LIST.split(",")))
    cut = draw(st.just(len(some)) | st.integers(1, len(some)))
    files = {"Connections.csv": listed(some[:cut], order, draw)}
    if some[cut:]:
        files["Connections_1.csv"] = listed(some[cut:], order, draw)
    return [one.row for one in some], files


def listed(some: list[Person], order: list[str], draw: st.DrawFn) -> bytes:
    """The people as a file."""
    columns = [LIST.split(",").index(name) for name in order]
    rows = [order, *([[*one.row[:6], one.date][column] for column in columns] for one in some)]
    mark = draw(st.sampled_from(",;\t"))
    text = draw(st.sampled_from(["", NOTES, "Notes:,,,,,,\n".replace(",", mark)])) + written(rows, mark, draw)
    return text.encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])), "surrogatepass")

"""An archive that is read beside an earlier one says what it says by itself, however little of it is read."""

from __future__ import annotations

from typing import IO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkbak.adapters import LinkedIn
from linkbak.errors import VaultDamaged
from linkbak.model import FileFacts, Manifest, Reading
from tests import sampling
from tests.adapters.given import Given, alone, kept

ADAPTER = LinkedIn()
HEADER = (
    "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,FOLDER\n"
)
LIST = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
PEOPLE = [f"Ada{n},Example,https://www.linkedin.com/in/ada-{n},,,,{28 - n:02} Jun 2023" for n in range(20)]


def message(number: int, text: str = "x" * 500) -> str:
    return f"2-{number},,Ada Example,,Boris Sample,,2023-06-07 10:00:00 UTC,,{text},INBOX\n"


OLD = [message(number) for number in range(1500)]
"""Some 900 kB: enough for the beginnings to be read alone."""


def rows_off(before: tuple[Given, Manifest], table: str) -> tuple[Given, Manifest]:
    """The earlier archive with a manifest that says a thousand rows too many; who reads all does not mind."""
    files, manifest = before

    def off(facts: FileFacts) -> FileFacts:
        return facts._replace(rows=facts.rows + 1000) if facts.table == table else facts

    return files, manifest._replace(files=tuple(map(off, manifest.files)))


def beside(old: str | bytes, new: str | bytes) -> Reading:
    """The later messages, read beside the earlier ones; they say what they say by themselves."""
    found = ADAPTER.read(alone(new, "messages.csv"), kept(alone(old, "messages.csv")))
    assert found == ADAPTER.read(alone(new, "messages.csv"))
    return found


def is_read_whole(old: str | bytes, new: str | bytes) -> bool:
    """Whether all of the later messages are read."""
    off = rows_off(kept(alone(old, "messages.csv")), "messages.csv")
    whole = ADAPTER.read(alone(new, "messages.csv")).files[0].rows
    found = ADAPTER.read(alone(new, "messages.csv"), off).files[0].rows
    assert found in (whole, whole + 1000)
    return found == whole


@pytest.mark.parametrize(
    "new",
    [
        OLD,
        [message(9999), *OLD],
        [message(9999, '"one\nand ""two"""'), *OLD],
        [OLD[300], message(300, "new"), *OLD[:300], *OLD[301:]],
        [*OLD[:50], *OLD[70:]],
        ["no message\n", *OLD],
    ],
)
def test_of_messages_that_end_alike_only_the_beginning_is_read(new: list[str]) -> None:
    old, later = HEADER + "".join(OLD), HEADER + "".join(new)

    beside(old, later)

    assert not is_read_whole(old, later)


@pytest.mark.parametrize(
    "new",
    [
        HEADER + "".join(message(number, "y" * 500) for number in range(1500)),
        HEADER.replace("FOLDER", "FOLDER,ATTACHMENTS") + "".join(OLD),
        HEADER + message(7, '"never closed') + "".join(OLD),
        HEADER + "".join(OLD).rstrip("\n"),
        HEADER + "".join(OLD[1300:]),
        "",
    ],
)
def test_messages_that_do_not_end_alike_are_read_whole(new: str) -> None:
    old = HEADER + "".join(OLD)

    beside(old, new)

    assert is_read_whole(old, new)


@pytest.mark.parametrize(
    "flaw", ["no message\n", ",,,,,,,,,\n", message(1, '"never closed'), message(1).replace("UTC", "MEZ"), "\xff\n"]
)
def test_where_the_earlier_messages_had_a_flaw_all_are_read(flaw: str) -> None:
    old = (HEADER + "".join(OLD[:700]) + flaw + "".join(OLD[700:])).encode("latin-1")
    new = old.replace(HEADER.encode(), HEADER.encode() + message(9999).encode())

    beside(old, new)

    assert is_read_whole(old, new)


def test_a_text_full_of_line_breaks_is_no_place_to_stop() -> None:
    """The beginnings end where a record ends, even if what they have in common begins inside a text."""
    long = message(1, '"' + "a line,\n" * 60_000 + '"')
    old, new = HEADER + long + "".join(OLD), HEADER + message(9) + long + "".join(OLD)

    beside(old, new)


TEXTS = st.sampled_from(["short", '"two\nlines"', '"a ""b"" c"', "é🌱", 'a"b', '"\n', "x" * 400])


@settings(max_examples=sampling.examples(40), deadline=None)
@given(st.lists(TEXTS, max_size=6), st.lists(TEXTS, max_size=6), st.sampled_from(["\n", "\r\n"]), st.integers(0, 1200))
def test_any_messages(before: list[str], after: list[str], end: str, at: int) -> None:
    texts = ["".join(message(number, text) for number, text in enumerate(some)) for some in (before, after)]
    old, new = (HEADER + "".join(OLD[:at]) + text + "".join(OLD[at:]) for text in texts)

    beside(old.replace("\n", end), new.replace("\n", end))


def test_of_a_list_only_lines_that_are_new_are_read() -> None:
    """The list, too, comes as a pair with the earlier one."""
    new = LIST + "\n".join(["Boris,Sample,https://www.linkedin.com/in/boris,,,,29 Jun 2023", *PEOPLE[1:]])

    found = ADAPTER.read(alone(new), kept(alone(LIST + "\n".join(PEOPLE))))

    assert found.pair is not None
    assert [row.first_name for row in found.pair.after.rows] == ["Boris"]
    assert found._replace(pair=None) == ADAPTER.read(alone(new))


@pytest.mark.parametrize(
    ("row", "pairs"),
    [
        ("Boris,Sample,https://www.linkedin.com/in/boris,,,,29 Jun 2023", True),
        ("Boris,Sample,https://www.linkedin.com/in/ada-3,,,,29 Jun 2023", False),
        ("Boris,Sample, https://www.linkedin.com/in/ADA-3,,,,29 Jun 2023", False),
        ('"Ada3",Example,https://www.linkedin.com/in/ada-3,,,,25 Jun 2023', False),
        ("Boris,Sample,https://www.linkedin.com/in/q,,,,29 Jun 2023", False),
        ("Boris,Sample,,,,,29 Jun 2023", False),
        ("Boris,Sample,https://www.linkedin.com/in/boris,,,,29 Jun 2023,x", False),
        ('Boris,Sample,https://www.linkedin.com/in/boris,,,"29 Jun 2023', False),
        ('Boris,Sample,https://www.linkedin.com/in/boris,,,,"29 Jun 2023', False),
        (",,,,,,29 Jun 2023", True),
    ],
)
def test_what_would_be_remarked_is_remarked(row: str, *, pairs: bool) -> None:
    """Somebody new with an address that another has already; a row with too many cells; a quote that stays open."""
    quoted = 'Cleo,"Q, PhD",https://www.linkedin.com/in/q,,,,08 Jun 2023'
    old, new = (LIST + "\n".join([*some, *PEOPLE, quoted]) for some in ([], [row]))

    found = ADAPTER.read(alone(new), kept(alone(old)))

    assert found._replace(pair=None) == ADAPTER.read(alone(new))
    assert (found.pair is not None) is pairs


class Damaged(Given):
    """Files that cannot be had any more."""

    def open(self, path: str) -> IO[bytes]:
        raise VaultDamaged(f"{path}: the kept file is damaged")


class Streamed(Given):
    """Files out of git, which can only be read once from their start."""

    def open(self, path: str) -> IO[bytes]:
        stream = super().open(path)
        stream.seekable = lambda: False  # type: ignore[method-assign]
        return stream


@pytest.mark.parametrize("sort", [Damaged, Streamed])
def test_an_earlier_archive_that_cannot_be_read_at_will_does_no_harm(sort: type[Given]) -> None:
    contents = {"Connections.csv": LIST + "\n".join(PEOPLE), "messages.csv": HEADER + "".join(OLD)}
    files, manifest = rows_off(kept(Given(contents)), "messages.csv")

    found = ADAPTER.read(files, (sort(contents), manifest))

    assert found._replace(pair=None) == ADAPTER.read(files)

"""Whatever is in the files, reading ends, and ends with data or a LinkbakError."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkbak.adapters import LinkedIn
from linkbak.errors import ArchiveTooLarge
from tests import sampling
from tests.adapters.given import Given, alone, paired

ADAPTER = LinkedIn()
C5 = b"First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
NAMES = ["Connections.csv", "messages.csv", "Invitations.csv", "Comments_12345.csv", "Profile.csv", "Logins.csv"]
HEADERS = [
    C5,
    b"From,To,Sent At,Message,Direction\n",
    b"FROM,TO,DATE,SUBJECT,CONTENT,DIRECTION,FOLDER\n",
    b"Date,Link,Message\n",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b'"Title","First Name","Last Name","E-mail Address","Company","Job Title"\r\n',
    b"",
]
ROWS = [
    b"Ada,Example,u,,,,07 Jun 2023\n",
    b",,,,,,07 Jun 2023\n",
    b'"',
    b"\x00",
    b"\r",
    b"\xff\xfe\xfd",
    b"\t",
    b"\xe2\x80\xa8",
    b'2024-01-01 00:00:00,x,"y\n',
    b'Ada,Boris,"3/9/24, 2:05 PM",x,INCOMING\n',
]
CONTENT = st.builds(
    lambda head, rows: head + b"".join(rows),
    st.sampled_from(HEADERS),
    st.lists(st.one_of(st.sampled_from(ROWS), st.binary(max_size=40)), max_size=12),
)


def read_all(files: Given) -> int:
    """Everything an adapter can be asked; how many people, messages and invitations came of it."""
    ADAPTER.recognises(files)
    ADAPTER.owner(files)
    reading = ADAPTER.read(files)
    assert [facts.path for facts in reading.files] == list(files.paths)
    listing = ADAPTER.connections(files)
    assert (listing is not None) == ("connections" in reading.coverage)
    if listing is not None:
        assert listing.total == reading.coverage["connections"].rows
        assert listing.hidden == reading.coverage["connections"].hidden
    messages, invitations = list(ADAPTER.messages(files)), list(ADAPTER.invitations(files))
    for kind, found in (("messages", messages), ("invitations", invitations)):
        if kind in reading.coverage:
            assert len(found) == reading.coverage[kind].rows
    return len(messages) + len(invitations) + (listing.total if listing else 0)


@settings(max_examples=sampling.examples(200), deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), CONTENT, min_size=1, max_size=3))
def test_random_bytes(contents: dict[str, bytes]) -> None:
    read_all(Given(contents))


@settings(max_examples=sampling.examples(60), deadline=None)
@given(CONTENT, CONTENT)
def test_random_pairs(before: bytes, after: bytes) -> None:
    one, other = (ADAPTER.read(alone(content)).coverage["connections"] for content in (before, after))
    pair = paired(alone(before), alone(after), (one, other))

    assert pair is not None
    skipped = sum(length for _, _, length in pair.anchors)
    assert len(pair.before.rows) + skipped == pair.before.total
    assert len(pair.after.rows) + skipped == pair.after.total


def test_a_cell_of_half_a_megabyte_is_read() -> None:
    """The text of an uploaded CV is more than csv takes by itself."""
    files = alone(C5 + b"Ada," + b"x" * 500_000 + b",u,,,,07 Jun 2023\n")
    listing = ADAPTER.connections(files)

    assert listing is not None
    assert len(listing.rows[0].last_name) == 500_000


def test_a_cell_without_end_does_not_hide_what_follows() -> None:
    content = C5 + b"Ada,Example,u,,,,07 Jun 2023\n" + b'"' + b"x\n" * 2_200_000 + b"Boris,Sample,v,,,,06 Jun 2023\n"
    reading = ADAPTER.read(alone(content))

    assert reading.coverage["connections"].completeness == "partial"
    assert (3, "a cell is larger than linkbak reads") in {(issue.line, issue.reason) for issue in reading.issues}
    assert reading.coverage["connections"].rows == 2


@pytest.mark.parametrize("content", [b"\x00" * 9_000_000, b"," * 4_500_000, C5 + b"x" * 9_000_000, b"\n" * 900_000])
def test_megabytes_of_nothing(content: bytes) -> None:
    assert read_all(alone(content)) == 0


def test_a_list_longer_than_the_network_allows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linkbak.adapters.linkedin.connections.MOST_PEOPLE", 2)

    with pytest.raises(ArchiveTooLarge, match=r"Connections\.csv lists more than 2 people"):
        ADAPTER.read(alone(C5 + b"Ada,Example,,,,,07 Jun 2023\n" * 3))

"""The invented archives are what examples/README.md says: the same bytes every time, every quirk in its place."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from examples import archives, broken
from examples.archives import FAMILY
from examples.connection_lists import PREAMBLE
from examples.people import PEOPLE
from examples.story import BETWEEN_FEBRUARY_AND_MARCH, EVENTS, connections

EXAMPLES = Path(archives.__file__).parent
README = (EXAMPLES / "README.md").read_text(encoding="utf-8")
CONTENTS: dict[str, Mapping[str, bytes]] = {
    f"{one.written[:4]}-{one.written[5:7]} {one.path.partition('/')[0]}": one.contents for one in FAMILY
}
FEBRUARY, MARCH = CONTENTS["2026-02 ada"], CONTENTS["2026-03 ada"]


def digests(folder: Path) -> dict[str, tuple[str, float]]:
    """Every file under a folder: its bytes' digest and its time."""
    return {
        str(path.relative_to(folder)): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def rows(data: bytes) -> list[list[str]]:
    """The rows of a Connections.csv since 2020, without preamble and header."""
    read = list(csv.reader(io.StringIO(data.decode(), newline="")))
    return read[next(place for place, row in enumerate(read) if row[:1] == ["First Name"]) + 1 :]


def table(heading: str) -> list[list[str]]:
    """The cells of the README's table that starts with a heading."""
    lines = README[README.index(heading) :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]


@pytest.mark.parametrize("write", [archives.write, broken.write], ids=["whole", "broken"])
def test_the_same_bytes_come_out_every_time(tmp_path: Path, write: Callable[[Path], list[Path]]) -> None:
    write(tmp_path / "once")
    with time_machine.travel(datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)):
        write(tmp_path / "years later")

    assert digests(tmp_path / "once") == digests(tmp_path / "years later")


def test_the_scripts_run_from_anywhere_with_python_alone(tmp_path: Path) -> None:
    """-I -S: no site packages, no current folder on the path."""
    for script, first in (("make_archives.py", FAMILY[0].path), ("make_broken.py", broken.BROKEN[0].name)):
        command = [sys.executable, "-I", "-S", str(EXAMPLES / script), str(tmp_path / script)]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)

        assert done.stdout.startswith(str(tmp_path / script / first))
        assert done.stderr == ""


def test_each_archive_is_as_the_readme_lists_it(tmp_path: Path) -> None:
    archives.write(tmp_path)
    listed = {row[0]: row[1:5] for row in table("| archive | wrapping")}

    assert list(listed) == [one.path for one in FAMILY]
    for one in FAMILY:
        wrapping, files, people, hidden = listed[one.path]
        path = tmp_path / one.path
        assert wrapping == ("folder" if path.is_dir() else "zip" if zipfile.is_zipfile(path) else "file")
        assert int(files) == len(one.contents)
        if one.path.startswith("ada/"):
            shown = connections(one.taken)
            assert (int(people), int(hidden)) == (len(shown), sum(row.hidden for row in shown))


def test_the_lists_hold_as_many_rows_as_the_readme_says() -> None:
    """Counted in the bytes; the list of 2017 has an empty last line, the one of 2025 ten rows twice."""
    listed = {row[0]: int(row[3]) for row in table("| archive | wrapping")}
    extra = {"2025-08 ada": 10}

    for (key, contents), one in zip(list(CONTENTS.items())[1:], FAMILY[1:], strict=True):
        assert len(rows(contents["Connections.csv"])) == listed[one.path] + extra.get(key, 0)


def test_a_zip_is_stamped_file_by_file_and_the_last_stamp_is_when_it_was_taken(tmp_path: Path) -> None:
    archives.write(tmp_path)

    for one in (one for one in FAMILY if one.wrapping == "zip"):
        with zipfile.ZipFile(tmp_path / one.path) as zipped:
            entries = zipped.infolist()
            assert zipped.testzip() is None
        assert entries[0].filename == "Connections.csv"
        assert {entry.flag_bits & 0x8 for entry in entries} == {0x8}
        assert len({entry.date_time for entry in entries}) == len(entries)
        assert max(datetime(*entry.date_time, tzinfo=UTC) for entry in entries) == one.taken.replace(tzinfo=UTC)
        assert re.search(r"(\d\d)-(\d\d)-(\d{4})", one.path) is not None
        assert f"{one.taken:%m-%d-%Y}" in one.path


def test_the_export_of_2017_is_mac_roman_and_has_59_quoted_columns() -> None:
    data = FAMILY[0].contents["linkedin_connections_export_microsoft_outlook.csv"]
    with pytest.raises(UnicodeDecodeError):
        data.decode()
    read = list(csv.reader(io.StringIO(data.decode("mac_roman"), newline="")))

    assert data.startswith(b'"Title","First Name","Middle Name"')
    assert data.endswith(b"\r\n\n")
    assert {len(row) for row in read} == {59, 0}
    assert "Émile" in {row[1] for row in read if row}


def test_the_connections_of_2018_are_unsorted_and_say_the_minute() -> None:
    read = list(csv.reader(io.StringIO(CONTENTS["2018-11 ada"]["Connections.csv"].decode(), newline="")))
    dates = [datetime.strptime(row[5], "%m/%d/%y, %I:%M %p").replace(tzinfo=UTC) for row in read[1:]]

    assert dates not in (sorted(dates), sorted(dates, reverse=True))
    assert any((at.hour, at.minute) == (9, 5) for at in dates)


@pytest.mark.parametrize(
    ("key", "start", "columns"),
    [("2020-02 ada", "", 6), ("2022-09 ada", PREAMBLE, 6), ("2023-07 ada", PREAMBLE, 7), ("2025-08 ada", "", 7)],
)
def test_each_era_has_its_header(key: str, start: str, columns: int) -> None:
    text = CONTENTS[key]["Connections.csv"].decode()
    dates = [datetime.strptime(row[-1], "%d %b %Y").replace(tzinfo=UTC) for row in rows(text.encode())]

    assert text.startswith(f"{start}First Name,Last Name,")
    assert {len(row) for row in rows(text.encode())} == {columns}
    assert not text.endswith("\n")
    assert key == "2025-08 ada" or dates == sorted(dates, reverse=True)


def test_the_preamble_is_the_one_linkedin_writes() -> None:
    """The digest of the bytes in fourteen exports of 2021 to 2026."""
    assert hashlib.sha1(PREAMBLE.encode(), usedforsecurity=False).hexdigest().startswith("a9d247e449")


@pytest.mark.parametrize(
    ("key", "path"),
    [
        *(("2018-11 ada", name) for name in ("Shares.csv", "Logins.csv", "Ad Targeting.csv", "Search Queries.csv")),
        ("2018-11 ada", "Security Challenges.csv"),
        ("2022-09 ada", "Account Status History.csv"),
        ("2022-09 ada", "Endorsement Received Info.csv"),
    ],
)
def test_some_files_are_utf16_with_tabs(key: str, path: str) -> None:
    data = CONTENTS[key][path]

    assert data[:2] == b"\xff\xfe"
    assert len({line.count("\t") for line in data.decode("utf-16").splitlines()}) == 1
    assert "\t" in data.decode("utf-16")


def test_activity_files_have_the_quirks_that_break_parsers() -> None:
    comments = CONTENTS["2024-03 ada"]["Comments.csv"].decode()
    shares = list(csv.reader(io.StringIO(CONTENTS["2024-03 ada"]["Shares.csv"].decode(), newline="")))

    assert comments.startswith("Date,Link,Message\r\n")
    assert ",First line\nsecond line without any comma\r\n" in comments
    assert ',"A comma, and ""quotes""\nso this one is quoted"\r\n' in comments
    assert shares[1][2] == 'New list."\r\n""\r\n"It is big, and it is sorted.'
    header = CONTENTS["2022-09 ada"]["Ad_Targeting.csv"].decode().splitlines()[0].split(",")
    assert header.count("Company Names") == 3
    assert CONTENTS["2022-09 ada"]["Learning.csv"].split(b"\n")[0].endswith(b",")


def test_the_archive_of_march_2026_has_what_is_new() -> None:
    messages = MARCH["messages.csv"].decode()
    read = list(csv.reader(io.StringIO(messages, newline="")))

    assert messages.startswith('"CONVERSATION ID",')
    assert {len(row) for row in read} == {11}
    assert any("\n" in row[8] for row in read)
    assert {"Comments_123456789.csv", "Jobs/Job Applications_1.csv", "Verifications/Verifications.csv"} <= set(MARCH)
    assert any(path.startswith("Articles/") and not path.isascii() for path in MARCH)
    assert any("\u2028" in row[8] for row in read)


def test_invitations_name_people_as_each_era_does() -> None:
    first = {key: CONTENTS[key]["Invitations.csv"].decode().splitlines() for key in ("2022-09 ada", "2023-07 ada")}

    assert first["2022-09 ada"][0] == "From,To,Sent At,Message,Direction"
    assert first["2023-07 ada"][0].endswith("inviterProfileUrn,inviteeProfileUrn")
    assert all(line.count("urn:li:member:123456789") == 1 for line in first["2023-07 ada"][1:])
    march = MARCH["Invitations.csv"].decode().splitlines()
    assert all(line.count("https://www.linkedin.com/in/ada-example") == 1 for line in march[1:])
    assert any("wanda-próbka" in line for line in march)


def test_addresses_are_percent_encoded_only_in_the_list() -> None:
    assert "https://www.linkedin.com/in/wanda-pr%C3%B3bka" in {row[2] for row in rows(MARCH["Connections.csv"])}


def test_between_february_and_march_every_class_of_change_occurs_as_often_as_the_readme_says() -> None:
    """Counted from the bytes, by what the story says of each person."""
    before, after = rows(FEBRUARY["Connections.csv"]), rows(MARCH["Connections.csv"])
    said = {row[0]: int(row[1].split()[0]) for row in table("| class | how many")}
    days_before, days_after = (Counter(row[6] for row in side) for side in (before, after))

    assert (days_after - days_before).total() == said["added"] + said["reconnected"]
    assert (days_before - days_after).total() == said["vanished"] + said["reconnected"] + 1  # and one of the two Alex
    newly_hidden = {row[6] for row in after if not any(row[:6])} - {row[6] for row in before if not any(row[:6])}
    assert len(newly_hidden) == said["hidden"]
    shown_again = {row[6] for row in before if not any(row[:6])} - {row[6] for row in after if not any(row[:6])}
    assert len(shown_again) == said["returned"]
    renames = [event for event in BETWEEN_FEBRUARY_AND_MARCH if {"first", "last", "slug"} & set(event.fields)]
    assert len(renames) == said["renamed"] + 1  # and the Alex whom nobody can tell
    assert sum({"position", "shares_email"} & set(e.fields) != set() for e in BETWEEN_FEBRUARY_AND_MARCH) == (
        said["changed"] + 1  # and David, who is renamed
    )
    assert sum(row[0] == "Alex" for row in before) + sum(row[0] == "Alex" for row in after) == said["uncertain"]


def test_every_event_is_about_somebody() -> None:
    assert {event.slug for event in EVENTS} <= {person.slug for person in PEOPLE}
    assert len({person.slug for person in PEOPLE}) == len(PEOPLE)
    assert len({person.connected for person in PEOPLE}) == len(PEOPLE)

"""``linkbak activity``: one's own acts, on a screen and for programs; gaps, zones and the budget."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.cli.running import run
from tests.cli.terminal import on_terminal

ME, URL = "https://www.linkedin.com/in/me", "https://www.linkedin.com/in/"


@pytest.fixture(scope="module")
def active(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete archive of March 2026 with messages since January, invitations since February, and comments."""
    folder = tmp_path_factory.mktemp("active")
    archive = folder / "archive"
    archive.mkdir()
    (archive / "Connections.csv").write_text(
        "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
        f"Kofi,Invented,{URL}kofi,,Acme,Cook,1 Mar 2020\n"
    )
    (archive / "Profile.csv").write_text("First Name,Last Name\nMe,Me\n")
    (archive / "Invitations.csv").write_text(
        "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl\n"
        f'Me Me,Ola Open,"2/10/26, 9:00 AM",,OUTGOING,{ME},{URL}ola\n'
    )
    said = [("2026-01-05 10:00:00", False), ("2026-01-05 22:30:00", True), ("2026-01-05 22:50:00", True)]
    said += [("2026-03-04 09:00:00", True)]
    kofi = ("Kofi Invented", f"{URL}kofi")
    rows = [
        ("2-k", "", *(("Me Me", ME, *kofi) if mine else (*kofi, "Me Me", ME)), f"{at} UTC", "", "x")
        for at, mine in said
    ]
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(
        (
            *("CONVERSATION ID", "CONVERSATION TITLE", "FROM", "SENDER PROFILE URL", "TO", "RECIPIENT PROFILE URLS"),
            *("DATE", "SUBJECT", "CONTENT"),
        )
    )
    writer.writerows(rows)
    (archive / "messages.csv").write_text(out.getvalue())
    (archive / "Comments.csv").write_text('Date,Link,Message\n2026-01-06 08:00:00,https://www.linkedin.com/x,"Nice"\n')
    vault = folder / "vault"
    assert run("init", vault).status == 0
    assert run("import", archive, "--taken", "2026-03-10", vault=vault).status in (0, 3)
    return vault


def test_the_screen(active: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKBAK_ACTIVITY_DAYS_PER_WEEK", "1")
    monkeypatch.setenv("LINKBAK_ACTIVITY_ACTS_PER_DAY", "2")
    monkeypatch.setenv("LINKBAK_ACTIVITY_QUIET_AFTER", "22:45")
    assert run("activity", vault=active).status == 0  # so that no bar for the index shows below
    shown = on_terminal("activity", vault=active)
    assert shown == [
        "linkedin-me: what you did, 5 Jan 2026 to 10 Mar 2026",
        "budget: over 1 day in 1 of 9 weeks, over 2 acts on 0 days, 1 act after 22:45",
        "            messages  invitations  posts  comments  reactions  logins  days",
        "  Jan 2026         2            -      -         1          -       -     2",
        "  Feb 2026         0            1      -         0          -       -     1",
        "  Mar 2026         1            0      -         0          -       -     1",
        "acts by weekday: Mon 2, Tue 2, Wed 1, Thu 0, Fri 0, Sat 0, Sun 0",
        "by hour (UTC): 0-4 0, 4-8 0, 8-12 1, 12-16 0, 16-20 0, 20-24 2; of the 3 acts",
        "  whose file states a time zone",
        "2 stretches of acts, together at least 20 min",
        "you answered them 1 of 1 time, half of these within 12 h 30 min; they answered",
        "  you 0 of 1 time",
        "half of your messages went to 1 of 1 person",
        "- no archive covers all of that month. What you only read is in no export.",
    ]


def test_many_months_are_told_by_year(active: Path) -> None:
    """A year of which only a part is known says so; months can be had all the same, and years of a short time."""
    long = run("activity", "--since", "2024", vault=active).out.splitlines()
    assert [line.split() for line in long[1:5]] == [
        ["messages", "invitations", "posts", "comments", "reactions", "logins", "days"],
        ["2024", "-", "-", "-", "-", "-", "-", "-"],
        ["2025", "-", "-", "-", "-", "-", "-", "-"],
        ["2026", "3", "1+", "-", "1", "-", "-", "4"],
    ]
    assert "- no archive covers all of that year; + at least so many. What you only read is in no export." in long
    assert run("activity", "--by", "year", vault=active).out.splitlines()[1:3] == [long[1], long[4]]
    months = run("activity", "--since", "2024", "--by", "month", vault=active).out.splitlines()
    assert [line.split()[:2] for line in months[2:29]][::26] == [["Jan", "2024"], ["Mar", "2026"]]
    assert run("activity", "--by", "week", vault=active).err.startswith("error: --by takes month or year\n")


def test_hours_are_of_the_zone_that_one_set(active: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half past ten at night in UTC is half past seven in the morning of the next day in Tokyo; the comment stays."""
    monkeypatch.setenv("LINKBAK_ACTIVITY_ZONE", "Asia/Tokyo")
    found = run("activity", "--json", vault=active).json
    assert (found["zone"], found["hours"][7], found["acts"], found["zoned"]) == ("Asia/Tokyo", 2, 5, 3)
    assert found["days"] == {"2026-01-06": 3, "2026-02-10": 1, "2026-03-04": 1}
    monkeypatch.setenv("LINKBAK_ACTIVITY_ZONE", "Nowhere/Such")
    assert run("activity", vault=active).status == 2


def test_rows_of_days_leave_empty_what_no_archive_tells(active: Path) -> None:
    rows = [*csv.DictReader(io.StringIO(run("activity", "--csv", vault=active).out))]
    assert (rows[0]["day"], rows[-1]["day"], len(rows)) == ("2026-01-05", "2026-03-10", 65)
    first, last = rows[0], rows[-1]
    assert (first["messages"], first["invitations"], first["posts"]) == ("2", "", "")
    assert (last["messages"], last["invitations"], last["posts"]) == ("0", "0", "")


def test_only_the_days_asked_for(active: Path) -> None:
    found = run("activity", "--since", "2026-02", "--before", "2026-03", "--json", vault=active).json
    assert (found["first"], found["last"], found["acts"], found["budget"]) == ("2026-02-01", "2026-02-28", 1, None)


def test_nothing_is_told_where_no_archive_tells(empty: Path, february: Path) -> None:
    refused = run("activity", vault=empty)
    assert (refused.status, refused.out) == (13, "")
    assert "no archive here shows anything you did" in refused.err


def test_the_mail_tells_of_the_budget_if_there_is_one(active: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "budget" not in run("stats", "--mail", vault=active).out
    monkeypatch.setenv("LINKBAK_ACTIVITY_ACTS_PER_DAY", "1")
    lines = run("stats", "--mail", vault=active).out.splitlines()
    at = lines.index("Against your budget, 5 Jan 2026 to 10 Mar 2026:")
    assert lines[at + 1] == "Over 1 act on 1 day"

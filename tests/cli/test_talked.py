"""Messages beside lists without addresses: counted by a name unique in one archive, else not claimed either way."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.running import run

LIST = "First Name,Last Name,Email Address,Company,Position,Connected On\n"
MESSAGES = "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,DATE,SUBJECT,CONTENT,FOLDER\n"


def said(number: int, name: str, slug: str) -> str:
    to = "https://www.linkedin.com/in/olive-owner"
    return (
        f"2-{number},,{name},https://www.linkedin.com/in/{slug},Olive Owner,2022-03-06 10:00:00 UTC,,hello,INBOX\n"
        f"2-{number},,Olive Owner,{to},{name},2022-03-06 11:00:00 UTC,,hello {name},INBOX\n"
    )


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """An archive of 2022: Ada wrote, Bo did not, two are called Cleo and one of them wrote."""
    archive = tmp_path / "archive"
    archive.mkdir()
    rows = ("Ada,Example,05", "Bo,Muster,04", "Cleo,Invented,03", "Cleo,Invented,02")
    people = [",,Sample SA,Cook,".join(one.rsplit(",", 1)) + " Mar 2022\n" for one in rows]
    (archive / "Connections.csv").write_text(LIST + "".join(people))
    (archive / "messages.csv").write_text(
        MESSAGES + said(1, "Ada Example", "ada-example") + said(2, "Cleo Invented", "cleo-invented")
    )
    (archive / "Profile.csv").write_text("First Name,Last Name\nOlive,Owner\n")
    assert run("init", tmp_path / "vault").status == 0
    assert run("import", archive, "--taken", "2022-03-24", vault=tmp_path / "vault").status == 0
    return tmp_path / "vault"


def messages(vault: Path, name: str) -> str:
    (line,) = [line for line in run("show", name, vault=vault).out.splitlines() if line.startswith("  messages ")]
    return line.removeprefix("  messages     ")


def test_a_name_unique_in_the_archive_counts_and_another_is_not_taken_for_none(vault: Path) -> None:
    assert messages(vault, "Ada") == "2 (1 from you, 1 from them), on 6 Mar 2022"
    assert messages(vault, "Bo") == "none in any archive"
    cleo = run("people", "--json", vault=vault).json["people"][-1]
    assert (cleo["name"], cleo["messages"], cleo["messages_known"]) == ("Cleo Invented", 0, False)
    assert messages(vault, cleo["id"]) == "unknown: no archive shows it"


def test_only_who_is_known_to_be_silent_never_talked(vault: Path) -> None:
    found = run("people", "--never-talked", "--json", vault=vault).json
    assert [one["name"] for one in found["people"]] == ["Bo Muster"]


def test_who_came_after_the_last_archive_with_messages_is_not_taken_for_silent(vault: Path, tmp_path: Path) -> None:
    later = tmp_path / "later" / "Connections.csv"
    later.parent.mkdir()
    old = (tmp_path / "archive" / "Connections.csv").read_text()
    later.write_text(old.replace(LIST, f"{LIST}Dan,Newcomer,,Sample SA,Cook,01 Apr 2022\n"))
    assert run("import", later, "--taken", "2022-04-02", vault=vault).status == 0
    assert messages(vault, "Dan") == "unknown: no archive shows it"
    reach = run("stats", "--json", vault=vault).json["reach"]
    assert (reach["people"], reach["talked"], reach["untold"]) == (5, 1, 3)


def test_without_any_messages_nobody_is_called_silent(tmp_path: Path) -> None:
    lone = tmp_path / "Connections.csv"
    lone.write_text(f"{LIST}Ada,Example,,Sample SA,Cook,05 Mar 2022\n")
    vault = tmp_path / "vault"
    assert run("init", vault).status == 0
    assert run("import", lone, "--taken", "2022-03-24", vault=vault).status == 0
    assert messages(vault, "Ada") == "unknown: no archive shows it"
    assert run("people", "--never-talked", "--json", vault=vault).json["people"] == []


def test_files_for_programs_say_nothing_where_nothing_can_be_told(vault: Path, tmp_path: Path) -> None:
    listed = run("people", "--csv", vault=vault).out.splitlines()
    at = listed[0].split(",").index("messages")

    assert {line.split(",")[2]: line.split(",")[at] for line in listed[1:] if "Cleo" not in line} == {
        "Ada Example": "2",
        "Bo Muster": "0",
    }
    assert [line.split(",")[at] for line in listed[1:] if "Cleo" in line] == ["", ""]
    made = tmp_path / "people.db"
    assert run("export", "sqlite", "--output", made, vault=vault).status == 0
    with closing(sqlite3.connect(made)) as db:
        rows = db.execute("SELECT first_name, messages FROM people ORDER BY first_name").fetchall()
    assert rows == [("Ada", 2), ("Bo", 0), ("Cleo", None), ("Cleo", None)]


def test_who_talks_with_somebody_listed_is_the_owner_where_nothing_else_tells(tmp_path: Path) -> None:
    """One conversation, no profile: whoever is in the list cannot be whose list it is."""
    archive = tmp_path / "archive"
    archive.mkdir()
    (archive / "Connections.csv").write_text(f"{LIST}Ada,Example,,Sample SA,Cook,05 Mar 2022\n")
    (archive / "messages.csv").write_text(MESSAGES + said(1, "Ada Example", "ada-example"))
    vault = tmp_path / "vault"
    assert run("init", vault).status == 0
    assert run("import", archive, "--taken", "2022-03-24", vault=vault).status == 0

    assert messages(vault, "Ada") == "2 (1 from you, 1 from them), on 6 Mar 2022"

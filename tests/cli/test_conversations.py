"""Conversations keep their ids for years: they join who left before lists had addresses to what is said later."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.running import run

OLD_LIST = "First Name,Last Name,Email Address,Company,Position,Connected On\n"
NEW_LIST = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
OLD = "CONVERSATION ID,CONVERSATION TITLE,FROM,TO,DATE,SUBJECT,CONTENT,FOLDER\n"
NEW = (
    "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,FOLDER\n"
)
STAY = ("Bo", "Cleo", "Dan", "Eli")
IN = "https://www.linkedin.com/in/"


def old(conversation: int, name: str) -> str:
    return f"2-{conversation},,{name},Olive Owner,2020-03-0{conversation} 10:00:00 UTC,,hello,INBOX\n"


def new(conversation: int, name: str, slug: str) -> str:
    me, them = f"{IN}olive-owner", slug and f"{IN}{slug}"
    day = f"2020-03-0{conversation} 10:00:00 UTC"
    return f"2-{conversation},,{name},{them},Olive Owner,{me},{day},,hello,INBOX\n"


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of October 2020 and one of January 2025, which lacks Ada, Eve and Fay."""
    folder = tmp_path_factory.mktemp("conversations")
    names = ["Ada", "Bo", "Cleo", "Dan", "Eve", "Fay"]
    then, now = folder / "then", folder / "now"
    for each, header in ((then, OLD_LIST), (now, NEW_LIST)):
        each.mkdir()
        rows = [
            f"{name},Muster,{url},Sample SA,Cook,{20 - number} Feb 2020\n"
            for number, name in enumerate([*names, "Gus", "Hal", "Ivo"])
            for url in ([f"{IN}{name.lower()}-muster,"] if header == NEW_LIST else [""])
            if header == OLD_LIST or name not in ("Ada", "Eve", "Fay")
        ]
        (each / "Connections.csv").write_text(header + "".join(rows))
        (each / "Profile.csv").write_text("First Name,Last Name\nOlive,Owner\n")
    (then / "messages.csv").write_text(OLD + "".join(old(n, f"{one} Muster") for n, one in enumerate(names, 1)))
    today = {"Eve": ("Eve Married", "eve-married"), "Fay": ("LinkedIn Member", "")}
    shown = [today.get(one, (f"{one} Muster", f"{one.lower()}-muster")) for one in names]
    (now / "messages.csv").write_text(NEW + "".join(new(n, *one) for n, one in enumerate(shown, 1)))
    vault = folder / "vault"
    assert run("init", vault).status == 0
    assert run("import", then, "--taken", "2020-10-20", vault=vault).status == 0
    assert run("import", now, "--taken", "2025-01-20", "--accept", vault=vault).status == 0
    return vault


def test_who_left_and_is_still_named_with_an_address_has_their_messages_and_lives(vault: Path) -> None:
    found = {one["name"]: one for one in run("lost", "--json", vault=vault).json["lost"]}

    assert {name: one["messages"] for name, one in found.items()} == {"Ada Muster": 1, "Eve Muster": 1, "Fay Muster": 1}
    said = {name: (one["verdict"]["cause"], one["verdict"]["band"]) for name, one in found.items()}
    assert (said["Ada Muster"], said["Fay Muster"]) == (("account-lives", "likely"), ("unknown", "unknown"))
    assert said["Eve Muster"] == ("account-lives", "verified")  # under a name that no archive had before the loss


def test_nobody_else_has_more_or_less(vault: Path) -> None:
    people = run("people", "--json", vault=vault).json["people"]

    assert {one["name"].split()[0]: one["messages"] for one in people} == {
        **dict.fromkeys(("Bo", "Cleo", "Dan"), 1),
        **dict.fromkeys(("Gus", "Hal", "Ivo"), 0),
    }


def test_somebody_gone_and_listed_anew_under_another_name_is_told_by_the_conversation(tmp_path: Path) -> None:
    """The lists alone say that one left and another came, on another date."""
    stay = [
        f"{name},Muster,,Sample SA,Cook,0{number} Feb 2020\n"
        for number, name in enumerate(["Bo", "Cleo", "Dan", "Eli", "Fay"], 1)
    ]
    archives = {
        "2020-10-20": (OLD_LIST, "Ada,Muster,,Sample SA,Cook,20 Jan 2020\n", OLD + old(1, "Ada Muster")),
        "2025-01-20": (
            NEW_LIST,
            f"Ada,Married,{IN}ada-married,,Other SA,Baker,20 Nov 2024\n",
            NEW + new(1, "Ada Married", "ada-married"),
        ),
    }
    vault = tmp_path / "vault"
    assert run("init", vault).status == 0
    for taken, (header, ada, messages) in archives.items():
        folder = tmp_path / taken
        folder.mkdir()
        there = stay if header == OLD_LIST else [row.replace(",Muster,", ",Muster,,") for row in stay]
        rows = [*there[::-1], ada] if header == OLD_LIST else [ada, *there[::-1]]
        (folder / "Connections.csv").write_text(header + "".join(rows))
        (folder / "messages.csv").write_text(messages)
        (folder / "Profile.csv").write_text("First Name,Last Name\nOlive,Owner\n")
        assert run("import", folder, "--taken", taken, "--accept", vault=vault).status == 0

    (ada,) = run("lost", "--json", vault=vault).json["lost"]
    (other,) = ada["perhaps"]
    assert (ada["name"], other["name"], other["share"]) == ("Ada Muster", "Ada Married", 0.98)


def renamed(folder: Path, months: Mapping[int, str]) -> Path:
    """A vault: Ada and Ben of one day in March 2025, later Zoe alone; messages as given by month, "" for none."""
    stay = "".join(f"{one},Muster,{IN}{one.lower()},,Sample SA,Cook,0{5 - n} Mar 2025\n" for n, one in enumerate(STAY))
    vault = folder / "vault"
    assert run("init", vault).status == 0
    for month, messages in months.items():
        archive = folder / str(month)
        archive.mkdir()
        names = ["Ada", "Ben"] if month == 3 else ["Zoe"]
        top = [f"{one},{one}son,{IN}{one.lower()},,{one} Ltd,{one} keeper,10 Mar 2025\n" for one in names]
        (archive / "Connections.csv").write_text(NEW_LIST + "".join(top) + stay)
        if messages:
            (archive / "messages.csv").write_text(NEW + messages)
        assert run("import", archive, "--taken", f"2025-0{month}-10", "--account", "me", vault=vault).status == 0
    return vault


THEN = new(1, "Ada Adason", "ada") + new(2, "Bo Muster", "bo")
NOW = new(1, "Zoe Zoeson", "zoe") + new(2, "Bo Muster", "bo")


def test_who_is_listed_otherwise_with_the_same_date_is_one_line_of_history(tmp_path: Path) -> None:
    """Of two of one day one is gone, and one is listed under another name and address: the conversation says which."""
    vault = renamed(tmp_path, {3: THEN, 4: NOW})

    diff = run("diff", "--json", vault=vault).json
    shown = run("show", "Zoe", "--json", vault=vault).json["person"]

    assert [(one["before"]["name"], one["after"]["name"]) for one in diff["renamed"]] == [("Ada Adason", "Zoe Zoeson")]
    assert [one["name"] for one in diff["vanished"]] == ["Ben Benson"]
    assert [one["name"] for one in run("lost", "--json", vault=vault).json["lost"]] == ["Ben Benson"]
    assert (shown["messages"], [one["value"] for one in shown["names"]]) == (1, ["Ada Adason", "Zoe Zoeson"])


def test_a_later_archive_with_messages_tells_of_whom_two_lists_did_not(tmp_path: Path) -> None:
    """The list in between came without messages, so the rows were left open."""
    vault = renamed(tmp_path, {3: THEN, 4: "", 5: NOW})

    (doubt,) = run("lost", "--json", vault=vault).json["unclear"]
    names = {one["id"]: one["name"] for one in doubt["people"]}
    told = {names[one["id"]]: (one["claim"], one["share"]) for one in doubt["likelier"]}
    assert told["Ada Adason"] == ("same", 0.98)
    assert told["Ben Benson"][0] == "gone"

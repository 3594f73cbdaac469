"""``linkbak mark``: what a user tells of people is kept, shown, and taken back."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from linkbak.marks import CAUSES, FACTS
from tests.cli.running import run, state
from tests.hostile_text import HOSTILE_TEXT
from tests.schemas import adapter

LUZ = "https://www.linkedin.com/in/luz-ejemplar"
WEI = "wei.shili.2b3c4d5e@example.com"
THEN = datetime(2026, 4, 1, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Any:
    """A clock that stands still until a test moves it; the vault's programs have their own."""
    with time_machine.travel(THEN, tick=False) as travelled:
        yield travelled


def told(vault: Path) -> list[dict[str, Any]]:
    """The lines of marks.jsonl, as committed."""
    shown = git(vault, "show", "HEAD:marks.jsonl")
    return [json.loads(line) for line in shown.splitlines()]


def git(vault: Path, *words: str) -> str:
    ran = subprocess.run(["git", "-C", vault, *words], capture_output=True, text=True, check=True)
    return ran.stdout


def listed(vault: Path, *words: str) -> list[tuple[str, str | None, str | None]]:
    """Fact, value, and the name of whom it means today, newest first."""
    marks = run("mark", "list", *words, "--json", vault=vault).json["marks"]
    return [(one["fact"], one["value"], one["person"] and one["person"]["name"]) for one in marks]


def test_a_note(two: Path) -> None:
    ran = run("mark", LUZ, "note", " met in", "Ghent ", vault=two)

    assert (ran.status, ran.err) == (0, "")
    kept = told(two)
    assert kept == [
        {
            "fact": "note",
            "account": "linkedin-me",
            "person": {"name": "Luz Ejemplar de Muestra", "url": LUZ, "connected_on": "2025-03-14"},
            "value": "met in Ghent",
            "at": "2026-04-01T09:30:00Z",
        }
    ]
    assert git(two, "log", "-1", "--format=%B").strip() == "Mark 1 person: note"
    (one,) = run("mark", "list", "--json", vault=two).json["marks"]
    assert ran.out == (
        f"marked Luz Ejemplar de Muestra: note met in Ghent\n`linkbak mark undo {one['id']}` takes it back\n"
    )
    assert run("mark", "list", vault=two).out == (
        "1 mark, newest first\n"
        "  id        when        fact  value         person\n"
        f"  {one['id']}  1 Apr 2026  note  met in Ghent  Luz Ejemplar de Muestra\n"
    )


def test_somebody_is_named_by_address_e_mail_name_and_id(two: Path) -> None:
    assert run("mark", LUZ, "tag", "address", vault=two).status == 0
    assert run("mark", WEI, "tag", "mail", vault=two).status == 0
    assert run("mark", "yusuf", "ornek", "tag", "name", vault=two).status == 0
    found = run("mark", "list", "--json", vault=two).json["marks"]
    assert run("mark", found[0]["person"]["id"], "tag", "id", vault=two).status == 0

    assert listed(two) == [
        ("tag", "id", "Yusuf Örnek"),
        ("tag", "name", "Yusuf Örnek"),
        ("tag", "mail", "Wei Shili"),
        ("tag", "address", "Luz Ejemplar de Muestra"),
    ]


def test_saying_it_twice_adds_nothing(two: Path) -> None:
    assert run("mark", LUZ, "known", vault=two).status == 0
    before = git(two, "rev-parse", "HEAD")
    ran = run("mark", LUZ, "known", vault=two)

    assert (ran.status, ran.out) == (0, "Luz Ejemplar de Muestra is already marked so: known\n")
    found = run("mark", LUZ, "known", "--json", vault=two).json
    assert found == {"schema": "linkbak.mark/1", "action": "mark", "marks": [], "already": 1}
    assert git(two, "rev-parse", "HEAD") == before


def test_the_last_word_can_be_said_again(two: Path) -> None:
    for fact in ("known", "unknown", "known"):
        assert run("mark", LUZ, fact, vault=two).out.startswith(f"marked Luz Ejemplar de Muestra: {fact}\n")
    assert [line["fact"] for line in told(two)] == ["known", "unknown", "known"]


def test_a_mark_outlives_another_name_and_address(empty: Path, february: Path, march: Path) -> None:
    run("import", february, vault=empty)
    assert run("mark", "Ingrid Probe", "tag", "friend", vault=empty).status == 0
    run("import", march, vault=empty)

    assert listed(empty) == [("tag", "friend", "Inga Beispiel")]
    assert listed(empty, "inga-beispiel") == [("tag", "friend", "Inga Beispiel")]
    assert told(empty)[0]["person"]["name"] == "Ingrid Probe"
    assert run("mark", "Inga Beispiel", "tag", "friend", vault=empty).out.endswith("already marked so: tag friend\n")


def test_who_is_gone_can_be_marked(two: Path) -> None:
    assert run("mark", "Niall Sampla", "removed-by-me", vault=two).status == 0
    assert listed(two, "Niall", "Sampla") == [("removed-by-me", None, "Niall Sampla")]
    assert listed(two, LUZ) == []


def test_several_who_may_be_meant_are_shown_and_nobody_is_marked(two: Path) -> None:
    before = state(two)
    ran = run("mark", "Sam Twin", "known", vault=two)

    assert (ran.status, ran.out) == (13, "")
    assert ran.err.count("Sam Twin  ") == 2
    assert "error: 'Sam Twin' may mean 2 people\n" in ran.err
    assert state(two) == before
    refused = json.loads(run("mark", "Sam Twin", "known", "--json", vault=two).err)
    assert refused["error"]["exit_code"] == 13


@pytest.mark.parametrize("words", [("mark", "Nobody Here", "known"), ("mark", "list", "Nobody Here")])
def test_nobody_of_that_name(words: tuple[str, ...], two: Path) -> None:
    ran = run(*words, vault=two)

    assert (ran.status, ran.out) == (13, "")
    assert ran.err.startswith("error: nobody in the vault matches 'Nobody Here'\nhint: ")


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ((LUZ,), "say what to record about them"),
        (("Luz", "Ejemplar"), "'Ejemplar' is not a fact about a person"),
        ((LUZ, "known", "well"), "known takes nothing behind it"),
        ((LUZ, "note"), "what note? It needs a word behind it"),
        ((LUZ, "note", "a\nb"), "a note is one line, this has several"),
        ((LUZ, "tag", "a", "b"), "a tag has no blanks and no commas"),
        ((LUZ, "cause", "weather"), "'weather' is not a cause"),
        ((LUZ, "known", "--all"), "only `linkbak mark list` takes --all"),
        (("--from", "no-such-file", "known"), "cannot read no-such-file: No such file or directory"),
    ],
)
def test_words_that_are_off(words: tuple[str, ...], problem: str, two: Path) -> None:
    ran = run("mark", *words, vault=two)

    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"error: {problem}\n")


def test_everybody_of_a_file_in_one_commit(two: Path, tmp_path: Path) -> None:
    run("mark", WEI, "tag", "fair", vault=two)
    roll = tmp_path / "roll.txt"
    roll.write_text(f"# from the fair\n\n{LUZ}\n  Yusuf Örnek \nluz-ejemplar\n{WEI}\nNiall Sampla\n", encoding="utf-8")
    before = git(two, "rev-parse", "HEAD").strip()
    ran = run("mark", "--from", roll, "tag", "fair", vault=two)

    assert (ran.status, ran.err) == (0, "")
    assert ran.out == (
        "marked 3 people: tag fair\n"
        "`linkbak mark list` shows them, `linkbak mark undo ID` takes one back\n"
        "Wei Shili is already marked so: tag fair\n"
    )
    assert [line["person"]["name"] for line in told(two)[1:]] == [
        "Luz Ejemplar de Muestra",
        "Yusuf Örnek",
        "Niall Sampla",
    ]
    assert git(two, "log", "--format=%s", f"{before}..") == "Mark 3 people: tag\n"


def test_one_line_that_is_not_understood_and_nobody_is_marked(two: Path, tmp_path: Path) -> None:
    roll = tmp_path / "roll.txt"
    roll.write_text(f"{LUZ}\nNobody Here\n\nSam Twin\nNobody There\n", encoding="utf-8")
    before = state(two)
    ran = run("mark", "--from", roll, "known", vault=two)

    assert (ran.status, ran.out) == (13, "")
    assert ran.err == (
        "error: nothing was marked: nobody is meant in lines 2 and 5; more than one person in line 4\n"
        "hint: `linkbak people` prints the id of everybody.\n"
    )
    assert state(two) == before


def test_many_lines_not_understood_are_counted(two: Path) -> None:
    ran = run("mark", "-", "known", vault=two, typed="".join(f"Nobody {number}\n" for number in range(1, 31)))

    lines = ", ".join(map(str, range(1, 21)))
    assert ran.status == 13
    assert f"nobody is meant in lines {lines} and 10 more\n" in ran.err


@pytest.mark.parametrize("words", [["mark", "-", "known"], ["mark", "--from", "-", "known"]])
def test_people_from_standard_input(words: list[str], two: Path) -> None:
    ran = run(*words, vault=two, typed=f"{LUZ}\n{WEI}\tWei Shili\n")

    assert ran.status == 0
    assert listed(two) == [("known", None, "Wei Shili"), ("known", None, "Luz Ejemplar de Muestra")]


def test_a_csv_of_people(two: Path) -> None:
    run("mark", LUZ, "known", vault=two)
    (one,) = run("mark", "list", "--json", vault=two).json["marks"]
    ran = run(
        "mark", "-", "tag", "customer", vault=two, typed=f'id,account,name\n{one["person"]["id"]},linkedin-me,"x\ny"\n'
    )

    assert ran.status == 0
    assert listed(two)[0] == ("tag", "customer", "Luz Ejemplar de Muestra")


def test_a_list_of_nobody(two: Path) -> None:
    ran = run("mark", "-", "known", vault=two, typed="# nobody yet\n")

    assert (ran.status, ran.err) == (2, "error: the list of people names nobody\n")


def test_taking_back_the_newest_and_the_one_before(two: Path, clock: Any) -> None:
    run("mark", LUZ, "tag", "a", vault=two)
    clock.shift(timedelta(hours=1))
    run("mark", WEI, "tag", "b", vault=two)
    found = run("mark", "list", "--json", vault=two).json["marks"]
    ran = run("mark", "undo", vault=two)

    assert (ran.status, ran.out) == (0, f"took back the mark of Wei Shili: tag b  ({found[0]['id']})\n")
    assert told(two)[-1] == {"fact": "undo", "mark": found[0]["id"], "at": "2026-04-01T10:30:00Z"}
    assert git(two, "log", "-1", "--format=%s") == "Undo 1 mark\n"
    assert listed(two) == [("tag", "a", "Luz Ejemplar de Muestra")]
    assert run("mark", "undo", vault=two).status == 0
    assert listed(two) == []
    assert run("mark", "list", vault=two).out == "no marks\n"
    assert len(listed(two, "--all")) == len(told(two)) - 2 == 2
    ran = run("mark", "undo", vault=two)
    assert (ran.status, ran.out) == (13, "")
    assert ran.err.startswith("error: there is no mark to take back\n")


def test_taking_back_by_id(two: Path) -> None:
    for tag in "abc":
        run("mark", LUZ, "tag", tag, vault=two)
    ids = {one["value"]: one["id"] for one in run("mark", "list", "--json", vault=two).json["marks"]}
    done = run("mark", "undo", ids["a"][:6].upper(), ids["b"], "--json", vault=two).json

    assert (done["action"], done["already"]) == ("undo", 0)
    assert [(one["id"], one["undone"]) for one in done["marks"]] == [(ids["a"], True), (ids["b"], True)]
    assert listed(two) == [("tag", "c", "Luz Ejemplar de Muestra")]
    again = run("mark", "undo", ids["a"], vault=two)
    assert (again.status, again.out) == (0, "1 mark had been taken back before\n")
    assert len(told(two)) == 5


def test_taking_back_what_is_not_there_takes_back_nothing(two: Path) -> None:
    run("mark", LUZ, "known", vault=two)
    (one,) = run("mark", "list", "--json", vault=two).json["marks"]
    ran = run("mark", "undo", one["id"], "zzzz", vault=two)

    assert (ran.status, ran.out) == (13, "")
    assert ran.err.startswith("error: there is no mark 'zzzz'\n")
    assert len(told(two)) == 1


def test_told_taken_back_and_told_again(two: Path) -> None:
    """All in one second, so that both lines have one id."""
    run("mark", LUZ, "known", vault=two)
    run("mark", "undo", vault=two)
    assert run("mark", LUZ, "known", vault=two).out.startswith("marked ")
    assert listed(two) == [("known", None, "Luz Ejemplar de Muestra")]
    run("mark", "undo", told(two)[1]["mark"], vault=two)
    assert listed(two) == []


def test_what_was_taken_back_is_listed_when_asked_for(two: Path) -> None:
    run("mark", LUZ, "tag", "kept", vault=two)
    run("mark", WEI, "tag", "wrong", vault=two)
    run("mark", "undo", vault=two)
    kept, wrong = sorted(run("mark", "list", "--all", "--json", vault=two).json["marks"], key=lambda one: one["value"])

    assert run("mark", "list", "--all", vault=two).out == (
        "1 mark, newest first\n"
        "  id        when        fact  value  person\n"
        f"  {kept['id']}  1 Apr 2026  tag   kept   Luz Ejemplar de Muestra\n"
        "\n"
        "1 mark taken back\n"
        f"  {wrong['id']}  1 Apr 2026  tag  wrong  Wei Shili\n"
    )


def test_a_mark_of_somebody_nobody_knows_says_so(two: Path) -> None:
    run("mark", LUZ, "known", vault=two)
    lines = (two / "marks.jsonl").read_text().replace("luz-ejemplar", "somebody-else")
    (two / "marks.jsonl").write_text(lines)
    git(two, "-c", "user.name=x", "-c", "user.email=x", "commit", "-qam", "By hand")

    assert listed(two) == [("known", None, None)]
    printed = run("mark", "list", vault=two).out
    assert "Luz Ejemplar de Muestra (unclear)\n" in printed
    assert printed.endswith("(unclear): the mark fits nobody in the lists, or more than one person\n")


def test_marks_of_one_fact_are_listed_and_a_tag_is_taken_back_from_all_who_have_it(two: Path) -> None:
    run("mark", "Carla", "tag", "customer", vault=two)
    run("mark", "Goran", "tag", "customer", vault=two)
    run("mark", "Goran", "tag", "ghent", vault=two)
    run("mark", "Goran", "known", vault=two)

    def values(*words: str) -> list[str]:
        return [one["value"] for one in run("mark", "list", *words, "--json", vault=two).json["marks"]]

    assert values("tag") == ["ghent", "customer", "customer"]
    assert values("tag", "customer") == ["customer", "customer"]
    assert run("mark", "undo", "tag", "nope", vault=two).status == 13
    assert run("mark", "undo", "tag", "customer", vault=two).status == 0
    assert values("tag") == ["ghent"]
    assert run("mark", "undo", "tag", "customer", vault=two).err.startswith("error: nobody has the tag 'customer'")


def test_a_person_named_like_an_action_stands_behind_dashes(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("mark", "list", "nobody", vault=two).err.startswith("error: nobody in the vault matches 'nobody'")
    line = ["--vault", str(two), "mark", "--", "list", "known"]
    monkeypatch.setattr(sys, "argv", ["linkbak", *line])
    ran = run(*line)

    assert ran.status == 13
    assert ran.err.startswith("error: nobody in the vault matches 'list'")


def test_listing_writes_nothing(two: Path) -> None:
    run("mark", LUZ, "known", vault=two)
    before = state(two)
    assert run("mark", "list", "--all", vault=two).status == 0
    assert state(two) == before


def test_quiet(two: Path) -> None:
    ran = run("mark", LUZ, "known", "--quiet", vault=two)

    assert (ran.status, ran.out, ran.err) == (0, "", "")
    assert len(told(two)) == 1


def test_an_account_of_several(two: Path, boris: Path) -> None:
    assert run("import", boris, "--account", "boris", vault=two).status == 0
    run("mark", LUZ, "known", "--account", "me", vault=two)
    (line,) = told(two)

    assert line["account"] == "linkedin-me"
    assert len(listed(two, "--account", "linkedin-me")) == 1
    assert listed(two, "--account", "boris") == []
    assert run("mark", "undo", "--account", "boris", vault=two).status == 13
    assert run("mark", LUZ, "known", "--account", "nobody", vault=two).status == 2


def test_hostile_notes_come_back_as_typed_and_act_on_nothing(two: Path) -> None:
    notes = [text.strip() for text in HOSTILE_TEXT if text.strip() and "\0" not in text and len(text) < 1000]
    notes = list(dict.fromkeys(text for text in notes if len(text.splitlines()) == 1))[::3]
    for note in notes:
        ran = run("--vault", two, "mark", LUZ, "note", "--", note)
        assert ran.status == 0
        assert "\x1b" not in ran.out
    assert [value for _, value, _ in listed(two)] == notes[::-1]
    assert not {"\x1b", "\x07", "\u202e"} & set(run("mark", "list", vault=two).out)


def test_what_is_printed_fits_its_document(two: Path) -> None:
    kind = adapter("mark")
    for words in (("mark", LUZ, "note", "x"), ("mark", WEI, "known"), ("mark", "list"), ("mark", "undo")):
        document = run(*words, "--json", vault=two).json
        assert kind.dump_python(kind.validate_python(document, strict=True)) == document
        assert document["marks"]


def test_help_names_every_fact_and_cause() -> None:
    printed = run("mark", "--help").out
    for word in (*FACTS, *CAUSES):
        assert word in printed

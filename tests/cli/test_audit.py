"""``linkbak audit``: single keys on a terminal, each kept at once; the cull list; replies in one's own words."""

from __future__ import annotations

import json
import os
import pty
import signal
import sys
import termios
from pathlib import Path
from typing import Any

import pytest

from tests.cli import test_pitches
from tests.cli.running import Ran, run, state
from tests.cli.terminal import on_terminal
from tests.diff.people import person
from tests.eras import render
from tests.schemas import adapter

TEMPLATE = "Dear {first_name},\n\nno thanks to {company}, {{really}}.\n"


def marks(vault: Path) -> list[tuple[str, str, str]]:
    """What stands, oldest first."""
    found = run("mark", "list", "--json", vault=vault).json["marks"]
    return [(one["subject"]["name"], one["fact"], one["value"] or "") for one in reversed(found)]


def asked(shown: list[str]) -> list[str]:
    return [line for line in shown if line.startswith("[")]


@pytest.fixture
def template(tmp_path: Path) -> Path:
    file = tmp_path / "reply.txt"
    file.write_text(TEMPLATE, "utf-8")
    return file


def test_each_key_is_kept_and_nobody_is_asked_twice(two: Path) -> None:
    every = [one["name"] for one in run("audit", "--json", vault=two).json["people"]]
    first = on_terminal("audit", vault=two, typed="kucsq")

    assert first[0].split("  ")[0] == f"20 of {len(every)} to look at; the newest first"
    assert first[0].endswith("  q ends")
    assert [line.partition("] ")[2].partition(",")[0] for line in asked(first)] == every[:5]
    assert marks(two) == [(every[0], "known", ""), (every[1], "unknown", ""), (every[2], "tag", "cull")]
    assert f"1 known, 1 unknown, 1 on the cull list, 1 later; {len(every) - 3} left to look at" in first
    assert "`linkbak export vcard --known -o known.vcf` exports only whom you know." in first
    rest = [one["name"] for one in run("audit", "--json", vault=two).json["people"]]
    assert rest == every[3:]  # whom one put off comes again, the others do not


def test_what_is_taken_back_is_asked_again(two: Path) -> None:
    shown = on_terminal("audit", vault=two, typed="zkzuq")
    assert [line.partition("/")[0] for line in asked(shown)] == ["[1", "[1", "[2", "[1", "[2"]
    nothing = "nothing to undo in this sitting; `linkbak mark undo` takes back older answers"
    assert shown.count(f"  {nothing}") == 1
    assert [fact for _, fact, _ in marks(two)] == ["unknown"]


def test_that_there_is_no_template_is_said_in_whole_words(two: Path) -> None:
    shown = on_terminal("audit", vault=two, typed="rq")
    assert "  you have no text for replies yet: write one into a file, and name it with" in shown
    assert "    --template FILE" in shown


def test_no_key_stands_for_another(two: Path) -> None:
    """An arrow (ESC [ C) is no c, and neither Enter nor a blank says anything."""
    shown = on_terminal("audit", vault=two, typed=["\x1b[C", "\r", " ", "é", "q"])
    assert shown.count("press one of k u c r s z q") == 4
    assert not any("\N{REPLACEMENT CHARACTER}" in line for line in shown)
    assert marks(two) == []


def sitting(vault: Path) -> tuple[int, int, list[Any], bytes]:
    """A process that has asked its first question: number, terminal, the terminal's settings before, and its text."""
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.executable, [sys.executable, "-m", "linkbak", "audit", "--vault", str(vault)])
    before, shown = termios.tcgetattr(terminal), b""
    while not shown.endswith(b"? "):
        shown += os.read(terminal, 1 << 16)
    return child, terminal, before, shown


def test_what_was_pressed_outlives_a_kill(two: Path) -> None:
    child, terminal, _, shown = sitting(two)
    os.write(terminal, b"k")
    while b"[2/20]" not in shown:
        shown += os.read(terminal, 1 << 16)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(terminal)
    assert [fact for _, fact, _ in marks(two)] == ["known"]


def test_ctrl_c_leaves_the_terminal_as_it_was(two: Path) -> None:
    child, terminal, before, shown = sitting(two)
    meanwhile = termios.tcgetattr(terminal)
    os.write(terminal, b"\x03")
    while b"\r\ninterrupted" not in shown:
        shown += os.read(terminal, 1 << 16)
    after = termios.tcgetattr(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 130
    os.close(terminal)
    assert after == before != meanwhile
    assert marks(two) == []


def test_a_sitting_goes_on_after_ctrl_z_and_fg(two: Path) -> None:
    """The shell takes the terminal while linkbak is stopped: single keys are told again, and the question asked."""
    child, terminal, before, shown = sitting(two)
    meanwhile = termios.tcgetattr(terminal)
    os.kill(child, signal.SIGSTOP)
    os.waitpid(child, os.WUNTRACED)
    termios.tcsetattr(terminal, termios.TCSANOW, before)
    os.kill(child, signal.SIGCONT)
    while not shown.endswith(b"?   ? "):
        shown += os.read(terminal, 1 << 16)
    again = termios.tcgetattr(terminal)
    os.write(terminal, b"q")
    while b"left to look at" not in shown:
        shown += os.read(terminal, 1 << 16)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    os.close(terminal)
    assert again == meanwhile != before


def test_without_a_terminal_it_asks_nothing(two: Path) -> None:
    before = state(two)
    refused = run("audit", vault=two, typed="kkk")
    assert (refused.status, refused.out) == (2, "")
    assert "--list" in refused.err
    listed = run("audit", "--list", vault=two).out
    assert "to look at, newest first\n" in listed
    assert "  connected 18 Mar 2026; " in listed
    assert state(two) == before


def test_documents_fit_their_schemas(two: Path, template: Path) -> None:
    run("mark", "Carla", "tag", "cull", vault=two)
    for words, name in (((), "audit"), (("cull",), "audit-cull"), (("unanswered",), "audit-unanswered")):
        ran = run("audit", *words, "--template", template, "--json", vault=two)
        adapter(name).validate_python(ran.json)
    assert run("audit", "cull", "--json", vault=two).json["people"][0]["name"] == "Carla Ejemplo"


def test_no_archive_with_messages_is_unknown_and_not_never(tmp_path: Path, empty: Path) -> None:
    list_ = tmp_path / "Connections.csv"
    list_.write_text(
        "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
        "Ada,Example,https://www.linkedin.com/in/ada-example,,Acme,Cook,12 May 2021\n"
    )
    assert run("import", list_, "--taken", "2026-01-01", vault=empty).status == 0

    shown = on_terminal("audit", vault=empty, typed="q")

    assert "  connected 12 May 2021; no archive shows whether you wrote to each other" in shown
    (one,) = run("audit", "--json", vault=empty).json["people"]
    assert (one["sent"], one["received"]) == (None, None)


def test_the_cull_list_is_removed_by_hand_and_accuses_nobody(two: Path) -> None:
    for name in ("Carla Ejemplo", "Priya Specimen"):
        assert run("mark", name, "tag", "cull", vault=two).status == 0
    before = 2

    shown = on_terminal("audit", "cull", vault=two, typed=["\r", "s", "z", "d", "q"])

    assert f"{before} people on the cull list" in shown[0]
    assert any("https://www.linkedin.com/in/" in line for line in shown)
    assert "press one of d s z q" in shown  # Enter means nothing
    assert f"1 marked removed-by-me; {before - 1} left on the cull list" in shown
    assert [fact for _, fact, _ in marks(two)].count("removed-by-me") == 1
    piped = run("audit", "cull", vault=two).out
    assert piped.count("removed-by-me\n") == before - 1
    assert " removed-by-me\n" in piped


def test_a_reply_in_ones_own_words(two: Path, template: Path) -> None:
    """On the screen with r, and on standard output for one person; whatever is not known is a blank."""
    drafted = run("audit", "draft", "Carla", "--template", template, vault=two)
    assert drafted.out == "Dear Carla,\n\nno thanks to Sample & Sons, {really}.\n"
    shown = on_terminal("audit", "--template", str(template), vault=two, typed="rq")
    assert any(line.startswith("Dear ") for line in shown)
    run("config", "set", "audit.template", template)
    assert run("audit", "draft", "Carla", vault=two).out == drafted.out


@pytest.mark.parametrize("text", ["{nobody}", "{first_name!r}", "{name.x}", "{first_name:>9}", "{", "}", "{}", "{0}"])
def test_a_placeholder_that_nobody_knows_is_refused(text: str, two: Path, tmp_path: Path) -> None:
    file = tmp_path / "reply.txt"
    file.write_text(text)
    refused = run("audit", "draft", "Carla", "--template", file, vault=two)
    assert (refused.status, refused.out) == (2, "")


def test_who_waits_for_an_answer(empty: Path, tmp_path: Path, template: Path) -> None:
    """An open invitation with its note, and a message that came unasked; nobody whom I wrote to, or who accepted."""
    me, url = "https://www.linkedin.com/in/me", "https://www.linkedin.com/in/"
    archive = tmp_path / "archive"
    archive.mkdir()
    (archive / "Connections.csv").write_text(
        "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
        f"Pia,Newcomer,{url}pia,,Example GmbH,Buyer,2 Mar 2026\nKofi,Invented,{url}kofi,,Acme,Cook,1 Mar 2026\n"
    )
    (archive / "Invitations.csv").write_text(
        "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl\n"
        f'Ola Open,Me Me,"3/1/26, 9:00 AM",Let us talk,INCOMING,{url}ola,{me}\n'
        f'Pia Newcomer,Me Me,"3/1/26, 9:00 AM",,INCOMING,{url}pia,{me}\n'
    )
    (archive / "messages.csv").write_text(
        "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,"
        "FOLDER\n"
        f"2-p,,Pia Newcomer,{url}pia,Me Me,{me},2026-03-03 10:00:00 UTC,,Buy this,INBOX\n"
        f"2-k,,Kofi Invented,{url}kofi,Me Me,{me},2026-03-03 10:00:00 UTC,,Hello,INBOX\n"
        f"2-k,,Me Me,{me},Kofi Invented,{url}kofi,2026-03-02 10:00:00 UTC,,Hello,INBOX\n"
    )
    (archive / "Profile.csv").write_text("First Name,Last Name\nMe,Me\n")
    assert run("import", archive, "--taken", "2026-03-05", vault=empty).status == 0

    found: Ran = run("audit", "unanswered", "--template", template, "--json", vault=empty)

    assert [(one["what"], one["name"], one["text"]) for one in found.json["requests"]] == [
        ("message", "Pia Newcomer", "Buy this"),
        ("invitation", "Ola Open", "Let us talk"),
    ]
    assert [one["draft"].partition(",")[0] for one in found.json["requests"]] == ["Dear Pia", "Dear Ola"]
    assert "no thanks to […], {really}" in json.loads(found.out)["requests"][1]["draft"]
    # Whoever asks is in no list, and gets an answer all the same.
    drafted = run("audit", "draft", "ola", "--template", template, vault=empty)
    assert (drafted.status, drafted.out) == (0, "Dear Ola,\n\nno thanks to […], {really}.\n")
    assert run("audit", "draft", "Nobody", "--template", template, vault=empty).status == 13
    told = run("audit", "unanswered", vault=empty).out
    assert "  Buy this\n" in told
    assert told.endswith("Not in any export: invitations you declined or ignored.\n")


def test_the_same_words_from_others_are_told_but_not_what_friends_forward(empty: Path, tmp_path: Path) -> None:
    assert run("import", test_pitches.write(tmp_path / "archive"), "--taken", "2026-03-20", vault=empty).status == 0
    people = run("audit", "--json", vault=empty).json["people"]
    told = {one["name"]: (one["others"], one["pitch"]) for one in people if one["others"]}
    assert told == dict.fromkeys(("Pia Newcomer", "Kofi Invented", "Greta Sample"), (3, 1))
    listed = run("audit", "--list", vault=empty).out
    assert listed.count("  their text also came from 3 others (linkbak pitches show 1)\n") == 3


def test_a_long_list_of_who_waits_is_folded_on_a_terminal(empty: Path, tmp_path: Path) -> None:
    rows = "".join(f"2-{one},,Pia {one},,Me Me,,2026-03-03 10:00:{one:02} UTC,,Buy this,INBOX\n" for one in range(22))
    archive = tmp_path / "archive"
    archive.mkdir()
    (archive / "Connections.csv").write_bytes(render([person("Boris Sample")], "C5"))
    (archive / "messages.csv").write_text(
        "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,"
        f"FOLDER\n{rows}"
    )
    (archive / "Profile.csv").write_text("First Name,Last Name\nMe,Me\n")
    assert run("import", archive, "--taken", "2026-03-05", vault=empty).status == 0

    shown = on_terminal("audit", "unanswered", vault=empty)

    assert sum(line.endswith(" wrote") for line in shown) == 20
    assert "and 2 more; see all with --all; many may be one text: linkbak pitches" in shown
    assert sum(line.endswith(" wrote") for line in on_terminal("audit", "unanswered", "--all", vault=empty)) == 22

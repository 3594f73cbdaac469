"""``linkbak messages`` and ``invitations``: read on the screen, and read back from every file by another reader."""

from __future__ import annotations

import csv
import io
import json
import mailbox
import shutil
from email.header import decode_header, make_header
from email.message import Message
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.cli.running import Ran, run, state
from tests.hostile_text import HOSTILE_TEXT

HEADER = (
    *("CONVERSATION ID", "CONVERSATION TITLE", "FROM", "SENDER PROFILE URL", "TO", "RECIPIENT PROFILE URLS"),
    *("DATE", "SUBJECT", "CONTENT", "FOLDER"),
)
IN = "https://www.linkedin.com/in/"
ME, KOFI = ("Ada Example", f"{IN}ada-example"), ("Kofi Invented", f"{IN}kofi-invented")
STRANGER, GONE = ("Nobody Listed", f"{IN}nobody-listed"), ("LinkedIn Member", "")
LINES = ["From the start\nFrom here on", "a\u2028b", ">From far", "\u00fc" * 1000, "."]

Said = tuple[str, tuple[str, str], tuple[str, str], str, str]


def archive(folder: Path, said: list[Said]) -> Path:
    folder.mkdir()
    people = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
    people += f"Kofi,Invented,{KOFI[1]},,Acme,Cook,12 May 2021\nKofi,Sample,{IN}kofi-sample,,Acme,Cook,11 May 2021\n"
    (folder / "Connections.csv").write_text(people)
    (folder / "Profile.csv").write_text("First Name,Last Name\nAda,Example\n")
    (folder / "Invitations.csv").write_text(
        "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl\n"
        f'Kofi Invented,Ada Example,"5/11/21, 9:00 AM",Hello Ada,INCOMING,{KOFI[1]},{ME[1]}\n'
        f'Ada Example,Nobody Listed,"5/1/25, 9:00 AM",,OUTGOING,{ME[1]},{STRANGER[1]}\n'
    )
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(HEADER)
    writer.writerows((id_, "", *who, *to, f"{at} UTC", "", text, "INBOX") for id_, who, to, at, text in said)
    (folder / "messages.csv").write_bytes(out.getvalue().encode("utf-8", "replace"))
    return folder


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two archives; the second lacks the stranger's conversation, and shows nobody's name in another."""
    folder = tmp_path_factory.mktemp("messages")
    texts = [text for text in (*HOSTILE_TEXT, *LINES) if text.strip()]
    talk: list[Said] = [
        ("2-k", *((ME, KOFI) if number % 2 else (KOFI, ME)), f"2025-09-30 10:{number:02}:00", text)
        for number, text in enumerate(texts[:59])
    ]
    talk += [("2-r", KOFI, ME, f"2025-08-30 10:{number:02}:00", text) for number, text in enumerate(texts[59:])]
    talk += [
        ("2-k", ME, KOFI, "2025-10-01 08:15:00", "Tuesday then."),
        ("2-k", ME, KOFI, "2025-10-01 08:15:00", "Tuesday then."),
        ("2-f", ("Fay Muster", f"{IN}fay"), ME, "2024-01-01 10:00:00", "It was me."),
    ]
    first = archive(folder / "first", [*talk, ("2-s", STRANGER, ME, "2024-03-03 09:00:00", "Nobody answers me.")])
    second = archive(folder / "second", [*talk[:-1], ("2-f", GONE, ME, "2024-01-01 10:00:00", "It was me.")])
    vault = folder / "vault"
    assert run("init", vault).status == 0
    assert run("import", first, "--taken", "2025-10-10", vault=vault).status == 0
    assert run("import", second, "--taken", "2025-11-10", vault=vault).status == 0
    return vault


def said(vault: Path) -> list[dict[str, object]]:
    return list(run("messages", "--json", vault=vault).json["messages"])


def export(vault: Path, format: str, place: Path) -> Ran:
    ran = run("messages", "export", format, "-o", place, vault=vault)
    assert ran.status == 0
    return ran


def test_the_list_says_who_is_in_no_newer_archive(vault: Path) -> None:
    ran = run("messages", vault=vault)
    lines = ran.out.splitlines()

    assert lines[0] == "4 conversations, newest first"
    assert lines[2].split()[:6] == ["1", "Oct", "2025", "Kofi", "Invented", "60"]
    (stranger,) = [line for line in lines if "Nobody Listed" in line]
    assert "10 Oct 2025" in stranger
    assert "Fay Muster" in ran.out
    assert "LinkedIn Member" not in ran.out


def test_one_is_read_as_on_paper(vault: Path) -> None:
    assert run("messages", "Kofi", "Invented", "--last", "1", vault=vault).out.splitlines()[-1] == (
        "   1 Oct 2025  08:15  me  Tuesday then."
    )
    assert run("messages", "nobody", vault=vault).out.splitlines() == [
        "Nobody Listed: 1 message, 3 Mar 2024 (UTC)",
        "  deleted, or left out of newer archives: last seen in the archive of 10 Oct 2025",
        "   3 Mar 2024  09:00  Nobody  Nobody answers me.",
    ]
    assert run("messages", "Kofi", vault=vault).status == 13
    assert run("messages", "xyzzy", vault=vault).status == 13


def test_unanswered_both_ways(vault: Path) -> None:
    mine = run("messages", "--unanswered", "me", vault=vault).out
    theirs = run("messages", "--unanswered", "them", vault=vault).out

    assert mine.startswith("2 conversations that you have not answered")
    assert theirs.startswith("1 conversation that they have not answered")
    assert run("messages", "--unanswered", "all", vault=vault).status == 2


def test_an_mbox_holds_every_message_once_in_threads_that_nobody_can_answer(vault: Path, tmp_path: Path) -> None:
    before = state(vault)
    export(vault, "mbox", tmp_path / "a.mbox")
    export(vault, "mbox", tmp_path / "b.mbox")
    data = (tmp_path / "a.mbox").read_bytes()
    box = mailbox.mbox(str(tmp_path / "a.mbox"), create=False)
    mails: list[Message] = list(box)
    box.close()

    assert data == (tmp_path / "b.mbox").read_bytes()
    assert not {octet for octet in data if octet < 32 and octet not in (9, 10)}
    expected = sorted(str(one["text"]).replace("\r\n", "\n").replace("\r", "\n") for one in said(vault))
    bodies = [mail.get_payload(decode=True) for mail in mails]
    assert sorted(body.decode().removesuffix("\n") for body in bodies if isinstance(body, bytes)) == expected
    ids = [mail["Message-ID"] for mail in mails]
    assert len(set(ids)) == len(ids)
    roots = [mail for mail in mails if mail["In-Reply-To"] is None]
    assert len(roots) == 4
    answered = {(mail["In-Reply-To"], mail["References"]) for mail in mails if mail not in roots}
    assert answered < {(root["Message-ID"], root["Message-ID"]) for root in roots}
    names = {str(make_header(decode_header(mail["From"]))) for mail in mails}
    assert {name.rpartition("@")[2] for name in names} == {"linkedin.invalid>"}
    assert "Nobody Listed <nobody-listed@linkedin.invalid>" in {name.replace('"', "") for name in names}
    assert state(vault) == before


class Reader(HTMLParser):
    """Collects tags, and the text of paragraphs."""

    def __init__(self) -> None:
        super().__init__()
        self.tags, self.links = set[str](), list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src") or name.startswith("on")]


def test_html_has_no_script_and_pages_one_a_conversation(vault: Path, tmp_path: Path) -> None:
    export(vault, "html", tmp_path / "all.html")
    export(vault, "html", tmp_path / "pages")
    read = Reader()
    read.feed((tmp_path / "all.html").read_text("utf-8"))

    assert not read.tags & {"script", "img", "iframe", "object", "a"}
    assert read.links == []
    assert len(list((tmp_path / "pages").glob("*.html"))) == 5
    ran = export(vault, "html", tmp_path / "pages")
    assert ran.err.splitlines()[1] == "0 files written, 5 as before"
    assert "Tuesday then." in (tmp_path / "all.html").read_text("utf-8")


def test_markdown_read_by_its_parser_has_nothing_of_theirs_in_it(vault: Path, tmp_path: Path) -> None:
    markdown_it = pytest.importorskip("markdown_it")
    export(vault, "markdown", tmp_path / "all.md")
    tokens = markdown_it.MarkdownIt("commonmark").parse((tmp_path / "all.md").read_text("utf-8"))
    inside = {child.type for token in tokens for child in token.children or ()}

    assert {token.type for token in tokens} <= {
        *("heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline")
    }
    assert inside <= {"text", "softbreak", "hardbreak", "strong_open", "strong_close", "text_special"}
    assert [token.children[0].content for token in tokens if token.type == "inline"].count("Tuesday then.") == 1


def test_json_and_csv_give_the_same_messages(vault: Path, tmp_path: Path) -> None:
    export(vault, "json", tmp_path / "a.json")
    rows = list(csv.DictReader(io.StringIO(run("messages", "--csv", vault=vault).out, newline="")))

    assert json.loads((tmp_path / "a.json").read_text("utf-8")) == run("messages", "--json", vault=vault).json
    assert [one["sent_at"] for one in rows] == [one["sent_at"] for one in said(vault)]
    assert [one["text"] for one in rows if one["text"].startswith(("=", "+", "-", "@"))] == []
    assert {one["from"] for one in said(vault)} == {"Ada Example", "Kofi Invented", "Fay Muster", "Nobody Listed"}
    newest = run("messages", "Kofi Invented", "--sent", "--since", "2025-10", "--json", vault=vault).json["messages"]
    assert [one["text"] for one in newest] == ["Tuesday then."]  # a row that is there twice is one message


def test_invitations_tell_what_is_open_and_what_no_export_shows(vault: Path) -> None:
    lines = run("invitations", vault=vault).out.splitlines()
    assert lines[0] == "2 invitations, newest first: you sent 1, you received 1"
    assert lines[-1] == "Not in any export: invitations you declined or ignored."
    found = run("invitations", "--json", vault=vault).json["invitations"]
    assert [(one["name"], one["outgoing"], one["state"], one["open_days"]) for one in found] == [
        ("Nobody Listed", True, "open", 193 if found[0]["open_days"] == 193 else 192),
        ("Kofi Invented", False, "accepted", None),
    ]
    assert run("invitations", "--open", "--received", vault=vault).out.splitlines()[0] == "no invitation"


def test_archives_without_messages_are_not_archives_with_none(tmp_path: Path) -> None:
    given = tmp_path / "Connections.csv"
    given.write_text("First Name,Last Name,URL,Email Address,Company,Position,Connected On\nA,B,,,,,12 May 2021\n")
    assert run("init", tmp_path / "vault").status == 0
    run("import", given, "--taken", "2025-10-10", vault=tmp_path / "vault")

    ran = run("messages", vault=tmp_path / "vault")
    assert (ran.status, ran.out, ran.err.splitlines()[0]) == (13, "", "error: your archives hold no messages")
    assert run("invitations", vault=tmp_path / "vault").err.startswith("error: your archives hold no invitations")


def test_the_years_and_what_is_new_and_not_answered_are_counted(vault: Path) -> None:
    talk = run("stats", "--json", vault=vault).json["talk"]
    years = [(one["year"], one["sent"] + one["received"], one["adverts"]) for one in talk["years"]]

    assert years == [(2024, 2, 0), (2025, len(said(vault)) - 2, 0)]
    # The stranger's conversation is in no newer archive, so nobody can tell whether it was answered.
    assert (talk["by_me"], talk["by_them"], talk["untold"], talk["fresh"]) == (2, 1, 0, 0)
    assert "2 conversations wait for your answer, 1 for theirs" in run("stats", "--mail", vault=vault).out


def test_only_conversations_with_whom_one_marked(vault: Path, tmp_path: Path) -> None:
    marked = Path(shutil.copytree(vault, tmp_path / "vault", symlinks=True))
    run("mark", "Kofi Invented", "known", vault=marked)

    known, unknown = run("messages", "--known", vault=marked).out, run("messages", "--unknown", vault=marked).out

    assert "with those marked known, newest first\n" in known
    assert "Nobody Listed" not in known
    assert "Kofi" in known
    assert unknown == "no conversation with those marked unknown\n"
    assert run("messages", "Kofi Invented", "--known", vault=marked).status == 2

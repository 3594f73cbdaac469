"""Drafts, folders and attachments, as ``linkbak messages`` shows and exports them."""

from __future__ import annotations

import csv
import io
import mailbox
from email.header import decode_header, make_header
from pathlib import Path

import pytest

from tests.cli.running import run
from tests.index.archives import IN, ME, THIRTEEN, table

KOFI = ("Kofi Invented", f"{IN}kofi-invented")
LINK = "https://example.com/plan.pdf"


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drafts")
    (folder / "archive").mkdir()
    rows = [
        ("2-k", "", *ME, *KOFI, "2025-10-02 09:00:00 UTC", "", "Or on Wed", "", "", "Yes", "No"),
        ("2-k", "", *KOFI, *ME, "2025-10-01 08:15:00 UTC", "", "The plan", "INBOX", LINK, "No", "No"),
        ("2-s", "", *KOFI, *ME, "2025-09-01 08:15:00 UTC", "", "Win", "SPAM", "", "No", "No"),
    ]
    (folder / "archive/messages.csv").write_text(table(THIRTEEN, rows))
    (folder / "archive/Profile.csv").write_text("First Name,Last Name\nOlive,Owner\n")
    people = (
        f"First Name,Last Name,URL,Email Address,Company,Position,Connected On\nKofi,Invented,{KOFI[1]},,,,1 May 2021\n"
    )
    (folder / "archive/Connections.csv").write_text(people)
    assert run("init", folder / "vault").status == 0
    assert run("import", folder / "archive", "--taken", "2025-10-10", vault=folder / "vault").status == 0
    return folder / "vault"


def test_a_draft_and_a_link_are_marked_and_counted_apart(vault: Path) -> None:
    assert run("messages", "2-k", vault=vault).out.splitlines() == [
        "Kofi Invented: 1 message, 1 draft, 1 Oct 2025 (UTC)",
        "   1 Oct 2025  08:15  Kofi  The plan [1 attachment, link only]",
        "   2 Oct 2025  09:00  me    Or on Wed [draft]",
    ]
    assert run("messages", "--unanswered", "me", vault=vault).out.startswith("2 conversations that you have not")
    assert run("messages", "--sent", "--json", vault=vault).json["messages"] == []
    assert run("messages", "--folder", "spam", vault=vault).out.startswith("1 conversation, newest first")
    inbox = run("messages", "--folder", "Inbox", "--json", vault=vault).json["messages"]
    assert [(one["text"], one["folder"], one["attachments"], one["draft"]) for one in inbox] == [
        ("The plan", "INBOX", [LINK], False)
    ]


def test_every_export_has_them(vault: Path, tmp_path: Path) -> None:
    for name, text in (("a.md", f"- <{LINK}>"), ("a.html", f'href="{LINK}"'), ("a.mbox", LINK), ("a.json", LINK)):
        format = {"md": "markdown"}.get(name.partition(".")[2], name.partition(".")[2])
        ran = run("messages", "export", format, "-o", tmp_path / name, vault=vault)
        written = (tmp_path / name).read_text("utf-8")
        assert ran.err.startswith("2 messages and 1 draft in 2 conversations")
        assert (text in written, "draft" in written) == (True, True)

    box = mailbox.mbox(str(tmp_path / "a.mbox"), create=False)
    told = [(str(make_header(decode_header(mail["Subject"]))), mail["Keywords"]) for mail in box]
    box.close()
    assert told[-1] == ("[draft] Messages with Kofi Invented", "draft")
    assert told[0][1] == "SPAM"
    rows = list(csv.DictReader(io.StringIO(run("messages", "--csv", vault=vault).out, newline="")))
    assert [(one["folder"], one["attachments"], one["draft"]) for one in rows] == [
        *(("SPAM", "", ""), ("INBOX", LINK, ""), ("", "", "yes"))
    ]


def test_a_draft_to_nobody_has_no_recipient(tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    rows = [
        ("", "", *ME, "", "", "2025-10-02 09:00:00 UTC", "", "Not sent", "", "", "Yes", "Yes"),
        ("2-n", "", *ME, "", f"{IN}nameless", "2025-10-03 09:00:00 UTC", "", "Neither", "", "", "Yes", "No"),
    ]
    (tmp_path / "archive/messages.csv").write_text(table(THIRTEEN, rows))
    (tmp_path / "archive/Profile.csv").write_text("First Name,Last Name\nOlive,Owner\n")
    assert run("init", tmp_path / "vault").status == 0
    assert run("import", tmp_path / "archive", vault=tmp_path / "vault").status in (0, 3)

    told = run("messages", "--json", vault=tmp_path / "vault").json["messages"]
    assert [(one["text"], one["to"]) for one in told] == [("Not sent", []), ("Neither", [])]
    ran = run("messages", "export", "mbox", "-o", tmp_path / "a.mbox", vault=tmp_path / "vault")
    assert ran.status == 0
    box = mailbox.mbox(str(tmp_path / "a.mbox"), create=False)
    assert len([mail["To"] for mail in box]) == 2
    box.close()

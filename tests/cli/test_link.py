"""``linkbak link``: asked on a terminal with single keys, kept at once, listed, taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import run
from tests.cli.terminal import on_terminal

BOOK = """\
BEGIN:VCARD
FN:Priya Specimen
EMAIL:priya@example.org
TEL:+32 470 555 0100
END:VCARD
BEGIN:VCARD
FN:Karin Exempel
EMAIL:karin@example.org
END:VCARD
BEGIN:VCARD
FN:Zoe Unheard-Of
EMAIL:zoe@example.org
END:VCARD
"""


@pytest.fixture
def vault(two: Path, tmp_path: Path) -> Path:
    """Two lists of connections, and an address book that holds two of them."""
    book = tmp_path / "contacts.vcf"
    book.write_text(BOOK, encoding="utf-8")
    assert run("import", book, "--taken", "2026-04-05", vault=two).status == 0
    return two


def elsewhere(vault: Path) -> tuple[int, int]:
    """How many of all are known from elsewhere, and how many can be reached."""
    (everybody,) = (one for one in run("reach", "--json", vault=vault).json["groups"] if one["name"] == "all")
    return everybody["elsewhere"], everybody["reachable"]


def test_that_nothing_is_undone_is_said(vault: Path) -> None:
    shown = on_terminal("link", "review", vault=vault, typed="zq")
    assert "  nothing to undo in this sitting; `linkbak link undo` takes back older answers" in shown


def test_one_key_answers_and_is_kept_at_once(vault: Path) -> None:
    before = elsewhere(vault)
    shown = on_terminal("link", "review", vault=vault, typed="xyn")

    assert [line for line in shown if line.startswith(("[", "  your", "1 link"))] == [
        "[1/2] Priya Specimen, Head of Chemistry, Specimen Labs",
        "  your contact: Priya Specimen, priya@example.org, +32 470 555 0100",
        "[2/2] Karin Exempel, Förskollärare, Prov AB",
        "  your contact: Karin Exempel, karin@example.org (contacts-vcard)",
        "1 link made, 1 said to be somebody else, 0 left to ask about",
    ]
    assert "press one of y n s z q" in shown
    assert before == (0, before[1])
    assert elsewhere(vault) == (1, before[1] + 1)
    assert "there is nobody to ask about" in run("link", "review", vault=vault).out
    assert run("reach", "--why", "Priya Specimen", vault=vault).out.splitlines()[1:] == [
        "  priya@example.org  in your own address book, of 5 Apr 2026",
        "  +32 470 555 0100   number seen in your own address book; not counted",
    ]
    assert "priya@example.org" in run("export", "vcard", "--reachable", vault=vault).out
    assert run("kit", "--region", "eu", "-o", vault.parent / "kit", vault=vault).status == 0
    assert (
        "priya@example.org (in your own address book, of 5 Apr 2026)<br>+32 470 555 0100 (number in your own address "
        "book)<br>"
    ) in (vault.parent / "kit/kit.html").read_text("utf-8")
    assert "you linked your contact: priya@example.org" in run("show", "Priya Specimen", vault=vault).out


def test_an_answer_can_be_undone_at_once_and_later(vault: Path) -> None:
    shown = on_terminal("link", "review", vault=vault, typed="yznyq")

    assert "1 link made, 1 said to be somebody else, 0 left to ask about" in shown
    links = run("link", "list", "--json", vault=vault).json["links"]
    assert [(one["person"]["name"], one["same"], one["contact"]) for one in links] == [
        ("Karin Exempel", True, "karin@example.org"),
        ("Priya Specimen", False, "priya@example.org"),
    ]
    assert len(run("link", "list", "--all", "--json", vault=vault).json["links"]) == 3
    rows = run("link", "list", "--all", vault=vault).out.splitlines()[1:4]
    assert [line.endswith("taken back") for line in rows] == [False, False, True]
    assert run("link", "undo", vault=vault).out == "took back: Karin Exempel is karin@example.org\n"
    assert run("link", "undo", links[1]["id"], vault=vault).out == (
        "took back: Priya Specimen is not priya@example.org\n"
    )
    assert elsewhere(vault)[0] == 0
    assert run("link", "undo", vault=vault).status == 13


def test_later_and_the_end_keep_nothing(vault: Path) -> None:
    shown = on_terminal("link", "review", vault=vault, typed="s\x04")

    assert "0 links made, 0 said to be somebody else, 2 left to ask about" in shown
    assert run("link", vault=vault).out == "you have linked nobody yet; `linkbak link review` suggests whom\n"


def test_without_a_terminal_it_lists_and_asks_nothing(vault: Path) -> None:
    assert run("link", "review", vault=vault, typed="y\n").status == 2
    assert run("link", "review", "--list", vault=vault).out.startswith("2 pairs to ask about;")
    told = run("link", "review", "--json", vault=vault).json["suggestions"]
    assert [(one["person"]["name"], one["contact"]["name"], one["why"]) for one in told] == [
        ("Priya Specimen", "Priya Specimen", "name"),
        ("Karin Exempel", "Karin Exempel", "name"),
    ]


def test_what_it_needs_is_said(two: Path) -> None:
    ran = run("link", "review", vault=two)

    assert (ran.status, ran.err.splitlines()[1]) == (13, "hint: Keep yours: linkbak import contacts.vcf")
    assert run("link", "priya", vault=two).status == 2
    assert run("link", "list", "--list", vault=two).status == 2

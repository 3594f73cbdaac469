"""`linkbak report`: where the page goes, and what is said of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.running import run, state
from tests.report.html.reading import read


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in."""
    folder = tmp_path / "desk"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_the_page_is_written_here_for_its_owner_alone(two: Path, elsewhere: Path) -> None:
    before = state(two)
    ran = run("report", vault=two)
    (page,) = elsewhere.iterdir()

    assert (ran.status, ran.out) == (0, "")
    assert re.fullmatch(r"the page is linkbak-linkedin-me\.html \([0-9.]+ kB\); open it in a browser", ran.err.strip())
    assert page.name == "linkbak-linkedin-me.html"
    assert page.stat().st_mode & 0o777 == 0o600
    assert state(two) == before


def test_the_page_tells_what_the_vault_holds(two: Path, elsewhere: Path) -> None:
    root = read(run("report", "-o", "-", vault=two).out)
    (words,) = (one.text for one in root.all("p") if one.attributes.get("class") == "words")

    assert list(elsewhere.iterdir()) == []
    assert root.all("h1")[0].text == "The network of Ada Example"
    assert words == "3 people left (you talk with 1 of them), 2 perhaps left, 4 came."
    assert "70 connections on 20 Mar 2026, 5 of them hidden." in root.all("main")[0].text
    lost = next(one for one in root.all("ol") if one.attributes["class"] == "grid")
    assert [one.all("h3")[0].text.strip() for one in lost.children] == ["Niall Sampla", "Goran Primjer", "Hugo Provbit"]
    assert "verified: the account lives" in lost.children[0].text


def test_a_page_takes_the_place_of_the_one_before(two: Path, elsewhere: Path) -> None:
    page = elsewhere / "network.html"
    page.write_text("yesterday's")
    ran = run("report", "-o", page, "--json", vault=two)

    assert {**ran.json, "made": None} == {
        "schema": "linkbak.report/1",
        "place": str(page),
        "account": "linkedin-me",
        "made": None,
        "people": 70,
        "bytes": page.stat().st_size,
    }
    assert page.read_text("utf-8").startswith("<!DOCTYPE html>")
    assert (ran.err, [one.name for one in elsewhere.iterdir()]) == ("", ["network.html"])


def test_quiet_says_nothing(two: Path) -> None:
    ran = run("report", "-q", vault=two)

    assert (ran.status, ran.out, ran.err) == (0, "", "")


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("-o", "-", "--json"), 2, "--json needs -o"),
        (("-o", "."), 2, ". is a folder"),
        (("-o", "nowhere/page.html"), 15, "cannot write nowhere/page.html: No such file or directory"),
        (("--account", "nobody"), 2, "the vault has no account 'nobody'"),
    ],
)
def test_what_cannot_be_done_is_refused(words: tuple[str, ...], status: int, said: str, two: Path) -> None:
    ran = run("report", *words, vault=two)

    assert (ran.status, ran.out) == (status, "")
    assert said in ran.err


def test_without_a_list_there_is_no_page(tmp_path: Path) -> None:
    vault = tmp_path / "vault"
    run("init", vault)
    ran = run("report", vault=vault)

    assert ran.status == 13
    assert "no snapshot here holds connections" in ran.err


def test_without_names_nobody_is_named(two: Path, elsewhere: Path) -> None:
    page = run("report", "--no-names", "-o", "-", vault=two).out
    people = run("people", "--json", vault=two).json["people"] + run("lost", "--json", vault=two).json["lost"]
    for one in people:
        assert not one["name"] or one["name"] not in page
        assert not one["company"] or one["company"] not in page
    assert "Ada Example" not in page
    assert "3 people left, 2 perhaps left, 4 came." in page
    assert "<script" not in page


def test_it_opens_the_page_if_asked_to(two: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def browser(address: str) -> bool:
        opened.append(address)
        return True

    monkeypatch.setattr("webbrowser.open", browser)
    assert run("report", "--open", vault=two).status == 0
    assert opened == [(elsewhere / "linkbak-linkedin-me.html").as_uri()]
    assert run("report", "--open", "-o", "-", vault=two).status == 2

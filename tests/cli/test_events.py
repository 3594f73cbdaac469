"""A sweep is one event in every view, and whoever does not fit it is told first."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.cli.lists import at, lone, rows
from tests.cli.running import run

LINE = "20 people connected 3 to 12 Feb 2026, no work shown, gone together"
SWEPT = [
    f"Swept{number},Muster,https://www.linkedin.com/in/swept-{number},,{work},,{day:%d %b %Y}\n"
    for number in range(20)
    for day, work in ((date(2026, 2, 3) + timedelta(days=number // 2), "Sample SA" if number > 12 else ""),)
]


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A vault of 600 people of whom 20 went together and one alone, that one's name, and what the import printed."""
    folder = tmp_path_factory.mktemp("swept")
    people = rows(date(2026, 2, 27), 600)
    alone = people.pop(400)
    vault = folder / "vault"
    assert run("init", vault).status == 0
    before = [*people[:400], alone, *people[400:]]
    for number, one in enumerate(SWEPT):  # around somebody of that day who stays
        place = next(place for place, row in enumerate(before) if row.endswith(one[-12:]))
        before.insert(place + number % 2, one)
    assert run("import", lone(folder / "a" / "Connections.csv", before, at(2026, 2, 28)), vault=vault).status == 0
    second = run("import", lone(folder / "b" / "Connections.csv", people, at(2026, 3, 24)), vault=vault)
    assert second.status == 0
    return vault, alone.partition(",")[0], second.out


def test_an_import_says_it_in_a_line(swept: tuple[Path, str, str]) -> None:
    _, alone, printed = swept

    assert LINE in printed
    assert "Swept" not in printed
    assert printed.index(alone) < printed.index(LINE)


@pytest.mark.parametrize("verb", ["lost", "diff", "stats", "stats --mail"])
def test_every_view_says_it_in_a_line(swept: tuple[Path, str, str], verb: str) -> None:
    vault, alone, _ = swept
    printed = run(*verb.split(), vault=vault).out

    assert LINE.removesuffix(", gone together") in printed
    assert "Swept" not in printed
    assert printed.index(alone) < printed.index("20 people connected")


@pytest.mark.parametrize("verb", ["lost", "diff"])
def test_all_names_the_members_under_it_and_programs_get_their_ids(swept: tuple[Path, str, str], verb: str) -> None:
    vault, alone, _ = swept
    printed = run(verb, "--all", vault=vault).out
    found = run(verb, "--json", vault=vault).json

    assert printed.index(alone) < printed.index(LINE) < printed.index("Swept0 ")
    (event,) = found["events"]
    people = {one["id"]: one["name"] for one in found["lost" if verb == "lost" else "vanished"]}
    assert {people[one] for one in event["members"]} == {f"Swept{number} Muster" for number in range(20)}
    assert (event["kind"], event["evidence"][0]) == ("sweep", LINE)
    table = run(verb, "--csv", vault=vault).out
    assert table.count(f',"{LINE}"\n') == (20 if verb == "lost" else 0)


def test_a_member_is_told_why_by_the_event(swept: tuple[Path, str, str]) -> None:
    verdict = run("lost", "Swept19", "--json", vault=swept[0]).json["lost"][0]["verdict"]

    assert (verdict["cause"], verdict["band"]) == ("purge", "possible")
    assert verdict["evidence"][0]["text"].startswith(f"One of {LINE}; 20 of the 30 who connected then are gone")


def test_the_page_has_the_line(swept: tuple[Path, str, str], tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert run("report", "-o", page, vault=swept[0]).status == 0
    text = page.read_text("utf-8")
    assert text.index(LINE) < text.index("<summary>20 people</summary>") < text.index("Swept0 Muster")

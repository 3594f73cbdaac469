"""``linkbak people`` on the story of the examples."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from linkbak.report.people import COLUMNS
from tests.cli.running import run, state

WINDOW = {"after": "2026-02-28T09:41:18Z", "before": "2026-03-20T08:07:10Z"}


def names(vault: Path, *words: str) -> list[str | None]:
    """Who is listed under these filters, in order."""
    found = run("people", *words, "--json", vault=vault).json
    assert found["matching"] >= len(found["people"])
    return [one["name"] for one in found["people"]]


def test_everybody_listed_or_hidden(two: Path) -> None:
    found = names(two)
    assert len(found) == 70
    assert found.count(None) == 3  # hidden in both lists
    assert [name for name in dict.fromkeys(found) if name and found.count(name) > 1] == ["Wei Shili", "Sam Twin"]
    assert found[:3] == ["Yara Exemplar", "Wanda Próbka", "Yusuf Örnek"]
    assert found[-1] == "Boris Sample"
    assert "Zita Minta" in found
    assert not {"Niall Sampla", "Goran Primjer", "Hugo Provbit"} & set(found)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--lost",), ["Goran Primjer", "Hugo Provbit", "Niall Sampla"]),
        (("--lost", "--sort", "connected"), ["Hugo Provbit", "Goran Primjer", "Niall Sampla"]),
        (("--company", "muster"), ["Udo Versuch", "Inga Beispiel", "Ursula Muster", "Dieter Beispiel"]),
        (("--company", "PROVE a/s"), ["Finn Eksempel", "Lars Mønster"]),
        (("--position", "nurse"), ["Eeva Esimerkki", "Zoë van Voorbeeld"]),
        (("--since", "2026-03-07"), ["Yara Exemplar", "Wanda Próbka", "Yusuf Örnek"]),
        (("--since", "2026-03", "--before", "2026-03-07"), ["Vilma Bandymas"]),
        (("--before", "2014-02-22"), ["Carla Ejemplo", "Boris Sample"]),
        (("--before", "2014-02-22", "--reverse"), ["Boris Sample", "Carla Ejemplo"]),
        (("--company", "voorbeeld", "--email"), []),
        (("--since", "2020", "--email", "--sort", "name"), ["Nour Numune", "Wei Shili"]),
        (("--sort", "messages", "--limit", "1"), ["Carla Ejemplo"]),
    ],
)
def test_filters_and_orders(words: tuple[str, ...], expected: list[str], two: Path) -> None:
    assert names(two, *words) == expected


def test_hidden_ones_are_shown_as_they_were_known(two: Path) -> None:
    found = run("people", "--hidden", "--json", vault=two).json["people"]
    fresh = {one["name"] for one in found if one["window"] == WINDOW}
    assert fresh == {"Zita Minta", "Mia Näyte"}
    assert {one["state"] for one in found} == {"hidden"}


def test_whoever_wrote_has_talked(two: Path) -> None:
    silent = names(two, "--never-talked")
    assert "Carla Ejemplo" not in silent
    assert "Boris Sample" in silent
    assert set(names(two)) - set(silent) >= {"Carla Ejemplo", "Ольга Пример", "Pia Modell"}


def test_people_as_listed_on_a_day(two: Path) -> None:
    before = names(two, "--as-of", "2026-03-01")
    assert {"Niall Sampla", "Goran Primjer", "Hugo Provbit", "Dov Mashal"} <= set(before)
    assert not {"David Mashal", "Yara Exemplar"} & set(before)
    assert run("people", "--as-of", "2026-03-01", "--lost", "--json", vault=two).json["people"] == []
    assert run("people", "--as-of", "2026-03-01", "--limit", "1", "--json", vault=two).json["as_of"] == "2026-03-01"
    early = run("people", "--as-of", "2020-01-01", vault=two)
    assert (early.status, early.out) == (13, "")
    assert "there is no snapshot up to 2020-01-01" in early.err


def test_tags_filter(two: Path) -> None:
    assert run("mark", "Goran Primjer", "tag", "road", vault=two).status == 0
    assert run("mark", "Carla Ejemplo", "tag", "road", vault=two).status == 0
    assert names(two, "--tag", "road") == ["Carla Ejemplo"]
    assert names(two, "--tag", "road", "--lost") == ["Goran Primjer"]
    assert names(two, "--tag", "road", "--tag", "school") == []


def test_limit_says_how_many_there_are(two: Path) -> None:
    found = run("people", "--limit", "2", "--json", vault=two).json
    assert (len(found["people"]), found["matching"]) == (2, 70)
    assert run("people", "--limit", "2", vault=two).err == "2 people of 70\n"


def test_a_pipe_gets_lines_between_tabs(two: Path) -> None:
    ran = run("people", "--lost", "--sort", "name", vault=two)
    assert ran.err == "3 people\n"
    rows = [line.split("\t") for line in ran.out.splitlines()]
    assert [row[1:] for row in rows] == [
        ["Goran Primjer", "Driver, Uzorak d.o.o.", "2019-05-14", "suspected", "2", "linkedin-me"],
        ["Hugo Provbit", "Farmer, Prov AB", "2024-05-28", "suspected", "0", "linkedin-me"],
        ["Niall Sampla", "Teacher, Sampla Teoranta", "2015-10-01", "suspected", "3", "linkedin-me"],
    ]
    assert run("people", "--lost", "--sort", "name", "--ids", vault=two).out.split() == [row[0] for row in rows]
    assert len(run("people", vault=two).out.splitlines()) == 70


def test_quiet_prints_the_data_alone(two: Path) -> None:
    ran = run("people", "--quiet", vault=two)
    assert (len(ran.out.splitlines()), ran.err) == (70, "")


def test_a_terminal_gets_a_folded_table(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What decides is whether somebody looks at it."""
    monkeypatch.setattr("linkbak.cli.people.on_terminal", lambda: True)
    page = run("people", vault=two).out.splitlines()
    assert page[0] == "70 people, newest connection first"
    assert page[-1] == "  and 50 more; see all with --all"
    assert len(page) == 23
    assert len(run("people", "--all", vault=two).out.splitlines()) == 72
    assert len(run("people", "--limit", "30", vault=two).out.splitlines()) == 32
    assert run("people", "--quiet", vault=two).out == ""


def test_csv(two: Path) -> None:
    printed = run("people", "--csv", vault=two).out
    rows = list(csv.DictReader(io.StringIO(printed, newline="")))
    assert printed.splitlines()[0] == ",".join(COLUMNS)
    assert len(rows) == 70
    (uri,) = [row for row in rows if row["first_name"] == "Uri"]
    assert (uri["company"], uri["position"], uri["connected_on"]) == ("'=Equal Labs", "'+1 Engineer", "2022-01-19")
    assert len({row["id"] for row in rows}) == 70


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("--sort", "age"), "connected, name, company, messages, lost"),
        (("--since", "yesterday"), "2026-03-20"),
        (("--as-of", "soon"), "2026-03-20"),
        (("--json", "--csv"), ""),
        (("--csv", "--ids"), ""),
        (("--account", "work"), "linkedin-me"),
    ],
)
def test_words_that_are_off(words: tuple[str, ...], hint: str, two: Path) -> None:
    ran = run("people", *words, vault=two)
    assert (ran.status, ran.out) == (2, "")
    assert hint in ran.err


def test_nobody_is_no_failure(two: Path) -> None:
    ran = run("people", "--company", "nowhere", vault=two)
    assert (ran.status, ran.out, ran.err) == (0, "", "no match\n")


def test_listing_writes_nothing_to_the_vault(two: Path) -> None:
    before = state(two)
    for words in ((), ("--csv",), ("--as-of", "2026-03-01"), ("--lost", "--ids")):
        assert run("people", *words, vault=two).status == 0
    assert state(two) == before


def test_whom_the_owner_removed_is_not_among_the_lost(two: Path) -> None:
    before = run("people", "--lost", "--json", vault=two).json["people"]
    assert run("mark", "Hugo", "Provbit", "removed-by-me", vault=two).status == 0

    after = run("people", "--lost", "--json", vault=two).json["people"]

    assert {one["name"] for one in before} - {one["name"] for one in after} == {"Hugo Provbit"}
    assert {one["name"] for one in run("lost", "--json", "--all", vault=two).json["removed_by_me"]} == {"Hugo Provbit"}


def test_everybody_ever(years: Path) -> None:
    listed, lost, ever = (run("people", *words, "--json", vault=years).json for words in ((), ("--lost",), ("--ever",)))

    ids = [{one["id"] for one in found["people"]} for found in (listed, lost, ever)]
    assert ids[0] | ids[1] < ids[2]
    assert {one["state"] for one in ever["people"]} == {"listed", "hidden", "suspected", "confirmed", "unclear"}


def test_the_last_word_says_who_is_known(two: Path) -> None:
    for who, word in (("Yara Exemplar", "known"), ("Wanda Próbka", "unknown"), ("Yusuf Örnek", "known")):
        assert run("mark", who, word, vault=two).status == 0
    assert run("mark", "Yusuf Örnek", "unknown", vault=two).status == 0

    assert names(two, "--known") == ["Yara Exemplar"]
    assert names(two, "--unknown") == ["Wanda Próbka", "Yusuf Örnek"]


def test_who_shows_an_e_mail_is_listed_with_it(years: Path) -> None:
    told = {one["id"]: one["email"] for one in run("people", "--email", "--json", vault=years).json["people"]}
    lines = [line.split("\t") for line in run("people", "--email", vault=years).out.splitlines()]
    assert {line[0]: line[-1] for line in lines} == told
    assert "" not in told.values()


@pytest.mark.parametrize("words", [("show",), ("lost",), ("export", "csv"), ("mark", "--from", "-", "known")])
def test_a_name_that_several_have_ends_alike_everywhere(words: tuple[str, ...], years: Path) -> None:
    named = words if "-" in words else (*words, "Wei Shili")
    assert run(*named, vault=years, typed="Wei Shili\n").status == 13


def test_the_closest_first(five: Path) -> None:
    assert names(five, "--lost", "--sort", "closest")[:4] == [
        *("Carla Closefriend", "Rolf Removed", "Clara Closing", "Quentin Quiet")
    ]


@pytest.mark.parametrize("said", ["2026-02", "2026-02-28"])
def test_a_month_stands_for_its_last_day(said: str, two: Path) -> None:
    """Of `--as-of`; the list of 28 February is the last that month has."""
    assert (
        run("people", "--as-of", said, "--ids", vault=two).out
        == run("people", "--as-of", "2026-03-01", "--ids", vault=two).out
    )

"""``linkbak lost`` on the story of the examples, and causes in ``linkbak diff``."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from linkbak.cli.people import losses_of
from linkbak.errors import MachineProblem
from linkbak.index import LOST, Case, PeopleFilter, Person
from linkbak.index.history import History
from linkbak.model import Connection
from linkbak.vault import Vault
from tests.cli.running import run, state
from tests.diff.people import LIST, instead, person
from tests.eras import Era, render

THREE = {
    "Niall Sampla": ("suspected", "account-lives", "verified"),
    "Goran Primjer": ("suspected", "closed", "likely"),
    "Hugo Provbit": ("suspected", "unknown", "unknown"),
}
"""Who vanished in March, and what the archives tell of why."""


def outcomes(people: list[dict[str, Any]]) -> dict[str, tuple[str, str, str]]:
    return {one["name"]: (one["state"], one["verdict"]["cause"], one["verdict"]["band"]) for one in people}


def test_everyone_ever_lost_and_not_back(years: Path) -> None:
    found = run("lost", "--json", vault=years).json

    assert found["schema"] == "linkbak.lost/1"
    assert found["account"] == "linkedin-me"
    assert found["looks"] == {"lists": 12, "first": "2017-02-15T12:00:00Z", "newest": "2026-03-20T08:07:10Z"}
    assert found["counts"] == {"suspected": 3, "confirmed": 3, "held": 0, "unclear": 3}
    assert {name: outcome for name, outcome in outcomes(found["lost"]).items() if name in THREE} == THREE
    assert {one["name"] for one in found["lost"] if one["state"] == "confirmed"} == {
        "Victor Modelo",
        "Ben Filler, PMP, MBA",
        "Francesca Esempio",
    }
    assert [one["name"] for one in found["came_back"]] == ["Ivo Näidis"]
    assert found["came_back"][0]["back"] == {"after": "2026-02-28T09:41:18Z", "before": "2026-03-20T08:07:10Z"}
    assert [([one["name"] for one in doubt["people"]], doubt["gone"]) for doubt in found["unclear"]] == [
        (["Alex Doppel"] * 2, 1),
        (["Oskar Probe"], 0),  # lists of 2017 tell neither dates nor addresses
    ]


def kept(folder: Path, *lists: Sequence[Connection], first: Era = "C5") -> Path:
    """A vault with one list a month, each given newest first; the first in the form of another year if told."""
    vault, archive = folder / "vault", folder / "Connections.csv"
    assert run("init", vault).status == 0
    for number, rows in enumerate(lists):
        archive.write_bytes(render(rows, "C5" if number else first))
        assert run("import", archive, "--taken", f"2024-0{number + 4}-01", "--account", "me", vault=vault).status == 0
    return vault


def test_who_comes_back_with_another_name_and_date_is_known_by_the_address(tmp_path: Path) -> None:
    """Ada left, changed her name and connected again: only the address is as it was, and she is back, not lost."""
    ada = LIST[1]
    back = person("Eva Muster", date(2024, 5, 2), "Other", "Owner", slug="ada-example")
    gone = instead(ada)
    vault = kept(tmp_path, LIST, gone, [back, *gone])

    found = run("lost", "--json", vault=vault).json

    assert found["lost"] == []
    assert [(one["name"], one["url"]) for one in found["came_back"]] == [("Eva Muster", back.url)]
    line = run("show", "Ada Example", "--json", vault=vault).json["person"]
    assert [one["value"] for one in line["names"]] == ["Ada Example", "Eva Muster"]
    assert [one["connected_on"] for one in line["tenures"]] == ["2021-06-01", "2024-05-02"]


def test_who_was_last_listed_without_an_address_is_known_by_name_and_job(tmp_path: Path) -> None:
    """Though somebody else is away whose address is known, and whose namesake comes on the same day."""
    ada, boris = LIST[1:3]
    without = instead(ada)
    neither = instead(boris, people=without)
    back = ada._replace(connected_on=date(2024, 6, 3))
    namesake = person("Boris Sample", date(2024, 6, 2), "Other", "Owner", slug="boris-another")
    vault = kept(tmp_path, LIST, without, neither, [back, namesake, *neither], first="C4")

    found = run("lost", "--json", vault=vault).json

    assert [(one["name"], one["url"]) for one in found["lost"]] == [("Boris Sample", boris.url)]
    assert [(one["name"], one["share"]) for one in found["lost"][0]["perhaps"]] == [("Boris Sample", 0.5)]
    assert "    perhaps back (50 %) as Boris Sample, Owner, Other: " in run("lost", vault=vault).out
    assert [(one["name"], one["url"]) for one in found["came_back"]] == [("Ada Example", ada.url)]


def test_the_closest_come_first(years: Path) -> None:
    found = run("lost", "--json", vault=years).json["lost"]
    talked = [one["messages"] > 0 for one in found]
    assert talked == sorted(talked, reverse=True)
    assert talked[0]


def test_the_page_tells_of_the_three_of_march(two: Path) -> None:
    told = run("lost", vault=two).out.splitlines()
    assert told[:2] == [
        "linkedin-me: 3 people left (you talk with 1 of them), 2 perhaps left",
        "as 2 lists show it, from 28 Feb 2026 to 20 Mar 2026; closest first",
    ]
    assert "  3  suspected  only the newest list lacks them; the next archive will tell" in told
    assert "  2  unclear    the rows allow two readings" in told
    at = told.index("  Goran Primjer, Driver, Uzorak d.o.o.")
    assert told[at + 1] == "    suspected: gone after 28 Feb 2026, before 20 Mar 2026"
    assert told[at + 2].startswith("    connected for 6 years, since 14 May 2019; ")
    assert told[at + 3] == "    likely: account closed, restricted, or they blocked you"
    assert "    one of these 2 is gone, nobody can tell which (after 28 Feb 2026, before 20 Mar 2026)" in told


def test_why_shows_the_evidence_of_one_person(two: Path) -> None:
    told = run("lost", "--why", "Niall", "Sampla", vault=two).out
    assert "Goran" not in told
    assert "\n      + The archive of 20 Mar 2026 (" in told
    assert run("lost", "Niall", vault=two).out.count("\n      ") == 0


def test_only_those_asked_for(years: Path) -> None:
    confirmed = run("lost", "--confirmed", "--json", vault=years).json
    assert {one["state"] for one in confirmed["lost"]} == {"confirmed"}
    assert confirmed["unclear"] == []
    late = run("lost", "--since", "2026-03-01", "--json", vault=years).json
    assert {one["name"] for one in late["lost"]} == set(THREE)
    assert late["since"] == "2026-03-01"
    assert len(run("lost", "--since", "2026-03-20", "--json", vault=years).json["lost"]) == 3
    assert run("lost", "--since", "2026-03-21", "--json", vault=years).json["lost"] == []
    assert run("lost", "--since", "yesterday", vault=years).status == 2
    assert run("lost", "--account", "me", "--json", vault=years).json["counts"]["confirmed"] == 3
    assert run("lost", "--account", "nobody", vault=years).status == 2


def test_somebody_who_is_not_lost_or_whom_nobody_knows(two: Path) -> None:
    assert run("lost", "Carla", vault=two).out == "Carla Ejemplo, Partner, Sample & Sons is not lost: listed today\n"
    ran = run("lost", "Nobody Such", vault=two)
    assert (ran.status, ran.out) == (13, "")
    assert "nobody in the vault matches 'Nobody Such'" in ran.err


def test_a_single_list_misses_nobody(march: Path, empty: Path) -> None:
    run("import", march, vault=empty)
    assert run("lost", vault=empty).out.startswith("linkedin-me: too early to tell who left\n")


def test_several_accounts_at_once_and_one_of_them(boris: Path, two: Path) -> None:
    run("import", boris, "--account", "boris", vault=two)
    told = run("lost", vault=two).out
    assert told.startswith("3 people left (you talk with 1 of them), 2 perhaps left\nas 3 lists show it, ")
    assert "\n  Hugo Provbit, Farmer, Prov AB (linkedin-me)\n" in told
    assert run("lost", "--json", vault=two).json["account"] is None
    assert run("lost", "--account", "boris", vault=two).out.startswith("linkedin-boris: too early to tell who left\n")


def test_only_those_shown_are_judged(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal, which shows a few of thousands; judging costs."""
    judged: list[Person] = []
    cases = History.cases

    def counted(history: History, people: Sequence[Person]) -> list[Case]:
        judged.extend(people)
        return cases(history, people)

    monkeypatch.setattr(History, "cases", counted)
    with Vault.open(two) as vault, History.open(vault) as history:
        found = losses_of(history, PeopleFilter(states=LOST, sort="closest"), None, most=2)
    assert (found.total, len(found.losses), len(judged)) == (3, 2, 2)


def test_a_vault_without_lists_says_so(empty: Path) -> None:
    ran = run("lost", vault=empty)
    assert (ran.status, ran.out) == (13, "")
    assert "no snapshot here holds connections" in ran.err


def test_losses_that_are_held_are_told_as_such(ruins: Path, two: Path) -> None:
    assert run("import", ruins / "half-gone.zip", vault=two).status == 9
    told = run("lost", vault=two).out
    assert "held       not believed yet: wait for the next archive, or use --accept" in told
    found = run("lost", "--json", vault=two).json
    held = [one for one in found["lost"] if one["state"] == "held"]
    assert len(held) == found["counts"]["held"] > 10
    newest = run("log", "--json", vault=two).json["snapshots"][0]["taken"][:10]
    assert len(run("lost", "--since", newest, "--json", vault=two).json["lost"]) == len(held)
    assert {one["verdict"]["band"] for one in held if one["verdict"]["cause"] != "incomplete"} <= {"possible"}


def test_one_row_a_person_as_csv(years: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("lost", "--csv", vault=years).out)))
    assert len(rows) == 9
    assert {row["event"] for row in rows} == {""}
    assert {row["name"]: (row["state"], row["cause"], row["band"]) for row in rows if row["name"] in THREE} == THREE
    assert run("lost", "--csv", "--json", vault=years).status == 2


def test_reading_never_writes(two: Path) -> None:
    before = state(two)
    for words in (("lost",), ("lost", "--why"), ("lost", "--json"), ("lost", "--csv"), ("diff",)):
        assert run(*words, vault=two).status == 0
    assert state(two) == before


def test_a_diff_tells_state_and_cause(two: Path) -> None:
    told = run("diff", "--only", "vanished", vault=two).out
    assert (
        "  Goran Primjer, Driver, Uzorak d.o.o.; connected 14 May 2019; 2 messages\n"
        "    suspected; likely: account closed, restricted, or they blocked you\n"
    ) in told
    assert told.endswith("  suspected: only the newest list lacks them; the next archive will tell\n")

    document = run("diff", "--json", vault=two).json["vanished"]
    assert {one["name"]: (one["state"], one["cause"], one["band"]) for one in document} == THREE
    assert all(len(one["id"]) >= 8 for one in document)
    rows = [row for row in csv.DictReader(io.StringIO(run("diff", "--csv", vault=two).out)) if row["state"]]
    assert {row["name"]: (row["state"], row["cause"], row["band"]) for row in rows} == THREE
    markdown = run("diff", "--markdown", "--only", "vanished", vault=two).out
    assert "| 14 May 2019 | suspected; likely: account closed, restricted, or they blocked you |" in markdown


def test_the_receipt_of_an_import_tells_state_and_cause(february: Path, march: Path, empty: Path) -> None:
    run("import", february, vault=empty)
    told = run("import", march, vault=empty).out
    assert ("\n    Hugo Provbit, Farmer, Prov AB; connected 28 May 2024\n      suspected; cannot be known\n") in told
    assert "\n    suspected: only the newest list lacks them; the next archive will tell\n" in told


def test_the_receipt_as_json_tells_state_and_cause(february: Path, march: Path, empty: Path) -> None:
    run("import", february, vault=empty)
    (result,) = run("import", march, "--json", vault=empty).json["results"]
    gone = result["since_previous"]["vanished"]
    assert {one["name"]: (one["state"], one["cause"], one["band"]) for one in gone} == THREE


def test_a_diff_of_long_ago_tells_who_is_back_and_who_is_lost_for_certain(years: Path) -> None:
    told = run("diff", "2025-11-29", "2026-01-15", "--only", "vanished", vault=years).out
    assert "  Ivo Näidis, Ship's cook, Näidis OÜ; connected 8 Aug 2019\n    back since 20 Mar 2026\n" in told
    (ivo,) = run("diff", "2025-11-29", "2026-01-15", "--json", vault=years).json["vanished"]
    assert (ivo["state"], ivo["cause"], ivo["band"]) == ("listed", None, None)

    wide = run("diff", "2020-02", "2026-03-20", "--only", "vanished", vault=years).out
    assert "    confirmed, gone after 20 Mar 2024, before 30 Jun 2025; " in wide


def test_a_diff_that_reads_backwards_or_of_a_day_long_ago_knows_no_causes(years: Path) -> None:
    """Whoever comes is not gone; and on that day nobody knew what later archives tell."""
    for words in (("latest", "previous"), ("--as-of", "2026-01-16")):
        assert all("state" not in one for one in run("diff", *words, "--json", vault=years).json["vanished"])


@pytest.mark.parametrize("wrong", [MachineProblem("the disk is full"), sqlite3.OperationalError("disk I/O error")])
def test_a_diff_goes_without_causes_where_the_index_cannot_be_used(
    wrong: Exception, two: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(History, "open", _raising(wrong, sqlite3.SQLITE_IOERR))
    ran = run("diff", "--json", vault=two)
    assert (ran.status, len(ran.json["vanished"])) == (0, 3)
    assert ran.err.startswith("note: causes cannot be shown: ")
    assert run("diff", "--quiet", vault=two).err == ""


def test_a_bug_in_the_index_is_not_hidden(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(History, "open", _raising(sqlite3.OperationalError("no such table"), sqlite3.SQLITE_ERROR))
    ran = run("diff", vault=two)
    assert ran.status == 1
    assert "this is a bug in linkbak: OperationalError" in ran.err


def _raising(wrong: Exception, code: int) -> Callable[..., History]:
    if isinstance(wrong, sqlite3.Error):
        wrong.sqlite_errorcode, wrong.sqlite_errorname = code, "SQLITE_SOMETHING"

    def opened(*_: object) -> History:
        raise wrong

    return opened


def test_of_nobody_marked_nothing_is_told(years: Path) -> None:
    """Neither of those back, nor of those of whom nobody can tell."""
    found = run("lost", "--known", "--json", vault=years).json
    assert (found["lost"], found["came_back"], found["unclear"], found["removed_by_me"]) == ([], [], [], [])


def test_only_whom_one_marked(two: Path) -> None:
    """The numbers and the sentence are of those alone, and nothing is said of the others."""
    run("mark", "Niall Sampla", "known", vault=two)
    run("mark", "Niall Sampla", "tag", "cook", vault=two)
    run("mark", "Carla", "tag", "cook", vault=two)

    found = run("lost", "--known", "--json", vault=two).json

    assert [one["name"] for one in found["lost"]] == ["Niall Sampla"]
    assert (found["counts"], found["unclear"]) == ({"suspected": 1, "confirmed": 0, "held": 0, "unclear": 0}, [])
    told = run("lost", "--tag", "cook", vault=two).out
    assert told.startswith("linkedin-me: 1 person left (you talk with them) among those tagged cook\n")
    assert "Goran" not in told
    nobody = run("lost", "--unknown", "--tag", "cook", vault=two).out
    assert nobody.startswith("linkedin-me: nobody is lost among those marked unknown, tagged cook\n")
    assert run("lost", "Niall", "--known", vault=two).status == 2

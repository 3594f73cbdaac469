"""``linkbak stats`` and ``linkbak stats --mail`` on the archives of the examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from linkbak.report import cells
from tests.cli.running import run, state
from tests.cli.terminal import on_terminal
from tests.conftest import Golden

GOLDENS = Path(__file__).parent / "goldens"


@pytest.fixture(autouse=True)
def _on_a_day() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 4, 1, 12, tzinfo=UTC), tick=False):
        yield


def test_stats_of_all_years(years: Path, golden: Golden) -> None:
    golden(GOLDENS / "stats.txt", run("stats", vault=years).out)


def test_digest_of_all_years(years: Path, golden: Golden) -> None:
    told = run("stats", "--mail", vault=years).out
    golden(GOLDENS / "digest.txt", told)
    assert len(told.splitlines()) <= 30
    assert max(map(cells, told.splitlines())) <= 78


def test_digest_without_names(years: Path, golden: Golden) -> None:
    golden(GOLDENS / "digest-no-names.txt", run("stats", "--mail", "--no-names", vault=years).out)


def test_stats_of_one_snapshot(march: Path, empty: Path, golden: Golden) -> None:
    run("import", march, vault=empty)
    golden(GOLDENS / "stats-one.txt", run("stats", vault=empty).out)
    golden(GOLDENS / "digest-one.txt", run("stats", "--mail", vault=empty).out)


def test_a_newest_list_that_is_held(ruins: Path, two: Path, golden: Golden, tmp_path: Path) -> None:
    assert run("import", ruins / "half-gone.zip", vault=two).status == 9
    golden(GOLDENS / "digest-held.txt", run("stats", "--mail", vault=two).out)
    found = run("stats", "--json", vault=two).json
    lost = run("lost", "--json", vault=two).json
    assert found["health"]["held"] == lost["counts"]["held"] > 10
    assert run("report", "-o", tmp_path / "page.html", vault=two).status == 0
    held = f"; {found['health']['held']} losses of the newest list not believed yet.</p>"
    assert held in (tmp_path / "page.html").read_text("utf-8")
    assert found["lost"] == lost["counts"]["suspected"] == 3
    assert len(found["sizes"]) == 2


@pytest.mark.parametrize("verb", ["stats", "stats --mail"])
def test_a_vault_without_lists_says_so(verb: str, empty: Path) -> None:
    ran = run(*verb.split(), vault=empty)
    assert (ran.status, ran.out) == (13, "")
    assert "no snapshot here holds connections" in ran.err
    assert run(*verb.split(), vault=empty / "nowhere").status == 10


@pytest.mark.parametrize("verb", ["stats", "stats --mail"])
def test_of_several_accounts_one_is_asked_for(verb: str, boris: Path, two: Path) -> None:
    run("import", boris, "--account", "boris", vault=two)
    ran = run(*verb.split(), vault=two)
    assert (ran.status, ran.out) == (2, "")
    assert "Say which with --account NAME." in ran.err
    assert run(*verb.split(), "--account", "boris", vault=two).out.startswith("linkedin-boris")
    assert run(*verb.split(), "--account", "linkedin-me", vault=two).out.startswith("linkedin-me")
    assert run(*verb.split(), "--account", "nobody", vault=two).status == 2


def test_the_numbers_are_those_of_the_other_commands(years: Path) -> None:
    found = run("stats", "--json", vault=years).json
    lost = run("lost", "--json", vault=years).json
    people = run("people", "--json", vault=years).json["people"]
    log = run("log", "--json", vault=years).json["snapshots"]

    assert found["lost"] == lost["counts"]["suspected"] + lost["counts"]["confirmed"] == len(lost["lost"])
    assert found["unclear"] == lost["counts"]["unclear"]
    assert [(one["connections"], one["hidden"] or 0) for one in reversed(log)] == [
        (one["connections"], one["hidden"]) for one in found["sizes"]
    ]
    told = Counter((one["verdict"]["cause"], one["verdict"]["band"]) for one in lost["lost"])
    counted: Counter[tuple[str, str]] = Counter()
    for flow in found["flows"]:
        for one in flow["because"]:
            counted[one["cause"], one["band"]] += one["people"]
    assert counted == told
    assert sum(flow["back"] for flow in found["flows"]) == len(lost["came_back"]) == 1
    assert sum(flow["returned"] for flow in found["flows"]) == 1
    assert {one["id"] for one in found["recent"]} == {one["id"] for one in lost["lost"]}
    assert [one["window"]["before"] for one in found["recent"]] == sorted(
        (one["window"]["before"] for one in lost["lost"]), reverse=True
    )
    assert found["reach"] == {
        "people": len(people),
        "email": sum(one["email"] is not None for one in people),
        "talked": sum(one["messages"] > 0 for one in people),
        "talked_email": sum(one["messages"] > 0 and one["email"] is not None for one in people),
        "untold": sum(one["messages"] is None for one in people),
    }
    assert len(found["closest"]) == 20
    assert {one["id"] for one in found["closest"]} < {one["id"] for one in people}
    assert (found["owner"], found["made"], found["health"]["age_days"]) == ("Ada Example", "2026-04-01T12:00:00Z", 12)


def test_the_digest_as_json_is_a_subject_and_a_text(two: Path) -> None:
    subject, _, *text = run("stats", "--mail", vault=two).out.splitlines()
    found = run("stats", "--mail", "--json", vault=two).json
    assert found == {"schema": "linkbak.digest/1", "account": "linkedin-me", "subject": subject, "lines": text}
    bare = run("stats", "--mail", "--json", "--no-names", vault=two).json
    assert not any("Niall" in line for line in bare["lines"])


def test_last_checks_are_told(two: Path) -> None:
    assert "every byte compared: never" in run("stats", vault=two).out
    assert run("verify", "--restore", vault=two).status == 0
    assert "restore tried out: today" in run("stats", vault=two).out
    found = run("stats", "--json", vault=two).json["health"]
    assert found["drill"]["last"]["at"] == found["drill"]["passed"]["at"] == "2026-04-01T12:00:00Z"
    assert found["verify"] == {"last": None, "passed": None}


def test_it_fits_a_terminal(two: Path) -> None:
    told = on_terminal("stats", vault=two)
    assert max(map(cells, told)) <= 80
    assert any("█" in line for line in told)
    assert "Since 28 Feb 2026: 5 new, 3 lost, 2 unclear" in told


def test_quiet_and_reading_only(two: Path) -> None:
    before = state(two)
    assert run("stats", "--quiet", vault=two).out == ""
    assert run("stats", "--mail", "--quiet", vault=two).out == run("stats", "--mail", vault=two).out
    run("stats", "--json", vault=two)
    assert state(two) == before


def test_the_first_words_are_those_of_the_newest_diff(february_march: Path) -> None:
    """Somebody new who may be one of those missing is said to be neither."""
    stats, diff = run("stats", vault=february_march).out, run("diff", vault=february_march).out
    assert stats.splitlines()[1] == diff.splitlines()[0]

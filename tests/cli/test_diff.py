"""``linkbak diff`` and ``linkbak log`` on the story of the examples."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import run, state
from tests.conftest import Golden
from tests.vault.snapshots import git

GOLDENS = Path(__file__).parent / "goldens"


def names(people: list[dict[str, Any]]) -> set[str]:
    return {person["name"] for person in people}


def test_the_story_of_march(two: Path) -> None:
    found = run("diff", "--json", vault=two).json

    assert found["schema"] == "linkbak.diff/1"
    assert (found["before"]["id"], found["after"]["id"]) == ("2026-02-28T094118Z", "2026-03-20T080710Z")
    assert names(found["vanished"]) == {"Niall Sampla", "Goran Primjer", "Hugo Provbit"}
    assert names(found["hidden"]) == {"Zita Minta", "Mia Näyte"}
    assert names(found["returned"]) == {"Tove Prov"}
    assert names(found["added"]) == {"Vilma Bandymas", "Wanda Próbka", "Yara Exemplar", "Ivo Näidis"}
    assert [one["after"]["name"] for one in found["reconnected"]] == ["Yusuf Örnek"]
    assert {one["before"]["name"]: one["fields"] for one in found["renamed"]} == {
        "Luz Ejemplar": ["name"],
        "Finn Eksempel": ["url"],
        "Hana Rei": ["url"],
        "Sam Twin": ["url"],
        "Ingrid Probe": ["name", "url"],
        "Dov Mashal": ["name", "url", "company", "position"],
    }
    assert {one["after"]["name"] for one in found["changed"]} == {
        "Carla Ejemplo",
        "Bram Staal",
        "Edda Dæmi",
        "Tess Trial",
        "Wei Shili",
    }
    (doubt,) = found["uncertain"]
    assert (names(doubt["before"]), names(doubt["after"])) == ({"Alex Doppel"}, {"Alex Doppel"})
    assert (len(doubt["before"]), len(doubt["after"])) == (2, 1)
    assert found["held"] is False


def test_counts_add_up(two: Path) -> None:
    found = run("diff", "--json", vault=two).json
    counts = found["counts"]
    classes = ("hidden", "returned", "reconnected", "renamed", "changed", "unchanged", "uncertain")
    common = sum(counts[name] for name in classes)
    assert found["before"]["connections"] == counts["vanished"] + counts["uncertain_vanished"] + common
    assert found["after"]["connections"] == counts["added"] + counts["uncertain_added"] + common


@pytest.mark.parametrize("verb", ["diff", "diff-only", "diff-markdown", "diff-csv", "log", "files"])
def test_pages_read_well(verb: str, two: Path, golden: Golden) -> None:
    words = {
        "diff": ("diff",),
        "diff-only": ("diff", "--only", "vanished,hidden"),
        "diff-markdown": ("diff", "--markdown"),
        "diff-csv": ("diff", "--csv"),
        "log": ("log",),
        "files": ("log", "latest"),
    }
    golden(GOLDENS / f"{verb}.txt", run(*words[verb], vault=two).out)


def test_csv_has_one_row_a_person(two: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("diff", "--csv", vault=two).out)))
    assert len(rows) == 25
    assert {row["name"] for row in rows if row["class"] == "vanished"} == {
        "Niall Sampla",
        "Goran Primjer",
        "Hugo Provbit",
    }
    (dov,) = [row for row in rows if row["before_first_name"] == "Dov"]
    assert (dov["class"], dov["name"], dov["fields"]) == ("renamed", "David Mashal", "name url company position")


def test_only_leaves_other_lists_empty_and_counts_whole(two: Path) -> None:
    found = run("diff", "--json", "--only", "vanished", vault=two).json
    assert len(found["vanished"]) == 3
    assert found["added"] == []
    assert found["counts"]["added"] == 4


def test_exit_code_only_when_asked(two: Path) -> None:
    assert run("diff", vault=two).status == 0
    assert run("diff", "--exit-code", vault=two).status == 6
    assert run("diff", "--exit-code", "latest", "latest", vault=two).status == 0
    assert run("diff", "--exit-code", "--only", "uncertain", vault=two).status == 6


def test_backwards_mirrors_forwards(two: Path) -> None:
    there = run("diff", "previous", "latest", "--json", vault=two).json
    back = run("diff", "latest", "previous", "--json", vault=two).json
    mirror = {"vanished": "added", "added": "vanished", "hidden": "returned", "returned": "hidden"}
    for name in ("vanished", "added", "hidden", "returned", "renamed", "changed", "reconnected", "unchanged"):
        assert back["counts"][name] == there["counts"][mirror.get(name, name)]
    assert "runs backwards" in run("diff", "latest", "previous", vault=two).out


def test_a_single_snapshot_has_nothing_to_compare_with(march: Path, empty: Path) -> None:
    run("import", march, vault=empty)
    ran = run("diff", vault=empty)
    assert ran.status == 13
    assert "only snapshot" in ran.err


def test_as_of_knows_nothing_later(two: Path) -> None:
    assert [one["id"] for one in run("log", "--as-of", "2026-03-01", "--json", vault=two).json["snapshots"]] == [
        "2026-02-28T094118Z"
    ]
    assert run("diff", "--as-of", "2026-03-01", vault=two).status == 13


@pytest.mark.parametrize("name", ["latest~7", "2019", "nonsense"])
def test_no_such_snapshot(name: str, two: Path) -> None:
    ran = run("diff", name, vault=two)
    assert ran.status == 13
    assert ran.out == ""
    assert "linkbak log" in ran.err


def test_no_vault() -> None:
    ran = run("diff")
    assert ran.status == 10
    assert "linkbak import" in ran.err


def test_a_refusal_in_json_is_json(two: Path) -> None:
    ran = run("diff", "2019", "--json", vault=two)
    assert ran.status == 13
    assert '"schema": "linkbak.error/1"' in ran.err
    assert '"exit_code": 13' in ran.err


def test_reading_never_writes(two: Path) -> None:
    before = state(two)
    for words in (("diff",), ("log",), ("log", "latest"), ("cat", "latest", "Connections.csv"), ("diff", "--csv")):
        assert run(*words, vault=two).status == 0
    assert state(two) == before


def test_the_log_counts_what_came_and_went(two: Path) -> None:
    newest, oldest = run("log", "--json", vault=two).json["snapshots"]
    assert (newest["connections"], newest["hidden"], newest["added"], newest["vanished"]) == (70, 5, 4, 4)
    assert (oldest["connections"], oldest["added"], oldest["vanished"]) == (70, None, None)
    assert (newest["files"], newest["kind"], newest["network"]) == (48, "zip", "linkedin")
    assert run("log", "--last", "1", "--json", vault=two).json["snapshots"] == [newest]


def test_options_stand_before_or_after_the_verb(two: Path) -> None:
    after = run("log", "--json", "--vault", two)
    before = run("--json", "--vault", two, "log")
    assert after.out == before.out
    assert run("--quiet", "log", vault=two).out == ""


def test_cat_prints_the_very_bytes(two: Path, march: Path) -> None:
    with zipfile.ZipFile(march) as whole:
        for name in ("Connections.csv", "messages.csv", "Jobs/Saved Jobs.csv"):
            if name in whole.namelist():
                assert run("cat", "latest", name, vault=two).out.encode() == whole.read(name)
    assert run("cat", "latest", "connections.CSV", vault=two).status == 0
    ran = run("cat", "latest", "Nothing.csv", vault=two)
    assert (ran.status, ran.out) == (13, "")


def test_a_changed_config_file_names_the_vault(two: Path) -> None:
    assert run("init", two).status == 0
    assert len(run("log", "--json").json["snapshots"]) == 2


def test_init_makes_a_vault_and_remembers_it(tmp_path: Path, march: Path) -> None:
    made = run("init", tmp_path / "my vault", "--json").json
    place = str(tmp_path / "my vault")
    assert made == {"schema": "linkbak.init/1", "vault": place, "created": True, "used": place}
    assert run("init", tmp_path / "my vault", "--json").json["created"] is False
    assert run("import", march).status == 0
    assert len(run("log", "--json", vault=tmp_path / "my vault").json["snapshots"]) == 1


def test_counting_back_passes_over_archives_without_connections(two: Path, tmp_path: Path) -> None:
    """A mailbox alone says nothing about who is connected, so it is neither the latest nor the previous list."""
    alone = tmp_path / "Basic_LinkedInDataExport_04-02-2026.zip"
    header = "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl\n"
    with zipfile.ZipFile(alone, "w") as archive:
        archive.writestr(zipfile.ZipInfo("Invitations.csv", (2026, 4, 2, 8, 0, 0)), header)
    assert run("import", alone, "--account", "me", vault=two).status == 3

    for words in ((), ("previous", "latest"), ("latest~1",), ("2026-02", "latest")):
        found = run("diff", *words, "--json", vault=two).json
        assert (found["before"]["id"], found["after"]["id"]) == ("2026-02-28T094118Z", "2026-03-20T080710Z")
    for words in (("2026-04",), ("previous", "2026-04-02")):
        ran = run("diff", *words, vault=two)
        assert (ran.status, ran.out) == (13, "")
        assert "2026-04-02T080000Z holds no connections" in ran.err


def test_a_snapshot_that_git_cannot_read_is_damage_and_no_missing_one(two: Path) -> None:
    """Also where what is known of the snapshots is still remembered."""
    assert run("log", vault=two).status == 0
    year = git(two, "rev-parse", "HEAD:snapshots/linkedin-me/2026").strip()
    (two / ".git/objects" / year[:2] / year[2:]).unlink()

    ran = run("diff", vault=two)

    assert (ran.status, ran.out) == (12, "")
    assert ran.err.startswith("error: snapshots/linkedin-me/2026/2026-0")
    assert "git cannot read the snapshot, which the vault holds" in ran.err

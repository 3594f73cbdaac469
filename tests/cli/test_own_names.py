"""Lists under names of one's own: known by their header, wherever they lie, and never silently one of two."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.cli.lists import at, lone, rows, text, zipped
from tests.cli.running import run

FEBRUARY, MARCH = date(2024, 2, 28), date(2024, 3, 20)
OLD, NEW = rows(FEBRUARY, 60), [*rows(MARCH, 3), *rows(FEBRUARY, 60)]
SKILLS = {"Skills.csv": "Name\nBaking\n"}
OWN = "My connections June.csv"


def folder(place: Path, **files: str) -> Path:
    place.mkdir()
    for name, content in files.items():
        (place / name).write_text(content, "utf-8")
    return place


@pytest.mark.parametrize("more", [{}, SKILLS], ids=["alone", "with others"])
def test_a_list_is_known_by_its_header_in_folders_and_zips(empty: Path, tmp_path: Path, more: dict[str, str]) -> None:
    files = {f"sub/{OWN}": text(OLD), **{f"sub/{name}": content for name, content in more.items()}}
    archive = zipped(tmp_path / "mine.zip", files, (2024, 3, 1))
    opened = folder(tmp_path / "mine", **{OWN: text(NEW), **more})

    first = run("import", archive, "--json", vault=empty)
    second = run("import", opened, "--taken", "2024-03-21", "--json", vault=empty)

    assert (first.status, second.status) == (0, 0)
    assert first.json["results"][0]["kinds"]["connections"]["rows"] == 60
    assert second.json["results"][0]["since_previous"]["counts"]["added"] == 3
    assert run("people", "--json", vault=empty).json["people"].__len__() == 63


def test_two_differing_lists_in_one_archive_are_a_loss(empty: Path, tmp_path: Path) -> None:
    files = {"Connections.csv": text(OLD), "Connections1.csv": text(NEW), "a copy.csv": text(OLD)}

    ran = run("import", folder(tmp_path / "three", **files), "--taken", "2024-03-21", "--json", vault=empty)

    assert ran.status == 3
    (result,) = ran.json["results"]
    losses = [(one["file"], one["reason"]) for one in result["issues"] if one["loss"]]
    assert losses == [("Connections1.csv", "not read: it is another list than Connections.csv")]
    assert result["kinds"]["connections"]["reasons"] == ["several files claim to be Connections.csv, and they differ"]
    assert result["kinds"]["connections"]["rows"] == 60


def test_two_lists_of_ones_own_names_are_a_loss_too(empty: Path, tmp_path: Path) -> None:
    ran = run("import", folder(tmp_path / "both", **{"a.csv": text(OLD), "b.csv": text(NEW)}), vault=empty)
    assert ran.status == 3
    assert "b.csv: not read: it is another list than a.csv" in ran.out


def test_other_tables_of_people_are_no_lists(empty: Path, tmp_path: Path) -> None:
    """Seven columns without a header are only believed of a file that came alone."""
    others = {"Connections.csv": text(OLD), "team.csv": "First Name,Last Name,Since\nAda,Example,2020\n"}
    files = {**others, "headless.csv": "".join(OLD), "notes.md": "# Connected On\n"}
    ran = run("import", folder(tmp_path / "mixed", **files), "--taken", "2024-03-21", vault=empty)
    assert ran.status == 0


def test_a_folder_of_monthly_lists_is_imported_one_by_one(empty: Path, tmp_path: Path) -> None:
    lone(tmp_path / "lists/Connections_2024-03-20.csv", NEW, at(2024, 6, 1))
    lone(tmp_path / "lists/Connections_2024-02-28.csv", OLD, at(2024, 6, 2))
    (tmp_path / "lists/.DS_Store").write_bytes(b"\0")

    ran = run("import", tmp_path / "lists", "--json", vault=empty)

    assert ran.status == 0
    assert [one["taken"] for one in ran.json["results"]] == ["2024-02-28T00:00:00Z", "2024-03-20T00:00:00Z"]
    assert ran.json["results"][1]["since_previous"]["counts"]["added"] == 3
    assert run("import", tmp_path / "lists", "--taken", "2024-03-21", vault=empty).status == 2
    # with anything else among them it is one archive
    lone(tmp_path / "lists/Connections.csv", NEW, at(2024, 6, 2))
    assert run("import", tmp_path / "lists", "--dry-run", vault=empty).status == 3

"""``linkbak verify``: what it prints, and how it ends."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from linkbak.report import maintenance, plain
from linkbak.vault import SnapshotKey
from linkbak.vault.verify import Verified, damage, note
from tests.cli.running import index_place, run, state
from tests.hostile_text import HOSTILE_TEXT
from tests.vault.flipping import flip
from tests.vault.processes import unprivileged
from tests.vault.snapshots import git

MARCH = "snapshots/linkedin-me/2026/2026-03-20T080710Z"


def spoilt(vault: Path) -> str:
    """Damages the list of March in git and where it lies open; gives the object's file."""
    name = git(vault, "rev-parse", f"HEAD:{MARCH}/archive/Connections.csv").strip()
    place = f".git/objects/{name[:2]}/{name[2:]}"
    flip(vault / place, 40, 0xFF)
    flip(vault / MARCH / "archive/Connections.csv", 40, 0xFF)
    return place


def test_a_sound_vault(two: Path) -> None:
    before = state(two)

    done = run("verify", vault=two)

    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines() == [
        "all 2 snapshots are whole: every byte as it was imported",
        "  69 files, 39.4 kB, in git; 71 files in the vault's folder",
        "  also whole: the manifests, 0 marks, and what else git and linkbak keep",
    ]
    assert state(two) == before


def test_nothing_is_kept_yet(empty: Path) -> None:
    done = run("verify", vault=empty)
    assert (done.status, done.out) == (0, "the vault is sound; nothing is kept in it yet\n")


def test_a_part(two: Path) -> None:
    done = run("verify", "--sample", "5%", "--json", vault=two)
    said = done.json
    assert (done.status, said["sample"], said["sound"]) == (0, 0.05, True)
    assert 0 < said["compared"] < said["files"]
    out = run("verify", "--sample", "0.5", vault=two).out
    assert out.startswith("no damage was found: ")


@pytest.mark.parametrize("share", ["0", "-5%", "101%", "few", "nan", ""])
def test_what_is_no_share(two: Path, share: str) -> None:
    done = run("verify", "--sample", share, vault=two)
    assert (done.status, done.out) == (2, "")


def test_damage_is_told_with_what_is_whole_and_what_to_do(two: Path) -> None:
    place = spoilt(two)

    done = run("verify", vault=two)

    copy = f"{MARCH}/archive/Connections.csv"
    assert (done.status, done.err) == (12, "")
    assert done.out.splitlines() == [
        "the vault is damaged: 1 of 2 snapshots are whole",
        "",
        f"  {copy}: is not what was imported",
        "    git has it:",
        f"      rm -f {copy}",
        f"      git checkout -- {copy}",
        f"  {MARCH}: Connections.csv: cannot be unpacked",
        "    take it from a clone or another copy of the vault; or import the archive again, into a new vault",
        f"  {place}: cannot be unpacked",
        "",
        "not whole",
        "  linkedin-me 2026-03-20T080710Z, of 20 Mar 2026",
        "whole",
        "  linkedin-me 2026-02-28T094118Z, of 28 Feb 2026",
        "",
        "what to do",
        "  1. Copy the vault's folder as it is before you change anything in it; see whether the disk is failing.",
        "  2. Do what it says under each, in the vault's folder, and run `linkbak verify` again.",
        "  3. If you have a clone or a copy of the vault: `linkbak verify --vault COPY`; go on with a sound one.",
        "  4. `linkbak restore SNAPSHOT` gives back whatever is whole, to import into a new vault.",
        "  5. If you still have the archive of a snapshot that is not whole, import it into a new vault.",
    ]


def test_the_same_for_programs(two: Path) -> None:
    place = spoilt(two)

    done = run("verify", "--json", vault=two)

    assert (done.status, done.json["sound"]) == (12, False)
    assert [one["place"] for one in done.json["damage"]] == [f"{MARCH}/archive/Connections.csv", MARCH, place]
    assert [one["snapshots"] for one in done.json["damage"]] == [[], [MARCH], []]
    assert [one["whole"] for one in done.json["snapshots"]] == [True, False]


def test_status_tells_how_it_went(two: Path) -> None:
    """That a share of the files is sound is not told as if every byte were."""
    assert "every byte compared: never" in run("status", vault=two).out
    run("verify", "--sample", "1%", vault=two)
    told = run("status", vault=two).out
    assert "every byte compared: never" in told
    assert re.search(r"a share of it compared: today, all was well \([12] of 69 files in 2 snapshots\)", told)
    run("verify", vault=two)
    assert "every byte compared: today, all was well (2 snapshots)" in run("status", vault=two).out
    spoilt(two)
    run("verify", "--sample", "100%", vault=two)
    assert "every byte compared: today, and it failed" in run("status", vault=two).out
    run("verify", vault=two)
    assert "every byte compared: today, and it failed" in run("status", vault=two).out


def test_quiet_says_it_by_its_status_alone(two: Path) -> None:
    assert run("verify", "--quiet", vault=two).out == ""
    spoilt(two)
    done = run("verify", "--quiet", vault=two)
    assert (done.status, done.out) == (12, "")


def test_what_is_only_to_know(two: Path) -> None:
    (two / "linkbak.toml").write_text('format = 1\nvisible = "all"\n')
    (two / "mine.txt").write_text("mine")
    done = run("verify", vault=two)
    assert done.status == 0
    assert done.out.splitlines()[3:] == [
        "",
        "to know",
        "  linkbak.toml: was edited: it differs from what was committed",
        "    if that was not you, git has it:",
        "      rm -f linkbak.toml",
        "      git checkout -- linkbak.toml",
        "  .git/info/sparse-checkout: lays other snapshots open than linkbak.toml says",
        "    the next command that writes sets it right",
        "  not linkbak's, so nobody can say what it should hold: mine.txt",
    ]


def test_marks(two: Path) -> None:
    run("mark", "Niall Sampla", "note", "met in Ghent", vault=two)
    assert run("verify", "--json", vault=two).json["marks"] == 1
    with (two / "marks.jsonl").open("a") as file:
        file.write('{"fact": "known"}\n')
    git(two, "-c", "user.name=x", "-c", "user.email=x", "commit", "-qam", "By hand")

    done = run("verify", "--json", vault=two)

    assert done.status == 12
    assert [(one["part"], one["place"]) for one in done.json["damage"]] == [("marks", "marks.jsonl")]


def test_the_index_of_people(two: Path) -> None:
    """It is no part of the vault and is made anew."""
    index = index_place(two)
    run("people", vault=two)
    index.write_bytes(b"SQLite format 3\0" + b"nonsense" * 1000)

    done = run("verify", vault=two)

    assert done.status == 0
    assert "linkbak doctor --index rebuild" in done.out


def test_an_index_that_may_not_be_read_is_not_said_to_be_damaged(two: Path) -> None:
    index = index_place(two)
    run("people", vault=two)
    run("verify", vault=two)

    def owner() -> None:
        index.chmod(0)
        try:
            done = run("verify", vault=two)
            assert (done.status, "the index of people" in done.out) == (0, False)
        finally:
            index.chmod(0o600)

    unprivileged(owner)


def test_commands_are_not_wrapped() -> None:
    """Somebody may copy them."""
    command = f"rm -f {MARCH}/archive/Connections.csv"
    found = Verified(
        (damage("copies", "a" * 50 + " " + "b" * 50, "what", f"how:\n{command}"),), (), (), 0, 0, 0, 0, b""
    )
    lines = plain(maintenance.verify_text(found, 0), 40)
    assert f"      {command}" in lines
    assert "  " + "a" * 50 in lines


def test_no_vault(tmp_path: Path) -> None:
    done = run("verify", vault=tmp_path / "nowhere")
    assert (done.status, done.out) == (10, "")


def test_a_vault_whose_head_is_damaged_is_looked_over_all_the_same(two: Path) -> None:
    flip(two / ".git/HEAD", 3, 0x01)
    done = run("verify", "--json", vault=two)
    assert (done.status, [one["whole"] for one in done.json["snapshots"]]) == (12, [True, True])


def test_a_vault_that_may_only_be_read(two: Path) -> None:
    for path in [two, *two.rglob("*")]:
        path.chmod(0o500 if path.is_dir() else 0o400)
    try:
        assert run("verify", vault=two).status == 0
    finally:
        for path in [two, *two.rglob("*")]:
            path.chmod(0o700)
        shutil.rmtree(two)


@pytest.mark.parametrize("text", HOSTILE_TEXT)
def test_hostile_names_do_nothing(text: str) -> None:
    key = SnapshotKey("linkedin-me", "2026-03-20T080710Z")
    findings = (damage("copies", text, text, f"{text}\n{text}", (key,)), note("control", text, text, text))
    found = Verified((*findings, note("foreign", text, text)), (key,), (), 1, 1, 1, 1, b"")
    lines = plain(maintenance.verify_text(found, 0))
    joined = [line.replace("\u200c", "").replace("\u200d", "") for line in lines]
    assert [line for line in joined if not line.isprintable()] == []


def test_a_head_that_points_elsewhere_is_repaired_when_asked(two: Path) -> None:
    (two / ".git/HEAD").write_text("ref: refs/heads/other\n")
    refused = run("log", vault=two)
    assert refused.err.endswith("hint: `linkbak verify --repair` puts it there again.\n")
    assert "  .git/HEAD: does not name the branch main\n" in run("verify", vault=two).out

    done = run("verify", "--repair", vault=two)

    assert (done.status, done.err) == (0, "")
    first, second, _, third, *_ = done.out.splitlines()
    assert first == ".git/HEAD was set right: it names the branch main again"
    kept = re.fullmatch(r"  what it said before is kept in (\.git/linkbak/repaired/\S+/HEAD)", second)
    assert kept
    assert (two / kept[1]).read_text() == "ref: refs/heads/other\n"
    assert third == "all 2 snapshots are whole: every byte as it was imported"
    assert run("verify", "--repair", "--json", vault=two).json["repaired"] == []


def test_what_is_found_is_shown_though_nothing_may_be_repaired(two: Path) -> None:
    spoilt(two)
    (two / ".git/HEAD").write_text("ref: refs/heads/other\n")
    done = run("verify", "--repair", vault=two)
    assert done.status == 12
    assert done.out.startswith("the vault is damaged: 1 of 2 snapshots are whole\n")
    assert done.err.startswith("error: HEAD and the branch stay as they are: not every snapshot")


@pytest.mark.parametrize("with_what", ["--sample=5%", "--restore"])
def test_a_repair_needs_everything_checked(two: Path, with_what: str) -> None:
    assert run("verify", "--repair", with_what, vault=two).status == 2

"""``linkbak import``: what is kept, what is refused, and what is said of it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from examples.broken import BROKEN
from linkbak import state as notes
from linkbak.vault import Vault
from tests.cli.running import run, state


def ids(vault: Path) -> list[str]:
    return [one["id"] for one in run("log", "--json", vault=vault).json["snapshots"]]


def test_a_first_import_makes_the_usual_vault_and_says_where(march: Path, strangers_machine: Path) -> None:
    ran = run("import", march)

    place = strangers_machine / "data/linkbak/vault"
    assert ran.status == 0
    assert ran.err == f"made a vault in {place}\n"
    assert "kept as linkedin-me 2026-03-20T080710Z, written 20 Mar 2026" in ran.out
    assert "and 45 other files with 60 rows: account, activity, ads, articles, coaching, endorsements," in ran.out
    assert len(Vault.open(place).summaries()) == 1


def test_a_broken_first_archive_makes_no_vault(ruins: Path, strangers_machine: Path) -> None:
    ran = run("import", ruins / "bomb.zip")

    assert ran.status == 4
    assert not (strangers_machine / "data").exists()


def test_a_named_vault_is_made_where_its_folder_is_and_said_so(march: Path, tmp_path: Path) -> None:
    ran = run("import", march, vault=tmp_path / "new")

    assert (ran.status, ran.err) == (0, f"made a vault in {tmp_path}/new\n")
    assert ids(tmp_path / "new") == ["2026-03-20T080710Z"]


@pytest.mark.parametrize("where", ["no folder", "an empty place of a disk", "a vault was there"])
def test_a_named_vault_that_may_only_be_away_is_not_made(
    where: str, march: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mistyped path or an unplugged disk must not look like a fresh start."""
    usb = tmp_path / "usb"
    if where != "no folder":
        usb.mkdir()
    if where == "an empty place of a disk":
        monkeypatch.setattr("linkbak.paths._DISKS", (str(tmp_path),))
    if where == "a vault was there":
        notes.write(usb / "vault", "run", {"at": "2026-03-20T08:00:00Z", "status": 0})

    for words in (("import", march), ("import",)):
        ran = run(*words, vault=usb / "vault")
        assert ran.status == 10
        assert f"linkbak init {usb}/vault" in ran.err
        assert not (usb / "vault").exists()


def test_the_receipt(february: Path, march: Path, empty: Path) -> None:
    run("import", february, vault=empty)

    document = run("import", march, "--json", vault=empty).json

    assert document["schema"] == "linkbak.import/1"
    (result,) = document["results"]
    assert result["status"] == "kept"
    assert result["snapshot"] == "2026-03-20T080710Z"
    assert (result["taken"], result["taken_source"]) == ("2026-03-20T08:07:10Z", "archive")
    assert result["account"] == "me"
    assert result["files"] == 48
    connections = result["kinds"]["connections"]
    assert (connections["rows"], connections["hidden"], connections["skipped"]) == (70, 5, 0)
    assert connections["completeness"] == "complete"
    assert {"messages", "invitations", "profile"} <= result["kinds"].keys()
    assert not [issue for issue in result["issues"] if issue["loss"]]
    assert result["since_previous"]["snapshot"] == "2026-02-28T094118Z"
    assert result["since_previous"]["counts"]["vanished"] == 3
    assert {one["name"] for one in result["since_previous"]["vanished"]} == {
        "Niall Sampla",
        "Goran Primjer",
        "Hugo Provbit",
    }


NEXT = """
These are your first connections here, so there is nothing to compare yet.
  look around:  linkbak people, linkbak show NAME, linkbak report --open
  in a month:   ask LinkedIn again and import; linkbak diff shows who left
  be reminded:  linkbak schedule install, or linkbak request ics
"""


def test_the_first_import_says_what_is_next_and_no_later_one_does(
    february: Path, march: Path, boris: Path, empty: Path
) -> None:
    assert "These are" not in run("import", march, "--dry-run", vault=empty).out
    assert run("import", march, vault=empty).out.endswith(NEXT)
    assert "These are" not in run("import", march, vault=empty).out  # kept already
    assert "These are" not in run("import", february, vault=empty).out  # the earliest, but not the first
    assert run("import", boris, "--account", "boris", vault=empty).out.endswith(NEXT)  # of this account it is


def test_two_archives_at_once_are_compared_and_need_no_advice(february: Path, march: Path, empty: Path) -> None:
    assert "These are" not in run("import", february, march, vault=empty).out


def test_the_receipt_says_what_is_not_whole_and_why(ruins: Path, two: Path, tmp_path: Path) -> None:
    said = run("import", ruins / "bad-dates.zip", vault=two).out
    assert "  5 hidden, perhaps not whole\n" in said
    assert "\n  perhaps not whole: 3 rows of Connections.csv without a date\n" in said
    bare = tmp_path / "Connections.csv"
    bare.write_text("Ada,Example,,Example Works,Buyer,20 Mar 2026\nBo,Sample,,Example Works,Buyer,19 Mar 2026\n")
    said = run("import", bare, "--taken", "2026-03-28", "--account", "bo", vault=two).out
    assert "Connections.csv  2  rows  perhaps not whole\n  perhaps not whole: Connections.csv has no header\n" in said


def test_importing_twice_keeps_one_and_says_so(march: Path, empty: Path) -> None:
    run("import", march, vault=empty)

    again = run("import", march, vault=empty)

    assert again.status == 0
    assert "already kept as linkedin-me 2026-03-20T080710Z" in again.out
    assert ids(empty) == ["2026-03-20T080710Z"]


def test_the_same_archive_unpacked_or_wrapped_once_more_is_known_again(
    march: Path, empty: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "Complete_LinkedInDataExport_03-20-2026" / "Complete_LinkedInDataExport_03-20-2026"
    with zipfile.ZipFile(march) as whole:
        whole.extractall(folder)
    (folder / ".DS_Store").write_bytes(b"\0\0\0\1Bud1")
    renamed = shutil.copy(march, tmp_path / "linkedin (1).zip.zip")
    run("import", march, vault=empty)

    for archive in (folder, folder.parent, Path(renamed)):
        assert "already kept" in run("import", archive, vault=empty).out
    lone = tmp_path / "Connections.csv"
    lone.write_bytes((folder / "Connections.csv").read_bytes())
    assert "already kept" in run("import", lone, vault=empty).out
    assert ids(empty) == ["2026-03-20T080710Z"]


def test_the_same_content_of_another_month_is_another_snapshot(march: Path, empty: Path, tmp_path: Path) -> None:
    """Nothing changed for a month: that is news too, since it confirms who is still there."""
    later = tmp_path / "Complete_LinkedInDataExport_04-20-2026.zip"
    with zipfile.ZipFile(march) as old, zipfile.ZipFile(later, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            moved = zipfile.ZipInfo(entry.filename, (2026, 4, 20, *entry.date_time[3:]))
            new.writestr(moved, old.read(entry))
    run("import", march, vault=empty)
    assert run("import", later, vault=empty).status == 0
    assert ids(empty) == ["2026-04-20T080710Z", "2026-03-20T080710Z"]


@pytest.mark.parametrize("broken", BROKEN, ids=lambda one: one.name)
def test_broken_archives(broken: object, ruins: Path, two: Path) -> None:
    """Each ends with the status that examples/README.md promises; what is refused leaves no trace."""
    name, status = broken.name, broken.status  # type: ignore[attr-defined]
    before = state(two)

    ran = run("import", ruins / name, vault=two)

    assert ran.status == status
    if status in (4, 5):
        assert ran.out == ""
        assert name in ran.err
        assert "hint:" in ran.err
        assert state(two) == before
    else:
        assert len(ids(two)) == 3


def test_rows_that_are_not_understood_are_named_by_line(ruins: Path, two: Path) -> None:
    ran = run("import", ruins / "bad-dates.zip", vault=two)
    assert "NOT UNDERSTOOD" in ran.out
    for line in (11, 21, 31):
        assert f"Connections.csv line {line}:" in ran.out
    assert "someday" not in ran.out + ran.err


def test_half_a_network_gone_is_held_and_acceptance_settles_it(ruins: Path, two: Path) -> None:
    held = run("import", ruins / "half-gone.zip", vault=two)
    assert held.status == 9
    assert "HELD" in held.out
    assert run("diff", "--json", vault=two).json["held"] is True
    assert run("diff", vault=two).status == 0
    assert run("log", "--json", vault=two).json["snapshots"][0]["held"] is True

    accepted = run("import", ruins / "half-gone.zip", "--accept", vault=two)

    assert (accepted.status, accepted.out) == (
        0,
        "half-gone.zip: already kept as linkedin-me 2026-03-27T080710Z\n  note: its losses are believed from now on\n",
    )
    assert "nothing to do" in run("import", ruins / "half-gone.zip", "--accept", vault=two).out
    assert run("diff", "--json", vault=two).json["held"] is False
    assert run("log", "--json", vault=two).json["snapshots"][0]["held"] is False
    assert len(ids(two)) == 3


def test_acceptance_at_once(ruins: Path, two: Path) -> None:
    assert run("import", ruins / "tail-cut.zip", "--accept", vault=two).status == 0
    assert run("diff", "--json", vault=two).json["held"] is False


def test_losses_over_years_are_not_held(family: Path, ruins: Path, two: Path) -> None:
    """A twentieth gone in two years is life; half gone in a week is not, whatever it is compared with."""
    run("import", family / "ada/Complete_LinkedInDataExport_03-20-2024.zip", vault=two)
    run("import", family / "ada/Basic_LinkedInDataExport_02-14-2020.zip", vault=two)
    long = run("diff", "2020-02", "2026-03-20", "--json", vault=two).json
    assert long["held"] is False
    run("import", ruins / "half-gone.zip", vault=two)
    assert run("diff", "2020-02", "latest", "--json", vault=two).json["held"] is True


def test_another_persons_archive_is_refused_unless_it_is_meant(boris: Path, two: Path) -> None:
    before = state(two)
    refused = run("import", boris, vault=two)
    assert refused.status == 8
    assert "--account" in refused.err
    assert state(two) == before

    assert run("import", boris, "--account", "boris", vault=two).status == 0
    assert {one["account"] for one in run("log", "--json", vault=two).json["snapshots"]} == {"me", "boris"}
    again = run("diff", vault=two)
    assert again.status == 2
    assert "linkedin-boris, linkedin-me" in again.err
    assert run("diff", "--account", "me", vault=two).status == 0


def test_a_dry_run_keeps_nothing(march: Path, empty: Path) -> None:
    before = state(empty)
    ran = run("import", march, "--dry-run", vault=empty)
    assert ran.status == 0
    assert "would be kept" in ran.out
    assert state(empty) == before
    document = run("import", march, "-n", "--json", vault=empty).json
    assert document["results"][0]["dry_run"] is True
    assert document["results"][0]["snapshot"] is None
    assert document["results"][0]["kinds"]["connections"]["rows"] == 70


def test_a_dry_run_needs_no_vault(march: Path, strangers_machine: Path) -> None:
    assert run("import", march, "--dry-run").status == 0
    assert not (strangers_machine / "data").exists()


def test_taken_is_as_told(family: Path, empty: Path) -> None:
    lone = family / "ada/Connections.csv"
    assert run("import", lone, "--taken", "2025-06-30", vault=empty).status == 0
    assert ids(empty) == ["2025-06-30T000000Z"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("import", "-"), "standard input"),
        (("import", "x.zip", "--taken", "yesterday"), "'yesterday' is not a time"),
        (("import", "x.zip", "--account", "../me"), "cannot be an account's name"),
        (("import", "a.zip", "b.zip", "--taken", "2026-03-20"), "not several"),
        (("import", "x.zip", "--again"), "go with folders"),
        (("improt", "x.zip"), "import"),
        (("diff", "--only", "lost"), "there is no class 'lost'"),
        (("log", "--as-of", "soon"), "'soon' is not a date"),
    ],
)
def test_usage(words: tuple[str, ...], said: str, empty: Path) -> None:
    ran = run(*words, vault=empty)
    assert ran.status == 2
    assert said in ran.err
    assert ran.out == ""


def test_a_missing_file_among_several_stops_nothing(february: Path, march: Path, empty: Path, tmp_path: Path) -> None:
    ran = run("import", tmp_path / "gone.zip", march, february, vault=empty)
    assert ran.status == 4
    assert "gone.zip: no such file" in ran.err
    assert ids(empty) == ["2026-03-20T080710Z", "2026-02-28T094118Z"]


def test_the_archive_itself_is_never_changed(march: Path, empty: Path) -> None:
    before = (march.read_bytes(), march.stat().st_mtime_ns, march.stat().st_mode)
    run("import", march, vault=empty)
    assert (march.read_bytes(), march.stat().st_mtime_ns, march.stat().st_mode) == before


def test_limits_come_from_the_config_file(march: Path, empty: Path, strangers_machine: Path) -> None:
    config = strangers_machine / "config/linkbak/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("[limits]\nentries = 10\n")
    ran = run("import", march, vault=empty)
    assert ran.status == 4
    assert "10" in ran.err
    config.write_text("[limits]\nentry = 10\n")
    assert run("import", march, vault=empty).status == 2


def test_a_column_that_is_missing_is_told(february: Path, march: Path, empty: Path) -> None:
    run("import", february, vault=empty)
    drift = run("import", march, "--json", vault=empty).json["results"][0]["drift"]
    assert drift == ["messages.csv: missing 'IS MESSAGE DRAFT'"]


def test_all_lists_every_file(march: Path, empty: Path) -> None:
    printed = run("import", march, "--all", vault=empty).out
    with zipfile.ZipFile(march) as whole:
        for name in whole.namelist():
            assert name in printed
    assert "other file" not in printed


def test_a_list_that_did_not_change_is_news_if_you_say_when(family: Path, march: Path, empty: Path) -> None:
    """A lone file has no date of its own: equal bytes of another day, as told, are another state. A zip has one."""
    lone = family / "ada/Connections.csv"
    for day in ("2025-06-15", "2025-07-15", "2025-07-15"):
        assert run("import", lone, "--taken", day, vault=empty).status == 0
    assert "already kept" in run("import", lone, vault=empty).out
    assert ids(empty) == ["2025-07-15T000000Z", "2025-06-15T000000Z"]

    run("import", march, vault=empty)
    assert "already kept" in run("import", march, "--taken", "2026-05-01", vault=empty).out


def test_an_import_enters_fewer_than_seventy_modules(february: Path, march: Path, empty: Path) -> None:
    """One that compares, and says of those who are gone why: what else there is to load, it leaves alone."""
    run("import", february, vault=empty)
    program = (
        "import sys; from linkbak.cli.app import build; "
        f"build(['import'])(['import', {str(march)!r}, '--vault', {str(empty)!r}], standalone_mode=False); "
        "print(sum(name.partition('.')[0] == 'linkbak' for name in sys.modules), file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "Niall Sampla" in ran.stdout
    assert int(ran.stderr) < 70


def test_a_receipt_says_how_many_more_there_are(empty: Path, tmp_path: Path) -> None:
    """Of a file with 25 losses and 46 remarks ten are shown of either sort, and the rest is counted as what it is."""
    folder = tmp_path / "export"
    folder.mkdir()
    header = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
    rows = "Ada,Example,u,,,,07 Jun 2023\n" + "Cleo,Invented\n" * 25 + ",,,,,,\n" * 46
    (folder / "Connections.csv").write_text(header + rows, encoding="utf-8")
    ran = run("import", folder, "--taken", "2026-01-02", vault=empty)

    assert [line.strip() for line in ran.out.splitlines() if "more" in line] == [
        "and 15 more; see all with --all",
        "Connections.csv: and 46 more",
    ]


def test_an_odd_date_loses_nobody_and_no_date(empty: Path, tmp_path: Path) -> None:
    """Whoever was dated stays so, whoever is dated later was there before, and the losses of the list are believed."""
    header = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
    address = "https://www.linkedin.com/in"
    for day, ada, boris in (("01", "07 Jun 2023", "someday"), ("02", "7th of June", "05 Mar 2023")):
        rows = f"Ada,Example,{address}/ada,,,,{ada}\nBoris,Sample,{address}/boris,,,,{boris}\n"
        (tmp_path / f"Connections_2026-{day}-05.csv").write_text(header + rows, encoding="utf-8")
        assert run("import", tmp_path / f"Connections_2026-{day}-05.csv", vault=empty).status == 3
        if day == "01":
            assert "  connected    someday, as the list has it\n" in run("show", "Boris", vault=empty).out
            assert run("show", "Boris", "--json", vault=empty).json["person"]["date_as_written"] == "someday"

    people = run("people", "--json", vault=empty).json["people"]
    assert [(one["name"], one["connected_on"], one["first_seen"][:7]) for one in people] == [
        ("Ada Example", "2023-06-07", "2026-01"),
        ("Boris Sample", "2023-03-05", "2026-01"),
    ]
    counts = run("diff", "--json", vault=empty).json["counts"]
    assert (counts["vanished"], counts["added"], counts["reconnected"]) == (0, 0, 0)


def test_a_table_that_linkbak_exported_is_no_list_of_linkedins(years: Path, tmp_path: Path) -> None:
    """It names those too who are hidden or gone now: as a list of today it would bring them all back."""
    own = tmp_path / "people.csv"
    assert run("export", "csv", "--ever", "-o", own, vault=years).status == 0
    before = state(years)
    ran = run("import", own, vault=years)
    assert (ran.status, ran.out) == (5, "")
    assert "neither a LinkedIn archive nor an address book" in ran.err
    assert state(years) == before

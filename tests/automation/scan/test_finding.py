"""What is found among other files, by name and by content."""

from __future__ import annotations

import os
import shutil
import socket
import zipfile
from pathlib import Path

import pytest

from linkbak.archive.opening import UNFINISHED as OF_IMPORT
from linkbak.automation import downloads as finding
from tests.automation.scan.doing import DRY, HOUR, aged, kept, look, passed, put, snapshots


def test_archives_of_every_year_are_kept_in_order_of_date_and_never_touched(
    ada: Path, tmp_path: Path, place: Path
) -> None:
    ada = Path(shutil.copytree(ada, tmp_path / "ada"))
    before = {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in ada.rglob("*")}
    for path in ada.iterdir():
        if path.is_file():
            aged(path, HOUR)

    scanned = look(place, ada, pause=lambda seconds: None)
    unpacked = {"Basic_LinkedInDataExport_01-15-2026.zip", "linkedin-portability-2025-08-26"}

    assert set(kept(scanned)) | unpacked == {path.name for path in ada.iterdir()}
    order = [one.key.id for one in scanned.receipts if one.key is not None]
    assert order == sorted(order)
    assert {path: path.stat().st_size for path in ada.rglob("*")} == {p: size for p, (_, size) in before.items()}


@pytest.mark.parametrize(
    "name",
    [
        "Complete_LinkedInDataExport_03-20-2026.zip",
        "Complete_LinkedInDataExport_03-20-2026.zip.zip",
        "Complete_LinkedInDataExport_03-20-2026 (1).zip",
        "Complete_LinkedInDataExport_03-20-2026(2).zip",
        "Complete_LinkedInDataExport_03-20-2026.zip (1)",
        "Complete_LinkedInDataExport_03-20-2026 - Copy.zip",
        "Complete_LinkedInDataExport_03-20-2026 copy 2.zip",
        "COMPLETE_LINKEDINDATAEXPORT_03-20-2026.ZIP",
        "LinkedInDataExport_03-20-2026.zip",
        "my data.zip",
        "Ω.zip",
    ],
)
def test_an_archive_is_found_under(name: str, march: Path, downloads: Path, place: Path) -> None:
    put(downloads, march, name)
    assert kept(look(place, downloads, options=DRY)) == [name]


@pytest.mark.parametrize(
    "name",
    [
        "Complete_LinkedInDataExport_03-20-2026.zip.sha256",
        "Complete_LinkedInDataExport_03-20-2026.zip.age",
        "._Complete_LinkedInDataExport_03-20-2026.zip",
        ".Complete_LinkedInDataExport_03-20-2026.zip",
        "Complete_LinkedInDataExport_03-20-2026.pdf",
        "report.docx",
        "book.epub",
    ],
)
def test_nothing_is_looked_for_under(name: str, march: Path, downloads: Path, place: Path) -> None:
    put(downloads, march, name)
    scanned = look(place, downloads)
    assert (scanned.receipts, scanned.passed) == ((), ())
    assert not place.exists()


def test_a_name_that_is_no_unicode_stops_nothing(march: Path, downloads: Path, place: Path) -> None:
    put(downloads, march, os.fsdecode(b"d\xffta.zip"))
    assert [one.status for one in look(place, downloads).receipts] == ["kept"]
    assert [one.why for one in look(place, downloads).passed] == ["kept"]


def test_a_zip_in_another_zip_is_found_whatever_its_name(march: Path, downloads: Path, place: Path) -> None:
    outer = downloads / "from-my-old-laptop.zip"
    with zipfile.ZipFile(outer, "w") as zipped:
        zipped.write(march, march.name)
    aged(outer, HOUR)
    assert kept(look(place, downloads, options=DRY)) == ["from-my-old-laptop.zip"]


def zip_of(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as zipped:
        for name, data in files.items():
            zipped.writestr(name, data)
    return aged(path, HOUR)


def test_other_zips_and_lists_are_no_archives(downloads: Path, place: Path) -> None:
    """Also those that have a file of the same name: what is kept unasked must be LinkedIn's beyond doubt."""
    zip_of(downloads / "photos.zip", {f"{number}.jpg": b"\xff\xd8\xff" for number in range(300)})
    zip_of(downloads / "graph.zip", {"Connections.csv": b"from,to,weight\n1,2,0.5\n"})
    zip_of(downloads / "backup.zip", {"old/Connections.csv": b"First Name,Last Name\n", **dict.fromkeys("abc", b"x")})
    zip_of(downloads / "empty.zip", {})
    (downloads / "cut.zip").write_bytes(b"PK\x03\x04 and no end")
    (downloads / "text.zip").write_bytes(b"no zip at all")
    (downloads / "Connections.csv").write_bytes(b"host,port,open since\nexample.com,443,12:00\n")
    (downloads / "connections.csv").write_bytes(b"")
    for path in downloads.iterdir():
        aged(path, HOUR)

    scanned = look(place, downloads)

    assert (scanned.receipts, scanned.passed, scanned.exit_code) == ((), (), 0)
    assert not place.exists()


@pytest.mark.parametrize("name", ["Connections.csv", "Connections (1).csv", "connections copy.csv"])
def test_a_lone_list_is_found(name: str, family: Path, downloads: Path, place: Path) -> None:
    put(downloads, family / "ada/Connections.csv", name)
    assert kept(look(place, downloads, options=DRY)) == [name]


def test_what_linkbak_itself_wrote_is_no_archive(march: Path, downloads: Path, place: Path) -> None:
    from tests.cli.running import run

    put(downloads, march)
    look(place, downloads)
    for format_ in ("csv", "google", "outlook"):
        out = downloads / f"Connections-{format_}.csv"
        assert run("export", format_, "-o", out, vault=place).status == 0
        aged(out, HOUR)
        shutil.copy2(out, downloads / "Connections.csv")
        assert kept(look(place, downloads)) == []
    assert len(snapshots(place)) == 1


def test_an_unpacked_archive_is_found_by_name_and_by_content(march: Path, downloads: Path, place: Path) -> None:
    with zipfile.ZipFile(march) as whole:
        whole.extractall(downloads / "from LinkedIn")
    scanned = look(place, downloads, pause=lambda seconds: None)
    assert (kept(scanned), passed(scanned)) == ([], {"from LinkedIn": "recent"})


def test_a_folder_with_a_list_among_much_else_is_no_archive(family: Path, downloads: Path, place: Path) -> None:
    """All of it would be kept, and nobody meant the rest."""
    folder = downloads / "network"
    folder.mkdir()
    put(folder, family / "ada/Connections.csv")
    for name in ("taxes.pdf", "letter.docx"):
        (folder / name).write_bytes(b"private")
    scanned = look(place, downloads)
    assert (scanned.receipts, scanned.passed) == ((), ())


def test_a_vault_in_the_folder_is_no_archive(march: Path, downloads: Path) -> None:
    vault = downloads / "LinkedIn"
    put(downloads, march)
    look(vault, downloads)
    assert [one.path.name for one in finding.look(downloads)] == [march.name]


def test_an_unpacked_archive_that_somebody_versions_is_found(march: Path, downloads: Path, place: Path) -> None:
    with zipfile.ZipFile(march) as whole:
        whole.extractall(downloads / "LinkedIn")
    (downloads / "LinkedIn/.git").mkdir()
    (downloads / "LinkedIn/.git/HEAD").write_text("ref: refs/heads/main\n")
    assert passed(look(place, downloads)) == {"LinkedIn": "recent"}


def test_folders_in_the_folder_are_not_looked_through(march: Path, downloads: Path, place: Path) -> None:
    (downloads / "older").mkdir()
    put(downloads / "older", march)
    assert look(place, downloads).receipts == ()


def test_pipes_sockets_links_that_lead_nowhere_and_loops_are_not_opened(
    march: Path, downloads: Path, place: Path, tmp_path: Path
) -> None:
    os.mkfifo(downloads / "Basic_LinkedInDataExport_01-01-2026.zip")
    (downloads / "Basic_LinkedInDataExport_01-02-2026.zip").symlink_to(tmp_path / "gone.zip")
    loop = downloads / "Basic_LinkedInDataExport_01-03-2026.zip"
    loop.symlink_to(loop)
    (downloads / "LinkedIn").symlink_to(downloads)
    with socket.socket(socket.AF_UNIX) as listening:
        here = Path.cwd()
        os.chdir(downloads)
        listening.bind("Basic_LinkedInDataExport_01-04-2026.zip")
        os.chdir(here)
        (downloads / "Complete_LinkedInDataExport_03-20-2026.zip").symlink_to(put(tmp_path, march))
        scanned = look(place, downloads, pause=lambda seconds: None)
    assert kept(scanned) == ["Complete_LinkedInDataExport_03-20-2026.zip"]


def test_a_folder_named_twice_is_looked_through_once(march: Path, downloads: Path, place: Path, tmp_path: Path) -> None:
    put(downloads, march)
    (tmp_path / "link").symlink_to(downloads)
    scanned = look(place, downloads, downloads, tmp_path / "link")
    assert kept(scanned) == [march.name]
    assert scanned.folders == (downloads,)


def test_all_that_import_takes_for_unfinished_a_scan_does_too() -> None:
    assert set(OF_IMPORT) <= set(finding.UNFINISHED)

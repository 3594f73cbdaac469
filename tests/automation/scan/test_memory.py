"""Nothing is complained of twice or read twice, and nothing is passed over that should not be."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import linkbak
from examples.broken import BROKEN
from linkbak import state as notes
from linkbak.archive import Limits
from linkbak.archive.streams import FileSource
from linkbak.automation.downloads import Listener, not_kept, terms
from linkbak.errors import MachineProblem
from linkbak.ingest import Options, Receipt
from linkbak.ingest.workflow import ingest_at
from linkbak.vault import Vault
from linkbak.vault.writer import create_vault, write_transaction
from tests.automation.scan.doing import HOUR, aged, kept, look, passed, put, refused, snapshots
from tests.cli.running import run, state
from tests.vault.processes import unprivileged

UNFINISHED = ("truncated.zip", "growing.zip.crdownload")
REFUSED = [one for one in BROKEN if one.status in (4, 5) and one.name not in UNFINISHED]
INGEST = "linkbak.automation.scan.ingest_at"


def named(number: int) -> str:
    return f"Complete_LinkedInDataExport_03-27-2026 ({number}).zip"


def test_of_a_folder_full_of_broken_archives_each_is_complained_of_once(
    ruins: Path, march: Path, downloads: Path, place: Path
) -> None:
    put(downloads, march)
    look(place, downloads)
    before = state(place)
    for number, one in enumerate(REFUSED):
        put(downloads, ruins / one.name, named(number))

    first = look(place, downloads)

    assert sorted(refused(first)) == sorted(named(number) for number in range(len(REFUSED)))
    assert {one.archive: one.exit_code for one in first.receipts} == {
        named(number): one.status for number, one in enumerate(REFUSED)
    }
    assert state(place) == before
    second = look(place, downloads)
    assert (second.receipts, second.exit_code) == ((), first.not_kept[0].status)
    assert second.not_kept == first.not_kept == not_kept(place, [downloads], terms(None, Limits()))
    assert set(passed(second).values()) == {"refused", "kept"}


def test_what_is_kept_though_something_is_wrong_with_it_is_told_once(
    ruins: Path, march: Path, downloads: Path, place: Path
) -> None:
    put(downloads, march)
    put(downloads, ruins / "half-gone.zip", "Complete_LinkedInDataExport_03-27-2026.zip")
    assert look(place, downloads).exit_code == 9
    again = look(place, downloads)
    assert (again.receipts, again.exit_code) == ((), 0)


def test_the_same_bytes_under_another_name_are_not_complained_of_again(
    ruins: Path, downloads: Path, place: Path
) -> None:
    first = put(downloads, ruins / "flipped-byte.zip", named(1))
    look(place, downloads)
    put(downloads, first, named(2))
    first.unlink()
    scanned = look(place, downloads)
    assert (scanned.receipts, passed(scanned)) == ((), {named(2): "refused"})


def test_other_bytes_under_the_same_name_are_looked_at(ruins: Path, march: Path, downloads: Path, place: Path) -> None:
    put(downloads, ruins / "flipped-byte.zip", named(1))
    look(place, downloads)
    put(downloads, march, named(1))
    assert kept(look(place, downloads)) == [named(1)]


def test_again_looks_at_everything_anew(ruins: Path, downloads: Path, place: Path) -> None:
    put(downloads, ruins / "flipped-byte.zip", named(1))
    look(place, downloads)
    other = downloads.parent / "other"
    other.mkdir()
    put(other, ruins / "bomb.zip", named(2))
    assert refused(look(place, other)) == [named(2)]
    put(downloads, ruins / "flipped-byte.zip", named(3))

    assert refused(look(place, downloads, look_again=True)) == [named(1)], "and its copy is told of no second time"
    assert refused(look(place, downloads, other)) == []


def test_a_later_linkbak_looks_at_everything_anew(
    ruins: Path, downloads: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(downloads, ruins / "flipped-byte.zip", named(1))
    look(place, downloads)
    monkeypatch.setattr(linkbak, "__version__", "99.0")
    assert refused(look(place, downloads)) == [named(1)]


def test_what_was_beyond_the_limits_is_kept_once_they_are_higher(march: Path, downloads: Path, place: Path) -> None:
    put(downloads, march)
    low = Options(limits=Limits(entries=10))
    assert refused(look(place, downloads, options=low)) == [march.name]
    assert refused(look(place, downloads, options=low)) == []
    assert kept(look(place, downloads)) == [march.name]


def test_another_accounts_archive_is_told_of_once_and_kept_when_it_is_given_an_account(
    march: Path, boris: Path, downloads: Path, place: Path
) -> None:
    put(downloads, march)
    put(downloads, boris)
    first = look(place, downloads)
    assert (kept(first), refused(first), first.exit_code) == ([march.name], [boris.name], 8)
    assert look(place, downloads).receipts == ()

    assert kept(look(place, downloads, options=Options(account="boris"))) == [boris.name]


def test_another_accounts_archive_is_looked_at_again_when_the_vault_has_that_account(
    march: Path, boris: Path, downloads: Path, place: Path, tmp_path: Path
) -> None:
    """Told once, it must not be passed over for ever when it could be kept."""
    put(downloads, march)
    put(downloads, boris)
    look(place, downloads)
    list_alone = run("import", put(tmp_path, boris, "b.zip"), "--account", "boris", vault=place)
    assert list_alone.status == 0
    scanned = look(place, downloads)
    assert (scanned.receipts, passed(scanned)) == ((), {march.name: "kept", boris.name: "kept"})


def test_what_is_kept_is_not_read_again(
    march: Path, downloads: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(downloads, march)
    look(place, downloads)
    opened: list[Path] = []
    real = FileSource.__init__

    def counted(self: FileSource, path: Path, **more: object) -> None:
        opened.append(path)
        real(self, path, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(FileSource, "__init__", counted)
    assert passed(look(place, downloads)) == {march.name: "kept"}
    assert opened == []


def test_a_zip_of_something_else_is_opened_once(
    ruins: Path, downloads: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(downloads, ruins / "photos.zip")
    look(place, downloads)
    monkeypatch.setattr(FileSource, "__init__", None)
    assert look(place, downloads).receipts == ()


def test_an_archive_kept_by_hand_is_passed_over_in_silence(march: Path, downloads: Path, place: Path) -> None:
    create_vault(place).close()
    run("import", march, vault=place)
    put(downloads, march, "again.zip")
    scanned = look(place, downloads)
    assert (scanned.receipts, passed(scanned)) == ((), {"again.zip": "kept"})


def test_a_vault_that_lacks_what_was_kept_gets_it_again(
    february: Path, march: Path, downloads: Path, place: Path, tmp_path: Path
) -> None:
    """Somebody put an older copy of the vault in its place, or began anew."""
    put(downloads, february)
    look(place, downloads)
    older = shutil.copytree(place, tmp_path / "older", symlinks=True)
    put(downloads, march)
    look(place, downloads)
    assert len(snapshots(place)) == 2

    shutil.rmtree(place)
    shutil.copytree(older, place, symlinks=True)
    assert kept(look(place, downloads)) == [march.name]
    shutil.rmtree(place)
    assert kept(look(place, downloads)) == [february.name, march.name]


def test_a_locked_vault_is_told_of_and_nothing_is_remembered(
    february: Path, march: Path, downloads: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_vault(place).close()
    put(downloads, february)
    put(downloads, march)
    monkeypatch.setenv("LINKBAK_LOCK_WAIT", "0")
    with Vault.open(place) as vault, write_transaction(vault):
        for _ in range(2):
            scanned = look(place, downloads)
            assert (refused(scanned), scanned.exit_code) == ([february.name], 11)
            assert passed(scanned) == {march.name: "put-off"}
    assert kept(look(place, downloads)) == [february.name, march.name]


def test_a_full_disk_is_no_fault_of_the_archive(
    march: Path, downloads: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(downloads, march)

    def full(path: Path, *_: object, **__: object) -> Receipt:
        return Receipt(path.name, "refused", error=MachineProblem("the disk is full"))

    with monkeypatch.context() as patch:
        patch.setattr(INGEST, full)
        for _ in range(2):
            assert look(place, downloads).exit_code == 15
    assert kept(look(place, downloads)) == [march.name]


def test_a_named_vault_that_is_not_there_is_not_made(march: Path, downloads: Path, place: Path) -> None:
    put(downloads, march)
    for _ in range(2):
        assert look(place, downloads, named=True).exit_code == 10
    assert not place.exists()
    assert kept(look(place, downloads)) == [march.name]


def test_a_file_that_may_not_be_read_is_told_of_once_and_kept_when_it_may(
    march: Path, downloads: Path, place: Path
) -> None:
    path = put(downloads, march)
    create_vault(place).close()

    def owner() -> None:
        path.chmod(0)
        assert refused(look(place, downloads)) == [march.name]
        scanned = look(place, downloads)
        assert (scanned.receipts, passed(scanned)) == ((), {march.name: "unreadable"})
        path.chmod(0o600)
        assert kept(look(place, downloads)) == [march.name]

    unprivileged(owner)


def test_a_file_that_cannot_be_read_is_told_of_once_and_kept_when_it_can(
    march: Path, downloads: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk or a network share that fails for a while says nothing of the archive."""
    put(downloads, march)
    real = FileSource.read_at

    def fail(self: FileSource, offset: int, count: int) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(FileSource, "read_at", fail)
    assert refused(look(place, downloads)) == [march.name]
    scanned = look(place, downloads)
    assert (scanned.receipts, passed(scanned)) == ((), {march.name: "unreadable"})
    monkeypatch.setattr(FileSource, "read_at", real)
    assert kept(look(place, downloads)) == [march.name]


def test_a_folder_that_is_not_there_is_told_of_once_unless_it_was_asked_for(
    march: Path, downloads: Path, place: Path, tmp_path: Path
) -> None:
    put(downloads, march)
    usb = tmp_path / "usb"
    first = look(place, usb, downloads)
    assert kept(first) == [march.name], "one folder that is missing stops no other"
    assert [str(one) for one in first.troubles] == [f"there is no folder {usb}"]
    assert first.exit_code == 2
    assert look(place, usb, downloads).troubles == ()
    assert len(look(place, usb, downloads, insist=True).troubles) == 1

    usb.mkdir()
    assert look(place, usb).troubles == ()
    usb.rmdir()
    assert len(look(place, usb).troubles) == 1, "it was there in between"


def test_what_a_missing_folder_held_is_remembered(ruins: Path, downloads: Path, place: Path, tmp_path: Path) -> None:
    put(downloads, ruins / "flipped-byte.zip", named(1))
    look(place, downloads)
    downloads.rename(tmp_path / "away")
    look(place, downloads)
    (tmp_path / "away").rename(downloads)
    assert look(place, downloads).receipts == ()


def test_a_file_in_the_place_of_a_folder_is_told_of(march: Path, place: Path) -> None:
    (trouble,) = look(place, march).troubles
    assert str(trouble) == f"{march} is a file, not a folder"
    assert f"linkbak import {march}" in trouble.hint


def test_a_dry_run_keeps_and_remembers_nothing(ruins: Path, march: Path, downloads: Path, place: Path) -> None:
    put(downloads, march)
    put(downloads, ruins / "flipped-byte.zip", named(1))
    for _ in range(2):
        scanned = look(place, downloads, options=Options(dry_run=True))
        assert kept(scanned) == [march.name]
        assert refused(scanned) == [named(1)]
        assert scanned.receipts[0].dry or scanned.receipts[1].dry
    assert not place.exists()
    assert notes.read(place, "scan") == {}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "no json",
        '{"linkbak": "VERSION", "folders": 1, "refused": [], "head": 3}',
        '{"linkbak": "VERSION", "folders": {"a": {"b": ["kept"], "c": 1, "d": ["eaten", "", 0]}, "e": 2}}',
        '{"linkbak": "VERSION", "refused": {"a": 1}}',
    ],
    ids=["empty", "list", "torn", "types", "outcomes", "refusals"],
)
@pytest.mark.parametrize("form", ["{}", '{{"scan": {}}}'], ids=["file", "section"])
def test_a_spoilt_memory_is_no_memory(text: str, form: str, march: Path, downloads: Path, place: Path) -> None:
    note = notes.file_of(place)
    note.parent.mkdir(parents=True)
    note.write_text(form.format(text.replace("VERSION", linkbak.__version__)))
    put(downloads, march)
    assert kept(look(place, downloads)) == [march.name]
    assert json.loads(note.read_text())["scan"]["linkbak"] == linkbak.__version__


def test_the_memory_holds_no_names(ruins: Path, march: Path, downloads: Path, place: Path) -> None:
    """A list of what lies in somebody's downloads is nobody's business."""
    put(downloads, march)
    put(downloads, ruins / "photos.zip", "secret holiday.zip")
    put(downloads, ruins / "flipped-byte.zip", named(1))
    look(place, downloads)
    text = notes.file_of(place).read_text()
    assert "secret" not in text
    assert "LinkedIn" not in text
    assert "Downloads" not in text


def test_memory_of_what_is_gone_goes_too(ruins: Path, downloads: Path, place: Path) -> None:
    for number in range(5):
        path = put(downloads, ruins / "photos.zip", f"{number}.zip")
    look(place, downloads)
    for path in downloads.iterdir():
        path.unlink()
    look(place, downloads)
    assert notes.read(place, "scan")["folders"] == {}


def test_what_was_kept_is_remembered_though_the_scan_was_interrupted(
    february: Path, march: Path, downloads: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(downloads, february)
    put(downloads, march)
    told: list[Receipt] = []

    def interrupted(path: Path, *words: Any, **more: Any) -> Receipt:
        if path.name == march.name:
            raise KeyboardInterrupt
        return ingest_at(path, *words, **more)

    with monkeypatch.context() as patch:
        patch.setattr(INGEST, interrupted)
        with pytest.raises(KeyboardInterrupt):
            look(place, downloads, listener=Listener(receipt=told.append))
    assert [one.archive for one in told] == [february.name], "told as soon as it is kept"
    assert len(notes.read(place, "scan")["folders"]) == 1
    second = look(place, downloads)
    assert (kept(second), passed(second)) == ([march.name], {february.name: "kept"})


def test_a_list_in_the_folder_of_another_scan_is_not_confused(march: Path, downloads: Path, place: Path) -> None:
    """The same file in two folders, each with a memory of its own."""
    other = downloads.parent / "inbox"
    other.mkdir()
    put(downloads, march)
    put(other, march)
    scanned = look(place, downloads, other)
    assert (kept(scanned), len(scanned.passed)) == ([march.name], 1)
    assert len(look(place, downloads, other).passed) == 2
    aged(other / march.name, 2 * HOUR)
    assert look(place, downloads, other).receipts == ()

"""The newest snapshots lie open as folders; every one is in git."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from linkbak.errors import UsageProblem
from linkbak.vault import SnapshotKey, Vault
from linkbak.vault.worktree import IndexEntry, cone, newest, note_status
from linkbak.vault.writer import write_transaction
from tests.vault.processes import fake_git
from tests.vault.snapshots import LIST, contents, git, keep, leftovers, save, sound


def visible(vault: Path, number: object) -> None:
    (vault / "linkbak.toml").write_text(f"format = 1\nvisible = {number}\n")
    git(vault, "-c", "user.name=x", "-c", "user.email=x", "commit", "-qam", "Show more or less", "--allow-empty")


def lying_open(vault: Path) -> list[str]:
    return sorted(path.parent.name for path in vault.glob("snapshots/*/*/*/manifest.json"))


def days(*numbers: int) -> list[str]:
    return [f"2026-01-{number:02}T000000Z" for number in numbers]


def test_only_the_newest_lie_open_and_all_can_be_read(empty: Path) -> None:
    visible(empty, 3)
    for day in range(1, 16):
        save(empty, f"2026-01-{day:02}T00:00:00Z", {"Connections.csv": b"%d" % day})

    assert lying_open(empty) == days(13, 14, 15)
    assert sound(empty)
    with Vault.open(empty) as vault:
        read = [contents(vault, one.key) for one in vault.summaries()]
    assert read == [{"Connections.csv": b"%d" % day} for day in range(1, 16)]


def test_an_old_archive_imported_late_does_not_stay_open(empty: Path) -> None:
    visible(empty, 3)
    for day in (10, 11, 12):
        save(empty, f"2026-01-{day}T00:00:00Z")
    for taken in ("2026-01-01T00:00:00Z", "2019-05-05T00:00:00Z", "2019-05-06T00:00:00Z"):
        save(empty, taken)

    assert lying_open(empty) == days(10, 11, 12)
    assert not (empty / "snapshots/linkedin-me/2019").exists()
    assert sound(empty)


def test_each_account_has_its_own_newest(empty: Path) -> None:
    visible(empty, 1)
    for day in (1, 2):
        save(empty, f"2026-01-0{day}T00:00:00Z", account="work")
    save(empty, "2025-01-01T00:00:00Z")

    assert lying_open(empty) == ["2025-01-01T000000Z", "2026-01-02T000000Z"]


def test_the_index_stays_as_small_as_what_lies_open(empty: Path) -> None:
    """A save costs the same at ten and at thousands of snapshots."""
    visible(empty, 2)
    for year in range(2010, 2020):
        with Vault.open(empty) as vault, write_transaction(vault) as writer:
            keep(writer, f"{year}-01-01T00:00:00Z")
            keep(writer, f"{year}-02-01T00:00:00Z")

    entries = git(empty, "ls-files", "--sparse").splitlines()

    assert [entry for entry in entries if entry.startswith("snapshots/")] == [
        *(f"snapshots/linkedin-me/{year}/" for year in range(2010, 2019)),
        *(
            f"snapshots/linkedin-me/2019/2019-0{month}-01T000000Z/{name}"
            for month in (1, 2)
            for name in ("archive/Connections.csv", "archive/Profile.csv", "manifest.json")
        ),
    ]
    assert sound(empty)


def test_git_knows_again_what_was_just_kept_without_reading_it(empty: Path) -> None:
    """diff-files goes by what the file system says alone; it names whatever git would have to read."""
    files = {"Connections.csv": b"a list", "Ex\u00f6tica \u4e16.csv": b"b" * 5000, "deep/er/Profile.csv": b""}
    save(empty, "2026-01-01T00:00:00Z", files)
    key = save(empty, "2026-02-01T00:00:00Z", files)

    assert git(empty, "diff-files") == ""
    assert sound(empty)
    (empty / key.folder / "archive/Connections.csv").write_bytes(b"A LIST")
    assert git(empty, "status", "--porcelain") == f" M {key.folder}/archive/Connections.csv\n"


def test_where_git_is_at_work_in_the_index_it_finds_out_by_itself(empty: Path) -> None:
    key = save(empty, "2026-01-01T00:00:00Z")
    path = f"{key.folder}/archive/Connections.csv"
    index, lock = empty / ".git/index", empty / ".git/index.lock"
    before = index.read_bytes()
    entry = IndexEntry(git(empty, "rev-parse", f":{path}").strip(), (empty / "marks.jsonl").stat())

    lock.touch()
    note_status(index, {path: entry})
    assert (index.read_bytes(), lock.exists()) == (before, True)
    lock.unlink()
    note_status(index, {f"{path}x": entry, "y": entry})
    assert (index.read_bytes(), lock.exists()) == (before, False)
    note_status(index, {path: entry})
    assert index.read_bytes() != before
    assert git(empty, "diff-files", "--name-only") == f"{path}\n"
    assert sound(empty)


def test_many_kept_in_one_go_do_not_all_lie_open_meanwhile(empty: Path) -> None:
    visible(empty, 2)
    with Vault.open(empty) as vault, write_transaction(vault) as writer:
        most = 0
        for day in range(1, 25):
            keep(writer, f"2026-01-{day:02}T00:00:00Z")
            most = max(most, len(lying_open(empty)))

    assert (most, lying_open(empty)) == (10, days(23, 24))
    assert sound(empty)


@pytest.mark.parametrize(("number", "left"), [('"all"', range(1, 16)), (5, range(11, 16)), (0, ())])
def test_the_settings_say_how_many(empty: Path, number: object, left: range) -> None:
    for day in range(1, 15):
        save(empty, f"2026-01-{day:02}T00:00:00Z")
    visible(empty, number)
    save(empty, "2026-01-15T00:00:00Z")

    assert lying_open(empty) == days(*left)
    assert sound(empty)


@pytest.mark.parametrize(("text", "said"), [("visible = -1", "must be a number"), ("format = 1\nx", "is not TOML")])
def test_settings_that_make_no_sense_are_refused(one: Path, text: str, said: str) -> None:
    (one / "linkbak.toml").write_text("format = 1\n" + text)

    with pytest.raises(UsageProblem, match=said):
        save(one, "2026-04-01T00:00:00Z")

    assert leftovers(one) == []


def test_where_what_lies_open_is_right_git_does_not_go_over_the_folders_again(
    one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a vault with many it would take long, whatever little a command adds."""
    fake_git(tmp_path, 'case "$*" in *reapply*) true;; *) false;; esac', f"touch {tmp_path}/reapplied")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    with Vault.open(one) as vault, write_transaction(vault) as writer:
        writer.add_marks([{"fact": "note"}], "Note")

    assert not (tmp_path / "reapplied").exists()
    visible(one, 0)
    with Vault.open(one) as vault, write_transaction(vault):
        pass
    assert (tmp_path / "reapplied").exists()
    assert lying_open(one) == []


def test_a_clone_of_which_all_is_to_lie_open_is_not_gone_over_folder_by_folder(
    empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As above: all of it lies open already."""
    for day in (1, 2, 3):
        save(empty, f"2026-01-0{day}T00:00:00Z")
    visible(empty, '"all"')
    clone = tmp_path / "clone"
    git(empty, "clone", "-q", empty.as_uri(), str(clone))
    fake_git(tmp_path, 'case "$*" in *reapply*) true;; *) false;; esac', f"touch {tmp_path}/reapplied")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    for day in (4, 5):
        save(clone, f"2026-01-0{day}T00:00:00Z")
        assert lying_open(clone) == days(*range(1, day + 1))
        assert git(clone, "status", "--porcelain") == ""

    assert not (tmp_path / "reapplied").exists()
    assert sound(clone)


def test_a_snapshot_somebody_laid_open_is_closed_by_the_next_save(empty: Path) -> None:
    visible(empty, 1)
    for day in (1, 2, 3):
        save(empty, f"2026-01-0{day}T00:00:00Z")
    git(empty, "sparse-checkout", "add", "snapshots/linkedin-me/2026/2026-01-01T000000Z")
    assert lying_open(empty) == days(1, 3)

    save(empty, "2026-01-04T00:00:00Z")

    assert lying_open(empty) == days(4)
    assert sound(empty)


def test_what_somebody_edited_or_added_is_never_removed_nor_committed(empty: Path) -> None:
    visible(empty, 1)
    first = save(empty, "2026-01-01T00:00:00Z")
    (empty / first.folder / "archive/Connections.csv").write_bytes(b"edited")
    (empty / first.folder / "notes.txt").write_text("mine")
    (empty / "README.md").write_text("mine")
    (empty / "staged.txt").write_text("mine")
    git(empty, "add", "staged.txt")
    (empty / "top.txt").write_text("mine")

    second = save(empty, "2026-01-02T00:00:00Z")

    assert (empty / first.folder / "archive/Connections.csv").read_bytes() == b"edited"
    assert [(empty / name).read_text() for name in ("README.md", "staged.txt", "top.txt")] == ["mine"] * 3
    assert (empty / first.folder / "notes.txt").read_text() == "mine"
    assert git(empty, "show", "--stat", "--format=%s").splitlines()[0] == "Keep 2026-01-02"
    assert git(empty, "show", "--name-only", "--format=").splitlines() == [
        f"{second.folder}/archive/Connections.csv",
        f"{second.folder}/archive/Profile.csv",
        f"{second.folder}/manifest.json",
    ]
    assert git(empty, "diff", "--cached", "--name-only") == "staged.txt\n"
    with Vault.open(empty) as vault:
        assert contents(vault, first) == LIST


def test_the_newest_of_each_account() -> None:
    keys = [SnapshotKey(account, f"2026-01-0{day}T000000Z") for day in (1, 2, 3) for account in ("a", "b")]

    assert newest(keys, 2) == keys[2:]
    assert newest(keys, 0) == []
    assert newest(keys, "all") == keys


def test_the_cone_is_what_git_itself_would_write(one: Path) -> None:
    keys = [SnapshotKey("linkedin-me", "2026-03-20T080710Z"), SnapshotKey("linkedin-me", "2019-01-01T000000Z")]
    git(one, "sparse-checkout", "set", "--cone", *(key.folder for key in keys))

    assert set((one / ".git/info/sparse-checkout").read_bytes().splitlines()) == set(
        cone(key.folder for key in keys).splitlines()
    )

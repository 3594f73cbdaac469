"""What is remembered of a vault lies beside it, privately, and is missed by nobody if it is lost."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from linkbak import paths, state
from linkbak.state import Done, Record

WELL = Done("2026-03-20T08:00:00Z", passed=True, what="linkedin-me of 20 Mar 2026")
RECORD = {"last": [*WELL], "passed": [*WELL]}
BADLY = Done("2026-03-27T08:00:00Z", passed=False, what="linkedin-me of 28 Feb 2026")


def test_nothing_was_ever_done(tmp_path: Path) -> None:
    assert state.last(tmp_path, "verify") == state.last(tmp_path, "drill") == Record(None, None)


def test_the_last_time_and_the_last_time_all_was_well(tmp_path: Path) -> None:
    state.note(tmp_path, "drill", WELL)
    assert state.last(tmp_path, "drill") == Record(WELL, WELL)

    state.note(tmp_path, "drill", BADLY)
    assert state.last(tmp_path, "drill") == Record(BADLY, WELL)
    assert state.last(tmp_path, "verify") == Record(None, None)

    state.note(tmp_path, "verify", BADLY)
    assert state.last(tmp_path, "verify") == Record(BADLY, None)
    assert state.last(tmp_path, "drill") == Record(BADLY, WELL)


def test_two_vaults_do_not_share_their_notes_and_one_by_two_ways_does(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "one")
    state.note(tmp_path / "one", "drill", WELL)

    assert state.last(tmp_path / "other", "drill") == Record(None, None)
    assert state.last(tmp_path / "link", "drill") == Record(WELL, WELL)


def test_the_notes_are_their_owners_alone_and_nothing_else_is_left(tmp_path: Path) -> None:
    previous = os.umask(0)
    try:
        state.note(tmp_path, "drill", WELL)
        state.note(tmp_path, "drill", BADLY)
    finally:
        os.umask(previous)

    folder = paths.state_folder(tmp_path)
    assert [(path.name, path.stat().st_mode & 0o777) for path in folder.iterdir()] == [("state.json", 0o600)]
    assert folder.stat().st_mode & 0o777 == 0o700
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_noted_is_lost_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))

    state.note(tmp_path, "drill", WELL)

    assert state.last(tmp_path, "drill") == Record(None, None)


def test_a_note_that_cannot_be_finished_leaves_the_one_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state.note(tmp_path, "drill", WELL)

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        state.note(tmp_path, "drill", BADLY)

    assert state.last(tmp_path, "drill") == Record(WELL, WELL)
    assert [path.name for path in paths.state_folder(tmp_path).iterdir()] == ["state.json"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no json",
        "[]",
        "7",
        "null",
        '{"drill": null}',
        '{"drill": []}',
        '{"drill": {"last": null}}',
        '{"drill": {"last": ["2026-03-20T08:00:00Z", true], "passed": null}}',
        '{"drill": {"last": "x", "passed": 7}}',
        '{"drill": {"last": ["yesterday", true, ""], "passed": null}}',
        '{"drill": {"last": [20260320, true, ""], "passed": ["2026-03-20T08:00:00Z", true, ""]}}',
        "[" * 100_000,
        b"\xff\xfe",
    ],
)
@pytest.mark.parametrize("form", [b"%b", b'{"upkeep": %b}'])
def test_notes_that_make_no_sense_are_none(tmp_path: Path, text: str | bytes, form: bytes) -> None:
    """Somebody may have edited them, and a later linkbak may write others."""
    state.note(tmp_path, "drill", WELL)
    place = paths.state_folder(tmp_path) / "state.json"
    place.write_bytes(form % (text if isinstance(text, bytes) else text.encode()))

    assert state.last(tmp_path, "drill") == Record(None, None)
    state.note(tmp_path, "drill", WELL)
    assert state.last(tmp_path, "drill") == Record(WELL, WELL)


def test_two_commands_at_once_do_not_lose_each_others_sections(tmp_path: Path) -> None:
    names: tuple[state.Section, ...] = ("scan", "run", "copies", "seals")

    def keep(section: state.Section) -> None:
        for number in range(50):
            state.write(tmp_path, section, {"at": number})

    with ThreadPoolExecutor(len(names)) as workers:
        list(workers.map(keep, names))

    assert [state.read(tmp_path, name) for name in names] == [{"at": 49}] * len(names)

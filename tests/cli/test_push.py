"""``linkbak push``: what it prints, and how it ends."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.running import run
from tests.vault.snapshots import git, save


@pytest.fixture
def usb(empty: Path, tmp_path: Path) -> Path:
    run("remote", "add", "usb", tmp_path / "usb.git", "--create", vault=empty)
    return tmp_path / "usb.git"


def test_what_was_sent_and_that_nothing_was_left(empty: Path, usb: Path) -> None:
    assert run("push", vault=empty).out == "usb: 1 change sent\n"
    save(empty)
    save(empty, "2026-04-01T00:00:00Z")
    dry = run("push", "--dry-run", vault=empty)
    assert (dry.status, dry.out) == (0, "usb: 2 snapshots would be sent; nothing was\n")
    assert run("push", vault=empty).out == "usb: 2 snapshots sent\n"

    again = run("push", vault=empty)

    assert (again.status, again.out, again.err) == (0, "usb: up to date\n", "")
    assert run("push", "--quiet", vault=empty).out == ""


def test_one_that_fails_does_not_stop_the_others_and_the_status_tells(empty: Path, usb: Path, tmp_path: Path) -> None:
    run("remote", "add", "away", tmp_path / "away.git", "--create", vault=empty)
    shutil.rmtree(tmp_path / "away.git")

    done = run("push", vault=empty)

    assert (done.status, done.out) == (15, "usb: 1 change sent\n")
    assert done.err.splitlines() == [
        f"error: away: {tmp_path}/away.git is not there",
        "hint: Is the disk plugged in, or the share mounted? `linkbak remote list`.",
    ]
    assert run("push", "usb", vault=empty).status == 0
    quiet = run("push", "--quiet", vault=empty)
    assert (quiet.status, quiet.out, quiet.err) == (15, "", done.err)


def test_a_copy_that_has_more_is_told_from_one_that_cannot_be_reached(empty: Path, usb: Path, tmp_path: Path) -> None:
    run("push", vault=empty)
    other = Path(shutil.copytree(empty, tmp_path / "other", symlinks=True))
    save(other)
    run("push", vault=other)

    done = run("push", vault=empty)

    assert (done.status, done.out) == (6, "")
    assert done.err.splitlines() == [
        f"error: usb: {usb} has snapshots or marks that are not here; nothing was sent",
        "hint: `linkbak pull` brings them; then push again.",
    ]


def test_the_document(empty: Path, usb: Path) -> None:
    save(empty)
    tip = git(empty, "rev-parse", "main").strip()

    assert run("push", "--json", vault=empty).json == {
        "schema": "linkbak.push/1",
        "dry_run": False,
        "remotes": [
            {
                "name": "usb",
                "address": str(usb),
                "state": "sent",
                "commit": tip,
                "before": None,
                "sent": {"snapshots": 1, "marks": 0, "commits": 2},
                "error": None,
            }
        ],
    }


def test_without_a_remote_one_is_told_how_to_add_one(empty: Path) -> None:
    done = run("push", vault=empty)

    assert (done.status, done.out) == (2, "")
    assert done.err.splitlines() == [
        "error: the vault has no remote to push to",
        "hint: `linkbak remote add usb /media/usb/linkbak.git --create` makes a copy on a disk.",
    ]
    assert run("push", "usb", vault=empty).status == 2

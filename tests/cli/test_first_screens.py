"""Five exports of an account of 410 people: on every first screen stand those who left for real, the closest first."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from tests.cli import lists
from tests.cli.running import run
from tests.cli.terminal import on_terminal
from tests.five_exports import CLOSED, FRIEND, MINE, QUIET, write

WORDS = "3 people left (you talk with 2 of them), 20 swept away together, 9 came"
SCREEN = 24


def places(lines: list[str], *names: str) -> list[int]:
    """In which line each first stands."""
    return [next(number for number, line in enumerate(lines) if name in line) for name in names]


def test_diff_says_it_in_words_and_shows_the_three_on_the_first_screen(five: Path) -> None:
    shown = on_terminal("--no-pager", "diff", vault=five) if _pages() else on_terminal("diff", vault=five)

    assert shown[0] == WORDS
    found = places(shown, FRIEND, CLOSED, QUIET, "20 people connected")
    assert found == sorted(found)
    assert found[-1] < SCREEN


def _pages() -> bool:
    return "--no-pager" in run("--help").out


def test_the_receipt_of_an_import_says_the_same(five_once: Path, tmp_path: Path) -> None:
    exports = write(tmp_path / "exports")
    run("init", tmp_path / "vault")
    receipt = run("import", *exports, vault=tmp_path / "vault").out.splitlines()
    last = receipt[receipt.index(exports[-1].name) : receipt.index("What these 5 archives brought")]

    assert last[2] == f"  since 20 Feb 2026: {WORDS}"
    assert places(last, FRIEND, CLOSED, QUIET) == sorted(places(last, FRIEND, CLOSED, QUIET))
    assert len(last) <= SCREEN


def test_several_archives_end_with_what_each_brought_and_who_left_in_all(tmp_path: Path) -> None:
    exports = write(tmp_path / "exports")
    run("init", tmp_path / "vault")
    shown = on_terminal("import", *map(str, exports), vault=tmp_path / "vault")

    began = shown.index("What these 5 archives brought")
    assert shown[began + 1 :] == [
        "  20 Nov 2025: 409 connections",
        "  20 Dec 2025: 414 connections; nobody left, 5 came",
        "  20 Jan 2026: 419 connections; nobody left, 5 came",
        "  20 Feb 2026: 423 connections; 1 person left (you talk with them), 5 came",
        "  20 Mar 2026: 409 connections; 3 people left (you talk with 2 of them), 20",
        "    swept away together, 9 came",
        "In all, linkedin-me: 4 people left (you talk with 3 of them), 20 swept away",
        "  together",
        f"  {FRIEND}, {MINE}, {CLOSED}, {QUIET}",
        "  `linkbak lost` tells when and why",
    ]


def test_several_archives_say_which_was_refused_or_kept_before(tmp_path: Path) -> None:
    exports = write(tmp_path / "exports")
    run("import", exports[0], vault=tmp_path / "vault")
    (tmp_path / "photos.zip").write_text("none")
    shown = run("import", tmp_path / "photos.zip", exports[0], vault=tmp_path / "vault").out.splitlines()

    began = shown.index("What these 2 archives brought")
    assert sorted(shown[began + 1 :]) == [f"  {exports[0].name}: already kept", "  photos.zip: refused"]
    tried = run("import", exports[0], exports[1], "--dry-run", vault=tmp_path / "vault").out.splitlines()
    assert tried[-3:] == [
        "What these 2 archives would bring",
        f"  {exports[0].name}: already kept",
        "  20 Dec 2025: 414 connections; nobody left, 5 came",
    ]


@pytest.mark.parametrize("verb", ["lost", "stats"])
def test_the_closest_stand_first(verb: str, five: Path) -> None:
    shown = run(verb, vault=five).out.splitlines()

    found = places(shown, FRIEND, MINE, CLOSED, QUIET, "20 people connected")
    assert found == sorted(found)
    assert found[0] < SCREEN / 2


def test_all_who_left_and_the_sweep_stand_on_the_first_screen_of_lost(five: Path) -> None:
    """The last line of the screen is the pager's own."""
    shown = on_terminal("lost", vault=five)

    assert shown[places(shown, QUIET)[0] + 3] == "    cannot be known"
    assert places(shown, FRIEND, MINE, CLOSED, QUIET, "20 people connected")[-1] < SCREEN - 1


def test_the_first_lines_of_lost_and_stats(five: Path) -> None:
    assert run("lost", vault=five).out.startswith(
        "linkedin-me: 4 people left (you talk with 3 of them), 20 swept away together\n"
    )
    assert run("stats", vault=five).out.splitlines()[1:3] == [
        WORDS,
        "since 20 Feb 2026; 409 connections on 20 Mar 2026",
    ]


def test_whom_a_note_ties_is_in_no_crowd(five_once: Path, tmp_path: Path) -> None:
    """A recommendation, a note or a mark is enough to be told by name."""
    vault = Path(shutil.copytree(five_once, tmp_path / "vault", symlinks=True))
    assert run("mark", "Fay Fake07", "note", "met in Ghent", vault=vault).status == 0

    shown = run("diff", "--only", "vanished", vault=vault).out
    assert shown.startswith("4 people left (you talk with 2 of them), 19 swept away together, 9 came\n")
    assert "\n  Fay Fake07; connected " in shown


def test_a_row_that_only_shows_a_date_is_not_somebody_who_perhaps_left(tmp_path: Path) -> None:
    """Either Boris left and Sara came, or Boris hid and the hidden one is Sara: one person may be missing, not two."""
    day, hidden = date(2024, 5, 10), ",,,,,,10 May 2024\n"
    old = lists.rows(date(2024, 3, 20), 3)
    boris, sara = lists.person(1, day, "Boris"), lists.person(2, day, "Sara")
    for month, people in ((5, [hidden, boris, *old]), (6, [sara, hidden, *old])):
        archive = lists.zipped(tmp_path / f"{month}.zip", {"Connections.csv": lists.text(people)}, (2024, month, 10))
        assert run("import", archive).status == 0

    assert run("diff").out.splitlines()[0] == "1 perhaps left"


def test_whom_you_removed_is_counted_apart(five_once: Path, tmp_path: Path) -> None:
    vault = Path(shutil.copytree(five_once, tmp_path / "vault", symlinks=True))
    assert run("mark", FRIEND, "removed-by-me", vault=vault).status == 0

    words = "2 people left (you talk with 1 of them), 20 swept away together, 1 you removed, 9 came"
    assert run("diff", vault=vault).out.splitlines()[0] == words
    assert run("stats", vault=vault).out.splitlines()[1] == words

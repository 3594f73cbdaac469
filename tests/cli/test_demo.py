"""`linkbak demo` writes into a folder of its own, or into none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import run


@pytest.mark.parametrize("written", ["{home}/there", "~/there"])
def test_a_folder_that_is_there_is_left_alone(strangers_machine: Path, written: str) -> None:
    (strangers_machine / "there").mkdir()
    place = written.format(home=strangers_machine)

    ran = run("demo", "--keep", place)

    assert (ran.status, ran.out) == (2, "")
    assert ran.err == f"error: {strangers_machine}/there exists already\nhint: Name a folder that does not.\n"
    assert [*(strangers_machine / "there").iterdir()] == []

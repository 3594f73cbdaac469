"""The pages about other programs: each tells the same four things, and its commands work."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.cli.running import run

PAGES = sorted((Path(__file__).parents[2] / "docs/into").glob("*.md"))


def test_every_program_has_a_page() -> None:
    assert [page.stem for page in PAGES] == [
        *("apple-contacts", "clay", "google-contacts", "hubspot", "khard", "notion", "obsidian", "outlook")
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_its_commands_write_people_down(
    page: Path, five: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = page.read_text("utf-8")
    monkeypatch.chdir(tmp_path)

    assert re.findall("^## (.*)$", text, re.MULTILINE) == [
        *("Which export", "Which menu", "What arrives", "What a second import does")
    ]
    for command in re.findall("linkbak (export [^`\n]*)", text):
        ran = run(*shlex.split(command), vault=five)
        assert ran.status == 0, (command, ran.err)
    assert [*tmp_path.iterdir()]

"""The page as axe-core sees it in Chromium: contrast, landmarks, names, tables, and all else it knows to look for."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from tests.cli.running import run
from tests.report.html.browser import Browser, chromium

RULES = "return axe.run(document, {resultTypes: ['violations']}).then((found) => found.violations)"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with chromium(tmp_path_factory.mktemp("browser")) as found:
        yield found


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_wrong(width: int, dark: bool, five: Path, browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert run("report", "-o", page, vault=five).status == 0
    browser.open(page, width=width, dark=dark)
    browser.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    browser.run(files("axe_core_python").joinpath("axe.min.js").read_text("utf-8"))

    wrong = browser.run(RULES)
    assert [(one["id"], [node["html"][:100] for node in one["nodes"]][:3]) for one in wrong] == []

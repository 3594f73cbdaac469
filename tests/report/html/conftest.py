"""Pages written once, and one browser for all tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from linkbak.report.html import pieces
from linkbak.stats import Overview
from tests.report.html import invented
from tests.report.html.browser import Browser, chromium


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A Chromium without a window."""
    with chromium(tmp_path_factory.mktemp("browser")) as found:
        yield found


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Overview], Path]:
    """Writes the page of an overview down."""

    def write(given: Overview) -> Path:
        path = tmp_path_factory.mktemp("page") / "network.html"
        path.write_text("".join(pieces(given)), "utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def page(written: Callable[[Overview], Path]) -> Path:
    """A network of some years and 1,400 people."""
    return written(invented.overview())


@pytest.fixture(scope="session")
def large(written: Callable[[Overview], Path]) -> Path:
    """Ten years of weekly lists, and 30,000 people."""
    return written(invented.overview(invented.crowd(30_000), lists=520, days=7))


@pytest.fixture(scope="session")
def hostile(written: Callable[[Overview], Path]) -> Path:
    """Hostile text wherever an archive may bring it."""
    return written(invented.hostile())

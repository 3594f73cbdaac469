"""python -m tests.report.html.pictures: makes the pictures in docs/pictures anew, of people who do not exist."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from linkbak.demo import write_archives
from linkbak.vault.writer import create_vault
from tests import five_exports
from tests.cli.running import run
from tests.cli.terminal import on_terminal
from tests.report.html.browser import Browser, chromium

PICTURES = Path(__file__).parents[3] / "docs/pictures"
_SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">
<style>text {{ font: {char_height}px "DejaVu Sans Mono", monospace; white-space: pre }} {styles}</style>
<defs>{lines}</defs><rect width="100%" height="100%" fill="#292929"/>
<svg x="3%" width="94%" viewBox="0 0 {width} {height}">{backgrounds}<g>{matrix}</g></svg></svg>
"""


def main() -> None:
    """Write them, of what the program says of five exports."""
    terminal()
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium(Path(folder)) as browser:
        vault, page = _vault(Path(folder), five_exports.write(Path(folder))), Path(folder) / "network.html"
        run("report", "-o", page, vault=vault)
        browser.hide_scrollbars()
        browser.open(page, width=1280, height=1250)
        browser.picture(PICTURES / "report-desktop.png")
        browser.open(page, width=390, height=1560)
        browser.picture(PICTURES / "report-phone.png")
        browser.open(page, width=1280, height=900, dark=True)
        browser.picture(PICTURES / "report-dark.png")
        _stats(browser, vault, Path(folder))


def _vault(folder: Path, archives: Iterable[Path]) -> Path:
    vault = folder / "vault"
    create_vault(vault).close()
    for archive in archives:
        run("import", archive, vault=vault)
    return vault


def terminal(lines: int = 22) -> None:
    """The first screen of `linkbak diff` on the demo's archives, as it stands in README."""
    with tempfile.TemporaryDirectory() as folder:
        vault = _vault(Path(folder), write_archives(Path(folder)))
        shown = on_terminal("diff", vault=vault, colours=True)[: lines - 1]
    PICTURES.mkdir(exist_ok=True)
    (PICTURES / "diff.svg").write_text(_drawn("diff", shown), "utf-8")


def _drawn(verb: str, shown: Sequence[str]) -> str:
    console = Console(record=True, width=80, file=io.StringIO())
    console.print(Text.from_ansi("\n".join([f"$ linkbak {verb}", *shown])))
    return console.export_svg(title=f"linkbak {verb}", code_format=_SVG)


def _stats(browser: Browser, vault: Path, folder: Path) -> None:
    """What `linkbak stats` prints on a terminal of 80 columns."""
    drawn = folder / "stats.svg"
    drawn.write_text(_drawn("stats", on_terminal("stats", vault=vault, colours=True)), "utf-8")
    browser.open(drawn, width=900, height=round(900 * _ratio(drawn.read_text("utf-8"))))
    browser.picture(PICTURES / "stats.png")


def _ratio(svg: str) -> float:
    width, height = svg.split('viewBox="0 0 ')[1].split('"')[0].split()
    return float(height) / float(width)


if __name__ == "__main__":
    main()

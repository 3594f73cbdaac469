"""python -m tests.report.html.pictures: makes the pictures in docs/pictures anew, of people who do not exist."""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path

from linkbak.report.html import pieces
from tests.report.html import invented
from tests.report.html.browser import Browser, chromium

PICTURES = Path(__file__).parents[3] / "docs/pictures"
_SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">
<style>text {{ font: {char_height}px "DejaVu Sans Mono", monospace; white-space: pre }} {styles}</style>
<defs>{lines}</defs><rect width="100%" height="100%" fill="#292929"/>
<svg x="3%" width="94%" viewBox="0 0 {width} {height}">{backgrounds}<g>{matrix}</g></svg></svg>
"""


def main() -> None:
    """Write them."""
    terminal()
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium(Path(folder)) as browser:
        page = Path(folder) / "network.html"
        browser.hide_scrollbars()
        page.write_text("".join(pieces(invented.overview())), "utf-8")
        browser.open(page, width=1280, height=1250)
        browser.picture(PICTURES / "report-desktop.png")
        browser.open(page, width=390, height=1560)
        browser.picture(PICTURES / "report-phone.png")
        browser.open(page, width=1280, height=900, dark=True)
        browser.picture(PICTURES / "report-dark.png")
        _stats(browser, Path(folder))


def terminal(lines: int = 22) -> None:
    """The first screen of `linkbak diff` on the demo's archives, as it stands in README."""
    from rich.console import Console
    from rich.text import Text

    from linkbak.demo import write_archives
    from linkbak.vault.writer import create_vault
    from tests.cli.running import run
    from tests.cli.terminal import on_terminal

    with tempfile.TemporaryDirectory() as folder:
        vault = Path(folder) / "vault"
        create_vault(vault).close()
        for archive in write_archives(Path(folder)):
            run("import", archive, vault=vault)
        shown = on_terminal("diff", vault=vault, colours=True)[: lines - 1]
    console = Console(record=True, width=80, file=io.StringIO())
    console.print(Text.from_ansi("\n".join(["$ linkbak diff", *shown])))
    PICTURES.mkdir(exist_ok=True)
    (PICTURES / "diff.svg").write_text(console.export_svg(title="linkbak diff", code_format=_SVG), "utf-8")


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _stats(browser: Browser, folder: Path) -> None:
    """What `linkbak stats` prints on a terminal of 80 columns."""
    from rich.console import Console
    from rich.text import Text

    from linkbak.report import glyphs, render, stats

    os.environ.update(COLUMNS="80", TERM="xterm-256color")
    os.environ.pop("NO_COLOR", None)
    terminal = _Terminal()
    render(stats.text(invented.overview(), glyphs("utf-8")), terminal, color=True)
    console = Console(record=True, width=80, file=io.StringIO())
    console.print(Text.from_ansi(terminal.getvalue()))
    drawn = folder / "stats.svg"
    drawn.write_text(console.export_svg(title="linkbak stats", code_format=_SVG), "utf-8")
    browser.open(drawn, width=900, height=round(900 * _ratio(drawn.read_text("utf-8"))))
    browser.picture(PICTURES / "stats.png")


def _ratio(svg: str) -> float:
    width, height = svg.split('viewBox="0 0 ')[1].split('"')[0].split()
    return float(height) / float(width)


if __name__ == "__main__":
    main()

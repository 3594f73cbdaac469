"""What the page costs: to write it, and in a browser until it can be searched, beside a bare table of that list."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.account import HEADER, NOTES
from benchmarks.harness import Result, always, once, side_by_side
from benchmarks.setting import LINKBAK, Setting, times

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

TABLE = """
import csv, html, sys
with open(sys.argv[1], newline="") as source, open(sys.argv[2], "w") as target:
    target.write("<!DOCTYPE html><meta charset=utf-8><title>list</title><table>")
    for row in csv.reader(source):
        target.write("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>")
"""
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
READY = "return performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
SEARCH = """
const words = document.getElementById("words"), began = performance.now();
words.value = arguments[0];
words.dispatchEvent(new Event("input"));
return performance.now() - began + 0 * document.body.offsetHeight;
"""
SORT = """
const began = performance.now();
document.querySelector("#listed th button").click();
return performance.now() - began + 0 * document.body.offsetHeight;
"""


def report(setting: Setting) -> list[Result]:
    """Whole commands on a vault with two lists, the index up to date; then the pages in Chromium, if there is one."""
    vault, ours, theirs = setting.folder / "paged", setting.folder / "ours.html", setting.folder / "theirs.html"
    once([str(LINKBAK), "init", str(vault)], setting.folder)
    for number in (0, 1):
        archive = setting.archive(number, messages=False)
        once([str(LINKBAK), "import", str(archive), "--vault", str(vault)], setting.folder)
    once([str(LINKBAK), "people", "--ids", "--vault", str(vault)], setting.folder)
    plain = setting.folder / "paged.csv"
    plain.write_bytes(HEADER.encode() + setting.states[1].removeprefix((NOTES + HEADER).encode()))
    found = side_by_side(
        {
            "report": always(LINKBAK, "report", "--vault", vault, "-o", ours),
            "table": always(sys.executable, "-c", TABLE, plain, theirs),
        },
        setting.runs,
        setting.folder,
    )
    written = times("`linkbak report`, 30,000 people", found["report"], found["table"], "Python, a bare table", None)
    return [written, *_looked_at(ours, theirs, setting.runs)]


def _looked_at(ours: Path, theirs: Path, runs: int) -> list[Result]:
    if shutil.which("chromium") is None or shutil.which("chromedriver") is None:
        return []
    with _chromium() as chrome:
        ready, bare = (_ready(chrome, page, runs) for page in (ours, theirs))
        chrome.get(ours.as_uri())
        search = median(chrome.execute_script(SEARCH, text) for text in ("a", "ad", "ada", "adam", "")) / 1000
        sort = chrome.execute_script(SORT) / 1000
    return [
        Result(
            "the page in Chromium, until it can be searched", ready, bare, "s", "a bare table, until it is shown", 0.2
        ),
        Result("one letter more in its search", search, bare, "s", "loading the bare table", 0.2),
        Result("sorting it by name for the first time", sort, bare, "s", "loading the bare table", 0.5),
    ]


def _ready(chrome: Chrome, page: Path, runs: int) -> float:
    """Seconds from asking for a page to its being ready, medians."""
    found = list[float]()
    for _ in range(runs + 1):
        chrome.get(page.as_uri())
        found.append(chrome.execute_script(READY) / 1000)
    return median(found[1:])


@contextmanager
def _chromium() -> Iterator[Chrome]:
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    with tempfile.TemporaryDirectory() as profile:
        options = ChromeOptions()
        options.binary_location = shutil.which("chromium") or ""
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        chrome = Chrome(options, Service(shutil.which("chromedriver")))
        try:
            yield chrome
        finally:
            chrome.quit()

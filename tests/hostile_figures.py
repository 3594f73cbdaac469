"""What of the hostile kind was tried, and how much of it failed: counted while the tests run, and kept in a table.

Most tests are one case; where one tries many, it says how many by `tried`. The sum is printed at the end of a run
of all tests; `--write-figures` puts it into docs/hostile.md: what `make test` tries, or with LINKBAK_TEST_STRIDE=1 all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.sampling import EVERYTHING

TABLE = Path(__file__).parents[1] / "docs" / "hostile.md"


class Kind(NamedTuple):
    """What is tried, and the tests that do nothing else."""

    what: str
    modules: tuple[str, ...]


KINDS: dict[str, Kind] = {
    "archives": Kind(
        "zips whose headers lie, names, sizes, nested and cut downloads; zips, tables and lists out of the fuzzer",
        (
            "tests/archive/",
            "tests/adapters/test_hostile.py",
            "tests/adapters/test_list_trouble.py",
            "tests/test_fuzz.py",
            "tests/external/test_fuzz.py",
        ),
    ),
    "kills": Kind(
        "a command killed before one of its acts, then all looked over and gone on with",
        (
            "tests/vault/test_interruption.py",
            "tests/remotes/test_pull_interrupted.py",
            "tests/cli/test_run_cut_short.py",
            "tests/test_unfinished_files.py",
        ),
    ),
    "damage": Kind(
        "a byte of a vault changed, a file lost, a reference that points elsewhere: found, told and mended",
        (
            "tests/vault/test_verify.py",
            "tests/vault/test_verify_flips.py",
            "tests/vault/test_repair.py",
            "tests/vault/restore/test_damage.py",
        ),
    ),
    "poisoned repositories": Kind(
        "hooks, configuration, links, redirects, manifests, marks, histories and merges that linkbak would not write",
        (
            "tests/vault/test_hostile.py",
            "tests/vault/test_manifest.py",
            "tests/remotes/test_untrusted.py",
            "tests/remotes/test_evil_merges.py",
            "tests/remotes/test_local.py",
            "tests/remotes/test_address.py",
        ),
    ),
    "environments": Kind(
        "full disks, other owners, no permissions, wrong clocks, variables and configurations of others",
        (
            "tests/vault/test_machine.py",
            "tests/vault/restore/test_machine.py",
            "tests/cli/test_trust.py",
            "tests/cli/test_when.py",
            "tests/cli/test_doctor.py",
        ),
    ),
    "streams": Kind(
        "standard output that is full, closed or read by nobody, too little memory, Ctrl-C at the start",
        ("tests/cli/test_streams.py", "tests/cli/test_program.py"),
    ),
    "sinks": Kind(
        "texts that act on terminals, spreadsheets, browsers, vCards, shells and paths, wherever text leaves",
        ("tests/cli/test_hostile.py", "tests/report/test_escape.py", "tests/report/html/", "tests/exporters/"),
    ),
}

_now: Counter[str] = Counter()


def tried(kind: str, times: int = 1) -> None:
    """Counts cases of a kind that a test tries inside."""
    assert kind in KINDS
    _now[kind] += times


def cases(path: str, inside: Mapping[str, int]) -> dict[str, int]:
    """How many cases of each kind a test of that file was: one, unless it counted more."""
    own = [name for name, kind in KINDS.items() if path.startswith(kind.modules)]
    return {**dict.fromkeys(own, 1), **inside}


class Figures:
    """The sums of a run."""

    def __init__(self) -> None:
        self.tried: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()

    def add(self, found: Mapping[str, int], *, failed: bool) -> None:
        self.tried.update(found)
        self.failed.update(dict.fromkeys(found, int(failed)))

    def lines(self) -> Iterator[str]:
        for kind in KINDS:
            yield f"{kind}: {self.tried[kind]:,} tried, {self.failed[kind]:,} failed"

    def written(self, text: str, *, everything: bool) -> str:
        """The table with these figures in their two columns."""
        for kind in KINDS:
            row = re.search(rf"^\| {kind} \|.*$", text, re.MULTILINE)
            assert row, f"docs/hostile.md has no row for {kind}"
            cells = row[0].split(" | ")
            at = 4 if everything else 2
            cells[at] = f"{self.tried[kind]:,}"
            cells[at + 1] = f"{self.failed[kind]:,}" + (" |" if everything else "")
            text = text.replace(row[0], " | ".join(cells))
        return text


# --- pytest -----------------------------------------------------------------------------------------------------------

_FIGURES = pytest.StashKey[Figures]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-figures", action="store_true", help="put what was tried into docs/hostile.md")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_FIGURES] = Figures()
    config.pluginmanager.register(_Counting(config.stash[_FIGURES]), "counting")


class _Counting:
    """Hears of every report, also of those that come from other processes."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        _now.clear()
        try:
            return (yield)
        finally:
            item.user_properties.append(("hostile", cases(item.nodeid, dict(_now))))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and not report.skipped:
            found: Any = dict(report.user_properties).get("hostile", {})
            self._figures.add(found, failed=report.failed)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    figures = config.stash[_FIGURES]
    if any(figures.tried[kind] == 0 for kind in KINDS):
        return  # a part of the tests says nothing of the whole
    terminalreporter.section("hostile things tried")
    for line in figures.lines():
        terminalreporter.write_line(line)
    if config.getoption("--write-figures"):
        TABLE.write_text(figures.written(TABLE.read_text("utf-8"), everything=EVERYTHING), "utf-8")

"""What README says is what the program does: its help, its exit statuses, its transcript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from linkbak.cli.app import EXIT_STATUSES, VERBS, load
from linkbak.errors import Exit
from tests.cli.running import run

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
COMMANDS = ROOT / "docs" / "commands.md"


def block(name: str, wanted: str, *, rewrite: bool, page: Path = README) -> None:
    """The part of a page between the marks `name` is `wanted`; rewritten by `make goldens`."""
    text = page.read_text(encoding="utf-8")
    marks = re.compile(f"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    assert len(marks.findall(text)) == 1
    if rewrite:
        text = marks.sub(lambda found: found[1] + wanted + found[2], text)
        page.write_text(text, encoding="utf-8")
    assert marks.search(text)
    assert marks.sub(lambda found: found[1] + wanted + found[2], text) == text


@pytest.fixture
def rewrite(request: pytest.FixtureRequest, golden: object) -> bool:
    """Whether `make goldens` runs."""
    return bool(request.config.getoption("--rewrite-goldens"))


def commands() -> Iterator[str]:
    for verb in VERBS:
        if verb == "demo":
            continue
        printed = run(verb, "--help").out.rstrip()
        yield f"## linkbak {verb}\n\n```\n{printed}\n```\n\n"


def test_a_page_shows_every_verbs_help(rewrite: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "90")
    block("commands", "".join(commands()), rewrite=rewrite, page=COMMANDS)


def test_readme_names_every_verb(rewrite: bool) -> None:
    listed = run("--help").out.partition("Commands:\n")[2].partition("\n\n")[0]
    told = re.findall(r"^  (\S+)  +(.+)$", listed, re.MULTILINE)
    assert [verb for verb, _ in told] == [*VERBS]
    rows = "".join(f"| `linkbak {verb}` | {what} |\n" for verb, what in told)
    block("verbs", f"| command | what it does |\n|---|---|\n{rows}", rewrite=rewrite)


def test_readme_lists_the_exit_statuses(rewrite: bool) -> None:
    rows = [f"| {int(status)} | {meaning} |\n" for status, meaning in EXIT_STATUSES.items()]
    block("exit-statuses", "| status | meaning |\n|---|---|\n" + "".join(rows), rewrite=rewrite)


def test_help_lists_every_exit_status() -> None:
    assert set(EXIT_STATUSES) == set(Exit)
    printed = run("--help").out
    for status in Exit:
        assert re.search(rf"^ +{int(status)}  \S", printed, re.MULTILINE)


def test_a_page_says_of_each_exit_status_what_one_can_do() -> None:
    rows = re.findall(r"^\| (\d+) \| .+ \| .+ \|$", (ROOT / "docs/exit-statuses.md").read_text("utf-8"), re.MULTILINE)
    assert [int(row) for row in rows] == [*map(int, Exit), 141]


def test_readmes_transcript_is_what_the_demo_prints(rewrite: bool) -> None:
    printed = run("demo").out
    start, end = printed.index("$ linkbak log"), printed.index("\nAll of these people")
    block("transcript", f"```\n{printed[start:end].rstrip()}\n```\n", rewrite=rewrite)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_examples_first(verb: str) -> None:
    printed = run(verb, "--help").out
    assert re.search(rf"\n\n  \w[^\n]+\n\n  Examples:\n    linkbak {verb}", printed)
    assert run(verb, "-h").out == printed


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_is_listed_with_the_first_line_of_its_help(verb: str) -> None:
    assert VERBS[verb][1] == (load(VERBS[verb][0]).__doc__ or "").partition("\n")[0]

"""What README, docs and the manual page say is what the program does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import linkbak
from linkbak.cli.app import EVERYWHERE, EXIT_STATUSES, GROUPS, HELP, VERBS, load
from linkbak.errors import Exit
from tests.cli.running import run
from tests.conftest import Golden

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
    rows = [
        f"| {heading} | {', '.join(f'[`{verb}`](docs/commands.md#linkbak-{verb})' for verb in (*told, *named))} |\n"
        for heading, (told, named) in GROUPS.items()
    ]
    block("verbs", f"| for | verbs |\n|---|---|\n{''.join(rows)}", rewrite=rewrite)


def test_a_page_says_of_each_exit_status_what_one_can_do() -> None:
    rows = re.findall(r"^\| (\d+) \| .+ \| .+ \|$", (ROOT / "docs/exit-statuses.md").read_text("utf-8"), re.MULTILINE)
    assert [int(row) for row in rows] == [*map(int, Exit), 141]
    assert set(EXIT_STATUSES) == set(Exit)


def test_readme_is_read_in_five_minutes() -> None:
    assert len(README.read_text("utf-8").split()) < 1200


def test_the_manual_page_is_what_help_says(golden: Golden) -> None:
    golden(ROOT / "docs/linkbak.1", manual())


def manual() -> str:
    """The page for `man linkbak`, made of the help of all verbs."""
    lines = [f'.TH LINKBAK 1 "" "linkbak {linkbak.__version__}"', ".SH NAME", "linkbak \\- " + HELP.partition(" ")[2]]
    lines += [".SH SYNOPSIS", ".B linkbak", "VERB [OPTIONS]", ".SH VERBS"]
    for verb in VERBS:
        usage, _, text = run(verb, "--help").out.rstrip().partition("\n\n")
        lines += [f".SS {_roff(usage.removeprefix('Usage: '))}", ".nf", *map(_roff, text.splitlines()), ".fi"]
    lines += [".SH EXIT STATUS"]
    for status, meaning in EXIT_STATUSES.items():
        lines += [".TP", f".B {int(status)}", _roff(meaning)]
    return "\n".join(lines) + "\n"


def _roff(line: str) -> str:
    """A line as it stands, whatever it begins with."""
    plain = line.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{plain}" if plain[:1] in (".", "'") else plain


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_its_purpose_and_examples_first(verb: str) -> None:
    printed = run(verb, "--help").out
    found = re.search(r"\n\n  (\w[^\n]+)\n\n  Examples:\n((?:    [^\n]+\n)+)\n", printed)
    assert found is not None
    assert found[1] == VERBS[verb][1]
    assert 1 <= len(found[2].splitlines()) <= 3
    assert printed.endswith(f"\n\n{EVERYWHERE}\n")
    assert run(verb, "-h").out == printed


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_is_listed_with_the_first_line_of_its_help(verb: str) -> None:
    assert VERBS[verb][1] == (load(VERBS[verb][0]).__doc__ or "").partition("\n")[0]

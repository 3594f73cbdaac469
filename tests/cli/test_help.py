"""What a person sees who asks for help, types a word that is no verb, or nothing at all."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from shutil import which

import pytest

from linkbak.cli.app import EXIT_STATUSES, GROUPS, MEANT, VERBS
from tests.cli.running import run
from tests.cli.terminal import on_terminal

LINKBAK = [sys.executable, "-m", "linkbak"]


def test_help_fits_a_screen_of_80_by_24_with_nothing_cut(empty: Path) -> None:
    shown = on_terminal("--help", vault=empty)
    assert len(shown) < 24
    assert max(map(len, shown)) <= 80
    told = {verb: VERBS[verb][1] for first, _ in GROUPS.values() for verb in first}
    assert all(any(line.endswith(f" {verb:<9} {what}") for line in shown) for verb, what in told.items())


def test_every_verb_is_in_one_group_and_help_all_explains_it() -> None:
    grouped = [verb for two in GROUPS.values() for some in two for verb in some]
    assert sorted(grouped) == sorted(VERBS)
    lines = run("help", "all").out.splitlines()
    assert all(f"  {verb:<12} {what}" in lines for verb, (_, what) in VERBS.items())
    assert {one.partition(" ")[0].removeprefix("linkbak ") for one in MEANT.values()} - {"--version"} <= set(VERBS)


def test_help_explains_verbs_and_statuses() -> None:
    assert run("help").out == run("--help").out
    assert run("help", "diff").out == run("diff", "--help").out
    told = run("help", "exit-statuses").out
    assert all(f" {int(status)} {what}" in " ".join(told.split()) for status, what in EXIT_STATUSES.items())
    assert max(map(len, told.splitlines())) <= 80
    assert run("help", "gone").err == "error: there is no help about 'gone'\nhint: Did you mean: linkbak lost?\n"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *(("gone", "lost"), ("list", "people"), ("find", "search"), ("note", "mark"), ("scan", "import")),
        *(("nudge", "request"), ("improt", "import"), ("dif", "diff")),
    ],
)
def test_a_word_that_is_no_verb_is_told_which_is_meant(typed: str, meant: str) -> None:
    ran = run(typed, "x")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"error: there is no verb '{typed}'\nhint: Did you mean: linkbak {meant}")
    assert run("xyzzy").err.endswith("hint: `linkbak --help` lists the verbs.\n")


def test_linkbak_alone_says_how_to_begin_and_later_how_the_backup_stands(two: Path) -> None:
    begun = run()
    assert (begun.status, begun.err) == (0, "")
    assert "linkbak import" in begun.out
    told, status = run(vault=two), run("status", vault=two)
    assert told.status == status.status
    # The disk is everybody's: what is free on it may change between the two.
    free = re.compile(r"[\d.]+ (?=GB free)")
    assert free.sub("", told.out).startswith(free.sub("", status.out))
    assert told.out.endswith("`linkbak diff` shows what changed last; `linkbak --help` lists all verbs.\n")
    assert run(vault=two / "gone").status == 10


def test_long_output_goes_to_a_pager_on_a_terminal_alone(february_march: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKBAK_PAGER", "sed s/^/paged:/")
    long = on_terminal("diff", "--all", vault=february_march)
    assert all(line.startswith("paged:") for line in long)
    assert len(long) > 24
    assert all(line.startswith("paged:") for line in on_terminal("audit", "--list", "--all", vault=february_march))
    assert all(line.startswith("paged:") for line in on_terminal("export", "--help", vault=february_march))
    for words in (
        ("log",),
        ("diff", "--all", "--no-pager"),
        ("import",),
        ("log", "-h"),
        ("export", "-h", "--no-pager"),
    ):
        assert not any(line.startswith("paged:") for line in on_terminal(*words, vault=february_march))
    piped = subprocess.run(
        [*LINKBAK, "diff", "--json", "--vault", str(february_march)], capture_output=True, check=True
    )
    assert piped.stdout.startswith(b"{")
    monkeypatch.setenv("LINKBAK_PAGER", "no-such-pager-here")
    assert on_terminal("diff", "--all", vault=february_march)[-len(long) :] == [
        one.removeprefix("paged:") for one in long
    ]


# --- completion -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("di", ["diff"]),
        ("diff 2026-03", ["2026-03-20T080710Z"]),
        ("diff --only hidden,va", ["hidden,vanished"]),
        ("show niall", ["Niall Sampla"]),
        ("show Niall Sa", ["Sampla"]),
        ("export vc", ["vcard"]),
        ("export vcard Niall Sa", ["Sampla"]),
        ("messages exp", ["export"]),
        ("messages Niall Sa", ["Sampla"]),
        ("messages export mb", ["mbox"]),
        ("messages export mbox niall", ["Niall Sampla"]),
        ("audit draft niall", ["Niall Sampla"]),
        ("reach dr", ["draft"]),
        ("mark un", ["undo"]),
        ("api lo", ["login", "logout"]),
        ("search --in inv", ["invitations"]),
        ("config test", ["test-notification"]),
        ("config set cadence.w", ["cadence.warn"]),
        ("remote ch", ["check"]),
        ("log --la", ["--last"]),
        ("people --sort n", ["name"]),
        ("log --account l", ["linkedin-me"]),
        ("verify --vault /nowhere x", []),
    ],
)
def test_completion_knows_what_the_vault_knows(words: str, offered: list[str], february_march: Path) -> None:
    ran = run("completion", "--vault", february_march, "words", "--", *words.split(" "))
    assert (ran.status, ran.out.splitlines()) == (0, offered)


@pytest.mark.parametrize(
    ("words", "offered"),
    [(["lo"], "log\nlost\n"), (["diff", "2026-03"], "2026-03-20T080710Z\n"), (["log", "--la"], "--last\n")],
)
def test_a_key_pressed_loads_only_what_its_answer_needs(words: list[str], offered: str, february_march: Path) -> None:
    code = (
        "import atexit, sys; from linkbak.cli import main; atexit.register(lambda: print("
        "*{name.split('.')[1] for name in sys.modules if name.startswith('linkbak.')}, file=sys.stderr)); main()"
    )
    asked = [sys.executable, "-c", code, "completion", "--vault", str(february_march), "words", "--", *words]
    done = subprocess.run(asked, capture_output=True, text=True, check=True)

    assert done.stdout == offered
    assert not set(done.stderr.split()) & {"diff", "exporters", "index", "remotes", "schedule", "talk"}


def test_completion_knows_the_remotes(empty: Path, tmp_path: Path) -> None:
    assert run("remote", "add", "usb", tmp_path / "usb.git", "--create", vault=empty).status == 0
    assert run("completion", "--vault", empty, "words", "--", "push", "us").out == "usb\n"


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("niall", "Niall\\ Sampla"),
        ('\\"niall', "Niall Sampla"),
        ("Zed", 'Zed\\ \\$\\(id\\)\\ O\\\'Hara\\ \\"x\\"'),
        ('\\"Zed', 'Zed \\$(id) O\'Hara \\"x\\"'),
        ("\\'Zed", "Zed $(id) O'\\''Hara \"x\""),
    ],
)
def test_bash_completes(typed: str, completed: str) -> None:
    """A blank in a name is kept from being cut, and nothing in it acts, whichever quotation mark was opened."""
    asked = f'COMP_WORDS=(linkbak show {typed}); COMP_CWORD=2; _linkbak; echo "${{COMPREPLY[*]}}"'
    assert completed_by("bash", asked, typed) == [completed]
    assert run("completion", "csh").status == 2


@pytest.mark.skipif(which("fish") is None, reason="fish is not installed")
def test_fish_completes_names_and_offers_files_only_where_there_are_no_words(tmp_path: Path) -> None:
    (tmp_path / "an-archive.zip").touch()
    assert completed_by("fish", "complete -C 'linkbak show nia'", "niall", tmp_path) == ["Niall Sampla"]
    assert completed_by("fish", "complete -C 'linkbak import an-'", "an-", tmp_path) == ["an-archive.zip"]


NAMED = (
    """linkbak() { case "${@: -1}" in *iall) echo "Niall Sampla";; *Zed) echo "Zed \\$(id) O'Hara \\"x\\"";; esac; }"""
)


def completed_by(shell: str, asked: str, typed: str, place: Path | None = None) -> list[str]:
    """What a shell makes of the words that linkbak offers it; a function stands for linkbak."""
    names = "echo 'Niall Sampla'" if "iall" in typed else "true"
    stand_in = NAMED if shell == "bash" else f"function linkbak; {names}; end"
    script = f"{run('completion', shell).out}\n{stand_in}\n{asked}\n"
    ran = subprocess.run([shell, "-c", script], capture_output=True, text=True, check=True, cwd=place)
    return ran.stdout.splitlines()


TALL = {"export", "messages", "people"}
"""Whose options alone are longer than a screen."""


@pytest.mark.parametrize("verb", VERBS)
def test_the_help_of_a_verb_fits_a_screen(verb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = run(verb, "--help").out.splitlines()

    assert max(map(len, lines)) <= 80
    assert (len(lines) < 24) is (verb not in TALL)

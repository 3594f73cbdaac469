"""What somebody is told who gave a verb too little, too much, or what it does not take."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from linkbak.cli.session import day_of
from linkbak.errors import UsageProblem
from tests.cli.running import run

NO_VALUE = "error: --company needs a value\nhint: Write it as --company TEXT. `linkbak help people` says more.\n"

NOT_BOTH = "cannot be combined\nhint: Without either you see both.\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("export", "error: FORMAT is missing\nhint: For example: linkbak export vcard -o contacts.vcf\n"),
        ("completion", "error: say one of bash, zsh, fish\nhint: For example: source <(linkbak completion bash)\n"),
        ("reach draft", "error: PERSON is missing\nhint: For example: linkbak reach draft PERSON\n"),
        ("link him", "error: linkbak link does not take 'him'\nhint: For example: linkbak link review\n"),
        ("show", "error: PERSON is missing\nhint: For example: linkbak show Ada Example\n"),
        ("mark", 'error: PERSON FACT is missing\nhint: For example: linkbak mark "Ada Example" removed-by-me\n'),
        ("cat latest", "error: FILE is missing\nhint: For example: linkbak cat latest Connections.csv\n"),
        ("people --copmany x", "error: there is no option --copmany\nhint: Did you mean: linkbak people --company?\n"),
        ("people --xyzzy", "error: there is no option --xyzzy\nhint: `linkbak help people` lists the options.\n"),
        ("--xyzzy people", "error: there is no option --xyzzy\nhint: `linkbak --help` lists the options.\n"),
        ("people -x", "error: there is no option -x\nhint: `linkbak help people` lists the options.\n"),
        ("people --limit x", "error: --limit takes a whole number, not 'x'\nhint: `linkbak help people` says more.\n"),
        ("people --limit 0", "error: --limit takes a number of at least 1\nhint: `linkbak help people` says more.\n"),
        (
            "people --company",
            "error: --company needs a value\nhint: Write it as --company TEXT. `linkbak help people` says more.\n",
        ),
        ("people --lost=yes", "error: --lost takes no value\nhint: `linkbak help people` says more.\n"),
        ("compact twice", "error: linkbak compact does not take 'twice'\nhint: `linkbak help compact` says more.\n"),
        (
            "messages -o x.mbox",
            "error: -o and --force go with export\nhint: linkbak messages export mbox -o messages.mbox\n",
        ),
        ("messages export mbox --csv", "error: --csv goes with neither --json nor export\n"),
        ("messages export csv", "error: export takes a format\nhint: The formats are markdown, mbox, html, json.\n"),
        ("messages Ada --sent --received", f"error: --sent and --received {NOT_BOTH}"),
        ("invitations --sent --received", f"error: --sent and --received {NOT_BOTH}"),
        ("posts -o x", "error: -o goes with export\nhint: linkbak posts export markdown -o posts.md\n"),
        ("posts export markdown --csv", "error: --csv goes with neither --json nor export\n"),
        (
            "reach --why Ada --csv",
            "error: draft, --why, --csv and --json cannot be combined\nhint: Ask for one at a time.\n",
        ),
        (
            "audit him",
            "error: linkbak audit does not take 'him'\n"
            "hint: For example: linkbak audit cull, linkbak audit draft PERSON\n",
        ),
        (
            "audit cull --list",
            "error: --list goes with nothing else\nhint: `linkbak audit --list` lists whom it would ask about.\n",
        ),
        (
            "kit --to x",
            "error: --to and --passphrase-file need --seal\nhint: As in: linkbak kit --seal kit.zip.age\n",
        ),
        ("kit --seal x -o y", "error: --seal names a file, --output a folder\nhint: Say one of them.\n"),
        ("init a --vault b", "error: PATH and --vault are two different places\nhint: Name one.\n"),
        ("demo --keep /", "error: / exists already\nhint: Name a folder that does not.\n"),
        ("diff --csv --markdown", "error: --json, --csv and --markdown cannot be combined\n"),
        ("stats --no-names", "error: --no-names needs --mail\n"),
        ("config show --ping", "error: only `linkbak config test-notification` takes --ping\n"),
        ("api him", "error: there is no `linkbak api him`\nhint: api takes login, logout, status, fetch.\n"),
        (
            "log latest --last 2",
            "error: --last and --all list snapshots, not the files of one\nhint: Leave one of them out.\n",
        ),
        (
            "verify latest",
            "error: verify checks the whole vault\nhint: One snapshot can be tried out: --restore SNAPSHOT.\n",
        ),
        (
            "forget latest --undo --taken 2026-03-20",
            "error: --undo brings back what was set aside; --taken corrects what is listed\n",
        ),
        (
            "export csv --written",
            "error: --written goes with mailing-list and --reachable alone\nhint: A card has it anyway.\n",
        ),
        (
            "api login --browser --ends 2026",
            "error: with --browser LinkedIn says how long the token works\nhint: Leave --ends out.\n",
        ),
        ("log a b c", "error: linkbak log does not take 'b c'\nhint: `linkbak help log` says more.\n"),
    ],
)
def test_wrong_usage_is_said_in_plain_words_with_a_hint(line: str, said: str) -> None:
    ran = run(*line.split())

    assert (ran.status, ran.out, ran.err) == (2, "", said)


def test_wrong_usage_for_programs() -> None:
    ran = run("export", "--json")

    error = json.loads(ran.err)["error"]
    assert (ran.status, ran.out, error["message"]) == (2, "", "FORMAT is missing")
    assert error["hint"] == "For example: linkbak export vcard -o contacts.vcf"


def test_wrong_usage_acts_on_no_terminal() -> None:
    assert "\x1b" not in run("compact", "\x1b[2Jx").err


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024-02-29", "2024-02-29", "2024-02-29"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023-02", "2023-02-01", "2023-02-28"),
        ("2023-12", "2023-12-01", "2023-12-31"),
        ("2024", "2024-01-01", "2024-12-31"),
    ],
)
def test_a_date_is_a_day_a_month_or_a_year(text: str, first: str, last: str) -> None:
    assert (day_of(text), day_of(text, last=True)) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize("text", ["", "24", "2024-13", "2024-2", "2023-02-29", "20240", "march", "2024-W05", "0000"])
def test_nothing_else_is_a_date(text: str) -> None:
    with pytest.raises(UsageProblem, match="is not a date") as caught:
        day_of(text)
    assert caught.value.hint == "Write it as 2026-03-20, 2026-03 or 2026."


def test_every_verb_reads_dates_alike(february_march: Path) -> None:
    """Where linkbak asks for a beginning, a month means its first day; where it asks for a state, its last."""
    lines = (
        ("lost", "--since"),
        *(("people", flag) for flag in ("--since", "--before", "--as-of")),
        *(("export", "json", flag) for flag in ("--since", "--added-since", "--as-of", "--gone-since")),
        ("log", "--as-of"),
        ("diff", "--as-of"),
    )
    for *verb, flag in lines:
        more = ("--lost",) if flag == "--gone-since" else ()
        assert run(*verb, flag, "2026-03", *more, vault=february_march).status == 0, (verb, flag)
        assert "'soon' is not a date" in run(*verb, flag, "soon", *more, vault=february_march).err, (verb, flag)
    for name in ("people", "snapshots"):
        reading = "log" if name == "snapshots" else name
        days = ("2026-03", "2026-03-01", "2026-03-31")
        month, first, last = (run(reading, "--json", "--as-of", day, vault=february_march).json[name] for day in days)
        assert month == last != first


def test_config_and_schedule_alone_show_what_is_set(empty: Path) -> None:
    assert run("config", vault=empty).out == run("config", "show", vault=empty).out
    assert run("schedule", vault=empty).out == run("schedule", "status", vault=empty).out
    assert "`linkbak schedule install`" in run("schedule", vault=empty).out

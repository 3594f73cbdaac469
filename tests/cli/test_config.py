"""``linkbak config``: what is set, who said so, and how to change it."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkbak import paths, settings
from linkbak.errors import Exit
from linkbak.settings.edit import template
from tests.cli.running import run
from tests.settings.configuring import configure

SECRETS = """\
[notify]
ping = "https://user:SECRET@example.com:8000/SECRET"
command = ["curl", "-H", "SECRET"]
apprise = ["mailto://SECRET@example.com", "tgram://SECRET/"]
"""


def test_show_says_every_key_and_where_it_comes_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = configure("[cadence]\ndays = 7\n[scan]\nfolders = ['/in', '/two words']\n")
    monkeypatch.setenv("LINKBAK_RUN_PUSH", "no")
    lines = run("config", "show", vault=tmp_path / "v").out.splitlines()
    assert lines[0] == f"file: {file}"
    shown = {line.split()[0]: " ".join(line.split()[1:]) for line in lines[2:]}
    assert [*shown] == [key.name for key in settings.KEYS]
    assert shown["vault"] == f'"{tmp_path}/v" --vault'
    assert shown["scan.folders"] == '["/in", "/two words"] file'
    assert shown["cadence.days"] == "7 file"
    assert shown["cadence.stale"] == "14 default, from cadence.days"
    assert shown["run.push"] == "false LINKBAK_RUN_PUSH"
    assert shown["notify.ping"] == "none default"


def test_show_tells_of_one_key_or_of_one_table() -> None:
    for names, keys in ((["cadence.days"], ["cadence.days"]), (["copies", "run.push"], ["run.push", "copies.warn"])):
        told = run("config", "show", *names, "--json").json
        assert [one["key"] for one in told["settings"]] == keys


def test_show_says_where_the_vault_is_if_nobody_said() -> None:
    told = run("config", "show").out.splitlines()
    assert told[0] == f"file: {paths.config_file()}, which does not exist yet"
    assert told[2].split() == ["vault", f'"{paths.default_vault()}"', "default"]


def test_the_document_of_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = configure("[cadence]\ndays = 7\n[scan]\nfolders = ['/in']\n")
    monkeypatch.setenv("LINKBAK_RUN_PUSH", "no")
    told = run("config", "show", "--json", vault=tmp_path / "v").json
    assert (told["schema"], told["action"], told["file"]) == ("linkbak.config/1", "show", str(file))
    found = {one["key"]: (one["value"], one["source"], one["name"], one["hidden"]) for one in told["settings"]}
    assert found["vault"] == (str(tmp_path / "v"), "flag", "--vault", False)
    assert found["scan.folders"] == (["/in"], "file", str(file), False)
    assert found["scan.move_to"] == (None, "default", "", False)
    assert found["notify.ping"] == ("", "default", "", False)
    assert found["cadence.days"] == (7, "file", str(file), False)
    assert found["cadence.warn"] == (9, "default", "cadence.days", False)
    assert found["run.push"] == (False, "environment", "LINKBAK_RUN_PUSH", False)


@pytest.mark.parametrize("how", [[], ["--json"]])
def test_secrets_are_shown_only_to_those_who_ask(how: list[str]) -> None:
    configure(SECRETS)
    told = run("config", "show", *how).out
    assert "SECRET" not in told
    assert "https://example.com:8000/(hidden)" in told
    assert "mailto://(hidden)" in told
    assert "curl" in told
    assert run("config", "show", "--secrets", *how).out.count("SECRET") == 5
    assert "SECRET" not in run("config", "set", "notify.ping", "https://example.com/SECRET", *how).out


def test_path_is_the_files() -> None:
    assert run("config", "path").out == f"{paths.config_file()}\n"
    assert run("config", "path", "--json").json["file"] == str(paths.config_file())


def test_generate_writes_the_file_once() -> None:
    file = paths.config_file()
    assert run("config", "generate").out == f"every key is explained in {file}\n"
    assert file.read_text() == template()
    again = run("config", "generate")
    assert (again.status, again.err.splitlines()[0]) == (2, f"error: there is a config file already: {file}")
    assert run("config", "generate", "--overwrite").out == f"nothing to change in {file}\n"


def test_generate_says_what_it_keeps_and_what_it_leaves_out() -> None:
    file = configure("vault = '/v'\nvualt = 3\n[run]\npush = false\n")
    told = run("config", "generate", "--overwrite", "--json").json
    assert (told["kept"], told["left"], told["changed"]) == (["vault", "run.push"], ["vualt"], True)
    assert Path(told["before"]).read_text() == "vault = '/v'\nvualt = 3\n[run]\npush = false\n"
    configure("vault = '/v'\nvualt = 3\n")
    lines = run("config", "generate", "--overwrite").out.splitlines()
    assert lines[:3] == [
        f"every key is explained in {file}",
        "  set there as before: vault",
        "  not understood and left out: vualt",
    ]


def test_generate_writes_elsewhere_or_prints(tmp_path: Path) -> None:
    assert run("config", "generate", "-o", "-").out == template()
    assert run("config", "generate", "-o", tmp_path / "mine.toml").status == 0
    assert (tmp_path / "mine.toml").read_text() == template()
    assert not paths.config_file().exists()


def test_generate_writes_into_the_home_that_no_shell_filled_in(
    strangers_machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in ``--output=~/mine.toml``, which would else make a folder called ``~``."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    assert run("config", "generate", "--output=~/mine.toml").status == 0

    assert (strangers_machine / "mine.toml").read_text() == template()
    assert [*(tmp_path / "here").iterdir()] == []


def test_validate_is_content_with_what_it_understands() -> None:
    assert run("config", "validate").out.splitlines()[0] == "all is understood"
    file = configure("[run]\npush = true\n")
    ran = run("config", "validate")
    assert (ran.status, ran.out, ran.err) == (0, f"all is understood\n  {file}\n", "")


def test_validate_names_everything_that_is_wrong_in_file_and_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    file = configure("vualt = '/v'\n[cadence]\ndays = 'SECRET'\n")
    monkeypatch.setenv("LINKBAK_NOTIFY_PING", "SECRET")
    ran = run("config", "validate")
    assert ran.status == Exit.USAGE
    assert [line for line in ran.err.splitlines() if line.startswith("error")] == [
        f"error: {file}, line 1: vualt: linkbak knows no such key; did you mean vault?",
        f"error: {file}, line 3: cadence.days: it must be a whole number of days, from 1 to 36500",
        "error: the environment: LINKBAK_NOTIFY_PING: it must be an address that begins with http:// or https://",
    ]
    assert ran.out == "3 things linkbak does not understand\n"
    quiet = run("config", "validate", "--quiet")
    assert (quiet.status, quiet.out, quiet.err) == (2, "", ran.err)
    told = run("config", "validate", "--json")
    assert told.status == 2
    assert [one["what"] for one in told.json["problems"]] == [
        line.removeprefix("error: ") for line in ran.err.splitlines() if line.startswith("error")
    ]


def test_validate_mentions_variables_that_are_none_of_linkbaks(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LINKBAK_CADENCE_DAY", "LINKBAK_SUBJECT", "LINKBAK_LOCK_WAIT", "LINKBAK_XYZZY"):
        monkeypatch.setenv(name, "1")
    ran = run("config", "validate")
    assert ran.status == 0
    assert ran.out.splitlines()[2:] == [
        "  LINKBAK_CADENCE_DAY is no variable of linkbak's; did you mean LINKBAK_CADENCE_DAYS?",
        "  LINKBAK_XYZZY is no variable of linkbak's",
    ]
    assert run("log").status == Exit.NO_VAULT


def test_set_and_unset_say_what_holds_now(monkeypatch: pytest.MonkeyPatch) -> None:
    file = paths.config_file()
    assert run("config", "set", "cadence.days", "7").out == (
        "cadence.days is 7\n"
        "cadence.warn is 9 (default, from cadence.days)\n"
        "cadence.stale is 14 (default, from cadence.days)\n"
        f"  written to {file}\n"
    )
    assert file.read_text() == "[cadence]\ndays = 7\n"
    assert run("config", "set", "cadence.days", "7").out.splitlines()[-1] == f"  nothing to change in {file}"
    monkeypatch.setenv("LINKBAK_CADENCE_DAYS", "8")
    assert run("config", "set", "cadence.days", "9").out.splitlines()[0] == "cadence.days is 8 (LINKBAK_CADENCE_DAYS)"
    assert "LINKBAK_CADENCE_DAYS in the environment wins over the file" in run("config", "set", "cadence.days", "9").out
    monkeypatch.delenv("LINKBAK_CADENCE_DAYS")
    told = run("config", "unset", "cadence.days", "--json").json
    assert (told["changed"], told["settings"][0]["value"], told["settings"][0]["source"]) == (True, 30, "default")


def test_set_takes_paths_as_seen_from_here(
    tmp_path: Path, strangers_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is read from everywhere, so what it says must not depend on where that is."""
    monkeypatch.chdir(tmp_path)
    run("config", "set", "scan.folders", "~/Downloads", "in")
    assert settings.load({}).scan.folders == (strangers_machine / "Downloads", tmp_path / "in")
    run("config", "set", "scan.move_to", "done")
    assert settings.load({}).scan.move_to == tmp_path / "done"
    run("config", "set", "scan.move_to", "")
    assert settings.load({}).scan.move_to is None


def test_a_command_may_be_given_as_one_text_or_as_words() -> None:
    run("config", "set", "notify.command", "mail -s 'from linkbak' ada@example.com")
    as_text = settings.load({}).notify.command
    run("config", "set", "notify.command", "--", "mail", "-s", "from linkbak", "ada@example.com")
    assert as_text == settings.load({}).notify.command == ("mail", "-s", "from linkbak", "ada@example.com")


def test_a_file_that_is_wrong_can_be_mended_from_here() -> None:
    file = configure("vualt = '/v'\n[run]\npush = 3\n")
    assert run("config", "show").status == 2
    ran = run("config", "set", "run.push", "no")
    assert ran.status == 0
    assert "  not understood:" in ran.out
    assert run("config", "unset", "vualt").status == 0
    assert run("config", "show").status == 0
    assert file.read_text() == "[run]\npush = false\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["edit"], "there is no `linkbak config edit`"),
        (["set", "cadence.days"], "a key and its value are missing"),
        (["unset"], "a key is missing"),
        (["path", "cadence.days"], "config path takes no key"),
        (["show", "cadence.dayz"], "cadence.dayz: linkbak knows no such key; did you mean cadence.days?"),
        (["show", "--overwrite"], "only `linkbak config generate` takes -o and --overwrite"),
        (["path", "--secrets"], "only `linkbak config show` takes --secrets"),
        (["set", "cadence.dasy", "7"], "cadence.dasy: linkbak knows no such key; did you mean cadence.days?"),
    ],
)
def test_words_that_make_no_sense(words: list[str], said: str) -> None:
    ran = run("config", *words)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"error: {said}")
    assert not paths.config_file().exists()

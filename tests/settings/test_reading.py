"""Flag before environment before config file before default; what linkbak does not know is an error, not ignored."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from linkbak import settings
from linkbak.archive import Limits
from linkbak.errors import UsageProblem
from linkbak.vault.writer import create_vault
from tests.cli.running import run
from tests.settings.configuring import configure


def test_without_a_file_nothing_is_set() -> None:
    assert settings.load({}) == settings.Settings(None, {})


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    configure(f"vault = '{tmp_path}/file'\n[limits]\nentries = 5\nratio = 7\n")
    assert settings.load({}) == settings.Settings(tmp_path / "file", {"entries": 5, "ratio": 7})
    environment = {"LINKBAK_VAULT": str(tmp_path / "said"), "LINKBAK_LIMITS_ENTRIES": "1_000"}
    assert settings.load(environment) == settings.Settings(tmp_path / "said", {"entries": 1000, "ratio": 7})


def test_the_flag_wins_over_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("flag", "said", "file"):
        create_vault(tmp_path / name).close()
    configure(f"vault = '{tmp_path}/file'\n")
    monkeypatch.setenv("LINKBAK_VAULT", str(tmp_path / "said"))
    for words, place in (((), "said"), (("--vault", tmp_path / "flag"), "flag")):
        ran = run("import", tmp_path / "no such archive.zip", "--json", *words)
        assert ran.json["vault"] == str(tmp_path / place)
    monkeypatch.delenv("LINKBAK_VAULT")
    assert run("import", tmp_path / "no such archive.zip", "--json").json["vault"] == str(tmp_path / "file")


def test_a_home_may_be_written_as_a_tilde(strangers_machine: Path) -> None:
    assert settings.load({"LINKBAK_VAULT": "~/vault"}).vault == strangers_machine / "vault"


def test_every_key_can_be_said_in_the_file_and_in_the_environment(strangers_machine: Path) -> None:
    configure("""
vault = "~/vault"
[scan]
folders = ["~/Downloads", "/in"]
move_to = "/done"
[cadence]
days = 7
warn = 8
stale = 9
[notify]
ping = "https://example.com/ping"
command = ["~/bin/tell", "two words"]
apprise = ["mailto://example.com"]
names = true
[run]
push = false
verify = "0.1"
verify_days = 0
[copies]
warn = 3
[limits]
entries = 1
file_bytes = 2
total_bytes = 3
ratio = 4
""")
    assert settings.load({}) == settings.Settings(
        strangers_machine / "vault",
        {"entries": 1, "file_bytes": 2, "total_bytes": 3, "ratio": 4},
        settings.Scan((strangers_machine / "Downloads", Path("/in")), Path("/done")),
        settings.Cadence(7, 8, 9),
        settings.Notify(
            "https://example.com/ping", (f"{strangers_machine}/bin/tell", "two words"), ("mailto://example.com",), True
        ),
        settings.Run(False, "0.1", 0),
        settings.Copies(3),
    )
    environment = {
        "LINKBAK_SCAN_FOLDERS": f"/one:{strangers_machine}/two",
        "LINKBAK_SCAN_MOVE_TO": "~/done",
        "LINKBAK_CADENCE_DAYS": "10",
        "LINKBAK_CADENCE_WARN": "11",
        "LINKBAK_CADENCE_STALE": "12",
        "LINKBAK_NOTIFY_PING": "http://localhost:8000/x",
        "LINKBAK_NOTIFY_COMMAND": "mail -s 'from linkbak' ada@example.com",
        "LINKBAK_NOTIFY_APPRISE": "json://example.com  xml://example.com",
        "LINKBAK_NOTIFY_NAMES": "no",
        "LINKBAK_RUN_PUSH": "YES",
        "LINKBAK_RUN_VERIFY": "0%",
        "LINKBAK_RUN_VERIFY_DAYS": "1",
        "LINKBAK_COPIES_WARN": "2",
        "LINKBAK_LIMITS_RATIO": "5",
    }
    assert settings.load(environment) == settings.Settings(
        strangers_machine / "vault",
        {"entries": 1, "file_bytes": 2, "total_bytes": 3, "ratio": 5},
        settings.Scan((Path("/one"), strangers_machine / "two"), strangers_machine / "done"),
        settings.Cadence(10, 11, 12),
        settings.Notify(
            "http://localhost:8000/x",
            ("mail", "-s", "from linkbak", "ada@example.com"),
            ("json://example.com", "xml://example.com"),
            False,
        ),
        settings.Run(True, "", 1),
        settings.Copies(2),
    )


def test_an_empty_variable_says_nothing() -> None:
    configure("[cadence]\ndays = 7\n")
    assert settings.load({"LINKBAK_CADENCE_DAYS": "", "LINKBAK_VAULT": ""}).cadence.days == 7


def test_the_default_of_every_key_is_what_holds_without_a_file() -> None:
    held = settings.load({})
    for key in settings.KEYS:
        if key.table == "limits":
            assert getattr(Limits(), key.bare) == key.default
        else:
            home = getattr(held, key.table) if key.table else held
            assert getattr(home, key.bare) == key.default


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("", (30, 35, 60)),
        ("days = 7", (7, 9, 14)),
        ("days = 1", (1, 2, 2)),
        ("days = 90", (90, 105, 180)),
        ("days = 36500", (36500, 36500, 36500)),
        ("warn = 90", (30, 90, 90)),
        ("stale = 32", (30, 32, 32)),
        ("days = 10\nstale = 40", (10, 12, 40)),
        ("days = 5\nwarn = 5\nstale = 5", (5, 5, 5)),
    ],
)
def test_what_is_not_said_of_the_cadence_follows_from_what_is(said: str, held: tuple[int, int, int]) -> None:
    configure(f"[cadence]\n{said}\n")
    assert settings.load({}).cadence == settings.Cadence(*held)


@pytest.mark.parametrize(
    ("said", "environment", "why"),
    [
        ("warn = 20", {}, "cadence.warn: it must not be less than cadence.days, which is 30"),
        ("stale = 20", {}, "cadence.stale: it must not be less than cadence.days, which is 30"),
        ("warn = 70\nstale = 65", {}, "cadence.stale: it must not be less than cadence.warn, which is 70"),
        ("warn = 40", {"LINKBAK_CADENCE_DAYS": "50"}, "cadence.warn: it must not be less than cadence.days"),
        ("", {"LINKBAK_CADENCE_STALE": "5"}, "the environment: LINKBAK_CADENCE_STALE: it must not be less than"),
    ],
)
def test_a_cadence_that_contradicts_itself_is_refused(said: str, environment: dict[str, str], why: str) -> None:
    file = configure(f"[cadence]\n{said}\n")
    with pytest.raises(UsageProblem) as caught:
        settings.load(environment)
    assert why in str(caught.value)
    assert str(file) in str(caught.value) or "the environment" in why


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("vualt = 'x'\n", "line 1: vualt: linkbak knows no such key; did you mean vault?"),
        ("vault = 3\n", "vault: it must be the path of a folder, in quotes"),
        ("vault = ''\n", "vault: it must be the path of a folder, in quotes"),
        ("limits = 3\n", "limits: it must be a table: [limits]"),
        ("[limits]\nentry = 3\n", "line 2: limits.entry: linkbak knows no such key; did you mean limits.entries?"),
        ("[limits]\nentries = 0\n", "limits.entries: it must be a whole number above zero"),
        ("[limits]\nentries = true\n", "limits.entries: it must be a whole number above zero"),
        ("[limits]\nentries = 'many'\n", "limits.entries: it must be a whole number above zero"),
        ("vault = \n", "is not valid TOML"),
        ("vault = 'here'\n", "line 1: vault: it must be the path of a folder, in quotes, from / or ~"),
        ("vault = '~nobody-of-that-name/x'\n", "vault: it must be the path of a folder"),
        ("vault = '/a\\u0000b'\n".replace("'", '"'), "vault: it must be the path of a folder"),
        ("\n# x\n[limits]\n\nentries = [\n  1,\n]\n", "line 5: limits.entries: it must be a whole number above zero"),
        ("[limits]\nratio = 9\nvault = '/v'\n", "line 3: limits.vault: vault belongs above the first [table]"),
        ("ping = 'https://example.com'\n", "line 1: ping: linkbak knows no such key; did you mean notify.ping?"),
        ("[notify]\nappraise = []\n", "line 2: notify.appraise: linkbak knows no such key; did you mean notify.app"),
        ("[cadance]\ndays = 3\n", "line 1: cadance: linkbak knows no such table; did you mean [cadence]?"),
        ("[xyzzy]\n", "line 1: xyzzy: linkbak knows no such table"),
        ("xyzzy = 1\n", "line 1: xyzzy: linkbak knows no such key"),
        ("[[scan]]\n", "line 1: scan: it must be a table: [scan]"),
        ("'limits.entries' = 4\n", "a name in quotes: linkbak knows no such key"),
        ("[cadence]\ndays = 0\n", "cadence.days: it must be a whole number of days, from 1 to 36500"),
        ("[cadence]\ndays = 36501\n", "cadence.days: it must be a whole number of days, from 1 to 36500"),
        ("[cadence]\ndays = 7.5\n", "cadence.days: it must be a whole number of days, from 1 to 36500"),
        ("[run]\nverify_days = -1\n", "run.verify_days: it must be a whole number of days, from 0 to 36500"),
        ("[run]\nverify = 5\n", 'run.verify: it must be a share such as "5%", or "" for none'),
        ("[run]\nverify = '101%'\n", "run.verify: it must be a share"),
        ("[run]\nverify = 'nan'\n", "run.verify: it must be a share"),
        ("[run]\npush = 'perhaps'\n", "run.push: it must be true or false"),
        ("[scan]\nfolders = ['here']\n", "scan.folders: it must be a list of paths of folders, each from / or ~"),
        ("[scan]\nmove_to = 3\n", "scan.move_to: it must be the path of a folder, in quotes, from / or ~, or"),
        ("[notify]\ncommand = 'a \"b'\n", "notify.command: it must be the words of a command"),
        ("[notify]\ncommand = ['']\n", "notify.command: it must be the words of a command"),
        ("[notify]\napprise = ['example.com']\n", "notify.apprise: it must be a list of apprise addresses"),
        ("x = " + "[" * 5000 + "\n", "is not valid TOML"),
    ],
)
def test_what_is_wrong_is_named(text: str, said: str) -> None:
    file = configure(text)
    with pytest.raises(UsageProblem) as caught:
        settings.load({})
    assert said in str(caught.value)
    assert str(file) in str(caught.value)
    assert run("log").status == 2


def test_a_file_that_is_no_text_is_an_error_too() -> None:
    configure("").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageProblem, match="is not UTF-8 text"):
        settings.load({})


@pytest.mark.parametrize(
    "address", ["ftp://SECRET.example.com", "SECRET", "https://", "https://example.com/SECRET x", "http://[SECRET"]
)
def test_a_wrong_address_is_refused_and_never_quoted(address: str) -> None:
    """What is pinged is often a secret, and an error ends up in a mail of cron's or in a bug report."""
    configure(f"[notify]\nping = '{address}'\n")
    for words in (("log",), ("config", "validate")):
        ran = run(*words)
        assert ran.status == 2
        assert "line 2: notify.ping: it must be an address that begins with http:// or https://" in ran.err
        assert "SECRET" not in ran.err + ran.out


def test_a_secret_in_the_place_of_a_key_is_not_quoted() -> None:
    configure("[notify]\n'https://example.com/SECRET' = true\n")
    ran = run("log")
    assert ran.status == 2
    assert "line 2: a name in quotes: linkbak knows no such key" in ran.err
    assert "SECRET" not in ran.err


def test_of_several_problems_the_first_is_told_and_where_to_see_all() -> None:
    configure("one = 1\n[cadence]\ndays = 0\n")
    with pytest.raises(UsageProblem) as caught:
        settings.load({"LINKBAK_RUN_PUSH": "maybe"})
    assert caught.value.hint == "`linkbak config validate` lists everything that is wrong."
    assert len(settings.look({"LINKBAK_RUN_PUSH": "maybe"}).problems) == 3


def test_a_mark_before_the_text_is_no_error(tmp_path: Path) -> None:
    """Some editors of Windows write one."""
    configure(f"\ufeffvault = '{tmp_path}'\n")
    assert settings.load({}).vault == tmp_path


def test_loading_the_settings_loads_nothing_heavy() -> None:
    """Every command loads them."""
    wanted = "import linkbak.settings, sys; print(sorted({'tomlkit', 'tomllib', 'difflib', 'shlex', 'textwrap'}"
    words = [sys.executable, "-c", f"{wanted} & {{*sys.modules}}))"]
    assert subprocess.run(words, capture_output=True, text=True, check=True).stdout == "[]\n"

"""A key of the config file changes, and nothing else does."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as some

from linkbak import paths, settings
from linkbak.errors import MachineProblem, UsageProblem
from linkbak.settings.edit import generate, remember_vault, set_key, unset_key
from linkbak.settings.keys import BY_NAME
from tests import sampling
from tests.settings.configuring import configure


def test_remembering_a_vault_keeps_the_rest_of_the_file(tmp_path: Path) -> None:
    file = configure("# mine\nvault = 'old'  # here\n\n[limits]\nratio = 9 # high\n")
    assert remember_vault(tmp_path / "new") == file
    assert file.read_text() == f'# mine\nvault = "{tmp_path}/new"  # here\n\n[limits]\nratio = 9 # high\n'
    assert [path.name for path in file.parent.iterdir()] == ["config.toml"]


def test_remembering_makes_the_file(tmp_path: Path) -> None:
    assert remember_vault(tmp_path).read_text() == f'vault = "{tmp_path}"\n'


def test_a_vault_is_remembered_in_a_file_that_has_tables_only(tmp_path: Path) -> None:
    remember_vault(tmp_path).write_text("[limits]\nratio = 9\n")
    assert remember_vault(tmp_path).read_text() == f'vault = "{tmp_path}"\n\n[limits]\nratio = 9\n'


def test_a_vault_whose_path_is_no_text_cannot_be_remembered(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="can hold only text"):
        remember_vault(Path(os.fsdecode(b"/no\xfftext")))
    assert not paths.config_file().exists()


MINE = """\
# The settings of Ada.

vault = '/v' # 'quoted'

[cadence] # how often
days = 7   # a week
  warn = 10

[notify]
apprise = [
    "mailto://example.com", # by mail
]
"""


@pytest.mark.parametrize(
    ("name", "words", "before", "after"),
    [
        ("cadence.days", ["9"], "days = 7   # a week", "days = 9   # a week"),
        ("cadence.warn", ["11"], "  warn = 10\n", "  warn = 11\n"),
        ("cadence.stale", ["70"], "  warn = 10\n", "  warn = 10\nstale = 70\n"),
        ("vault", ["/w"], "'/v' # 'quoted'", "\"/w\" # 'quoted'"),
        ("notify.names", ["yes"], "\n]\n", "\n]\nnames = true\n"),
        ("run.push", ["off"], "\n]\n", "\n]\n\n[run]\npush = false\n"),
    ],
)
def test_only_what_is_set_changes(name: str, words: list[str], before: str, after: str) -> None:
    file = configure(MINE)
    assert set_key(name, words).changed
    assert file.read_text() == MINE.replace(before, after)


def test_line_ends_of_windows_are_kept() -> None:
    file = configure("vault = '/v'\r\n[cadence]\r\n# days = 30\r\nwarn = 40\r\n")
    set_key("cadence.days", ["9"])
    set_key("cadence.warn", ["41"])
    assert file.read_bytes() == b"vault = '/v'\r\n[cadence]\r\n# days = 30\r\ndays = 9\r\nwarn = 41\r\n"


def test_in_a_generated_file_a_key_stands_below_what_explains_it() -> None:
    file = generate(paths.config_file()).file
    plain = file.read_text()
    set_key("cadence.days", ["7"])
    set_key("vault", ["/v"])
    assert file.read_text() == plain.replace("# days = 30\n", "# days = 30\ndays = 7\n").replace(
        '/vault"\n', '/vault"\nvault = "/v"\n', 1
    )
    unset_key("cadence.days")
    unset_key("vault")
    assert file.read_text() == plain


def test_setting_what_is_set_changes_nothing() -> None:
    file = configure(MINE)
    before = file.stat()
    assert not set_key("cadence.days", ["7"]).changed
    assert not unset_key("run.push").changed
    assert file.stat() == before


@pytest.mark.parametrize("text", ["", "[run]\n", "[run]\npush = true\n", "run.push = true\n", "run = {push = true}\n"])
def test_however_the_file_says_it(text: str) -> None:
    configure(text)
    set_key("run.push", ["no"])
    assert settings.load({}).run.push is False
    unset_key("run.push")
    assert settings.load({}).run.push is True
    assert "push" not in paths.config_file().read_text()


def test_a_key_that_linkbak_does_not_know_can_be_taken_out() -> None:
    file = configure("vualt = '/v'\n[run]\npsuh = true\npush = false\n")
    left = unset_key("vualt").problems
    assert [str(one) for one in left] == [
        f"{file}, line 2: run.psuh: linkbak knows no such key; did you mean run.push?"
    ]
    assert unset_key("run.psuh").problems == ()
    assert file.read_text() == "[run]\npush = false\n"


@pytest.mark.parametrize(
    ("name", "words", "why"),
    [
        ("cadence.dasy", ["7"], "cadence.dasy: linkbak knows no such key; did you mean cadence.days?"),
        ("https://SECRET", ["7"], "a name in quotes: linkbak knows no such key"),
        ("cadence.days", ["soon"], "cadence.days: it must be a whole number of days, from 1 to 36500"),
        ("cadence.days", ["7", "8"], "cadence.days: it must be a whole number of days, from 1 to 36500"),
        ("cadence.days", ["99"], "cadence.warn: it must not be less than cadence.days, which is 99"),
        ("notify.ping", ["SECRET"], "notify.ping: it must be an address that begins with http:// or https://"),
        ("vault", [""], "vault: it must be the path of a folder"),
        ("scan.folders", ["~nobody-of-that-name/x"], "scan.folders: it must be a list of paths of folders"),
        ("notify.command", ["'"], "notify.command: it must be the words of a command"),
        ("notify.command", ["tell {name}"], "besides {subject} there is {kind}, and no other"),
        ("notify.command", ["tell {0}"], "besides {subject} there is {kind}, and no other"),
        ("notify.command", ["tell", "{subject}", "{Kind}"], "besides {subject} there is {kind}, and no other"),
        ("notify.command", ["tell", os.fsdecode(b"\xff")], "can hold only text"),
    ],
)
def test_what_is_wrong_is_not_written(name: str, words: list[str], why: str) -> None:
    file = configure(MINE)
    with pytest.raises(UsageProblem) as caught:
        set_key(name, words)
    assert why in str(caught.value)
    assert "SECRET" not in f"{caught.value} {caught.value.hint}"
    assert file.read_text() == MINE
    assert [one.name for one in file.parent.iterdir()] == ["config.toml"]


def test_a_file_that_is_no_toml_is_left_alone() -> None:
    file = configure("vault = \n")
    with pytest.raises(UsageProblem, match="is not valid TOML"):
        set_key("run.push", ["no"])
    assert file.read_text() == "vault = \n"


def test_a_file_that_is_wrong_elsewhere_can_be_mended_step_by_step() -> None:
    file = configure("[cadence]\ndays = 0\n[run]\nverify = 5\n")
    assert len(set_key("cadence.days", ["8"]).problems) == 1
    assert set_key("run.verify", ["5%"]).problems == ()
    assert file.read_text() == '[cadence]\ndays = 8\n[run]\nverify = "5%"\n'


def test_what_is_written_is_private() -> None:
    """Addresses to ping are secrets."""
    file = set_key("notify.ping", ["https://example.com/x"]).file
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    file.chmod(0o644)
    set_key("notify.names", ["no"])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_link_to_the_file_stays_a_link(tmp_path: Path) -> None:
    """Some keep their settings in a folder of their own, and link to it."""
    file = paths.config_file()
    file.parent.mkdir(parents=True)
    file.symlink_to(tmp_path / "mine.toml")
    (tmp_path / "mine.toml").write_text("# mine\n")
    set_key("run.push", ["no"])
    assert file.is_symlink()
    assert (tmp_path / "mine.toml").read_text() == "# mine\n\n[run]\npush = false\n"


def test_a_folder_in_the_place_of_the_file_is_the_machines_problem() -> None:
    paths.config_file().mkdir(parents=True)
    for act in (lambda: set_key("run.push", ["no"]), lambda: generate(paths.config_file()), settings.load):
        with pytest.raises(MachineProblem, match="cannot read the config file"):
            act()


def test_a_place_that_cannot_be_written_is_the_machines_problem(strangers_machine: Path) -> None:
    (strangers_machine / "config").write_text("in the way\n")
    with pytest.raises(MachineProblem, match="cannot write the config file"):
        set_key("run.push", ["no"])


WORDS = some.text(some.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
PLACES = WORDS.map(lambda text: "/" + text.lstrip("/"))
DAYS = some.integers(1, 36500).map(str)
VALUES: dict[str, some.SearchStrategy[list[str]]] = {
    "vault": PLACES.map(lambda one: [one]),
    "scan.folders": some.lists(PLACES, min_size=1, max_size=3),
    "scan.move_to": PLACES.map(lambda one: [one]),
    "cadence.stale": some.integers(35, 36500).map(lambda one: [str(one)]),
    "copies.warn": DAYS.map(lambda one: [one]),
    "notify.ping": some.from_regex(
        r"https?://[a-z]{1,9}\.example\.com(:[1-9][0-9]{0,3})?/[!-~]{0,20}", fullmatch=True
    ).map(lambda one: [one]),
    "notify.command": some.lists(WORDS, min_size=2, max_size=4).map(lambda words: ["tell", *words]),
    "notify.apprise": some.lists(some.from_regex(r"[a-z]{1,9}://[!-~]{1,20}", fullmatch=True), min_size=1, max_size=3),
    "notify.names": some.sampled_from([["yes"], ["no"]]),
    "run.verify": some.integers(1, 100).map(lambda share: [f"{share}%"]),
    "limits.entries": some.integers(1, 2**63 - 1).map(lambda one: [str(one)]),
}


def expected(name: str, words: list[str]) -> Any:
    """What must hold once a key is set in these words."""
    value: Any = words if name.startswith(("scan.folders", "notify.command", "notify.apprise")) else words[0]
    if name == "notify.names":
        return value == "yes"
    if name.startswith(("scan.", "vault")):
        return tuple(map(Path, value)) if isinstance(value, list) else Path(value)
    if isinstance(value, list):
        return tuple(value)
    return int(value) if value.isdecimal() else value


@given(
    some.sampled_from(["", MINE, "generated"]),
    some.lists(
        some.sampled_from(sorted(VALUES)).flatmap(lambda name: some.tuples(some.just(name), VALUES[name])), max_size=4
    ),
)
@examples(max_examples=sampling.examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_set_holds_and_what_was_not_stays(before: str, changes: list[tuple[str, list[str]]]) -> None:
    file = configure(before)
    if before == "generated":
        generate(file, overwrite=True)
    was = {name: one.value for name, one in settings.look({}).values.items()}
    for name, words in changes:
        set_key(name, words)
    said = settings.look({}).values
    for name, words in dict(changes).items():
        assert (said[name].value, said[name].source) == (expected(name, words), "file")
    for name in BY_NAME.keys() - dict(changes).keys() - {"cadence.warn"}:
        assert said[name].value == was[name]
    for name in dict(changes):
        unset_key(name)
    if before != MINE:
        assert {name: one.value for name, one in settings.look({}).values.items()} == was

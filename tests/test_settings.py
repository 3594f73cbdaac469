"""Flag before environment before config file before default; what linkbak does not know is an error, not ignored."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkbak import paths, settings
from linkbak.errors import UsageProblem
from linkbak.vault import Vault
from tests.cli.running import run


def configure(text: str) -> Path:
    file = paths.config_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_without_a_file_nothing_is_set() -> None:
    assert settings.load({}) == settings.Settings(None, {})


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    configure(f"vault = '{tmp_path}/file'\n[limits]\nentries = 5\nratio = 7\n")
    assert settings.load({}) == settings.Settings(tmp_path / "file", {"entries": 5, "ratio": 7})
    environment = {"LINKBAK_VAULT": str(tmp_path / "said"), "LINKBAK_LIMITS_ENTRIES": "1_000"}
    assert settings.load(environment) == settings.Settings(tmp_path / "said", {"entries": 1000, "ratio": 7})


def test_the_flag_wins_over_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("flag", "said", "file"):
        Vault.create(tmp_path / name).close()
    configure(f"vault = '{tmp_path}/file'\n")
    monkeypatch.setenv("LINKBAK_VAULT", str(tmp_path / "said"))
    for words, place in (((), "said"), (("--vault", tmp_path / "flag"), "flag")):
        ran = run("import", tmp_path / "no such archive.zip", "--json", *words)
        assert ran.json["vault"] == str(tmp_path / place)
    monkeypatch.delenv("LINKBAK_VAULT")
    assert run("import", tmp_path / "no such archive.zip", "--json").json["vault"] == str(tmp_path / "file")


def test_a_home_may_be_written_as_a_tilde(strangers_machine: Path) -> None:
    assert settings.load({"LINKBAK_VAULT": "~/vault"}).vault == strangers_machine / "vault"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("vualt = 'x'\n", "vualt: linkbak knows no such key; it knows: vault, limits"),
        ("vault = 3\n", "vault: it must be the path of a folder, in quotes"),
        ("vault = ''\n", "vault: it must be the path of a folder, in quotes"),
        ("limits = 3\n", "limits: it must be a table: [limits]"),
        ("[limits]\nentry = 3\n", "limits.entry: linkbak knows no such limit"),
        ("[limits]\nentries = 0\n", "limits.entries: it must be a whole number above zero"),
        ("[limits]\nentries = true\n", "limits.entries: it must be a whole number above zero"),
        ("[limits]\nentries = 'many'\n", "limits.entries: it must be a whole number above zero"),
        ("vault = \n", "is not valid TOML"),
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


def test_remembering_a_vault_keeps_the_rest_of_the_file(tmp_path: Path) -> None:
    file = configure("# mine\nvault = 'old'  # here\n\n[limits]\nratio = 9 # high\n")
    assert settings.remember_vault(tmp_path / "new") == file
    assert file.read_text() == f'# mine\nvault = "{tmp_path}/new"  # here\n\n[limits]\nratio = 9 # high\n'
    assert [path.name for path in file.parent.iterdir()] == ["config.toml"]


def test_remembering_makes_the_file(tmp_path: Path) -> None:
    assert settings.remember_vault(tmp_path).read_text() == f'vault = "{tmp_path}"\n'

"""The command line in a reader's language: what is translated, and what stays the same in every one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from linkbak.cli.app import VERBS
from tests import catalogue
from tests.cli.terminal import on_terminal

ROOT = Path(__file__).parents[2]
ALL_HELP = """
import json
from linkbak.cli.app import VERBS
from tests.cli.running import run
print(json.dumps({verb: run(verb, "--help").out for verb in VERBS}))
"""


@pytest.fixture(scope="session")
def accented(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a translation of everything, with accents on its letters."""
    folder = tmp_path_factory.mktemp("accented") / "locale"
    catalogue.pseudo(ROOT / "linkbak", folder)
    return folder


@pytest.fixture(autouse=True)
def reader(accented: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who reads that; only in programs of their own, since some texts are looked up as they are loaded."""
    monkeypatch.setenv("TEXTDOMAINDIR", str(accented))
    monkeypatch.setenv("LANGUAGE", "eo")


def said(*words: str) -> str:
    """What a program of Python prints, on either stream."""
    ran = subprocess.run([sys.executable, *words], capture_output=True, encoding="utf-8", check=False, cwd=ROOT)
    return ran.stdout + ran.stderr


def test_the_help_of_a_verb() -> None:
    assert said("-m", "linkbak", "completion", "--help").splitlines() == [
        "Úšáğé: linkbak completion [OPTIONS] bash|zsh|fish",
        "",
        "  Pŕíñt thé čómplétíóñ ščŕípt fóŕ yóúŕ šhéll",
        "",
        "  Éxámpléš:",
        "    source <(linkbak completion bash)",
        "    linkbak completion zsh > ~/.zfunc/_linkbak",
        "    linkbak completion fish > ~/.config/fish/completions/linkbak.fish",
        "",
        "  Thé šhéll théñ čómplétéš véŕbš, óptíóñš, šñápšhótš, péóplé, fóŕmátš,",
        "  čláššéš, šéttíñğš áñd ŕémótéš.",
        "",
        "Áŕğúméñtš áñd óptíóñš:",
        "  bash|zsh|fish  Whíčh šhéll.  [required]",
        "",
        "Évéŕywhéŕé: --vault PATH --account NAME --json --quiet --no-color --no-pager",
    ]


def test_no_text_of_a_help_is_left_out() -> None:
    shown = {verb: "".join(text.split()) for verb, text in json.loads(said("-c", ALL_HELP)).items()}
    for verb in VERBS:
        texts = [catalogue.accent(one.text) for one in catalogue.help_of(verb)]
        assert len(texts) > 2
        assert [text for text in texts if "".join(text.split()) not in shown[verb]] == []


def test_the_example_of_a_hint_is_found_in_any_language() -> None:
    hint = "híñt: Fóŕ éxámplé: linkbak cat latest Connections.csv"
    assert said("-m", "linkbak", "cat", "latest").splitlines() == ["éŕŕóŕ: FILE íš míššíñğ", hint]


def test_a_question_takes_english_answers(empty: Path, tmp_path: Path) -> None:
    place = tmp_path / "usb.git"
    shown = on_terminal("remote", "add", "usb", str(place), vault=empty, typed=["y\n"], asks=b"[y/N]: ", columns=200)
    assert f"Théŕé íš ñó čópy át {place} yét. Máké óñé théŕé? [y/N]: y" in shown
    assert place.is_dir()


def test_what_is_kept_in_the_vault_is_english(two: Path) -> None:
    said("-m", "linkbak", "mark", "Kofi", "known", "--vault", str(two))
    said("-m", "linkbak", "mark", "undo", "--vault", str(two))
    kept = subprocess.run(["git", "-C", two, "log", "-2", "--format=%s"], capture_output=True, text=True, check=True)
    assert kept.stdout == "Undo 1 mark\nMark 1 person: known\n"


def test_what_was_not_understood_is_kept_in_english_and_shown_translated(two: Path, tmp_path: Path) -> None:
    """A vault is byte for byte the same in every language, and so is what the index takes from it."""
    cut = tmp_path / "Connections.csv"
    header = "First Name,Last Name,URL,Email Address,Company,Position,Connected On"
    cut.write_text(f'{header}\nKofi,Sample,https://www.linkedin.com/in/kofi,,,,soon\nB\n"open')
    shown = said("-m", "linkbak", "import", str(cut), "--taken", "2026-03-25", "--vault", str(two))

    manifest = json.loads((two / "snapshots/linkedin-me/2026/2026-03-25T000000Z/manifest.json").read_text())
    undated = "the connection date is none linkbak can read; the row is kept without it"
    assert [one["reason"] for one in manifest["issues"]] == [
        undated,
        "fewer cells than the header has columns",
        "the file ends inside a quoted cell: it was cut off",
    ]
    assert manifest["coverage"]["connections"]["reasons"] == [
        "2 rows were not understood in Connections.csv",
        "Connections.csv was cut off",
        "1 row of Connections.csv without a date",
    ]
    assert manifest["held"] == [
        "too-many-vanished: 70 of 70 are gone at once; linkbak expects 10 at most",
        "later-partial: the later list is not whole, so who is missing may only be left out",
    ]
    rows = "2 ŕówš wéŕé ñót úñdéŕštóód íñ Connections.csv"
    assert f"Connections.csv líñé 2: {catalogue.accent(undated)}\n" in shown
    assert f"{rows}; Connections.csv wáš čút óff; 1 ŕów óf Connections.csv wíthóút á dáté\n" in shown
    assert "    70 óf 70 áŕé ğóñé át óñčé; líñkbák éxpéčtš 10 át móšt\n" in shown


def test_why_somebody_is_gone(years: Path) -> None:
    shown = said("-m", "linkbak", "show", "Niall Sampla", "--vault", str(years))
    assert "  véŕífíéd: thé áččóúñt lívéš, thé čóññéčtíóñ éñdéd (ñó áŕčhívé šhówš by whóm)\n" in shown
    again = "Thé áŕčhívé óf 20 Máŕ 2026 (íñvítátíóñš) šhówš thát yóú íñvítéd thém áğáíñ áftéŕ 28 Féb 2026."
    assert f"    + {again}\n" in shown


@pytest.mark.parametrize(("spoken", "handed"), [("eo", "eo"), ("en", "None"), ("xx", "None")])
def test_a_timer_speaks_the_language_of_who_installs_it(
    spoken: str, handed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGUAGE", spoken)
    program = """from pathlib import Path
from linkbak.schedule.timer import command
print(dict(command(Path("/vault")).environment).get("LANGUAGE"))"""
    assert said("-c", program) == f"{handed}\n"

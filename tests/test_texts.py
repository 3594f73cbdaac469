"""Texts in the reader's language: what is marked, how a translation is found, and what it may not change."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages import mofile
from babel.messages.catalog import Catalog

from linkbak import errors
from linkbak.errors import LinkbakError
from tests import catalogue
from tests.conftest import Golden

PACKAGE = Path(__file__).parent.parent / "linkbak"


def said(program: str, folder: Path, **variables: str) -> str:
    """What a program prints that has imported `tr` and `tr_count`, with these variables alone saying a language."""
    spoken = {name: value for name, value in os.environ.items() if name not in ("LANGUAGE", "LC_ALL", "LANG")}
    given = spoken | {"TEXTDOMAINDIR": str(folder), "PYTHONUTF8": "1"} | variables
    words = [sys.executable, "-c", f"from linkbak.texts import tr, tr_count\n{program}"]
    return subprocess.run(words, capture_output=True, encoding="utf-8", env=given, check=True).stdout.strip()


WRONG = ("who", "0", "name.first", "name:d", "name!x", "")
"""What stands between braces in translations that no value fits."""


@pytest.fixture
def polish(tmp_path: Path) -> Path:
    """A folder with a translation into a language of three forms of number."""
    made = Catalog(locale="pl", fuzzy=False)
    made.add("{name} left", "{name} już nie ma")
    for wrong in WRONG:
        made.add(f"{wrong}: {{name}}", f"źle {{{wrong}}}")
    made.add("{rows} rows of {file} were not read", "Z {file} nie odczytano {rows}", context="kept")
    made.add("{rows} rows", "tylko {rows}", context="kept")
    made.add("no date", "bez daty", context="kept")
    made.add(("{people} person", "{people} people"), ("{people} osoba", "{people} osoby", "{people} osób"))
    place = tmp_path / "pl/LC_MESSAGES/linkbak.mo"
    place.parent.mkdir(parents=True)
    with place.open("wb") as written:
        mofile.write_mo(written, made)
    return tmp_path


LEFT = "print(tr('{name} left', name='Ada'))"


@pytest.mark.parametrize(
    "variables",
    [
        {"LANG": "pl_PL.UTF-8"},
        {"LC_ALL": "pl"},
        {"LC_MESSAGES": "pl_PL", "LANG": "de_DE"},
        {"LANGUAGE": "xx:pl:en", "LANG": "de_DE"},
        {"LC_ALL": "pl_PL", "LANG": "C"},
    ],
)
def test_a_text_is_shown_in_the_language_of_the_environment(polish: Path, variables: dict[str, str]) -> None:
    assert said(LEFT, polish, **variables) == "Ada już nie ma"


@pytest.mark.parametrize(
    "variables",
    [
        *({}, {"LANG": "C.UTF-8"}, {"LANG": "en_GB"}, {"LANG": "de_DE"}, {"LC_ALL": "POSIX", "LANG": "pl"}),
        *({"LC_ALL": "C", "LANGUAGE": "pl"}, {"LANGUAGE": "en:pl", "LANG": "pl"}),
    ],
)
def test_a_text_is_english_where_there_is_no_translation(polish: Path, variables: dict[str, str]) -> None:
    assert said(LEFT, polish, **variables) == "Ada left"


def test_a_text_that_a_translation_lacks_is_english(polish: Path) -> None:
    assert said("print(tr('{name} came', name='Ada'))", polish, LANG="pl") == "Ada came"


@pytest.mark.parametrize("wrong", WRONG)
def test_where_a_translation_names_other_values_the_text_is_english(polish: Path, wrong: str) -> None:
    assert said(f"print(tr('{wrong}: {{name}}', name='Ada'))", polish, LANG="pl") == f"{wrong}: Ada"


@pytest.mark.parametrize(("spoken", "page"), [("pl_PL.UTF-8", "pl"), ("xx:pl:en", "pl"), ("xx", "en"), ("en_GB", "en")])
def test_a_page_says_which_language_it_is_in(polish: Path, spoken: str, page: str) -> None:
    assert said("from linkbak.texts import page_language; print(page_language())", polish, LANGUAGE=spoken) == page


def test_a_number_has_the_form_of_its_language(polish: Path) -> None:
    program = "print(*(tr_count('{people} person', '{people} people', n, people=n) for n in (1, 2, 5, 22)), sep=', ')"
    assert said(program, polish) == "1 person, 2 people, 5 people, 22 people"
    assert said(program, polish, LANG="pl") == "1 osoba, 2 osoby, 5 osób, 22 osoby"


def test_a_value_with_braces_is_no_placeholder(tmp_path: Path) -> None:
    assert said("print(tr('{name} left', name='{0.real}'))", tmp_path) == "{0.real} left"
    assert said("print(tr('a {brace}'))", tmp_path) == "a {brace}"


def test_a_text_that_is_kept_is_english_and_shown_translated(polish: Path) -> None:
    """What is kept in the vault is the same in every language."""
    program = """from linkbak.texts import tr_kept, tr_later
for text in (tr_later("{rows} rows of {file} were not read", rows=7, file="{a}.csv"), tr_later("no date"), "no date 3"):
    print(text, tr_kept(text), sep=": ", end=". ")"""
    rows, other = "7 rows of {a}.csv were not read", "no date 3: no date 3."
    assert said(program, polish) == f"{rows}: {rows}. no date: no date. {other}"
    assert said(program, polish, LANG="pl") == f"{rows}: Z {{a}}.csv nie odczytano 7. no date: bez daty. {other}"


def test_english_loads_no_gettext(tmp_path: Path) -> None:
    program = f"{LEFT}; import sys; print('gettext' in sys.modules)"
    assert said(program, tmp_path, LANG="en_US.UTF-8").split() == ["Ada", "left", "False"]


def test_every_marked_text_stands_literally_in_the_code() -> None:
    """But for the help of the verbs, of which `catalogue` makes texts, and what `count` is given where it is called."""
    assert catalogue.unreadable(PACKAGE) == ["linkbak/cli/session.py", "linkbak/report/__init__.py"]


def test_what_a_refusal_says_is_marked() -> None:
    """A sentence handed to an error that people read; a command alone is none."""
    kinds = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, LinkbakError)}
    found = [
        f"{path.relative_to(PACKAGE)}: {said.value!r}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in kinds
        for said in (*call.args, *(one.value for one in call.keywords))
        if isinstance(said, ast.Constant) and " " in str(said.value) and not str(said.value).startswith("linkbak ")
    ]
    assert found == []


def test_the_catalogue_is_made_of_the_texts_in_the_code(golden: Golden) -> None:
    golden(PACKAGE / "locale/linkbak.pot", catalogue.template(PACKAGE))

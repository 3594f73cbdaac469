"""The config file in which every key is explained."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from linkbak import paths, settings
from linkbak.errors import UsageProblem
from linkbak.settings.edit import generate, template
from linkbak.settings.keys import GIVEN, OTHER_VARIABLES
from tests.settings.configuring import configure


def test_every_key_is_explained_and_commented_out() -> None:
    text = template()
    for key in settings.KEYS:
        assert re.search(
            rf"^# {key.bare} = ", text.partition(f"[{key.table}]\n" if key.table else "#")[2], re.MULTILINE
        )
        assert f"({key.variable})" in text.replace("\n# ", " ")
        assert key.purpose in text.replace("\n# ", " ")
    assert max(map(len, text.splitlines())) <= 100


def test_a_generated_file_changes_nothing() -> None:
    before = settings.load({})
    file = generate(paths.config_file()).file
    assert settings.load({}) == before
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_nor_does_taking_away_all_the_signs() -> None:
    """What is commented out is what holds anyway, in a form that linkbak understands."""
    before = settings.look({}).values
    configure(re.sub(r"^# (?=[a-z_]+ = )", "", template(), flags=re.MULTILINE))
    after = settings.look({})
    assert after.problems == ()
    assert {one.source for one in after.values.values()} == {"file"}
    values = {name: one.value for name, one in after.values.items()}
    assert values == {name: one.value for name, one in before.items()} | {"vault": paths.default_vault()}


def test_a_file_that_is_there_is_not_overwritten_unasked() -> None:
    file = configure("# mine\n")
    with pytest.raises(UsageProblem, match="there is a config file already"):
        generate(file)
    assert file.read_text() == "# mine\n"


def test_overwriting_keeps_what_is_set_and_the_file_as_it_was() -> None:
    text = "# mine\nvault = '/v'\nvualt = 3\n[cadence]\ndays = 7\n[notify]\ncommand = 'tell \"a b\"'\n"
    file = configure(text)
    made = generate(file, overwrite=True)
    assert (made.changed, made.kept, made.left) == (True, ("vault", "cadence.days", "notify.command"), ("vualt",))
    assert made.before is not None
    assert made.before.read_text() == text
    assert stat.S_IMODE(made.before.stat().st_mode) == 0o600
    held = settings.load({})
    assert (held.vault, held.cadence.days, held.notify.command) == (Path("/v"), 7, ("tell", "a b"))
    assert "\n# warn = 9\n" in file.read_text()
    assert not generate(file, overwrite=True).changed


def test_a_file_that_is_no_toml_is_overwritten_too_and_kept() -> None:
    file = configure("vault = \n")
    made = generate(file, overwrite=True)
    assert (made.kept, made.left) == ((), ("everything, since it was no TOML",))
    assert made.before is not None
    assert made.before.read_text() == "vault = \n"
    assert file.read_text() == template()


def test_two_files_as_they_were_do_not_get_into_each_others_way() -> None:
    file = configure("vault = \n")
    first = generate(file, overwrite=True).before
    configure("run = \n")
    second = generate(file, overwrite=True).before
    assert first is not None
    assert second is not None
    assert (first.read_text(), second.read_text()) == ("vault = \n", "run = \n")


def test_every_variable_that_the_program_names_is_known() -> None:
    """`linkbak config validate` calls others strange."""
    code = "".join(path.read_text() for path in Path(settings.__file__).parents[1].rglob("*.py"))
    known = "\n".join([*OTHER_VARIABLES, *GIVEN, *(key.variable for key in settings.KEYS)])
    named = set(re.findall(r"LINKBAK_[A-Z_]*[A-Z]", code))
    assert {name for name in named if name not in known} == set()

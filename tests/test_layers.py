"""The direction of imports, what may import what, and names that say something."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import linkbak
from tests.house import cycles, face_problems, nested_problems, uses
from tests.layers import HEAVY, LAYERS, ONLY_IN, violations

PACKAGE = Path(linkbak.__file__).parent


def plant(folder: Path, path: str, text: str) -> list[str]:
    """What the checker says of a package that holds nothing but one file."""
    file = folder / "linkbak" / path
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    return violations(folder / "linkbak")


def test_the_package_keeps_its_layers() -> None:
    assert violations(PACKAGE) == []


@pytest.mark.parametrize(
    "line",
    [
        "from linkbak.vault import Vault",
        "from linkbak import vault",
        "import linkbak.vault.store",
        "from . import vault",
        "from .vault import Vault",
        "if TYPE_CHECKING:\n    from linkbak.vault import Vault",
        "def late() -> None:\n    from linkbak import vault",
        "class Late:\n    import linkbak.vault",
        "importlib.import_module('linkbak.vault')",
        "__import__('linkbak.vault')",
    ],
)
def test_an_import_from_the_right_is_found(tmp_path: Path, line: str) -> None:
    number = line.count("\n") + 1

    assert plant(tmp_path, "model.py", line) == [f"model.py:{number}: model imports vault, which stands to its right"]


@pytest.mark.parametrize("line", ["from .. import diff", "from ..diff import Diff", "from linkbak.diff import Diff"])
def test_an_import_from_the_right_is_found_inside_a_folder(tmp_path: Path, line: str) -> None:
    assert plant(tmp_path, "vault/store.py", line) == [
        "vault/store.py:1: vault imports diff, which stands to its right"
    ]


@pytest.mark.parametrize(
    "line",
    [
        "from linkbak.errors import LinkbakError",
        "from linkbak import __version__, model",
        "from . import manifest",
        "from .manifest import read",
        "from ..model import Manifest",
        "from linkbak.vault.manifest import read",
        "import json, zipfile",
    ],
)
def test_what_stands_to_the_left_may_be_imported(tmp_path: Path, line: str) -> None:
    assert plant(tmp_path, "vault/store.py", line) == []


def test_the_package_itself_imports_none_of_its_modules(tmp_path: Path) -> None:
    """`import linkbak` costs nothing, and a module may import it without a circle."""
    assert plant(tmp_path, "__init__.py", "from linkbak import errors") == [
        "__init__.py:1: __init__ imports errors, which stands to its right"
    ]


@pytest.mark.parametrize("library", sorted(HEAVY - ONLY_IN.keys()))
@pytest.mark.parametrize(
    "form", ["import {}.sub", "from {} import thing", "try:\n    import {}\nexcept ImportError:\n    raise"]
)
def test_a_heavy_library_is_not_imported_with_the_module(tmp_path: Path, library: str, form: str) -> None:
    line = form.format(library)
    number = line.splitlines().index(next(row for row in line.splitlines() if library in row)) + 1

    assert plant(tmp_path, "cli/show.py", line) == [
        f"cli/show.py:{number}: {library} is imported whenever the module is"
    ]


@pytest.mark.parametrize("form", ["def late() -> None:\n    import {}", "if TYPE_CHECKING:\n    import {}"])
def test_a_heavy_library_may_be_imported_where_it_is_needed(tmp_path: Path, form: str) -> None:
    assert plant(tmp_path, "vault/store.py", form.format("git")) == []


def test_else_of_type_checking_runs(tmp_path: Path) -> None:
    line = "if typing.TYPE_CHECKING:\n    import rich\nelse:\n    import rich"

    assert plant(tmp_path, "report/page.py", line) == ["report/page.py:4: rich is imported whenever the module is"]


@pytest.mark.parametrize(
    ("path", "library"),
    [
        ("ingest.py", "git"),
        ("diff.py", "gitdb"),
        ("archive/reader.py", "pyrage"),
        ("report/page.py", "typer"),
        ("cli/app.py", "click"),
    ],
)
def test_a_library_stays_behind_its_module(tmp_path: Path, path: str, library: str) -> None:
    layer = path.partition("/")[0].removesuffix(".py")

    assert plant(tmp_path, path, f"def late() -> None:\n    import {library}") == [
        f"{path}:2: {layer} imports {library}"
    ]


@pytest.mark.parametrize("word", ["utils", "helpers", "common", "manager", "base", "_utils"])
def test_a_name_that_says_nothing_is_found(tmp_path: Path, word: str) -> None:
    assert plant(tmp_path, f"vault/{word}.py", "") == [
        f"vault/{word}.py: '{word.strip('_')}' says nothing about what is in it"
    ]


def test_a_module_nobody_placed_is_found(tmp_path: Path) -> None:
    assert plant(tmp_path, "extra.py", "") == ["extra.py: 'extra' has no place among the layers"]


def test_importing_every_module_loads_no_heavy_library() -> None:
    """What the source says, seen from a fresh interpreter: also nothing imported for us by others."""
    modules = [
        ".".join(("linkbak", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.stem != "__main__"
    ]
    program = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)\nprint(*sys.modules)"

    done = subprocess.run([sys.executable, "-c", program, *modules], capture_output=True, text=True, check=True)

    assert len(modules) > 3
    assert HEAVY & set(done.stdout.split()) == set()


def test_the_layers_are_named_in_the_design_as_they_are_checked() -> None:
    design = (PACKAGE.parent / "docs" / "design.md").read_text(encoding="utf-8")

    assert f"`{' · '.join(LAYERS)}`" in design


def test_packages_import_each_others_faces_alone() -> None:
    assert face_problems(PACKAGE) == []


def test_linkbaks_own_modules_are_imported_at_the_top_of_a_file() -> None:
    assert nested_problems(PACKAGE) == []


def test_no_module_imports_itself_in_the_end() -> None:
    assert cycles(PACKAGE) == []


def house(folder: Path, files: dict[str, str]) -> Path:
    """A package of these files, given by their paths."""
    package = folder / "linkbak"
    for path, text in files.items():
        (package / path).parent.mkdir(parents=True, exist_ok=True)
        (package / path).write_text(text, encoding="utf-8")
    return package


VAULT = {
    "vault/__init__.py": '__all__ = ["Vault", "compact"]\nfrom linkbak.vault.store import Vault\n',
    "vault/store.py": "",
    "vault/compact.py": "",
}


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("from linkbak.vault import Vault", ""),
        ("from linkbak.vault import compact", ""),
        ("from linkbak.vault.compact import anything", ""),
        ("from linkbak.vault.store import Vault", "store is not in the face of vault"),
        ("import linkbak.vault.store", "store is not in the face of vault"),
        ("from linkbak.vault import hidden", "hidden is not in the face of vault"),
        ("def late():    from linkbak.vault.store import Vault", "store is not in the face of vault"),
    ],
)
def test_what_reaches_past_a_face_is_found(tmp_path: Path, line: str, problem: str) -> None:
    package = house(tmp_path, {**VAULT, "diff/compare.py": line})

    assert face_problems(package) == ([f"diff/compare.py:1: {problem}"] if problem else [])


def test_an_import_inside_a_function_is_found(tmp_path: Path) -> None:
    package = house(tmp_path, {**VAULT, "cli/show.py": "def show():\n    from linkbak.vault import Vault\n"})

    assert nested_problems(package) == ["cli/show.py:2: linkbak.vault is imported inside a function"]


def test_what_the_verbs_load_by_name_is_there() -> None:
    loaded = [(use.module, name) for use in uses(PACKAGE) if use.loaded for name in use.names]

    assert len(loaded) > 20
    assert [f"{module}.{name}" for module, name in loaded if not hasattr(import_module(module), name)] == []


def test_what_is_loaded_by_name_is_an_import_too(tmp_path: Path) -> None:
    package = house(tmp_path, {**VAULT, "cli/show.py": "load('linkbak.vault.store.put')\n", "vault/store.py": ""})

    assert face_problems(package) == ["cli/show.py:1: store is not in the face of vault"]


@pytest.mark.parametrize("how", ["", "def late():\n    ", "if TYPE_CHECKING:\n    "])
def test_a_ring_of_imports_is_found(tmp_path: Path, how: str) -> None:
    files = {
        "diff/a.py": "from linkbak.diff.b import x\n",
        "diff/b.py": "from linkbak.diff import c\n",
        "diff/c.py": f"{how}import linkbak.diff.a\n",
    }

    assert cycles(house(tmp_path, files)) == ["linkbak.diff.a -> linkbak.diff.b -> linkbak.diff.c"]


def test_named_tuples_are_those_of_the_model() -> None:
    """Those of `typing` cost every start ten times as much."""
    slow = re.compile(r"^from typing import .*\bNamedTuple\b", re.MULTILINE)

    assert [path.name for path in PACKAGE.rglob("*.py") if slow.search(path.read_text("utf-8"))] == []


def test_no_file_has_over_600_lines() -> None:
    lengths = {str(path.relative_to(PACKAGE)): len(path.read_bytes().splitlines()) for path in PACKAGE.rglob("*.py")}
    assert {name for name, lines in lengths.items() if lines > 600} == set()

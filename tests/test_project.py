"""The files around the code agree with each other: pins, targets, CI, changelog, documents."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import linkbak

ROOT = Path(linkbak.__file__).parent.parent
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
CI = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
CONSTRAINTS = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PROMISED = {
    *("setup", "demo", "test", "lint", "types", "external"),
    *("goldens", "schemas", "docs", "bench", "catalogue", "compare", "check"),
}


def pins() -> dict[str, str]:
    """Name, as package indexes spell it, to version."""
    lines = [line for line in CONSTRAINTS if not line.startswith("#")]
    return {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in lines)}


def requirements() -> list[Requirement]:
    """Everything pyproject.toml asks for, extras included, the package itself left out."""
    asked = PROJECT["dependencies"] + [line for lines in PROJECT["optional-dependencies"].values() for line in lines]
    return [one for one in map(Requirement, asked) if one.name != "linkbak"]


def make(*words: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run make as if by hand, though the tests themselves may run under make."""
    ours = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "PYTHON", "VENV", "ARGS")
    clean = {name: value for name, value in os.environ.items() if name not in ours}
    return subprocess.run(["make", *words], cwd=folder, env=clean, capture_output=True, text=True, check=False)


def copied(folder: Path) -> Path:
    """A folder, with a blank in its name, that holds what make needs."""
    place = folder / "a folder with blanks"
    place.mkdir()
    for name in ("Makefile", "constraints.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, place)
    return place


def test_constraints_are_names_and_versions_alone() -> None:
    """No address, no hash, no marker: they must work with whatever index a machine uses."""
    lines = [line for line in CONSTRAINTS if not line.startswith("#")]

    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9_.-]+==[0-9][A-Za-z0-9.]*", line)] == []
    assert lines == sorted(lines, key=str.lower)
    assert len(pins()) == len(lines)


def test_constraints_pin_all_that_is_asked_for_and_within_its_bounds() -> None:
    assert [one.name for one in requirements() if canonicalize_name(one.name) not in pins()] == []
    assert [str(one) for one in requirements() if pins()[canonicalize_name(one.name)] not in one.specifier] == []


def test_the_readme_and_ci_name_the_same_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert re.search(r"^make demo\b", readme, re.MULTILINE)
    assert re.search(r"^make test\b", readme, re.MULTILINE)
    assert re.search(r"\bmake test 2>&1", CI)
    assert {"make lint", "make types"} <= set(re.findall(r"make \w+", CI))


def test_ci_is_a_strict_script_that_bash_can_read() -> None:
    assert CI.startswith("#!/usr/bin/env bash\n")
    assert "\nset -euo pipefail\n" in CI
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111 == 0o111
    assert subprocess.run(["bash", "-n", str(ROOT / ".ci" / "run")], check=False).returncode == 0
    for shown in ("linkbak --version", "linkbak demo"):
        assert shown in CI


def test_make_has_the_promised_targets_and_contributing_names_them() -> None:
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

    assert set(re.findall(r"^(\w+):", MAKEFILE, re.MULTILINE)) - {"format"} == PROMISED
    assert {target for target in PROMISED if f"`make {target}`" not in contributing} == set()


def test_make_demo_installs_with_the_pins_and_then_runs_the_command(tmp_path: Path) -> None:
    planned = make("--dry-run", "demo", folder=copied(tmp_path)).stdout

    assert ".venv/bin/python -m pip install" in planned
    assert "--constraint constraints.txt --editable ." in planned
    assert planned.rstrip().endswith(".venv/bin/linkbak demo")


def test_make_installs_again_only_when_the_pins_or_the_project_changed(tmp_path: Path) -> None:
    place = copied(tmp_path)
    (place / ".venv" / "bin").mkdir(parents=True)
    for made in ("bin/python", "installed"):
        (place / ".venv" / made).touch()

    assert "pip install" not in make("--dry-run", "demo", folder=place).stdout
    for changed in ("pyproject.toml", "constraints.txt"):
        again = make("--dry-run", f"--what-if={changed}", "demo", folder=place)
        assert "pip install" in again.stdout


@pytest.mark.parametrize("python", ["python-that-is-not-there", "./old-python"])
def test_make_says_clearly_which_python_it_needs(tmp_path: Path, python: str) -> None:
    place = copied(tmp_path)
    (place / "old-python").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    (place / "old-python").chmod(0o755)

    refused = make("demo", f"PYTHON={python}", folder=place)

    assert refused.returncode != 0
    assert f"linkbak needs Python 3.11 or later; '{python}' is not." in refused.stderr
    assert "make demo PYTHON=python3.12" in refused.stderr
    assert not (place / ".venv").exists()


def test_the_makefile_asks_for_the_python_that_the_project_states() -> None:
    stated = PROJECT["requires-python"].removeprefix(">=")

    assert f"sys.version_info < ({stated.replace('.', ', ')})" in MAKEFILE
    assert f"linkbak needs Python {stated} or later" in MAKEFILE


def test_the_changelog_knows_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert re.findall(r"^## \[(.+?)\]", changelog, re.MULTILINE)[0] == linkbak.__version__


def test_links_between_documents_lead_somewhere() -> None:
    documents = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/*.md")]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in documents
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
        if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists()
    ]

    assert len(documents) >= 6
    assert broken == []


def test_the_design_lists_the_exit_statuses_that_the_code_promises() -> None:
    from linkbak.errors import Exit

    design = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    section = design[design.index("## Exit statuses") : design.index("## JSON")]

    assert [int(status) for status in re.findall(r"^\| (\d+) \|", section, re.MULTILINE)] == [one.value for one in Exit]


@pytest.mark.parametrize("page", ["docs/design.md", "CONTRIBUTING.md"])
def test_modules_that_a_page_names_are_there(page: str) -> None:
    packages = {path.parent.name for path in (ROOT / "linkbak").glob("*/__init__.py")}
    named = re.findall(r"`((\w+)/[\w/]+)(?:\.py)?`", (ROOT / page).read_text("utf-8"))
    mine = [path for path, package in named if package in packages]

    missing = [path for path in mine if not any((ROOT / "linkbak").glob(f"{path.rstrip('/')}*"))]

    assert missing == []
    assert len(mine) > 5
